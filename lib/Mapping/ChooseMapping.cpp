#include "lib/Mapping/ArrayMappingProblem.h"
#include "lib/Mapping/Passes.h"
#include "lib/Mapping/TileProblem.h"

#include "dnnc/Error.h"

#include <map>

namespace dnnc::mapping {
#define GEN_PASS_DEF_CHOOSEMAPPING
#include "lib/Mapping/Passes.h.inc"
} // namespace dnnc::mapping

using namespace mlir;
using namespace dnnc;
using namespace dnnc::mapping;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }
static bool isProduct(Operation *op) { return isa<acc::ConvOp, acc::MatmulOp>(op); }

static Operand roleOf(Operation *op, unsigned operand) {
  if (!isProduct(op))
    return Operand::Vector;
  return operand == 0 ? Operand::Ifmap : operand == 1 ? Operand::Weight : Operand::Param;
}

static OperandDim plainDim(const acc::DimAccess &access, int64_t size) {
  OperandDim dim;
  dim.kind = static_cast<OperandDim::Kind>(access.kind);
  dim.size = size, dim.outDim = access.outDim, dim.stride = access.stride, dim.offset = access.offset, dim.span = access.span;
  dim.reduction = access.reduction, dim.outPerGroup = access.outPerGroup, dim.inPerGroup = access.inPerGroup;
  return dim;
}

/// The dimensions of an operand as functions of the group's output: `outer` has those of the op's own result.
static std::vector<OperandDim> compose(acc::TileOpInterface op, unsigned operand, const std::vector<OperandDim> &outer, bool isLast) {
  std::vector<OperandDim> dims;
  ArrayRef<int64_t> shape = tensorType(op->getOperand(operand)).getShape();
  for (auto [d, access] : llvm::enumerate(op.getAccess(operand))) {
    OperandDim dim = plainDim(access, shape[d]);
    if (!isLast) {
      // Inside a group only windows stay functions of the output; all else is taken whole.
      bool follows = access.kind == acc::DimAccess::Kind::Affine && access.outDim >= 0 &&
                     outer[access.outDim].kind == OperandDim::Kind::Affine && outer[access.outDim].outDim >= 0;
      if (follows) {
        const OperandDim &through = outer[access.outDim];
        dim.outDim = through.outDim;
        dim.stride = through.stride * access.stride;
        dim.offset = through.offset * access.stride + access.offset;
        dim.span = (through.span - 1) * std::abs(access.stride) + access.span;
      } else {
        dim.kind = OperandDim::Kind::Full;
      }
    }
    dims.push_back(dim);
  }
  return dims;
}

static int64_t sizeUnder(const OperandDim &dim, ArrayRef<int64_t> sizes) {
  if (dim.kind != OperandDim::Kind::Affine || dim.outDim < 0)
    return dim.size;
  return std::min(dim.size, (sizes[dim.outDim] - 1) * std::abs(dim.stride) + dim.span);
}

/// What the array multiplies: its verifier lets f32 and 8-bit integers pass.
static ElementType arrayType(Type element) {
  if (isa<FloatType>(element))
    return ElementType::F32;
  auto quantized = dyn_cast<quant::QuantizedType>(element);
  bool isSigned = quantized ? quantized.isSigned() : !element.isUnsignedInteger();
  return isSigned ? ElementType::I8 : ElementType::U8;
}

/// The array's view of a product whose result box has the sizes given.
static cost::ArrayTile arrayTile(Operation *op, ArrayRef<int64_t> box, ArrayRef<int64_t> reduction) {
  cost::ArrayTile tile;
  auto ifmap = tensorType(op->getOperand(0));
  tile.type = arrayType(ifmap.getElementType());
  tile.outputBytes = acc::elementBytes(tensorType(op->getResult(0)).getElementType());
  if (auto conv = dyn_cast<acc::ConvOp>(op)) {
    auto w = tensorType(conv.getWeight());
    int64_t perGroup = w.getDimSize(0) / static_cast<int64_t>(conv.getGroup());
    int64_t channels = reduction.empty() ? w.getDimSize(1) : std::min(reduction[0], w.getDimSize(1));
    bool grouped = conv.getGroup() > 1;
    tile.extents = {box[0], grouped ? std::max<int64_t>(1, box[1] / perGroup) : 1, grouped ? std::min(box[1], perGroup) : box[1],
                    channels, box[2], box[3], w.getDimSize(2), w.getDimSize(3)};
    tile.strides = {conv.getStrides()[0], conv.getStrides()[1]};
    tile.dilations = {conv.getDilations()[0], conv.getDilations()[1]};
    return tile;
  }
  int64_t depth = cast<acc::MatmulOp>(op).getReductionSizes()[0];
  tile.extents = {1, box[0], box[2], reduction.empty() ? depth : std::min(reduction[0], depth), 1, box[1], 1, 1};
  return tile;
}

/// What tells layers apart whose tiles may differ: shapes and widths, but neither scales nor names.
static void describe(llvm::raw_ostream &text, Operation &op) {
  text << op.getName();
  for (StringRef name : {"axis", "combine", "strides", "dilations", "pads", "group", "sizes", "dims", "axes", "steps", "offsets", "transpose_ifmap", "transpose_weight"})
    if (Attribute attribute = op.getAttr(name))
      text << attribute;
  for (Type type : llvm::concat<const Type>(op.getOperandTypes(), op.getResultTypes())) {
    auto tensor = cast<RankedTensorType>(type);
    text << isa<FloatType>(tensor.getElementType()) << acc::elementBytes(tensor.getElementType()) << ":";
    for (int64_t size : tensor.getShape())
      text << size << "x";
  }
}

/// Elements that the vector unit visits for a result box.
static double vectorElements(Operation *op, ArrayRef<int64_t> box, ArrayRef<int64_t> reduction) {
  double elements = 1;
  for (int64_t size : box)
    elements *= size;
  if (auto window = dyn_cast<acc::WindowOp>(op))
    for (int64_t size : window.getSizes())
      elements *= size;
  if (isa<acc::ReduceOp>(op))
    for (int64_t size : reduction)
      elements *= size;
  return elements;
}

namespace {
struct ChooseMappingPass : mapping::impl::ChooseMappingBase<ChooseMappingPass> {
  using ChooseMappingBase::ChooseMappingBase;

  void runOnOperation() override {
    try {
      machine = Target::load(target);
    } catch (const Error &error) {
      getOperation().emitError(error.what());
      return signalPassFailure();
    }
    bool failedAny = false;
    getOperation().walk([&](acc::GroupOp group) { failedAny |= failed(decide(group)); });
    if (failedAny)
      signalPassFailure();
  }

private:
  LogicalResult decide(acc::GroupOp group) {
    Block &body = group.getBody().front();
    Operation *last = body.getTerminator()->getOperand(0).getDefiningOp();
    WalkResult runs = group.walk([&](Operation *op) -> WalkResult {
      if (isProduct(op) && !machine.array.macRate.contains(arrayTile(op, tensorType(op->getResult(0)).getShape(), {}).type))
        return op->emitOpError("computes in ") << name(arrayTile(op, tensorType(op->getResult(0)).getShape(), {}).type)
                                               << ", which the array of target '" << machine.name << "' does not";
      return WalkResult::advance();
    });
    if (runs.wasInterrupted())
      return failure();

    // The place of every inner result as a function of the output.
    llvm::DenseMap<Operation *, std::vector<OperandDim>> places;
    TileProblem problem = problemOf(group, last, places);
    if (!group.getTilingAttr()) {
      std::optional<Tiling> tiling = chooseTiling(group, last, problem, places);
      if (!tiling)
        return group.emitOpError("has no tiling that fits the memories of target '") << machine.name << "'" << smallest(problem);
      group.setTilingAttr(acc::TilingAttr::get(&getContext(), tiling->sizes, tiling->order, tiling->reduction));
    } else if (failed(verifyGiven(group, problem))) {
      return failure();
    }
    acc::TilingAttr tiling = group.getTilingAttr();
    for (Operation &op : body.without_terminator()) {
      if (!isProduct(&op))
        continue;
      SmallVector<int64_t> box = llvm::map_to_vector(places[&op], [&](const OperandDim &dim) { return sizeUnder(dim, tiling.getSizes()); });
      cost::ArrayTile tile = arrayTile(&op, box, &op == last ? tiling.getReduction() : ArrayRef<int64_t>());
      if (auto given = op.getAttrOfType<acc::MappingAttr>("mapping")) {
        for (const std::string &text : ArrayMappingProblem(tile, machine.array).verify(mappingOf(given)))
          return op.emitOpError("has a mapping that does not run on target '") << machine.name << "': " << text;
        continue;
      }
      op.setAttr("mapping", attributeOf(mappingOf(tile)));
    }
    return success();
  }

  /// A tiling made by hand, or for another target, has to be legal too.
  LogicalResult verifyGiven(acc::GroupOp group, const TileProblem &problem) {
    acc::TilingAttr given = group.getTilingAttr();
    Tiling tiling;
    tiling.order.assign(given.getOrder().begin(), given.getOrder().end());
    tiling.reduction.assign(given.getReduction().begin(), given.getReduction().end());
    for (auto [size, whole] : llvm::zip(given.getSizes(), problem.shape))
      tiling.sizes.push_back(std::min(size, whole));
    for (auto [size, whole] : llvm::zip(tiling.reduction, problem.reductions))
      size = std::min(size, whole);
    for (const std::string &text : problem.verify(tiling))
      return group.emitOpError("has a tiling that does not run on target '") << machine.name << "': " << text;
    return success();
  }

  TileProblem problemOf(acc::GroupOp group, Operation *last, llvm::DenseMap<Operation *, std::vector<OperandDim>> &places) {
    TileProblem problem;
    problem.target = &machine;
    ArrayRef<int64_t> shape = tensorType(group.getResult()).getShape();
    problem.shape.assign(shape.begin(), shape.end());
    // Where several ops run together, the search leaves the last one's reduction whole; a given tiling may cut it.
    bool single = llvm::hasSingleElement(group.getBody().front().without_terminator());
    bool cut = single || (group.getTilingAttr() && !group.getTilingAttr().getReduction().empty());
    if (cut)
      llvm::append_range(problem.reductions, cast<acc::TileOpInterface>(last).getReductionSizes());
    problem.outputBytes = acc::elementBytes(tensorType(group.getResult()).getElementType());
    problem.outputRole = isProduct(last) ? Operand::Ofmap : Operand::Vector;
    problem.partialRole = isProduct(last) ? Operand::Psum : Operand::Vector;
    if (auto reduce = dyn_cast<acc::ReduceOp>(last))
      problem.partialBytes = acc::elementBytes(reduce.getFinish().getArgument(0).getType());
    if (auto conv = dyn_cast<acc::ConvOp>(last); conv && conv.getGroup() > 1)
      problem.channelsPerGroup = tensorType(conv.getWeight()).getDimSize(0) / static_cast<int64_t>(conv.getGroup());
    if (isa<acc::MatmulOp>(last))
      problem.fixedToOne = {true, false, false};

    std::vector<OperandDim> identity;
    for (auto [d, size] : llvm::enumerate(shape))
      identity.push_back(plainDim(acc::DimAccess::same(d), size));
    places[last] = identity;
    for (Operation &op : llvm::reverse(group.getBody().front().without_terminator())) {
      auto tileOp = cast<acc::TileOpInterface>(op);
      for (auto [index, operand] : llvm::enumerate(op.getOperands())) {
        std::vector<OperandDim> dims = compose(tileOp, index, places[&op], &op == last);
        if (!cut)
          for (OperandDim &dim : dims)
            if (dim.kind == OperandDim::Kind::Reduction || dim.kind == OperandDim::Kind::Group)
              dim.kind = OperandDim::Kind::Full;
        TileOperand description{roleOf(&op, index), acc::elementBytes(tensorType(operand).getElementType()), dims};
        if (Operation *producer = operand.getDefiningOp()) {
          places[producer] = dims;
          description.stays = true;
        }
        problem.operands.push_back(description);
      }
    }
    return problem;
  }

  std::optional<Tiling> chooseTiling(acc::GroupOp group, Operation *last, TileProblem &problem,
                                     llvm::DenseMap<Operation *, std::vector<OperandDim>> &places) {
    // Spatial unrolling is chosen once for the whole layer; tiles are judged under it.
    llvm::DenseMap<Operation *, cost::MappingShape> shapes;
    std::string signature;
    llvm::raw_string_ostream text(signature);
    for (Operation &op : group.getBody().front().without_terminator()) {
      if (isProduct(&op))
        shapes[&op] = cost::shapeOf(mappingOf(arrayTile(&op, tensorType(op.getResult(0)).getShape(), {})));
      describe(text, op);
    }
    text << problem.partialBytes;
    // Layers alike are searched once.
    auto [entry, isNew] = tilings.try_emplace(text.str());
    if (!isNew)
      return entry->second;
    problem.computeCycles = [&](const std::vector<int64_t> &sizes, const std::vector<int64_t> &reduction) {
      double array = 0, vector = 0;
      for (Operation &op : group.getBody().front().without_terminator()) {
        SmallVector<int64_t> box = llvm::map_to_vector(places[&op], [&](const OperandDim &dim) { return sizeUnder(dim, sizes); });
        ArrayRef<int64_t> reduced = &op == last ? ArrayRef<int64_t>(reduction) : ArrayRef<int64_t>();
        if (isProduct(&op))
          array += cost::arrayCycles(arrayTile(&op, box, reduced), shapes[&op], machine.array);
        else
          vector += vectorElements(&op, box, reduced) / machine.vector.lanes + 1;
      }
      return std::max(array, vector);
    };
    entry->second = problem.choose();
    return entry->second;
  }

  /// What the smallest tiles need, for the error.
  std::string smallest(const TileProblem &problem) {
    Tiling tiling;
    tiling.sizes.assign(problem.shape.size(), 1);
    tiling.reduction.assign(problem.reductions.size(), 1);
    for (size_t d = 0; d < problem.shape.size(); ++d)
      tiling.order.push_back(d);
    std::string text;
    for (const std::string &problemText : problem.verify(tiling))
      text += "; with the smallest tiles " + problemText;
    return text;
  }

  cost::ArrayMapping mappingOf(const cost::ArrayTile &tile) {
    auto key = std::make_tuple(tile.extents, tile.strides, tile.dilations, tile.type, tile.outputBytes);
    auto [entry, isNew] = mappings.try_emplace(key);
    if (isNew)
      entry->second = ArrayMappingProblem(tile, machine.array).choose();
    return entry->second;
  }

  static cost::ArrayMapping mappingOf(acc::MappingAttr mapping) {
    auto pairs = [](ArrayRef<int64_t> flat) {
      cost::Factors factors;
      for (size_t i = 0; i + 1 < flat.size(); i += 2)
        factors.push_back({static_cast<int>(flat[i]), flat[i + 1]});
      return factors;
    };
    return {pairs(mapping.getPasses()), pairs(mapping.getClusterRows()), pairs(mapping.getClusterColumns()),
            pairs(mapping.getPeRows()), pairs(mapping.getPeColumns()),   pairs(mapping.getMacs()),
            pairs(mapping.getSpad())};
  }

  acc::MappingAttr attributeOf(const cost::ArrayMapping &mapping) {
    auto flat = [](const cost::Factors &factors) {
      SmallVector<int64_t> list;
      for (auto [dim, factor] : factors)
        list.append({dim, factor});
      return list;
    };
    return acc::MappingAttr::get(&getContext(), acc::Dataflow::os, flat(mapping.passes), flat(mapping.clusterRows),
                                 flat(mapping.clusterColumns), flat(mapping.peRows), flat(mapping.peColumns), flat(mapping.macs),
                                 flat(mapping.spad));
  }

  Target machine;
  std::map<std::string, std::optional<Tiling>> tilings;
  std::map<std::tuple<cost::Extents, std::array<int64_t, 2>, std::array<int64_t, 2>, ElementType, int64_t>, cost::ArrayMapping> mappings;
};
} // namespace

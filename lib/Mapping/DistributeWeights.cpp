#include "lib/Cost/Footprint.h"
#include "lib/Cost/WeightShares.h"
#include "lib/Mapping/FilterWork.h"
#include "lib/Mapping/Passes.h"
#include "lib/Mapping/ProductLayer.h"
#include "lib/Reference/Reference.h"

#include "dnnc/Error.h"

namespace dnnc::mapping {
#define GEN_PASS_DEF_DISTRIBUTEWEIGHTS
#include "lib/Mapping/Passes.h.inc"
} // namespace dnnc::mapping

using namespace mlir;
using namespace dnnc;
using namespace dnnc::mapping;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

/// A displacement has 16 bits.
static constexpr int64_t mostFilters = 1 << 15;

/// Whether the psums of a group's product lie where its results will: then no result may go elsewhere.
static bool keepsPsumsInPlace(acc::GroupOp group, Operation *product, const Target &target) {
  cost::LayerMapping decided = tileOf(product, group.getTilingAttr());
  decided.array = arrayMappingOf(product->getAttrOfType<acc::MappingAttr>("mapping"));
  return cost::psumPlace(target, decided.tile[cost::C] < layerOf(product).extents[cost::C],
                         cost::spillsPsums(decided.array, decided.tile), Operand::Ofmap,
                         acc::elementBytes(tensorType(product->getResult(0)).getElementType()))
      .inPlace;
}

/// The tensor with place i of a dimension from index order[i].
static Tensor reordered(const Tensor &tensor, ArrayRef<int64_t> shape, unsigned dimension,
                        ArrayRef<int64_t> order) {
  Tensor result(tensor.type, {shape.begin(), shape.end()});
  int64_t run = bytesOf(tensor.type), outer = 1, extent = shape[dimension];
  for (int64_t size : shape.drop_front(dimension + 1))
    run *= size;
  for (int64_t size : shape.take_front(dimension))
    outer *= size;
  uint8_t *to = result.mutableBytes().data();
  for (int64_t i = 0; i < outer; ++i)
    for (int64_t from : order) {
      std::memcpy(to, tensor.bytes().data() + (i * extent + from) * run, run);
      to += run;
    }
  return result;
}

/// The type of weights whose scales and zero points go with their filters.
static RankedTensorType reordered(RankedTensorType type, ArrayRef<int64_t> order) {
  auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(type.getElementType());
  if (!perAxis)
    return type;
  SmallVector<double> scales;
  SmallVector<int64_t> zeroPoints;
  for (int64_t filter : order) {
    scales.push_back(perAxis.getScales()[filter]);
    zeroPoints.push_back(perAxis.getZeroPoints()[filter]);
  }
  return RankedTensorType::get(type.getShape(),
                               quant::UniformQuantizedPerAxisType::get(
                                   perAxis.getFlags(), perAxis.getStorageType(), perAxis.getExpressedType(),
                                   scales, zeroPoints, perAxis.getQuantizedDimension(),
                                   perAxis.getStorageTypeMin(), perAxis.getStorageTypeMax()));
}

/// Each filter's record, with how far from its place the channel of its results is.
static Tensor displaced(const Tensor &records, ArrayRef<int64_t> order) {
  Tensor result = reordered(records, records.shape, 0, order);
  std::span<int32_t> words = result.mutableAs<int32_t>();
  for (auto [place, filter] : llvm::enumerate(order)) {
    int32_t &word = words[4 * place + 2];
    word = static_cast<int32_t>(static_cast<uint32_t>(filter - static_cast<int64_t>(place)) << 16 |
                                (static_cast<uint32_t>(word) & 0xFFFF));
  }
  return result;
}

namespace {
struct DistributeWeightsPass : mapping::impl::DistributeWeightsBase<DistributeWeightsPass> {
  using DistributeWeightsBase::DistributeWeightsBase;

  void runOnOperation() override {
    std::optional<Target> machine;
    try {
      machine = Target::load(target);
    } catch (const Error &error) {
      getOperation().emitError(error.what());
      return signalPassFailure();
    }
    if (!machine->array.skipping.placesFilters)
      return;
    SmallVector<acc::GroupOp> groups;
    getOperation().walk([&](acc::GroupOp group) { groups.push_back(group); });
    for (acc::GroupOp group : groups)
      if (failed(distribute(group, *machine)))
        return signalPassFailure();
  }

private:
  LogicalResult distribute(acc::GroupOp group, const Target &machine) {
    Operation *product = singleProduct(group);
    if (!product || product->hasAttr("displaced"))
      return success();
    FailureOr<std::optional<FilterWork>> work = filterWork(group, machine);
    if (failed(work))
      return failure();
    if (!*work || (*work)->layout.inTile > mostFilters || keepsPsumsInPlace(group, product, machine))
      return success();
    for (unsigned operand : {1u, 2u})
      if (acc::constantOperand(product, operand).getStorageAttr() ||
          !product->getOperand(operand).hasOneUse())
        return success();
    std::vector<int64_t> order = sparsity::distributeFilters((*work)->counts, (*work)->layout);
    if (order == sparsity::filtersInOrder((*work)->counts.filters))
      return success();
    auto weights = valueOf(product, 1), records = valueOf(product, 2);
    if (failed(weights) || failed(records))
      return failure();
    RankedTensorType type = tensorType(product->getOperand(1));
    const int64_t fullest = fullestPe(group, product, machine);
    const Replaced replaced[] = {
        replace(group, product, 1, reordered(*weights, type.getShape(), filterDimension(product), order),
                reordered(type, order)),
        replace(group, product, 2, displaced(*records, order), tensorType(product->getOperand(2)))};
    const bool fits = staysWithin(fullest, fullestPe(group, product, machine), machine.array.weightSpad);
    for (const Replaced &constant : replaced)
      if (fits)
        eraseUnused(constant.before);
      else
        undo(constant);
    if (!fits)
      return success();
    product->setAttr("displaced", UnitAttr::get(&getContext()));
    return success();
  }

  static FailureOr<Tensor> valueOf(Operation *product, unsigned operand) {
    acc::ConstantOp constant = acc::constantOperand(product, operand);
    return reference::readConstant(constant.getValue(), [&]() { return constant.emitError(); });
  }

  /// Words that the fullest PE is given of the weights, where that decides what fits its spad or is fetched
  /// ahead; 0 elsewhere.
  static int64_t fullestPe(acc::GroupOp group, Operation *product, const Target &machine) {
    cost::Layer layer = layerOf(product);
    expectZeros(layer, product, machine);
    if (!layer.weightShares)
      return 0;
    cost::LayerMapping decided = tileOf(product, group.getTilingAttr());
    decided.array = arrayMappingOf(product->getAttrOfType<acc::MappingAttr>("mapping"));
    cost::Extents inPe = cost::shapeOf(decided.array).spad;
    int64_t lanes = 1;
    for (auto [dim, factor] : decided.array.macs) {
      inPe[dim] *= factor;
      lanes *= dim == cost::M ? factor : 1;
    }
    for (int dim = 0; dim < cost::loopDims; ++dim)
      inPe[dim] = std::min(inPe[dim], decided.tile[dim]);
    return layer.weightShares->words(decided.tile, inPe, lanes);
  }

  /// Whether an order keeps what the search counted on: room for a pass, and for the next one where there
  /// was.
  static bool staysWithin(int64_t before, int64_t after, const Spad &spad) {
    bool hadRoomForTwo = !spad.doubleBuffered && !spad.streams && before <= spad.words / 2;
    return after <= before || after <= (hadRoomForTwo ? spad.words / 2 : spad.words);
  }

  /// An operand that has a constant of its own now.
  struct Replaced {
    OpOperand *input;
    BlockArgument argument;
    Value before;
    Type type;
  };

  static void eraseUnused(Value tensor) {
    Operation *view = tensor.getDefiningOp();
    while (view && view->use_empty()) {
      Operation *behind = view->getNumOperands() > 0 ? view->getOperand(0).getDefiningOp() : nullptr;
      view->erase();
      view = behind;
    }
  }

  static void undo(Replaced constant) {
    Value distributed = constant.input->get();
    constant.input->set(constant.before);
    constant.argument.setType(constant.type);
    eraseUnused(distributed);
  }

  /// Gives the product a constant of its own: others may take the one it had.
  static Replaced replace(acc::GroupOp group, Operation *product, unsigned operand, const Tensor &value,
                          RankedTensorType type) {
    auto argument = cast<BlockArgument>(product->getOperand(operand));
    OpOperand &input = group->getOpOperand(argument.getArgNumber());
    acc::ConstantOp before = acc::constantOperand(product, operand);
    OpBuilder builder(group);
    ElementsAttr attribute = reference::constantAttribute(
        builder.getContext(), value, operand == 1 ? "distributed_weights" : "displaced_records");
    auto constant = acc::ConstantOp::create(builder, before.getLoc(), type, attribute, acc::StorageAttr());
    Replaced replaced = {&input, argument, input.get(), argument.getType()};
    input.set(constant.getResult());
    argument.setType(type);
    return replaced;
  }
};
} // namespace

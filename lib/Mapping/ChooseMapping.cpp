#include "lib/Mapping/ArrayMappingProblem.h"
#include "lib/Mapping/MappingCache.h"
#include "lib/Mapping/Passes.h"
#include "lib/Mapping/Pins.h"
#include "lib/Mapping/ProductLayer.h"
#include "lib/Mapping/Remarks.h"
#include "lib/Mapping/TileProblem.h"

#include "dnnc/Error.h"

#include "llvm/Support/FormatVariadic.h"

#include <atomic>
#include <cmath>
#include <exception>
#include <map>
#include <mutex>
#include <thread>

namespace dnnc::mapping {
#define GEN_PASS_DEF_CHOOSEMAPPING
#include "lib/Mapping/Passes.h.inc"
} // namespace dnnc::mapping

using namespace mlir;
using namespace dnnc;
using namespace dnnc::mapping;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

/// An error about a decision that was given; where it was read from a file, its place and the node come
/// first.
static InFlightDiagnostic givenError(Operation *op) {
  auto place = op->getAttrOfType<StringAttr>(pinnedAtAttr);
  if (!place)
    return op->emitOpError();
  auto group = isa<acc::GroupOp>(op) ? cast<acc::GroupOp>(op) : op->getParentOfType<acc::GroupOp>();
  InFlightDiagnostic error = op->emitError() << place.getValue() << ": node " << group.getNode() << " (";
  llvm::interleaveComma(group.getOnnx(), error, [&](Attribute name) { error << name; });
  return std::move(error << ") ");
}

static Operand roleOf(Operation *op, unsigned operand) {
  if (!isProduct(op))
    return Operand::Vector;
  return operand == 0 ? Operand::Ifmap : operand == 1 ? Operand::Weight : Operand::Param;
}

static OperandDim plainDim(const acc::DimAccess &access, int64_t size) {
  OperandDim dim;
  dim.kind = static_cast<OperandDim::Kind>(access.kind);
  dim.size = size, dim.outDim = access.outDim, dim.stride = access.stride, dim.offset = access.offset,
  dim.span = access.span;
  dim.reduction = access.reduction, dim.outPerGroup = access.outPerGroup, dim.inPerGroup = access.inPerGroup;
  return dim;
}

/// The dimensions of an operand as functions of the group's output: `outer` has those of the op's own result.
static std::vector<OperandDim> compose(acc::TileOpInterface op, unsigned operand,
                                       const std::vector<OperandDim> &outer, bool isLast) {
  std::vector<OperandDim> dims;
  ArrayRef<int64_t> shape = tensorType(op->getOperand(operand)).getShape();
  for (auto [d, access] : llvm::enumerate(op.getAccess(operand))) {
    OperandDim dim = plainDim(access, shape[d]);
    if (!isLast) {
      // Inside a group only windows stay functions of the output; all else is taken whole.
      bool follows = access.kind == acc::DimAccess::Kind::Affine && access.outDim >= 0 &&
                     outer[access.outDim].kind == OperandDim::Kind::Affine &&
                     outer[access.outDim].outDim >= 0;
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
    tile.extents = {box[0],
                    grouped ? std::max<int64_t>(1, box[1] / perGroup) : 1,
                    grouped ? std::min(box[1], perGroup) : box[1],
                    channels,
                    box[2],
                    box[3],
                    w.getDimSize(2),
                    w.getDimSize(3)};
    tile.strides = {conv.getStrides()[0], conv.getStrides()[1]};
    tile.dilations = {conv.getDilations()[0], conv.getDilations()[1]};
    tile.depthwise = perGroup == 1 && w.getDimSize(1) == 1;
    return tile;
  }
  int64_t depth = cast<acc::MatmulOp>(op).getReductionSizes()[0];
  tile.extents = {1, box[0], box[2], reduction.empty() ? depth : std::min(reduction[0], depth),
                  1, box[1], 1,      1};
  tile.depthwise = box[2] == 1 && depth == 1;
  return tile;
}

/// What tells layers apart whose tiles may differ: shapes and widths, but neither scales nor names.
static void describe(llvm::raw_ostream &text, Operation &op) {
  text << op.getName();
  for (StringRef name : {"axis", "combine", "strides", "dilations", "pads", "group", "sizes", "dims", "axes",
                         "steps", "offsets", "transpose_ifmap", "transpose_weight"})
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
      if (!mappingCache.empty())
        cache.emplace(mappingCache, searchEffort);
    } catch (const Error &error) {
      getOperation().emitError(error.what());
      return signalPassFailure();
    }
    std::optional<DataflowSet> asked = DataflowSet::parse(dataflow);
    std::optional<Objective> wish = parseObjective(objective);
    if (!asked)
      getOperation().emitError("has dataflow '") << dataflow << "'; need auto, rs, ws, os, is, nlr or mixed";
    if (!wish)
      getOperation().emitError("has objective '") << objective << "'; need latency, energy or edp";
    if (!asked || !wish)
      return signalPassFailure();
    dataflows = *asked;
    goal = *wish;

    SmallVector<acc::GroupOp> groups;
    getOperation().walk([&](acc::GroupOp group) { groups.push_back(group); });
    bool failedAny = false;
    for (acc::GroupOp group : groups)
      if (failed(verifyTypes(group)))
        failedAny = true;
      else if (Operation *product = singleProduct(group))
        failedAny |= failed(collect(group, product));
      else
        failedAny |= failed(decide(group));
    searchAll();
    for (Task &task : tasks)
      failedAny |= failed(apply(task));
    getOperation().walk([](Operation *op) {
      op->removeDiscardableAttr(pinsAttr);
      op->removeDiscardableAttr(pinnedAtAttr);
    });
    if (failedAny)
      return signalPassFailure();
    sayWhatIsUnproven();
  }

private:
  /// A group of one product, and the search that decides for it.
  struct Task {
    acc::GroupOp group;
    Operation *product;
    size_t search;
  };
  struct Work {
    MappingProblem problem;
    SearchOptions options;
    SearchResult result;
    std::string refusal; ///< why the dataflow asked for does not serve the layer
    bool forced = false; ///< the dataflow is pinned: no other will do
  };

  LogicalResult verifyTypes(acc::GroupOp group) {
    WalkResult runs = group.walk([&](Operation *op) -> WalkResult {
      if (!isProduct(op))
        return WalkResult::advance();
      ElementType type = arrayType(tensorType(op->getOperand(0)).getElementType());
      if (machine.array.macRate.contains(type))
        return WalkResult::advance();
      std::string has;
      for (auto [known, rate] : machine.array.macRate)
        has += (has.empty() ? "" : ", ") + std::string(name(known));
      return op->emitOpError("computes in ")
             << name(type) << ", which the array of target '" << machine.name << "' does not; it has " << has
             << ": quantize the model to one of these, or choose a target with " << name(type)
             << " in array.mac_rate";
    });
    return failure(runs.wasInterrupted());
  }

  /// Takes what is given already; the rest is searched with all other layers, each once.
  LogicalResult collect(acc::GroupOp group, Operation *product) {
    MappingProblem problem;
    problem.target = &machine;
    problem.layer = layerOf(product);
    expectZeros(problem.layer, product, machine);
    problem.objective = goal;
    problem.dataflows = dataflows;
    SearchOptions options;
    options.byDataflow = false;
    options.close = 0;
    options.bounded = std::llround(static_cast<double>(options.bounded) * searchEffort);
    std::string pins;
    llvm::raw_string_ostream text(pins);
    bool forced = false;
    if (auto given = group->getAttrOfType<DictionaryAttr>(pinsAttr)) {
      if (auto word = given.getAs<StringAttr>("dataflow")) {
        std::optional<DataflowSet> pinned = DataflowSet::parse(word.getValue());
        if (!pinned)
          return givenError(group) << "has dataflow '" << word.getValue()
                                   << "' pinned; need rs, ws, os, is, nlr, mixed or auto";
        problem.dataflows = *pinned;
        forced = true;
      }
      if (auto sizes = given.getAs<DictionaryAttr>("tile")) {
        options.tile.emplace();
        for (int dim = 0; dim < cost::loopDims; ++dim)
          (*options.tile)[dim] = sizes.getAs<IntegerAttr>(acc::loopDimNames.substr(dim, 1)).getInt();
        for (const std::string &broken :
             problem.verifyTile({*options.tile, {cost::N, cost::G, cost::M, cost::P, cost::Q}, {}}))
          return givenError(group) << "has a tiling that does not run on target '" << machine.name
                                   << "': " << broken;
      }
      text << given;
    }
    if (acc::TilingAttr tiling = group.getTilingAttr()) {
      cost::LayerMapping tile = tileOf(product, tiling);
      for (const std::string &broken : problem.verifyTile(tile))
        return givenError(group) << "has a tiling that does not run on target '" << machine.name
                                 << "': " << broken;
      options.tile = tile.tile;
      options.order = tile.order;
      text << tiling;
    }
    if (auto mapping = product->getAttrOfType<acc::MappingAttr>("mapping")) {
      options.array = arrayMappingOf(mapping);
      text << mapping;
      // A dataflow that is asked of all nodes does not reach it; one that is pinned with it has to be true.
      if (!forced)
        problem.dataflows = DataflowSet::all();
    }
    if (options.tile && options.order && options.array) {
      for (const std::string &broken : problem.verify({*options.tile, *options.order, *options.array}))
        return givenError(product) << "has a mapping that does not run on target '" << machine.name
                                   << "': " << broken;
      sayWhereNotAsked(group, problem.layer, {*options.tile, *options.order, *options.array});
      return success();
    }
    auto [entry, isNew] = searchOf.try_emplace(problem.signature() + pins, works.size());
    if (isNew)
      works.push_back({problem, options, {}, {}, forced});
    tasks.push_back({group, product, entry->second});
    return success();
  }

  /// Where a given mapping has another dataflow than all nodes are asked to have.
  void sayWhereNotAsked(acc::GroupOp group, const cost::Layer &layer, const cost::LayerMapping &given) {
    for (size_t i = 0; dataflows.isOne() && i < dataflowNames.size(); ++i)
      if (auto asked = static_cast<Dataflow>(i); dataflows.contains(asked))
        if (std::string breach = violation(asked, layer, given); !breach.empty()) {
          InFlightDiagnostic remark = group.emitRemark("node ");
          remark << group.getNode() << ": dataflow " << dataflow
                 << " does not reach it: its mapping is given, and " << breach;
          addFact(remark, OtherDataflow{static_cast<int64_t>(group.getNode()),
                                        "its mapping is given, and " + breach, ""});
        }
  }

  /// Every layer's search is a matter of its own: threads take them as they come, and the answers do not
  /// depend on that.
  void searchAll() {
    size_t threads = jobs > 0 ? static_cast<size_t>(jobs) : std::max(1u, std::thread::hardware_concurrency());
    threads = std::min(threads, works.size());
    for (Work &work : works)
      work.options.budgetSeconds =
          searchBudget * static_cast<double>(threads) / static_cast<double>(works.size());
    std::atomic<size_t> next = 0;
    std::mutex failing;
    std::exception_ptr failure;
    auto run = [&] {
      try {
        for (size_t i; (i = next++) < works.size();)
          searchOne(works[i]);
      } catch (...) { // such as of memory: main's matter
        std::lock_guard guard(failing);
        failure = std::current_exception();
      }
    };
    std::vector<std::thread> workers;
    for (size_t i = 1; i < threads; ++i)
      workers.emplace_back(run);
    run();
    for (std::thread &worker : workers)
      worker.join();
    if (failure)
      std::rethrow_exception(failure);
  }

  void searchOne(Work &work) {
    bool pinned = work.options.tile || work.options.array;
    auto answer = [&] {
      if (cache && !pinned)
        if (std::optional<SearchResult> known = cache->find(work.problem)) {
          work.result = *known;
          return;
        }
      work.result = search(work.problem, work.options);
      // What a time limit cut short, if only the choice among equals, another run may do better.
      if (cache && !pinned && searchBudget == 0)
        cache->store(work.problem, work.result);
    };
    answer();
    if (work.result.best || work.problem.dataflows == DataflowSet::all() || work.options.array)
      return;
    // What the dataflow cannot serve runs under another.
    for (size_t i = 0; i < dataflowNames.size(); ++i)
      if (work.problem.dataflows.contains(static_cast<Dataflow>(i)))
        work.refusal = mapping::refusal(static_cast<Dataflow>(i), work.problem.layer, machine);
    if (work.refusal.empty() && !work.result.complete)
      work.refusal = "the search ended before it met a legal mapping (--search-effort)";
    else if (work.refusal.empty())
      work.refusal = work.result.rejections.empty()
                         ? "no mapping is legal"
                         : "no mapping is legal: " + work.result.rejections[0].reason;
    if (work.forced)
      return;
    work.problem.dataflows = DataflowSet::all();
    answer();
  }

  LogicalResult apply(Task &task) {
    const Work &work = works[task.search];
    if (!work.result.best)
      return explainFailure(task, work);
    const Candidate &best = *work.result.best;
    if (!work.refusal.empty()) {
      InFlightDiagnostic remark = task.group.emitRemark("node ");
      remark << task.group.getNode() << ": dataflow " << dataflow << " cannot serve it: " << work.refusal
             << "; it runs " << name(best.dataflow) << " instead";
      addFact(remark, OtherDataflow{static_cast<int64_t>(task.group.getNode()), work.refusal,
                                    std::string(name(best.dataflow))});
    }
    if (!task.group.getTilingAttr())
      task.group.setTilingAttr(tilingAttribute(task.product, best.mapping));
    if (work.options.array)
      sayWhereNotAsked(task.group, work.problem.layer, best.mapping);
    task.product->setAttr("mapping", mappingAttribute(&getContext(), best.dataflow, best.mapping.array));
    return success();
  }

  /// Where the search stopped before it had looked at, or ruled out, every mapping.
  void sayWhatIsUnproven() {
    std::string nodes;
    std::vector<Unproven> unproven;
    for (Task &task : tasks) {
      const SearchResult &result = works[task.search].result;
      if (result.gap() <= 0)
        continue;
      unproven.push_back({static_cast<int64_t>(task.group.getNode()), result.gap()});
      nodes += llvm::formatv("{0}node {1} {2:F2}%", nodes.empty() ? "" : ", ", task.group.getNode(),
                             100 * result.gap())
                   .str();
    }
    if (unproven.empty())
      return;
    InFlightDiagnostic remark =
        getOperation().emitRemark("the search for mappings stopped before the proof for ");
    remark << unproven.size() << " of " << tasks.size()
           << " products; their values are above the lower bound by at most: " << nodes;
    for (const Unproven &each : unproven)
      addFact(remark, each);
  }

  LogicalResult explainFailure(Task &task, const Work &work) {
    if (work.options.array) {
      std::string reason = work.result.rejections.empty() ? "no tiles fit" : work.result.rejections[0].reason;
      return givenError(task.product)
             << "has a mapping that does not run on target '" << machine.name << "': " << reason;
    }
    if (work.forced)
      return givenError(task.group) << "cannot run as dataflow " << work.problem.dataflows.text()
                                    << " on target '" << machine.name << "': " << work.refusal;
    if (work.options.tile)
      return givenError(task.group) << "has a tiling for which target '" << machine.name << "' has no mapping"
                                    << (work.result.rejections.empty()
                                            ? ""
                                            : ": " + work.result.rejections[0].reason);
    InFlightDiagnostic error = task.group.emitOpError("has no tiling that fits the memories of target '")
                               << machine.name << "'";
    cost::LayerMapping smallest;
    smallest.tile.fill(1);
    smallest.tile[cost::R] = work.problem.layer.extents[cost::R],
    smallest.tile[cost::S] = work.problem.layer.extents[cost::S];
    smallest.order = {cost::N, cost::G, cost::M, cost::P, cost::Q};
    for (const std::string &broken : work.problem.verifyTile(smallest))
      error << "; with the smallest tiles " << broken;
    for (const SearchResult::Rejection &rejection : work.result.rejections)
      error << "; " << rejection.count << " " << rejection.reason;
    return error;
  }

  /// Several ops in a group, or none on the array: tiles by a search of their own.
  LogicalResult decide(acc::GroupOp group) {
    Block &body = group.getBody().front();
    auto products = llvm::count_if(body, [](Operation &op) { return isProduct(&op); });
    if (products > 0 && group->hasAttr(pinsAttr))
      return givenError(group) << "has a dataflow or tile sizes pinned for a group of " << products
                               << " products; pin its tiling, and the mapping of each product";
    if (products > 0 && dataflows != DataflowSet::all()) {
      InFlightDiagnostic remark = group.emitRemark("node ");
      remark << group.getNode() << ": dataflow " << dataflow << " does not reach a group of " << products
             << " products, whose mappings are chosen apart";
      addFact(remark,
              OtherDataflow{
                  static_cast<int64_t>(group.getNode()),
                  llvm::formatv("a group of {0} products, whose mappings are chosen apart", products), ""});
    }
    Operation *last = body.getTerminator()->getOperand(0).getDefiningOp();
    // The place of every inner result as a function of the output.
    llvm::DenseMap<Operation *, std::vector<OperandDim>> places;
    TileProblem problem = problemOf(group, last, places);
    if (!group.getTilingAttr()) {
      std::optional<Tiling> tiling = chooseTiling(group, last, problem, places);
      if (!tiling)
        return group.emitOpError("has no tiling that fits the memories of target '")
               << machine.name << "'" << smallest(problem);
      group.setTilingAttr(
          acc::TilingAttr::get(&getContext(), tiling->sizes, tiling->order, tiling->reduction));
    } else if (failed(verifyGiven(group, problem))) {
      return failure();
    }
    acc::TilingAttr tiling = group.getTilingAttr();
    for (Operation &op : body.without_terminator()) {
      if (!isProduct(&op))
        continue;
      SmallVector<int64_t> box = llvm::map_to_vector(
          places[&op], [&](const OperandDim &dim) { return sizeUnder(dim, tiling.getSizes()); });
      cost::ArrayTile tile = arrayTile(&op, box, &op == last ? tiling.getReduction() : ArrayRef<int64_t>());
      if (auto given = op.getAttrOfType<acc::MappingAttr>("mapping")) {
        for (const std::string &text : ArrayMappingProblem(tile, machine.array).verify(arrayMappingOf(given)))
          return givenError(&op) << "has a mapping that does not run on target '" << machine.name
                                 << "': " << text;
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
      return givenError(group) << "has a tiling that does not run on target '" << machine.name
                               << "': " << text;
    return success();
  }

  TileProblem problemOf(acc::GroupOp group, Operation *last,
                        llvm::DenseMap<Operation *, std::vector<OperandDim>> &places) {
    TileProblem problem;
    problem.target = &machine;
    ArrayRef<int64_t> shape = tensorType(group.getResult()).getShape();
    problem.shape.assign(shape.begin(), shape.end());
    // Where several ops run together, the search leaves the last one's reduction whole; a given tiling may
    // cut it.
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
      problem.channelsPerGroup =
          tensorType(conv.getWeight()).getDimSize(0) / static_cast<int64_t>(conv.getGroup());
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
        TileOperand description{roleOf(&op, index), acc::elementBytes(tensorType(operand).getElementType()),
                                dims};
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
        SmallVector<int64_t> box =
            llvm::map_to_vector(places[&op], [&](const OperandDim &dim) { return sizeUnder(dim, sizes); });
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

  acc::MappingAttr attributeOf(const cost::ArrayMapping &mapping) {
    return mappingAttribute(&getContext(), Dataflow::Mixed, mapping);
  }

  Target machine;
  DataflowSet dataflows = DataflowSet::all();
  Objective goal = Objective::Latency;
  std::optional<MappingCache> cache;
  std::vector<Task> tasks;
  std::vector<Work> works;
  std::map<std::string, size_t> searchOf;
  std::map<std::string, std::optional<Tiling>> tilings;
  std::map<std::tuple<cost::Extents, std::array<int64_t, 2>, std::array<int64_t, 2>, ElementType, int64_t>,
           cost::ArrayMapping>
      mappings;
};
} // namespace

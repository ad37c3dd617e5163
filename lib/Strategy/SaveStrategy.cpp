#include "lib/Schedule/StorageFormats.h"
#include "lib/Strategy/Groups.h"
#include "lib/Strategy/Passes.h"

#include "dnnc/Error.h"
#include "dnnc/Target.h"

namespace dnnc::strategy {
#define GEN_PASS_DEF_SAVESTRATEGY
#include "lib/Strategy/Passes.h.inc"
} // namespace dnnc::strategy

using namespace mlir;
using namespace dnnc;
using namespace dnnc::strategy;

static cost::Factors factorsOf(ArrayRef<int64_t> flat) {
  cost::Factors factors;
  for (size_t i = 0; i + 1 < flat.size(); i += 2)
    factors.push_back({static_cast<int>(flat[i]), flat[i + 1]});
  return factors;
}

static MappingDecision decisionOf(acc::MappingAttr mapping) {
  MappingDecision decision;
  decision.dataflow = std::string(dataflowNames[static_cast<size_t>(mapping.getDataflow())]);
  decision.array = cost::ArrayMapping{factorsOf(mapping.getPasses()),
                                      factorsOf(mapping.getClusterRows()),
                                      factorsOf(mapping.getClusterColumns()),
                                      factorsOf(mapping.getPeRows()),
                                      factorsOf(mapping.getPeColumns()),
                                      factorsOf(mapping.getMacs()),
                                      factorsOf(mapping.getSpad())};
  return decision;
}

static void addTiling(acc::TilingAttr tiling, Operation *product, NodeDecision &decision) {
  if (!product) {
    decision.tileSizes.assign(tiling.getSizes().begin(), tiling.getSizes().end());
    decision.reduction.assign(tiling.getReduction().begin(), tiling.getReduction().end());
    decision.order.assign(tiling.getOrder().begin(), tiling.getOrder().end());
    return;
  }
  ArrayRef<int> dims = resultDims(product);
  for (auto [dim, size] : llvm::zip(dims, tiling.getSizes()))
    decision.tile[dim] = size;
  if (isa<acc::ConvOp>(product)) {
    // A tile of channels is a part of a group, or whole groups.
    int64_t perGroup = decision.layer[cost::M];
    bool wholeGroups = decision.layer[cost::G] > 1 && decision.tile[cost::M] >= perGroup;
    decision.tile[cost::G] = wholeGroups ? decision.tile[cost::M] / perGroup : 1;
    decision.tile[cost::M] = wholeGroups ? perGroup : decision.tile[cost::M];
  }
  if (!tiling.getReduction().empty())
    decision.tile[cost::C] = tiling.getReduction()[0];
  decision.orderIsNamed = true;
  for (int64_t dim : tiling.getOrder())
    decision.order.push_back(dims[dim]);
}

namespace {
struct SaveStrategyPass : strategy::impl::SaveStrategyBase<SaveStrategyPass> {
  using SaveStrategyBase::SaveStrategyBase;

  void runOnOperation() override {
    Strategy strategy;
    try {
      Target machine = Target::load(target);
      strategy.target = machine.name;
      transfers = schedule::transfersOf(getOperation());
      getOperation().walk([&](acc::GroupOp group) {
        strategy.nodes.push_back(decisionsOn(group, machine.dram.codecs));
      });
      strategy.save(file);
    } catch (const Error &error) {
      getOperation().emitError(error.what());
      signalPassFailure();
    }
  }

private:
  NodeDecision decisionsOn(acc::GroupOp group, const Codecs &codecs) {
    NodeDecision decision;
    decision.node = group.getNode();
    for (const std::string &name : namesOf(group))
      decision.onnx.push_back(name);
    decision.op = group.getKind().str();
    Operation *product = lastProduct(group);
    if (product) {
      decision.layer = layerOf(product).extents;
    } else {
      ArrayRef<int64_t> shape = cast<RankedTensorType>(group.getResult().getType()).getShape();
      decision.result.assign(shape.begin(), shape.end());
    }
    if (group.getTilingAttr())
      addTiling(group.getTilingAttr(), product, decision);
    for (Operation *op : productsOf(group))
      if (auto mapping = op->getAttrOfType<acc::MappingAttr>("mapping"))
        decision.mappings.push_back(decisionOf(mapping));
    ArrayAttr storages = group.getStorageAttr();
    // An input that another group computes stands as that group says.
    if (storages && !group.getInputs()[0].getDefiningOp<acc::GroupOp>())
      addStorage("ifmap", group.getInputs()[0], storages[0], false, decision);
    // Where there is a choice, raw is one.
    Type element = cast<RankedTensorType>(group.getResult().getType()).getElementType();
    addStorage("ofmap", group.getResult(), storages ? *std::prev(storages.end()) : Attribute(),
               !schedule::activationFormats(codecs, element).empty(), decision);
    return decision;
  }

  void addStorage(const char *operand, Value tensor, Attribute attribute, bool evenRaw, NodeDecision &decision) {
    auto storage = cast_or_null<acc::StorageAttr>(attribute);
    if (acc::isCompressed(storage)) {
      StorageDecision &saved = decision.storage[operand] = {acc::stringifyFormat(storage.getFormat()).str()};
      // The segment that follows from the tiles is no decision: written down it would forbid to change a tile.
      ArrayRef<int64_t> shape = cast<RankedTensorType>(tensor.getType()).getShape();
      if (ArrayRef<int64_t> segment = storage.getSegment(); segment != ArrayRef(schedule::largestSegment(shape, transfers[tensor])))
        saved.segment.assign(segment.begin(), segment.end());
    } else if (evenRaw) {
      decision.storage[operand] = {"raw"};
    }
  }

  llvm::MapVector<Value, SmallVector<schedule::Transfer>> transfers;
};
} // namespace

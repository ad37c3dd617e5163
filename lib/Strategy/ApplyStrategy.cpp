#include "lib/Strategy/Groups.h"
#include "lib/Strategy/Passes.h"

#include "dialects/Acc/Verify.h"
#include "lib/Mapping/Dataflow.h"
#include "lib/Mapping/Pins.h"
#include "lib/Mapping/ProductLayer.h"
#include "lib/Schedule/StorageFormats.h"
#include "lib/Schedule/TensorStorages.h"

#include "dnnc/Error.h"
#include "dnnc/Target.h"
#include "lib/Target/Words.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringExtras.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace dnnc::strategy {
#define GEN_PASS_DEF_APPLYSTRATEGY
#include "lib/Strategy/Passes.h.inc"
} // namespace dnnc::strategy

using namespace mlir;
using namespace dnnc;
using namespace dnnc::strategy;
using mapping::pinnedAtAttr;
using mapping::pinsAttr;

static SmallVector<int64_t> flat(const cost::Factors &factors) {
  SmallVector<int64_t> list;
  for (auto [dim, factor] : factors)
    list.append({dim, factor});
  return list;
}

namespace {
/// How feature maps stand in DRAM, by the tensor: the node that computes one and those that read it say the same.
class StoragePins {
public:
  StoragePins(const Strategy &strategy, const Target &target) : strategy(strategy), target(target) {}

  /// Pins the result of a group, or its first input; false after an error.
  bool add(acc::GroupOp group, const NodeDecision &node, const std::string &operand,
           const StorageDecision &decision) {
    Value tensor = operand == "ifmap" ? group.getInputs()[0] : Value(group.getResult());
    auto error = [&](const std::string &message) {
      group.emitError() << strategy.text(decision.place) << ": " << node.title() << ": storage." << operand
                        << ": " << message;
      return false;
    };
    acc::Format format = *acc::symbolizeFormat(decision.format);
    bool encoded = format != acc::Format::raw;
    if (!encoded && !decision.segment.empty())
      return error("raw storage has no segments; leave the segment out");
    if (!schedule::hasCodec(target.dram.codecs, format))
      return error(fmt::format("have {0}, for which target '{1}' has no codec (dram.codecs.{0}); need raw",
                               decision.format, target.name));
    if (encoded && tensor.getDefiningOp<acc::ConstantOp>())
      return error("the node's input is a constant, whose storage is not decided here; leave it out");
    acc::StorageAttr storage =
        decision.segment.empty() ? acc::StorageAttr::get(group.getContext(), format)
                                 : schedule::activationStorage(group.getContext(), format, decision.segment);
    if (std::string text = encoded ? problemOf(group, tensor, storage) : ""; !text.empty())
      return error(text);
    auto [pin, isNew] = pins.try_emplace(tensor, Pin{storage, decision.place, group});
    if (isNew)
      return true;
    Pin &other = pin->second;
    if (other.storage.getFormat() != storage.getFormat() ||
        (!other.storage.getSegment().empty() && !storage.getSegment().empty() && other.storage != storage))
      return error(fmt::format("the same tensor is decided otherwise at {}; a tensor has one storage",
                               strategy.text(other.place)));
    if (other.storage.getSegment().empty())
      other = {storage, decision.place, group};
    return true;
  }

  /// Writes each on the group that computes the tensor; that of an input of the network on the group that it
  /// was said of.
  void apply() const {
    for (const auto &[tensor, pin] : pins) {
      auto group = tensor.getDefiningOp<acc::GroupOp>();
      bool isResult = static_cast<bool>(group);
      if (!isResult)
        group = pin.group;
      Builder builder(group.getContext());
      SmallVector<Attribute> storages(
          group.getInputs().size() + 1,
          acc::StorageAttr::get(group.getContext(), acc::Format::raw, {}));
      if (ArrayAttr given = group.getStorageAttr())
        storages.assign(given.begin(), given.end());
      storages[isResult ? storages.size() - 1 : 0] = pin.storage;
      group.setStorageAttr(builder.getArrayAttr(storages));
      NamedAttrList places;
      if (auto given = group->getAttrOfType<DictionaryAttr>(schedule::storagePinnedAtAttr))
        places = given.getValue();
      places.set(isResult ? "ofmap" : "ifmap", builder.getStringAttr(strategy.text(pin.place)));
      group->setAttr(schedule::storagePinnedAtAttr, places.getDictionary(group.getContext()));
    }
  }

private:
  struct Pin {
    acc::StorageAttr storage;
    Place place;
    acc::GroupOp group; ///< that it was said of
  };

  /// Why a tensor cannot be encoded so; empty where it can.
  static std::string problemOf(acc::GroupOp group, Value tensor, acc::StorageAttr storage) {
    std::string text;
    ScopedDiagnosticHandler collect(group.getContext(), [&](Diagnostic &diagnostic) {
      std::string whole = diagnostic.str();
      StringRef message = whole;
      message.consume_front("'acc.group' op ");
      text = message.str();
      return success();
    });
    auto type = cast<RankedTensorType>(tensor.getType());
    // A segment that is left open is found later; its elements are looked at now.
    if (storage.getSegment().empty())
      storage = schedule::activationStorage(group.getContext(), storage.getFormat(),
                                            SmallVector<int64_t>(type.getRank(), 1));
    (void)acc::verifyStorage(group, storage, type, /*isConstant=*/false);
    return text;
  }

  const Strategy &strategy;
  const Target &target;
  llvm::MapVector<Value, Pin> pins;
};

/// The decisions of one node on its group.
class Application {
public:
  Application(acc::GroupOp group, const NodeDecision &decision, const Strategy &strategy,
              const Target &target, StoragePins &storages)
      : group(group), decision(decision), strategy(strategy), target(target), storages(storages),
        product(lastProduct(group)), context(group.getContext()) {}

  /// Fails after an error for each thing that is stale or impossible.
  LogicalResult run() {
    if (product) {
      layer = layerOf(product);
      // A dimension that is left out is whole, but a part of a group's channels is of one group.
      for (int dim = 0; dim < cost::loopDims; ++dim)
        tile[dim] =
            std::min(decision.tile[dim] > 0 ? decision.tile[dim] : layer.extents[dim], layer.extents[dim]);
      if (isa<acc::ConvOp>(product) && decision.tile[cost::G] == 0 && tile[cost::M] < layer.extents[cost::M])
        tile[cost::G] = 1;
    }
    checkLayer();
    if (!failedAny && decision.hasTile())
      applyTiling();
    if (!failedAny)
      applyMappings();
    if (!failedAny)
      for (const auto &[operand, storage] : decision.storage)
        failedAny |= !storages.add(group, decision, operand, storage);
    return failure(failedAny);
  }

private:
  void error(const Place &place, const std::string &message) {
    group.emitError() << strategy.text(place) << ": " << decision.title() << ": " << message;
    failedAny = true;
  }
  void error(const char *key, const std::string &message) {
    error(decision.placeOf(key), std::string(key) + ": " + message);
  }

  /// The decisions were made for this layer.
  void checkLayer() {
    if (!decision.op.empty() && decision.op != group.getKind())
      error("op", fmt::format("have '{}', the node is '{}'; the strategy is of another model", decision.op,
                              group.getKind().str()));
    ArrayRef<int64_t> shape = cast<RankedTensorType>(group.getResult().getType()).getShape();
    if (!decision.result.empty() && ArrayRef<int64_t>(decision.result) != shape)
      error("result",
            fmt::format("have [{}], the node has [{}]; the strategy is of another model",
                        fmt::join(decision.result, ", "), fmt::join(shape.begin(), shape.end(), ", ")));
    if (decision.layer == cost::Extents{})
      return;
    if (!product)
      return error("layer", "the node does not end with a convolution or matrix product; it has a `result`");
    for (int dim = 0; dim < cost::loopDims; ++dim)
      if (decision.layer[dim] > 0 && decision.layer[dim] != layer.extents[dim])
        error("layer", fmt::format("have {} = {}, the node has {}; the strategy is of another model",
                                   loopDimNames[dim], decision.layer[dim], layer.extents[dim]));
  }

  void applyTiling() {
    if (product)
      return applyProductTiling();
    if (decision.tile != cost::Extents{})
      return error("tile", "the node is no convolution or matrix product; need a list of sizes, one for each "
                           "dimension of its result");
    if (decision.orderIsNamed)
      return error(
          "order",
          "the node is no convolution or matrix product; need the numbers of the dimensions of its result");
    size_t rank = cast<RankedTensorType>(group.getResult().getType()).getRank();
    if (decision.tileSizes.size() != rank)
      return error("tile", fmt::format("have {} sizes, the result has {} dimensions",
                                       decision.tileSizes.size(), rank));
    if (!checkOrder(decision.order, rank))
      return;
    SmallVector<int64_t> order(decision.order.begin(), decision.order.end());
    if (order.empty())
      order = llvm::to_vector(llvm::seq<int64_t>(0, rank));
    Operation *last = group.getBody().front().getTerminator()->getOperand(0).getDefiningOp();
    size_t reductions = cast<acc::TileOpInterface>(last).getReductionSizes().size();
    if (!decision.reduction.empty() && decision.reduction.size() != reductions)
      return error("reduction", fmt::format("have {} sizes, the node reduces {} dimensions",
                                            decision.reduction.size(), reductions));
    setTiling(decision.tileSizes, order, decision.reduction);
  }

  /// Whether each of `rank` dimensions stands in the order once, or there is no order.
  bool checkOrder(ArrayRef<int> order, size_t rank) {
    SmallVector<int> sorted(order);
    llvm::sort(sorted);
    if (order.empty() || llvm::equal(sorted, llvm::seq<int>(0, rank)))
      return true;
    error("order",
          fmt::format("have {} entries; need each of the {} dimensions of the result once, numbered from 0",
                      order.size(), rank));
    return false;
  }

  void setTiling(ArrayRef<int64_t> sizes, ArrayRef<int64_t> order, ArrayRef<int64_t> reduction) {
    group.setTilingAttr(acc::TilingAttr::get(context, sizes, order, reduction));
    group->setAttr(pinnedAtAttr, StringAttr::get(context, strategy.text(decision.placeOf("tile"))));
  }

  void applyProductTiling() {
    if (!decision.tileSizes.empty())
      return error("tile",
                   "the node is a convolution or matrix product; need named sizes, as in {M: 64, C: 3}");
    if (!decision.reduction.empty())
      return error("reduction",
                   "the node is a convolution or matrix product; its reduction tile is C of `tile`");
    if (isa<acc::ConvOp>(product) && tile[cost::G] > 1 && tile[cost::M] < layer.extents[cost::M])
      return error(
          "tile",
          fmt::format(
              "have {} of {} output channels of each of {} groups; a tile of several groups has them whole",
              tile[cost::M], layer.extents[cost::M], tile[cost::G]));
    if (decision.order.empty())
      return addTilePin();
    // M of a convolution's order stands for its groups too.
    ArrayRef<int> dims = resultDims(product);
    SmallVector<int64_t> order, sizes;
    for (int dim : decision.order) {
      if (!decision.orderIsNamed || dim == cost::C || dim == cost::R || dim == cost::S)
        return error(
            "order",
            fmt::format("need loop dimensions of the result ({}), outermost first; C is always innermost",
                        fmt::join(names(dims), ", ")));
      bool isGroups = dim == cost::G && isa<acc::ConvOp>(product);
      if (isGroups && layer.extents[cost::G] == 1)
        continue;
      const int *found = llvm::find(dims, isGroups ? int(cost::M) : dim);
      if (found == dims.end() && layer.extents[dim] > 1)
        return error("order", fmt::format("have {}, which is no dimension of the result ({})", names(dim)[0],
                                          fmt::join(names(dims), ", ")));
      if (found != dims.end() && !llvm::is_contained(order, found - dims.begin()))
        order.push_back(found - dims.begin());
    }
    for (auto [index, dim] : llvm::enumerate(dims)) {
      sizes.push_back(channelsOr(tile, dim));
      if (llvm::is_contained(order, static_cast<int64_t>(index)))
        continue;
      if (int64_t whole = channelsOr(layer.extents, dim); sizes.back() < whole)
        return error("order", fmt::format("{} is missing, which has {} tiles", names(dim)[0],
                                          (whole + sizes.back() - 1) / sizes.back()));
      order.push_back(index);
    }
    setTiling(sizes, order,
              decision.tile[cost::C] > 0 ? ArrayRef<int64_t>(tile[cost::C]) : ArrayRef<int64_t>());
  }

  /// The size of a dimension of the result, where M and G are one.
  int64_t channelsOr(const cost::Extents &extents, int dim) const {
    return extents[dim] * (dim == cost::M && isa<acc::ConvOp>(product) ? extents[cost::G] : 1);
  }

  static std::vector<std::string> names(ArrayRef<int> dims) {
    std::vector<std::string> list;
    for (int dim : dims)
      list.push_back(std::string(1, loopDimNames[dim]));
    return list;
  }

  /// The tile without an order, which the search finds.
  void addTilePin() {
    Builder builder(context);
    SmallVector<NamedAttribute> sizes;
    for (int dim = 0; dim < cost::loopDims; ++dim)
      sizes.push_back(builder.getNamedAttr(names(dim)[0], builder.getI64IntegerAttr(tile[dim])));
    pins.push_back(builder.getNamedAttr("tile", builder.getDictionaryAttr(sizes)));
    group->setAttr(pinnedAtAttr, StringAttr::get(context, strategy.text(decision.placeOf("tile"))));
  }

  void applyMappings() {
    SmallVector<Operation *> products = productsOf(group);
    if (!decision.mappings.empty() && decision.mappings.size() != products.size())
      return error("mapping",
                   fmt::format("have {} mappings, the node has {} convolutions and matrix products",
                               decision.mappings.size(), products.size()));
    for (auto [op, mapping] : llvm::zip(products, decision.mappings)) {
      if (mapping.array) {
        applyMapping(op, mapping);
      } else if (mapping.dataflow) {
        pins.push_back({StringAttr::get(context, "dataflow"), StringAttr::get(context, *mapping.dataflow)});
        if (!group->hasAttr(pinnedAtAttr))
          group->setAttr(pinnedAtAttr, StringAttr::get(context, strategy.text(mapping.placeOf("dataflow"))));
      }
    }
    if (!pins.empty())
      group->setAttr(pinsAttr, DictionaryAttr::get(context, pins));
  }

  void applyMapping(Operation *op, const MappingDecision &mapping) {
    cost::ArrayTile box = layerOf(op);
    // The box of a group's last product is the tile; those of others follow from it later.
    bool isKnown = op == product && decision.hasTile();
    box.extents = isKnown ? tile : cost::Extents{};
    bool zerosCount = target.array.weightNoc.format != NocFormat::Dense;
    for (const Obstacle &problem : obstaclesOf(*mapping.array, box, target.array, zerosCount))
      error(mapping.placeOf(problem.key),
            fmt::format("mapping{}{}: {}", problem.key.empty() ? "" : ".", problem.key, problem.message));
    if (failedAny)
      return;
    cost::Layer layer = mapping::layerOf(op);
    cost::LayerMapping whole{isKnown ? tile : layer.extents, {}, *mapping.array};
    // Without an order one is found that the dataflow allows.
    if (isKnown && decision.orderIsNamed)
      whole.order.assign(decision.order.begin(), decision.order.end());
    std::optional<size_t> dataflow = dataflowOf(mapping, layer, whole, isKnown);
    if (!dataflow)
      return;
    // Whether the mapping is what it is called shows with the tile.
    if (!isKnown && mapping.dataflow)
      pins.push_back({StringAttr::get(context, "dataflow"), StringAttr::get(context, *mapping.dataflow)});
    const cost::ArrayMapping &array = *mapping.array;
    auto attribute = acc::MappingAttr::getChecked(
        [&] {
          return group.emitError() << strategy.text(mapping.placeOf("")) << ": " << decision.title() << ": mapping: ";
        },
        context, static_cast<acc::Dataflow>(*dataflow), ArrayRef<int64_t>(flat(array.passes)),
        ArrayRef<int64_t>(flat(array.clusterRows)), ArrayRef<int64_t>(flat(array.clusterColumns)),
        ArrayRef<int64_t>(flat(array.peRows)), ArrayRef<int64_t>(flat(array.peColumns)),
        ArrayRef<int64_t>(flat(array.macs)), ArrayRef<int64_t>(flat(array.spad)));
    if (!attribute) {
      failedAny = true;
      return;
    }
    op->setAttr("mapping", attribute);
    op->setAttr(pinnedAtAttr, StringAttr::get(context, strategy.text(mapping.placeOf(""))));
  }

  /// The dataflow that a mapping says it has, or has; nothing after an error.
  std::optional<size_t> dataflowOf(const MappingDecision &decided, const cost::Layer &layer,
                                   const cost::LayerMapping &whole, bool isKnown) {
    if (decided.dataflow) {
      size_t asked = llvm::find(dataflowNames, *decided.dataflow) - dataflowNames.begin();
      std::string violation =
          isKnown ? mapping::violation(static_cast<mapping::Dataflow>(asked), layer, whole) : "";
      if (violation.empty())
        return asked;
      error(decided.placeOf("dataflow"),
            fmt::format("mapping.dataflow: have {}, but the mapping {}; leave the dataflow out, or say mixed",
                        *decided.dataflow, violation));
      return std::nullopt;
    }
    return static_cast<size_t>(mapping::nameDataflow(layer, whole, mapping::DataflowSet::all()));
  }

  acc::GroupOp group;
  const NodeDecision &decision;
  const Strategy &strategy;
  const Target &target;
  StoragePins &storages;
  Operation *product;
  MLIRContext *context;
  cost::ArrayTile layer;
  cost::Extents tile{}; ///< of a product, cut to the layer
  SmallVector<NamedAttribute> pins;
  bool failedAny = false;
};

struct ApplyStrategyPass : strategy::impl::ApplyStrategyBase<ApplyStrategyPass> {
  using ApplyStrategyBase::ApplyStrategyBase;

  void runOnOperation() override {
    Strategy strategy;
    Target machine;
    try {
      machine = Target::load(target);
      strategy = Strategy::load(file);
    } catch (const Error &error) {
      for (StringRef line : llvm::split(StringRef(error.what()), '\n'))
        getOperation().emitError(line);
      return signalPassFailure();
    }
    if (!strategy.target.empty() && strategy.target != machine.name)
      getOperation().emitWarning() << strategy.file << ": was saved for target '" << strategy.target
                                   << "', the target is '" << machine.name << "'";
    getOperation().walk([&](acc::GroupOp group) { groups.push_back(group); });
    StoragePins storages(strategy, machine);
    bool failedAny = false;
    llvm::DenseMap<Operation *, Place> pinned;
    for (const NodeDecision &decision : strategy.nodes) {
      acc::GroupOp group = find(decision, strategy);
      if (!group) {
        failedAny = true;
        continue;
      }
      auto [entry, isNew] = pinned.try_emplace(group, decision.placeOf(""));
      if (!isNew) {
        group.emitError() << strategy.text(decision.placeOf("")) << ": " << decision.title() << ": node "
                          << group.getNode() << " is decided twice, before at "
                          << strategy.text(entry->second);
        failedAny = true;
        continue;
      }
      failedAny |= failed(Application(group, decision, strategy, machine, storages).run());
    }
    if (failedAny)
      return signalPassFailure();
    storages.apply();
  }

private:
  /// The group that a decision names; null after an error.
  acc::GroupOp find(const NodeDecision &decision, const Strategy &strategy) {
    auto fail = [&](const char *key, const std::string &message) {
      getOperation().emitError() << strategy.text(decision.placeOf(key)) << ": " << decision.title() << ": "
                                 << message;
      return acc::GroupOp();
    };
    SmallVector<acc::GroupOp> found;
    for (acc::GroupOp group : groups)
      if (decision.node ? static_cast<int64_t>(group.getNode()) == *decision.node : hasNames(group, decision))
        found.push_back(group);
    if (found.empty() && decision.node)
      return fail(
          "node",
          fmt::format(
              "there is no such node; this model has {}, numbered from 0; the strategy is of another model",
              groups.size()));
    if (found.empty()) {
      std::vector<std::string> names;
      for (acc::GroupOp group : groups)
        for (const std::string &name : namesOf(group))
          names.push_back(name);
      return fail("onnx", fmt::format("no node of this model comes from {}{}",
                                      decision.onnx.size() == 1 ? "it" : "all of them",
                                      target::didYouMean(decision.onnx[0], names)));
    }
    if (found.size() > 1) {
      std::vector<int64_t> numbers;
      for (acc::GroupOp group : found)
        numbers.push_back(group.getNode());
      return fail("onnx", fmt::format("nodes {} come from it; say which by `node: {}`",
                                      fmt::join(numbers, ", "), numbers[0]));
    }
    if (!hasNames(found[0], decision))
      return fail("onnx", fmt::format("node {} comes from '{}'; the strategy is of another model",
                                      *decision.node, fmt::join(namesOf(found[0]), "', '")));
    return found[0];
  }

  static bool hasNames(acc::GroupOp group, const NodeDecision &decision) {
    SmallVector<std::string> names = namesOf(group);
    return llvm::all_of(decision.onnx,
                        [&](const std::string &name) { return llvm::is_contained(names, name); });
  }

  SmallVector<acc::GroupOp> groups;
};
} // namespace

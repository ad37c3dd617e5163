#include "lib/Density/DensityFile.h"
#include "lib/Density/DrawDensities.h"
#include "lib/Density/Feeds.h"
#include "lib/Density/Passes.h"

#include "dialects/Dnn/Constants.h"
#include "dnnc/Error.h"
#include "lib/Reference/Reference.h"
#include "lib/Target/Words.h"

#include "llvm/ADT/MapVector.h"

#include <fmt/format.h>
#include <set>

namespace dnnc::density {
#define GEN_PASS_DEF_APPLYDENSITY
#include "lib/Density/Passes.h.inc"
} // namespace dnnc::density

using namespace mlir;
using namespace dnnc;
using namespace dnnc::density;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

/// Why the elements of a tensor can have no drawn zeros; empty where they can.
static std::string problemOf(RankedTensorType type) {
  Type element = type.getElementType();
  if (!acc::zeroBits(element))
    return "its zero points differ along an axis";
  if (acc::elementBits(element) > 32)
    return "its elements have 64 bits";
  return "";
}

static uint64_t otherThanZero(Type element) {
  return otherThan(*acc::zeroBits(element), acc::elementBits(element), isa<FloatType>(element));
}

namespace {
struct ApplyDensityPass : density::impl::ApplyDensityBase<ApplyDensityPass> {
  using ApplyDensityBase::ApplyDensityBase;

  void runOnOperation() override {
    try {
      given = DensityFile::load(file);
    } catch (const Error &error) {
      getOperation().emitError(error.what());
      return signalPassFailure();
    }
    bool failedAny = false;
    SmallVector<Fed> products = fedProducts(getOperation());
    for (Fed &fed : products)
      failedAny |= failed(apply(fed));
    failedAny |= failed(verifyNames(products));
    if (failedAny)
      return signalPassFailure();
    for (auto &[tensor, drawn] : tensors)
      setDensity(getOperation(), tensor, drawn.density);
    for (Fed &fed : products)
      noteIfmap(fed);
    getOperation().emitRemark(fmt::format(
        "{} gives synthetic densities: the program does not compute what the network does", file.getValue()));
  }

private:
  struct Drawn {
    acc::DensityAttr density;
    std::string by; ///< the layer that gives it; empty by default
  };

  LogicalResult apply(Fed &fed) {
    LayerDensities densities = given.otherwise;
    std::string named, place;
    for (Attribute attribute : fed.group.getOnnx()) {
      auto layer = given.layers.find(cast<StringAttr>(attribute).str());
      if (layer == given.layers.end())
        continue;
      found.insert(layer->first);
      if (!named.empty())
        return fed.group->emitError(fmt::format("{}: '{}' and '{}' became one layer; give its densities once",
                                                given.places[layer->first], named, layer->first));
      named = layer->first, place = given.places[named];
      densities.weights = layer->second.weights ? layer->second.weights : densities.weights;
      densities.activations = layer->second.activations ? layer->second.activations : densities.activations;
    }
    const LayerDensities asked = named.empty() ? LayerDensities() : given.layers[named];
    LogicalResult result = success();
    auto refuse = [&](bool isAsked, const std::string &why) {
      if (isAsked)
        result = fed.group->emitError(
            fmt::format("{}: layer '{}' can have no such density: {}", place, named, why));
    };
    if (densities.weights)
      if (std::string why = drawWeights(fed, *densities.weights); !why.empty())
        refuse(asked.weights.has_value(), "of its weights " + why);
    if (densities.activations)
      if (std::string why = drawIfmap(fed, *densities.activations, asked.activations ? named : "");
          !why.empty())
        refuse(asked.activations.has_value(), "of its ifmap " + why);
    return result;
  }

  /// Why not; empty when done.
  std::string drawWeights(Fed &fed, double density) {
    if (!fed.weight)
      return "nothing is loaded: they are computed on chip";
    SmallVector<acc::ReshapeOp> views;
    Value weight = fed.weight->get();
    while (auto view = weight.getDefiningOp<acc::ReshapeOp>()) {
      views.push_back(view);
      weight = view.getInput();
    }
    auto constant = weight.getDefiningOp<acc::ConstantOp>();
    if (!constant)
      return "nothing is constant: they are computed";
    if (constant.getStorageAttr())
      return "the storage is decided already";
    RankedTensorType type = tensorType(fed.weight->get());
    if (std::string problem = problemOf(type); !problem.empty())
      return problem;
    auto value = reference::readConstant(constant.getValue(), [&]() { return constant.emitError(); });
    if (failed(value))
      return "nothing can be read";
    uint64_t zero = *acc::zeroBits(type.getElementType());
    std::vector<uint8_t> bytes(value->bytes().begin(), value->bytes().end());
    uint64_t seed = seedOf(given.seed, fmt::format("weights of {}", fed.group.getNode()));
    int64_t axis = fed.filterAxis();
    std::vector<float> densities =
        drawDensities(density, given.dispersions.weights, type.getDimSize(static_cast<unsigned>(axis)), seed);
    drawZeros(bytes, acc::elementBytes(type.getElementType()), type.getShape(), axis, densities, zero,
              otherThanZero(type.getElementType()), seed);
    OpBuilder builder(constant);
    auto *data = reinterpret_cast<const char *>(bytes.data());
    auto drawn = acc::ConstantOp::create(
        builder, constant.getLoc(), constant.getType(),
        dnn::constantAttribute(tensorType(constant.getResult()), {data, bytes.size()}, "drawn"),
        acc::StorageAttr());
    // Other layers keep their own.
    Value seen = drawn.getResult();
    for (acc::ReshapeOp view : llvm::reverse(views)) {
      builder.setInsertionPoint(view);
      seen = acc::ReshapeOp::create(builder, view.getLoc(), view.getType(), seen);
    }
    fed.weight->set(seen);
    for (acc::ReshapeOp view : views)
      if (view.use_empty())
        view.erase();
    if (constant.use_empty())
      constant.erase();
    fed.group->setAttr(acc::weightDensityAttr, synthetic(density, axis, given.dispersions.weights, seed));
    return "";
  }

  std::string drawIfmap(Fed &fed, double density, const std::string &by) {
    if (fed.ifmaps.empty())
      return "nothing is loaded that the network computes or is given";
    for (Value tensor : fed.ifmaps)
      if (std::string problem = problemOf(tensorType(tensor)); !problem.empty())
        return problem;
    for (Value tensor : fed.ifmaps) {
      auto known = tensors.find(tensor);
      if (known != tensors.end() && by.empty())
        continue; // the default gives way
      if (known != tensors.end() && !known->second.by.empty() && known->second.density.share() != density)
        return fmt::format("a part is read by '{}' too, which gives {}; give both the same", known->second.by,
                           known->second.density.share());
      uint64_t seed = seedOf(
          given.seed, isa<BlockArgument>(tensor)
                          ? fmt::format("input {}", cast<BlockArgument>(tensor).getArgNumber())
                          : fmt::format("result of {}", tensor.getDefiningOp<acc::GroupOp>().getNode()));
      tensors[tensor] = {synthetic(density, fed.channelAxis(tensor), given.dispersions.activations, seed),
                         by};
    }
    return "";
  }

  /// What the product reads, part by part: also of layers that the file does not name.
  void noteIfmap(Fed &fed) {
    double share = 0, elements = 0;
    bool isDrawn = false;
    for (Value tensor : fed.ifmaps) {
      auto drawn = tensors.find(tensor);
      auto size = static_cast<double>(tensorType(tensor).getNumElements());
      isDrawn |= drawn != tensors.end();
      share += size * (drawn == tensors.end() ? 1 : drawn->second.density.share());
      elements += size;
    }
    if (isDrawn)
      fed.group->setAttr(acc::ifmapDensityAttr, synthetic(share / elements, -1, 0, 0));
  }

  acc::DensityAttr synthetic(double share, int64_t axis, double dispersion, uint64_t seed) {
    return acc::DensityAttr::get(&getContext(), acc::DensityOrigin::synthetic, share, axis, dispersion,
                                 static_cast<int64_t>(seed));
  }

  LogicalResult verifyNames(MutableArrayRef<Fed> products) {
    std::vector<std::string> names;
    for (Fed &fed : products)
      for (Attribute name : fed.group.getOnnx())
        names.push_back(cast<StringAttr>(name).str());
    LogicalResult result = success();
    for (const auto &[name, layer] : given.layers)
      if (!found.contains(name))
        result =
            getOperation().emitError(fmt::format("{}: there is no convolution or matrix product '{}'{}",
                                                 given.places[name], name, target::didYouMean(name, names)));
    return result;
  }

  DensityFile given;
  std::set<std::string> found;
  llvm::MapVector<Value, Drawn> tensors;
};
} // namespace

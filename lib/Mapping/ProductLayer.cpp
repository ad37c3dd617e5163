#include "lib/Mapping/ProductLayer.h"

#include "lib/Cost/WeightShares.h"
#include "lib/Reference/Reference.h"
#include "lib/Sparsity/WeightStructure.h"

#include <cmath>
#include <cstring>

using namespace mlir;
using namespace dnnc;
using namespace dnnc::mapping;
using cost::Extents;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

Operation *mapping::singleProduct(acc::GroupOp group) {
  Block &body = group.getBody().front();
  if (!llvm::hasSingleElement(body.without_terminator()) || !isProduct(&body.front()))
    return nullptr;
  return &body.front();
}

ElementType mapping::elementType(Type element) {
  if (isa<FloatType>(element))
    return ElementType::F32;
  auto quantized = dyn_cast<quant::QuantizedType>(element);
  bool isSigned = quantized ? quantized.isSigned() : !element.isUnsignedInteger();
  switch (acc::elementBytes(element)) {
  case 1:
    return isSigned ? ElementType::I8 : ElementType::U8;
  case 2:
    return isSigned ? ElementType::I16 : ElementType::U16;
  case 8:
    return ElementType::I64;
  default:
    return ElementType::I32;
  }
}

ElementType mapping::arrayType(Type element) {
  ElementType type = elementType(element);
  return type == ElementType::U16 ? ElementType::I16 : type;
}

cost::Layer mapping::layerOf(Operation *product) {
  cost::Layer layer;
  layer.type = arrayType(tensorType(product->getOperand(0)).getElementType());
  layer.outputType = elementType(tensorType(product->getResult(0)).getElementType());
  ArrayRef<int64_t> x = tensorType(product->getOperand(0)).getShape(),
                    y = tensorType(product->getResult(0)).getShape();
  if (auto conv = dyn_cast<acc::ConvOp>(product)) {
    ArrayRef<int64_t> w = tensorType(conv.getWeight()).getShape();
    int64_t groups = conv.getGroup();
    layer.extents = {y[0], groups, w[0] / groups, w[1], y[2], y[3], w[2], w[3]};
    for (int side = 0; side < 2; ++side) {
      layer.strides[side] = conv.getStrides()[side];
      layer.dilations[side] = conv.getDilations()[side];
      layer.pads[side] = conv.getPads()[side];
      layer.ifmap[side] = x[2 + side];
    }
    layer.hasParams = static_cast<bool>(conv.getParam());
    layer.hasTable = static_cast<bool>(conv.getTable());
    return layer;
  }
  auto matmul = cast<acc::MatmulOp>(product);
  layer.matmul = true;
  layer.transposeIfmap = matmul.getTransposeIfmap();
  layer.transposeWeight = matmul.getTransposeWeight();
  layer.extents = {1, y[0], y[2], x[layer.transposeIfmap ? 1 : 2], 1, y[1], 1, 1};
  layer.ifmap = {1, y[1]};
  layer.hasParams = static_cast<bool>(matmul.getParam());
  layer.hasTable = static_cast<bool>(matmul.getTable());
  return layer;
}

static double roundedUp(double density) {
  constexpr double steps = 32;
  return std::max(1.0, std::ceil(density * steps)) / steps;
}

namespace {
/// Weights that are known when compiling, of a target that minds their zeros.
struct KnownWeights {
  Tensor value;
  std::vector<int64_t> shape;
  int elementBytes;
  uint64_t zero;

  bool isZero(int64_t index) const {
    uint64_t element = 0;
    std::memcpy(&element, value.bytes().data() + index * elementBytes, static_cast<size_t>(elementBytes));
    return element == zero;
  }
};
} // namespace

static std::optional<KnownWeights> knownWeights(Operation *product, const Target &target) {
  const Array &array = target.array;
  Value weight = product->getOperand(1);
  auto type = tensorType(weight);
  std::optional<uint64_t> zero = acc::zeroBits(type.getElementType());
  bool minded = array.skipping.weight || array.weightNoc.format != NocFormat::Dense || target.dram.codecs.any();
  acc::ConstantOp constant = minded && zero ? acc::constantOperand(product, 1) : acc::ConstantOp();
  if (!constant)
    return std::nullopt;
  // What cannot be read is an error of the pass that encodes it.
  ScopedDiagnosticHandler quiet(product->getContext(), [](Diagnostic &) { return success(); });
  auto value = reference::readConstant(constant.getValue(), [&]() { return constant.emitError(); });
  int64_t bytes = acc::elementBytes(type.getElementType());
  if (failed(value) || bytes > 4 || type.getNumElements() == 0)
    return std::nullopt;
  return KnownWeights{*value, {type.getShape().begin(), type.getShape().end()}, static_cast<int>(bytes), *zero};
}

static bool isTransposed(Operation *product) {
  auto matmul = dyn_cast<acc::MatmulOp>(product);
  return matmul && !matmul.getTransposeWeight();
}

static cost::Densities densitiesIn(const KnownWeights &weights, Operation *product) {
  int64_t channels = isa<acc::MatmulOp>(product) && !isTransposed(product) ? 2 : 1;
  sparsity::WeightStructure structure =
      sparsity::structureOf({weights.value.bytes(), weights.elementBytes, weights.shape}, {{weights.zero}, 0}, channels);
  cost::Densities densities;
  densities.weight = roundedUp(structure.density());
  if (structure.pattern) {
    densities.kept = structure.pattern->n;
    densities.of = structure.pattern->m;
  }
  return densities;
}

cost::Densities mapping::densitiesOf(Operation *product, const Target &target) {
  std::optional<KnownWeights> weights = knownWeights(product, target);
  return weights ? densitiesIn(*weights, product) : cost::Densities();
}

/// What PEs hold of the weights, where that decides anything.
static std::shared_ptr<const cost::WeightShares> sharesOf(const KnownWeights &weights, const cost::Layer &layer,
                                                          Operation *product, const Array &array) {
  if (!cost::weightSharesMatter(layer.extents, layer.type, layer.densities, array))
    return nullptr;
  const Extents &e = layer.extents;
  int64_t inFilter = e[cost::C] * e[cost::R] * e[cost::S], inGroup = e[cost::M] * inFilter;
  std::vector<uint8_t> present(static_cast<size_t>(e[cost::G] * inGroup));
  bool transposed = isTransposed(product);
  for (int64_t i = 0; i < static_cast<int64_t>(present.size()); ++i) {
    int64_t from = i;
    if (transposed) { // [G][C][M]
      int64_t group = i / inGroup, m = i % inGroup / inFilter, c = i % inFilter;
      from = group * inGroup + c * e[cost::M] + m;
    }
    present[static_cast<size_t>(i)] = !weights.isZero(from);
  }
  return std::make_shared<cost::WeightShares>(e, layer.type, array, present);
}

/// Bits that an element takes in the codecs that serve weights and feature maps alike, at most its own.
static double encodedBits(double density, double bits, const Codecs &codecs) {
  double least = bits;
  if (codecs.bitmask)
    least = std::min(least, density * bits + 1);
  if (codecs.csc && bits == 8)
    least = std::min(least, density * 12);
  return least;
}

/// Bytes of weights that move over the raw bytes, in the codec that suits them best, segments and bursts aside.
static double weightEncoded(const cost::Densities &densities, ElementType type, const Codecs &codecs) {
  auto bits = static_cast<double>(bytesOf(type) * 8);
  double least = encodedBits(densities.weight, bits, codecs);
  if (codecs.nm && densities.of > 0)
    least = std::min(least, static_cast<double>(densities.kept) / static_cast<double>(densities.of) *
                                (bits + std::log2(static_cast<double>(densities.of))));
  return least / bits;
}

/// The same of a feature map whose density is noted: 1 where it stands raw, since it is given or a view shows it in another
/// shape. Words of rlc hold three levels in 64 bits.
static double mapEncoded(Value tensor, acc::DensityAttr noted, ElementType type, const Codecs &codecs) {
  bool isWhole = tensor.getDefiningOp<acc::GroupOp>() &&
                 llvm::none_of(tensor.getUsers(), [](Operation *user) { return isa<acc::ReshapeOp, acc::ConcatOp>(user); });
  if (!noted || !isWhole || bytesOf(type) > 4)
    return 1;
  auto bits = static_cast<double>(bytesOf(type) * 8);
  double density = roundedUp(noted.share()), least = encodedBits(density, bits, codecs);
  if (codecs.rlc && bits == 16)
    least = std::min(least, density * 64 / 3);
  return least / bits;
}

void mapping::expectZeros(cost::Layer &layer, Operation *product, const Target &target) {
  std::optional<KnownWeights> weights = knownWeights(product, target);
  if (weights)
    layer.densities = densitiesIn(*weights, product);
  layer.weightEncoded = weightEncoded(layer.densities, layer.type, target.dram.codecs);
  if (weights)
    layer.weightShares = sharesOf(*weights, layer, product, target.array);
  auto group = product->getParentOfType<acc::GroupOp>();
  if (!group)
    return;
  auto noted = [&](StringRef name) { return group->getAttrOfType<acc::DensityAttr>(name); };
  if (acc::DensityAttr density = noted(acc::ifmapDensityAttr)) {
    layer.densities.ifmap = roundedUp(density.share());
    layer.gatedMacs = 1 - layer.densities.ifmap;
    if (auto ifmap = dyn_cast<BlockArgument>(product->getOperand(0)))
      layer.ifmapEncoded = mapEncoded(group.getInputs()[ifmap.getArgNumber()], density, layer.type, target.dram.codecs);
  }
  layer.ofmapEncoded = mapEncoded(group.getResult(), noted(acc::densityAttr), layer.outputType, target.dram.codecs);
}

acc::TilingAttr mapping::tilingAttribute(Operation *product, const cost::LayerMapping &mapping) {
  const Extents &tile = mapping.tile;
  SmallVector<int64_t> sizes, dimOf, order;
  if (isa<acc::ConvOp>(product)) {
    sizes = {tile[cost::N], tile[cost::G] * tile[cost::M], tile[cost::P], tile[cost::Q]};
    dimOf = {0, 1, 1, -1, 2, 3, -1, -1};
  } else {
    sizes = {tile[cost::G], tile[cost::Q], tile[cost::M]};
    dimOf = {-1, 0, 2, -1, -1, 1, -1, -1};
  }
  for (int dim : mapping.order)
    if (dimOf[dim] >= 0 && !llvm::is_contained(order, dimOf[dim]))
      order.push_back(dimOf[dim]);
  for (size_t dim = 0; dim < sizes.size(); ++dim)
    if (!llvm::is_contained(order, static_cast<int64_t>(dim)))
      order.push_back(dim);
  return acc::TilingAttr::get(product->getContext(), sizes, order, {tile[cost::C]});
}

acc::MappingAttr mapping::mappingAttribute(MLIRContext *context, Dataflow dataflow,
                                           const cost::ArrayMapping &mapping) {
  auto flat = [](const cost::Factors &factors) {
    SmallVector<int64_t> list;
    for (auto [dim, factor] : factors)
      list.append({dim, factor});
    return list;
  };
  return acc::MappingAttr::get(context, static_cast<acc::Dataflow>(dataflow), flat(mapping.passes),
                               flat(mapping.clusterRows), flat(mapping.clusterColumns), flat(mapping.peRows),
                               flat(mapping.peColumns), flat(mapping.macs), flat(mapping.spad));
}

cost::ArrayMapping mapping::arrayMappingOf(acc::MappingAttr mapping) {
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

cost::LayerMapping mapping::tileOf(Operation *product, acc::TilingAttr tiling) {
  cost::Layer layer = layerOf(product);
  cost::LayerMapping mapping;
  ArrayRef<int64_t> y = tensorType(product->getResult(0)).getShape();
  SmallVector<int64_t> sizes;
  for (auto [size, whole] : llvm::zip(tiling.getSizes(), y))
    sizes.push_back(std::min(size, whole));
  int64_t depth = layer.extents[cost::C];
  int64_t channels = tiling.getReduction().empty() ? depth : std::min(tiling.getReduction()[0], depth);
  SmallVector<SmallVector<int>> dimsOf;
  if (isa<acc::ConvOp>(product)) {
    int64_t perGroup = layer.extents[cost::M];
    // Whole groups, or a part of one; what is neither, verify() sees as a part that does not divide.
    bool wholeGroups = layer.extents[cost::G] > 1 && sizes[1] % perGroup == 0;
    mapping.tile = {sizes[0],
                    wholeGroups ? sizes[1] / perGroup : 1,
                    wholeGroups ? perGroup : sizes[1],
                    channels,
                    sizes[2],
                    sizes[3],
                    layer.extents[cost::R],
                    layer.extents[cost::S]};
    dimsOf = {{cost::N}, {cost::G, cost::M}, {cost::P}, {cost::Q}};
  } else {
    mapping.tile = {1, sizes[0], sizes[2], channels, 1, sizes[1], 1, 1};
    dimsOf = {{cost::G}, {cost::Q}, {cost::M}};
  }
  for (int64_t dim : tiling.getOrder())
    for (int loop : dimsOf[dim])
      if (tilesAlong(layer, mapping.tile, loop) > 1)
        mapping.order.push_back(loop);
  return mapping;
}

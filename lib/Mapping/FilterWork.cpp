#include "lib/Mapping/FilterWork.h"

#include "lib/Cost/SentShare.h"
#include "lib/Mapping/ProductLayer.h"
#include "lib/Reference/Reference.h"

using namespace mlir;
using namespace dnnc;
using namespace dnnc::mapping;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

unsigned mapping::filterDimension(Operation *product) {
  auto matmul = dyn_cast<acc::MatmulOp>(product);
  return !matmul ? 0 : matmul.getTransposeWeight() ? 1 : 2;
}

namespace {
/// How the indices of a dimension that is summed over fall to passes and, in a pass, to multipliers side by
/// side.
struct Spread {
  int64_t tile, inPass, inShare;
  Spread(int64_t extent, int64_t tile, int64_t inPass, int64_t inShare)
      : tile(tile), inPass(std::min(inPass, tile)), inShare(std::min(inShare, tile)), extent(extent) {}

  int64_t passesInTile() const { return llvm::divideCeil(tile, inPass); }
  int64_t passes() const { return llvm::divideCeil(extent, tile) * passesInTile(); }
  int64_t parts() const { return llvm::divideCeil(inPass, inShare); }
  int64_t passOf(int64_t i) const { return i / tile * passesInTile() + i % tile / inPass; }
  int64_t partOf(int64_t i) const { return i % tile % inPass / inShare; }

private:
  int64_t extent;
};
} // namespace

/// Whether the array gets weights so that it knows their zeros.
static bool knowsZeros(Operation *product, const cost::Layer &layer, const cost::LayerMapping &mapping,
                       const Target &target) {
  cost::ArrayTile tile;
  tile.extents = mapping.tile;
  tile.type = layer.type;
  tile.densities = densitiesOf(product, target);
  return cost::sentOf(tile, mapping.array, target.array).minded.weight < 1;
}

template <typename T>
static void count(FilterWork &work, const Tensor &weights, std::span<const int32_t> records,
                  const cost::Extents &layer, ArrayRef<int64_t> strides,
                  const std::array<Spread, 3> &spreads) {
  std::span<const T> elements = weights.as<T>();
  sparsity::FilterCounts &counts = work.counts;
  for (int64_t m = 0; m < counts.filters; ++m) {
    auto zero = static_cast<T>(static_cast<int16_t>(records[static_cast<size_t>(4 * m + 2)]));
    int32_t *to = counts.counts.data() + m * counts.passes * counts.parts;
    for (int64_t c = 0; c < layer[cost::C]; ++c)
      for (int64_t r = 0; r < layer[cost::R]; ++r)
        for (int64_t s = 0; s < layer[cost::S]; ++s) {
          int64_t pass = 0, part = 0;
          for (auto [spread, index] : llvm::zip(spreads, std::array{c, r, s})) {
            pass = pass * spread.passes() + spread.passOf(index);
            part = part * spread.parts() + spread.partOf(index);
          }
          int64_t at = m * strides[0] + c * strides[1] + r * strides[2] + s * strides[3];
          to[pass * counts.parts + part] += elements[static_cast<size_t>(at)] != zero;
        }
  }
}

FailureOr<std::optional<FilterWork>> mapping::filterWork(acc::GroupOp group, const Target &target) {
  Operation *product = singleProduct(group);
  auto attribute = product ? product->getAttrOfType<acc::MappingAttr>("mapping") : acc::MappingAttr();
  if (!attribute || !group.getTilingAttr() || !target.array.skipping.weight ||
      target.array.skipping.macs != Skipping::Macs::Independent)
    return std::optional<FilterWork>();
  cost::Layer layer = layerOf(product);
  bool hasParam = isa<acc::ConvOp>(product) ? static_cast<bool>(cast<acc::ConvOp>(product).getParam())
                                            : static_cast<bool>(cast<acc::MatmulOp>(product).getParam());
  acc::ConstantOp weight = acc::constantOperand(product, 1),
                  param = hasParam ? acc::constantOperand(product, 2) : acc::ConstantOp();
  if (!weight || !param || layer.extents[cost::G] != 1)
    return std::optional<FilterWork>();
  cost::LayerMapping decided = tileOf(product, group.getTilingAttr());
  decided.array = arrayMappingOf(attribute);
  if (!knowsZeros(product, layer, decided, target))
    return std::optional<FilterWork>();
  auto weights = reference::readConstant(weight.getValue(), [&]() { return weight.emitError(); });
  auto records = reference::readConstant(param.getValue(), [&]() { return param.emitError(); });
  if (failed(weights) || failed(records))
    return failure();

  const cost::Extents &e = layer.extents;
  cost::MappingShape shape = cost::shapeOf(decided.array);
  auto spread = [&](int dim) { return Spread(e[dim], decided.tile[dim], shape.inner(dim), shape.spad[dim]); };
  std::array<Spread, 3> spreads = {spread(cost::C), spread(cost::R), spread(cost::S)};
  Spread filters = spread(cost::M);
  FilterWork work;
  work.layout = {filters.tile, filters.inPass, filters.inShare};
  work.counts.filters = e[cost::M];
  for (const Spread &one : spreads) {
    work.counts.passes *= one.passes();
    work.counts.parts *= one.parts();
  }
  // More counts than layers have that anything can be balanced in: each multiplier would have a handful of weights.
  constexpr int64_t mostCounts = int64_t(1) << 25;
  if (work.counts.passes * work.counts.parts > mostCounts / work.counts.filters)
    return std::optional<FilterWork>();
  work.counts.counts.resize(
      static_cast<size_t>(work.counts.filters * work.counts.passes * work.counts.parts));
  SmallVector<int64_t> strides = {e[cost::C] * e[cost::R] * e[cost::S], e[cost::R] * e[cost::S], e[cost::S],
                                  1};
  if (filterDimension(product) == 2)
    strides = {1, e[cost::M], 0, 0};
  // Bits are compared: of integers as they stand, signed or not.
  if (layer.type == ElementType::F32)
    count<float>(work, *weights, records->as<int32_t>(), e, strides, spreads);
  else if (layer.type == ElementType::I16)
    count<uint16_t>(work, *weights, records->as<int32_t>(), e, strides, spreads);
  else
    count<uint8_t>(work, *weights, records->as<int32_t>(), e, strides, spreads);
  return std::optional<FilterWork>(std::move(work));
}

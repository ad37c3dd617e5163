// Array tasks of convolutions and matrix products.
#include "lib/Cost/ArrayCost.h"
#include "lib/Cost/Footprint.h"
#include "lib/Schedule/NestBuilder.h"

using namespace mlir;
using namespace dnnc;
using namespace dnnc::schedule;

namespace {
/// What an array task says of its tile, apart from the output path.
struct ArrayTile {
  SmallVector<int64_t> extents, bounds, ifmapSize, ifmapStrides, weightStrides, outputStrides;
  SmallVector<int64_t> strides = {1, 1}, dilations = {1, 1};
  SmallVector<AffineExpr> offsets, origin;
  int64_t ifmapOffset = 0;
};

AffineExpr constant(NestBuilder &nest, int64_t value) { return getAffineConstantExpr(value, nest.context()); }

ArrayRef<int64_t> shapeOf(Value value) { return cast<RankedTensorType>(value.getType()).getShape(); }

/// Where the coordinate `needed` lies in a box dimension that begins at `have`: both depend on the loops
/// alike, so the difference is a constant.
int64_t distance(AffineExpr needed, AffineExpr have) {
  AffineExpr difference = simplifyAffineExpr(needed - have, 16, 0);
  auto value = dyn_cast<AffineConstantExpr>(difference);
  return value ? value.getValue() : 0;
}

ArrayTile convTile(NestBuilder &nest, acc::ConvOp conv, ArrayRef<Tile> inputs, const Tile &output) {
  ArrayRef<int64_t> x = shapeOf(conv.getIfmap()), w = shapeOf(conv.getWeight()),
                    y = shapeOf(conv.getResult());
  const Box &in = inputs[0].box, &weight = inputs[1].box, &out = output.box;
  int64_t group = conv.getGroup(), perGroup = w[0] / group;
  ArrayTile tile;
  tile.strides.assign(conv.getStrides().begin(), conv.getStrides().end());
  tile.dilations.assign(conv.getDilations().begin(), conv.getDilations().end());
  int64_t groups = group > 1 && out.sizes[1] >= perGroup ? out.sizes[1] / perGroup : 1;
  AffineExpr groupOffset = constant(nest, 0), channelOffset = out.offsets[1];
  if (group > 1 && out.sizes[1] >= perGroup) {
    groupOffset = out.offsets[1].floorDiv(perGroup);
    channelOffset = constant(nest, 0);
  } else if (group > 1) {
    // Part of a group: the tile is the result's, and its loops are those over groups and within one.
    channelOffset = constant(nest, 0);
    for (auto [depth, loop] : llvm::enumerate(nest.getLoops())) {
      if (loop.outDim != 1)
        continue;
      AffineExpr index = getAffineDimExpr(depth, nest.context());
      if (loop.stride >= perGroup)
        groupOffset = groupOffset + index * (loop.stride / perGroup);
      else
        channelOffset = channelOffset + index * loop.stride;
    }
  }
  tile.extents = {out.sizes[0],
                  groups,
                  group > 1 ? std::min(out.sizes[1], perGroup) : out.sizes[1],
                  weight.sizes[1],
                  out.sizes[2],
                  out.sizes[3],
                  w[2],
                  w[3]};
  tile.offsets = {out.offsets[0], groupOffset,    channelOffset,     weight.offsets[1],
                  out.offsets[2], out.offsets[3], constant(nest, 0), constant(nest, 0)};
  tile.bounds = {y[0], group, perGroup, w[1], y[2], y[3], w[2], w[3]};
  for (int d = 0; d < 2; ++d) {
    tile.origin.push_back(out.offsets[2 + d] * conv.getStrides()[d] - conv.getPads()[d]);
    tile.ifmapSize.push_back(x[2 + d]);
  }
  int64_t plane = in.sizes[2] * in.sizes[3];
  tile.ifmapStrides = {in.sizes[1] * plane, w[1] * plane, plane, in.sizes[3], 1};
  tile.ifmapOffset =
      distance(tile.origin[0], in.offsets[2]) * in.sizes[3] + distance(tile.origin[1], in.offsets[3]);
  int64_t filter = weight.sizes[2] * weight.sizes[3];
  tile.weightStrides = {tile.extents[acc::M] * weight.sizes[1] * filter, weight.sizes[1] * filter, filter,
                        weight.sizes[3], 1};
  int64_t outPlane = out.sizes[2] * out.sizes[3];
  tile.outputStrides = {out.sizes[1] * outPlane, tile.extents[acc::M] * outPlane, outPlane, out.sizes[3], 1};
  return tile;
}

ArrayTile matmulTile(NestBuilder &nest, acc::MatmulOp matmul, ArrayRef<Tile> inputs, const Tile &output) {
  ArrayRef<int64_t> y = shapeOf(matmul.getResult()), x = shapeOf(matmul.getIfmap());
  const Box &in = inputs[0].box, &weight = inputs[1].box, &out = output.box;
  bool transposeX = matmul.getTransposeIfmap(), transposeW = matmul.getTransposeWeight();
  int64_t depthDim = transposeX ? 1 : 2;
  ArrayTile tile;
  AffineExpr zero = constant(nest, 0);
  tile.extents = {1, out.sizes[0], out.sizes[2], in.sizes[depthDim], 1, out.sizes[1], 1, 1};
  tile.offsets = {zero, out.offsets[0], out.offsets[2], in.offsets[depthDim],
                  zero, out.offsets[1], zero,           zero};
  tile.bounds = {1, y[0], y[2], x[depthDim], 1, y[1], 1, 1};
  tile.origin = {zero, out.offsets[1]};
  tile.ifmapSize = {1, y[1]};
  tile.ifmapStrides = {0, in.sizes[1] * in.sizes[2], transposeX ? in.sizes[2] : 1, 0,
                       transposeX ? 1 : in.sizes[2]};
  tile.weightStrides = {weight.sizes[1] * weight.sizes[2], transposeW ? weight.sizes[2] : 1,
                        transposeW ? 1 : weight.sizes[2], 0, 0};
  tile.outputStrides = {0, out.sizes[1] * out.sizes[2], 1, 0, out.sizes[2]};
  return tile;
}

/// Whether psums leave their spads before they are complete.
bool spillsPsums(acc::MappingAttr attribute, ArrayRef<int64_t> extents) {
  auto factors = [](ArrayRef<int64_t> flat) {
    cost::Factors pairs;
    for (size_t i = 0; i + 1 < flat.size(); i += 2)
      pairs.push_back({static_cast<int>(flat[i]), flat[i + 1]});
    return pairs;
  };
  cost::ArrayMapping mapping = {factors(attribute.getPasses()),
                                factors(attribute.getClusterRows()),
                                factors(attribute.getClusterColumns()),
                                factors(attribute.getPeRows()),
                                factors(attribute.getPeColumns()),
                                factors(attribute.getMacs()),
                                factors(attribute.getSpad())};
  cost::Extents tile;
  llvm::copy(extents, tile.begin());
  return cost::spillsPsums(mapping, tile);
}

template <typename OpTy>
void emit(NestBuilder &nest, OpTy op, const ArrayTile &tile, ArrayRef<Tile> inputs, const Tile &output,
          unsigned depth) {
  OpBuilder builder = nest.at(depth);
  unsigned next = 2;
  const Tile *param = op.getParam() ? &inputs[next++] : nullptr;
  const Tile *table = op.getTable() ? &inputs[next++] : nullptr;
  // Parts of the reduction meet in the output tile where a psum takes as much room as an element of it,
  // otherwise in a buffer that only the array touches.
  std::optional<Tile> psum;
  cost::PsumPlace place = cost::psumPlace(nest.machine(), tile.extents[acc::C] < tile.bounds[acc::C],
                              spillsPsums(op.getMappingAttr(), tile.extents),
                              static_cast<Operand>(output.type().getRole()), output.type().getElementBytes());
  // A result that is displaced to a psum's place would be written over it.
  if (place.inPlace && !op.getDisplaced()) {
    psum = output;
  } else if (place.needed) {
    int64_t cellBits = 8 * cost::psumCellBytes(nest.machine());
    bool isFloat = op.getMode() == acc::OutputMode::floating && cellBits == 32;
    Type type = isFloat ? Type(builder.getF32Type()) : builder.getIntegerType(cellBits);
    psum = nest.buffer(output.box, type, acc::Role::psum, output.depth, /*single=*/true);
  }
  SmallVector<const Tile *> tiles = {&inputs[0], &inputs[1]};
  for (const Tile *optional : {param, table, static_cast<const Tile *>(psum ? &*psum : nullptr)})
    if (optional)
      tiles.push_back(optional);
  tiles.push_back(&output);
  acc::ArrayOp::create(
      builder, nest.loc(), inputs[0].buffer, inputs[1].buffer, param ? param->buffer : Value(),
      table ? table->buffer : Value(), psum ? psum->buffer : Value(), output.buffer, nest.slots(tiles, depth),
      tile.extents, nest.map(depth, tile.offsets), tile.bounds, nest.map(depth, tile.origin),
      tile.ifmapOffset, tile.ifmapSize, tile.strides, tile.dilations, tile.ifmapStrides, tile.weightStrides,
      tile.outputStrides, tile.outputStrides, op.getIfmapZeroPoint(), op.getOutputZeroPoint(), op.getMode(),
      op.getOutputScale(), op.getClampLow(), op.getClampHigh(), op.getMappingAttr(), op.getDisplaced(),
      ArrayRef<int64_t>(), ArrayRef<int64_t>());
}
} // namespace

void schedule::emitProduct(NestBuilder &nest, Operation *op, ArrayRef<Tile> inputs, const Tile &output,
                           unsigned depth) {
  if (auto conv = dyn_cast<acc::ConvOp>(op))
    emit(nest, conv, convTile(nest, conv, inputs, output), inputs, output, depth);
  else
    emit(nest, cast<acc::MatmulOp>(op), matmulTile(nest, cast<acc::MatmulOp>(op), inputs, output), inputs,
         output, depth);
}

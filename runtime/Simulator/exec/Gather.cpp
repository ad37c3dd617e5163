// isa.gather: data movement by a table of positions.
#include "runtime/Simulator/exec/Execute.h"
#include "runtime/Simulator/exec/Tile.h"
#include "runtime/Simulator/kernels/Bytes.h"
#include "runtime/Simulator/kernels/CopyBox.h"

#include <fmt/format.h>

namespace dnnc::sim {

/// As permute, but along `axis` element j of the result comes from input position indices[j] − index_origin;
/// indices[j] is the int32 at indices + 4·j.
void execute(const isa::Gather &gather, Context &context) {
  checkElementBytes(gather.elementBytes, context);
  Tile tile = clip(gather.extents, gather.offsets, gather.bounds, context);
  checkStrides("input_strides", gather.inputStrides, tile.rank, context);
  checkStrides("output_strides", gather.outputStrides, tile.rank, context);
  if (gather.axis < 0 || gather.axis >= tile.rank)
    context.fail(fmt::format("the axis is {}; need one of the tile's {} dimensions", gather.axis, tile.rank));
  if (tile.empty())
    return;
  context.work(tile.elements());

  int axis = static_cast<int>(gather.axis);
  int64_t inputStride = gather.inputStrides[axis], outputStride = gather.outputStrides[axis];
  int64_t origin = resolvePosition(gather.indexOrigin, context);
  int64_t table = resolveAddress(gather.indices, context) + 4 * tile.begin[axis];
  const uint8_t *indices = context.read(gather.indicesMemory, table, Box(4, {{tile.count[axis], 4}}));
  Box target = tile.box(gather.outputStrides, gather.elementBytes);
  int64_t output = tile.addressOf(resolveAddress(gather.output, context), gather.outputStrides, context);
  uint8_t *to = context.write(gather.outputMemory, output, target);

  // One slice of the result at a time; its input box lies where the index says.
  Tile slice = tile;
  slice.begin[axis] = 0, slice.count[axis] = 1;
  Box source = slice.box(gather.inputStrides, gather.elementBytes);
  target.dims[axis].extent = 1;
  int64_t input = slice.addressOf(resolveAddress(gather.input, context), gather.inputStrides, context);
  for (int64_t j = 0; j < tile.count[axis]; ++j) {
    __int128 position = __int128(loadAs<int32_t>(indices + 4 * j)) - origin;
    __int128 address = input + position * inputStride;
    if (address < 0 || address > (int64_t(1) << 62))
      context.fail(fmt::format("index {} of the table is {}: no memory is there", j,
                               loadAs<int32_t>(indices + 4 * j)));
    const uint8_t *from = context.read(gather.inputMemory, static_cast<int64_t>(address), source);
    copyBox(from, source, to + j * outputStride, target);
  }
}

} // namespace dnnc::sim

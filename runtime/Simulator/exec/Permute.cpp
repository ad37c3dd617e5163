// isa.permute: pure data movement on chip.
#include "runtime/Simulator/exec/Execute.h"
#include "runtime/Simulator/exec/Tile.h"
#include "runtime/Simulator/kernels/CopyBox.h"

namespace dnnc::sim {

/// Copies each element e of the tile inside the bounds from input + Σ e·input_stride to output + Σ
/// e·output_stride.
void execute(const isa::Permute &permute, Context &context) {
  checkElementBytes(permute.elementBytes, context);
  Tile tile = clip(permute.extents, permute.offsets, permute.bounds, context);
  checkStrides("input_strides", permute.inputStrides, tile.rank, context);
  checkStrides("output_strides", permute.outputStrides, tile.rank, context);
  if (tile.empty())
    return;
  context.work(tile.elements());
  Box source = tile.box(permute.inputStrides, permute.elementBytes);
  Box target = tile.box(permute.outputStrides, permute.elementBytes);
  int64_t input = tile.addressOf(resolveAddress(permute.input, context), permute.inputStrides, context);
  int64_t output = tile.addressOf(resolveAddress(permute.output, context), permute.outputStrides, context);
  const uint8_t *from = context.read(permute.inputMemory, input, source);
  copyBox(from, source, context.write(permute.outputMemory, output, target), target);
}

} // namespace dnnc::sim

// isa.store: on-chip memory to DRAM.
#include "runtime/Simulator/exec/Execute.h"
#include "runtime/Simulator/exec/Segments.h"
#include "runtime/Simulator/exec/Tile.h"
#include "runtime/Simulator/kernels/CopyBox.h"

namespace dnnc::sim {

/// Copies each element e of the tile with 0 ≤ offset + e < bound in every dimension from buffer + Σ
/// e·buffer_stride to dram + Σ e·dram_stride, or encodes the tile's segments.
void execute(const isa::Store &store, Context &context) {
  checkElementBytes(store.elementBytes, context);
  Tile tile = clip(store.extents, store.offsets, store.bounds, context);
  checkStrides("buffer_strides", store.bufferStrides, tile.rank, context);
  if (!isa::isSegmented(store))
    checkStrides("dram_strides", store.dramStrides, tile.rank, context);
  if (tile.empty())
    return;
  context.work(tile.elements());
  Box source = tile.box(store.bufferStrides, store.elementBytes);
  int64_t buffer = tile.addressOf(resolveAddress(store.buffer, context), store.bufferStrides, context);
  const uint8_t *from = context.read(store.memory, buffer, source);
  if (isa::isSegmented(store)) {
    Segments segments(store, tile, context);
    segments.encode(from, context.write(Context::dram, segments.address, segments.box), context);
    return;
  }
  Box target = tile.box(store.dramStrides, store.elementBytes);
  int64_t dram = tile.addressOf(resolveAddress(store.dram, context), store.dramStrides, context);
  copyBox(from, source, context.write(Context::dram, dram, target), target);
}

} // namespace dnnc::sim

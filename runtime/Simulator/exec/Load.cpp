// isa.load: DRAM to an on-chip memory.
#include "runtime/Simulator/exec/Bitmask.h"
#include "runtime/Simulator/exec/Execute.h"
#include "runtime/Simulator/exec/Tile.h"
#include "runtime/Simulator/kernels/CopyBox.h"

namespace dnnc::sim {

/// Copies each element e of the tile with 0 ≤ offset + e < bound in every dimension from dram + Σ
/// e·dram_stride to buffer + Σ e·buffer_stride. With pad = fill the other elements of the tile are written
/// with pad_value.
void execute(const isa::Load &load, Context &context) {
  checkElementBytes(load.elementBytes, context);
  Tile tile = clip(load.extents, load.offsets, load.bounds, context);
  checkStrides("buffer_strides", load.bufferStrides, tile.rank, context);
  int64_t dram = resolveAddress(load.dram, context), buffer = resolveAddress(load.buffer, context);

  if (load.codec == isa::Codec::Bitmask)
    return loadBitmask({.dram = dram,
                        .memory = load.memory,
                        .buffer = buffer,
                        .elementBytes = load.elementBytes,
                        .extents = load.extents,
                        .bufferStrides = load.bufferStrides},
                       context);

  checkStrides("dram_strides", load.dramStrides, tile.rank, context);
  Box source = tile.box(load.dramStrides, load.elementBytes);
  Box inside = tile.box(load.bufferStrides, load.elementBytes);
  int64_t first = tile.empty() ? 0 : tile.addressOf(dram, load.dramStrides, context);

  if (load.pad == isa::PadMode::None || tile.whole()) {
    if (tile.empty())
      return;
    context.work(tile.elements());
    const uint8_t *from = context.read(Context::dram, first, source);
    copyBox(from, source,
            context.write(load.memory, tile.addressOf(buffer, load.bufferStrides, context), inside), inside);
    return;
  }

  Box whole(load.elementBytes);
  int64_t elements = 1;
  for (int d = 0; d < tile.rank; ++d) {
    whole.add(tile.extents[d], load.bufferStrides[d]);
    elements = saturatedWork(elements, tile.extents[d]);
  }
  if (elements == 0)
    return;
  context.work(elements);
  const uint8_t *from = tile.empty() ? nullptr : context.read(Context::dram, first, source);
  uint8_t *to = context.write(load.memory, buffer, whole);
  fillBox(to, whole, static_cast<uint64_t>(load.padValue));
  if (!from)
    return;
  for (int d = 0; d < tile.rank; ++d)
    to += tile.begin[d] * load.bufferStrides[d];
  copyBox(from, source, to, inside);
}

} // namespace dnnc::sim

// isa.load: DRAM to an on-chip memory.
#include "runtime/Simulator/exec/Execute.h"
#include "runtime/Simulator/exec/Segments.h"
#include "runtime/Simulator/exec/Tile.h"
#include "runtime/Simulator/kernels/CopyBox.h"

#include <optional>

namespace dnnc::sim {
namespace {

/// Where a load's elements come from: a box of DRAM, or encoded segments.
class Source {
public:
  /// Nothing is announced as read for a tile with no element inside the bounds.
  Source(const isa::Load &load, const Tile &tile, Context &context) {
    if (tile.empty())
      return;
    if (isa::isSegmented(load)) {
      segments.emplace(load, tile, context);
      bytes = context.read(Context::dram, segments->address, segments->box);
      return;
    }
    int64_t first = tile.addressOf(resolveAddress(load.dram, context), load.dramStrides, context);
    box = tile.box(load.dramStrides, load.elementBytes);
    bytes = context.read(Context::dram, first, box);
  }
  /// Moves the elements inside the bounds, which become `target`.
  void moveTo(uint8_t *to, const Box &target, Context &context) const {
    segments ? segments->decode(bytes, to, context) : copyBox(bytes, box, to, target);
  }

private:
  std::optional<Segments> segments;
  Box box;
  const uint8_t *bytes = nullptr;
};

} // namespace

/// Copies each element e of the tile with 0 ≤ offset + e < bound in every dimension from dram + Σ
/// e·dram_stride to buffer + Σ e·buffer_stride. With pad = fill the other elements of the tile are written
/// with pad_value.
void execute(const isa::Load &load, Context &context) {
  checkElementBytes(load.elementBytes, context);
  Tile tile = clip(load.extents, load.offsets, load.bounds, context);
  checkStrides("buffer_strides", load.bufferStrides, tile.rank, context);
  int64_t buffer = resolveAddress(load.buffer, context);

  if (!isa::isSegmented(load))
    checkStrides("dram_strides", load.dramStrides, tile.rank, context);
  Box inside = tile.box(load.bufferStrides, load.elementBytes);
  if (load.pad == isa::PadMode::None || tile.whole()) {
    if (tile.empty())
      return;
    context.work(tile.elements());
    Source source(load, tile, context);
    source.moveTo(context.write(load.memory, tile.addressOf(buffer, load.bufferStrides, context), inside),
                  inside, context);
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
  Source source(load, tile, context);
  uint8_t *to = context.write(load.memory, buffer, whole);
  fillBox(to, whole, static_cast<uint64_t>(load.padValue));
  if (tile.empty())
    return;
  for (int d = 0; d < tile.rank; ++d)
    to += tile.begin[d] * load.bufferStrides[d];
  source.moveTo(to, inside, context);
}

} // namespace dnnc::sim

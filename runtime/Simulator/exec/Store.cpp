// isa.store: on-chip memory to DRAM.
#include "runtime/Simulator/DrawnZeros.h"
#include "runtime/Simulator/exec/Execute.h"
#include "runtime/Simulator/exec/Segments.h"
#include "runtime/Simulator/exec/Tile.h"
#include "runtime/Simulator/kernels/CopyBox.h"

#include <vector>

namespace dnnc::sim {
namespace {

/// The elements that a store takes to DRAM: those of the buffer, or a copy with drawn zeros.
class Stored {
public:
  Stored(const isa::Store &store, const Tile &tile, const uint8_t *buffer, const Box &box, Context &context)
      : first(buffer) {
    const DrawnZeros *zeros = context.drawnZeros();
    if (!zeros)
      return;
    auto part = [&](const auto &list) { return std::span(list.data(), static_cast<size_t>(tile.rank)); };
    if (std::string problem = zeros->problem(part(tile.bounds), store.elementBytes); !problem.empty())
      context.fail(problem);
    // In the memory, which was checked: no larger than it.
    Box::Range range = *box.range();
    copy.assign(buffer + range.begin, buffer + range.end);
    uint8_t *changed = copy.data() - range.begin;
    std::array<int64_t, Box::maxRank> begin{};
    for (int d = 0; d < tile.rank; ++d)
      begin[d] = tile.offsets[d] + tile.begin[d];
    zeros->apply(changed, store.bufferStrides, part(begin), part(tile.count), part(tile.bounds));
    first = changed;
  }
  const uint8_t *element() const { return first; }

private:
  std::vector<uint8_t> copy;
  const uint8_t *first;
};

} // namespace

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
  const Stored stored(store, tile, context.read(store.memory, buffer, source), source, context);
  const uint8_t *from = stored.element();
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

#include "runtime/Simulator/exec/Segments.h"

#include "runtime/Isa/Rlc.h"

#include <fmt/format.h>

#include <algorithm>

namespace dnnc::sim {

Segments::Segments(const Tile &tile, const std::vector<int64_t> &segment,
                   const std::vector<int64_t> &dramStrides, const std::vector<int64_t> &bufferStrides,
                   int64_t elementBytes, int64_t zeroValue, int64_t dram, Context &context)
    : tile(tile), segment(segment), dramStrides(dramStrides), bufferStrides(bufferStrides),
      zero(static_cast<uint16_t>(zeroValue)) {
  if (elementBytes != 2)
    context.fail(fmt::format("elements of {} bytes are run-length encoded; need 2", elementBytes));
  if (tile.rank >= Box::maxRank)
    context.fail(fmt::format("a tile of {} dimensions is run-length encoded; at most {} are possible",
                             tile.rank, Box::maxRank - 1));
  checkStrides("dram_strides", dramStrides, static_cast<size_t>(tile.rank), context);
  if (segment.size() != static_cast<size_t>(tile.rank))
    context.fail(fmt::format("segment has {} numbers; need {}", segment.size(), tile.rank));

  int64_t elements = 1;
  __int128 first = dram;
  for (int d = 0; d < tile.rank; ++d) {
    int64_t size = segment[d], begin = tile.offsets[d] + tile.begin[d], end = begin + tile.count[d];
    if (size < 1)
      context.fail(fmt::format("segment has {}; need at least 1", size));
    if (begin % size != 0 || (end % size != 0 && end != tile.bounds[d]))
      context.fail(
          fmt::format("the tile has elements [{}, {}) of dimension {}, which cuts a segment of {}; only "
                      "whole segments can be moved",
                      begin, end, d, size));
    counts[d] = (tile.count[d] - 1) / size + 1;
    box.add(counts[d], dramStrides[d]);
    elements = saturatedWork(elements, size);
    first += __int128(begin / size) * dramStrides[d];
  }
  constexpr __int128 farthest = __int128(1) << 61;
  if (first < -farthest || first > farthest)
    context.fail("the tile's segments begin beyond any memory");
  address = static_cast<int64_t>(first);
  box.add(isa::rlcSlotBytes(elements), 1);
}

/// visit(offset of the slot in the box, offset of the segment's first element from the tile's, extents) for
/// every segment.
template <typename Visit> void Segments::forEach(Visit visit) const {
  std::array<int64_t, Box::maxRank> index{}, extents{};
  while (true) {
    int64_t slot = 0, element = 0;
    for (int d = 0; d < tile.rank; ++d) {
      int64_t begin = index[d] * segment[d];
      extents[d] = std::min(segment[d], tile.count[d] - begin);
      slot += index[d] * dramStrides[d];
      element += begin * bufferStrides[d];
    }
    visit(slot, element, std::span<const int64_t>(extents.data(), static_cast<size_t>(tile.rank)));
    int d = tile.rank - 1;
    for (; d >= 0; --d) {
      if (++index[d] < counts[d])
        break;
      index[d] = 0;
    }
    if (d < 0)
      return;
  }
}

void Segments::decode(const uint8_t *slots, uint8_t *to, Context &context) const {
  forEach([&](int64_t slot, int64_t element, std::span<const int64_t> extents) {
    int64_t bytes = 0;
    try {
      bytes = isa::rlcDecode(slots + slot, extents, bufferStrides, zero, to + element);
    } catch (const Error &error) {
      context.fail(fmt::format("the run-length segment at DRAM {}: {}", address + slot, error.what()));
    }
    context.countCodecBytes(bytes);
  });
}

void Segments::encode(const uint8_t *from, uint8_t *slots, Context &context) const {
  forEach([&](int64_t slot, int64_t element, std::span<const int64_t> extents) {
    context.countCodecBytes(isa::rlcEncode(from + element, extents, bufferStrides, zero, slots + slot));
  });
}

} // namespace dnnc::sim

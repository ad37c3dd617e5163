#include "runtime/Simulator/exec/Segments.h"

#include <fmt/format.h>

#include <algorithm>

namespace dnnc::sim {

Segments::Segments(const Tile &tile, isa::SegmentFormat segmentFormat, const std::vector<int64_t> &segment,
                   const std::vector<int64_t> &dramStrides, const std::vector<int64_t> &bufferStrides,
                   int64_t slotBytes, int64_t dram, Context &context)
    : tile(tile), format(segmentFormat), segment(segment), dramStrides(dramStrides),
      bufferStrides(bufferStrides), slotBytes(slotBytes) {
  if (tile.rank >= Box::maxRank)
    context.fail(fmt::format("a tile of {} dimensions stands as segments; at most {} are possible", tile.rank,
                             Box::maxRank - 1));
  checkStrides("dram_strides", dramStrides, static_cast<size_t>(tile.rank), context);
  if (segment.size() != static_cast<size_t>(tile.rank))
    context.fail(fmt::format("segment has {} numbers; need {}", segment.size(), tile.rank));
  if (std::vector<std::string> problems = isa::problemsOf(format, segment); !problems.empty())
    context.fail(problems[0]);

  __int128 first = dram;
  for (int d = 0; d < tile.rank; ++d) {
    int64_t size = segment[d], begin = tile.offsets[d] + tile.begin[d], end = begin + tile.count[d];
    if (begin % size != 0 || (end % size != 0 && end != tile.bounds[d]))
      context.fail(
          fmt::format("the tile has elements [{}, {}) of dimension {}, which cuts a segment of {}; only "
                      "whole segments can be moved",
                      begin, end, d, size));
    counts[d] = (tile.count[d] - 1) / size + 1;
    box.add(counts[d], dramStrides[d]);
    first += __int128(begin / size) * dramStrides[d];
  }
  constexpr __int128 farthest = __int128(1) << 61;
  if (first < -farthest || first > farthest)
    context.fail("the tile's segments begin beyond any memory");
  address = static_cast<int64_t>(first);
  box.add(slotBytes, 1);
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
      bytes = isa::decodeSegment(format.cutTo(segment, extents), {slots + slot, static_cast<size_t>(slotBytes)},
                                 extents, bufferStrides, to + element);
    } catch (const Error &error) {
      context.fail(fmt::format("the {} segment at DRAM {}: {}", nameOf(format.codec), address + slot, error.what()));
    }
    context.countSegmentBytes(bytes);
  });
}

void Segments::encode(const uint8_t *from, uint8_t *slots, Context &context) const {
  forEach([&](int64_t slot, int64_t element, std::span<const int64_t> extents) {
    int64_t bytes = 0;
    try {
      bytes = isa::encodeSegment(format.cutTo(segment, extents), from + element, extents, bufferStrides,
                                 slots + slot, slotBytes);
    } catch (const Error &error) {
      context.fail(fmt::format("the {} segment for DRAM {}: {}", nameOf(format.codec), address + slot, error.what()));
    }
    context.countSegmentBytes(bytes);
  });
}

} // namespace dnnc::sim

// Transfers of tensors that stand as segments: those a tile consists of. Their bytes are runtime/Isa/Segment.h's.
#pragma once

#include "runtime/Isa/Segment.h"
#include "runtime/Simulator/exec/Tile.h"

namespace dnnc::sim {

class Segments {
public:
  /// Of a load or store whose tile inside the bounds is not empty. Fails where the tile cuts a segment.
  template <typename Transfer>
  Segments(const Transfer &row, const Tile &tile, Context &context)
      : Segments(tile, isa::formatOf(row), row.segment, row.dramStrides, row.bufferStrides, row.slotBytes,
                 resolveAddress(row.dram, context), context) {}

  /// All slots, whole: where in its slot a segment ends only its bytes say.
  int64_t address = 0;
  Box box{1};

  /// Decodes from the box to the tile's first element inside the bounds.
  void decode(const uint8_t *slots, uint8_t *to, Context &context) const;
  /// Encodes from there to the box.
  void encode(const uint8_t *from, uint8_t *slots, Context &context) const;

private:
  Segments(const Tile &tile, isa::SegmentFormat format, const std::vector<int64_t> &segment,
           const std::vector<int64_t> &dramStrides, const std::vector<int64_t> &bufferStrides, int64_t slotBytes,
           int64_t dram, Context &context);
  template <typename Visit> void forEach(Visit visit) const;

  const Tile &tile;
  isa::SegmentFormat format;
  const std::vector<int64_t> &segment, &dramStrides, &bufferStrides;
  int64_t slotBytes;
  std::array<int64_t, Box::maxRank> counts{}; // segments in each dimension
};

} // namespace dnnc::sim

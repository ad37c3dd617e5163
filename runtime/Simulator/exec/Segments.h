// The run-length codec of isa.load and isa.store: the segments a tile consists of. Their words are
// runtime/Isa/Rlc.h's.
#pragma once

#include "runtime/Simulator/exec/Tile.h"

namespace dnnc::sim {

class Segments {
public:
  /// Of a load or store whose tile inside the bounds is not empty. Fails where the tile cuts a segment.
  template <typename Transfer>
  Segments(const Transfer &row, const Tile &tile, Context &context)
      : Segments(tile, row.segment, row.dramStrides, row.bufferStrides, row.elementBytes, row.zeroValue,
                 resolveAddress(row.dram, context), context) {}

  /// All slots, whole: where in its slot a segment ends only its words say.
  int64_t address = 0;
  Box box{1};

  /// Decodes from the box to the tile's first element inside the bounds.
  void decode(const uint8_t *slots, uint8_t *to, Context &context) const;
  /// Encodes from there to the box.
  void encode(const uint8_t *from, uint8_t *slots, Context &context) const;

private:
  Segments(const Tile &tile, const std::vector<int64_t> &segment, const std::vector<int64_t> &dramStrides,
           const std::vector<int64_t> &bufferStrides, int64_t elementBytes, int64_t zeroValue, int64_t dram,
           Context &context);
  template <typename Visit> void forEach(Visit visit) const;

  const Tile &tile;
  const std::vector<int64_t> &segment, &dramStrides, &bufferStrides;
  uint16_t zero;
  std::array<int64_t, Box::maxRank> counts{}; // segments in each dimension
};

} // namespace dnnc::sim

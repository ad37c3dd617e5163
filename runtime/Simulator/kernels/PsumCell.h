// Psums as they stand in memory: in cells of any number of bytes, with exact values beside those that are too
// narrow.
#pragma once

#include "runtime/Simulator/kernels/ConvTile.h"

#include <algorithm>
#include <cstring>

namespace dnnc::sim {

/// The number in a cell, which has a sign; of more than 8 bytes the lowest 8.
inline int64_t cellValue(const uint8_t *cell, int64_t bytes) {
  uint64_t value = 0;
  int64_t count = std::min<int64_t>(bytes, 8);
  std::memcpy(&value, cell, static_cast<size_t>(count));
  int shift = static_cast<int>(64 - 8 * count);
  return static_cast<int64_t>(value << shift) >> shift;
}

/// An accumulator read back: its 32 bits may be a float's, its sign bits are then without meaning.
inline int64_t readPsum(const ConvTile &tile, int64_t offset) {
  int64_t value = cellValue(tile.psumIn + offset, tile.psumCellBytes);
  if (!tile.psumExact)
    return value;
  // Who else wrote the cell since does not know of the exact value.
  int64_t exact = tile.psumExact[offset];
  int shift = static_cast<int>(64 - 8 * tile.psumCellBytes);
  bool same = static_cast<int64_t>(static_cast<uint64_t>(exact) << shift) >> shift == value;
  return same ? exact : value;
}

inline void writePsum(const ConvTile &tile, int64_t offset, int64_t value) {
  uint8_t *cell = tile.psumOut + offset;
  int64_t count = std::min<int64_t>(tile.psumCellBytes, 8);
  std::memcpy(cell, &value, static_cast<size_t>(count));
  if (tile.psumCellBytes > 8)
    std::memset(cell + 8, value < 0 ? 0xFF : 0, static_cast<size_t>(tile.psumCellBytes - 8));
  if (tile.psumExact)
    tile.psumExact[offset] = value;
}

} // namespace dnnc::sim

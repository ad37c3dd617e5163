// Which elements of a tile's operands are not zero. Zero is the zero point; 0 and -0 of float32.
#pragma once

#include "runtime/Simulator/ArrayWalk.h"
#include "runtime/Simulator/kernels/ConvTile.h"

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

namespace dnnc::sim {

/// The ifmap coordinates of one spatial axis that a tile reads, numbered as they ascend; what lies in the
/// padding is none of them.
class TileAxis {
public:
  TileAxis(int64_t origin, int64_t outputs, int64_t step, int64_t taps, int64_t hop, int64_t limit);

  static constexpr int32_t padding = -1;
  /// The number of an output's and a tap's coordinate, or `padding`.
  int32_t at(int64_t output, int64_t tap) const {
    return places[static_cast<size_t>(tap * outputs + output)];
  }
  int64_t count() const { return static_cast<int64_t>(coordinates.size()); }

  int64_t outputs, taps;
  std::vector<int64_t> coordinates;

private:
  std::vector<int32_t> places;
};

/// How many elements of a tile are stored, and how many of them are not zero. Of the ifmap only what the tile
/// reads counts, once.
struct Density {
  int64_t ifmapElements = 0, ifmapNonZeros = 0, weightElements = 0, weightNonZeros = 0;
  Density &operator+=(const Density &other);
};

struct SparseOperands {
  /// Throws Error when the tile has more elements than any sane one.
  explicit SparseOperands(const ConvTile &tile);

  Extents extents;
  TileAxis rows, columns;
  std::vector<uint8_t> ifmap;  // 1 for what is not zero: [N][G][C][row][column]
  std::vector<uint8_t> weight; // [G][M][C][R][S]
  Density density;
  bool ifmapFinite = true, weightFinite = true; // no infinity and no NaN
};

/// The same counts alone.
Density densityOf(const ConvTile &tile);

/// The product of the extents: how many counts a tile needs for something. Throws Error where that is more
/// than any sane tile has.
size_t boundedCounts(std::string_view purpose, std::initializer_list<int64_t> extents);

} // namespace dnnc::sim

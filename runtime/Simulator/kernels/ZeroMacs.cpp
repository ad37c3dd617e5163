#include "runtime/Simulator/kernels/ZeroMacs.h"

#include "runtime/Simulator/kernels/Bytes.h"

#include <algorithm>
#include <vector>

namespace dnnc::sim {
namespace {

/// The coordinates of one spatial axis that exist: origin + index·stride + tap·dilation in [0, bound).
class Axis {
public:
  Axis(int64_t origin, int64_t outputs, int64_t stride, int64_t taps, int64_t dilation, int64_t bound)
      : origin(origin), outputs(outputs), stride(stride), taps(taps), dilation(dilation), bound(bound) {
    for (int64_t tap = 0; tap < taps; ++tap)
      uses += std::max<int64_t>(0, last(tap) - first(tap) + 1);
    // No sane tile has more pairs of an output and a tap.
    constexpr int64_t mostPositions = 1 << 22;
    if (uses <= mostPositions)
      merge();
  }

  /// visit(coordinate, pairs of an output and a tap that meet there); more than once for a coordinate where
  /// there are too many to be merged.
  template <typename Visit> [[gnu::always_inline]] inline void forEach(Visit visit) const {
    for (const Position &position : merged)
      visit(position.coordinate, position.uses);
    if (merged.empty())
      forEachPair([&](int64_t coordinate) { visit(coordinate, 1); });
  }

  int64_t uses = 0; // of all coordinates

private:
  struct Position {
    int64_t coordinate, uses;
  };

  // The outputs of a tap whose coordinate exists; none where the first is behind the last.
  int64_t first(int64_t tap) const {
    int64_t start = origin + tap * dilation;
    return start >= 0 ? 0 : (-start + stride - 1) / stride;
  }
  int64_t last(int64_t tap) const {
    int64_t start = origin + tap * dilation;
    return start < bound ? std::min(outputs - 1, (bound - 1 - start) / stride) : -1;
  }

  template <typename Visit> void forEachPair(Visit visit) const {
    for (int64_t tap = 0; tap < taps; ++tap)
      for (int64_t i = first(tap); i <= last(tap); ++i)
        visit(origin + tap * dilation + i * stride);
  }

  void merge() {
    std::vector<int64_t> coordinates;
    forEachPair([&](int64_t coordinate) { coordinates.push_back(coordinate); });
    std::sort(coordinates.begin(), coordinates.end());
    for (int64_t coordinate : coordinates) {
      if (merged.empty() || merged.back().coordinate != coordinate)
        merged.push_back({coordinate, 0});
      ++merged.back().uses;
    }
  }

  int64_t origin, outputs, stride, taps, dilation, bound;
  std::vector<Position> merged;
};

/// Σ row uses · column uses over the elements that are zero.
template <typename T> int64_t countZeros(const ConvTile &tile, const Axis &rows, const Axis &columns) {
  T zero = static_cast<T>(tile.ifmapZeroPoint);
  const auto &strides = tile.ifmapStrides;
  int64_t zeros = 0;
  for (int64_t n = 0; n < tile.n; ++n)
    for (int64_t g = 0; g < tile.g; ++g)
      for (int64_t c = 0; c < tile.c; ++c) {
        const uint8_t *plane = tile.ifmap + n * strides[0] + g * strides[1] + c * strides[2];
        rows.forEach([&](int64_t row, int64_t rowUses) {
          const uint8_t *elements = plane + (row - tile.ifmapRow) * strides[3];
          int64_t inRow = 0;
          columns.forEach([&](int64_t column, int64_t uses) {
            bool isZero = loadAs<T>(elements + (column - tile.ifmapColumn) * strides[4]) == zero;
            inRow += isZero ? uses : 0;
          });
          zeros += inRow * rowUses;
        });
      }
  return zeros;
}

int64_t countZerosOf(const ConvTile &tile, const Axis &rows, const Axis &columns) {
  switch (tile.ifmapType) {
  case ElementType::I8:
    return countZeros<int8_t>(tile, rows, columns);
  case ElementType::U8:
    return countZeros<uint8_t>(tile, rows, columns);
  case ElementType::I16:
    return countZeros<int16_t>(tile, rows, columns);
  default:
    return countZeros<float>(tile, rows, columns);
  }
}

} // namespace

int64_t countZeroMacs(const ConvTile &tile) {
  if (std::min({tile.n, tile.g, tile.m, tile.c, tile.p, tile.q, tile.r, tile.s}) <= 0)
    return 0;
  Axis rows(tile.originH, tile.p, tile.strideH, tile.r, tile.dilationH, tile.ifmapH);
  Axis columns(tile.originW, tile.q, tile.strideW, tile.s, tile.dilationW, tile.ifmapW);
  int64_t padding = tile.n * tile.g * tile.c * (tile.p * tile.r * tile.q * tile.s - rows.uses * columns.uses);
  // A tile that lies in the padding has no element.
  bool isOutside = rows.uses == 0 || columns.uses == 0;
  return tile.m * (padding + (isOutside ? 0 : countZerosOf(tile, rows, columns)));
}

} // namespace dnnc::sim

#include "runtime/Simulator/SparseOperands.h"

#include "dnnc/Error.h"
#include "runtime/Simulator/kernels/Bytes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <type_traits>

namespace dnnc::sim {
namespace {

constexpr int64_t mostElements = 1 << 28;

/// element(value, zero) of everything the tile reads, in the order of SparseOperands.
template <typename T, typename Element>
void visitIfmap(const ConvTile &tile, const TileAxis &rows, const TileAxis &columns, Element element) {
  // A tile that lies in the padding has no element, and no address.
  if (rows.count() == 0 || columns.count() == 0)
    return;
  auto zero = static_cast<T>(tile.ifmapZeroPoint);
  const auto &strides = tile.ifmapStrides;
  for (int64_t n = 0; n < tile.n; ++n)
    for (int64_t g = 0; g < tile.g; ++g)
      for (int64_t c = 0; c < tile.c; ++c) {
        const uint8_t *plane = tile.ifmap + n * strides[0] + g * strides[1] + c * strides[2];
        for (int64_t h : rows.coordinates) {
          const uint8_t *line = plane + (h - tile.ifmapRow) * strides[3] - tile.ifmapColumn * strides[4];
          for (int64_t w : columns.coordinates)
            element(loadAs<T>(line + w * strides[4]), zero);
        }
      }
}

template <typename T, typename Element> void visitWeights(const ConvTile &tile, Element element) {
  const auto &strides = tile.weightStrides;
  for (int64_t g = 0; g < tile.g; ++g)
    for (int64_t m = 0; m < tile.m; ++m) {
      auto zero = static_cast<T>(tile.param(g, m).weightZeroPoint);
      for (int64_t c = 0; c < tile.c; ++c)
        for (int64_t r = 0; r < tile.r; ++r) {
          const uint8_t *line =
              tile.weight + g * strides[0] + m * strides[1] + c * strides[2] + r * strides[3];
          for (int64_t s = 0; s < tile.s; ++s)
            element(loadAs<T>(line + s * strides[4]), zero);
        }
    }
}

/// visit.operator()<T>() for the type's T.
template <typename Visit> void forType(ElementType type, Visit visit) {
  switch (type) {
  case ElementType::I8:
    return visit.template operator()<int8_t>();
  case ElementType::U8:
    return visit.template operator()<uint8_t>();
  case ElementType::I16:
    return visit.template operator()<int16_t>();
  default:
    return visit.template operator()<float>();
  }
}

TileAxis rowsOf(const ConvTile &t) { return {t.originH, t.p, t.strideH, t.r, t.dilationH, t.ifmapH}; }
TileAxis columnsOf(const ConvTile &t) { return {t.originW, t.q, t.strideW, t.s, t.dilationW, t.ifmapW}; }

int64_t elementsOf(const char *operand, std::initializer_list<int64_t> extents) {
  int64_t elements = 1;
  for (int64_t extent : extents)
    elements = saturatedProduct(elements, extent);
  if (elements > mostElements)
    throw Error(fmt::format("a tile has {} {} elements; zeros are looked for in at most {}", elements,
                            operand, mostElements));
  return elements;
}

Density elementsOf(const ConvTile &tile, const TileAxis &rows, const TileAxis &columns) {
  Density density;
  density.ifmapElements = elementsOf("ifmap", {tile.n, tile.g, tile.c, rows.count(), columns.count()});
  density.weightElements = elementsOf("weight", {tile.g, tile.m, tile.c, tile.r, tile.s});
  return density;
}

} // namespace

size_t boundedCounts(std::string_view purpose, std::initializer_list<int64_t> extents) {
  constexpr int64_t most = 1 << 27;
  int64_t all = 1;
  for (int64_t extent : extents)
    all = saturatedProduct(all, extent);
  if (all > most)
    throw Error(
        fmt::format("the zeros of a tile need {} counts for {}; there are at most {}", all, purpose, most));
  return static_cast<size_t>(all);
}

TileAxis::TileAxis(int64_t origin, int64_t outputs, int64_t step, int64_t taps, int64_t hop, int64_t limit)
    : outputs(outputs), taps(taps) {
  places.resize(static_cast<size_t>(elementsOf("window", {outputs, taps})), padding);
  for (int64_t tap = 0; tap < taps; ++tap)
    for (int64_t output = 0; output < outputs; ++output)
      if (int64_t at = origin + output * step + tap * hop; at >= 0 && at < limit)
        coordinates.push_back(at);
  std::sort(coordinates.begin(), coordinates.end());
  coordinates.erase(std::unique(coordinates.begin(), coordinates.end()), coordinates.end());
  for (int64_t tap = 0; tap < taps; ++tap)
    for (int64_t output = 0; output < outputs; ++output)
      if (int64_t at = origin + output * step + tap * hop; at >= 0 && at < limit)
        places[static_cast<size_t>(tap * outputs + output)] = static_cast<int32_t>(
            std::lower_bound(coordinates.begin(), coordinates.end(), at) - coordinates.begin());
}

Density &Density::operator+=(const Density &other) {
  ifmapElements += other.ifmapElements;
  ifmapNonZeros += other.ifmapNonZeros;
  weightElements += other.weightElements;
  weightNonZeros += other.weightNonZeros;
  return *this;
}

SparseOperands::SparseOperands(const ConvTile &tile)
    : extents{tile.n, tile.g, tile.m, tile.c, tile.p, tile.q, tile.r, tile.s}, rows(rowsOf(tile)),
      columns(columnsOf(tile)), density(elementsOf(tile, rows, columns)) {
  ifmap.resize(static_cast<size_t>(density.ifmapElements));
  weight.resize(static_cast<size_t>(density.weightElements));
  auto fill = [](std::vector<uint8_t> &present, int64_t &nonZeros, bool &finite) {
    return [at = present.data(), &nonZeros, &finite]<typename T>(T value, T zero) mutable {
      uint8_t isPresent = value != zero;
      *at++ = isPresent;
      nonZeros += isPresent;
      if constexpr (std::is_floating_point_v<T>)
        finite &= std::isfinite(value);
    };
  };
  forType(tile.ifmapType, [&]<typename T>() {
    visitIfmap<T>(tile, rows, columns, fill(ifmap, density.ifmapNonZeros, ifmapFinite));
  });
  forType(tile.weightType,
          [&]<typename T>() { visitWeights<T>(tile, fill(weight, density.weightNonZeros, weightFinite)); });
}

Density densityOf(const ConvTile &tile) {
  TileAxis rows = rowsOf(tile), columns = columnsOf(tile);
  Density density = elementsOf(tile, rows, columns);
  auto count = [](int64_t &nonZeros) {
    return [&nonZeros](auto value, auto zero) { nonZeros += value != zero; };
  };
  forType(tile.ifmapType,
          [&]<typename T>() { visitIfmap<T>(tile, rows, columns, count(density.ifmapNonZeros)); });
  forType(tile.weightType, [&]<typename T>() { visitWeights<T>(tile, count(density.weightNonZeros)); });
  return density;
}

} // namespace dnnc::sim

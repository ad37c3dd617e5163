// Random tiles with zeros in their data, for the walk that minds them.
#pragma once

#include "runtime/Simulator/ArrayWalk.h"
#include "runtime/Simulator/kernels/ConvTile.h"
#include "test/unit/ArrayCases.h"

#include <array>
#include <cstring>
#include <vector>

namespace dnnc::sparse_test {

using array_test::Draw;

/// A large machine that skips all zeros.
inline Target machine() {
  Target target = array_test::machine();
  target.array.skipping.ifmap = target.array.skipping.weight = true;
  return target;
}

/// A tile without padding.
inline sim::ArrayTile tileOf(const sim::Extents &extents) {
  using namespace sim;
  ArrayTile tile;
  tile.extents = extents;
  tile.ifmapH = (extents[P] - 1) + extents[R];
  tile.ifmapW = (extents[Q] - 1) + extents[S];
  return tile;
}

/// A tile's data: int8 with a zero point each. Densities differ by channel, as those of real layers do.
struct Data {
  std::vector<uint8_t> ifmap, weight, params; // [N][G][C][ifmapH][ifmapW], [G][M][C][R][S]
  sim::ConvTile tile;

  Data(Draw &draw, const sim::ArrayTile &array, double ifmapDensity, double weightDensity) {
    using namespace sim;
    const Extents &e = array.extents;
    auto fill = [&](std::vector<uint8_t> &to, int64_t channels, int64_t inChannel, double density,
                    int64_t zero) {
      for (int64_t c = 0; c < channels; ++c) {
        double own = density == 0 || density == 1 ? density : std::min(1.0, 2 * density * draw.share());
        for (int64_t i = 0; i < inChannel; ++i)
          to.push_back(static_cast<uint8_t>(draw.share() < own ? zero + draw(1, 100) : zero));
      }
    };
    tile.ifmapZeroPoint = static_cast<int32_t>(draw(-20, 20));
    fill(ifmap, e[N] * e[G] * e[C], array.ifmapH * array.ifmapW, ifmapDensity, tile.ifmapZeroPoint);
    for (int64_t i = 0; i < e[G] * e[M]; ++i) {
      auto zero = static_cast<int32_t>(draw(-20, 20));
      std::array<uint8_t, 16> record{};
      std::memcpy(record.data() + 8, &zero, 4);
      params.insert(params.end(), record.begin(), record.end());
      fill(weight, 1, e[C] * e[R] * e[S], weightDensity, zero);
    }
    tile.n = e[N], tile.g = e[G], tile.m = e[M], tile.c = e[C];
    tile.p = e[P], tile.q = e[Q], tile.r = e[R], tile.s = e[S];
    tile.strideH = array.strideH, tile.strideW = array.strideW;
    tile.dilationH = array.dilationH, tile.dilationW = array.dilationW;
    tile.originH = array.originH, tile.originW = array.originW;
    tile.ifmapH = array.ifmapH, tile.ifmapW = array.ifmapW;
    tile.ifmapStrides = dense({e[N], e[G], e[C], array.ifmapH, array.ifmapW});
    tile.weightStrides = dense({e[G], e[M], e[C], e[R], e[S]});
    tile.paramStrideG = e[M] * 16;
    point();
  }
  Data(const Data &) = delete;

  void point() {
    tile.ifmap = ifmap.data();
    tile.weight = weight.data();
    tile.params = params.data();
  }
  static std::array<int64_t, 5> dense(std::array<int64_t, 5> extents) {
    std::array<int64_t, 5> strides{};
    int64_t bytes = 1;
    for (size_t d = 5; d-- > 0; bytes *= extents[d])
      strides[d] = bytes;
    return strides;
  }

  // Of what an index names.
  bool ifmapIsZero(int64_t n, int64_t g, int64_t c, int64_t h, int64_t w) const {
    if (h < 0 || h >= tile.ifmapH || w < 0 || w >= tile.ifmapW)
      return true;
    const auto &s = tile.ifmapStrides;
    return static_cast<int8_t>(ifmap[static_cast<size_t>(n * s[0] + g * s[1] + c * s[2] + h * s[3] + w)]) ==
           tile.ifmapZeroPoint;
  }
  bool weightIsZero(int64_t g, int64_t m, int64_t c, int64_t r, int64_t s) const {
    const auto &t = tile.weightStrides;
    return static_cast<int8_t>(weight[static_cast<size_t>(g * t[0] + m * t[1] + c * t[2] + r * t[3] + s)]) ==
           tile.param(g, m).weightZeroPoint;
  }
};

} // namespace dnnc::sparse_test

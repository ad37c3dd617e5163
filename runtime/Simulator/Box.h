// The bytes an instruction touches: a strided box of up to eight dimensions.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>

namespace dnnc::sim {

/// Elements of `elementBytes` bytes at Σ index_d · stride_d from the box's address, index_d in [0, extent_d).
/// Strides are in bytes and may be zero (broadcast) or negative. A box with an extent of zero is empty and
/// touches nothing.
struct Box {
  struct Dim {
    int64_t extent = 1;
    int64_t stride = 0;
  };
  static constexpr int maxRank = 8;

  std::array<Dim, maxRank> dims{};
  int rank = 0;
  int64_t elementBytes = 1;

  Box() = default;
  explicit Box(int64_t elementBytes) : elementBytes(elementBytes) {}
  Box(int64_t elementBytes, std::initializer_list<Dim> list) : elementBytes(elementBytes) {
    for (Dim dim : list)
      add(dim.extent, dim.stride);
  }

  /// Appends a dimension, inside of those before it. A ninth is ignored: callers check ranks first.
  void add(int64_t extent, int64_t stride) {
    if (rank < maxRank)
      dims[rank++] = {extent, stride};
  }

  bool empty() const {
    for (int d = 0; d < rank; ++d)
      if (dims[d].extent <= 0)
        return true;
    return elementBytes <= 0;
  }

  /// The bytes between the lowest and the highest byte of a box at address 0.
  struct Range {
    int64_t begin = 0; // at most 0
    int64_t end = 0;   // past the last byte
  };

  /// None when a number exceeds 62 bits, so that no later addition of an address of 62 bits can overflow.
  std::optional<Range> range() const {
    if (empty())
      return Range{};
    __int128 begin = 0, end = elementBytes;
    for (int d = 0; d < rank; ++d) {
      __int128 reach = __int128(dims[d].extent - 1) * dims[d].stride;
      (reach < 0 ? begin : end) += reach;
    }
    constexpr __int128 limit = __int128(1) << 62;
    if (begin < -limit || end > limit)
      return std::nullopt;
    return Range{int64_t(begin), int64_t(end)};
  }
};

} // namespace dnnc::sim

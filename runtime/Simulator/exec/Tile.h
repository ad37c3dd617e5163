// What all instructions share: clipping a tile at its bounds, and checking the lists of a row against each
// other.
#pragma once

#include "runtime/Isa/Isa.h"
#include "runtime/Simulator/Context.h"

#include <array>
#include <span>
#include <string_view>

namespace dnnc::sim {

/// The elements of a tile inside its bounds: in each dimension those e in [0, extent) with 0 ≤ offset + e <
/// bound.
struct Tile {
  int rank = 0;
  std::array<int64_t, Box::maxRank> extents{}; // of the tile
  std::array<int64_t, Box::maxRank> offsets{}; // of its element 0 in the whole tensor
  std::array<int64_t, Box::maxRank> bounds{};  // of the whole tensor
  std::array<int64_t, Box::maxRank> begin{};   // first element inside
  std::array<int64_t, Box::maxRank> count{};   // elements inside; 0 for none

  /// Whether no element is inside.
  bool empty() const;
  /// Whether all elements are inside.
  bool whole() const;
  /// Elements inside, at most INT64_MAX.
  int64_t elements() const;
  /// Whether the tile begins, or ends, all of dimension d.
  bool beginsDim(int d) const { return offsets[d] == 0; }
  bool endsDim(int d) const;

  /// Address of the first element inside, given that of element (0, …, 0). `strides` may cover only leading
  /// dimensions.
  int64_t addressOf(int64_t address, std::span<const int64_t> strides, Context &context) const;
  /// The box of the elements inside; its address is addressOf(). Covers as many dimensions as `strides`.
  Box box(std::span<const int64_t> strides, int64_t elementBytes) const;
};

/// Checks the three lists against each other, and clips.
Tile clip(const std::vector<int64_t> &extents, const std::vector<isa::Affine> &offsets,
          const std::vector<int64_t> &bounds, Context &context);

/// The value of an affine that is an address, or a position, a coordinate in a tensor: damaged ones fail, so
/// that what is added to them later does not overflow.
int64_t resolveAddress(const isa::Affine &affine, Context &context);
int64_t resolvePosition(const isa::Affine &affine, Context &context);

/// Checks that a list of strides has `count` numbers of sensible size.
void checkStrides(std::string_view field, const std::vector<int64_t> &strides, size_t count,
                  Context &context);

/// Checks that a copied element has 1, 2, 4 or 8 bytes.
void checkElementBytes(int64_t bytes, Context &context);

/// The input coordinates that a sliding window touches: origin + index·stride + tap·dilation in [0, bound),
/// index in [0, indices), tap in [0, taps). They lie among first, first + step, …, `count` of them.
struct Coordinates {
  int64_t first = 0, step = 1, count = 0;
};
Coordinates touched(int64_t origin, int64_t indices, int64_t stride, int64_t taps, int64_t dilation,
                    int64_t bound);

/// a·b, at most INT64_MAX; for numbers of work, which are not negative.
int64_t saturatedWork(int64_t a, int64_t b);

} // namespace dnnc::sim

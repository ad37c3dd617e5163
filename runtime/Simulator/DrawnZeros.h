// Zeros that are drawn and not computed, for a what-if: isa.density.
#pragma once

#include "runtime/Isa/Isa.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace dnnc::sim {

class DrawnZeros {
public:
  explicit DrawnZeros(const isa::DensityRow &row);

  /// Why a tensor of these extents, with elements of so many bytes, cannot have these zeros; empty where it
  /// can.
  std::string problem(std::span<const int64_t> shape, int64_t elementBytes) const;

  /// Changes a box of a tensor of extents `shape`, from element `begin` on: `count` elements in each dimension,
  /// which stand at `elements` with `strides` in bytes. All list the dimensions as the row's `order` says.
  /// problem() has to be empty.
  void apply(uint8_t *elements, std::span<const int64_t> strides, std::span<const int64_t> begin,
             std::span<const int64_t> count, std::span<const int64_t> shape) const;

private:
  template <typename T>
  void applyAs(uint8_t *elements, std::span<const int64_t> strides, std::span<const int64_t> begin,
               std::span<const int64_t> count, std::span<const int64_t> shape) const;

  ElementType type;
  int64_t axis;               // among the dimensions as they are listed
  std::vector<int64_t> order; // the tensor's dimension of each that is listed; empty: the same
  uint64_t seed;
  uint32_t zero, other;
  std::vector<uint32_t> thresholds; // shares · 2^24
};

} // namespace dnnc::sim

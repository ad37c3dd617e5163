// What structure the zeros of a weight tensor have: how many there are, and whether a pattern of n non-zero
// elements in every m holds. It says what is there; which storage pays is decided elsewhere. No MLIR in here.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace dnnc::sparsity {

/// A dense row-major tensor as it is stored.
struct WeightTensor {
  std::span<const uint8_t> bytes;
  int elementBytes = 1; ///< 1, 2 or 4
  std::vector<int64_t> shape;
};

/// The stored elements that mean zero, as bits (the zero point; 0 for floats, whose -0 is not zero: it would
/// come back as +0).
struct ZeroPoints {
  std::vector<uint64_t> values = {0}; ///< one, or one for each index of `dimension`
  int64_t dimension = 0;
};

/// Of every m consecutive elements along a dimension, at most n are not zero. Groups start at multiples of m;
/// the last one may have fewer elements.
struct NmPattern {
  int n = 0, m = 0;
  bool operator==(const NmPattern &) const = default;
};

struct WeightStructure {
  int64_t elements = 0, nonZeros = 0;
  double density() const { return elements ? double(nonZeros) / double(elements) : 0; }

  /// The one element that means zero everywhere, which is what encoded storage and PEs compare with.
  std::optional<uint64_t> zero;
  std::string whyNoZero;

  /// The pattern that takes the fewest bits, where one takes fewer than the elements as they are.
  std::optional<NmPattern> pattern;
  int64_t patternBits = 0; ///< of `pattern`: values and indices of all groups, without headers
  std::string whyNoPattern;
};

/// Bits of `elements` elements in lines of `extent` as n of m: n values and their indices of log2 m bits for
/// each group, a short last one included (the Nm codec, runtime/Isa).
int64_t patternBits(NmPattern pattern, int elementBytes, int64_t elements, int64_t extent);

/// The structure of a tensor, patterns sought along one dimension (the input channels of a product) with m of
/// 4, 8 and 16. Throws dnnc::Error where sizes contradict each other.
WeightStructure structureOf(const WeightTensor &weights, const ZeroPoints &zeros, int64_t dimension);

} // namespace dnnc::sparsity

#include "lib/Sparsity/WeightStructure.h"

#include "dnnc/Error.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace dnnc::sparsity {

/// Group sizes that hardware and the Nm codec know.
constexpr std::array<int, 3> groupSizes = {4, 8, 16};

int64_t patternBits(NmPattern pattern, int elementBytes, int64_t elements, int64_t extent) {
  int64_t groups = extent ? elements / extent * ((extent + pattern.m - 1) / pattern.m) : 0;
  return groups * pattern.n * (8 * elementBytes + std::bit_width(unsigned(pattern.m)) - 1);
}

static void check(const WeightTensor &weights, const ZeroPoints &zeros, int64_t dimension) {
  int64_t rank = int64_t(weights.shape.size()), need = weights.elementBytes;
  if (need != 1 && need != 2 && need != 4)
    throw Error(fmt::format("weights have {} bytes an element; need 1, 2 or 4", need));
  for (int64_t extent : weights.shape)
    if (extent < 0 || __builtin_mul_overflow(need, extent, &need))
      throw Error(fmt::format("weights have the impossible shape [{}]", fmt::join(weights.shape, ", ")));
  if (int64_t(weights.bytes.size()) != need)
    throw Error(
        fmt::format("weights have {} bytes; their shape and type need {}", weights.bytes.size(), need));
  if (dimension < 0 || dimension >= rank)
    throw Error(fmt::format("weights have {} dimensions; there is no dimension {}", rank, dimension));
  if (zeros.values.size() == 1)
    return;
  if (zeros.dimension < 0 || zeros.dimension >= rank)
    throw Error(fmt::format("weights have {} dimensions; their zero points cannot go along dimension {}",
                            rank, zeros.dimension));
  if (int64_t(zeros.values.size()) != weights.shape[zeros.dimension])
    throw Error(fmt::format("weights have {} zero points along a dimension of {}; need 1 or as many",
                            zeros.values.size(), weights.shape[zeros.dimension]));
}

/// The elements of the dimensions behind one.
static int64_t strideOf(const WeightTensor &weights, int64_t dimension) {
  int64_t stride = 1;
  for (size_t i = size_t(dimension) + 1; i < weights.shape.size(); ++i)
    stride *= weights.shape[i];
  return stride;
}

namespace {
/// Counts the non-zero elements, and the most of them in any group of each size.
struct Counts {
  int64_t nonZeros = 0;
  std::array<int, groupSizes.size()> most = {};
};
} // namespace

template <typename Element>
static Counts count(const WeightTensor &weights, const ZeroPoints &zeros, int64_t dimension) {
  int64_t elements = int64_t(weights.bytes.size() / sizeof(Element));
  int64_t extent = weights.shape[dimension], stride = strideOf(weights, dimension);
  // Zero points: element i has that of index i / zeroStride % number of them.
  int64_t zeroStride = zeros.values.size() == 1 ? 1 : strideOf(weights, zeros.dimension);
  Counts counts;
  if (elements == 0)
    return counts;
  for (int64_t line = 0; line < elements / extent; ++line) {
    int64_t first = line / stride * (extent * stride) + line % stride;
    std::array<int, groupSizes.size()> open = {};
    for (int64_t i = 0; i < extent; ++i) {
      int64_t at = first + i * stride;
      Element element;
      std::memcpy(&element, weights.bytes.data() + at * int64_t(sizeof(Element)), sizeof(Element));
      uint64_t zero = zeros.values[size_t(at / zeroStride) % zeros.values.size()];
      bool isNonZero = element != Element(zero);
      counts.nonZeros += isNonZero;
      for (size_t size = 0; size < groupSizes.size(); ++size) {
        if (i % groupSizes[size] == 0)
          open[size] = 0;
        open[size] += isNonZero;
        counts.most[size] = std::max(counts.most[size], open[size]);
      }
    }
  }
  return counts;
}

/// The one zero point, or why there is none.
static void findZero(const ZeroPoints &zeros, WeightStructure &structure) {
  for (size_t i = 1; i < zeros.values.size(); ++i)
    if (zeros.values[i] != zeros.values[0]) {
      structure.whyNoZero =
          fmt::format("zero points differ: {:#x} in channel 0, {:#x} in channel {}; storage and "
                      "PEs compare with one",
                      zeros.values[0], zeros.values[i], i);
      return;
    }
  if (zeros.values.empty())
    structure.whyNoZero = "there are no channels";
  else
    structure.zero = zeros.values[0];
}

static void findPattern(const WeightTensor &weights, const Counts &counts, int64_t extent,
                        WeightStructure &structure) {
  if (!structure.zero) {
    structure.whyNoPattern = structure.whyNoZero;
    return;
  }
  if (structure.elements == 0 || extent < groupSizes[0]) {
    structure.whyNoPattern =
        fmt::format("{} elements along the dimension; a group has at least {}", extent, groupSizes[0]);
    return;
  }
  int64_t dense = structure.elements * weights.elementBytes * 8, least = dense;
  for (size_t size = 0; size < groupSizes.size(); ++size) {
    // A tensor of zeros only has groups of none; the codec stores one value at least.
    NmPattern pattern = {std::max(counts.most[size], 1), groupSizes[size]};
    int64_t bits = patternBits(pattern, weights.elementBytes, structure.elements, extent);
    if (bits < least) { // of equal ones, the one with small groups
      least = bits;
      structure.pattern = pattern;
    }
  }
  if (structure.pattern) {
    structure.patternBits = least;
    return;
  }
  structure.whyNoPattern = fmt::format(
      "up to {} of 4, {} of 8 and {} of 16 elements are not zero; no pattern takes fewer bits than the "
      "{} of raw elements",
      counts.most[0], counts.most[1], counts.most[2], dense);
}

WeightStructure structureOf(const WeightTensor &weights, const ZeroPoints &zeros, int64_t dimension) {
  check(weights, zeros, dimension);
  WeightStructure structure;
  structure.elements = int64_t(weights.bytes.size()) / weights.elementBytes;
  findZero(zeros, structure);
  Counts counts = weights.elementBytes == 1   ? count<uint8_t>(weights, zeros, dimension)
                  : weights.elementBytes == 2 ? count<uint16_t>(weights, zeros, dimension)
                                              : count<uint32_t>(weights, zeros, dimension);
  structure.nonZeros = counts.nonZeros;
  findPattern(weights, counts, weights.shape[dimension], structure);
  return structure;
}

} // namespace dnnc::sparsity

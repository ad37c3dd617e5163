// Segments of random formats and elements, for the tests of codecs and grids.
#pragma once

#include "runtime/Isa/Segment.h"

#include <cstring>
#include <numeric>
#include <random>

namespace dnnc::isa::test {

using Bytes = std::vector<uint8_t>;
using Extents = std::vector<int64_t>;

inline int64_t productOf(const Extents &extents) {
  return std::accumulate(extents.begin(), extents.end(), int64_t(1), std::multiplies<>());
}

/// A format with a segment and elements to its taste.
struct RandomSegment {
  explicit RandomSegment(unsigned seed, Codec codec) : random(seed) {
    format.codec = codec;
    auto pick = [&](int64_t low, int64_t high) { return low + int64_t(random() % uint64_t(high - low + 1)); };
    auto rank = size_t(pick(0, 4));
    for (size_t d = 0; d < rank; ++d)
      extents.push_back(pick(1, random() % 4 ? 5 : 20));
    format.elementBytes = codec == Codec::Rlc ? 2 : codec == Codec::Csc ? 1 : int64_t(1) << random() % 3;
    if (codec != Codec::Raw && random() % 2)
      format.zero = random() & ((uint64_t(1) << (8 * format.elementBytes)) - 1);
    if (codec == Codec::Csc) {
      format.column = 1;
      for (size_t d = rank, inner = random() % (rank + 1); inner > 0; --inner)
        format.column *= extents[--d];
    }
    if (codec == Codec::Nm) {
      format.m = int64_t(2) << random() % 4;
      format.n = pick(1, format.m - 1);
    }
    elements.resize(size_t(productOf(extents) * format.elementBytes));
    auto kind = random() % 6;
    for (int64_t i = 0, run = 0; i < productOf(extents); ++i) {
      bool isZero = false;
      switch (kind) {
      case 0: // nothing but zeros
        isZero = true;
        break;
      case 1: // no zeros
        break;
      case 2:
        isZero = i % 2;
        break;
      case 3: // long runs
        if (run-- <= 0)
          run = pick(1, 70);
        isZero = run > 0;
        break;
      case 4: // as nm likes it
        isZero = format.m > 0 ? i % format.m >= format.n : random() % 2;
        break;
      default:
        isZero = random() % 10 < 7;
      }
      uint64_t value = isZero ? format.zero : random();
      std::memcpy(elements.data() + i * format.elementBytes, &value, size_t(format.elementBytes));
    }
  }

  std::mt19937_64 random;
  SegmentFormat format;
  Extents extents;
  Bytes elements;
};

inline constexpr Codec codecs[] = {Codec::Raw, Codec::Bitmask, Codec::Rlc, Codec::Csc, Codec::Nm};

} // namespace dnnc::isa::test

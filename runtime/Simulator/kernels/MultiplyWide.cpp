#include "runtime/Simulator/kernels/MultiplyWide.h"

#include "runtime/Simulator/kernels/Multiversion.h"

#include <algorithm>
#include <cstring>

// Sums are exact, so a contracted multiplication and addition gives what the two give.
#pragma clang fp contract(fast)

namespace dnnc::sim {
namespace {

/// Products are at most (2^16 − 1)², so the sum of so many stays below 2^52.
constexpr int64_t exactTaps = int64_t(1) << 20;

constexpr int lanes = 8;
using Floats = float __attribute__((vector_size(4 * lanes)));
using Doubles = double __attribute__((vector_size(8 * lanes)));

template <int rows>
[[gnu::always_inline]] inline void multiplyRows(const WideBlock &block, int64_t begin, int64_t end) {
  for (int64_t column = 0; column < block.columns; column += lanes) {
    Doubles sums[rows] = {};
    for (int64_t tap = begin; tap < end; ++tap) {
      Floats words;
      std::memcpy(&words, block.ifmap + block.offsets[tap] + column, sizeof words);
      Doubles x = __builtin_convertvector(words, Doubles);
      const double *weights = block.weights + tap * rows;
#pragma clang loop unroll(full)
      for (int row = 0; row < rows; ++row)
        sums[row] += x * weights[row];
    }
    for (int row = 0; row < rows; ++row) {
      int64_t *accumulators = block.accumulators + row * block.accumulatorStride + column;
      for (int i = 0; i < lanes; ++i) // wraps
        accumulators[i] = int64_t(uint64_t(accumulators[i]) + uint64_t(int64_t(sums[row][i])));
    }
  }
}

} // namespace

DNNC_MULTIVERSION void multiplyWide(const WideBlock &block) {
  for (int64_t begin = 0; begin < block.taps; begin += exactTaps) {
    int64_t end = std::min(begin + exactTaps, block.taps);
    switch (block.rows) {
    case 8:
      multiplyRows<8>(block, begin, end);
      break;
    case 4:
      multiplyRows<4>(block, begin, end);
      break;
    case 2:
      multiplyRows<2>(block, begin, end);
      break;
    default:
      multiplyRows<1>(block, begin, end);
    }
  }
}

} // namespace dnnc::sim

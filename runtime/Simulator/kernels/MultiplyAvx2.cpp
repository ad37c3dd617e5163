// Blocks on 256-bit vectors.
#if defined(__x86_64__)
#include "runtime/Simulator/kernels/MultiplyBlock.h"

#include <algorithm>
#include <cstring>
#include <immintrin.h>
#include <type_traits>

#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#include "runtime/Simulator/kernels/MultiplyLoops.h"

namespace dnnc::sim {
namespace {
struct Lanes256 {
  using Word = int32_t __attribute__((vector_size(32)));
  using Real = float __attribute__((vector_size(32)));
  static constexpr int registers = 16;
  [[gnu::always_inline]] static inline Word broadcast(int32_t word) { return Word(_mm256_set1_epi32(word)); }
  [[gnu::always_inline]] static inline Word multiplyPairs(Word sums, Word a, Word b) {
    return sums + Word(_mm256_madd_epi16(__m256i(a), __m256i(b)));
  }
};
} // namespace

void multiplyAvx2(const MultiplyBlock &block) {
  block.isFloat ? multiplyAny<Lanes256, true>(block) : multiplyAny<Lanes256, false>(block);
}
} // namespace dnnc::sim
#pragma clang attribute pop
#endif

// Blocks on 512-bit vectors, with the int16 dot product instruction (AVX-512 VNNI).
#if defined(__x86_64__)
#include "runtime/Simulator/kernels/MultiplyBlock.h"

#include <algorithm>
#include <cstring>
#include <immintrin.h>
#include <type_traits>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni"))),       \
                             apply_to = function)
#include "runtime/Simulator/kernels/MultiplyLoops.h"

namespace dnnc::sim {
namespace {
struct Lanes512 {
  using Word = int32_t __attribute__((vector_size(64)));
  using Real = float __attribute__((vector_size(64)));
  static constexpr int registers = 32;
  [[gnu::always_inline]] static inline Word broadcast(int32_t word) { return Word(_mm512_set1_epi32(word)); }
  [[gnu::always_inline]] static inline Word multiplyPairs(Word sums, Word a, Word b) {
    return Word(_mm512_dpwssd_epi32(__m512i(sums), __m512i(a), __m512i(b)));
  }
};
} // namespace

void multiplyAvx512(const MultiplyBlock &block) {
  block.isFloat ? multiplyAny<Lanes512, true>(block) : multiplyAny<Lanes512, false>(block);
}
} // namespace dnnc::sim
#pragma clang attribute pop
#endif

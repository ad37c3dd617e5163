// Blocks on 128-bit vectors in the compiler's own notation, for every processor; and the choice among the
// kinds.
#include "runtime/Simulator/kernels/MultiplyLoops.h"

namespace dnnc::sim {
namespace {
struct Lanes128 {
  using Word = int32_t __attribute__((vector_size(16)));
  using Real = float __attribute__((vector_size(16)));
  static constexpr int registers = 16;
  [[gnu::always_inline]] static inline Word broadcast(int32_t word) { return Word{word, word, word, word}; }
  [[gnu::always_inline]] static inline Word multiplyPairs(Word sums, Word a, Word b) {
    using Halves = int16_t __attribute__((vector_size(16)));
    Halves x = Halves(a), y = Halves(b);
    auto even = [](Halves h) {
      return __builtin_convertvector(__builtin_shufflevector(h, h, 0, 2, 4, 6), Word);
    };
    auto odd = [](Halves h) {
      return __builtin_convertvector(__builtin_shufflevector(h, h, 1, 3, 5, 7), Word);
    };
    // The machine's integers wrap; so that the addition may wrap too it is done without a sign.
    using Unsigned = uint32_t __attribute__((vector_size(16)));
    return Word(Unsigned(sums) + Unsigned(even(x) * even(y)) + Unsigned(odd(x) * odd(y)));
  }
};

using Multiply = void (*)(const MultiplyBlock &);

Multiply widest() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    return multiplyAvx512;
  if (__builtin_cpu_supports("avx2"))
    return multiplyAvx2;
#endif
  return multiplyPortable;
}
} // namespace

void multiplyPortable(const MultiplyBlock &block) {
  block.isFloat ? multiplyAny<Lanes128, true>(block) : multiplyAny<Lanes128, false>(block);
}

void multiply(const MultiplyBlock &block) {
  static const Multiply chosen = widest();
  chosen(block);
}

} // namespace dnnc::sim

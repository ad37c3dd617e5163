// The innermost loops of the convolution: a block of rows (output channels) × columns (output pixels), summed
// over taps.
#pragma once

#include "runtime/Simulator/kernels/ConvTile.h"

#include <cstdint>

namespace dnnc::sim {

/// One block: acc[row][column] += Σ_k weights[k][row] · ifmap[offsets[k] + column], taken in the order of k;
/// in float32 floatGroup of them (ConvTile.h) at a time.
///
/// Everything is in 32-bit words. For 8-bit operands a word holds two int16, operand minus zero point, of two
/// neighbouring channels, and a product of words is the sum of both products, in int32. For float32 a word is
/// one float; a product is rounded, then added, both in float32, so that every machine gives the same bits.
struct MultiplyBlock {
  const uint32_t *weights = nullptr; // [taps][rows]
  const uint32_t *ifmap = nullptr;
  const int32_t *offsets = nullptr; // [taps]: the tap's first word in ifmap
  int64_t taps = 0;
  uint32_t *accumulators = nullptr; // [rows][accumulatorStride]
  int64_t accumulatorStride = 0;
  int64_t columns = 0; // a multiple of columnStep; words past the last wanted column are computed and ignored
  int rows = 0;        // 1, 2, 4 or 8
  bool isFloat = false;
};

/// Columns come in multiples of this many on every machine.
inline constexpr int64_t columnStep = 16;
/// The most rows a block may have.
inline constexpr int maxBlockRows = 8;

/// Runs a block with the widest vectors of this processor.
void multiply(const MultiplyBlock &block);

/// The same for one kind of vectors; chosen by multiply() and, all those that can run here, by the tests.
void multiplyPortable(const MultiplyBlock &block);
#if defined(__x86_64__)
void multiplyAvx2(const MultiplyBlock &block);
void multiplyAvx512(const MultiplyBlock &block);
#endif

} // namespace dnnc::sim

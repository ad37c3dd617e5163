// The innermost loops of the convolution for int16: a block of rows (output channels) × columns (output
// pixels), summed over taps, exactly.
#pragma once

#include <cstdint>

namespace dnnc::sim {

/// One block: accumulators[row][column] += Σ_k weights[k][row] · ifmap[offsets[k] + column], in 64 bits.
///
/// Operands are int16 minus an int16, held in floating point, as is the sum of so many products that no bit
/// of it can be lost: every processor multiplies and adds float64 many at a time, and 64-bit integers hardly.
struct WideBlock {
  const double *weights = nullptr; // [taps][rows]
  const float *ifmap = nullptr;
  const int32_t *offsets = nullptr; // [taps]: the tap's first word in ifmap
  int64_t taps = 0;
  int64_t *accumulators = nullptr; // [rows][accumulatorStride]
  int64_t accumulatorStride = 0;
  int64_t columns = 0; // a multiple of columnStep
  int rows = 0;        // 1, 2, 4 or 8
};

void multiplyWide(const WideBlock &block);

} // namespace dnnc::sim

// The loops of convolutions and matrix products over plain arrays. They are the only loops of the reference
// that a whole network feels, so bounds are hoisted out of the innermost one and output channels are shared
// between threads; sums stay in the obvious order. No MLIR in here.
//
// Value is double for floats, or uint32_t or uint64_t: arithmetic modulo 2³² is what an int32 accumulator does.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <type_traits>

namespace dnnc::reference {

/// A 2-D convolution; channels are per group. Also a transposed one, where (height, width) is its input,
/// (rows, columns) its output and the pads are cut off that output.
struct Convolution {
  int64_t batch = 1, groups = 1;
  int64_t outChannels = 1, inChannels = 1;
  int64_t height = 1, width = 1; // of the input
  int64_t rows = 1, columns = 1; // of the output
  int64_t kernelHeight = 1, kernelWidth = 1;
  std::array<int64_t, 2> strides{1, 1}, dilations{1, 1}, pads{0, 0}; // pads: top and left
};

/// Writes the weights of output channel m of group g as [C, R, S]. Called from several threads.
template <typename Value>
using FilterReader = std::function<void(int64_t group, int64_t outChannel, Value *filter)>;

/// acc[n, g, m, p, q] = Σ_{c,r,s} x[n, g, c, p·stride + r·dilation − pad, …] · w[g, m, c, r, s]; what lies
/// outside of x counts as zero. `acc` is overwritten.
template <typename Value>
void convolve(const Convolution &shape, const Value *x, const FilterReader<Value> &filterOf, Value *acc);

/// acc[n, g, m, h·stride + r·dilation − pad, …] = Σ_{c,r,s} x[n, g, c, h, w] · w[g, c, m, r, s].
template <typename Value>
void convolveTransposed(const Convolution &shape, const Value *x, const FilterReader<Value> &filterOf,
                        Value *acc);

/// Writes column n of one right-hand matrix, K values. Called from several threads.
template <typename Value> using ColumnReader = std::function<void(int64_t column, Value *values)>;

/// acc[m, n] = Σ_k a[m, k] · b[k, n], a row-major.
template <typename Value>
void multiply(int64_t rows, int64_t columns, int64_t depth, const Value *a,
              const ColumnReader<Value> &columnOf, Value *acc);

/// Calls body(i) for i in [0, count), spread over the machine's cores.
void parallelFor(int64_t count, const std::function<void(int64_t)> &body);

} // namespace dnnc::reference

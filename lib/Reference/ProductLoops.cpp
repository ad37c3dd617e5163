#include "lib/Reference/ProductLoops.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace dnnc::reference {

void parallelFor(int64_t count, const std::function<void(int64_t)> &body) {
  std::atomic<int64_t> next = 0;
  auto work = [&] {
    for (int64_t i = next++; i < count; i = next++)
      body(i);
  };
  int64_t threads = std::min<int64_t>(count, std::max(1u, std::thread::hardware_concurrency()));
  std::vector<std::thread> others;
  for (int64_t i = 1; i < threads; ++i)
    others.emplace_back(work);
  work();
  for (std::thread &other : others)
    other.join();
}

namespace {

/// The outer indices o in [first, last) whose inner coordinate o·stride + start lies in [0, extent).
struct Range {
  int64_t first, last;
};
Range insideRange(int64_t count, int64_t stride, int64_t start, int64_t extent) {
  auto ceilDivide = [](int64_t a, int64_t b) { return a >= 0 ? (a + b - 1) / b : -(-a / b); };
  int64_t first = std::max<int64_t>(0, ceilDivide(-start, stride));
  int64_t last = std::min(count, ceilDivide(extent - start, stride));
  return {first, std::max(first, last)};
}

/// A 1×1 convolution that takes every pixel once is one long row, which spares the innermost loop its starts.
Convolution flattened(Convolution shape) {
  bool pointwise = shape.kernelHeight == 1 && shape.kernelWidth == 1 && shape.height == shape.rows &&
                   shape.width == shape.columns;
  for (int64_t d = 0; d < 2; ++d)
    pointwise &= shape.strides[d] == 1 && shape.pads[d] == 0;
  if (pointwise) {
    shape.width = shape.columns = shape.height * shape.width;
    shape.height = shape.rows = 1;
  }
  return shape;
}

} // namespace

template <typename Value>
void convolve(const Convolution &given, const Value *x, const FilterReader<Value> &filterOf, Value *acc) {
  const Convolution shape = flattened(given);
  const int64_t inPlane = shape.height * shape.width, outPlane = shape.rows * shape.columns;
  const int64_t kernel = shape.kernelHeight * shape.kernelWidth;
  parallelFor(shape.groups * shape.outChannels, [&](int64_t channel) {
    const int64_t g = channel / shape.outChannels, m = channel % shape.outChannels;
    std::vector<Value> filter(shape.inChannels * kernel);
    filterOf(g, m, filter.data());
    for (int64_t n = 0; n < shape.batch; ++n) {
      Value *out = acc + ((n * shape.groups + g) * shape.outChannels + m) * outPlane;
      std::fill(out, out + outPlane, Value(0));
      for (int64_t c = 0; c < shape.inChannels; ++c) {
        const Value *in = x + ((n * shape.groups + g) * shape.inChannels + c) * inPlane;
        for (int64_t r = 0; r < shape.kernelHeight; ++r) {
          const int64_t top = r * shape.dilations[0] - shape.pads[0];
          const Range ps = insideRange(shape.rows, shape.strides[0], top, shape.height);
          for (int64_t s = 0; s < shape.kernelWidth; ++s) {
            const int64_t left = s * shape.dilations[1] - shape.pads[1], stride = shape.strides[1];
            const Range qs = insideRange(shape.columns, stride, left, shape.width);
            const Value w = filter[c * kernel + r * shape.kernelWidth + s];
            for (int64_t p = ps.first; p < ps.last; ++p) {
              const Value *inRow = in + (p * shape.strides[0] + top) * shape.width + left;
              Value *outRow = out + p * shape.columns;
              if (stride == 1)
                for (int64_t q = qs.first; q < qs.last; ++q)
                  outRow[q] += w * inRow[q];
              else
                for (int64_t q = qs.first; q < qs.last; ++q)
                  outRow[q] += w * inRow[q * stride];
            }
          }
        }
      }
    }
  });
}

template <typename Value>
void convolveTransposed(const Convolution &shape, const Value *x, const FilterReader<Value> &filterOf,
                        Value *acc) {
  const int64_t inPlane = shape.height * shape.width, outPlane = shape.rows * shape.columns;
  const int64_t kernel = shape.kernelHeight * shape.kernelWidth;
  parallelFor(shape.groups * shape.outChannels, [&](int64_t channel) {
    const int64_t g = channel / shape.outChannels, m = channel % shape.outChannels;
    std::vector<Value> filter(shape.inChannels * kernel);
    filterOf(g, m, filter.data());
    for (int64_t n = 0; n < shape.batch; ++n) {
      Value *out = acc + ((n * shape.groups + g) * shape.outChannels + m) * outPlane;
      std::fill(out, out + outPlane, Value(0));
      for (int64_t c = 0; c < shape.inChannels; ++c) {
        const Value *in = x + ((n * shape.groups + g) * shape.inChannels + c) * inPlane;
        for (int64_t r = 0; r < shape.kernelHeight; ++r) {
          const int64_t top = r * shape.dilations[0] - shape.pads[0];
          const Range hs = insideRange(shape.height, shape.strides[0], top, shape.rows);
          for (int64_t s = 0; s < shape.kernelWidth; ++s) {
            const int64_t left = s * shape.dilations[1] - shape.pads[1], stride = shape.strides[1];
            const Range ws = insideRange(shape.width, stride, left, shape.columns);
            const Value weight = filter[c * kernel + r * shape.kernelWidth + s];
            for (int64_t h = hs.first; h < hs.last; ++h) {
              const Value *inRow = in + h * shape.width;
              Value *outRow = out + (h * shape.strides[0] + top) * shape.columns + left;
              for (int64_t w = ws.first; w < ws.last; ++w)
                outRow[w * stride] += weight * inRow[w];
            }
          }
        }
      }
    }
  });
}

template <typename Value>
void multiply(int64_t rows, int64_t columns, int64_t depth, const Value *a,
              const ColumnReader<Value> &columnOf, Value *acc) {
  // Columns go to the threads by blocks, so that a thread's buffer is allocated once for many.
  constexpr int64_t block = 64;
  parallelFor((columns + block - 1) / block, [&](int64_t b) {
    std::vector<Value> column(depth);
    for (int64_t n = b * block; n < std::min(columns, (b + 1) * block); ++n) {
      columnOf(n, column.data());
      for (int64_t m = 0; m < rows; ++m) {
        Value sum = 0;
        for (int64_t k = 0; k < depth; ++k)
          sum += a[m * depth + k] * column[k];
        acc[m * columns + n] = sum;
      }
    }
  });
}

#define DNNC_INSTANTIATE(Value)                                                                              \
  template void convolve<Value>(const Convolution &, const Value *, const FilterReader<Value> &, Value *);   \
  template void convolveTransposed<Value>(const Convolution &, const Value *, const FilterReader<Value> &,   \
                                          Value *);                                                          \
  template void multiply<Value>(int64_t, int64_t, int64_t, const Value *, const ColumnReader<Value> &,       \
                                Value *);
DNNC_INSTANTIATE(double)
DNNC_INSTANTIATE(uint32_t)
DNNC_INSTANTIATE(uint64_t)
#undef DNNC_INSTANTIATE

} // namespace dnnc::reference

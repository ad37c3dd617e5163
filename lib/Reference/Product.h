// What convolutions and matrix products share: the accumulator they run in, their factors, and what happens
// to a finished accumulator.
#pragma once

#include "lib/Reference/Values.h"

namespace dnnc::reference {

/// Calls body with a zero of the accumulator's type: double for float factors, rounded once at the end;
/// for quantized ones uint32_t, whose arithmetic modulo 2³² is that of the int32 accumulator, or of 16-bit
/// factors uint64_t.
template <typename Body> auto withAccumulator(const Call &call, Body body) {
  if (!call.formats[0].quantized)
    return body(double());
  return bytesOf(call.formats[0].storage) == 1 ? body(uint32_t()) : body(uint64_t());
}

/// out[i] = tensor[first + i·stride] − zeroPoint.
template <typename Value>
void readFactor(const Tensor &tensor, int64_t first, int64_t stride, int64_t count, int64_t zeroPoint,
                Value *out) {
  withStorage(tensor.type, [&](auto storage) {
    auto stored = tensor.as<decltype(storage)>();
    for (int64_t i = 0; i < count; ++i)
      out[i] = static_cast<Value>(stored[first + i * stride]) - static_cast<Value>(zeroPoint);
  });
}

/// All of operand 0, less its zero point.
template <typename Value> std::vector<Value> readFirstFactor(const Call &call) {
  std::vector<Value> values(call.inputs[0].elementCount());
  readFactor(call.inputs[0], 0, 1, values.size(), call.formats[0].zeroPoint(0), values.data());
  return values;
}

/// The result of the accumulators: bias (operand 2, if there is one), scaling, rounding, saturation. The
/// output channel of element i is i / inner mod channels, and its weights' scale is number channel mod
/// (number of scales).
Tensor finishProduct(const Call &call, const std::vector<double> &accumulators, int64_t inner,
                     int64_t channels);
Tensor finishProduct(const Call &call, const std::vector<uint32_t> &accumulators, int64_t inner,
                     int64_t channels);
Tensor finishProduct(const Call &call, const std::vector<uint64_t> &accumulators, int64_t inner,
                     int64_t channels);

} // namespace dnnc::reference

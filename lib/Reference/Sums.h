// Results that are sums or averages. Numerics: "Sums of quantized values (average pooling, ReduceSum,
// ReduceMean) are exact integer sums, requantized by fl32(s_x / fl32(s_y·n)), n the elements counted for that
// output."
#pragma once

#include "lib/Reference/Arithmetic.h"
#include "lib/Reference/Values.h"

namespace dnnc::reference {

/// Adds up elements of operand 0 and writes the result, element by element (from any thread).
class Sums {
public:
  explicit Sums(const Call &call) : call(call), x(call.formats[0]), y(call.result) {
    if (x.quantized)
      integer = integers(call.inputs[0]);
    else
      given = reals(call.inputs[0], x);
    real.resize(elementCount(call.shape));
    if (y.quantized)
      stored.resize(real.size());
  }

  /// A sum under way: exact for quantized elements, float64 for others.
  struct Sum {
    int64_t exact = 0;
    double real = 0;
  };

  void add(Sum &sum, int64_t element) const {
    if (x.quantized)
      sum.exact += integer[element] - x.zeroPoint(0);
    else
      sum.real += given[element];
  }

  /// result[i] = sum / count; a plain sum has count 1.
  void set(int64_t i, const Sum &sum, int64_t count) {
    if (!x.quantized) {
      real[i] = static_cast<float>(sum.real / static_cast<double>(count));
      if (y.quantized)
        stored[i] = quantizeValue(real[i], y.scale(0), y.zeroPoint(0), y.low, y.high);
      return;
    }
    const float multiplier = averageMultiplier(x.scale(0), y.quantized ? y.scale(0) : 1.0f, count);
    real[i] = scaleAccumulator(sum.exact, multiplier);
    if (y.quantized)
      stored[i] = roundAndSaturate(real[i], y.zeroPoint(0), y.low, y.high);
  }

  Tensor finish() const {
    return y.quantized ? fromIntegers(stored, y.storage, call.shape) : fromReals(real, y, call.shape);
  }

private:
  const Call &call;
  const Format &x, &y;
  std::vector<int64_t> integer, stored;
  std::vector<float> given, real;
};

} // namespace dnnc::reference

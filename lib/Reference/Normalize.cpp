// Normalizations: float work (float64 here, rounded once), quantized afterwards where the result is.
#include "lib/Reference/Families.h"

#include <cmath>
#include <limits>

namespace dnnc::reference {

FailureOr<Tensor> evaluateOp(dnn::LrnOp op, const Call &call) {
  const std::vector<float> x = reals(call.inputs[0], call.formats[0]);
  const int64_t channels = call.shape[1], stride = stridesOf(call.shape)[1];
  const int64_t size = op.getSize(), before = (size - 1) / 2;
  const double alpha = op.getAlpha().convertToFloat(), beta = op.getBeta().convertToFloat();
  const double bias = op.getBias().convertToFloat();
  std::vector<float> y(x.size());
  for (int64_t i = 0; i < static_cast<int64_t>(x.size()); ++i) {
    const int64_t channel = i / stride % channels;
    double squares = 0;
    for (int64_t c = std::max<int64_t>(0, channel - before); c < std::min(channels, channel - before + size);
         ++c) {
      const double value = x[i + (c - channel) * stride];
      squares += value * value;
    }
    y[i] = static_cast<float>(x[i] / std::pow(bias + alpha / static_cast<double>(size) * squares, beta));
  }
  return fromReals(y, call.result, call.shape);
}

FailureOr<Tensor> evaluateOp(dnn::BatchNormOp op, const Call &call) {
  std::vector<float> values = reals(call.inputs[0], call.formats[0]);
  auto scale = call.inputs[1].as<float>(), bias = call.inputs[2].as<float>(),
       mean = call.inputs[3].as<float>(), variance = call.inputs[4].as<float>();
  const double epsilon = op.getEpsilon().convertToFloat();
  const int64_t channels = call.shape[1], stride = stridesOf(call.shape)[1];
  for (int64_t i = 0; i < static_cast<int64_t>(values.size()); ++i) {
    const int64_t c = i / stride % channels;
    const double normal = (static_cast<double>(values[i]) - mean[c]) / std::sqrt(variance[c] + epsilon);
    values[i] = static_cast<float>(scale[c] * normal + bias[c]);
  }
  return fromReals(values, call.result, call.shape);
}

/// exp(x − max) over its sum along the axis, or the logarithm of that.
static FailureOr<Tensor> softmax(const Call &call, int64_t axis, bool logarithm) {
  std::vector<float> values = reals(call.inputs[0], call.formats[0]);
  const int64_t extent = call.shape[axis], stride = stridesOf(call.shape)[axis];
  for (int64_t first = 0; first < static_cast<int64_t>(values.size()); ++first) {
    if (first / stride % extent != 0)
      continue;
    double largest = -std::numeric_limits<double>::infinity(), sum = 0;
    for (int64_t k = 0; k < extent; ++k)
      largest = std::max<double>(largest, values[first + k * stride]);
    for (int64_t k = 0; k < extent; ++k)
      sum += std::exp(values[first + k * stride] - largest);
    for (int64_t k = 0; k < extent; ++k) {
      float &value = values[first + k * stride];
      value =
          static_cast<float>(logarithm ? value - largest - std::log(sum) : std::exp(value - largest) / sum);
    }
  }
  return fromReals(values, call.result, call.shape);
}

FailureOr<Tensor> evaluateOp(dnn::SoftmaxOp op, const Call &call) {
  return softmax(call, op.getAxis(), false);
}

FailureOr<Tensor> evaluateOp(dnn::LogSoftmaxOp op, const Call &call) {
  return softmax(call, op.getAxis(), true);
}

} // namespace dnnc::reference

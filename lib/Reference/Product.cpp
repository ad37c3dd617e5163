#include "lib/Reference/Product.h"

#include "lib/Reference/Arithmetic.h"

namespace dnnc::reference {

Tensor finishProduct(const Call &call, const std::vector<double> &accumulators, int64_t inner,
                     int64_t channels) {
  std::vector<float> bias(channels, 0.0f), values(accumulators.size());
  if (call.inputs.size() > 2)
    bias = reals(call.inputs[2], call.formats[2]);
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<float>(accumulators[i] + bias[i / inner % channels]);
  return fromReals(values, call.result, call.shape);
}

/// Numerics: the accumulator as float32 times fl32(fl32(s_x·s_w) / s_y), rounded, plus zero point, saturated;
/// a product with nothing that quantizes it, or with a float bias, is fl32(acc)·fl32(s_x·s_w) first. "An
/// int32 bias with scale s_x·s_w goes into the accumulator; any other bias is added in float32 after it."
template <typename Unsigned>
static Tensor finishIntegers(const Call &call, const std::vector<Unsigned> &accumulators, int64_t inner,
                             int64_t channels) {
  const Format &x = call.formats[0], &w = call.formats[1], &y = call.result;
  std::vector<int64_t> integerBias(channels, 0);
  std::vector<float> realBias;
  if (call.inputs.size() > 2 && call.formats[2].isFloat())
    realBias = reals(call.inputs[2], call.formats[2]);
  else if (call.inputs.size() > 2)
    integerBias = integers(call.inputs[2]);

  const bool requantizes = y.quantized && realBias.empty();
  std::vector<int64_t> stored(requantizes ? accumulators.size() : 0);
  std::vector<float> real(requantizes ? 0 : accumulators.size());
  for (size_t i = 0; i < accumulators.size(); ++i) {
    const int64_t channel = static_cast<int64_t>(i) / inner % channels;
    const auto accumulator = static_cast<std::make_signed_t<Unsigned>>(
        accumulators[i] + static_cast<Unsigned>(integerBias[channel]));
    const float xScale = x.scale(0), wScale = w.scale(channel);
    if (requantizes)
      stored[i] =
          roundAndSaturate(scaleAccumulator(accumulator, productMultiplier(xScale, wScale, y.scale(0))),
                           y.zeroPoint(0), y.low, y.high);
    else
      real[i] = scaleAccumulator(accumulator, productScale(xScale, wScale));
    if (!realBias.empty())
      real[i] += realBias[channel];
  }
  return requantizes ? fromIntegers(stored, y.storage, call.shape) : fromReals(real, y, call.shape);
}

Tensor finishProduct(const Call &call, const std::vector<uint32_t> &accumulators, int64_t inner,
                     int64_t channels) {
  return finishIntegers(call, accumulators, inner, channels);
}

Tensor finishProduct(const Call &call, const std::vector<uint64_t> &accumulators, int64_t inner,
                     int64_t channels) {
  return finishIntegers(call, accumulators, inner, channels);
}

} // namespace dnnc::reference

// The scalar steps of quantized arithmetic, each as hardware.md's Numerics words it. No MLIR in here.
#pragma once

#include "dnnc/ElementType.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace dnnc::reference {

/// rint(value) + zeroPoint, saturated. NaN gives the zero point: it stands for no number, so for zero.
inline int64_t roundAndSaturate(float value, int64_t zeroPoint, int64_t low, int64_t high) {
  if (std::isnan(value))
    return std::clamp(zeroPoint, low, high);
  double rounded = std::nearbyint(static_cast<double>(value)); // half to even, the default rounding direction
  return static_cast<int64_t>(std::clamp(rounded + static_cast<double>(zeroPoint), static_cast<double>(low),
                                         static_cast<double>(high)));
}

/// QuantizeLinear: rint(fl32(x / s)) + z, by division, never times 1/s.
inline int64_t quantizeValue(float value, float scale, int64_t zeroPoint, int64_t low, int64_t high) {
  return roundAndSaturate(value / scale, zeroPoint, low, high);
}

/// DequantizeLinear: fl32(q − z) · s, one float32 product.
inline float dequantizeValue(int64_t stored, float scale, int64_t zeroPoint) {
  return static_cast<float>(stored - zeroPoint) * scale;
}

/// The scale of a product's accumulator: fl32(s_x · s_w).
inline float productScale(float x, float w) { return x * w; }

/// The multiplier that takes a product's accumulator to the output's scale: fl32(fl32(s_x · s_w) / s_y).
inline float productMultiplier(float x, float w, float y) { return productScale(x, w) / y; }

/// The multiplier of an exact sum over `count` elements, averaged: fl32(s_x / fl32(s_y · n)). A plain sum has
/// count 1.
inline float averageMultiplier(float x, float y, int64_t count) {
  return x / (y * static_cast<float>(count));
}

/// The accumulator as a real number, or before rounding: fl32(fl32(acc) · multiplier).
inline float scaleAccumulator(int64_t accumulator, float multiplier) {
  return static_cast<float>(accumulator) * multiplier;
}

/// A real number as an integer: cut towards zero; what does not fit saturates and NaN gives 0 (ONNX leaves
/// both open).
inline int64_t truncateValue(double value, ElementType type) {
  if (std::isnan(value))
    return 0;
  const int bits = static_cast<int>(bytesOf(type)) * 8;
  const bool isUnsigned = type == ElementType::U8 || type == ElementType::U16;
  const double high = std::ldexp(1.0, isUnsigned ? bits : bits - 1), low = isUnsigned ? 0.0 : -high;
  if (value >= high)
    return type == ElementType::I64 ? std::numeric_limits<int64_t>::max() : static_cast<int64_t>(high) - 1;
  return static_cast<int64_t>(std::max(std::trunc(value), low));
}

} // namespace dnnc::reference

#include "runtime/Simulator/kernels/OutputRow.h"

#include "runtime/Simulator/kernels/Bytes.h"
#include "runtime/Simulator/kernels/Multiversion.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace dnnc::sim {
namespace {

/// What the loops need, the same for a whole row.
struct Row {
  float multiplier, postBias, scale;
  float low, high; // bounds of the float result, or of the integer before its zero point is added
  int32_t zeroPoint;
};

template <typename Sum> [[gnu::always_inline]] inline float sumAsFloat(uint32_t bits) {
  return static_cast<float>(std::bit_cast<Sum>(bits)); // rounds an int32 once, to nearest even
}

template <typename Sum>
[[gnu::always_inline]] inline void toFloats(const Row &row, const uint32_t *sums, int64_t count,
                                            uint8_t *results) {
  for (int64_t i = 0; i < count; ++i) {
    float value = sumAsFloat<Sum>(sums[i]) * row.multiplier;
    value = value + row.postBias;
    value = value < row.low ? row.low : value;
    value = value > row.high ? row.high : value;
    storeAs(results + 4 * i, value);
  }
}

/// The bounds are integers, so clamping before rounding gives what clamping after it would, and nothing
/// overflows.
template <typename Sum, bool viaFloat>
[[gnu::always_inline]] inline void toBytes(const Row &row, const uint32_t *sums, int64_t count,
                                           uint8_t *results) {
  for (int64_t i = 0; i < count; ++i) {
    float value = sumAsFloat<Sum>(sums[i]) * row.multiplier;
    if constexpr (viaFloat)
      value = (value + row.postBias) / row.scale;
    value = value > row.low ? value : row.low;
    value = value > row.high ? row.high : value;
    results[i] = static_cast<uint8_t>(static_cast<int32_t>(__builtin_roundevenf(value)) + row.zeroPoint);
  }
}

DNNC_MULTIVERSION void floatsFromIntegers(const Row &row, const uint32_t *sums, int64_t count,
                                          uint8_t *results) {
  toFloats<int32_t>(row, sums, count, results);
}
DNNC_MULTIVERSION void floatsFromFloats(const Row &row, const uint32_t *sums, int64_t count,
                                        uint8_t *results) {
  toFloats<float>(row, sums, count, results);
}
DNNC_MULTIVERSION void bytesFromIntegers(const Row &row, const uint32_t *sums, int64_t count,
                                         uint8_t *results) {
  toBytes<int32_t, false>(row, sums, count, results);
}
DNNC_MULTIVERSION void bytesFromFloats(const Row &row, const uint32_t *sums, int64_t count,
                                       uint8_t *results) {
  toBytes<float, false>(row, sums, count, results);
}
DNNC_MULTIVERSION void bytesViaFloat(const Row &row, const uint32_t *sums, int64_t count, uint8_t *results) {
  toBytes<int32_t, true>(row, sums, count, results);
}
DNNC_MULTIVERSION void bytesFromFloatsViaFloat(const Row &row, const uint32_t *sums, int64_t count,
                                               uint8_t *results) {
  toBytes<float, true>(row, sums, count, results);
}

/// 16- and 32-bit integers, which float32 cannot all hold: in float64, one by one.
void toWideIntegers(const OutputPath &path, const Row &row, bool isFloat, double low, double high,
                    const uint32_t *sums, int64_t count, uint8_t *results) {
  for (int64_t i = 0; i < count; ++i) {
    float value = (isFloat ? sumAsFloat<float>(sums[i]) : sumAsFloat<int32_t>(sums[i])) * row.multiplier;
    if (path.mode == OutputMode::DequantizeQuantize)
      value = (value + row.postBias) / row.scale;
    double rounded = __builtin_roundeven(double(value)) + path.zeroPoint;
    rounded = rounded > low ? rounded : low;
    rounded = rounded > high ? high : rounded;
    int32_t integer = static_cast<int32_t>(rounded);
    if (bytesOf(path.type) == 2)
      storeAs(results + 2 * i, static_cast<uint16_t>(integer));
    else
      storeAs(results + 4 * i, integer);
  }
}

template <typename T> std::pair<double, double> rangeOf() {
  return {double(std::numeric_limits<T>::min()), double(std::numeric_limits<T>::max())};
}

std::pair<double, double> rangeOf(ElementType type) {
  switch (type) {
  case ElementType::I8:
    return rangeOf<int8_t>();
  case ElementType::U8:
    return rangeOf<uint8_t>();
  case ElementType::I16:
    return rangeOf<int16_t>();
  case ElementType::U16:
    return rangeOf<uint16_t>();
  default:
    return rangeOf<int32_t>();
  }
}

} // namespace

void finishRow(const OutputPath &path, const ConvParam &param, bool isFloat, const uint32_t *sums,
               int64_t count, uint8_t *results) {
  Row row;
  row.multiplier = path.mode == OutputMode::Float ? 1.0f : param.multiplier;
  // Adding −0 changes nothing, not even the sign of a zero.
  row.postBias = path.mode == OutputMode::Float || param.postBias == 0 ? -0.0f : param.postBias;
  row.scale = path.scale;
  row.zeroPoint = path.zeroPoint;
  if (path.type == ElementType::F32) {
    row.low = std::bit_cast<float>(path.clampLow);
    row.high = std::bit_cast<float>(path.clampHigh);
    return isFloat ? floatsFromFloats(row, sums, count, results)
                   : floatsFromIntegers(row, sums, count, results);
  }

  auto [lowest, highest] = rangeOf(path.type);
  double low = std::clamp(double(int32_t(path.clampLow)), lowest, highest);
  double high = std::clamp(double(int32_t(path.clampHigh)), lowest, highest);
  if (bytesOf(path.type) > 1)
    return toWideIntegers(path, row, isFloat, low, high, sums, count, results);
  row.low = float(low - path.zeroPoint);
  row.high = float(high - path.zeroPoint);
  if (path.mode == OutputMode::DequantizeQuantize)
    isFloat ? bytesFromFloatsViaFloat(row, sums, count, results) : bytesViaFloat(row, sums, count, results);
  else
    isFloat ? bytesFromFloats(row, sums, count, results) : bytesFromIntegers(row, sums, count, results);
  if (path.table)
    for (int64_t i = 0; i < count; ++i)
      results[i] = path.table[results[i]];
}

} // namespace dnnc::sim

// A tile in the manual's words: slow and obvious. Shares nothing with the fast way but the description of the
// tile.
#include "runtime/Simulator/kernels/Bytes.h"
#include "runtime/Simulator/kernels/ConvTile.h"
#include "runtime/Simulator/kernels/PsumCell.h"

#include <bit>
#include <cmath>

namespace dnnc::sim {

ConvParam ConvTile::param(int64_t group, int64_t channel) const {
  if (!params)
    return {};
  const uint8_t *record = params + group * paramStrideG + channel * 16;
  ConvParam param;
  param.bias = loadAs<uint32_t>(record), param.multiplier = loadAs<float>(record + 4);
  param.postBias = loadAs<float>(record + 12);
  if (hasDisplacements)
    param.weightZeroPoint = loadAs<int16_t>(record + 8), param.displacement = loadAs<int16_t>(record + 10);
  else
    param.weightZeroPoint = loadAs<int32_t>(record + 8);
  return param;
}

namespace {

int32_t loadInteger(ElementType type, const uint8_t *from) {
  switch (type) {
  case ElementType::I8:
    return loadAs<int8_t>(from);
  case ElementType::U8:
    return loadAs<uint8_t>(from);
  default:
    return loadAs<int16_t>(from);
  }
}

/// The value range of an integer type.
std::pair<double, double> rangeOf(ElementType type) {
  switch (type) {
  case ElementType::I8:
    return {-128, 127};
  case ElementType::U8:
    return {0, 255};
  case ElementType::I16:
    return {-32768, 32767};
  case ElementType::U16:
    return {0, 65535};
  default:
    return {-2147483648.0, 2147483647.0};
  }
}

/// rint(value) + zero point, saturated to the type, then clamped.
int32_t quantize(const OutputPath &path, float value) {
  auto [lowest, highest] = rangeOf(path.type);
  double low = std::fmin(std::fmax(int32_t(path.clampLow), lowest), highest);
  double high = std::fmin(std::fmax(int32_t(path.clampHigh), lowest), highest);
  double result = std::nearbyint(double(value)) + path.zeroPoint;
  if (!(result > low))
    return int32_t(low > high ? high : low);
  return int32_t(result > high ? high : result);
}

float clampFloat(const OutputPath &path, float value) {
  float low = std::bit_cast<float>(path.clampLow), high = std::bit_cast<float>(path.clampHigh);
  if (value < low)
    value = low;
  return value > high ? high : value;
}

/// `sum` is the accumulator as float32, rounded once.
void writeOutput(const OutputPath &path, const ConvParam &param, float sum, uint8_t *output) {
  if (path.mode == OutputMode::Float)
    return storeAs(output, clampFloat(path, sum));
  float scaled = sum * param.multiplier;
  if (path.mode != OutputMode::Requantize && param.postBias != 0)
    scaled = scaled + param.postBias;
  if (path.mode == OutputMode::Dequantize)
    return storeAs(output, clampFloat(path, scaled));
  if (path.mode == OutputMode::DequantizeQuantize)
    scaled = scaled / path.scale;
  int32_t value = quantize(path, scaled);
  if (path.table)
    value = path.table[uint8_t(value)];
  switch (bytesOf(path.type)) {
  case 1:
    return storeAs(output, uint8_t(value));
  case 2:
    return storeAs(output, uint16_t(value));
  default:
    return storeAs(output, value);
  }
}

} // namespace

int64_t convolvePlain(const ConvTile &tile) { return convolveSkipping(tile, {}); }

int64_t convolveSkipping(const ConvTile &t, SkippedZeros skipped) {
  int64_t overflows = 0;
  for (int64_t n = 0; n < t.n; ++n)
    for (int64_t g = 0; g < t.g; ++g)
      for (int64_t m = 0; m < t.m; ++m) {
        ConvParam param = t.param(g, m);
        for (int64_t p = 0; p < t.p; ++p)
          for (int64_t q = 0; q < t.q; ++q) {
            int64_t psum = n * t.psumStrides[0] + g * t.psumStrides[1] + m * t.psumStrides[2] +
                           p * t.psumStrides[3] + q * t.psumStrides[4];
            int64_t start = t.psumIn ? readPsum(t, psum) : int32_t(param.bias);
            uint64_t integerSum = uint64_t(start); // wraps, in its 32 or 64 bits
            float floatSum = std::bit_cast<float>(uint32_t(start)), groupSum = 0;
            int64_t inGroup = 0; // products of float32
            for (int64_t c = 0; c < t.c; ++c)
              for (int64_t r = 0; r < t.r; ++r)
                for (int64_t s = 0; s < t.s; ++s) {
                  int64_t h = t.originH + p * t.strideH + r * t.dilationH;
                  int64_t w = t.originW + q * t.strideW + s * t.dilationW;
                  bool exists = h >= 0 && h < t.ifmapH && w >= 0 && w < t.ifmapW;
                  const uint8_t *x = t.ifmap;
                  if (exists)
                    x += n * t.ifmapStrides[0] + g * t.ifmapStrides[1] + c * t.ifmapStrides[2] +
                         (h - t.ifmapRow) * t.ifmapStrides[3] + (w - t.ifmapColumn) * t.ifmapStrides[4];
                  const uint8_t *y = t.weight + g * t.weightStrides[0] + m * t.weightStrides[1] +
                                     c * t.weightStrides[2] + r * t.weightStrides[3] + s * t.weightStrides[4];
                  if (t.isFloat()) {
                    float xValue = exists ? loadAs<float>(x) : 0.0f, yValue = loadAs<float>(y);
                    bool isLeftOut = (skipped.ifmap && xValue == 0) || (skipped.weight && yValue == 0);
                    if (!isLeftOut)
                      groupSum = groupSum + xValue * yValue;
                    if (++inGroup == floatGroup) {
                      floatSum = floatSum + groupSum;
                      groupSum = 0, inGroup = 0;
                    }
                  } else if (exists) {
                    integerSum += uint64_t(int64_t(loadInteger(t.ifmapType, x) - t.ifmapZeroPoint) *
                                           (loadInteger(t.weightType, y) - param.weightZeroPoint));
                  }
                }
            if (inGroup > 0)
              floatSum = floatSum + groupSum;
            int64_t sum = t.isFloat()  ? std::bit_cast<int32_t>(floatSum)
                          : t.isWide() ? int64_t(integerSum)
                                       : int32_t(integerSum);
            if (!t.isFloat() && t.psumBits < 64) {
              int64_t limit = int64_t(1) << (t.psumBits - 1);
              overflows += sum < -limit || sum >= limit;
            }
            if (t.psumOut)
              writePsum(t, psum, sum);
            else
              writeOutput(t.path, param, t.isFloat() ? floatSum : float(sum),
                          t.output + n * t.outputStrides[0] + g * t.outputStrides[1] +
                              (m + param.displacement) * t.outputStrides[2] + p * t.outputStrides[3] +
                              q * t.outputStrides[4]);
          }
      }
  return overflows;
}

} // namespace dnnc::sim

// Another resolution, by nearest element (pure movement) or interpolation (float work).
#include "lib/Reference/Families.h"
#include "lib/Reference/Movement.h"
#include "lib/Reference/ResizeCoordinates.h"

#include <algorithm>
#include <cmath>

namespace dnnc::reference {

float resizeCoordinate(const ResizeDimension &dim, dnn::CoordinateMode mode, int64_t position) {
  const float x = static_cast<float>(position), scale = dim.scale;
  if (scale == 1.0f && dim.input == dim.output)
    return x;
  switch (mode) {
  case dnn::CoordinateMode::Asymmetric:
    return x / scale;
  case dnn::CoordinateMode::AlignCorners:
    return dim.output == 1 ? 0.0f
                           : x * static_cast<float>(dim.input - 1) / static_cast<float>(dim.output - 1);
  case dnn::CoordinateMode::PytorchHalfPixel:
    return dim.output == 1 ? 0.0f : (x + 0.5f) / scale - 0.5f;
  case dnn::CoordinateMode::HalfPixelSymmetric: {
    // The output's real size is scale · input; what rounding took from it is shared between both ends.
    const float adjustment = static_cast<float>(dim.output) / (scale * static_cast<float>(dim.input));
    const float center = static_cast<float>(dim.input) / 2.0f;
    return center * (1.0f - adjustment) + (x + 0.5f) / scale - 0.5f;
  }
  case dnn::CoordinateMode::HalfPixel:
    break;
  }
  return (x + 0.5f) / scale - 0.5f;
}

int64_t resizeNearest(const ResizeDimension &dim, dnn::CoordinateMode mode, dnn::NearestMode rounding,
                      int64_t position) {
  const float x = resizeCoordinate(dim, mode, position);
  float nearest = 0;
  switch (rounding) {
  case dnn::NearestMode::RoundPreferFloor:
    nearest = std::ceil(x - 0.5f);
    break;
  case dnn::NearestMode::RoundPreferCeil:
    nearest = std::floor(x + 0.5f);
    break;
  case dnn::NearestMode::Floor:
    nearest = std::floor(x);
    break;
  case dnn::NearestMode::Ceil:
    nearest = std::ceil(x);
    break;
  }
  return static_cast<int64_t>(std::clamp(nearest, 0.0f, static_cast<float>(dim.input - 1)));
}

LinearTaps resizeLinear(const ResizeDimension &dim, dnn::CoordinateMode mode, int64_t position) {
  const float x = std::clamp(resizeCoordinate(dim, mode, position), 0.0f, static_cast<float>(dim.input - 1));
  const int64_t first = static_cast<int64_t>(x);
  return {first, std::min(first + 1, dim.input - 1), static_cast<double>(x - static_cast<float>(first))};
}

FailureOr<Tensor> evaluateOp(dnn::ResizeOp op, const Call &call) {
  const std::vector<int64_t> &from = call.inputs[0].shape;
  const SmallVector<int64_t> strides = stridesOf(from);
  if (elementCount(from) == 0 && elementCount(call.shape) != 0)
    return call.error() << "resizes an empty tensor to " << op.getY().getType() << "; needs elements to take";
  SmallVector<ResizeDimension> dims;
  for (size_t d = 0; d < from.size(); ++d)
    dims.push_back({from[d], call.shape[d], op.getScales()[d]});

  if (op.getMode() == dnn::ResizeMode::Nearest) {
    SmallVector<std::vector<int64_t>> elements(from.size()); // per dimension and output position
    for (size_t d = 0; d < from.size(); ++d)
      for (int64_t i = 0; i < call.shape[d]; ++i)
        elements[d].push_back(resizeNearest(dims[d], op.getCoordinateMode(), op.getNearestMode(), i) *
                              strides[d]);
    return moveElements(call, [&](ArrayRef<int64_t> index) {
      int64_t element = 0;
      for (size_t d = 0; d < from.size(); ++d)
        element += elements[d][index[d]];
      return Origin{&call.inputs[0], element};
    });
  }

  if (op.getMode() != dnn::ResizeMode::Linear)
    return call.error() << "has mode cubic; the reference knows nearest and linear";
  const std::vector<float> x = reals(call.inputs[0], call.formats[0]);
  std::vector<float> y;
  y.reserve(elementCount(call.shape));
  SmallVector<size_t> resized;
  for (size_t d = 0; d < from.size(); ++d)
    if (from[d] != call.shape[d] || op.getScales()[d] != 1.0f)
      resized.push_back(d);
  forEachIndex(call.shape, [&](ArrayRef<int64_t> index) {
    int64_t base = offsetOf(index, strides);
    SmallVector<LinearTaps> taps;
    for (size_t d : resized) {
      taps.push_back(resizeLinear(dims[d], op.getCoordinateMode(), index[d]));
      base -= index[d] * strides[d];
    }
    double value = 0;
    for (size_t corner = 0; corner < size_t(1) << resized.size(); ++corner) {
      double weight = 1;
      int64_t element = base;
      for (size_t i = 0; i < resized.size(); ++i) {
        const bool second = corner >> i & 1;
        weight *= second ? taps[i].weight : 1 - taps[i].weight;
        element += (second ? taps[i].second : taps[i].first) * strides[resized[i]];
      }
      if (weight != 0)
        value += weight * x[element];
    }
    y.push_back(static_cast<float>(value));
  });
  return fromReals(y, call.result, call.shape);
}

} // namespace dnnc::reference

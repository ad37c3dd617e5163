// ONNX Resize along one dimension: the input coordinate of an output position, and the elements taken there.
// The coordinates are float32, in the order of operations that ONNX Runtime uses, since nearest modes depend
// on the last bit.
#pragma once

#include "dialects/Dnn/DnnDialect.h"

#include <cstdint>

namespace dnnc::reference {

struct ResizeDimension {
  int64_t input, output; // sizes
  float scale;           // as the model gives it
};

/// The coordinate in the input of an output position, not yet clamped to it.
float resizeCoordinate(const ResizeDimension &dim, dnn::CoordinateMode mode, int64_t position);

/// The element of mode nearest.
int64_t resizeNearest(const ResizeDimension &dim, dnn::CoordinateMode mode, dnn::NearestMode rounding,
                      int64_t position);

/// The two elements of mode linear, and the weight of the second (the first has 1 − weight).
struct LinearTaps {
  int64_t first, second;
  double weight;
};
LinearTaps resizeLinear(const ResizeDimension &dim, dnn::CoordinateMode mode, int64_t position);

} // namespace dnnc::reference

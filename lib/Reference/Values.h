// How stored elements stand for numbers, and what the family files share: one call of an op with its
// operands.
#pragma once

#include "lib/Reference/Reference.h"

#include <cstdint>
#include <vector>

namespace dnnc::reference {

using llvm::ArrayRef;
using llvm::failed;
using llvm::failure;
using llvm::FailureOr;
using llvm::SmallVector;
using llvm::succeeded;
using llvm::success;

/// The meaning of a tensor's stored elements: plain numbers, or scale · (stored − zero point), per tensor or
/// per axis.
struct Format {
  ElementType storage = ElementType::F32;
  bool quantized = false;
  std::vector<float> scales;       // one, or one per index along the axis
  std::vector<int64_t> zeroPoints; // as many as scales
  int64_t axis = -1;               // −1: per tensor
  int64_t low = 0, high = 0;       // what a stored value saturates to

  bool perAxis() const { return axis >= 0; }
  bool isFloat() const { return !quantized && storage == ElementType::F32; }
  bool isInteger() const { return !quantized && storage != ElementType::F32; }
  /// Of an index along the axis; where several groups of channels share the parameters, of an index into all
  /// of them.
  float scale(int64_t channel) const { return quantized ? scales[channel % scales.size()] : 1.0f; }
  int64_t zeroPoint(int64_t channel) const { return quantized ? zeroPoints[channel % zeroPoints.size()] : 0; }
  bool operator==(const Format &) const = default;
};

/// The format of a tensor type; failure for element types the reference does not know.
FailureOr<Format> formatOf(mlir::Type type);

/// One evaluation of an op that its verifier has passed: tensors and formats of its operands, format and
/// shape of its result.
struct Call {
  mlir::Operation *op;
  ArrayRef<Tensor> inputs;
  SmallVector<Format> formats;
  Format result;
  std::vector<int64_t> shape; // of the result

  mlir::InFlightDiagnostic error() const { return op->emitOpError(); }
};

/// Calls body with a value of the C++ type that stores elements of the type.
template <typename Body> auto withStorage(ElementType type, Body body) {
  switch (type) {
  case ElementType::I8:
    return body(int8_t());
  case ElementType::U8:
  case ElementType::Bool:
    return body(uint8_t());
  case ElementType::I16:
    return body(int16_t());
  case ElementType::U16:
  case ElementType::F16:
  case ElementType::BF16:
    return body(uint16_t());
  case ElementType::I32:
    return body(int32_t());
  case ElementType::I64:
    return body(int64_t());
  case ElementType::F32:
    break;
  }
  return body(float());
}

/// The stored elements of an integer tensor.
std::vector<int64_t> integers(const Tensor &tensor);
/// The real numbers of a tensor: dequantized, or converted to float32.
std::vector<float> reals(const Tensor &tensor, const Format &format);

/// The tensor of stored integers, each taken modulo its width (bool: zero or not).
Tensor fromIntegers(ArrayRef<int64_t> values, ElementType type, std::vector<int64_t> shape);
/// The tensor of a float32 or quantized format that holds the real numbers: as they are, or quantized.
Tensor fromReals(ArrayRef<float> values, const Format &format, std::vector<int64_t> shape);

inline int64_t elementCount(ArrayRef<int64_t> shape) {
  int64_t count = 1;
  for (int64_t extent : shape)
    count *= extent;
  return count;
}
/// Row-major strides, in elements.
SmallVector<int64_t> stridesOf(ArrayRef<int64_t> shape);
/// The strides that walk `from` along the indices of `to`: aligned at the last dimension, zero where `from`
/// broadcasts.
SmallVector<int64_t> broadcastStrides(ArrayRef<int64_t> from, ArrayRef<int64_t> to);

inline int64_t offsetOf(ArrayRef<int64_t> index, ArrayRef<int64_t> strides) {
  int64_t offset = 0;
  for (size_t d = 0; d < strides.size(); ++d)
    offset += index[d] * strides[d];
  return offset;
}

/// Calls body(index) for every index of the shape, in row-major order.
template <typename Body> void forEachIndex(ArrayRef<int64_t> shape, Body body) {
  for (int64_t extent : shape)
    if (extent == 0)
      return;
  SmallVector<int64_t> index(shape.size(), 0);
  while (true) {
    body(ArrayRef<int64_t>(index));
    size_t d = shape.size();
    while (d > 0 && ++index[d - 1] == shape[d - 1])
      index[--d] = 0;
    if (d == 0)
      return;
  }
}

} // namespace dnnc::reference

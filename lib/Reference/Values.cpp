#include "lib/Reference/Values.h"

#include "lib/Reference/Arithmetic.h"

#include <mlir/Dialect/Quant/IR/QuantTypes.h>

namespace dnnc::reference {

using namespace mlir;

std::optional<ElementType> storageOf(Type type) {
  if (auto shaped = dyn_cast<ShapedType>(type))
    type = shaped.getElementType();
  bool isUnsigned = type.isUnsignedInteger();
  if (auto quantized = dyn_cast<quant::QuantizedType>(type)) {
    type = quantized.getStorageType();
    isUnsigned = !quantized.isSigned();
  }
  if (type.isF32())
    return ElementType::F32;
  if (type.isF16())
    return ElementType::F16;
  if (type.isBF16())
    return ElementType::BF16;
  auto integer = dyn_cast<IntegerType>(type);
  if (!integer)
    return std::nullopt;
  switch (integer.getWidth()) {
  case 1:
    return ElementType::Bool;
  case 8:
    return isUnsigned ? ElementType::U8 : ElementType::I8;
  case 16:
    return isUnsigned ? ElementType::U16 : ElementType::I16;
  case 32:
    if (!isUnsigned)
      return ElementType::I32;
    return std::nullopt;
  case 64:
    if (!isUnsigned)
      return ElementType::I64;
    return std::nullopt;
  default:
    return std::nullopt;
  }
}

FailureOr<Format> formatOf(Type type) {
  std::optional<ElementType> storage = storageOf(type);
  if (!storage || *storage == ElementType::F16 || *storage == ElementType::BF16)
    return failure();
  Format format;
  format.storage = *storage;
  Type element = cast<ShapedType>(type).getElementType();
  auto quantized = dyn_cast<quant::QuantizedType>(element);
  if (!quantized)
    return format;
  if (!quantized.getExpressedType() || !quantized.getExpressedType().isF32())
    return failure();
  format.quantized = true;
  format.low = quantized.getStorageTypeMin();
  format.high = quantized.getStorageTypeMax();
  if (auto perTensor = dyn_cast<quant::UniformQuantizedType>(element)) {
    format.scales = {static_cast<float>(perTensor.getScale())};
    format.zeroPoints = {perTensor.getZeroPoint()};
    return format;
  }
  auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(element);
  if (!perAxis)
    return failure();
  for (double scale : perAxis.getScales())
    format.scales.push_back(static_cast<float>(scale));
  format.zeroPoints.assign(perAxis.getZeroPoints().begin(), perAxis.getZeroPoints().end());
  format.axis = perAxis.getQuantizedDimension();
  auto shape = cast<ShapedType>(type).getShape();
  if (format.axis >= static_cast<int64_t>(shape.size()) ||
      shape[format.axis] != static_cast<int64_t>(format.scales.size()))
    return failure();
  return format;
}

namespace {

/// The index along the quantized axis of element i.
struct ChannelOf {
  int64_t inner = 1, channels = 1;
  ChannelOf(const Format &format, ArrayRef<int64_t> shape) {
    if (!format.perAxis())
      return;
    channels = shape[format.axis];
    for (int64_t extent : shape.drop_front(format.axis + 1))
      inner *= extent;
  }
  int64_t operator()(int64_t i) const { return i / inner % channels; }
};

} // namespace

std::vector<int64_t> integers(const Tensor &tensor) {
  std::vector<int64_t> values;
  withStorage(tensor.type, [&](auto storage) {
    auto stored = tensor.as<decltype(storage)>();
    values.assign(stored.begin(), stored.end());
  });
  return values;
}

std::vector<float> reals(const Tensor &tensor, const Format &format) {
  std::vector<float> values(tensor.elementCount());
  withStorage(tensor.type, [&](auto storage) {
    auto stored = tensor.as<decltype(storage)>();
    if (!format.quantized) {
      for (size_t i = 0; i < values.size(); ++i)
        values[i] = static_cast<float>(stored[i]);
      return;
    }
    ChannelOf channelOf(format, tensor.shape);
    for (size_t i = 0; i < values.size(); ++i) {
      int64_t channel = channelOf(i);
      values[i] =
          dequantizeValue(static_cast<int64_t>(stored[i]), format.scale(channel), format.zeroPoint(channel));
    }
  });
  return values;
}

Tensor fromIntegers(ArrayRef<int64_t> values, ElementType type, std::vector<int64_t> shape) {
  Tensor tensor(type, std::move(shape));
  withStorage(type, [&](auto storage) {
    auto stored = tensor.mutableAs<decltype(storage)>();
    for (size_t i = 0; i < stored.size(); ++i)
      stored[i] = type == ElementType::Bool ? static_cast<decltype(storage)>(values[i] != 0)
                                            : static_cast<decltype(storage)>(values[i]);
  });
  return tensor;
}

Tensor fromReals(ArrayRef<float> values, const Format &format, std::vector<int64_t> shape) {
  Tensor tensor(format.storage, std::move(shape));
  ChannelOf channelOf(format, tensor.shape);
  withStorage(format.storage, [&](auto storage) {
    auto stored = tensor.mutableAs<decltype(storage)>();
    if (!format.quantized) {
      for (size_t i = 0; i < stored.size(); ++i)
        stored[i] = static_cast<decltype(storage)>(values[i]);
      return;
    }
    for (size_t i = 0; i < stored.size(); ++i) {
      int64_t channel = channelOf(i);
      stored[i] = static_cast<decltype(storage)>(quantizeValue(
          values[i], format.scale(channel), format.zeroPoint(channel), format.low, format.high));
    }
  });
  return tensor;
}

SmallVector<int64_t> stridesOf(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> strides(shape.size(), 1);
  for (size_t d = shape.size(); d-- > 1;)
    strides[d - 1] = strides[d] * shape[d];
  return strides;
}

SmallVector<int64_t> broadcastStrides(ArrayRef<int64_t> from, ArrayRef<int64_t> to) {
  SmallVector<int64_t> own = stridesOf(from), strides(to.size(), 0);
  size_t shift = to.size() - from.size();
  for (size_t d = 0; d < from.size(); ++d)
    if (from[d] != 1)
      strides[shift + d] = own[d];
  return strides;
}

} // namespace dnnc::reference

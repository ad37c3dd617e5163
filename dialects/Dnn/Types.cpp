#include "dialects/Dnn/Types.h"

using namespace mlir;
using mlir::quant::UniformQuantizedPerAxisType;
using mlir::quant::UniformQuantizedType;

namespace dnnc::dnn {

Type elementType(Type type) {
  auto shaped = llvm::dyn_cast<ShapedType>(type);
  return shaped ? shaped.getElementType() : type;
}

bool isQuantized(Type type) {
  auto quantized = llvm::dyn_cast<quant::QuantizedType>(elementType(type));
  if (!quantized || !llvm::isa<UniformQuantizedType, UniformQuantizedPerAxisType>(quantized))
    return false;
  unsigned width = quantized.getStorageTypeIntegralWidth();
  return quantized.getExpressedType().isF32() && !quantized.hasStorageTypeBounds() &&
         (width == 8 || ((width == 16 || width == 32) && quantized.isSigned()));
}

static bool hasStorageOf(Type type, unsigned width) {
  return llvm::cast<quant::QuantizedType>(elementType(type)).getStorageTypeIntegralWidth() == width;
}

bool isQuantizedNarrow(Type type) { return isQuantized(type) && !hasStorageOf(type, 32); }

bool isQuantized8(Type type) { return isQuantized(type) && hasStorageOf(type, 8); }

bool isPerAxis(Type type) { return llvm::isa<UniformQuantizedPerAxisType>(elementType(type)); }

Type storageType(Type type) {
  Type element = elementType(type);
  auto quantized = llvm::dyn_cast<quant::QuantizedType>(element);
  if (!quantized)
    return element;
  return IntegerType::get(type.getContext(), quantized.getStorageTypeIntegralWidth(),
                          quantized.isSigned() ? IntegerType::Signless : IntegerType::Unsigned);
}

Type expressedType(Type type) {
  Type element = elementType(type);
  auto quantized = llvm::dyn_cast<quant::QuantizedType>(element);
  return quantized ? quantized.getExpressedType() : element;
}

llvm::SmallVector<float> scalesOf(Type type) {
  Type element = elementType(type);
  if (auto uniform = llvm::dyn_cast<UniformQuantizedType>(element))
    return {static_cast<float>(uniform.getScale())};
  llvm::SmallVector<float> scales;
  if (auto perAxis = llvm::dyn_cast<UniformQuantizedPerAxisType>(element))
    for (double scale : perAxis.getScales())
      scales.push_back(static_cast<float>(scale));
  return scales;
}

llvm::SmallVector<int64_t> zeroPointsOf(Type type) {
  Type element = elementType(type);
  if (auto uniform = llvm::dyn_cast<UniformQuantizedType>(element))
    return {uniform.getZeroPoint()};
  if (auto perAxis = llvm::dyn_cast<UniformQuantizedPerAxisType>(element))
    return llvm::SmallVector<int64_t>(perAxis.getZeroPoints());
  return {};
}

std::optional<int64_t> quantAxisOf(Type type) {
  if (auto perAxis = llvm::dyn_cast<UniformQuantizedPerAxisType>(elementType(type)))
    return perAxis.getQuantizedDimension();
  return std::nullopt;
}

int64_t storageMin(Type type) {
  return llvm::cast<quant::QuantizedType>(elementType(type)).getStorageTypeMin();
}
int64_t storageMax(Type type) {
  return llvm::cast<quant::QuantizedType>(elementType(type)).getStorageTypeMax();
}

quant::QuantizedType quantizedType(Type storage, llvm::ArrayRef<float> scales,
                                   llvm::ArrayRef<int64_t> zeroPoints, std::optional<int64_t> axis) {
  MLIRContext *context = storage.getContext();
  auto integer = llvm::cast<IntegerType>(storage);
  unsigned width = integer.getWidth();
  bool isSigned = !integer.isUnsigned();
  unsigned flags = isSigned ? quant::QuantizationFlags::Signed : 0;
  // The quant dialect stores signless integers and keeps the sign in its flags.
  auto signless = IntegerType::get(context, width);
  auto expressed = Float32Type::get(context);
  int64_t low = quant::QuantizedType::getDefaultMinimumForInteger(isSigned, width);
  int64_t high = quant::QuantizedType::getDefaultMaximumForInteger(isSigned, width);
  if (!axis)
    return UniformQuantizedType::get(flags, signless, expressed, scales.front(), zeroPoints.front(), low,
                                     high);
  llvm::SmallVector<double> wide(scales.begin(), scales.end());
  return UniformQuantizedPerAxisType::get(flags, signless, expressed, wide, zeroPoints,
                                          static_cast<int32_t>(*axis), low, high);
}

Type withQuantAxis(Type type, int64_t axis) {
  if (!isPerAxis(type))
    return elementType(type);
  return quantizedType(storageType(type), scalesOf(type), zeroPointsOf(type), axis);
}

Type withQuantChannels(Type type, llvm::ArrayRef<int64_t> channels) {
  if (!isPerAxis(type))
    return elementType(type);
  auto allScales = scalesOf(type);
  auto allZeroPoints = zeroPointsOf(type);
  llvm::SmallVector<float> scales;
  llvm::SmallVector<int64_t> zeroPoints;
  for (int64_t channel : channels) {
    scales.push_back(allScales[channel]);
    zeroPoints.push_back(allZeroPoints[channel]);
  }
  return quantizedType(storageType(type), scales, zeroPoints, quantAxisOf(type));
}

RankedTensorType withElementType(RankedTensorType type, Type element) {
  return RankedTensorType::get(type.getShape(), element);
}

RankedTensorType withShape(RankedTensorType type, llvm::ArrayRef<int64_t> shape) {
  return RankedTensorType::get(shape, type.getElementType());
}

int64_t elementBytes(Type type) { return (storageType(type).getIntOrFloatBitWidth() + 7) / 8; }

std::string storageName(Type type) {
  Type storage = storageType(type);
  if (!llvm::isa<IntegerType>(storage))
    return "float";
  return (storage.isUnsignedInteger() ? "uint" : "int") + std::to_string(storage.getIntOrFloatBitWidth());
}

} // namespace dnnc::dnn

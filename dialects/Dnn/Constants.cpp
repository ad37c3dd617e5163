#include "dialects/Dnn/DnnDialect.h"

#include <llvm/ADT/TypeSwitch.h>
#include <mlir/IR/AsmState.h>
#include <mlir/IR/DialectResourceBlobManager.h>

using namespace mlir;

namespace dnnc::dnn {

std::optional<llvm::ArrayRef<char>> constantBytes(ElementsAttr value, std::vector<char> &storage) {
  if (auto resource = llvm::dyn_cast<DenseResourceElementsAttr>(value)) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    if (!blob)
      return std::nullopt;
    return blob->getData();
  }
  auto dense = llvm::dyn_cast<DenseElementsAttr>(value);
  if (!dense)
    return std::nullopt;
  if (dense.getElementType().isInteger(1)) { // held as bits
    for (bool bit : dense.getValues<bool>())
      storage.push_back(bit);
    return llvm::ArrayRef<char>(storage);
  }
  llvm::ArrayRef<char> raw = dense.getRawData();
  if (!dense.isSplat())
    return raw;
  for (int64_t i = 0; i < dense.getNumElements(); ++i)
    storage.insert(storage.end(), raw.begin(), raw.end());
  return llvm::ArrayRef<char>(storage);
}

ElementsAttr constantValue(Value value) {
  auto constant = value.getDefiningOp<ConstantOp>();
  return constant ? constant.getValue() : ElementsAttr();
}

std::optional<std::vector<float>> constantFloats(Value value) {
  ElementsAttr attribute = constantValue(value);
  if (!attribute || !attribute.getElementType().isF32())
    return std::nullopt;
  return constantElements<float>(attribute);
}

template <typename T> static std::optional<std::vector<int64_t>> widened(ElementsAttr attribute) {
  auto elements = constantElements<T>(attribute);
  if (!elements)
    return std::nullopt;
  return std::vector<int64_t>(elements->begin(), elements->end());
}

std::optional<std::vector<int64_t>> constantIntegers(Value value) {
  ElementsAttr attribute = constantValue(value);
  auto integer = attribute ? llvm::dyn_cast<IntegerType>(attribute.getElementType()) : IntegerType();
  if (!integer)
    return std::nullopt;
  switch (integer.getWidth()) {
  case 1:
    return widened<uint8_t>(attribute);
  case 8:
    return integer.isUnsigned() ? widened<uint8_t>(attribute) : widened<int8_t>(attribute);
  case 16:
    return widened<int16_t>(attribute);
  case 32:
    return widened<int32_t>(attribute);
  case 64:
    return widened<int64_t>(attribute);
  default:
    return std::nullopt;
  }
}

ElementsAttr constantAttribute(RankedTensorType type, llvm::ArrayRef<char> bytes, llvm::StringRef blobName) {
  auto stored = withElementType(type, storageType(type));
  int64_t count = stored.getNumElements();
  if (stored.getElementType().isInteger(1)) {
    llvm::SmallVector<bool> bits(bytes.begin(), bytes.end());
    return DenseElementsAttr::get(stored, llvm::ArrayRef<bool>(bits));
  }
  size_t size = static_cast<size_t>(elementBytes(stored));
  bool uniform = count > 0 && bytes.size() >= size &&
                 std::memcmp(bytes.data(), bytes.data() + size, bytes.size() - size) == 0;
  if (uniform)
    return DenseElementsAttr::getFromRawBuffer(stored, bytes.take_front(size));
  constexpr int64_t inlineElements = 64;
  if (count <= inlineElements)
    return DenseElementsAttr::getFromRawBuffer(stored, bytes);
  constexpr size_t alignment = 64;
  return DenseResourceElementsAttr::get(stored, blobName,
                                        HeapAsmResourceBlob::allocateAndCopyWithAlign(bytes, alignment));
}

ConstantOp makeConstant(OpBuilder &builder, Location location, RankedTensorType type,
                        llvm::ArrayRef<char> bytes) {
  return ConstantOp::create(builder, location, type, constantAttribute(type, bytes));
}

ConstantOp makeConstant(OpBuilder &builder, Location location, llvm::ArrayRef<int64_t> shape,
                        llvm::ArrayRef<float> elements) {
  llvm::ArrayRef<char> bytes(reinterpret_cast<const char *>(elements.data()),
                             elements.size() * sizeof(float));
  return makeConstant(builder, location, RankedTensorType::get(shape, builder.getF32Type()), bytes);
}

} // namespace dnnc::dnn

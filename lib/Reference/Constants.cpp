// Between attributes and tensors.
#include "lib/Reference/Families.h"

#include <mlir/IR/AsmState.h>
#include <mlir/IR/DialectResourceBlobManager.h>

namespace dnnc::reference {

using namespace mlir;

FailureOr<Tensor> readConstant(ElementsAttr attribute, llvm::function_ref<InFlightDiagnostic()> emitError) {
  std::optional<ElementType> type = storageOf(attribute.getElementType());
  if (!type) {
    emitError() << "has a constant of " << attribute.getElementType()
                << "; the reference knows f32, i1, i8, ui8, i16, ui16, i32 and i64";
    return failure();
  }
  std::vector<int64_t> shape(attribute.getShapedType().getShape());
  auto borrow = [&](ArrayRef<char> bytes) {
    return Tensor::borrow(*type, shape, {reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size()},
                          nullptr);
  };

  if (auto resource = dyn_cast<DenseResourceElementsAttr>(attribute)) {
    const AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    const int64_t needed = attribute.getNumElements() * bytesOf(*type);
    if (!blob) {
      emitError() << "has no data for resource '" << resource.getRawHandle().getKey()
                  << "'; needs the file that was written without eliding it";
      return failure();
    }
    if (static_cast<int64_t>(blob->getData().size()) != needed) {
      emitError() << "has " << blob->getData().size() << " bytes in resource '"
                  << resource.getRawHandle().getKey() << "'; needs " << needed << " for "
                  << attribute.getShapedType();
      return failure();
    }
    Tensor tensor = borrow(blob->getData());
    if (*type == ElementType::Bool)
      for (uint8_t &value : tensor.mutableAs<uint8_t>())
        value = value != 0;
    return tensor;
  }

  auto dense = dyn_cast<DenseElementsAttr>(attribute);
  if (!dense) {
    emitError() << "has a constant that is neither dense nor a resource; needs one of them";
    return failure();
  }
  if (*type == ElementType::Bool) { // held as bits
    Tensor tensor(*type, shape);
    llvm::copy(dense.getValues<bool>(), tensor.mutableAs<uint8_t>().begin());
    return tensor;
  }
  ArrayRef<char> raw = dense.getRawData();
  if (!dense.isSplat())
    return borrow(raw);
  Tensor tensor(*type, shape);
  auto bytes = tensor.mutableBytes();
  for (size_t i = 0; i < bytes.size(); i += raw.size())
    std::memcpy(bytes.data() + i, raw.data(), raw.size());
  return tensor;
}

/// Letters, digits and underscores, which a resource's key may have without quotes.
static std::string resourceKey(StringRef name) {
  std::string key;
  for (char c : name)
    key += llvm::isAlnum(c) ? c : '_';
  if (key.empty() || !llvm::isAlpha(key[0]))
    key = "constant_" + key;
  return key;
}

ElementsAttr constantAttribute(MLIRContext *context, const Tensor &tensor, StringRef name) {
  constexpr int64_t largestInline = 64; // elements
  Type element;
  switch (tensor.type) {
  case ElementType::F32:
    element = Float32Type::get(context);
    break;
  case ElementType::F16:
    element = Float16Type::get(context);
    break;
  case ElementType::BF16:
    element = BFloat16Type::get(context);
    break;
  case ElementType::Bool:
    element = IntegerType::get(context, 1);
    break;
  default: {
    const bool isUnsigned = tensor.type == ElementType::U8 || tensor.type == ElementType::U16;
    element = IntegerType::get(context, static_cast<unsigned>(bytesOf(tensor.type)) * 8,
                               isUnsigned ? IntegerType::Unsigned : IntegerType::Signless);
  }
  }
  auto type = RankedTensorType::get(tensor.shape, element);
  std::span<const uint8_t> bytes = tensor.bytes();
  const size_t size = bytesOf(tensor.type);
  // Equal to itself shifted by one element means all elements are equal.
  const bool splat =
      tensor.elementCount() > 0 && std::memcmp(bytes.data(), bytes.data() + size, bytes.size() - size) == 0;
  if (splat || tensor.elementCount() <= largestInline) {
    if (tensor.type == ElementType::Bool) {
      SmallVector<bool> bits(bytes.begin(), splat ? bytes.begin() + 1 : bytes.end());
      return DenseElementsAttr::get(type, bits);
    }
    ArrayRef<char> raw(reinterpret_cast<const char *>(bytes.data()), splat ? size : bytes.size());
    return DenseElementsAttr::getFromRawBuffer(type, raw);
  }
  ArrayRef<char> raw(reinterpret_cast<const char *>(bytes.data()), bytes.size());
  // The blob holds a copy of the tensor, which shares its bytes.
  AsmResourceBlob blob(raw, size, [kept = tensor](void *, size_t, size_t) {}, /*dataIsMutable=*/false);
  return DenseResourceElementsAttr::get(type, resourceKey(name), std::move(blob));
}

dnn::ConstantOp makeConstant(OpBuilder &builder, Location loc, const Tensor &tensor, Type type) {
  SmallVector<StringRef> names = dnn::nodeNames(loc);
  ElementsAttr value =
      constantAttribute(builder.getContext(), tensor, names.empty() ? StringRef("constant") : names.front());
  return dnn::ConstantOp::create(builder, loc, type, value);
}

FailureOr<Tensor> evaluateOp(dnn::ConstantOp op, const Call &call) {
  FailureOr<Tensor> value = readConstant(op.getValue(), [&] { return op.emitOpError(); });
  if (failed(value))
    return failure();
  // The result may be a quantized type over the same storage, or another signedness of it.
  return value->reinterpreted(call.result.storage);
}

} // namespace dnnc::reference

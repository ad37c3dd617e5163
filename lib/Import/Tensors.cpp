// ONNX's TensorProto, which keeps values in one of seven fields, as dnnc::Tensor.
#include "lib/Import/Model.h"

#include <llvm/ADT/ArrayRef.h>
#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/MathExtras.h>

namespace dnnc::onnximport {

using namespace llvm;
using onnx::TensorProto;

std::optional<ElementType> elementTypeOf(int32_t onnxType) {
  switch (onnxType) {
  case TensorProto::FLOAT:
    return ElementType::F32;
  case TensorProto::INT8:
    return ElementType::I8;
  case TensorProto::UINT8:
    return ElementType::U8;
  case TensorProto::INT16:
    return ElementType::I16;
  case TensorProto::INT32:
    return ElementType::I32;
  case TensorProto::INT64:
    return ElementType::I64;
  case TensorProto::BOOL:
    return ElementType::Bool;
  default:
    return std::nullopt;
  }
}

std::string onnxTypeName(int32_t onnxType) {
  static const std::map<int32_t, const char *> names = {{TensorProto::FLOAT, "float"},
                                                        {TensorProto::UINT8, "uint8"},
                                                        {TensorProto::INT8, "int8"},
                                                        {TensorProto::UINT16, "uint16"},
                                                        {TensorProto::INT16, "int16"},
                                                        {TensorProto::INT32, "int32"},
                                                        {TensorProto::INT64, "int64"},
                                                        {TensorProto::STRING, "string"},
                                                        {TensorProto::BOOL, "bool"},
                                                        {TensorProto::FLOAT16, "float16"},
                                                        {TensorProto::DOUBLE, "double"},
                                                        {TensorProto::UINT32, "uint32"},
                                                        {TensorProto::UINT64, "uint64"},
                                                        {TensorProto::COMPLEX64, "complex64"},
                                                        {TensorProto::COMPLEX128, "complex128"},
                                                        {TensorProto::BFLOAT16, "bfloat16"},
                                                        {TensorProto::INT4, "int4"},
                                                        {TensorProto::UINT4, "uint4"}};
  auto found = names.find(onnxType);
  return found != names.end() ? found->second : "type " + std::to_string(onnxType);
}

bool isPossible(ArrayRef<int64_t> shape) {
  int64_t count = 1;
  for (int64_t dim : shape)
    if (dim < 0 || MulOverflow(count, dim, count) || count > mostElements)
      return false;
  return true;
}

FailureOr<std::vector<int64_t>> shapeOf(const TensorProto &tensor, std::string &why) {
  std::vector<int64_t> shape(tensor.dims().begin(), tensor.dims().end());
  if (isPossible(shape))
    return shape;
  why = "has the impossible shape [" +
        join(map_range(shape, [](int64_t d) { return std::to_string(d); }), ", ") + "]";
  return failure();
}

/// A tensor over the elements of a protobuf field, which `keeper` keeps.
template <typename Field>
static Tensor borrowField(ElementType type, std::vector<int64_t> shape, const Field &field,
                          std::shared_ptr<const void> keeper) {
  auto *bytes = reinterpret_cast<const uint8_t *>(field.data());
  return Tensor::borrow(type, std::move(shape), {bytes, field.size() * sizeof(*field.data())},
                        std::move(keeper));
}

FailureOr<Tensor> takeTensor(TensorProto &&proto, std::string &why) {
  std::optional<ElementType> type = elementTypeOf(proto.data_type());
  if (!type) {
    why = "has elements of " + onnxTypeName(proto.data_type()) +
          "; need float, int8, uint8, int16, int32, int64 or bool";
    return failure();
  }
  FailureOr<std::vector<int64_t>> shape = shapeOf(proto, why);
  if (failed(shape))
    return failure();
  int64_t count = 1;
  for (int64_t dim : *shape)
    count *= dim;
  auto tooFew = [&](int64_t have, int64_t need, const char *unit) {
    why = "has " + std::to_string(have) + " " + unit + "; its shape and type need " + std::to_string(need);
    return failure();
  };

  auto keeper = std::make_shared<TensorProto>();
  keeper->Swap(&proto);
  bool isRaw = keeper->has_raw_data() && (count == 0 || !keeper->raw_data().empty());
  if (isRaw) {
    int64_t need = count * bytesOf(*type);
    if (static_cast<int64_t>(keeper->raw_data().size()) != need)
      return tooFew(keeper->raw_data().size(), need, "bytes");
    return borrowField(*type, std::move(*shape), keeper->raw_data(), keeper);
  }
  switch (*type) {
  case ElementType::F32:
    if (keeper->float_data_size() != count)
      return tooFew(keeper->float_data_size(), count, "values");
    return borrowField(*type, std::move(*shape), keeper->float_data(), keeper);
  case ElementType::I64:
    if (keeper->int64_data_size() != count)
      return tooFew(keeper->int64_data_size(), count, "values");
    return borrowField(*type, std::move(*shape), keeper->int64_data(), keeper);
  case ElementType::I32:
    if (keeper->int32_data_size() != count)
      return tooFew(keeper->int32_data_size(), count, "values");
    return borrowField(*type, std::move(*shape), keeper->int32_data(), keeper);
  case ElementType::I16: { // widened to 32 bits in the file, as the 8-bit ones
    if (keeper->int32_data_size() != count)
      return tooFew(keeper->int32_data_size(), count, "values");
    Tensor tensor(*type, std::move(*shape));
    llvm::transform(keeper->int32_data(), tensor.mutableAs<int16_t>().begin(),
                    [](int32_t value) { return static_cast<int16_t>(value); });
    return tensor;
  }
  default: { // 8-bit elements, widened to 32 bits in the file
    if (keeper->int32_data_size() != count)
      return tooFew(keeper->int32_data_size(), count, "values");
    Tensor tensor(*type, std::move(*shape));
    std::span<uint8_t> bytes = tensor.mutableBytes();
    for (int64_t i = 0; i < count; ++i) {
      int32_t value = keeper->int32_data(i);
      bytes[i] = static_cast<uint8_t>(*type == ElementType::Bool ? value != 0 : value);
    }
    return tensor;
  }
  }
}

FailureOr<Tensor> Model::values(const TensorProto &tensor, std::string &why) const {
  if (tensor.data_location() == TensorProto::EXTERNAL)
    for (const auto &entry : tensor.external_data())
      if (entry.key() == "location" && entry.value().starts_with("#")) {
        size_t index = std::stoul(entry.value().substr(1));
        return weights[index];
      }
  TensorProto copy = tensor;
  return takeTensor(std::move(copy), why);
}

} // namespace dnnc::onnximport

// Reading and making dnn.constant without caring how the elements are held (inline, splat, resource blob).
#pragma once

#include <cstring>
#include <llvm/ADT/ArrayRef.h>
#include <mlir/IR/Builders.h>
#include <mlir/IR/BuiltinAttributes.h>
#include <mlir/IR/BuiltinTypes.h>
#include <mlir/IR/Value.h>
#include <optional>
#include <vector>

namespace dnnc::dnn {

class ConstantOp;

// The elements as stored bytes in row-major order (i1: one byte each, 0 or 1). Nothing where the attribute
// holds none (an elided resource). `storage` is used when the bytes must be produced, otherwise the span is
// the blob's.
std::optional<llvm::ArrayRef<char>> constantBytes(mlir::ElementsAttr value, std::vector<char> &storage);

// The elements as T (f32: float, i8: int8_t, ui8: uint8_t, i16, i32, i64); the type must have T's size.
template <typename T> std::optional<std::vector<T>> constantElements(mlir::ElementsAttr value) {
  std::vector<char> storage;
  auto bytes = constantBytes(value, storage);
  if (!bytes || bytes->size() != sizeof(T) * static_cast<size_t>(value.getNumElements()))
    return std::nullopt;
  std::vector<T> elements(value.getNumElements());
  if (!elements.empty())
    std::memcpy(elements.data(), bytes->data(), bytes->size());
  return elements;
}

// The value of a constant op; null where the value is computed.
mlir::ElementsAttr constantValue(mlir::Value value);
// The elements of an f32 constant; nothing where the value is computed.
std::optional<std::vector<float>> constantFloats(mlir::Value value);
// The stored elements of an integer or quantized constant, widened; nothing where the value is computed.
std::optional<std::vector<int64_t>> constantIntegers(mlir::Value value);

// An attribute of the stored bytes: inline up to 64 elements or where all are equal, otherwise a resource
// blob that owns a copy. `type` may be quantized: its storage type is used.
mlir::ElementsAttr constantAttribute(mlir::RankedTensorType type, llvm::ArrayRef<char> bytes,
                                     llvm::StringRef blobName = "constant");

ConstantOp makeConstant(mlir::OpBuilder &builder, mlir::Location location, mlir::RankedTensorType type,
                        llvm::ArrayRef<char> bytes);
ConstantOp makeConstant(mlir::OpBuilder &builder, mlir::Location location, llvm::ArrayRef<int64_t> shape,
                        llvm::ArrayRef<float> elements);

} // namespace dnnc::dnn

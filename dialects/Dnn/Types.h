// Questions about element types. Each takes an element type or a tensor type.
#pragma once

#include <mlir/Dialect/Quant/IR/QuantTypes.h>
#include <mlir/IR/BuiltinTypes.h>
#include <optional>

namespace dnnc::dnn {

// The element type of a tensor type; any other type itself.
mlir::Type elementType(mlir::Type type);

// A uniform quantized type of this dialect: i8, u8, i16 or (biases) i32 storage over its whole range, standing for
// f32, per tensor or per axis.
bool isQuantized(mlir::Type type);
// The same with 8- or 16-bit storage: everything but biases.
bool isQuantizedNarrow(mlir::Type type);
// The same with 8-bit storage: 256 values, so that a table can say what a function makes of each.
bool isQuantized8(mlir::Type type);
bool isPerAxis(mlir::Type type);

// The integer type a quantized type is stored as (i8, ui8, i16, i32); any other element type itself.
mlir::Type storageType(mlir::Type type);
// What the elements stand for: f32 for quantized types, otherwise the type itself.
mlir::Type expressedType(mlir::Type type);

// One value for a per-tensor type, one per channel for a per-axis type. Scales are float32, as ONNX has them.
llvm::SmallVector<float> scalesOf(mlir::Type quantized);
llvm::SmallVector<int64_t> zeroPointsOf(mlir::Type quantized);
std::optional<int64_t> quantAxisOf(mlir::Type quantized);

// Smallest and largest stored value.
int64_t storageMin(mlir::Type quantized);
int64_t storageMax(mlir::Type quantized);

// The element type with these parameters; `storage` is i8, ui8, i16 or i32. One scale without an axis is per
// tensor.
mlir::quant::QuantizedType quantizedType(mlir::Type storage, llvm::ArrayRef<float> scales,
                                         llvm::ArrayRef<int64_t> zeroPoints,
                                         std::optional<int64_t> axis = {});
// The type with its axis moved; a per-tensor type itself.
mlir::Type withQuantAxis(mlir::Type quantized, int64_t axis);
// The per-axis type with channels[i] in place of channel i; a per-tensor type itself.
mlir::Type withQuantChannels(mlir::Type quantized, llvm::ArrayRef<int64_t> channels);

// The tensor type with another element type, or another shape.
mlir::RankedTensorType withElementType(mlir::RankedTensorType type, mlir::Type element);
mlir::RankedTensorType withShape(mlir::RankedTensorType type, llvm::ArrayRef<int64_t> shape);

// Stored bytes of an element (i1 takes one).
int64_t elementBytes(mlir::Type type);
// The stored type in ONNX's words, for messages: int8, uint8, int16 ...
std::string storageName(mlir::Type type);

} // namespace dnnc::dnn

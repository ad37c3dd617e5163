// What the verifiers of several ops share. Messages say "have X, need Y".
#pragma once

#include "dialects/Dnn/DnnDialect.h"

namespace dnnc::dnn::detail {

// Which element types an op takes: Float is f32 and quantized types, Number also integers.
enum class ElementKinds { Float, Number };

// All operands and results stand for one type (a quantized type stands for f32), of these kinds, and
// quantized ones are per tensor with 8- or 16-bit storage.
mlir::LogicalResult verifyElements(mlir::Operation *op, ElementKinds kinds);
// As many scales as the quantized dimension is long, for every operand and result.
mlir::LogicalResult verifyQuantAxes(mlir::Operation *op);
// Operand 0 and result 0 have one element type: the op only moves elements.
mlir::LogicalResult verifySameElements(mlir::Operation *op);
mlir::LogicalResult verifyResultShape(mlir::Operation *op, llvm::ArrayRef<int64_t> needed);
mlir::LogicalResult verifyRank(mlir::Operation *op, llvm::StringRef what, mlir::Value value, int64_t needed);
mlir::LogicalResult verifyCount(mlir::Operation *op, llvm::StringRef attribute, size_t have, size_t needed);
mlir::LogicalResult verifyAtLeast(mlir::Operation *op, llvm::StringRef attribute,
                                  llvm::ArrayRef<int64_t> values, int64_t needed);
mlir::LogicalResult verifyAxis(mlir::Operation *op, int64_t axis, int64_t rank);

mlir::LogicalResult verifyUnary(mlir::Operation *op, ElementKinds kinds);
mlir::LogicalResult verifyClip(ClipOp op);
mlir::LogicalResult verifyGelu(GeluOp op);
mlir::LogicalResult verifyBinary(mlir::Operation *op);
mlir::LogicalResult verifyCompare(mlir::Operation *op);
mlir::LogicalResult verifyPool(MaxPoolOp op);
mlir::LogicalResult verifyPool(AvgPoolOp op);
mlir::LogicalResult verifySoftmax(SoftmaxOp op);
mlir::LogicalResult verifySoftmax(LogSoftmaxOp op);

inline mlir::RankedTensorType tensorType(mlir::Value value) {
  return llvm::cast<mlir::RankedTensorType>(value.getType());
}
inline llvm::ArrayRef<int64_t> shapeOf(mlir::Value value) { return tensorType(value).getShape(); }

} // namespace dnnc::dnn::detail

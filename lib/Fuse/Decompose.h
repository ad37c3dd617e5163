// What the decompose-* passes share.
#pragma once

#include "dialects/Dnn/DnnDialect.h"

namespace dnnc::fuse {

// The value itself, or dequantized.
mlir::Value toFloat(mlir::OpBuilder &builder, mlir::Location location, mlir::Value value);

// Replaces an op by a freshly built value, quantized where the op's result is; the value's op takes the op's
// names.
void replaceOp(mlir::OpBuilder &builder, mlir::Operation *op, mlir::Value value);

// A constant of one element and the rank of `like`, to be broadcast.
dnn::ConstantOp constantLike(mlir::OpBuilder &builder, mlir::Location location, mlir::Value like,
                             float value);

} // namespace dnnc::fuse

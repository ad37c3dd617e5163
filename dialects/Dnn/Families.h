// Families of ops that several rooms treat alike.
#pragma once

#include <mlir/IR/Operation.h>

namespace dnnc::dnn {

// Every result element depends on the elements of the operands at the same (broadcast) position only:
// functions, comparisons, casts, quantize and dequantize. storage_cast, which computes nothing, is not among
// them.
bool isElementwise(mlir::Operation *op);

// An element-wise op from one 8-bit quantized tensor to another: a table of 256 entries says all about it.
bool isTableFunction(mlir::Operation *op);

// conv, conv_transpose, matmul.
bool isProduct(mlir::Operation *op);

} // namespace dnnc::dnn

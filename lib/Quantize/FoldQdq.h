// What the pattern families of quantize-fold-qdq share.
#pragma once

#include "dialects/Dnn/DnnDialect.h"

#include <mlir/IR/PatternMatch.h>

namespace dnnc::quantize {

// The quantized tensor (of 8 or 16 bits) a float value was dequantized from, or a quantized value itself; null otherwise.
mlir::Value quantizedBehind(mlir::Value value);

// How a float result ends in one quantized type: relu and clip ops (and a reshape of the same ONNX node) one
// after the other, then only quantize ops of one per-tensor type of 8 or 16 bits.
struct QuantizedEnd {
  llvm::SmallVector<mlir::Operation *> followers;
  llvm::SmallVector<dnn::QuantizeOp> quantizes;
  mlir::Type element() { return dnn::elementType(quantizes.front().getY().getType()); }
};
std::optional<QuantizedEnd> quantizedEnd(mlir::Operation *op);

// Replaces what `end` describes by `value`, the op's quantized result: repeats the followers on the quantized
// type and hands names and locations on.
void finishQuantized(mlir::PatternRewriter &rewriter, mlir::Value value, QuantizedEnd &end);

// Replaces an op of one result by a value; an unnamed producer of the value takes its name and its place of
// origin.
void replaceAndName(mlir::PatternRewriter &rewriter, mlir::Operation *op, mlir::Value value);

// The op again on other operands and with another result element type, unnamed.
mlir::Operation *cloneWith(mlir::PatternRewriter &rewriter, mlir::Operation *op, mlir::ValueRange operands,
                           mlir::Type element);

// What quantize makes of a real number, stored (rint(fl32(value / scale)) + zero point, saturated).
int64_t quantizedValue(mlir::Type quantized, float value);
// The real number a stored value stands for.
float realValue(mlir::Type quantized, int64_t stored);
// Dequantizing and quantizing again gives every stored value back: true but for scales whose products
// overflow.
bool roundTrips(mlir::Type quantized);

void addMovementPatterns(mlir::RewritePatternSet &patterns);
void addProductPatterns(mlir::RewritePatternSet &patterns);
void addElementwisePatterns(mlir::RewritePatternSet &patterns);

// Refuses products whose two factors are quantized to different widths, all of them.
mlir::LogicalResult verifyProducts(mlir::Operation *function);

} // namespace dnnc::quantize

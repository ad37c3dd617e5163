// Convolutions and matrix products on quantized factors.
#include "lib/Quantize/FoldQdq.h"

#include <cmath>

using namespace mlir;
using namespace dnnc;
using namespace dnnc::quantize;

namespace {

// A product in the terms all three share.
struct Product {
  Value x, w, bias;
  int64_t channelAxis; // dimension of w along which it may have several scales
};

Product view(dnn::ConvOp op) { return {op.getX(), op.getW(), op.getBias(), 0}; }
Product view(dnn::ConvTransposeOp op) { return {op.getX(), op.getW(), op.getBias(), 1}; }
Product view(dnn::MatMulOp op) {
  int64_t rank = cast<RankedTensorType>(op.getB().getType()).getRank();
  return {op.getA(), op.getB(), op.getBias(), rank - (op.getTransposeB() ? 2 : 1)};
}

// The bias as i32 for the accumulator, where it was quantized with scale s_x · s_w and zero point 0; null
// otherwise.
Value accumulatorBias(PatternRewriter &rewriter, Value bias, Type xType, Type wType) {
  auto dequantize = bias.getDefiningOp<dnn::DequantizeOp>();
  if (!dequantize)
    return {};
  Value stored = dequantize.getX();
  auto type = cast<RankedTensorType>(stored.getType());
  if (!dnn::storageType(type).isInteger(32) ||
      llvm::any_of(dnn::zeroPointsOf(type), [](int64_t z) { return z; }))
    return {};
  auto biasScales = dnn::scalesOf(type), weightScales = dnn::scalesOf(wType);
  float inputScale = dnn::scalesOf(xType).front();
  for (int64_t m = 0; m < type.getNumElements(); ++m) {
    // Weights of a transposed convolution have the scales of one group, which repeat.
    float needed = inputScale * weightScales[m % weightScales.size()];
    float have = biasScales[m % biasScales.size()];
    // Exporters multiply before or after rounding to float32: a few units in the last place apart.
    if (std::abs(have - needed) > 1e-6F * needed)
      return {};
  }
  auto plain = dnn::withElementType(type, rewriter.getI32Type());
  return dnn::StorageCastOp::create(rewriter, dequantize.getLoc(), plain, stored);
}

// Factors that were dequantized are taken as they are stored.
template <typename Op> struct QuantizeFactors : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;

  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    Product product = view(op);
    if (dnn::isQuantized(product.x.getType()))
      return failure();
    Value x = quantizedBehind(product.x), w = quantizedBehind(product.w);
    if (!x || !w || dnn::isPerAxis(x.getType()) || dnn::elementBytes(x.getType()) != dnn::elementBytes(w.getType()))
      return failure();
    auto axis = dnn::quantAxisOf(w.getType());
    if (axis && (*axis != product.channelAxis || cast<RankedTensorType>(w.getType()).getRank() < 2))
      return failure();
    SmallVector<Value> operands = {x, w};
    if (product.bias) {
      Value integer = accumulatorBias(rewriter, product.bias, x.getType(), w.getType());
      operands.push_back(integer ? integer : product.bias);
    }
    rewriter.modifyOpInPlace(op, [&] { op->setOperands(operands); });
    return success();
  }
};

// A product of quantized factors takes the quantize behind it.
template <typename Op> struct QuantizeResult : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;

  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    if (!dnn::isQuantized(view(op).x.getType()) || dnn::isQuantized(op.getY().getType()))
      return failure();
    auto end = quantizedEnd(op);
    if (!end)
      return failure();
    Operation *folded = cloneWith(rewriter, op, op->getOperands(), end->element());
    finishQuantized(rewriter, folded->getResult(0), *end);
    return success();
  }
};

} // namespace

LogicalResult quantize::verifyProducts(Operation *function) {
  bool mixed = false;
  function->walk([&](Operation *op) {
    if (!dnn::isProduct(op))
      return;
    Value x = quantizedBehind(op->getOperand(0)), w = quantizedBehind(op->getOperand(1));
    if (!x || !w || dnn::elementBytes(x.getType()) == dnn::elementBytes(w.getType()))
      return;
    op->emitOpError("have ") << dnn::storageName(x.getType()) << " ifmap and " << dnn::storageName(w.getType())
                             << " weights; a product needs both in 8 bits, or both in int16: quantize the model again";
    mixed = true;
  });
  return failure(mixed);
}

void quantize::addProductPatterns(RewritePatternSet &patterns) {
  patterns.add<QuantizeFactors<dnn::ConvOp>, QuantizeFactors<dnn::ConvTransposeOp>,
               QuantizeFactors<dnn::MatMulOp>, QuantizeResult<dnn::ConvOp>,
               QuantizeResult<dnn::ConvTransposeOp>, QuantizeResult<dnn::MatMulOp>>(patterns.getContext());
}

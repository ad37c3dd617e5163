// Element-wise functions, average pools, sums and means between dequantize and quantize.
#include "lib/Quantize/FoldQdq.h"

using namespace mlir;
using namespace dnnc;
using namespace dnnc::quantize;

namespace {

bool isFoldable(Operation *op) {
  // Sums and means are exact integer sums; the other reductions choose an element (which moves before
  // dequantize) or are float work.
  if (auto reduce = dyn_cast<dnn::ReduceOp>(op))
    return reduce.getKind() == dnn::ReduceKind::Sum || reduce.getKind() == dnn::ReduceKind::Mean;
  return isa<dnn::AddOp, dnn::SubOp, dnn::MulOp, dnn::DivOp, dnn::PowOp, dnn::MinOp, dnn::MaxOp, dnn::PReluOp,
             dnn::ReluOp, dnn::SigmoidOp, dnn::HardSwishOp, dnn::TanhOp, dnn::ExpOp, dnn::LogOp, dnn::SqrtOp,
             dnn::AbsOp, dnn::NegOp, dnn::ErfOp, dnn::FloorOp, dnn::CeilOp, dnn::RoundOp, dnn::ReciprocalOp,
             dnn::SoftplusOp, dnn::LeakyReluOp, dnn::EluOp, dnn::HardSigmoidOp, dnn::SwishOp, dnn::ClipOp,
             dnn::GeluOp, dnn::AvgPoolOp>(op);
}

struct FoldElementwise : RewritePattern {
  explicit FoldElementwise(MLIRContext *context) : RewritePattern(MatchAnyOpTypeTag(), 1, context) {}

  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    if (!isFoldable(op) || dnn::isQuantized(op->getResult(0).getType()))
      return failure();
    SmallVector<Value> operands;
    for (Value operand : op->getOperands()) {
      Value quantized = quantizedBehind(operand);
      if (!quantized || dnn::isPerAxis(quantized.getType()))
        return failure();
      operands.push_back(quantized);
    }
    auto end = quantizedEnd(op);
    if (!end)
      return failure();
    Operation *folded = cloneWith(rewriter, op, operands, end->element());
    finishQuantized(rewriter, folded->getResult(0), *end);
    return success();
  }
};

} // namespace

void quantize::addElementwisePatterns(RewritePatternSet &patterns) {
  patterns.add<FoldElementwise>(patterns.getContext());
}

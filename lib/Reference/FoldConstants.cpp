#include "lib/Reference/Passes.h"
#include "lib/Reference/Reference.h"

namespace dnnc::reference {

#define GEN_PASS_DEF_FOLDCONSTANTS
#include "lib/Reference/Passes.h.inc"

using namespace mlir;

namespace {

int64_t bytesOf(Type type) {
  auto tensor = cast<RankedTensorType>(type);
  return tensor.getNumElements() * dnn::elementBytes(tensor.getElementType());
}

/// The value of an op that only rearranges or repeats elements of a constant whose elements are all equal.
ElementsAttr rearrangedSplat(Operation *op) {
  if (!isa<dnn::ReshapeOp, dnn::TransposeOp, dnn::ExpandOp, dnn::SliceOp>(op))
    return {};
  auto splat = dyn_cast<SplatElementsAttr>(dnn::constantValue(op->getOperand(0)));
  auto from = cast<RankedTensorType>(op->getOperand(0).getType());
  auto to = cast<RankedTensorType>(op->getResult(0).getType());
  if (!splat || from.getElementType() != to.getElementType())
    return {};
  return splat.resizeSplat(RankedTensorType::get(to.getShape(), splat.getElementType()));
}

struct FoldConstants : impl::FoldConstantsBase<FoldConstants> {
  using FoldConstantsBase::FoldConstantsBase;

  void runOnOperation() override {
    WalkResult folded = getOperation()->walk([&](Operation *op) {
      if (failed(fold(op)))
        return WalkResult::interrupt();
      return WalkResult::advance();
    });
    if (folded.wasInterrupted())
      return signalPassFailure();
    getOperation()->walk([](dnn::ConstantOp constant) {
      if (constant->use_empty())
        constant->erase();
    });
  }

  LogicalResult fold(Operation *op) {
    if (!isa_and_nonnull<dnn::DnnDialect>(op->getDialect()) || isa<dnn::ConstantOp>(op) ||
        op->getNumResults() != 1 || (isa<dnn::DequantizeOp>(op) && !dequantize))
      return success();
    int64_t operandBytes = 0;
    for (Value operand : op->getOperands()) {
      if (!dnn::constantValue(operand))
        return success();
      operandBytes += bytesOf(operand.getType());
    }
    OpBuilder builder(op);
    dnn::ConstantOp constant;
    const Type type = op->getResult(0).getType();
    if (ElementsAttr splat = rearrangedSplat(op)) {
      constant = dnn::ConstantOp::create(builder, op->getLoc(), type, splat);
    } else {
      const int64_t resultBytes = bytesOf(type);
      if (resultBytes > std::max<int64_t>(limit, operandBytes) || resultBytes + operandBytes > memory)
        return success();
      FailureOr<Tensor> value = constantOf(op->getResult(0));
      if (failed(value))
        return failure();
      constant = makeConstant(builder, op->getLoc(), *value, type);
    }
    constant->setDiscardableAttrs(op->getDiscardableAttrDictionary());
    op->replaceAllUsesWith(constant);
    op->erase();
    return success();
  }
};

} // namespace
} // namespace dnnc::reference

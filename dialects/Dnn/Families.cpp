#include "dialects/Dnn/DnnDialect.h"

using namespace mlir;

namespace dnnc::dnn {

bool isElementwise(Operation *op) {
  return llvm::isa_and_nonnull<
      // unary
      ReluOp, SigmoidOp, HardSwishOp, TanhOp, ExpOp, LogOp, SqrtOp, AbsOp, NegOp, ErfOp, FloorOp, CeilOp,
      RoundOp, ReciprocalOp, SoftplusOp, LeakyReluOp, EluOp, HardSigmoidOp, SwishOp, ClipOp, GeluOp, CastOp,
      QuantizeOp, DequantizeOp,
      // with broadcasting
      AddOp, SubOp, MulOp, DivOp, PowOp, MinOp, MaxOp, PReluOp, EqualOp, LessOp, WhereOp>(op);
}

bool isTableFunction(Operation *op) {
  auto isTableType = [](Type type) { return isQuantized8(type) && !isPerAxis(type); };
  return isElementwise(op) && op->getNumOperands() == 1 && isTableType(op->getOperand(0).getType()) &&
         isTableType(op->getResult(0).getType());
}

bool isProduct(Operation *op) { return llvm::isa_and_nonnull<ConvOp, ConvTransposeOp, MatMulOp>(op); }

} // namespace dnnc::dnn

// Verifiers of element-wise ops.
#include "dialects/Dnn/VerifyCommon.h"

#include <cmath>

using namespace mlir;

namespace dnnc::dnn {

namespace detail {

LogicalResult verifyUnary(Operation *op, ElementKinds kinds) {
  if (failed(verifyElements(op, kinds)))
    return failure();
  return verifyResultShape(op, shapeOf(op->getOperand(0)));
}

LogicalResult verifyClip(ClipOp op) {
  float low = op.getMin().convertToFloat(), high = op.getMax().convertToFloat();
  if (std::isnan(low) || std::isnan(high) || low > high)
    return op.emitOpError("have bounds ") << low << " and " << high << ", need min not above max";
  return verifyUnary(op, ElementKinds::Float);
}

LogicalResult verifyGelu(GeluOp op) {
  if (op.getApproximate() != "none" && op.getApproximate() != "tanh")
    return op.emitOpError("have approximate = '") << op.getApproximate() << "', need 'none' or 'tanh'";
  return verifyUnary(op, ElementKinds::Float);
}

static LogicalResult verifyBroadcast(Operation *op, unsigned first) {
  Shape shape(shapeOf(op->getOperand(first)));
  for (Value operand : op->getOperands().drop_front(first + 1)) {
    auto joined = broadcastShape(shape, shapeOf(operand));
    if (!joined)
      return op->emitOpError("have shapes ") << shapeText(shape) << " and " << shapeText(shapeOf(operand))
                                             << ", need sizes that are equal or 1 in every dimension";
    shape = *joined;
  }
  return verifyResultShape(op, shape);
}

LogicalResult verifyBinary(Operation *op) {
  if (failed(verifyElements(op, ElementKinds::Number)))
    return failure();
  return verifyBroadcast(op, 0);
}

LogicalResult verifyCompare(Operation *op) {
  for (Value operand : op->getOperands())
    if (isQuantized(operand.getType()))
      return op->emitOpError("have quantized operands, need plain numbers");
  if (elementType(op->getOperand(0).getType()) != elementType(op->getOperand(1).getType()))
    return op->emitOpError("have ") << elementType(op->getOperand(0).getType()) << " and "
                                    << elementType(op->getOperand(1).getType()) << ", need one element type";
  return verifyBroadcast(op, 0);
}

} // namespace detail

using namespace detail;

LogicalResult WhereOp::verify() {
  Type a = elementType(getA().getType()), b = elementType(getB().getType()),
       y = elementType(getY().getType());
  if (a != b || a != y)
    return emitOpError("have ") << a << " or " << b << " giving " << y << ", need one element type";
  return verifyBroadcast(*this, 0);
}

LogicalResult CastOp::verify() {
  if (isQuantized(getX().getType()) || isQuantized(getY().getType()))
    return emitOpError("have a quantized type, need plain ones (or dnn.quantize, dnn.dequantize, "
                       "dnn.storage_cast)");
  return verifyResultShape(*this, shapeOf(getX()));
}

} // namespace dnnc::dnn

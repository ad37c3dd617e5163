// Verifiers of windows, reductions and normalizations.
#include "dialects/Dnn/VerifyCommon.h"

using namespace mlir;

namespace dnnc::dnn {

namespace detail {

template <typename Pool> static LogicalResult verifyPoolOp(Pool op) {
  if (failed(verifyRank(op, "input", op.getX(), 4)) || failed(verifyElements(op, ElementKinds::Number)))
    return failure();
  auto kernel = op.getKernel(), strides = op.getStrides(), dilations = op.getDilations(), pads = op.getPads();
  if (failed(verifyCount(op, "kernel", kernel.size(), 2)) ||
      failed(verifyCount(op, "strides", strides.size(), 2)) ||
      failed(verifyCount(op, "dilations", dilations.size(), 2)) ||
      failed(verifyCount(op, "pads", pads.size(), 4)) || failed(verifyAtLeast(op, "kernel", kernel, 1)) ||
      failed(verifyAtLeast(op, "strides", strides, 1)) ||
      failed(verifyAtLeast(op, "dilations", dilations, 1)) || failed(verifyAtLeast(op, "pads", pads, 0)))
    return failure();
  auto x = shapeOf(op.getX());
  auto y = shapeOf(op.getY());
  Shape needed = {x[0], x[1]};
  if (y.size() != 4 || y.take_front(2) != llvm::ArrayRef<int64_t>(needed))
    return op.emitOpError("have result shape ")
           << shapeText(y) << ", need [" << x[0] << ", " << x[1] << ", P, Q]";
  for (int i = 0; i < 2; ++i) {
    if (pads[i] >= kernel[i] * dilations[i] || pads[2 + i] >= kernel[i] * dilations[i])
      return op.emitOpError("have pads ")
             << shapeText(pads) << ", need less than the window of " << shapeText(kernel);
    int64_t low = windowOutputSize(x[2 + i], kernel[i], strides[i], dilations[i], pads[i], pads[2 + i]);
    int64_t high =
        windowOutputSize(x[2 + i], kernel[i], strides[i], dilations[i], pads[i], pads[2 + i], true);
    if (low < 1 || (y[2 + i] != low && y[2 + i] != high))
      return op.emitOpError("have output size ") << y[2 + i] << " in dimension " << 2 + i << ", need " << low
                                                 << " (floor form) or " << high << " (ceil form)";
  }
  return success();
}

LogicalResult verifyPool(MaxPoolOp op) { return verifyPoolOp(op); }
LogicalResult verifyPool(AvgPoolOp op) {
  if (failed(verifyPoolOp(op)))
    return failure();
  if (!expressedType(op.getX().getType()).isF32())
    return op.emitOpError("have ") << elementType(op.getX().getType())
                                   << " elements, need f32 or quantized ones";
  return success();
}

template <typename Softmax> static LogicalResult verifySoftmaxOp(Softmax op) {
  if (failed(verifyAxis(op, op.getAxis(), tensorType(op.getX()).getRank())))
    return failure();
  return verifyUnary(op, ElementKinds::Float);
}

LogicalResult verifySoftmax(SoftmaxOp op) { return verifySoftmaxOp(op); }
LogicalResult verifySoftmax(LogSoftmaxOp op) { return verifySoftmaxOp(op); }

} // namespace detail

using namespace detail;

LogicalResult WindowSumOp::verify() {
  if (failed(verifyAxis(*this, getAxis(), tensorType(getX()).getRank())) ||
      failed(verifyAtLeast(*this, "size", {static_cast<int64_t>(getSize())}, 1)) ||
      failed(verifyAtLeast(*this, "before", {static_cast<int64_t>(getBefore())}, 0)))
    return failure();
  if (getBefore() >= getSize())
    return emitOpError("have before = ") << getBefore() << ", need less than the window's size " << getSize();
  return verifyUnary(*this, ElementKinds::Float);
}

LogicalResult ReduceOp::verify() {
  if (failed(verifyElements(*this, ElementKinds::Number)))
    return failure();
  auto x = shapeOf(getX());
  int64_t rank = static_cast<int64_t>(x.size());
  int64_t previous = -1;
  for (int64_t axis : getAxes()) {
    if (axis <= previous || axis >= rank)
      return emitOpError("have axes ") << shapeText(getAxes()) << ", need rising ones from 0 to " << rank - 1;
    previous = axis;
  }
  Shape y;
  for (int64_t i = 0; i < rank; ++i) {
    bool reduced = llvm::is_contained(getAxes(), i);
    if (!reduced || getKeepdims())
      y.push_back(reduced ? 1 : x[i]);
  }
  return verifyResultShape(*this, y);
}

LogicalResult LrnOp::verify() {
  if (tensorType(getX()).getRank() < 2)
    return emitOpError("have an input without channels, need [N, C, ...]");
  if (failed(verifyAtLeast(*this, "size", {static_cast<int64_t>(getSize())}, 1)))
    return failure();
  return verifyUnary(*this, ElementKinds::Float);
}

LogicalResult BatchNormOp::verify() {
  auto x = shapeOf(getX());
  if (x.size() < 2)
    return emitOpError("have an input without channels, need [N, C, ...]");
  if (failed(verifyElements(*this, ElementKinds::Float)))
    return failure();
  for (Value vector : getOperands().drop_front())
    if (shapeOf(vector) != llvm::ArrayRef<int64_t>{x[1]})
      return emitOpError("have a statistic of shape ")
             << shapeText(shapeOf(vector)) << ", need [" << x[1] << "]";
  return verifyResultShape(*this, x);
}

} // namespace dnnc::dnn

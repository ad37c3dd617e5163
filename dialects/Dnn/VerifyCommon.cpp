#include "dialects/Dnn/VerifyCommon.h"

using namespace mlir;

namespace dnnc::dnn::detail {

// "operand 1" or "result 0", for messages.
static std::string valueText(Operation *op, unsigned index) {
  return index < op->getNumOperands() ? "operand " + std::to_string(index)
                                      : "result " + std::to_string(index - op->getNumOperands());
}

static llvm::SmallVector<Type> allTypes(Operation *op) {
  llvm::SmallVector<Type> types(op->getOperandTypes());
  types.append(op->result_type_begin(), op->result_type_end());
  return types;
}

LogicalResult verifyElements(Operation *op, ElementKinds kinds) {
  auto types = allTypes(op);
  Type first = expressedType(types.front());
  for (auto [index, type] : llvm::enumerate(types)) {
    if (isQuantized(type) && (!isQuantizedNarrow(type) || isPerAxis(type)))
      return op->emitOpError("have ") << elementType(type) << " in " << valueText(op, index)
                                      << ", need 8- or 16-bit storage and one scale for the tensor";
    if (expressedType(type) != first)
      return op->emitOpError("have ")
             << elementType(type) << " in " << valueText(op, index) << " and " << elementType(types.front())
             << " in " << valueText(op, 0) << ", need elements that stand for one type";
  }
  if (kinds == ElementKinds::Float && !first.isF32())
    return op->emitOpError("have ") << first << " elements, need f32 or quantized ones";
  if (first.isInteger(1))
    return op->emitOpError("have i1 elements, need numbers");
  return success();
}

LogicalResult verifyQuantAxes(Operation *op) {
  for (auto [index, type] : llvm::enumerate(allTypes(op))) {
    auto axis = quantAxisOf(type);
    if (!axis)
      continue;
    auto tensor = llvm::cast<RankedTensorType>(type);
    if (*axis >= tensor.getRank())
      return op->emitOpError("have quantized dimension ")
             << *axis << " in " << valueText(op, index) << ", need one below its rank " << tensor.getRank();
    int64_t scales = static_cast<int64_t>(scalesOf(type).size());
    if (scales != tensor.getDimSize(*axis))
      return op->emitOpError("have ") << scales << " scales along dimension " << *axis << " of "
                                      << valueText(op, index) << ", need " << tensor.getDimSize(*axis);
  }
  return success();
}

LogicalResult verifySameElements(Operation *op) {
  Type in = elementType(op->getOperand(0).getType());
  Type out = elementType(op->getResult(0).getType());
  if (in != out)
    return op->emitOpError("have ") << in << " elements in and " << out << " out, need the same type";
  return success();
}

LogicalResult verifyResultShape(Operation *op, llvm::ArrayRef<int64_t> needed) {
  llvm::ArrayRef<int64_t> have = shapeOf(op->getResult(0));
  if (have != needed)
    return op->emitOpError("have result shape ") << shapeText(have) << ", need " << shapeText(needed);
  return success();
}

LogicalResult verifyRank(Operation *op, llvm::StringRef what, Value value, int64_t needed) {
  int64_t rank = tensorType(value).getRank();
  if (rank != needed)
    return op->emitOpError("have ") << what << " with " << rank << " dimensions, need " << needed;
  return success();
}

LogicalResult verifyCount(Operation *op, llvm::StringRef attribute, size_t have, size_t needed) {
  if (have != needed)
    return op->emitOpError("have ") << have << " values in '" << attribute << "', need " << needed;
  return success();
}

LogicalResult verifyAtLeast(Operation *op, llvm::StringRef attribute, llvm::ArrayRef<int64_t> values,
                            int64_t needed) {
  for (int64_t value : values)
    if (value < needed)
      return op->emitOpError("have '")
             << attribute << "' = " << shapeText(values) << ", need every value at least " << needed;
  return success();
}

LogicalResult verifyAxis(Operation *op, int64_t axis, int64_t rank) {
  if (axis < 0 || axis >= rank)
    return op->emitOpError("have 'axis' = ") << axis << ", need one from 0 to " << rank - 1;
  return success();
}

} // namespace dnnc::dnn::detail

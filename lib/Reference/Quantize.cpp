// Conversions between element types: quantize, dequantize, storage_cast, cast.
#include "lib/Reference/Arithmetic.h"
#include "lib/Reference/Families.h"

namespace dnnc::reference {

FailureOr<Tensor> evaluateOp(dnn::QuantizeOp op, const Call &call) {
  return fromReals(reals(call.inputs[0], call.formats[0]), call.result, call.shape);
}

FailureOr<Tensor> evaluateOp(dnn::DequantizeOp op, const Call &call) {
  return fromReals(reals(call.inputs[0], call.formats[0]), call.result, call.shape);
}

FailureOr<Tensor> evaluateOp(dnn::StorageCastOp op, const Call &call) {
  return call.inputs[0].reinterpreted(call.result.storage);
}

FailureOr<Tensor> evaluateOp(dnn::CastOp op, const Call &call) {
  if (call.result.isFloat())
    return fromReals(reals(call.inputs[0], call.formats[0]), call.result, call.shape);
  if (call.formats[0].isInteger())
    return fromIntegers(integers(call.inputs[0]), call.result.storage, call.shape);
  std::vector<int64_t> values;
  values.reserve(elementCount(call.shape));
  const bool toBool = call.result.storage == ElementType::Bool;
  for (float value : call.inputs[0].as<float>())
    values.push_back(toBool ? value != 0 : truncateValue(value, call.result.storage));
  return fromIntegers(values, call.result.storage, call.shape);
}

} // namespace dnnc::reference

#include "lib/Reference/Reference.h"

#include "lib/Reference/Families.h"

namespace dnnc::reference {

using namespace mlir;

namespace {

FailureOr<Tensor> dispatch(const Call &call) {
  return llvm::TypeSwitch<Operation *, FailureOr<Tensor>>(call.op)
      .Case<dnn::ConvOp, dnn::ConvTransposeOp, dnn::MatMulOp, dnn::EqualOp, dnn::LessOp, dnn::MaxPoolOp,
            dnn::AvgPoolOp, dnn::WindowSumOp, dnn::ReduceOp, dnn::LrnOp, dnn::BatchNormOp, dnn::SoftmaxOp,
            dnn::LogSoftmaxOp, dnn::ConcatOp, dnn::SliceOp, dnn::PadOp, dnn::ReshapeOp, dnn::TransposeOp,
            dnn::ExpandOp, dnn::GatherOp, dnn::WhereOp, dnn::ResizeOp, dnn::QuantizeOp, dnn::DequantizeOp,
            dnn::StorageCastOp, dnn::CastOp, dnn::ConstantOp>([&](auto op) { return evaluateOp(op, call); })
      .Case<dnn::ReluOp, dnn::SigmoidOp, dnn::HardSwishOp, dnn::TanhOp, dnn::ExpOp, dnn::LogOp, dnn::SqrtOp,
            dnn::AbsOp, dnn::NegOp, dnn::ErfOp, dnn::FloorOp, dnn::CeilOp, dnn::RoundOp, dnn::ReciprocalOp,
            dnn::SoftplusOp, dnn::LeakyReluOp, dnn::EluOp, dnn::HardSigmoidOp, dnn::SwishOp, dnn::ClipOp,
            dnn::GeluOp>([&](auto) { return evaluateUnary(call); })
      .Case<dnn::AddOp, dnn::SubOp, dnn::MulOp, dnn::DivOp, dnn::PowOp, dnn::MinOp, dnn::MaxOp, dnn::PReluOp>(
          [&](auto) { return evaluateBinary(call); })
      .Default([](Operation *op) -> FailureOr<Tensor> {
        return op->emitError() << "is " << op->getName()
                               << "; the reference evaluates ops of the dnn dialect";
      });
}

/// The shape of a static ranked tensor type.
std::optional<std::vector<int64_t>> shapeOf(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || !tensor.hasStaticShape())
    return std::nullopt;
  return std::vector<int64_t>(tensor.getShape());
}

/// The format of a value that the reference can work with, or an error at the op.
FailureOr<Format> formatAt(Operation *op, Type type, StringRef what, unsigned index) {
  if (shapeOf(type))
    if (FailureOr<Format> format = formatOf(type); succeeded(format))
      return format;
  return op->emitError()
         << "has " << type << " as " << what << " " << index
         << "; the reference knows static tensors of f32, i1, i8, ui8, i16, ui16, i32, i64 and uniformly "
            "quantized float32";
}

/// Whether a tensor is of the type; otherwise an error.
LogicalResult checkTensor(const Tensor &tensor, Type type,
                          llvm::function_ref<InFlightDiagnostic()> emitError) {
  if (storageOf(type) == tensor.type && shapeOf(type) == tensor.shape)
    return success();
  return emitError() << "gets " << std::string(name(tensor.type)) << dnn::shapeText(tensor.shape)
                     << "; needs " << type;
}

} // namespace

FailureOr<SmallVector<Tensor>> evaluate(Operation *op, ArrayRef<Tensor> inputs) {
  if (inputs.size() != op->getNumOperands() || op->getNumResults() != 1)
    return op->emitError() << "gets " << inputs.size() << " tensors for " << op->getNumResults()
                           << " results; needs " << op->getNumOperands() << " for 1";
  Call call{op, inputs, {}, {}, {}};
  for (auto [i, input] : llvm::enumerate(inputs)) {
    const Type type = op->getOperand(i).getType();
    FailureOr<Format> format = formatAt(op, type, "operand", i);
    if (failed(format) ||
        failed(checkTensor(input, type, [&, i = i] { return op->emitError() << "operand " << i << " "; })))
      return failure();
    call.formats.push_back(*format);
  }
  const Type type = op->getResult(0).getType();
  FailureOr<Format> format = formatAt(op, type, "result", 0);
  if (failed(format))
    return failure();
  call.result = *format;
  call.shape = *shapeOf(type);
  FailureOr<Tensor> result = dispatch(call);
  if (failed(result))
    return failure();
  return SmallVector<Tensor>{std::move(*result)};
}

FailureOr<SmallVector<Tensor>> evaluateFunction(func::FuncOp function, ArrayRef<Tensor> inputs,
                                                Observer observe) {
  if (function.isExternal() || !function.getBody().hasOneBlock())
    return function.emitError("has no body of one block; the reference evaluates straight functions");
  Block &body = function.getBody().front();
  if (inputs.size() != body.getNumArguments())
    return function.emitError() << "gets " << inputs.size() << " inputs; needs " << body.getNumArguments();

  struct Held {
    Tensor tensor;
    int64_t uses; // that are still to come
  };
  llvm::DenseMap<Value, Held> values;
  auto hold = [&](Value value, const Tensor &tensor) {
    if (!value.use_empty())
      values[value] = {tensor, std::distance(value.use_begin(), value.use_end())};
  };
  auto take = [&](Value value) {
    Held &held = values[value];
    Tensor tensor = held.tensor;
    if (--held.uses == 0)
      values.erase(value);
    return tensor;
  };
  for (auto [i, input] : llvm::enumerate(inputs)) {
    const Type type = body.getArgument(i).getType();
    if (failed(checkTensor(input, type, [&, i = i] { return function.emitError() << "input " << i << " "; })))
      return failure();
    hold(body.getArgument(i), input);
  }
  for (Operation &op : body) {
    SmallVector<Tensor> operands;
    for (Value operand : op.getOperands())
      operands.push_back(take(operand));
    if (op.hasTrait<OpTrait::IsTerminator>())
      return operands;
    FailureOr<SmallVector<Tensor>> results = evaluate(&op, operands);
    if (failed(results))
      return failure();
    for (auto [value, tensor] : llvm::zip_equal(op.getResults(), *results))
      hold(value, tensor);
    if (observe && failed(observe(&op, *results)))
      return failure();
  }
  return function.emitError("has no terminator; the reference evaluates whole functions");
}

FailureOr<Tensor> constantOf(Value value) {
  // Operands before their users, without recursion: a chain may be long.
  llvm::DenseMap<Value, Tensor> known;
  SmallVector<Value> pending{value};
  while (!pending.empty()) {
    const Value next = pending.back();
    if (known.contains(next)) {
      pending.pop_back();
      continue;
    }
    Operation *op = next.getDefiningOp();
    if (!op || op->getNumResults() != 1 || !isa_and_nonnull<dnn::DnnDialect>(op->getDialect()))
      return failure();
    SmallVector<Tensor> inputs;
    for (Value operand : op->getOperands()) {
      if (auto found = known.find(operand); found != known.end())
        inputs.push_back(found->second);
      else
        pending.push_back(operand);
    }
    if (inputs.size() != op->getNumOperands())
      continue;
    FailureOr<SmallVector<Tensor>> results = evaluate(op, inputs);
    if (failed(results))
      return failure();
    known[next] = results->front();
    pending.pop_back();
  }
  return known[value];
}

} // namespace dnnc::reference

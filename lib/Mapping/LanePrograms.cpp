#include "lib/Mapping/LanePrograms.h"

#include "lib/Reference/Reference.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace dnnc;
using namespace dnnc::mapping;

FailureOr<std::optional<Quantization>> mapping::perTensorQuantization(Type type) {
  if (auto uniform = dyn_cast<quant::UniformQuantizedType>(type))
    return std::optional(Quantization{static_cast<float>(uniform.getScale()), static_cast<int32_t>(uniform.getZeroPoint()),
                                      static_cast<int32_t>(uniform.getStorageTypeMin()),
                                      static_cast<int32_t>(uniform.getStorageTypeMax())});
  if (isa<quant::QuantizedType>(type))
    return failure();
  return std::optional<Quantization>();
}

std::optional<Quantization> mapping::quantizationOf(Type type) { return *perTensorQuantization(type); }

Value LaneBuilder::constant(float value) {
  return arith::ConstantOp::create(builder, loc, builder.getF32FloatAttr(value));
}

Value LaneBuilder::constant(int64_t value, Type type) {
  return arith::ConstantOp::create(builder, loc, builder.getIntegerAttr(type, value));
}

Value LaneBuilder::toFloat(Value value) {
  return isa<FloatType>(value.getType()) ? value : arith::SIToFPOp::create(builder, loc, builder.getF32Type(), value);
}

Value LaneBuilder::dequantize(Value stored, const Quantization &quantization) {
  Value centered = stored;
  if (quantization.zeroPoint != 0)
    centered = arith::SubIOp::create(builder, loc, stored, constant(quantization.zeroPoint, stored.getType()));
  return arith::MulFOp::create(builder, loc, toFloat(centered), constant(quantization.scale));
}

Value LaneBuilder::quantize(Value real, const Quantization &quantization, bool alreadyScaled) {
  Value scaled = alreadyScaled ? real : arith::DivFOp::create(builder, loc, real, constant(quantization.scale)).getResult();
  Value rounded = math::RoundEvenOp::create(builder, loc, scaled);
  // Clamping before the zero point is added keeps the conversion in range, whatever the real value is.
  Value low = constant(static_cast<float>(quantization.low - quantization.zeroPoint));
  Value high = constant(static_cast<float>(quantization.high - quantization.zeroPoint));
  Value clamped = arith::MinimumFOp::create(builder, loc, arith::MaximumFOp::create(builder, loc, rounded, low), high);
  Value integer = arith::FPToSIOp::create(builder, loc, builder.getI32Type(), clamped);
  if (quantization.zeroPoint == 0)
    return integer;
  return arith::AddIOp::create(builder, loc, integer, constant(quantization.zeroPoint, builder.getI32Type()));
}

Value LaneBuilder::convert(Value value, Type to) {
  Type from = value.getType();
  if (from == to)
    return value;
  if (isa<FloatType>(to))
    return toFloat(value);
  if (isa<FloatType>(from))
    return arith::FPToSIOp::create(builder, loc, to, value);
  if (from.getIntOrFloatBitWidth() < to.getIntOrFloatBitWidth())
    return arith::ExtSIOp::create(builder, loc, to, value);
  return arith::TruncIOp::create(builder, loc, to, value);
}

Value LaneBuilder::wrap(Value value, Type to) {
  Type lane = acc::laneType(to);
  if (value.getType().getIntOrFloatBitWidth() > lane.getIntOrFloatBitWidth()) {
    // The remainder of 2^32, brought into the signed range; narrowing itself saturates.
    Type wide = value.getType();
    Value modulus = constant(int64_t(1) << 32, wide), half = constant(int64_t(1) << 31, wide);
    Value quotient = arith::DivSIOp::create(builder, loc, value, modulus);
    Value rest = arith::SubIOp::create(builder, loc, value, arith::MulIOp::create(builder, loc, quotient, modulus));
    Value above = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sge, rest, half);
    rest = arith::SelectOp::create(builder, loc, above, arith::SubIOp::create(builder, loc, rest, modulus), rest);
    Value below = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, rest, constant(-(int64_t(1) << 31), wide));
    rest = arith::SelectOp::create(builder, loc, below, arith::AddIOp::create(builder, loc, rest, modulus), rest);
    value = rest;
  }
  value = convert(value, lane);
  int64_t bits = acc::elementBits(to);
  if (bits >= 32 || to.isInteger(1))
    return value;
  Value mask = constant((int64_t(1) << bits) - 1, lane);
  if (to.isUnsignedInteger())
    return arith::AndIOp::create(builder, loc, value, mask);
  Value offset = constant(int64_t(1) << (bits - 1), lane);
  Value biased = arith::AndIOp::create(builder, loc, arith::AddIOp::create(builder, loc, value, offset), mask);
  return arith::SubIOp::create(builder, loc, biased, offset);
}

bool mapping::isElementwise(Operation *op) {
  return isa<dnn::ReluOp, dnn::SigmoidOp, dnn::HardSwishOp, dnn::TanhOp, dnn::ExpOp, dnn::LogOp, dnn::SqrtOp, dnn::AbsOp,
             dnn::NegOp, dnn::ErfOp, dnn::FloorOp, dnn::CeilOp, dnn::RoundOp, dnn::ReciprocalOp, dnn::SoftplusOp,
             dnn::LeakyReluOp, dnn::EluOp, dnn::HardSigmoidOp, dnn::SwishOp, dnn::ClipOp, dnn::GeluOp, dnn::AddOp, dnn::SubOp,
             dnn::MulOp, dnn::DivOp, dnn::PowOp, dnn::MinOp, dnn::MaxOp, dnn::PReluOp, dnn::EqualOp, dnn::LessOp, dnn::WhereOp,
             dnn::CastOp, dnn::QuantizeOp, dnn::DequantizeOp, dnn::StorageCastOp>(op);
}

static Type elementOf(Value value) { return cast<RankedTensorType>(value.getType()).getElementType(); }

bool mapping::isTableFunction(Operation *op) {
  if (op->getNumOperands() != 1 || op->getNumResults() != 1 || !isElementwise(op) || isa<dnn::StorageCastOp>(op))
    return false;
  auto is8BitPerTensor = [](Type type) {
    auto uniform = dyn_cast<quant::UniformQuantizedType>(type);
    return uniform && uniform.getStorageTypeIntegralWidth() == 8;
  };
  return is8BitPerTensor(elementOf(op->getOperand(0))) && is8BitPerTensor(elementOf(op->getResult(0)));
}

FailureOr<ElementsAttr> mapping::tableOf(Operation *op) {
  Type in = elementOf(op->getOperand(0)), out = elementOf(op->getResult(0));
  std::optional<ElementType> storage = reference::storageOf(in);
  if (!storage)
    return op->emitOpError("has an operand type without storage: ") << in;
  std::vector<uint8_t> entries(256);
  for (size_t i = 0; i < entries.size(); ++i)
    entries[i] = static_cast<uint8_t>(i);
  Tensor input = Tensor::of<uint8_t>(ElementType::U8, {256}, entries).reinterpreted(*storage);

  // The op on a tensor of all 256 values.
  OwningOpRef<ModuleOp> scratch = ModuleOp::create(op->getLoc());
  OpBuilder builder(scratch->getBodyRegion());
  auto placeholder = UnrealizedConversionCastOp::create(builder, op->getLoc(), RankedTensorType::get({256}, in), ValueRange());
  Operation *clone = builder.clone(*op);
  clone->setOperand(0, placeholder.getResult(0));
  clone->getResult(0).setType(RankedTensorType::get({256}, out));
  auto results = reference::evaluate(clone, {input});
  if (failed(results))
    return failure();
  return cast<ElementsAttr>(DenseElementsAttr::getFromRawBuffer(
      RankedTensorType::get({256}, builder.getI8Type()),
      ArrayRef(reinterpret_cast<const char *>((*results)[0].bytes().data()), 256)));
}

namespace {
/// The real-valued functions, on f32 lanes.
struct RealFunctions {
  LaneBuilder &lane;
  OpBuilder &b = lane.builder;
  Location loc = lane.loc;

  Value c(float value) { return lane.constant(value); }
  Value max(Value x, Value y) { return arith::MaximumFOp::create(b, loc, x, y); }
  Value min(Value x, Value y) { return arith::MinimumFOp::create(b, loc, x, y); }
  Value mul(Value x, Value y) { return arith::MulFOp::create(b, loc, x, y); }
  Value add(Value x, Value y) { return arith::AddFOp::create(b, loc, x, y); }
  Value sub(Value x, Value y) { return arith::SubFOp::create(b, loc, x, y); }
  Value div(Value x, Value y) { return arith::DivFOp::create(b, loc, x, y); }
  Value exp(Value x) { return math::ExpOp::create(b, loc, x); }
  Value negative(Value x) { return arith::NegFOp::create(b, loc, x); }
  Value whereNotNegative(Value x, Value then, Value otherwise) {
    Value test = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OGE, x, c(0));
    return arith::SelectOp::create(b, loc, test, then, otherwise);
  }
  Value sigmoid(Value x) { return div(c(1), add(c(1), exp(negative(x)))); }
  Value hardSigmoid(Value x, float alpha, float beta) { return max(c(0), min(c(1), add(mul(c(alpha), x), c(beta)))); }

  FailureOr<Value> operator()(Operation *op, ValueRange x) {
    return llvm::TypeSwitch<Operation *, FailureOr<Value>>(op)
        .Case([&](dnn::ReluOp) { return max(x[0], c(0)); })
        .Case([&](dnn::ClipOp clip) { return min(max(x[0], c(clip.getMin().convertToFloat())), c(clip.getMax().convertToFloat())); })
        .Case([&](dnn::LeakyReluOp leaky) { return whereNotNegative(x[0], x[0], mul(c(leaky.getAlpha().convertToFloat()), x[0])); })
        .Case([&](dnn::PReluOp) { return whereNotNegative(x[0], x[0], mul(x[0], x[1])); })
        .Case([&](dnn::EluOp elu) {
          return whereNotNegative(x[0], x[0], mul(c(elu.getAlpha().convertToFloat()), sub(exp(x[0]), c(1))));
        })
        .Case([&](dnn::SigmoidOp) { return sigmoid(x[0]); })
        .Case([&](dnn::SwishOp swish) { return mul(x[0], sigmoid(mul(c(swish.getAlpha().convertToFloat()), x[0]))); })
        .Case([&](dnn::HardSigmoidOp hard) {
          return hardSigmoid(x[0], hard.getAlpha().convertToFloat(), hard.getBeta().convertToFloat());
        })
        .Case([&](dnn::HardSwishOp) { return mul(x[0], hardSigmoid(x[0], 1.0f / 6.0f, 0.5f)); })
        .Case([&](dnn::SoftplusOp) {
          // max(x, 0) + ln(1 + exp(−|x|)) does not overflow.
          return add(max(x[0], c(0)), math::LogOp::create(b, loc, add(c(1), exp(negative(math::AbsFOp::create(b, loc, x[0]))))));
        })
        .Case([&](dnn::GeluOp gelu) -> Value {
          Value half = mul(c(0.5f), x[0]);
          if (gelu.getApproximate() == "tanh") {
            Value cube = mul(x[0], mul(x[0], x[0]));
            Value inner = mul(c(std::sqrt(2.0 / M_PI)), add(x[0], mul(c(0.044715f), cube)));
            return mul(half, add(c(1), math::TanhOp::create(b, loc, inner)));
          }
          return mul(half, add(c(1), math::ErfOp::create(b, loc, mul(x[0], c(std::sqrt(0.5))))));
        })
        .Case([&](dnn::TanhOp) -> Value { return math::TanhOp::create(b, loc, x[0]); })
        .Case([&](dnn::ExpOp) { return exp(x[0]); })
        .Case([&](dnn::LogOp) -> Value { return math::LogOp::create(b, loc, x[0]); })
        .Case([&](dnn::SqrtOp) -> Value { return math::SqrtOp::create(b, loc, x[0]); })
        .Case([&](dnn::AbsOp) -> Value { return math::AbsFOp::create(b, loc, x[0]); })
        .Case([&](dnn::NegOp) { return negative(x[0]); })
        .Case([&](dnn::ErfOp) -> Value { return math::ErfOp::create(b, loc, x[0]); })
        .Case([&](dnn::FloorOp) -> Value { return math::FloorOp::create(b, loc, x[0]); })
        .Case([&](dnn::CeilOp) -> Value { return math::CeilOp::create(b, loc, x[0]); })
        .Case([&](dnn::RoundOp) -> Value { return math::RoundEvenOp::create(b, loc, x[0]); })
        .Case([&](dnn::ReciprocalOp) { return div(c(1), x[0]); })
        .Case([&](dnn::AddOp) { return add(x[0], x[1]); })
        .Case([&](dnn::SubOp) { return sub(x[0], x[1]); })
        .Case([&](dnn::MulOp) { return mul(x[0], x[1]); })
        .Case([&](dnn::DivOp) { return div(x[0], x[1]); })
        .Case([&](dnn::PowOp) -> Value { return math::PowFOp::create(b, loc, x[0], x[1]); })
        .Case([&](dnn::MinOp) { return min(x[0], x[1]); })
        .Case([&](dnn::MaxOp) { return max(x[0], x[1]); })
        .Case<dnn::QuantizeOp, dnn::DequantizeOp>([&](auto) { return x[0]; })
        .Default([](Operation *op) -> FailureOr<Value> { return op->emitOpError("has no lane program on float32"); });
  }
};

/// The functions of plain integers, on i32 or i64 lanes.
FailureOr<Value> emitInteger(LaneBuilder &lane, Operation *op, ValueRange x) {
  OpBuilder &b = lane.builder;
  Location loc = lane.loc;
  return llvm::TypeSwitch<Operation *, FailureOr<Value>>(op)
      .Case([&](dnn::ReluOp) -> Value { return arith::MaxSIOp::create(b, loc, x[0], lane.constant(0, x[0].getType())); })
      .Case([&](dnn::AddOp) -> Value { return arith::AddIOp::create(b, loc, x[0], x[1]); })
      .Case([&](dnn::SubOp) -> Value { return arith::SubIOp::create(b, loc, x[0], x[1]); })
      .Case([&](dnn::MulOp) -> Value { return arith::MulIOp::create(b, loc, x[0], x[1]); })
      .Case([&](dnn::MinOp) -> Value { return arith::MinSIOp::create(b, loc, x[0], x[1]); })
      .Case([&](dnn::MaxOp) -> Value { return arith::MaxSIOp::create(b, loc, x[0], x[1]); })
      .Case([&](dnn::NegOp) -> Value { return arith::SubIOp::create(b, loc, lane.constant(0, x[0].getType()), x[0]); })
      .Default([](Operation *op) -> FailureOr<Value> { return op->emitOpError("has no lane program on integers"); });
}

/// Comparisons, choices and casts.
FailureOr<Value> emitLogical(LaneBuilder &lane, Operation *op, ValueRange x) {
  OpBuilder &b = lane.builder;
  Location loc = lane.loc;
  auto compare = [&](arith::CmpFPredicate floating, arith::CmpIPredicate integer) -> Value {
    Value test = isa<FloatType>(x[0].getType()) ? arith::CmpFOp::create(b, loc, floating, x[0], x[1]).getResult()
                                                : arith::CmpIOp::create(b, loc, integer, x[0], x[1]).getResult();
    return arith::ExtUIOp::create(b, loc, b.getI32Type(), test);
  };
  if (isa<dnn::EqualOp>(op))
    return compare(arith::CmpFPredicate::OEQ, arith::CmpIPredicate::eq);
  if (isa<dnn::LessOp>(op))
    return compare(arith::CmpFPredicate::OLT, arith::CmpIPredicate::slt);
  if (isa<dnn::WhereOp>(op)) {
    Value test = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, x[0], lane.constant(0, x[0].getType()));
    return Value(arith::SelectOp::create(b, loc, test, x[1], x[2]));
  }
  Type to = elementOf(op->getResult(0));
  if (to.isInteger(1)) {
    // Anything but zero is true.
    bool isFloat = isa<FloatType>(x[0].getType());
    Value zero = isFloat ? lane.constant(0.0f) : lane.constant(0, x[0].getType());
    Value isZero = isFloat ? arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OEQ, x[0], zero).getResult()
                           : arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, x[0], zero).getResult();
    return Value(arith::SelectOp::create(b, loc, isZero, lane.constant(0, b.getI32Type()), lane.constant(1, b.getI32Type())));
  }
  if (isa<FloatType>(x[0].getType()))
    return lane.convert(x[0], acc::laneType(to));
  return lane.wrap(x[0], to);
}
} // namespace

FailureOr<Value> mapping::emitElementwise(LaneBuilder &lane, Operation *op, ValueRange operands,
                                          std::function<Value(Operation *, Value)> lookUp) {
  if (isa<dnn::StorageCastOp>(op))
    return operands[0];
  if (isTableFunction(op))
    return lookUp(op, operands[0]);
  auto out = perTensorQuantization(elementOf(op->getResult(0)));
  if (failed(out))
    return op->emitOpError("has a result quantized per channel; element-wise ops need one scale for the tensor");

  SmallVector<std::optional<Quantization>> in;
  bool anyQuantized = out->has_value();
  for (Value operand : op->getOperands()) {
    auto quantization = perTensorQuantization(elementOf(operand));
    if (failed(quantization))
      return op->emitOpError("has an operand quantized per channel; element-wise ops need one scale for the tensor");
    anyQuantized |= quantization->has_value();
    in.push_back(*quantization);
  }
  if (isa<dnn::EqualOp, dnn::LessOp, dnn::WhereOp, dnn::CastOp>(op))
    return emitLogical(lane, op, operands);
  if (Type result = elementOf(op->getResult(0)); !anyQuantized && !isa<FloatType>(result)) {
    FailureOr<Value> value = emitInteger(lane, op, operands);
    return failed(value) ? value : FailureOr<Value>(lane.wrap(*value, result));
  }

  // The product of two quantized tensors is an integer, scaled once (Numerics).
  if (isa<dnn::MulOp>(op) && in[0] && in[1]) {
    bool wide = in[0]->range() * in[1]->range() > std::numeric_limits<int32_t>::max();
    auto centered = [&](int i) -> Value {
      Value difference = arith::SubIOp::create(lane.builder, lane.loc, operands[i], lane.constant(in[i]->zeroPoint, operands[i].getType()));
      return wide ? lane.convert(difference, lane.builder.getI64Type()) : difference;
    };
    Value product = lane.toFloat(arith::MulIOp::create(lane.builder, lane.loc, centered(0), centered(1)));
    float scale = in[0]->scale * in[1]->scale;
    if (*out)
      scale = scale / (*out)->scale;
    Value scaled = arith::MulFOp::create(lane.builder, lane.loc, product, lane.constant(scale));
    return *out ? lane.quantize(scaled, **out, /*alreadyScaled=*/true) : scaled;
  }

  SmallVector<Value> real;
  for (auto [operand, quantization] : llvm::zip(operands, in))
    real.push_back(quantization ? lane.dequantize(operand, *quantization) : lane.toFloat(operand));
  FailureOr<Value> result = RealFunctions{lane}(op, real);
  if (failed(result) || !*out)
    return result;
  return lane.quantize(*result, **out);
}

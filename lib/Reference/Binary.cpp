// Binary functions and comparisons with numpy's broadcasting. Numerics: a function of two quantized tensors
// is one float32 operation on their dequantized values; only mul is an integer product, requantized as a
// convolution's.
#include "lib/Reference/Arithmetic.h"
#include "lib/Reference/Families.h"

#include <cmath>

namespace dnnc::reference {

namespace {

/// result[i] = function(a[i], b[i]) with the operands broadcast to the shape.
template <typename Result, typename Value, typename Function>
std::vector<Result> broadcast(const Call &call, const std::vector<Value> &a, const std::vector<Value> &b,
                              Function function) {
  const SmallVector<int64_t> aStrides = broadcastStrides(call.inputs[0].shape, call.shape);
  const SmallVector<int64_t> bStrides = broadcastStrides(call.inputs[1].shape, call.shape);
  std::vector<Result> result;
  result.reserve(elementCount(call.shape));
  forEachIndex(call.shape, [&](ArrayRef<int64_t> index) {
    result.push_back(function(a[offsetOf(index, aStrides)], b[offsetOf(index, bStrides)]));
  });
  return result;
}

float realOf(mlir::Operation *op, float a, float b) {
  if (mlir::isa<dnn::AddOp>(op))
    return a + b;
  if (mlir::isa<dnn::SubOp>(op))
    return a - b;
  if (mlir::isa<dnn::MulOp>(op))
    return a * b;
  if (mlir::isa<dnn::DivOp>(op))
    return a / b;
  if (mlir::isa<dnn::PowOp>(op))
    return static_cast<float>(std::pow(static_cast<double>(a), static_cast<double>(b)));
  // NaN wins, as in numpy.
  if (mlir::isa<dnn::MinOp>(op))
    return a < b || std::isnan(a) ? a : b;
  if (mlir::isa<dnn::MaxOp>(op))
    return a > b || std::isnan(a) ? a : b;
  return a < 0 ? a * b : a; // prelu
}

/// aᵇ modulo 2⁶⁴. A negative exponent gives 1/aᵇ cut towards zero; 0 to a negative power has no value.
std::optional<int64_t> power(int64_t a, int64_t b) {
  if (b < 0) {
    if (a == 0)
      return std::nullopt;
    return a == 1 ? 1 : a == -1 ? (b % 2 ? -1 : 1) : 0;
  }
  uint64_t result = 1, base = static_cast<uint64_t>(a);
  for (; b > 0; b >>= 1, base *= base)
    if (b & 1)
      result *= base;
  return static_cast<int64_t>(result);
}

/// Sums and products are modulo 2⁶⁴; what has no value is none.
std::optional<int64_t> integerOf(mlir::Operation *op, int64_t a, int64_t b) {
  const uint64_t ua = a, ub = b;
  if (mlir::isa<dnn::AddOp>(op))
    return static_cast<int64_t>(ua + ub);
  if (mlir::isa<dnn::SubOp>(op))
    return static_cast<int64_t>(ua - ub);
  if (mlir::isa<dnn::MulOp>(op))
    return static_cast<int64_t>(ua * ub);
  if (mlir::isa<dnn::DivOp>(op)) {
    if (b == 0)
      return std::nullopt;
    return b == -1 ? static_cast<int64_t>(-ua) : a / b;
  }
  if (mlir::isa<dnn::PowOp>(op))
    return power(a, b);
  if (mlir::isa<dnn::MinOp>(op))
    return std::min(a, b);
  if (mlir::isa<dnn::MaxOp>(op))
    return std::max(a, b);
  return a < 0 ? static_cast<int64_t>(ua * ub) : a; // prelu
}

FailureOr<Tensor> evaluateIntegers(const Call &call) {
  bool defined = true;
  auto values =
      broadcast<int64_t>(call, integers(call.inputs[0]), integers(call.inputs[1]), [&](int64_t a, int64_t b) {
        std::optional<int64_t> value = integerOf(call.op, a, b);
        defined &= value.has_value();
        return value.value_or(0);
      });
  if (!defined)
    return call.error() << "divides an integer by zero";
  return fromIntegers(values, call.result.storage, call.shape);
}

/// The exact product of the stored integers less their zero points, requantized.
Tensor multiplyQuantized(const Call &call) {
  const Format &a = call.formats[0], &b = call.formats[1], &y = call.result;
  const float scale = productScale(a.scale(0), b.scale(0));
  auto product = [&](int64_t qa, int64_t qb) { return (qa - a.zeroPoint(0)) * (qb - b.zeroPoint(0)); };
  std::vector<int64_t> qa = integers(call.inputs[0]), qb = integers(call.inputs[1]);
  if (!y.quantized)
    return fromReals(
        broadcast<float>(call, qa, qb,
                         [&](int64_t l, int64_t r) { return scaleAccumulator(product(l, r), scale); }),
        y, call.shape);
  const float multiplier = productMultiplier(a.scale(0), b.scale(0), y.scale(0));
  auto stored = broadcast<int64_t>(call, qa, qb, [&](int64_t l, int64_t r) {
    return roundAndSaturate(scaleAccumulator(product(l, r), multiplier), y.zeroPoint(0), y.low, y.high);
  });
  return fromIntegers(stored, y.storage, call.shape);
}

template <typename Integer, typename Real> Tensor compare(const Call &call, Integer integer, Real real) {
  const Tensor &a = call.inputs[0], &b = call.inputs[1];
  std::vector<int64_t> values =
      call.formats[0].isInteger()
          ? broadcast<int64_t>(call, integers(a), integers(b), integer)
          : broadcast<int64_t>(call, reals(a, call.formats[0]), reals(b, call.formats[1]), real);
  return fromIntegers(values, call.result.storage, call.shape);
}

} // namespace

FailureOr<Tensor> evaluateBinary(const Call &call) {
  const Format &a = call.formats[0], &b = call.formats[1];
  if (call.result.isInteger())
    return evaluateIntegers(call);
  if (mlir::isa<dnn::MulOp>(call.op) && a.quantized && b.quantized)
    return multiplyQuantized(call);
  auto values = broadcast<float>(call, reals(call.inputs[0], a), reals(call.inputs[1], b),
                                 [&](float x, float y) { return realOf(call.op, x, y); });
  return fromReals(values, call.result, call.shape);
}

FailureOr<Tensor> evaluateOp(dnn::EqualOp op, const Call &call) {
  return compare(call, std::equal_to<int64_t>(), std::equal_to<float>());
}

FailureOr<Tensor> evaluateOp(dnn::LessOp op, const Call &call) {
  return compare(call, std::less<int64_t>(), std::less<float>());
}

} // namespace dnnc::reference

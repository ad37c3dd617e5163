// Unary functions. hardware.md, Numerics: the real value of the float32 input, rounded once to float32, then
// quantized; so each is computed in float64 here, for float tensors too.
#include "lib/Reference/Families.h"

#include <cmath>

namespace dnnc::reference {

namespace {

using Function = std::function<double(double)>;

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

/// ln(1 + exp(x)) without overflow.
double softplus(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }

/// Bounds that let NaN through.
double clamp(double x, double low, double high) { return x < low ? low : x > high ? high : x; }

double gelu(double x) { return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0))); }
/// The approximation of Hendrycks and Gimpel (arXiv 1606.08415).
double geluTanh(double x) {
  return 0.5 * x * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
}

double valueOf(const llvm::APFloat &attribute) { return attribute.convertToFloat(); }

Function functionOf(mlir::Operation *op) {
  return llvm::TypeSwitch<mlir::Operation *, Function>(op)
      .Case([](dnn::ReluOp) { return [](double x) { return x < 0 ? 0 : x; }; })
      .Case([](dnn::SigmoidOp) { return sigmoid; })
      .Case([](dnn::HardSwishOp) { return [](double x) { return x * clamp(x / 6 + 0.5, 0, 1); }; })
      .Case([](dnn::TanhOp) { return [](double x) { return std::tanh(x); }; })
      .Case([](dnn::ExpOp) { return [](double x) { return std::exp(x); }; })
      .Case([](dnn::LogOp) { return [](double x) { return std::log(x); }; })
      .Case([](dnn::SqrtOp) { return [](double x) { return std::sqrt(x); }; })
      .Case([](dnn::AbsOp) { return [](double x) { return std::abs(x); }; })
      .Case([](dnn::NegOp) { return [](double x) { return -x; }; })
      .Case([](dnn::ErfOp) { return [](double x) { return std::erf(x); }; })
      .Case([](dnn::FloorOp) { return [](double x) { return std::floor(x); }; })
      .Case([](dnn::CeilOp) { return [](double x) { return std::ceil(x); }; })
      .Case([](dnn::RoundOp) { return [](double x) { return std::nearbyint(x); }; })
      .Case([](dnn::ReciprocalOp) { return [](double x) { return 1 / x; }; })
      .Case([](dnn::SoftplusOp) { return softplus; })
      .Case([](dnn::LeakyReluOp leaky) {
        return [alpha = valueOf(leaky.getAlpha())](double x) { return x < 0 ? alpha * x : x; };
      })
      .Case([](dnn::EluOp elu) {
        return [alpha = valueOf(elu.getAlpha())](double x) { return x < 0 ? alpha * std::expm1(x) : x; };
      })
      .Case([](dnn::HardSigmoidOp hard) {
        return [alpha = valueOf(hard.getAlpha()), beta = valueOf(hard.getBeta())](double x) {
          return clamp(alpha * x + beta, 0, 1);
        };
      })
      .Case([](dnn::SwishOp swish) {
        return [alpha = valueOf(swish.getAlpha())](double x) { return x * sigmoid(alpha * x); };
      })
      .Case([](dnn::ClipOp clip) {
        return [low = valueOf(clip.getMin()), high = valueOf(clip.getMax())](double x) {
          return std::min(x < low ? low : x, high);
        };
      })
      .Case([](dnn::GeluOp op) { return op.getApproximate() == "tanh" ? geluTanh : gelu; })
      .Default([](mlir::Operation *) { return Function(); });
}

} // namespace

FailureOr<Tensor> evaluateUnary(const Call &call) {
  if (call.formats[0].isInteger()) { // neg or abs, modulo 2⁶⁴
    const bool negates = mlir::isa<dnn::NegOp>(call.op);
    std::vector<int64_t> values = integers(call.inputs[0]);
    for (int64_t &value : values)
      if (negates || value < 0)
        value = static_cast<int64_t>(-static_cast<uint64_t>(value));
    return fromIntegers(values, call.result.storage, call.shape);
  }
  Function function = functionOf(call.op);
  std::vector<float> values = reals(call.inputs[0], call.formats[0]);
  for (float &value : values)
    value = static_cast<float>(function(value));
  return fromReals(values, call.result, call.shape);
}

} // namespace dnnc::reference

// Functions of single elements, and of two or more tensors' elements with broadcasting.
#include "lib/Import/Node.h"

#include <limits>

namespace dnnc::onnximport {

template <typename Op> static LogicalResult convertUnary(Node &node) {
  Value x = node.input(0);
  return node.result(node.make<Op>(x.getType(), x));
}

/// The zero of plain integers, for the few operators that also take those.
static LogicalResult convertRelu(Node &node) {
  Value x = node.input(0);
  if (Node::elementOf(x).isF32())
    return convertUnary<dnn::ReluOp>(node);
  return node.result(node.binary<dnn::MaxOp>(x, node.makeScalar(0, Node::elementOf(x))));
}

template <typename Op> static LogicalResult convertAlpha(Node &node) {
  constexpr bool isLeaky = std::is_same_v<Op, dnn::LeakyReluOp>;
  Value x = node.input(0);
  float alpha = node.number("alpha", isLeaky ? 0.01f : 1.0f);
  return node.result(node.make<Op>(x.getType(), x, {node.floatAttr("alpha", alpha)}));
}

static LogicalResult convertHardSigmoid(Node &node) {
  Value x = node.input(0);
  return node.result(node.make<dnn::HardSigmoidOp>(x.getType(), x,
                                                   {node.floatAttr("alpha", node.number("alpha", 0.2f)),
                                                    node.floatAttr("beta", node.number("beta", 0.5f))}));
}

static LogicalResult convertGelu(Node &node) {
  Value x = node.input(0);
  auto approximate = node.builder().getStringAttr(node.text("approximate", "none"));
  return node.result(node.make<dnn::GeluOp>(x.getType(), x, {node.attr("approximate", approximate)}));
}

/// A bound of Clip: an attribute before opset 11, an input that may be missing since.
static FailureOr<float> clipBound(Node &node, int index, StringRef name, float otherwise) {
  if (!node.has(index))
    return node.number(name, otherwise);
  FailureOr<SmallVector<float>> bound = node.constantFloats(index, name);
  if (failed(bound))
    return failure();
  if (bound->size() != 1)
    return node.error() << name << " has " << static_cast<int64_t>(bound->size()) << " elements; need 1";
  return bound->front();
}

static LogicalResult convertClip(Node &node) {
  Value x = node.input(0);
  if (!node.has(1) && !node.has(2) && !node.hasAttribute("min") && !node.hasAttribute("max"))
    return node.result(x);
  if (!Node::elementOf(x).isF32()) { // integers, and bounds as tensors
    FailureOr<Value> y = x;
    if (node.has(1))
      y = node.binary<dnn::MaxOp>(*y, node.input(1));
    if (succeeded(y) && node.has(2))
      y = node.binary<dnn::MinOp>(*y, node.input(2));
    return node.result(y);
  }
  float infinity = std::numeric_limits<float>::infinity();
  FailureOr<float> low = clipBound(node, 1, "min", -infinity);
  FailureOr<float> high = clipBound(node, 2, "max", infinity);
  if (failed(low) || failed(high))
    return failure();
  return node.result(node.clip(x, *low, *high));
}

template <typename Op> static LogicalResult convertBinary(Node &node) {
  return node.result(node.binary<Op>(node.input(0), node.input(1)));
}

static LogicalResult convertPow(Node &node) {
  Value base = node.input(0), exponent = node.input(1);
  if (Node::elementOf(exponent) != Node::elementOf(base))
    exponent = node.make<dnn::CastOp>(Node::tensor(Node::shapeOf(exponent), Node::elementOf(base)), exponent);
  return node.result(node.binary<dnn::PowOp>(base, exponent));
}

/// The slope's shape broadcasts to the input's, never the other way round.
static LogicalResult convertPRelu(Node &node) {
  Value x = node.input(0), slope = node.input(1);
  FailureOr<Ints> shape = node.broadcast(Node::shapeOf(x), Node::shapeOf(slope));
  if (failed(shape))
    return failure();
  if (ArrayRef(*shape) != Node::shapeOf(x))
    return node.error() << "slope of shape " << dnn::shapeText(Node::shapeOf(slope))
                        << " does not broadcast to " << dnn::shapeText(Node::shapeOf(x));
  return node.result(node.binary<dnn::PReluOp>(x, slope));
}

/// Any number of operands, combined two by two from the left.
template <typename Op> static FailureOr<Value> chain(Node &node) {
  FailureOr<Value> value = node.input(0);
  for (int i = 1; i < node.inputCount() && succeeded(value); ++i)
    value = node.binary<Op>(*value, node.input(i));
  return value;
}

template <typename Op> static LogicalResult convertChain(Node &node) { return node.result(chain<Op>(node)); }

static LogicalResult convertMean(Node &node) {
  FailureOr<Value> sum = chain<dnn::AddOp>(node);
  if (succeeded(sum) && node.inputCount() > 1)
    sum = node.binary<dnn::DivOp>(*sum, node.makeScalar(node.inputCount(), node.f32()));
  return node.result(sum);
}

ArrayRef<OpConverter> elementwiseConverters() {
  static const OpConverter rows[] = {
      {"", "Relu", 7, convertRelu},
      {"", "LeakyRelu", 7, convertAlpha<dnn::LeakyReluOp>},
      {"", "Elu", 7, convertAlpha<dnn::EluOp>},
      {"", "Swish", 24, convertAlpha<dnn::SwishOp>},
      {"", "Sigmoid", 7, convertUnary<dnn::SigmoidOp>},
      {"", "HardSigmoid", 7, convertHardSigmoid},
      {"", "HardSwish", 14, convertUnary<dnn::HardSwishOp>},
      {"", "Gelu", 20, convertGelu},
      {"", "Tanh", 7, convertUnary<dnn::TanhOp>},
      {"", "Softplus", 7, convertUnary<dnn::SoftplusOp>},
      {"", "Exp", 7, convertUnary<dnn::ExpOp>},
      {"", "Log", 7, convertUnary<dnn::LogOp>},
      {"", "Sqrt", 7, convertUnary<dnn::SqrtOp>},
      {"", "Abs", 7, convertUnary<dnn::AbsOp>},
      {"", "Neg", 7, convertUnary<dnn::NegOp>},
      {"", "Erf", 9, convertUnary<dnn::ErfOp>},
      {"", "Floor", 7, convertUnary<dnn::FloorOp>},
      {"", "Ceil", 7, convertUnary<dnn::CeilOp>},
      {"", "Round", 11, convertUnary<dnn::RoundOp>},
      {"", "Reciprocal", 7, convertUnary<dnn::ReciprocalOp>},
      {"", "Clip", 7, convertClip, "bounds of floats are constants"},
      {"", "Add", 7, convertBinary<dnn::AddOp>},
      {"", "Sub", 7, convertBinary<dnn::SubOp>},
      {"", "Mul", 7, convertBinary<dnn::MulOp>},
      {"", "Div", 7, convertBinary<dnn::DivOp>},
      {"", "Pow", 7, convertPow},
      {"", "PRelu", 7, convertPRelu},
      {"", "Sum", 7, convertChain<dnn::AddOp>},
      {"", "Max", 7, convertChain<dnn::MaxOp>},
      {"", "Min", 7, convertChain<dnn::MinOp>},
      {"", "Mean", 7, convertMean},
      {"", "Mish", 18, nullptr},
      {"", "Celu", 12, nullptr},
      {"", "Selu", 7, nullptr},
      {"", "Softsign", 7, nullptr},
      {"", "ThresholdedRelu", 10, nullptr},
      {"", "Shrink", 9, nullptr},
  };
  return rows;
}

} // namespace dnnc::onnximport

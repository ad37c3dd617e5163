// Products: Conv, ConvTranspose, Gemm, MatMul.
#include "lib/Import/Shared.h"
#include "lib/Import/Window.h"

namespace dnnc::onnximport {

/// The spatial part of the weights, which kernel_shape may repeat but not contradict.
static FailureOr<Ints> kernelOf(const Node &node, Value x, Value w) {
  FailureOr<int64_t> rank = spatialRank(node, x);
  if (failed(rank))
    return failure();
  if (Node::rankOf(w) != *rank + 2)
    return node.error() << "weights of shape " << dnn::shapeText(Node::shapeOf(w)) << " have "
                        << Node::rankOf(w) << " dimensions; need " << *rank + 2 << " for an input of shape "
                        << dnn::shapeText(Node::shapeOf(x));
  Ints kernel(Node::shapeOf(w).drop_front(2));
  Ints said = node.integers("kernel_shape");
  if (!said.empty() && said != kernel)
    return node.error() << "kernel_shape is " << dnn::shapeText(said) << "; the weights' is "
                        << dnn::shapeText(kernel);
  return kernel;
}

FailureOr<Value> makeConv(Node &node, Value x, Value w, Value bias) {
  FailureOr<Ints> kernel = kernelOf(node, x, w);
  if (failed(kernel))
    return failure();
  FailureOr<Window> window = readWindow(node, *kernel, Node::shapeOf(x).drop_front(2));
  if (failed(window))
    return failure();
  x = spread(node, x);
  w = spread(node, w);
  Ints shape = {Node::shapeOf(x)[0], Node::shapeOf(w)[0]};
  for (int i = 0; i < 2; ++i) {
    int64_t size = Node::shapeOf(x)[2 + i];
    shape.push_back(dnn::windowOutputSize(size, window->kernel[i], window->strides[i], window->dilations[i],
                                          window->pads[i], window->pads[2 + i]));
    if (shape.back() < 1)
      return node.error() << "kernel " << dnn::shapeText(*kernel)
                          << " does not fit into the padded input of shape "
                          << dnn::shapeText(Node::shapeOf(x));
  }
  SmallVector<Value> operands = {x, w};
  if (bias)
    operands.push_back(bias);
  Value y = node.make<dnn::ConvOp>(
      Node::tensor(shape, node.f32()), operands,
      {node.ints("strides", window->strides), node.ints("dilations", window->dilations),
       node.ints("pads", window->pads), node.intAttr("group", node.integer("group", 1))});
  return flatten(node, y, *window);
}

static LogicalResult convertConv(Node &node) {
  return node.result(makeConv(node, node.input(0), node.input(1), node.has(2) ? node.input(2) : Value()));
}

/// ONNX's activations inside a com.microsoft fused operator.
static FailureOr<Value> activate(Node &node, Value y) {
  std::string name = node.text("activation", "");
  SmallVector<float> parameters = node.numbers("activation_params");
  auto parameter = [&](size_t i, float otherwise) {
    return i < parameters.size() ? parameters[i] : otherwise;
  };
  if (name.empty())
    return y;
  if (name == "Relu")
    return node.make<dnn::ReluOp>(y.getType(), y);
  if (name == "Sigmoid")
    return node.make<dnn::SigmoidOp>(y.getType(), y);
  if (name == "Tanh")
    return node.make<dnn::TanhOp>(y.getType(), y);
  if (name == "LeakyRelu")
    return node.make<dnn::LeakyReluOp>(y.getType(), y, {node.floatAttr("alpha", parameter(0, 0.01f))});
  if (name == "HardSigmoid")
    return node.make<dnn::HardSigmoidOp>(
        y.getType(), y,
        {node.floatAttr("alpha", parameter(0, 0.2f)), node.floatAttr("beta", parameter(1, 0.5f))});
  if (name == "Clip" && parameters.size() == 2)
    return node.clip(y, parameters[0], parameters[1]);
  return node.error() << "activation is '" << name
                      << "'; need Relu, Sigmoid, Tanh, LeakyRelu, HardSigmoid or Clip with two parameters";
}

static LogicalResult convertFusedConv(Node &node) {
  if (failed(node.need({0, 1})))
    return failure();
  FailureOr<Value> y = makeConv(node, node.input(0), node.input(1), node.has(2) ? node.input(2) : Value());
  if (failed(y))
    return failure();
  if (node.has(3))
    y = node.binary<dnn::AddOp>(*y, node.input(3));
  return failed(y) ? failure() : node.result(activate(node, *y));
}

/// Pads of a transposed convolution: from output_shape or auto_pad where given (ONNX ConvTranspose, "pads").
struct TransposedPads {
  Ints pads;   // begins, then ends
  Ints output; // output_padding
};

static FailureOr<TransposedPads> transposedPads(const Node &node, ArrayRef<int64_t> input,
                                                ArrayRef<int64_t> kernel, ArrayRef<int64_t> strides,
                                                ArrayRef<int64_t> dilations) {
  int64_t rank = kernel.size();
  FailureOr<Ints> pads = spatialAttribute(node, "pads", 2 * rank, 0, 0);
  FailureOr<Ints> output = spatialAttribute(node, "output_padding", rank, 0, 0);
  if (failed(pads) || failed(output))
    return failure();
  std::string mode = node.text("auto_pad", "NOTSET");
  bool same = mode == "SAME_UPPER" || mode == "SAME_LOWER";
  if (!same && mode != "VALID" && mode != "NOTSET" && !mode.empty())
    return node.error() << "auto_pad is '" << mode << "'; need NOTSET, VALID, SAME_UPPER or SAME_LOWER";
  Ints wanted = node.integers("output_shape");
  if (static_cast<int64_t>(wanted.size()) == rank + 2) // some exporters give batch and channels too
    wanted.erase(wanted.begin(), wanted.begin() + 2);
  if (!wanted.empty() && static_cast<int64_t>(wanted.size()) != rank)
    return node.error() << "output_shape is " << dnn::shapeText(wanted) << "; need " << rank
                        << " spatial sizes";
  if (mode == "VALID" && wanted.empty())
    pads->assign(2 * rank, 0);
  if (wanted.empty() && same)
    for (int64_t i = 0; i < rank; ++i)
      wanted.push_back(input[i] * strides[i]);
  for (size_t i = 0; i < wanted.size(); ++i) {
    int64_t full =
        dnn::transposedOutputSize(input[i], kernel[i], strides[i], dilations[i], 0, 0, (*output)[i]);
    int64_t total = full - wanted[i];
    if (wanted[i] < 1)
      return node.error() << "output_shape is " << dnn::shapeText(wanted) << "; need at least 1";
    if (total < 0) { // more output than the kernel reaches: it stays empty
      (*output)[i] -= total;
      total = 0;
    }
    int64_t before = mode == "SAME_UPPER" ? total / 2 : total - total / 2;
    (*pads)[i] = before;
    (*pads)[rank + i] = total - before;
  }
  return TransposedPads{*pads, *output};
}

static LogicalResult convertConvTranspose(Node &node) {
  Value x = node.input(0), w = node.input(1);
  FailureOr<Ints> kernel = kernelOf(node, x, w);
  if (failed(kernel))
    return failure();
  int64_t rank = kernel->size();
  FailureOr<Ints> strides = spatialAttribute(node, "strides", rank, 1, 1);
  FailureOr<Ints> dilations = spatialAttribute(node, "dilations", rank, 1, 1);
  if (failed(strides) || failed(dilations))
    return failure();
  FailureOr<TransposedPads> padding =
      transposedPads(node, Node::shapeOf(x).drop_front(2), *kernel, *strides, *dilations);
  if (failed(padding))
    return failure();
  Window window;
  window.flat = rank == 1;
  window.kernel = spreadPair(*kernel, 1);
  window.strides = spreadPair(*strides, 1);
  window.dilations = spreadPair(*dilations, 1);
  window.pads = window.flat ? Ints{0, padding->pads[0], 0, padding->pads[1]} : padding->pads;
  Ints extra = spreadPair(padding->output, 0);
  x = spread(node, x);
  w = spread(node, w);
  int64_t group = node.integer("group", 1);
  Ints shape = {Node::shapeOf(x)[0], Node::shapeOf(w)[1] * group};
  for (int i = 0; i < 2; ++i) {
    shape.push_back(dnn::transposedOutputSize(Node::shapeOf(x)[2 + i], window.kernel[i], window.strides[i],
                                              window.dilations[i], window.pads[i], window.pads[2 + i],
                                              extra[i]));
    if (shape.back() < 1)
      return node.error() << "pads " << dnn::shapeText(padding->pads) << " cut the whole output away";
  }
  SmallVector<Value> operands = {x, w};
  if (node.has(2))
    operands.push_back(node.input(2));
  Value y = node.make<dnn::ConvTransposeOp>(
      Node::tensor(shape, node.f32()), operands,
      {node.ints("strides", window.strides), node.ints("dilations", window.dilations),
       node.ints("pads", window.pads), node.ints("output_padding", extra), node.intAttr("group", group)});
  return node.result(flatten(node, y, window));
}

FailureOr<Value> makeMatMul(Node &node, Value a, Value b, Value bias, bool transposeA, bool transposeB) {
  auto sizes = dnn::matMulShape(Node::shapeOf(a), Node::shapeOf(b), transposeA, transposeB);
  if (!sizes)
    return node.error() << "matrices of shape " << dnn::shapeText(Node::shapeOf(a))
                        << (transposeA ? " (transposed)" : "") << " and " << dnn::shapeText(Node::shapeOf(b))
                        << (transposeB ? " (transposed)" : "") << " cannot be multiplied";
  SmallVector<Value> operands = {a, b};
  if (bias)
    operands.push_back(bias);
  return node.make<dnn::MatMulOp>(
      Node::tensor(sizes->result, node.f32()), operands,
      {node.boolAttr("transpose_a", transposeA), node.boolAttr("transpose_b", transposeB)});
}

FailureOr<Value> makeGemm(Node &node, Value a, Value b, Value c, float alpha, float beta) {
  bool transposeA = node.integer("transA", 0) != 0, transposeB = node.integer("transB", 0) != 0;
  if (Node::rankOf(a) != 2 || Node::rankOf(b) != 2)
    return node.error() << "operands have shapes " << dnn::shapeText(Node::shapeOf(a)) << " and "
                        << dnn::shapeText(Node::shapeOf(b)) << "; need two matrices";
  int64_t columns = Node::shapeOf(b)[transposeB ? 0 : 1];
  // A row that every row of the product gets is the product's own bias; everything else is added behind it.
  auto isRow = [&](ArrayRef<int64_t> shape) {
    return !shape.empty() && shape.back() == columns &&
           (shape.size() == 1 || (shape.size() == 2 && shape[0] == 1));
  };
  Value bias;
  if (c && alpha == 1.0f && beta == 1.0f && isRow(Node::shapeOf(c)))
    bias = Node::rankOf(c) == 1 ? c : node.reshape(c, {columns});
  FailureOr<Value> y = makeMatMul(node, a, b, bias, transposeA, transposeB);
  if (failed(y) || bias)
    return y;
  if (alpha != 1.0f)
    y = node.binary<dnn::MulOp>(*y, node.makeScalar(alpha, node.f32()));
  if (!c || beta == 0.0f)
    return y;
  if (beta != 1.0f)
    c = *node.binary<dnn::MulOp>(c, node.makeScalar(beta, node.f32()));
  FailureOr<Ints> shape = node.broadcast(Node::shapeOf(*y), Node::shapeOf(c));
  if (failed(shape) || ArrayRef(*shape) != Node::shapeOf(*y))
    return node.error() << "C of shape " << dnn::shapeText(Node::shapeOf(c)) << " cannot be broadcast to "
                        << dnn::shapeText(Node::shapeOf(*y));
  return node.binary<dnn::AddOp>(*y, c);
}

static LogicalResult convertGemm(Node &node) {
  return node.result(makeGemm(node, node.input(0), node.input(1), node.has(2) ? node.input(2) : Value(),
                              node.number("alpha", 1.0f), node.number("beta", 1.0f)));
}

static LogicalResult convertMatMul(Node &node) {
  return node.result(makeMatMul(node, node.input(0), node.input(1), {}, false, false));
}

ArrayRef<OpConverter> convConverters() {
  static const OpConverter rows[] = {
      {"", "Conv", 7, convertConv, "1 or 2 spatial dimensions"},
      {"", "ConvTranspose", 7, convertConvTranspose, "1 or 2 spatial dimensions"},
      {"", "Gemm", 7, convertGemm},
      {"", "MatMul", 7, convertMatMul},
      {microsoft, "FusedConv", 1, convertFusedConv, "1 or 2 spatial dimensions"},
  };
  return rows;
}

} // namespace dnnc::onnximport

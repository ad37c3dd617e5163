#include "lib/Import/Window.h"

namespace dnnc::onnximport {

/// Of strides, pads and kernels, so that no size computed from them overflows.
constexpr int64_t mostSpatial = (int64_t(1) << 31) - 1;

FailureOr<int64_t> spatialRank(const Node &node, Value x) {
  int64_t rank = Node::rankOf(x) - 2;
  if (rank != 1 && rank != 2)
    return node.error() << "input of shape " << dnn::shapeText(Node::shapeOf(x)) << " has " << rank
                        << " spatial dimensions; need 1 or 2";
  return rank;
}

Ints spreadPair(ArrayRef<int64_t> values, int64_t first) {
  return values.size() == 1 ? Ints{first, values[0]} : Ints(values);
}

Value spread(Node &node, Value x) {
  if (Node::rankOf(x) != 3)
    return x;
  ArrayRef<int64_t> shape = Node::shapeOf(x);
  return node.reshape(x, {shape[0], shape[1], 1, shape[2]});
}

Value flatten(Node &node, Value y, const Window &window) {
  if (!window.flat)
    return y;
  ArrayRef<int64_t> shape = Node::shapeOf(y);
  return node.reshape(y, {shape[0], shape[1], shape[3]});
}

FailureOr<Ints> spatialAttribute(const Node &node, StringRef name, int64_t count, int64_t otherwise,
                                 int64_t least) {
  Ints values = node.integers(name);
  if (!node.hasAttribute(name))
    values.assign(count, otherwise);
  if (static_cast<int64_t>(values.size()) != count)
    return node.error() << name << " has " << static_cast<int64_t>(values.size()) << " values; need "
                        << count;
  for (int64_t value : values)
    if (value < least || value > mostSpatial)
      return node.error() << name << " is " << dnn::shapeText(values) << "; need values from " << least
                          << " to " << mostSpatial;
  return values;
}

FailureOr<Window> readWindow(const Node &node, ArrayRef<int64_t> kernel, ArrayRef<int64_t> input) {
  int64_t rank = kernel.size();
  FailureOr<Ints> strides = spatialAttribute(node, "strides", rank, 1, 1);
  FailureOr<Ints> dilations = spatialAttribute(node, "dilations", rank, 1, 1);
  FailureOr<Ints> pads = spatialAttribute(node, "pads", 2 * rank, 0, 0);
  if (failed(strides) || failed(dilations) || failed(pads))
    return failure();

  std::string mode = node.text("auto_pad", "NOTSET");
  if (mode == "VALID") {
    pads->assign(2 * rank, 0);
  } else if (mode == "SAME_UPPER" || mode == "SAME_LOWER") {
    for (int64_t i = 0; i < rank; ++i) {
      int64_t stride = (*strides)[i], span = (*dilations)[i] * (kernel[i] - 1) + 1;
      int64_t output = (input[i] + stride - 1) / stride;
      int64_t total = std::max<int64_t>((output - 1) * stride + span - input[i], 0);
      int64_t before = mode == "SAME_UPPER" ? total / 2 : total - total / 2;
      (*pads)[i] = before;
      (*pads)[rank + i] = total - before;
    }
  } else if (mode != "NOTSET" && !mode.empty()) {
    return node.error() << "auto_pad is '" << mode << "'; need NOTSET, VALID, SAME_UPPER or SAME_LOWER";
  }

  Window window;
  window.flat = rank == 1;
  window.kernel = spreadPair(kernel, 1);
  window.strides = spreadPair(*strides, 1);
  window.dilations = spreadPair(*dilations, 1);
  window.pads = window.flat ? Ints{0, (*pads)[0], 0, (*pads)[1]} : *pads;
  return window;
}

} // namespace dnnc::onnximport

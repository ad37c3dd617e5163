#include "lib/Import/Reductions.h"
#include "lib/Import/Window.h"

namespace dnnc::onnximport {

FailureOr<Value> makePool(Node &node, Value x, bool average) {
  FailureOr<int64_t> rank = spatialRank(node, x);
  if (failed(rank))
    return failure();
  if (!node.hasAttribute("kernel_shape"))
    return node.error() << "kernel_shape is missing";
  FailureOr<Ints> kernel = spatialAttribute(node, "kernel_shape", *rank, 1, 1);
  if (failed(kernel))
    return failure();
  FailureOr<Window> window = readWindow(node, *kernel, Node::shapeOf(x).drop_front(2));
  if (failed(window))
    return failure();
  bool ceilForm = node.integer("ceil_mode", 0) != 0;
  x = spread(node, x);
  Ints shape(Node::shapeOf(x).take_front(2));
  for (int i = 0; i < 2; ++i) {
    shape.push_back(dnn::windowOutputSize(Node::shapeOf(x)[2 + i], window->kernel[i], window->strides[i],
                                          window->dilations[i], window->pads[i], window->pads[2 + i],
                                          ceilForm));
    if (shape.back() < 1)
      return node.error() << "kernel " << dnn::shapeText(*kernel)
                          << " does not fit into the padded input of shape "
                          << dnn::shapeText(Node::shapeOf(x));
  }
  SmallVector<NamedAttribute> attributes = {
      node.ints("kernel", window->kernel), node.ints("strides", window->strides),
      node.ints("dilations", window->dilations), node.ints("pads", window->pads)};
  if (average)
    attributes.push_back(node.boolAttr("count_include_pad", node.integer("count_include_pad", 0) != 0));
  auto type = Node::tensor(shape, Node::elementOf(x));
  Value y = average ? node.make<dnn::AvgPoolOp>(type, x, attributes)
                    : node.make<dnn::MaxPoolOp>(type, x, attributes);
  return flatten(node, y, *window);
}

static LogicalResult convertMaxPool(Node &node) {
  if (node.wants(1))
    return node.error() << "the output of indices is used; need the pooled values only";
  return node.result(makePool(node, node.stored(0), /*average=*/false));
}

static LogicalResult convertAveragePool(Node &node) {
  return node.result(makePool(node, node.input(0), /*average=*/true));
}

template <dnn::ReduceKind kind> static LogicalResult convertGlobalPool(Node &node) {
  return node.result(
      makeGlobalPool(node, kind == dnn::ReduceKind::Max ? node.stored(0) : node.input(0), kind));
}

ArrayRef<OpConverter> poolConverters() {
  static const OpConverter rows[] = {
      {"", "MaxPool", 7, convertMaxPool, "1 or 2 spatial dimensions, no output of indices"},
      {"", "AveragePool", 7, convertAveragePool, "1 or 2 spatial dimensions"},
      {"", "GlobalAveragePool", 7, convertGlobalPool<dnn::ReduceKind::Mean>},
      {"", "GlobalMaxPool", 7, convertGlobalPool<dnn::ReduceKind::Max>},
  };
  return rows;
}

} // namespace dnnc::onnximport

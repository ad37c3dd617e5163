// Operators that change a tensor's shape or nothing at all, never its elements' order.
#include "lib/Import/Node.h"

namespace dnnc::onnximport {

static LogicalResult convertReshape(Node &node) {
  Value x = node.stored(0);
  FailureOr<Ints> wanted = node.constantInts(1, "the shape");
  if (failed(wanted))
    return failure();
  ArrayRef<int64_t> input = Node::shapeOf(x);
  int64_t elements = dnn::elementCount(input);
  bool zeroMeansCopy = node.integer("allowzero", 0) == 0;
  Ints shape = *wanted;
  int64_t open = -1, known = 1;
  for (auto [i, size] : llvm::enumerate(shape)) {
    if (size == 0 && zeroMeansCopy) {
      if (i >= input.size())
        return node.error() << "the shape is " << dnn::shapeText(*wanted) << ", whose 0 in place " << i
                            << " copies a dimension that the input of shape " << dnn::shapeText(input)
                            << " has not";
      size = input[i];
    }
    if (size == -1 && open < 0)
      open = i;
    else if (size < 0)
      return node.error() << "the shape is " << dnn::shapeText(*wanted)
                          << "; need sizes of at least 0 and at most one -1";
    else
      known *= size;
  }
  if (open >= 0)
    shape[open] = known != 0 && elements % known == 0 ? elements / known : 0;
  if (dnn::elementCount(shape) != elements)
    return node.error() << "the input of shape " << dnn::shapeText(input) << " has " << elements
                        << " elements, which do not fit into the shape " << dnn::shapeText(*wanted);
  return node.result(node.reshape(x, shape));
}

static LogicalResult convertFlatten(Node &node) {
  Value x = node.stored(0);
  ArrayRef<int64_t> shape = Node::shapeOf(x);
  int64_t rank = shape.size(), axis = node.integer("axis", 1);
  if (axis < -rank || axis > rank)
    return node.error() << "axis " << axis << " is outside of the tensor's " << rank << " dimensions";
  axis += axis < 0 ? rank : 0;
  return node.result(node.reshape(
      x, {dnn::elementCount(shape.take_front(axis)), dnn::elementCount(shape.drop_front(axis))}));
}

static LogicalResult convertSqueeze(Node &node) {
  Value x = node.stored(0);
  ArrayRef<int64_t> shape = Node::shapeOf(x);
  FailureOr<Ints> axes = node.intsOf(1, "axes");
  if (failed(axes))
    return failure();
  if (!node.has(1) && !node.hasAttribute("axes"))
    for (auto [dim, size] : llvm::enumerate(shape))
      if (size == 1)
        axes->push_back(dim);
  FailureOr<Ints> dims = node.axesOf(*axes, shape.size());
  if (failed(dims))
    return failure();
  Ints squeezed;
  for (auto [dim, size] : llvm::enumerate(shape)) {
    if (!llvm::is_contained(*dims, static_cast<int64_t>(dim)))
      squeezed.push_back(size);
    else if (size != 1)
      return node.error() << "axis " << dim << " of the input has size " << size << "; need 1";
  }
  return node.result(node.reshape(x, squeezed));
}

static LogicalResult convertUnsqueeze(Node &node) {
  Value x = node.stored(0);
  FailureOr<Ints> axes = node.intsOf(1, "axes");
  if (failed(axes))
    return failure();
  FailureOr<Ints> dims = node.axesOf(*axes, Node::rankOf(x) + static_cast<int64_t>(axes->size()));
  if (failed(dims))
    return failure();
  Ints shape(Node::shapeOf(x));
  for (int64_t dim : *dims) // in rising order
    shape.insert(shape.begin() + dim, 1);
  return node.result(node.reshape(x, shape));
}

static LogicalResult convertIdentity(Node &node) { return node.result(node.bound(0)); }

/// In inference nothing is dropped: the mask, where anybody wants it, is all true.
static LogicalResult convertDropout(Node &node) {
  if (node.has(2)) {
    FailureOr<Tensor> training = node.constant(2, "training_mode");
    if (failed(training))
      return failure();
    if (training->elementCount() > 0 && training->bytes()[0] != 0)
      return node.error() << "training_mode is true; need a model exported for inference";
  }
  Value x = node.bound(0);
  if (node.wants(1)) {
    auto type = Node::tensor(Node::shapeOf(x), node.builder().getI1Type());
    auto kept = mlir::DenseElementsAttr::get(type, true);
    if (failed(node.result(1, node.make<dnn::ConstantOp>(type, {}, {node.attr("value", kept)}))))
      return failure();
  }
  return node.result(x);
}

ArrayRef<OpConverter> reshapeConverters() {
  static const OpConverter rows[] = {
      {"", "Reshape", 7, convertReshape, "constant shape"},
      {"", "Flatten", 7, convertFlatten},
      {"", "Squeeze", 7, convertSqueeze, "constant axes"},
      {"", "Unsqueeze", 7, convertUnsqueeze, "constant axes"},
      {"", "Identity", 7, convertIdentity},
      {"", "Dropout", 7, convertDropout, "inference only"},
  };
  return rows;
}

} // namespace dnnc::onnximport

// Tensors known at import: constants, shapes and what is computed from them.
#include "lib/Import/Node.h"

#include <cmath>

namespace dnnc::onnximport {

/// Elements of a range, which are written out.
constexpr int64_t mostInRange = int64_t(1) << 24;

static Tensor intTensor(ArrayRef<int64_t> values, std::vector<int64_t> shape) {
  return Tensor::of<int64_t>(ElementType::I64, std::move(shape),
                             std::span<const int64_t>(values.data(), values.size()));
}

static LogicalResult convertConstant(Node &node) {
  if (const auto *value = node.find("value")) {
    FailureOr<Tensor> tensor = node.attributeTensor(*value);
    return failed(tensor) ? failure() : node.result(node.makeConstant(*tensor));
  }
  if (node.hasAttribute("value_int"))
    return node.result(node.makeConstant(intTensor({node.integer("value_int", 0)}, {})));
  if (node.hasAttribute("value_ints")) {
    Ints values = node.integers("value_ints");
    return node.result(node.makeConstant(intTensor(values, {static_cast<int64_t>(values.size())})));
  }
  if (node.hasAttribute("value_float")) {
    float value = node.number("value_float", 0);
    return node.result(node.makeConstant(Tensor::of<float>(ElementType::F32, {}, {value})));
  }
  if (node.hasAttribute("value_floats")) {
    SmallVector<float> values = node.numbers("value_floats");
    return node.result(
        node.makeConstant(Tensor::of<float>(ElementType::F32, {static_cast<int64_t>(values.size())},
                                            std::span<const float>(values.data(), values.size()))));
  }
  return node.error()
         << "has no value, or strings; need value, sparse_value, value_int, value_ints, value_float or "
            "value_floats";
}

static LogicalResult convertConstantOfShape(Node &node) {
  FailureOr<Ints> shape = node.constantInts(0, "the shape");
  if (failed(shape))
    return failure();
  if (!isPossible(*shape))
    return node.error() << "the shape is " << dnn::shapeText(*shape)
                        << "; need sizes of at least 0 and at most " << mostElements << " elements";
  Tensor element = Tensor::of<float>(ElementType::F32, {1}, {0.0f});
  if (const auto *value = node.find("value")) {
    FailureOr<Tensor> given = node.attributeTensor(*value);
    if (failed(given))
      return failure();
    if (given->elementCount() != 1)
      return node.error() << "value has " << given->elementCount() << " elements; need 1";
    element = *given;
  }
  // One stored element stands for all, so that a network whose weights are made this way stays small.
  auto type = Node::tensor(*shape, plainElement(node.builder(), element.type));
  mlir::DenseElementsAttr splat;
  if (element.type == ElementType::Bool)
    splat = mlir::DenseElementsAttr::get(type, element.as<uint8_t>()[0] != 0);
  else
    splat = mlir::DenseElementsAttr::getFromRawBuffer(
        type, ArrayRef(reinterpret_cast<const char *>(element.bytes().data()), element.bytes().size()));
  return node.result(node.make<dnn::ConstantOp>(type, {}, {node.attr("value", splat)}));
}

static LogicalResult convertShape(Node &node) {
  ArrayRef<int64_t> shape = Node::shapeOf(node.input(0));
  auto clamp = [&](int64_t position) {
    int64_t rank = shape.size();
    return std::clamp<int64_t>(position < 0 ? position + rank : position, 0, rank);
  };
  int64_t start = clamp(node.integer("start", 0)), end = clamp(node.integer("end", shape.size()));
  ArrayRef<int64_t> part = start < end ? shape.slice(start, end - start) : ArrayRef<int64_t>();
  return node.result(node.makeConstant(intTensor(part, {static_cast<int64_t>(part.size())})));
}

static LogicalResult convertSize(Node &node) {
  return node.result(node.makeConstant(intTensor({dnn::elementCount(Node::shapeOf(node.input(0)))}, {})));
}

template <typename T>
static FailureOr<Tensor> range(Node &node, const Tensor &start, const Tensor &limit, const Tensor &delta) {
  T first = start.as<T>()[0], last = limit.as<T>()[0], step = delta.as<T>()[0];
  double count =
      std::ceil((static_cast<double>(last) - static_cast<double>(first)) / static_cast<double>(step));
  if (step == 0 || !(count <= static_cast<double>(mostInRange)))
    return node.error() << "goes from " << static_cast<double>(first) << " to " << static_cast<double>(last)
                        << " in steps of " << static_cast<double>(step) << "; need at most " << mostInRange
                        << " elements";
  int64_t size = count > 0 ? static_cast<int64_t>(count) : 0;
  Tensor tensor(start.type, {size});
  auto values = tensor.mutableAs<T>();
  for (int64_t i = 0; i < size; ++i)
    values[i] = static_cast<T>(first + static_cast<T>(i) * step);
  return tensor;
}

static LogicalResult convertRange(Node &node) {
  FailureOr<Tensor> start = node.constant(0, "start"), limit = node.constant(1, "limit"),
                    delta = node.constant(2, "delta");
  if (failed(start) || failed(limit) || failed(delta))
    return failure();
  if (start->elementCount() != 1 || limit->elementCount() != 1 || delta->elementCount() != 1 ||
      start->type != limit->type || start->type != delta->type)
    return node.error() << "start, limit and delta differ in type or are not scalars";
  FailureOr<Tensor> tensor = failure();
  switch (start->type) {
  case ElementType::F32:
    tensor = range<float>(node, *start, *limit, *delta);
    break;
  case ElementType::I32:
    tensor = range<int32_t>(node, *start, *limit, *delta);
    break;
  case ElementType::I64:
    tensor = range<int64_t>(node, *start, *limit, *delta);
    break;
  default:
    return node.error() << "has " << name(start->type) << " elements; need float, int32 or int64";
  }
  return failed(tensor) ? failure() : node.result(node.makeConstant(*tensor));
}

ArrayRef<OpConverter> constantConverters() {
  static const OpConverter rows[] = {
      {"", "Constant", 7, convertConstant, "numbers"},
      {"", "ConstantOfShape", 9, convertConstantOfShape, "constant shape"},
      {"", "Shape", 7, convertShape},
      {"", "Size", 7, convertSize},
      {"", "Range", 11, convertRange, "constant bounds"},
  };
  return rows;
}

} // namespace dnnc::onnximport

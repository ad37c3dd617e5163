// Comparisons, boolean operators, selection and conversion: mostly of shape arithmetic, which folds away.
#include "lib/Import/Shared.h"

namespace dnnc::onnximport {

template <typename Op> static FailureOr<Value> compare(Node &node, int a, int b) {
  return node.binary<Op>(node.input(a), node.input(b), node.builder().getI1Type());
}

static LogicalResult convertEqual(Node &node) { return node.result(compare<dnn::EqualOp>(node, 0, 1)); }
static LogicalResult convertLess(Node &node) { return node.result(compare<dnn::LessOp>(node, 0, 1)); }
static LogicalResult convertGreater(Node &node) { return node.result(compare<dnn::LessOp>(node, 1, 0)); }

FailureOr<Value> makeSelect(Node &node, Value condition, Value a, Value b) {
  FailureOr<Ints> shape = node.broadcast(Node::shapeOf(a), Node::shapeOf(b));
  if (failed(shape))
    return failure();
  shape = node.broadcast(*shape, Node::shapeOf(condition));
  if (failed(shape))
    return failure();
  return node.make<dnn::WhereOp>(Node::tensor(*shape, Node::elementOf(a)), {condition, a, b});
}

static Value boolean(Node &node, bool value) {
  return node.makeScalar(value ? 1 : 0, node.builder().getI1Type());
}

static FailureOr<Value> both(Node &node, Value a, Value b) {
  return makeSelect(node, a, b, boolean(node, false));
}
static FailureOr<Value> either(Node &node, Value a, Value b) {
  return makeSelect(node, a, boolean(node, true), b);
}

static LogicalResult convertAnd(Node &node) { return node.result(both(node, node.input(0), node.input(1))); }
static LogicalResult convertOr(Node &node) { return node.result(either(node, node.input(0), node.input(1))); }
static LogicalResult convertNot(Node &node) {
  return node.result(makeSelect(node, node.input(0), boolean(node, false), boolean(node, true)));
}

/// Not the opposite comparison, which differs where an operand is not a number.
template <bool less> static LogicalResult convertOrEqual(Node &node) {
  FailureOr<Value> strict = compare<dnn::LessOp>(node, less ? 0 : 1, less ? 1 : 0);
  FailureOr<Value> equal = compare<dnn::EqualOp>(node, 0, 1);
  if (failed(strict) || failed(equal))
    return failure();
  return node.result(either(node, *strict, *equal));
}

static LogicalResult convertWhere(Node &node) {
  return node.result(makeSelect(node, node.input(0), node.input(1), node.input(2)));
}

static LogicalResult cast(Node &node, Type element) {
  Value x = node.input(0);
  if (Node::elementOf(x) == element)
    return node.result(x);
  return node.result(node.make<dnn::CastOp>(Node::tensor(Node::shapeOf(x), element), x));
}

static LogicalResult convertCast(Node &node) {
  int64_t to = node.integer("to", 0);
  std::optional<ElementType> type = elementTypeOf(static_cast<int32_t>(to));
  if (!type)
    return node.error() << "converts to " << onnxTypeName(static_cast<int32_t>(to))
                        << "; need float, int8, uint8, int16, int32, int64 or bool";
  return cast(node, plainElement(node.builder(), *type));
}

static LogicalResult convertCastLike(Node &node) { return cast(node, Node::elementOf(node.input(1))); }

ArrayRef<OpConverter> logicConverters() {
  static const OpConverter rows[] = {
      {"", "Equal", 7, convertEqual},
      {"", "Less", 7, convertLess},
      {"", "Greater", 7, convertGreater},
      {"", "LessOrEqual", 12, convertOrEqual<true>},
      {"", "GreaterOrEqual", 12, convertOrEqual<false>},
      {"", "And", 7, convertAnd},
      {"", "Or", 7, convertOr},
      {"", "Not", 7, convertNot},
      {"", "Where", 9, convertWhere},
      {"", "Cast", 7, convertCast, "between float, int8, uint8, int32, int64 and bool"},
      {"", "CastLike", 15, convertCastLike, "between float, int8, uint8, int32, int64 and bool"},
  };
  return rows;
}

} // namespace dnnc::onnximport

#include "lib/Import/Node.h"

#include "lib/Reference/Reference.h"

#include <llvm/ADT/SmallPtrSet.h>
#include <onnx/defs/schema.h>

namespace dnnc::onnximport {

using namespace mlir;

Type plainElement(Builder &builder, ElementType type) {
  switch (type) {
  case ElementType::I8:
    return builder.getI8Type();
  case ElementType::U8:
    return builder.getIntegerType(8, /*isSigned=*/false);
  case ElementType::I16:
    return builder.getI16Type();
  case ElementType::I32:
    return builder.getI32Type();
  case ElementType::I64:
    return builder.getI64Type();
  case ElementType::Bool:
    return builder.getI1Type();
  default:
    return builder.getF32Type();
  }
}

InFlightDiagnostic Node::error() const {
  InFlightDiagnostic diagnostic = graph.getProblems().at(location);
  diagnostic << proto.op_type() << ": ";
  return diagnostic;
}

LogicalResult Node::need(std::initializer_list<int> inputs) const {
  for (int index : inputs)
    if (!has(index))
      return error() << "input " << index << " is missing";
  return success();
}

LogicalResult Node::checkInputs() const {
  const onnx::OpSchema *schema =
      onnx::OpSchemaRegistry::Schema(proto.op_type(), static_cast<int>(versionOfOpset), proto.domain());
  if (!schema || schema->inputs().empty())
    return success();
  for (int i = 0; i < inputCount(); ++i) {
    size_t formal = std::min<size_t>(i, schema->inputs().size() - 1);
    if (schema->inputs()[formal].GetOption() != onnx::OpSchema::Optional && !has(i))
      return error() << "input " << i << " is missing";
  }
  return success();
}

Value Node::input(int index) { return plain(bound(index)); }

Value Node::stored(int index) {
  Value value = bound(index);
  return dnn::isPerAxis(value.getType()) ? plain(value) : value;
}

const onnx::AttributeProto *Node::find(StringRef name) const {
  for (const auto &attribute : proto.attribute())
    if (attribute.name() == name)
      return &attribute;
  return nullptr;
}

int64_t Node::integer(StringRef name, int64_t otherwise) const {
  const onnx::AttributeProto *attribute = find(name);
  return attribute ? attribute->i() : otherwise;
}

float Node::number(StringRef name, float otherwise) const {
  const onnx::AttributeProto *attribute = find(name);
  return attribute ? attribute->f() : otherwise;
}

std::string Node::text(StringRef name, StringRef otherwise) const {
  const onnx::AttributeProto *attribute = find(name);
  return attribute ? attribute->s() : otherwise.str();
}

Ints Node::integers(StringRef name) const {
  const onnx::AttributeProto *attribute = find(name);
  return attribute ? Ints(attribute->ints().begin(), attribute->ints().end()) : Ints();
}

SmallVector<float> Node::numbers(StringRef name) const {
  const onnx::AttributeProto *attribute = find(name);
  return attribute ? SmallVector<float>(attribute->floats().begin(), attribute->floats().end())
                   : SmallVector<float>();
}

/// Shapes, axes and scales are small; what folds to one should be, too.
constexpr int64_t mostFolded = int64_t(1) << 24;

/// Whether a value depends on no tensor that is too large to be computed at import.
static bool isSmall(Value root) {
  llvm::SmallPtrSet<Operation *, 16> seen;
  SmallVector<Value> rest = {root};
  while (!rest.empty()) {
    Value value = rest.pop_back_val();
    if (dnn::elementCount(Node::shapeOf(value)) > mostFolded)
      return false;
    Operation *op = value.getDefiningOp();
    if (op && seen.insert(op).second)
      llvm::append_range(rest, op->getOperands());
  }
  return true;
}

FailureOr<Tensor> Node::constant(int index, StringRef what) {
  Value value = bound(index);
  if (!isSmall(value))
    return error() << what << " (tensor '" << proto.input(index) << "') depends on a tensor of more than "
                   << mostFolded << " elements; need one that depends on constants and shapes only";
  FailureOr<Tensor> tensor = reference::constantOf(value);
  if (failed(tensor))
    return error()
           << what << " (tensor '" << proto.input(index)
           << "') depends on an input of the network; need one that depends on constants and shapes only";
  return tensor;
}

/// The elements of an integer tensor.
static Ints integersOf(const Tensor &tensor) {
  if (tensor.type == ElementType::I64) {
    auto values = tensor.as<int64_t>();
    return Ints(values.begin(), values.end());
  }
  auto values = tensor.as<int32_t>();
  return Ints(values.begin(), values.end());
}

FailureOr<Ints> Node::constantInts(int index, StringRef what) {
  FailureOr<Tensor> tensor = constant(index, what);
  if (failed(tensor))
    return failure();
  if ((tensor->type != ElementType::I64 && tensor->type != ElementType::I32) || tensor->rank() > 1)
    return error() << what << " has " << name(tensor->type) << " elements and rank " << tensor->rank()
                   << "; need a vector of int64 or int32";
  return integersOf(*tensor);
}

FailureOr<SmallVector<float>> Node::constantFloats(int index, StringRef what) {
  FailureOr<Tensor> tensor = constant(index, what);
  if (failed(tensor))
    return failure();
  if (tensor->type != ElementType::F32 || tensor->rank() > 1)
    return error() << what << " has " << name(tensor->type) << " elements and rank " << tensor->rank()
                   << "; need a number or vector of float";
  auto values = tensor->as<float>();
  return SmallVector<float>(values.begin(), values.end());
}

FailureOr<Ints> Node::intsOf(int index, StringRef attribute, Ints otherwise) {
  if (has(index))
    return constantInts(index, attribute);
  return hasAttribute(attribute) ? integers(attribute) : otherwise;
}

FailureOr<Tensor> Node::attributeTensor(const onnx::AttributeProto &attribute) {
  std::string why;
  FailureOr<Tensor> tensor = graph.getModel().values(attribute.t(), why);
  if (failed(tensor))
    return error() << "attribute '" << attribute.name() << "' " << why;
  return tensor;
}

FailureOr<int64_t> Node::axisOf(int64_t axis, int64_t rank) const {
  if (axis < -rank || axis >= rank)
    return error() << "axis " << axis << " is outside of the tensor's " << rank << " dimensions";
  return axis < 0 ? axis + rank : axis;
}

FailureOr<Ints> Node::axesOf(ArrayRef<int64_t> axes, int64_t rank) const {
  Ints sorted;
  for (int64_t axis : axes) {
    FailureOr<int64_t> positive = axisOf(axis, rank);
    if (failed(positive))
      return failure();
    sorted.push_back(*positive);
  }
  llvm::sort(sorted);
  if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end())
    return error() << "axes " << dnn::shapeText(axes) << " name a dimension twice";
  return sorted;
}

Type Node::possible(Type type) {
  auto ranked = cast<RankedTensorType>(type);
  if (isPossible(ranked.getShape()))
    return type;
  if (!tooLarge)
    error() << "makes a tensor of shape " << dnn::shapeText(ranked.getShape())
            << "; need sizes of at least 0 and at most " << mostElements << " elements";
  tooLarge = true;
  return RankedTensorType::get(Ints(ranked.getRank(), 1), ranked.getElementType());
}

Value Node::finish(StringRef name, Type type, ValueRange operands, ArrayRef<NamedAttribute> attributes) {
  OperationState state(location, name, operands, possible(type), attributes);
  return adopt(builder().create(state));
}

Value Node::adopt(Operation *op) {
  ops.push_back(op);
  return op->getResult(0);
}

Value Node::makeConstant(const Tensor &content, Type type) {
  if (!type)
    type = tensor(content.shape, plainElement(builder(), content.type));
  return adopt(reference::makeConstant(builder(), location, content, type));
}

Value Node::makeScalar(double value, Type element) {
  auto type = tensor({}, element);
  DenseElementsAttr content =
      element.isF32() ? DenseElementsAttr::get(type, static_cast<float>(value))
                      : DenseElementsAttr::get(type, APInt(element.getIntOrFloatBitWidth(),
                                                           static_cast<uint64_t>(static_cast<int64_t>(value)),
                                                           /*isSigned=*/false, /*implicitTrunc=*/true));
  return make<dnn::ConstantOp>(type, {}, {attr("value", content)});
}

Value Node::reshape(Value value, ArrayRef<int64_t> shape) {
  return make<dnn::ReshapeOp>(tensor(shape, elementOf(value)), value);
}

Value Node::transpose(Value value, ArrayRef<int64_t> perm) {
  Ints shape;
  for (int64_t dim : perm)
    shape.push_back(shapeOf(value)[dim]);
  return make<dnn::TransposeOp>(tensor(shape, elementOf(value)), value, {ints("perm", perm)});
}

Value Node::dequantize(Value value) { return make<dnn::DequantizeOp>(tensor(shapeOf(value), f32()), value); }

Value Node::quantize(Value value, quant::QuantizedType type) {
  return make<dnn::QuantizeOp>(tensor(shapeOf(value), type), value);
}

StringRef Node::elementName(Type type) {
  auto storage = reference::storageOf(type);
  return storage ? StringRef(name(*storage)) : StringRef("unknown");
}

Value Node::plain(Value value) {
  if (!value || !dnn::isQuantized(value.getType()))
    return value;
  return make<dnn::StorageCastOp>(tensor(shapeOf(value), dnn::storageType(value.getType())), value);
}

Value Node::asQuantized(Value value, quant::QuantizedType type) {
  if (elementOf(value) == type)
    return value;
  auto result = tensor(shapeOf(value), type);
  if (auto constant = value.getDefiningOp<dnn::ConstantOp>()) {
    Value typed = make<dnn::ConstantOp>(result, {}, {attr("value", constant.getValue())});
    dnn::setTensorNames(typed.getDefiningOp(), dnn::tensorNames(constant));
    typed.getDefiningOp()->setLoc(constant->getLoc());
    return typed;
  }
  return make<dnn::StorageCastOp>(result, plain(value));
}

FailureOr<Ints> Node::broadcast(ArrayRef<int64_t> a, ArrayRef<int64_t> b) const {
  auto shape = dnn::broadcastShape(a, b);
  if (!shape)
    return error() << "shapes " << dnn::shapeText(a) << " and " << dnn::shapeText(b)
                   << " cannot be broadcast to each other";
  return Ints(*shape);
}

Value Node::clip(Value value, float low, float high) {
  return make<dnn::ClipOp>(value.getType(), value, {floatAttr("min", low), floatAttr("max", high)});
}

LogicalResult Node::result(int output, Value value) {
  if (!wants(output))
    return success();
  if (tooLarge)
    return failure();
  StringRef name = proto.output(output);
  if (const Ints *expected = graph.inferredShape(name); expected && ArrayRef(*expected) != shapeOf(value))
    return error() << "output '" << name << "' has shape " << dnn::shapeText(shapeOf(value))
                   << "; the model says " << dnn::shapeText(*expected);
  Operation *op = value.getDefiningOp();
  if (op && llvm::is_contained(ops, op) && dnn::tensorNames(op).empty() &&
      graph.getModel().tensors.contains(name))
    dnn::setTensorNames(op, name);
  graph.bind(name, value);
  return success();
}

} // namespace dnnc::onnximport

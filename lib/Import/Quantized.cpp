// QuantizeLinear and DequantizeLinear, and the operators on quantized tensors. Each of those means
// dequantize, operate, quantize (hardware.md, Numerics), and is imported so: one path follows for both forms
// of a quantized model.
#include "lib/Import/Reductions.h"
#include "lib/Import/Shared.h"
#include "lib/Import/Window.h"

#include <cmath>

namespace dnnc::onnximport {

using mlir::quant::QuantizedType;

/// Scales are positive normal numbers: what a quantized type can hold, and what division by them can bear.
static LogicalResult checkScales(const Node &node, StringRef what, const Tensor &scales) {
  if (scales.type != ElementType::F32)
    return node.error() << what << " has " << name(scales.type) << " elements; need float";
  for (float scale : scales.as<float>())
    if (!std::isnormal(scale) || scale < 0)
      return node.error() << what << " is " << scale << "; need a positive normal number";
  return success();
}

/// Zero points as integers, of the storage they quantize.
static FailureOr<Ints> zeroPoints(const Node &node, StringRef what, const Tensor &points, Type storage) {
  Ints values;
  ElementType needed = storage.isUnsignedInteger() ? ElementType::U8
                       : storage.isInteger(8)      ? ElementType::I8
                       : storage.isInteger(16)     ? ElementType::I16
                                                   : ElementType::I32;
  if (points.type != needed)
    return node.error() << what << " has " << name(points.type) << " elements; need " << name(needed)
                        << ", as the tensor";
  if (needed == ElementType::U8)
    llvm::append_range(values, points.as<uint8_t>());
  else if (needed == ElementType::I8)
    llvm::append_range(values, points.as<int8_t>());
  else if (needed == ElementType::I16)
    llvm::append_range(values, points.as<int16_t>());
  else
    llvm::append_range(values, points.as<int32_t>());
  return values;
}

/// What of a tensor's quantization a node says.
struct Parameters {
  int scale;                   // input that holds the scale
  int zeroPoint;               // input that may hold the zero point
  Type storage;                // i8, ui8, i16 or i32
  ArrayRef<int64_t> shape;     // of the tensor
  std::optional<int64_t> axis; // of several scales
};

/// The quantized element type that a node's scale and zero point give to a tensor.
static FailureOr<QuantizedType> quantizedType(Node &node, const Parameters &from) {
  FailureOr<Tensor> scales = node.constant(from.scale, "the scale");
  if (failed(scales) || failed(checkScales(node, "the scale", *scales)))
    return failure();
  if (scales->rank() > 1)
    return node.error() << "the scale has shape " << dnn::shapeText(scales->shape)
                        << "; need one for the tensor or one per channel (blocks are not supported)";
  int64_t count = scales->elementCount();
  Ints points(count, 0);
  if (node.has(from.zeroPoint)) {
    FailureOr<Tensor> tensor = node.constant(from.zeroPoint, "the zero point");
    if (failed(tensor))
      return failure();
    FailureOr<Ints> values = zeroPoints(node, "the zero point", *tensor, from.storage);
    if (failed(values))
      return failure();
    if (values->size() == 1)
      values->assign(count, values->front());
    if (static_cast<int64_t>(values->size()) != count)
      return node.error() << "has " << count << " scales and " << static_cast<int64_t>(values->size())
                          << " zero points; need as many of each";
    points = *values;
  }
  std::optional<int64_t> axis;
  if (count != 1) {
    if (!from.axis)
      return node.error() << "has " << count << " scales for a tensor that needs one";
    if (from.shape[*from.axis] != count)
      return node.error() << "has " << count << " scales for dimension " << *from.axis << " of size "
                          << from.shape[*from.axis] << " (shape " << dnn::shapeText(from.shape) << ")";
    axis = from.axis;
  }
  auto values = scales->as<float>();
  return dnn::quantizedType(from.storage, ArrayRef(values.data(), values.size()), points, axis);
}

static bool isStorage(Type element) {
  return element.isSignlessInteger(8) || element.isUnsignedInteger(8) || element.isSignlessInteger(16) ||
         element.isSignlessInteger(32);
}

/// A dequantized input whose scale and zero point follow it, as in every operator here but QLinearConcat.
static FailureOr<Value> dequantized(Node &node, int index, int scale, int zeroPoint,
                                    std::optional<int64_t> axis = {}) {
  Value value = node.bound(index);
  Type storage = dnn::storageType(value.getType());
  if (!isStorage(storage))
    return node.error() << "input " << index << " has " << Node::elementName(value.getType())
                        << " elements; need int8, uint8, int16 or int32";
  FailureOr<QuantizedType> type =
      quantizedType(node, {scale, zeroPoint, storage, Node::shapeOf(value), axis});
  if (failed(type))
    return failure();
  return node.dequantize(node.asQuantized(value, *type));
}

/// The axis of several scales: an attribute counted from either end, which matters only to tensors that have
/// one.
static std::optional<int64_t> axisAttribute(const Node &node, Value x) {
  int64_t rank = Node::rankOf(x), axis = node.integer("axis", 1);
  axis += axis < 0 ? rank : 0;
  return axis >= 0 && axis < rank ? std::optional(axis) : std::nullopt;
}

static LogicalResult convertDequantizeLinear(Node &node) {
  if (failed(node.need({0, 1})))
    return failure();
  if (node.integer("block_size", 0) != 0)
    return node.error() << "block_size is " << node.integer("block_size", 0)
                        << "; need scales per tensor or per channel";
  return node.result(dequantized(node, 0, 1, 2, axisAttribute(node, node.bound(0))));
}

/// The storage of what a node quantizes: its zero point's type, else the attribute's, else uint8.
static FailureOr<Type> outputStorage(Node &node, int zeroPoint) {
  if (node.has(zeroPoint)) {
    Type type = Node::elementOf(node.input(zeroPoint));
    if (!isStorage(type) || type.isInteger(32))
      return node.error() << "quantizes to " << Node::elementName(type) << "; need int8, uint8 or int16";
    return type;
  }
  int64_t attribute = node.integer("output_dtype", 0);
  if (attribute == 0 || attribute == onnx::TensorProto::UINT8)
    return Type(node.builder().getIntegerType(8, /*isSigned=*/false));
  if (attribute == onnx::TensorProto::INT8)
    return Type(node.builder().getI8Type());
  if (attribute == onnx::TensorProto::INT16)
    return Type(node.builder().getI16Type());
  return node.error() << "quantizes to " << onnxTypeName(static_cast<int32_t>(attribute))
                      << "; need int8, uint8 or int16";
}

/// Quantizes a float value with a scale and zero point among the inputs, and binds it as the node's output.
static LogicalResult quantizedResult(Node &node, FailureOr<Value> value, int scale, int zeroPoint,
                                     std::optional<int64_t> axis = {}) {
  if (failed(value))
    return failure();
  FailureOr<Type> storage = outputStorage(node, zeroPoint);
  if (failed(storage))
    return failure();
  FailureOr<QuantizedType> type =
      quantizedType(node, {scale, zeroPoint, *storage, Node::shapeOf(*value), axis});
  if (failed(type))
    return failure();
  return node.result(node.quantize(*value, *type));
}

static LogicalResult convertQuantizeLinear(Node &node) {
  if (failed(node.need({0, 1})))
    return failure();
  if (node.integer("block_size", 0) != 0)
    return node.error() << "block_size is " << node.integer("block_size", 0)
                        << "; need scales per tensor or per channel";
  Value x = node.input(0);
  if (!Node::elementOf(x).isF32())
    x = node.make<dnn::CastOp>(Node::tensor(Node::shapeOf(x), node.f32()), x);
  return quantizedResult(node, x, 1, 2, axisAttribute(node, x));
}

/// An int32 bias whose scale is the product of the factors', per channel where the weights' are.
static FailureOr<Value> quantizedBias(Node &node, int index, Value x, Value w) {
  if (!node.has(index))
    return Value();
  Value bias = node.input(index);
  if (!Node::elementOf(bias).isInteger(32) || Node::rankOf(bias) != 1)
    return node.error() << "the bias has " << Node::elementName(bias.getType()) << " elements and rank "
                        << Node::rankOf(bias) << "; need a vector of int32";
  Type xType = x.getDefiningOp<dnn::DequantizeOp>().getX().getType(),
       wType = w.getDefiningOp<dnn::DequantizeOp>().getX().getType();
  SmallVector<float> scales = dnn::scalesOf(wType);
  for (float &scale : scales)
    scale *= dnn::scalesOf(xType)[0];
  Ints points(scales.size(), 0);
  std::optional<int64_t> axis;
  if (scales.size() != 1) {
    if (Node::shapeOf(bias)[0] != static_cast<int64_t>(scales.size()))
      return node.error() << "the bias has " << Node::shapeOf(bias)[0] << " elements; need "
                          << static_cast<int64_t>(scales.size());
    axis = 0;
  }
  for (float scale : scales)
    if (!std::isnormal(scale))
      return node.error() << "the product of the factors' scales is " << scale << "; need a normal number";
  return node.dequantize(
      node.asQuantized(bias, dnn::quantizedType(node.builder().getI32Type(), scales, points, axis)));
}

static LogicalResult convertQLinearConv(Node &node) {
  FailureOr<Value> x = dequantized(node, 0, 1, 2), w = dequantized(node, 3, 4, 5, 0);
  if (failed(x) || failed(w))
    return failure();
  FailureOr<Value> bias = quantizedBias(node, 8, *x, *w);
  return failed(bias) ? failure() : quantizedResult(node, makeConv(node, *x, *w, *bias), 6, 7);
}

static LogicalResult convertQLinearMatMul(Node &node) {
  int64_t columns = Node::rankOf(node.input(3)) - 1; // the axis of one scale per output column
  FailureOr<Value> a = dequantized(node, 0, 1, 2), b = dequantized(node, 3, 4, 5, columns);
  if (failed(a) || failed(b))
    return failure();
  return quantizedResult(node, makeMatMul(node, *a, *b, {}, false, false), 6, 7);
}

static LogicalResult convertQGemm(Node &node) {
  if (failed(node.need({0, 1, 2, 3, 4, 5})))
    return failure();
  bool transposed = node.integer("transB", 0) != 0;
  FailureOr<Value> a = dequantized(node, 0, 1, 2), b = dequantized(node, 3, 4, 5, transposed ? 0 : 1);
  if (failed(a) || failed(b))
    return failure();
  FailureOr<Value> c = quantizedBias(node, 6, *a, *b);
  if (failed(c))
    return failure();
  // The bias counts in units of alpha · s_a · s_b, so alpha stands before the whole sum.
  float alpha = node.number("alpha", 1.0f);
  FailureOr<Value> y = makeGemm(node, *a, *b, *c, 1.0f, 1.0f);
  if (succeeded(y) && alpha != 1.0f)
    y = node.binary<dnn::MulOp>(*y, node.makeScalar(alpha, node.f32()));
  return node.has(7) ? quantizedResult(node, y, 7, 8) : node.result(y);
}

template <typename Op> static LogicalResult convertQLinearBinary(Node &node) {
  if (failed(node.need({0, 1, 3, 4, 6})))
    return failure();
  FailureOr<Value> a = dequantized(node, 0, 1, 2), b = dequantized(node, 3, 4, 5);
  if (failed(a) || failed(b))
    return failure();
  return quantizedResult(node, node.binary<Op>(*a, *b), 6, 7);
}

/// An operator of one quantized tensor: x, its scale and zero point, the result's scale and zero point.
static LogicalResult convertQLinearUnary(Node &node, llvm::function_ref<FailureOr<Value>(Value)> operate) {
  if (failed(node.need({0, 1, 3})))
    return failure();
  if (node.integer("channels_last", 0) != 0)
    return node.error() << "channels_last is 1; need 0";
  FailureOr<Value> x = dequantized(node, 0, 1, 2);
  return failed(x) ? failure() : quantizedResult(node, operate(*x), 3, 4);
}

static LogicalResult convertQLinearSigmoid(Node &node) {
  return convertQLinearUnary(node, [&](Value x) { return node.make<dnn::SigmoidOp>(x.getType(), x); });
}

static LogicalResult convertQLinearLeakyRelu(Node &node) {
  return convertQLinearUnary(node, [&](Value x) {
    return node.make<dnn::LeakyReluOp>(x.getType(), x,
                                       {node.floatAttr("alpha", node.number("alpha", 0.01f))});
  });
}

static LogicalResult convertQLinearGlobalAveragePool(Node &node) {
  return convertQLinearUnary(node, [&](Value x) { return makeGlobalPool(node, x, dnn::ReduceKind::Mean); });
}

static LogicalResult convertQLinearAveragePool(Node &node) {
  return convertQLinearUnary(node, [&](Value x) { return makePool(node, x, /*average=*/true); });
}

static LogicalResult convertQLinearSoftmax(Node &node) {
  return convertQLinearUnary(node, [&](Value x) -> FailureOr<Value> {
    FailureOr<int64_t> axis = node.axisOf(node.integer("axis", -1), Node::rankOf(x));
    if (failed(axis))
      return failure();
    // The attribute `opset` says whose Softmax it is; before 13 that joins the dimensions behind the axis.
    ArrayRef<int64_t> shape = Node::shapeOf(x);
    if (node.integer("opset", 13) >= 13 || *axis == Node::rankOf(x) - 1)
      return node.make<dnn::SoftmaxOp>(x.getType(), x, {node.intAttr("axis", *axis)});
    Value rows = node.reshape(
        x, {dnn::elementCount(shape.take_front(*axis)), dnn::elementCount(shape.drop_front(*axis))});
    return node.reshape(node.make<dnn::SoftmaxOp>(rows.getType(), rows, {node.intAttr("axis", 1)}), shape);
  });
}

static LogicalResult convertQLinearWhere(Node &node) {
  if (failed(node.need({0, 1, 2, 4, 5, 7})))
    return failure();
  FailureOr<Value> a = dequantized(node, 1, 2, 3), b = dequantized(node, 4, 5, 6);
  if (failed(a) || failed(b))
    return failure();
  return quantizedResult(node, makeSelect(node, node.input(0), *a, *b), 7, 8);
}

/// The result's scale and zero point, then three inputs per part.
static LogicalResult convertQLinearConcat(Node &node) {
  if (failed(node.need({0, 2, 3})))
    return failure();
  if (node.inputCount() % 3 != 2)
    return node.error() << "has " << node.inputCount() << " inputs; need 2 and 3 for every part";
  SmallVector<Value> parts;
  for (int i = 2; i < node.inputCount(); i += 3) {
    FailureOr<Value> part =
        failed(node.need({i, i + 1})) ? FailureOr<Value>(failure()) : dequantized(node, i, i + 1, i + 2);
    if (failed(part))
      return failure();
    parts.push_back(*part);
  }
  FailureOr<int64_t> axis = node.axisOf(node.integer("axis", 0), Node::rankOf(parts.front()));
  if (failed(axis))
    return failure();
  return quantizedResult(node, makeConcat(node, parts, *axis), 0, 1);
}

ArrayRef<OpConverter> quantizedConverters() {
  static constexpr StringRef types = "int8 and uint8, constant scales and zero points";
  static const OpConverter rows[] = {
      {"", "QuantizeLinear", 10, convertQuantizeLinear,
       "int8, uint8 and int16, constant scales and zero points, no blocks"},
      {"", "DequantizeLinear", 10, convertDequantizeLinear,
       "int8, uint8, int16 and int32, constant scales and zero points, no blocks"},
      {"", "QLinearConv", 10, convertQLinearConv, types},
      {"", "QLinearMatMul", 10, convertQLinearMatMul, types},
      {microsoft, "QuantizeLinear", 1, convertQuantizeLinear, "int8, uint8 and int16, constant scales and zero points"},
      {microsoft, "DequantizeLinear", 1, convertDequantizeLinear,
       "int8, uint8, int16 and int32, constant scales and zero points"},
      {microsoft, "QGemm", 1, convertQGemm, types},
      {microsoft, "QLinearAdd", 1, convertQLinearBinary<dnn::AddOp>, types},
      {microsoft, "QLinearMul", 1, convertQLinearBinary<dnn::MulOp>, types},
      {microsoft, "QLinearSigmoid", 1, convertQLinearSigmoid, types},
      {microsoft, "QLinearLeakyRelu", 1, convertQLinearLeakyRelu, types},
      {microsoft, "QLinearGlobalAveragePool", 1, convertQLinearGlobalAveragePool, types},
      {microsoft, "QLinearAveragePool", 1, convertQLinearAveragePool, types},
      {microsoft, "QLinearSoftmax", 1, convertQLinearSoftmax, types},
      {microsoft, "QLinearWhere", 1, convertQLinearWhere, types},
      {microsoft, "QLinearConcat", 1, convertQLinearConcat, types},
  };
  return rows;
}

} // namespace dnnc::onnximport

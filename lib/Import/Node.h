// A node while it is translated: its inputs as values, its attributes, the ops made for it, its results.
#pragma once

#include "dialects/Dnn/DnnDialect.h"
#include "dialects/Dnn/Names.h"
#include "dialects/Dnn/Shapes.h"
#include "dialects/Dnn/Types.h"
#include "dnnc/Tensor.h"
#include "lib/Import/Converters.h"
#include "lib/Import/GraphImporter.h"

#include <mlir/Dialect/Quant/IR/QuantTypes.h>
#include <mlir/IR/Builders.h>

#include <initializer_list>
#include <optional>
#include <string>

namespace dnnc::onnximport {

using mlir::ArrayRef;
using mlir::DenseI64ArrayAttr;
using mlir::failed;
using mlir::failure;
using mlir::FailureOr;
using mlir::LogicalResult;
using mlir::NamedAttribute;
using mlir::RankedTensorType;
using mlir::SmallVector;
using mlir::StringRef;
using mlir::success;
using mlir::Type;
using mlir::Value;
using mlir::ValueRange;
using Ints = SmallVector<int64_t>;

class Node {
public:
  Node(GraphImporter &graph, const onnx::NodeProto &proto, int64_t opset)
      : graph(graph), proto(proto), location(graph.locationOf(proto.name())), versionOfOpset(opset) {}

  /// The opset of the node's domain that it is written in.
  int64_t opset() const { return versionOfOpset; }
  StringRef op() const { return proto.op_type(); }
  /// A diagnostic at the node that starts with its operator.
  mlir::InFlightDiagnostic error() const;

  int inputCount() const { return proto.input_size(); }
  int outputCount() const { return proto.output_size(); }
  bool has(int index) const { return index < proto.input_size() && !proto.input(index).empty(); }
  bool wants(int output) const { return output < proto.output_size() && !proto.output(output).empty(); }
  /// Reports operands that are missing; only for domains that the ONNX checker does not know.
  LogicalResult need(std::initializer_list<int> inputs) const;

  /// An input that is present, as plain numbers: the stored integers where it is quantized.
  Value input(int index);
  /// The same, still quantized when it is quantized per tensor: for ops that only move elements.
  Value stored(int index);
  /// The value that stands for an input, quantized however it is.
  Value bound(int index) { return graph.value(proto.input(index)); }

  bool hasAttribute(StringRef name) const { return find(name) != nullptr; }
  int64_t integer(StringRef name, int64_t otherwise) const;
  float number(StringRef name, float otherwise) const;
  std::string text(StringRef name, StringRef otherwise) const;
  Ints integers(StringRef name) const;
  SmallVector<float> numbers(StringRef name) const;
  const onnx::AttributeProto *find(StringRef name) const;

  /// The value of an input that depends on constants only; a diagnostic that names it `what` when it does
  /// not.
  FailureOr<Tensor> constant(int index, StringRef what);
  FailureOr<Ints> constantInts(int index, StringRef what);
  FailureOr<SmallVector<float>> constantFloats(int index, StringRef what);
  /// Integers that were an attribute before an opset and are an input since; `otherwise` when neither is
  /// there.
  FailureOr<Ints> intsOf(int index, StringRef attribute, Ints otherwise = {});
  /// The tensor of an attribute.
  FailureOr<Tensor> attributeTensor(const onnx::AttributeProto &attribute);

  /// An axis counted from the front, of a rank; a diagnostic when it is out of range.
  FailureOr<int64_t> axisOf(int64_t axis, int64_t rank) const;
  /// The same for several, sorted; no two may be equal.
  FailureOr<Ints> axesOf(ArrayRef<int64_t> axes, int64_t rank) const;

  template <typename Op>
  Value make(Type type, ValueRange operands, ArrayRef<NamedAttribute> attributes = {}) {
    return finish(Op::getOperationName(), type, operands, attributes);
  }
  Value makeConstant(const Tensor &tensor, Type type = {});
  /// A scalar constant of the element type, plain.
  Value makeScalar(double value, Type element);

  NamedAttribute ints(StringRef name, ArrayRef<int64_t> values) const {
    return {builder().getStringAttr(name), builder().getDenseI64ArrayAttr(values)};
  }
  NamedAttribute floats(StringRef name, ArrayRef<float> values) const {
    return {builder().getStringAttr(name), builder().getDenseF32ArrayAttr(values)};
  }
  NamedAttribute intAttr(StringRef name, int64_t value) const {
    return {builder().getStringAttr(name), builder().getI64IntegerAttr(value)};
  }
  NamedAttribute floatAttr(StringRef name, float value) const {
    return {builder().getStringAttr(name), builder().getF32FloatAttr(value)};
  }
  NamedAttribute boolAttr(StringRef name, bool value) const {
    return {builder().getStringAttr(name), builder().getBoolAttr(value)};
  }
  NamedAttribute attr(StringRef name, mlir::Attribute value) const {
    return {builder().getStringAttr(name), value};
  }

  /// Frequent ops.
  Value reshape(Value value, ArrayRef<int64_t> shape);
  Value transpose(Value value, ArrayRef<int64_t> perm);
  Value dequantize(Value value);
  Value quantize(Value value, mlir::quant::QuantizedType type);
  /// The value as plain integers when it is quantized.
  Value plain(Value value);
  /// Integers under a quantized type of their storage; a constant gets the type itself.
  Value asQuantized(Value value, mlir::quant::QuantizedType type);
  /// Two operands' broadcast result of an element-wise op; none, with a diagnostic, when the shapes do not
  /// fit.
  template <typename Op> FailureOr<Value> binary(Value a, Value b, Type element = {}) {
    FailureOr<Ints> shape = broadcast(shapeOf(a), shapeOf(b));
    if (failed(shape))
      return failure();
    return make<Op>(RankedTensorType::get(*shape, element ? element : elementOf(a)), {a, b});
  }
  FailureOr<Ints> broadcast(ArrayRef<int64_t> a, ArrayRef<int64_t> b) const;
  /// min(max(value, low), high) in float32.
  Value clip(Value value, float low, float high);

  /// Binds an output, which gives the op of the value the output's name.
  LogicalResult result(int output, Value value);
  LogicalResult result(Value value) { return result(0, value); }
  LogicalResult result(FailureOr<Value> value) { return failed(value) ? failure() : result(0, *value); }

  static RankedTensorType typeOf(Value value) { return mlir::cast<RankedTensorType>(value.getType()); }
  static ArrayRef<int64_t> shapeOf(Value value) { return typeOf(value).getShape(); }
  static int64_t rankOf(Value value) { return typeOf(value).getRank(); }
  static Type elementOf(Value value) { return typeOf(value).getElementType(); }
  /// ONNX's name of an element type, as stored.
  static StringRef elementName(Type type);
  static RankedTensorType tensor(ArrayRef<int64_t> shape, Type element) {
    return RankedTensorType::get(shape, element);
  }

  mlir::OpBuilder &builder() const { return graph.builder; }
  Type f32() const { return builder().getF32Type(); }
  /// The ops made so far.
  ArrayRef<mlir::Operation *> made() const { return ops; }
  /// Whether a tensor was asked for that no machine holds; it has been reported.
  bool isTooLarge() const { return tooLarge; }
  /// Reports required inputs that are left out, by the operator's schema.
  LogicalResult checkInputs() const;

private:
  Type possible(Type type);
  Value finish(StringRef name, Type type, ValueRange operands, ArrayRef<NamedAttribute> attributes);
  Value adopt(mlir::Operation *op);

  GraphImporter &graph;
  const onnx::NodeProto &proto;
  mlir::Location location;
  int64_t versionOfOpset;
  SmallVector<mlir::Operation *> ops;
  bool tooLarge = false;
};

/// The element type that holds plain numbers of a type.
Type plainElement(mlir::Builder &builder, ElementType type);

} // namespace dnnc::onnximport

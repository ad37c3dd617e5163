// Element-wise dnn ops as lane programs: scalar arith and math ops inside an acc.map, acc.reduce or
// acc.window.
#pragma once

#include "dialects/Acc/AccDialect.h"
#include "dialects/Dnn/DnnDialect.h"

#include <functional>
#include <optional>

namespace dnnc::mapping {

/// Per-tensor quantization of a type; none for a plain type. Fails for a per-channel one.
struct Quantization {
  float scale;
  int32_t zeroPoint;
  int32_t low, high; ///< range of the storage type
  int64_t range() const { return int64_t(high) - low; }
};
mlir::FailureOr<std::optional<Quantization>> perTensorQuantization(mlir::Type elementType);
/// The same where the op's verifier lets only one scale for the tensor pass.
std::optional<Quantization> quantizationOf(mlir::Type elementType);

/// Builds lane program steps at one place.
class LaneBuilder {
public:
  LaneBuilder(mlir::OpBuilder &builder, mlir::Location loc) : builder(builder), loc(loc) {}

  mlir::Value constant(float value);
  mlir::Value constant(int64_t value, mlir::Type type);
  /// The real value of a stored one: (x − zero point) · scale in float32.
  mlir::Value dequantize(mlir::Value stored, const Quantization &quantization);
  /// rint(real / scale) + zero point, saturated (QuantizeLinear), or with `product` an already scaled value:
  /// rint(real) + zero point.
  mlir::Value quantize(mlir::Value real, const Quantization &quantization, bool alreadyScaled = false);
  mlir::Value toFloat(mlir::Value value);
  mlir::Value convert(mlir::Value value, mlir::Type to);
  /// An integer as it is stored in `to`, wrapped around as ONNX's integer arithmetic does.
  mlir::Value wrap(mlir::Value value, mlir::Type to);

  mlir::OpBuilder &builder;
  mlir::Location loc;
};

/// Whether `op` is computed element by element on lanes.
bool isElementwise(mlir::Operation *op);

/// Whether `op` maps 8-bit quantized values to 8-bit quantized values, so that it is a table of 256 entries.
bool isTableFunction(mlir::Operation *op);

/// The table of such an op: entry i is the result's bits for the operand bits i, evaluated by the reference.
mlir::FailureOr<mlir::ElementsAttr> tableOf(mlir::Operation *op);

/// The stored result of `op` from the stored values of its operands (lane types). `lookUp` makes the value of
/// a table function.
mlir::FailureOr<mlir::Value>
emitElementwise(LaneBuilder &lane, mlir::Operation *op, mlir::ValueRange operands,
                std::function<mlir::Value(mlir::Operation *, mlir::Value)> lookUp);

} // namespace dnnc::mapping

// Shared by the families of form-groups: makes acc.group ops, one after the other.
#pragma once

#include "lib/Mapping/LanePrograms.h"

#include "mlir/IR/IRMapping.h"

namespace dnnc::mapping {

inline mlir::RankedTensorType tensorType(mlir::Value value) { return mlir::cast<mlir::RankedTensorType>(value.getType()); }
inline mlir::Type elementOf(mlir::Value value) { return tensorType(value).getElementType(); }

/// The ONNX nodes a location names.
mlir::SmallVector<mlir::StringRef> nodeNames(mlir::Location loc);

class GroupBuilder {
public:
  explicit GroupBuilder(mlir::OpBuilder builder) : builder(builder) {}

  /// Builds the body of a group from its arguments; returns the value it yields.
  using Body = llvm::function_ref<mlir::FailureOr<mlir::Value>(mlir::OpBuilder &, mlir::ValueRange)>;

  /// A new group; its node is the next number. Names that its result has in ONNX go along as `dnn.tensors`.
  mlir::FailureOr<mlir::Value> group(mlir::Location loc, mlir::StringRef kind, mlir::ValueRange inputs, mlir::Type result,
                                     Body body);
  mlir::Value constant(mlir::Location loc, mlir::ElementsAttr value, mlir::Type type);
  mlir::Value reshape(mlir::Location loc, mlir::Value input, mlir::ArrayRef<int64_t> shape);
  mlir::Value reshapeTo(mlir::Location loc, mlir::Value input, mlir::Type type);
  /// A group that moves elements (see acc.move).
  mlir::FailureOr<mlir::Value> move(mlir::Location loc, mlir::StringRef kind, mlir::Value input, mlir::RankedTensorType result,
                                    mlir::ArrayRef<int64_t> dims, mlir::ArrayRef<int64_t> offsets,
                                    mlir::ArrayRef<int64_t> steps, int64_t fill = 0);
  mlir::FailureOr<mlir::Value> copy(mlir::Location loc, mlir::Value input);
  mlir::FailureOr<mlir::Value> broadcast(mlir::Location loc, mlir::Value input, mlir::RankedTensorType result);

  mlir::OpBuilder builder;
  int64_t nextNode = 0;
};

/// Converters by family: the value of the group's last op. `values` maps dnn values to acc values.
mlir::FailureOr<mlir::Value> formProduct(GroupBuilder &groups, mlir::ArrayRef<mlir::Operation *> ops, mlir::IRMapping &values);
mlir::FailureOr<mlir::Value> formElementwise(GroupBuilder &groups, mlir::ArrayRef<mlir::Operation *> ops, mlir::IRMapping &values);
mlir::FailureOr<mlir::Value> formReduction(GroupBuilder &groups, mlir::Operation *op, mlir::IRMapping &values);
mlir::FailureOr<mlir::Value> formMovement(GroupBuilder &groups, mlir::Operation *op, mlir::IRMapping &values);

} // namespace dnnc::mapping

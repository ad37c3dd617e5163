// The reference: a slow, obvious interpreter of dnn, which says what every op means (hardware.md, Numerics).
// It is the oracle of the pass tests and of `dnnc verify`, and it folds constants.
//
// Quantized tensors are held by their storage (!quant.uniform<u8:f32, ...> is a uint8 tensor); their
// parameters stand in the types of the op evaluated.
#pragma once

#include "dialects/Dnn/DnnDialect.h"
#include "dnnc/Tensor.h"

#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <optional>

namespace dnnc::reference {

/// The element type a tensor (or element) type is stored as; none for a type a program cannot hold.
std::optional<ElementType> storageOf(mlir::Type type);

/// The values of an op's results. Inputs are in the order of its operands. Emits an error at the op for a
/// tensor that is not of the operand's type, and for an op or type that the reference does not know.
mlir::FailureOr<llvm::SmallVector<Tensor>> evaluate(mlir::Operation *op, llvm::ArrayRef<Tensor> inputs);

/// Sees the results of each op of a function in order; a failure ends the evaluation.
using Observer = llvm::function_ref<mlir::LogicalResult(mlir::Operation *, llvm::ArrayRef<Tensor>)>;

/// The values a function returns. A tensor is dropped after its last use.
mlir::FailureOr<llvm::SmallVector<Tensor>>
evaluateFunction(mlir::func::FuncOp function, llvm::ArrayRef<Tensor> inputs, Observer observe = {});

/// The value of an SSA value that depends on constants only; failure, without a diagnostic, when it does not.
mlir::FailureOr<Tensor> constantOf(mlir::Value value);

/// The values of an attribute. Bytes of a resource are borrowed: the tensor may not outlive the MLIR context.
mlir::FailureOr<Tensor> readConstant(mlir::ElementsAttr attribute,
                                     llvm::function_ref<mlir::InFlightDiagnostic()> emitError);

/// The attribute that holds a tensor: a splat when all elements are equal, dense up to 64 elements, else a
/// resource blob that shares the tensor's bytes (so a tensor that only borrows them may not lose them before
/// the context goes), named after `name`. Unsigned storage gives ui8 and ui16 elements.
mlir::ElementsAttr constantAttribute(mlir::MLIRContext *context, const Tensor &tensor, llvm::StringRef name);

/// A dnn.constant of the type (a tensor type whose storage is the tensor's; its elements may be quantized).
/// Its resource is named after the location.
dnn::ConstantOp makeConstant(mlir::OpBuilder &builder, mlir::Location loc, const Tensor &tensor,
                             mlir::Type type);

} // namespace dnnc::reference

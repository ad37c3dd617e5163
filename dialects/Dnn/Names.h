// The discardable attributes that carry ONNX names, and locations that carry ONNX nodes.
#pragma once

#include <llvm/ADT/SmallVector.h>
#include <llvm/ADT/StringRef.h>
#include <mlir/IR/Location.h>
#include <mlir/IR/Operation.h>
#include <optional>

namespace dnnc::dnn {

inline constexpr llvm::StringLiteral tensorsAttr = "dnn.tensors";
inline constexpr llvm::StringLiteral nameAttr = "dnn.name";
inline constexpr llvm::StringLiteral observedAttr = "dnn.observed";
inline constexpr llvm::StringLiteral groupAttr = "dnn.group";

// ONNX names of the op's results, in order; empty where it has none.
llvm::SmallVector<llvm::StringRef> tensorNames(mlir::Operation *op);
// Sets them; no names removes the attribute.
void setTensorNames(mlir::Operation *op, llvm::ArrayRef<llvm::StringRef> names);
// Gives `to` the names `from` had (both with as many results), or none.
void moveTensorNames(mlir::Operation *from, mlir::Operation *to);
// The ONNX name of one value: its op's, or its function argument's; empty where it has none.
llvm::StringRef tensorName(mlir::Value value);

// The names of the ONNX nodes in a location, without duplicates, in order.
llvm::SmallVector<llvm::StringRef> nodeNames(mlir::Location location);

// The accelerator group the op was put in by fuse-output-path.
std::optional<int64_t> groupOf(mlir::Operation *op);

} // namespace dnnc::dnn

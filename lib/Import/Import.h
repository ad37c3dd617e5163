// ONNX becomes dnn: reading, checking, version conversion and the translation of every node.
#pragma once

#include <mlir/IR/BuiltinOps.h>
#include <mlir/IR/OwningOpRef.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace dnnc {

struct ImportOptions {
  /// Values of symbolic dimensions, by name (`--dim batch=1`). A dimension of an input that has no name is
  /// called INPUT.INDEX.
  std::map<std::string, int64_t> dims;
};

/// Reads a .onnx file, or ONNX's text syntax when the name ends in .onnxtxt. Returns null after it reported
/// every problem found; no exception leaves it.
mlir::OwningOpRef<mlir::ModuleOp> importOnnx(llvm::StringRef path, mlir::MLIRContext &context,
                                             const ImportOptions &options);

/// A row of the page of supported operators.
struct SupportedOp {
  std::string domain; // "ai.onnx" or "com.microsoft"
  std::string op;
  int since;          // first opset of the domain that is read
  std::string limits; // what of the operator is refused, empty when nothing
};

/// What importOnnx knows, sorted by domain and operator; from the same table that translates.
std::vector<SupportedOp> supportedOnnxOps();

} // namespace dnnc

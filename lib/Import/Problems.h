// Where the import's errors go: MLIR diagnostics at the model or at a node. It counts them, so that a stage
// can report all it finds and the next one starts only when there were none.
#pragma once

#include <mlir/IR/Diagnostics.h>
#include <mlir/IR/Location.h>

#include <exception>
#include <optional>
#include <string>

namespace dnnc::onnximport {

class Problems {
public:
  Problems(mlir::MLIRContext &context, llvm::StringRef path) : context(context), path(path) {}

  mlir::InFlightDiagnostic atModel() { return at(path); }
  mlir::InFlightDiagnostic at(llvm::StringRef node) { return at(locationOf(node)); }
  mlir::InFlightDiagnostic at(mlir::Location location) {
    ++count;
    return mlir::emitError(location);
  }

  mlir::Location locationOf(llvm::StringRef node) const {
    return mlir::NameLoc::get(mlir::StringAttr::get(&context, node));
  }
  void add() { ++count; }
  bool any() const { return count > 0; }
  mlir::MLIRContext &getContext() const { return context; }

private:
  mlir::MLIRContext &context;
  std::string path;
  int64_t count = 0;
};

/// An onnx library message on one line, without its error class in brackets.
std::string tidyMessage(llvm::StringRef message);

/// Runs code of the onnx library, whose errors are exceptions: they end here, as text.
template <typename Body> std::optional<std::string> messageOfFailure(Body body) {
  try {
    body();
    return std::nullopt;
  } catch (const std::exception &exception) {
    return tidyMessage(exception.what());
  }
}

} // namespace dnnc::onnximport

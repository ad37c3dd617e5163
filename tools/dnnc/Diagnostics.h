// Diagnostics as people read them: "NODE: error: message" on stderr.
#pragma once

#include <mlir/IR/Diagnostics.h>
#include <mlir/IR/MLIRContext.h>

namespace dnnc::tool {

/// Prints every diagnostic of a context while it lives.
class DiagnosticPrinter {
public:
  explicit DiagnosticPrinter(mlir::MLIRContext &context);
  ~DiagnosticPrinter();

private:
  mlir::MLIRContext &context;
  mlir::DiagnosticEngine::HandlerID handler;
};

} // namespace dnnc::tool

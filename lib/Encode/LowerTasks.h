// Tasks of acc as rows of the ISA table.
#pragma once

#include "dialects/Acc/AccDialect.h"
#include "runtime/Program/Program.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace dnnc::encode {

/// The program of a function of placed tasks. The header names the function's module and carries `targetYaml`.
mlir::FailureOr<isa::Program> lowerTasks(mlir::func::FuncOp function, llvm::StringRef targetYaml);

} // namespace dnnc::encode

// Tasks of acc as rows of the ISA table.
#pragma once

#include "dialects/Acc/AccDialect.h"
#include "dnnc/Target.h"
#include "runtime/Program/Program.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace dnnc::encode {

/// The program of a function of placed tasks. The header names the function's module and carries the target.
mlir::FailureOr<isa::Program> lowerTasks(mlir::func::FuncOp function, const Target &target);

} // namespace dnnc::encode

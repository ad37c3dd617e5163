// The last step before the file: ops of isa to a program.
#pragma once

#include "dialects/Isa/IsaDialect.h"
#include "runtime/Program/Program.h"

#include "mlir/IR/BuiltinOps.h"

namespace dnnc::encode {

/// The program of the module's one `isa.program`. Emits an error at every op that breaks a rule of programs. The constants
/// are borrowed from the op.
mlir::FailureOr<isa::Program> encode(mlir::ModuleOp module);

} // namespace dnnc::encode

// Lane programs: from the SSA regions of acc to straight lists of steps over registers.
#pragma once

#include "dialects/Acc/AccDialect.h"
#include "runtime/Isa/Isa.h"

namespace dnnc::encode {

/// The steps of a region whose arguments are the inputs, in order. `tables` are the inputs that are looked up in, not read.
/// Emits an error for an op that is no lane step.
mlir::FailureOr<isa::LanesRow> laneSteps(mlir::Region &region, llvm::StringRef name);

} // namespace dnnc::encode

// What is expected of zeros before anything is decided: from a run, or given for a what-if.
#pragma once

#include "dialects/Acc/AccDialect.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace dnnc::density {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "lib/Density/Passes.h.inc"

} // namespace dnnc::density

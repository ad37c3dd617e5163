// Passes of the tasks stage of acc.
#pragma once

#include "dialects/Acc/AccDialect.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace dnnc::schedule {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "lib/Schedule/Passes.h.inc"
} // namespace dnnc::schedule

// The pass that writes decisions for people and their scripts.
#pragma once

#include "dialects/Acc/AccDialect.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace dnnc::report {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "lib/Report/Passes.h.inc"

} // namespace dnnc::report

// Passes that carry decisions between the tiles stage of acc and strategy files.
#pragma once

#include "dialects/Acc/AccDialect.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace dnnc::strategy {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "lib/Strategy/Passes.h.inc"

} // namespace dnnc::strategy

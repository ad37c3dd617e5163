// Passes from dnn to the tiles stage of acc, and the decisions on it.
#pragma once

#include "dialects/Acc/AccDialect.h"
#include "dialects/Dnn/DnnDialect.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace dnnc::mapping {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "lib/Mapping/Passes.h.inc"
} // namespace dnnc::mapping

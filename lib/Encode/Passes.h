// From tasks to instructions.
#pragma once

#include "dialects/Acc/AccDialect.h"
#include "dialects/Isa/IsaDialect.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace dnnc::encode {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "lib/Encode/Passes.h.inc"
} // namespace dnnc::encode

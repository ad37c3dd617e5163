// The passes of the reference interpreter; Passes.td describes them.
#pragma once

#include "dialects/Dnn/DnnDialect.h"

#include <memory>
#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Pass/Pass.h>

namespace dnnc::reference {

#define GEN_PASS_DECL
#include "lib/Reference/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "lib/Reference/Passes.h.inc"

} // namespace dnnc::reference

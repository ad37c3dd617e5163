// Passes on quantized networks.
#pragma once

#include "dialects/Dnn/DnnDialect.h"

#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Pass/Pass.h>

namespace dnnc::quantize {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "lib/Quantize/Passes.h.inc"
} // namespace dnnc::quantize

// Passes that rewrite networks into fewer and simpler ops, and decide what runs together.
#pragma once

#include "dialects/Dnn/DnnDialect.h"

#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Pass/Pass.h>

namespace dnnc::fuse {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "lib/Fuse/Passes.h.inc"

// All decompose-* passes, in order. Registered as the pass pipeline `decompose`.
void addDecomposePasses(mlir::OpPassManager &functionPasses);
void registerDecomposePipeline();
} // namespace dnnc::fuse

// The constants of a program: the bytes of its constant tensors at their addresses.
#pragma once

#include "dialects/Acc/AccDialect.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <cstdint>
#include <vector>

namespace dnnc::encode {

/// The image of all constants; compressed ones as encoded segments. Emits an error for a constant without an address.
mlir::FailureOr<std::vector<uint8_t>> collectConstants(mlir::func::FuncOp function);

} // namespace dnnc::encode

// The constants of a program: the bytes of its constant tensors at their addresses.
#pragma once

#include "dialects/Acc/AccDialect.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <cstdint>
#include <vector>

namespace dnnc::encode {

/// The image of all constants; compressed ones as encoded segments. Emits an error for a constant without an address.
mlir::FailureOr<std::vector<uint8_t>> collectConstants(mlir::func::FuncOp function);

/// One segment as the `bitmask` codec stores it: payload bytes (u32), mask (least significant bit first), non-zero elements.
void encodeBitmask(const uint8_t *elements, int64_t count, uint8_t *slot);

} // namespace dnnc::encode

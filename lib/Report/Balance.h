// What it helps that filters are distributed by their non-zeros.
#pragma once

#include "dialects/Acc/AccDialect.h"
#include "dnnc/Target.h"

#include <optional>

namespace dnnc::report {

/// The non-zero weights that the slowest multiplier goes through, over those of the mean, averaged over the
/// passes of a layer.
struct Balance {
  double inOrder = 1; ///< if filters stood in the order of their channels
  double slowest = 1; ///< as they stand
};

/// Of a group whose filters are distributed; none of another. Emits an error where a constant cannot be read.
mlir::FailureOr<std::optional<Balance>> filterBalance(acc::GroupOp group, const Target &target);

} // namespace dnnc::report

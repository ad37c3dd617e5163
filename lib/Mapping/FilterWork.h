// The non-zero weights that a mapping gives to multipliers, by filter: what distribute-weights decides from.
#pragma once

#include "lib/Sparsity/FilterDistribution.h"

#include "dialects/Acc/AccDialect.h"
#include "dnnc/Target.h"

#include <optional>

namespace dnnc::mapping {

struct FilterWork {
  sparsity::FilterLayout layout;
  sparsity::FilterCounts counts;
};

/// Of a group of one product with a tiling and a mapping, whose zero weights the target skips: none where its
/// weights and parameter records are not all constants, where it has groups or a batch, where multipliers go
/// in lockstep, where the array gets the weights as they are, with zeros, or where there would be
/// more than 2^25 counts. Emits an error where a constant
/// cannot be read.
mlir::FailureOr<std::optional<FilterWork>> filterWork(acc::GroupOp group, const Target &target);

/// The dimension of a product's weights along which its filters stand.
unsigned filterDimension(mlir::Operation *product);

} // namespace dnnc::mapping

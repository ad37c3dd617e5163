// The channels of a product's results where its filters do not stand in their order: its parameter records
// say them.
#pragma once

#include "dialects/Acc/AccDialect.h"

#include "mlir/Support/LogicalResult.h"

namespace dnnc::schedule {

/// The channel of each filter of a product that has `displaced`, as a group holds it. Emits an error where
/// its records are no constant.
mlir::FailureOr<llvm::SmallVector<int64_t>> channelsOf(mlir::Operation *product);

/// In every tile of `filtersInTile` the channels have to be a permutation of its filters: the output path
/// reaches those of its instruction.
mlir::LogicalResult verifyDisplacements(mlir::Operation *product, int64_t filtersInTile);

} // namespace dnnc::schedule

// The target that a pass was given by name.
#pragma once

#include "dnnc/Error.h"
#include "dnnc/Target.h"

#include "mlir/IR/Operation.h"

namespace dnnc::schedule {

/// Nothing after an error on `op`.
inline std::optional<Target> loadTarget(mlir::Operation *op, const std::string &nameOrFile) {
  try {
    return Target::load(nameOrFile);
  } catch (const Error &error) {
    op->emitError(error.what());
    return std::nullopt;
  }
}

} // namespace dnnc::schedule

// The ledger of zeros: of every tensor that a function's groups move, what it takes in DRAM, as it stands and
// raw, and why.
#pragma once

#include "lib/Schedule/StorageFormats.h"

#include <optional>
#include <string>
#include <vector>

namespace dnnc::schedule {

struct LedgerEntry {
  mlir::Value tensor;
  std::string name;                        ///< in words: which operand or result of which node
  llvm::SmallVector<int64_t> nodes;        ///< that move it
  llvm::SmallVector<acc::GroupOp> readers; ///< that load it
  bool isConstant = false;
  std::optional<double> density;   ///< share that is not zero: of constants real, of activations expected
  std::string densityOrigin;       ///< counted, assumed, calibration or synthetic
  acc::StorageAttr storage;        ///< null: raw
  int64_t rawBytes = 0;            ///< that move where it is raw, bursts included
  int64_t bytes = 0;               ///< that move as it stands: exact of constants, of activations expected
  int64_t worstBytes = 0;          ///< that move without zeros
  std::optional<double> metadata;  ///< share of `bytes` that is neither an element other than zero nor filler
  double filler = 0;               ///< share that is zeros kept to have n of each m
  std::optional<double> breakEven; ///< density above which its format takes more than raw
  std::string reason;              ///< why it is raw
};

/// Of the function as choose-storage leaves it. Emits an error where a constant cannot be read.
mlir::FailureOr<std::vector<LedgerEntry>> storageLedger(mlir::func::FuncOp function, const Dram &dram);

} // namespace dnnc::schedule

// The format of a constant in DRAM: that under which its transfers move the fewest bytes.
#pragma once

#include "lib/Schedule/StorageFormats.h"

#include <optional>
#include <string>

namespace dnnc::schedule {

/// What was found of a constant; the ledger of reports shows it.
struct ConstantStorage {
  std::optional<double> density; ///< of elements that are not zero; none of 64-bit elements
  int64_t rawBytes = 0;          ///< that its transfers move where it is raw
  int64_t movedBytes = 0;        ///< as it stands
  double metadata = 0;      ///< share of movedBytes that is neither element nor filler, where it is encoded
  double filler = 0;        ///< share that is the zeros which `nm` keeps to have n of each m
  acc::StorageAttr storage; ///< null: raw
  std::string reason;       ///< why it stays raw
};

/// Looks at every element. `transfers` are all that load the constant. Emits an error where its value cannot
/// be read.
mlir::FailureOr<ConstantStorage> chooseConstantStorage(acc::ConstantOp constant,
                                                       llvm::ArrayRef<Transfer> transfers, const Dram &dram);

/// The same of the storage that the constant has, whoever decided it.
mlir::FailureOr<ConstantStorage> storedConstant(acc::ConstantOp constant, llvm::ArrayRef<Transfer> transfers,
                                                const Dram &dram);

/// The share of a constant's elements that are not zero, in whatever shape it is viewed; none of 64-bit
/// elements.
mlir::FailureOr<std::optional<double>> densityOf(acc::ConstantOp constant);

} // namespace dnnc::schedule

// The format of a tensor between groups in DRAM: that which is expected to move the fewest bytes.
#pragma once

#include "lib/Schedule/StorageFormats.h"

#include <string>

namespace dnnc::schedule {

/// Share of a Relu's result that is not zero where no run has told: about a half of what it sees is negative.
inline constexpr double rectifiedDensity = 0.5;

/// What is noted of a tensor (apply-calibration, apply-density). Where nothing is: rectifiedDensity where something
/// clamps at the zero point what would be less (a Relu, or a product or sum whose type ends there), or passes such
/// zeros on (a max pool, movement, a factor of a product); 1 of all others, for example of a softmax or a mean,
/// whatever their zero points.
double expectedDensity(mlir::Value tensor, acc::DensityAttr noted);

/// What was found of a tensor; the ledger of reports shows it.
struct ActivationStorage {
  double density = 1;        ///< that is expected
  acc::DensityAttr noted;    ///< where that is noted, and from where it comes; null for none
  int64_t rawBytes = 0;      ///< that its transfers move where it is raw
  int64_t expectedBytes = 0; ///< in the storage that was chosen, at that density
  int64_t worstBytes = 0;    ///< there, without zeros
  acc::StorageAttr storage;  ///< null: raw
  std::string reason;        ///< why it stays raw
};

/// Of a group's result or a function's input that no group says anything of.
ActivationStorage chooseActivationStorage(mlir::Value tensor, llvm::ArrayRef<Transfer> transfers,
                                          const Dram &dram);

/// The bytes of a storage that was decided.
ActivationStorage activationBytes(mlir::Value tensor, llvm::ArrayRef<Transfer> transfers,
                                  acc::StorageAttr storage, const Dram &dram);

} // namespace dnnc::schedule

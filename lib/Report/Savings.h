// What the zeros of a tensor save, as it is expected when compiling. What a run saved stands in its
// statistics.
#pragma once

#include "lib/Schedule/StorageLedger.h"

namespace dnnc::report {

/// Of what an encoded tensor does not move.
struct DramSavings {
  int64_t bytes = 0;
  double cycles = 0;   ///< that the bytes take at full bandwidth
  double energyPj = 0; ///< that of the codec taken off
};
std::optional<DramSavings> dramSavings(const schedule::LedgerEntry &entry, const Target &target);

/// Of the MACs that the array leaves out for the zeros of one operand, no other having any: skipped, or
/// gated.
struct ArraySavings {
  int64_t macs = 0;
  double cycles = 0; ///< that the array is busy less
  double energyPj = 0;
};
/// By the closed-form estimate of the convolutions and matrix products that load the tensor; those that run
/// in a group with other ops are left out. None where the tensor has no zeros that the target minds.
std::optional<ArraySavings> arraySavings(const schedule::LedgerEntry &entry, const Target &target);

} // namespace dnnc::report

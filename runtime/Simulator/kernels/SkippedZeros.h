// Zeros whose products an array leaves out.
#pragma once

namespace dnnc::sim {

/// Which operand's zeros are skipped.
struct SkippedZeros {
  bool ifmap = false, weight = false;
  bool any() const { return ifmap || weight; }
};

} // namespace dnnc::sim

// What the multipliers of a pass go through: products of counts of non-zeros, summed by share.
#pragma once

#include <array>
#include <cstdint>

namespace dnnc::sim {

/// Counts of the shares that meet in a pass: of some positions of the ifmap side by side, and of some
/// filters.
struct ShareProducts {
  static constexpr int64_t lanes = 16;

  const int32_t *ifmap;             // [position][C][R][S][count]
  const int32_t *weights;           // [C][R][S][count][filter]; readable for `lanes` filters from any
  int64_t positions, positionStep;  // elements from a position to the next
  int64_t filters, filterRow;       // filters of the pass, and of a row of `weights`
  std::array<int64_t, 3> shares;    // of C, R and S in the pass
  std::array<int64_t, 3> shareStep; // counts from a share to the next
  int64_t inShare;                  // counts of a share
};

/// to[position · step + filter] becomes the largest sum of a share of the two, if that is more. Numbers
/// behind the filters, up to whole `lanes`, become anything.
void slowestShares(const ShareProducts &products, int64_t *to, int64_t step);
/// The same where sums may take more than 32 bits.
void slowestLongShares(const ShareProducts &products, int64_t *to, int64_t step);

} // namespace dnnc::sim

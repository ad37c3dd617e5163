// Which filters a multiplier gets, where zero weights are skipped: those next to each other in an order of
// the filters. A pass takes its slowest multiplier, so that an order is good whose multipliers have equally
// many non-zero weights to go through. No MLIR in here.
#pragma once

#include <cstdint>
#include <vector>

namespace dnnc::sparsity {

/// How an order of the filters falls to instructions, their passes and the multipliers of a pass: tiles of
/// `inTile` filters one after the other, in each of them passes of `inPass`, in each of them shares of
/// `inShare`; the last of each may have fewer.
struct FilterLayout {
  int64_t inTile = 1, inPass = 1, inShare = 1;
};

/// The non-zero weights of each filter, in each of the passes over its input channels and rows and columns,
/// in each part of a pass: the multipliers that sum up one output side by side.
struct FilterCounts {
  int64_t filters = 0, passes = 1, parts = 1;
  std::vector<int32_t> counts; ///< [filter][pass][part]
};

/// What the multipliers of all passes go through.
struct FilterBalance {
  int64_t slowest = 0; ///< of each pass the most of any multiplier, summed up over the passes
  double mean = 0;     ///< what `slowest` were if all multipliers had as many
  double ratio() const { return mean > 0 ? static_cast<double>(slowest) / mean : 1; }
};

/// `order[i]` is the filter at place i. Throws dnnc::Error where sizes contradict each other.
FilterBalance balanceOf(const FilterCounts &counts, const FilterLayout &layout,
                        const std::vector<int64_t> &order);

/// The filters in their order.
std::vector<int64_t> filtersInOrder(int64_t filters);

/// The best order that is found, in which every filter stays in its tile; the filters in their order where
/// none is better. The filters of a tile go to its passes by their non-zeros, so that those of a pass are
/// alike; within a pass the fullest that is left goes to the multiplier to whose fullest passes it adds least
/// (the rule of the longest processing time first, Graham 1969, with as many places as the multiplier has
/// filters); then two filters of different multipliers change places as long as that makes the sum of the
/// slowest less. Where there is too much to compare, filters go by their totals alone.
std::vector<int64_t> distributeFilters(const FilterCounts &counts, const FilterLayout &layout);

} // namespace dnnc::sparsity

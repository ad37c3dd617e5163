// How long the array computes where it skips zeros, from expected densities: the average work, and the slowest of many.
#pragma once

#include "lib/Cost/ArrayCost.h"

namespace dnnc::cost {

/// Densities as the target minds them: 1 of what it does not skip.
struct MindedDensities {
  double ifmap, weight;
  MindedDensities(const Densities &densities, bool depthwise, const Array &array)
      : ifmap(array.skipping.ifmap && (!depthwise || array.skipping.depthwise.ifmap) ? densities.ifmap : 1),
        weight(array.skipping.weight ? densities.weight : 1) {}
};

/// Share of the MACs that take a cycle, on average: those of which no operand that the target skips is zero.
double effectualShare(const Densities &densities, const Extents &layer, const Array &array);

/// How many of so many MACs that is.
int64_t effectualMacs(int64_t macs, const Densities &densities, const Extents &layer, const Array &array);

/// Time of a pass as a share of what it takes without zeros: all multipliers wait for the slowest. `spad` are the
/// temporal factors of a multiplier, `spatial` the product of all spatial factors, of `lanes` of them over the filters
/// of a PE; `tile` clips them. At least effectualShare(), at most 1.
///
/// Independent multipliers: of K the slowest has about sqrt(2 ln K) standard deviations more than the mean (the normal
/// approximation of the maximum). A weight that is zero takes all its products with it, so that the deviation is that of
/// as many draws as a multiplier has different weights; likewise of the ifmap. Weights that are n of m neighbors along C
/// do not vary where a multiplier has whole groups.
double expectedWork(const Extents &spad, int64_t spatial, int64_t lanes, const Extents &tile,
                    const std::array<int64_t, 2> &strides, const Densities &densities, bool depthwise,
                    const Array &array);
double expectedWork(const ArrayTile &tile, const ArrayMapping &mapping, const Array &array);

} // namespace dnnc::cost

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

/// Elements of each dimension that a multiplier, a PE and the whole array work on in a pass.
struct PassShares {
  Extents unit, pe, pass;
  double passesPerWeights = 1; ///< passes in a row that have the same weights
};

/// Time of a pass as a share of what it takes without zeros: all multipliers wait for the slowest. At least
/// effectualShare(), at most 1.
///
/// The work of a multiplier deviates with its weights, with its ifmap elements, and with how both meet: a weight that is
/// zero takes all its products with it, so that the deviation is that of as many draws as there are different weights in
/// its share; likewise of the ifmap. Weights that are n of m neighbors along C do not vary where a multiplier has whole
/// groups. Multipliers in lockstep are as slow as their PE, which takes whole steps for each column.
///
/// Of K normal deviations the largest is known. But multipliers side by side along N, P and Q have the same weights, and
/// along M the same ifmap elements: the slowest has the worst of both only where one place along G, C, R and S has both.
///
/// Where the ifmap streams each chain goes by itself until other weights come: then what its ifmap elements deviate
/// by is evened out over so many passes, but for what the chain's own PEs wait for each other.
double expectedWork(const PassShares &shares, const Extents &tile, const std::array<int64_t, 2> &strides,
                    const Densities &densities, bool depthwise, const Array &array);
double expectedWork(const ArrayTile &tile, const ArrayMapping &mapping, const Array &array);

/// The mean of the largest of so many standard normal variables.
double largestDeviation(int64_t many);

} // namespace dnnc::cost

// What the networks bring where they have a compressed format, from expected densities.
#pragma once

#include "lib/Cost/ArrayCost.h"

namespace dnnc::cost {

struct Sent {
  bool ifmapCompressed = false, weightCompressed = false;
  double ifmapBytes = 1, weightBytes = 1; ///< that travel, as shares of those of all elements
  double ifmapWords = 1, weightWords = 1; ///< that the spads are given, as shares of the elements
  Densities minded;                       ///< whose zeros the PEs know: 1 of an operand that is sent raw
};

/// An operand is sent compressed where that takes fewer bytes. Addresses of csc are one for each column: the channels of
/// a PE of the ifmap, its filters of weights (JETCAS 2019, section III-B). `lanes` multipliers in lockstep take
/// weights together.
Sent sentOf(const Densities &densities, ElementType type, int64_t channelsInPe, int64_t filtersInPe, int64_t lanes,
            const Array &array);
Sent sentOf(const ArrayTile &tile, const ArrayMapping &mapping, const Array &array);
/// The least of all mappings of a layer.
Sent leastSent(const Densities &densities, ElementType type, const Extents &layer, const Array &array);

/// Weights of a column that the multipliers of a PE take together: 1 where each goes by itself.
int64_t lanesOf(const ArrayMapping &mapping, const Array &array);

/// Of a column of so many weights, the share that is stored: non-zeros, filled up to whole steps of the lanes. An odd rest
/// leaves half of them idle on average, where the column is not empty.
double storedShare(double density, int64_t filters, int64_t lanes);

/// What multipliers in lockstep do for an ifmap element that meets such a column, on average: whether there
/// is anything to do, and the steps.
struct ColumnWork {
  double some, steps;
};
ColumnWork columnWork(double density, int64_t filters, int64_t lanes);

} // namespace dnnc::cost

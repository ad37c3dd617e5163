// What the networks bring where they have a compressed format, from expected densities.
#pragma once

#include "lib/Cost/ArrayCost.h"

namespace dnnc::cost {

/// How an operand is sent.
struct SentForm {
  bool compressed = false;
  double bitsOfElement = 0, bitsOfColumn = 0; ///< on average; a column has an address in csc

  /// In whole bytes. What is whole but for rounding is taken as that.
  int64_t bytes(int64_t elements, int64_t columns) const;
};

struct Sent {
  SentForm ifmap, weight;
  double ifmapBytes = 1, weightBytes = 1; ///< that travel, as shares of those of all elements
  double ifmapWords = 1, weightWords = 1; ///< that the spads are given, as shares of the elements
  Densities minded;                       ///< whose zeros the PEs know: 1 of an operand that is sent raw
  bool ifmapZerosKnown = true;            ///< those of the padding too
};

/// Whether the PEs skip zeros of the ifmap, and so padding.
bool skipsPadding(const Sent &sent, bool depthwise, const Array &array);

/// The channels of a tile and its filters, and as many of them as a PE has: a column of the ifmap and of weights. What is
/// left makes a shorter one.
struct Columns {
  int64_t channels, channelsInPe, filters, filtersInPe;
};

/// An operand is sent compressed where that takes fewer bytes. Addresses of csc are one for each column (JETCAS 2019,
/// section III-B). `lanes` multipliers in lockstep take weights together.
Sent sentOf(const Densities &densities, ElementType type, const Columns &columns, int64_t lanes, const Array &array);
Sent sentOf(const ArrayTile &tile, const ArrayMapping &mapping, const Array &array);
/// The least of all mappings of a layer: what is sent as it is even in the longest columns always is.
Sent leastSent(const Densities &densities, ElementType type, const Extents &layer, const Array &array);

/// Weights of a column that the multipliers of a PE take together: 1 where each goes by itself.
int64_t lanesOf(const ArrayMapping &mapping, const Array &array);

/// What multipliers in lockstep do for an ifmap element that meets such a column, on average: whether there
/// is anything to do, and the steps; and by how much these vary.
struct ColumnWork {
  double some, steps;
  double variance = 0; ///< of the steps
};
ColumnWork columnWork(double density, int64_t filters, int64_t lanes);

/// Of the weights of so many filters in columns, the share that is stored: non-zeros, filled up to whole steps of the
/// lanes.
double storedShare(double density, const Columns &columns, int64_t lanes);

} // namespace dnnc::cost

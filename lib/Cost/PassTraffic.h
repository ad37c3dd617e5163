// What passes bring to the array and send away, counted.
#pragma once

#include "lib/Cost/PassBlocks.h"
#include "lib/Cost/PassTime.h"
#include "lib/Cost/SentShare.h"

namespace dnnc::cost {

/// A bit for each dimension that chooses an operand's elements.
inline constexpr unsigned ifmapDims = 1u << N | 1u << G | 1u << C | 1u << P | 1u << Q | 1u << R | 1u << S;
inline constexpr unsigned weightDims = 1u << G | 1u << M | 1u << C | 1u << R | 1u << S;
inline constexpr unsigned psumDims = 1u << N | 1u << G | 1u << M | 1u << P | 1u << Q;

class PassTraffic {
public:
  PassTraffic(const ArrayTile &tile, const ArrayMapping &mapping, const Target &target, PassBlocks &blocks,
              ArrayEstimate &estimate);

  /// Counts what does not depend on the passes' order. Returns the cycles that a tile's records and table
  /// take.
  int64_t countTile();

  /// Counts what pass b takes where the block indices of the dimensions `changed` did, in a pass that happens
  /// `times` times. Returns whether the pass before can compute meanwhile.
  bool deliver(const Place &b, unsigned changed, int64_t times, Delivery &delivery);
  /// The psums of pass a leave their spads.
  Leaving leave(const Place &a, int64_t times);
  /// Psums leave through the output path when they are complete, else to the psum memory.
  Leaving leavingOf(const Place &a) const;
  /// After the last pass: what compressed operands did not write into spads. Their words are whole in the tile's
  /// sum alone; a pass of few elements has less than one on average.
  void leaveZerosOut();
  bool psumsOverlap; ///< with the pass that follows

private:
  void makeOverlaps();
  int64_t weightsInFullestPe(const ArrayTile &tile, const Extents &inPe) const;
  bool knownWeightsOverlap() const;
  int64_t elementsMet() const;
  int64_t insidePairs() const;
  void countSpadReads();
  void countAddressReads();
  int64_t bytesOfIfmap(const Place &b, unsigned changed, int64_t times);
  int64_t bytesOfWeights(const Place &b, int64_t times);
  int64_t bytesOfPsums(const Place &b, int64_t times);

  const ArrayTile &tile;
  const Target &target;
  const Array &array;
  PassBlocks &blocks;
  ArrayEstimate &estimate;
  int64_t psumBytes;
  const Sent sent;
  int64_t ifmapWords, weightWords;
  const int64_t lanes;
  std::array<bool, loopDims> slides{};
  bool ifmapOverlaps, weightsOverlap; // with the pass before
};

} // namespace dnnc::cost

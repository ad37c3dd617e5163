// What the PEs do in a pass where they skip products with zeros.
//
// The products of a multiplier's share that it does are, for each (c, r, s) of it, the non-zeros among its
// ifmap elements times the non-zeros among its weights. Both are counted once for each share of the tile; a
// pass multiplies the counts of the shares that meet in its PEs.
#pragma once

#include "runtime/Simulator/SparseOperands.h"
#include "runtime/Simulator/kernels/SkippedZeros.h"

#include <span>

namespace dnnc::sim {

class SparseWork {
public:
  SparseWork(const SparseOperands &operands, const Mapping &mapping, const Target &target,
             SkippedZeros skipped);

  /// Products of the tile that are done; and those of them whose ifmap element is zero.
  int64_t macs() const { return done; }
  int64_t zeroIfmapMacs() const { return doneOnZeros; }
  /// Of multipliers in lockstep: ifmap elements taken, once for each column that has a weight for them; and
  /// the steps in which those weights are taken.
  int64_t columnsMet() const { return met; }
  int64_t columnSteps() const { return stepsDone; }
  /// Columns of the ifmap that the PEs go through, once for each tap and output of them, and columns of weights that the
  /// elements taken from them ask for, empty ones too.
  int64_t ifmapColumnsRead() const { return ifmapColumns; }
  int64_t weightColumnsAsked() const { return asked; }

  /// Chains: PEs that share psums, one for each place of a pass in N, G, M, P and Q.
  size_t chains() const { return chainCount; }
  /// The steps of the slowest multiplier in each chain, in the pass with this start and these clipped
  /// extents.
  void steps(const Extents &start, const Extents &extent, std::span<int64_t> byChain) const;

private:
  void countIfmap();
  void countWeights();
  void countDone();
  void spread(int64_t group, int64_t row, const Extents &count, std::span<int64_t> byChain) const;
  int64_t placeOfGroup(int64_t g) const;
  int64_t shares(int d) const { return (operands.extents[d] + share[d] - 1) / share[d]; }

  const SparseOperands &operands;
  const SkippedZeros skipped;
  Extents share{};      // of a multiplier; of a PE where they go in lockstep
  Extents sharesInPe{}; // that many make a PE's
  Extents pesInPass{};  // along the dimensions of psums; 1 along the others
  const bool lockstep;
  int64_t together = 1; // weights of a column that multipliers in lockstep take in a step
  size_t chainCount = 1;
  // A share's (g, c, r, s); 1 where the counts of one operand do not depend on them, and are summed for the
  // other.
  int64_t inShare = 1;
  int64_t inChannel = 1, inPosition = 1; // counts of a share of G, and of a share of N, P, Q
  std::vector<int64_t> place;            // of the count of each (c, r, s), in those of a share of G
  // By share of N, P, Q and then of G, C, R, S, with the elements of a share's (g, c, r, s) innermost; by
  // share of G, C, R, S, those elements, and share of M. None where nothing is skipped.
  std::vector<int32_t> ifmapCounts, weightCounts;
  // Of the tile, by (g, c, r, s); the last two of multipliers in lockstep that skip weights: columns that are
  // not empty, and the steps of all.
  std::vector<int64_t> ifmapTotals, weightTotals, filledColumns, stepTotals;
  int64_t done = 0, doneOnZeros = 0, met = 0, stepsDone = 0, asked = 0, ifmapColumns = 0;
  bool sumsAreSmall = true;
  mutable std::vector<int64_t> slowest; // what steps() works with
};

} // namespace dnnc::sim

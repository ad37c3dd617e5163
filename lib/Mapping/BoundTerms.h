// What bounds of mappings are made of: sums over the layer's tiles that decisions on one dimension, on one ifmap
// axis, or on the tiles decide.
#pragma once

#include "lib/Mapping/TilePipeline.h"

namespace dnnc::mapping {

/// Of a whole layer.
struct Bound {
  double cycles = 0, energy = 0;
};

/// Of all its array instructions, if transfers took no time and no energy. This is what tells mappings apart
/// where transfers decide.
struct ArrayBound {
  double cycles = 0, energy = 0;
};

/// A dimension with all its factors, summed over the layer's tiles along it.
struct DimTerms {
  int64_t spad = 1, inPe = 1, inNode = 1, inPass = 1;
  double trips = 1;                             ///< of the pass loop in a whole tile
  double passes = 1;                            ///< blocks
  double steps = 1;                             ///< temporal steps of a PE
  double first = 1, last = 1;                   ///< elements of the first and of the last block
  double peBlocks = 1, peFirst = 1, peLast = 1; ///< PEs at work, over all blocks, in first and in last blocks
  double nodeBlocks = 1, nodeFirst = 1;
  double whole = 1; ///< elements in blocks that are not clipped
  double loneShare =
      0; ///< share of the elements in tiles that have one block though whole tiles have several
  double loneFirstShare = 0; ///< the same of the first blocks' elements
  int64_t mostSteps = 1; ///< temporal steps of a whole block
  int64_t leastInPe = 1; ///< elements of a PE in the smallest block
  double mostFirst = 1, mostLast = 1; ///< what is subtracted from sums
  bool exact = true;                  ///< of one factor, not of several
  /// Takes the side of the other where that keeps bounds below both: dimensions whose factor is not chosen
  /// yet.
  void lower(const DimTerms &other);
};
using DimChoice = std::array<const DimTerms *, cost::loopDims>;

/// ifmap rows (or columns) under the blocks of two dimensions, summed over the layer's tiles.
struct WindowTerms {
  double fetched = 0, first = 0, slid = 0; ///< of all blocks, of first blocks, of whole tiles
  double byPe = 0, byNode = 0;
  double loneShare = 0, loneFirstShare = 0;
  double mostFirst = 0;
  bool exact = true;
};

/// What tiles and their order decide.
struct TileTerms {
  cost::Extents tile;
  std::vector<int> order;
  std::array<double, cost::loopDims> count; ///< tiles along a dimension
  double tiles = 1;                         ///< array instructions
  double before = 0, behind = 0;            ///< cycles of the first loads and of the last store
  double transfers = 0; ///< cycles that the layer takes for its transfers, whatever the array does
  double serial = 0;    ///< cycles of transfers that stand still for the array
  double energy = 0;    ///< of transfers
  double dram = 0;      ///< bytes: at first without what bursts add
  Bound least;          ///< whatever the mapping of the tiles
  std::shared_ptr<const TilePipeline> pipeline; ///< once tightened
  /// What a layer takes besides its array instructions.
  double others() const { return before + behind + serial; }
};

/// A loop order of the passes of an array instruction.
struct PassOrder {
  explicit PassOrder(std::vector<int> loops);
  std::vector<int> loops;
  bool spills; ///< psums leave their PEs before they are complete
  /// Classes of loops that the same operand's innermost loop has inside it.
  enum Class : uint8_t { Outputs = 1, Filters = 2, Reduction = 4 };
  uint8_t insideOutputs = 0, insideFilters = 0, insideReduction = 0;
};

/// What a choice of all factors decides, whatever the order of the passes.
struct BlockTerms {
  double computed, longest;   ///< cycles of all passes, and of the longest
  double firstWindow;         ///< ifmap elements of a channel under the first blocks
  double fill, lastDrain, drain; ///< cycles
  /// What comes before the first pass and leaves after the last one at most: the rest has to pass meanwhile.
  double ifmapFirst, weightFirst, mostLastDrain;
  double firstOutputs, outputBlocks, reductionBlocks;
  double floor; ///< cycles of all array instructions, if all that a pass brings hid behind another
  bool weightsOverlap, ifmapOverlaps, psumsOverlap; ///< with the pass before
  bool exact; ///< all factors are chosen
};

} // namespace dnnc::mapping

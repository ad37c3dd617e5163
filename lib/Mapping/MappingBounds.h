// Lower bounds of a layer's cycles and energy under a mapping that is known in part, in tens of nanoseconds:
// what the search prunes with. They never exceed cost::estimateLayer (docs/mapping.md says why;
// test/unit/MappingBoundsTest.cpp holds them to it).
#pragma once

#include "lib/Mapping/MappingSpace.h"
#include "lib/Mapping/TilePipeline.h"

#include <unordered_map>

namespace dnnc::mapping {

struct Bound {
  double cycles = 0, energy = 0;
  double array = 0; ///< cycles if transfers took no time: tells mappings apart where transfers decide
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
  int64_t mostSteps = 1; ///< temporal steps of a whole block
  int64_t leastInPe = 1; ///< elements of a PE in the smallest block
  /// Takes the side of the other where that keeps bounds below both: dimensions whose factor is not chosen
  /// yet.
  void lower(const DimTerms &other);
};

/// ifmap rows (or columns) under the blocks of two dimensions, summed over the layer's tiles.
struct WindowTerms {
  double fetched = 0, first = 0, slid = 0; ///< of all blocks, of first blocks, of whole tiles
  double byPe = 0, byNode = 0;
  double loneShare = 0;
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
  bool alike = false;   ///< every tile costs the same
  Bound least;          ///< whatever the mapping of the tiles
  std::shared_ptr<const TilePipeline> pipeline; ///< once tightened
};

class MappingBounds {
public:
  explicit MappingBounds(const MappingProblem &problem);

  TileTerms tileTerms(const cost::Extents &tile, const std::vector<int> &order);
  /// Counts whole bursts, and plays the tiles one after the other: dearer, and closer.
  void tighten(TileTerms &terms) const;
  /// Under an unrolling, whatever the spad factors: `steps` is the least number of steps of a MAC.
  Bound unrolled(const TileTerms &tile, const Unrolling &unrolling) const;
  double leastSteps(const TileTerms &tile, const Unrolling &unrolling) const;

  DimTerms dimTerms(const TileTerms &tile, const Unrolling &unrolling, int dim, int64_t spad) const;
  /// `side` 0: P and R; 1: Q and S.
  WindowTerms windowTerms(const TileTerms &tile, int side, const DimTerms &outer, const DimTerms &inner);
  /// Cycles under factors of which some are known and the others stand for the least of each term: compute,
  /// first delivery and last drain alone.
  double floorCycles(const TileTerms &tile, const std::array<const DimTerms *, cost::loopDims> &dims,
                     double firstWindow) const;
  /// Cycles of tiles that are all alike, whose array work has this bound (Bound::array); 0 where they are
  /// not.
  double playedCycles(const TileTerms &tile, double array) const;
  /// Windows of which nothing is known but the tile.
  WindowTerms leastWindows(const TileTerms &tile, int side);
  /// Under everything but what the bound leaves out: clipped blocks at some edges, single cycles of rounding.
  Bound mapped(const TileTerms &tile, const std::array<const DimTerms *, cost::loopDims> &dims,
               const WindowTerms &rows, const WindowTerms &columns, const std::vector<int> &passOrder) const;

  double value(const Bound &bound) const;
  /// The most cycles with which a mapping of the tile can still have the value.
  double mostCycles(const TileTerms &tile, double value) const;
  double rate() const { return macRate; }

private:
  /// Cycles of an array instruction at least: its steps, or each operand across its network once.
  double instructionCycles(const cost::Extents &extents, double steps) const;
  double pipelineCycles(const TileTerms &tile, const std::vector<double> &ofClass) const;
  struct Windows {
    double sum, first,
        last; ///< over all blocks; over first blocks of tiles; over the blocks of the last tile
  };
  const Windows &windows(int side, int64_t tile, int64_t outer, int64_t inner);

  const MappingProblem &problem;
  const cost::Layer &layer;
  const Target &target;
  const Array &array;
  double macRate, bytes, outBytes, cellBytes;
  double ifmapWords, weightWords;
  int ifmapMemory, weightMemory, paramMemory, psumMemory, ofmapMemory;
  bool ifmapStreams, weightsStream;
  double ifmapRate, weightRate, psumInRate, psumOutRate,
      outRate; ///< bytes a cycle, the network's or the memory port's
  /// Energy of one of each.
  struct {
    double cycle, fixed, dram, codec, ifmapRead, weightRead, psumRead, psumWrite, outWrite, ifmapFill,
        weightFill, paramFill, paramRead, outDrain;
    double ifmapHop, weightHop, psumHop, ifmapWrite, weightWrite, psumSpadRead, psumSpadWrite;
  } pj;
  std::unordered_map<uint64_t, Windows> knownWindows[2];
};

} // namespace dnnc::mapping

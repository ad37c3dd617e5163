// Lower bounds of a layer's cycles and energy under a mapping that is known in part, in tens of nanoseconds:
// what the search prunes with. They never exceed cost::estimateLayer (docs/mapping.md says why;
// test/unit/MappingBoundsTest.cpp holds them to it).
#pragma once

#include "lib/Mapping/BoundTerms.h"
#include "lib/Mapping/MappingSpace.h"

#include <unordered_map>

namespace dnnc::mapping {

class MappingBounds {
public:
  /// `layerTile`: where the problem is one instruction of a layer, the tile that the layer is cut into.
  explicit MappingBounds(const MappingProblem &problem, std::optional<cost::Extents> layerTile = std::nullopt);

  // Of tiles (TileBounds.cpp).
  TileTerms tileTerms(const cost::Extents &tile, const std::vector<int> &order);
  /// Counts whole bursts, and plays the tiles one after the other: dearer, and closer.
  void tighten(TileTerms &terms) const;
  /// Under an unrolling, whatever the spad factors.
  Bound unrolled(const TileTerms &tile, const Unrolling &unrolling) const;
  /// Steps of a MAC, over all tiles of the layer.
  double leastSteps(const cost::Extents &tile, const Unrolling &unrolling) const;
  /// Cycles of an array instruction at least: the array at full use, or each operand across its network once.
  double instructionCycles(const cost::Extents &extents) const;
  double instructionCycles(const cost::Extents &extents, const Unrolling &unrolling) const;

  // Of factors (FactorBounds.cpp).
  DimTerms dimTerms(const TileTerms &tile, const Unrolling &unrolling, int dim, int64_t spad) const;
  /// `side` 0: P and R; 1: Q and S.
  WindowTerms windowTerms(const TileTerms &tile, int side, const DimTerms &outer, const DimTerms &inner);
  /// Windows of which nothing is known but the tile.
  WindowTerms leastWindows(const TileTerms &tile, int side);

  // Of all factors, of which some may stand for the least of each term; then of an order of the passes too
  // (PassBounds.cpp). What is left out: clipped blocks at some edges, single cycles of rounding.
  BlockTerms blockTerms(const TileTerms &tile, const DimChoice &dims, const WindowTerms &rows,
                        const WindowTerms &columns) const;
  ArrayBound arrayBound(const TileTerms &tile, const DimChoice &dims, const WindowTerms &rows,
                        const WindowTerms &columns, const BlockTerms &blocks, const PassOrder &order) const;
  /// Of a layer whose array instructions have this bound, and that takes at least `cycles`.
  Bound ofLayer(const TileTerms &tile, const ArrayBound &array, double cycles = 0) const;

  /// The same mapping if it takes at least so many cycles.
  Bound atLeast(Bound bound, double cycles) const;

  double value(const Bound &bound) const;
  /// The most cycles with which a mapping of this bound can still have the value.
  double mostCycles(const Bound &least, double value) const;
  double rate() const { return macRate; }

private:
  double instructionCycles(const cost::Extents &extents, double steps) const;
  double pipelineCycles(const TileTerms &tile, const std::vector<double> &ofClass) const;
  void addTransferCycles(TileTerms &terms, double ifmapDram, double weightDram, double outputDram,
                         double ifmapLoads, double weightLoads) const;
  struct Windows {
    double sum = 0, first = 0;         ///< over all blocks; over first blocks of tiles
    double last = 0, lastFirst = 0;    ///< over those of the last tile
    double some = 0;                   ///< blocks that do not lie wholly in the padding
  };
  const Windows &windows(int side, int64_t tile, int64_t outer, int64_t inner);

  double slowest(const TileTerms &tile, const DimChoice &d, double passesPerWeights) const;
  double addressEnergy(const TileTerms &tile, const DimChoice &d, double positions, double weightCopies) const;
  bool weightsMayOverlap(const TileTerms &tile, const DimChoice &d) const;

  const MappingProblem &problem;
  const cost::Layer &layer;
  const Target &target;
  const Array &array;
  const std::optional<cost::Extents> layerTile;
  double effectual; ///< share of the MACs that take time at least
  double macRate, bytes, outBytes, cellBytes;
  double ifmapWords, weightWords;
  double weightsHeld; ///< of a PE's weights, the share that its spad holds at least
  bool addresses; ///< whether they take energy
  /// Of the outputs along P and Q, at most so many have no ifmap row or column of their own: those under whose
  /// taps there is padding, of the tap that has the fewest of them.
  std::array<double, 2> inPadding;
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

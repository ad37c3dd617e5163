// The compiler's closed-form estimate of one array instruction. It shares no code with the simulator, which
// walks the passes one by one: here they are put into classes of passes that do the same, and a class is
// worked out once.
#pragma once

#include "dnnc/Target.h"

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

namespace dnnc::cost {

/// Loop dimensions in the order of every list: M and C are per group.
enum LoopDim : int { N, G, M, C, P, Q, R, S, loopDims };
using Extents = std::array<int64_t, loopDims>;

/// Bytes of a channel's bias and requantization record; entries of a table.
inline constexpr int64_t paramRecordBytes = 16, tableEntries = 256;

/// Shares of the operands that are not zero, as expected; a rounded-up average over the layer.
struct Densities {
  double ifmap = 1, weight = 1;
  int64_t kept = 0, of = 0; ///< weights that are at most `kept` of each `of` neighbors along C; 0 where nothing is known
  bool dense() const { return ifmap >= 1 && weight >= 1; }
};

class WeightShares;

/// One on-chip tile of a convolution or matrix product.
struct ArrayTile {
  Extents extents;
  std::array<int64_t, 2> strides = {1, 1}, dilations = {1, 1};
  ElementType type = ElementType::I8; ///< of ifmap and weights
  int64_t outputBytes = 1;            ///< of an element that leaves the array
  /// Row and column of the ifmap under the first output and tap. Only [0, ifmap) is read: what lies outside
  /// is padding.
  std::array<int64_t, 2> origin = {0, 0}, ifmap = {int64_t(1) << 40, int64_t(1) << 40};
  bool first = true; ///< psums start anew, not from what an earlier tile left in the psum memory
  bool last = true;  ///< psums are complete afterwards and leave as outputs
  bool hasParams = false, hasTable = false;
  Densities densities; ///< of interest where the target skips zeros
  bool depthwise = false; ///< of a layer that isDepthwise()
  Extents full{};         ///< sizes of a tile that no edge cuts; 0: those of this one
  const WeightShares *weightShares = nullptr; ///< of the layer
};

/// Factors of a mapping at one level: (dimension, factor), outermost first.
using Factors = std::vector<std::pair<int, int64_t>>;

struct ArrayMapping {
  Factors passes, clusterRows, clusterColumns, peRows, peColumns, macs, spad;
};

/// Product of the factors of a dimension at each level.
struct MappingShape {
  Extents spatial, spad;
  int64_t inner(int dim) const { return spatial[dim] * spad[dim]; }
};
MappingShape shapeOf(const ArrayMapping &mapping);

/// A layer of one input and one output channel a group.
inline bool isDepthwise(const Extents &layer) { return layer[M] == 1 && layer[C] == 1; }
/// Multipliers of a PE that work on a layer: some targets leave some of them out of depthwise ones.
int64_t multipliersOf(bool depthwise, const Array &array);

/// Filters of which a PE's weight spad holds a column: where multipliers in lockstep take them together and they come
/// compressed, each column is filled up to whole steps.
int64_t storedFilters(int64_t filters, int64_t lanes, const Array &array);

/// Words of a spad that an element takes at most: as a pair with the count of zeros before it where the operand comes in
/// csc.
int64_t spadWords(ElementType type, const Spad &spad, const NocPort &noc);

/// What the cycles of an instruction went to. A stage is counted for the longest of what runs in it. Psums
/// that leave are a drain where their network decides, and the write port's where that of their memory is
/// slower.
enum class CycleTerm : uint8_t { RampUp, Compute, IfmapNoc, WeightNoc, PsumNoc, ReadPort, Drain, WritePort };
inline constexpr size_t cycleTerms = 8;
inline constexpr std::array<std::string_view, cycleTerms> cycleTermNames = {
    "ramp-up",  "compute",          "ifmap NoC", "weight NoC",
    "psum NoC", "memory read port", "drain",     "memory write port"};

/// Time and counted actions of an array instruction. Bytes unless said otherwise.
struct ArrayEstimate {
  double cycles = 0;
  std::array<double, cycleTerms> cyclesBy{}; ///< they sum to the cycles
  double computeCycles = 0;                  ///< of all passes, if nothing else took time
  int64_t passes = 0, macs = 0;
  int64_t activePes = 0;                                               ///< the most in any pass
  int64_t ifmapRead = 0, weightRead = 0, paramRead = 0, tableRead = 0; ///< from their memories
  int64_t psumRead = 0, psumWritten = 0;                               ///< psum memory
  int64_t outputWritten = 0;
  int64_t ifmapSpadRead = 0, ifmapSpadWritten = 0;     ///< words
  int64_t weightSpadRead = 0, weightSpadWritten = 0;   ///< words
  int64_t ifmapAddressRead = 0, ifmapAddressWritten = 0, weightAddressRead = 0, weightAddressWritten = 0;
  int64_t psumSpadRead = 0, psumSpadWritten = 0;       ///< words
  int64_t ifmapHops = 0, weightHops = 0, psumHops = 0; ///< bytes × hops
  /// Elements fetched for delivery, and how many different ones the tile has. An operand that streams through
  /// a FIFO smaller than the tile's may be fetched only once.
  int64_t ifmapFetched = 0, ifmapDifferent = 0, weightFetched = 0, weightDifferent = 0;
};

/// Every count is exact. The mapping has to cover the tile; its factors need not divide it. A few
/// microseconds: the work grows with the number of pass loops and of different blocks (whole, clipped, at the
/// padding), not with the passes.
ArrayEstimate estimateArray(const ArrayTile &tile, const ArrayMapping &mapping, const Target &target);

/// Whether psums leave their spads before they are complete: a turning loop over C, R or S has one over N, G,
/// M, P or Q inside.
bool spillsPsums(const ArrayMapping &mapping, const Extents &tile);

/// Array cycles of a tile under a spatial unrolling and spad factors are at least this, whatever the order of
/// the passes: the compute of all passes, or what has to cross each network at least once.
double arrayCyclesLowerBound(const ArrayTile &tile, const MappingShape &mapping, const Target &target);

/// How many different coordinates origin + i · step + j · hop lie in [0, limit), i in [0, count), j in [0,
/// taps).
int64_t differentCoordinates(int64_t origin, int64_t count, int64_t step, int64_t taps, int64_t hop,
                             int64_t limit);

/// How many pairs of an output and a tap meet in [0, limit): (i, j) in origin + i · step + j · hop.
int64_t pairsInside(int64_t origin, int64_t count, int64_t step, int64_t taps, int64_t hop, int64_t limit);

/// Rows or columns of ifmap under `outputs` positions of a filter of `filter` elements.
int64_t windowSpan(int64_t outputs, int64_t stride, int64_t filter, int64_t dilation);

/// A rough guess from the target's array alone, of a tile whose pass loops are not chosen yet.
double arrayCycles(const ArrayTile &tile, const MappingShape &mapping, const Array &array);

/// Whether the address spads of a PE have room for the columns that it may get of both operands: of `positions` of the ifmap
/// and of `taps`, the (g, c, r, s), of weights. Compressed or not is known with the data.
bool addressesFit(int64_t positions, int64_t taps, const Array &array);

/// Whether the spads of a PE hold what the mapping keeps there (with `macs` in one PE).
bool fitsSpads(const ArrayTile &tile, const ArrayMapping &mapping, const Array &array);

} // namespace dnnc::cost

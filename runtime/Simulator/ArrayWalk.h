// The PE array's time and counted actions for one on-chip tile: a walk over the array passes of its mapping.
//
// A mapping cuts the tile into passes: loops over blocks, each block spread over the spatial axes, each unit
// working through `spad` consecutive elements of every dimension. The walk visits the passes in order, with
// extents clipped at the tile's end, and adds up what each computes, what is delivered to it, and what leaves
// it. No formula over layers: but passes, and whole loops of passes, that start alike and do alike are walked
// once.
#pragma once

#include "dnnc/Target.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace dnnc::sim {

/// The loop dimensions of a convolution or matrix product. M and C count within a group.
enum Dim : int { N, G, M, C, P, Q, R, S };
inline constexpr int dimCount = 8;
inline constexpr std::array<char, dimCount> dimNames = {'N', 'G', 'M', 'C', 'P', 'Q', 'R', 'S'};
using Extents = std::array<int64_t, dimCount>;

struct Factor {
  int dim;
  int64_t count;
};

/// A row of the program's mapping table.
struct Mapping {
  std::vector<Factor> passes; // outermost first
  std::vector<Factor> clusterRows, clusterColumns, peRows, peColumns, macs;
  std::vector<Factor> spad;
};

/// What the walk has to know of an array instruction.
struct ArrayTile {
  Extents extents{}; // clipped
  int64_t strideH = 1, strideW = 1, dilationH = 1, dilationW = 1;
  /// ifmap coordinate of (p = 0, r = 0) and (q = 0, s = 0) of the clipped tile; only [0, ifmapH) × [0,
  /// ifmapW) is read.
  int64_t originH = 0, originW = 0, ifmapH = 0, ifmapW = 0;
  bool first = true;      // psums start from the bias, not from the psum memory
  bool last = true;       // the output path writes the result
  bool depthwise = false; // groups of one input and one output channel
  bool hasParams = false, hasTable = false;
  /// Words of weights in the PE that has most, where they travel and stand compressed; 0 where they do not.
  int64_t fullestWeights = 0;
  ElementType ifmapType = ElementType::I8, weightType = ElementType::I8, outputType = ElementType::I8;
  int ifmapMemory = 0, weightMemory = 0, paramMemory = 0, tableMemory = 0, psumMemory = 0, outputMemory = 0;

  /// Every field, for memoizing.
  std::vector<int64_t> key() const;
};

/// Bytes unless said otherwise.
struct ArrayWork {
  int64_t cycles = 0;
  int64_t passes = 0;
  int64_t activePes = 0; // PEs that have work, in the pass that has most of them
  int64_t macs = 0;
  int64_t ifmapRead = 0, weightRead = 0, paramRead = 0, tableRead = 0; // from their memories
  int64_t psumRead = 0, psumWritten = 0;                               // psum memory
  int64_t outputWritten = 0;
  int64_t ifmapSpadRead = 0, ifmapSpadWritten = 0;     // words
  int64_t weightSpadRead = 0, weightSpadWritten = 0;   // words
  int64_t ifmapAddressRead = 0, ifmapAddressWritten = 0, weightAddressRead = 0, weightAddressWritten = 0;
  int64_t psumSpadRead = 0, psumSpadWritten = 0;       // words
  int64_t ifmapHops = 0, weightHops = 0, psumHops = 0; // bytes × hops

  /// Elements fetched for delivery, copies for several PEs not counted, and how many different ones the tile
  /// has: more fetched than different means fetched again.
  int64_t ifmapFetched = 0, ifmapDifferent = 0, weightFetched = 0, weightDifferent = 0;

  /// Adds what was done `times` times over.
  void add(const ArrayWork &other, int64_t times);
};

/// Every reason why the target cannot execute the tile under the mapping; empty when it can. Each line has a
/// limit and the actual value.
std::vector<std::string> checkMapping(const Mapping &mapping, const ArrayTile &tile, const Target &target);

/// Those of them that do not depend on what the spads hold.
std::vector<std::string> checkSpreads(const Mapping &mapping, const ArrayTile &tile, const Target &target);

/// Passes that a walk would visit; at most `limit` + 1 is returned.
int64_t countPasses(const Mapping &mapping, const Extents &extents, int64_t limit);

/// Whether the mapping sends unfinished psums of the tile to the psum memory and gets them back: a loop over
/// C, R or S has a loop over psums inside.
bool spillsPsums(const Mapping &mapping, const Extents &extents);

/// Walks a tile that checkMapping() has nothing against. Throws Error when more than `limit` different passes
/// and loops of passes are to be walked.
ArrayWork walkArray(const Mapping &mapping, const ArrayTile &tile, const Target &target,
                    int64_t limit = 1 << 20);

/// Consecutive elements of each dimension that a unit, a PE, a cluster and the array work on in a pass.
/// Saturated far above any extent.
struct Levels {
  Extents inUnit, inPe, inCluster, inPass;
  explicit Levels(const Mapping &mapping);
};

/// How many PEs and mesh nodes a pass reaches along each dimension.
struct Spread {
  Extents pes{}, nodes{};
};

/// a · b, saturated far above any extent and far below what overflows in sums.
int64_t saturatedProduct(int64_t a, int64_t b);

/// How many different coordinates origin + i · step + j · hop in [0, limit) there are for i in [0, count), j
/// in [0, taps).
int64_t differentCoordinates(int64_t origin, int64_t count, int64_t step, int64_t taps, int64_t hop,
                             int64_t limit);

/// Words a pass takes at most in the spads of a PE, ifmap positions in the padding included. Of a compressed
/// ifmap, as many as it has without a zero.
struct SpadWords {
  int64_t ifmap, weight, psum;
  int64_t ifmapColumns, weightColumns; // that come compressed
};
SpadWords spadWords(const Mapping &mapping, const ArrayTile &tile, const Target &target);

/// Spad words one element of a type takes.
int64_t wordsOf(ElementType type, const Spad &spad);
/// The same of a non-zero with the count of zeros before it.
int64_t wordsOfPair(ElementType type, const Spad &spad);

/// Bytes one psum takes in a memory and on the network.
int64_t psumBytes(const Target &target);

} // namespace dnnc::sim

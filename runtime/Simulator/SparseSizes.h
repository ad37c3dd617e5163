// How many bytes of a tile's operands travel over networks with a compressed format, and how many words they
// take in the spads.
//
// csc: a non-zero takes its bits and four for the zeros before it; a column takes an address. Columns are
// those of a PE's share: channels of one ifmap position, output channels of one (c, r, s) of weights.
// bitmask: a non-zero takes its bits, and every element one; a pass that has too few zeros for that is sent as
// it is, for its PEs see zeros all the same. A tile whose compressed form is not the smaller one is sent as it is.
#pragma once

#include "runtime/Simulator/SparseOperands.h"

#include <unordered_map>
#include <utility>

namespace dnnc::sim {

/// What a network does in a pass.
struct Sent {
  int64_t bytes = 0;     // read from the operand's memory
  int64_t hops = 0;      // bytes × hops
  int64_t spadWords = 0; // written, over all PEs
  int64_t columns = 0;   // whose addresses are written, over all PEs
};

class SparseSizes {
public:
  SparseSizes(const SparseOperands &operands, const Mapping &mapping, const ArrayTile &tile,
              const Target &target);

  /// Whether the tile is sent compressed.
  bool ifmapCompressed() const { return ifmapFormat.compressed; }
  bool weightCompressed() const { return weightFormat.compressed; }

  /// Words that a weight and an ifmap element take in a spad, those that are sent.
  int64_t ifmapWords() const { return ifmapFormat.words; }
  int64_t weightWords() const { return weightFormat.words; }
  /// Of the fullest PE's share of compressed weights, at least one; 0 where they are not compressed.
  int64_t fullestWeights() const { return fullest; }

  // A pass begins at `start` and has these clipped extents; `slides` as in PassChange.
  Sent ifmap(const Extents &start, const Extents &extent, const Spread &spread, int slides) const;
  Sent weights(const Extents &start, const Extents &extent, const Spread &spread) const;

private:
  struct Format {
    bool compressed = false;
    int64_t nonZeroBits = 0, columnBits = 0, elementBits = 0;
    int64_t rawBits = 0; // of an element, in a pass that is sent as it is; 0: none is
    int64_t words = 1; // of a spad, for a non-zero; for any element where it is not compressed
    int64_t bits(int64_t nonZeros, int64_t columns, int64_t elements) const {
      return nonZeroBits * nonZeros + columnBits * columns + elementBits * elements;
    }
  };
  /// Numbers of an axis's coordinates, as ranges.
  using Runs = std::vector<std::pair<int32_t, int32_t>>;
  struct Windows {
    Runs runs; // of all nodes or PEs along two dimensions
    int64_t coordinates = 0;
  };
  using WindowsKey = std::array<int64_t, 8>;
  struct Hash {
    size_t operator()(const WindowsKey &key) const;
  };

  static Format formatOf(NocFormat format, ElementType type, const Spad &spad, int64_t addressBits);
  void indexIfmap();
  void indexWeights();
  Runs runsOf(const TileAxis &axis, int64_t output, int64_t outputs, int64_t tap, int64_t taps,
              int64_t before) const;
  const Windows &windowsOf(int axis, const Extents &start, const Extents &extent, const Extents &part,
                           int64_t before) const;
  int64_t nonZeros(const Extents &start, const Extents &extent, const Windows &rows,
                   const Windows &columns) const;
  int64_t pairs(const Extents &start, const Extents &extent) const;

  const SparseOperands &operands;
  const Levels levels;
  const Extents nodeSize;
  const bool ifmapMulticast, weightMulticast;
  int64_t ifmapBytes, weightBytes; // of an element
  Format ifmapFormat, weightFormat;
  int64_t together; // weights of a column are stored by so many: those that multipliers in lockstep take
  // Sums of non-zeros of the ifmap over the first c channels, h rows and w columns:
  // [N][G][C+1][rows+1][columns+1].
  std::vector<int32_t> ifmapSums;
  // Sums of stored weights over the first c channels: [G][M in shares of PEs][R][S][C+1].
  std::vector<int32_t> weightSums;
  int64_t fullest = 0;
  mutable std::unordered_map<WindowsKey, Windows, Hash> known; // passes have the same ones again and again
};

} // namespace dnnc::sim

// What a PE holds of weights that are known and stand compressed in its spad: counted, not expected.
#pragma once

#include "lib/Cost/ArrayCost.h"

#include <span>
#include <unordered_map>
#include <vector>

namespace dnnc::cost {

/// Whether it can matter what the PEs of an array hold of a layer's weights, since they come compressed and
/// some share that the other spads have room for would not fit as it is (or not twice, where that decides
/// whether passes overlap).
bool weightSharesMatter(const Extents &layer, ElementType type, const Densities &densities,
                        const Array &array);

/// Of one layer on one array whose weight network has a compressed format. Answers are kept, so that one
/// object is for one thread at a time.
class WeightShares {
public:
  /// `present`: 1 for each weight that is not zero, in the order G, M, C, R, S.
  WeightShares(const Extents &layer, ElementType type, const Array &array, std::span<const uint8_t> present);

  /// Words of the weight spad that the fullest PE needs in any tile of the layer: of `tile` (clipped at the
  /// layer's end) a PE takes shares of `inPe` (at most the tile). `lanes` multipliers share its filters;
  /// where they go in lockstep, each column is filled up to whole steps. A tile that is sent raw, since
  /// compression makes it no smaller, needs all its elements.
  int64_t words(const Extents &tile, const Extents &inPe, int64_t lanes) const;
  /// Whether there is room for that, as far as the search asks: where shares of G, M and C go into a tile
  /// without a rest, or it is the layer's whole, they stand alike in tiles of all sizes, and are counted once
  /// for all of them. Where they do not, there has to be room for all weights, or every size would be a count
  /// of its own.
  bool fit(const Extents &tile, const Extents &inPe, int64_t lanes, int64_t room) const;
  /// At most words(), in no time: that of an average share.
  double leastWords(const Extents &tile, const Extents &inPe) const;

  /// Of the places of the zeros: layers of one shape whose digests are equal hold the same in every PE.
  uint64_t digest() const { return hash; }

private:
  using Key = std::array<int64_t, 9>;
  struct Hash {
    size_t operator()(const Key &key) const;
  };
  /// How weights of a tile are sent and stand in the spad.
  struct Format {
    int64_t bits = 0; ///< of an element
    int64_t nonZeroBits = 0, columnBits = 0,
            elementBits = 0;               ///< sent of a non-zero, a column and any element
    int64_t storedWords = 1, rawWords = 1; ///< of the spad, for a weight
    bool compresses(int64_t stored, int64_t columns, int64_t elements) const {
      return (nonZeroBits * stored + columnBits * columns + elementBits * elements + 7) / 8 <
             elements * bits / 8;
    }
  };
  /// What is stored of the fullest share; and, of tiles each by itself, the words of those that may be sent
  /// raw.
  int64_t fullestStored(const Extents &tile, const Extents &inPe, int64_t lanes) const;
  int64_t wordsOfTiles(const Extents &tile, const Extents &inPe, int64_t lanes) const;
  bool allCompressed(const Extents &tile, const Extents &inPe, int64_t stored) const;
  /// Goes through the shares of every tile, all those of a tile one after the other.
  template <typename Share, typename Tile>
  void visitShares(const Extents &tile, const Extents &inPe, int64_t lanes, Share share, Tile tileEnds) const;
  void addColumns(int64_t g, int64_t m, int64_t filters, int64_t lanes, std::vector<uint32_t> &columns) const;

  const Extents layer;
  const bool lockstep;
  Format format;
  int64_t nonZeros = 0;
  uint64_t hash;
  /// Non-zeros among the first m filters of a group, modulo 256: [G][M + 1][C][R][S]. The differences over up
  /// to 255 filters are exact.
  std::vector<uint8_t> sums;
  mutable std::unordered_map<Key, int64_t, Hash> knownStored, knownWords;
};

} // namespace dnnc::cost

// The tiles of a layer: loops over them, classes of tiles that are alike, and what is moved to and from DRAM
// for each.
#pragma once

#include "lib/Cost/LayerCost.h"
#include "lib/Cost/Rounding.h"

namespace dnnc::cost {

/// Tiles of one dimension that cost the same.
struct TileClass {
  int64_t index;  ///< of the first of them
  int64_t extent; ///< clipped
  int64_t times;  ///< tiles like this
  /// Of P and Q: first ifmap coordinate, and the limit below which coordinates are read. Of windows inside
  /// the ifmap 0 and their span.
  int64_t origin = 0, limit = 0;
  int64_t loaded = 0;             ///< of P and Q: ifmap rows or columns that are loaded
  bool first = true, last = true; ///< of C
};

/// A loop over tiles; only those with more than one tile.
struct TileLoop {
  int dim;
  int64_t trips;
};

/// A tensor in DRAM of which boxes are moved. Axes are row-major, the last contiguous.
struct Transfer {
  enum Kind : uint8_t { Ifmap, Weight, Param, Table, Output } kind;
  int memory = 0;
  bool stream = false;     ///< through a FIFO
  bool prefetched = false; ///< may run beside the array on a target without overlap
  unsigned depth = 0;      ///< of the loop body that moves it
  std::array<int64_t, 4> shape{1, 1, 1, 1};
  int64_t elementBytes = 1;
  double encoded = 1;                   ///< expected bytes moved over raw bytes
  std::array<bool, loopDims> follows{}; ///< loops that choose the box

  struct Moved {
    int64_t raw = 0, dram = 0, encodedBytes = 0;
  };
  Moved move(const std::array<int64_t, 4> &sizes, int64_t burst) const;
};

class LayerTiles {
public:
  LayerTiles(const Layer &layer, const Extents &tile, const std::vector<int> &order, const Target &target);

  const Layer &layer;
  const Extents tile;
  const Target &target;
  std::vector<TileLoop> loops; ///< outermost first, C innermost
  std::array<int64_t, loopDims> trips;
  std::array<std::vector<TileClass>, loopDims> classes;
  std::array<int64_t, loopDims> alikeBegin, alikeEnd; ///< tiles of the first class
  std::vector<Transfer> loads;                        ///< in the order of the operands
  Transfer output;

  int64_t tiles() const;
  bool alike(int dim, int64_t index) const { return index >= alikeBegin[dim] && index < alikeEnd[dim]; }
  size_t classOf(int dim, int64_t index) const;
  /// Sizes of the box that a transfer moves for the tile at these indices.
  std::array<int64_t, 4> box(const Transfer &transfer, const std::array<int64_t, loopDims> &at) const;
  Transfer::Moved move(const Transfer &transfer, const std::array<int64_t, loopDims> &at) const {
    return transfer.move(box(transfer, at), target.dram.burstBytes);
  }
  /// How often a box of the transfer is moved again, since loops outside of it turn that it does not follow.
  int64_t repeats(const Transfer &transfer) const;
  /// Every different box once.
  Transfer::Moved sumOverBoxes(const Transfer &transfer) const;
  ArrayTile arrayTile(const std::array<const TileClass *, loopDims> &at) const;

private:
  TileClass tileAt(int dim, int64_t index) const;
  void makeClasses();
  void makeTransfers();
  unsigned depthOf(const Transfer &transfer) const;
};

} // namespace dnnc::cost

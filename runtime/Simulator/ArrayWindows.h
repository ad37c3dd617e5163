// How much of the ifmap an array pass needs: different rows or columns, by mesh node and by PE, and how many
// of them the pass before has left where they are needed.
#pragma once

#include "runtime/Simulator/ArrayWalk.h"

namespace dnnc::sim {

/// How many ifmap coordinates of one axis a pass needs.
struct Window {
  int64_t different = 0; // in all
  int64_t byNode = 0;    // summed over the mesh nodes along the two dimensions
  int64_t byPe = 0;      // summed over the PEs
};

/// One axis of the ifmap: rows with P and R, columns with Q and S.
struct IfmapAxis {
  int outer, inner;          // output dimension and filter dimension
  int64_t origin, step, hop; // coordinate of the first tap of the first output; stride; dilation
  int64_t limit;             // coordinates in [0, limit) are read

  /// Coordinates of outputs [start[outer], … + extent[outer]) and taps alike, of nodes and PEs of these
  /// sizes; without those that a pass needed whose outputs are the `before` ones in front of these. Where
  /// there is such a pass, all outputs are of one PE.
  Window window(const Extents &start, const Extents &extent, const Extents &node, const Extents &pe,
                int64_t before) const;
  /// Of a whole tile.
  int64_t different(const Extents &extent) const;
  /// Whether outputs and taps in [start, start + extent) reach over the ifmap's edges.
  bool reachesOut(const Extents &start, const Extents &extent) const;

private:
  int64_t coordinates(int64_t corner, int64_t count, int64_t taps, int64_t before) const;
};

} // namespace dnnc::sim

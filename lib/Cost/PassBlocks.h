// The blocks that a mapping cuts a tile into, and the pass loops over them.
#pragma once

#include "lib/Cost/PassWindows.h"

namespace dnnc::cost {

/// Elements of a dimension that a block has at each level.
struct Block {
  int64_t elements = 1, pes = 1, nodes = 1, steps = 1;
};

/// A pass loop that turns. `inner` are the blocks of its dimension that the loops inside of it have, `span`
/// those with it. Where a dimension has another loop outside, its last part may be too short for this one to
/// turn.
struct PassLoop {
  int dim;
  int64_t inner, span;
  bool ofPsums, alwaysTurns;
  std::array<int64_t, loopDims> blocksInside; // of all dimensions
};

using Place = std::array<int32_t, loopDims>; // block of each dimension

/// Consecutive elements of each dimension that a unit, a PE, a node of the mesh and the array have in a pass.
struct PassLevels {
  Extents unit, pe, node, pass;
  PassLevels(const ArrayMapping &mapping, bool nodesAreClusters);
  PassWindows::Blocking blocking(int dim, const Extents &extents) const {
    return {extents[dim], pass[dim], node[dim], pe[dim]};
  }
};

class PassBlocks {
public:
  /// The windows are room to work in, kept from one tile to the next.
  PassBlocks(const ArrayTile &tile, const ArrayMapping &mapping, const Target &target,
             std::vector<Window> &rowsKnown, std::vector<Window> &columnsKnown);

  const Block &block(int dim, int64_t index) const { return blocks[dim][index == count[dim] - 1]; }
  /// Whether a loop turns at all around pass a.
  bool turns(const PassLoop &loop, const Place &a) const {
    return loop.alwaysTurns ||
           std::min(loop.span, count[loop.dim] - a[loop.dim] / loop.span * loop.span) > loop.inner;
  }
  /// The innermost loop that turns around pass a; as many as there are loops if none does.
  size_t innermostTurning(const Place &a) const;
  /// Neighbours that a psum of the pass goes through before it leaves: the most since its psums began to
  /// build up, which is all that the loops over C, R and S inside of the innermost loop over psums went
  /// through.
  int64_t chainOf(const Place &a) const;
  int64_t psumsOf(const Place &a) const {
    return block(N, a[N]).elements * block(G, a[G]).elements * block(M, a[M]).elements *
           block(P, a[P]).elements * block(Q, a[Q]).elements;
  }
  int64_t stepsOf(const Place &a) const {
    int64_t steps = 1;
    for (int dim = 0; dim < loopDims; ++dim)
      steps *= block(dim, a[dim]).steps;
    return steps;
  }
  /// Psums of the pass have been summed up before.
  static bool begun(const Place &a) { return a[C] != 0 || a[R] != 0 || a[S] != 0; }
  /// Nothing is left to be added to them.
  bool complete(const Place &a) const {
    return a[C] == count[C] - 1 && a[R] == count[R] - 1 && a[S] == count[S] - 1;
  }

  const PassLevels levels;
  PassWindows rows, columns;
  Extents count;                                      // blocks
  std::array<int64_t, loopDims> alikeBegin, alikeEnd; // blocks that cost the same
  std::vector<PassLoop> loops;                        // outermost first

private:
  void makeBlocks(const Extents &extents, bool lockstep);
  void makeLoops(const Factors &passes);

  std::array<std::array<Block, 2>, loopDims> blocks; // whole, last
  std::array<int64_t, loopDims> allBlocks;           // that the loops have, at least `count`
};

} // namespace dnnc::cost

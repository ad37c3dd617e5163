// What buffers take on chip: the rule that tiles-to-tasks and allocate-buffers apply, and that a search has
// to foresee. No IR.
#pragma once

#include "dnnc/Target.h"

namespace dnnc::cost {

/// A buffer begins at a line of a memory's banks, and takes whole lines.
inline constexpr int64_t bufferAlignment = 16;

inline int64_t alignedBytes(int64_t bytes) {
  return (bytes + bufferAlignment - 1) / bufferAlignment * bufferAlignment;
}

/// Bytes of a psum in a memory: the width of a word of the psum spads. Values stay exact whatever the width.
inline int64_t psumCellBytes(const Target &target) { return (target.array.psumSpad.bits + 7) / 8; }

/// Tiles in the ring of an operand or result that moves with a loop over tiles: two where the transfer of one
/// can overlap the work on the other. A FIFO has its own room and is not counted.
inline int64_t ringSlots(const Target &target, Operand role) {
  auto memory = target.memoryFor(role);
  return target.overlapTransfers || (memory && target.memories[*memory].prefetch) ? 2 : 1;
}

/// Where the psums of a product lie between its array instructions or passes.
struct PsumPlace {
  bool needed = false;  ///< in a memory at all
  bool inPlace = false; ///< in the cells of the output tile, not in a buffer of their own (of one slot)
};

/// `reductionCut`: the tile has a part of C only; `spills`: cost::spillsPsums of its mapping. `output` is the
/// role of the product's result tile.
inline PsumPlace psumPlace(const Target &target, bool reductionCut, bool spills, Operand output,
                           int64_t outputElementBytes) {
  PsumPlace place;
  place.needed = reductionCut || spills;
  place.inPlace = place.needed && outputElementBytes == psumCellBytes(target) &&
                  target.memoryFor(output) == target.memoryFor(Operand::Psum);
  return place;
}

} // namespace dnnc::cost

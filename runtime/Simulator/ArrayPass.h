// One array pass: what it computes, what comes and goes, and what it adds to the time of the passes.
#pragma once

#include "runtime/Simulator/ArrayTime.h"
#include "runtime/Simulator/ArrayWindows.h"

#include <optional>

namespace dnnc::sim {

/// What one pass leaves to the next.
struct PassState {
  int64_t computeCycles = 0; // of the pass last seen
  int64_t drainCycles = 0;   // of psums that leave while it computes
  // The psums in the spads, since their block changed last.
  int64_t residentPsums = 0, residentChain = 0;
  bool residentDone = false;

  bool operator==(const PassState &) const = default;
};

/// How a pass differs from the one before.
struct PassChange {
  uint8_t dims = 0;     // a bit for each dimension whose block is another
  int8_t slides = -1;   // P or Q where the ifmap window moves on by one block of it and nothing else changes
  bool isFirst = false; // there is none before; all dimensions count as changed

  bool operator==(const PassChange &) const = default;
  bool any(std::initializer_list<Dim> list) const {
    for (Dim d : list)
      if (dims >> d & 1)
        return true;
    return false;
  }
};

/// Where a pass stands in the tile.
struct PassPlace {
  Extents start{}, extent{}; // extents clipped at the tile's end
};

/// What a pass adds to the time of the passes, in this order; what the one before computes apart.
struct PassSteps {
  bool isFirst = false; // there is no pass before
  int64_t beside = 0;   // cycles that the stage before takes at least
  Delivery stepwise;    // what comes meanwhile for this pass
  int64_t standing = 0; // cycles behind that stage in which psums leave and nothing computes
  Delivery streamed;    // words of this pass that stream
  bool newStretch = false;
  int64_t fill = 0;            // cycles of the ramp-up
  Delivery psums;              // of this pass, that stream
  std::optional<Leaving> left; // psums of the pass before that stream
};

class SparseSizes;

class ArrayPass {
public:
  /// `sizes`: of what is sent, where a network has a compressed format.
  ArrayPass(const Mapping &mapping, const ArrayTile &tile, const Target &target,
            const SparseSizes *sizes = nullptr);

  /// Enters a pass: adds what it computes and gets, and what leaves with the psums before it.
  PassSteps enter(const PassPlace &place, const PassChange &change, PassState &state, ArrayWork &work) const;
  /// The same, with the stage of the pass before.
  void enter(const PassPlace &place, const PassChange &change, PassState &state, ArrayWork &work,
             Flow &flow) const;
  /// The end of the last pass, and the cycles of all.
  void finish(const PassState &state, ArrayWork &work, Flow &flow) const;
  /// Cycles of the last drain, behind the last pass.
  int64_t lastDrain(const PassState &state, ArrayWork &work) const {
    return drainCycles(state, leave(state, work));
  }
  /// Cycles of so many steps of a multiplier.
  int64_t computeCycles(int64_t steps) const;

  /// Whether ifmap windows may slide along the dimension: the target's spads can, and what a PE has of them
  /// is what it needs itself: its outputs and their taps are of one PE.
  bool maySlide(int dim) const;

  const Levels levels;
  const IfmapAxis rows, columns;
  const ArrayTime time;

private:
  /// Each adds its operand's counts and gives the bytes to bring.
  int64_t deliverIfmap(const PassPlace &place, const Spread &spread, int slides, ArrayWork &work) const;
  int64_t deliverWeights(const PassPlace &place, const Spread &spread, ArrayWork &work) const;

  Leaving leave(const PassState &state, ArrayWork &work) const;
  /// Of psums that leave while nothing computes.
  int64_t drainCycles(const PassState &state, const Leaving &leaving) const;
  void addSpadReads(const Extents &extent, int64_t macs, ArrayWork &work) const;
  /// Of a multiplier that leaves no product out.
  int64_t allSteps(const Extents &extent) const;
  int64_t paramCycles(ArrayWork &work) const;
  const Memory &memory(int index) const { return target.memories[static_cast<size_t>(index)]; }

  const ArrayTile &tile;
  const Target &target;
  const SparseSizes *sizes;
  const Extents nodeSize; // of the mesh: it joins clusters, or the PEs of the only cluster
  // Whether an operand of a pass comes, or psums come and go, while the pass before computes.
  const bool ifmapOverlaps, weightOverlaps, psumOverlaps;
};

} // namespace dnnc::sim

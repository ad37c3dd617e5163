// How long array passes take together.
//
// Each pass is a stage: as long as its compute, what is brought meanwhile for the next pass, what drains of
// the pass before. Operands whose spads are replaced word by word stream instead: their words run ahead of
// the stages, psums that leave lag behind, and a stage ends no sooner than what it needs has come. So a part
// of the passes moves several clocks (ArrayStretch.h). A ramp-up, which fills the spads that cannot be filled
// while a pass computes, and a border, where streaming psums return that were written before, set all clocks
// to the latest; between two of them lies a stretch.
#pragma once

#include "runtime/Simulator/ArrayStretch.h"
#include "runtime/Simulator/ArrayWalk.h"

namespace dnnc::sim {

/// Bytes that are brought to the array.
struct Delivery {
  int64_t ifmap = 0, weight = 0, psum = 0;
  bool any() const { return ifmap != 0 || weight != 0 || psum != 0; }
};

/// Bytes that leave it: through the output path, or to the psum memory.
struct Leaving {
  int64_t results = 0, psums = 0;
};

/// A part of the passes: the end of a stretch that began before, whole stretches, and the beginning of one
/// that goes on. Where no stretch begins there is the first alone.
struct Flow {
  Stretch head;
  bool newStretch = false;
  int64_t whole = 0; // cycles, ramp-ups included
  Stretch tail;
  Stretch &open() { return newStretch ? tail : head; }
};

class ArrayTime {
public:
  ArrayTime(const ArrayTile &tile, const Target &target);

  /// All of it at once: the longest of the networks and of the memories' ports.
  int64_t ofDelivery(const Delivery &delivery) const;
  /// The same where nothing computes meanwhile.
  int64_t ofFill(const Delivery &delivery) const;
  int64_t ofDrain(const Leaving &leaving) const;
  int64_t of(const Flow &flow) const { return cycles(flow.head) + flow.whole + cycles(flow.tail); }

  // Each adds a step to clocks.
  /// A stage of so many cycles, in which `stepwise` comes for the next; then the array stands still.
  void addStage(Clocks &clocks, int64_t cycles, const Delivery &stepwise, int64_t standing) const;
  /// Streaming words of the pass that begins, or psums of it.
  void addStreams(Clocks &clocks, const Delivery &streamed) const;
  /// Streaming psums of the pass that has ended.
  void addLeaving(Clocks &clocks, const Leaving &left) const;
  int64_t unitsInCycle() const { return unit; }

  /// What is left of the open stretch goes on with the head of the next part, `times` times over.
  void append(Flow &flow, const Flow &next, int64_t times) const;

private:
  struct Rate {
    int64_t bytesPerCycle = 1;
  };
  /// In units of time.
  int64_t work(int64_t bytes, Rate rate) const;
  void add(Stretch &stretch, const Stretch &next, int64_t times) const;
  int64_t cycles(const Stretch &stretch) const;
  const Memory &memory(int index) const { return target.memories[static_cast<size_t>(index)]; }

  const ArrayTile &tile;
  const Target &target;
  bool streams = false;
  int64_t unit = 1; // units of time in a cycle
  Rate ifmap, weight, psum, results, spilled;
  // The port that two operands or more share, if one of them streams.
  int sharedMemory = -1;
  Rate sharedPort;
};

} // namespace dnnc::sim

// How long array passes take together.
//
// Passes follow each other in stretches. A stretch begins with a ramp-up, which fills the spads that cannot
// be filled while a pass computes, or where streaming psums return that an earlier stretch wrote; from then
// on each pass is a stage: as long as its compute, what is brought meanwhile for the next pass, what drains
// of the pass before. Operands whose spads are replaced word by word stream: they are not tied to single
// passes, and their bytes bound the stretch as a whole.
#pragma once

#include "runtime/Simulator/ArrayWalk.h"

namespace dnnc::sim {

/// Bytes that are brought to the array.
struct Delivery {
  int64_t ifmap = 0, weight = 0, psum = 0;
};

/// Bytes that leave it: through the output path, or to the psum memory.
struct Leaving {
  int64_t results = 0, psums = 0;
};

struct Stretch {
  int64_t stages = 0; // cycles
  Delivery brought;   // of streaming operands
  Leaving left;       // of streaming psums
  void add(const Stretch &other, int64_t times);
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
  ArrayTime(const ArrayTile &tile, const Target &target) : tile(tile), target(target) {}

  /// All of it at once: the longest of the networks and of the memories' ports.
  int64_t ofDelivery(const Delivery &delivery) const;
  /// The same where nothing computes meanwhile.
  int64_t ofFill(const Delivery &delivery) const;
  int64_t ofDrain(const Leaving &leaving) const;
  int64_t of(const Stretch &stretch) const;
  int64_t of(const Flow &flow) const { return of(flow.head) + flow.whole + of(flow.tail); }

  /// What is left of the open stretch goes on with the head of the next part, `times` times over.
  void append(Flow &flow, const Flow &next, int64_t times) const;

private:
  const Memory &memory(int index) const { return target.memories[static_cast<size_t>(index)]; }

  const ArrayTile &tile;
  const Target &target;
};

} // namespace dnnc::sim

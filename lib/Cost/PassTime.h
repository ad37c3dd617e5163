// Cycles of what an array instruction brings to the array, computes and sends away.
//
// The passes from one ramp-up, or return of psums, to the next are a stretch. Operands whose spads are
// replaced word by word stream: they flow through a stretch without regard to single passes, so that their
// sums bound it. All else is tied to a stage, the time in which one pass computes.
#pragma once

#include "lib/Cost/ArrayCost.h"

namespace dnnc::cost {

/// What is brought to the array: bytes.
struct Delivery {
  int64_t ifmap = 0, weight = 0, psum = 0;
};

/// Psums that leave it: bytes through the output path, or to the psum memory.
struct Leaving {
  int64_t results = 0, psums = 0;
};

struct Cycles {
  int64_t count = 0;
  CycleTerm term = CycleTerm::Compute;
  void atLeast(int64_t other, CycleTerm otherTerm) {
    if (other > count)
      count = other, term = otherTerm;
  }
};

using CyclesByTerm = std::array<double, cycleTerms>;

struct Stretch {
  CyclesByTerm stages{};
  Delivery brought; ///< of operands that stream
  Leaving left;
  void stage(Cycles cycles) { stages[static_cast<size_t>(cycles.term)] += static_cast<double>(cycles.count); }
  void stage(int64_t cycles, CycleTerm term) { stage({cycles, term}); }
  void add(const Stretch &other, int64_t times);
};

/// Some passes in a row: the stretch that was open before them, those that begin and end among them, and the
/// one that is open behind them. Where none begins there is the first alone.
struct Flow {
  Stretch head, tail;
  CyclesByTerm whole{};
  bool newStretch = false;
  Stretch &open() { return newStretch ? tail : head; }
};

class PassTime {
public:
  PassTime(const ArrayTile &tile, const Target &target);

  /// Everything at once: the longest of the networks and of the memories' ports.
  Cycles ofDelivery(const Delivery &delivery) const;
  /// The same while nothing computes; on some machines one operand after the other.
  int64_t ofFill(const Delivery &delivery) const;
  int64_t ofDrain(const Leaving &leaving) const;

  /// Ends the open stretch and begins one, with a ramp-up of so many cycles.
  void beginStretch(Flow &flow, int64_t cycles) const;
  /// `next` goes on where `flow` ends, `times` times over.
  void append(Flow &flow, const Flow &next, int64_t times) const;
  CyclesByTerm of(const Flow &flow) const;

private:
  void addStretch(CyclesByTerm &cycles, const Stretch &stretch, int64_t times) const;
  const Memory &memory(int index) const { return target.memories[static_cast<size_t>(index)]; }

  const Target &target;
  const Array &array;
  bool streams;
  int ifmapMemory, weightMemory, psumMemory, outputMemory;
};

} // namespace dnnc::cost

// Time of passes in a row, as a (max,+) linear map.
//
// The array has a clock, and so has every network and port that streaming operands pass (PassStreams). Words
// come in without regard to the array; a pass ends when it has computed and its words have come; psums leave
// when their pass has ended and those before them have left. So each clock ends at the longest of some ways:
// a clock of the beginning, and what is added to it on from there. A way knows what its time went to.
//
// At a ramp-up, and where psums return that went to their memory, all clocks meet. There the map falls apart
// into the longest way to the first meeting, the time between meetings, and the ways from the last one. Where
// nothing streams there is one clock, and a sum.
#pragma once

#include "lib/Cost/PassStreams.h"

#include <array>

namespace dnnc::cost {

using CyclesByTerm = std::array<double, cycleTerms>;

/// How long a stage is, and what for.
struct Ticks {
  int64_t count = 0;
  CycleTerm term = CycleTerm::Compute;
  void atLeast(int64_t other, CycleTerm otherTerm) {
    if (other > count)
      count = other, term = otherTerm;
  }
};

/// From one clock to another: ticks, and what they are spent on. A flow has more ways than most machines
/// need, so none is set before it is made.
struct Way {
  static constexpr int64_t never = -1;
  int64_t ticks;
  CyclesByTerm by;

  void clear(int64_t length) {
    ticks = length;
    by.fill(0);
  }
  void add(CycleTerm term, int64_t more) {
    ticks += more;
    by[static_cast<size_t>(term)] += static_cast<double>(more);
  }
  void add(const Way &other, int64_t times) {
    ticks += other.ticks * times;
    for (size_t term = 0; term < cycleTerms; ++term)
      by[term] += other.by[term] * static_cast<double>(times);
  }
};

class PassFlow {
public:
  /// No passes yet. `streams` has to outlive it.
  explicit PassFlow(const PassStreams &streams);

  /// A pass takes so many ticks, and at least until its words have come; `alone` are cycles after that, of which
  /// its psums leave in `drained`.
  void stage(Ticks longest, int64_t alone, Cycles drained = {});
  /// What comes in for the passes that follow, or shares a port with that.
  void bring(const Delivery &delivery);
  /// Psums of the pass that has ended.
  void leave(const Leaving &leaving);
  /// All clocks meet, and go on so many cycles later.
  void meet(int64_t rampUp);
  /// `next` happens so many times after all this.
  void append(const PassFlow &next, int64_t times);

  /// Cycles, and what they were spent on.
  struct Time {
    int64_t cycles = 0;
    CyclesByTerm by{};
    void add(const Time &other, int64_t times);
  };
  /// Until the last clock ends, where all begin together.
  Time time() const;

private:
  static constexpr size_t mostIncoming = PassStreams::mostIncoming;
  /// Ways from one clock: to the incoming ones [first, last), which only add, to the array's and to the one
  /// of psums that leave.
  struct Ways {
    size_t first, last;
    std::array<int64_t, mostIncoming> brought;
    Way array, leaving;
  };
  struct Join;

  template <typename Visit> void forEachSource(Visit visit);
  Way longestEnd(const Ways &ways) const;
  Way toFirstMeeting(const Ways &ways, const PassFlow &next) const;
  Time timeOf(const Way &way) const;
  void passThrough(Ways &ways, const PassFlow &next) const;
  PassFlow power(int64_t times) const;

  const PassStreams *streams;
  bool met = false;
  /// As far as the passes go or, once there is a meeting, to the first one: then `array` is the longest way.
  Ways fromArray;
  std::array<Ways, mostIncoming> fromIncoming;
  int64_t left = 0; ///< from the clock of psums that leave to itself
  Time between;     ///< the first and the last meeting
  Ways since;       ///< the last meeting
};

} // namespace dnnc::cost

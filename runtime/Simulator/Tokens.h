// The counters that queues meet at.
#pragma once

#include "runtime/Simulator/Hazards.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dnnc::sim {

/// One declared counter. A unit is consumed in the order in which it was signalled, so the k-th unit consumed
/// is initial, or the one of the (k − initial)-th signal: a waiter happens after that signal.
class Token {
public:
  Token(std::string name, int64_t initial, int64_t maximum)
      : name(std::move(name)), initial(initial), maximum(maximum) {}

  int64_t available() const { return initial + static_cast<int64_t>(signals.size()) - consumed(); }
  int64_t consumed() const { return static_cast<int64_t>(consumers.size()); }

  /// The signal whose unit is consumed next, if it is not an initial one. Needs available() > 0.
  struct Signal {
    uint32_t job; // of the timeline
    Clock clock;  // of the signaller, itself included
  };
  const Signal *consume(int queue, uint32_t sequence);

  /// Adds a unit. False when the counter might exceed its maximum: when the consumption that has to make room
  /// is not known to have happened before this signal.
  bool signal(uint32_t job, const Clock &clock);

  const std::string name;
  const int64_t initial;
  const int64_t maximum;

private:
  struct Consumer {
    int queue;
    uint32_t sequence;
  };
  std::vector<Signal> signals;
  std::vector<Consumer> consumers;
};

} // namespace dnnc::sim

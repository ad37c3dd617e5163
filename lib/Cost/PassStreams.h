// What the words of streaming operands pass on their way to and from the PEs.
//
// An operand whose spad is replaced word by word streams: its words are sent ahead without regard to single
// passes, and psums queue to leave, as fast as the slowest thing on their way lets them. Each network and
// port that may be that has a clock.
#pragma once

#include "lib/Cost/PassTime.h"

#include <span>

namespace dnnc::cost {

class PassStreams {
public:
  /// A network, or the read port of a memory of several operands, whether all of them stream or not. Ticks
  /// that a byte of each takes there; none of an operand that does not pass.
  struct Incoming {
    CycleTerm term;
    int64_t ifmap, weight, psum;
    int64_t ticksOf(const Delivery &bytes) const {
      return bytes.ifmap * ifmap + bytes.weight * weight + bytes.psum * psum;
    }
  };
  static constexpr size_t mostIncoming = 4;

  /// `parts` are those of a cycle that stages may take.
  explicit PassStreams(const Target &target, int64_t parts = 1);

  bool any() const { return incomings > 0 || leave; }
  std::span<const Incoming> in() const { return {incoming.data(), incomings}; }
  /// Psums leave one behind the other, each at the pace of its memory.
  bool psumsLeave() const { return leave; }
  int64_t ticksOf(const Leaving &bytes) const { return bytes.results * results + bytes.psums * psums; }
  /// What that pace is due to. There is one clock: the port only where it is the slower one for all that
  /// leaves.
  CycleTerm leavingTerm() const { return narrowPort ? CycleTerm::WritePort : CycleTerm::Drain; }
  /// A tick is the part of a cycle of which every byte and stage takes a whole number.
  int64_t ticksPerCycle() const { return ticks; }

private:
  void makeIncoming(const Target &target);
  void toTicks();

  std::array<Incoming, mostIncoming> incoming;
  size_t incomings = 0;
  bool leave, narrowPort = false;
  int64_t results = 0, psums = 0;
  int64_t ticks = 1;
};

} // namespace dnnc::cost

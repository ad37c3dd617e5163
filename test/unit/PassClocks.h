// The law of streaming passes as docs/array.md says it, one pass after the other: what lib/Cost's closed form
// is held against.
#pragma once

#include "lib/Cost/PassTime.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace dnnc::cost {

/// Every network and port has a clock, whether it may be the slowest or not. Clocks count parts of a cycle of
/// which each byte takes a whole number.
class PassClocks {
public:
  explicit PassClocks(const Target &target) : target(target), array(target.array) {
    for (const Memory &memory : target.memories)
      for (int64_t rate : {memory.readBytesPerCycle, memory.writeBytesPerCycle})
        unit = std::lcm(unit, rate);
    for (const NocPort *port : {&array.ifmapNoc, &array.weightNoc, &array.psumNoc})
      unit = std::lcm(unit, port->bytesPerCycle);
  }

  /// The array is busy, and waits for the words of the pass; then what leaves alone.
  void stage(int64_t cycles, int64_t alone) {
    now += cycles * unit;
    for (auto [network, clock] : networks)
      now = std::max(now, clock);
    for (auto [memory, clock] : ports)
      now = std::max(now, clock);
    now += alone * unit;
  }
  /// Words that stream, or share a port with what streams.
  void bring(const Delivery &bytes) {
    come(Operand::Ifmap, array.ifmapSpad, array.ifmapNoc, bytes.ifmap);
    come(Operand::Weight, array.weightSpad, array.weightNoc, bytes.weight);
    come(Operand::Psum, array.psumSpad, array.psumNoc, bytes.psum);
  }
  void leave(const Leaving &bytes) {
    auto ticks = [&](Operand operand, int64_t count) {
      return count * unit / std::min(array.psumNoc.bytesPerCycle, memoryOf(operand).writeBytesPerCycle);
    };
    queue = std::max(queue, now) + ticks(Operand::Ofmap, bytes.results) + ticks(Operand::Psum, bytes.psums);
  }
  void meet(int64_t rampUp) {
    now = (cycles() + rampUp) * unit;
    queue = now;
    for (auto &[network, clock] : networks)
      clock = now;
    for (auto &[memory, clock] : ports)
      clock = now;
  }
  /// Whole cycles until the last clock ends.
  int64_t cycles() const {
    int64_t last = std::max(now, queue);
    for (auto [network, clock] : networks)
      last = std::max(last, clock);
    for (auto [memory, clock] : ports)
      last = std::max(last, clock);
    return (last + unit - 1) / unit;
  }

private:
  size_t indexOf(Operand operand) const { return target.memoryFor(operand).value_or(0); }
  const Memory &memoryOf(Operand operand) const { return target.memories[indexOf(operand)]; }

  void come(Operand operand, const Spad &spad, const NocPort &network, int64_t bytes) {
    size_t memory = indexOf(operand);
    int64_t port = target.memories[memory].readBytesPerCycle;
    int sharers = 0;
    bool streamed = false;
    for (auto [other, otherSpad] : {std::pair(Operand::Ifmap, &array.ifmapSpad),
                                    {Operand::Weight, &array.weightSpad},
                                    {Operand::Psum, &array.psumSpad}})
      if (indexOf(other) == memory)
        ++sharers, streamed |= otherSpad->streams;
    if (sharers > 1 && streamed)
      ports[memory] += bytes * unit / port;
    if (spad.streams)
      networks[operand] += bytes * unit / std::min(network.bytesPerCycle, port);
  }

  const Target &target;
  const Array &array;
  int64_t unit = 1, now = 0, queue = 0;
  std::map<Operand, int64_t> networks;
  std::map<size_t, int64_t> ports;
};

} // namespace dnnc::cost

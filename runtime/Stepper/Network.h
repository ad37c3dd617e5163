// The networks that bring words from the on-chip memories to PEs, and the memories' read ports that they
// share.
#pragma once

#include "dnnc/Target.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <vector>

namespace dnnc::stepper {

/// One word on its way; all its receivers take it in the same cycle. One without a bit comes with the word
/// before it.
struct Parcel {
  int64_t pass; // that needs it
  int64_t word;
  int64_t bits, spadWords;         // on the network; in each spad that takes it
  size_t firstReceiver, receivers; // in Network::receivers
  int64_t hopBits;                 // bits × nodes of the mesh that take it
  int64_t after;                   // of a psum: how often it has to have left its PEs before
};

class Network {
public:
  Network(int64_t bytesPerCycle, int memory) : bitsPerCycle(8 * bytesPerCycle), memory(memory) {}

  void send(const Parcel &parcel);
  /// PEs of the parcels.
  std::vector<uint32_t> receivers;

  /// Whether everything has arrived.
  bool idle() const { return head == queue.size(); }
  int64_t bitsLeft() const { return left; }
  size_t waiting() const { return queue.size() - head; }
  /// The pass before whose end the next word has to be there; there is one.
  int64_t due() const { return queue[head].pass - early; }
  /// Bits of the words due with it.
  int64_t bitsDue() const { return leftOfPass.front().second; }
  /// Whether something for the pass, or for one before it, has not arrived.
  bool owes(int64_t pass) const { return !idle() && queue[head].pass <= pass; }
  /// Forgets what has arrived, once everything has.
  void clear();

  /// Whether the receivers have room for a word; if not, it waits, and so do those behind it.
  std::function<bool(const Parcel &)> admit = [](const Parcel &) { return true; };
  std::function<void(const Parcel &)> arrive;

  /// Moves up to so many bits in this cycle; returns how many it moved.
  int64_t move(int64_t bits);

  const int64_t bitsPerCycle;
  const int memory;
  int64_t early = 0;    // passes by which words have to be there before their own
  int64_t movedNow = 0; // bits in this cycle

private:
  std::vector<Parcel> queue;
  size_t head = 0;
  int64_t ofHead = 0; // bits of the first parcel that have moved
  int64_t left = 0;
  std::deque<std::pair<int64_t, int64_t>> leftOfPass; // passes in order, and bits left
};

/// One cycle of networks on their memories' ports. Where a port is too narrow for all, the word that is due
/// first goes first; of words due together that of the network that has most cycles left of them. Returns
/// whether anything moved.
bool deliver(std::span<Network *const> networks, const Target &target);

} // namespace dnnc::stepper

// A memory through which operands stream to the array: loads push, array instructions pop, nothing stays.
#pragma once

#include "runtime/Simulator/Context.h"
#include "runtime/Simulator/Hazards.h"

#include <cstdint>
#include <deque>
#include <vector>

namespace dnnc::sim {

/// What one load pushed: the whole tile, from its lowest to its highest buffer address.
struct FifoEntry {
  int64_t begin = 0, end = 0; // buffer addresses
  std::vector<uint8_t> bytes;
  std::vector<uint8_t> written; // a flag a byte
  uint32_t job = 0;             // the load
  Clock before{};               // what happened before that load
  bool taken = false;           // by an operand of the array instruction that pops
};

class Fifo {
public:
  explicit Fifo(int64_t capacity) : capacity(capacity) {}

  FifoEntry &push(int64_t begin, int64_t end, uint32_t job, const Clock &before);
  /// Whether everything pushed lies in the FIFO or in an array instruction that has begun to drain it.
  bool hasRoom() const;
  /// An array instruction that pops `count` entries has started to drain; what it has not got yet may follow.
  void drain(size_t count) { draining = count; }
  size_t size() const { return entries.size(); }
  FifoEntry &entry(size_t i) { return entries[i]; }
  void pop(size_t count);

  const int64_t capacity;

private:
  std::deque<FifoEntry> entries;
  size_t draining = 0; // entries at the front that the array drains
};

} // namespace dnnc::sim

// Who wrote and who read each byte of a memory last, so that an access that is not ordered against them is
// found.
//
// Order means happens-before through queue order and tokens only, never this run's timing: an instruction
// carries a vector clock, for every queue the number of its instructions known to be complete.
#pragma once

#include "runtime/Simulator/Region.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

namespace dnnc::sim {

inline constexpr int queueCount = 4; // load, array, vector, store

/// For each queue, how many of its instructions are complete for sure. Instructions are numbered from 1 as
/// executed.
using Clock = std::array<uint32_t, queueCount>;

/// Component-wise maximum: what is known after learning `other`.
inline void join(Clock &clock, const Clock &other) {
  for (int q = 0; q < queueCount; ++q)
    clock[q] = clock[q] < other[q] ? other[q] : clock[q];
}

/// The instruction that makes an access.
struct Accessor {
  int queue = 0;
  uint32_t sequence = 0; // its number in its queue
  Clock clock{};         // what happened before it
};

struct Conflict {
  enum class Kind { NeverWritten, ReadAfterWrite, WriteAfterRead, WriteAfterWrite };
  Kind kind;
  int64_t address;       // of the first byte concerned, as far as the shadow resolves
  int queue = 0;         // of the earlier access
  uint32_t sequence = 0; // of the earlier access
};

/// The shadow of one memory. A cell stands for as many bytes as every access so far was aligned to, so that
/// programs of wide elements pay less; it never loses exactness.
class Shadow {
public:
  static constexpr uint32_t maxSequence = (1u << 30) - 2; // stamps share 32 bits with the queue

  explicit Shadow(int64_t bytes);

  /// Bytes written before the run: inputs.
  void markWritten(int64_t begin, int64_t end);
  std::optional<Conflict> read(const Region &region, const Accessor &by);
  std::optional<Conflict> write(const Region &region, const Accessor &by);

private:
  struct Free {
    void operator()(uint32_t *cells) const;
  };
  /// Zeroed pages that cost nothing until touched.
  using Cells = std::unique_ptr<uint32_t[], Free>;

  static Cells allocate(int64_t cells);
  void refineTo(const Region &region);
  Cells refined(const Cells &cells, int fewer) const;
  std::optional<Conflict> checkWriters(const uint32_t *cells, int64_t count, int64_t address,
                                       const Accessor &by, bool needsValue) const;

  int64_t bytes;
  int shift = 6; // log2 of a cell's bytes
  int64_t cellCount;
  Cells writer;                         // sequence << 2 | queue; 0: never written
  std::array<Cells, queueCount> reader; // sequence of the last read by each queue; made when first needed
};

} // namespace dnnc::sim

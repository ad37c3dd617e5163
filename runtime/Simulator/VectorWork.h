// The vector unit's time for one instruction.
#pragma once

#include "dnnc/Target.h"
#include "runtime/Isa/Isa.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace dnnc::sim {

/// The elements e of [0, extent) with 0 <= offset + e < bound.
struct Clip {
  int64_t first = 0, count = 0;
};
Clip clip(int64_t extent, int64_t offset, int64_t bound);

/// What the vector unit does in an instruction, apart from its memory traffic.
struct VectorWork {
  int64_t elements = 0;       // iterations of the program
  int64_t steps = 0;          // of the program and of combining, on one element
  bool special = false;       // the program has exp, log, erf, …
  int64_t finishElements = 0; // iterations of the finishing program
  int64_t finishSteps = 0;
  bool finishSpecial = false;

  int64_t allSteps() const { return elements * steps + finishElements * finishSteps; }
  /// Lanes work in lockstep, each `pipeline_steps` steps of its element a cycle; port bytes, read and written
  /// together, flow beside. A pure movement has no steps but still passes its elements through the lanes.
  int64_t cycles(const VectorUnit &unit, int64_t portBytes) const;
};

using Resolve = std::function<int64_t(const isa::Affine &)>;

VectorWork workOf(const isa::Map &map, const std::vector<isa::LanesRow> &lanes, const Resolve &resolve);
VectorWork workOf(const isa::Reduce &reduce, const std::vector<isa::LanesRow> &lanes, const Resolve &resolve);
VectorWork workOf(const isa::Window &window, const std::vector<isa::LanesRow> &lanes, const Resolve &resolve);
VectorWork workOf(const isa::Permute &permute, const std::vector<isa::LanesRow> &lanes,
                  const Resolve &resolve);
VectorWork workOf(const isa::Gather &gather, const std::vector<isa::LanesRow> &lanes, const Resolve &resolve);

} // namespace dnnc::sim

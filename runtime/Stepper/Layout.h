// Which part of a pass each PE and each of its multipliers works on, and in which order the passes come.
#pragma once

#include "dnnc/Target.h"
#include "runtime/Stepper/Stepper.h"

#include <optional>

namespace dnnc::stepper {

/// A block of the loop dimensions.
struct Block {
  Extents start{}, count{};
  bool empty() const;
  /// The part of it that begins at `offset` and spans at most `size`.
  Block part(const Extents &offset, const Extents &size) const;
};

/// Positions on the mesh that a mapping uses, as offsets into a pass.
struct Layout {
  /// Positions that lie beyond the tile's end in every pass are left out. Throws Error when the target has
  /// fewer positions on an axis than the mapping uses, or its multipliers cannot be spread like that.
  Layout(const Mapping &mapping, const Extents &tile, const Target &target, bool depthwise = false);

  struct Position {
    Extents offset;
    int64_t node; // of the mesh: its cluster, or itself where there is only one cluster
  };
  std::vector<Position> pes;        // cluster by cluster
  std::vector<Extents> multipliers; // of a PE
  Extents perMultiplier, perPe, perPass;
  /// Whether a dimension is spread over several PEs, or over several multipliers or PEs.
  std::array<bool, dimCount> overPes{}, overMultipliers{};
};

/// Goes through the pass loops of a mapping, the last one fastest.
class Sequencer {
public:
  Sequencer(const Mapping &mapping, const Extents &perPass, const Extents &tile);
  /// The next pass, if there is one.
  std::optional<Block> next();

private:
  struct Counter {
    int dim;
    int64_t step, count, index;
  };
  std::vector<Counter> counters; // fastest first
  Extents perPass, tile, start{};
  bool started = false;
};

/// The different ifmap coordinates origin + i·step + j·hop in [0, limit) of i in [first, first + count) and j
/// in [tap, tap + taps), ascending.
std::vector<int64_t> coordinates(int64_t origin, int64_t first, int64_t count, int64_t step, int64_t tap,
                                 int64_t taps, int64_t hop, int64_t limit);

} // namespace dnnc::stepper

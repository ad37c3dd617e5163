// Dataflows as constraints on the mapping of a layer (docs/mapping.md).
#pragma once

#include "lib/Cost/LayerCost.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dnnc::mapping {

/// In the order of acc::Dataflow.
enum class Dataflow : uint8_t { Rs, Ws, Os, Is, Nlr, Mixed };
inline constexpr std::array<std::string_view, 6> dataflowNames = {"rs", "ws", "os", "is", "nlr", "mixed"};
inline std::string_view name(Dataflow dataflow) { return dataflowNames[static_cast<size_t>(dataflow)]; }

/// Some of the dataflows; `auto` is all of them.
class DataflowSet {
public:
  static DataflowSet all() { return DataflowSet(63); }
  static DataflowSet only(Dataflow dataflow) { return DataflowSet(uint8_t(1) << static_cast<int>(dataflow)); }
  /// "auto", or the name of one; nothing for any other text.
  static std::optional<DataflowSet> parse(std::string_view text);

  bool contains(Dataflow dataflow) const { return mask >> static_cast<int>(dataflow) & 1; }
  void remove(Dataflow dataflow) { mask &= ~(1 << static_cast<int>(dataflow)); }
  bool empty() const { return mask == 0; }
  bool isOne() const { return mask != 0 && (mask & (mask - 1)) == 0; }
  bool operator==(const DataflowSet &) const = default;
  /// "auto", or names joined by "+".
  std::string text() const;

private:
  explicit DataflowSet(uint8_t mask) : mask(mask) {}
  uint8_t mask;
};

/// Pass loops that turn: more than one block of a dimension in a tile, outermost first. A loop whose inner
/// loops cover the tile already is none.
std::vector<int> turningLoops(const cost::ArrayMapping &mapping, const cost::Extents &tile);

/// The loop dimensions, a bit each, of which a PE may keep more than one under a dataflow; of rs more is said
/// by violation().
unsigned keptInPe(Dataflow dataflow);

/// Which of the dataflows, a bit each, let a PE keep more than one of these dimensions. Just mixed where it is
/// among them, for it allows all that the others do.
unsigned keepers(DataflowSet among, unsigned kept);

/// What an operand that stays asks of the loops over tiles and passes, a bit for each dimension: none over one of
/// `outer` has one over one of `inner` inside. Nothing of rs, nlr and mixed, which are said within a tile.
struct LoopConstraint {
  unsigned outer = 0, inner = 0;
};
LoopConstraint loopConstraint(Dataflow dataflow);
/// Whether loops, outermost first, obey it.
bool obeys(const std::vector<int> &loops, LoopConstraint constraint);

/// Loops over the tiles of a layer, outermost first: those of `order`, and C innermost where it is cut.
std::vector<int> tileLoops(const cost::Layer &layer, const cost::Extents &tile, const std::vector<int> &order);

/// How a mapping of the layer breaks the dataflow's constraint; empty when it obeys.
std::string violation(Dataflow dataflow, const cost::Layer &layer, const cost::LayerMapping &mapping);

/// Why the target cannot serve a layer under a dataflow, whatever the mapping; empty when nothing is known
/// against it.
std::string refusal(Dataflow dataflow, const cost::Layer &layer, const Target &target);

/// The dataflow a mapping is called by where it obeys several: the one whose stationary operand stays for the
/// most passes; mixed where it obeys no other.
Dataflow nameDataflow(const cost::Layer &layer, const cost::LayerMapping &mapping, DataflowSet among);

} // namespace dnnc::mapping

// How one convolution or matrix product is put onto a machine: what is legal, and what it costs. No IR in
// here.
#pragma once

#include "lib/Mapping/Dataflow.h"

namespace dnnc::mapping {

enum class Objective : uint8_t { Latency, Energy, Edp };
inline constexpr std::array<std::string_view, 3> objectiveNames = {"latency", "energy", "edp"};
std::optional<Objective> parseObjective(std::string_view text);

struct MappingProblem {
  const Target *target = nullptr;
  cost::Layer layer;
  Objective objective = Objective::Latency;
  DataflowSet dataflows = DataflowSet::all();

  /// Every limit that the mapping breaks, with the limit and the value; empty when it is legal. Which
  /// dataflow it obeys is another question (violation()): a mapping made by hand need not obey any.
  std::vector<std::string> verify(const cost::LayerMapping &mapping) const;

  /// The same of tile and loop order alone; the array's mapping is not looked at.
  std::vector<std::string> verifyTile(const cost::LayerMapping &mapping) const;

  cost::LayerEstimate evaluate(const cost::LayerMapping &mapping) const {
    return cost::estimateLayer(layer, mapping, *target);
  }
  /// What is minimized: cycles, pJ, or their product.
  double value(const cost::LayerEstimate &estimate) const;
  /// What decides among equals: pJ, or cycles where energy is the objective.
  double second(const cost::LayerEstimate &estimate) const;

  /// Everything that the search depends on but the target, as text: layers of one signature have one answer.
  std::string signature() const;
};

/// Tiles that a layer is cut into along a dimension.
inline int64_t tilesAlong(const cost::Layer &layer, const cost::Extents &tile, int dim) {
  return (layer.extents[dim] + tile[dim] - 1) / tile[dim];
}

} // namespace dnnc::mapping

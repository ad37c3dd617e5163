// The best mapping of a layer in the declared space: branch and bound over tiles, unrollings, spad factors
// and pass orders.
#pragma once

#include "lib/Mapping/MappingProblem.h"

#include <functional>
#include <limits>

namespace dnnc::mapping {

struct SearchOptions {
  /// Wall-clock limit; results then depend on the machine. 0 for none.
  double budgetSeconds = 0;
  /// Mappings that are bounded before the search gives up the proof: a limit that does not depend on the
  /// machine.
  int64_t bounded = 2'000'000;
  /// Whether psums may leave the array before they are complete within a tile.
  bool spills = true;
  /// Decisions that stand already.
  std::optional<cost::Extents> tile;
  std::optional<std::vector<int>> order; ///< with a tile
  std::optional<cost::ArrayMapping> array;
  /// The value of a mapping that is known: only better ones are of interest.
  double incumbent = std::numeric_limits<double>::infinity();
  /// Near misses to keep for explanations.
  size_t close = 8;
  /// Whether the best of each dataflow is of interest too, where there are several.
  bool byDataflow = true;
};

struct Candidate {
  cost::LayerMapping mapping;
  Dataflow dataflow = Dataflow::Mixed;
  double value = 0;
  cost::LayerEstimate estimate;
};

struct SearchResult {
  /// Nothing where no mapping is legal; `rejections` say why.
  std::optional<Candidate> best;
  /// No mapping of the space is below this. Equal to the best value where the search was complete.
  double lowerBound = 0;
  /// By how much of the bound the best is above it: 0.01 is 1%.
  double gap() const { return best && lowerBound > 0 ? best->value / lowerBound - 1 : 0; }
  bool complete = true;

  /// Others that came close, best first: each with another tile or dataflow.
  std::vector<Candidate> close;
  /// What a search for one of the dataflows alone finds. Without SearchOptions::byDataflow some may be missing.
  std::array<std::optional<Candidate>, dataflowNames.size()> byDataflow;

  struct Rejection {
    std::string reason;
    int64_t count;
  };
  std::vector<Rejection> rejections;
  /// How many of each were looked at.
  int64_t tiles = 0, unrollings = 0, bounded = 0, evaluated = 0;
  bool fromCache = false;
};

SearchResult search(const MappingProblem &problem, const SearchOptions &options = {});

/// The same by trying every mapping of the space, or those that are kept: for tests, on problems that are small enough.
SearchResult searchByForce(const MappingProblem &problem, const SearchOptions &options = {},
                           const std::function<bool(const cost::LayerMapping &)> &keeps = {});

} // namespace dnnc::mapping

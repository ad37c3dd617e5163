// The best mapping of a layer in the declared space: branch and bound over tiles, unrollings, spad factors
// and pass orders.
#pragma once

#include "lib/Mapping/MappingProblem.h"

namespace dnnc::mapping {

struct SearchOptions {
  /// Wall-clock limit; results then depend on the machine. 0 for none.
  double budgetSeconds = 0;
  /// Mappings that are bounded before the search gives up the proof: a limit that does not depend on the
  /// machine. A search for one dataflow gives up at an eighth of it; one for several that gave up goes on with each
  /// alone, so that it is never worse than one of them.
  int64_t bounded = 2'000'000;
  /// Whether psums may leave the array before they are complete within a tile.
  bool spills = true;
  /// Decisions that stand already.
  std::optional<cost::Extents> tile;
  std::optional<std::vector<int>> order; ///< with a tile
  std::optional<cost::ArrayMapping> array;
  /// Near misses to keep for explanations.
  size_t close = 8;
};

struct Candidate {
  cost::LayerMapping mapping;
  Dataflow dataflow = Dataflow::Os;
  double value = 0;
  cost::LayerEstimate estimate;
};

struct SearchResult {
  /// Nothing where no mapping is legal; `rejections` say why.
  std::optional<Candidate> best;
  /// No mapping of the space is below this. Equal to the best value where the search was complete.
  double lowerBound = 0;
  double gap() const { return best && best->value > 0 ? 1 - lowerBound / best->value : 0; }
  bool complete = true;

  /// Others that came close, best first: each with another tile or dataflow.
  std::vector<Candidate> close;
  /// The best that was met under each dataflow asked for. Where a search over several ended without a proof,
  /// each is what a search for it alone gives; otherwise only the best of all is sure.
  std::array<std::optional<Candidate>, 5> byDataflow;

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

/// The same by trying every mapping of the space: for tests, on problems that are small enough.
SearchResult searchByForce(const MappingProblem &problem, const SearchOptions &options = {});

} // namespace dnnc::mapping

// What all levels of a search share: the problem, the best mappings so far, and what is left of its steps.
#pragma once

#include "lib/Mapping/MappingBounds.h"
#include "lib/Mapping/MappingSearch.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <map>

namespace dnnc::mapping {

class SearchState {
public:
  SearchState(const MappingProblem &problem, const SearchOptions &options);

  const MappingProblem &problem;
  const SearchOptions &options;
  MappingSpace space;
  MappingBounds bounds;
  SearchResult result;
  bool stopped = false;

  /// Whether a mapping with this bound may be better than the best so far. Where mappings of the best's value
  /// are looked for (`amongEquals`), whether it may be one of them with less of the other objective.
  bool accepts(const Bound &bound) const;
  bool beats(double value) const { return least(value) < valueToBeat(); }
  /// Of the best so far, here or elsewhere.
  double valueToBeat() const {
    return result.best ? std::min(result.best->value, options.incumbent) : options.incumbent;
  }
  /// What a bound says of values: cycles are whole, and bounds are sums in another order than the estimate's.
  double least(double bound) const;
  double second(const Bound &bound) const {
    return problem.objective == Objective::Energy ? bound.cycles : bound.energy;
  }
  /// The most cycles with which a mapping of this bound can still be of use.
  double mostCycles(const Bound &bound) const;
  /// The same where only an estimate is to be had: near misses are of use too.
  double mostCyclesToKeep(const Bound &bound) const;
  /// The first memory in which the tiles of a mapping do not fit.
  const Memory *memoryTooSmall(const cost::LayerMapping &mapping) const;
  /// Estimates a mapping, and keeps it if it is good. Those of the space are legal but for what streams through
  /// a FIFO.
  void offer(const cost::LayerMapping &mapping);

  /// Steps so far, which the limit counts.
  int64_t spent() const;
  bool outOfBudget();
  void startClock() { started = std::chrono::steady_clock::now(); }
  int64_t limit; ///< of the steps

  // Why mappings were left out.
  void reject(const std::string &reason, int64_t count = 1) { rejections[reason] += count; }
  int64_t idle = 0, tooLarge = 0, groupsOutbounded = 0, outbounded = 0, transferBound = 0,
          noRoomForSpills = 0;
  SearchResult finish();

  bool amongEquals = false;

private:
  double worstKept() const;
  void keepClose(const Candidate &candidate);

  bool streams = false; ///< operands through a FIFO
  double secondBest = std::numeric_limits<double>::infinity();
  std::map<std::string, int64_t> rejections;
  std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();
};

} // namespace dnnc::mapping

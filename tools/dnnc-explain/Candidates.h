// What candidates of a search cost, each by term and level, and by what they lose.
#pragma once

#include "lib/Mapping/MappingSearch.h"
#include "tools/dnnc/Session.h"

#include <string>
#include <utility>
#include <vector>

namespace dnnc::explain {

std::string percent(double part, double whole);
std::string namedText(const cost::Extents &extents, const cost::Extents *whole = nullptr);
double dramBytes(const cost::LayerEstimate &estimate);

/// A part of a layer's cycles or energy, under its name.
using Terms = std::vector<std::pair<std::string, double>>;
/// They sum to the layer's cycles: what the array does, and its waiting for loads and stores.
Terms cyclesByTerm(const cost::LayerEstimate &estimate);
/// They sum to the layer's energy.
Terms energyByLevel(const cost::LayerEstimate &estimate);

/// What the layer's time follows: the busiest queue, and of that queue what most of its cycles went to.
std::string boundOf(const cost::LayerEstimate &estimate, const Target &target);
/// The same queue's busy cycles.
double boundCycles(const cost::LayerEstimate &estimate, const Target &target);

/// The two terms in which a candidate loses most against the best, with their amounts. Of the product of
/// energy and delay each counts as its share of the best's cycles or energy. Where the values are the same,
/// those of the other objective.
std::string losesBy(const mapping::Candidate &candidate, const mapping::Candidate &best,
                    mapping::Objective objective);

/// Candidates by name beside the best: a table of figures, one of cycles by term and one of energy by level.
struct CandidateTables {
  std::vector<tool::Row> figures, cycles, energy;
  static constexpr size_t leftColumns = 4, textColumn = 9; ///< of the figures
};
CandidateTables tablesOf(const std::vector<std::pair<std::string, const mapping::Candidate *>> &candidates,
                         const mapping::Candidate &best, const mapping::MappingProblem &problem);

} // namespace dnnc::explain

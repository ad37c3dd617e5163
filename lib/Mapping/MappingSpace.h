// The declared space of mappings (docs/mapping.md): every function lists choices of one level, given those of
// the levels above. The search and brute force go through the same lists; the search only leaves out what
// cannot be best.
#pragma once

#include "lib/Mapping/MappingProblem.h"

#include <limits>

namespace dnnc::mapping {

/// ⌈whole/k⌉ for k = 2^i and, unless `coarse`, 3·2^i, and every distinct one up to 4; largest first.
std::vector<int64_t> distinctSizes(int64_t whole);
/// The smallest factor with as few parts of `whole` as `factor` makes.
int64_t leanFactor(int64_t whole, int64_t factor);

/// What the spatial axes of the array work on at once.
struct Unrolling {
  cost::ArrayMapping axes;           ///< passes and spads still empty
  cost::Extents macs, pes, clusters; ///< products of the factors of a dimension
  int64_t spatial(int dim) const { return macs[dim] * pes[dim] * clusters[dim]; }
  bool rowStationary = false; ///< filter rows along PE rows: for rs alone
};

class MappingSpace {
public:
  explicit MappingSpace(const MappingProblem &problem);

  /// Sizes of on-chip tiles that the layer's shape allows, whether they fit or not.
  std::vector<cost::Extents> tiles() const;
  /// Loop orders over tiles that differ in what is loaded how often.
  std::vector<std::vector<int>> orders(const cost::Extents &tile) const;

  /// Unrollings whose steps, with one MAC each, are at most `mostSteps` over all tiles of the layer.
  std::vector<Unrolling> unrollings(const cost::Extents &tile,
                                    double mostSteps = std::numeric_limits<double>::infinity()) const;
  /// Temporal factors of a dimension inside a PE.
  std::vector<int64_t> spadFactors(const cost::Extents &tile, const Unrolling &unrolling, int dim) const;
  /// Orders of the pass loops that turn (`trips` > 1) that some dataflow of the problem allows, of those that
  /// differ in reuse. `kept`: the dimensions, a bit each, of which a PE keeps more than one.
  std::vector<std::vector<int>> passOrders(const cost::Extents &tile, const cost::Extents &trips,
                                           const Unrolling &unrolling, unsigned kept) const;
  /// Of the dataflows asked for, a bit each, those under which passes may turn in a tile of these sizes; mixed stands
  /// for all.
  unsigned allowed(const cost::Extents &tile, const cost::Extents &trips, unsigned kept) const;

  /// Trips of every dimension's pass loop.
  static cost::Extents trips(const cost::Extents &tile, const cost::MappingShape &shape);
  static cost::ArrayMapping mapping(const Unrolling &unrolling, const cost::Extents &spad,
                                    const cost::Extents &trips, const std::vector<int> &order);

private:
  std::vector<cost::Extents> allTiles() const;
  /// Where one dataflow alone is asked for, the dimensions whose passes would turn inside of a loop over tiles that they
  /// must not turn in. A PE keeps one of each of them, so that the array has to take all of a tile at once.
  std::vector<int> mustNotTurn(const cost::Extents &tile) const;
  int64_t multipliers() const { return cost::multipliersOf(cost::isDepthwise(layer.extents), array); }
  void unrollGeneral(const cost::Extents &tile, double mostSteps, std::vector<Unrolling> &list) const;
  void unrollRowStationary(const cost::Extents &tile, double mostSteps, std::vector<Unrolling> &list) const;

  const MappingProblem &problem;
  const cost::Layer &layer;
  const Array &array;
  std::vector<Dataflow> asked;
  bool general, rowStationary; ///< whether dataflows other than rs, and rs, are asked for
  bool lockstep = false;       ///< whether the multipliers of a PE take filters alone
  unsigned mayKeep = 0;        ///< dimensions of which a PE may keep more than one in some dataflow but rs
};

} // namespace dnnc::mapping

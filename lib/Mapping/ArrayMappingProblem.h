// How one on-chip tile is spread over the PE array: a search that knows nothing of IR.
#pragma once

#include "lib/Cost/ArrayCost.h"

#include <string>

namespace dnnc::mapping {

/// Output-stationary mappings of one tile: psums stay in their spad until they are complete, because the reduction loops
/// (C, R, S) are the innermost temporal loops of the array.
class ArrayMappingProblem {
public:
  ArrayMappingProblem(cost::ArrayTile tile, const Array &array) : tile(tile), array(array) {}

  /// What makes a mapping illegal here: axes too small, spads too small, a tile not covered. Empty when it is legal.
  std::vector<std::string> verify(const cost::ArrayMapping &mapping) const;

  /// The mapping of least estimated cycles among: each spatial axis unrolls one dimension; spad factors are powers of two, or
  /// the whole of what is left of a dimension.
  cost::ArrayMapping choose() const;

private:
  std::vector<cost::ArrayMapping> spatialCandidates() const;
  struct Best {
    cost::ArrayMapping mapping;
    double cycles, passes;
  };
  void tryTemporal(const cost::ArrayMapping &spatial, Best &best) const;
  cost::ArrayMapping withPasses(cost::ArrayMapping mapping) const;

  cost::ArrayTile tile;
  const Array &array;
};

} // namespace dnnc::mapping

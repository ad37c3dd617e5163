// The compiler's closed-form estimate of one array task. It shares no code with the simulator, which walks the passes.
#pragma once

#include "dnnc/Target.h"

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

namespace dnnc::cost {

/// Loop dimensions in the order of every list: M and C are per group.
enum LoopDim : int { N, G, M, C, P, Q, R, S, loopDims };
using Extents = std::array<int64_t, loopDims>;

/// One on-chip tile of a convolution or matrix product.
struct ArrayTile {
  Extents extents;
  std::array<int64_t, 2> strides = {1, 1}, dilations = {1, 1};
  ElementType type = ElementType::I8; ///< of ifmap and weights
  int64_t outputBytes = 1;            ///< of an element that leaves the array
};

/// Factors of a mapping at one level: (dimension, factor), outermost first.
using Factors = std::vector<std::pair<int, int64_t>>;

struct ArrayMapping {
  Factors passes, clusterRows, clusterColumns, peRows, peColumns, macs, spad;
};

/// Product of the factors of a dimension at each level.
struct MappingShape {
  Extents spatial, spad;
  int64_t inner(int dim) const { return spatial[dim] * spad[dim]; }
};
MappingShape shapeOf(const ArrayMapping &mapping);

/// Rows or columns of ifmap under `outputs` positions of a filter of `filter` elements.
int64_t windowSpan(int64_t outputs, int64_t stride, int64_t filter, int64_t dilation);

/// Estimated cycles of the tile: passes times the longest of compute and each operand's delivery, plus filling and draining once.
double arrayCycles(const ArrayTile &tile, const MappingShape &mapping, const Array &array);

/// Whether the spads of a PE hold what the mapping keeps there (with `macs` in one PE).
bool fitsSpads(const ArrayTile &tile, const ArrayMapping &mapping, const Array &array);

} // namespace dnnc::cost

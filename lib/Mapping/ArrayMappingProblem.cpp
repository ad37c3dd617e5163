#include "lib/Mapping/ArrayMappingProblem.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>

using namespace dnnc;
using namespace dnnc::mapping;
using namespace dnnc::cost;

static constexpr const char *dimNames = "NGMCPQRS";
/// Spatial unrollings that are looked at in full, best utilization first.
static constexpr size_t spatialKept = 16;
/// Estimates that differ by less are taken as equal.
static constexpr double estimateError = 0.005;

static int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

std::vector<std::string> ArrayMappingProblem::verify(const ArrayMapping &mapping) const {
  std::vector<std::string> problems;
  auto axis = [&](const Factors &factors, int64_t size, const char *name) {
    int64_t product = 1;
    for (auto [dim, factor] : factors)
      product *= factor;
    if (product > size)
      problems.push_back(fmt::format("the mapping uses {} {}, the target has {}", product, name, size));
  };
  axis(mapping.clusterRows, array.clusterRows, "cluster rows");
  axis(mapping.clusterColumns, array.clusterColumns, "cluster columns");
  axis(mapping.peRows, array.peRows, "PE rows");
  axis(mapping.peColumns, array.peColumns, "PE columns");
  axis(mapping.macs, cost::multipliersOf(tile.depthwise, array), "MACs in a PE");
  for (auto [dim, factor] : mapping.macs)
    if (array.skipping.macs == Skipping::Macs::Lockstep && dim != M && factor > 1)
      problems.push_back(fmt::format("the mapping spreads {} over MACs that go in lockstep; need M alone", dimNames[dim]));
  MappingShape shape = shapeOf(mapping);
  for (int dim = 0; dim < loopDims; ++dim) {
    int64_t covered = shape.inner(dim);
    for (auto [passDim, factor] : mapping.passes)
      if (passDim == dim)
        covered *= factor;
    if (covered < tile.extents[dim])
      problems.push_back(fmt::format("the mapping covers {} of {}, the tile has {}", covered, dimNames[dim], tile.extents[dim]));
  }
  if (!fitsSpads(tile, mapping, array))
    problems.push_back("the mapping keeps more in a PE than its spads hold");
  return problems;
}

std::vector<ArrayMapping> ArrayMappingProblem::spatialCandidates() const {
  static constexpr int dims[] = {N, G, M, C, P, Q, R};
  const std::array<int64_t, 5> sizes = {array.clusterRows, array.clusterColumns, array.peRows, array.peColumns,
                                        cost::multipliersOf(tile.depthwise, array)};
  struct Candidate {
    ArrayMapping mapping;
    double utilization;
    size_t number; // keeps the order of equals fixed
  };
  // Mappings with the same unrolling of every dimension cost the same here: one of them stands for all.
  std::map<Extents, Candidate> distinct;
  std::array<int, 5> choice = {};
  auto consider = [&]() {
    ArrayMapping mapping;
    Factors *axes[] = {&mapping.clusterRows, &mapping.clusterColumns, &mapping.peRows, &mapping.peColumns, &mapping.macs};
    Extents left = tile.extents;
    Extents unrolled;
    unrolled.fill(1);
    for (size_t axis = 0; axis < sizes.size(); ++axis) {
      int dim = dims[choice[axis]];
      int64_t factor = std::min(sizes[axis], left[dim]);
      // Multipliers in lockstep take filters alone.
      if (axis == 4 && array.skipping.macs == Skipping::Macs::Lockstep && dim != M)
        factor = 1;
      if (factor > 1) {
        *axes[axis] = {{dim, factor}};
        unrolled[dim] *= factor;
        left[dim] = ceilDiv(left[dim], factor);
      }
    }
    // Several MACs in a PE may need more psums than its spad holds.
    if (!fitsSpads(tile, mapping, array))
      return;
    double utilization = 1;
    for (int dim = 0; dim < loopDims; ++dim)
      utilization *= double(tile.extents[dim]) / ceilDiv(tile.extents[dim], unrolled[dim]);
    distinct.try_emplace(unrolled, Candidate{mapping, utilization / array.macs(), distinct.size()});
  };
  for (;;) {
    consider();
    size_t axis = 0;
    while (axis < choice.size() && (sizes[axis] == 1 || ++choice[axis] == std::size(dims)))
      choice[axis++] = 0;
    if (axis == choice.size())
      break;
  }
  std::vector<Candidate> sorted;
  for (auto &[unrolled, candidate] : distinct)
    sorted.push_back(candidate);
  std::sort(sorted.begin(), sorted.end(), [](const Candidate &a, const Candidate &b) {
    return std::pair(-a.utilization, a.number) < std::pair(-b.utilization, b.number);
  });
  if (sorted.size() > spatialKept)
    sorted.resize(spatialKept);
  std::vector<ArrayMapping> mappings;
  for (const Candidate &candidate : sorted)
    mappings.push_back(candidate.mapping);
  return mappings;
}

ArrayMapping ArrayMappingProblem::withPasses(ArrayMapping mapping) const {
  MappingShape shape = shapeOf(mapping);
  mapping.passes.clear();
  for (int dim : {G, N, M, P, Q, C, R, S})
    if (int64_t count = ceilDiv(tile.extents[dim], shape.inner(dim)); count > 1)
      mapping.passes.push_back({dim, count});
  return mapping;
}

void ArrayMappingProblem::tryTemporal(const ArrayMapping &spatial, Best &best) const {
  static constexpr int dims[] = {M, C, P, Q, R, S};
  MappingShape shape = shapeOf(spatial);
  std::array<std::vector<int64_t>, std::size(dims)> factors;
  for (size_t i = 0; i < std::size(dims); ++i) {
    int64_t left = ceilDiv(tile.extents[dims[i]], shape.spatial[dims[i]]);
    if (dims[i] != R && dims[i] != S)
      for (int64_t factor = 1; factor < left && factor <= 32; factor *= 2)
        factors[i].push_back(factor);
    else if (left > 1)
      factors[i].push_back(1);
    factors[i].push_back(left);
  }
  std::array<size_t, std::size(dims)> choice = {};
  for (;;) {
    ArrayMapping mapping = spatial;
    for (size_t i = 0; i < std::size(dims); ++i)
      if (int64_t factor = factors[i][choice[i]]; factor > 1)
        mapping.spad.push_back({dims[i], factor});
    if (fitsSpads(tile, mapping, array)) {
      MappingShape shape = shapeOf(mapping);
      double cycles = arrayCycles(tile, shape, array), passes = 1;
      for (int dim = 0; dim < loopDims; ++dim)
        passes *= ceilDiv(tile.extents[dim], shape.inner(dim));
      // Within the estimate's error, fewer and longer passes read the memories less often.
      if (cycles < best.cycles * (1 - estimateError) || (cycles <= best.cycles * (1 + estimateError) && passes < best.passes))
        best = {mapping, cycles, passes};
    }
    size_t i = 0;
    while (i < choice.size() && ++choice[i] == factors[i].size())
      choice[i++] = 0;
    if (i == choice.size())
      break;
  }
}

ArrayMapping ArrayMappingProblem::choose() const {
  Best best{{}, std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};
  for (const ArrayMapping &spatial : spatialCandidates())
    tryTemporal(spatial, best);
  return withPasses(best.mapping);
}

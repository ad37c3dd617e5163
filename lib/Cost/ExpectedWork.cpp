#include "lib/Cost/ExpectedWork.h"

#include "lib/Cost/Rounding.h"
#include "lib/Cost/SentShare.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <unordered_map>

using namespace dnnc;
using namespace dnnc::cost;

double cost::effectualShare(const Densities &densities, const Extents &layer, const Array &array) {
  MindedDensities minded(densities, isDepthwise(layer), array);
  return minded.ifmap * minded.weight;
}

double cost::largestDeviation(int64_t many) {
  if (many <= 1)
    return 0;
  thread_local std::unordered_map<int64_t, double> known;
  auto [found, isNew] = known.try_emplace(many);
  if (!isNew)
    return found->second;
  // The integral of 1 - F(x)^many above zero, less that of F(x)^many below.
  constexpr double step = 1.0 / 32, furthest = 9;
  double mean = 0;
  for (double x = step / 2; x < furthest; x += step) {
    auto below = [&](double at) {
      return std::exp(static_cast<double>(many) * std::log1p(-std::erfc(at / std::numbers::sqrt2) / 2));
    };
    mean += (1 - below(x) - below(-x)) * step;
  }
  return found->second = mean;
}

namespace {

/// Multipliers side by side, by what they do not share: weights alone (M), ifmap elements alone (N, P, Q), or both.
struct Beside {
  int64_t weights = 1, elements = 1, both = 1;
  void add(int dim, int64_t count) {
    int64_t &of = dim == M ? weights : dim == N || dim == P || dim == Q ? elements : both;
    of = std::min(of * count, int64_t(1) << 20);
  }
  int64_t all() const { return weights * elements * both; }
};

/// Standard deviations of a multiplier's work, as shares of its mean.
struct Deviations {
  double weights, elements, meetings;
};

/// By how much the slowest is above the mean. For each place of `both` the largest of `weights` and that of `elements`
/// come together. Of all places, one is the slowest by as much of either as makes most together: where n variables are
/// that large once in all, ln n is shared by u squared and v squared.
double slowest(const Beside &ofWeights, const Beside &ofElements, const Deviations &by) {
  double leastU = largestDeviation(ofWeights.weights), mostU = largestDeviation(ofWeights.weights * ofWeights.both),
         leastV = largestDeviation(ofElements.elements), mostV = largestDeviation(ofElements.elements * ofElements.both),
         radius = largestDeviation(ofWeights.weights * ofWeights.both * ofElements.elements);
  double both = std::hypot(by.weights, by.elements);
  if (both <= 0)
    return 0;
  double u = std::clamp(radius * by.weights / both, leastU, mostU),
         v = std::clamp(std::sqrt(std::max(0.0, radius * radius - u * u)), leastV, mostV);
  u = std::clamp(std::sqrt(std::max(0.0, radius * radius - v * v)), leastU, mostU);
  return std::hypot(u * by.weights + v * by.elements, largestDeviation(ofElements.all()) * by.meetings);
}

} // namespace

double cost::expectedWork(const PassShares &shares, const Extents &tile, const std::array<int64_t, 2> &strides,
                          const Densities &densities, bool depthwise, const Array &array) {
  if (!array.skipping.any() || densities.dense())
    return 1;
  const MindedDensities minded(densities, depthwise, array);
  const double least = minded.ifmap * minded.weight;
  if (least <= 0)
    return 0;
  const bool lockstep = array.skipping.macs == Skipping::Macs::Lockstep;
  // What the multipliers of a PE do together is the PE's.
  const Extents &unit = lockstep ? shares.pe : shares.unit;
  auto in = [&](const Extents &extents, int dim) { return std::min(extents[dim], tile[dim]); };
  auto of = [&](int dim) { return static_cast<double>(in(unit, dim)); };
  auto window = [&](int axis) {
    return (of(P + axis) - 1) * static_cast<double>(std::min<int64_t>(strides[axis], tile[R + axis])) + of(R + axis);
  };
  const double columns = of(G) * of(C) * of(R) * of(S), elements = of(N) * of(G) * of(C) * window(0) * window(1),
               products = columns * of(M) * of(N) * of(P) * of(Q);

  double mean = least, ofColumn = (1 - minded.weight) / (minded.weight * of(M));
  if (lockstep) {
    const int64_t filters = in(shares.pe, M), lanes = std::max<int64_t>(1, shares.pe[M] / shares.unit[M]);
    ColumnWork column = columnWork(minded.weight, filters, lanes);
    mean = minded.ifmap * column.steps / static_cast<double>(ceilDiv(filters, lanes));
    ofColumn = column.variance / (column.steps * column.steps);
  }
  bool wholeGroups = densities.of > 0 && in(unit, C) % densities.of == 0;
  const double ofElement = (1 - minded.ifmap) / minded.ifmap;
  const Deviations by = {std::sqrt(wholeGroups ? 0 : ofColumn / columns), std::sqrt(ofElement / elements),
                         std::sqrt(ofColumn * of(M) * ofElement / products)};

  Beside all, chain;
  for (int dim = 0; dim < loopDims; ++dim) {
    int64_t inPe = lockstep ? 1 : ceilDiv(in(shares.pe, dim), in(unit, dim)),
            pes = ceilDiv(in(shares.pass, dim), in(shares.pe, dim));
    all.add(dim, inPe * pes);
    chain.add(dim, inPe * (dim == C || dim == R || dim == S ? pes : 1));
  }
  double above = slowest(all, all, by);
  if (array.ifmapSpad.streams) {
    double alone = std::min(above, slowest(all, chain, by));
    above = alone + (above - alone) / std::sqrt(shares.passesPerWeights);
  }
  return std::clamp(mean * (1 + above), least, 1.0);
}

/// Where weights stream too, nothing but the tile's end makes chains wait for each other.
static double passesPerWeights(const ArrayTile &tile, const ArrayMapping &mapping, const Extents &inPass,
                               const Array &array) {
  double passes = 1;
  Extents covered = inPass;
  for (auto loop = mapping.passes.rbegin(); loop != mapping.passes.rend(); ++loop) {
    auto [dim, factor] = *loop;
    if (factor > 1 && covered[dim] < tile.extents[dim]) {
      int64_t turns = std::min(factor, ceilDiv(tile.extents[dim], covered[dim]));
      bool ofWeights = dim != N && dim != P && dim != Q;
      if (turns > 1 && ofWeights && !array.weightSpad.streams)
        break;
      passes *= static_cast<double>(turns);
    }
    covered[dim] = std::min(covered[dim] * factor, tile.extents[dim]);
  }
  return passes;
}

double cost::expectedWork(const ArrayTile &tile, const ArrayMapping &mapping, const Array &array) {
  MappingShape shape = shapeOf(mapping);
  PassShares shares{shape.spad, shape.spad, {}};
  for (auto [dim, factor] : mapping.macs)
    shares.pe[dim] *= factor;
  for (int dim = 0; dim < loopDims; ++dim)
    shares.pass[dim] = shape.inner(dim);
  shares.passesPerWeights = passesPerWeights(tile, mapping, shares.pass, array);
  // All tiles of a layer alike, those that the edge cuts too.
  Extents whole;
  for (int dim = 0; dim < loopDims; ++dim)
    whole[dim] = tile.full[dim] > 0 ? tile.full[dim] : tile.extents[dim];
  return expectedWork(shares, whole, tile.strides, sentOf(tile, mapping, array).minded, tile.depthwise, array);
}

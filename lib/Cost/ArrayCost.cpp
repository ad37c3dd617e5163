#include "lib/Cost/ArrayCost.h"

#include "lib/Cost/Rounding.h"

#include <algorithm>
#include <cmath>

using namespace dnnc;
using namespace dnnc::cost;

/// Far above every extent, and far below what overflows in a product of two.
static int64_t capped(int64_t a, int64_t b) {
  constexpr int64_t most = int64_t(1) << 30;
  return std::min(most, std::min(most, a) * std::min(most, b));
}

MappingShape cost::shapeOf(const ArrayMapping &mapping) {
  MappingShape shape;
  shape.spatial.fill(1);
  shape.spad.fill(1);
  for (const Factors *axis :
       {&mapping.clusterRows, &mapping.clusterColumns, &mapping.peRows, &mapping.peColumns, &mapping.macs})
    for (auto [dim, factor] : *axis)
      shape.spatial[dim] = capped(shape.spatial[dim], factor);
  for (auto [dim, factor] : mapping.spad)
    shape.spad[dim] = capped(shape.spad[dim], factor);
  return shape;
}

double cost::arrayCycles(const ArrayTile &tile, const MappingShape &mapping, const Array &array) {
  Extents inner;
  double passes = 1, reductionPasses = 1, outputPasses = 1, steps = 1;
  for (int dim = 0; dim < loopDims; ++dim) {
    int64_t extent = tile.extents[dim];
    inner[dim] = std::min(extent, mapping.inner(dim));
    double count = ceilDiv(extent, mapping.inner(dim));
    passes *= count;
    bool reduction = dim == C || dim == R || dim == S;
    (reduction ? reductionPasses : outputPasses) *= count;
    steps *= std::min(mapping.spad[dim], extent);
  }
  auto rate = array.macRate.find(tile.type);
  double compute = steps / (rate == array.macRate.end() ? 1.0 : rate->second);
  double bytes = bytesOf(tile.type);
  double ifmap = double(inner[N] * inner[G] * inner[C]) *
                 windowSpan(inner[P], tile.strides[0], inner[R], tile.dilations[0]) *
                 windowSpan(inner[Q], tile.strides[1], inner[S], tile.dilations[1]) * bytes;
  double weights = double(inner[G] * inner[M] * inner[C] * inner[R] * inner[S]) * bytes;
  double outputs =
      double(inner[N] * inner[G] * inner[M] * inner[P] * inner[Q]) * tile.outputBytes / reductionPasses;
  // Filters stay while only outputs advance.
  double weightPasses = reductionPasses > 1 ? passes
                                            : ceilDiv(tile.extents[M], mapping.inner(M)) *
                                                  double(ceilDiv(tile.extents[G], mapping.inner(G)));
  double weightCycles = weights / array.weightNoc.bytesPerCycle * (weightPasses / passes);
  double longest = std::max(
      {compute, ifmap / array.ifmapNoc.bytesPerCycle, weightCycles, outputs / array.psumNoc.bytesPerCycle});
  double ends = std::max(ifmap / array.ifmapNoc.bytesPerCycle, weights / array.weightNoc.bytesPerCycle) +
                array.pipelineDepth + outputs * reductionPasses / array.psumNoc.bytesPerCycle;
  return passes * longest + ends;
}

int64_t cost::multipliersOf(bool depthwise, const Array &array) {
  int64_t fewer = array.skipping.depthwise.macs;
  return depthwise && fewer > 0 ? std::min(fewer, array.macsPerPe) : array.macsPerPe;
}

int64_t cost::storedFilters(int64_t filters, int64_t lanes, const Array &array) {
  bool together = array.skipping.macs == Skipping::Macs::Lockstep && array.weightNoc.format != NocFormat::Dense;
  return together ? ceilDiv(filters, lanes) * lanes : filters;
}

int64_t cost::spadWords(ElementType type, const Spad &spad, const NocPort &noc) {
  constexpr int64_t countBits = 4;
  int64_t bits = bytesOf(type) * 8 + (noc.format == NocFormat::Csc ? countBits : 0);
  return std::max<int64_t>(1, ceilDiv(bits, spad.bits));
}

bool cost::addressesFit(int64_t positions, int64_t taps, const Array &array) {
  auto fit = [](int64_t columns, const AddressSpad &spad) { return spad.words == 0 || columns <= spad.words; };
  return fit(positions, array.ifmapSpad.address) && fit(taps, array.weightSpad.address);
}

bool cost::fitsSpads(const ArrayTile &tile, const ArrayMapping &mapping, const Array &array) {
  MappingShape shape = shapeOf(mapping);
  Extents inPe = shape.spad;
  for (auto [dim, factor] : mapping.macs)
    inPe[dim] *= factor;
  for (int dim = 0; dim < loopDims; ++dim)
    inPe[dim] = std::min(inPe[dim], tile.extents[dim]);
  auto words = [&](int64_t elements, const Spad &spad, const NocPort &noc) {
    return elements * spadWords(tile.type, spad, noc);
  };
  auto window = [&](int axis) {
    constexpr int64_t anywhere = int64_t(1) << 62;
    return differentCoordinates(0, inPe[P + axis], tile.strides[axis], inPe[R + axis], tile.dilations[axis],
                                anywhere);
  };
  int64_t positions = inPe[N] * inPe[G] * window(0) * window(1), ifmap = positions * inPe[C];
  int64_t lanes = 1;
  for (auto [dim, factor] : mapping.macs)
    lanes *= dim == M ? factor : 1;
  int64_t weights = inPe[G] * storedFilters(inPe[M], lanes, array) * inPe[C] * inPe[R] * inPe[S];
  int64_t psums = inPe[N] * inPe[G] * inPe[M] * inPe[P] * inPe[Q];
  return addressesFit(positions, inPe[G] * inPe[C] * inPe[R] * inPe[S], array) &&
         words(ifmap, array.ifmapSpad, array.ifmapNoc) <= array.ifmapSpad.words &&
         words(weights, array.weightSpad, array.weightNoc) <= array.weightSpad.words && psums <= array.psumSpad.words;
}

double cost::arrayCyclesLowerBound(const ArrayTile &tile, const MappingShape &mapping, const Target &target) {
  const Array &array = target.array;
  double steps = 1, firstWeights = 1, lastPsums = 1, outputs = 1, weights = 1;
  Extents first;
  for (int dim = 0; dim < loopDims; ++dim) {
    int64_t extent = tile.extents[dim], whole = mapping.inner(dim), blocks = ceilDiv(extent, whole);
    int64_t last = extent - (blocks - 1) * whole;
    first[dim] = std::min(extent, whole);
    // Multipliers in lockstep share what a PE has of the last filters.
    bool together = dim == M && array.skipping.macs == Skipping::Macs::Lockstep;
    int64_t inLast = together ? ceilDiv(last, std::min(array.macsPerPe, mapping.spatial[M])) : last;
    steps *= static_cast<double>((blocks - 1) * std::min(mapping.spad[dim], whole) +
                                 std::min(mapping.spad[dim], inLast));
    bool reduction = dim == C || dim == R || dim == S, ofWeight = reduction || dim == G || dim == M;
    if (!reduction)
      lastPsums *= static_cast<double>(last), outputs *= static_cast<double>(extent);
    if (ofWeight)
      firstWeights *= static_cast<double>(first[dim]), weights *= static_cast<double>(extent);
  }
  auto ifmap = [&](const Extents &extents) {
    auto axis = [&](int at) {
      return static_cast<double>(differentCoordinates(tile.origin[at], extents[P + at], tile.strides[at],
                                                      extents[R + at], tile.dilations[at], tile.ifmap[at]));
    };
    return static_cast<double>(extents[N] * extents[G] * extents[C]) * axis(0) * axis(1);
  };
  auto rate = array.macRate.find(tile.type);
  double bytes = static_cast<double>(bytesOf(tile.type));
  double compute = steps / (rate == array.macRate.end() ? 1.0 : rate->second);
  auto over = [](double moved, const NocPort &port) {
    return moved / static_cast<double>(port.bytesPerCycle);
  };
  double firstIfmap = over(ifmap(first) * bytes, array.ifmapNoc),
         firstWeight = over(firstWeights * bytes, array.weightNoc);
  double fill = array.fillsInTurn ? firstIfmap + firstWeight : std::max(firstIfmap, firstWeight);
  double psumCell = static_cast<double>(ceilDiv(array.psumSpad.bits, 8));
  double outputBytes = tile.last ? static_cast<double>(tile.outputBytes) : psumCell;
  double drain = static_cast<double>(array.pipelineDepth) + over(lastPsums * outputBytes, array.psumNoc);
  return std::max({fill + compute + drain, over(ifmap(tile.extents) * bytes, array.ifmapNoc) + drain,
                   over(weights * bytes, array.weightNoc) + drain,
                   fill + over(outputs * outputBytes, array.psumNoc)});
}

bool cost::spillsPsums(const ArrayMapping &mapping, const Extents &tile) {
  MappingShape shape = shapeOf(mapping);
  Extents covered;
  for (int dim = 0; dim < loopDims; ++dim)
    covered[dim] = shape.inner(dim);
  bool outputsInside = false;
  for (auto factor = mapping.passes.rbegin(); factor != mapping.passes.rend(); ++factor) {
    auto [dim, count] = *factor;
    if (count > 1 && covered[dim] < tile[dim]) {
      bool reduces = dim == C || dim == R || dim == S;
      if (reduces && outputsInside)
        return true;
      outputsInside |= !reduces;
    }
    covered[dim] = std::min(covered[dim] * count, tile[dim]);
  }
  return false;
}

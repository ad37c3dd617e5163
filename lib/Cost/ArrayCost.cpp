#include "lib/Cost/ArrayCost.h"

#include <algorithm>
#include <cmath>

using namespace dnnc;
using namespace dnnc::cost;

static int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

MappingShape cost::shapeOf(const ArrayMapping &mapping) {
  MappingShape shape;
  shape.spatial.fill(1);
  shape.spad.fill(1);
  for (const Factors *axis : {&mapping.clusterRows, &mapping.clusterColumns, &mapping.peRows, &mapping.peColumns, &mapping.macs})
    for (auto [dim, factor] : *axis)
      shape.spatial[dim] *= factor;
  for (auto [dim, factor] : mapping.spad)
    shape.spad[dim] *= factor;
  return shape;
}

int64_t cost::windowSpan(int64_t outputs, int64_t stride, int64_t filter, int64_t dilation) {
  return (outputs - 1) * stride + (filter - 1) * dilation + 1;
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
  double ifmap = double(inner[N] * inner[G] * inner[C]) * windowSpan(inner[P], tile.strides[0], inner[R], tile.dilations[0]) *
                 windowSpan(inner[Q], tile.strides[1], inner[S], tile.dilations[1]) * bytes;
  double weights = double(inner[G] * inner[M] * inner[C] * inner[R] * inner[S]) * bytes;
  double outputs = double(inner[N] * inner[G] * inner[M] * inner[P] * inner[Q]) * tile.outputBytes / reductionPasses;
  // Filters stay while only outputs advance.
  double weightPasses = reductionPasses > 1 ? passes : ceilDiv(tile.extents[M], mapping.inner(M)) * double(ceilDiv(tile.extents[G], mapping.inner(G)));
  double weightCycles = weights / array.weightNoc.bytesPerCycle * (weightPasses / passes);
  double longest = std::max({compute, ifmap / array.ifmapNoc.bytesPerCycle, weightCycles, outputs / array.psumNoc.bytesPerCycle});
  double ends = std::max(ifmap / array.ifmapNoc.bytesPerCycle, weights / array.weightNoc.bytesPerCycle) + array.pipelineDepth +
                outputs * reductionPasses / array.psumNoc.bytesPerCycle;
  return passes * longest + ends;
}

bool cost::fitsSpads(const ArrayTile &tile, const ArrayMapping &mapping, const Array &array) {
  MappingShape shape = shapeOf(mapping);
  Extents inPe = shape.spad;
  for (auto [dim, factor] : mapping.macs)
    inPe[dim] *= factor;
  for (int dim = 0; dim < loopDims; ++dim)
    inPe[dim] = std::min(inPe[dim], tile.extents[dim]);
  int64_t bytes = bytesOf(tile.type);
  auto words = [&](int64_t elements, const Spad &spad) { return elements * std::max<int64_t>(1, ceilDiv(bytes * 8, spad.bits)); };
  int64_t ifmap = inPe[N] * inPe[G] * inPe[C] * windowSpan(inPe[P], tile.strides[0], inPe[R], tile.dilations[0]) *
                  windowSpan(inPe[Q], tile.strides[1], inPe[S], tile.dilations[1]);
  int64_t weights = inPe[G] * inPe[M] * inPe[C] * inPe[R] * inPe[S];
  int64_t psums = inPe[N] * inPe[G] * inPe[M] * inPe[P] * inPe[Q];
  return words(ifmap, array.ifmapSpad) <= array.ifmapSpad.words && words(weights, array.weightSpad) <= array.weightSpad.words &&
         psums <= array.psumSpad.words;
}

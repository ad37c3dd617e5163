#include "lib/Cost/PassBlocks.h"

#include "lib/Cost/Rounding.h"

#include <algorithm>

using namespace dnnc;
using namespace dnnc::cost;

/// Far above any extent, and sums of products of a few do not overflow.
static constexpr int64_t manyElements = int64_t(1) << 30;

static int64_t boundedProduct(int64_t a, int64_t b) {
  return std::min(manyElements, std::min(manyElements, a) * std::min(manyElements, b));
}

static void multiply(Extents &extents, const Factors &factors) {
  for (auto [dim, factor] : factors)
    extents[dim] = boundedProduct(extents[dim], factor);
}

static bool reduces(int dim) { return dim == C || dim == R || dim == S; }

PassLevels::PassLevels(const ArrayMapping &mapping, bool nodesAreClusters) {
  unit.fill(1);
  multiply(unit, mapping.spad);
  pe = unit;
  multiply(pe, mapping.macs);
  Extents cluster = pe;
  multiply(cluster, mapping.peRows);
  multiply(cluster, mapping.peColumns);
  node = nodesAreClusters ? cluster : pe;
  pass = cluster;
  multiply(pass, mapping.clusterRows);
  multiply(pass, mapping.clusterColumns);
}

PassBlocks::PassBlocks(const ArrayTile &tile, const ArrayMapping &mapping, const Target &target,
                       std::vector<Window> &rowsKnown, std::vector<Window> &columnsKnown)
    : levels(mapping, target.clusters() > 1),
      rows(levels.blocking(P, tile.extents), levels.blocking(R, tile.extents), tile.origin[0],
           tile.strides[0], tile.dilations[0], tile.ifmap[0], rowsKnown),
      columns(levels.blocking(Q, tile.extents), levels.blocking(S, tile.extents), tile.origin[1],
              tile.strides[1], tile.dilations[1], tile.ifmap[1], columnsKnown) {
  makeBlocks(tile.extents, target.array.skipping.macs == Skipping::Macs::Lockstep);
  makeLoops(mapping.passes);
}

void PassBlocks::makeBlocks(const Extents &extents, bool lockstep) {
  for (int dim = 0; dim < loopDims; ++dim) {
    int64_t whole = levels.pass[dim], extent = extents[dim];
    count[dim] = ceilDiv(extent, whole);
    for (bool last : {false, true}) {
      int64_t elements = last ? extent - (count[dim] - 1) * whole : std::min(whole, extent);
      blocks[dim][last] = {elements, ceilDiv(elements, levels.pe[dim]), ceilDiv(elements, levels.node[dim]),
                           std::min(elements, levels.unit[dim])};
      if (lockstep && dim == M) // what a PE has is taken by all multipliers, not first by one
        blocks[dim][last].steps = ceilDiv(std::min(elements, levels.pe[M]), levels.pe[M] / levels.unit[M]);
    }
    alikeBegin[dim] = 0;
    alikeEnd[dim] = extent / whole;
  }
  auto ofAxis = [&](int outputs, int taps, const PassWindows &windows) {
    if (windows.insideBegin != 0 || windows.insideEnd != count[outputs])
      alikeEnd[taps] = count[taps] > 1 ? 0 : alikeEnd[taps]; // at the padding every tap differs
    alikeBegin[outputs] = windows.insideBegin;
    alikeEnd[outputs] = windows.insideEnd;
  };
  ofAxis(P, R, rows);
  ofAxis(Q, S, columns);
  // Psums come back but in the first block, and are complete after the last.
  for (int dim : {C, R, S}) {
    alikeBegin[dim] = std::max<int64_t>(alikeBegin[dim], 1);
    alikeEnd[dim] = std::min(alikeEnd[dim], count[dim] - 1);
  }
}

void PassBlocks::makeLoops(const Factors &passes) {
  std::array<int64_t, loopDims> inner;
  inner.fill(1);
  for (auto factor = passes.rbegin(); factor != passes.rend(); ++factor) { // innermost first
    auto [dim, turns] = *factor;
    int64_t span = boundedProduct(inner[dim], turns);
    if (turns > 1 && inner[dim] < count[dim]) {
      if (loops.empty() || loops.back().dim != dim)
        loops.push_back({dim, inner[dim], span, !reduces(dim), false, inner});
      loops.back().span = span; // goes on where the loop inside of it ends
    }
    inner[dim] = span;
  }
  allBlocks = inner;
  std::reverse(loops.begin(), loops.end());
  for (PassLoop &loop : loops) {
    bool split = std::count_if(loops.begin(), loops.end(),
                               [&](const PassLoop &other) { return other.dim == loop.dim; }) > 1;
    loop.alwaysTurns = !split || count[loop.dim] % loop.span == 0;
  }
}

size_t PassBlocks::innermostTurning(const Place &a) const {
  for (size_t i = loops.size(); i-- > 0;)
    if (turns(loops[i], a))
      return i;
  return loops.size();
}

int64_t PassBlocks::chainOf(const Place &a) const {
  const std::array<int64_t, loopDims> *swept = &allBlocks;
  for (auto loop = loops.rbegin(); loop != loops.rend(); ++loop)
    if (loop->ofPsums && turns(*loop, a)) {
      swept = &loop->blocksInside;
      break;
    }
  int64_t pes = 1;
  for (int dim : {C, R, S})
    pes *= block(dim, a[dim] / (*swept)[dim] * (*swept)[dim]).pes;
  return pes - 1;
}

#include "lib/Mapping/MappingBounds.h"

#include <algorithm>
#include <cmath>

using namespace dnnc;
using namespace dnnc::mapping;
using namespace dnnc::cost;

void DimTerms::lower(const DimTerms &other) {
  for (double DimTerms::*term : {&DimTerms::trips, &DimTerms::passes, &DimTerms::steps, &DimTerms::first,
                                 &DimTerms::last, &DimTerms::peBlocks, &DimTerms::peFirst, &DimTerms::peLast,
                                 &DimTerms::nodeBlocks, &DimTerms::nodeFirst, &DimTerms::whole})
    this->*term = std::min(this->*term, other.*term);
  loneShare = std::max(loneShare, other.loneShare);
  loneFirstShare = std::max(loneFirstShare, other.loneFirstShare);
  mostSteps = std::max(mostSteps, other.mostSteps);
  leastInPe = std::min(leastInPe, other.leastInPe);
  inPe = std::min(inPe, other.inPe);
  mostFirst = std::max(mostFirst, other.mostFirst);
  mostLast = std::max(mostLast, other.mostLast);
  exact &= other.exact && spad == other.spad;
}

const MappingBounds::Windows &MappingBounds::windows(int side, int64_t tile, int64_t outer, int64_t inner) {
  uint64_t key = static_cast<uint64_t>(tile) << 40 |
                 static_cast<uint64_t>(std::min<int64_t>(outer, (1 << 20) - 1)) << 20 |
                 static_cast<uint64_t>(std::min<int64_t>(inner, (1 << 20) - 1));
  auto [entry, isNew] = knownWindows[side].try_emplace(key);
  if (!isNew)
    return entry->second;
  Windows &windows = entry->second = {};
  int64_t whole = layer.extents[side == 0 ? P : Q], taps = layer.extents[side == 0 ? R : S];
  int64_t stride = layer.strides[side], dilation = layer.dilations[side];
  for (int64_t start = 0; start < whole; start += tile) {
    int64_t end = std::min(whole, start + tile);
    windows.last = windows.lastFirst = 0;
    for (int64_t block = start; block < end; block += outer)
      for (int64_t tap = 0; tap < taps; tap += inner) {
        auto rows = static_cast<double>(differentCoordinates(
            block * stride + tap * dilation - layer.pads[side], std::min(outer, end - block), stride,
            std::min(inner, taps - tap), dilation, layer.ifmap[side]));
        windows.sum += rows;
        windows.some += rows > 0 ? 1 : 0;
        windows.last += rows;
        if (block == start && tap == 0)
          windows.first += rows, windows.lastFirst = rows;
      }
  }
  return windows;
}

DimTerms MappingBounds::dimTerms(const TileTerms &tile, const Unrolling &unrolling, int dim,
                                 int64_t spad) const {
  DimTerms terms;
  int64_t size = tile.tile[dim], tiles = tilesAlong(layer, tile.tile, dim),
          rest = layer.extents[dim] - (tiles - 1) * size;
  terms.spad = spad;
  terms.inPe = spad * unrolling.macs[dim];
  int64_t inCluster = terms.inPe * unrolling.pes[dim];
  terms.inNode = target.clusters() > 1 ? inCluster : terms.inPe;
  terms.inPass = inCluster * unrolling.clusters[dim];
  int64_t block = terms.inPass, whole = ceilDiv(size, block), inRest = ceilDiv(rest, block);
  auto sum = [&](auto of) { return static_cast<double>((tiles - 1) * of(size) + of(rest)); };
  terms.trips = static_cast<double>(whole);
  terms.passes = sum([&](int64_t x) { return ceilDiv(x, block); });
  // Multipliers in lockstep share what a PE has of the filters; others have it one after the other.
  bool together = dim == M && array.skipping.macs == Skipping::Macs::Lockstep;
  auto stepsOf = [&](int64_t x) {
    return together ? ceilDiv(std::min(terms.inPe, x), unrolling.macs[M]) : std::min(spad, x);
  };
  terms.steps = sum([&](int64_t x) { return x / block * spad + stepsOf(x % block); });
  terms.first = sum([&](int64_t x) { return std::min(block, x); });
  terms.last = sum([&](int64_t x) { return x - (ceilDiv(x, block) - 1) * block; });
  terms.peBlocks = sum([&](int64_t x) { return ceilDiv(x, terms.inPe); });
  terms.peFirst = sum([&](int64_t x) { return ceilDiv(std::min(block, x), terms.inPe); });
  terms.peLast = sum([&](int64_t x) { return ceilDiv(x - (ceilDiv(x, block) - 1) * block, terms.inPe); });
  terms.nodeBlocks = sum([&](int64_t x) { return ceilDiv(x, terms.inNode); });
  terms.nodeFirst = sum([&](int64_t x) { return ceilDiv(std::min(block, x), terms.inNode); });
  // What a PE holds of an instruction's tile decides whether its spads have room for two passes.
  int64_t held = std::min(terms.inPe, size);
  terms.whole = sum([&](int64_t x) { return std::min(terms.inPe, x) == held ? x : 0; });
  terms.loneShare = tiles > 1 && whole > 1 && inRest == 1
                        ? static_cast<double>(rest) / static_cast<double>(layer.extents[dim])
                        : 0;
  terms.loneFirstShare = terms.loneShare > 0 ? static_cast<double>(rest) / terms.first : 0;
  terms.mostSteps = stepsOf(size);
  terms.leastInPe = std::min(terms.inPe, std::min(size, rest));
  terms.mostFirst = terms.first, terms.mostLast = terms.last;
  return terms;
}

WindowTerms MappingBounds::windowTerms(const TileTerms &tile, int side, const DimTerms &outer,
                                       const DimTerms &inner) {
  int64_t size = tile.tile[side == 0 ? P : Q], taps = layer.extents[side == 0 ? R : S];
  auto clip = [&](int64_t block, int64_t most) { return std::min(block, most); };
  WindowTerms terms;
  // The largest share of any of the counts keeps them all below.
  auto sumOf = [&](int64_t outerBlock, int64_t innerBlock) {
    const Windows &blocks = windows(side, size, clip(outerBlock, size), clip(innerBlock, taps));
    if (outer.loneShare > 0 && blocks.sum > 0)
      terms.loneShare = std::max(terms.loneShare, blocks.last / blocks.sum);
    return blocks.sum;
  };
  terms.fetched = sumOf(outer.inPass, inner.inPass);
  const Windows &blocks = windows(side, size, clip(outer.inPass, size), clip(inner.inPass, taps));
  terms.first = blocks.first;
  if (outer.loneShare > 0 && blocks.first > 0)
    terms.loneFirstShare = blocks.lastFirst / blocks.first;
  terms.mostFirst = terms.first;
  terms.slid = sumOf(size, taps);
  terms.byPe = sumOf(outer.inPe, inner.inPe);
  terms.byNode = sumOf(outer.inNode, inner.inNode);
  return terms;
}

WindowTerms MappingBounds::leastWindows(const TileTerms &tile, int side) {
  int64_t size = tile.tile[side == 0 ? P : Q], taps = layer.extents[side == 0 ? R : S];
  WindowTerms terms;
  const Windows &whole = windows(side, size, size, taps);
  terms.fetched = terms.slid = terms.byPe = terms.byNode = whole.sum;
  terms.mostFirst = whole.first;
  terms.loneShare = terms.loneFirstShare = 1;
  terms.exact = false;
  return terms;
}

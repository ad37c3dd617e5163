// What a choice of all factors costs the array at least, and what an order of the passes adds.
#include "lib/Mapping/MappingBounds.h"

#include "lib/Cost/ExpectedWork.h"
#include "lib/Cost/SentShare.h"
#include "lib/Cost/WeightShares.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace dnnc;
using namespace dnnc::mapping;
using namespace dnnc::cost;

PassOrder::PassOrder(std::vector<int> order) : loops(std::move(order)) {
  uint8_t inside = 0;
  spills = false;
  for (size_t i = loops.size(); i-- > 0;)
    switch (loops[i]) {
    case N:
    case P:
    case Q:
      insideOutputs |= inside & ~Outputs;
      inside |= Outputs;
      break;
    case M:
      insideFilters |= inside & ~Filters;
      inside |= Filters;
      break;
    case C:
    case R:
    case S:
      insideReduction |= inside & ~Reduction;
      inside |= Reduction;
      spills |= insideReduction != 0;
      break;
    default:
      // No operand is the same for two groups, but their psums are others too.
      break;
    }
}

static bool canOverlap(const Spad &spad, double words) {
  return spad.doubleBuffered || spad.streams || 2 * words <= static_cast<double>(spad.words);
}

/// The work of a pass whose factors are all chosen, as a share of what it is without zeros.
double MappingBounds::slowest(const TileTerms &tile, const DimChoice &d, double passesPerWeights) const {
  if (effectual >= 1)
    return 1;
  PassShares shares;
  for (int dim = 0; dim < loopDims; ++dim)
    shares.unit[dim] = d[dim]->spad, shares.pe[dim] = d[dim]->inPe, shares.pass[dim] = d[dim]->inPass;
  shares.passesPerWeights = passesPerWeights;
  auto inPe = [&](int dim) { return std::min(d[dim]->inPe, tile.tile[dim]); };
  int64_t together = array.skipping.macs == Skipping::Macs::Lockstep ? d[M]->inPe / d[M]->spad : 1;
  Densities minded = sentOf(layer.densities, layer.type, {tile.tile[C], inPe(C), tile.tile[M], inPe(M)}, together, array).minded;
  return expectedWork(shares, tile.tile, layer.strides, minded, isDepthwise(layer.extents), array);
}

/// Of columns that come compressed, as PassTraffic counts them; all factors are chosen. PEs get `positions` of an image's
/// channel, and a filter's weights in so many copies.
double MappingBounds::addressEnergy(const TileTerms &tile, const DimChoice &d, double positions, double weightCopies) const {
  auto whole = [&](int dim) { return static_cast<double>(layer.extents[dim]); };
  auto inPe = [&](int dim) { return std::min(d[dim]->inPe, tile.tile[dim]); };
  bool depthwise = isDepthwise(layer.extents);
  int64_t together = d[M]->inPe / d[M]->spad;
  Sent sent = sentOf(layer.densities, layer.type, {tile.tile[C], inPe(C), tile.tile[M], inPe(M)}, together, array);
  auto macs = static_cast<double>(layer.macs()), inside = macs - static_cast<double>(layer.paddingMacs());
  double energy = 0;
  const AddressSpad &ofIfmap = array.ifmapSpad.address, &ofWeights = array.weightSpad.address;
  if (ofIfmap.words > 0 && sent.ifmap.compressed)
    energy += inside / whole(M) / whole(C) * d[C]->peBlocks * d[M]->peBlocks * ofIfmap.readPj +
              whole(N) * whole(G) * positions * d[C]->peBlocks * ofIfmap.writePj;
  if (ofWeights.words > 0 && sent.weight.compressed)
    energy += 2 * (skipsPadding(sent, depthwise, array) ? inside : macs) / whole(M) * MindedDensities(sent.minded, depthwise, array).ifmap * d[M]->peBlocks * ofWeights.readPj +
              whole(G) * whole(C) * whole(R) * whole(S) * d[M]->peBlocks * weightCopies * ofWeights.writePj;
  return energy;
}

/// Whether there may be room for the weights of two passes. A PE's share of every dimension is at least the choice's.
bool MappingBounds::weightsMayOverlap(const TileTerms &tile, const DimChoice &d) const {
  const Extents &cut = layerTile ? *layerTile : tile.tile;
  Extents inPe;
  double elements = 1;
  for (int dim : {G, M, C, R, S}) {
    inPe[dim] = std::min(d[dim]->inPe, cut[dim]);
    elements *= static_cast<double>(std::min(d[dim]->inPe, tile.tile[dim]));
  }
  return canOverlap(array.weightSpad,
                    layer.weightShares ? layer.weightShares->leastWords(cut, inPe)
                                       : elements * weightWords * weightsHeld);
}

BlockTerms MappingBounds::blockTerms(const TileTerms &tile, const DimChoice &d, const WindowTerms &rows,
                                     const WindowTerms &columns) const {
  BlockTerms terms;
  double steps = 1, longest = 1;
  for (int dim = 0; dim < loopDims; ++dim) {
    steps *= d[dim]->steps;
    longest *= static_cast<double>(d[dim]->mostSteps);
  }
  terms.exact = rows.exact && columns.exact &&
                std::all_of(d.begin(), d.end(), [](const DimTerms *dim) { return dim->exact; });
  // The order of the passes is not chosen yet: chains may have no time to even out, or all.
  double evenedOut = terms.exact ? slowest(tile, d, std::numeric_limits<double>::infinity()) : effectual,
         most = terms.exact && array.ifmapSpad.streams ? slowest(tile, d, 1) : evenedOut;
  terms.computed = steps / macRate * (evenedOut / effectual);
  terms.longest = std::ceil(longest / macRate * (most / effectual));
  double outputTiles = tile.count[N] * tile.count[P] * tile.count[Q];
  terms.outputBlocks = d[N]->passes * d[P]->passes * d[Q]->passes;
  terms.reductionBlocks = d[C]->passes * d[R]->passes * d[S]->passes;

  // Instruction by instruction: a first delivery, the passes, a last drain.
  auto first = [&](double DimTerms::*of, double window) {
    terms.ifmapFirst = d[N]->*of * (d[G]->*of) * window * (d[C]->*of) * tile.count[M] * bytes / ifmapRate;
    terms.weightFirst = d[G]->*of * (d[M]->*of) * (d[C]->*of) * (d[R]->*of) * (d[S]->*of) * outputTiles *
                        bytes / weightRate;
  };
  double drainOfOne = (tile.count[C] - 1) * cellBytes / psumOutRate + outBytes / outRate;
  auto outputs = [&](double DimTerms::*of) {
    return d[N]->*of * (d[G]->*of) * (d[M]->*of) * (d[P]->*of) * (d[Q]->*of);
  };
  first(&DimTerms::first, rows.first * columns.first);
  terms.firstWindow = d[N]->first * d[G]->first * rows.first * columns.first;
  terms.fill = array.fillsInTurn ? terms.ifmapFirst + terms.weightFirst
                                 : std::max(terms.ifmapFirst, terms.weightFirst);
  first(&DimTerms::mostFirst, rows.mostFirst * columns.mostFirst);
  terms.lastDrain = outputs(&DimTerms::last) * drainOfOne;
  terms.mostLastDrain = outputs(&DimTerms::mostLast) * drainOfOne;
  double chained =
      d[C]->peLast * d[R]->peLast * d[S]->peLast * outputTiles * tile.count[G] * tile.count[M] - tile.tiles;
  terms.drain = tile.tiles * static_cast<double>(array.pipelineDepth) + chained + terms.lastDrain;
  terms.floor = terms.computed + terms.fill + terms.drain;
  terms.firstOutputs = outputs(&DimTerms::mostFirst);

  auto leastInPe = [&](int dim) { return static_cast<double>(d[dim]->leastInPe); };
  terms.weightsOverlap = weightsMayOverlap(tile, d);
  terms.ifmapOverlaps = canOverlap(array.ifmapSpad, leastInPe(N) * leastInPe(G) * leastInPe(C) *
                                                        leastInPe(P) * leastInPe(Q) * ifmapWords);
  terms.psumsOverlap =
      canOverlap(array.psumSpad, leastInPe(N) * leastInPe(G) * leastInPe(M) * leastInPe(P) * leastInPe(Q));
  return terms;
}

ArrayBound MappingBounds::arrayBound(const TileTerms &tile, const DimChoice &d, const WindowTerms &rows,
                                     const WindowTerms &columns, const BlockTerms &b,
                                     const PassOrder &order) const {
  auto whole = [&](int dim) { return static_cast<double>(layer.extents[dim]); };
  // What is fetched again: loops outside of the innermost one that changes the operand. Where an edge tile
  // has none of these inner loops, its share is fetched once.
  auto lone = [&](int classes, double imagesShare, double rowsShare, double columnsShare) {
    double share = 1;
    auto of = [&](int dim, double lonely) {
      if (d[dim]->trips > 1)
        share *= lonely;
    };
    if (classes & PassOrder::Outputs)
      of(N, imagesShare), of(P, rowsShare), of(Q, columnsShare);
    if (classes & PassOrder::Filters)
      of(M, d[M]->loneShare);
    if (classes & PassOrder::Reduction)
      of(C, d[C]->loneShare), of(R, 0), of(S, 0);
    return share;
  };
  auto times = [](double blocks, double once, double share) { return blocks * (1 - share) + once * share; };
  auto again = [&](int inside, double blocks, double once) {
    return inside ? times(blocks, once, lone(inside, d[N]->loneShare, d[P]->loneShare, d[Q]->loneShare)) : once;
  };
  double ifmapLone = order.insideFilters ? lone(order.insideFilters, d[N]->loneShare, rows.loneShare, columns.loneShare) : 1;
  auto ifmapAgain = [&](double blocks, double once) { return times(blocks, once, ifmapLone); };
  double ifmapTimes = ifmapAgain(d[M]->passes, tile.count[M]);
  double weightTimes =
      again(order.insideOutputs, b.outputBlocks, tile.count[N] * tile.count[P] * tile.count[Q]);
  double visits = again(order.insideReduction, b.reductionBlocks, tile.count[C]);

  // A window slides where the innermost loop is over its outputs, none of them spatial.
  double rowsFetched = rows.fetched, columnsFetched = columns.fetched, rowsByPe = rows.byPe,
         columnsByPe = columns.byPe;
  double rowsByNode = rows.byNode, columnsByNode = columns.byNode;
  if (array.ifmapSpad.slides)
    for (size_t i = order.loops.size(); i-- > 0;) {
      int dim = order.loops[i];
      if (dim == P && d[P]->inPass == d[P]->spad)
        rowsFetched = rowsByPe = rowsByNode = rows.slid;
      else if (dim == Q && d[Q]->inPass == d[Q]->spad)
        columnsFetched = columnsByPe = columnsByNode = columns.slid;
      // In tiles where this loop does not turn, the next one is innermost.
      if (d[dim]->loneShare == 0)
        break;
    }
  double planes = whole(N) * whole(G) * whole(C);
  double ifmapElements = planes * rowsFetched * columnsFetched * ifmapTimes;
  double weightsOnce = whole(G) * whole(M) * whole(C) * whole(R) * whole(S),
         weightElements = weightsOnce * weightTimes;
  double outputs = whole(N) * whole(G) * whole(M) * whole(P) * whole(Q);
  double psumsOut = outputs * (visits - 1), psumsIn = psumsOut + (array.psumsStartInMemory ? outputs : 0);

  // Time.
  double ifmapRest = std::max(0.0, ifmapElements * bytes / ifmapRate - b.ifmapFirst);
  double weightRest = std::max(0.0, weightElements * bytes / weightRate - b.weightFirst);
  double drained =
      std::max(0.0, psumsOut * cellBytes / psumOutRate + outputs * outBytes / outRate - b.mostLastDrain);
  double refilled =
      std::max(0.0, psumsIn * cellBytes / psumInRate -
                        b.firstOutputs * (tile.count[C] - 1 + (array.psumsStartInMemory ? 1 : 0)) *
                            cellBytes / psumInRate);
  // Passes before which an operand is delivered: what they compute can hide it, the other passes cannot. Where
  // a factor is not chosen yet, there may be more passes than are known.
  double psumEvents = d[G]->passes * d[M]->passes * b.outputBlocks * visits;
  double serial = 0, hidden = 0;
  auto hide = [&](bool streams, double moved, double events) {
    // Operands that stream flow through all passes between two ramp-ups: only their sums count.
    if (!streams && b.exact)
      hidden = std::max(hidden, moved - events * b.longest);
  };
  hide(array.psumSpad.streams, refilled, psumEvents);
  if (!b.weightsOverlap) {
    double unclipped = d[G]->whole * d[M]->whole * d[C]->whole * d[R]->whole * d[S]->whole;
    double weightSerial = std::max(0.0, unclipped * weightTimes * bytes / weightRate - b.weightFirst);
    // With new filters comes a new window, unless only filters turn.
    bool windowToo = unclipped == weightsOnce &&
                     (order.insideFilters || (b.exact && d[M]->passes == tile.count[M]));
    double windows = 0;
    if (windowToo) {
      double share = order.insideFilters ? lone(order.insideFilters, d[N]->loneFirstShare, rows.loneFirstShare,
                                                columns.loneFirstShare)
                                         : 1;
      double fetched = b.firstWindow * whole(C) * times(d[M]->passes, tile.count[M], share);
      windows = std::max(0.0, fetched * bytes / ifmapRate - b.ifmapFirst);
    }
    serial = array.fillsInTurn ? weightSerial + windows : std::max(weightSerial, windows);
  } else {
    hide(array.weightSpad.streams, weightRest, d[G]->passes * d[M]->passes * b.reductionBlocks * weightTimes);
    if (b.ifmapOverlaps)
      hide(array.ifmapSpad.streams, ifmapRest, d[G]->passes * b.outputBlocks * b.reductionBlocks * ifmapTimes);
    else
      serial = ifmapRest;
  }
  // Where all operands of a ramp-up are filled at once, the others may come with the one that waits.
  if (serial > 0 && !array.fillsInTurn)
    hidden = 0;
  double drainSerial = 0;
  if (!b.psumsOverlap)
    drainSerial = drained + std::max(0.0, psumEvents - tile.tiles) * static_cast<double>(array.pipelineDepth);
  else
    hide(array.psumSpad.streams, drained, psumEvents);
  ArrayBound bound;
  bound.cycles = b.fill + b.drain +
                 std::max({b.computed + hidden + serial + drainSerial, ifmapRest, weightRest,
                           drained + serial, refilled});
  if (!b.exact) {
    // What comes first is a part of the whole, be it large or small.
    double drain = b.drain - b.lastDrain;
    bound.cycles = std::max({bound.cycles, b.drain + ifmapElements * bytes / ifmapRate,
                             b.drain + weightElements * bytes / weightRate,
                             b.fill + drain + psumsOut * cellBytes / psumOutRate + outputs * outBytes / outRate});
  }

  // Energy: sums of counts.
  double ifmapCopies = ifmapAgain(d[M]->peBlocks, d[M]->peFirst);
  double ifmapNodes = ifmapAgain(d[M]->nodeBlocks, d[M]->nodeFirst);
  double weightCopies = again(order.insideOutputs, d[N]->peBlocks * d[P]->peBlocks * d[Q]->peBlocks,
                              d[N]->peFirst * d[P]->peFirst * d[Q]->peFirst);
  double weightNodes = again(order.insideOutputs, d[N]->nodeBlocks * d[P]->nodeBlocks * d[Q]->nodeBlocks,
                             d[N]->nodeFirst * d[P]->nodeFirst * d[Q]->nodeFirst);
  double chains = again(order.insideReduction, d[C]->peBlocks * d[R]->peBlocks * d[S]->peBlocks,
                        d[C]->peFirst * d[R]->peFirst * d[S]->peFirst);
  double ifmapSent = array.ifmapNoc.multicast
                         ? ifmapElements
                         : std::max(ifmapElements, planes * rowsByPe * columnsByPe * ifmapCopies);
  double weightSent =
      array.weightNoc.multicast ? weightElements : std::max(weightElements, weightsOnce * weightCopies);
  double drainedBytes = psumsOut * cellBytes + outputs * outBytes;
  bound.energy = ifmapSent * bytes * pj.ifmapRead + weightSent * bytes * pj.weightRead +
                 psumsIn * cellBytes * pj.psumRead + psumsOut * cellBytes * pj.psumWrite +
                 outputs * outBytes * pj.outWrite +
                 planes * rowsByNode * columnsByNode * ifmapNodes * bytes * pj.ifmapHop +
                 weightsOnce * weightNodes * bytes * pj.weightHop +
                 (outputs * (chains - visits) * cellBytes + drainedBytes + psumsIn * cellBytes) * pj.psumHop +
                 planes * rowsByPe * columnsByPe * ifmapCopies * ifmapWords * pj.ifmapWrite +
                 weightsOnce * weightCopies * weightWords * pj.weightWrite +
                 outputs * chains * pj.psumSpadRead + psumsIn * pj.psumSpadWrite;
  if (addresses && b.exact)
    bound.energy += addressEnergy(tile, d, rowsByPe * columnsByPe * ifmapCopies, weightCopies);
  return bound;
}

Bound MappingBounds::ofLayer(const TileTerms &tile, const ArrayBound &array, double cycles) const {
  Bound bound;
  bound.cycles = std::max({tile.others() + array.cycles, tile.least.cycles, cycles});
  bound.energy = pj.fixed + tile.energy + array.energy + bound.cycles * pj.cycle;
  return bound;
}

#include "lib/Mapping/MappingBounds.h"

#include <algorithm>
#include <cmath>

using namespace dnnc;
using namespace dnnc::mapping;
using namespace dnnc::cost;

/// Shares of a layer's time that transfers take for the queues to matter.
static constexpr double transfersThatCount = 0.8;

TileTerms MappingBounds::tileTerms(const Extents &tile, const std::vector<int> &order) {
  TileTerms terms;
  terms.tile = tile;
  terms.order = order;
  for (int dim = 0; dim < loopDims; ++dim) {
    terms.count[dim] = static_cast<double>(tilesAlong(layer, tile, dim));
    terms.tiles *= terms.count[dim];
  }
  auto whole = [&](int dim) { return static_cast<double>(layer.extents[dim]); };
  auto in = [&](int dim) { return static_cast<double>(tile[dim]); };
  auto restOf = [&](int dim) {
    return static_cast<double>(layer.extents[dim] - (tilesAlong(layer, tile, dim) - 1) * tile[dim]);
  };

  // How often each box of an operand is loaded: the loops outside of the innermost one that moves it, or,
  // where it is streamed, all.
  std::vector<int> loops;
  for (int dim : order)
    if (terms.count[dim] > 1)
      loops.push_back(dim);
  if (terms.count[C] > 1)
    loops.push_back(C);
  auto loadsOfABox = [&](std::initializer_list<int> moves, bool streams) {
    double loads = 1, outside = 1;
    for (int dim : loops) {
      bool moving = std::find(moves.begin(), moves.end(), dim) != moves.end();
      outside *= moving ? 1 : terms.count[dim];
      if (moving || streams)
        loads = outside;
    }
    return loads;
  };
  double ifmapLoads = loadsOfABox({N, G, C, P, Q}, ifmapStreams),
         weightLoads = loadsOfABox({G, M, C}, weightsStream);
  const Windows rows = windows(0, tile[P], tile[P], layer.extents[R]);
  const Windows columns = windows(1, tile[Q], tile[Q], layer.extents[S]);
  double ifmapElements = whole(N) * whole(G) * whole(C) * rows.sum * columns.sum * ifmapLoads;
  double weightElements = whole(G) * whole(M) * whole(C) * whole(R) * whole(S) * weightLoads;
  double outputElements = whole(N) * whole(G) * whole(M) * whole(P) * whole(Q);
  // Records of a matrix product are shared by the batch.
  double paramGroups = layer.matmul ? 1 : whole(G),
         paramTiles = layer.matmul ? terms.count[M] : terms.count[G] * terms.count[M];
  double paramBytes = layer.hasParams ? paramGroups * whole(M) * 16 : 0;
  double ifmapDram = ifmapElements * bytes * layer.ifmapEncoded,
         outputDram = outputElements * outBytes * layer.ofmapEncoded;

  double bandwidth = target.dramBytesPerCycle(), latency = static_cast<double>(target.dram.latency);
  double weightDram = weightElements * bytes * layer.weightEncoded;
  double dram = terms.dram = ifmapDram + weightDram + paramBytes + outputDram;
  double ifmapTiles =
      terms.count[N] * terms.count[G] * terms.count[C] * rows.some * columns.some * ifmapLoads;
  double weightTiles = terms.count[G] * terms.count[M] * terms.count[C] * weightLoads;
  double loads = ifmapTiles + weightTiles + (layer.hasParams ? paramTiles : 0);

  // The first box lies at the top: its window, cut to the tensor.
  auto corner = [&](int side) {
    int outer = side == 0 ? P : Q, inner = side == 0 ? R : S;
    return static_cast<double>(differentCoordinates(-layer.pads[side], tile[outer], layer.strides[side],
                                                    layer.extents[inner], layer.dilations[side],
                                                    layer.ifmap[side]));
  };
  double ifmapFirst = ifmapStreams ? 0 : in(N)*in(G)*in(C)*corner(0) * corner(1) * bytes * layer.ifmapEncoded;
  double weightFirst = weightsStream ? 0 : in(G)*in(M)*in(C)*whole(R) * whole(S) * bytes * layer.weightEncoded;
  double outerTiles = terms.count[N] * terms.count[P] * terms.count[Q];
  double paramFirst = layer.hasParams ? in(G)*in(M) * 16 : 0;
  double lastStore =
      restOf(N) * restOf(G) * restOf(M) * restOf(P) * restOf(Q) * outBytes * layer.ofmapEncoded;
  double firstLoads = (ifmapFirst > 0 ? 1 : 0) + (weightsStream ? 0 : 1);
  terms.before = firstLoads * latency + (ifmapFirst + weightFirst + paramFirst) / bandwidth;
  terms.behind = latency + lastStore / bandwidth;
  if (target.overlapTransfers) {
    double loadBytes = ifmapDram + weightDram + paramBytes;
    terms.transfers =
        std::max({dram / bandwidth + latency, loads * latency + loadBytes / bandwidth + terms.behind,
                  terms.before + outputDram / bandwidth + latency});
  } else {
    // The array stands still for loads that are no prefetches, and for stores.
    const std::vector<Memory> &memories = target.memories;
    auto stands = [&](int memory) {
      return memories[memory].kind != Memory::Kind::Fifo && !memories[memory].prefetch;
    };
    double loading = 0;
    if (stands(ifmapMemory))
      loading += ifmapDram / bandwidth + ifmapTiles * latency;
    if (stands(weightMemory))
      loading += weightDram / bandwidth + weightTiles * latency;
    double outputTiles = outerTiles * terms.count[G] * terms.count[M];
    double storing = outputDram / bandwidth + outputTiles * latency;
    double moving = (stands(ifmapMemory) ? ifmapDram : 0) +
                    (stands(weightMemory) ? weightDram : 0) + outputDram;
    terms.serial = std::max({loading, storing, moving / bandwidth});
    terms.before = terms.behind = 0;
    terms.transfers = dram / bandwidth;
  }
  // What goes through the memories for the transfers.
  double paramLoads = paramBytes;
  terms.energy = dram * pj.dram + (layer.ifmapEncoded < 1 ? ifmapDram * pj.codec : 0) +
                 (layer.ofmapEncoded < 1 ? outputDram * pj.codec : 0) +
                 (layer.weightEncoded < 1 ? weightDram * pj.codec : 0) + ifmapElements * bytes * pj.ifmapFill +
                 weightElements * bytes * pj.weightFill + paramLoads * pj.paramFill +
                 outputElements * outBytes * pj.outDrain;
  double paramReads = layer.hasParams ? whole(G) * whole(M) * 16 * outerTiles * terms.count[C] : 0;
  terms.energy += paramReads * pj.paramRead;

  // The array at full use, each operand across its network once.
  double macs = static_cast<double>(layer.macs()), depth = static_cast<double>(array.pipelineDepth);
  double arrayLeast = macs / static_cast<double>(array.macs()) / macRate + terms.tiles * depth;
  terms.least.cycles = std::max(terms.before + arrayLeast + terms.behind + terms.serial, terms.transfers);
  double ifmapOnce = whole(N) * whole(G) * whole(C) * rows.sum * columns.sum * terms.count[M] * bytes;
  double weightsOnce = whole(G) * whole(M) * whole(C) * whole(R) * whole(S) * outerTiles * bytes;
  terms.least.energy =
      pj.fixed + terms.energy + terms.least.cycles * pj.cycle + ifmapOnce * (pj.ifmapRead + pj.ifmapHop) +
      weightsOnce * (pj.weightRead + pj.weightHop) + ifmapOnce / bytes * ifmapWords * pj.ifmapWrite +
      weightsOnce / bytes * weightWords * pj.weightWrite +
      outputElements * outBytes * (pj.outWrite + pj.psumHop) + outputElements * pj.psumSpadRead +
      outputElements * (terms.count[C] - 1) * cellBytes * (pj.psumRead + pj.psumWrite);
  return terms;
}

double MappingBounds::leastSteps(const Extents &tile, const Unrolling &unrolling) const {
  double steps = 1;
  for (int dim = 0; dim < loopDims; ++dim) {
    int64_t tiles = tilesAlong(layer, tile, dim),
            rest = layer.extents[dim] - (tiles - 1) * tile[dim];
    int64_t spatial = unrolling.spatial(dim);
    steps *= static_cast<double>((tiles - 1) * ceilDiv(tile[dim], spatial) + ceilDiv(rest, spatial));
  }
  return steps;
}

double MappingBounds::instructionCycles(const Extents &x, double steps) const {
  auto size = [&](int dim) { return static_cast<double>(x[dim]); };
  auto window = [&](int side) { return std::max(0.0, size(P + side) - inPadding[side]); };
  double ifmap = size(N) * size(G) * size(C) * window(0) * window(1) * bytes / ifmapRate;
  double weights = size(G) * size(M) * size(C) * size(R) * size(S) * bytes / weightRate;
  double outputs =
      size(N) * size(G) * size(M) * size(P) * size(Q) * std::min(outBytes / outRate, cellBytes / psumOutRate);
  return std::floor(std::max({steps / macRate, ifmap, weights, outputs})) +
         static_cast<double>(array.pipelineDepth);
}

double MappingBounds::instructionCycles(const Extents &extents) const {
  double macs = 1;
  for (int64_t extent : extents)
    macs *= static_cast<double>(extent);
  return instructionCycles(extents, macs / static_cast<double>(array.macs()));
}

double MappingBounds::instructionCycles(const Extents &extents, const Unrolling &unrolling) const {
  double steps = 1;
  for (int dim = 0; dim < loopDims; ++dim)
    steps *= static_cast<double>(ceilDiv(extents[dim], unrolling.spatial(dim)));
  return instructionCycles(extents, steps);
}

double MappingBounds::pipelineCycles(const TileTerms &tile, const std::vector<double> &ofClass) const {
  return std::max(tile.pipeline->cycles(ofClass), tile.transfers + tile.pipeline->idleAtEnd(ofClass));
}

void MappingBounds::tighten(TileTerms &terms) const {
  double exact = static_cast<double>(dramBytes(layer, terms.tile, terms.order, target));
  double more = (exact - terms.dram) * pj.dram, latency = static_cast<double>(target.dram.latency);
  terms.dram = exact;
  terms.energy += more;
  terms.least.energy += more;
  terms.transfers = std::max(terms.transfers, exact / target.dramBytesPerCycle() +
                                                  (target.overlapTransfers ? 2 * latency : 0));
  if (terms.transfers > terms.least.cycles) {
    terms.least.energy += (terms.transfers - terms.least.cycles) * pj.cycle;
    terms.least.cycles = terms.transfers;
  }
  terms.pipeline = TilePipeline::make(layer, terms.tile, terms.order, target);
  if (!terms.pipeline)
    return;
  std::vector<double> floors;
  for (const Extents &extents : terms.pipeline->classes())
    floors.push_back(instructionCycles(extents));
  double cycles = std::max(terms.least.cycles, pipelineCycles(terms, floors));
  terms.least.energy += (cycles - terms.least.cycles) * pj.cycle;
  terms.least.cycles = cycles;
}

Bound MappingBounds::unrolled(const TileTerms &tile, const Unrolling &unrolling) const {
  Bound bound;
  double depth = static_cast<double>(array.pipelineDepth);
  double computed = leastSteps(tile.tile, unrolling) / macRate + tile.tiles * depth;
  bound.cycles =
      std::max({tile.before + computed + tile.behind + tile.serial, tile.transfers, tile.least.cycles});
  // Where the array decides, playing the tiles tells no more than the sum.
  if (tile.pipeline && problem.objective != Objective::Energy && tile.transfers > transfersThatCount * bound.cycles) {
    std::vector<double> floors;
    for (const Extents &extents : tile.pipeline->classes())
      floors.push_back(instructionCycles(extents, unrolling));
    bound.cycles = std::max(bound.cycles, pipelineCycles(tile, floors));
  }
  bound.energy = tile.least.energy + (bound.cycles - tile.least.cycles) * pj.cycle;
  return bound;
}

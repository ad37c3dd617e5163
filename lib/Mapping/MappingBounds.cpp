#include "lib/Mapping/MappingBounds.h"

#include <algorithm>
#include <cmath>

using namespace dnnc;
using namespace dnnc::mapping;
using namespace dnnc::cost;

MappingBounds::MappingBounds(const MappingProblem &problem)
    : problem(problem), layer(problem.layer), target(*problem.target), array(target.array) {
  auto rate = array.macRate.find(layer.type);
  macRate = rate == array.macRate.end() ? 1 : rate->second;
  bytes = static_cast<double>(bytesOf(layer.type));
  outBytes = static_cast<double>(bytesOf(layer.outputType));
  cellBytes = static_cast<double>(ceilDiv(array.psumSpad.bits, 8));
  auto words = [&](const Spad &spad) {
    return static_cast<double>(std::max<int64_t>(1, ceilDiv(bytesOf(layer.type) * 8, spad.bits)));
  };
  ifmapWords = words(array.ifmapSpad), weightWords = words(array.weightSpad);
  auto memory = [&](Operand operand) { return static_cast<int>(target.memoryFor(operand).value_or(0)); };
  ifmapMemory = memory(Operand::Ifmap), weightMemory = memory(Operand::Weight),
  paramMemory = memory(Operand::Param);
  psumMemory = memory(Operand::Psum), ofmapMemory = memory(Operand::Ofmap);
  const std::vector<Memory> &memories = target.memories;
  ifmapStreams = memories[ifmapMemory].kind == Memory::Kind::Fifo;
  weightsStream = memories[weightMemory].kind == Memory::Kind::Fifo;
  auto least = [](int64_t a, int64_t b) { return static_cast<double>(std::max<int64_t>(1, std::min(a, b))); };
  ifmapRate = least(array.ifmapNoc.bytesPerCycle, memories[ifmapMemory].readBytesPerCycle);
  weightRate = least(array.weightNoc.bytesPerCycle, memories[weightMemory].readBytesPerCycle);
  psumInRate = least(array.psumNoc.bytesPerCycle, memories[psumMemory].readBytesPerCycle);
  psumOutRate = least(array.psumNoc.bytesPerCycle, memories[psumMemory].writeBytesPerCycle);
  outRate = least(array.psumNoc.bytesPerCycle, memories[ofmapMemory].writeBytesPerCycle);

  // Energy is linear in the counts: the price of each by asking for one (a million, against rounding).
  constexpr int64_t many = 1 << 20;
  LayerCounts none;
  none.memories.resize(memories.size());
  auto price = [&](auto set) {
    LayerCounts counts = none;
    set(counts);
    return energyOf(counts, 0, layer.type, target).total() / many;
  };
  pj.cycle = energyOf(none, many, layer.type, target).total() / many;
  auto readOf = [&](int index) { return price([&](LayerCounts &c) { c.memories[index].read = many; }); };
  auto writeOf = [&](int index) { return price([&](LayerCounts &c) { c.memories[index].written = many; }); };
  pj.dram = price([](LayerCounts &c) { c.dramRead = many; });
  pj.codec = price([](LayerCounts &c) { c.encodedBytes = many; });
  pj.ifmapRead = readOf(ifmapMemory), pj.weightRead = readOf(weightMemory), pj.psumRead = readOf(psumMemory);
  pj.paramRead = readOf(paramMemory), pj.outDrain = readOf(ofmapMemory);
  pj.ifmapFill = writeOf(ifmapMemory), pj.weightFill = writeOf(weightMemory),
  pj.paramFill = writeOf(paramMemory);
  pj.psumWrite = writeOf(psumMemory), pj.outWrite = writeOf(ofmapMemory);
  pj.ifmapHop = price([](LayerCounts &c) { c.ifmapHops = many; });
  pj.weightHop = price([](LayerCounts &c) { c.weightHops = many; });
  pj.psumHop = price([](LayerCounts &c) { c.psumHops = many; });
  pj.ifmapWrite = price([](LayerCounts &c) { c.ifmapSpadWritten = many; });
  pj.weightWrite = price([](LayerCounts &c) { c.weightSpadWritten = many; });
  pj.psumSpadRead = price([](LayerCounts &c) { c.psumSpadRead = many; });
  pj.psumSpadWrite = price([](LayerCounts &c) { c.psumSpadWritten = many; });
  // MACs and what each of them reads and writes, however they are mapped; gating as the estimate counts it.
  double macs = static_cast<double>(layer.macs());
  const ZeroGating &gating = array.zeroGating;
  double gated = gating.any() ? static_cast<double>(layer.zeroMacs()) : 0;
  LayerCounts fixed = none;
  fixed.gatedMacs = static_cast<int64_t>(gating.mac ? gated : 0);
  fixed.macs = static_cast<int64_t>(macs) - fixed.gatedMacs;
  fixed.ifmapSpadRead = static_cast<int64_t>(macs * ifmapWords);
  fixed.weightSpadRead = static_cast<int64_t>((macs - (gating.weightSpad ? gated : 0)) * weightWords);
  fixed.psumSpadRead = fixed.psumSpadWritten = static_cast<int64_t>(macs - (gating.psumSpad ? gated : 0));
  pj.fixed = energyOf(fixed, 0, layer.type, target).total();
}

double MappingBounds::value(const Bound &bound) const {
  switch (problem.objective) {
  case Objective::Latency:
    return bound.cycles;
  case Objective::Energy:
    return bound.energy;
  case Objective::Edp:
    return bound.cycles * bound.energy;
  }
  return 0;
}

double MappingBounds::mostCycles(const TileTerms &tile, double value) const {
  switch (problem.objective) {
  case Objective::Latency:
    return value;
  case Objective::Edp:
    return value / tile.least.energy;
  case Objective::Energy:
    return pj.cycle > 0 ? tile.least.cycles + (value - tile.least.energy) / pj.cycle
                        : std::numeric_limits<double>::infinity();
  }
  return value;
}

const MappingBounds::Windows &MappingBounds::windows(int side, int64_t tile, int64_t outer, int64_t inner) {
  uint64_t key = static_cast<uint64_t>(tile) << 40 |
                 static_cast<uint64_t>(std::min<int64_t>(outer, (1 << 20) - 1)) << 20 |
                 static_cast<uint64_t>(std::min<int64_t>(inner, (1 << 20) - 1));
  auto [entry, isNew] = knownWindows[side].try_emplace(key);
  if (!isNew)
    return entry->second;
  Windows &windows = entry->second = {0, 0, 0};
  int64_t whole = layer.extents[side == 0 ? P : Q], taps = layer.extents[side == 0 ? R : S];
  int64_t stride = layer.strides[side], dilation = layer.dilations[side];
  for (int64_t start = 0; start < whole; start += tile) {
    int64_t end = std::min(whole, start + tile);
    windows.last = 0;
    for (int64_t block = start; block < end; block += outer)
      for (int64_t tap = 0; tap < taps; tap += inner) {
        auto rows = static_cast<double>(differentCoordinates(
            block * stride + tap * dilation - layer.pads[side], std::min(outer, end - block), stride,
            std::min(inner, taps - tap), dilation, layer.ifmap[side]));
        windows.sum += rows;
        windows.last += rows;
        if (block == start && tap == 0)
          windows.first += rows;
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
  terms.steps =
      sum([&](int64_t x) { return x / block * spad + (x % block ? std::min(spad, x % block) : 0); });
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
  terms.mostSteps = std::min(spad, size);
  terms.leastInPe = std::min(terms.inPe, std::min(size, rest));
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
  terms.first = windows(side, size, clip(outer.inPass, size), clip(inner.inPass, taps)).first;
  terms.slid = sumOf(size, taps);
  terms.byPe = sumOf(outer.inPe, inner.inPe);
  terms.byNode = sumOf(outer.inNode, inner.inNode);
  return terms;
}

TileTerms MappingBounds::tileTerms(const Extents &tile, const std::vector<int> &order) {
  TileTerms terms;
  terms.tile = tile;
  terms.order = order;
  for (int dim = 0; dim < loopDims; ++dim) {
    terms.count[dim] = static_cast<double>(tilesAlong(layer, tile, dim));
    terms.tiles *= terms.count[dim];
  }
  terms.alike = terms.count[C] == 1;
  for (int dim = 0; dim < loopDims; ++dim)
    terms.alike &= layer.extents[dim] % tile[dim] == 0;
  // Padding makes the tiles at the border cheaper.
  for (int side : {0, 1})
    if (terms.count[side == 0 ? P : Q] > 1)
      terms.alike &= layer.pads[side] == 0 && layer.extents[side == 0 ? R : S] == 1;
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
  double dram = terms.dram = ifmapDram + weightElements * bytes + paramBytes + outputDram;
  double ifmapTiles =
      terms.count[N] * terms.count[G] * terms.count[C] * terms.count[P] * terms.count[Q] * ifmapLoads;
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
  double weightFirst = weightsStream ? 0 : in(G)*in(M)*in(C)*whole(R) * whole(S) * bytes;
  double outerTiles = terms.count[N] * terms.count[P] * terms.count[Q];
  double paramFirst = layer.hasParams ? in(G)*in(M) * 16 : 0;
  double lastStore =
      restOf(N) * restOf(G) * restOf(M) * restOf(P) * restOf(Q) * outBytes * layer.ofmapEncoded;
  double firstLoads = (ifmapStreams ? 0 : 1) + (weightsStream ? 0 : 1);
  terms.before = firstLoads * latency + (ifmapFirst + weightFirst + paramFirst) / bandwidth;
  terms.behind = latency + lastStore / bandwidth;
  if (target.overlapTransfers) {
    double loadBytes = ifmapDram + weightElements * bytes + paramBytes;
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
      loading += weightElements * bytes / bandwidth + weightTiles * latency;
    double outputTiles = outerTiles * terms.count[G] * terms.count[M];
    double storing = outputDram / bandwidth + outputTiles * latency;
    double moving = (stands(ifmapMemory) ? ifmapDram : 0) +
                    (stands(weightMemory) ? weightElements * bytes : 0) + outputDram;
    terms.serial = std::max({loading, storing, moving / bandwidth});
    terms.before = terms.behind = 0;
    terms.transfers = dram / bandwidth;
  }
  // What goes through the memories for the transfers.
  double paramLoads = paramBytes;
  terms.energy = dram * pj.dram + (layer.ifmapEncoded < 1 ? ifmapDram * pj.codec : 0) +
                 (layer.ofmapEncoded < 1 ? outputDram * pj.codec : 0) + ifmapElements * bytes * pj.ifmapFill +
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

double MappingBounds::leastSteps(const TileTerms &tile, const Unrolling &unrolling) const {
  double steps = 1;
  for (int dim = 0; dim < loopDims; ++dim) {
    int64_t tiles = tilesAlong(layer, tile.tile, dim),
            rest = layer.extents[dim] - (tiles - 1) * tile.tile[dim];
    int64_t spatial = unrolling.spatial(dim);
    steps *= static_cast<double>((tiles - 1) * ceilDiv(tile.tile[dim], spatial) + ceilDiv(rest, spatial));
  }
  return steps;
}

double MappingBounds::instructionCycles(const Extents &x, double steps) const {
  auto size = [&](int dim) { return static_cast<double>(x[dim]); };
  // Each row of a filter that is one element high has its own ifmap row; of others at most the filter's
  // height lies outside.
  auto window = [&](int outer, int inner) {
    return layer.extents[inner] == 1 ? size(outer) : std::max(0.0, size(outer) - size(inner));
  };
  double ifmap = size(N) * size(G) * size(C) * window(P, R) * window(Q, S) * bytes / ifmapRate;
  double weights = size(G) * size(M) * size(C) * size(R) * size(S) * bytes / weightRate;
  double outputs =
      size(N) * size(G) * size(M) * size(P) * size(Q) * std::min(outBytes / outRate, cellBytes / psumOutRate);
  return std::floor(std::max({steps / macRate, ifmap, weights, outputs})) +
         static_cast<double>(array.pipelineDepth);
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
  double multipliers = static_cast<double>(array.macs());
  for (const Extents &extents : terms.pipeline->classes()) {
    double macs = 1;
    for (int64_t extent : extents)
      macs *= static_cast<double>(extent);
    floors.push_back(instructionCycles(extents, macs / multipliers));
  }
  double cycles = std::max(terms.least.cycles, pipelineCycles(terms, floors));
  terms.least.energy += (cycles - terms.least.cycles) * pj.cycle;
  terms.least.cycles = cycles;
}

Bound MappingBounds::unrolled(const TileTerms &tile, const Unrolling &unrolling) const {
  Bound bound;
  double depth = static_cast<double>(array.pipelineDepth);
  double computed = leastSteps(tile, unrolling) / macRate + tile.tiles * depth;
  bound.cycles =
      std::max({tile.before + computed + tile.behind + tile.serial, tile.transfers, tile.least.cycles});
  if (tile.pipeline && problem.objective != Objective::Energy) {
    std::vector<double> floors;
    for (const Extents &extents : tile.pipeline->classes()) {
      double steps = 1;
      for (int dim = 0; dim < loopDims; ++dim)
        steps *= static_cast<double>(ceilDiv(extents[dim], unrolling.spatial(dim)));
      floors.push_back(instructionCycles(extents, steps));
    }
    bound.cycles = std::max(bound.cycles, pipelineCycles(tile, floors));
  }
  bound.energy = tile.least.energy + (bound.cycles - tile.least.cycles) * pj.cycle;
  return bound;
}

void DimTerms::lower(const DimTerms &other) {
  for (double DimTerms::*term : {&DimTerms::trips, &DimTerms::passes, &DimTerms::steps, &DimTerms::first,
                                 &DimTerms::last, &DimTerms::peBlocks, &DimTerms::peFirst, &DimTerms::peLast,
                                 &DimTerms::nodeBlocks, &DimTerms::nodeFirst, &DimTerms::whole})
    this->*term = std::min(this->*term, other.*term);
  loneShare = std::max(loneShare, other.loneShare);
  mostSteps = std::max(mostSteps, other.mostSteps);
  leastInPe = std::min(leastInPe, other.leastInPe);
  inPe = std::min(inPe, other.inPe);
}

double MappingBounds::playedCycles(const TileTerms &tile, double array) const {
  if (!tile.alike || !tile.pipeline)
    return 0;
  double instruction = std::floor((array - tile.before - tile.behind - tile.serial) / tile.tiles);
  return pipelineCycles(tile, {instruction});
}

WindowTerms MappingBounds::leastWindows(const TileTerms &tile, int side) {
  int64_t size = tile.tile[side == 0 ? P : Q], taps = layer.extents[side == 0 ? R : S];
  WindowTerms terms;
  const Windows &whole = windows(side, size, size, taps);
  terms.fetched = terms.slid = terms.byPe = terms.byNode = whole.sum;
  terms.loneShare = 1;
  return terms;
}

double MappingBounds::floorCycles(const TileTerms &tile, const std::array<const DimTerms *, loopDims> &d,
                                  double firstWindow) const {
  double steps = 1;
  for (const DimTerms *dim : d)
    steps *= dim->steps;
  double outputTiles = tile.count[N] * tile.count[P] * tile.count[Q];
  double ifmapFirst =
      d[N]->first * d[G]->first * d[C]->first * firstWindow * tile.count[M] * bytes / ifmapRate;
  double weightFirst =
      d[G]->first * d[M]->first * d[C]->first * d[R]->first * d[S]->first * outputTiles * bytes / weightRate;
  double fill = array.fillsInTurn ? ifmapFirst + weightFirst : std::max(ifmapFirst, weightFirst);
  double lastOutputs = d[N]->last * d[G]->last * d[M]->last * d[P]->last * d[Q]->last;
  double drain = lastOutputs * ((tile.count[C] - 1) * cellBytes / psumOutRate + outBytes / outRate);
  double chains =
      d[C]->peLast * d[R]->peLast * d[S]->peLast * outputTiles * tile.count[G] * tile.count[M] - tile.tiles;
  return tile.before + tile.behind + tile.serial + tile.tiles * static_cast<double>(array.pipelineDepth) +
         steps / macRate + fill + drain + chains;
}

static bool canOverlap(const Spad &spad, double words) {
  return spad.doubleBuffered || spad.streams || 2 * words <= static_cast<double>(spad.words);
}

Bound MappingBounds::mapped(const TileTerms &tile, const std::array<const DimTerms *, loopDims> &d,
                            const WindowTerms &rows, const WindowTerms &columns,
                            const std::vector<int> &passOrder) const {
  auto whole = [&](int dim) { return static_cast<double>(layer.extents[dim]); };
  // What is fetched again: loops outside of the innermost one that changes the operand. Where an edge tile
  // has none of these inner loops, its share is fetched once.
  enum { OfOutputs = 1, OfFilters = 2, OfReduction = 4 };
  int inside = 0, insideOutputs = 0, insideFilters = 0, insideReduction = 0;
  for (size_t i = passOrder.size(); i-- > 0;) {
    switch (passOrder[i]) {
    case N:
    case P:
    case Q:
      insideOutputs |= inside & ~OfOutputs;
      inside |= OfOutputs;
      break;
    case M:
      insideFilters |= inside & ~OfFilters;
      inside |= OfFilters;
      break;
    case C:
    case R:
    case S:
      insideReduction |= inside & ~OfReduction;
      inside |= OfReduction;
      break;
    default:
      break;
    }
  }
  // The share of the work in tiles where none of these loops turns.
  auto lone = [&](int classes, double rowsShare, double columnsShare) {
    double share = 1;
    auto of = [&](int dim, double lonely) {
      if (d[dim]->trips > 1)
        share *= lonely;
    };
    if (classes & OfOutputs)
      of(N, d[N]->loneShare), of(P, rowsShare), of(Q, columnsShare);
    if (classes & OfFilters)
      of(M, d[M]->loneShare);
    if (classes & OfReduction)
      of(C, d[C]->loneShare), of(R, 0), of(S, 0);
    return share;
  };
  auto times = [](double blocks, double once, double share) { return blocks * (1 - share) + once * share; };
  auto again = [&](int insideClasses, double blocks, double once) {
    return insideClasses ? times(blocks, once, lone(insideClasses, d[P]->loneShare, d[Q]->loneShare)) : once;
  };
  auto ifmapAgain = [&](double blocks, double once) {
    return insideFilters ? times(blocks, once, lone(insideFilters, rows.loneShare, columns.loneShare)) : once;
  };
  double ifmapTimes = ifmapAgain(d[M]->passes, tile.count[M]);
  double outputBlocks = d[N]->passes * d[P]->passes * d[Q]->passes,
         outputTiles = tile.count[N] * tile.count[P] * tile.count[Q];
  double weightTimes = again(insideOutputs, outputBlocks, outputTiles);
  double reductionBlocks = d[C]->passes * d[R]->passes * d[S]->passes;
  double visits = again(insideReduction, reductionBlocks, tile.count[C]);

  // A window slides where the innermost loop is over its outputs, none of them spatial.
  double rowsFetched = rows.fetched, columnsFetched = columns.fetched, rowsByPe = rows.byPe,
         columnsByPe = columns.byPe;
  double rowsByNode = rows.byNode, columnsByNode = columns.byNode;
  if (array.ifmapSpad.slides)
    for (size_t i = passOrder.size(); i-- > 0;) {
      int dim = passOrder[i];
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

  // Time, instruction by instruction: a first delivery, the passes, a last drain.
  double computed = 1, longest = 1;
  for (int dim = 0; dim < loopDims; ++dim) {
    computed *= d[dim]->steps;
    longest *= static_cast<double>(d[dim]->mostSteps);
  }
  computed /= macRate;
  longest = std::ceil(longest / macRate);
  double firstWindow = d[N]->first * d[G]->first * rows.first * columns.first;
  double ifmapFirst = firstWindow * d[C]->first * tile.count[M] * bytes / ifmapRate;
  double weightFirst =
      d[G]->first * d[M]->first * d[C]->first * d[R]->first * d[S]->first * outputTiles * bytes / weightRate;
  double fill = array.fillsInTurn ? ifmapFirst + weightFirst : std::max(ifmapFirst, weightFirst);
  double lastOutputs = d[N]->last * d[G]->last * d[M]->last * d[P]->last * d[Q]->last;
  double lastDrain = lastOutputs * ((tile.count[C] - 1) * cellBytes / psumOutRate + outBytes / outRate);
  double chained =
      d[C]->peLast * d[R]->peLast * d[S]->peLast * outputTiles * tile.count[G] * tile.count[M] - tile.tiles;
  double drain = tile.tiles * static_cast<double>(array.pipelineDepth) + chained + lastDrain;

  double ifmapRest = std::max(0.0, ifmapElements * bytes / ifmapRate - ifmapFirst);
  double weightRest = std::max(0.0, weightElements * bytes / weightRate - weightFirst);
  double drained =
      std::max(0.0, psumsOut * cellBytes / psumOutRate + outputs * outBytes / outRate - lastDrain);
  double firstOutputs = d[N]->first * d[G]->first * d[M]->first * d[P]->first * d[Q]->first;
  double refilled =
      std::max(0.0, psumsIn * cellBytes / psumInRate -
                        firstOutputs * (tile.count[C] - 1 + (array.psumsStartInMemory ? 1 : 0)) * cellBytes /
                            psumInRate);
  // Passes before which an operand is delivered: what they compute can hide it, the other passes cannot.
  double ifmapEvents =
      d[N]->passes * d[G]->passes * outputBlocks / d[N]->passes * reductionBlocks * ifmapTimes;
  double weightEvents = d[G]->passes * d[M]->passes * reductionBlocks * weightTimes;
  double psumEvents = d[G]->passes * d[M]->passes * outputBlocks * visits;

  auto inPe = [&](int dim) { return static_cast<double>(std::min(d[dim]->inPe, tile.tile[dim])); };
  auto leastInPe = [&](int dim) { return static_cast<double>(d[dim]->leastInPe); };
  bool weightsOverlap =
      canOverlap(array.weightSpad, inPe(G) * inPe(M) * inPe(C) * inPe(R) * inPe(S) * weightWords);
  bool ifmapOverlaps = canOverlap(array.ifmapSpad, leastInPe(N) * leastInPe(G) * leastInPe(C) * leastInPe(P) *
                                                       leastInPe(Q) * ifmapWords);
  bool psumsOverlap =
      canOverlap(array.psumSpad, leastInPe(N) * leastInPe(G) * leastInPe(M) * leastInPe(P) * leastInPe(Q));
  double serial = 0;
  // Operands that stream flow through all passes between two ramp-ups: only their sums count.
  double hidden = array.psumSpad.streams ? 0 : refilled - psumEvents * longest;
  auto hide = [&](const Spad &spad, double delivered, double events) {
    if (!spad.streams)
      hidden = std::max(hidden, delivered - events * longest);
  };
  if (!weightsOverlap) {
    double unclipped = d[G]->whole * d[M]->whole * d[C]->whole * d[R]->whole * d[S]->whole;
    double weightSerial = std::max(0.0, unclipped * weightTimes * bytes / weightRate - weightFirst);
    // With new filters comes a new window, unless only filters turn.
    bool windowToo = unclipped == weightsOnce && (insideFilters || d[M]->passes == tile.count[M]);
    double windows =
        windowToo ? std::max(0.0, firstWindow * whole(C) * ifmapTimes * bytes / ifmapRate - ifmapFirst) : 0;
    serial = array.fillsInTurn ? weightSerial + windows : std::max(weightSerial, windows);
  } else if (!ifmapOverlaps) {
    serial = ifmapRest;
    hide(array.weightSpad, weightRest, weightEvents);
  } else {
    hide(array.weightSpad, weightRest, weightEvents);
    hide(array.ifmapSpad, ifmapRest, ifmapEvents);
  }
  // Where all operands of a ramp-up are filled at once, the others may come with the one that waits.
  hidden = serial > 0 && !array.fillsInTurn ? 0 : std::max(0.0, hidden);
  double drainSerial = 0;
  if (!psumsOverlap)
    drainSerial = drained + std::max(0.0, psumEvents - tile.tiles) * static_cast<double>(array.pipelineDepth);
  else if (!array.psumSpad.streams)
    hidden = std::max(hidden, drained - psumEvents * longest);
  double passes =
      std::max({computed + hidden + serial + drainSerial, ifmapRest, weightRest, drained + serial, refilled});
  Bound bound;
  bound.array = tile.before + fill + passes + drain + tile.behind + tile.serial;
  bound.cycles = std::max(bound.array, tile.least.cycles);

  // Energy: sums of counts.
  double ifmapCopies = ifmapAgain(d[M]->peBlocks, d[M]->peFirst);
  double ifmapNodes = ifmapAgain(d[M]->nodeBlocks, d[M]->nodeFirst);
  double weightCopies = again(insideOutputs, d[N]->peBlocks * d[P]->peBlocks * d[Q]->peBlocks,
                              d[N]->peFirst * d[P]->peFirst * d[Q]->peFirst);
  double weightNodes = again(insideOutputs, d[N]->nodeBlocks * d[P]->nodeBlocks * d[Q]->nodeBlocks,
                             d[N]->nodeFirst * d[P]->nodeFirst * d[Q]->nodeFirst);
  double chains = again(insideReduction, d[C]->peBlocks * d[R]->peBlocks * d[S]->peBlocks,
                        d[C]->peFirst * d[R]->peFirst * d[S]->peFirst);
  double ifmapSent = array.ifmapNoc.multicast
                         ? ifmapElements
                         : std::max(ifmapElements, planes * rowsByPe * columnsByPe * ifmapCopies);
  double weightSent =
      array.weightNoc.multicast ? weightElements : std::max(weightElements, weightsOnce * weightCopies);
  double drainedBytes = psumsOut * cellBytes + outputs * outBytes;
  bound.energy = pj.fixed + tile.energy + bound.cycles * pj.cycle + ifmapSent * bytes * pj.ifmapRead +
                 weightSent * bytes * pj.weightRead + psumsIn * cellBytes * pj.psumRead +
                 psumsOut * cellBytes * pj.psumWrite + outputs * outBytes * pj.outWrite +
                 planes * rowsByNode * columnsByNode * ifmapNodes * bytes * pj.ifmapHop +
                 weightsOnce * weightNodes * bytes * pj.weightHop +
                 (outputs * (chains - visits) * cellBytes + drainedBytes + psumsIn * cellBytes) * pj.psumHop +
                 planes * rowsByPe * columnsByPe * ifmapCopies * ifmapWords * pj.ifmapWrite +
                 weightsOnce * weightCopies * weightWords * pj.weightWrite +
                 outputs * chains * pj.psumSpadRead + psumsIn * pj.psumSpadWrite;
  return bound;
}

#include "lib/Cost/LayerCost.h"
#include "lib/Cost/ExpectedWork.h"
#include "lib/Cost/SentShare.h"

#include "lib/Cost/LayerTiles.h"
#include "lib/Cost/LayerTimeline.h"

#include <algorithm>
#include <cmath>

using namespace dnnc;
using namespace dnnc::cost;

int64_t Layer::macs() const {
  int64_t macs = 1;
  for (int64_t extent : extents)
    macs *= extent;
  return macs;
}

int64_t Layer::paddingMacs() const {
  if (matmul)
    return 0;
  auto pairs = [&](int axis) {
    return pairsInside(-pads[axis], extents[P + axis], strides[axis], extents[R + axis], dilations[axis],
                       ifmap[axis]);
  };
  return macs() - extents[N] * extents[G] * extents[M] * extents[C] * pairs(0) * pairs(1);
}

int64_t Layer::zeroMacs() const {
  int64_t padding = paddingMacs();
  return padding + std::llround(static_cast<double>(macs() - padding) * gatedMacs);
}

static int64_t partOf(int64_t macs, const Layer &layer, const Sent &sent, const Array &array) {
  return std::llround(static_cast<double>(macs) * effectualShare(sent.minded, layer.extents, array));
}

int64_t cost::effectualMacs(const Layer &layer, const Sent &sent, const Array &array) {
  int64_t padding = skipsPadding(sent, isDepthwise(layer.extents), array) ? layer.paddingMacs() : 0;
  return partOf(layer.macs() - padding, layer, sent, array);
}

int64_t cost::effectualZeroMacs(const Layer &layer, const Sent &sent, const Array &array) {
  return skipsPadding(sent, isDepthwise(layer.extents), array) ? 0 : partOf(layer.zeroMacs(), layer, sent, array);
}

static void addArray(LayerEstimate &estimate, const ArrayEstimate &array, int64_t times,
                     const Target &target) {
  LayerCounts &counts = estimate.counts;
  auto traffic = [&](Operand operand) -> LayerCounts::Traffic & {
    return counts.memories[target.memoryFor(operand).value_or(0)];
  };
  auto reads = [&](Operand operand, int64_t bytes) { traffic(operand).arrayRead += bytes * times; };
  auto writes = [&](Operand operand, int64_t bytes) { traffic(operand).arrayWritten += bytes * times; };
  reads(Operand::Ifmap, array.ifmapRead);
  reads(Operand::Weight, array.weightRead);
  reads(Operand::Param, array.paramRead + array.tableRead);
  reads(Operand::Psum, array.psumRead);
  writes(Operand::Psum, array.psumWritten);
  writes(Operand::Ofmap, array.outputWritten);
  counts.macs += array.macs * times;
  counts.ifmapSpadRead += array.ifmapSpadRead * times;
  counts.ifmapSpadWritten += array.ifmapSpadWritten * times;
  counts.weightSpadRead += array.weightSpadRead * times;
  counts.weightSpadWritten += array.weightSpadWritten * times;
  counts.ifmapAddressRead += array.ifmapAddressRead * times;
  counts.ifmapAddressWritten += array.ifmapAddressWritten * times;
  counts.weightAddressRead += array.weightAddressRead * times;
  counts.weightAddressWritten += array.weightAddressWritten * times;
  counts.psumSpadRead += array.psumSpadRead * times;
  counts.psumSpadWritten += array.psumSpadWritten * times;
  counts.ifmapHops += array.ifmapHops * times;
  counts.weightHops += array.weightHops * times;
  counts.psumHops += array.psumHops * times;
  estimate.passes += array.passes * times;
  estimate.activePes = std::max(estimate.activePes, array.activePes);
  for (size_t term = 0; term < cycleTerms; ++term)
    estimate.arrayCyclesBy[term] += array.cyclesBy[term] * static_cast<double>(times);
  estimate.arrayCycles += array.cycles * static_cast<double>(times);
}

/// What a PE leaves out where the ifmap element is the zero point.
static void gate(LayerCounts &counts, const Layer &layer, const Sent &sent, const Target &target) {
  const ZeroGating &gating = target.array.zeroGating;
  if (!gating.any())
    return;
  int64_t gated = effectualZeroMacs(layer, sent, target.array);
  if (gating.weightSpad)
    counts.weightSpadRead -= gated * (counts.weightSpadRead / std::max<int64_t>(1, counts.macs));
  if (gating.psumSpad)
    counts.psumSpadRead -= gated, counts.psumSpadWritten -= gated;
  if (gating.mac)
    counts.gatedMacs = gated, counts.macs -= gated;
}

/// What a PE leaves out where an operand that the target skips is zero.
static void skip(LayerCounts &counts, const Layer &layer, const Sent &sent, const Target &target) {
  int64_t skipped = counts.macs - effectualMacs(layer, sent, target.array);
  // In lockstep reads are counted by the column, and the array's estimate has left out what is skipped.
  if (target.array.skipping.macs != Skipping::Macs::Lockstep)
    for (int64_t *count : {&counts.ifmapSpadRead, &counts.weightSpadRead})
      *count -= skipped * (*count / std::max<int64_t>(1, counts.macs));
  for (int64_t *count : {&counts.macs, &counts.psumSpadRead, &counts.psumSpadWritten})
    *count -= skipped;
}

LayerEstimate cost::estimateLayer(const Layer &layer, const LayerMapping &mapping, const Target &target) {
  LayerTiles tiles(layer, mapping.tile, mapping.order, target);
  LayerEstimate estimate;
  estimate.counts.memories.resize(target.memories.size());
  estimate.tiles = tiles.tiles();

  // Array instructions by classes of tiles.
  Sent sent;
  TileCycles cycles(tiles);
  cycles.forEachClass([&](const std::array<const TileClass *, loopDims> &at, double &arrayCycles) {
    int64_t times = 1;
    for (const TileClass *tile : at)
      times *= tile->times;
    ArrayTile tile = tiles.arrayTile(at);
    sent = sentOf(tile, mapping.array, target.array);
    ArrayEstimate array = estimateArray(tile, mapping.array, target);
    addArray(estimate, array, times, target);
    arrayCycles = array.cycles;
  });
  const int64_t macs = estimate.counts.macs;
  skip(estimate.counts, layer, sent, target);
  gate(estimate.counts, layer, sent, target);

  auto addBusy = [&](const Transfer &transfer, const Transfer::Moved &moved, int64_t repeats,
                     int64_t portBytesPerCycle, std::array<double, transferTerms> &by) {
    double instances = static_cast<double>(repeats);
    for (unsigned i = 0; i < transfer.depth; ++i)
      if (transfer.follows[tiles.loops[i].dim])
        instances *= static_cast<double>(tiles.loops[i].trips);
    by[static_cast<size_t>(TransferTerm::Latency)] += instances * static_cast<double>(target.dram.latency);
    double bandwidth = static_cast<double>(moved.dram * repeats) / target.dramBytesPerCycle(),
           port = static_cast<double>(moved.raw * repeats) / static_cast<double>(portBytesPerCycle);
    by[static_cast<size_t>(port > bandwidth ? TransferTerm::Port : TransferTerm::Bandwidth)] +=
        std::max(port, bandwidth);
    return port > bandwidth ? port : 0;
  };
  auto sum = [](const std::array<double, transferTerms> &by) { return by[0] + by[1] + by[2]; };
  double slowestPort = 0;
  LayerCounts &counts = estimate.counts;
  for (const Transfer &load : tiles.loads) {
    Transfer::Moved moved = tiles.sumOverBoxes(load);
    int64_t repeats = tiles.repeats(load);
    counts.dramRead += moved.dram * repeats;
    counts.encodedBytes += moved.encodedBytes * repeats;
    counts.decodedBytes += moved.encodedBytes * repeats;
    counts.memories[static_cast<size_t>(load.memory)].written += moved.raw * repeats;
    double port =
        addBusy(load, moved, repeats, target.memories[static_cast<size_t>(load.memory)].writeBytesPerCycle,
                estimate.loadCyclesBy);
    if (port > slowestPort)
      slowestPort = port, estimate.loadPort = load.memory;
  }
  estimate.loadCycles = sum(estimate.loadCyclesBy);
  Transfer::Moved moved = tiles.sumOverBoxes(tiles.output);
  int64_t repeats = tiles.repeats(tiles.output);
  counts.dramWritten += moved.dram * repeats;
  counts.encodedBytes += moved.encodedBytes * repeats;
  counts.memories[static_cast<size_t>(tiles.output.memory)].read += moved.raw * repeats;
  addBusy(tiles.output, moved, repeats,
          target.memories[static_cast<size_t>(tiles.output.memory)].readBytesPerCycle,
          estimate.storeCyclesBy);
  estimate.storeCycles = sum(estimate.storeCyclesBy);
  for (LayerCounts::Traffic &memory : counts.memories) {
    memory.read += memory.arrayRead;
    memory.written += memory.arrayWritten;
  }

  estimate.cycles = timelineCycles(tiles, cycles);
  double dramCycles = static_cast<double>(counts.dramRead + counts.dramWritten) / target.dramBytesPerCycle();
  std::array<double, 4> busy = {estimate.arrayCycles, estimate.loadCycles, estimate.storeCycles, dramCycles};
  // Both queues of transfers share the bandwidth: where they take all of it, that is the reason.
  estimate.bottleneck = static_cast<Bottleneck>(std::max_element(busy.begin(), busy.end()) - busy.begin());
  if (auto rate = target.array.macRate.find(layer.type); rate != target.array.macRate.end())
    estimate.utilization = static_cast<double>(macs) /
                           (rate->second * static_cast<double>(target.array.macs()) * estimate.cycles);
  estimate.energy = energyOf(counts, estimate.cycles, layer.type, target);
  estimate.limits = limitsOf(layer, target);
  return estimate;
}

EnergyTerms cost::energyOf(const LayerCounts &counts, double cycles, ElementType type, const Target &target) {
  const Array &array = target.array;
  auto times = [](int64_t count, double pj) { return static_cast<double>(count) * pj; };
  EnergyTerms energy;
  auto macPj = array.macPj.find(type);
  energy.mac = times(counts.macs, macPj == array.macPj.end() ? 0 : macPj->second) +
               times(counts.gatedMacs, array.zeroGating.macPj);
  energy.spad = times(counts.ifmapSpadRead, array.ifmapSpad.readPj) +
                times(counts.ifmapSpadWritten, array.ifmapSpad.writePj) +
                times(counts.weightSpadRead, array.weightSpad.readPj) +
                times(counts.weightSpadWritten, array.weightSpad.writePj) +
                times(counts.ifmapAddressRead, array.ifmapSpad.address.readPj) +
                times(counts.ifmapAddressWritten, array.ifmapSpad.address.writePj) +
                times(counts.weightAddressRead, array.weightSpad.address.readPj) +
                times(counts.weightAddressWritten, array.weightSpad.address.writePj) +
                times(counts.psumSpadRead, array.psumSpad.readPj) +
                times(counts.psumSpadWritten, array.psumSpad.writePj);
  energy.noc = times(counts.ifmapHops, array.ifmapNoc.hopPj) +
               times(counts.weightHops, array.weightNoc.hopPj) + times(counts.psumHops, array.psumNoc.hopPj);
  for (size_t i = 0; i < counts.memories.size() && i < target.memories.size(); ++i)
    energy.glb += times(counts.memories[i].read, target.memories[i].readPj) +
                  times(counts.memories[i].written, target.memories[i].writePj);
  energy.dram = times(counts.dramRead + counts.dramWritten, target.dram.pj);
  energy.codec = times(counts.encodedBytes, target.dram.codecPj);
  // mW × cycles ÷ MHz are nJ.
  energy.leakage = target.leakageMw * cycles / target.clockMhz * 1e3;
  energy.clock = cycles * target.clockNetworkPj;
  return energy;
}

std::vector<int64_t> cost::footprint(const Layer &layer, const LayerMapping &mapping, const Target &target) {
  constexpr int64_t line = 16; // a buffer begins at one
  LayerTiles tiles(layer, mapping.tile, mapping.order, target);
  std::vector<int64_t> bytes(target.memories.size(), 0);
  auto add = [&](int memory, int64_t slot, unsigned depth) {
    const Memory &place = target.memories[static_cast<size_t>(memory)];
    if (place.kind == Memory::Kind::Fifo)
      return;
    bool ring = depth > 0 && (target.overlapTransfers || place.prefetch);
    bytes[static_cast<size_t>(memory)] += roundUp(slot * (ring ? 2 : 1), line);
  };
  const Extents &t = tiles.tile;
  for (const Transfer &load : tiles.loads) {
    std::array<int64_t, 4> sizes = tiles.box(load, {});
    if (load.kind == Transfer::Ifmap && !layer.matmul)
      for (int axis : {0, 1}) // where the window's place varies, the buffer takes all of it
        if (tiles.trips[P + axis] > 1)
          sizes[2 + axis] =
              windowSpan(t[P + axis], layer.strides[axis], layer.extents[R + axis], layer.dilations[axis]);
    add(load.memory, load.elementBytes * sizes[0] * sizes[1] * sizes[2] * sizes[3], load.depth);
  }
  int64_t outputs = t[N] * t[G] * t[M] * t[P] * t[Q], cell = ceilDiv(target.array.psumSpad.bits, 8);
  add(tiles.output.memory, outputs * tiles.output.elementBytes, tiles.output.depth);
  bool needed = tiles.trips[C] > 1 || spillsPsums(mapping.array, t);
  int psumMemory = static_cast<int>(target.memoryFor(Operand::Psum).value_or(0));
  if (needed && (cell != tiles.output.elementBytes || psumMemory != tiles.output.memory))
    add(psumMemory, outputs * cell, 0);
  return bytes;
}

int64_t cost::dramBytesLowerBound(const Layer &layer, const Extents &tile, const Target &target) {
  LayerTiles tiles(layer, tile, {N, G, M, P, Q}, target);
  int64_t bytes = tiles.sumOverBoxes(tiles.output).dram;
  for (const Transfer &load : tiles.loads)
    bytes += tiles.sumOverBoxes(load).dram;
  return bytes;
}

int64_t cost::dramBytes(const Layer &layer, const Extents &tile, const std::vector<int> &order,
                        const Target &target) {
  LayerTiles tiles(layer, tile, order, target);
  int64_t bytes = tiles.sumOverBoxes(tiles.output).dram * tiles.repeats(tiles.output);
  for (const Transfer &load : tiles.loads)
    bytes += tiles.sumOverBoxes(load).dram * tiles.repeats(load);
  return bytes;
}

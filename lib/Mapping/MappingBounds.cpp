#include "lib/Mapping/MappingBounds.h"

#include "lib/Cost/ExpectedWork.h"
#include "lib/Cost/SentShare.h"

#include <algorithm>
#include <cmath>

using namespace dnnc;
using namespace dnnc::mapping;
using namespace dnnc::cost;

MappingBounds::MappingBounds(const MappingProblem &problem, std::optional<Extents> layerTile)
    : problem(problem), layer(problem.layer), target(*problem.target), array(target.array), layerTile(layerTile) {
  auto rate = array.macRate.find(layer.type);
  // As if zeros were spread evenly: no multiplier is done earlier on average.
  effectual = effectualShare(layer.densities, layer.extents, array);
  macRate = (rate == array.macRate.end() ? 1 : rate->second) / effectual;
  bytes = static_cast<double>(bytesOf(layer.type));
  outBytes = static_cast<double>(bytesOf(layer.outputType));
  cellBytes = static_cast<double>(ceilDiv(array.psumSpad.bits, 8));
  auto words = [&](const Spad &spad) {
    return static_cast<double>(std::max<int64_t>(1, ceilDiv(bytesOf(layer.type) * 8, spad.bits)));
  };
  ifmapWords = words(array.ifmapSpad), weightWords = words(array.weightSpad);
  addresses = array.ifmapSpad.address.words > 0 || array.weightSpad.address.words > 0;
  for (int side : {0, 1}) {
    // Under one tap every output has an element of its own.
    int64_t outputs = layer.extents[P + side], stride = layer.strides[side], fewest = outputs;
    for (int64_t tap = 0; tap < layer.extents[R + side]; ++tap) {
      int64_t first = tap * layer.dilations[side] - layer.pads[side];
      int64_t before = first < 0 ? ceilDiv(-first, stride) : 0;
      int64_t upTo = first < layer.ifmap[side] ? ceilDiv(layer.ifmap[side] - first, stride) : 0;
      fewest = std::min(fewest, outputs - std::max<int64_t>(0, std::min(outputs, upTo) - before));
    }
    inPadding[side] = static_cast<double>(fewest);
  }
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
  // Of what the networks bring compressed no mapping brings less.
  const Sent sent = leastSent(layer.densities, layer.type, layer.extents, array);
  weightsHeld = sent.weightWords;
  ifmapRate /= sent.ifmapBytes, weightRate /= sent.weightBytes;
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
  pj.ifmapRead *= sent.ifmapBytes, pj.ifmapHop *= sent.ifmapBytes, pj.ifmapWrite *= sent.ifmapWords;
  pj.weightRead *= sent.weightBytes, pj.weightHop *= sent.weightBytes, pj.weightWrite *= sent.weightWords;
  pj.psumSpadRead = price([](LayerCounts &c) { c.psumSpadRead = many; });
  pj.psumSpadWrite = price([](LayerCounts &c) { c.psumSpadWritten = many; });
  // MACs and what each of them reads and writes, however they are mapped; gating as the estimate counts it.
  auto macs = static_cast<double>(effectualMacs(layer, sent, array));
  const ZeroGating &gating = array.zeroGating;
  double gated = gating.any() ? static_cast<double>(effectualZeroMacs(layer, sent, array)) : 0;
  LayerCounts fixed = none;
  fixed.gatedMacs = static_cast<int64_t>(gating.mac ? gated : 0);
  fixed.macs = static_cast<int64_t>(macs) - fixed.gatedMacs;
  // In lockstep an ifmap element may be held for all filters; a step reads no fewer weights than it takes.
  double ifmapReads = macs;
  if (array.skipping.macs == Skipping::Macs::Lockstep)
    ifmapReads = std::floor(macs / static_cast<double>(layer.extents[M]));
  fixed.ifmapSpadRead = static_cast<int64_t>(ifmapReads * ifmapWords);
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

Bound MappingBounds::atLeast(Bound bound, double cycles) const {
  if (cycles > bound.cycles) {
    bound.energy += (cycles - bound.cycles) * pj.cycle;
    bound.cycles = cycles;
  }
  return bound;
}

double MappingBounds::mostCycles(const Bound &least, double value) const {
  switch (problem.objective) {
  case Objective::Latency:
    return value;
  case Objective::Edp:
    return value / least.energy;
  case Objective::Energy:
    return pj.cycle > 0 ? least.cycles + (value - least.energy) / pj.cycle
                        : std::numeric_limits<double>::infinity();
  }
  return value;
}

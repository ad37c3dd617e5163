// The limits of a layer (design: hardware.md, "Limits"): what no mapping on this machine can go below.
#include "lib/Cost/ExpectedWork.h"
#include "lib/Cost/LayerTiles.h"

#include <algorithm>
#include <cmath>

using namespace dnnc;
using namespace dnnc::cost;

namespace {

/// Words of a layer's operands; of the ifmap only what is read.
struct Words {
  double ifmap, weight, output;
  explicit Words(const Layer &layer) {
    const Extents &e = layer.extents;
    auto read = [&](int axis) {
      return static_cast<double>(differentCoordinates(-layer.pads[axis], e[P + axis], layer.strides[axis],
                                                      e[R + axis], layer.dilations[axis], layer.ifmap[axis]));
    };
    ifmap = layer.matmul ? static_cast<double>(e[G] * e[C] * e[Q])
                         : static_cast<double>(e[N] * e[G] * e[C]) * read(0) * read(1);
    weight = static_cast<double>(e[G] * e[M] * e[C] * e[R] * e[S]);
    output = static_cast<double>(e[N] * e[G] * e[M] * e[P] * e[Q]);
  }
};

/// Words of the layer's type that the chip holds.
double wordsOnChip(const Layer &layer, const Target &target) {
  double bytes = 0;
  for (size_t i = 0; i < target.memories.size(); ++i)
    bytes += static_cast<double>(target.memoryBytes(i));
  for (const Spad *spad : {&target.array.ifmapSpad, &target.array.weightSpad, &target.array.psumSpad})
    bytes += static_cast<double>(target.array.pes() * spad->words * (spad->doubleBuffered ? 2 : 1)) *
             static_cast<double>(spad->bits) / 8;
  return bytes / static_cast<double>(bytesOf(layer.type));
}

double dramBound(const Layer &layer, const Target &target) {
  Words words(layer);
  double bytes = static_cast<double>(bytesOf(layer.type)),
         outputBytes = static_cast<double>(bytesOf(layer.outputType));
  double output = words.output * outputBytes * layer.ofmapEncoded;
  double compulsory = words.ifmap * bytes * layer.ifmapEncoded + words.weight * bytes * layer.weightEncoded + output;
  double onChip = wordsOnChip(layer, target), groups = static_cast<double>(layer.extents[G]);
  if (std::min({words.ifmap * bytes, words.weight * bytes, words.output * outputBytes}) / groups <=
      onChip * bytes)
    return compulsory;
  // Chen et al., HPCA 2020; Hong and Kung for matrix products.
  double reuse = std::max(1.0, static_cast<double>(layer.extents[R] * layer.extents[S]) /
                                   static_cast<double>(layer.strides[0] * layer.strides[1]));
  double tiled = 2 * static_cast<double>(layer.macs() - layer.paddingMacs()) / std::sqrt(reuse * onChip) *
                 bytes * std::min(1.0, layer.ifmapEncoded);
  return std::max(compulsory, tiled + output);
}

double macsPerCycle(const Layer &layer, const Target &target) {
  auto rate = target.array.macRate.find(layer.type);
  return static_cast<double>(target.array.macs()) * (rate == target.array.macRate.end() ? 1 : rate->second);
}

} // namespace

LayerLimits cost::limitsOf(const Layer &layer, const Target &target) {
  const Array &array = target.array;
  LayerLimits limits;
  limits.dramBytes = dramBound(layer, target);
  // Of what the networks bring compressed no mapping brings less.
  const Sent sent = leastSent(layer.densities, layer.type, layer.extents, array);
  auto macs = static_cast<double>(effectualMacs(layer, sent, array));
  limits.cycles = std::max(macs / macsPerCycle(layer, target), limits.dramBytes / target.dramBytesPerCycle());

  double effectual = array.zeroGating.mac ? macs - static_cast<double>(effectualZeroMacs(layer, sent, array)) : macs;
  auto macPj = array.macPj.find(layer.type);
  auto read = [&](const Spad &spad) {
    return spad.readPj * static_cast<double>(ceilDiv(bytesOf(layer.type) * 8, spad.bits));
  };
  double perMac = (macPj == array.macPj.end() ? 0 : macPj->second) +
                  std::min({read(array.ifmapSpad), read(array.weightSpad), array.psumSpad.readPj});
  Words words(layer);
  auto bytes = static_cast<double>(bytesOf(layer.type)),
       outputBytes = static_cast<double>(bytesOf(layer.outputType));
  // What bypasses the on-chip memories through a FIFO takes the network alone.
  auto onChip = [&](Operand operand, double moved, bool written, const NocPort &noc) {
    const Memory &memory = target.memories[target.memoryFor(operand).value_or(0)];
    double pj = memory.kind == Memory::Kind::Fifo ? 0 : written ? memory.writePj : memory.readPj;
    return moved * (pj + noc.hopPj);
  };
  limits.energyPj = effectual * perMac + limits.dramBytes * target.dram.pj +
                    onChip(Operand::Ifmap, words.ifmap * bytes * sent.ifmapBytes, false, array.ifmapNoc) +
                    onChip(Operand::Weight, words.weight * bytes * sent.weightBytes, false, array.weightNoc) +
                    onChip(Operand::Ofmap, words.output * outputBytes, true, array.psumNoc);
  return limits;
}

double cost::energyLowerBound(const Layer &layer, const Target &target) {
  const Array &array = target.array;
  Words words(layer);
  auto integer = [](double value) { return static_cast<int64_t>(value); };
  int64_t bytes = bytesOf(layer.type), outputBytes = bytesOf(layer.outputType);
  auto wordsOf = [&](const Spad &spad) { return ceilDiv(bytes * 8, spad.bits); };
  LayerCounts counts;
  counts.memories.resize(target.memories.size());
  const Sent sent = leastSent(layer.densities, layer.type, layer.extents, array);
  int64_t macs = effectualMacs(layer, sent, array);
  const ZeroGating &gating = array.zeroGating;
  int64_t gated = gating.any() ? effectualZeroMacs(layer, sent, array) : 0;
  counts.macs = macs - (gating.mac ? gated : 0);
  counts.gatedMacs = gating.mac ? gated : 0;
  // Multipliers in lockstep may read an ifmap element once for all filters.
  bool lockstep = array.skipping.macs == Skipping::Macs::Lockstep;
  counts.ifmapSpadRead = (lockstep ? macs / layer.extents[M] : macs) * wordsOf(array.ifmapSpad);
  counts.weightSpadRead = (macs - (gating.weightSpad ? gated : 0)) * wordsOf(array.weightSpad);
  counts.psumSpadRead = counts.psumSpadWritten = macs - (gating.psumSpad ? gated : 0);
  // Every operand once through the hierarchy, every psum read once more when it leaves.
  counts.ifmapSpadWritten = integer(words.ifmap * sent.ifmapWords) * wordsOf(array.ifmapSpad);
  counts.weightSpadWritten = integer(words.weight * sent.weightWords) * wordsOf(array.weightSpad);
  counts.psumSpadRead += integer(words.output);
  counts.ifmapHops = integer(words.ifmap * sent.ifmapBytes) * bytes;
  counts.weightHops = integer(words.weight * sent.weightBytes) * bytes;
  counts.psumHops = integer(words.output) * outputBytes;
  auto traffic = [&](Operand operand) -> LayerCounts::Traffic & {
    return counts.memories[target.memoryFor(operand).value_or(0)];
  };
  auto through = [&](Operand operand, int64_t written, int64_t read) {
    traffic(operand).written += written;
    traffic(operand).read += read;
  };
  through(Operand::Ifmap, integer(words.ifmap) * bytes, counts.ifmapHops);
  through(Operand::Weight, integer(words.weight) * bytes, counts.weightHops);
  through(Operand::Ofmap, counts.psumHops, counts.psumHops);
  LayerLimits limits = limitsOf(layer, target);
  counts.dramRead = integer(limits.dramBytes);
  return energyOf(counts, limits.cycles, layer.type, target).total();
}

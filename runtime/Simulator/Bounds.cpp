#include "runtime/Simulator/Bounds.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace dnnc::sim {
namespace {

/// Bytes of tensors, each at most once: as elements, and as they stand encoded in DRAM.
struct Once {
  double elements = 0, encoded = 0;
  explicit Once(const std::map<TensorPlace, Moved> &tensors) {
    for (const auto &[place, moved] : tensors) {
      if (moved.elements == 0)
        continue;
      auto bytes = static_cast<double>(std::min(place.bytes, moved.elements));
      elements += bytes;
      encoded += bytes * static_cast<double>(moved.encoded) / static_cast<double>(moved.elements);
    }
  }
  /// Bytes in DRAM of so many of the elements; none of those that did not come from there.
  double share(double wanted) const { return elements > 0 ? encoded * std::min(1.0, wanted / elements) : 0; }
};

struct Operands {
  double ifmap = 0, weight = 0, output = 0; // bytes of elements
};

/// How many pairs of an output and a tap lie on the ifmap, along one axis.
double pairsInside(int64_t origin, int64_t count, int64_t step, int64_t taps, int64_t hop, int64_t limit) {
  double pairs = 0;
  for (int64_t j = 0; j < taps; ++j)
    pairs += static_cast<double>(differentCoordinates(origin + j * hop, count, step, 1, 1, limit));
  return pairs;
}

/// What on-chip memories and spads hold together.
double bytesOnChip(const Target &target) {
  double bytes = 0;
  for (size_t i = 0; i < target.memories.size(); ++i)
    bytes += static_cast<double>(target.memoryBytes(i));
  for (const Spad *spad : {&target.array.ifmapSpad, &target.array.weightSpad, &target.array.psumSpad})
    bytes +=
        static_cast<double>(target.array.pes() * spad->words * (spad->doubleBuffered ? 2 : 1) * spad->bits) /
        8;
  return bytes;
}

/// One layer alone.
struct Layer {
  Operands bytes;
  double macs = 0;  // whose ifmap element is one
  double reuse = 1; // R_w: how many outputs of a channel an ifmap element serves

  Layer(const LayerShape &shape, const std::array<int64_t, 2> &origin) {
    const Extents &e = shape.extents;
    auto product = [&](std::initializer_list<Dim> dims) {
      double words = 1;
      for (Dim d : dims)
        words *= static_cast<double>(e[d]);
      return words;
    };
    bytes.ifmap = product({N, G, C}) * static_cast<double>(bytesOf(shape.ifmapType)) *
                  static_cast<double>(differentCoordinates(origin[0], e[P], shape.strideH, e[R],
                                                           shape.dilationH, shape.ifmapH)) *
                  static_cast<double>(differentCoordinates(origin[1], e[Q], shape.strideW, e[S],
                                                           shape.dilationW, shape.ifmapW));
    bytes.weight = product({G, M, C, R, S}) * static_cast<double>(bytesOf(shape.weightType));
    bytes.output = product({N, G, M, P, Q}) * static_cast<double>(bytesOf(shape.outputType));
    macs = product({N, G, M, C}) *
           pairsInside(origin[0], e[P], shape.strideH, e[R], shape.dilationH, shape.ifmapH) *
           pairsInside(origin[1], e[Q], shape.strideW, e[S], shape.dilationW, shape.ifmapW);
    reuse = std::max(1.0, product({R, S}) / static_cast<double>(shape.strideH * shape.strideW));
  }
};

/// Energy of a byte between the on-chip memories and the array; where they are bypassed, the network's alone.
double energyToArray(const Target &target, Operand operand, bool written, const NocPort &noc) {
  double cheapest = std::numeric_limits<double>::max();
  for (const Memory &memory : target.memories)
    if (std::find(memory.holds.begin(), memory.holds.end(), operand) != memory.holds.end())
      cheapest = std::min(cheapest, memory.kind == Memory::Kind::Fifo ? 0
                                    : written                         ? memory.writePj
                                                                      : memory.readPj);
  return cheapest + noc.hopPj;
}

/// Energy of the MACs with a spad read each, those left out whose multiplier stood still or which were
/// skipped.
double macEnergy(const Counts &counts, int64_t macs, const Target &target) {
  const Array &array = target.array;
  double energy = 0;
  for (const auto &[type, rate] : array.macRate) {
    double share = static_cast<double>(counts.macs[static_cast<size_t>(type)]) /
                   static_cast<double>(std::max<int64_t>(1, counts.allMacs() + counts.allSkippedMacs()));
    auto pj = array.macPj.find(type);
    double read = std::min({array.ifmapSpad.readPj * static_cast<double>(wordsOf(type, array.ifmapSpad)),
                            array.weightSpad.readPj * static_cast<double>(wordsOf(type, array.weightSpad)),
                            array.psumSpad.readPj});
    energy += share * static_cast<double>(macs) * ((pj == array.macPj.end() ? 0 : pj->second) + read);
  }
  return energy;
}

} // namespace

double Bounds::cycles(const Target &target) const {
  return std::max(macCycles, dramBytes / target.dramBytesPerCycle());
}

Bounds &Bounds::operator+=(const Bounds &other) {
  macCycles += other.macCycles;
  dramBytes += other.dramBytes;
  energy += other.energy;
  return *this;
}

Bounds boundsOf(const NodeWork &work, const Counts &counts, int64_t macs, const Target &target) {
  Bounds bounds;
  Once constants(work.constants), activations(work.activations), results(work.results);
  if (work.layers.empty()) {
    bounds.dramBytes = constants.encoded + activations.encoded + results.encoded;
    double cheapest = std::numeric_limits<double>::max();
    for (const Memory &memory : target.memories)
      cheapest = std::min({cheapest, memory.readPj, memory.writePj});
    bounds.energy = bounds.dramBytes * target.dram.pj +
                    (constants.elements + activations.elements + results.elements) * cheapest;
    return bounds;
  }

  // Of what the target skips only the effectual MACs have to be done.
  double everyMac = static_cast<double>(counts.allMacs() + counts.allSkippedMacs());
  if (everyMac > 0)
    bounds.macCycles = static_cast<double>(macs) * work.multiplierCycles /
                       (everyMac * static_cast<double>(target.array.macs()));
  bounds.energy = macEnergy(counts, macs, target);
  Operands all;
  double tiled = 0;
  bool keepsNone = false; // whether a layer is too large for the chip to hold any of its operands
  for (const auto &[shape, origin] : work.layers) {
    Layer layer(shape, origin);
    all.ifmap += layer.bytes.ifmap;
    all.weight += layer.bytes.weight;
    all.output += layer.bytes.output;
    double smallest = std::min({layer.bytes.ifmap, layer.bytes.weight, layer.bytes.output});
    if (smallest / static_cast<double>(shape.extents[G]) <= bytesOnChip(target))
      continue;
    keepsNone = true;
    auto bytes = static_cast<double>(bytesOf(shape.ifmapType));
    tiled += 2 * layer.macs / std::sqrt(layer.reuse * bytesOnChip(target) / bytes) * bytes;
  }
  // Zeros do not travel over a network with a compressed format.
  auto sent = [](const NocPort &noc, double bytes, int64_t elements, int64_t nonZeros) {
    bool allTravel = noc.format == NocFormat::Dense || elements == 0;
    return allTravel ? bytes : bytes * static_cast<double>(nonZeros) / static_cast<double>(elements);
  };
  const Array &array = target.array;
  const Density &density = work.density;
  bounds.energy += sent(array.ifmapNoc, all.ifmap, density.ifmapElements, density.ifmapNonZeros) *
                       energyToArray(target, Operand::Ifmap, false, array.ifmapNoc) +
                   sent(array.weightNoc, all.weight, density.weightElements, density.weightNonZeros) *
                       energyToArray(target, Operand::Weight, false, array.weightNoc) +
                   all.output * energyToArray(target, Operand::Ofmap, true, target.array.psumNoc);

  // Of tensors that stay on the chip nothing moves. Weights may be another layer's results.
  bool constantWeights = constants.elements > 0;
  double read = constantWeights ? constants.share(all.weight) + activations.share(all.ifmap)
                                : activations.share(all.weight + all.ifmap);
  double output = results.share(all.output);
  bounds.dramBytes = read + output;
  if (keepsNone && work.layers.size() == 1 && activations.elements > 0 && results.elements > 0) {
    double encoded = std::min({1.0, activations.encoded / activations.elements,
                               constantWeights ? constants.encoded / constants.elements : 1.0});
    bounds.dramBytes = std::max(bounds.dramBytes, tiled * encoded + output);
  }
  bounds.energy += bounds.dramBytes * target.dram.pj;
  return bounds;
}

} // namespace dnnc::sim

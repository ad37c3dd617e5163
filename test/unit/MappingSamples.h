// Random machines and layers for the tests of the mapping search.
#pragma once

#include "lib/Cost/WeightShares.h"
#include "lib/Mapping/MappingProblem.h"

#include <random>

namespace dnnc::mapping {

class Samples {
public:
  explicit Samples(unsigned seed) : generator(seed) {}
  int64_t of(std::initializer_list<int64_t> values) { return values.begin()[generator() % values.size()]; }
  bool coin() { return generator() % 2 == 0; }
  size_t below(size_t count) { return generator() % count; }

  /// A machine of a few PEs, or (`large`) of up to 512.
  Target target(bool large) {
    Target target;
    target.name = "random";
    target.clockMhz = 500;
    target.dram.bandwidth = static_cast<double>(of({1, 4, 13}));
    target.dram.latency = of({0, 7, 50});
    target.dram.burstBytes = of({1, 16, 32});
    target.dram.pj = static_cast<double>(of({10, 40, 100}));
    auto memory = [&](const char *name, std::vector<Operand> holds, int64_t bytes) {
      Memory made;
      made.name = name;
      made.holds = std::move(holds);
      made.bytes = bytes;
      made.readBytesPerCycle = of({4, 16, 256});
      made.writeBytesPerCycle = of({4, 16, 256});
      made.readPj = 0.01 * static_cast<double>(of({50, 80, 120}));
      made.writePj = 0.01 * static_cast<double>(of({50, 80, 150}));
      target.memories.push_back(made);
    };
    int64_t bytes = large ? of({16384, 131072, 524288}) : of({256, 1024, 8192});
    using enum Operand;
    switch (of({0, 0, 1, 2})) {
    case 0:
      memory("glb", {Ifmap, Weight, Param, Psum, Ofmap, Vector}, bytes);
      break;
    case 1:
      memory("inputs", {Ifmap, Vector}, bytes);
      memory("rest", {Weight, Param, Psum, Ofmap}, bytes);
      break;
    default:
      memory("glb", {Ifmap, Psum, Ofmap, Param, Vector}, bytes);
      memory("filters", {Weight}, std::max<int64_t>(64, bytes / 8));
      target.memories.back().kind = Memory::Kind::Fifo;
    }
    target.overlapTransfers = of({1, 1, 0}) == 1;
    if (!target.overlapTransfers && coin())
      target.memories.back().prefetch = true;
    target.leakageMw = static_cast<double>(of({0, 80}));
    target.clockNetworkPj = static_cast<double>(of({0, 50}));
    Array &array = target.array;
    array.clusterRows = large ? of({1, 1, 2, 8}) : of({1, 1, 2});
    array.clusterColumns = large ? of({1, 1, 4}) : 1;
    array.peRows = large ? of({2, 3, 12}) : of({1, 2, 3});
    array.peColumns = large ? of({4, 14}) : of({1, 2});
    array.macsPerPe = of({1, 1, 2});
    array.pipelineDepth = of({1, 4});
    array.macRate = {{ElementType::I8, 1}, {ElementType::I16, static_cast<double>(of({1, 2})) / 2}};
    array.macPj = {{ElementType::I8, 0.15}, {ElementType::I16, 0.5}};
    array.psumsStartInMemory = of({0, 0, 1}) == 1;
    array.fillsInTurn = of({0, 0, 1}) == 1;
    auto spad = [&](std::initializer_list<int64_t> words, int64_t bits) {
      Spad made;
      made.words = of(words);
      made.bits = bits;
      made.doubleBuffered = coin();
      made.streams = of({0, 0, 0, 1}) == 1;
      made.readPj = 0.04, made.writePj = 0.05;
      return made;
    };
    array.ifmapSpad = spad({4, 12, 64}, of({8, 16}));
    array.weightSpad = spad({6, 32, 224}, of({8, 16}));
    array.psumSpad = spad({2, 8, 32}, of({16, 20, 32}));
    array.ifmapSpad.slides = coin();
    array.ifmapNoc = {of({1, 4, 64}), of({0, 1, 1}) == 1, 0.03};
    array.weightNoc = {of({1, 4, 64}), of({0, 1, 1}) == 1, 0.03};
    array.psumNoc = {of({1, 4, 64}), false, 0.03};
    return target;
  }

  /// A machine that minds zeros, and a layer whose zeros are expected.
  void zeros(Target &target, cost::Layer &layer) {
    Array &array = target.array;
    array.skipping.ifmap = coin();
    array.skipping.weight = coin();
    array.skipping.macs = coin() ? Skipping::Macs::Lockstep : Skipping::Macs::Independent;
    array.skipping.depthwise = {of({0, 1}), coin()};
    auto format = [&] { return static_cast<NocFormat>(of({0, 1, 2})); };
    array.ifmapNoc.format = format(), array.weightNoc.format = format();
    auto density = [&] { return static_cast<double>(of({1, 6, 16, 29, 32})) / 32; };
    layer.densities = {density(), density()};
    layer.weightEncoded = 0.1 * static_cast<double>(of({3, 7, 10}));
    if (layer.densities.weight == 0.5 && coin())
      layer.densities.kept = 2, layer.densities.of = 4;
  }

  /// Weights that are known, as sparse as is expected, where their network has a compressed format.
  void knownWeights(const Target &target, cost::Layer &layer) {
    if (target.array.weightNoc.format == NocFormat::Dense)
      return;
    int64_t count = 1;
    for (int dim : {cost::G, cost::M, cost::C, cost::R, cost::S})
      count *= layer.extents[dim];
    std::vector<uint8_t> present(static_cast<size_t>(count));
    for (uint8_t &weight : present)
      weight = below(1024) < static_cast<size_t>(1024 * layer.densities.weight);
    layer.weightShares = std::make_shared<cost::WeightShares>(layer.extents, layer.type, target.array, present);
  }

  /// Address spads where there are columns for them.
  void addresses(Target &target) {
    Array &array = target.array;
    if (array.skipping.macs != Skipping::Macs::Lockstep)
      return;
    for (auto [spad, noc] : {std::pair(&array.ifmapSpad, &array.ifmapNoc), std::pair(&array.weightSpad, &array.weightNoc)})
      if (noc->format == NocFormat::Csc)
        spad->address = {of({2, 6, 16}), 0.02, 0.03};
  }

  cost::Layer layer(bool large) {
    cost::Layer layer;
    layer.type = coin() ? ElementType::I8 : ElementType::I16;
    layer.outputType = of({0, 0, 1}) == 1 ? ElementType::I32 : layer.type;
    layer.hasParams = coin();
    layer.hasTable = of({0, 0, 1}) == 1;
    if (of({0, 0, 1}) == 1) {
      layer.matmul = true;
      layer.transposeIfmap = coin(), layer.transposeWeight = coin();
      layer.extents =
          large ? cost::Extents{1, of({1, 3}), of({10, 64, 500}), of({7, 128}), 1, of({1, 14, 197}), 1, 1}
                : cost::Extents{1, of({1, 2}), of({1, 3, 5}), of({2, 5}), 1, of({1, 4, 7}), 1, 1};
      layer.ifmap = {1, layer.extents[cost::Q]};
      return layer;
    }
    if (large) {
      layer.extents = {of({1, 1, 4}),   of({1, 1, 2, 32}), of({1, 16, 96}), of({1, 3, 48}),
                       of({7, 13, 56}), of({7, 14, 27}),   of({1, 3, 5}),   of({1, 3, 5})};
    } else {
      // Few dimensions at a time, so that brute force ends.
      layer.extents = {1, 1, 1, 1, 1, 1, 1, 1};
      for (int i = 0; i < 3; ++i)
        switch (of({0, 1, 2, 3, 4, 5, 6})) {
        case 0:
          layer.extents[cost::M] = of({2, 3, 5});
          break;
        case 1:
          layer.extents[cost::C] = of({2, 3, 4});
          break;
        case 2:
          layer.extents[cost::P] = of({3, 5});
          break;
        case 3:
          layer.extents[cost::Q] = of({3, 6});
          break;
        case 4:
          layer.extents[cost::N] = of({2, 3});
          break;
        case 5:
          layer.extents[cost::G] = of({2, 4});
          break;
        default:
          layer.extents[cost::R] = 3, layer.extents[cost::S] = of({1, 2});
          break;
        }
    }
    for (int side = 0; side < 2; ++side) {
      layer.strides[side] = of({1, 1, 2});
      layer.dilations[side] = of({1, 1, 1, 2});
      int64_t taps = layer.extents[side == 0 ? cost::R : cost::S];
      layer.pads[side] = of({0, 0, 0, 1, 1, 2, 3});
      int64_t span = cost::windowSpan(layer.extents[side == 0 ? cost::P : cost::Q], layer.strides[side], taps,
                                      layer.dilations[side]);
      layer.ifmap[side] = std::max<int64_t>(1, span - layer.pads[side] - of({0, 0, 1, 2}));
    }
    return layer;
  }

private:
  std::mt19937 generator;
};

} // namespace dnnc::mapping

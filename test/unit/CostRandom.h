// Random machines, tiles, layers and mappings for the tests that hold the estimate against the simulator.
#pragma once

#include "lib/Cost/LayerCost.h"

#include <algorithm>
#include <random>
#include <string>

namespace dnnc::cost {

class Random {
public:
  explicit Random(uint32_t seed) : generator(seed) {}
  int64_t upTo(int64_t high, int64_t low = 1) {
    return std::uniform_int_distribution<int64_t>(low, high)(generator);
  }
  bool oneIn(int64_t n) { return upTo(n) == 1; }
  template <typename T> T of(std::initializer_list<T> list) {
    return list.begin()[upTo(static_cast<int64_t>(list.size())) - 1];
  }
  template <typename T> void shuffle(T &list) { std::shuffle(list.begin(), list.end(), generator); }

private:
  std::mt19937 generator;
};

inline std::vector<Target> targets() {
  std::vector<Target> targets;
  for (const char *name : {"edge", "eyeriss-v1", "eyeriss-normalized"})
    if (std::vector<std::string> shipped = Target::shipped();
        std::find(shipped.begin(), shipped.end(), name) != shipped.end())
      targets.push_back(Target::load(name));
  for (const char *name : {"tiny", "clusters"})
    targets.push_back(Target::load(std::string(DNNC_SOURCE_DIR "/test/targets/") + name + ".yaml"));
  return targets;
}

/// What a target may or may not do, at random.
inline void vary(Target &target, Random &random) {
  Array &array = target.array;
  for (Spad *spad : {&array.ifmapSpad, &array.weightSpad, &array.psumSpad}) {
    spad->doubleBuffered = random.oneIn(2);
    spad->streams = random.oneIn(3);
    spad->words *= random.of({1, 1, 2, 4});
  }
  array.ifmapSpad.slides = random.oneIn(2);
  array.psumSpad.bits = random.of({16, 20, 32});
  for (NocPort *port : {&array.ifmapNoc, &array.weightNoc, &array.psumNoc}) {
    port->bytesPerCycle = random.of({1, 2, 4, 8, 24, 64});
    port->multicast = !random.oneIn(4);
  }
  array.fillsInTurn = random.oneIn(2);
  array.psumsStartInMemory = random.oneIn(3);
  // In lockstep, with networks that leave zeros out: of data without zeros all goes as it is, and is done.
  if (random.oneIn(3)) {
    array.skipping = {};
    array.skipping.ifmap = random.oneIn(2);
    array.skipping.weight = !array.skipping.ifmap || random.oneIn(2);
    array.skipping.macs = Skipping::Macs::Lockstep;
    array.zeroGating = {};
    array.macsPerPe = random.upTo(4);
    for (NocPort *port : {&array.ifmapNoc, &array.weightNoc})
      port->format = random.of({NocFormat::Csc, NocFormat::Bitmask});
  }
  for (Memory &memory : target.memories) {
    memory.readBytesPerCycle = random.of({4, 16, 64, 256});
    memory.writeBytesPerCycle = random.of({4, 16, 64, 256});
  }
}

/// A factor of what is left of a dimension.
inline int64_t factorOf(int64_t left, int64_t most, Random &random) {
  int64_t factor = std::min(left, most);
  return random.oneIn(3) ? factor : random.upTo(factor);
}

/// A mapping that covers the tile; whether the spads hold it is another matter.
inline ArrayMapping drawMapping(const Extents &extents, const Array &array, Random &random) {
  ArrayMapping mapping;
  Extents left = extents;
  const bool lockstep = array.skipping.macs == Skipping::Macs::Lockstep;
  auto spread = [&](Factors &axis, int64_t size) {
    for (int tries = static_cast<int>(random.upTo(2, 0)); tries > 0 && size > 1; --tries) {
      int dim = lockstep && &axis == &mapping.macs ? M : static_cast<int>(random.upTo(loopDims - 1, 0));
      int64_t factor = factorOf(left[dim], size, random);
      if (factor == 1)
        continue;
      axis.push_back({dim, factor});
      left[dim] = (left[dim] + factor - 1) / factor;
      size /= factor;
    }
  };
  spread(mapping.clusterRows, array.clusterRows);
  spread(mapping.clusterColumns, array.clusterColumns);
  spread(mapping.peRows, array.peRows);
  spread(mapping.peColumns, array.peColumns);
  spread(mapping.macs, array.macsPerPe);
  if (!random.oneIn(4))
    for (int dim : {S, R, C, M, Q, P, N})
      if (random.oneIn(3)) {
        if (int64_t factor = factorOf(left[dim], 8, random); factor > 1) {
          mapping.spad.push_back({dim, factor});
          left[dim] = (left[dim] + factor - 1) / factor;
        }
      }
  for (int dim = 0; dim < loopDims; ++dim) {
    if (left[dim] > 3 && random.oneIn(4)) { // two loops, which need not divide it
      int64_t inner = random.upTo(left[dim] - 1, 2);
      mapping.passes.push_back({dim, inner});
      left[dim] = (left[dim] + inner - 1) / inner;
    }
    if (left[dim] > 1 || random.oneIn(8))
      mapping.passes.push_back({dim, left[dim]});
  }
  random.shuffle(mapping.passes);
  return mapping;
}

/// The mapping as the text of an attribute.
inline std::string text(const ArrayMapping &mapping) {
  std::string text = "#acc.mapping<os";
  auto list = [&](const char *name, const Factors &factors) {
    text += std::string(", ") + name + " = [";
    for (size_t i = 0; i < factors.size(); ++i)
      text += std::string(i ? ", " : "") + "NGMCPQRS"[factors[i].first] + " = " +
              std::to_string(factors[i].second);
    text += "]";
  };
  list("passes", mapping.passes);
  list("cluster_rows", mapping.clusterRows);
  list("cluster_columns", mapping.clusterColumns);
  list("pe_rows", mapping.peRows);
  list("pe_columns", mapping.peColumns);
  list("macs", mapping.macs);
  list("spad", mapping.spad);
  return text + ">";
}

} // namespace dnnc::cost

#include "runtime/Simulator/ArrayWalk.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <optional>

namespace dnnc::sim {
namespace {

int64_t ceilDivide(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// The passes of a mapping over a tile, in order; those whose block lies beyond the tile's end are not
/// passes.
class PassLoop {
public:
  PassLoop(const Mapping &mapping, const Levels &levels, const Extents &extents)
      : levels(levels), extents(extents) {
    Extents block = levels.inPass;
    for (auto factor = mapping.passes.rbegin(); factor != mapping.passes.rend(); ++factor) {
      loops.push_back({factor->dim, factor->count, block[factor->dim], 0});
      block[factor->dim] = saturatedProduct(block[factor->dim], factor->count);
    }
  }

  /// Goes to the next pass; false when there is none.
  bool next() {
    for (Loop &loop : loops) { // innermost first
      start[loop.dim] += loop.block;
      if (++loop.index < loop.count && start[loop.dim] < extents[loop.dim])
        return true;
      start[loop.dim] -= loop.index * loop.block;
      loop.index = 0;
    }
    return false;
  }

  int64_t extent(int dim) const { return std::min(levels.inPass[dim], extents[dim] - start[dim]); }

  Extents start{};

private:
  struct Loop {
    int dim;
    int64_t count, block, index;
  };
  const Levels &levels;
  const Extents &extents;
  std::vector<Loop> loops;
};

/// How many ifmap coordinates of one axis a pass needs.
struct Window {
  int64_t different = 0; // in all
  int64_t byNode = 0;    // summed over the mesh nodes along the two dimensions
  int64_t byPe = 0;      // summed over the PEs
};

/// Windows of one ifmap axis (rows: P and R; columns: Q and S), computed once for each pair of blocks.
class Windows {
public:
  Windows(int outer, int inner, int64_t origin, int64_t step, int64_t hop, int64_t limit,
          const Levels &levels, const Extents &nodeSize, const Extents &extents)
      : outer(outer), inner(inner), origin(origin), step(step), hop(hop), limit(limit), levels(levels),
        nodeSize(nodeSize), extents(extents), columns(ceilDivide(extents[inner], levels.inPass[inner])),
        known(static_cast<size_t>(ceilDivide(extents[outer], levels.inPass[outer]) * columns)) {}

  const Window &at(const Extents &start) {
    int64_t place = start[outer] / levels.inPass[outer] * columns + start[inner] / levels.inPass[inner];
    std::optional<Window> &window = known[static_cast<size_t>(place)];
    if (!window) {
      int64_t count = std::min(levels.inPass[outer], extents[outer] - start[outer]);
      int64_t taps = std::min(levels.inPass[inner], extents[inner] - start[inner]);
      int64_t corner = origin + start[outer] * step + start[inner] * hop;
      window =
          Window{different(corner, count, taps), sum(corner, count, nodeSize[outer], taps, nodeSize[inner]),
                 sum(corner, count, levels.inPe[outer], taps, levels.inPe[inner])};
    }
    return *window;
  }
  int64_t differentInTile() const { return different(origin, extents[outer], extents[inner]); }

private:
  int64_t different(int64_t corner, int64_t count, int64_t taps) const {
    return differentCoordinates(corner, count, step, taps, hop, limit);
  }
  int64_t sum(int64_t corner, int64_t count, int64_t countPart, int64_t taps, int64_t tapsPart) const {
    int64_t total = 0;
    for (int64_t i = 0; i < count; i += countPart)
      for (int64_t j = 0; j < taps; j += tapsPart)
        total += different(corner + i * step + j * hop, std::min(countPart, count - i),
                           std::min(tapsPart, taps - j));
    return total;
  }

  int outer, inner;
  int64_t origin, step, hop, limit;
  const Levels &levels;
  const Extents &nodeSize;
  const Extents &extents;
  int64_t columns;
  std::vector<std::optional<Window>> known;
};

/// What is brought to the array together: cycles are the longest of the networks and of the memories' ports.
struct Delivery {
  int64_t ifmap = 0, weight = 0, psum = 0; // bytes
  void add(const Delivery &other) {
    ifmap += other.ifmap;
    weight += other.weight;
    psum += other.psum;
  }
};

struct Drain {
  int64_t bytes = 0;
  int memory = 0;
  int64_t chain = 0; // neighbours a psum passes before it leaves
};

class Walk {
public:
  Walk(const Mapping &mapping, const ArrayTile &tile, const Target &target)
      : mapping(mapping), tile(tile), target(target), levels(mapping), extents(tile.extents),
        // The mesh joins clusters, or the PEs of the only cluster.
        nodeSize(target.clusters() > 1 ? levels.inCluster : levels.inPe),
        rows(P, R, tile.originH, tile.strideH, tile.dilationH, tile.ifmapH, levels, nodeSize, extents),
        columns(Q, S, tile.originW, tile.strideW, tile.dilationW, tile.ifmapW, levels, nodeSize, extents) {}

  ArrayWork run() {
    for (int64_t extent : extents)
      if (extent <= 0)
        return work;
    work.ifmapDifferent =
        extents[N] * extents[G] * extents[C] * rows.differentInTile() * columns.differentInTile();
    work.weightDifferent = extents[G] * extents[M] * extents[C] * extents[R] * extents[S];
    PassLoop loop(mapping, levels, extents);
    do
      pass(loop);
    while (loop.next());
    finish();
    return work;
  }

private:
  void pass(const PassLoop &loop) {
    bool firstPass = work.passes++ == 0;
    auto changed = [&](std::initializer_list<Dim> dims) {
      return firstPass ||
             std::any_of(dims.begin(), dims.end(), [&](Dim d) { return loop.start[d] != previousStart[d]; });
    };
    bool newIfmap = changed({N, G, C, P, Q, R, S});
    bool newWeight = changed({G, M, C, R, S});
    bool newPsums = changed({N, G, M, P, Q});

    int64_t macs = 1, steps = 1;
    std::array<int64_t, dimCount> x, pes, nodes;
    for (int d = 0; d < dimCount; ++d) {
      x[d] = loop.extent(d);
      pes[d] = ceilDivide(x[d], levels.inPe[d]);
      nodes[d] = ceilDivide(x[d], nodeSize[d]);
      macs *= x[d];
      steps *= std::min(levels.inUnit[d], x[d]);
    }
    work.macs += macs;
    work.ifmapSpadRead += macs * wordsOf(tile.ifmapType, target.array.ifmapSpad);
    work.weightSpadRead += macs * wordsOf(tile.weightType, target.array.weightSpad);
    work.psumSpadRead += macs;
    work.psumSpadWritten += macs;

    Delivery overlapped, serial;
    if (newIfmap) {
      const Window &h = rows.at(loop.start), &w = columns.at(loop.start);
      int64_t planes = x[N] * x[G] * x[C];
      int64_t fetched = planes * h.different * w.different;
      int64_t byPe = planes * pes[M] * h.byPe * w.byPe;
      int64_t bytes = bytesOf(tile.ifmapType);
      work.ifmapFetched += fetched;
      work.ifmapSpadWritten += byPe * wordsOf(tile.ifmapType, target.array.ifmapSpad);
      work.ifmapHops += planes * nodes[M] * h.byNode * w.byNode * bytes;
      int64_t sent = (target.array.ifmapNoc.multicast ? fetched : byPe) * bytes;
      work.ifmapRead += sent;
      int64_t inPe = std::min(x[N], levels.inPe[N]) * std::min(x[G], levels.inPe[G]) *
                     std::min(x[C], levels.inPe[C]) * ceilDivide(h.byPe, pes[P] * pes[R]) *
                     ceilDivide(w.byPe, pes[Q] * pes[S]);
      bool early = overlaps(target.array.ifmapSpad, inPe * wordsOf(tile.ifmapType, target.array.ifmapSpad));
      (early ? overlapped : serial).ifmap = sent;
    }
    if (newWeight) {
      int64_t fetched = x[G] * x[M] * x[C] * x[R] * x[S];
      int64_t byPe = fetched * pes[N] * pes[P] * pes[Q];
      int64_t bytes = bytesOf(tile.weightType);
      work.weightFetched += fetched;
      work.weightSpadWritten += byPe * wordsOf(tile.weightType, target.array.weightSpad);
      work.weightHops += fetched * nodes[N] * nodes[P] * nodes[Q] * bytes;
      int64_t sent = (target.array.weightNoc.multicast ? fetched : byPe) * bytes;
      work.weightRead += sent;
      int64_t inPe = 1;
      for (Dim d : {G, M, C, R, S})
        inPe *= std::min(x[d], levels.inPe[d]);
      bool early =
          overlaps(target.array.weightSpad, inPe * wordsOf(tile.weightType, target.array.weightSpad));
      (early ? overlapped : serial).weight = sent;
    }

    std::optional<Drain> left;
    bool psumsOverlap = residentOverlaps;
    if (newPsums) {
      if (!firstPass)
        left = leave();
      residentPsums = x[N] * x[G] * x[M] * x[P] * x[Q];
      residentChain = 0;
      int64_t inPe = 1;
      for (Dim d : {N, G, M, P, Q})
        inPe *= std::min(x[d], levels.inPe[d]);
      residentOverlaps = overlaps(target.array.psumSpad, inPe);
      bool begun = loop.start[C] != 0 || loop.start[R] != 0 || loop.start[S] != 0;
      if (begun || !tile.first) {
        int64_t bytes = psumBytes(residentPsums);
        work.psumRead += bytes;
        work.psumHops += bytes;
        work.psumSpadWritten += residentPsums;
        (residentOverlaps ? overlapped : serial).psum = bytes;
      }
    }
    residentChain = std::max(residentChain, pes[C] * pes[R] * pes[S] - 1);
    residentDone = true;
    for (Dim d : {C, R, S})
      residentDone &= loop.start[d] + x[d] >= extents[d];
    previousStart = loop.start;

    if (firstPass) {
      overlapped.add(serial);
      work.cycles += std::max(deliveryCycles(overlapped), paramCycles());
    } else {
      endStage(deliveryCycles(overlapped));
      if (left && psumsOverlap)
        drainBehind = *left;
      else if (left)
        work.cycles += target.array.pipelineDepth + left->chain + drainCycles(*left);
      work.cycles += deliveryCycles(serial);
    }
    computeCycles = static_cast<int64_t>(
        std::ceil(static_cast<double>(steps) / target.array.macRate.at(tile.ifmapType) * (1 - 1e-12)));
  }

  /// The pass that computes takes the longest of its compute, the deliveries for the next, the drain of the
  /// one before.
  void endStage(int64_t nextDelivery) {
    int64_t drain = drainBehind ? drainCycles(*drainBehind) : 0;
    work.cycles += std::max({computeCycles, nextDelivery, drain});
    drainBehind.reset();
  }

  void finish() {
    endStage(0);
    Drain last = leave();
    work.cycles += target.array.pipelineDepth + last.chain + drainCycles(last);
  }

  /// The resident psums leave their spads: through the output path when they are complete, else to the psum
  /// memory.
  Drain leave() {
    Drain drain;
    drain.chain = residentChain;
    work.psumSpadRead += residentPsums * (residentChain + 1);
    work.psumHops += psumBytes(residentPsums) * residentChain;
    if (residentDone && tile.last) {
      drain.bytes = residentPsums * bytesOf(tile.outputType);
      drain.memory = tile.outputMemory;
      work.outputWritten += drain.bytes;
    } else {
      drain.bytes = psumBytes(residentPsums);
      drain.memory = tile.psumMemory;
      work.psumWritten += drain.bytes;
    }
    work.psumHops += drain.bytes;
    return drain;
  }

  int64_t paramCycles() {
    int64_t cycles = 0;
    if (tile.hasParams) {
      work.paramRead = extents[G] * extents[M] * 16; // bytes of a record
      cycles = ceilDivide(work.paramRead, memory(tile.paramMemory).readBytesPerCycle);
    }
    if (tile.hasTable) {
      work.tableRead = 256 * bytesOf(tile.outputType);
      cycles = std::max(cycles, ceilDivide(work.tableRead, memory(tile.tableMemory).readBytesPerCycle));
    }
    return cycles;
  }

  int64_t deliveryCycles(const Delivery &delivery) const {
    const Array &array = target.array;
    int64_t cycles = std::max({ceilDivide(delivery.ifmap, array.ifmapNoc.bytesPerCycle),
                               ceilDivide(delivery.weight, array.weightNoc.bytesPerCycle),
                               ceilDivide(delivery.psum, array.psumNoc.bytesPerCycle)});
    std::array<std::pair<int, int64_t>, 3> reads = {{{tile.ifmapMemory, delivery.ifmap},
                                                     {tile.weightMemory, delivery.weight},
                                                     {tile.psumMemory, delivery.psum}}};
    for (const auto &[source, unused] : reads) {
      int64_t bytes = 0;
      for (const auto &[other, otherBytes] : reads)
        bytes += other == source ? otherBytes : 0;
      if (bytes > 0)
        cycles = std::max(cycles, ceilDivide(bytes, memory(source).readBytesPerCycle));
    }
    return cycles;
  }

  int64_t drainCycles(const Drain &drain) const {
    return std::max(ceilDivide(drain.bytes, target.array.psumNoc.bytesPerCycle),
                    ceilDivide(drain.bytes, memory(drain.memory).writeBytesPerCycle));
  }

  const Memory &memory(int index) const { return target.memories[static_cast<size_t>(index)]; }
  int64_t psumBytes(int64_t psums) const { return ceilDivide(psums * target.array.psumSpad.bits, 8); }
  /// A spad takes another pass's words meanwhile when it has a second set, or room for both.
  static bool overlaps(const Spad &spad, int64_t words) {
    return spad.doubleBuffered || 2 * words <= spad.words;
  }

  const Mapping &mapping;
  const ArrayTile &tile;
  const Target &target;
  Levels levels;
  const Extents &extents;
  Extents nodeSize;
  Windows rows, columns;
  ArrayWork work;

  Extents previousStart{};
  int64_t computeCycles = 0;        // of the pass last seen
  std::optional<Drain> drainBehind; // of the pass before it, still going on
  // The psums in the spads, since their block changed last.
  int64_t residentPsums = 0, residentChain = 0;
  bool residentDone = false, residentOverlaps = false;
};

} // namespace

int64_t differentCoordinates(int64_t origin, int64_t count, int64_t step, int64_t taps, int64_t hop,
                             int64_t limit) {
  // Rows of one stride overlap or touch when a step is at most the span of the taps: then what they cover is
  // a range.
  int64_t low = origin, high = origin + (count - 1) * step + (taps - 1) * hop; // both included
  if (hop == 1 && step <= taps)
    return std::max<int64_t>(0, std::min(high, limit - 1) - std::max<int64_t>(low, 0) + 1);
  std::vector<int64_t> coordinates;
  for (int64_t i = 0; i < count; ++i)
    for (int64_t j = 0; j < taps; ++j)
      if (int64_t at = origin + i * step + j * hop; at >= 0 && at < limit)
        coordinates.push_back(at);
  std::sort(coordinates.begin(), coordinates.end());
  return std::unique(coordinates.begin(), coordinates.end()) - coordinates.begin();
}

std::vector<int64_t> ArrayTile::key() const {
  std::vector<int64_t> key(extents.begin(), extents.end());
  for (int64_t value : {strideH, strideW, dilationH, dilationW, originH, originW, ifmapH, ifmapW,
                        static_cast<int64_t>(first | last << 1 | hasParams << 2 | hasTable << 3),
                        static_cast<int64_t>(static_cast<int>(ifmapType) | static_cast<int>(weightType) << 8 |
                                             static_cast<int>(outputType) << 16),
                        int64_t(ifmapMemory), int64_t(weightMemory), int64_t(paramMemory),
                        int64_t(tableMemory), int64_t(psumMemory), int64_t(outputMemory)})
    key.push_back(value);
  return key;
}

int64_t countPasses(const Mapping &mapping, const Extents &extents, int64_t limit) {
  Levels levels(mapping);
  int64_t count = 1;
  for (int d = 0; d < dimCount; ++d) {
    int64_t blocks = std::max<int64_t>(1, ceilDivide(extents[d], levels.inPass[d]));
    if (blocks > limit / count)
      return limit + 1;
    count *= blocks;
  }
  return count;
}

bool spillsPsums(const Mapping &mapping, const Extents &extents) {
  Extents block = Levels(mapping).inPass;
  bool psumsInside = false;
  for (auto factor = mapping.passes.rbegin(); factor != mapping.passes.rend(); ++factor) { // innermost first
    bool turns = factor->count > 1 && block[factor->dim] < extents[factor->dim];
    block[factor->dim] = saturatedProduct(block[factor->dim], factor->count);
    bool reduces = factor->dim == C || factor->dim == R || factor->dim == S;
    if (turns && reduces && psumsInside)
      return true;
    psumsInside |= turns && !reduces;
  }
  return false;
}

ArrayWork walkArray(const Mapping &mapping, const ArrayTile &tile, const Target &target) {
  return Walk(mapping, tile, target).run();
}

} // namespace dnnc::sim

#include "runtime/Simulator/ArrayWalk.h"

#include "dnnc/Error.h"
#include "runtime/Simulator/ArrayPass.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

namespace dnnc::sim {
namespace {

int64_t ceilDivide(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// The passes of a mapping over a tile, in order; those whose block lies beyond the tile's end are not
/// passes. A *nest* is the loops inside of some loop, at one place of the loops outside; the innermost nest
/// is a pass. What a nest does follows from its key: its place, so far as that matters, and what it finds.
class Walk {
public:
  Walk(const Mapping &mapping, const ArrayTile &tile, const Target &target, int64_t limit)
      : pass(mapping, tile, target), extents(tile.extents), limit(limit) {
    Extents block = pass.levels.inPass;
    for (auto factor = mapping.passes.rbegin(); factor != mapping.passes.rend(); ++factor) {
      if (factor->count > 1 && block[factor->dim] < extents[factor->dim]) {
        loops.push_back({factor->dim, factor->count});
        blocks.push_back(block);
      }
      block[factor->dim] = saturatedProduct(block[factor->dim], factor->count);
    }
    blocks.push_back(block);
    known.resize(loops.size() + 1);
  }

  ArrayWork run() {
    PassChange change;
    change.dims = 0xff;
    change.isFirst = true;
    Result result = walk(loops.size(), {}, change, {});
    pass.finish(result.state, result.work, result.flow);
    return result.work;
  }

  const IfmapAxis &rows() const { return pass.rows; }
  const IfmapAxis &columns() const { return pass.columns; }

private:
  struct Loop {
    int dim;
    int64_t count;
  };
  struct Result {
    ArrayWork work;
    Flow flow;
    PassState state;
  };
  struct Class {
    std::array<int64_t, dimCount + 1> reach{}; // how far the nest is from the tile's end; begins of C, R, S
    std::array<int64_t, 4> place; // in P, R, Q, S where the window reaches over the ifmap's edges
    bool operator==(const Class &) const = default;
  };
  struct Key {
    Class where;
    PassChange change;
    PassState state;
    bool operator==(const Key &) const = default;
  };
  struct Hash {
    size_t operator()(const Key &key) const {
      uint64_t hash = 0xcbf29ce484222325; // FNV-1a over words
      auto mix = [&](int64_t value) {
        hash = (hash ^ static_cast<uint64_t>(value)) * 0x100000001b3;
        hash ^= hash >> 29;
      };
      for (int64_t value : key.where.reach)
        mix(value);
      for (int64_t value : key.where.place)
        mix(value);
      mix(key.change.dims | (key.change.slides + 1) << 8 | int64_t(key.change.isFirst) << 16);
      mix(key.state.computeCycles);
      mix(key.state.drainCycles);
      mix(key.state.residentPsums);
      mix(key.state.residentChain << 1 | int64_t(key.state.residentDone));
      return static_cast<size_t>(hash);
    }
  };

  /// The part of the nest's block that lies in the tile.
  Extents inside(size_t level, const Extents &start) const {
    Extents extent;
    for (int d = 0; d < dimCount; ++d)
      extent[d] = std::min(blocks[level][d], extents[d] - start[d]);
    return extent;
  }

  Class classOf(size_t level, const Extents &start) const {
    Class where;
    where.place.fill(-1);
    for (int d = 0; d < dimCount; ++d) {
      bool reduces = d == C || d == R || d == S;
      // Whether the tile goes on behind the block matters for psums alone: they are complete at its end.
      where.reach[d] = std::min(blocks[level][d] + reduces, extents[d] - start[d]);
      if (reduces && start[d] == 0)
        where.reach[dimCount] |= 1 << d;
    }
    Extents extent = inside(level, start);
    if (pass.rows.reachesOut(start, extent))
      where.place[0] = start[P], where.place[1] = start[R];
    if (pass.columns.reachesOut(start, extent))
      where.place[2] = start[Q], where.place[3] = start[S];
    return where;
  }

  Result walk(size_t level, const Extents &start, const PassChange &change, const PassState &state) {
    if (++walked > limit)
      throw Error(fmt::format("the tile needs more than {} different array passes", limit));
    Result result;
    result.state = state;
    if (level == 0)
      pass.enter({start, inside(0, start)}, change, result.state, result.work, result.flow);
    else
      iterate(level - 1, start, change, result);
    return result;
  }

  /// All turns of a loop over the nest inside of it.
  void iterate(size_t inner, const Extents &start, const PassChange &change, Result &result) {
    const Loop &loop = loops[inner];
    int64_t block = blocks[inner][loop.dim];
    int64_t turns = std::min(loop.count, ceilDivide(extents[loop.dim] - start[loop.dim], block));
    auto classAt = [&](int64_t turn) {
      Extents at = start;
      at[loop.dim] += turn * block;
      return classOf(inner, at);
    };
    const PassChange later = changeOf(inner, start);
    Key previous{};
    for (int64_t turn = 0; turn < turns;) {
      Extents at = start;
      at[loop.dim] += turn * block;
      Key key{classOf(inner, at), turn == 0 ? change : later, result.state};
      auto found = known[inner].find(key);
      if (found == known[inner].end())
        found = known[inner].emplace(key, walk(inner, at, key.change, result.state)).first;
      // A turn like the one before leaves what it found, so those that follow are like it as long as their
      // places are: which are neighbors.
      int64_t alike = turn + 1;
      if (turn > 0 && key == previous) {
        int64_t beyond = turns;
        while (beyond - alike > 0) {
          int64_t middle = alike + (beyond - alike) / 2;
          if (classAt(middle) == key.where)
            alike = middle + 1;
          else
            beyond = middle;
        }
      }
      result.work.add(found->second.work, alike - turn);
      pass.time.append(result.flow, found->second.flow, alike - turn);
      result.state = found->second.state;
      turn = alike;
      previous = key;
    }
  }

  /// From the last pass of one turn to the first of the next.
  PassChange changeOf(size_t inner, const Extents &start) const {
    PassChange change;
    Extents extent = inside(inner, start);
    for (int d = 0; d < dimCount; ++d)
      if (d == loops[inner].dim || extent[d] > pass.levels.inPass[d])
        change.dims |= static_cast<uint8_t>(1 << d);
    if (change.dims == 1 << loops[inner].dim && pass.maySlide(loops[inner].dim))
      change.slides = static_cast<int8_t>(loops[inner].dim);
    return change;
  }

  const ArrayPass pass;
  const Extents &extents;
  const int64_t limit;
  std::vector<Loop> loops;     // innermost first
  std::vector<Extents> blocks; // of the nest inside of each loop, and of all of them
  std::vector<std::unordered_map<Key, Result, Hash>> known; // nests, by loops inside
  int64_t walked = 0;
};

} // namespace

void ArrayWork::add(const ArrayWork &other, int64_t times) {
  for (auto field : {&ArrayWork::cycles,         &ArrayWork::passes,
                     &ArrayWork::macs,           &ArrayWork::ifmapRead,
                     &ArrayWork::weightRead,     &ArrayWork::paramRead,
                     &ArrayWork::tableRead,      &ArrayWork::psumRead,
                     &ArrayWork::psumWritten,    &ArrayWork::outputWritten,
                     &ArrayWork::ifmapSpadRead,  &ArrayWork::ifmapSpadWritten,
                     &ArrayWork::weightSpadRead, &ArrayWork::weightSpadWritten,
                     &ArrayWork::ifmapAddressRead, &ArrayWork::ifmapAddressWritten,
                     &ArrayWork::weightAddressRead, &ArrayWork::weightAddressWritten,
                     &ArrayWork::psumSpadRead,   &ArrayWork::psumSpadWritten,
                     &ArrayWork::ifmapHops,      &ArrayWork::weightHops,
                     &ArrayWork::psumHops,       &ArrayWork::ifmapFetched,
                     &ArrayWork::ifmapDifferent, &ArrayWork::weightFetched,
                     &ArrayWork::weightDifferent})
    this->*field += times * (other.*field);
  activePes = std::max(activePes, other.activePes);
}

std::vector<int64_t> ArrayTile::key() const {
  std::vector<int64_t> key(extents.begin(), extents.end());
  for (int64_t value :
       {strideH, strideW, dilationH, dilationW, originH, originW, ifmapH, ifmapW,
        static_cast<int64_t>(first | last << 1 | hasParams << 2 | hasTable << 3 | depthwise << 4),
        fullestWeights,
        static_cast<int64_t>(static_cast<int>(ifmapType) | static_cast<int>(weightType) << 8 |
                             static_cast<int>(outputType) << 16),
        int64_t(ifmapMemory), int64_t(weightMemory), int64_t(paramMemory), int64_t(tableMemory),
        int64_t(psumMemory), int64_t(outputMemory)})
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

ArrayWork walkArray(const Mapping &mapping, const ArrayTile &tile, const Target &target, int64_t limit) {
  if (std::any_of(tile.extents.begin(), tile.extents.end(), [](int64_t extent) { return extent <= 0; }))
    return {};
  Walk walk(mapping, tile, target, limit);
  ArrayWork work = walk.run();
  const Extents &e = tile.extents;
  work.ifmapDifferent = e[N] * e[G] * e[C] * walk.rows().different(e) * walk.columns().different(e);
  work.weightDifferent = e[G] * e[M] * e[C] * e[R] * e[S];
  return work;
}

} // namespace dnnc::sim

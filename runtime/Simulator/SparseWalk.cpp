#include "runtime/Simulator/SparseWalk.h"

#include "dnnc/Error.h"
#include "runtime/Simulator/ArrayPass.h"

#include <fmt/format.h>

#include <algorithm>

namespace dnnc::sim {
namespace {

/// The clocks of a stretch where each chain of PEs has one of its own.
class ChainClocks final : public Clocks {
public:
  ChainClocks(const ArrayTime &time, size_t chains) : computing(chains), time(time), array(chains) {}

  void bring(Incoming clock, int64_t by) override { coming[static_cast<size_t>(clock)] += by; }
  void compute(int64_t atLeast) override {
    int64_t there = *std::max_element(coming.begin(), coming.end());
    for (size_t i = 0; i < array.size(); ++i)
      array[i] = std::max(array[i] + std::max(atLeast, computing[i] * time.unitsInCycle()), there);
  }
  void stand(int64_t by) override {
    for (int64_t &clock : array)
      clock += by;
  }
  void leave(int64_t by) override { leaving = std::max(leaving, slowest()) + by; }

  /// Adds what a pass takes.
  void add(const PassSteps &steps) {
    if (!steps.isFirst) {
      time.addStage(*this, steps.beside, steps.stepwise, steps.standing);
      // What does not stream comes to all chains at once.
      if (steps.stepwise.any())
        std::fill(array.begin(), array.end(), slowest());
    }
    time.addStreams(*this, steps.streamed);
    if (steps.newStretch) {
      end();
      cycles += steps.fill;
    }
    time.addStreams(*this, steps.psums);
    if (steps.left)
      time.addLeaving(*this, *steps.left);
  }
  /// The last stage, beside which psums drain for so many cycles, and all that was planned.
  int64_t finish(int64_t drainCycles) {
    time.addStage(*this, drainCycles, {}, 0);
    end();
    return cycles;
  }

  std::vector<int64_t> computing; // cycles of each chain, in the pass entered last

private:
  int64_t slowest() const { return *std::max_element(array.begin(), array.end()); }
  void end() {
    int64_t latest = std::max({slowest(), leaving, *std::max_element(coming.begin(), coming.end())});
    cycles += (latest + time.unitsInCycle() - 1) / time.unitsInCycle();
    coming = {};
    leaving = 0;
    std::fill(array.begin(), array.end(), 0);
  }

  const ArrayTime &time;
  std::array<int64_t, 4> coming{};
  std::vector<int64_t> array;
  int64_t leaving = 0;
  int64_t cycles = 0; // of the stretches that have ended
};

/// The passes of a mapping over a tile, in order.
class Passes {
public:
  Passes(const Mapping &mapping, const Extents &inPass, const Extents &extents)
      : inPass(inPass), extents(extents) {
    Extents block = inPass;
    for (auto factor = mapping.passes.rbegin(); factor != mapping.passes.rend(); ++factor) {
      if (factor->count > 1 && block[factor->dim] < extents[factor->dim])
        loops.push_back({factor->dim, factor->count, block[factor->dim], 0});
      block[factor->dim] = saturatedProduct(block[factor->dim], factor->count);
    }
    enter();
  }

  const PassPlace &place() const { return now; }
  /// The next one; false behind the last.
  bool next() {
    for (Loop &loop : loops) {
      now.start[loop.dim] += loop.block;
      if (++loop.turn < loop.count && now.start[loop.dim] < extents[loop.dim]) {
        enter();
        return true;
      }
      now.start[loop.dim] -= loop.turn * loop.block;
      loop.turn = 0;
    }
    return false;
  }

private:
  struct Loop {
    int dim;
    int64_t count, block, turn;
  };
  void enter() {
    for (int d = 0; d < dimCount; ++d)
      now.extent[d] = std::min(inPass[d], extents[d] - now.start[d]);
  }

  const Extents &inPass, &extents;
  std::vector<Loop> loops; // innermost first
  PassPlace now;
};

PassChange changeOf(const Extents &before, const Extents &start, const ArrayPass &pass) {
  PassChange change;
  for (int d = 0; d < dimCount; ++d)
    if (start[d] != before[d])
      change.dims |= static_cast<uint8_t>(1 << d);
  for (Dim d : {P, Q})
    if (change.dims == 1 << d && start[d] == before[d] + pass.levels.inPass[d] && pass.maySlide(d))
      change.slides = d;
  return change;
}

SkippedZeros skippedOf(const ArrayTile &tile, const Target &target, const SparseSizes &sizes) {
  const Array &array = target.array;
  const Skipping &skipping = array.skipping;
  return {skipping.ifmap && (!tile.depthwise || skipping.depthwise.ifmap) &&
              (array.ifmapNoc.format == NocFormat::Dense || sizes.ifmapCompressed()),
          skipping.weight && (array.weightNoc.format == NocFormat::Dense || sizes.weightCompressed())};
}

} // namespace

SparseTile::SparseTile(const ConvTile &data, const Mapping &mapping, const ArrayTile &tile,
                       const Target &target)
    : mapping(mapping), tile(tile), target(target), operands(data), sizes(operands, mapping, tile, target),
      skips(skippedOf(tile, target, sizes)), work(operands, mapping, target, skips) {
  this->tile.fullestWeights = sizes.fullestWeights();
}

SkippedZeros SparseTile::skippedOfNonFinite() const {
  bool meets = (skips.ifmap && !operands.weightFinite) || (skips.weight && !operands.ifmapFinite);
  return meets ? skips : SkippedZeros();
}

int64_t SparseTile::skippedMacs() const {
  int64_t all = 1;
  for (int64_t extent : operands.extents)
    all *= extent;
  return all - work.macs();
}

ArrayWork SparseTile::walk(int64_t limit) const {
  if (isDense())
    return walkArray(mapping, tile, target, limit);
  if (countPasses(mapping, tile.extents, limit) > limit)
    throw Error(fmt::format("the tile needs more than {} array passes", limit));

  const ArrayPass pass(mapping, tile, target, &sizes);
  ChainClocks clocks(pass.time, target.array.ifmapSpad.streams ? work.chains() : 1);
  std::vector<int64_t> &computing = clocks.computing;
  Passes passes(mapping, pass.levels.inPass, tile.extents);
  ArrayWork result;
  PassState state;
  PassChange change;
  change.dims = 0xff;
  change.isFirst = true;
  for (bool more = true; more;) {
    const Extents before = passes.place().start;
    clocks.add(pass.enter(passes.place(), change, state, result));
    if (skips.any()) {
      work.steps(passes.place().start, passes.place().extent, computing);
      for (int64_t &cycles : computing)
        cycles = pass.computeCycles(cycles);
    } else {
      std::fill(computing.begin(), computing.end(), state.computeCycles);
    }
    more = passes.next();
    change = changeOf(before, passes.place().start, pass);
  }
  result.cycles = clocks.finish(state.drainCycles) + pass.lastDrain(state, result);

  const Extents &e = tile.extents;
  result.ifmapDifferent = e[N] * e[G] * e[C] * pass.rows.different(e) * pass.columns.different(e);
  result.weightDifferent = e[G] * e[M] * e[C] * e[R] * e[S];
  int64_t skipped = result.macs - work.macs();
  result.macs = work.macs();
  const Array &array = target.array;
  const bool lockstep = array.skipping.macs == Skipping::Macs::Lockstep;
  result.ifmapSpadRead = (lockstep ? work.columnsMet() : work.macs()) * sizes.ifmapWords();
  result.weightSpadRead =
      (lockstep ? work.columnSteps() * array.macsPerPe : work.macs()) * sizes.weightWords();
  // The start and the end of a column of weights are an address each; of one of the ifmap the end before is its start.
  if (array.ifmapSpad.address.words > 0 && sizes.ifmapCompressed())
    result.ifmapAddressRead = work.ifmapColumnsRead();
  if (array.weightSpad.address.words > 0 && sizes.weightCompressed())
    result.weightAddressRead = 2 * work.weightColumnsAsked();
  result.psumSpadRead -= skipped;
  result.psumSpadWritten -= skipped;
  return result;
}

} // namespace dnnc::sim

// LINK: DnncCost
// Passes composed and repeated as maps, beside the same passes one after the other.
#include "lib/Cost/PassFlow.h"
#include "test/unit/CostRandom.h"
#include "test/unit/PassClocks.h"

#include <gtest/gtest.h>

#include <functional>
#include <numeric>

using namespace dnnc;
using namespace dnnc::cost;

namespace {

/// Some events, and nests of them that repeat.
struct Nest {
  std::function<void(PassFlow &)> ofFlow; ///< of a single event
  std::function<void(PassClocks &)> ofClocks;
  std::vector<Nest> inside;
  int64_t times = 1;
};

Nest event(auto apply) { return {apply, apply, {}, 1}; }

class Programs {
public:
  Programs(const Target &target, const PassStreams &streams, Random &random)
      : array(target.array), perCycle(streams.ticksPerCycle()), random(random) {}

  Nest draw(int depth) {
    Nest nest;
    nest.times = random.of({1, 1, 2, 3, 7, 20});
    for (int64_t parts = random.upTo(3); parts-- > 0;)
      if (depth > 0 && !random.oneIn(3))
        nest.inside.push_back(draw(depth - 1));
      else
        addPass(nest);
    return nest;
  }

private:
  int64_t bytes() { return random.oneIn(2) ? 0 : random.upTo(200); }
  void addPass(Nest &nest) {
    Cycles stage{random.upTo(40), static_cast<CycleTerm>(random.upTo(6))};
    int64_t alone = !array.psumSpad.streams && random.oneIn(6) ? random.upTo(9) : 0;
    Delivery tied{array.ifmapSpad.streams ? 0 : bytes(), array.weightSpad.streams ? 0 : bytes(),
                  array.psumSpad.streams ? 0 : bytes()};
    // A stage is no shorter than what comes beside it.
    auto atLeast = [&](int64_t bytes, const NocPort &noc) {
      stage.count = std::max(stage.count, (bytes + noc.bytesPerCycle - 1) / noc.bytesPerCycle);
    };
    atLeast(tied.ifmap, array.ifmapNoc);
    atLeast(tied.weight, array.weightNoc);
    atLeast(tied.psum, array.psumNoc);
    Delivery streamed{array.ifmapSpad.streams ? bytes() : 0, array.weightSpad.streams ? bytes() : 0,
                      array.psumSpad.streams ? bytes() : 0};
    Leaving left;
    if (array.psumSpad.streams)
      (random.oneIn(2) ? left.results : left.psums) = bytes();
    nest.inside.push_back(event([=, perCycle = perCycle](auto &clocks) {
      clocks.bring(tied);
      clocks.stage(stageOf(clocks, stage, perCycle), alone);
    }));
    if (random.oneIn(12))
      nest.inside.push_back(event([rampUp = random.upTo(30, 0)](auto &clocks) { clocks.meet(rampUp); }));
    nest.inside.push_back(event([=, streams = array.psumSpad.streams](auto &clocks) {
      clocks.bring(streamed);
      if (streams)
        clocks.leave(left);
    }));
  }
  static Ticks stageOf(const PassFlow &, Cycles stage, int64_t perCycle) {
    return {stage.count * perCycle, stage.term};
  }
  static int64_t stageOf(const PassClocks &, Cycles stage, int64_t) { return stage.count; }

  const Array &array;
  const int64_t perCycle;
  Random &random;
};

void play(const Nest &nest, PassClocks &clocks) {
  for (int64_t i = 0; i < nest.times; ++i) {
    if (nest.ofClocks)
      nest.ofClocks(clocks);
    for (const Nest &inside : nest.inside)
      play(inside, clocks);
  }
}

void compose(const Nest &nest, const PassStreams &streams, PassFlow &flow) {
  if (nest.ofFlow) {
    nest.ofFlow(flow);
    return;
  }
  PassFlow once(streams);
  for (const Nest &inside : nest.inside)
    compose(inside, streams, once);
  flow.append(once, nest.times);
}

TEST(PassFlow, EndsWhenThePassesOneByOneDo) {
  Random random(17);
  std::vector<Target> machines = cost::targets();
  for (int i = 0; i < 20000; ++i) {
    Target target = machines[static_cast<size_t>(random.upTo(static_cast<int64_t>(machines.size()))) - 1];
    vary(target, random);
    if (random.oneIn(4))
      target.array.psumNoc.bytesPerCycle = 7; // a tick that is no power of two
    PassStreams streams(target, random.of({1, 64}));
    Nest program = Programs(target, streams, random).draw(3);
    PassClocks clocks(target);
    play(program, clocks);
    PassFlow flow(streams);
    compose(program, streams, flow);
    PassFlow::Time time = flow.time();
    ASSERT_EQ(time.cycles, clocks.cycles()) << "program " << i << " on " << target.name;
    double sum = std::accumulate(time.by.begin(), time.by.end(), 0.0);
    ASSERT_NEAR(sum, static_cast<double>(time.cycles), 1e-9 * sum);
  }
}

/// One memory, a byte a cycle on every network, and everything streams.
Target streaming() {
  Target target;
  target.array.ifmapSpad.streams = target.array.psumSpad.streams = true;
  target.array.ifmapNoc.bytesPerCycle = target.array.weightNoc.bytesPerCycle =
      target.array.psumNoc.bytesPerCycle = 1;
  Memory glb;
  glb.holds = {Operand::Ifmap, Operand::Weight, Operand::Param, Operand::Psum, Operand::Ofmap};
  glb.readBytesPerCycle = glb.writeBytesPerCycle = 1 << 10;
  target.memories = {glb};
  return target;
}

TEST(PassFlow, PartsBoundByDifferentThingsDoNotHideEachOther) {
  // Ten passes that wait for 30 bytes of ifmap each, then ten behind each of which 50 bytes leave.
  Target target = streaming();
  PassStreams streams(target);
  PassFlow flow(streams), first(streams), second(streams);
  first.bring({30, 0, 0});
  first.stage({20, CycleTerm::Compute}, 0);
  second.stage({20, CycleTerm::Compute}, 0);
  second.leave({50, 0});
  flow.append(first, 10);
  flow.append(second, 10);
  PassFlow::Time time = flow.time();
  EXPECT_EQ(time.cycles, 300 + 20 + 500);
  EXPECT_EQ(time.by[static_cast<size_t>(CycleTerm::IfmapNoc)], 300);
  EXPECT_EQ(time.by[static_cast<size_t>(CycleTerm::Compute)], 20);
  EXPECT_EQ(time.by[static_cast<size_t>(CycleTerm::Drain)], 500);
}

TEST(PassFlow, WordsComeAheadOfTheirPassButNotOfAMeeting) {
  // Two passes of 100 cycles; the second needs 150 bytes, which begin to come with the first.
  Target target = streaming();
  PassStreams streams(target);
  auto passes = [&](bool meet) {
    PassFlow flow(streams);
    flow.stage({100, CycleTerm::Compute}, 0);
    if (meet)
      flow.meet(5);
    flow.bring({150, 0, 0});
    flow.stage({100, CycleTerm::Compute}, 0);
    return flow.time().cycles;
  };
  EXPECT_EQ(passes(false), 200);
  EXPECT_EQ(passes(true), 100 + 5 + 150);
}

} // namespace

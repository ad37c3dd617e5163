// LINK: DnncCost DnncSimulator
// The estimate of an array instruction beside the simulator's walk: random tiles under random mappings.
#include "lib/Cost/SentShare.h"
#include "test/unit/CostSimulated.h"

#include <gtest/gtest.h>

#include <chrono>
#include <numeric>

using namespace dnnc;

using cost::Random;

namespace {

struct Case {
  cost::ArrayTile tile;
  cost::ArrayMapping mapping;
};

Case drawCase(const Target &target, Random &random) {
  using namespace cost;
  Case drawn;
  ArrayTile &tile = drawn.tile;
  int64_t filter = random.of({1, 1, 2, 3, 3, 5});
  tile.extents = {random.of({1, 1, 2, 3}),
                  random.of({1, 1, 1, 2, 3}),
                  random.upTo(16),
                  random.upTo(12),
                  random.upTo(12),
                  random.upTo(14),
                  filter,
                  random.oneIn(3) ? random.of({1, 2, 3, 7}) : filter};
  tile.strides = {random.of({1, 1, 2, 3, 4}), random.of({1, 1, 2, 3})};
  tile.dilations = {random.of({1, 1, 1, 2, 3}), random.of({1, 1, 1, 2})};
  for (int axis : {0, 1}) {
    int64_t taps = tile.extents[R + axis], hop = tile.dilations[axis];
    int64_t span = windowSpan(tile.extents[P + axis], tile.strides[axis], taps, hop);
    tile.origin[axis] = random.oneIn(2) ? 0 : -random.upTo(taps * hop, 0);
    tile.ifmap[axis] =
        std::max<int64_t>(1, tile.origin[axis] + span - (random.oneIn(2) ? 0 : random.upTo(taps * hop, 0)));
  }
  std::vector<ElementType> types;
  for (const auto &[type, rate] : target.array.macRate)
    types.push_back(type);
  tile.type = types[static_cast<size_t>(random.upTo(static_cast<int64_t>(types.size()))) - 1];
  tile.outputBytes = random.oneIn(2) ? bytesOf(tile.type) : 4;
  tile.first = !random.oneIn(3);
  tile.last = !random.oneIn(3);
  tile.hasParams = random.oneIn(2);
  tile.hasTable = random.oneIn(4);

  drawn.mapping = drawMapping(tile.extents, target.array, random);
  return drawn;
}

std::string text(const Case &drawn) {
  std::string text = "extents";
  for (int64_t extent : drawn.tile.extents)
    text += " " + std::to_string(extent);
  auto add = [&](const char *name, std::initializer_list<int64_t> values) {
    text += std::string(", ") + name;
    for (int64_t value : values)
      text += " " + std::to_string(value);
  };
  const cost::ArrayTile &tile = drawn.tile;
  add("strides", {tile.strides[0], tile.strides[1]});
  add("dilations", {tile.dilations[0], tile.dilations[1]});
  add("origin", {tile.origin[0], tile.origin[1]});
  add("ifmap", {tile.ifmap[0], tile.ifmap[1]});
  add("first, last, bytes", {tile.first, tile.last, bytesOf(tile.type), tile.outputBytes});
  text += "\n " + cost::text(drawn.mapping);
  return text;
}

/// Every count by name.
std::vector<std::tuple<const char *, int64_t, int64_t>> counts(const cost::ArrayEstimate &estimate,
                                                               const sim::ArrayWork &work) {
  return {{"passes", estimate.passes, work.passes},
          {"macs", estimate.macs, work.macs},
          {"active PEs", estimate.activePes, work.activePes},
          {"ifmap read", estimate.ifmapRead, work.ifmapRead},
          {"weight read", estimate.weightRead, work.weightRead},
          {"param read", estimate.paramRead, work.paramRead},
          {"table read", estimate.tableRead, work.tableRead},
          {"psum read", estimate.psumRead, work.psumRead},
          {"psum written", estimate.psumWritten, work.psumWritten},
          {"output written", estimate.outputWritten, work.outputWritten},
          {"ifmap spad read", estimate.ifmapSpadRead, work.ifmapSpadRead},
          {"ifmap spad written", estimate.ifmapSpadWritten, work.ifmapSpadWritten},
          {"weight spad read", estimate.weightSpadRead, work.weightSpadRead},
          {"weight spad written", estimate.weightSpadWritten, work.weightSpadWritten},
          {"ifmap addresses read", estimate.ifmapAddressRead, work.ifmapAddressRead},
          {"ifmap addresses written", estimate.ifmapAddressWritten, work.ifmapAddressWritten},
          {"weight addresses read", estimate.weightAddressRead, work.weightAddressRead},
          {"weight addresses written", estimate.weightAddressWritten, work.weightAddressWritten},
          {"psum spad read", estimate.psumSpadRead, work.psumSpadRead},
          {"psum spad written", estimate.psumSpadWritten, work.psumSpadWritten},
          {"ifmap hops", estimate.ifmapHops, work.ifmapHops},
          {"weight hops", estimate.weightHops, work.weightHops},
          {"psum hops", estimate.psumHops, work.psumHops},
          {"ifmap fetched", estimate.ifmapFetched, work.ifmapFetched},
          {"ifmap different", estimate.ifmapDifferent, work.ifmapDifferent},
          {"weight fetched", estimate.weightFetched, work.weightFetched},
          {"weight different", estimate.weightDifferent, work.weightDifferent}};
}

TEST(ArrayCostDifference, CountsAreTheSimulatorsAndCyclesAreClose) {
  Random random(5);
  std::vector<Target> machines = cost::targets();
  int compared = 0, exact = 0, failures = 0, lockstep = 0, together = 0;
  double worst = 0, sum = 0, simulatorSeconds = 0, estimateSeconds = 0;
  int64_t passes = 0;
  while (compared < 3000 && failures < 5) {
    Target target = machines[static_cast<size_t>(random.upTo(static_cast<int64_t>(machines.size()))) - 1];
    vary(target, random);
    Case drawn = drawCase(target, random);
    sim::Mapping mapping = cost::simulated(drawn.mapping);
    sim::ArrayTile tile = cost::simulated(drawn.tile, target);
    if (!sim::checkMapping(mapping, tile, target).empty() ||
        sim::countPasses(mapping, tile.extents, 20000) > 20000)
      continue;
    auto start = std::chrono::steady_clock::now();
    sim::ArrayWork work = sim::walkArray(mapping, tile, target);
    auto middle = std::chrono::steady_clock::now();
    cost::ArrayEstimate estimate = cost::estimateArray(drawn.tile, drawn.mapping, target);
    auto end = std::chrono::steady_clock::now();
    simulatorSeconds += std::chrono::duration<double>(middle - start).count();
    estimateSeconds += std::chrono::duration<double>(end - middle).count();
    ++compared;
    lockstep += target.array.skipping.macs == Skipping::Macs::Lockstep;
    together += cost::lanesOf(drawn.mapping, target.array) > 1;
    passes += work.passes;
    bool same = true;
    EXPECT_GE(estimate.cycles * (1 + 1e-9),
              cost::arrayCyclesLowerBound(drawn.tile, cost::shapeOf(drawn.mapping), target))
        << text(drawn);
    for (auto [name, estimated, counted] : counts(estimate, work)) {
      EXPECT_EQ(estimated, counted) << name << " on " << target.name << "\n" << text(drawn);
      same &= estimated == counted;
    }
    double difference = std::abs(estimate.cycles / static_cast<double>(work.cycles) - 1);
    EXPECT_LT(difference, 0.03) << estimate.cycles << " cycles estimated, " << work.cycles << " simulated on "
                                << target.name << "\n"
                                << text(drawn);
    EXPECT_NEAR(std::accumulate(estimate.cyclesBy.begin(), estimate.cyclesBy.end(), 0.0), estimate.cycles,
                1e-6 * estimate.cycles);
    failures += !same || difference >= 0.03;
    exact += difference == 0;
    worst = std::max(worst, difference);
    sum += difference;
  }
  std::printf("%d tiles, %ld passes: cycles equal on %d, mean difference %.5f%%, worst %.3f%%; walk %.3f s, "
              "estimate %.3f s\n",
              compared, passes, exact, 100 * sum / compared, 100 * worst, simulatorSeconds, estimateSeconds);
  std::printf("%d in lockstep, %d of them on several multipliers\n", lockstep, together);
  EXPECT_GE(lockstep, compared / 10);
  EXPECT_GE(together, compared / 50);
}

} // namespace

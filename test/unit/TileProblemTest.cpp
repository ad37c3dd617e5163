// LINK: DnncMapping
// The search for tiles: counts by hand on small problems, properties of the choice on random ones.
#include "lib/Mapping/TileProblem.h"

#include <gtest/gtest.h>

#include <numeric>
#include <random>
#include <tuple>

using namespace dnnc;
using namespace dnnc::mapping;

namespace {

using Kind = OperandDim::Kind;

Target machine(int64_t bytes) {
  Target target;
  target.name = "test";
  target.clockMhz = 1000;
  target.dram.bandwidth = 4; // 4 bytes a cycle
  target.dram.latency = 10;
  Memory glb;
  glb.name = "glb";
  glb.holds = {Operand::Ifmap, Operand::Weight, Operand::Param,
               Operand::Psum,  Operand::Ofmap,  Operand::Vector};
  glb.bytes = bytes;
  target.memories = {glb};
  return target;
}

OperandDim full(int64_t size) { return {.size = size}; }
OperandDim same(int64_t size, int outDim) { return {.kind = Kind::Affine, .size = size, .outDim = outDim}; }
OperandDim window(int64_t size, int outDim, int64_t stride, int64_t offset, int64_t span) {
  return {
      .kind = Kind::Affine, .size = size, .outDim = outDim, .stride = stride, .offset = offset, .span = span};
}
OperandDim reduced(int64_t size) { return {.kind = Kind::Reduction, .size = size, .reduction = 0}; }
OperandDim ofGroups(int64_t size, int64_t outPerGroup, int64_t inPerGroup) {
  return {.kind = Kind::Group,
          .size = size,
          .outDim = 1,
          .reduction = 0,
          .outPerGroup = outPerGroup,
          .inPerGroup = inPerGroup};
}

/// A convolution of bytes: `filters` filters of `depth` channels in `groups` groups, a `kernel`² window with
/// a stride, padded by half.
TileProblem convolution(const Target &target, int64_t groups, int64_t filters, int64_t depth, int64_t size,
                        int64_t kernel, int64_t stride) {
  TileProblem problem;
  problem.target = &target;
  int64_t out = (size + 2 * (kernel / 2) - kernel) / stride + 1;
  problem.shape = {1, filters, out, out};
  problem.reductions = {depth};
  if (groups > 1)
    problem.channelsPerGroup = filters / groups;
  OperandDim channels = groups > 1 ? ofGroups(groups * depth, filters / groups, depth) : reduced(depth);
  problem.operands = {{Operand::Ifmap,
                       1,
                       {same(1, 0), channels, window(size, 2, stride, -kernel / 2, kernel),
                        window(size, 3, stride, -kernel / 2, kernel)}},
                      {Operand::Weight, 1, {same(filters, 1), reduced(depth), full(kernel), full(kernel)}},
                      {Operand::Param, 4, {same(filters, 1), full(4)}}};
  problem.computeCycles = [=](const std::vector<int64_t> &sizes, const std::vector<int64_t> &reduction) {
    int64_t macs =
        std::accumulate(sizes.begin(), sizes.end(), int64_t(1), std::multiplies<>()) * kernel * kernel;
    return 20.0 + macs * (reduction.empty() ? depth : reduction[0]) / 16.0;
  };
  return problem;
}

using Bytes = std::vector<int64_t>;
using Problems = std::vector<std::string>;

TEST(TileProblem, CountsBytesOnChip) {
  Target target = machine(1 << 20);
  TileProblem problem = convolution(target, 1, 8, 16, 10, 3, 1);
  // Everything at once: nothing twice, no psums.
  EXPECT_EQ(problem.footprint({{1, 8, 10, 10}, {0, 1, 2, 3}, {16}}), Bytes{1600 + 1152 + 128 + 800});
  // Rows by 4: six rows of input twice, the result twice, weights and parameters once.
  EXPECT_EQ(problem.footprint({{1, 8, 4, 10}, {0, 1, 2, 3}, {16}}), Bytes{2 * 960 + 1152 + 128 + 2 * 320});
  // Filters by 4: the input stays.
  EXPECT_EQ(problem.footprint({{1, 4, 10, 10}, {0, 1, 2, 3}, {16}}),
            Bytes{1600 + 2 * 576 + 2 * 64 + 2 * 400});
  // Channels by 6: input and weights move, psums of four bytes wait once.
  EXPECT_EQ(problem.footprint({{1, 8, 10, 10}, {0, 1, 2, 3}, {6}}),
            Bytes{2 * 600 + 2 * 432 + 128 + 800 + 4 * 800});
  // What is made on chip takes room as well.
  problem.operands[0].stays = true;
  EXPECT_EQ(problem.footprint({{1, 8, 10, 10}, {0, 1, 2, 3}, {16}}), Bytes{1600 + 1152 + 128 + 800});
}

TEST(TileProblem, CountsEachMemoryAndStreams) {
  Target target = machine(4096);
  target.memories[0].holds = {Operand::Ifmap};
  Memory psum = target.memories[0], fifo = target.memories[0], rest = target.memories[0];
  psum.holds = {Operand::Psum, Operand::Ofmap};
  fifo.holds = {Operand::Weight};
  fifo.kind = Memory::Kind::Fifo;
  rest.holds = {Operand::Param, Operand::Vector};
  target.memories = {target.memories[0], psum, fifo, rest};
  TileProblem problem = convolution(target, 1, 8, 16, 10, 3, 1);
  // A FIFO has the tile that the array works on.
  EXPECT_EQ(problem.footprint({{1, 8, 10, 10}, {0, 1, 2, 3}, {8}}), (Bytes{2 * 800, 800 + 3200, 576, 128}));
  // What is streamed comes for every task: here for each of three tiles of rows, though it does not move with
  // them.
  EXPECT_EQ(problem.evaluate({{1, 8, 4, 10}, {0, 1, 2, 3}, {16}}).dramBytes,
            3 * 960 + 3 * 1152 + 128 + 3 * 320);
}

TEST(TileProblem, CountsTrafficByLoopOrder) {
  Target target = machine(1 << 20);
  TileProblem problem = convolution(target, 1, 8, 16, 10, 3, 1);
  auto bytes = [&](const Tiling &tiling) { return problem.evaluate(tiling).dramBytes; };
  EXPECT_EQ(bytes({{1, 8, 10, 10}, {0, 1, 2, 3}, {16}}), 1600 + 1152 + 128 + 800);
  // Three tiles of rows, each with its halo.
  EXPECT_EQ(bytes({{1, 8, 4, 10}, {0, 1, 2, 3}, {16}}), 3 * 960 + 1152 + 128 + 3 * 320);
  // Two of filters outside of them: the input comes twice, the weights once. Inside: the other way round.
  EXPECT_EQ(bytes({{1, 4, 4, 10}, {0, 1, 2, 3}, {16}}), 6 * 960 + 1152 + 128 + 6 * 160);
  EXPECT_EQ(bytes({{1, 4, 4, 10}, {0, 2, 1, 3}, {16}}), 3 * 960 + 3 * (1152 + 128) + 6 * 160);
  // Channels in two parts for each of them: input and weights with every part.
  EXPECT_EQ(bytes({{1, 4, 4, 10}, {0, 2, 1, 3}, {8}}), 12 * 480 + 12 * 288 + 3 * 128 + 6 * 160);
  // What is made on chip does not move.
  problem.operands[0].stays = true;
  EXPECT_EQ(bytes({{1, 8, 4, 10}, {0, 1, 2, 3}, {16}}), 1152 + 128 + 3 * 320);
  // Runs are rounded to bursts: of the input 16 of 60 bytes, of weights and parameters one each, of the
  // result 8 of 40.
  problem.operands[0].stays = false;
  target.dram.burstBytes = 32;
  EXPECT_EQ(bytes({{1, 8, 4, 10}, {0, 1, 2, 3}, {16}}), 3 * 16 * 64 + 1152 + 128 + 3 * 8 * 64);
}

TEST(TileProblem, EstimatesTheBusiestAndBothEnds) {
  Target target = machine(1 << 20);
  TileProblem problem = convolution(target, 1, 8, 16, 10, 3, 1);
  // Compute 20 + 7200; before it 2880 bytes at 4 a cycle and three latencies, behind it 800 bytes and one.
  EXPECT_EQ(problem.evaluate({{1, 8, 10, 10}, {0, 1, 2, 3}, {16}}).cycles, 7220 + 720 + 30 + 200 + 10);
  // With nothing to compute the transfers are the bound: 3 loads of the input, one each of the others, in one
  // queue.
  problem.computeCycles = [](const std::vector<int64_t> &, const std::vector<int64_t> &) { return 0.0; };
  EXPECT_EQ(problem.evaluate({{1, 8, 4, 10}, {0, 1, 2, 3}, {16}}).cycles,
            (4160 / 4.0 + 50) * 1 + (2240 / 4.0 + 30) + (320 / 4.0 + 10) + 190);
}

TEST(TileProblem, GroupsAreWholeOrDivided) {
  Target target = machine(1 << 20);
  // Three groups of four filters over two channels each.
  TileProblem problem = convolution(target, 3, 12, 2, 8, 3, 1);
  auto verify = [&](int64_t channels, int64_t reduction) {
    return problem.verify({{1, channels, 8, 8}, {0, 1, 2, 3}, {reduction}});
  };
  for (int64_t channels : {1, 2, 4, 8, 12})
    EXPECT_EQ(verify(channels, 2), Problems()) << channels;
  for (int64_t channels : {3, 5, 6, 10})
    EXPECT_EQ(verify(channels, 2).size(), 1u) << channels;
  EXPECT_EQ(verify(4, 1), Problems());
  EXPECT_EQ(verify(8, 1), Problems{"several groups in a tile need all their input channels"});
  // One group, or part of one: its two channels; several: theirs. The input does not move within a group.
  EXPECT_EQ(problem.footprint({{1, 12, 8, 8}, {0, 1, 2, 3}, {2}}), Bytes{6 * 64 + 12 * 18 + 8 + 192 + 768});
  EXPECT_EQ(problem.footprint({{1, 4, 8, 8}, {0, 1, 2, 3}, {2}}), Bytes{2 * 128 + 2 * 72 + 2 * 64 + 2 * 256});
  EXPECT_EQ(problem.footprint({{1, 4, 8, 8}, {0, 1, 2, 3}, {1}}),
            Bytes{2 * 64 + 2 * 36 + 8 + 2 * 64 + 2 * 256 + 4 * 256});
  EXPECT_EQ(problem.footprint({{1, 8, 8, 8}, {0, 1, 2, 3}, {2}}),
            Bytes{2 * 256 + 2 * 144 + 2 * 128 + 2 * 512});
  EXPECT_EQ(problem.evaluate({{1, 2, 8, 8}, {0, 1, 2, 3}, {2}}).dramBytes, 3 * 128 + 216 + 192 + 768);
}

TEST(TileProblem, SaysWhatIsIllegal) {
  Target target = machine(3000);
  TileProblem problem = convolution(target, 1, 8, 16, 10, 3, 1);
  EXPECT_EQ(problem.verify({{1, 8, 10, 10}, {0, 1, 2, 3}, {16}}),
            Problems{"the tiles take 3680 bytes of memory 'glb', which has 3000"});
  problem.fixedToOne = {false, true, false, false};
  EXPECT_EQ(problem.verify({{1, 4, 1, 1}, {0, 1, 2, 3}, {4}}), Problems{"dimension 1 has to be tiled by 1"});
  target.memories[0].bytes = 16;
  EXPECT_EQ(problem.choose(), std::nullopt);
}

TEST(TileProblem, TakesAllAtOnceWhereThereIsRoomAndNothingToOverlap) {
  Target target = machine(1 << 20);
  target.dram.latency = 100000;
  TileProblem problem = convolution(target, 1, 8, 16, 10, 3, 1);
  auto tiling = problem.choose();
  ASSERT_TRUE(tiling);
  EXPECT_EQ(tiling->sizes, problem.shape);
  EXPECT_EQ(tiling->reduction, problem.reductions);
}

class RandomTiles : public testing::TestWithParam<unsigned> {};

TEST_P(RandomTiles, FitAndAreNoWorseThanTheObviousOnes) {
  std::mt19937 random(GetParam());
  auto of = [&](std::initializer_list<int64_t> values) { return values.begin()[random() % values.size()]; };
  Target target = machine(of({300, 1024, 4096, 32768, 524288}));
  target.dram.bandwidth = static_cast<double>(of({1, 4, 25}));
  target.dram.latency = of({0, 20, 200});
  target.dram.burstBytes = of({1, 32, 64});
  if (of({0, 1})) {
    Memory other = target.memories[0];
    target.memories[0].holds = {Operand::Ifmap, Operand::Vector};
    other.holds = {Operand::Weight, Operand::Param, Operand::Psum, Operand::Ofmap};
    other.bytes = of({256, 2048, 65536});
    target.memories.push_back(other);
  }
  int64_t groups = of({1, 1, 1, 3, 8, 24}), perGroup = of({1, 2, 6, 40});
  TileProblem problem = convolution(target, groups, groups * perGroup, of({1, 3, 16, 1000}),
                                    of({7, 14, 30, 57}), of({1, 3, 5}), of({1, 2}));

  std::optional<Tiling> tiling = problem.choose();
  std::vector<Tiling> obvious(2);
  obvious[0] = {problem.shape, {0, 1, 2, 3}, problem.reductions};
  obvious[1] = {{1, 1, 1, 1}, {0, 1, 2, 3}, {1}};
  if (!tiling) {
    EXPECT_NE(problem.verify(obvious[1]), Problems());
    return;
  }
  EXPECT_EQ(problem.verify(*tiling), Problems());
  TilingCost cost = problem.evaluate(*tiling);
  for (const Tiling &other : obvious)
    if (problem.verify(other).empty())
      EXPECT_LE(cost.cycles, problem.evaluate(other).cycles * 1.01);
  // All of the result is written, whatever the tiles.
  EXPECT_GE(cost.dramBytes, static_cast<double>(problem.shape[1] * problem.shape[2] * problem.shape[3]));

  Tiling again = *problem.choose();
  EXPECT_EQ(std::tie(again.sizes, again.order, again.reduction),
            std::tie(tiling->sizes, tiling->order, tiling->reduction));
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomTiles, testing::Range(0u, 400u));

} // namespace

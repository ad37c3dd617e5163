// LINK: DnncSimulator
#include "runtime/Simulator/StepCheck.h"

#include "dnnc/Error.h"

#include <gtest/gtest.h>

using namespace dnnc;
using namespace dnnc::sim;

namespace {

/// Four times four outputs of a 1 × 1 convolution of two channels to two, on one PE.
class StepCheckTest : public testing::Test {
protected:
  StepCheckTest() {
    Memory glb;
    glb.name = "glb";
    glb.readBytesPerCycle = glb.writeBytesPerCycle = 64;
    target.memories = {glb};
    Array &array = target.array;
    array.macRate = {{ElementType::I8, 1}, {ElementType::F32, 1}};
    array.ifmapSpad.words = array.weightSpad.words = array.psumSpad.words = 64;
    array.psumSpad.bits = 32;
    array.ifmapNoc.bytesPerCycle = array.weightNoc.bytesPerCycle = array.psumNoc.bytesPerCycle = 4;

    tile.extents = {1, 1, 2, 2, 4, 4, 1, 1};
    tile.ifmapH = tile.ifmapW = 4;
    mapping.passes = {{M, 2}, {P, 4}};
    mapping.spad = {{C, 2}, {Q, 4}};
    for (int i = 0; i < 32; ++i)
      ifmap.push_back(static_cast<uint8_t>(7 * i));
    weight = {1, 2, 3, 0xFF};
    output.resize(32 * 4);
    data.m = data.c = 2;
    data.p = data.q = data.ifmapH = data.ifmapW = 4;
    data.ifmap = ifmap.data(), data.weight = weight.data(), data.output = output.data();
    data.ifmapStrides = {32, 32, 16, 4, 1};
    data.weightStrides = {4, 2, 1, 1, 1};
    data.outputStrides = {32, 32, 16, 4, 1};
    data.path.type = tile.outputType = ElementType::I8;
    work = walkArray(mapping, tile, target);
    counts = Counts(1);
    counts.readByArray(0, Operand::Ifmap, work.ifmapRead);
    counts.readByArray(0, Operand::Weight, work.weightRead);
    counts.writtenByArray(0, Operand::Ofmap, work.outputWritten);
    counts.macs[static_cast<size_t>(ElementType::I8)] = work.macs;
    counts.ifmapSpadRead = work.ifmapSpadRead, counts.ifmapSpadWritten = work.ifmapSpadWritten;
    counts.weightSpadRead = work.weightSpadRead, counts.weightSpadWritten = work.weightSpadWritten;
    counts.psumSpadRead = work.psumSpadRead, counts.psumSpadWritten = work.psumSpadWritten;
    counts.ifmapHops = work.ifmapHops, counts.weightHops = work.weightHops, counts.psumHops = work.psumHops;
  }

  /// Checks the tile with counts and cycles as they are now.
  std::string problem(StepCheck &check) {
    try {
      check.capture(data);
      check.compare(tile, mapping, counts, work.cycles, work.activePes);
    } catch (const Error &error) {
      return error.what();
    }
    return "";
  }
  std::string problem() {
    StepCheck check(target, 1000);
    return problem(check);
  }

  Target target;
  ArrayTile tile;
  Mapping mapping;
  ConvTile data;
  std::vector<uint8_t> ifmap, weight, output;
  ArrayWork work;
  Counts counts;
};

TEST_F(StepCheckTest, AgreesAndSaysHowMuchItStepped) {
  StepCheck check(target, 1000);
  EXPECT_EQ(problem(check), "");
  EXPECT_EQ(problem(check), "");
  EXPECT_EQ(check.instructions(), 2);
  EXPECT_EQ(check.macs(), 128);
  EXPECT_EQ(check.largestDifference(), 0);
}

TEST_F(StepCheckTest, NamesEveryFigureThatDiffers) {
  counts.psumSpadRead += 1;
  counts.memoryRead[0] -= 1;
  counts.gatedMacs[static_cast<size_t>(ElementType::I8)] = 3;
  work.activePes = 2;
  EXPECT_EQ(problem(), "glb read is 68 when every PE is stepped; the simulator has 67\n"
                       "mac_int8 mac_gated is 0 when every PE is stepped; the simulator has 3\n"
                       "psum_spad read is 96 when every PE is stepped; the simulator has 97\n"
                       "number of active PEs is 1 when every PE is stepped; the simulator has 2");
}

TEST_F(StepCheckTest, CyclesMayDifferByTwoPercent) {
  EXPECT_EQ(work.cycles, 68);
  work.cycles = 72; // four are rounding
  EXPECT_EQ(problem(), "");
  work.cycles = 78;
  EXPECT_EQ(problem(), "it takes 68 cycles when every PE is stepped; the simulator has 78, 12.8% apart");
}

TEST_F(StepCheckTest, ComparesFloatsWithinTheirRounding) {
  std::vector<float> x, w = {1.25f, -3e-3f, 1e6f, 0.1f};
  for (int i = 0; i < 32; ++i)
    x.push_back(0.1f * static_cast<float>(i) - 1);
  data.ifmapType = data.weightType = data.path.type = ElementType::F32;
  tile.ifmapType = tile.weightType = tile.outputType = ElementType::F32;
  target.array.ifmapSpad.words = 256;
  data.ifmap = reinterpret_cast<const uint8_t *>(x.data());
  data.weight = reinterpret_cast<const uint8_t *>(w.data());
  data.ifmapStrides = {128, 128, 64, 16, 4};
  data.weightStrides = {16, 8, 4, 4, 4};
  EXPECT_EQ(problem().find("accumulator"), std::string::npos) << problem();
}

TEST_F(StepCheckTest, StopsAtItsLimit) {
  StepCheck check(target, 100);
  EXPECT_EQ(problem(check), "");
  EXPECT_EQ(problem(check),
            "stepping every PE stops after 100 MACs; run this program without --detail pe, or a "
            "smaller one");
}

TEST_F(StepCheckTest, ChecksTargetsThatSkipZeros) {
  target.array.skipping.ifmap = true;
  ifmap[0] = ifmap[1] = 0; // two outputs of a channel, for two filters: two MACs each
  EXPECT_EQ(problem(), "ifmap_spad read is 60 when every PE is stepped; the simulator has 64\n"
                       "mac_int8 mac_random is 60 when every PE is stepped; the simulator has 64\n"
                       "mac_int8 mac_skipped is 4 when every PE is stepped; the simulator has 0\n"
                       "psum_spad read is 92 when every PE is stepped; the simulator has 96\n"
                       "psum_spad write is 60 when every PE is stepped; the simulator has 64\n"
                       "weight_spad read is 60 when every PE is stepped; the simulator has 64");
}

TEST_F(StepCheckTest, SaysWhatTheMachineCannotDo) {
  target.array.weightSpad.words = 1;
  EXPECT_EQ(problem(),
            "stepped PE by PE: pass 0, cycle 1: a weight has no room in PE 0: 0 words resident and 1 coming "
            "in, of 1");
}

} // namespace

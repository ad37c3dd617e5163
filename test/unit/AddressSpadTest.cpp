// LINK: DnncMapping DnncSimulator DnncStepper DnncStrategyFile
// The addresses of columns in csc: their room, in the compiler and the simulator, and how often they are read and written.
#include "dnnc/Error.h"
#include "lib/Cost/SentShare.h"
#include "lib/Mapping/MappingProblem.h"
#include "lib/Strategy/File/Strategy.h"
#include "runtime/Simulator/Counts.h"
#include "runtime/Simulator/SparseWalk.h"
#include "runtime/Stepper/Stepper.h"
#include "test/unit/SparseCases.h"

#include <gtest/gtest.h>

using namespace dnnc;
using dnnc::sparse_test::Data;
using dnnc::sparse_test::Draw;

namespace {

/// Two multipliers in lockstep, both operands in csc.
Target machine() {
  Target target = sparse_test::machine();
  Array &array = target.array;
  array.macsPerPe = 2;
  array.skipping.macs = Skipping::Macs::Lockstep;
  array.ifmapNoc.format = array.weightNoc.format = NocFormat::Csc;
  array.ifmapSpad.address = {1 << 20, 2, 3};
  array.weightSpad.address = {1 << 20, 5, 7};
  return target;
}

TEST(AddressSpad, WorkedExample) {
  Target target = machine();
  // Two positions of 8 channels, of which 4 and 3 are not zero; 8 filters, shared by two PEs; every second one is zero.
  sim::ArrayTile tile = sparse_test::tileOf({1, 1, 8, 8, 1, 2, 1, 1});
  sim::Mapping mapping;
  mapping.spad = {{sim::M, 2}, {sim::C, 8}};
  mapping.macs = {{sim::M, 2}};
  mapping.peRows = {{sim::M, 2}};
  mapping.passes = {{sim::Q, 2}};
  Draw draw(1);
  Data data(draw, tile, 1, 1);
  for (size_t c = 0; c < 8; ++c)
    for (size_t q = 0; q < 2; ++q)
      if (c % 2 == 1 || (q == 1 && c == 4))
        data.ifmap[2 * c + q] = static_cast<uint8_t>(data.tile.ifmapZeroPoint);
  for (size_t m = 0; m < 8; m += 2)
    for (size_t c = 0; c < 8; ++c)
      data.weight[8 * m + c] = static_cast<uint8_t>(data.tile.param(0, static_cast<int64_t>(m)).weightZeroPoint);
  data.point();
  sim::SparseTile sparse(data.tile, mapping, tile, target);
  sim::ArrayWork work = sparse.walk();
  EXPECT_EQ(work.ifmapAddressWritten, 2 * 2) << "a column of each position, to two PEs";
  EXPECT_EQ(work.ifmapAddressRead, 2 * 2);
  EXPECT_EQ(work.weightAddressWritten, 8 * 2) << "eight columns in two PEs, once";
  EXPECT_EQ(work.weightAddressRead, 2 * (4 + 3) * 2) << "start and end, of seven elements in two PEs";
  sim::Counts counts;
  counts.ifmapAddressRead = 1, counts.ifmapAddressWritten = 10;
  counts.weightAddressRead = 100, counts.weightAddressWritten = 1000;
  EXPECT_EQ(sim::energyOf(counts, 0, target).spad, 2 + 30 + 500 + 7000);
  auto actions = counts.byAction(target);
  EXPECT_EQ(actions["ifmap_address_spad"], (std::map<std::string, int64_t>{{"read", 1}, {"write", 10}}));
  EXPECT_EQ(actions["weight_address_spad"], (std::map<std::string, int64_t>{{"read", 100}, {"write", 1000}}));
  cost::LayerCounts layer;
  layer.ifmapAddressRead = 1, layer.ifmapAddressWritten = 10;
  layer.weightAddressRead = 100, layer.weightAddressWritten = 1000;
  EXPECT_EQ(cost::energyOf(layer, 0, ElementType::I8, target).spad, 2 + 30 + 500 + 7000);

  target.array.ifmapSpad.address = target.array.weightSpad.address = {};
  work = sim::SparseTile(data.tile, mapping, tile, target).walk();
  EXPECT_EQ(work.ifmapAddressWritten + work.ifmapAddressRead + work.weightAddressWritten + work.weightAddressRead, 0);
}

TEST(AddressSpad, RoomIsChecked) {
  Target target = machine();
  target.array.ifmapSpad.address.words = 3;
  target.array.weightSpad.address.words = 5;
  sim::ArrayTile tile = sparse_test::tileOf({1, 1, 2, 2, 1, 2, 1, 3});
  sim::Mapping mapping;
  mapping.spad = {{sim::M, 2}, {sim::C, 2}, {sim::Q, 2}, {sim::S, 3}};
  std::vector<std::string> ofIfmap = {"a pass has 4 columns of ifmap in a PE, with an address each; the target has 3"},
                           both = ofIfmap;
  both.push_back("a pass has 6 columns of weight in a PE, with an address each; the target has 5");
  EXPECT_EQ(sim::checkMapping(mapping, tile, target), ofIfmap) << "raw weights have no columns";
  tile.fullestWeights = 1;
  EXPECT_EQ(sim::checkMapping(mapping, tile, target), both);

  mapping::MappingProblem problem;
  problem.target = &target;
  problem.layer.extents = {1, 1, 2, 2, 1, 2, 1, 3};
  problem.layer.ifmap = {1, 4};
  cost::LayerMapping given;
  given.tile = problem.layer.extents;
  given.array.spad = {{cost::M, 2}, {cost::C, 2}, {cost::Q, 2}, {cost::S, 3}};
  EXPECT_EQ(problem.verify(given),
            (std::vector<std::string>{"the mapping has 4 columns of ifmap in a PE, which has addresses for 3",
                                      "the mapping has 6 columns of weights in a PE, which has addresses for 5"}));
  cost::ArrayTile box;
  box.extents = problem.layer.extents;
  std::vector<std::string> told;
  for (const strategy::Obstacle &obstacle : strategy::obstaclesOf(given.array, box, target.array))
    told.push_back(obstacle.key + ": " + obstacle.message);
  EXPECT_EQ(told, (std::vector<std::string>{"spad: the mapping has 4 columns of ifmap in a PE, which has addresses for 3",
                                            "spad: the mapping has 6 columns of weights in a PE, which has addresses for 5"}));
  cost::Layer wider = problem.layer;
  wider.extents[cost::S] = 4;
  target.array.ifmapSpad.slides = true;
  EXPECT_EQ(mapping::refusal(mapping::Dataflow::Rs, wider, target),
            "a filter row of 4 elements needs as many addresses in a PE, which has 3 of the ifmap and 5 of weights");

  stepper::Instruction stepped;
  stepped.extents = {1, 1, 2, 2, 1, 2, 1, 3};
  stepped.ifmapW = stepped.ifmapColumns = 4, stepped.ifmapRows = 1;
  stepped.ifmap = {1, 0, 0, 0, 0, 0, 0, 0};
  stepped.weight = {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  stepped.start = {0, 0, 0, 0};
  stepper::Mapping steps;
  steps.spad = {{stepper::M, 2}, {stepper::C, 2}, {stepper::Q, 2}, {stepper::S, 3}};
  auto errorOf = [&] {
    try {
      stepper::step(stepped, steps, target);
      return std::string();
    } catch (const Error &error) {
      return std::string(error.what());
    }
  };
  EXPECT_EQ(errorOf(), "a PE has 4 columns of ifmap; its address spad has 3 words");
  target.array.ifmapSpad.address.words = 4;
  EXPECT_EQ(errorOf(), "a PE has 6 columns of weight; its address spad has 5 words");
  target.array.weightSpad.address.words = 6;
  EXPECT_EQ(errorOf(), "");
  EXPECT_EQ(sim::checkMapping(mapping, tile, target), std::vector<std::string>());
  EXPECT_EQ(problem.verify(given), std::vector<std::string>());
}

/// What does not depend on which elements are zero is the same in estimate and simulator; the rest is where all are taken.
TEST(AddressSpad, EstimateAgreesWithTheSimulator) {
  Draw draw(7);
  int several = 0;
  for (int i = 0; i < 400;) {
    Target target = machine();
    target.array.ifmapSpad.slides = draw(0, 1);
    sim::ArrayTile tile = sparse_test::tileOf({draw(1, 2), draw(1, 2), draw(4, 9), draw(4, 9), draw(1, 3), draw(1, 4), draw(1, 3), draw(1, 3)});
    tile.originH = -draw(0, 1), tile.originW = -draw(0, 1);
    sim::Mapping mapping;
    cost::ArrayMapping estimated;
    auto add = [&](std::vector<sim::Factor> &to, cost::Factors &also, int dim, int64_t count) {
      to.push_back({dim, count}), also.push_back({dim, count});
    };
    for (int n = 0; n < 2; ++n) {
      add(mapping.peRows, estimated.peRows, static_cast<int>(draw(0, 7)), draw(1, 2));
      add(mapping.spad, estimated.spad, static_cast<int>(draw(0, 7)), draw(1, 3));
    }
    add(mapping.spad, estimated.spad, sim::M, 4), add(mapping.spad, estimated.spad, sim::C, 4);
    for (int dim = 0; dim < sim::dimCount; ++dim)
      add(mapping.passes, estimated.passes, dim, tile.extents[dim]);
    Data data(draw, tile, 0.3, 0.2);
    sim::SparseTile sparse(data.tile, mapping, tile, target);
    cost::ArrayTile same;
    for (int dim = 0; dim < sim::dimCount; ++dim)
      same.extents[dim] = tile.extents[dim];
    same.origin = {tile.originH, tile.originW}, same.ifmap = {tile.ifmapH, tile.ifmapW};
    same.densities = {0.3, 0.2};
    cost::Sent sent = cost::sentOf(same, estimated, target.array);
    if (!sent.ifmap.compressed || !sent.weight.compressed || !sparse.skipped().ifmap || !sparse.skipped().weight)
      continue;
    ++i;
    sim::ArrayWork work = sparse.walk();
    cost::ArrayEstimate estimate = cost::estimateArray(same, estimated, target);
    ASSERT_EQ(estimate.ifmapAddressWritten, work.ifmapAddressWritten) << i;
    ASSERT_EQ(estimate.ifmapAddressRead, work.ifmapAddressRead) << i;
    ASSERT_EQ(estimate.weightAddressWritten, work.weightAddressWritten) << i;
    ASSERT_GT(estimate.weightAddressRead, 0);
    several += work.activePes > 1 && work.passes > 1;

    // The same without skipping the ifmap's zeros: every element asks for its columns.
    target.array.skipping.ifmap = false;
    sim::SparseTile all(data.tile, mapping, tile, target);
    ASSERT_EQ(cost::estimateArray(same, estimated, target).weightAddressRead, all.walk().weightAddressRead) << i;
  }
  EXPECT_GE(several, 100);
}

} // namespace

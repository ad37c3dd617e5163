// LINK: DnncSimulator
// Programs on a machine that minds zeros: what it checks before it counts them, and where it needs not mind
// them.
#include "runtime/Simulator/Machine.h"
#include "test/unit/SimulatorPrograms.h"

#include <gtest/gtest.h>

using namespace dnnc;
using namespace dnnc::sim;
using namespace dnnc::sim::test;

namespace {

/// A machine that has run the program, with every `each`th byte of its inputs not zero.
struct Ran {
  Ran(const isa::Program &program, const Target &target, size_t each, const Limits &limits = {})
      : machine(program, target, limits) {
    for (size_t i = 0; i < program.tensors.size(); ++i)
      if (program.tensors[i].kind == isa::TensorKind::Input) {
        std::vector<uint8_t> bytes(static_cast<size_t>(program.tensors[i].bytes));
        for (size_t at = 0; at < bytes.size(); at += each)
          bytes[at] = static_cast<uint8_t>(at + 1);
        machine.writeTensor(i, bytes);
      }
    try {
      machine.run();
    } catch (const SimulationError &problem) {
      error = problem.what();
    }
  }
  int64_t cycles() const {
    int64_t sum = 0;
    for (const Job &job : machine.jobs())
      sum += job.cycles;
    return sum;
  }
  std::map<std::string, std::map<std::string, int64_t>> actions(const Target &target) const {
    return machine.countsByNode()[0].byAction(target);
  }
  int64_t skipped() const {
    return machine.countsByNode()[0].skippedMacs[static_cast<size_t>(ElementType::I8)];
  }

  Machine machine;
  std::string error;
};

testing::AssertionResult says(const std::string &error, std::string_view text) {
  if (error.find(text) != std::string::npos)
    return testing::AssertionSuccess();
  return testing::AssertionFailure() << "have: " << error << "\nneed: " << text;
}

TEST(MachineZeros, AMappingIsCheckedBeforeZerosAreCounted) {
  Target target = zerosTarget(NocFormat::Csc, Skipping::Macs::Lockstep);
  isa::Program program = product(target, 0);
  // Weights that are stored by so many would make more of them than can be counted.
  program.mappings[0].macs = {M, 1 << 28};
  std::string error = Ran(program, target, 3).error;
  EXPECT_TRUE(says(error,
                   "array queue, instruction 2 (node 7 'node_a,node_b') at loop indices 0: mapping 0: the "
                   "mapping spreads [M = 268435456] over 268435456 positions of MACs in a PE; the target "
                   "has 2"));
  EXPECT_EQ(error.find("counts"), std::string::npos) << error;
  EXPECT_EQ(error.find("array queue", 1), std::string::npos) << "the place is told twice: " << error;
  program.mappings[0].macs = {};
  program.mappings[0].passes = {};
  EXPECT_TRUE(says(Ran(program, target, 3).error, "mapping 0: the mapping covers 4 of M; the tile has 8"));
  // What the spads have to hold is known once the zeros are.
  target.array.weightSpad.words = 1;
  program.mappings[0].passes = {M, 2};
  EXPECT_TRUE(
      says(Ran(program, target, 3).error, "words of weight spad in a PE; the target has 1 of 8 bits"));
}

/// Room for the weights that are not zero is enough; one more of them is told with place and size.
TEST(MachineZeros, WeightsThatDoNotFitAreRefused) {
  for (NocFormat format : {NocFormat::Csc, NocFormat::Bitmask}) {
    Target target = zerosTarget(format);
    isa::Program program = product(target, 0);
    target.array.weightSpad.bits = 12;
    target.array.weightSpad.words = 2;
    // A PE has four weights, of which every third is not zero.
    EXPECT_EQ(Ran(program, target, 3).error, "");
    target.array.weightSpad.words = 1;
    EXPECT_TRUE(says(Ran(program, target, 3).error,
                     "array queue, instruction 2 (node 7 'node_a,node_b') at loop indices 0: mapping 0: a pass needs "
                     "2 words of weight spad in a PE; the target has 1 of 12 bits"));
    // Dense weights are sent raw, and need room for all.
    target.array.weightSpad.words = 3;
    EXPECT_TRUE(says(Ran(program, target, 1).error, "a pass needs 4 words of weight spad in a PE"));
  }
}

TEST(MachineZeros, PassesAreLimited) {
  for (NocFormat format : {NocFormat::Dense, NocFormat::Csc, NocFormat::Bitmask}) {
    Target target = zerosTarget(format);
    isa::Program program = product(target, 0);
    EXPECT_EQ(Ran(program, target, 3).error, "");
    EXPECT_EQ(Ran(program, target, 3, {.passes = 1, .dataPasses = 2}).error, "");
    EXPECT_TRUE(says(Ran(program, target, 3, {.dataPasses = 1}).error,
                     "mapping 0: the tile needs more than 1 array passes"));
  }
}

TEST(MachineZeros, WhereAllGoesAsItIsTheWalkIsTheDenseOne) {
  Target target = zerosTarget(NocFormat::Csc), dense = target;
  target.array.skipping = {};
  dense.array.skipping = {};
  dense.array.ifmapNoc.format = dense.array.weightNoc.format = NocFormat::Dense;
  isa::Program program = product(target, 0);
  // Without zeros no form is smaller than the elements.
  Ran full(program, target, 1, {.dataPasses = 0}), same(program, dense, 1);
  ASSERT_EQ(full.error, "");
  EXPECT_EQ(full.cycles(), same.cycles());
  EXPECT_EQ(full.skipped(), 0);
  EXPECT_EQ(full.actions(dense), same.actions(dense));
  // It is walked once for all tiles like it, as far as the limit for such walks goes.
  EXPECT_TRUE(says(Ran(program, target, 1, {.passes = 1}).error, "more than 1 different array passes"));
  // With zeros it is another.
  Ran sparse(program, target, 3);
  EXPECT_EQ(sparse.error, "");
  EXPECT_NE(sparse.actions(dense), same.actions(dense));
}

TEST(MachineZeros, ATileInThePaddingRuns) {
  for (NocFormat format : {NocFormat::Dense, NocFormat::Csc, NocFormat::Bitmask}) {
    Target target = zerosTarget(format);
    isa::Program program = product(target, 0);
    auto &conv = std::get<isa::Conv>(program[isa::Queue::Array][2]);
    conv.originH = -5;
    Ran run(program, target, 3);
    EXPECT_EQ(run.error, "");
    const isa::Bytes y = run.machine.readTensor(2);
    for (uint8_t byte : std::span<const uint8_t>(y))
      EXPECT_EQ(byte, 0);
    // Raw the ifmap's zeros are not skipped; as it came they are all that there is.
    EXPECT_EQ(run.skipped() == 64, format == NocFormat::Dense);
    EXPECT_EQ(run.machine.workByNode()[0].density.ifmapElements, 0);
  }
}

/// product() with parameter records of zeros, but for the first bias, whose displacements are used.
isa::Program displacedProduct(const Target &target) {
  isa::Program program = product(target, 0);
  program.header.dramBytes += 128;
  addTensor(program, isa::TensorKind::Input, "records", 104, {128});
  auto &loads = program[isa::Queue::Load];
  loads.insert(loads.begin(), loadBytes(104, 512, 128, {}, {}));
  auto &conv = std::get<isa::Conv>(program[isa::Queue::Array][2]);
  conv.hasParams = conv.hasDisplacements = true;
  conv.param = 512;
  return program;
}

TEST(MachineZeros, displacedResultsNeedATargetThatPlacesThem) {
  Target target = zerosTarget(NocFormat::Dense);
  isa::Program program = displacedProduct(target);
  try {
    Machine machine(program, target);
    FAIL();
  } catch (const Error &error) {
    EXPECT_TRUE(says(error.what(),
                     "array queue, instruction 2 (node 7 'node_a,node_b'): parameter records displace "
                     "results; the target's output path does not (array.skipping.places_filters)"));
  }
  target.array.skipping.placesFilters = true;
  EXPECT_EQ(Ran(program, target, 200).error, "");
}

TEST(MachineZeros, displacedResultsStayOffThePsums) {
  Target target = zerosTarget(NocFormat::Dense);
  target.array.skipping.placesFilters = true;
  isa::Program program = displacedProduct(target);
  auto &conv = std::get<isa::Conv>(program[isa::Queue::Array][2]);
  constexpr std::string_view refusal =
      "results are displaced and lie at 160 among the psums at 160 of the same "
      "instruction; they need a place of their own";
  conv.psum = 160;
  EXPECT_TRUE(says(Ran(program, target, 200).error, refusal));
  // Psums of one tile, which leave their spads for a while.
  conv.bounds[C] = 4;
  conv.offsets[C] = 0;
  EXPECT_EQ(Ran(program, target, 200).error, "");
  program.mappings[0].peColumns = {};
  program.mappings[0].passes = {C, 2, M, 2};
  EXPECT_TRUE(says(Ran(program, target, 200).error, refusal));
  conv.hasDisplacements = false;
  EXPECT_EQ(Ran(program, target, 200).error, "");
}

} // namespace

// LINK: DnncSimulator
// Tensors that stand as segments in DRAM: from the host's values through a program and back.
#include "runtime/Isa/Segment.h"
#include "runtime/Simulator/Machine.h"
#include "runtime/Simulator/Statistics.h"
#include "test/unit/SimulatorPrograms.h"

#include <gtest/gtest.h>

#include <bit>
#include <cstring>
#include <random>

using namespace dnnc;
using namespace dnnc::sim;
using namespace dnnc::sim::test;

namespace {

constexpr int64_t images = 3, rows = 4, columns = 40;
const std::vector<int64_t> shape = {images, rows, columns};
constexpr int64_t slotBytes = 128; // 40 elements at the worst: 8 bytes and themselves

isa::SegmentFormat rlc(int64_t zero) { return {isa::Codec::Rlc, 2, uint16_t(zero)}; }

/// Copies x to y image by image; x stands in segments of a row, y of two rows and 16 columns.
isa::Program copies(const Target &target, int64_t zero) {
  isa::SegmentGrid x(shape, {1, 1, columns}, slotBytes), y(shape, {1, 2, 16}, slotBytes);
  isa::Program program = emptyProgram(target, x.bytes + y.bytes);
  addTensor(program, isa::TensorKind::Input, "x", 0, shape, ElementType::I16);
  addTensor(program, isa::TensorKind::Output, "y", x.bytes, shape, ElementType::I16);
  for (auto [tensor, grid] : {std::pair(0, &x), std::pair(1, &y)}) {
    isa::TensorRow &row = program.tensors[size_t(tensor)];
    row.codec = isa::Codec::Rlc;
    row.segment = grid->segment;
    row.slotBytes = slotBytes;
    row.zeroValue = uint16_t(zero);
    row.bytes = grid->bytes;
    row.scales = {0x3F800000};
    row.zeroPoints = {zero};
  }
  int64_t full = addToken(program, "full", 0, 1), free = addToken(program, "free", 1, 1);
  isa::Load load;
  load.elementBytes = 2, load.codec = isa::Codec::Rlc, load.zeroValue = uint16_t(zero);
  load.extents = {1, rows, columns}, load.bounds = shape;
  load.offsets = {isa::Affine(0, {{1, 0}}), 0, 0};
  load.bufferStrides = {2 * rows * columns, 2 * columns, 2};
  load.segment = x.segment, load.slotBytes = slotBytes, load.dramStrides = x.strides;
  isa::Store store;
  store.elementBytes = 2, store.codec = isa::Codec::Rlc, store.zeroValue = uint16_t(zero);
  store.extents = load.extents, store.bounds = shape, store.offsets = load.offsets;
  store.bufferStrides = load.bufferStrides;
  store.dram = x.bytes, store.segment = y.segment, store.slotBytes = slotBytes, store.dramStrides = y.strides;
  load.wait = {free}, load.signal = {full}, store.wait = {full}, store.signal = {free};
  program[isa::Queue::Load] = {loopOf(images), load, isa::EndLoop()};
  program[isa::Queue::Store] = {loopOf(images), store, isa::EndLoop()};
  return program;
}

Target encodingTarget() {
  Target target = smallTarget();
  target.dram.codecs.rlc = true;
  return target;
}

std::vector<uint8_t> values(int64_t zero, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<int16_t> elements(images * rows * columns);
  for (int16_t &element : elements)
    element = int16_t(random() % 10 < 7 ? zero : int64_t(random()));
  std::vector<uint8_t> bytes(2 * elements.size());
  std::memcpy(bytes.data(), elements.data(), bytes.size());
  return bytes;
}

std::string errorOf(Machine &machine) {
  try {
    machine.run();
  } catch (const Error &error) {
    return error.what();
  }
  return "no error";
}

/// Encoded bytes of each segment of a row or of 2 × 16 elements, in whole bursts.
int64_t bursts(const std::vector<uint8_t> &tensor, int64_t zero, int64_t segmentRows, int64_t segmentColumns,
               int64_t burst) {
  int64_t sum = 0;
  for (int64_t n = 0; n < images; ++n)
    for (int64_t r = 0; r < rows; r += segmentRows)
      for (int64_t c = 0; c < columns; c += segmentColumns) {
        std::array<int64_t, 2> extents = {segmentRows, std::min(segmentColumns, columns - c)};
        std::array<int64_t, 2> strides = {2 * columns, 2};
        int64_t bytes = isa::encodedBytes(rlc(zero), tensor.data() + 2 * ((n * rows + r) * columns + c), extents, strides);
        sum += (bytes + burst - 1) / burst * burst;
      }
  return sum;
}

TEST(MachineSegments, hostAndProgramSeeTheSameValues) {
  for (int64_t zero : {int64_t(0), int64_t(-300)}) {
    Target target = encodingTarget();
    target.dram.burstBytes = 32;
    isa::Program program = copies(target, zero);
    ASSERT_TRUE(isa::verify(program).empty()) << isa::verify(program)[0].text();
    Machine machine(program, target);
    std::vector<uint8_t> x = values(zero, 1);
    machine.writeTensor(0, x);
    machine.run();
    isa::Bytes y = machine.readTensor(1);
    EXPECT_TRUE(std::equal(x.begin(), x.end(), y.data(), y.data() + y.size()));
    const Counts &counts = machine.countsByNode()[0];
    EXPECT_EQ(counts.dramRead, bursts(x, zero, 1, columns, 32));
    EXPECT_EQ(counts.dramWritten, bursts(x, zero, 2, 16, 32));
    EXPECT_EQ(counts.decoded, bursts(x, zero, 1, columns, 8)); // words
    EXPECT_EQ(counts.encoded, bursts(x, zero, 2, 16, 8));
    EXPECT_EQ(machine.readTensor(0).size(), x.size());
  }
}

TEST(MachineSegments, zerosOfAWhatIfAreThoseThatMove) {
  Target target = encodingTarget();
  isa::Program program = copies(target, 0);
  auto density = [&](isa::Drawn of, int64_t seed, float share) {
    isa::DensityRow row;
    row.of = of, row.type = ElementType::I16, row.axis = -1, row.seed = seed, row.otherValue = 1;
    row.shares = {std::bit_cast<uint32_t>(share)};
    return row;
  };
  program.densities = {density(isa::Drawn::Input, 3, 0.5f), density(isa::Drawn::Result, 4, 0.25f)};
  ASSERT_TRUE(isa::verify(program).empty()) << isa::verify(program)[0].text();
  Machine machine(program, target);
  std::vector<uint8_t> given(2 * images * rows * columns, 1); // no zero
  machine.writeTensor(0, given);
  machine.run();
  isa::Bytes x = machine.readTensor(0), y = machine.readTensor(1);
  auto share = [](const isa::Bytes &tensor) {
    int64_t present = 0;
    for (size_t i = 0; i < tensor.size(); i += 2)
      present += tensor.data()[i] != 0;
    return static_cast<double>(present) / static_cast<double>(tensor.size() / 2);
  };
  EXPECT_NEAR(share(x), 0.5, 0.1);
  EXPECT_NEAR(share(y), 0.25, 0.08);
  std::vector<uint8_t> read(x.data(), x.data() + x.size()), written(y.data(), y.data() + y.size());
  EXPECT_EQ(machine.countsByNode()[0].dramRead, bursts(read, 0, 1, columns, target.dram.burstBytes));
  EXPECT_EQ(machine.countsByNode()[0].dramWritten, bursts(written, 0, 2, 16, target.dram.burstBytes));
}

TEST(MachineSegments, aDensityOfAnotherTensorEndsTheRun) {
  const Target target = encodingTarget();
  isa::Program program = copies(target, 0);
  isa::DensityRow row;
  row.of = isa::Drawn::Result, row.type = ElementType::I8, row.axis = -1, row.otherValue = 1, row.shares = {0};
  program.densities = {row};
  Machine machine(program, target);
  machine.writeTensor(0, values(0, 1));
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "elements have 2 bytes; their density is of int8", errorOf(machine));
}

TEST(MachineSegments, theFileAndTheTextKeepThem) {
  isa::Program program = copies(encodingTarget(), -3);
  isa::Program again = isa::Program::parse(isa::Bytes(program.serialize()));
  EXPECT_EQ(again.tensors, program.tensors);
  EXPECT_EQ(again.queues, program.queues);
  isa::Program text = isa::Program::fromText(program.print(), "test");
  EXPECT_EQ(text.tensors, program.tensors);
  EXPECT_EQ(text.queues, program.queues);
}

TEST(MachineSegments, slotsAreWatchedForHazards) {
  Target target = encodingTarget();
  // Never written: nobody gave x.
  isa::Program program = copies(target, 0);
  Machine unwritten(program, target);
  EXPECT_NE(errorOf(unwritten).find("of DRAM, which was never written"), std::string::npos);
  // Never written: an image is left out.
  program[isa::Queue::Store][0] = program[isa::Queue::Load][0] = loopOf(images - 1);
  Machine incomplete(program, target);
  incomplete.writeTensor(0, values(0, 2));
  EXPECT_NE(errorOf(incomplete).find("output 'y' is not complete"), std::string::npos);
  // No order between a store to a slot and a load of it.
  program = copies(target, 0);
  auto &store = std::get<isa::Store>(program[isa::Queue::Store][1]);
  store.dram = 0, store.dramStrides = {4 * 128, 128, 128}, store.segment = {1, 1, columns};
  isa::Load reread = std::get<isa::Load>(program[isa::Queue::Load][1]);
  reread.wait = reread.signal = {};
  program[isa::Queue::Load] = {
      loopOf(images), program[isa::Queue::Load][1], isa::EndLoop(), loopOf(images), reread, isa::EndLoop()};
  program.tensors[1].kind = isa::TensorKind::Intermediate;
  Machine unordered(program, target);
  unordered.writeTensor(0, values(0, 3));
  EXPECT_NE(errorOf(unordered).find("hazard: "), std::string::npos);
}

TEST(MachineSegments, targetsWithoutTheCodecRefuse) {
  Target target = smallTarget();
  isa::Program program = copies(target, 0);
  try {
    Machine machine(program, target);
    FAIL();
  } catch (const Error &error) {
    std::string text = error.what();
    for (const char *queue : {"load", "store"})
      EXPECT_NE(text.find(std::string(queue) +
                          " queue, instruction 1 (node 7 'node_a,node_b'): moves elements in rlc; "
                          "the target's DRAM has no such codec (dram.codecs.rlc)"),
                std::string::npos)
          << text;
  }
}

TEST(MachineSegments, cutSegmentsAndDamagedWordsAreErrors) {
  Target target = encodingTarget();
  isa::Program program = copies(target, 0);
  auto &load = std::get<isa::Load>(program[isa::Queue::Load][1]);
  load.extents[2] = 39;
  Machine cut(program, target);
  cut.writeTensor(0, values(0, 4));
  EXPECT_NE(errorOf(cut).find("the tile has elements [0, 39) of dimension 2, which cuts a segment of 40"),
            std::string::npos);
  // Encoded for another zero point it is another tensor; encoded for other segments it is damaged.
  program = copies(target, 0);
  program.tensors[0].segment = {1, 2, columns};
  program.tensors[0].slotBytes = 256;
  program.tensors[0].bytes = isa::SegmentGrid(shape, {1, 2, columns}, 256).bytes;
  program.header.dramBytes += program.tensors[0].bytes;
  Machine damaged(program, target);
  damaged.writeTensor(0, values(0, 4));
  EXPECT_NE(errorOf(damaged).find("the rlc segment at DRAM 0: "), std::string::npos);
  // The host reads what is damaged as an error, too.
  isa::Program read = copies(target, 0);
  std::swap(read.tensors[0], read.tensors[1]);
  read.tensors[0].address = 0;
  Machine host(read, target);
  EXPECT_THROW(host.readTensor(0), Error);
  try {
    host.writeTensor(0, std::vector<uint8_t>(10));
    FAIL();
  } catch (const Error &error) {
    EXPECT_STREQ(error.what(), "tensor 'y' has 960 bytes; 10 were given");
  }
}

} // namespace

// LINK: DnncStepper DnncSimulator
// The machine that steps every PE against what the simulator counts by walking over passes and computes with
// its fast kernels.
#include "runtime/Simulator/kernels/ConvTile.h"
#include "runtime/Simulator/kernels/ZeroMacs.h"
#include "runtime/Stepper/Stepper.h"
#include "test/unit/StepperCases.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>

using namespace dnnc;
using namespace dnnc::stepper_test;

namespace {

std::string text(const std::vector<Factor> &factors) {
  std::vector<std::string> parts;
  for (const Factor &factor : factors)
    parts.push_back(fmt::format("{}{}", sim::dimNames[static_cast<size_t>(factor.dim)], factor.count));
  return fmt::format("[{}]", fmt::join(parts, " "));
}

std::string text(const Mapping &mapping) {
  return fmt::format("passes {} clusters {} x {} PEs {} x {} macs {} spad {}", text(mapping.passes),
                     text(mapping.clusterRows), text(mapping.clusterColumns), text(mapping.peRows),
                     text(mapping.peColumns), text(mapping.macs), text(mapping.spad));
}

stepper::Mapping copyOf(const Mapping &mapping) {
  auto factors = [](const std::vector<Factor> &list) {
    std::vector<stepper::Factor> copy;
    for (const Factor &factor : list)
      copy.push_back({factor.dim, factor.count});
    return copy;
  };
  return {.passes = factors(mapping.passes),
          .clusterRows = factors(mapping.clusterRows),
          .clusterColumns = factors(mapping.clusterColumns),
          .peRows = factors(mapping.peRows),
          .peColumns = factors(mapping.peColumns),
          .macs = factors(mapping.macs),
          .spad = factors(mapping.spad)};
}

/// A tile with data for both models. Values are small integers, so that sums of floats are exact in any
/// order.
struct Data {
  stepper::Instruction instruction;
  std::vector<uint8_t> ifmap, weight, params, psums; // as the kernel takes them
  sim::ConvTile kernel;

  Data(Draw &draw, const ArrayTile &tile) {
    const Extents &e = tile.extents;
    instruction.extents = e;
    instruction.strideH = tile.strideH, instruction.strideW = tile.strideW;
    instruction.dilationH = tile.dilationH, instruction.dilationW = tile.dilationW;
    instruction.originH = tile.originH, instruction.originW = tile.originW;
    instruction.ifmapH = tile.ifmapH, instruction.ifmapW = tile.ifmapW;
    instruction.first = tile.first, instruction.last = tile.last;
    instruction.hasParams = tile.hasParams, instruction.hasTable = tile.hasTable;
    instruction.ifmapType = tile.ifmapType, instruction.weightType = tile.weightType;
    instruction.outputType = tile.outputType;
    instruction.ifmapMemory = tile.ifmapMemory, instruction.weightMemory = tile.weightMemory;
    instruction.paramMemory = tile.paramMemory, instruction.tableMemory = tile.tableMemory;
    instruction.psumMemory = tile.psumMemory, instruction.outputMemory = tile.outputMemory;
    instruction.ifmapRows = tile.ifmapH, instruction.ifmapColumns = tile.ifmapW;

    bool isFloat = tile.ifmapType == ElementType::F32;
    bool isUnsigned = tile.ifmapType == ElementType::U8;
    int64_t limit = tile.ifmapType == ElementType::I16 ? 30000 : isFloat ? 8 : 100;
    int64_t zeroPoint = isFloat ? 0 : draw.between(isUnsigned ? 100 : -20, isUnsigned ? 140 : 20);
    int64_t bytes = bytesOf(tile.ifmapType);
    auto store = [&](std::vector<uint8_t> &to, int64_t value, int64_t size, bool asFloat) {
      float number = static_cast<float>(value);
      size_t end = to.size();
      to.resize(end + static_cast<size_t>(size));
      std::memcpy(to.data() + end, asFloat ? static_cast<const void *>(&number) : &value,
                  static_cast<size_t>(size));
    };
    auto valueOf = [&](int64_t value) {
      return isFloat ? std::bit_cast<stepper::Value>(static_cast<double>(value)) : value;
    };
    int64_t zerosIn = draw.between(2, 6);
    for (int64_t i = e[N] * e[G] * e[C] * tile.ifmapH * tile.ifmapW; i > 0; --i) {
      int64_t value = draw.oneIn(zerosIn) ? 0 : draw.between(-limit, limit);
      store(ifmap, value + zeroPoint, bytes, isFloat);
      instruction.ifmap.push_back(valueOf(value));
    }
    for (int64_t i = e[G] * e[M] * e[C] * e[R] * e[S]; i > 0; --i) {
      int64_t value = draw.between(isUnsigned ? 0 : -limit, limit);
      store(weight, value, bytes, isFloat);
      instruction.weight.push_back(valueOf(value));
    }
    std::vector<int64_t> biases;
    for (int64_t i = e[G] * e[M]; i > 0; --i) {
      biases.push_back(draw.between(-1000, 1000));
      store(params, biases.back(), 4, isFloat);
      store(params, 0, 12, false);
    }
    cellBytes = tile.ifmapType == ElementType::I16 ? 8 : 4;
    int64_t inChannel = e[P] * e[Q];
    for (int64_t i = 0; i < e[N] * e[G] * e[M] * inChannel; ++i) {
      int64_t value = tile.first ? biases[static_cast<size_t>(i / inChannel % (e[G] * e[M]))]
                                 : draw.between(-100000, 100000);
      store(psums, value, cellBytes, isFloat);
      instruction.start.push_back(valueOf(value));
    }

    kernel.ifmapType = tile.ifmapType, kernel.weightType = tile.weightType;
    kernel.n = e[N], kernel.g = e[G], kernel.m = e[M], kernel.c = e[C];
    kernel.p = e[P], kernel.q = e[Q], kernel.r = e[R], kernel.s = e[S];
    kernel.strideH = tile.strideH, kernel.strideW = tile.strideW;
    kernel.dilationH = tile.dilationH, kernel.dilationW = tile.dilationW;
    kernel.originH = tile.originH, kernel.originW = tile.originW;
    kernel.ifmapH = tile.ifmapH, kernel.ifmapW = tile.ifmapW;
    kernel.ifmapZeroPoint = static_cast<int32_t>(zeroPoint);
    kernel.ifmapStrides = dense({e[N], e[G], e[C], tile.ifmapH, tile.ifmapW}, bytes);
    kernel.weightStrides = dense({e[G], e[M], e[C], e[R], e[S]}, bytes);
    kernel.paramStrideG = e[M] * 16;
    kernel.psumStrides = dense({e[N], e[G], e[M], e[P], e[Q]}, cellBytes);
    kernel.psumCellBytes = cellBytes;
    kernel.ifmap = ifmap.data(), kernel.weight = weight.data(), kernel.params = params.data();
    if (!tile.first)
      kernel.psumIn = psums.data();
    kernel.psumOut = psums.data();
  }

  static std::array<int64_t, 5> dense(std::array<int64_t, 5> extents, int64_t bytes) {
    std::array<int64_t, 5> strides{};
    for (size_t d = 5; d-- > 0; bytes *= extents[d])
      strides[d] = bytes;
    return strides;
  }

  /// What the fast kernel computes.
  std::vector<stepper::Value> computed() {
    sim::convolve(kernel);
    std::vector<stepper::Value> values;
    for (size_t at = 0; at < psums.size(); at += static_cast<size_t>(cellBytes)) {
      int64_t wide = 0;
      int32_t narrow = 0;
      float real = 0;
      if (kernel.isWide())
        std::memcpy(&wide, psums.data() + at, 8);
      else
        std::memcpy(kernel.isFloat() ? static_cast<void *>(&real) : &narrow, psums.data() + at, 4);
      values.push_back(kernel.isWide()    ? wide
                       : kernel.isFloat() ? std::bit_cast<stepper::Value>(static_cast<double>(real))
                                          : narrow);
    }
    return values;
  }

  int64_t cellBytes = 4;
};

/// Steps and walks a tile; the cycles of both.
std::pair<int64_t, int64_t> compare(const ArrayTile &tile, const Mapping &mapping, const Target &target,
                                    Draw &draw) {
  Data data(draw, tile);
  stepper::Result stepped = stepper::step(data.instruction, copyOf(mapping), target);
  sim::ArrayWork walked = sim::walkArray(mapping, tile, target);
  const stepper::Work &work = stepped.work;
  EXPECT_EQ(work.passes, walked.passes);
  EXPECT_EQ(work.activePes, walked.activePes);
  EXPECT_EQ(work.macs, walked.macs);
  EXPECT_EQ(work.ifmapRead, walked.ifmapRead);
  EXPECT_EQ(work.weightRead, walked.weightRead);
  EXPECT_EQ(work.paramRead, walked.paramRead);
  EXPECT_EQ(work.tableRead, walked.tableRead);
  EXPECT_EQ(work.psumRead, walked.psumRead);
  EXPECT_EQ(work.psumWritten, walked.psumWritten);
  EXPECT_EQ(work.outputWritten, walked.outputWritten);
  EXPECT_EQ(work.ifmapSpadRead, walked.ifmapSpadRead);
  EXPECT_EQ(work.ifmapSpadWritten, walked.ifmapSpadWritten);
  EXPECT_EQ(work.weightSpadWritten, walked.weightSpadWritten);
  EXPECT_EQ(work.ifmapHops, walked.ifmapHops);
  EXPECT_EQ(work.weightHops, walked.weightHops);
  EXPECT_EQ(work.psumHops, walked.psumHops);
  EXPECT_EQ(work.ifmapFetched, walked.ifmapFetched);
  EXPECT_EQ(work.ifmapDifferent, walked.ifmapDifferent);
  EXPECT_EQ(work.weightFetched, walked.weightFetched);
  EXPECT_EQ(work.weightDifferent, walked.weightDifferent);
  // The walk knows no data: what gating saves of its counts follows from the number of zeros.
  int64_t zeros = sim::countZeroMacs(data.kernel);
  EXPECT_EQ(work.zeroMacs, zeros);
  const ZeroGating &gating = target.array.zeroGating;
  int64_t weightWords = sim::wordsOf(tile.weightType, target.array.weightSpad);
  EXPECT_EQ(work.weightSpadRead, walked.weightSpadRead - gating.weightSpad * zeros * weightWords);
  EXPECT_EQ(work.psumSpadRead, walked.psumSpadRead - gating.psumSpad * zeros);
  EXPECT_EQ(work.psumSpadWritten, walked.psumSpadWritten - gating.psumSpad * zeros);
  EXPECT_EQ(stepped.psums, data.computed());
  return {work.cycles, walked.cycles};
}

/// Steps random tiles under mappings of every dataflow in turn.
void agree(const Target &target, uint32_t seed, int cases, int64_t macs) {
  Draw draw(seed);
  for (int i = 0; i < cases;) {
    ArrayTile tile = drawTile(draw, target, macs);
    auto dataflow = static_cast<Dataflow>(i % dataflowNames.size());
    if (dataflow == Dataflow::RowStationary && !target.array.ifmapSpad.slides)
      dataflow = Dataflow::Any;
    Mapping mapping = MappingDraw(draw, tile, target).any(dataflow);
    if (!sim::checkMapping(mapping, tile, target).empty())
      continue;
    ++i;
    SCOPED_TRACE(
        fmt::format("{}, {}, case {}: {} of {}, strides {} {}, dilations {} {}, origin {} {}, ifmap {} x {}, "
                    "first {}, last {}, params {}, table {}; {}",
                    target.name, dataflowNames[static_cast<size_t>(dataflow)], i,
                    fmt::join(tile.extents, " "), name(tile.ifmapType), tile.strideH, tile.strideW,
                    tile.dilationH, tile.dilationW, tile.originH, tile.originW, tile.ifmapH, tile.ifmapW,
                    tile.first, tile.last, tile.hasParams, tile.hasTable, text(mapping)));
    auto [stepped, walked] = compare(tile, mapping, target, draw);
    // Four cycles are the rounding where passes meet, which is more than 2% of the shortest tiles.
    int64_t allowed = std::max<int64_t>(walked / 50, 4);
    EXPECT_LE(std::abs(stepped - walked), allowed) << stepped << " against " << walked;
    if (testing::Test::HasFailure())
      break;
  }
}

Target load(const std::string &name) { return Target::load(DNNC_SOURCE_DIR "/" + name); }

TEST(StepperAgreement, Tiny) { agree(load("test/targets/tiny.yaml"), 1, 60, 6000); }
TEST(StepperAgreement, Clusters) { agree(load("test/targets/clusters.yaml"), 2, 120, 20000); }
TEST(StepperAgreement, Edge) { agree(load("targets/edge.yaml"), 3, 120, 40000); }
TEST(StepperAgreement, EyerissV1) { agree(load("targets/eyeriss-v1.yaml"), 4, 120, 40000); }
TEST(StepperAgreement, EyerissNormalized) { agree(load("targets/eyeriss-normalized.yaml"), 5, 120, 40000); }

/// One of the machines with everything changed that a target may say of an array.
Target changed(Draw &draw, bool streaming) {
  std::vector<std::string> names = {"test/targets/clusters.yaml", "targets/edge.yaml",
                                    "targets/eyeriss-v1.yaml"};
  Target target = load(draw.of(names));
  target.name += ", changed";
  Array &array = target.array;
  for (Spad *spad : {&array.ifmapSpad, &array.weightSpad, &array.psumSpad}) {
    spad->doubleBuffered = draw.oneIn(3);
    spad->streams = streaming && draw.oneIn(2);
    spad->words = draw.between(spad->words / 2, 2 * spad->words);
  }
  array.ifmapSpad.slides = !draw.oneIn(3);
  array.psumSpad.bits = draw.between(16, 32);
  for (NocPort *port : {&array.ifmapNoc, &array.weightNoc, &array.psumNoc}) {
    port->bytesPerCycle = draw.between(1, 32);
    port->multicast = !draw.oneIn(3);
  }
  for (Memory &memory : target.memories) {
    // In which order several streams pass one narrow port the walk does not know; so here it is wide enough.
    memory.readBytesPerCycle = streaming ? 1024 : draw.between(2, 40);
    memory.writeBytesPerCycle = draw.between(2, 40);
  }
  array.fillsInTurn = draw.oneIn(2);
  array.psumsStartInMemory = draw.oneIn(2);
  array.pipelineDepth = draw.between(1, 8);
  array.zeroGating = {draw.oneIn(2), draw.oneIn(2), draw.oneIn(2), 0};
  array.macRate = {{ElementType::I8, 2}, {ElementType::I16, 0.5}, {ElementType::F32, 0.3}};
  return target;
}

TEST(StepperAgreement, ChangedMachines) {
  Draw draw(6);
  for (uint32_t round = 0; round < 50 && !HasFailure(); ++round)
    agree(changed(draw, false), round, 6, 15000);
}

TEST(StepperAgreement, StreamingMachines) {
  Draw draw(7);
  for (uint32_t round = 0; round < 50 && !HasFailure(); ++round)
    agree(changed(draw, true), round, 6, 15000);
}

} // namespace

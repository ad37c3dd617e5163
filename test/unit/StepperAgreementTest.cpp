// LINK: DnncStepper DnncSimulator
// The machine that steps every PE against what the simulator counts by walking over passes and computes with
// its fast kernels.
#include "test/unit/StepperAgreement.h"

using namespace dnnc;
using namespace dnnc::stepper_test;

namespace {

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
    SCOPED_TRACE(fmt::format("{}, {}, case {}: {}; {}", target.name,
                             dataflowNames[static_cast<size_t>(dataflow)], i, text(tile), text(mapping)));
    Data data(draw, tile);
    auto [stepped, walked] = compare(tile, mapping, target, data);
    EXPECT_LE(std::abs(stepped - walked), allowedDifference(walked)) << stepped << " against " << walked;
    if (testing::Test::HasFailure())
      break;
  }
}

/// edge without what profits from zeros: StepperZerosTest.cpp has that.
Target denseEdge() { return load("targets/edge.yaml").dense(); }

TEST(StepperAgreement, Tiny) { agree(load("test/targets/tiny.yaml"), 1, 60, 6000); }
TEST(StepperAgreement, Clusters) { agree(load("test/targets/clusters.yaml"), 2, 120, 20000); }
TEST(StepperAgreement, Edge) { agree(denseEdge(), 3, 120, 40000); }
TEST(StepperAgreement, EyerissV1) { agree(load("targets/eyeriss-v1.yaml"), 4, 120, 40000); }
TEST(StepperAgreement, EyerissNormalized) { agree(load("targets/eyeriss-normalized.yaml"), 5, 120, 40000); }

/// One of the machines with everything changed that a target may say of an array.
Target changed(Draw &draw, bool streaming) {
  std::vector<Target> targets = {load("test/targets/clusters.yaml"), denseEdge(),
                                 load("targets/eyeriss-v1.yaml")};
  Target target = draw.of(targets);
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

// LINK: DnncStepper DnncSimulator
// The machine that steps every PE against the walk that minds zeros: skipping, gating and compressed
// networks, on random masks.
#include "test/unit/StepperAgreement.h"

#include <map>

using namespace dnnc;
using namespace dnnc::stepper_test;

namespace {

/// What the cases of a test had.
struct Seen {
  int cases = 0, compressedIfmaps = 0, compressedWeights = 0, skipping = 0, depthwise = 0;
  int severalPes = 0, severalMultipliers = 0;
  std::map<std::pair<int64_t, int64_t>, int> shapes; // by filter row and stride
  double largest = 0;                                // difference in cycles, of those beyond the rounding
};

/// A 1 × 1 or 3 × 3 convolution of stride 1 or 2, padded or not; or one of any other shape.
ArrayTile drawLayer(Draw &draw, const Target &target, int64_t macs) {
  ArrayTile tile = drawTile(draw, target, macs);
  Extents &e = tile.extents;
  if (draw.oneIn(4))
    return tile;
  bool pointwise = draw.oneIn(2);
  e[R] = e[S] = pointwise ? 1 : 3;
  e[P] = draw.between(2, 10), e[Q] = draw.between(2, 10);
  tile.strideH = tile.strideW = draw.between(1, 2);
  tile.dilationH = tile.dilationW = 1;
  if (e[G] > 1 && draw.oneIn(3)) { // depthwise
    e[M] = e[C] = 1;
  } else {
    e[G] = 1;
    e[M] = draw.between(2, 32), e[C] = draw.between(2, 32);
  }
  auto product = [&] {
    int64_t all = 1;
    for (int64_t extent : e)
      all *= extent;
    return all;
  };
  while (product() > macs) {
    std::vector<sim::Dim> dims = {N, G, M, C, P, Q};
    int64_t &extent = e[static_cast<size_t>(draw.of(dims))];
    extent = (extent + 1) / 2;
  }
  int64_t padding = pointwise ? 0 : draw.between(0, 1);
  auto axis = [&](int64_t &origin, int64_t &size, int64_t count) {
    origin = -padding;
    size = std::max<int64_t>(1, (count - 1) * tile.strideH + e[R] - 2 * padding);
  };
  axis(tile.originH, tile.ifmapH, e[P]);
  axis(tile.originW, tile.ifmapW, e[Q]);
  return tile;
}

Densities drawDensities(Draw &draw) {
  std::vector<double> common = {0.05, 0.2, 0.35, 0.5, 0.65, 0.8}, rare = {0, 1};
  auto one = [&] { return draw.oneIn(10) ? draw.of(rare) : draw.of(common); };
  Densities densities;
  densities.ifmap = one();
  densities.weight = one();
  return densities;
}

/// Lets the multipliers of a PE share its output channels, as they do in lockstep.
void spreadChannels(Mapping &mapping) {
  for (Factor &factor : mapping.spad)
    if (factor.dim == M && factor.count > 1 && mapping.macs.empty()) {
      mapping.macs = {{M, 2}};
      factor.count = (factor.count + 1) / 2;
    }
}

void agree(const Target &target, uint32_t seed, int cases, int64_t macs, Seen &seen) {
  Draw draw(seed);
  // Compressed weights need less room than the mapping's shares have elements.
  Target roomy = target;
  roomy.array.weightSpad.words *= 2;
  for (int i = 0; i < cases;) {
    ArrayTile tile = drawLayer(draw, target, macs);
    tile.depthwise = tile.extents[G] > 1 && tile.extents[M] == 1 && tile.extents[C] == 1;
    auto dataflow = static_cast<Dataflow>(i % dataflowNames.size());
    if (dataflow == Dataflow::RowStationary && !target.array.ifmapSpad.slides)
      dataflow = Dataflow::Any;
    Mapping mapping = MappingDraw(draw, tile, draw.oneIn(2) ? roomy : target).any(dataflow);
    if (target.array.macsPerPe > 1 && !draw.oneIn(3))
      spreadChannels(mapping);
    Data data(draw, tile, drawDensities(draw));
    if (!sim::checkMapping(mapping, tile, roomy).empty())
      continue;
    sim::SparseTile sparse(data.kernel, mapping, tile, target);
    tile.fullestWeights = sparse.fullestWeights();
    if (!sim::checkMapping(mapping, tile, target).empty())
      continue;
    ++i;
    SCOPED_TRACE(fmt::format("{}, {}, case {}: {}; {}", target.name,
                             dataflowNames[static_cast<size_t>(dataflow)], i, text(tile), text(mapping)));
    auto [stepped, walked] = compare(tile, mapping, target, data);
    int64_t difference = std::abs(stepped - walked);
    EXPECT_LE(difference, allowedDifference(walked)) << stepped << " against " << walked;
    if (testing::Test::HasFailure())
      break;
    ++seen.cases;
    ++seen.shapes[{tile.extents[R], tile.strideH}];
    seen.severalPes += sim::walkArray(mapping, tile, target).activePes > 1;
    seen.severalMultipliers += !mapping.macs.empty();
    seen.compressedIfmaps += target.array.ifmapNoc.format != NocFormat::Dense && sparse.skipped().ifmap;
    seen.compressedWeights += tile.fullestWeights > 0;
    seen.skipping += sparse.skippedMacs() > 0;
    seen.depthwise += tile.depthwise;
    if (difference > 4)
      seen.largest = std::max(seen.largest, static_cast<double>(difference) / static_cast<double>(walked));
  }
}

/// That the cases are what they are for, and how near the cycles were.
void report(const Seen &seen) {
  for (int64_t taps : {1, 3})
    for (int64_t stride : {1, 2})
      EXPECT_GE(seen.shapes.at({taps, stride}), seen.cases / 12) << taps << " taps, stride " << stride;
  EXPECT_GE(seen.severalPes, seen.cases / 2);
  EXPECT_GE(seen.skipping, seen.cases / 3);
  EXPECT_GE(seen.compressedIfmaps, seen.cases / 5);
  EXPECT_GE(seen.compressedWeights, seen.cases / 5);
  EXPECT_GE(seen.severalMultipliers, seen.cases / 5);
  EXPECT_GE(seen.depthwise, seen.cases / 20);
  fmt::print("{} cases: {} on several PEs, {} on several multipliers, {} with compressed ifmaps and {} with "
             "compressed weights, {} that skip, {} depthwise; cycles differ by up to {:.2f}%\n",
             seen.cases, seen.severalPes, seen.severalMultipliers, seen.compressedIfmaps,
             seen.compressedWeights, seen.skipping, seen.depthwise, 100 * seen.largest);
}

TEST(StepperZeros, Edge) {
  Seen seen;
  agree(load("targets/edge.yaml"), 1, 120, 20000, seen);
  report(seen);
}

TEST(StepperZeros, EyerissV2) {
  Seen seen;
  agree(load("targets/eyeriss-v2.yaml"), 2, 120, 20000, seen);
  report(seen);
}

/// As many PEs as small layers fill, with networks in proportion.
Target miniature(const std::string &name) {
  Target target = load(name);
  target.name += " in miniature";
  Array &array = target.array;
  int64_t before = array.pes();
  array.clusterRows = 2, array.clusterColumns = 1;
  array.peColumns = 2;
  int64_t part = before / array.pes();
  for (NocPort *port : {&array.ifmapNoc, &array.weightNoc, &array.psumNoc})
    port->bytesPerCycle = std::max<int64_t>(port->bytesPerCycle / part, 1);
  for (Memory &memory : target.memories) {
    memory.readBytesPerCycle = std::max<int64_t>(memory.readBytesPerCycle / part, 1);
    memory.writeBytesPerCycle = std::max<int64_t>(memory.writeBytesPerCycle / part, 1);
  }
  return target;
}

TEST(StepperZeros, EdgeInMiniature) {
  Seen seen;
  agree(miniature("targets/edge.yaml"), 3, 150, 12000, seen);
  report(seen);
}

TEST(StepperZeros, EyerissV2InMiniature) {
  Seen seen;
  agree(miniature("targets/eyeriss-v2.yaml"), 4, 150, 12000, seen);
  report(seen);
}

/// One of these with everything changed that a target may say of zeros, and much else.
Target changed(Draw &draw, bool streaming) {
  Target target = miniature(draw.oneIn(2) ? "targets/edge.yaml" : "targets/eyeriss-v2.yaml");
  target.name += ", changed";
  Array &array = target.array;
  if (draw.oneIn(3))
    array.clusterRows = 1, array.peRows = 4, array.peColumns = 3;
  array.macsPerPe = draw.between(1, 3);
  std::vector<int64_t> wordBits = {8, 12, 24};
  for (Spad *spad : {&array.ifmapSpad, &array.weightSpad, &array.psumSpad}) {
    spad->doubleBuffered = draw.oneIn(3);
    spad->streams = streaming && draw.oneIn(2);
    spad->words = draw.between(spad->words / 2, 2 * spad->words);
    spad->bits = spad == &array.psumSpad ? draw.between(16, 32) : draw.of(wordBits);
  }
  array.ifmapSpad.slides = !draw.oneIn(3);
  for (NocPort *port : {&array.ifmapNoc, &array.weightNoc, &array.psumNoc}) {
    port->bytesPerCycle = draw.between(1, 16);
    port->multicast = !draw.oneIn(3);
  }
  for (NocPort *port : {&array.ifmapNoc, &array.weightNoc})
    port->format = static_cast<NocFormat>(draw.between(0, 2));
  for (Memory &memory : target.memories) {
    // As in StepperAgreementTest.cpp: the order of streams at a narrow port.
    memory.readBytesPerCycle = streaming ? 1024 : draw.between(2, 40);
    memory.writeBytesPerCycle = draw.between(2, 40);
  }
  array.fillsInTurn = draw.oneIn(2);
  array.psumsStartInMemory = draw.oneIn(4);
  array.unlimitedDelivery = draw.oneIn(8);
  array.pipelineDepth = draw.between(1, 8);
  array.zeroGating = {draw.oneIn(2), draw.oneIn(2), draw.oneIn(2), 0};
  int64_t skipped = draw.between(1, 4);
  array.skipping.ifmap = skipped != 1;
  array.skipping.weight = skipped != 2;
  array.skipping.macs = draw.oneIn(2) ? Skipping::Macs::Lockstep : Skipping::Macs::Independent;
  array.skipping.depthwise = {draw.between(0, 1), draw.oneIn(2)};
  for (auto [spad, port] : {std::pair(&array.ifmapSpad, &array.ifmapNoc), std::pair(&array.weightSpad, &array.weightNoc)})
    if (port->format != NocFormat::Csc || array.skipping.macs != Skipping::Macs::Lockstep)
      spad->address = {};
  if (array.skipping.macs == Skipping::Macs::Lockstep)
    array.zeroGating = {}; // counted by the MAC: a target may not have both
  array.macRate = {{ElementType::I8, 1}, {ElementType::U8, 2}, {ElementType::I16, 0.5}};
  if (draw.oneIn(3))
    array.macRate[ElementType::F32] = 0.3;
  return target;
}

TEST(StepperZeros, ChangedMachines) {
  Draw draw(5);
  Seen seen;
  for (uint32_t round = 0; round < 60 && !HasFailure(); ++round)
    agree(changed(draw, false), round, 4, 8000, seen);
  report(seen);
}

TEST(StepperZeros, StreamingMachines) {
  Draw draw(6);
  Seen seen;
  for (uint32_t round = 0; round < 60 && !HasFailure(); ++round)
    agree(changed(draw, true), round, 4, 8000, seen);
  report(seen);
}

} // namespace

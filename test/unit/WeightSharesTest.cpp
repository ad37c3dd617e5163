// LINK: DnncMapping DnncSimulator
// What PEs hold of known weights: against the simulator, which counts it when a program runs, and in the search.
#include "lib/Cost/WeightShares.h"

#include "lib/Mapping/MappingSearch.h"
#include "runtime/Simulator/SparseWalk.h"
#include "test/unit/MappingSamples.h"
#include "test/unit/SparseCases.h"

#include <gtest/gtest.h>

#include <algorithm>

using namespace dnnc;
using dnnc::sparse_test::Draw;

namespace {

Array arrayOf(NocFormat format, Skipping::Macs macs, int64_t bits) {
  Array array = sparse_test::machine().array;
  array.weightNoc.format = format;
  array.skipping.macs = macs;
  array.weightSpad.bits = bits;
  return array;
}

cost::Extents extents(int64_t m, int64_t c, int64_t r = 1, int64_t s = 1, int64_t g = 1) {
  return {1, g, m, c, 1, 1, r, s};
}

TEST(WeightShares, TakesTheFullestShare) {
  // Four filters of two channels; a PE has two filters of one channel.
  std::vector<uint8_t> present = {1, 0, /**/ 0, 0, /**/ 1, 0, /**/ 1, 0};
  cost::WeightShares shares(extents(4, 2), ElementType::I8, arrayOf(NocFormat::Bitmask, Skipping::Macs::Independent, 8),
                            present);
  EXPECT_EQ(shares.words(extents(4, 2), extents(2, 1), 1), 2);
  EXPECT_EQ(shares.words(extents(4, 2), extents(1, 2), 1), 1);
  EXPECT_EQ(shares.words(extents(4, 2), extents(4, 2), 1), 3);
  EXPECT_TRUE(shares.fit(extents(4, 2), extents(4, 2), 1, 3));
  EXPECT_FALSE(shares.fit(extents(4, 2), extents(4, 2), 1, 2));
  EXPECT_DOUBLE_EQ(shares.leastWords(extents(4, 2), extents(2, 1)), 0.75);
}

TEST(WeightShares, FillsColumnsUpInLockstep) {
  std::vector<uint8_t> present = {1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, /**/ 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                                  1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /**/ 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  cost::WeightShares shares(extents(4, 12), ElementType::I8, arrayOf(NocFormat::Csc, Skipping::Macs::Lockstep, 12),
                            present);
  // Three of the first channel and one of the seventh, two at a time.
  EXPECT_EQ(shares.words(extents(4, 12), extents(4, 12), 2), 6);
  EXPECT_EQ(shares.words(extents(4, 12), extents(4, 12), 1), 4);
}

TEST(WeightShares, NeedsRoomForAllOfATileThatIsSentRaw) {
  // The first tile of two filters has no zeros, the second nothing else.
  std::vector<uint8_t> present(4 * 8, 0);
  std::fill(present.begin(), present.begin() + 16, 1);
  Array array = arrayOf(NocFormat::Csc, Skipping::Macs::Independent, 8);
  cost::WeightShares shares(extents(4, 8), ElementType::I8, array, present);
  // A raw weight takes one word of 8 bits, a pair of csc two.
  EXPECT_EQ(shares.words(extents(2, 8), extents(2, 8), 1), 16);
  EXPECT_EQ(shares.words(extents(4, 8), extents(4, 8), 1), 32);
}

TEST(WeightShares, CountsManyFilters) {
  std::vector<uint8_t> present(1000, 1);
  present[700] = 0;
  cost::WeightShares shares(extents(500, 2), ElementType::I8, arrayOf(NocFormat::Bitmask, Skipping::Macs::Independent, 8),
                            present);
  EXPECT_EQ(shares.words(extents(500, 2), extents(500, 2), 1), 1000) << "raw";
  std::fill(present.begin(), present.begin() + 400, 0);
  cost::WeightShares sparser(extents(500, 2), ElementType::I8,
                             arrayOf(NocFormat::Bitmask, Skipping::Macs::Independent, 8), present);
  EXPECT_EQ(sparser.words(extents(500, 2), extents(500, 2), 1), 599);
  EXPECT_EQ(sparser.words(extents(500, 2), extents(300, 2), 1), 399);
  EXPECT_NE(sparser.digest(), shares.digest());
}

/// A layer's tiles one by one through the simulator.
TEST(WeightShares, AgreeWithTheSimulator) {
  Draw draw(1);
  int compressed = 0, raw = 0, beyond = 0;
  for (int i = 0; i < 3000; ++i) {
    auto oneOf = [&](std::initializer_list<int64_t> list) { return *(list.begin() + draw(0, std::ssize(list) - 1)); };
    Target target = sparse_test::machine();
    target.array = arrayOf(static_cast<NocFormat>(draw(1, 2)), static_cast<Skipping::Macs>(draw(0, 1)), oneOf({8, 12, 24}));
    cost::Extents layer = extents(draw(1, 9), draw(1, 7), draw(1, 3), draw(1, 3), oneOf({1, 1, 2, 3}));
    cost::Extents tile = layer, inPe = layer;
    sim::Mapping mapping;
    tile[cost::G] = draw(1, layer[cost::G]);
    tile[cost::M] = draw(1, layer[cost::M]), tile[cost::C] = draw(1, layer[cost::C]);
    int64_t lanes = draw(1, 3);
    for (int dim : {cost::G, cost::M, cost::C, cost::R, cost::S}) {
      int64_t inUnit = draw(1, tile[dim]);
      mapping.spad.push_back({dim, inUnit});
      inPe[dim] = inUnit * (dim == cost::M ? lanes : 1);
      mapping.passes.push_back({dim, tile[dim]});
    }
    mapping.macs = {{sim::M, lanes}};
    std::vector<uint8_t> present;
    double density = draw.share();
    int64_t inFilter = layer[cost::C] * layer[cost::R] * layer[cost::S];
    for (int64_t k = 0; k < layer[cost::G] * layer[cost::M] * inFilter; ++k)
      present.push_back(draw.share() < density);
    cost::WeightShares shares(layer, ElementType::I8, target.array, present);

    int64_t most = 0;
    sim::Extents at{}, size{};
    for (at[sim::G] = 0; at[sim::G] < layer[cost::G]; at[sim::G] += tile[cost::G])
      for (at[sim::M] = 0; at[sim::M] < layer[cost::M]; at[sim::M] += tile[cost::M])
        for (at[sim::C] = 0; at[sim::C] < layer[cost::C]; at[sim::C] += tile[cost::C]) {
          for (int dim = 0; dim < sim::dimCount; ++dim)
            size[dim] = std::min(tile[dim], layer[dim] - at[dim]);
          sim::ArrayTile part = sparse_test::tileOf(size);
          sparse_test::Data data(draw, part, 1, 1);
          uint8_t *weight = data.weight.data();
          for (int64_t g = 0; g < size[sim::G]; ++g)
            for (int64_t m = 0; m < size[sim::M]; ++m) {
              auto zero = static_cast<uint8_t>(data.tile.param(g, m).weightZeroPoint);
              const uint8_t *filter = &present[static_cast<size_t>(
                  ((at[sim::G] + g) * layer[cost::M] + at[sim::M] + m) * inFilter + at[sim::C] * layer[cost::R] * layer[cost::S])];
              for (int64_t k = 0; k < size[sim::C] * layer[cost::R] * layer[cost::S]; ++k)
                *weight++ = static_cast<uint8_t>(zero + filter[k]);
            }
          sim::SparseTile sparse(data.tile, mapping, part, target);
          part.fullestWeights = sparse.fullestWeights();
          ++(part.fullestWeights > 0 ? compressed : raw);
          most = std::max(most, sim::spadWords(mapping, part, target).weight);
        }
    for (int dim = 0; dim < cost::loopDims; ++dim)
      inPe[dim] = std::min(inPe[dim], tile[dim]);
    ASSERT_EQ(shares.words(tile, inPe, lanes), most)
        << i << ": layer " << testing::PrintToString(layer) << ", tile " << testing::PrintToString(tile) << ", in a PE "
        << testing::PrintToString(inPe) << ", lanes " << lanes;
    bool alike = true;
    for (int dim : {cost::G, cost::M, cost::C})
      alike &= tile[dim] % inPe[dim] == 0 || tile[dim] == layer[dim];
    EXPECT_FALSE(alike && !shares.fit(tile, inPe, lanes, most));
    EXPECT_FALSE(shares.fit(tile, inPe, lanes, most - 1));
    EXPECT_LE(shares.leastWords(tile, inPe), static_cast<double>(most));
    int64_t dense = inPe[cost::G] * inPe[cost::M] * inPe[cost::C] * inPe[cost::R] * inPe[cost::S];
    beyond += most < dense;
  }
  EXPECT_GE(compressed, 1000);
  EXPECT_GE(raw, 1000);
  EXPECT_GE(beyond, 500);
}

/// Room for the weights of two passes lets them overlap, as a spad does that holds two dense shares.
TEST(WeightShares, DecideWhetherPassesOverlap) {
  using namespace cost;
  Target target = sparse_test::machine();
  Array &array = target.array;
  array.weightNoc = {4, true, 0, NocFormat::Bitmask};
  array.weightSpad = {32, 8, false, 0, 0};
  ArrayTile tile;
  tile.extents = extents(64, 4);
  tile.extents[Q] = 16;
  tile.densities.weight = 0.5;
  ArrayMapping mapping;
  mapping.spad = {{M, 8}, {C, 4}, {Q, 16}};
  mapping.passes = {{M, 8}};
  std::vector<uint8_t> present(64 * 4);
  for (size_t i = 0; i < present.size(); ++i)
    present[i] = i % 2;
  WeightShares shares(tile.extents, ElementType::I8, array, present);
  tile.weightShares = &shares;
  int64_t known = estimateArray(tile, mapping, target).cycles;
  tile.weightShares = nullptr;
  EXPECT_GT(estimateArray(tile, mapping, target).cycles, known);
  array.weightSpad.words = 64;
  EXPECT_EQ(estimateArray(tile, mapping, target).cycles, known);
}

class SharesInSearch : public testing::TestWithParam<unsigned> {
protected:
  static inline int wider = 0, searched = 0;
  static void TearDownTestSuite() {
    EXPECT_GE(searched, 100);
    EXPECT_GE(wider, 20) << "of " << searched << " found mappings keep more than would fit dense";
  }
};

TEST_P(SharesInSearch, GivesTheSameValueAsBruteForce) {
  using namespace mapping;
  using namespace cost;
  Samples random(GetParam());
  Target target = random.target(false);
  MappingProblem problem;
  problem.target = &target;
  problem.layer = random.layer(false);
  random.zeros(target, problem.layer);
  Array &array = target.array;
  array.weightNoc.format = random.coin() ? NocFormat::Csc : NocFormat::Bitmask;
  array.weightSpad.words = random.of({2, 4, 6});
  problem.layer.densities.weight = static_cast<double>(random.of({2, 6, 12})) / 32;
  problem.layer.densities.kept = problem.layer.densities.of = 0;
  random.knownWeights(target, problem.layer);
  if (GetParam() % 2 == 0)
    random.addresses(target);
  for (Objective objective : {Objective::Latency, Objective::Energy, Objective::Edp}) {
    problem.objective = objective;
    SCOPED_TRACE(problem.signature() + target.toYaml());
    SearchOptions options;
    options.bounded = int64_t(1) << 40;
    options.byDataflow = false;
    MappingProblem unknown = problem;
    unknown.layer.weightShares = nullptr;
    // What is legal and what the search looks at: not shares of which a tile has a rest.
    auto keeps = [&](const LayerMapping &mapping) {
      Extents inPe = shapeOf(mapping.array).spad;
      int64_t lanes = 1;
      for (auto [dim, factor] : mapping.array.macs)
        inPe[dim] *= factor, lanes *= dim == M ? factor : 1;
      for (int dim = 0; dim < loopDims; ++dim)
        inPe[dim] = std::min(inPe[dim], mapping.tile[dim]);
      return unknown.verify(mapping).empty() ||
             problem.layer.weightShares->fit(mapping.tile, inPe, lanes, target.array.weightSpad.words);
    };
    SearchResult found = search(problem, options), forced = searchByForce(problem, options, keeps);
    ASSERT_EQ(found.best.has_value(), forced.best.has_value());
    if (!found.best)
      continue;
    EXPECT_EQ(found.best->value, forced.best->value);
    EXPECT_TRUE(found.complete);
    EXPECT_EQ(problem.verify(found.best->mapping), std::vector<std::string>());
    ++searched;
    wider += !unknown.verify(found.best->mapping).empty();
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, SharesInSearch, testing::Range(5000u, 5100u));

TEST(WeightShares, TellLayersOfOneShapeApart) {
  using namespace mapping;
  Target target = sparse_test::machine();
  target.array.weightNoc.format = NocFormat::Csc;
  MappingProblem problem, other;
  problem.target = other.target = &target;
  problem.layer.extents = other.layer.extents = extents(2, 2);
  auto known = [&](std::vector<uint8_t> present) {
    return std::make_shared<cost::WeightShares>(extents(2, 2), ElementType::I8, target.array, present);
  };
  problem.layer.weightShares = known({1, 0, 0, 1});
  other.layer.weightShares = known({1, 0, 0, 1});
  EXPECT_EQ(problem.signature(), other.signature());
  other.layer.weightShares = known({1, 0, 1, 0});
  EXPECT_NE(problem.signature(), other.signature());
  other.layer.weightShares = nullptr;
  EXPECT_NE(problem.signature(), other.signature());
}

TEST(WeightShares, MatterWhereTheyDecideSomething) {
  Array array = arrayOf(NocFormat::Csc, Skipping::Macs::Lockstep, 12);
  array.ifmapSpad = {16, 12, false, 0, 0}, array.psumSpad = {32, 20, false, 0, 0};
  array.weightSpad = {192, 12, false, 0, 0};
  cost::Extents layer = extents(64, 64);
  EXPECT_TRUE(cost::weightSharesMatter(layer, ElementType::I8, {1, 0.4}, array));
  EXPECT_FALSE(cost::weightSharesMatter(layer, ElementType::I8, {1, 0.9}, array)) << "sent raw";
  EXPECT_FALSE(cost::weightSharesMatter(extents(1, 1, 3, 3, 64), ElementType::I8, {1, 0.4}, array)) << "16 at most";
  array.weightSpad.words = 1024;
  EXPECT_FALSE(cost::weightSharesMatter(layer, ElementType::I8, {1, 0.4}, array)) << "32 * 16 fit twice";
  array.weightSpad.words = 1023;
  EXPECT_TRUE(cost::weightSharesMatter(layer, ElementType::I8, {1, 0.4}, array));
  array.weightSpad.doubleBuffered = true;
  EXPECT_FALSE(cost::weightSharesMatter(layer, ElementType::I8, {1, 0.4}, array));
  array.weightNoc.format = NocFormat::Dense;
  array.weightSpad.words = 100;
  EXPECT_FALSE(cost::weightSharesMatter(layer, ElementType::I8, {1, 0.4}, array));
}

} // namespace

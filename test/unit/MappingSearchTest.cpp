// LINK: DnncMapping
// The search against brute force over the same space, on problems small enough for it; and what it promises
// besides.
#include "lib/Mapping/MappingSearch.h"
#include "lib/Mapping/MappingCache.h"
#include "lib/Mapping/MappingSpace.h"
#include "test/unit/MappingSamples.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

using namespace dnnc;
using namespace dnnc::mapping;
using namespace dnnc::cost;

namespace {

class Exhaustive : public testing::TestWithParam<unsigned> {};

TEST_P(Exhaustive, GivesTheSameValue) {
  Samples random(GetParam());
  Target target = random.target(false);
  MappingProblem problem;
  problem.target = &target;
  problem.layer = random.layer(false);
  if (random.coin())
    random.zeros(target, problem.layer);
  for (Objective objective : {Objective::Latency, Objective::Energy, Objective::Edp}) {
    problem.objective = objective;
    problem.dataflows =
        random.coin() ? DataflowSet::all() : DataflowSet::only(static_cast<Dataflow>(random.below(dataflowNames.size())));
    SCOPED_TRACE(problem.signature() + target.toYaml());
    SearchOptions options;
    options.bounded = int64_t(1) << 40;
    options.byDataflow = false;
    SearchResult found = search(problem, options), forced = searchByForce(problem, options);
    ASSERT_EQ(found.best.has_value(), forced.best.has_value());
    if (!found.best)
      continue;
    EXPECT_EQ(found.best->value, forced.best->value)
        << toYaml(found.best->mapping) << toYaml(forced.best->mapping);
    EXPECT_TRUE(found.complete);
    EXPECT_EQ(found.gap(), 0);
    EXPECT_LE(found.evaluated, forced.evaluated + 1000);
    EXPECT_EQ(problem.verify(found.best->mapping), std::vector<std::string>());
    EXPECT_EQ(violation(found.best->dataflow, problem.layer, found.best->mapping), "");
    EXPECT_TRUE(problem.dataflows.contains(found.best->dataflow));
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Exhaustive, testing::Range(0u, 100u));

/// A dataflow alone is searched in a space of its own: it holds all that obeys of the space without constraints.
TEST_P(Exhaustive, LosesNoMappingOfADataflow) {
  Samples random(1000 + GetParam());
  Target target = random.target(false);
  if (GetParam() % 3 == 0)
    target.array.peRows = 7; // that carries two dimensions
  MappingProblem problem;
  problem.target = &target;
  problem.layer = random.layer(false);
  auto dataflow = std::array{Dataflow::Os, Dataflow::Ws, Dataflow::Is, Dataflow::Nlr}[GetParam() % 4];
  SCOPED_TRACE(problem.signature() + target.toYaml());
  problem.dataflows = DataflowSet::only(Dataflow::Mixed);
  SearchResult filtered = searchByForce(problem, {}, [&](const LayerMapping &mapping) {
    return violation(dataflow, problem.layer, mapping).empty();
  });
  problem.dataflows = DataflowSet::only(dataflow);
  if (!refusal(dataflow, problem.layer, target).empty())
    return;
  SearchResult found = search(problem);
  ASSERT_EQ(found.best.has_value(), filtered.best.has_value());
  if (found.best && found.complete)
    EXPECT_EQ(found.best->value, filtered.best->value)
        << toYaml(found.best->mapping) << toYaml(filtered.best->mapping);
}

/// The first 3×3 layer of ResNet-50, on the machine of its name.
MappingProblem resnetLayer(const Target &target) {
  MappingProblem problem;
  problem.target = &target;
  problem.layer.extents = {1, 1, 64, 64, 56, 56, 3, 3};
  problem.layer.pads = {1, 1};
  problem.layer.ifmap = {56, 56};
  problem.layer.hasParams = true;
  return problem;
}

TEST(MappingSearch, ProvesALayerOfResnet) {
  Target edge = Target::load("edge");
  MappingProblem problem = resnetLayer(edge);
  SearchResult result = search(problem);
  ASSERT_TRUE(result.best);
  EXPECT_EQ(result.gap(), 0);
  // 115,605,504 MACs on 512 multipliers, and at most 2% for the first loads, the last store and ramp-ups.
  EXPECT_LT(result.best->value, 1.02 * 225792);
  EXPECT_GE(result.best->value, 225792);
  ASSERT_FALSE(result.close.empty());
  for (const Candidate &close : result.close)
    EXPECT_GE(close.value, result.best->value);
  EXPECT_FALSE(result.rejections.empty());
  // The same again, to the last factor.
  EXPECT_EQ(toYaml(search(problem).best->mapping), toYaml(result.best->mapping));
}

/// The published mapping of AlexNet's first layer is legal, and no better than what is found.
TEST(MappingSearch, IsNoWorseThanThePublishedMapping) {
  Target eyeriss = Target::load("eyeriss-v1");
  MappingProblem problem;
  problem.target = &eyeriss;
  problem.layer.extents = {4, 1, 96, 3, 55, 55, 11, 11};
  problem.layer.strides = {4, 4};
  problem.layer.ifmap = {227, 227};
  problem.layer.type = problem.layer.outputType = ElementType::I16;
  problem.layer.hasParams = true;
  LayerMapping published{{1, 1, 96, 1, 7, 55, 11, 11}, {N, P, M}, {}};
  published.array.passes = {{M, 3}, {Q, 55}};
  published.array.peRows = {{R, 11}};
  published.array.peColumns = {{P, 7}, {M, 2}};
  published.array.spad = {{S, 11}, {M, 16}};
  EXPECT_EQ(problem.verify(published), std::vector<std::string>());
  EXPECT_EQ(nameDataflow(problem.layer, published, DataflowSet::all()), Dataflow::Rs);
  double value = problem.value(problem.evaluate(published));
  problem.dataflows = DataflowSet::only(Dataflow::Rs);
  SearchResult rows = search(problem);
  ASSERT_TRUE(rows.best);
  EXPECT_EQ(rows.gap(), 0);
  EXPECT_LE(rows.best->value, value);
}

TEST(MappingSearch, LessTimeGivesAGapThatIsTrue) {
  Target edge = Target::load("edge");
  MappingProblem problem = resnetLayer(edge);
  double best = search(problem).best->value;
  SearchOptions hasty;
  hasty.bounded = 20000;
  SearchResult result = search(problem, hasty);
  ASSERT_TRUE(result.best);
  EXPECT_FALSE(result.complete);
  EXPECT_GT(result.gap(), 0);
  EXPECT_LE(result.lowerBound, best);
  EXPECT_GE(result.best->value, best);
}

/// However early the searches end.
TEST(MappingSearch, AutoIsNeverWorseThanOneDataflow) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    Samples random(seed);
    Target target = seed % 2 ? Target::load(seed % 4 == 1 ? "edge" : "eyeriss-v1") : random.target(true);
    MappingProblem problem;
    problem.target = &target;
    problem.layer = random.layer(true);
    if (!target.array.macRate.contains(problem.layer.type))
      continue;
    problem.objective = std::array{Objective::Latency, Objective::Energy, Objective::Edp}[seed % 3];
    SearchOptions options;
    options.bounded = int64_t(100) << random.below(8);
    SCOPED_TRACE(problem.signature() + target.toYaml());
    SearchResult all = search(problem, options);
    SearchOptions compiling = options;
    compiling.byDataflow = false;
    SearchResult bestOnly = search(problem, compiling);
    for (size_t i = 0; i < dataflowNames.size(); ++i) {
      problem.dataflows = DataflowSet::only(static_cast<Dataflow>(i));
      SearchResult alone = search(problem, options);
      if (!alone.best)
        continue;
      ASSERT_TRUE(all.best);
      EXPECT_LE(all.best->value, alone.best->value) << dataflowNames[i];
      ASSERT_TRUE(bestOnly.best);
      EXPECT_LE(bestOnly.best->value, alone.best->value) << dataflowNames[i];
      if (!all.complete) {
        ASSERT_TRUE(all.byDataflow[i]);
        EXPECT_EQ(all.byDataflow[i]->value, alone.best->value) << dataflowNames[i];
      }
      EXPECT_LE(all.lowerBound, alone.best->value);
    }
  }
}

TEST(MappingSearch, KeepsWhatIsGiven) {
  Target edge = Target::load("edge");
  MappingProblem problem = resnetLayer(edge);
  SearchOptions options;
  options.tile = Extents{1, 1, 16, 64, 8, 56, 3, 3};
  options.order = std::vector<int>{P, M};
  SearchResult tiled = search(problem, options);
  ASSERT_TRUE(tiled.best);
  EXPECT_EQ(tiled.best->mapping.tile, *options.tile);
  EXPECT_EQ(tiled.best->mapping.order, *options.order);
  options = {};
  options.array = tiled.best->mapping.array;
  SearchResult mapped = search(problem, options);
  ASSERT_TRUE(mapped.best);
  EXPECT_EQ(problem.verify(mapped.best->mapping), std::vector<std::string>());
  EXPECT_LE(mapped.best->value, tiled.best->value);
  // Tile and array without an order: the order is searched.
  options.tile = tiled.best->mapping.tile;
  SearchResult ordered = search(problem, options);
  ASSERT_TRUE(ordered.best);
  EXPECT_EQ(ordered.best->mapping.tile, *options.tile);
  EXPECT_LE(ordered.best->value, tiled.best->value);
}

TEST(MappingSearch, SaysWhyThereIsNone) {
  Target edge = Target::load("edge");
  MappingProblem problem = resnetLayer(edge);
  problem.layer.type = ElementType::I64;
  SearchResult result = search(problem);
  EXPECT_FALSE(result.best);
  ASSERT_EQ(result.rejections.size(), 1u);
  EXPECT_EQ(result.rejections[0].reason, "the array of target 'edge' does not multiply int64");
}

TEST(MappingProblem, SaysWhatIsIllegal) {
  Target edge = Target::load("edge");
  MappingProblem problem = resnetLayer(edge);
  LayerMapping mapping = search(problem).best->mapping;
  using Problems = std::vector<std::string>;
  LayerMapping wrong = mapping;
  wrong.tile[P] = 57;
  EXPECT_EQ(problem.verify(wrong), Problems{"the tile has 57 of P; need 1 to 56"});
  wrong = mapping;
  wrong.tile[R] = 2;
  EXPECT_EQ(problem.verify(wrong), Problems{"the tile has 2 of R; filters are not cut: need 3"});
  wrong = mapping;
  wrong.tile[M] = 8;
  wrong.order = {};
  EXPECT_FALSE(problem.verify(wrong).empty());
  wrong = mapping;
  wrong.array.peRows = {{M, 64}};
  EXPECT_EQ(problem.verify(wrong).front(), "the mapping uses 64 PE rows, the target has 2");
  wrong = mapping;
  wrong.array.spad = {{C, 64}, {P, 56}, {Q, 56}, {M, 64}, {R, 3}, {S, 3}};
  Problems problems = problem.verify(wrong);
  ASSERT_EQ(problems.size(), 3u);
  for (const std::string &text : problems)
    EXPECT_EQ(text.substr(0, 18), "the mapping keeps ") << text;
  Target small = edge;
  small.memories[0].bytes = 4096;
  problem.target = &small;
  problems = problem.verify(mapping);
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].substr(0, 15), "the tiles take ") << problems[0];
}

class Cache : public testing::Test {
protected:
  Cache() : folder(std::filesystem::path(testing::TempDir()) / "mapping-cache-test") {
    std::filesystem::remove_all(folder);
  }
  ~Cache() override { std::filesystem::remove_all(folder); }
  std::filesystem::path onlyFile() const { return std::filesystem::directory_iterator(folder)->path(); }
  std::filesystem::path folder;
};

TEST_F(Cache, GivesBackWhatWasStored) {
  Target edge = Target::load("edge");
  MappingProblem problem = resnetLayer(edge);
  SearchResult result = search(problem);
  MappingCache cache(folder.string());
  EXPECT_FALSE(cache.find(problem));
  cache.store(problem, result);
  std::optional<SearchResult> found = cache.find(problem);
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->fromCache);
  EXPECT_EQ(found->best->value, result.best->value);
  EXPECT_EQ(found->gap(), 0);
  EXPECT_EQ(toYaml(found->best->mapping), toYaml(result.best->mapping));
  // Another objective, another machine: other entries.
  problem.objective = Objective::Energy;
  EXPECT_FALSE(cache.find(problem));
  problem.objective = Objective::Latency;
  Target faster = edge;
  faster.clockMhz *= 2;
  problem.target = &faster;
  EXPECT_FALSE(cache.find(problem));
}

TEST_F(Cache, TakesADamagedEntryForNone) {
  Target edge = Target::load("edge");
  MappingProblem problem = resnetLayer(edge);
  MappingCache cache(folder.string());
  cache.store(problem, search(problem));
  std::ifstream file(onlyFile());
  std::string text((std::istreambuf_iterator<char>(file)), {});
  for (size_t at = 0; at < text.size(); at += 7) {
    std::string damaged = text;
    damaged[at] ^= 1;
    std::ofstream(onlyFile()) << damaged;
    EXPECT_FALSE(cache.find(problem)) << at;
    std::ofstream(onlyFile()) << text.substr(0, at);
    EXPECT_FALSE(cache.find(problem)) << at;
  }
  std::ofstream(onlyFile()) << text;
  EXPECT_TRUE(cache.find(problem));
}

} // namespace

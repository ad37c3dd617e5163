// LINK: DnncMapping
// The bounds that the search prunes with never exceed the estimate: random mappings of random layers on
// random machines.
#include "lib/Mapping/MappingBounds.h"
#include "lib/Mapping/MappingCache.h"
#include "test/unit/MappingSamples.h"

#include <gtest/gtest.h>

using namespace dnnc;
using namespace dnnc::mapping;
using namespace dnnc::cost;

namespace {

class RandomBounds : public testing::TestWithParam<unsigned> {
protected:
  /// Over all seeds: a test that compares too little says so.
  static inline struct { int all, depthwise, strided, pointwise, products, encoded, sparse; } compared;
  static void TearDownTestSuite() {
    EXPECT_GE(compared.all, 10'000);
    for (int few : {compared.depthwise, compared.strided, compared.pointwise, compared.products, compared.encoded,
                    compared.sparse})
      EXPECT_GE(few, 500);
  }
};

TEST_P(RandomBounds, AreBelowTheEstimate) {
  Samples random(GetParam());
  Target target = random.target(true);
  MappingProblem problem;
  problem.target = &target;
  problem.layer = random.layer(true);
  if (random.coin()) {
    problem.layer.ifmapEncoded = 0.1 * static_cast<double>(random.of({3, 6, 10}));
    problem.layer.ofmapEncoded = 0.1 * static_cast<double>(random.of({3, 6, 10}));
    problem.layer.gatedMacs = 0.1 * static_cast<double>(random.of({1, 5}));
  }
  if (random.coin())
    random.zeros(target, problem.layer);
  if (GetParam() % 2 == 0)
    random.knownWeights(target, problem.layer);
  if (GetParam() % 3 == 0)
    random.addresses(target);
  MappingSpace space(problem);
  MappingBounds bounds(problem);
  std::vector<Extents> tiles = space.tiles();
  int checked = 0;
  for (int attempt = 0; attempt < 4000 && checked < 60; ++attempt) {
    const Extents &tile = tiles[random.below(tiles.size())];
    std::vector<std::vector<int>> orders = space.orders(tile);
    const std::vector<int> &order = orders[random.below(orders.size())];
    if (!problem.verifyTile({tile, order, {}}).empty())
      continue;
    // Any unrolling, but found quickly: those of a machine without the largest axes' many choices.
    std::vector<Unrolling> unrollings = space.unrollings(
        tile, 4.0 * static_cast<double>(problem.layer.macs()) / static_cast<double>(target.array.macs()));
    if (unrollings.empty())
      continue;
    TileTerms terms = bounds.tileTerms(tile, order);
    Bound cheap = terms.least;
    bounds.tighten(terms);
    for (int again = 0; again < 20; ++again) {
      const Unrolling &unrolling = unrollings[random.below(unrollings.size())];
      // The factors of the mapping, and of some dimensions the least of each term over all that there are.
      std::array<DimTerms, loopDims> dims, least;
      DimChoice chosen, partly;
      unsigned open = static_cast<unsigned>(random.below(256));
      Extents spad;
      ArrayMapping inner = unrolling.axes;
      unsigned kept = 0;
      for (int dim = 0; dim < loopDims; ++dim) {
        std::vector<int64_t> factors = space.spadFactors(tile, unrolling, dim);
        spad[dim] = factors[random.below(factors.size())];
        kept |= spad[dim] > 1 ? 1u << dim : 0;
        inner.spad.push_back({dim, spad[dim]});
        dims[dim] = least[dim] = bounds.dimTerms(terms, unrolling, dim, spad[dim]);
        for (int64_t factor : factors)
          least[dim].lower(bounds.dimTerms(terms, unrolling, dim, factor));
        chosen[dim] = &dims[dim];
        partly[dim] = open >> dim & 1 ? &least[dim] : &dims[dim];
      }
      Extents trips = MappingSpace::trips(tile, shapeOf(inner));
      std::vector<std::vector<int>> passOrders = space.passOrders(tile, trips, unrolling, kept);
      const std::vector<int> &passOrder = passOrders[random.below(passOrders.size())];
      LayerMapping mapping{tile, order, MappingSpace::mapping(unrolling, spad, trips, passOrder)};
      if (!problem.verify(mapping).empty())
        continue;
      LayerEstimate estimate = problem.evaluate(mapping);
      auto boundOf = [&](const DimChoice &choice, const WindowTerms &rows, const WindowTerms &columns) {
        BlockTerms blocks = bounds.blockTerms(terms, choice, rows, columns);
        return bounds.ofLayer(terms,
                              bounds.arrayBound(terms, choice, rows, columns, blocks, PassOrder(passOrder)));
      };
      WindowTerms rows = bounds.windowTerms(terms, 0, dims[P], dims[R]),
                  columns = bounds.windowTerms(terms, 1, dims[Q], dims[S]);
      auto text = [&] { return problem.signature() + "\n" + toYaml(mapping) + target.toYaml(); };
      auto expectBelow = [&](const char *name, const Bound &bound) {
        constexpr double rounding = 1e-9;
        EXPECT_LE(bound.cycles * (1 - rounding), estimate.cycles) << name << "\n" << text();
        EXPECT_LE(bound.energy * (1 - rounding), estimate.energy.total()) << name << "\n" << text();
      };
      expectBelow("tiles", cheap);
      expectBelow("tiles, tightened", terms.least);
      expectBelow("unrolling", bounds.unrolled(terms, unrolling));
      expectBelow("all factors", boundOf(chosen, rows, columns));
      // As the search does: windows are known once both of their dimensions are.
      bool rowsOpen = open & (1u << P | 1u << R), columnsOpen = open & (1u << Q | 1u << S);
      for (int dim : {P, R})
        partly[dim] = rowsOpen ? &least[dim] : &dims[dim];
      for (int dim : {Q, S})
        partly[dim] = columnsOpen ? &least[dim] : &dims[dim];
      expectBelow("some factors", boundOf(partly, rowsOpen ? bounds.leastWindows(terms, 0) : rows,
                                          columnsOpen ? bounds.leastWindows(terms, 1) : columns));
      BlockTerms blocks = bounds.blockTerms(terms, chosen, rows, columns);
      EXPECT_LE((terms.others() + blocks.floor) * (1 - 1e-9), estimate.cycles) << text();
      if (testing::Test::HasFailure())
        return;
      ++checked, ++compared.all;
      const Layer &layer = problem.layer;
      compared.depthwise += layer.extents[G] > 1 && layer.extents[M] == 1 && layer.extents[C] == 1 && !layer.matmul;
      compared.strided += layer.strides[0] > 1 || layer.strides[1] > 1;
      compared.pointwise += layer.extents[R] == 1 && layer.extents[S] == 1 && !layer.matmul;
      compared.products += layer.matmul;
      compared.encoded += layer.ifmapEncoded < 1 && layer.gatedMacs > 0;
      compared.sparse += !layer.densities.dense();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomBounds, testing::Range(0u, 200u));

} // namespace

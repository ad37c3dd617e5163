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

class RandomBounds : public testing::TestWithParam<unsigned> {};

TEST_P(RandomBounds, AreBelowTheEstimate) {
  Samples random(GetParam());
  Target target = random.target(true);
  MappingProblem problem;
  problem.target = &target;
  problem.layer = random.layer(true);
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
      std::array<DimTerms, loopDims> dims;
      std::array<const DimTerms *, loopDims> chosen;
      Extents spad;
      ArrayMapping inner = unrolling.axes;
      bool keeps = false;
      for (int dim = 0; dim < loopDims; ++dim) {
        std::vector<int64_t> factors = space.spadFactors(tile, unrolling, dim);
        spad[dim] = factors[random.below(factors.size())];
        keeps |= spad[dim] > 1;
        inner.spad.push_back({dim, spad[dim]});
        dims[dim] = bounds.dimTerms(terms, unrolling, dim, spad[dim]);
        chosen[dim] = &dims[dim];
      }
      Extents trips = MappingSpace::trips(tile, shapeOf(inner));
      std::vector<std::vector<int>> passOrders = space.passOrders(trips, unrolling, keeps);
      const std::vector<int> &passOrder = passOrders[random.below(passOrders.size())];
      LayerMapping mapping{tile, order, MappingSpace::mapping(unrolling, spad, trips, passOrder)};
      if (!problem.verify(mapping).empty())
        continue;
      LayerEstimate estimate = problem.evaluate(mapping);
      WindowTerms rows = bounds.windowTerms(terms, 0, dims[P], dims[R]),
                  columns = bounds.windowTerms(terms, 1, dims[Q], dims[S]);
      Bound mapped = bounds.mapped(terms, chosen, rows, columns, passOrder),
            unrolled = bounds.unrolled(terms, unrolling);
      double floor = bounds.floorCycles(terms, chosen, rows.first * columns.first);
      constexpr double rounding = 1e-9;
      auto text = [&] { return problem.signature() + "\n" + toYaml(mapping) + target.toYaml(); };
      EXPECT_LE(mapped.cycles * (1 - rounding), estimate.cycles) << text();
      EXPECT_LE(mapped.energy * (1 - rounding), estimate.energy.total()) << text();
      EXPECT_LE(unrolled.cycles * (1 - rounding), estimate.cycles) << text();
      EXPECT_LE(unrolled.energy * (1 - rounding), estimate.energy.total()) << text();
      EXPECT_LE(floor * (1 - rounding), estimate.cycles) << text();
      EXPECT_LE(terms.least.cycles * (1 - rounding), estimate.cycles) << text();
      EXPECT_LE(terms.least.energy * (1 - rounding), estimate.energy.total()) << text();
      EXPECT_LE(cheap.cycles * (1 - rounding), estimate.cycles) << text();
      if (testing::Test::HasFailure())
        return;
      ++checked;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomBounds, testing::Range(0u, 200u));

} // namespace

// LINK: DnncSparsity fmt::fmt
// The order of filters: what its cost is, by hand; that it is a permutation within tiles and never worse than
// none; how far it is from the best of all.
#include "lib/Sparsity/FilterDistribution.h"

#include "dnnc/Error.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

using namespace dnnc;
using namespace dnnc::sparsity;

namespace {

using Order = std::vector<int64_t>;

FilterCounts countsOf(std::vector<int32_t> counts, int64_t passes = 1, int64_t parts = 1) {
  FilterCounts result;
  result.passes = passes, result.parts = parts;
  result.filters = static_cast<int64_t>(counts.size()) / (passes * parts);
  result.counts = std::move(counts);
  return result;
}

int64_t slowest(const FilterCounts &counts, const FilterLayout &layout, const Order &order) {
  return balanceOf(counts, layout, order).slowest;
}

/// The definition, element by element.
int64_t slowestByDefinition(const FilterCounts &counts, const FilterLayout &layout, const Order &order) {
  int64_t sum = 0;
  for (int64_t tile = 0; tile < counts.filters; tile += layout.inTile)
    for (int64_t end = std::min(tile + layout.inTile, counts.filters), pass = tile; pass < end;
         pass += layout.inPass)
      for (int64_t k = 0; k < counts.passes; ++k) {
        int64_t most = 0;
        for (int64_t passEnd = std::min(pass + layout.inPass, end), share = pass; share < passEnd;
             share += layout.inShare)
          for (int64_t part = 0; part < counts.parts; ++part) {
            int64_t load = 0;
            for (int64_t m = share; m < std::min(share + layout.inShare, passEnd); ++m)
              load += counts.counts[static_cast<size_t>(
                  (order[static_cast<size_t>(m)] * counts.passes + k) * counts.parts + part)];
            most = std::max(most, load);
          }
        sum += most;
      }
  return sum;
}

struct Case {
  FilterCounts counts;
  FilterLayout layout;
};

Case randomCase(unsigned seed, int64_t mostFilters) {
  std::mt19937 random(seed);
  auto pick = [&](int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(random);
  };
  Case test;
  test.counts.filters = pick(1, mostFilters);
  test.counts.passes = pick(1, 4), test.counts.parts = pick(1, 3);
  for (int64_t m = 0; m < test.counts.filters; ++m) {
    int64_t own = pick(0, 40); // filters differ, as those of real layers do
    for (int64_t i = 0; i < test.counts.passes * test.counts.parts; ++i)
      test.counts.counts.push_back(static_cast<int32_t>(pick(0, own)));
  }
  test.layout = {pick(1, test.counts.filters + 2), pick(1, 9), pick(1, 4)};
  return test;
}

TEST(FilterDistribution, costIsTheSumOfTheSlowest) {
  // Two passes of two multipliers with two filters each: 4 and 6, 1 and 9.
  FilterCounts counts = countsOf({1, 3, 2, 4, 0, 1, 4, 5});
  FilterLayout layout{.inTile = 8, .inPass = 4, .inShare = 2};
  FilterBalance balance = balanceOf(counts, layout, filtersInOrder(8));
  EXPECT_EQ(balance.slowest, 6 + 9);
  EXPECT_EQ(balance.mean, 2 * 20.0 / 4);
  EXPECT_EQ(balance.ratio(), 1.5);
  // Of parts side by side the slower one counts, in each pass over the input.
  counts = countsOf({1, 2, 9, 0, /**/ 1, 5, 1, 3}, 2, 2);
  EXPECT_EQ(slowest(counts, {2, 2, 2}, {0, 1}), 7 + 10);
  EXPECT_EQ(slowest(counts, {2, 2, 1}, {0, 1}), 5 + 9);
  EXPECT_EQ(slowest(counts, {2, 1, 1}, {0, 1}), 2 + 9 + 5 + 3);
  for (unsigned seed = 0; seed < 300; ++seed) {
    Case test = randomCase(seed, 30);
    Order order = filtersInOrder(test.counts.filters);
    EXPECT_EQ(slowest(test.counts, test.layout, order), slowestByDefinition(test.counts, test.layout, order))
        << seed;
  }
}

TEST(FilterDistribution, fullFiltersMeetEmptyOnes) {
  FilterCounts counts = countsOf({9, 8, 1, 2, 7, 6, 3, 4});
  // One pass of four multipliers with two each: 10 is what each has.
  FilterLayout layout{8, 8, 2};
  EXPECT_EQ(slowest(counts, layout, distributeFilters(counts, layout)), 10);
  // Passes of one filter for each of two multipliers: neighbors by size. 9 + 7 + 4 + 2.
  layout = {8, 2, 1};
  EXPECT_EQ(slowest(counts, layout, distributeFilters(counts, layout)), 9 + 7 + 4 + 2);
  // In tiles of four: 9 and 2, 7 and 4.
  layout = {4, 2, 1};
  EXPECT_EQ(slowest(counts, layout, distributeFilters(counts, layout)), 9 + 2 + 7 + 4);
}

TEST(FilterDistribution, filtersStayInOrderWhereNothingIsBetter) {
  EXPECT_EQ(distributeFilters(countsOf({5, 5, 5, 5}), {4, 4, 2}), filtersInOrder(4));
  EXPECT_EQ(distributeFilters(countsOf({1, 9, 3}), {3, 3, 1}), filtersInOrder(3)) << "one pass waits for 9";
  EXPECT_EQ(distributeFilters(countsOf({1, 9, 3}), {1, 1, 1}), filtersInOrder(3));
  EXPECT_EQ(distributeFilters(countsOf({}), {1, 1, 1}), Order());
}

TEST(FilterDistribution, permutesWithinTilesAndIsNeverWorse) {
  int64_t better = 0;
  for (unsigned seed = 0; seed < 600; ++seed) {
    Case test = randomCase(seed, 60);
    Order order = distributeFilters(test.counts, test.layout), inOrder = filtersInOrder(test.counts.filters);
    EXPECT_TRUE(std::is_permutation(order.begin(), order.end(), inOrder.begin(), inOrder.end())) << seed;
    for (size_t i = 0; i < order.size(); ++i)
      EXPECT_EQ(order[i] / test.layout.inTile, static_cast<int64_t>(i) / test.layout.inTile) << seed;
    int64_t before = slowestByDefinition(test.counts, test.layout, inOrder),
            after = slowestByDefinition(test.counts, test.layout, order);
    EXPECT_LE(after, before) << seed;
    EXPECT_TRUE(after < before || order == inOrder) << seed;
    better += after < before;
  }
  EXPECT_GT(better, 300);
}

/// A rule of the longest first is within 4/3 of the best of one pass (Graham 1969); with places that are
/// bounded, and the exchanges after it, it is held to the same here, for all passes together.
TEST(FilterDistribution, isNearTheBestOfAllOrders) {
  double worst = 1;
  for (unsigned seed = 0; seed < 300; ++seed) {
    Case test = randomCase(seed, 7);
    test.layout.inTile = test.counts.filters;
    Order order = filtersInOrder(test.counts.filters);
    int64_t best = slowestByDefinition(test.counts, test.layout, order);
    while (std::next_permutation(order.begin(), order.end()))
      best = std::min(best, slowestByDefinition(test.counts, test.layout, order));
    int64_t found = slowest(test.counts, test.layout, distributeFilters(test.counts, test.layout));
    EXPECT_GE(found, best) << seed;
    EXPECT_LE(3 * found, 4 * best) << seed;
    worst = std::max(worst, static_cast<double>(found) / static_cast<double>(std::max<int64_t>(best, 1)));
  }
  RecordProperty("worst", std::to_string(worst));
}

/// More comparisons than it makes: then it looks at totals, and is no worse for it than the order that was.
TEST(FilterDistribution, worksOnLessWhereThereIsMuch) {
  Case test;
  test.counts.filters = 2048, test.counts.passes = 512;
  std::mt19937 random(1);
  for (int64_t m = 0; m < test.counts.filters; ++m) {
    int32_t own = static_cast<int32_t>(random() % 30);
    for (int64_t k = 0; k < test.counts.passes; ++k)
      test.counts.counts.push_back(own);
  }
  test.layout = {2048, 2048, 2};
  FilterBalance inOrder = balanceOf(test.counts, test.layout, filtersInOrder(2048));
  FilterBalance found = balanceOf(test.counts, test.layout, distributeFilters(test.counts, test.layout));
  EXPECT_LT(found.slowest, inOrder.slowest);
  EXPECT_LE(found.ratio(), 4.0 / 3);
}

TEST(FilterDistribution, refusesSizesThatContradictEachOther) {
  auto errorOf = [](auto body) -> std::string {
    try {
      body();
    } catch (const Error &error) {
      return error.what();
    }
    return "no error";
  };
  FilterCounts counts = countsOf({1, 2, 3, 4});
  EXPECT_EQ(errorOf([&] { balanceOf(counts, {4, 4, 0}, filtersInOrder(4)); }),
            "have 4 filters in a tile, 4 in a pass and 0 in a share; need at least 1");
  EXPECT_EQ(errorOf([&] { balanceOf(counts, {4, 4, 1}, filtersInOrder(3)); }),
            "have an order of 3 filters; there are 4");
  counts.passes = 2;
  EXPECT_EQ(errorOf([&] { distributeFilters(counts, {4, 4, 1}); }),
            "have 4 counts for 4 filters, 2 passes and 1 parts");
}

} // namespace

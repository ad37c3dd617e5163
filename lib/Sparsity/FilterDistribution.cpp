#include "lib/Sparsity/FilterDistribution.h"

#include "dnnc/Error.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>

namespace dnnc::sparsity {
namespace {

int64_t ceilDivide(int64_t a, int64_t b) { return (a + b - 1) / b; }

void check(const FilterCounts &counts, const FilterLayout &layout) {
  if (counts.filters < 0 || counts.passes < 1 || counts.parts < 1 ||
      static_cast<int64_t>(counts.counts.size()) != counts.filters * counts.passes * counts.parts)
    throw Error(fmt::format("have {} counts for {} filters, {} passes and {} parts", counts.counts.size(),
                            counts.filters, counts.passes, counts.parts));
  if (layout.inTile < 1 || layout.inPass < 1 || layout.inShare < 1)
    throw Error(fmt::format("have {} filters in a tile, {} in a pass and {} in a share; need at least 1",
                            layout.inTile, layout.inPass, layout.inShare));
}

/// The filters of one pass, and what its multipliers have of them.
class Pass {
public:
  Pass(const FilterCounts &counts, int64_t inShare, int64_t filters)
      : counts(counts), each(counts.passes * counts.parts) {
    for (int64_t left = filters; left > 0; left -= inShare) {
      rooms.push_back(std::min(left, inShare));
      shares.emplace_back();
    }
    loads.resize(shares.size() * static_cast<size_t>(each));
    totals.resize(shares.size());
  }

  void give(size_t share, int64_t filter) {
    shares[share].push_back(filter);
    add(share, filter, 1);
  }

  /// Of each pass over the input the fullest multiplier, summed up.
  int64_t slowest() const {
    int64_t sum = 0;
    for (int64_t k = 0; k < counts.passes; ++k) {
      int64_t most = 0;
      for (size_t share = 0; share < shares.size(); ++share)
        most = std::max(most, mostOf(share, k));
      sum += most;
    }
    return sum;
  }

  /// Gives all filters, the fullest first. Without `steps` left only totals are looked at.
  void fill(const std::vector<int64_t> &filters, int64_t &steps) {
    std::vector<int64_t> most(static_cast<size_t>(counts.passes));
    for (int64_t filter : filters) {
      size_t best = shares.size();
      int64_t leastAdded = 0;
      for (size_t share = 0; share < shares.size(); ++share) {
        if (static_cast<int64_t>(shares[share].size()) == rooms[share])
          continue;
        int64_t added = 0;
        for (int64_t k = 0; k < counts.passes && steps > 0; ++k)
          added += std::max<int64_t>(0, mostWith(share, filter, k) - most[static_cast<size_t>(k)]);
        steps -= each;
        if (best == shares.size() || added < leastAdded ||
            (added == leastAdded && totals[share] < totals[best])) {
          best = share;
          leastAdded = added;
        }
      }
      give(best, filter);
      for (int64_t k = 0; k < counts.passes; ++k)
        most[static_cast<size_t>(k)] = std::max(most[static_cast<size_t>(k)], mostOf(best, k));
    }
  }

  /// Lets filters of the multiplier that is the fullest most often change places with others, as long as that
  /// makes slowest() less and `steps` are left, which are comparisons of counts.
  void improve(int64_t &steps) {
    for (bool better = shares.size() > 1; better && steps > 0;) {
      findFullest();
      better = false;
      for (size_t one : byHold()) {
        if ((better = exchangeBest(one, steps)) || steps <= 0)
          break;
      }
    }
  }

  const std::vector<std::vector<int64_t>> &filters() const { return shares; }

private:
  const int32_t *of(int64_t filter) const { return counts.counts.data() + filter * each; }
  const int64_t *loadOf(size_t share, int64_t k) const {
    return loads.data() + static_cast<int64_t>(share) * each + k * counts.parts;
  }

  int64_t mostOf(size_t share, int64_t k) const {
    const int64_t *load = loadOf(share, k);
    return *std::max_element(load, load + counts.parts);
  }

  int64_t mostWith(size_t share, int64_t filter, int64_t k) const {
    const int64_t *load = loadOf(share, k);
    const int32_t *count = of(filter) + k * counts.parts;
    int64_t most = 0;
    for (int64_t part = 0; part < counts.parts; ++part)
      most = std::max(most, load[part] + count[part]);
    return most;
  }

  int64_t mostInstead(size_t share, int64_t out, int64_t in, int64_t k) const {
    const int64_t *load = loadOf(share, k);
    const int32_t *less = of(out) + k * counts.parts, *more = of(in) + k * counts.parts;
    int64_t most = 0;
    for (int64_t part = 0; part < counts.parts; ++part)
      most = std::max(most, load[part] - less[part] + more[part]);
    return most;
  }

  void add(size_t share, int64_t filter, int64_t sign) {
    int64_t *load = loads.data() + static_cast<int64_t>(share) * each;
    const int32_t *count = of(filter);
    for (int64_t i = 0; i < each; ++i) {
      load[i] += sign * count[i];
      totals[share] += sign * count[i];
    }
  }

  /// The three fullest multipliers in a pass over the input, so that the fullest of all but two is known.
  struct Fullest {
    std::array<size_t, 3> share{};
    std::array<int64_t, 3> load{-1, -1, -1};
    int64_t without(size_t one, size_t other) const {
      for (size_t i = 0; i < share.size(); ++i)
        if (load[i] >= 0 && share[i] != one && share[i] != other)
          return load[i];
      return 0;
    }
  };

  void findFullest() {
    fullest.assign(static_cast<size_t>(counts.passes), {});
    for (int64_t k = 0; k < counts.passes; ++k) {
      Fullest &found = fullest[static_cast<size_t>(k)];
      for (size_t share = 0; share < shares.size(); ++share) {
        size_t at = share;
        int64_t load = mostOf(share, k);
        for (size_t i = 0; i < found.share.size(); ++i)
          if (load > found.load[i]) {
            std::swap(load, found.load[i]);
            std::swap(at, found.share[i]);
          }
      }
    }
  }

  /// The multipliers by what all others wait for them, the most first; those for which none waits are left
  /// out.
  std::vector<size_t> byHold() const {
    std::vector<int64_t> hold(shares.size());
    for (const Fullest &found : fullest)
      hold[found.share[0]] += found.load[0] - std::max<int64_t>(0, found.load[1]);
    std::vector<size_t> order;
    for (size_t share = 0; share < shares.size(); ++share)
      if (hold[share] > 0)
        order.push_back(share);
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return hold[a] > hold[b]; });
    return order;
  }

  /// The exchange of a filter of one multiplier that makes slowest() least, if it makes it less.
  bool exchangeBest(size_t one, int64_t &steps) {
    const int64_t now = slowest();
    int64_t least = now;
    size_t bestShare = 0, bestMine = 0, bestTheirs = 0;
    for (size_t other = 0; other < shares.size() && steps > 0; ++other) {
      if (other == one)
        continue;
      for (size_t mine = 0; mine < shares[one].size(); ++mine)
        for (size_t theirs = 0; theirs < shares[other].size(); ++theirs) {
          int64_t sum = slowestAfter(one, shares[one][mine], other, shares[other][theirs], least, steps);
          if (sum >= least)
            continue;
          least = sum;
          bestShare = other, bestMine = mine, bestTheirs = theirs;
        }
    }
    if (least == now)
      return false;
    int64_t &mine = shares[one][bestMine], &theirs = shares[bestShare][bestTheirs];
    add(one, mine, -1), add(bestShare, theirs, -1);
    std::swap(mine, theirs);
    add(one, mine, 1), add(bestShare, theirs, 1);
    return true;
  }

  /// slowest() once the two have changed places, or something at least `enough`.
  int64_t slowestAfter(size_t one, int64_t mine, size_t other, int64_t theirs, int64_t enough,
                       int64_t &steps) const {
    int64_t sum = 0;
    for (int64_t k = 0; k < counts.passes && sum < enough; ++k) {
      sum += std::max({fullest[static_cast<size_t>(k)].without(one, other), mostInstead(one, mine, theirs, k),
                       mostInstead(other, theirs, mine, k)});
      steps -= 2 * counts.parts;
    }
    return sum;
  }

  const FilterCounts &counts;
  const int64_t each; // counts of a filter
  std::vector<int64_t> rooms;
  std::vector<std::vector<int64_t>> shares;
  std::vector<int64_t> loads, totals; // [share][pass][part]; of a share
  std::vector<Fullest> fullest;       // by pass
};

} // namespace

std::vector<int64_t> filtersInOrder(int64_t filters) {
  std::vector<int64_t> order(static_cast<size_t>(filters));
  std::iota(order.begin(), order.end(), 0);
  return order;
}

/// visit(first, end) of the places of each pass.
template <typename Visit> static void forEachPass(int64_t filters, const FilterLayout &layout, Visit visit) {
  for (int64_t tile = 0; tile < filters; tile += layout.inTile)
    for (int64_t end = std::min(filters, tile + layout.inTile), pass = tile; pass < end;
         pass += layout.inPass)
      visit(pass, std::min(end, pass + layout.inPass));
}

FilterBalance balanceOf(const FilterCounts &counts, const FilterLayout &layout,
                        const std::vector<int64_t> &order) {
  check(counts, layout);
  if (static_cast<int64_t>(order.size()) != counts.filters)
    throw Error(fmt::format("have an order of {} filters; there are {}", order.size(), counts.filters));
  FilterBalance balance;
  int64_t passes = 0, shares = 0;
  forEachPass(counts.filters, layout, [&](int64_t first, int64_t end) {
    Pass pass(counts, layout.inShare, end - first);
    for (int64_t place = first; place < end; ++place)
      pass.give(static_cast<size_t>((place - first) / layout.inShare), order[static_cast<size_t>(place)]);
    balance.slowest += pass.slowest();
    ++passes;
    shares += ceilDivide(end - first, layout.inShare);
  });
  auto all = static_cast<double>(std::accumulate(counts.counts.begin(), counts.counts.end(), int64_t(0)));
  if (shares > 0)
    balance.mean = all / static_cast<double>(shares * counts.parts) * static_cast<double>(passes);
  return balance;
}

std::vector<int64_t> distributeFilters(const FilterCounts &counts, const FilterLayout &layout) {
  check(counts, layout);
  const int64_t each = counts.passes * counts.parts;
  std::vector<int64_t> totals(static_cast<size_t>(counts.filters));
  for (int64_t filter = 0; filter < counts.filters; ++filter)
    totals[static_cast<size_t>(filter)] = std::accumulate(
        counts.counts.begin() + filter * each, counts.counts.begin() + (filter + 1) * each, int64_t(0));

  auto fullestFirst = [&](int64_t a, int64_t b) {
    return totals[static_cast<size_t>(a)] > totals[static_cast<size_t>(b)];
  };
  std::vector<int64_t> order = filtersInOrder(counts.filters), best = order;
  for (int64_t tile = 0; tile < counts.filters; tile += layout.inTile)
    std::stable_sort(order.begin() + tile, order.begin() + std::min(counts.filters, tile + layout.inTile),
                     fullestFirst);
  // A step is one comparison. So many take some tenths of a second; no layer of ResNet-50 needs all of them.
  int64_t steps = int64_t(1) << 28;
  forEachPass(counts.filters, layout, [&](int64_t first, int64_t end) {
    Pass pass(counts, layout.inShare, end - first);
    pass.fill({order.begin() + first, order.begin() + end}, steps);
    pass.improve(steps);
    int64_t place = first;
    for (const std::vector<int64_t> &share : pass.filters())
      for (int64_t filter : share)
        order[static_cast<size_t>(place++)] = filter;
  });
  return balanceOf(counts, layout, order).slowest < balanceOf(counts, layout, best).slowest ? order : best;
}

} // namespace dnnc::sparsity

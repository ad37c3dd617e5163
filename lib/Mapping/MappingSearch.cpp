#include "lib/Mapping/TileSearch.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>

using namespace dnnc;
using namespace dnnc::mapping;
using namespace dnnc::cost;

/// Tiles that are tried for a first answer: from all over the space, then of the most promising.
static constexpr size_t seedTiles = 8, probedTiles = 48;
/// Steps to look for a better second objective among equals.
static constexpr int64_t stepsAmongEquals = 100'000;
/// One dataflow alone is searched with this part of the steps, so that a search over all that does not come to its
/// end may take twice as long to search each of them too.
static constexpr int64_t shareOfOne = 5;
/// A closer bound of tiles takes as long as this many bounds.
static constexpr int64_t tightenWeight = 50;

namespace {
/// Tiles, those with the least bound first: what is left behind when the search stops has the least bound of
/// all.
class Search {
public:
  Search(const MappingProblem &problem, const SearchOptions &options) : state(problem, options), inTile(state) {}

  SearchResult run() {
    const MappingProblem &problem = state.problem;
    if (!problem.target->array.macRate.contains(problem.layer.type)) {
      state.reject(fmt::format("the array of target '{}' does not multiply {}", problem.target->name,
                               dnnc::name(problem.layer.type)));
      return state.finish();
    }
    collectTiles();
    if (state.options.array) {
      evaluateGiven();
      return state.finish();
    }
    seed();
    state.startClock();
    probe();
    std::vector<size_t> rest;
    double lowest = exploreAll(TileSearch::Effort::Share, rest);
    for (size_t index : rest)
      push(index);
    rest.clear();
    lowest = std::min(lowest, exploreAll(TileSearch::Effort::All, rest));
    SearchResult &result = state.result;
    result.complete = !state.stopped;
    result.lowerBound =
        result.complete ? state.valueToBeat() : std::min(state.valueToBeat(), state.least(lowest));
    if (result.best)
      amongEquals();
    return state.finish();
  }

private:
  double boundOf(const TileGroup &group) const {
    double least = std::numeric_limits<double>::infinity();
    for (const TileGroup::Way &way : group.ways)
      least = std::min(least, state.bounds.value(way.terms.least));
    return least;
  }
  void push(size_t index) {
    double bound = boundOf(groupOf(index));
    if (!std::isfinite(bound) || !state.beats(bound))
      return;
    open.push_back({bound, index});
    std::push_heap(open.begin(), open.end(), std::greater<>());
  }

  std::vector<std::vector<int>> ordersOf(const Extents &tile) const {
    const SearchOptions &options = state.options;
    return options.tile && options.order ? std::vector<std::vector<int>>{*options.order} : state.space.orders(tile);
  }

  /// What is known of a tile, from when it is looked at first: most never are.
  TileGroup &groupOf(size_t index) {
    std::unique_ptr<TileGroup> &group = groups[index];
    if (!group) {
      group = std::make_unique<TileGroup>();
      group->tile = tiles[index];
      for (const std::vector<int> &order : ordersOf(tiles[index]))
        group->ways.emplace_back().terms = state.bounds.tileTerms(tiles[index], order);
    }
    return *group;
  }

  void collectTiles() {
    const SearchOptions &options = state.options;
    tiles = options.tile ? std::vector<Extents>{*options.tile} : state.space.tiles();
    state.result.tiles = static_cast<int64_t>(tiles.size());
    groups.resize(tiles.size());
    open.reserve(tiles.size());
    for (size_t i = 0; i < tiles.size(); ++i) {
      double least = std::numeric_limits<double>::infinity();
      for (const std::vector<int> &order : ordersOf(tiles[i]))
        least = std::min(least, state.bounds.value(state.bounds.tileTerms(tiles[i], order).least));
      if (std::isfinite(least))
        open.push_back({least, i});
    }
    std::make_heap(open.begin(), open.end(), std::greater<>());
  }

  /// Those that are open and may hold something better, the least bound first.
  std::vector<size_t> hopeful() const {
    std::vector<std::pair<double, size_t>> sorted;
    for (const auto &entry : open)
      if (state.beats(entry.first))
        sorted.push_back(entry);
    std::sort(sorted.begin(), sorted.end());
    std::vector<size_t> indices;
    for (auto [bound, index] : sorted)
      indices.push_back(index);
    return indices;
  }

  /// Mappings of a given array mapping: only tiles are chosen.
  void evaluateGiven() {
    for (size_t index : hopeful())
      for (const TileGroup::Way &way : groupOf(index).ways) {
        LayerMapping mapping{tiles[index], way.terms.order, *state.options.array};
        if (!state.beats(state.bounds.value(way.terms.least)))
          continue;
        // Made by hand, it may be anything.
        if (std::vector<std::string> problems = state.problem.verify(mapping); !problems.empty()) {
          state.reject(problems[0]);
          continue;
        }
        const DataflowSet &asked = state.problem.dataflows;
        if (!asked.contains(nameDataflow(state.problem.layer, mapping, asked))) {
          state.reject(fmt::format("tiles under which the given mapping is not {}", asked.text()));
          continue;
        }
        ++state.result.evaluated;
        state.offer(mapping);
      }
    if (state.result.best)
      state.result.lowerBound = state.result.best->value;
  }

  /// Closer bounds of the loop orders that fit on chip.
  void tighten(TileGroup &group) {
    if (group.tight)
      return;
    group.tight = true;
    std::erase_if(group.ways, [&](TileGroup::Way &way) {
      const Memory *small = state.memoryTooSmall({group.tile, way.terms.order, {}});
      if (small)
        state.reject(fmt::format("loop orders of a tile that need more than memory '{}' has", small->name));
      return small != nullptr;
    });
    for (TileGroup::Way &way : group.ways)
      if (state.beats(state.bounds.value(way.terms.least))) {
        state.bounds.tighten(way.terms);
        state.result.bounded += tightenWeight;
      }
  }

  void tryOut(size_t index) {
    TileGroup &group = groupOf(index);
    tighten(group);
    if (state.beats(boundOf(group)))
      inTile.explore(group, TileSearch::Effort::Seed);
  }

  /// A good answer early lets the bounds cut off more.
  void seed() {
    std::vector<size_t> sorted = hopeful();
    size_t step = std::max<size_t>(1, sorted.size() / seedTiles);
    for (size_t i = 0; i < sorted.size(); i += step)
      tryOut(sorted[i]);
    // Where hardly any tiles fit, those that do may stand anywhere.
    for (size_t i = 0; i < sorted.size() && !std::isfinite(state.valueToBeat()) && !state.stopped; ++i)
      tryOut(sorted[i]);
  }

  void probe() {
    int64_t limit = state.limit;
    state.limit = state.spent() + (limit - state.spent()) / 3;
    std::vector<size_t> sorted = hopeful();
    size_t step = std::max<size_t>(1, sorted.size() / probedTiles);
    for (size_t i = 0; i < sorted.size() && !state.outOfBudget(); i += step)
      tryOut(sorted[i]);
    state.stopped = false;
    state.limit = limit;
  }

  /// Explores the open tiles, of which those that take more go into the list. Returns the least bound of what
  /// was left behind.
  double exploreAll(TileSearch::Effort effort, std::vector<size_t> &rest) {
    while (!open.empty() && !state.stopped) {
      std::pop_heap(open.begin(), open.end(), std::greater<>());
      auto [bound, index] = open.back();
      open.pop_back();
      if (!state.beats(bound)) {
        open.clear();
        break;
      }
      TileGroup &group = groupOf(index);
      tighten(group);
      if (boundOf(group) > bound)
        push(index);
      else if (!inTile.explore(group, effort))
        rest.push_back(index);
    }
    double lowest = std::numeric_limits<double>::infinity();
    if (state.stopped) {
      for (size_t index : rest)
        lowest = std::min(lowest, boundOf(groupOf(index)));
      if (!open.empty())
        lowest = std::min(lowest, open.front().first);
    }
    open.clear();
    return lowest;
  }

  /// Among mappings of the best tiles that cost the same, the one with the least of the other objective.
  void amongEquals() {
    state.amongEquals = true;
    state.stopped = false;
    state.limit = state.spent() + stepsAmongEquals;
    auto best = std::find(tiles.begin(), tiles.end(), state.result.best->mapping.tile);
    if (best != tiles.end())
      inTile.explore(groupOf(static_cast<size_t>(best - tiles.begin())), TileSearch::Effort::All);
  }

  SearchState state;
  TileSearch inTile;
  std::vector<Extents> tiles;
  std::vector<std::unique_ptr<TileGroup>> groups;
  std::vector<std::pair<double, size_t>> open; ///< bound and index: a heap, the least bound first
};
} // namespace

static SearchResult searchOne(const MappingProblem &problem, SearchOptions options) {
  options.bounded /= shareOfOne;
  SearchResult result = Search(problem, options).run();
  if (result.best)
    result.byDataflow[static_cast<size_t>(result.best->dataflow)] = result.best;
  return result;
}

SearchResult mapping::search(const MappingProblem &problem, const SearchOptions &options) {
  if (problem.dataflows.isOne())
    return searchOne(problem, options);
  auto started = std::chrono::steady_clock::now();
  SearchResult result = Search(problem, options).run();
  if (options.array)
    return result;
  if (result.best)
    result.byDataflow[static_cast<size_t>(result.best->dataflow)] = result.best;
  if (result.complete && !options.byDataflow)
    return result;
  // One dataflow after the other, as it is searched alone, so that all of them are never worse than one, whatever the
  // limit of steps. Where just the best is of interest, only for what is better. A limit of time is one for all.
  double lowest = std::numeric_limits<double>::infinity();
  bool complete = true;
  auto left = [&] {
    return options.budgetSeconds - std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  };
  for (size_t i = 0; i < dataflowNames.size(); ++i) {
    auto dataflow = static_cast<Dataflow>(i);
    if (!problem.dataflows.contains(dataflow))
      continue;
    MappingProblem part = problem;
    part.dataflows = DataflowSet::only(dataflow);
    SearchOptions rest = options;
    if (options.budgetSeconds > 0 && (rest.budgetSeconds = left()) <= 0)
      return result;
    if (!options.byDataflow && result.best)
      rest.incumbent = result.best->value;
    SearchResult found = searchOne(part, rest);
    complete &= found.complete;
    result.bounded += found.bounded, result.evaluated += found.evaluated;
    lowest = std::min(lowest, found.lowerBound);
    if (!found.best)
      continue;
    result.byDataflow[i] = found.best;
    if (!result.best || found.best->value < result.best->value) {
      result.best = found.best;
      result.best->dataflow = nameDataflow(problem.layer, found.best->mapping, problem.dataflows);
    }
  }
  if (result.best)
    result.lowerBound = std::min(result.best->value, std::max(result.lowerBound, lowest));
  result.complete |= complete;
  return result;
}

#include "lib/Mapping/TileSearch.h"

#include <algorithm>
#include <cmath>

using namespace dnnc;
using namespace dnnc::mapping;
using namespace dnnc::cost;

static constexpr double rounding = 1e-9;
/// What is tried of a tile for a first answer.
static constexpr size_t seedUnrollings = 3, seedMappings = 6;
/// And of each in the first round over all tiles: where transfers decide, many mappings have one bound.
static constexpr size_t sharedMappings = 400;
/// Nodes are evaluated when there are so many.
static constexpr size_t mostNodes = 20'000;
/// A first answer has no use for unrollings with more steps than this many times the least.
static constexpr double seedSlack = 2;
/// A set of array cycles that is played takes as long as this many bounds.
static constexpr int64_t playWeight = 5;

TileSearch::TileSearch(SearchState &state)
    : state(state), problem(state.problem), layer(problem.layer), target(*problem.target),
      array(target.array), partProblem(problem) {}

bool TileSearch::explore(TileGroup &tiles, Effort wanted) {
  group = &tiles, effort = wanted;
  leftOut = false;
  nodes.clear(), knownFactors.clear();
  if (!prepare(tiles))
    return true;
  listUnrollings();
  for (size_t index = 0; index < unrollings.size(); ++index) {
    ++state.result.unrollings;
    if (!worthwhile(unrollings[index])) {
      ++state.idle;
      continue;
    }
    expand(index);
    if (nodes.size() > mostNodes)
      settle();
    if (state.outOfBudget())
      return false;
  }
  settle();
  return !leftOut && !state.stopped && effort != Effort::Seed;
}

/// The loop orders that may hold something better, and how to bound what is under them.
bool TileSearch::prepare(TileGroup &tiles) {
  ways.clear();
  bool enveloped = true, alike = true;
  mostArray = 0;
  for (TileGroup::Way &way : tiles.ways) {
    if (!state.accepts(way.terms.least))
      continue;
    if (!way.timeline)
      way.timeline = std::make_unique<TileTimeline>(layer, tiles.tile, way.terms.order, target);
    TileTimeline &timeline = *way.timeline;
    double most = state.mostCycles(way.terms.least);
    if (!way.envelope && effort != Effort::Seed && std::isfinite(most)) {
      TileTimeline::ArrayCycles floors;
      for (const Extents &extents : timeline.classes())
        floors.push_back(state.bounds.instructionCycles(extents));
      int64_t before = timeline.played;
      way.envelope = timeline.envelope(floors, way.terms.others(), most);
      state.result.bounded += playWeight * (timeline.played - before);
      if (way.envelope)
        way.terms.least = state.bounds.atLeast(way.terms.least, way.envelope->from(0));
    }
    if (!state.accepts(way.terms.least)) {
      ++state.transferBound;
      continue;
    }
    ways.push_back(&way);
    enveloped &= way.envelope != nullptr, alike &= timeline.allAlike();
    mostArray = std::max(mostArray, most - way.terms.others());
  }
  if (ways.empty())
    return false;
  view = &state.bounds, terms = &ways[0]->terms, ofPart = false;
  if (problem.objective != Objective::Latency || state.amongEquals || !enveloped || alike)
    return true;
  const TileTimeline &timeline = *ways[0]->timeline;
  partProblem.layer = timeline.commonLayer();
  part.emplace(partProblem, group->tile);
  partTerms = part->tileTerms(partProblem.layer.extents, {});
  view = &*part, terms = &*partTerms, ofPart = true;
  mostArray = 0;
  for (TileGroup::Way *way : ways)
    mostArray = std::max(
        mostArray, static_cast<double>(way->envelope->most(state.mostCycles(way->terms.least))));
  return true;
}

/// Steps of a MAC over the whole layer with which a mapping can still be of use.
double TileSearch::mostSteps() const {
  double most = 0;
  auto depth = static_cast<double>(array.pipelineDepth);
  for (const TileGroup::Way *way : ways) {
    double tiles = way->terms.tiles, limit = state.mostCycles(way->terms.least);
    double cycles = limit - way->terms.others() - tiles * depth;
    // The last instruction has no more steps than the others.
    if (way->envelope)
      cycles = std::min(cycles, tiles * (static_cast<double>(way->envelope->most(limit)) - depth));
    most = std::max(most, cycles);
  }
  return most * state.bounds.rate() * (1 + rounding);
}

void TileSearch::listUnrollings() {
  double most = mostSteps();
  unrollings.clear();
  if (effort == Effort::Seed)
    unrollings = state.space.unrollings(
        group->tile, std::min(most, seedSlack * static_cast<double>(layer.macs()) /
                                        static_cast<double>(array.macs())));
  if (unrollings.empty())
    unrollings = state.space.unrollings(group->tile, most);
  std::vector<std::pair<double, size_t>> order;
  for (size_t i = 0; i < unrollings.size(); ++i)
    order.push_back({state.bounds.leastSteps(group->tile, unrollings[i]), i});
  std::sort(order.begin(), order.end());
  if (effort == Effort::Seed && order.size() > seedUnrollings)
    order.resize(seedUnrollings);
  std::vector<Unrolling> sorted;
  sorted.reserve(order.size());
  for (auto [steps, index] : order)
    sorted.push_back(std::move(unrollings[index]));
  unrollings = std::move(sorted);
}

bool TileSearch::worthwhile(const Unrolling &unrolling) const {
  for (const TileGroup::Way *way : ways) {
    const TileTimeline &timeline = *way->timeline;
    if (way->envelope) {
      double cycles =
          state.bounds.instructionCycles(timeline.classes()[timeline.commonClass()], unrolling);
      if (state.accepts(
              state.bounds.atLeast(way->terms.least, way->envelope->from(static_cast<int64_t>(cycles)))))
        return true;
    } else if (state.accepts(state.bounds.unrolled(way->terms, unrolling))) {
      return true;
    }
  }
  return false;
}

/// The bound of a mapping under the loop order that suits it best; nothing where none is of use.
std::optional<Bound> TileSearch::best(const ArrayBound &arrayBound) const {
  std::optional<Bound> best;
  for (const TileGroup::Way *way : ways) {
    ArrayBound all = arrayBound;
    double least = 0;
    if (way->envelope && (ofPart || way->timeline->allAlike())) {
      double instruction = arrayBound.cycles / (ofPart ? 1 : way->terms.tiles);
      least = way->envelope->from(static_cast<int64_t>(std::ceil(instruction * (1 - rounding))));
    }
    if (ofPart)
      all = {};
    Bound bound = state.bounds.ofLayer(way->terms, all, least);
    if (state.accepts(bound) && (!best || state.bounds.value(bound) < state.bounds.value(*best)))
      best = bound;
  }
  return best;
}

/// Evaluates what the bounds leave, most promising first.
void TileSearch::settle() {
  std::sort(nodes.begin(), nodes.end(), [](const Node &a, const Node &b) {
    return std::tie(a.value, a.array.cycles, a.array.energy, a.number) <
           std::tie(b.value, b.array.cycles, b.array.energy, b.number);
  });
  size_t most = effort == Effort::Seed ? seedMappings : effort == Effort::Share ? sharedMappings : nodes.size();
  size_t hopeful = std::partition_point(nodes.begin(), nodes.end(),
                                        [&](const Node &node) {
                                          return state.amongEquals || state.beats(node.value);
                                        }) -
                   nodes.begin();
  // Of more than may be tried, half are the first, the others spread over the rest: where transfers decide,
  // it is not the shortest array work that fits best between them.
  size_t stride = 1;
  if (hopeful > most) {
    leftOut = true;
    stride = (hopeful - most / 2 + most - 1) / (most - most / 2);
  }
  for (size_t i = 0; i < hopeful; i += hopeful > most && i >= most / 2 ? stride : 1) {
    // The best may have become better.
    if (!best(nodes[i].array)) {
      ++state.outbounded;
      continue;
    }
    evaluate(nodes[i]);
    if ((state.result.evaluated & 63) == 0 && state.outOfBudget())
      break;
  }
  nodes.clear();
}

void TileSearch::evaluate(const Node &node) {
  const Unrolling &unrolling = unrollings[node.unrolling];
  Extents spad, trips;
  for (int dim = 0; dim < loopDims; ++dim) {
    spad[dim] = node.spad[dim];
    trips[dim] = ceilDiv(group->tile[dim], unrolling.spatial(dim) * spad[dim]);
  }
  ArrayMapping mapping = MappingSpace::mapping(unrolling, spad, trips, node.order->loops);
  auto limitOf = [&](const TileGroup::Way *way) {
    return state.mostCyclesToKeep(
        ofPart ? way->terms.least : state.bounds.ofLayer(way->terms, node.array));
  };
  ++state.result.evaluated;
  TileTimeline::ArrayCycles floors;
  for (const Extents &extents : ways[0]->timeline->classes())
    floors.push_back(state.bounds.instructionCycles(extents, unrolling));
  double most = 0;
  for (const TileGroup::Way *way : ways)
    most = std::max(most, limitOf(way) - way->terms.others());
  auto suits = [&](const TileGroup::Way *way, double common) {
    return !way->envelope || way->envelope->at(static_cast<int64_t>(common)) <= limitOf(way);
  };
  const TileTimeline::ArrayCycles *cycles =
      ways[0]->timeline->arrayCycles(mapping, floors, most, [&](double common) {
        return std::any_of(ways.begin(), ways.end(), [&](auto *way) { return suits(way, common); });
      });
  if (!cycles) {
    ++state.outbounded;
    return;
  }
  for (TileGroup::Way *way : ways) {
    if (node.order->spills && !spillsFit(*way))
      continue;
    if (suits(way, (*cycles)[way->timeline->commonClass()]) && way->timeline->cycles(*cycles) <= limitOf(way))
      state.offer({group->tile, way->terms.order, mapping});
    else
      ++state.outbounded;
  }
}

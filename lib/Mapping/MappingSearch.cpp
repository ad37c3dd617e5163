#include "lib/Mapping/MappingSearch.h"

#include "lib/Mapping/MappingBounds.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>

using namespace dnnc;
using namespace dnnc::mapping;
using namespace dnnc::cost;

/// Bounds are sums in another order than the estimate's.
static constexpr double rounding = 1e-9;
/// Tiles that are tried for a first answer, and unrollings of each.
static constexpr size_t seedTiles = 40, probedTiles = 400, seedUnrollings = 3, seedMappings = 6;
/// Evaluations of a tile in the first round over all tiles: where transfers decide, many mappings have one
/// bound.
static constexpr size_t roundMappings = 400;
/// Mappings that are bounded for a better second objective among equals.
static constexpr int64_t boundedAmongEquals = 100'000;
/// An evaluation takes as long as this many bounds.
static constexpr int64_t evaluationWeight = 30;
/// And a closer bound of tiles.
static constexpr int64_t tightenWeight = 50;

namespace {
/// A mapping of a tile, as indices into lists that the search keeps.
struct Node {
  double value;
  double array;
  double second;
  size_t unrolling;
  Extents spad;
  const std::vector<int> *order;
  size_t number; ///< keeps the order of equals fixed
};

class Search {
public:
  Search(const MappingProblem &problem, const SearchOptions &options)
      : problem(problem), options(options), layer(problem.layer), target(*problem.target),
        array(target.array), space(problem), bounds(problem) {}

  SearchResult run() {
    if (!target.array.macRate.contains(layer.type)) {
      reject(
          fmt::format("the array of target '{}' does not multiply {}", target.name, dnnc::name(layer.type)));
      return finish();
    }
    collectTiles();
    seed();
    started = std::chrono::steady_clock::now();
    std::vector<std::pair<double, size_t>> open;
    for (size_t i = 0; i < tiles.size(); ++i)
      if (beats(bounds.value(tiles[i].least)) && ready(i) && beats(bounds.value(tiles[i].least)))
        open.push_back({bounds.value(tiles[i].least), i});
    std::sort(open.begin(), open.end());
    probe(open);
    // Tiles whose bound is least come first: what is left behind when the search stops has the least bound of
    // all.
    double lowest = std::numeric_limits<double>::infinity();
    std::vector<bool> done(tiles.size(), false);
    for (bool first : {true, false}) {
      firstRound = first;
      for (auto [value, index] : open) {
        if (done[index])
          continue;
        if (stopped || !beats(value))
          break;
        leftOut = false;
        explore(tiles[index]);
        done[index] = !leftOut && !stopped;
      }
    }
    firstRound = false;
    for (auto [value, index] : open)
      if (!done[index]) {
        lowest = value;
        break;
      }
    result.complete = !stopped;
    if (result.best) {
      result.lowerBound = stopped ? std::min(result.best->value, least(lowest)) : result.best->value;
      amongEquals();
    }
    return finish();
  }

private:
  bool beats(double bound) const { return !result.best || least(bound) < result.best->value; }
  /// What a bound says of values: cycles are whole.
  double least(double bound) const {
    double low = bound * (1 - rounding);
    return problem.objective == Objective::Latency ? std::ceil(low) : low;
  }

  void reject(const std::string &reason, int64_t count = 1) { rejections[reason] += count; }

  void collectTiles() {
    std::vector<Extents> sizes = options.tile ? std::vector<Extents>{*options.tile} : space.tiles();
    result.tiles = static_cast<int64_t>(sizes.size());
    for (const Extents &tile : sizes) {
      std::vector<std::vector<int>> orders =
          options.tile && options.order ? std::vector<std::vector<int>>{*options.order} : space.orders(tile);
      for (const std::vector<int> &order : orders)
        tiles.push_back(bounds.tileTerms(tile, order));
    }
    // Equals stay in the order of the space.
    std::vector<std::pair<double, size_t>> order;
    for (size_t i = 0; i < tiles.size(); ++i)
      order.push_back({bounds.value(tiles[i].least), i});
    std::sort(order.begin(), order.end());
    std::vector<TileTerms> sorted;
    for (auto [value, index] : order)
      sorted.push_back(std::move(tiles[index]));
    tiles = std::move(sorted);
  }

  /// A good answer early lets the bounds cut off more: a few mappings of tiles all over the space, then of
  /// the most promising.
  void seed() {
    size_t step = std::max<size_t>(1, tiles.size() / seedTiles);
    seeding = true;
    for (size_t i = 0; i < tiles.size(); i += step)
      if (beats(bounds.value(tiles[i].least)) && ready(i))
        explore(tiles[i]);
    seeding = false;
  }

  /// Whether the tiles fit on chip; those that do have their closer bound afterwards.
  bool ready(size_t index) {
    enum { Unknown, Fits, TooLarge };
    readiness.resize(tiles.size(), Unknown);
    if (readiness[index] != Unknown)
      return readiness[index] == Fits;
    LayerMapping mapping{tiles[index].tile, tiles[index].order, options.array.value_or(ArrayMapping{})};
    std::vector<int64_t> bytes = footprint(layer, mapping, target);
    for (size_t memory = 0; memory < bytes.size(); ++memory)
      if (target.memories[memory].kind == Memory::Kind::Sram && bytes[memory] > target.memoryBytes(memory)) {
        reject(fmt::format("tiles larger than memory '{}'", target.memories[memory].name));
        readiness[index] = TooLarge;
        return false;
      }
    readiness[index] = Fits;
    bounds.tighten(tiles[index]);
    result.bounded += tightenWeight;
    return true;
  }

  void probe(const std::vector<std::pair<double, size_t>> &open) {
    int64_t limit = boundedLimit;
    boundedLimit = spent() + (boundedLimit - spent()) / 3;
    seeding = true;
    size_t step = std::max<size_t>(1, open.size() / probedTiles);
    for (size_t i = 0; i < open.size() && !outOfBudget(); i += step)
      if (beats(open[i].first))
        explore(tiles[open[i].second]);
    seeding = stopped = false;
    boundedLimit = limit;
  }

  int64_t spent() const { return result.bounded + evaluationWeight * result.evaluated; }

  /// The most cycles with which a mapping of the tile can still be of use.
  double mostCycles(const TileTerms &tile) const {
    if (amongEqualsOf)
      return bounds.mostCycles(tile, *amongEqualsOf);
    return result.best ? bounds.mostCycles(tile, result.best->value)
                       : std::numeric_limits<double>::infinity();
  }

  /// And steps of a MAC.
  double mostSteps(const TileTerms &tile) const {
    double others =
        tile.before + tile.behind + tile.serial + tile.tiles * static_cast<double>(array.pipelineDepth);
    return std::max(0.0, (mostCycles(tile) - others) * bounds.rate() * (1 + rounding));
  }

  void explore(const TileTerms &tile) {
    if (options.array) {
      evaluate(tile, *options.array);
      return;
    }
    unrollings = space.unrollings(tile.tile, mostSteps(tile));
    std::vector<std::pair<double, size_t>> order;
    for (size_t i = 0; i < unrollings.size(); ++i)
      order.push_back({bounds.leastSteps(tile, unrollings[i]), i});
    std::sort(order.begin(), order.end());
    if (seeding && order.size() > seedUnrollings)
      order.resize(seedUnrollings);
    nodes.clear();
    for (auto [steps, index] : order) {
      ++result.unrollings;
      if (!beats(bounds.value(bounds.unrolled(tile, unrollings[index])))) {
        reject("unrollings that leave too many multipliers idle");
        continue;
      }
      expand(tile, index);
      if (nodes.size() > 20000)
        settle(tile);
      if (outOfBudget())
        return;
    }
    settle(tile);
  }

  /// Evaluates what the bounds leave, most promising first.
  void settle(const TileTerms &tile) {
    std::sort(nodes.begin(), nodes.end(), [](const Node &a, const Node &b) {
      return std::tie(a.value, a.array, a.second, a.number) < std::tie(b.value, b.array, b.second, b.number);
    });
    // Of more than may be tried, half are the first, the others spread over the rest: where transfers decide,
    // it is not the shortest array work that fits best between them.
    size_t most = seeding ? seedMappings : firstRound ? roundMappings : nodes.size();
    size_t hopeful =
        std::partition_point(nodes.begin(), nodes.end(),
                             [&](const Node &node) { return accepts(node.value, node.second); }) -
        nodes.begin();
    size_t stride = 1;
    if (hopeful > most) {
      leftOut = true;
      stride = (hopeful - most / 2 + most - 1) / (most - most / 2);
    }
    for (size_t i = 0; i<hopeful; i += hopeful> most && i >= most / 2 ? stride : 1) {
      const Node &node = nodes[i];
      if (!accepts(node.value, node.second))
        break;
      if (problem.objective == Objective::Latency &&
          !accepts(bounds.playedCycles(tile, node.array), node.second)) {
        ++outbounded;
        continue;
      }
      const Unrolling &unrolling = unrollings[node.unrolling];
      ArrayMapping spadOnly = unrolling.axes;
      for (int dim = 0; dim < loopDims; ++dim)
        if (node.spad[dim] > 1)
          spadOnly.spad.push_back({dim, node.spad[dim]});
      Extents trips = MappingSpace::trips(tile.tile, shapeOf(spadOnly));
      evaluate(tile, MappingSpace::mapping(unrolling, node.spad, trips, *node.order));
      if ((result.evaluated & 63) == 0 && outOfBudget())
        break;
    }
    nodes.clear();
  }

  bool accepts(double value, double second) const {
    if (amongEqualsOf)
      return least(value) <= *amongEqualsOf && second * (1 - rounding) < secondBest;
    return beats(value);
  }

  /// All spad factors and pass orders of one unrolling.
  void expand(const TileTerms &tile, size_t index) {
    const Unrolling &unrolling = unrollings[index];
    std::array<std::vector<DimTerms>, loopDims> terms;
    for (int dim = 0; dim < loopDims; ++dim)
      for (int64_t spad : space.spadFactors(tile.tile, unrolling, dim))
        terms[dim].push_back(bounds.dimTerms(tile, unrolling, dim, spad));
    auto inPe = [&](const DimTerms &d, int dim) { return std::min(d.inPe, tile.tile[dim]); };
    auto words = [&](const Spad &spad) {
      return std::max<int64_t>(1, (bytesOf(layer.type) * 8 + spad.bits - 1) / spad.bits);
    };
    int64_t ifmapRoom = array.ifmapSpad.words / words(array.ifmapSpad),
            weightRoom = array.weightSpad.words / words(array.weightSpad);
    int64_t psumRoom = array.psumSpad.words;
    constexpr int64_t anywhere = int64_t(1) << 40;
    auto window = [&](const DimTerms &outer, const DimTerms &inner, int side) {
      return differentCoordinates(0, inPe(outer, side ? Q : P), layer.strides[side],
                                  inPe(inner, side ? S : R), layer.dilations[side], anywhere);
    };
    // Dimensions that are not chosen yet stand with the least of every term, over the factors that there is
    // room for.
    std::array<DimTerms, loopDims> least;
    std::array<const DimTerms *, loopDims> chosen;
    auto leave = [&](int dim, int64_t room) {
      least[dim] = terms[dim].back();
      for (const DimTerms &other : terms[dim])
        if (inPe(other, dim) <= room)
          least[dim].lower(other);
      chosen[dim] = &least[dim];
    };
    int64_t smaller = std::min(psumRoom, weightRoom);
    for (int dim : {N, G, R, S, P, Q})
      leave(dim, anywhere);
    leave(M, smaller);
    leave(C, std::min(ifmapRoom, weightRoom));
    WindowTerms anyRows = bounds.leastWindows(tile, 0), anyColumns = bounds.leastWindows(tile, 1);
    double most = mostCycles(tile);
    auto hopeless = [&](const WindowTerms &rows, const WindowTerms &columns) {
      if (bounds.floorCycles(tile, chosen, rows.first * columns.first) * (1 - rounding) <= most &&
          acceptsAny(tile, unrolling, chosen, rows, columns))
        return false;
      ++outbounded;
      return true;
    };
    if (hopeless(anyRows, anyColumns))
      return;
    int64_t fixed = inPe(terms[N][0], N) * inPe(terms[G][0], G), groups = inPe(terms[G][0], G);
    for (const DimTerms &r : terms[R]) {
      chosen[R] = &r;
      for (const DimTerms &p : terms[P]) {
        int64_t pixels = fixed * inPe(p, P), high = window(p, r, 0);
        if (pixels > psumRoom || fixed * high > ifmapRoom) {
          ++tooLarge;
          continue;
        }
        chosen[P] = &p;
        WindowTerms rows = bounds.windowTerms(tile, 0, p, r);
        leave(M, std::min(psumRoom / pixels, weightRoom));
        leave(C, std::min(ifmapRoom / (fixed * high), weightRoom));
        if (hopeless(rows, anyColumns))
          continue;
        for (const DimTerms &s : terms[S]) {
          int64_t taps = groups * inPe(r, R) * inPe(s, S);
          if (taps > weightRoom) {
            ++tooLarge;
            continue;
          }
          chosen[S] = &s;
          for (const DimTerms &q : terms[Q]) {
            int64_t outputs = pixels * inPe(q, Q), area = fixed * high * window(q, s, 1);
            if (outputs > psumRoom || area > ifmapRoom) {
              ++tooLarge;
              continue;
            }
            chosen[Q] = &q;
            WindowTerms columns = bounds.windowTerms(tile, 1, q, s);
            leave(M, std::min(psumRoom / outputs, weightRoom / taps));
            leave(C, std::min(ifmapRoom / area, weightRoom / taps));
            if (hopeless(rows, columns))
              continue;
            for (const DimTerms &c : terms[C]) {
              int64_t channels = inPe(c, C);
              if (area * channels > ifmapRoom || taps * channels > weightRoom) {
                ++tooLarge;
                continue;
              }
              chosen[C] = &c;
              leave(M, std::min(psumRoom / outputs, weightRoom / (taps * channels)));
              if (hopeless(rows, columns))
                continue;
              for (const DimTerms &m : terms[M]) {
                int64_t filters = inPe(m, M);
                if (taps * channels * filters > weightRoom || outputs * filters > psumRoom) {
                  ++tooLarge;
                  continue;
                }
                chosen[M] = &m;
                bound(tile, index, chosen, rows, columns);
              }
            }
          }
          chosen[Q] = &least[Q];
        }
        chosen[S] = &least[S];
      }
      chosen[P] = &least[P];
    }
  }

  /// Whether some order of the passes might be accepted, of dimensions that turn whatever else is chosen.
  bool acceptsAny(const TileTerms &tile, const Unrolling &unrolling,
                  const std::array<const DimTerms *, loopDims> &chosen, const WindowTerms &rows,
                  const WindowTerms &columns) {
    unsigned turning = 0;
    for (int dim = 0; dim < loopDims; ++dim)
      turning |= chosen[dim]->trips > 1 ? 1u << dim : 0;
    result.bounded += 1;
    for (const PassOrder &order : passOrders(turning, unrolling, /*keeps=*/false)) {
      Bound bound = bounds.mapped(tile, chosen, rows, columns, order.loops);
      if (accepts(bounds.value(bound), problem.objective == Objective::Energy ? bound.cycles : bound.energy))
        return true;
    }
    return false;
  }

  void bound(const TileTerms &tile, size_t index, const std::array<const DimTerms *, loopDims> &chosen,
             const WindowTerms &rows, const WindowTerms &columns) {
    unsigned turning = 0;
    Extents trips, spad;
    bool keeps = false;
    for (int dim = 0; dim < loopDims; ++dim) {
      trips[dim] = static_cast<int64_t>(chosen[dim]->trips);
      turning |= trips[dim] > 1 ? 1u << dim : 0;
      spad[dim] = chosen[dim]->spad;
      keeps |= spad[dim] > 1;
    }
    for (const PassOrder &order : passOrders(turning, unrollings[index], keeps)) {
      if (order.spills && !spillsFit(tile)) {
        reject("psums that would leave unfinished and have no room on chip");
        continue;
      }
      ++result.bounded;
      Bound bound = bounds.mapped(tile, chosen, rows, columns, order.loops);
      double value = bounds.value(bound),
             second = problem.objective == Objective::Energy ? bound.cycles : bound.energy;
      if (accepts(value, second))
        nodes.push_back({value, bound.array, second, index, spad, &order.loops, nodes.size()});
      else
        ++outbounded;
    }
  }

  struct PassOrder {
    std::vector<int> loops;
    bool spills;
  };
  const std::vector<PassOrder> &passOrders(unsigned turning, const Unrolling &unrolling, bool keeps) {
    auto &known = knownOrders[turning | unsigned(unrolling.rowStationary) << 8 | unsigned(keeps) << 9];
    if (known)
      return *known;
    known.emplace();
    Extents trips;
    for (int dim = 0; dim < loopDims; ++dim)
      trips[dim] = turning >> dim & 1 ? 2 : 1;
    for (std::vector<int> &loops : space.passOrders(trips, unrolling, keeps)) {
      ArrayMapping passes;
      for (int dim : loops)
        passes.passes.push_back({dim, 2});
      known->push_back({loops, spillsPsums(passes, trips)});
    }
    return *known;
  }

  bool spillsFit(const TileTerms &tile) {
    if (!options.spills)
      return false;
    if (spillsOf == tile.tile && spillsOrder == tile.order)
      return spillsFitThere;
    spillsOf = tile.tile, spillsOrder = tile.order;
    // Any mapping that spills has the same footprint: here a loop over C around one over M, as if both
    // turned.
    LayerMapping mapping{tile.tile, tile.order, {}};
    int outer = -1, inner = -1;
    for (int dim : {C, R, S})
      if (tile.tile[dim] > 1)
        outer = dim;
    for (int dim : {N, G, M, P, Q})
      if (tile.tile[dim] > 1)
        inner = dim;
    if (outer < 0 || inner < 0)
      return spillsFitThere = false;
    mapping.array.passes = {{outer, tile.tile[outer]}, {inner, tile.tile[inner]}};
    std::vector<int64_t> bytes = footprint(layer, mapping, target);
    spillsFitThere = target.memoryFor(Operand::Psum).has_value();
    for (size_t memory = 0; memory < bytes.size(); ++memory)
      if (target.memories[memory].kind == Memory::Kind::Sram && bytes[memory] > target.memoryBytes(memory))
        spillsFitThere = false;
    return spillsFitThere;
  }

  void evaluate(const TileTerms &tile, const ArrayMapping &arrayMapping) {
    Candidate candidate;
    candidate.mapping = {tile.tile, tile.order, arrayMapping};
    // The space holds legal mappings but for what streams through a FIFO; a mapping made by hand may be
    // anything.
    bool streams = target.memories[*target.memoryFor(Operand::Weight)].kind == Memory::Kind::Fifo ||
                   target.memories[*target.memoryFor(Operand::Ifmap)].kind == Memory::Kind::Fifo;
    if (options.array || streams)
      if (std::vector<std::string> problems = problem.verify(candidate.mapping); !problems.empty()) {
        reject(options.array ? problems[0] : "mappings that fetch a stream larger than its FIFO again");
        return;
      }
    ++result.evaluated;
    candidate.estimate = problem.evaluate(candidate.mapping);
    candidate.value = problem.value(candidate.estimate);
    double second = problem.second(candidate.estimate);
    if (result.best && candidate.value > result.best->value && candidate.value > worstKept() &&
        knownPerDataflow())
      return;
    candidate.dataflow = nameDataflow(arrayMapping, tile.tile, problem.dataflows);
    auto better = [&](const std::optional<Candidate> &than) {
      return !than ||
             std::pair(candidate.value, second) < std::pair(than->value, problem.second(than->estimate));
    };
    if (better(result.best)) {
      result.best = candidate;
      secondBest = second;
    }
    if (better(result.byDataflow[static_cast<size_t>(candidate.dataflow)]))
      result.byDataflow[static_cast<size_t>(candidate.dataflow)] = candidate;
    keepClose(candidate);
  }

  double worstKept() const {
    return result.close.size() < options.close ? std::numeric_limits<double>::infinity()
                                               : result.close.back().value;
  }
  bool knownPerDataflow() const {
    return std::all_of(result.byDataflow.begin(), result.byDataflow.end(),
                       [](const auto &candidate) { return candidate.has_value(); });
  }

  void keepClose(const Candidate &candidate) {
    if (options.close == 0 || candidate.value > worstKept())
      return;
    std::vector<Candidate> &close = result.close;
    auto alike = std::find_if(close.begin(), close.end(), [&](const Candidate &other) {
      return other.dataflow == candidate.dataflow && other.mapping.tile == candidate.mapping.tile;
    });
    if (alike != close.end()) {
      if (alike->value <= candidate.value)
        return;
      close.erase(alike);
    }
    auto place = std::upper_bound(close.begin(), close.end(), candidate,
                                  [](const Candidate &a, const Candidate &b) { return a.value < b.value; });
    close.insert(place, candidate);
    if (close.size() > options.close)
      close.pop_back();
  }

  /// Among mappings of the best tiles that cost the same, the one with the least of the other objective.
  void amongEquals() {
    amongEqualsOf = result.best->value;
    stopped = false;
    boundedLimit = spent() + boundedAmongEquals;
    TileTerms tile = bounds.tileTerms(result.best->mapping.tile, result.best->mapping.order);
    bounds.tighten(tile);
    explore(tile);
  }

  bool outOfBudget() {
    if (spent() > boundedLimit)
      stopped = true;
    if (options.budgetSeconds > 0 && result.best &&
        std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count() >
            options.budgetSeconds)
      stopped = true;
    return stopped;
  }

  SearchResult finish() {
    if (tooLarge > 0)
      reject("factors that need more words than a spad has", tooLarge);
    if (outbounded > 0)
      reject("mappings whose lower bound is above the best", outbounded);
    for (auto &[reason, count] : rejections)
      result.rejections.push_back({reason, count});
    std::sort(result.rejections.begin(), result.rejections.end(), [](const auto &a, const auto &b) {
      return std::tie(b.count, a.reason) < std::tie(a.count, b.reason);
    });
    if (result.best && !result.close.empty() && result.close[0].mapping.tile == result.best->mapping.tile &&
        result.close[0].dataflow == result.best->dataflow)
      result.close.erase(result.close.begin());
    return std::move(result);
  }

  const MappingProblem &problem;
  const SearchOptions &options;
  const Layer &layer;
  const Target &target;
  const Array &array;
  MappingSpace space;
  MappingBounds bounds;
  SearchResult result;
  std::vector<TileTerms> tiles;
  std::vector<char> readiness;
  std::vector<Unrolling> unrollings;
  std::vector<Node> nodes;
  std::array<std::optional<std::vector<PassOrder>>, 1024> knownOrders;
  std::map<std::string, int64_t> rejections;
  int64_t tooLarge = 0, outbounded = 0;
  int64_t boundedLimit = options.bounded;
  bool seeding = false, stopped = false, firstRound = false;
  bool leftOut = false; ///< mappings of the tile that the round did not come to
  std::optional<double> amongEqualsOf;
  double secondBest = std::numeric_limits<double>::infinity();
  Extents spillsOf{};
  std::vector<int> spillsOrder;
  bool spillsFitThere = false;
  std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();
};
} // namespace

/// Of the limit of several dataflows together. An eighth: five parts then cost less than the whole did.
static constexpr int64_t aloneShare = 8;

SearchResult mapping::search(const MappingProblem &problem, const SearchOptions &options) {
  // One dataflow alone has a share of the limit, whoever asks for it.
  SearchOptions shared = options;
  if (problem.dataflows.isOne())
    shared.bounded /= aloneShare;
  else
    shared.budgetSeconds /= 2;
  SearchResult result = Search(problem, shared).run();
  if (result.complete || options.array || problem.dataflows.isOne())
    return result;
  // Where the whole was not searched its parts are, each as a search of its own would be: so that the union is
  // never worse than a part, and its bound no lower than the lowest of theirs.
  double lowest = std::numeric_limits<double>::infinity();
  for (size_t i = 0; i < dataflowNames.size(); ++i) {
    auto dataflow = static_cast<Dataflow>(i);
    if (!problem.dataflows.contains(dataflow))
      continue;
    MappingProblem part = problem;
    part.dataflows = DataflowSet::only(dataflow);
    shared.bounded = options.bounded / aloneShare;
    shared.budgetSeconds = options.budgetSeconds / 2 / dataflowNames.size();
    SearchResult alone = Search(part, shared).run();
    if (!alone.best && alone.complete)
      continue;
    lowest = std::min(lowest, alone.lowerBound);
    if (!alone.best)
      continue;
    result.byDataflow[i] = alone.best;
    if (!result.best ||
        std::pair(alone.best->value, problem.second(alone.best->estimate)) <
            std::pair(result.best->value, problem.second(result.best->estimate))) {
      result.best = alone.best;
      // By its name among all, as it is called when it comes from the cache.
      result.best->dataflow =
          nameDataflow(result.best->mapping.array, result.best->mapping.tile, problem.dataflows);
    }
  }
  if (result.best)
    result.lowerBound = std::min(result.best->value, std::max(result.lowerBound, lowest));
  return result;
}

SearchResult mapping::searchByForce(const MappingProblem &problem, const SearchOptions &options) {
  SearchResult result;
  MappingSpace space(problem);
  for (const Extents &tile : space.tiles())
    for (const std::vector<int> &tileOrder : space.orders(tile))
      for (const Unrolling &unrolling : space.unrollings(tile)) {
        ++result.unrollings;
        std::array<std::vector<int64_t>, loopDims> factors;
        for (int dim = 0; dim < loopDims; ++dim)
          factors[dim] = space.spadFactors(tile, unrolling, dim);
        std::array<size_t, loopDims> choice{};
        for (;;) {
          Extents spad;
          bool keeps = false;
          ArrayMapping inner = unrolling.axes;
          for (int dim = 0; dim < loopDims; ++dim) {
            spad[dim] = factors[dim][choice[dim]];
            keeps |= spad[dim] > 1;
            inner.spad.push_back({dim, spad[dim]});
          }
          Extents trips = MappingSpace::trips(tile, shapeOf(inner));
          for (const std::vector<int> &order : space.passOrders(trips, unrolling, keeps)) {
            Candidate candidate;
            candidate.mapping = {tile, tileOrder, MappingSpace::mapping(unrolling, spad, trips, order)};
            bool spills = spillsPsums(candidate.mapping.array, tile);
            if ((spills && !options.spills) || !problem.verify(candidate.mapping).empty())
              continue;
            ++result.evaluated;
            candidate.estimate = problem.evaluate(candidate.mapping);
            candidate.value = problem.value(candidate.estimate);
            if (!result.best || candidate.value < result.best->value) {
              candidate.dataflow = nameDataflow(candidate.mapping.array, tile, problem.dataflows);
              result.best = candidate;
            }
          }
          size_t dim = 0;
          while (dim < choice.size() && ++choice[dim] == factors[dim].size())
            choice[dim++] = 0;
          if (dim == choice.size())
            break;
        }
      }
  if (result.best)
    result.lowerBound = result.best->value;
  return result;
}

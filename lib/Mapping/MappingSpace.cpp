#include "lib/Mapping/MappingSpace.h"

#include <algorithm>
#include <iterator>
#include <unordered_set>

using namespace dnnc;
using namespace dnnc::mapping;
using namespace dnnc::cost;

static int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// An axis this long may carry two dimensions.
static constexpr int64_t sharedAxis = 6;

std::vector<int64_t> mapping::distinctSizes(int64_t whole) {
  std::vector<int64_t> sizes;
  // From one size to the next: the fewest parts that need less than it.
  int64_t size = whole;
  for (; size > 1; size = ceilDiv(whole, ceilDiv(whole, size - 1)))
    sizes.push_back(size);
  sizes.push_back(size);
  return sizes;
}

int64_t mapping::leanFactor(int64_t whole, int64_t factor) {
  return ceilDiv(whole, ceilDiv(whole, std::min(whole, factor)));
}

MappingSpace::MappingSpace(const MappingProblem &problem)
    : problem(problem), layer(problem.layer), array(problem.target->array),
      rowStationary(problem.dataflows.contains(Dataflow::Rs)),
      lockstep(array.skipping.macs == Skipping::Macs::Lockstep) {
  DataflowSet others = problem.dataflows;
  others.remove(Dataflow::Rs);
  general = !others.empty();
  for (size_t i = 0; i < dataflowNames.size(); ++i)
    if (others.contains(static_cast<Dataflow>(i)))
      mayKeep |= keptInPe(static_cast<Dataflow>(i));
  for (size_t i = 0; i < dataflowNames.size(); ++i)
    if (problem.dataflows.contains(static_cast<Dataflow>(i)))
      asked.push_back(static_cast<Dataflow>(i));
  if (rowStationary && !refusal(Dataflow::Rs, layer, *problem.target).empty())
    rowStationary = false;
}

std::vector<Extents> MappingSpace::tiles() const {
  std::vector<Extents> tiles = allTiles();
  if (asked.size() == 1)
    std::erase_if(tiles, [&](const Extents &tile) {
      double atOnce = 1;
      for (int dim : mustNotTurn(tile))
        atOnce *= static_cast<double>(tile[dim]);
      return atOnce > static_cast<double>(array.macs());
    });
  return tiles;
}

std::vector<int> MappingSpace::mustNotTurn(const Extents &tile) const {
  LoopConstraint constraint = loopConstraint(asked[0]);
  std::vector<int> dims;
  bool tiled = false;
  for (int dim = 0; dim < loopDims; ++dim) {
    tiled |= constraint.outer >> dim & 1 && tile[dim] < layer.extents[dim];
    if (constraint.inner >> dim & 1)
      dims.push_back(dim);
  }
  return tiled ? dims : std::vector<int>();
}

std::vector<Extents> MappingSpace::allTiles() const {
  const Extents &whole = layer.extents;
  std::vector<Extents> tiles;
  auto list = [](int64_t size) { return distinctSizes(size); };
  auto add = [&](int64_t groups, const std::vector<int64_t> &filters, const std::vector<int64_t> &channels) {
    for (int64_t n : list(whole[N]))
      for (int64_t p : list(whole[P]))
        for (int64_t q : list(whole[Q]))
          for (int64_t m : filters)
            for (int64_t c : channels)
              tiles.push_back({n, groups, m, c, p, q, whole[R], whole[S]});
  };
  if (whole[G] == 1 || layer.matmul) {
    add(1, list(whole[M]), list(whole[C]));
    return tiles;
  }
  // Whole groups, or a divisor of one.
  for (int64_t groups : list(whole[G]))
    if (groups > 1)
      add(groups, {whole[M]}, {whole[C]});
  std::vector<int64_t> divisors;
  for (int64_t m = whole[M]; m >= 1; --m)
    if (whole[M] % m == 0)
      divisors.push_back(m);
  add(1, divisors, list(whole[C]));
  return tiles;
}

std::vector<std::vector<int>> MappingSpace::orders(const Extents &tile) const {
  auto turns = [&](int dim) { return tilesAlong(layer, tile, dim) > 1; };
  std::vector<int> first, last;
  auto append = [&](std::vector<int> &order, std::initializer_list<int> dims) {
    for (int dim : dims)
      if (turns(dim))
        order.push_back(dim);
  };
  if (layer.matmul) {
    append(first, {G, M, Q});
    append(last, {G, Q, M});
  } else {
    append(first, {G, M, N, P, Q});
    append(last, {N, P, Q, G, M});
  }
  std::vector<std::vector<int>> found = {first};
  if (first != last)
    found.push_back(last);
  if (!problem.dataflows.contains(Dataflow::Mixed))
    std::erase_if(found, [&](const std::vector<int> &order) {
      return std::none_of(asked.begin(), asked.end(), [&](Dataflow dataflow) {
        return obeys(tileLoops(layer, tile, order), loopConstraint(dataflow));
      });
    });
  return found;
}

unsigned MappingSpace::allowed(const Extents &tile, const Extents &trips, unsigned kept) const {
  unsigned tiled = 0, turning = 0, dataflows = keepers(problem.dataflows, kept);
  for (int dim = 0; dim < loopDims; ++dim) {
    tiled |= tile[dim] < layer.extents[dim] ? 1u << dim : 0;
    turning |= trips[dim] > 1 ? 1u << dim : 0;
  }
  // All passes are inside of the loops over tiles.
  for (Dataflow dataflow : asked)
    if (LoopConstraint constraint = loopConstraint(dataflow); tiled & constraint.outer && turning & constraint.inner)
      dataflows &= ~(1u << static_cast<int>(dataflow));
  return dataflows;
}

Extents MappingSpace::trips(const Extents &tile, const MappingShape &shape) {
  Extents trips;
  for (int dim = 0; dim < loopDims; ++dim)
    trips[dim] = ceilDiv(tile[dim], shape.inner(dim));
  return trips;
}

ArrayMapping MappingSpace::mapping(const Unrolling &unrolling, const Extents &spad, const Extents &trips,
                                   const std::vector<int> &order) {
  ArrayMapping mapping = unrolling.axes;
  for (int dim = 0; dim < loopDims; ++dim)
    if (spad[dim] > 1)
      mapping.spad.push_back({dim, spad[dim]});
  for (int dim : order)
    mapping.passes.push_back({dim, trips[dim]});
  return mapping;
}

namespace {
/// Spreads a tile over the axes one after the other; those that cannot reach the steps asked for are left
/// out.
class Spreader {
public:
  Spreader(const Layer &layer, const Extents &tile, double mostSteps)
      : layer(layer), tile(tile), mostSteps(mostSteps) {
    unrolling.macs.fill(1), unrolling.pes.fill(1), unrolling.clusters.fill(1);
  }

  struct Axis {
    Factors ArrayMapping::*factors;
    Extents Unrolling::*level;
    int64_t size;
    std::vector<int> dims;
    size_t most; ///< dimensions that it carries
  };
  std::vector<Axis> axes;
  std::vector<Unrolling> found;

  void run() {
    for (int dim = 0; dim < loopDims; ++dim)
      along[dim] = stepsAlong(dim, 1);
    reach.assign(axes.size() + 1, 1);
    for (size_t i = axes.size(); i-- > 0;)
      reach[i] = reach[i + 1] * static_cast<double>(axes[i].size);
    next(0);
  }

private:
  /// Steps over all tiles of the layer along a dimension of which `spatial` are done at once.
  double stepsAlong(int dim, int64_t spatial) const {
    int64_t tiles = tilesAlong(layer, tile, dim), rest = layer.extents[dim] - (tiles - 1) * tile[dim];
    return static_cast<double>((tiles - 1) * ceilDiv(tile[dim], spatial) + ceilDiv(rest, spatial));
  }
  double steps() const {
    double steps = 1;
    for (double count : along)
      steps *= count;
    return steps;
  }

  void next(size_t index) {
    if (steps() > mostSteps * reach[index] * (1 + 1e-9))
      return;
    if (index == axes.size()) {
      if (known.insert(products()).second)
        found.push_back(unrolling);
      return;
    }
    carry(index, axes[index].size, 0, 0);
  }

  /// Puts a further dimension onto an axis with `room` positions left, or goes on to the next axis.
  void carry(size_t index, int64_t room, unsigned used, size_t count) {
    const Axis &axis = axes[index];
    bool anyFits = false;
    if (count < axis.most)
      for (int dim : axis.dims) {
        if (used >> dim & 1)
          continue;
        int64_t left = ceilDiv(tile[dim], unrolling.spatial(dim)), most = leanFactor(left, room);
        if (most < 2)
          continue;
        anyFits = true;
        put(index, dim, most, room, used, count);
        // Less than there is room for, so that another dimension has some.
        if (count + 1 < axis.most)
          for (int64_t factor = std::min(most - 1, room / 2); factor >= 2; --factor)
            if (leanFactor(left, factor) == factor)
              put(index, dim, factor, room, used, count);
      }
    // Positions stay empty only where nothing is left to put there.
    if (!anyFits || count > 0)
      next(index + 1);
  }

  void put(size_t index, int dim, int64_t factor, int64_t room, unsigned used, size_t count) {
    const Axis &axis = axes[index];
    Factors &factors = unrolling.axes.*axis.factors;
    Extents &level = unrolling.*axis.level;
    double before = along[dim];
    factors.push_back({dim, factor});
    level[dim] *= factor;
    along[dim] = stepsAlong(dim, unrolling.spatial(dim));
    carry(index, room / factor, used | 1u << dim, count + 1);
    along[dim] = before;
    level[dim] /= factor;
    factors.pop_back();
  }

  /// Products of a dimension's factors on MACs, PEs and clusters.
  using Products = std::array<int32_t, 3 * loopDims>;
  Products products() const {
    Products all;
    for (int dim = 0; dim < loopDims; ++dim) {
      all[3 * dim] = static_cast<int32_t>(unrolling.macs[dim]);
      all[3 * dim + 1] = static_cast<int32_t>(unrolling.pes[dim]);
      all[3 * dim + 2] = static_cast<int32_t>(unrolling.clusters[dim]);
    }
    return all;
  }
  struct Hash {
    size_t operator()(const Products &products) const {
      uint64_t hash = 0;
      for (int32_t product : products)
        hash = (hash ^ static_cast<uint32_t>(product)) * 0x9e3779b97f4a7c15, hash ^= hash >> 29;
      return hash;
    }
  };

  const Layer &layer;
  const Extents &tile;
  double mostSteps;
  std::vector<double> reach; ///< positions of the axes from one on
  Unrolling unrolling;
  std::array<double, loopDims> along; ///< steps of each dimension
  std::unordered_set<Products, Hash> known;
};
} // namespace

void MappingSpace::unrollGeneral(const Extents &tile, double mostSteps, std::vector<Unrolling> &list) const {
  Spreader spreader(layer, tile, mostSteps);
  std::vector<int> dims = {N, G, M, C, P, Q, R};
  auto add = [&](Factors ArrayMapping::*factors, Extents Unrolling::*level, int64_t size) {
    if (size > 1)
      spreader.axes.push_back({factors, level, size, dims, size_t(size >= sharedAxis ? 2 : 1)});
  };
  add(&ArrayMapping::clusterRows, &Unrolling::clusters, array.clusterRows);
  add(&ArrayMapping::clusterColumns, &Unrolling::clusters, array.clusterColumns);
  add(&ArrayMapping::peRows, &Unrolling::pes, array.peRows);
  add(&ArrayMapping::peColumns, &Unrolling::pes, array.peColumns);
  if (int64_t macs = multipliers(); macs > 1) {
    std::vector<int> spread = lockstep ? std::vector<int>{M} : dims;
    spreader.axes.push_back({&ArrayMapping::macs, &Unrolling::macs, macs, spread, size_t(macs >= sharedAxis ? 2 : 1)});
  }
  spreader.run();
  std::move(spreader.found.begin(), spreader.found.end(), std::back_inserter(list));
}

void MappingSpace::unrollRowStationary(const Extents &tile, double mostSteps,
                                       std::vector<Unrolling> &list) const {
  // Filter rows along the PE rows as far as they reach; what is left of them stays in the PEs.
  int64_t rows = leanFactor(tile[R], array.peRows);
  // Several filters and channels (Eyeriss: t and r sets), and output rows beyond the columns, fill the rest
  // of the rows.
  Spreader spreader(layer, tile, mostSteps * static_cast<double>(rows));
  auto add = [&](Factors ArrayMapping::*factors, Extents Unrolling::*level, int64_t size,
                 std::vector<int> dims, size_t most) {
    if (size > 1)
      spreader.axes.push_back({factors, level, size, std::move(dims), most});
  };
  add(&ArrayMapping::clusterRows, &Unrolling::clusters, array.clusterRows, {N, G, M, C, P}, 1);
  add(&ArrayMapping::clusterColumns, &Unrolling::clusters, array.clusterColumns, {N, G, M, C, P}, 1);
  add(&ArrayMapping::peColumns, &Unrolling::pes, array.peColumns, {P, M, G, N}, 2);
  add(&ArrayMapping::peRows, &Unrolling::pes, array.peRows / rows, {C, M, P, G}, 2);
  add(&ArrayMapping::macs, &Unrolling::macs, multipliers(), lockstep ? std::vector<int>{M} : std::vector<int>{M, C}, 1);
  spreader.run();
  for (Unrolling &unrolling : spreader.found) {
    // Output rows stand along the PE columns; what else has filter rows along the PE rows is mixed.
    bool alongColumns = std::any_of(unrolling.axes.peColumns.begin(), unrolling.axes.peColumns.end(),
                                    [](auto factor) { return factor.first == P; });
    if (unrolling.spatial(P) > 1 && !alongColumns && !problem.dataflows.contains(Dataflow::Mixed))
      continue;
    unrolling.rowStationary = true;
    if (rows > 1)
      unrolling.axes.peRows.insert(unrolling.axes.peRows.begin(), {R, rows});
    unrolling.pes[R] *= rows;
    list.push_back(std::move(unrolling));
  }
}

std::vector<Unrolling> MappingSpace::unrollings(const Extents &tile, double mostSteps) const {
  std::vector<Unrolling> list;
  if (general)
    unrollGeneral(tile, mostSteps, list);
  if (asked.size() == 1)
    std::erase_if(list, [&, dims = mustNotTurn(tile)](const Unrolling &unrolling) {
      return std::any_of(dims.begin(), dims.end(), [&](int dim) { return unrolling.spatial(dim) < tile[dim]; });
    });
  if (rowStationary)
    unrollRowStationary(tile, mostSteps, list);
  return list;
}

std::vector<int64_t> MappingSpace::spadFactors(const Extents &tile, const Unrolling &unrolling,
                                               int dim) const {
  int64_t left = ceilDiv(tile[dim], unrolling.spatial(dim));
  if (unrolling.rowStationary) {
    if (dim == R || dim == S)
      return {left};
    if (dim == P || dim == Q)
      return {1};
  }
  if (!unrolling.rowStationary && !(mayKeep >> dim & 1))
    return {1};
  if (dim == N || dim == G)
    return {1};
  if (dim == R || dim == S)
    return left > 1 ? std::vector<int64_t>{left, 1} : std::vector<int64_t>{1};
  return distinctSizes(left);
}

std::vector<std::vector<int>> MappingSpace::passOrders(const Extents &tile, const Extents &trips,
                                                       const Unrolling &unrolling, unsigned kept) const {
  auto turning = [&](std::initializer_list<int> dims) {
    std::vector<int> list;
    for (int dim : dims)
      if (trips[dim] > 1)
        list.push_back(dim);
    return list;
  };
  // Loops that change the same operands stand together: only the order of these classes changes what is
  // fetched again.
  enum Class { Outputs, Filters, Reduction };
  std::array<std::vector<int>, 3> classes = {turning({N, P, Q}), turning({M}), turning({C, R, S})};
  std::vector<std::vector<int>> orders;
  auto add = [&](const std::vector<int> &order) {
    if (std::find(orders.begin(), orders.end(), order) == orders.end())
      orders.push_back(order);
  };
  auto concatenate = [&](std::initializer_list<const std::vector<int> *> parts) {
    std::vector<int> order = turning({G});
    for (const std::vector<int> *part : parts)
      order.insert(order.end(), part->begin(), part->end());
    return order;
  };
  if (unrolling.rowStationary) {
    // Q slides innermost, images around it.
    std::vector<int> sliding = turning({P, N, Q});
    add(concatenate({&classes[Filters], &classes[Reduction], &sliding}));
    add(concatenate({&classes[Reduction], &classes[Filters], &sliding}));
    return orders;
  }
  unsigned dataflows = allowed(tile, trips, kept);
  // Where ifmap windows slide, the innermost of P and Q is what they slide along.
  std::vector<int> alongRows = turning({N, Q, P});
  bool slides = array.ifmapSpad.slides;
  static constexpr Class permutations[][3] = {{Filters, Outputs, Reduction}, {Outputs, Filters, Reduction},
                                              {Filters, Reduction, Outputs}, {Reduction, Filters, Outputs},
                                              {Outputs, Reduction, Filters}, {Reduction, Outputs, Filters}};
  for (const auto &classOrder : permutations) {
    auto within = [&](Class outer, Class inner) {
      bool seen = false;
      for (Class c : classOrder) {
        if (c == inner && seen)
          return !classes[outer].empty() && !classes[inner].empty();
        seen |= c == outer;
      }
      return false;
    };
    bool os = !within(Reduction, Outputs) && !within(Reduction, Filters),
         ws = !within(Outputs, Filters) && !within(Outputs, Reduction);
    bool is = !within(Filters, Outputs) && !within(Filters, Reduction);
    // G is outermost: where nothing else turns, it is innermost too.
    const std::vector<int> *innermost = nullptr;
    for (Class c : classOrder)
      if (!classes[c].empty())
        innermost = &classes[c];
    bool nlr = !innermost || innermost == &classes[Filters];
    auto may = [&](Dataflow dataflow) { return dataflows >> static_cast<int>(dataflow) & 1; };
    if (!((os && may(Dataflow::Os)) || (ws && may(Dataflow::Ws)) || (is && may(Dataflow::Is)) ||
          (nlr && may(Dataflow::Nlr)) || may(Dataflow::Mixed)))
      continue;
    add(concatenate({&classes[classOrder[0]], &classes[classOrder[1]], &classes[classOrder[2]]}));
    if (slides) {
      std::array<const std::vector<int> *, 3> parts;
      for (int i = 0; i < 3; ++i)
        parts[i] = classOrder[i] == Outputs ? &alongRows : &classes[classOrder[i]];
      add(concatenate({parts[0], parts[1], parts[2]}));
    }
  }
  return orders;
}

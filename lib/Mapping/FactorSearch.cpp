// Spad factors and pass orders of an unrolling, one dimension after the other.
#include "lib/Mapping/TileSearch.h"

#include "lib/Cost/WeightShares.h"

#include <algorithm>
#include <span>

using namespace dnnc;
using namespace dnnc::mapping;
using namespace dnnc::cost;

static constexpr double rounding = 1e-9;

void TileSearch::expand(size_t index) {
  const Unrolling &unrolling = unrollings[index];
  const Extents &tile = terms->tile;
  std::array<std::span<const DimTerms>, loopDims> all;
  std::array<DimTerms, loopDims> least;
  DimChoice chosen;
  for (int dim = 0; dim < loopDims; ++dim) {
    const Factors &factors = factorsOf(unrolling, dim);
    all[dim] = factors.list;
    least[dim] = factors.least;
    chosen[dim] = &least[dim];
  }
  auto inPe = [&](const DimTerms &d, int dim) { return std::min(d.inPe, tile[dim]); };
  int64_t ifmapRoom = array.ifmapSpad.words / spadWords(layer.type, array.ifmapSpad, array.ifmapNoc),
          weightRoom = array.weightSpad.words / spadWords(layer.type, array.weightSpad, array.weightNoc);
  int64_t psumRoom = array.psumSpad.words;
  // How many weights fit that are known and come compressed depends on the place of their zeros.
  const WeightShares *shares = layer.weightShares.get();
  const int64_t roomForAll = weightRoom;
  if (shares)
    weightRoom = layer.extents[G] * layer.extents[M] * layer.extents[C] * layer.extents[R] * layer.extents[S];
  auto weightsFit = [&] {
    auto of = [&](int dim) { return inPe(*chosen[dim], dim); };
    int64_t lanes = unrolling.macs[M];
    if (of(G) * storedFilters(of(M), lanes, array) * of(C) * of(R) * of(S) <= roomForAll)
      return true;
    if (!shares)
      return false;
    Extents share;
    for (int dim = 0; dim < loopDims; ++dim)
      share[dim] = std::min(chosen[dim]->inPe, group->tile[dim]);
    return shares->fit(group->tile, share, lanes, array.weightSpad.words);
  };
  constexpr int64_t anywhere = int64_t(1) << 40;
  auto window = [&](const DimTerms &outer, const DimTerms &inner, int side) {
    return differentCoordinates(0, inPe(outer, side ? Q : P), layer.strides[side], inPe(inner, side ? S : R),
                                layer.dilations[side], anywhere);
  };
  // Dimensions that are not chosen yet stand with the least of every term, over the factors that there is
  // room for.
  auto leave = [&](int dim, int64_t room) {
    least[dim] = all[dim].back();
    for (const DimTerms &other : all[dim])
      if (inPe(other, dim) <= room)
        least[dim].lower(other);
    chosen[dim] = &least[dim];
  };
  int64_t smaller = std::min(psumRoom, weightRoom);
  leave(M, smaller);
  leave(C, std::min(ifmapRoom, weightRoom));
  WindowTerms anyRows = view->leastWindows(*terms, 0), anyColumns = view->leastWindows(*terms, 1);
  auto hopeless = [&](const WindowTerms &rows, const WindowTerms &columns) {
    if (acceptsAny(unrolling, chosen, rows, columns))
      return false;
    ++state.groupsOutbounded;
    return true;
  };
  if (hopeless(anyRows, anyColumns))
    return;
  int64_t fixed = inPe(all[N][0], N) * inPe(all[G][0], G), groups = inPe(all[G][0], G);
  for (const DimTerms &r : all[R]) {
    chosen[R] = &r;
    for (const DimTerms &p : all[P]) {
      int64_t pixels = fixed * inPe(p, P), high = window(p, r, 0);
      if (pixels > psumRoom || fixed * high > ifmapRoom || !addressesFit(fixed * high, 1, array)) {
        ++state.tooLarge;
        continue;
      }
      chosen[P] = &p;
      WindowTerms rows = view->windowTerms(*terms, 0, p, r);
      leave(M, std::min(psumRoom / pixels, weightRoom));
      leave(C, std::min(ifmapRoom / (fixed * high), weightRoom));
      if (hopeless(rows, anyColumns))
        continue;
      for (const DimTerms &s : all[S]) {
        int64_t taps = groups * inPe(r, R) * inPe(s, S);
        if (taps > weightRoom) {
          ++state.tooLarge;
          continue;
        }
        chosen[S] = &s;
        for (const DimTerms &q : all[Q]) {
          int64_t outputs = pixels * inPe(q, Q), area = fixed * high * window(q, s, 1);
          if (outputs > psumRoom || area > ifmapRoom || !addressesFit(area, taps, array)) {
            ++state.tooLarge;
            continue;
          }
          chosen[Q] = &q;
          WindowTerms columns = view->windowTerms(*terms, 1, q, s);
          leave(M, std::min(psumRoom / outputs, weightRoom / taps));
          leave(C, std::min(ifmapRoom / area, weightRoom / taps));
          if (hopeless(rows, columns))
            continue;
          for (const DimTerms &c : all[C]) {
            int64_t channels = inPe(c, C);
            if (area * channels > ifmapRoom || taps * channels > weightRoom ||
                !addressesFit(area, taps * channels, array)) {
              ++state.tooLarge;
              continue;
            }
            chosen[C] = &c;
            leave(M, std::min(psumRoom / outputs, weightRoom / (taps * channels)));
            if (all[M].size() > 1 && hopeless(rows, columns))
              continue;
            for (const DimTerms &m : all[M]) {
              chosen[M] = &m;
              if (outputs * inPe(m, M) > psumRoom || !weightsFit()) {
                ++state.tooLarge;
                continue;
              }
              addOrders(index, chosen, rows, columns);
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

/// The spad factors of a dimension, which many unrollings of a tile share.
const TileSearch::Factors &TileSearch::factorsOf(const Unrolling &unrolling, int dim) {
  auto split = static_cast<uint64_t>(dim) << 1 | unrolling.rowStationary;
  for (int64_t factor : {unrolling.macs[dim], unrolling.pes[dim], unrolling.clusters[dim]})
    split = split << 20 | static_cast<uint64_t>(factor);
  auto [entry, isNew] = knownFactors.try_emplace(split);
  if (!isNew)
    return entry->second;
  Factors &made = entry->second;
  for (int64_t spad : state.space.spadFactors(terms->tile, unrolling, dim))
    made.list.push_back(view->dimTerms(*terms, unrolling, dim, spad));
  made.least = made.list.front();
  for (const DimTerms &other : made.list)
    made.least.lower(other);
  return made;
}

/// Whether some order of the passes might be of use, of dimensions that turn whatever else is chosen.
bool TileSearch::acceptsAny(const Unrolling &unrolling, const DimChoice &chosen, const WindowTerms &rows,
                            const WindowTerms &columns) {
  BlockTerms blocks = view->blockTerms(*terms, chosen, rows, columns);
  if (blocks.floor * (1 - rounding) > mostArray)
    return false;
  state.result.bounded += 1;
  // What was of use once mostly is again.
  PassOrders &orders = passOrders(chosen, unrolling, /*kept=*/0);
  for (size_t i = 0; i < orders.list.size(); ++i) {
    size_t index = i == 0 ? orders.hopeful : i <= orders.hopeful ? i - 1 : i;
    if (best(view->arrayBound(*terms, chosen, rows, columns, blocks, orders.list[index]))) {
      orders.hopeful = index;
      return true;
    }
  }
  return false;
}

/// All orders of the passes of a choice of all factors.
void TileSearch::addOrders(size_t index, const DimChoice &chosen, const WindowTerms &rows,
                           const WindowTerms &columns) {
  BlockTerms blocks = view->blockTerms(*terms, chosen, rows, columns);
  if (blocks.floor * (1 - rounding) > mostArray) {
    ++state.result.bounded;
    ++state.groupsOutbounded;
    return;
  }
  std::array<int32_t, loopDims> spad;
  unsigned kept = 0;
  for (int dim = 0; dim < loopDims; ++dim) {
    spad[dim] = static_cast<int32_t>(chosen[dim]->spad);
    kept |= spad[dim] > 1 ? 1u << dim : 0;
  }
  for (const PassOrder &order : passOrders(chosen, unrollings[index], kept).list) {
    if (order.spills && std::none_of(ways.begin(), ways.end(), [&](auto *way) { return spillsFit(*way); })) {
      ++state.noRoomForSpills;
      continue;
    }
    ++state.result.bounded;
    ArrayBound bound = view->arrayBound(*terms, chosen, rows, columns, blocks, order);
    if (std::optional<Bound> whole = best(bound))
      nodes.push_back({state.bounds.value(*whole), bound, static_cast<uint32_t>(index),
                       static_cast<uint32_t>(nodes.size()), spad, &order});
    else
      ++state.outbounded;
  }
}

TileSearch::PassOrders &TileSearch::passOrders(const DimChoice &chosen, const Unrolling &unrolling,
                                               unsigned kept) {
  unsigned turning = 0;
  Extents trips;
  for (int dim = 0; dim < loopDims; ++dim) {
    trips[dim] = chosen[dim]->trips > 1 ? 2 : 1;
    turning |= trips[dim] > 1 ? 1u << dim : 0;
  }
  knownOrders.resize(1 << (loopDims + 1 + dataflowNames.size()));
  unsigned allowed = unrolling.rowStationary ? 0 : state.space.allowed(group->tile, trips, kept);
  auto &known = knownOrders[turning | unsigned(unrolling.rowStationary) << loopDims | allowed << (loopDims + 1)];
  if (!known) {
    known = std::make_unique<PassOrders>();
    for (std::vector<int> &loops : state.space.passOrders(group->tile, trips, unrolling, kept))
      known->list.emplace_back(std::move(loops));
  }
  return *known;
}

/// Whether there is room on chip for psums that leave before they are complete.
bool TileSearch::spillsFit(TileGroup::Way &way) {
  if (way.spillsFit)
    return *way.spillsFit;
  // Any mapping that spills has the same footprint: here a loop over C around one over M, as if both turned.
  const Extents &tile = group->tile;
  int outer = -1, inner = -1;
  for (int dim : {C, R, S})
    if (tile[dim] > 1)
      outer = dim;
  for (int dim : {N, G, M, P, Q})
    if (tile[dim] > 1)
      inner = dim;
  if (!state.options.spills || outer < 0 || inner < 0 || !target.memoryFor(Operand::Psum))
    return *(way.spillsFit = false);
  LayerMapping mapping{tile, way.terms.order, {}};
  mapping.array.passes = {{outer, tile[outer]}, {inner, tile[inner]}};
  return *(way.spillsFit = !state.memoryTooSmall(mapping));
}

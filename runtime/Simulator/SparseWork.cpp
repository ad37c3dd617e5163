#include "runtime/Simulator/SparseWork.h"

#include "dnnc/Error.h"
#include "runtime/Simulator/kernels/SlowestShares.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace dnnc::sim {
namespace {

int64_t ceilDivide(int64_t a, int64_t b) { return (a + b - 1) / b; }

size_t roomFor(std::initializer_list<int64_t> extents) { return boundedCounts("its multipliers", extents); }

} // namespace

SparseWork::SparseWork(const SparseOperands &operands, const Mapping &mapping, const Target &target,
                       SkippedZeros skipped)
    : operands(operands), skipped(skipped), lockstep(target.array.skipping.macs == Skipping::Macs::Lockstep) {
  Levels levels(mapping);
  const Extents &e = operands.extents;
  if (lockstep)
    together = levels.inPe[M] / levels.inUnit[M];
  double sum = 1, sumOfIfmap = 1;
  for (int d = 0; d < dimCount; ++d) {
    int64_t unit = lockstep ? levels.inPe[d] : levels.inUnit[d];
    share[d] = std::min(unit, e[d]);
    sharesInPe[d] = levels.inPe[d] / unit;
    bool ofPsums = d == N || d == G || d == M || d == P || d == Q;
    pesInPass[d] = ofPsums ? ceilDivide(std::min(levels.inPass[d], e[d]), levels.inPe[d]) : 1;
    chainCount *= static_cast<size_t>(pesInPass[d]);
    sum *= static_cast<double>(share[d]);
    sumOfIfmap *= static_cast<double>(d == M ? 1 : share[d]);
  }
  constexpr double small = 1 << 30;
  sumsAreSmall = sum < small;
  if (skipped.any() && sumOfIfmap >= small)
    throw Error(
        fmt::format("a multiplier has {} products of ifmap elements; their zeros are counted up to {}",
                    sumOfIfmap, small));
  if (skipped.ifmap && skipped.weight)
    inShare = share[G] * share[C] * share[R] * share[S];
  inChannel = shares(C) * shares(R) * shares(S) * inShare;
  inPosition = shares(G) * inChannel;
  place.reserve(roomFor({e[C], e[R], e[S]}));
  for (int64_t c = 0; c < e[C]; ++c)
    for (int64_t r = 0; r < e[R]; ++r)
      for (int64_t s = 0; s < e[S]; ++s) {
        int64_t block = (c / share[C] * shares(R) + r / share[R]) * shares(S) + s / share[S];
        int64_t within = (c % share[C] * share[R] + r % share[R]) * share[S] + s % share[S];
        place.push_back(block * inShare + (inShare > 1 ? within : 0));
      }
  countIfmap();
  countWeights();
  countDone();
}

int64_t SparseWork::placeOfGroup(int64_t g) const {
  return g / share[G] * inChannel + (inShare > 1 ? g % share[G] * share[C] * share[R] * share[S] : 0);
}

void SparseWork::countIfmap() {
  const Extents &e = operands.extents;
  const TileAxis &rows = operands.rows, &columns = operands.columns;
  ifmapTotals.resize(roomFor({e[G], e[C], e[R], e[S]}));
  if (skipped.any())
    ifmapCounts.resize(
        roomFor({shares(N), shares(P), shares(Q), shares(G), shares(C), shares(R), shares(S), inShare}));
  if (skipped.any() && !skipped.ifmap) {
    int32_t *count = ifmapCounts.data();
    auto clipped = [&](int d, int64_t i) { return std::min(share[d], e[d] - i * share[d]); };
    for (int64_t n = 0; n < shares(N); ++n)
      for (int64_t p = 0; p < shares(P); ++p)
        for (int64_t q = 0; q < shares(Q); ++q, count += inPosition)
          std::fill_n(count, inPosition, static_cast<int32_t>(clipped(N, n) * clipped(P, p) * clipped(Q, q)));
  }

  // Non-zeros by row, tap in it and share of Q; every row serves several outputs.
  const int64_t parts = shares(Q), planeSize = rows.count() * columns.count();
  std::vector<int32_t> inRows(roomFor({rows.count(), e[S], parts}));
  for (int64_t n = 0; n < e[N]; ++n)
    for (int64_t g = 0; g < e[G]; ++g)
      for (int64_t c = 0; c < e[C]; ++c) {
        const uint8_t *plane = operands.ifmap.data() + ((n * e[G] + g) * e[C] + c) * planeSize;
        int32_t *inRow = inRows.data();
        for (int64_t h = 0; h < rows.count(); ++h)
          for (int64_t s = 0; s < e[S]; ++s, inRow += parts)
            for (int64_t part = 0, q = 0; part < parts; ++part) {
              int32_t found = 0;
              for (int64_t end = std::min(e[Q], q + share[Q]); q < end; ++q)
                if (int32_t w = columns.at(q, s); w != TileAxis::padding)
                  found += plane[h * columns.count() + w];
              inRow[part] = found;
            }
        for (int64_t r = 0; r < e[R]; ++r)
          for (int64_t s = 0; s < e[S]; ++s) {
            const int64_t tap = (c * e[R] + r) * e[S] + s;
            int64_t &total = ifmapTotals[static_cast<size_t>(g * e[C] * e[R] * e[S] + tap)];
            const int64_t counts = n / share[N] * shares(P) * parts * inPosition + placeOfGroup(g) +
                                   place[static_cast<size_t>(tap)];
            for (int64_t p = 0; p < e[P]; ++p) {
              int32_t h = rows.at(p, r);
              if (h == TileAxis::padding)
                continue;
              const int32_t *found = inRows.data() + (h * e[S] + s) * parts;
              total = std::accumulate(found, found + parts, total);
              if (!skipped.ifmap)
                continue;
              int32_t *to = ifmapCounts.data() + counts + p / share[P] * parts * inPosition;
              for (int64_t part = 0; part < parts; ++part)
                to[part * inPosition] += found[part];
            }
          }
      }
}

void SparseWork::countWeights() {
  const Extents &e = operands.extents;
  const int64_t inFilter = e[C] * e[R] * e[S];
  weightTotals.resize(roomFor({e[G], e[C], e[R], e[S]}));
  if (!skipped.any())
    return;
  if (lockstep && skipped.weight) {
    filledColumns.resize(weightTotals.size());
    stepTotals.resize(weightTotals.size());
  }
  weightCounts.resize(roomFor({shares(G), shares(C), shares(R), shares(S), inShare, shares(M)}) +
                      ShareProducts::lanes);
  std::vector<int32_t> nonZeros(static_cast<size_t>(inFilter));
  for (int64_t g = 0; g < e[G]; ++g)
    for (int64_t part = 0; part < shares(M); ++part) {
      int64_t first = part * share[M], count = std::min(share[M], e[M] - first);
      const uint8_t *present = operands.weight.data() + (g * e[M] + first) * inFilter;
      std::fill(nonZeros.begin(), nonZeros.end(), 0);
      for (int64_t m = 0; m < count; ++m)
        for (int32_t &sum : nonZeros)
          sum += *present++;
      int64_t *totals = weightTotals.data() + g * inFilter;
      int32_t *counts = weightCounts.data() + placeOfGroup(g) * shares(M) + part;
      for (int64_t i = 0; i < inFilter; ++i) {
        int32_t found = nonZeros[static_cast<size_t>(i)];
        totals[i] += found;
        int64_t taken = skipped.weight ? found : count;
        auto steps = static_cast<int32_t>(together > 1 ? ceilDivide(taken, together) : taken);
        int32_t &to = counts[place[static_cast<size_t>(i)] * shares(M)];
        // All weights count the same where none is skipped: then the ifmap's counts are the sums.
        to = skipped.weight ? to + steps : steps;
        if (!stepTotals.empty()) {
          filledColumns[static_cast<size_t>(g * inFilter + i)] += found > 0;
          stepTotals[static_cast<size_t>(g * inFilter + i)] += steps;
        }
      }
    }
}

void SparseWork::countDone() {
  const Extents &e = operands.extents;
  const int64_t wholeShares = e[M] / share[M], rest = e[M] % share[M];
  const int64_t allSteps = wholeShares * ceilDivide(share[M], together) + ceilDivide(rest, together);
  for (size_t i = 0; i < ifmapTotals.size(); ++i) {
    int64_t positions = e[N] * e[P] * e[Q], weights = skipped.weight ? weightTotals[i] : e[M];
    int64_t taken = skipped.ifmap ? ifmapTotals[i] : positions;
    done += taken * weights;
    if (!skipped.ifmap)
      doneOnZeros += (positions - ifmapTotals[i]) * weights;
    if (!lockstep)
      continue;
    asked += taken * shares(M);
    met += taken * (skipped.weight ? filledColumns[i] : shares(M));
    stepsDone += taken * (skipped.weight ? stepTotals[i] : allSteps);
  }
  auto inside = [](const TileAxis &axis, int64_t outputs, int64_t taps) {
    int64_t pairs = 0;
    for (int64_t i = 0; i < outputs; ++i)
      for (int64_t j = 0; j < taps; ++j)
        pairs += axis.at(i, j) != TileAxis::padding;
    return pairs;
  };
  ifmapColumns = e[N] * e[G] * inside(operands.rows, e[P], e[R]) * inside(operands.columns, e[Q], e[S]) * shares(C) *
                 shares(M);
}

void SparseWork::steps(const Extents &start, const Extents &extent, std::span<int64_t> byChain) const {
  std::fill(byChain.begin(), byChain.end(), 0);
  Extents first, count;
  for (int d = 0; d < dimCount; ++d) {
    first[d] = start[d] / share[d];
    count[d] = ceilDivide(extent[d], share[d]);
  }
  const bool oneChain = byChain.size() == 1;
  // Of each position and filter; of all positions where they are not told apart.
  const int64_t row = ceilDivide(count[M], ShareProducts::lanes) * ShareProducts::lanes;
  const int64_t step = oneChain ? 0 : row;
  slowest.assign(static_cast<size_t>(oneChain ? row : row * count[Q]), 0);
  auto slowestOf = sumsAreSmall ? slowestShares : slowestLongShares;
  ShareProducts products;
  products.positions = count[Q];
  products.positionStep = inPosition;
  products.filters = count[M];
  products.filterRow = shares(M);
  products.shares = {count[C], count[R], count[S]};
  products.shareStep = {shares(R) * shares(S) * inShare, shares(S) * inShare, inShare};
  products.inShare = inShare;
  const int64_t block = ((first[C] * shares(R) + first[R]) * shares(S) + first[S]) * inShare;
  for (int64_t n = 0; n < count[N]; ++n)
    for (int64_t g = 0; g < count[G]; ++g) {
      const int64_t group = (first[G] + g) * inChannel + block;
      products.weights = weightCounts.data() + group * shares(M) + first[M];
      for (int64_t p = 0; p < count[P]; ++p) {
        products.ifmap = ifmapCounts.data() +
                         (((first[N] + n) * shares(P) + first[P] + p) * shares(Q) + first[Q]) * inPosition +
                         group;
        slowestOf(products, slowest.data(), step);
        if (oneChain)
          continue;
        spread(n / sharesInPe[N] * pesInPass[G] + g / sharesInPe[G], p / sharesInPe[P], count, byChain);
        std::fill(slowest.begin(), slowest.end(), 0);
      }
    }
  if (oneChain)
    byChain[0] = *std::max_element(slowest.begin(), slowest.begin() + count[M]);
}

/// Takes the slowest of each position and filter into those of their chains.
void SparseWork::spread(int64_t group, int64_t row, const Extents &count, std::span<int64_t> byChain) const {
  const int64_t step = static_cast<int64_t>(slowest.size()) / count[Q];
  for (int64_t m = 0, pe = 0; m < count[M]; ++pe)
    for (int64_t end = std::min(count[M], m + sharesInPe[M]); m < end; ++m) {
      int64_t *chain = byChain.data() + ((group * pesInPass[M] + pe) * pesInPass[P] + row) * pesInPass[Q];
      for (int64_t q = 0; q < count[Q]; ++chain)
        for (int64_t last = std::min(count[Q], q + sharesInPe[Q]); q < last; ++q)
          *chain = std::max(*chain, slowest[static_cast<size_t>(q * step + m)]);
    }
}

} // namespace dnnc::sim

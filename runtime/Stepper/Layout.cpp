#include "runtime/Stepper/Layout.h"

#include "dnnc/Error.h"

#include <fmt/format.h>

#include <algorithm>

namespace dnnc::stepper {
namespace {

/// Factors of a mapping may be as large as they like; sums of a few such products do not overflow.
int64_t product(int64_t a, int64_t b) {
  constexpr __int128 most = int64_t(1) << 40;
  return static_cast<int64_t>(std::min(most, static_cast<__int128>(a) * b));
}

/// Every position of `inner`, repeated along an axis; `size` grows from what one position spans to what the
/// axis does.
std::vector<Extents> repeat(std::vector<Extents> inner, const std::vector<Factor> &axis, Extents &size,
                            const Extents &tile) {
  for (auto factor = axis.rbegin(); factor != axis.rend(); ++factor) {
    std::vector<Extents> all;
    for (int64_t index = 0; index < factor->count; ++index) {
      int64_t shift = product(index, size[factor->dim]);
      if (shift >= tile[factor->dim])
        break;
      for (Extents offset : inner) {
        offset[factor->dim] += shift;
        if (offset[factor->dim] < tile[factor->dim])
          all.push_back(offset);
      }
    }
    inner = std::move(all);
    size[factor->dim] = product(size[factor->dim], factor->count);
  }
  return inner;
}

void checkAxis(const char *name, const std::vector<Factor> &axis, int64_t positions) {
  int64_t used = 1;
  for (const Factor &factor : axis) {
    if (factor.dim < 0 || factor.dim >= dimCount || factor.count < 1)
      throw Error(fmt::format(
          "a mapping has factor {} of dimension {}; need a factor of at least 1 of dimension 0 to {}",
          factor.count, factor.dim, dimCount - 1));
    used = product(used, factor.count);
  }
  if (used > positions)
    throw Error(fmt::format("a mapping uses {} {}; the array has {}", used, name, positions));
}

} // namespace

bool Block::empty() const {
  return std::any_of(count.begin(), count.end(), [](int64_t extent) { return extent <= 0; });
}

Block Block::part(const Extents &offset, const Extents &size) const {
  Block part;
  for (int d = 0; d < dimCount; ++d) {
    part.start[d] = start[d] + offset[d];
    part.count[d] = std::min(size[d], count[d] - offset[d]);
  }
  return part;
}

Layout::Layout(const Mapping &mapping, const Extents &tile, const Target &target, bool depthwise) {
  const Array &array = target.array;
  const Skipping &skipping = array.skipping;
  constexpr int64_t any = int64_t(1) << 40;
  checkAxis("spad and pass factors", mapping.spad, any);
  for (const Factor &factor : mapping.passes)
    checkAxis("pass factors", {factor}, any);
  if (depthwise && skipping.depthwise.macs > 0)
    checkAxis("MACs of a PE for depthwise products", mapping.macs, skipping.depthwise.macs);
  else
    checkAxis("MACs of a PE", mapping.macs, array.macsPerPe);
  for (const Factor &factor : mapping.macs)
    if (skipping.macs == Skipping::Macs::Lockstep && factor.dim != M && factor.count > 1)
      throw Error(fmt::format("a mapping spreads dimension {} over MACs in lockstep; they take weights of "
                              "several output channels",
                              factor.dim));
  checkAxis("PE columns", mapping.peColumns, array.peColumns);
  checkAxis("PE rows", mapping.peRows, array.peRows);
  checkAxis("cluster columns", mapping.clusterColumns, array.clusterColumns);
  checkAxis("cluster rows", mapping.clusterRows, array.clusterRows);

  Extents size;
  size.fill(1);
  repeat({Extents{}}, mapping.spad, size, tile);
  perMultiplier = size;
  multipliers = repeat({Extents{}}, mapping.macs, size, tile);
  perPe = size;
  std::vector<Extents> inCluster = repeat({Extents{}}, mapping.peColumns, size, tile);
  inCluster = repeat(std::move(inCluster), mapping.peRows, size, tile);
  std::vector<Extents> clusters = repeat({Extents{}}, mapping.clusterColumns, size, tile);
  clusters = repeat(std::move(clusters), mapping.clusterRows, size, tile);
  perPass = size;

  bool manyClusters = array.clusterRows * array.clusterColumns > 1;
  for (size_t cluster = 0; cluster < clusters.size(); ++cluster)
    for (const Extents &pe : inCluster) {
      Position position{pe, static_cast<int64_t>(manyClusters ? cluster : pes.size())};
      for (int d = 0; d < dimCount; ++d)
        position.offset[d] += clusters[cluster][d];
      bool inside = true;
      for (int d = 0; d < dimCount; ++d)
        inside &= position.offset[d] < tile[d];
      if (inside)
        pes.push_back(position);
    }
  for (int d = 0; d < dimCount; ++d) {
    overPes[d] = perPass[d] > perPe[d];
    overMultipliers[d] = perPass[d] > perMultiplier[d];
  }
}

Sequencer::Sequencer(const Mapping &mapping, const Extents &perPass, const Extents &tile)
    : perPass(perPass), tile(tile) {
  Extents step = perPass;
  for (auto factor = mapping.passes.rbegin(); factor != mapping.passes.rend(); ++factor) {
    counters.push_back({factor->dim, step[factor->dim], factor->count, 0});
    step[factor->dim] = product(step[factor->dim], factor->count);
  }
  for (int d = 0; d < dimCount; ++d)
    if (step[d] < tile[d])
      throw Error(fmt::format("a mapping covers {} of dimension {}; the tile has {}", step[d], d, tile[d]));
}

std::optional<Block> Sequencer::next() {
  bool more = !started;
  started = true;
  for (size_t i = 0; i < counters.size() && !more; ++i) {
    Counter &counter = counters[i];
    ++counter.index;
    more = counter.index < counter.count && start[counter.dim] + counter.step < tile[counter.dim];
    if (!more)
      counter.index = 0;
    start.fill(0);
    for (const Counter &each : counters)
      start[each.dim] += product(each.index, each.step);
  }
  if (!more)
    return std::nullopt;
  Block pass;
  pass.start = start;
  for (int d = 0; d < dimCount; ++d)
    pass.count[d] = std::min(perPass[d], tile[d] - start[d]);
  return pass;
}

std::vector<int64_t> coordinates(int64_t origin, int64_t first, int64_t count, int64_t step, int64_t tap,
                                 int64_t taps, int64_t hop, int64_t limit) {
  std::vector<int64_t> found;
  for (int64_t i = first; i < first + count; ++i)
    for (int64_t j = tap; j < tap + taps; ++j)
      if (int64_t at = origin + i * step + j * hop; at >= 0 && at < limit)
        found.push_back(at);
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

} // namespace dnnc::stepper

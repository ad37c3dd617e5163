#include "lib/Mapping/Dataflow.h"

#include <fmt/format.h>

#include <algorithm>

using namespace dnnc;
using namespace dnnc::mapping;
using namespace dnnc::cost;

static constexpr const char *dimNames = "NGMCPQRS";
static int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

namespace {
/// Sets of loop dimensions, a bit each.
constexpr unsigned bit(int dim) { return 1u << dim; }
constexpr unsigned outputs = bit(N) | bit(P) | bit(Q), reduction = bit(C) | bit(R) | bit(S);
constexpr unsigned ofWeights = bit(G) | bit(M) | reduction;
constexpr unsigned ofIfmap = bit(N) | bit(G) | bit(P) | bit(Q) | reduction;
constexpr unsigned ofPsums = bit(N) | bit(G) | bit(M) | bit(P) | bit(Q);
} // namespace

std::optional<DataflowSet> DataflowSet::parse(std::string_view text) {
  if (text == "auto")
    return all();
  for (size_t i = 0; i < dataflowNames.size(); ++i)
    if (text == dataflowNames[i])
      return only(static_cast<Dataflow>(i));
  return std::nullopt;
}

std::string DataflowSet::text() const {
  if (*this == all())
    return "auto";
  std::string joined;
  for (size_t i = 0; i < dataflowNames.size(); ++i)
    if (contains(static_cast<Dataflow>(i)))
      joined += (joined.empty() ? "" : "+") + std::string(dataflowNames[i]);
  return joined;
}

std::vector<int> mapping::turningLoops(const ArrayMapping &mapping, const Extents &tile) {
  MappingShape shape = shapeOf(mapping);
  Extents block;
  for (int dim = 0; dim < loopDims; ++dim)
    block[dim] = shape.inner(dim);
  std::vector<int> turning;
  for (auto loop = mapping.passes.rbegin(); loop != mapping.passes.rend(); ++loop) {
    if (loop->second > 1 && block[loop->first] < tile[loop->first])
      turning.push_back(loop->first);
    block[loop->first] *= loop->second;
  }
  std::reverse(turning.begin(), turning.end());
  return turning;
}

/// The first loop over one of `outer` that has one over one of `inner` within it, as their places.
static std::optional<std::pair<size_t, size_t>> nested(const std::vector<int> &loops, unsigned outer,
                                                 unsigned inner) {
  for (size_t i = 0; i < loops.size(); ++i)
    if (outer & bit(loops[i]))
      for (size_t j = i + 1; j < loops.size(); ++j)
        if (inner & bit(loops[j]))
          return std::pair(i, j);
  return std::nullopt;
}

std::vector<int> mapping::tileLoops(const Layer &layer, const Extents &tile, const std::vector<int> &order) {
  std::vector<int> loops;
  for (int dim : order)
    if (tile[dim] < layer.extents[dim])
      loops.push_back(dim);
  if (tile[C] < layer.extents[C])
    loops.push_back(C);
  return loops;
}

static std::string rowStationaryViolation(const ArrayMapping &mapping, const Extents &tile,
                                          const std::vector<int> &loops) {
  MappingShape shape = shapeOf(mapping);
  if (shape.spad[S] < tile[S])
    return fmt::format("keeps {} of the {} elements of a filter row in a PE", shape.spad[S], tile[S]);
  if (shape.inner(R) < tile[R])
    return fmt::format("has {} of the {} filter rows in a pass", shape.inner(R), tile[R]);
  int64_t alongRows = 1;
  for (auto [dim, factor] : mapping.peRows)
    alongRows *= dim == R ? factor : 1;
  if (shape.spatial[R] != alongRows)
    return "spreads filter rows along another axis than the PE rows";
  if (tile[P] > 1 && shape.spatial[P] > 1 &&
      std::none_of(mapping.peColumns.begin(), mapping.peColumns.end(), [](auto factor) { return factor.first == P; }))
    return "spreads output rows along another axis than the PE columns";
  for (auto [dim, factor] : mapping.peColumns)
    if (dim == C && tile[C] > 1)
      return "sums psums across PE columns";
  if (shape.spatial[Q] > 1 || shape.spad[Q] > 1 || shape.spad[P] > 1)
    return "does not slide a filter row over an ifmap row: Q is spatial, or P or Q stands in the spads";
  for (const Factors *axis : {&mapping.clusterRows, &mapping.clusterColumns, &mapping.macs})
    for (auto [dim, factor] : *axis)
      if ((dim == P && axis == &mapping.macs) || dim == S)
        return "spreads output rows or filter columns over the MACs of a PE";
  if (auto pair = nested(loops, bit(Q), ~bit(Q)))
    return fmt::format("has a pass loop over {} inside of that over Q", dimNames[loops[pair->second]]);
  if (auto pair = nested(loops, bit(N), ofWeights | bit(P)))
    return fmt::format("has a pass loop over {} inside of that over N", dimNames[loops[pair->second]]);
  return "";
}

LoopConstraint mapping::loopConstraint(Dataflow dataflow) {
  switch (dataflow) {
  case Dataflow::Os:
    return {reduction, ofPsums};
  case Dataflow::Ws:
    return {outputs, ofWeights};
  case Dataflow::Is:
    return {bit(M), ofIfmap};
  case Dataflow::Rs:
  case Dataflow::Nlr:
  case Dataflow::Mixed:
    break;
  }
  return {};
}

bool mapping::obeys(const std::vector<int> &loops, LoopConstraint constraint) {
  return !nested(loops, constraint.outer, constraint.inner);
}

unsigned mapping::keptInPe(Dataflow dataflow) {
  switch (dataflow) {
  case Dataflow::Os:
    return reduction;
  case Dataflow::Ws:
    return outputs;
  case Dataflow::Is:
    return bit(M);
  case Dataflow::Nlr:
    return 0;
  case Dataflow::Rs:
  case Dataflow::Mixed:
    break;
  }
  return (1u << loopDims) - 1;
}

unsigned mapping::keepers(DataflowSet among, unsigned kept) {
  if (among.contains(Dataflow::Mixed))
    return 1u << static_cast<int>(Dataflow::Mixed);
  unsigned found = 0;
  for (size_t i = 0; i < dataflowNames.size(); ++i)
    if (auto dataflow = static_cast<Dataflow>(i); among.contains(dataflow) && !(kept & ~keptInPe(dataflow)))
      found |= 1u << i;
  return found;
}

std::string mapping::violation(Dataflow dataflow, const Layer &layer, const LayerMapping &mapping) {
  const Extents &tile = mapping.tile;
  const std::vector<int> passes = turningLoops(mapping.array, tile);
  if (dataflow == Dataflow::Rs)
    return rowStationaryViolation(mapping.array, tile, passes);
  for (auto [dim, factor] : mapping.array.spad)
    if (factor > 1 && tile[dim] > 1 && !(keptInPe(dataflow) & bit(dim)))
      return fmt::format("keeps {} of {} in a PE", factor, dimNames[dim]);
  if (dataflow == Dataflow::Nlr && !passes.empty() && passes.back() != M && passes.back() != G)
    return fmt::format("has its innermost pass loop over {}, so that {} stay in the PEs", dimNames[passes.back()],
                       reduction & bit(passes.back()) ? "psums" : "weights");
  std::vector<int> loops = tileLoops(layer, tile, mapping.order);
  size_t tiles = loops.size();
  loops.insert(loops.end(), passes.begin(), passes.end());
  LoopConstraint constraint = loopConstraint(dataflow);
  auto pair = nested(loops, constraint.outer, constraint.inner);
  if (!pair)
    return "";
  auto [outer, inner] = *pair;
  auto kind = [&](size_t loop) { return loop < tiles ? "tile" : "pass"; };
  return fmt::format("has a {} loop over {} inside of a {} loop over {}", kind(inner), dimNames[loops[inner]],
                     kind(outer), dimNames[loops[outer]]);
}

std::string mapping::refusal(Dataflow dataflow, const Layer &layer, const Target &target) {
  if (dataflow == Dataflow::Nlr && layer.extents[M] == 1)
    return "its groups have one filter each, so that weights or psums stay in the PEs in any order";
  if (dataflow != Dataflow::Rs)
    return "";
  const Array &array = target.array;
  if (!array.ifmapSpad.slides)
    return fmt::format("the ifmap spads of target '{}' do not slide (array.ifmap_spad.slides)", target.name);
  auto words = [&](const Spad &spad) { return ceilDiv(bytesOf(layer.type) * 8, spad.bits); };
  int64_t rows = ceilDiv(layer.extents[R], std::min(layer.extents[R], array.peRows));
  int64_t columns = layer.extents[S];
  if (array.ifmapSpad.words < rows * columns * words(array.ifmapSpad))
    return fmt::format("a filter row of {} elements needs {} words of ifmap spad, a PE has {}", columns,
                       rows * columns * words(array.ifmapSpad), array.ifmapSpad.words);
  if (!addressesFit(rows * columns, rows * columns, array))
    return fmt::format("a filter row of {} elements needs as many addresses in a PE, which has {} of the ifmap and {} of weights",
                       rows * columns, array.ifmapSpad.address.words, array.weightSpad.address.words);
  if (array.weightSpad.words < rows * columns * words(array.weightSpad))
    return fmt::format("{} filter row{} of {} elements need{} {} words of weight spad, a PE has {}", rows,
                       rows > 1 ? "s" : "", columns, rows > 1 ? "" : "s",
                       rows * columns * words(array.weightSpad), array.weightSpad.words);
  return "";
}

Dataflow mapping::nameDataflow(const Layer &layer, const LayerMapping &mapping, DataflowSet among) {
  const Extents &tile = mapping.tile;
  MappingShape shape = shapeOf(mapping.array);
  auto stays = [&](unsigned dims) {
    double passes = 1;
    for (int dim = 0; dim < loopDims; ++dim)
      if (dims & bit(dim))
        passes *= static_cast<double>(ceilDiv(tile[dim], shape.inner(dim)));
    return passes;
  };
  // A filter row that slides in place is more than weights that stay.
  std::array<std::pair<Dataflow, double>, 6> wishes = {
      {{Dataflow::Rs, tile[S] > 1 || tile[R] > 1 ? stays(outputs) * 1.5 : 0.5},
       {Dataflow::Os, stays(reduction)},
       {Dataflow::Ws, stays(outputs)},
       {Dataflow::Is, stays(bit(M))},
       {Dataflow::Nlr, 0},
       {Dataflow::Mixed, -1}}};
  std::optional<std::pair<Dataflow, double>> best;
  for (auto [dataflow, passes] : wishes)
    if (among.contains(dataflow) && (!best || passes > best->second) &&
        violation(dataflow, layer, mapping).empty())
      best = {dataflow, passes};
  return best ? best->first : Dataflow::Mixed;
}

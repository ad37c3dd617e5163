#include "lib/Mapping/MappingProblem.h"

#include "lib/Cost/WeightShares.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>

using namespace dnnc;
using namespace dnnc::mapping;
using namespace dnnc::cost;

static constexpr std::string_view dimNames = "NGMCPQRS";

std::optional<Objective> mapping::parseObjective(std::string_view text) {
  for (size_t i = 0; i < objectiveNames.size(); ++i)
    if (text == objectiveNames[i])
      return static_cast<Objective>(i);
  return std::nullopt;
}

double MappingProblem::value(const LayerEstimate &estimate) const {
  switch (objective) {
  case Objective::Latency:
    return estimate.cycles;
  case Objective::Energy:
    return estimate.energy.total();
  case Objective::Edp:
    return estimate.energy.total() * estimate.cycles;
  }
  return 0;
}

double MappingProblem::second(const LayerEstimate &estimate) const {
  return objective == Objective::Energy ? estimate.cycles : estimate.energy.total();
}

namespace {
/// Collects what is wrong with a mapping.
struct Verifier {
  const Target &target;
  const Layer &layer;
  const LayerMapping &mapping;
  std::vector<std::string> problems;

  /// The tile and its loops; false when the rest cannot be looked at.
  bool tile() {
    const Extents &tile = mapping.tile;
    bool grouped = layer.extents[G] > 1 && !layer.matmul;
    for (int dim = 0; dim < loopDims; ++dim)
      if (tile[dim] < 1 || (tile[dim] > layer.extents[dim] && !(grouped && dim == M)))
        problems.push_back(
            fmt::format("the tile has {} of {}; need 1 to {}", tile[dim], dimNames[dim], layer.extents[dim]));
    if (!problems.empty())
      return false;
    for (int dim : {R, S})
      if (tile[dim] != layer.extents[dim])
        problems.push_back(fmt::format("the tile has {} of {}; filters are not cut: need {}", tile[dim],
                                       dimNames[dim], layer.extents[dim]));
    if (layer.matmul && tile[G] != 1)
      problems.push_back(fmt::format("the tile has {} matrices of the batch; need 1", tile[G]));
    if (grouped) {
      if (layer.extents[M] % tile[M] != 0)
        problems.push_back(
            fmt::format("{} output channels in a tile neither divide a group's {} nor are whole groups",
                        tile[M], layer.extents[M]));
      if (tile[G] > 1 && (tile[M] < layer.extents[M] || tile[C] < layer.extents[C]))
        problems.push_back(fmt::format("a tile of {} groups has {} of {} output channels and {} of {} input "
                                       "channels; several groups in a tile "
                                       "need all of both",
                                       tile[G], tile[M], layer.extents[M], tile[C], layer.extents[C]));
    }
    order();
    return problems.empty();
  }

  void order() {
    unsigned seen = 0;
    int before = -1;
    for (int dim : mapping.order) {
      if (dim < 0 || dim >= loopDims || dim == C || dim == R || dim == S || seen & 1u << dim) {
        problems.push_back(
            "the loop order over tiles names a dimension twice, or another than N, G, M, P and Q");
        return;
      }
      seen |= 1u << dim;
      // Groups and their channels are one dimension of the result.
      if (dim == M && !layer.matmul && seen & 1u << G && before != G &&
          tilesAlong(layer, mapping.tile, G) > 1)
        problems.push_back("the loop over M has to stand right inside that over G");
      before = dim;
    }
    for (int dim : {N, G, M, P, Q})
      if (tilesAlong(layer, mapping.tile, dim) > 1 && !(seen & 1u << dim))
        problems.push_back(fmt::format("the loop order leaves out {}, which has {} tiles", dimNames[dim],
                                       tilesAlong(layer, mapping.tile, dim)));
  }

  void axis(const Factors &factors, int64_t size, const char *name) {
    double product = 1;
    for (auto [dim, factor] : factors)
      product *= static_cast<double>(factor);
    if (product > static_cast<double>(size))
      problems.push_back(fmt::format("the mapping uses {} {}, the target has {}", product, name, size));
  }

  void array() {
    const Array &array = target.array;
    const ArrayMapping &m = mapping.array;
    for (const Factors *list :
         {&m.passes, &m.clusterRows, &m.clusterColumns, &m.peRows, &m.peColumns, &m.macs, &m.spad})
      for (auto [dim, factor] : *list)
        if (dim < 0 || dim >= loopDims || factor < 1 || factor > 1 << 30) {
          problems.push_back(fmt::format(
              "the mapping has factor {} of dimension {}; need at least 1 of dimension 0 to 7", factor, dim));
          return;
        }
    axis(m.clusterRows, array.clusterRows, "cluster rows");
    axis(m.clusterColumns, array.clusterColumns, "cluster columns");
    axis(m.peRows, array.peRows, "PE rows");
    axis(m.peColumns, array.peColumns, "PE columns");
    const Skipping &skipping = array.skipping;
    int64_t multipliers = multipliersOf(isDepthwise(layer.extents), array);
    axis(m.macs, multipliers, multipliers < array.macsPerPe ? "MACs in a PE for depthwise products" : "MACs in a PE");
    if (skipping.macs == Skipping::Macs::Lockstep)
      for (auto [dim, factor] : m.macs)
        if (dim != M && factor > 1)
          problems.push_back(fmt::format("the mapping spreads {} over the MACs of a PE; those of target '{}' take the weights "
                                         "of one ifmap element in lockstep: need M alone",
                                         dimNames[dim], target.name));
    MappingShape shape = shapeOf(m);
    for (int dim = 0; dim < loopDims; ++dim) {
      double covered = static_cast<double>(shape.inner(dim));
      for (auto [passDim, factor] : m.passes)
        if (passDim == dim)
          covered *= static_cast<double>(factor);
      if (covered < static_cast<double>(mapping.tile[dim]))
        problems.push_back(fmt::format("the mapping covers {} of {}, the tile has {}", covered, dimNames[dim],
                                       mapping.tile[dim]));
    }
    spads(shape);
  }

  void spads(const MappingShape &shape) {
    Extents inPe = shape.spad;
    int64_t lanes = 1;
    for (auto [dim, factor] : mapping.array.macs) {
      inPe[dim] *= factor;
      lanes *= dim == M ? factor : 1;
    }
    for (int dim = 0; dim < loopDims; ++dim)
      inPe[dim] = std::min(inPe[dim], mapping.tile[dim]);
    constexpr int64_t anywhere = int64_t(1) << 40;
    auto window = [&](int outer, int inner, int side) {
      return differentCoordinates(0, inPe[outer], layer.strides[side], inPe[inner], layer.dilations[side],
                                  anywhere);
    };
    auto check = [&](const char *operand, int64_t elements, int64_t wordsOfOne, const Spad &spad) {
      int64_t words = elements * wordsOfOne;
      if (words > spad.words)
        problems.push_back(fmt::format("the mapping keeps {} words of {} in a PE, its spad has {}", words,
                                       operand, spad.words));
    };
    auto addresses = [&](const char *operand, int64_t columns, const AddressSpad &spad) {
      if (spad.words > 0 && columns > spad.words)
        problems.push_back(fmt::format("the mapping has {} columns of {} in a PE, which has addresses for {}", columns,
                                       operand, spad.words));
    };
    const Array &array = target.array;
    check("ifmap", inPe[N] * inPe[G] * inPe[C] * window(P, R, 0) * window(Q, S, 1),
          spadWords(layer.type, array.ifmapSpad, array.ifmapNoc), array.ifmapSpad);
    int64_t weights = inPe[G] * storedFilters(inPe[M], lanes, array) * inPe[C] * inPe[R] * inPe[S] *
                      spadWords(layer.type, array.weightSpad, array.weightNoc);
    if (weights > array.weightSpad.words && layer.weightShares)
      weights = layer.weightShares->words(mapping.tile, inPe, lanes);
    check("weights", weights, 1, array.weightSpad);
    addresses("ifmap", inPe[N] * inPe[G] * window(P, R, 0) * window(Q, S, 1), array.ifmapSpad.address);
    addresses("weights", inPe[G] * inPe[C] * inPe[R] * inPe[S], array.weightSpad.address);
    check("psums", inPe[N] * inPe[G] * inPe[M] * inPe[P] * inPe[Q], 1, target.array.psumSpad);
  }

  void memories() {
    std::vector<int64_t> bytes = footprint(layer, mapping, target);
    for (size_t memory = 0; memory < bytes.size(); ++memory)
      if (bytes[memory] > target.memoryBytes(memory))
        problems.push_back(fmt::format("the tiles take {} bytes of memory '{}', which has {}", bytes[memory],
                                       target.memories[memory].name, target.memoryBytes(memory)));
  }

  /// What is larger than its FIFO passes by once.
  void streams() {
    auto fifo = [&](Operand operand) -> const Memory * {
      auto memory = target.memoryFor(operand);
      return memory && target.memories[*memory].kind == Memory::Kind::Fifo ? &target.memories[*memory]
                                                                           : nullptr;
    };
    const Memory *ofIfmap = fifo(Operand::Ifmap), *ofWeights = fifo(Operand::Weight);
    if (!ofIfmap && !ofWeights)
      return;
    ArrayTile tile;
    tile.extents = mapping.tile;
    tile.strides = layer.strides, tile.dilations = layer.dilations;
    tile.type = layer.type, tile.outputBytes = bytesOf(layer.outputType);
    ArrayEstimate work = estimateArray(tile, mapping.array, target);
    auto check = [&](const Memory *memory, const char *operand, int64_t fetched, int64_t different) {
      int64_t bytes = different * bytesOf(layer.type);
      if (memory && fetched > different && bytes > memory->bytes)
        problems.push_back(fmt::format("the mapping fetches {} {} of a tile of {}; its {} bytes stream "
                                       "through '{}', which has {}, only once",
                                       fetched, operand, different, bytes, memory->name, memory->bytes));
    };
    check(ofIfmap, "ifmap elements", work.ifmapFetched, work.ifmapDifferent);
    check(ofWeights, "weights", work.weightFetched, work.weightDifferent);
  }
};
} // namespace

std::vector<std::string> MappingProblem::verifyTile(const LayerMapping &mapping) const {
  LayerMapping tileOnly = mapping;
  tileOnly.array = {};
  Verifier verifier{*target, layer, tileOnly, {}};
  if (verifier.tile())
    verifier.memories();
  return verifier.problems;
}

std::vector<std::string> MappingProblem::verify(const LayerMapping &mapping) const {
  Verifier verifier{*target, layer, mapping, {}};
  if (!target->array.macRate.contains(layer.type))
    return {
        fmt::format("the array of target '{}' does not multiply {}", target->name, dnnc::name(layer.type))};
  if (!verifier.tile())
    return verifier.problems;
  verifier.array();
  if (verifier.problems.empty()) {
    verifier.memories();
    verifier.streams();
  }
  return verifier.problems;
}

std::string MappingProblem::signature() const {
  std::string weights = layer.weightShares ? fmt::format(" weights {:016x}", layer.weightShares->digest()) : "";
  auto bits = [](double value) { return std::bit_cast<uint64_t>(value); };
  return fmt::format("extents {} strides {} dilations {} pads {} ifmap {} types {} {} params {} table {} "
                     "matmul {} {} {} encoded {:x} {:x} {:x} gated "
                     "{:x} densities {:x} {:x} {}:{}{} objective {} dataflow {}",
                     fmt::join(layer.extents, "x"), fmt::join(layer.strides, "x"),
                     fmt::join(layer.dilations, "x"), fmt::join(layer.pads, "x"), fmt::join(layer.ifmap, "x"),
                     dnnc::name(layer.type), dnnc::name(layer.outputType), int(layer.hasParams),
                     int(layer.hasTable), int(layer.matmul), int(layer.transposeIfmap),
                     int(layer.transposeWeight), bits(layer.ifmapEncoded), bits(layer.ofmapEncoded), bits(layer.weightEncoded),
                     bits(layer.gatedMacs), bits(layer.densities.ifmap), bits(layer.densities.weight), layer.densities.kept,
                     layer.densities.of, weights, objectiveNames[static_cast<size_t>(objective)], dataflows.text());
}

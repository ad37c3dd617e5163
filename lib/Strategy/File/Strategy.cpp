#include "lib/Strategy/File/Strategy.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

using namespace dnnc;
using namespace dnnc::cost;
using namespace dnnc::strategy;

Factors &strategy::level(ArrayMapping &mapping, size_t index) {
  Factors *levels[] = {&mapping.passes, &mapping.clusterRows, &mapping.clusterColumns,
                       &mapping.peRows, &mapping.peColumns,   &mapping.macs,
                       &mapping.spad};
  return *levels[index];
}

const Factors &strategy::level(const ArrayMapping &mapping, size_t index) {
  return level(const_cast<ArrayMapping &>(mapping), index);
}

static Place placeIn(const std::map<std::string, Place> &places, const std::string &key) {
  auto found = places.find(key);
  if (found == places.end())
    found = places.find("");
  return found == places.end() ? Place{} : found->second;
}

Place MappingDecision::placeOf(const std::string &key) const { return placeIn(places, key); }
Place NodeDecision::placeOf(const std::string &key) const { return placeIn(places, key); }

std::string NodeDecision::title() const {
  std::string names = onnx.empty() ? "" : fmt::format("'{}'", fmt::join(onnx, "', '"));
  if (!node)
    return fmt::format("the node of {}", names);
  return fmt::format("node {}{}", *node, names.empty() ? "" : fmt::format(" ({})", names));
}

std::string Strategy::text(Place place) const {
  return fmt::format("{}:{}:{}", file, place.line, place.column);
}

std::vector<Obstacle> strategy::obstaclesOf(const ArrayMapping &mapping, const ArrayTile &tile,
                                            const Array &array, bool zerosCount) {
  std::vector<Obstacle> problems;
  const std::array<int64_t, 7> room = {
      0, array.clusterRows, array.clusterColumns, array.peRows, array.peColumns, multipliersOf(tile.depthwise, array), 0};
  static constexpr std::array<std::string_view, 7> meanings = {
      "", "cluster rows", "cluster columns", "PE rows", "PE columns", "MACs in a PE", ""};
  std::array<double, loopDims> covered;
  covered.fill(1);
  for (size_t index = 0; index < levelNames.size(); ++index) {
    double product = 1;
    for (auto [dim, factor] : level(mapping, index)) {
      product *= factor;
      covered[dim] *= factor;
    }
    if (room[index] > 0 && product > room[index])
      problems.push_back(
          {std::string(levelNames[index]),
           fmt::format("the mapping uses {} {}, the target has {}", product, meanings[index], room[index])});
  }
  for (auto [dim, factor] : mapping.macs)
    if (array.skipping.macs == Skipping::Macs::Lockstep && dim != M && factor > 1)
      problems.push_back({"macs", fmt::format("the mapping spreads {} over MACs that go in lockstep; need M alone",
                                              loopDimNames[dim])});
  for (int dim = 0; dim < loopDims; ++dim)
    if (tile.extents[dim] > 0 && covered[dim] < tile.extents[dim])
      problems.push_back(
          {"", fmt::format("the mapping covers {} of {}, the tile has {}; more is allowed, since edge passes are "
                           "clipped",
                           covered[dim], loopDimNames[dim], tile.extents[dim])});
  // The largest box that one PE works on in a pass.
  constexpr int64_t most = int64_t(1) << 40;
  Extents inPe;
  inPe.fill(1);
  for (const Factors *factors : {&mapping.spad, &mapping.macs})
    for (auto [dim, factor] : *factors)
      inPe[dim] = factor > most / inPe[dim] ? most : inPe[dim] * factor;
  for (int dim = 0; dim < loopDims; ++dim)
    if (tile.extents[dim] > 0)
      inPe[dim] = std::min(inPe[dim], tile.extents[dim]);
  // Rows or columns of ifmap that the outputs and taps in a PE touch.
  auto span = [&](int outputs, int taps, int axis) {
    return double(differentCoordinates(0, inPe[outputs], tile.strides[axis], inPe[taps], tile.dilations[axis],
                                       most));
  };
  auto check = [&](const char *operand, double elements, const Spad &spad, int64_t wordsOfElement) {
    double words = elements * wordsOfElement;
    if (words > spad.words)
      problems.push_back({"spad", fmt::format("the mapping keeps {} words of {} in a PE, its spad has {}",
                                              words, operand, spad.words)});
  };
  double product = double(inPe[N]) * inPe[G];
  check("ifmap", product * inPe[C] * span(P, R, 0) * span(Q, S, 1), array.ifmapSpad,
        spadWords(tile.type, array.ifmapSpad, array.ifmapNoc));
  if (!zerosCount)
    check("weights", double(inPe[G]) * inPe[M] * inPe[C] * inPe[R] * inPe[S], array.weightSpad,
          spadWords(tile.type, array.weightSpad, array.weightNoc));
  auto addresses = [&](const char *operand, double columns, const AddressSpad &spad) {
    if (spad.words > 0 && columns > spad.words)
      problems.push_back({"spad", fmt::format("the mapping has {} columns of {} in a PE, which has addresses for {}", columns,
                                              operand, spad.words)});
  };
  addresses("ifmap", product * span(P, R, 0) * span(Q, S, 1), array.ifmapSpad.address);
  addresses("weights", double(inPe[G]) * inPe[C] * inPe[R] * inPe[S], array.weightSpad.address);
  check("psums", product * inPe[M] * inPe[P] * inPe[Q], array.psumSpad, 1);
  return problems;
}

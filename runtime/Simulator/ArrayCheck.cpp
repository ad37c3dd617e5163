#include "runtime/Simulator/ArrayWalk.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace dnnc::sim {
namespace {

/// How many of an axis's positions a mapping asks for.
double positions(const std::vector<Factor> &factors) {
  double product = 1;
  for (const Factor &factor : factors)
    product *= static_cast<double>(factor.count);
  return product;
}

std::string text(const std::vector<Factor> &factors) {
  std::vector<std::string> parts;
  for (const Factor &factor : factors)
    parts.push_back(fmt::format("{} = {}", dimNames[factor.dim], factor.count));
  return fmt::format("[{}]", fmt::join(parts, ", "));
}

void checkAxis(std::string_view axis, const std::vector<Factor> &factors, int64_t size,
               std::vector<std::string> &problems) {
  if (positions(factors) > static_cast<double>(size))
    problems.push_back(fmt::format("the mapping spreads {} over {} positions of {}; the target has {}",
                                   text(factors), positions(factors), axis, size));
}

void checkSpad(std::string_view operand, int64_t words, const Spad &spad,
               std::vector<std::string> &problems) {
  if (words > spad.words)
    problems.push_back(fmt::format("a pass needs {} words of {} spad in a PE; the target has {} of {} bits",
                                   words, operand, spad.words, spad.bits));
}

void checkAddresses(std::string_view operand, int64_t columns, const AddressSpad &spad,
                    std::vector<std::string> &problems) {
  if (spad.words > 0 && columns > spad.words)
    problems.push_back(fmt::format("a pass has {} columns of {} in a PE, with an address each; the target has {}", columns,
                                   operand, spad.words));
}

} // namespace

int64_t wordsOf(ElementType type, const Spad &spad) {
  return (bytesOf(type) * 8 + spad.bits - 1) / spad.bits;
}

int64_t wordsOfPair(ElementType type, const Spad &spad) {
  constexpr int64_t countBits = 4;
  return (bytesOf(type) * 8 + countBits + spad.bits - 1) / spad.bits;
}

int64_t saturatedProduct(int64_t a, int64_t b) {
  constexpr int64_t many = int64_t(1) << 30;
  return std::min(many, std::min(many, a) * std::min(many, b));
}

Levels::Levels(const Mapping &mapping) {
  inUnit.fill(1);
  auto spread = [](Extents &extents, const std::vector<Factor> &factors) {
    for (const Factor &factor : factors)
      extents[factor.dim] = saturatedProduct(extents[factor.dim], factor.count);
  };
  spread(inUnit, mapping.spad);
  inPe = inUnit;
  spread(inPe, mapping.macs);
  inCluster = inPe;
  spread(inCluster, mapping.peRows);
  spread(inCluster, mapping.peColumns);
  inPass = inCluster;
  spread(inPass, mapping.clusterRows);
  spread(inPass, mapping.clusterColumns);
}

SpadWords spadWords(const Mapping &mapping, const ArrayTile &tile, const Target &target) {
  Levels levels(mapping);
  Extents inPe;
  for (int d = 0; d < dimCount; ++d)
    inPe[d] = std::min(levels.inPe[d], tile.extents[d]);
  auto window = [](int64_t count, int64_t step, int64_t taps, int64_t hop) {
    constexpr int64_t anywhere = int64_t(1) << 62, countable = 1 << 24;
    int64_t pairs = saturatedProduct(count, taps);
    return pairs > countable ? pairs : differentCoordinates(0, count, step, taps, hop, anywhere);
  };
  const Array &array = target.array;
  int64_t rows = window(inPe[P], tile.strideH, inPe[R], tile.dilationH);
  int64_t columns = window(inPe[Q], tile.strideW, inPe[S], tile.dilationW);
  auto words = [](std::initializer_list<int64_t> factors) {
    int64_t product = 1;
    for (int64_t factor : factors)
      product = saturatedProduct(product, factor);
    return product;
  };
  int64_t inIfmap = array.ifmapNoc.format == NocFormat::Csc ? wordsOfPair(tile.ifmapType, array.ifmapSpad)
                                                            : wordsOf(tile.ifmapType, array.ifmapSpad);
  int64_t weight =
      words({inPe[G], inPe[M], inPe[C], inPe[R], inPe[S], wordsOf(tile.weightType, array.weightSpad)});
  return {.ifmap = words({inPe[N], inPe[G], inPe[C], rows, columns, inIfmap}),
          .weight = tile.fullestWeights > 0 ? tile.fullestWeights : weight,
          .psum = words({inPe[N], inPe[G], inPe[M], inPe[P], inPe[Q]}),
          .ifmapColumns = words({inPe[N], inPe[G], rows, columns}),
          .weightColumns = words({inPe[G], inPe[C], inPe[R], inPe[S]})};
}

std::vector<std::string> checkSpreads(const Mapping &mapping, const ArrayTile &tile, const Target &target) {
  std::vector<std::string> problems;
  for (const std::vector<Factor> *list : {&mapping.passes, &mapping.clusterRows, &mapping.clusterColumns,
                                          &mapping.peRows, &mapping.peColumns, &mapping.macs, &mapping.spad})
    for (const Factor &factor : *list)
      if (factor.dim < 0 || factor.dim >= dimCount || factor.count < 1)
        problems.push_back(fmt::format(
            "the mapping has factor {} of dimension {}; need a factor of at least 1 of dimension 0 to 7",
            factor.count, factor.dim));
  if (!problems.empty())
    return problems;

  const Array &array = target.array;
  if (!array.macRate.contains(tile.ifmapType))
    problems.push_back(fmt::format("the array has no MACs for {}", name(tile.ifmapType)));
  checkAxis("cluster rows", mapping.clusterRows, array.clusterRows, problems);
  checkAxis("cluster columns", mapping.clusterColumns, array.clusterColumns, problems);
  checkAxis("PE rows", mapping.peRows, array.peRows, problems);
  checkAxis("PE columns", mapping.peColumns, array.peColumns, problems);
  const Skipping &skipping = array.skipping;
  bool fewer = tile.depthwise && skipping.depthwise.macs > 0;
  checkAxis(fewer ? "MACs in a PE for depthwise products" : "MACs in a PE", mapping.macs,
            fewer ? skipping.depthwise.macs : array.macsPerPe, problems);
  if (skipping.macs == Skipping::Macs::Lockstep)
    for (const Factor &factor : mapping.macs)
      if (factor.dim != M && factor.count > 1)
        problems.push_back(fmt::format("the mapping spreads {} over the MACs of a PE; the target's take the "
                                       "weights of one ifmap element in lockstep, so only M can be",
                                       text({factor})));

  Levels levels(mapping);
  for (int d = 0; d < dimCount; ++d) {
    double covered = static_cast<double>(levels.inPass[d]);
    for (const Factor &factor : mapping.passes)
      if (factor.dim == d)
        covered *= static_cast<double>(factor.count);
    if (covered < static_cast<double>(tile.extents[d]))
      problems.push_back(
          fmt::format("the mapping covers {} of {}; the tile has {}", covered, dimNames[d], tile.extents[d]));
  }
  return problems;
}

std::vector<std::string> checkMapping(const Mapping &mapping, const ArrayTile &tile, const Target &target) {
  std::vector<std::string> problems = checkSpreads(mapping, tile, target);
  if (!problems.empty())
    return problems;
  const Array &array = target.array;
  SpadWords words = spadWords(mapping, tile, target);
  checkSpad("ifmap", words.ifmap, array.ifmapSpad, problems);
  checkSpad("weight", words.weight, array.weightSpad, problems);
  checkSpad("psum", words.psum, array.psumSpad, problems);
  // Whether the ifmap would have zeros nobody knew when the mapping was chosen.
  checkAddresses("ifmap", words.ifmapColumns, array.ifmapSpad.address, problems);
  if (tile.fullestWeights > 0)
    checkAddresses("weight", words.weightColumns, array.weightSpad.address, problems);
  return problems;
}

} // namespace dnnc::sim

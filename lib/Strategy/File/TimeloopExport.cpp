#include "dnnc/Error.h"
#include "lib/Strategy/File/Timeloop.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

using namespace dnnc;
using namespace dnnc::cost;
using namespace dnnc::strategy;

static int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

namespace {

class Exporter {
public:
  Exporter(const NodeDecision &node, const Target &target, const TimeloopOptions &options)
      : node(node), target(target), options(options) {
    for (int dim : {N, G, M, C, P, Q, R, S})
      if (dim != G || node.layer[G] > 1)
        dims.push_back(dim);
  }

  std::string run() {
    if (node.layer == Extents{} || node.order.empty() || node.mappings.size() != 1 || !node.mappings[0].array)
      throw Error(fmt::format("{}: has no layer, tile, order or mapping, or more than one product; only a "
                              "whole mapping of one product can be "
                              "told to Timeloop",
                              node.title()));
    const ArrayMapping &array = *node.mappings[0].array;
    checkCover(array);
    std::string text = fmt::format("# {} on target '{}': ", node.title(), target.name);
    for (int dim : dims)
      text += fmt::format("{}={} ", theirs(dim), node.layer[dim]);
    text.back() = '\n';
    addComments(array, text);
    text += "mapping:\n";
    addDram(text);
    addTemporal(memoryName(), "passes", array.passes, text);
    addSpatial("cluster_rows", array.clusterRows, text);
    addSpatial("cluster_columns", array.clusterColumns, text);
    addSpatial("pe_rows", array.peRows, text);
    addSpatial("pe_columns", array.peColumns, text);
    addSpatial("macs", array.macs, text);
    addTemporal("spad", "spad", array.spad, text);
    addBypass(text);
    return text;
  }

private:
  char theirs(int dim) const {
    for (const auto &[name, ours] : options.dims)
      if (ours == dim && name != 'K')
        return name;
    throw Error(fmt::format("no dimension of Timeloop stands for {}; say which by --dim NAME={}",
                            loopDimNames[dim], loopDimNames[dim]));
  }

  int64_t tileOf(int dim) const {
    return node.tile[dim] > 0 ? std::min(node.tile[dim], node.layer[dim]) : node.layer[dim];
  }

  /// The memory that feeds the array and is looped over.
  std::string memoryName() const {
    auto index = target.memoryFor(Operand::Psum);
    return index ? target.memories[*index].name : "DRAM";
  }

  /// How many steps all factors of a dimension make, over tiles and in one, and of them those in a tile.
  /// Saturated, which is far above any layer.
  std::pair<int64_t, int64_t> coverOf(int dim, const ArrayMapping &array) const {
    constexpr int64_t most = int64_t(1) << 40;
    int64_t inTile = 1;
    for (size_t index = 0; index < levelNames.size(); ++index)
      for (auto [each, factor] : level(array, index))
        if (each == dim)
          inTile = factor > most / inTile ? most : inTile * factor;
    int64_t tiles = ceilDiv(node.layer[dim], tileOf(dim));
    return {tiles > most / inTile ? most : tiles * inTile, inTile};
  }

  /// Factors that leave a part of the tile out are no mapping, in Timeloop or here.
  void checkCover(const ArrayMapping &array) const {
    std::string problems;
    for (int dim : dims)
      if (int64_t inTile = coverOf(dim, array).second; inTile < tileOf(dim))
        problems += fmt::format("{}{}: the mapping covers {} of {}, the tile has {}; give it factors that "
                                "multiply to at least that",
                                problems.empty() ? "" : "\n", node.title(), inTile, loopDimNames[dim], tileOf(dim));
    if (!problems.empty())
      throw Error(problems);
  }

  /// Factors that multiply to more than the layer: edge tiles and passes are clipped here.
  void addComments(const ArrayMapping &array, std::string &text) const {
    for (int dim : dims) {
      int64_t product = coverOf(dim, array).first;
      if (product != node.layer[dim])
        text += fmt::format("# The factors of {} multiply to {}, the layer has {}: Timeloop needs imperfect "
                            "factors for it.\n",
                            theirs(dim), product, node.layer[dim]);
    }
  }

  void add(const std::string &level, const char *type, const Extents &factors,
           const std::vector<int> &innermostFirst, std::string &text) const {
    std::string list, order;
    for (int dim : dims)
      list += fmt::format("{}{}={}", list.empty() ? "" : " ", theirs(dim), factors[dim]);
    for (int dim : innermostFirst)
      order += theirs(dim);
    for (int dim : dims)
      if (std::ranges::find(innermostFirst, dim) == innermostFirst.end())
        order += theirs(dim);
    text += fmt::format("  - target: {}\n    type: {}\n    factors: {}\n    permutation: {}\n", level, type,
                        list, order);
  }

  void addDram(std::string &text) const {
    Extents trips;
    trips.fill(1);
    for (int dim : dims)
      if (dim != R && dim != S)
        trips[dim] = ceilDiv(node.layer[dim], tileOf(dim));
    std::vector<int> inner = {C};
    for (auto dim = node.order.rbegin(); dim != node.order.rend(); ++dim) {
      inner.push_back(*dim);
      if (*dim == M && node.layer[G] > 1 && std::ranges::find(node.order, int(G)) == node.order.end())
        inner.push_back(G);
    }
    add("DRAM", "temporal", trips, inner, text);
  }

  void addTemporal(const std::string &level, const char *key, const Factors &loops, std::string &text) const {
    Extents factors;
    factors.fill(1);
    std::vector<int> inner;
    for (auto loop = loops.rbegin(); loop != loops.rend(); ++loop) {
      auto [dim, factor] = *loop;
      bool again = std::ranges::find(inner, dim) != inner.end();
      // The order of loops within a PE says nothing, so they are one.
      if (again && std::string_view(key) == "passes")
        throw Error(fmt::format(
            "{}: loops over {} twice in `passes`; a level of Timeloop has one loop for each dimension",
            node.title(), loopDimNames[dim]));
      if (!again)
        inner.push_back(dim);
      factors[dim] *= factor;
    }
    add(level, "temporal", factors, inner, text);
  }

  void addSpatial(const char *axis, const Factors &loops, std::string &text) const {
    Extents factors;
    factors.fill(1);
    std::vector<int> inner;
    for (auto loop = loops.rbegin(); loop != loops.rend(); ++loop) {
      factors[loop->first] *= loop->second;
      if (std::ranges::find(inner, loop->first) == inner.end())
        inner.push_back(loop->first);
    }
    if (std::ranges::any_of(factors, [](int64_t factor) { return factor > 1; }))
      add(axis, "spatial", factors, inner, text);
  }

  /// What does not stay in the memory of the loops.
  void addBypass(std::string &text) const {
    std::vector<std::string> kept, bypassed;
    for (auto [name, operand] : {std::pair("Inputs", Operand::Ifmap), std::pair("Weights", Operand::Weight),
                                 std::pair("Outputs", Operand::Psum)}) {
      auto index = target.memoryFor(operand);
      (index && target.memories[*index].name == memoryName() ? kept : bypassed).push_back(name);
    }
    if (!bypassed.empty())
      text += fmt::format("  - target: {}\n    type: bypass\n    keep: [{}]\n    bypass: [{}]\n",
                          memoryName(), fmt::join(kept, ", "), fmt::join(bypassed, ", "));
  }

  const NodeDecision &node;
  const Target &target;
  const TimeloopOptions &options;
  std::vector<int> dims;
};

} // namespace

std::string strategy::exportTimeloop(const NodeDecision &node, const Target &target,
                                     const TimeloopOptions &options) {
  return Exporter(node, target, options).run();
}

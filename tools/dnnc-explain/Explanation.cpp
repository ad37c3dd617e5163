#include "tools/dnnc-explain/Explanation.h"

#include "tools/dnnc-explain/Candidates.h"

#include "lib/Strategy/File/Strategy.h"
#include "tools/dnnc/Session.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

using namespace dnnc;
using namespace dnnc::cost;
using namespace dnnc::explain;
using namespace dnnc::mapping;
using tool::bytesText;
using tool::countText;
using tool::energyText;
using tool::Row;

namespace {

std::string factorsText(const Factors &factors) {
  std::string text;
  for (auto [dim, factor] : factors)
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", strategy::loopDimNames[dim], factor);
  return text.empty() ? "-" : text;
}

class Writer {
public:
  Writer(const MappingProblem &problem, const SearchResult &result, const SearchOptions &decided)
      : problem(problem), result(result), target(*problem.target), givenArray(decided.array),
        isWhole(decided.tile && decided.order && decided.array) {}

  std::string run(const std::string &title, const std::string &given) {
    const Layer &layer = problem.layer;
    text = fmt::format("{} on target {}, for least {}\n", title, target.name,
                       objectiveNames[size_t(problem.objective)]);
    add(fmt::format("layer: {}, {} {}, {} MACs", namedText(layer.extents), name(layer.type),
                    layer.matmul ? "matrix product" : "convolution", countText(double(layer.macs()))));
    if (!layer.matmul)
      add(fmt::format("stride {} × {}, dilation {} × {}", layer.strides[0], layer.strides[1],
                      layer.dilations[0], layer.dilations[1]));
    if (!given.empty())
      add(given);
    if (std::string assumed = assumption(); !assumed.empty())
      add(assumed);
    if (!result.best)
      text += (result.complete ? "\nno mapping is legal"
                               : "\nthe search ended before it met a legal mapping (--search-effort)") +
              reasons() + "\n";
    else
      winner(*result.best);
    if (isWhole)
      return text;
    others();
    searched();
    return text;
  }

private:
  /// What the estimate takes for granted of the values, which it does not see. Empty where they do not
  /// matter.
  std::string assumption() const {
    const Layer &layer = problem.layer;
    const bool encodes = target.dram.codecs.any();
    std::vector<std::string_view> does;
    if (encodes)
      does.push_back("can encode them");
    if (target.array.zeroGating.any())
      does.push_back("gates zeros");
    if (target.array.skipping.any())
      does.push_back("skips zeros");
    if (does.empty())
      return "";
    std::string_view last = does.back();
    does.pop_back();
    auto notZero = [](double density) { return fmt::format("{:.1f}% not zero", 100 * density); };
    std::string maps = layer.densities.ifmap < 1 ? "an ifmap that is " + notZero(layer.densities.ifmap)
                                                 : std::string("feature maps without zeros");
    if (encodes && layer.ifmapEncoded >= 1 && layer.ofmapEncoded >= 1)
      maps += ", raw in DRAM";
    if (layer.densities.weight < 1)
      maps += ", weights that are " + notZero(layer.densities.weight);
    return fmt::format(
        "assumed: {}; the target {}{}{}, so that a run with more zeros may take less, and may pass the "
        "limits given here",
        maps, fmt::join(does, ", "), does.empty() ? "" : " and ", last);
  }

  /// Why a layer has no mapping under the dataflows asked for.
  std::string reasons() const {
    std::string list;
    for (size_t i = 0; i < dataflowNames.size(); ++i)
      if (auto dataflow = static_cast<Dataflow>(i); problem.dataflows.contains(dataflow))
        if (std::string why = refusal(dataflow, problem.layer, target); !why.empty())
          list += fmt::format("\n  {} does not serve it: {}", dataflowNames[i], why);
    if (list.empty() && !result.rejections.empty())
      list = fmt::format("\n  rejected most: {} {}", countText(double(result.rejections[0].count)),
                         unitOf(result.rejections[0]));
    if (problem.dataflows != DataflowSet::all())
      list += "\n  dnnc runs such a layer under the best of the other dataflows, with a remark; see "
              "--dataflow auto";
    return list.empty() ? "" : ":" + list;
  }

  void add(const std::string &line) { text += "  " + line + "\n"; }
  void addTable(const std::vector<Row> &rows, size_t leftColumns, size_t textColumn = SIZE_MAX) {
    std::string lines = tool::table(rows, leftColumns, textColumn);
    for (size_t at = 0; at < lines.size();) {
      size_t end = lines.find('\n', at);
      add(lines.substr(at, end - at));
      at = end + 1;
    }
  }

  void winner(const Candidate &best) {
    const LayerEstimate &estimate = best.estimate;
    text += fmt::format(
        "\n{}: {}, {} cycles, {}, {} of DRAM traffic; {}\n", isWhole ? "pinned" : "winner",
        name(best.dataflow), countText(estimate.cycles), energyText(estimate.energy.total()),
        bytesText(dramBytes(estimate)),
        isWhole ? std::string("nothing was searched")
        : result.gap() < 1e-9
            ? std::string("nothing in the space is better")
            : fmt::format("at most {:.2f}% above the best of the space; the search stopped before the "
                          "proof (--search-effort)",
                          100 * result.gap()));
    const ArrayMapping &array = best.mapping.array;
    std::string order;
    for (int dim : best.mapping.order)
      if (tilesAlong(problem.layer, best.mapping.tile, dim) > 1)
        order += fmt::format("{}{}", order.empty() ? "" : ", ", strategy::loopDimNames[dim]);
    if (tilesAlong(problem.layer, best.mapping.tile, C) > 1)
      order += order.empty() ? "C" : ", C";
    std::vector<Row> rows = {{"tile on chip", namedText(best.mapping.tile, &problem.layer.extents)},
                             {"loops over tiles", order.empty() ? "one tile" : order}};
    for (size_t index = 0; index < strategy::levelNames.size(); ++index)
      rows.push_back({std::string(strategy::levelNames[index]), factorsText(strategy::level(array, index))});
    rows.push_back({"array instructions, passes", fmt::format("{}, {}", estimate.tiles, estimate.passes)});
    rows.push_back({"active PEs", fmt::format("{} of {}", estimate.activePes, target.array.pes())});
    addTable(rows, 2);
    time(estimate);
    energy(estimate);
    limits(estimate);
  }

  void time(const LayerEstimate &estimate) {
    text +=
        fmt::format("\nbound by {}: busy for {} of the cycles{}\n", boundOf(estimate, target),
                    percent(boundCycles(estimate, target), estimate.cycles),
                    target.overlapTransfers ? "" : "; the target does not compute while feature maps move");
    std::vector<Row> rows = {{"queue", "busy cycles", "share"}};
    auto add = [&](const std::string &what, double cycles) {
      rows.push_back({what, countText(cycles), percent(cycles, estimate.cycles)});
    };
    auto addTerms = [&](const auto &by, const auto &names) {
      for (size_t term = 0; term < by.size(); ++term)
        if (by[term] > 0)
          add(fmt::format("  of it {}", names[term]), by[term]);
    };
    add("array", estimate.arrayCycles);
    addTerms(estimate.arrayCyclesBy, cycleTermNames);
    add("loads", estimate.loadCycles);
    addTerms(estimate.loadCyclesBy, std::array{"DRAM latency", "DRAM bandwidth", "memory write port"});
    add("stores", estimate.storeCycles);
    addTerms(estimate.storeCyclesBy, std::array{"DRAM latency", "DRAM bandwidth", "memory read port"});
    addTable(rows, 1);
  }

  void energy(const LayerEstimate &estimate) {
    const EnergyTerms &energy = estimate.energy;
    const LayerCounts &counts = estimate.counts;
    std::string memories;
    for (size_t index = 0; index < counts.memories.size(); ++index)
      memories += fmt::format("{}{} {} read, {} written", index ? "; " : "", target.memories[index].name,
                              bytesText(double(counts.memories[index].read)),
                              bytesText(double(counts.memories[index].written)));
    auto words = [](const char *what, int64_t read, int64_t written) {
      return fmt::format("{} {} read, {} written", what, countText(double(read)), countText(double(written)));
    };
    std::string macs = fmt::format("{} MACs", countText(double(counts.macs)));
    if (counts.gatedMacs > 0)
      macs += fmt::format(", {} gated", countText(double(counts.gatedMacs)));
    std::vector<Row> rows = {{"level", "energy", "share", ""}};
    auto row = [&](const char *level, double pj, const std::string &what) {
      if (pj > 0 || !what.empty())
        rows.push_back({level, energyText(pj), percent(pj, energy.total()), what});
    };
    const int64_t addresses = counts.ifmapAddressRead + counts.ifmapAddressWritten + counts.weightAddressRead +
                              counts.weightAddressWritten;
    row("MAC", energy.mac, macs);
    row("spads (words)", energy.spad,
        words("ifmap", counts.ifmapSpadRead, counts.ifmapSpadWritten) + "; " +
            words("weight", counts.weightSpadRead, counts.weightSpadWritten) + "; " +
            words("psum", counts.psumSpadRead, counts.psumSpadWritten) +
            (addresses > 0 ? "; addresses " + countText(double(addresses)) : ""));
    row("NoC (bytes × hops)", energy.noc,
        fmt::format("ifmap {}; weight {}; psum {}", countText(double(counts.ifmapHops)),
                    countText(double(counts.weightHops)), countText(double(counts.psumHops))));
    row("on-chip memories", energy.glb, memories);
    row("DRAM", energy.dram,
        fmt::format("{} read, {} written", bytesText(double(counts.dramRead)),
                    bytesText(double(counts.dramWritten))));
    row("codec", energy.codec, counts.encodedBytes > 0 ? bytesText(double(counts.encodedBytes)) : "");
    row("leakage", energy.leakage, "");
    row("clock network", energy.clock, "");
    text += "\nenergy by level\n";
    addTable(rows, 1, 3);
  }

  void limits(const LayerEstimate &estimate) {
    // A run whose zeros save more than was assumed is not held by them.
    text +=
        assumption().empty()
            ? "\nlimits that no mapping can pass, and how near this one is\n"
            : "\nlimits with the zeros that are assumed, not with more of them, and how near this one is\n";
    addTable({{"cycles", countText(estimate.limits.cycles), percent(estimate.limits.cycles, estimate.cycles)},
              {"DRAM", bytesText(estimate.limits.dramBytes),
               percent(estimate.limits.dramBytes, dramBytes(estimate))},
              {"energy", energyText(estimate.limits.energyPj),
               percent(estimate.limits.energyPj, estimate.energy.total())}},
             1);
  }

  void addCandidates(const char *title,
                     const std::vector<std::pair<std::string, const Candidate *>> &candidates) {
    CandidateTables tables = tablesOf(candidates, *result.best, problem);
    text += fmt::format("\n{}\n", title);
    addTable(tables.figures, tables.leftColumns, tables.textColumn);
    text += "  cycles by term\n";
    addTable(tables.cycles, 1);
    text += "  energy by level\n";
    addTable(tables.energy, 1);
  }

  void others() {
    if (!result.best)
      return;
    std::vector<std::pair<std::string, const Candidate *>> rows = {{"winner", &*result.best}};
    for (const Candidate &candidate : result.close)
      rows.push_back({fmt::format("{}", rows.size()), &candidate});
    if (rows.size() > 1)
      addCandidates("candidates that came close", rows);
    else
      text += "\nnothing else came close\n";
    rows.clear();
    for (size_t i = 0; i < dataflowNames.size(); ++i)
      if (result.byDataflow[i])
        rows.push_back({std::string(dataflowNames[i]), &*result.byDataflow[i]});
    if (!rows.empty())
      addCandidates("the best that was met under each dataflow", rows);
    for (size_t i = 0; i < dataflowNames.size(); ++i)
      if (problem.dataflows.contains(static_cast<Dataflow>(i)) && !result.byDataflow[i]) {
        std::string reason = refusal(static_cast<Dataflow>(i), problem.layer, target);
        add(fmt::format("{}: {}", dataflowNames[i],
                        reason.empty()
                            ? "bounded away before a mapping was evaluated; ask for it by --dataflow"
                            : "not served: " + reason));
      }
  }

  /// What was counted, and why it was rejected. Under a given mapping that is always the same, and the reason
  /// the limit that it breaks.
  std::string unitOf(const SearchResult::Rejection &rejection) const {
    return (givenArray ? "loop orders of a tile under the given mapping: " : "") + rejection.reason;
  }

  void searched() {
    text += fmt::format("\nlooked at {} tiles and {} unrollings; {} mappings bounded, {} evaluated{}\n",
                        countText(double(result.tiles)), countText(double(result.unrollings)),
                        countText(double(result.bounded)), countText(double(result.evaluated)),
                        result.complete ? "" : "; the search was cut off");
    if (result.rejections.empty())
      return;
    text += "\nrejected: how many of what, for which reason (what is met again counts again)\n";
    std::vector<Row> rows;
    for (const SearchResult::Rejection &rejection : result.rejections)
      rows.push_back({countText(double(rejection.count)), unitOf(rejection)});
    addTable(rows, 0, 1);
  }

  const MappingProblem &problem;
  const SearchResult &result;
  const Target &target;
  bool givenArray, isWhole;
  std::string text;
};

} // namespace

std::string explain::explanation(const std::string &title, const MappingProblem &problem,
                                 const SearchResult &result, const std::string &given,
                                 const SearchOptions &decided) {
  return Writer(problem, result, decided).run(title, given);
}

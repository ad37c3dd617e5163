#include "tools/dnnc-explain/Explanation.h"

#include "lib/Strategy/File/Strategy.h"
#include "tools/dnnc/Session.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

using namespace dnnc;
using namespace dnnc::cost;
using namespace dnnc::mapping;
using tool::bytesText;
using tool::countText;
using tool::energyText;
using tool::Row;

namespace {

std::string percent(double part, double whole) {
  return whole > 0 ? fmt::format("{:.1f}%", 100 * part / whole) : "-";
}

std::string namedText(const Extents &extents, const Extents *whole = nullptr) {
  std::string text;
  for (int dim = 0; dim < loopDims; ++dim)
    if (!whole || (*whole)[dim] > 1)
      text += fmt::format("{}{}={}", text.empty() ? "" : " ", strategy::loopDimNames[dim], extents[dim]);
  return text.empty() ? "one element" : text;
}

std::string factorsText(const Factors &factors) {
  std::string text;
  for (auto [dim, factor] : factors)
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", strategy::loopDimNames[dim], factor);
  return text.empty() ? "-" : text;
}

/// What the layer's time follows: the busiest queue, and of the array what most of its cycles went to.
std::string boundOf(const LayerEstimate &estimate) {
  if (estimate.bottleneck != Bottleneck::Array)
    return estimate.bottleneck == Bottleneck::Dram
               ? "DRAM bandwidth"
               : fmt::format("DRAM ({})", bottleneckNames[size_t(estimate.bottleneck)]);
  size_t term = std::ranges::max_element(estimate.arrayCyclesBy) - estimate.arrayCyclesBy.begin();
  return std::string(cycleTermNames[term]);
}

double dramBytes(const LayerEstimate &estimate) {
  return double(estimate.counts.dramRead + estimate.counts.dramWritten);
}
double onChipBytes(const LayerEstimate &estimate) {
  double bytes = 0;
  for (const LayerCounts::Traffic &memory : estimate.counts.memories)
    bytes += double(memory.read + memory.written);
  return bytes;
}

class Writer {
public:
  Writer(const MappingProblem &problem, const SearchResult &result, bool isWhole)
      : problem(problem), result(result), target(*problem.target), isWhole(isWhole) {}

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
      text += "\nno mapping is legal" + reasons() + "\n";
    else
      winner(*result.best);
    if (isWhole)
      return text;
    others();
    searched();
    return text;
  }

private:
  /// What the estimate knows nothing of: values of feature maps. Empty where they do not matter.
  std::string assumption() const {
    const bool encodes = target.dram.codecs.any();
    std::vector<std::string_view> does;
    if (encodes)
      does.push_back("can encode them");
    if (target.array.zeroGating.any())
      does.push_back("gates zeros");
    if (target.array.skipping.ifmap)
      does.push_back("skips zeros");
    if (does.empty())
      return "";
    std::string_view last = does.back();
    does.pop_back();
    return fmt::format(
        "assumed: feature maps without zeros{}; the target {}{}{}, so that what runs may take less, and "
        "go below the limits given here",
        encodes ? ", raw in DRAM" : "", fmt::join(does, ", "), does.empty() ? "" : " and ", last);
  }

  /// Why a layer has no mapping under the dataflows asked for.
  std::string reasons() const {
    std::string list;
    for (size_t i = 0; i < dataflowNames.size(); ++i)
      if (auto dataflow = static_cast<Dataflow>(i); problem.dataflows.contains(dataflow))
        if (std::string why = refusal(dataflow, problem.layer, target); !why.empty())
          list += fmt::format("\n  {} does not serve it: {}", dataflowNames[i], why);
    if (list.empty() && !result.rejections.empty())
      list = fmt::format("\n  most were rejected because {}", result.rejections[0].reason);
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
    text += fmt::format("\n{}: {}, {} cycles, {}, {} of DRAM traffic; {}\n", isWhole ? "pinned" : "winner",
                        name(best.dataflow), countText(estimate.cycles), energyText(estimate.energy.total()),
                        bytesText(dramBytes(estimate)),
                        isWhole ? std::string("nothing was searched")
                        : result.gap() < 1e-9
                            ? std::string("nothing in the space is better")
                            : fmt::format("at most {:.1f}% above the best of the space", 100 * result.gap()));
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
        fmt::format("\nbound by {}{}\n", boundOf(estimate),
                    target.overlapTransfers ? "" : "; the target does not compute while feature maps move");
    std::vector<Row> rows = {{"queue", "busy cycles", "share"}};
    rows.push_back(
        {"array", countText(estimate.arrayCycles), percent(estimate.arrayCycles, estimate.cycles)});
    for (size_t term = 0; term < cycleTerms; ++term)
      if (estimate.arrayCyclesBy[term] > 0)
        rows.push_back({fmt::format("  of it {}", cycleTermNames[term]),
                        countText(estimate.arrayCyclesBy[term]),
                        percent(estimate.arrayCyclesBy[term], estimate.cycles)});
    rows.push_back({"loads", countText(estimate.loadCycles), percent(estimate.loadCycles, estimate.cycles)});
    rows.push_back(
        {"stores", countText(estimate.storeCycles), percent(estimate.storeCycles, estimate.cycles)});
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
    row("MAC", energy.mac, macs);
    row("spads (words)", energy.spad,
        words("ifmap", counts.ifmapSpadRead, counts.ifmapSpadWritten) + "; " +
            words("weight", counts.weightSpadRead, counts.weightSpadWritten) + "; " +
            words("psum", counts.psumSpadRead, counts.psumSpadWritten));
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
    text += fmt::format("\nlimits that no mapping {}can pass, and how near this one is\n",
                        assumption().empty() ? "" : "of such feature maps ");
    addTable({{"cycles", countText(estimate.limits.cycles), percent(estimate.limits.cycles, estimate.cycles)},
              {"DRAM", bytesText(estimate.limits.dramBytes),
               percent(estimate.limits.dramBytes, dramBytes(estimate))},
              {"energy", energyText(estimate.limits.energyPj),
               percent(estimate.limits.energyPj, estimate.energy.total())}},
             1);
  }

  /// The term by which a candidate is behind the winner most.
  std::string losesBy(const LayerEstimate &estimate) const {
    const LayerEstimate &best = result.best->estimate;
    std::vector<std::pair<double, std::string>> terms;
    if (problem.objective == Objective::Energy) {
      const EnergyTerms &a = estimate.energy, &b = best.energy;
      terms = {{a.mac - b.mac, "MAC"},
               {a.spad - b.spad, "spads"},
               {a.noc - b.noc, "NoC"},
               {a.glb - b.glb, "on-chip memory"},
               {a.dram - b.dram, "DRAM"},
               {a.codec - b.codec, "codec"},
               {a.leakage - b.leakage, "leakage"},
               {a.clock - b.clock, "clock"}};
    } else {
      for (size_t term = 0; term < cycleTerms; ++term)
        terms.push_back(
            {estimate.arrayCyclesBy[term] - best.arrayCyclesBy[term], std::string(cycleTermNames[term])});
      terms.push_back({estimate.loadCycles - best.loadCycles, "loads"});
      terms.push_back({estimate.storeCycles - best.storeCycles, "stores"});
    }
    auto worst = std::ranges::max_element(terms);
    return worst->first > 0 ? worst->second : "-";
  }

  Row rowOf(const Candidate &candidate) const {
    const LayerEstimate &estimate = candidate.estimate;
    double best = result.best->value;
    return {std::string(name(candidate.dataflow)),
            namedText(candidate.mapping.tile, &problem.layer.extents),
            boundOf(estimate),
            losesBy(estimate),
            best > 0 ? fmt::format("{:+.2f}%", 100 * (candidate.value / best - 1)) : "-",
            countText(estimate.cycles),
            energyText(estimate.energy.total()),
            bytesText(dramBytes(estimate)),
            bytesText(onChipBytes(estimate))};
  }

  void others() {
    if (!result.best)
      return;
    const Row head = {"flow",   "tile",   "bound by", "behind by", "behind",
                      "cycles", "energy", "DRAM",     "on chip"};
    std::vector<Row> rows = {head};
    for (const Candidate &candidate : result.close)
      rows.push_back(rowOf(candidate));
    text += rows.size() == 1 ? "\nnothing else came close\n" : "\ncandidates that came close\n";
    if (rows.size() > 1)
      addTable(rows, 4);
    rows = {head};
    for (const std::optional<Candidate> &candidate : result.byDataflow)
      if (candidate)
        rows.push_back(rowOf(*candidate));
    text += "\nthe best that was met under each dataflow\n";
    addTable(rows, 4);
    for (size_t i = 0; i < dataflowNames.size(); ++i)
      if (problem.dataflows.contains(static_cast<Dataflow>(i)) && !result.byDataflow[i]) {
        std::string reason = refusal(static_cast<Dataflow>(i), problem.layer, target);
        add(fmt::format("{}: {}", dataflowNames[i],
                        reason.empty()
                            ? "bounded away before a mapping was evaluated; ask for it by --dataflow"
                            : "not served: " + reason));
      }
  }

  void searched() {
    text += fmt::format("\nlooked at {} tiles and {} unrollings; {} mappings bounded, {} evaluated{}\n",
                        countText(double(result.tiles)), countText(double(result.unrollings)),
                        countText(double(result.bounded)), countText(double(result.evaluated)),
                        result.complete ? "" : "; the search was cut off");
    if (result.rejections.empty())
      return;
    text += "\nrejected\n";
    std::vector<Row> rows = {{"reason", "times"}};
    for (const SearchResult::Rejection &rejection : result.rejections)
      rows.push_back({rejection.reason, countText(double(rejection.count))});
    addTable(rows, 1);
  }

  const MappingProblem &problem;
  const SearchResult &result;
  const Target &target;
  bool isWhole;
  std::string text;
};

} // namespace

std::string explain::explanation(const std::string &title, const MappingProblem &problem,
                                 const SearchResult &result, const std::string &given, bool isWhole) {
  return Writer(problem, result, isWhole).run(title, given);
}

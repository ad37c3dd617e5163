#include "tools/dnnc-explain/Candidates.h"

#include "lib/Strategy/File/Strategy.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <initializer_list>
#include <tuple>

using namespace dnnc;
using namespace dnnc::cost;
using namespace dnnc::mapping;
using tool::bytesText;
using tool::countText;
using tool::energyText;
using tool::Row;

std::string explain::percent(double part, double whole) {
  return whole > 0 ? fmt::format("{:.1f}%", 100 * part / whole) : "-";
}

std::string explain::namedText(const Extents &extents, const Extents *whole) {
  std::string text;
  for (int dim = 0; dim < loopDims; ++dim)
    if (!whole || (*whole)[dim] > 1)
      text += fmt::format("{}{}={}", text.empty() ? "" : " ", strategy::loopDimNames[dim], extents[dim]);
  return text.empty() ? "one element" : text;
}

double explain::dramBytes(const LayerEstimate &estimate) {
  return double(estimate.counts.dramRead + estimate.counts.dramWritten);
}

static double onChipBytes(const LayerEstimate &estimate) {
  double bytes = 0;
  for (const LayerCounts::Traffic &memory : estimate.counts.memories)
    bytes += double(memory.read + memory.written);
  return bytes;
}

explain::Terms explain::cyclesByTerm(const LayerEstimate &estimate) {
  Terms terms;
  for (size_t term = 0; term < cycleTerms; ++term)
    terms.push_back({std::string(cycleTermNames[term]), estimate.arrayCyclesBy[term]});
  terms.push_back({"waiting for transfers", estimate.cycles - estimate.arrayCycles});
  return terms;
}

explain::Terms explain::energyByLevel(const LayerEstimate &estimate) {
  const EnergyTerms &energy = estimate.energy;
  return {{"MAC", energy.mac},         {"spads", energy.spad}, {"NoC", energy.noc},
          {"on chip", energy.glb},     {"DRAM", energy.dram},  {"codec", energy.codec},
          {"leakage", energy.leakage}, {"clock", energy.clock}};
}

/// The memories that operands go through: a port of theirs, where it is known that one of them decides.
static std::string memoriesOf(const Target &target, std::initializer_list<Operand> operands) {
  std::vector<std::string> names;
  for (Operand operand : operands) {
    std::string name = fmt::format("'{}'", target.memories[target.memoryFor(operand).value_or(0)].name);
    if (std::ranges::find(names, name) == names.end())
      names.push_back(name);
  }
  return fmt::format("{}", fmt::join(names, " or "));
}

static std::string arrayBound(const LayerEstimate &estimate, const Target &target) {
  auto term = static_cast<CycleTerm>(std::ranges::max_element(estimate.arrayCyclesBy) -
                                     estimate.arrayCyclesBy.begin());
  switch (term) {
  case CycleTerm::ReadPort:
    return "read port of " + memoriesOf(target, {Operand::Ifmap, Operand::Weight, Operand::Psum});
  case CycleTerm::WritePort:
    return "write port of " + memoriesOf(target, {Operand::Ofmap, Operand::Psum});
  case CycleTerm::Drain:
    return "drain over the psum NoC";
  default:
    return std::string(cycleTermNames[size_t(term)]);
  }
}

/// A queue of transfers: the way to DRAM, its bandwidth, or a port on chip.
static std::string transferBound(const std::array<double, transferTerms> &by, const std::string &port,
                                 const char *queue) {
  auto term = static_cast<TransferTerm>(std::ranges::max_element(by) - by.begin());
  return fmt::format("{} ({})",
                     term == TransferTerm::Latency     ? "DRAM latency"
                     : term == TransferTerm::Bandwidth ? "DRAM bandwidth"
                                                       : port,
                     queue);
}

std::string explain::boundOf(const LayerEstimate &estimate, const Target &target) {
  switch (estimate.bottleneck) {
  case Bottleneck::Array:
    return arrayBound(estimate, target);
  case Bottleneck::Load:
    return transferBound(
        estimate.loadCyclesBy,
        fmt::format("write port of '{}'", target.memories[size_t(std::max(0, estimate.loadPort))].name),
        "loads");
  case Bottleneck::Store:
    return transferBound(estimate.storeCyclesBy, "read port of " + memoriesOf(target, {Operand::Ofmap}),
                         "stores");
  case Bottleneck::Dram:
    return "DRAM bandwidth";
  }
  return "";
}

double explain::boundCycles(const LayerEstimate &estimate, const Target &target) {
  switch (estimate.bottleneck) {
  case Bottleneck::Array:
    return estimate.arrayCycles;
  case Bottleneck::Load:
    return estimate.loadCycles;
  case Bottleneck::Store:
    return estimate.storeCycles;
  case Bottleneck::Dram:
    return dramBytes(estimate) / target.dramBytesPerCycle();
  }
  return 0;
}

std::string explain::losesBy(const Candidate &candidate, const Candidate &best, Objective objective) {
  struct Loss {
    double share;
    std::string text;
  };
  std::vector<Loss> losses;
  auto add = [&](const Terms &terms, const Terms &bestTerms, double whole, auto amountText) {
    for (size_t i = 0; i < terms.size(); ++i) {
      double more = terms[i].second - bestTerms[i].second;
      if (more > 1e-9 * whole)
        losses.push_back({more / whole, fmt::format("{} +{} (+{:.2f}%)", terms[i].first, amountText(more),
                                                    100 * more / whole)});
    }
  };
  auto addCycles = [&] {
    add(cyclesByTerm(candidate.estimate), cyclesByTerm(best.estimate), best.estimate.cycles, countText);
  };
  auto addEnergy = [&] {
    add(energyByLevel(candidate.estimate), energyByLevel(best.estimate), best.estimate.energy.total(),
        energyText);
  };
  bool same = candidate.value <= best.value * (1 + 1e-12);
  if (objective == Objective::Edp || (objective == Objective::Latency) != same)
    addCycles();
  if (objective == Objective::Edp || (objective == Objective::Energy) != same)
    addEnergy();
  std::ranges::sort(losses, [](const Loss &a, const Loss &b) {
    return std::tie(b.share, a.text) < std::tie(a.share, b.text);
  });
  std::string text;
  for (size_t i = 0; i < std::min<size_t>(2, losses.size()); ++i)
    text += (i ? ", " : "") + losses[i].text;
  return text.empty() ? "-" : text;
}

/// Rows of terms under their names, without those that are nothing in all of them.
static std::vector<Row> termRows(const std::vector<std::pair<std::string, explain::Terms>> &named,
                                 auto amountText) {
  std::vector<Row> rows = {{""}};
  for (const auto &[name, terms] : named)
    rows.push_back({name});
  for (size_t term = 0; !named.empty() && term < named[0].second.size(); ++term) {
    if (std::ranges::none_of(named, [&](const auto &each) { return each.second[term].second > 0; }))
      continue;
    rows[0].push_back(named[0].second[term].first);
    for (size_t i = 0; i < named.size(); ++i)
      rows[i + 1].push_back(amountText(named[i].second[term].second));
  }
  return rows;
}

explain::CandidateTables
explain::tablesOf(const std::vector<std::pair<std::string, const Candidate *>> &candidates,
                  const Candidate &best, const MappingProblem &problem) {
  CandidateTables tables;
  tables.figures = {
      {"", "flow", "tile", "bound by", "behind", "cycles", "energy", "DRAM", "on chip", "loses most by"}};
  std::vector<std::pair<std::string, Terms>> cycles, energy;
  for (const auto &[name, candidate] : candidates) {
    const LayerEstimate &estimate = candidate->estimate;
    tables.figures.push_back(
        {name, std::string(mapping::name(candidate->dataflow)),
         namedText(candidate->mapping.tile, &problem.layer.extents), boundOf(estimate, *problem.target),
         best.value > 0 ? fmt::format("{:+.2f}%", 100 * (candidate->value / best.value - 1)) : "-",
         countText(estimate.cycles), energyText(estimate.energy.total()), bytesText(dramBytes(estimate)),
         bytesText(onChipBytes(estimate)), losesBy(*candidate, best, problem.objective)});
    cycles.push_back({name, cyclesByTerm(estimate)});
    energy.push_back({name, energyByLevel(estimate)});
  }
  tables.cycles = termRows(cycles, countText);
  tables.energy = termRows(energy, energyText);
  return tables;
}

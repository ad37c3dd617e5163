#include "runtime/Simulator/Statistics.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <set>

namespace dnnc {
namespace {

using Json = nlohmann::ordered_json;

Json json(const EnergyStatistics &energy) {
  return {{"total", energy.total}, {"mac", energy.mac},       {"spad", energy.spad},
          {"noc", energy.noc},     {"glb", energy.glb},       {"dram", energy.dram},
          {"codec", energy.codec}, {"vector", energy.vector}, {"leakage", energy.leakage},
          {"clock", energy.clock}};
}

Json json(const TrafficStatistics &traffic) {
  return {{"read_bytes", traffic.readBytes}, {"write_bytes", traffic.writeBytes}};
}

Json json(const DramStatistics &dram) {
  Json result = json(static_cast<const TrafficStatistics &>(dram));
  result["constant_bytes"] = dram.constantBytes;
  return result;
}

Json json(const TrafficStatistics &glb, const ArrayTraffic &array) {
  Json result = json(glb);
  result["array_read_bytes"] = array.readBytes;
  result["array_write_bytes"] = array.writeBytes;
  Json &memories = result["array"] = Json::object();
  for (const auto &[memory, operands] : array.byOperand)
    for (const auto &[operand, traffic] : operands)
      memories[memory][operand] = json(traffic);
  return result;
}

/// How close something came to its limits, in percent.
Json limits(const BoundStatistics &bounds, int64_t cycles, const TrafficStatistics &dram, double energyPj) {
  Json result = Json::object();
  auto add = [&](const char *name, double bound, double actual) {
    if (actual > 0)
      result[name] = 100 * bound / actual;
  };
  add("cycles_percent", static_cast<double>(bounds.cycles), static_cast<double>(cycles));
  add("dram_percent", static_cast<double>(bounds.dramBytes),
      static_cast<double>(dram.readBytes + dram.writeBytes));
  add("energy_percent", bounds.energyPj, energyPj);
  return result;
}

Json json(const NodeStatistics &node) {
  Json result = {{"id", node.id},
                 {"onnx", node.onnx},
                 {"op", node.op},
                 {"dataflow", node.dataflow},
                 {"cycles", node.cycles},
                 {"active_cycles", node.activeCycles},
                 {"macs", node.macs},
                 {"macs_executed", node.macsExecuted},
                 {"energy_pj", json(node.energy)},
                 {"dram", json(node.dram)},
                 {"glb", json(node.glb, node.array)},
                 {"counts", node.counts},
                 {"utilization", node.utilization},
                 {"active_pes", node.activePes},
                 {"bounds",
                  {{"cycles", node.bounds.cycles},
                   {"dram_bytes", node.bounds.dramBytes},
                   {"energy_pj", node.bounds.energyPj}}},
                 {"limits", limits(node.bounds, node.activeCycles, node.dram, node.energy.total)}};
  if (node.weightDensity)
    result["density"]["weights"] = *node.weightDensity;
  if (node.activationDensity)
    result["density"]["activations"] = *node.activationDensity;
  if (node.syntheticWeights)
    result["density"]["synthetic"].push_back("weights");
  if (node.syntheticActivations)
    result["density"]["synthetic"].push_back("activations");
  return result;
}

} // namespace

int64_t Statistics::syntheticNodes() const {
  return std::count_if(nodes.begin(), nodes.end(),
                       [](const auto &node) { return node.syntheticWeights || node.syntheticActivations; });
}

std::string Statistics::json() const {
  Json result = {{"target", target},
                 {"array", zeros},
                 {"zero_gating", zeroGating},
                 {"cycles", cycles},
                 {"seconds", seconds},
                 {"macs", macs},
                 {"macs_executed", macsExecuted},
                 {"utilization", utilization},
                 {"energy_pj", dnnc::json(energy)},
                 {"dram", dnnc::json(dram)},
                 {"glb", dnnc::json(glb, array)},
                 {"bounds", {{"cycles", bounds.cycles}, {"energy_pj", bounds.energyPj}}},
                 {"limits", limits(bounds, cycles, dram, energy.total)}};
  if (int64_t synthetic = syntheticNodes())
    result["synthetic_densities"] = {{"nodes", synthetic}};
  result["dram"]["lower_bound_bytes"] = bounds.dramBytes;
  for (const auto &[queue, busy] : busyCycles)
    result["queues"][queue] = {{"busy_cycles", busy}};
  result["power_mw"] = {{"average", averageMilliwatts}, {"peak", peakMilliwatts}};
  if (budgetMilliwatts)
    result["power_mw"]["budget"] = *budgetMilliwatts;
  result["psum_overflows"] = psumOverflows;
  result["counts"] = counts;
  result["nodes"] = Json::array();
  for (const NodeStatistics &node : nodes)
    result["nodes"].push_back(dnnc::json(node));
  return result.dump(1);
}

namespace sim {
namespace {

EnergyStatistics report(const Energy &energy) {
  return {energy.total(), energy.mac,   energy.spad,   energy.noc,     energy.glb,
          energy.dram,    energy.codec, energy.vector, energy.leakage, energy.clock};
}

TrafficStatistics glbOf(const Counts &counts) {
  TrafficStatistics traffic;
  for (size_t i = 0; i < counts.memoryRead.size(); ++i) {
    traffic.readBytes += counts.memoryRead[i];
    traffic.writeBytes += counts.memoryWritten[i];
  }
  return traffic;
}

ArrayTraffic arrayTrafficOf(const Counts &counts, const Target &target) {
  ArrayTraffic traffic;
  for (size_t i = 0; i < counts.arrayRead.size(); ++i)
    for (size_t k = 0; k < operandNames.size(); ++k) {
      TrafficStatistics operand{counts.arrayRead[i][k], counts.arrayWritten[i][k]};
      if (operand.readBytes + operand.writeBytes == 0)
        continue;
      traffic.readBytes += operand.readBytes;
      traffic.writeBytes += operand.writeBytes;
      traffic.byOperand[target.memories[i].name][std::string(operandNames[k])] = operand;
    }
  return traffic;
}

/// "dense": the array computes with zeros like with any other value.
std::string zerosOf(const Array &array) {
  const Skipping &skipping = array.skipping;
  if (skipping.any())
    return skipping.ifmap && skipping.weight ? "skips zeros of ifmaps and weights"
           : skipping.ifmap                  ? "skips zeros of ifmaps"
                                             : "skips zeros of weights";
  const ZeroGating &gating = array.zeroGating;
  return gating.mac || gating.weightSpad || gating.psumSpad ? "gated" : "dense";
}

std::optional<double> share(int64_t part, int64_t all) {
  return all > 0 ? std::optional(static_cast<double>(part) / static_cast<double>(all)) : std::nullopt;
}

BoundStatistics report(const Bounds &bounds, const Target &target) {
  return {static_cast<int64_t>(std::ceil(bounds.cycles(target))),
          static_cast<int64_t>(std::ceil(bounds.dramBytes)), bounds.energy};
}

} // namespace

Statistics collect(const isa::Program &program, const Target &target, const Machine &machine) {
  TimelineRules rules;
  rules.dramBytesPerCycle = target.dramBytesPerCycle();
  rules.dramLatency = target.dram.latency;
  for (size_t i = 0; i < target.memories.size(); ++i)
    rules.fifoBytes.push_back(target.memoryBytes(i));
  Schedule schedule = play(machine.jobs(), rules);
  std::vector<int64_t> cycles = nodeCycles(machine.jobs(), schedule, program.nodes.size());
  std::vector<int64_t> active = activeCycles(machine.jobs(), schedule, program.nodes.size());
  const auto multipliers = static_cast<double>(target.array.macs());

  Statistics statistics;
  statistics.target = target.name;
  const ZeroGating &gating = target.array.zeroGating;
  for (auto [on, what] : {std::pair(gating.mac, "mac"), std::pair(gating.weightSpad, "weight_spad"),
                          std::pair(gating.psumSpad, "psum_spad")})
    if (on)
      statistics.zeroGating.emplace_back(what);
  statistics.zeros = zerosOf(target.array);
  statistics.cycles = schedule.cycles;
  statistics.seconds = static_cast<double>(schedule.cycles) / (target.clockMhz * 1e6);
  Counts all(target.memories.size());
  std::set<int64_t> drawnWeights, drawnIfmaps; // rows of the node table
  for (const isa::DensityRow &density : program.densities)
    if (density.of == isa::Drawn::Weight)
      drawnWeights.insert(density.row);
    else if (density.of == isa::Drawn::Ifmap)
      drawnIfmaps.insert(density.row);
  double multiplierCycles = 0;
  Bounds limits;
  for (size_t i = 0; i <= program.nodes.size(); ++i) {
    const Counts &counts = machine.countsByNode()[i];
    all += counts;
    multiplierCycles += machine.workByNode()[i].multiplierCycles;
    NodeStatistics node;
    if (i == program.nodes.size()) {
      // Work without a node is listed only where there is some, so that nodes always sum to the total.
      if (cycles[i] == 0 && counts.byAction(target).empty())
        continue;
      node.id = -1;
      node.op = "none";
    } else {
      const isa::NodeRow &row = program.nodes[i];
      node.id = row.id;
      node.op = row.op;
      for (std::string_view name : isa::linesOf(row.onnx))
        node.onnx.emplace_back(name);
      node.dataflow = isa::nameOf(row.dataflow);
      node.macs = row.macs;
      node.syntheticWeights = drawnWeights.contains(static_cast<int64_t>(i));
      node.syntheticActivations = drawnIfmaps.contains(static_cast<int64_t>(i));
    }
    node.cycles = cycles[i];
    node.activeCycles = active[i];
    node.macsExecuted = counts.allMacs();
    node.energy = report(energyOf(counts, cycles[i], target));
    node.dram = {{counts.dramRead, counts.dramWritten}, counts.dramConstants};
    node.glb = glbOf(counts);
    node.counts = counts.byAction(target);
    const NodeWork &work = machine.workByNode()[i];
    node.array = arrayTrafficOf(counts, target);
    node.activePes = work.activePes;
    node.weightDensity = share(work.density.weightNonZeros, work.density.weightElements);
    node.activationDensity = share(work.density.ifmapNonZeros, work.density.ifmapElements);
    double busy = work.multiplierCycles / multipliers; // cycles of the whole array
    node.utilization = node.activeCycles > 0 ? busy / static_cast<double>(node.activeCycles) : 0;
    Bounds limit = boundsOf(work, counts, node.macs, target);
    node.bounds = report(limit, target);
    limits += limit;
    statistics.macs += node.macs;
    statistics.nodes.push_back(std::move(node));
  }
  statistics.macsExecuted = all.allMacs();
  statistics.energy = report(energyOf(all, schedule.cycles, target));
  statistics.dram = {{all.dramRead, all.dramWritten}, all.dramConstants};
  statistics.glb = glbOf(all);
  statistics.array = arrayTrafficOf(all, target);
  statistics.macCycles = static_cast<int64_t>(std::ceil(limits.macCycles));
  statistics.bounds = report(limits, target);
  statistics.counts = all.byAction(target);
  for (int q = 0; q < queueCount; ++q)
    statistics.busyCycles.emplace_back(isa::queueNames[static_cast<size_t>(q)], schedule.busy[q]);
  statistics.psumOverflows = machine.psumOverflows();
  constexpr double milliwattsOfPjPerMicrosecond = 1e-3;
  if (schedule.cycles > 0) {
    double runCycles = static_cast<double>(schedule.cycles);
    statistics.utilization = multiplierCycles / multipliers / runCycles;
    statistics.averageMilliwatts =
        statistics.energy.total / (runCycles / target.clockMhz) * milliwattsOfPjPerMicrosecond;
    statistics.peakMilliwatts = (peakPower(machine.jobs(), schedule) + target.clockNetworkPj) *
                                    target.clockMhz * milliwattsOfPjPerMicrosecond +
                                target.leakageMw;
  }
  statistics.budgetMilliwatts = target.powerBudgetMw;
  return statistics;
}

} // namespace sim
} // namespace dnnc

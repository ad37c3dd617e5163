#include "runtime/Simulator/Statistics.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace dnnc {
namespace {

using Json = nlohmann::ordered_json;

Json json(const EnergyStatistics &energy) {
  return {{"total", energy.total},   {"mac", energy.mac},         {"spad", energy.spad},
          {"noc", energy.noc},       {"glb", energy.glb},         {"dram", energy.dram},
          {"vector", energy.vector}, {"leakage", energy.leakage}, {"clock", energy.clock}};
}

Json json(const TrafficStatistics &traffic) {
  return {{"read_bytes", traffic.readBytes}, {"write_bytes", traffic.writeBytes}};
}

Json json(const NodeStatistics &node) {
  Json result = {{"id", node.id},
                 {"onnx", node.onnx},
                 {"op", node.op},
                 {"dataflow", node.dataflow},
                 {"cycles", node.cycles},
                 {"macs", node.macs},
                 {"macs_executed", node.macsExecuted},
                 {"energy_pj", json(node.energy)},
                 {"dram", json(node.dram)},
                 {"glb", json(node.glb)},
                 {"counts", node.counts},
                 {"utilization", node.utilization}};
  if (node.boundCycles)
    result["bounds"] = {{"cycles", *node.boundCycles}};
  return result;
}

} // namespace

std::string Statistics::json() const {
  Json result = {{"target", target},
                 {"array", "dense"}, // zeros are computed with like any other value
                 {"cycles", cycles},
                 {"seconds", seconds},
                 {"macs", macs},
                 {"macs_executed", macsExecuted},
                 {"utilization", utilization},
                 {"energy_pj", dnnc::json(energy)},
                 {"dram", dnnc::json(dram)},
                 {"glb", dnnc::json(glb)},
                 {"bounds", {{"cycles", boundCycles}}}};
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
  return {energy.total(), energy.mac,    energy.spad,    energy.noc,  energy.glb,
          energy.dram,    energy.vector, energy.leakage, energy.clock};
}

TrafficStatistics glbOf(const Counts &counts) {
  TrafficStatistics traffic;
  for (size_t i = 0; i < counts.memoryRead.size(); ++i) {
    traffic.readBytes += counts.memoryRead[i];
    traffic.writeBytes += counts.memoryWritten[i];
  }
  return traffic;
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
  const auto multipliers = static_cast<double>(target.array.macs());

  Statistics statistics;
  statistics.target = target.name;
  statistics.cycles = schedule.cycles;
  statistics.seconds = static_cast<double>(schedule.cycles) / (target.clockMhz * 1e6);
  Counts all(target.memories.size());
  double multiplierCycles = 0;
  for (size_t i = 0; i <= program.nodes.size(); ++i) {
    const Counts &counts = machine.countsByNode()[i];
    all += counts;
    multiplierCycles += machine.multiplierCyclesByNode()[i];
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
    }
    node.cycles = cycles[i];
    node.macsExecuted = counts.allMacs();
    node.energy = report(energyOf(counts, cycles[i], target));
    node.dram = {counts.dramRead, counts.dramWritten};
    node.glb = glbOf(counts);
    node.counts = counts.byAction(target);
    double busy = machine.multiplierCyclesByNode()[i] / multipliers; // cycles of the whole array
    node.utilization = node.cycles > 0 ? busy / static_cast<double>(node.cycles) : 0;
    if (node.macsExecuted > 0) {
      // Cycles of the network's MACs at the rate of the types that were executed.
      double perMac = busy / static_cast<double>(node.macsExecuted);
      node.boundCycles = static_cast<int64_t>(std::ceil(static_cast<double>(node.macs) * perMac));
      statistics.boundCycles += *node.boundCycles;
    }
    statistics.macs += node.macs;
    statistics.nodes.push_back(std::move(node));
  }
  statistics.macsExecuted = all.allMacs();
  statistics.energy = report(energyOf(all, schedule.cycles, target));
  statistics.dram = {all.dramRead, all.dramWritten};
  statistics.glb = glbOf(all);
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

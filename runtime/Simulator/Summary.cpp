#include "runtime/Simulator/Summary.h"
#include "runtime/Simulator/Text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

namespace dnnc::sim {
namespace {

std::string count(int64_t n) { return countText(static_cast<double>(n)); }
std::string bytes(const TrafficStatistics &traffic) {
  return bytesText(static_cast<double>(traffic.readBytes + traffic.writeBytes));
}
std::string percent(double share) { return fmt::format("{:.1f}%", share * 100); }

/// How close cycles, DRAM traffic and energy are to their lower bounds.
std::string ofLimits(const BoundStatistics &bounds, int64_t cycles, const TrafficStatistics &dram,
                     double energy) {
  auto share = [](double bound, double actual) {
    return actual > 0 ? fmt::format("{:3.0f}%", 100 * bound / actual) : "   -";
  };
  return share(static_cast<double>(bounds.cycles), static_cast<double>(cycles)) + " " +
         share(static_cast<double>(bounds.dramBytes), static_cast<double>(dram.readBytes + dram.writeBytes)) +
         " " + share(bounds.energyPj, energy);
}

/// At most `limit` characters; what is left out shows as "…".
std::string shortened(const std::string &text, size_t limit) {
  if (textWidth(text) <= limit)
    return text;
  std::string result;
  for (char c : text) {
    if ((c & 0xc0) != 0x80 && textWidth(result) == limit - 1)
      break;
    result += c;
  }
  return result + "…";
}

/// What the array does with zeros.
std::string zerosText(const Statistics &statistics) {
  std::string gating =
      statistics.zeroGating.empty() ? "" : fmt::format("gates zeros ({})", fmt::join(statistics.zeroGating, ", "));
  if (statistics.zeros == "dense")
    return "the array runs dense";
  if (statistics.zeros == "gated")
    return "the array " + gating;
  int64_t skipped = 0;
  for (const auto &[component, actions] : statistics.counts)
    if (auto found = actions.find("mac_skipped"); found != actions.end())
      skipped += found->second;
  return "the array " + statistics.zeros + (gating.empty() ? "" : " and " + gating) +
         (skipped > 0 || statistics.macsExecuted == 0
              ? ""
              : ", but met none that it could skip");
}

} // namespace

std::string summaryOf(const Statistics &statistics) {
  auto shareOfCycles = [&](int64_t cycles) {
    return statistics.cycles > 0 ? static_cast<double>(cycles) / static_cast<double>(statistics.cycles) : 0;
  };
  std::vector<Row> rows = {{"node", "op", "ONNX", "flow", "cycles", "share", "MACs", "array", "PEs", "DRAM",
                            "on chip", "energy", "of limits"}};
  for (const NodeStatistics &node : statistics.nodes)
    rows.push_back({node.id < 0 ? "-" : fmt::format("{}", node.id), node.op,
                    shortened(fmt::format("{}", fmt::join(node.onnx, ", ")), 36),
                    node.dataflow == "none" ? "" : node.dataflow, count(node.cycles),
                    percent(shareOfCycles(node.cycles)), node.macsExecuted ? count(node.macsExecuted) : "",
                    node.macsExecuted ? percent(node.utilization) : "",
                    node.activePes ? fmt::format("{}", node.activePes) : "", bytes(node.dram),
                    bytes(node.glb), energyText(node.energy.total),
                    ofLimits(node.bounds, node.activeCycles, node.dram, node.energy.total)});
  rows.push_back({"all", "", "", "", count(statistics.cycles), "", count(statistics.macsExecuted),
                  percent(statistics.utilization), "", bytes(statistics.dram), bytes(statistics.glb),
                  energyText(statistics.energy.total),
                  ofLimits(statistics.bounds, statistics.cycles, statistics.dram, statistics.energy.total)});
  std::string text = table(rows, 4);
  if (int64_t synthetic = statistics.syntheticNodes())
    text += fmt::format("\nsynthetic densities: the zeros of {} node{} are drawn, so that no result is the network's\n",
                        synthetic, synthetic == 1 ? "" : "s");

  text += fmt::format(
      "\n{}: {:.3f} ms, {} cycles; the MACs alone would take {} ({} of the time); {}\n",
      statistics.target, statistics.seconds * 1e3, statistics.cycles, statistics.macCycles,
      percent(shareOfCycles(statistics.macCycles)), zerosText(statistics));
  text += "of limits: the lower bounds of cycles, DRAM traffic and energy over what was needed\n";
  std::vector<std::string> busy;
  for (const auto &[queue, cycles] : statistics.busyCycles)
    busy.push_back(fmt::format("{} {}", queue, percent(shareOfCycles(cycles))));
  text += fmt::format("queues busy: {}\n", fmt::join(busy, ", "));
  const EnergyStatistics &energy = statistics.energy;
  text += fmt::format(
      "energy: mac {}, spad {}, noc {}, on chip {}, dram {}, codec {}, vector {}, leakage {}, clock {}\n",
      energyText(energy.mac), energyText(energy.spad), energyText(energy.noc), energyText(energy.glb), energyText(energy.dram),
      energyText(energy.codec), energyText(energy.vector), energyText(energy.leakage), energyText(energy.clock));
  text += fmt::format("power: {:.0f} mW average, {:.0f} mW peak", statistics.averageMilliwatts,
                      statistics.peakMilliwatts);
  if (statistics.budgetMilliwatts)
    text += fmt::format(", budget {:.0f} mW", *statistics.budgetMilliwatts);
  return text + "\n";
}

} // namespace dnnc::sim

#include "runtime/Simulator/Summary.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

namespace dnnc::sim {
namespace {

std::string count(int64_t n) {
  if (n >= 10'000'000'000)
    return fmt::format("{:.1f} G", static_cast<double>(n) * 1e-9);
  if (n >= 10'000'000)
    return fmt::format("{:.1f} M", static_cast<double>(n) * 1e-6);
  if (n >= 10'000)
    return fmt::format("{:.1f} k", static_cast<double>(n) * 1e-3);
  return fmt::format("{}", n);
}

std::string bytes(const TrafficStatistics &traffic) {
  auto all = static_cast<double>(traffic.readBytes + traffic.writeBytes);
  if (all >= 1 << 20)
    return fmt::format("{:.2f} MiB", all / (1 << 20));
  return fmt::format("{:.1f} KiB", all / (1 << 10));
}

std::string joules(double pj) {
  return pj >= 1e10 ? fmt::format("{:.2f} mJ", pj * 1e-9) : fmt::format("{:.2f} µJ", pj * 1e-6);
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

/// Characters of a UTF-8 string, which is what a column is wide.
size_t width(const std::string &text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

/// At most `limit` characters; what is left out shows as "…".
std::string shortened(const std::string &text, size_t limit) {
  if (width(text) <= limit)
    return text;
  std::string result;
  for (char c : text) {
    if ((c & 0xc0) != 0x80 && width(result) == limit - 1)
      break;
    result += c;
  }
  return result + "…";
}

using Row = std::vector<std::string>;

std::string table(const std::vector<Row> &rows, size_t leftColumns) {
  std::vector<size_t> widths(rows.front().size(), 0);
  for (const Row &row : rows)
    for (size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], width(row[i]));
  std::string text;
  for (const Row &row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      std::string space(widths[i] - width(row[i]), ' ');
      line += (i ? "  " : "") + (i < leftColumns ? row[i] + space : space + row[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
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
                    bytes(node.glb), joules(node.energy.total),
                    ofLimits(node.bounds, node.cycles, node.dram, node.energy.total)});
  rows.push_back({"all", "", "", "", count(statistics.cycles), "", count(statistics.macsExecuted),
                  percent(statistics.utilization), "", bytes(statistics.dram), bytes(statistics.glb),
                  joules(statistics.energy.total),
                  ofLimits(statistics.bounds, statistics.cycles, statistics.dram, statistics.energy.total)});
  std::string text = table(rows, 4);

  text += fmt::format(
      "\n{}: {:.3f} ms, {} cycles; the MACs alone would take {} ({} of the time); the array runs dense\n",
      statistics.target, statistics.seconds * 1e3, statistics.cycles, statistics.macCycles,
      percent(shareOfCycles(statistics.macCycles)));
  text += "of limits: the lower bounds of cycles, DRAM traffic and energy over what was needed\n";
  std::vector<std::string> busy;
  for (const auto &[queue, cycles] : statistics.busyCycles)
    busy.push_back(fmt::format("{} {}", queue, percent(shareOfCycles(cycles))));
  text += fmt::format("queues busy: {}\n", fmt::join(busy, ", "));
  const EnergyStatistics &energy = statistics.energy;
  text += fmt::format(
      "energy: mac {}, spad {}, noc {}, on chip {}, dram {}, codec {}, vector {}, leakage {}, clock {}\n",
      joules(energy.mac), joules(energy.spad), joules(energy.noc), joules(energy.glb), joules(energy.dram),
      joules(energy.codec), joules(energy.vector), joules(energy.leakage), joules(energy.clock));
  text += fmt::format("power: {:.0f} mW average, {:.0f} mW peak", statistics.averageMilliwatts,
                      statistics.peakMilliwatts);
  if (statistics.budgetMilliwatts)
    text += fmt::format(", budget {:.0f} mW", *statistics.budgetMilliwatts);
  return text + "\n";
}

} // namespace dnnc::sim

#include "runtime/Simulator/Text.h"

#include <fmt/format.h>

#include <algorithm>

using namespace dnnc;

std::string sim::countText(double count) {
  if (count >= 1e10)
    return fmt::format("{:.1f} G", count * 1e-9);
  if (count >= 1e7)
    return fmt::format("{:.1f} M", count * 1e-6);
  if (count >= 1e4)
    return fmt::format("{:.1f} k", count * 1e-3);
  return fmt::format("{:.0f}", count);
}

std::string sim::bytesText(double bytes) {
  if (bytes >= 1 << 20)
    return fmt::format("{:.2f} MiB", bytes / (1 << 20));
  return fmt::format("{:.1f} KiB", bytes / (1 << 10));
}

std::string sim::energyText(double pj) {
  if (pj >= 1e10)
    return fmt::format("{:.2f} mJ", pj * 1e-9);
  if (pj >= 1e5 || pj == 0)
    return fmt::format("{:.2f} µJ", pj * 1e-6);
  if (pj >= 1e2)
    return fmt::format("{:.2f} nJ", pj * 1e-3);
  return fmt::format("{:.2f} pJ", pj);
}

size_t sim::textWidth(const std::string &text) {
  return static_cast<size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string sim::table(const std::vector<Row> &rows, size_t leftColumns, size_t textColumn) {
  std::vector<size_t> widths;
  for (const Row &row : rows)
    for (size_t i = 0; i < row.size(); ++i) {
      widths.resize(std::max(widths.size(), i + 1));
      widths[i] = std::max(widths[i], textWidth(row[i]));
    }
  std::string text;
  for (const Row &row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      std::string space(widths[i] - textWidth(row[i]), ' ');
      line += (i ? "  " : "") + (i < leftColumns || i >= textColumn ? row[i] + space : space + row[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

#include "lib/Strategy/File/Strategy.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace dnnc;
using namespace dnnc::cost;
using namespace dnnc::strategy;

/// A text in double quotes, whatever it holds.
static std::string quoted(const std::string &text) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\')
      result += '\\';
    if (static_cast<unsigned char>(c) < 0x20)
      result += fmt::format("\\x{:02x}", c);
    else
      result += c;
  }
  return result + "\"";
}

static std::string named(const Extents &extents) {
  std::string text;
  for (int dim = 0; dim < loopDims; ++dim)
    if (extents[dim] > 0)
      text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", loopDimNames[dim], extents[dim]);
  return "{" + text + "}";
}

static std::string listOf(const Factors &factors) {
  std::string text;
  for (auto [dim, factor] : factors)
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", loopDimNames[dim], factor);
  return "[" + text + "]";
}

static std::string mappingText(const MappingDecision &mapping, const char *first, const std::string &indent) {
  std::string text, begin = first;
  auto line = [&](std::string_view key, const std::string &value) {
    text += fmt::format("{}{}: {}\n", begin, key, value);
    begin = indent;
  };
  if (mapping.dataflow)
    line("dataflow", *mapping.dataflow);
  if (mapping.array)
    for (size_t index = 0; index < levelNames.size(); ++index)
      line(levelNames[index], listOf(level(*mapping.array, index)));
  return text;
}

static std::string orderText(const NodeDecision &node) {
  if (!node.orderIsNamed)
    return fmt::format("[{}]", fmt::join(node.order, ", "));
  std::string text;
  for (int dim : node.order)
    text += fmt::format("{}{}", text.empty() ? "" : ", ", loopDimNames[dim]);
  return "[" + text + "]";
}

static std::string nodeText(const NodeDecision &node) {
  std::string text, begin = "  - ";
  auto line = [&](const char *key, const std::string &value) {
    text += fmt::format("{}{}: {}\n", begin, key, value);
    begin = "    ";
  };
  if (node.node)
    line("node", fmt::format("{}", *node.node));
  if (!node.onnx.empty()) {
    std::vector<std::string> names;
    for (const std::string &name : node.onnx)
      names.push_back(quoted(name));
    line("onnx", names.size() == 1 ? names[0] : fmt::format("[{}]", fmt::join(names, ", ")));
  }
  if (!node.op.empty())
    line("op", node.op);
  if (node.layer != Extents{})
    line("layer", named(node.layer));
  if (!node.result.empty())
    line("result", fmt::format("[{}]", fmt::join(node.result, ", ")));
  if (node.tile != Extents{})
    line("tile", named(node.tile));
  if (!node.tileSizes.empty())
    line("tile", fmt::format("[{}]", fmt::join(node.tileSizes, ", ")));
  if (!node.reduction.empty())
    line("reduction", fmt::format("[{}]", fmt::join(node.reduction, ", ")));
  if (!node.order.empty())
    line("order", orderText(node));
  if (node.mappings.size() == 1)
    text += begin + "mapping:\n" + mappingText(node.mappings[0], "      ", "      ");
  if (node.mappings.size() > 1) {
    text += begin + "mapping:\n";
    for (const MappingDecision &mapping : node.mappings)
      text += mappingText(mapping, "      - ", "        ");
  }
  if (!node.storage.empty()) {
    text += begin + "storage:\n";
    for (const auto &[operand, storage] : node.storage)
      text += fmt::format(
          "      {}: {{format: {}{}}}\n", operand, storage.format,
          storage.segment.empty() ? "" : fmt::format(", segment: [{}]", fmt::join(storage.segment, ", ")));
  }
  return text;
}

std::string Strategy::toYaml() const {
  std::string text = "# docs/strategy.md tells what each key means.\nstrategy: 1\n";
  if (!target.empty())
    text += fmt::format("target: {}\n", target);
  text += nodes.empty() ? "nodes: []\n" : "nodes:\n";
  for (const NodeDecision &node : nodes)
    text += nodeText(node);
  return text;
}

void Strategy::save(const std::string &fileName) const { writeText(fileName, toYaml()); }

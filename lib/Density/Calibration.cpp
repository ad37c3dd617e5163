#include "lib/Density/Calibration.h"

#include "dnnc/Error.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fstream>
#include <nlohmann/json.hpp>

using namespace dnnc;
using namespace dnnc::density;

Calibration Calibration::load(const std::string &file) {
  Calibration calibration;
  calibration.file = file;
  std::error_code ignored;
  std::ifstream stream(file);
  if (!stream || !std::filesystem::is_regular_file(file, ignored))
    throw Error(fmt::format(
        "{}: cannot be read; need the statistics of a run, as dnnc-sim --stats writes them", file));
  try {
    const auto statistics = nlohmann::json::parse(stream);
    if (statistics.contains("synthetic_densities"))
      throw Error(fmt::format(
          "{}: are statistics of a run with synthetic densities; need those of a run without --density, or "
          "give its densities with --density",
          file));
    for (const auto &node : statistics.at("nodes")) {
      Node &read = calibration.nodes[node.at("id").get<int64_t>()];
      read.onnx = node.at("onnx").get<std::vector<std::string>>();
      if (!node.contains("density") || !node["density"].contains("activations"))
        continue;
      double density = node["density"]["activations"].get<double>();
      if (!(density >= 0 && density <= 1))
        throw Error(fmt::format("{}: node {} has a density of {}; need 0 to 1", file,
                                node["id"].get<int64_t>(), density));
      read.activations = density;
    }
  } catch (const nlohmann::json::exception &) {
    throw Error(fmt::format("{}: are no statistics of a run, as dnnc-sim --stats writes them", file));
  }
  if (std::none_of(calibration.nodes.begin(), calibration.nodes.end(),
                   [](const auto &node) { return node.second.activations.has_value(); }))
    throw Error(fmt::format(
        "{}: has no densities of activations; need the statistics of a run, as dnnc-sim --stats writes them",
        file));
  return calibration;
}

std::optional<double> Calibration::activations(int64_t node) const {
  auto found = nodes.find(node);
  return found == nodes.end() ? std::nullopt : found->second.activations;
}

std::string Calibration::mismatch(int64_t node, const std::vector<std::string> &onnx) const {
  auto found = nodes.find(node);
  if (found == nodes.end())
    return fmt::format("{}: has no node {}; the statistics are of another network", file, node);
  if (found->second.onnx != onnx)
    return fmt::format(
        "{}: node {} comes from '{}' there, from '{}' here; the statistics are of another network", file,
        node, fmt::join(found->second.onnx, "', '"), fmt::join(onnx, "', '"));
  return "";
}

// Densities of activations that a run of the network had, from the statistics of the simulator.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace dnnc::density {

class Calibration {
public:
  /// Reads what `dnnc-sim --stats FILE` wrote. Throws dnnc::Error for what is no such file.
  static Calibration load(const std::string &file);

  /// Share of the ifmap of a node that was not zero; nothing where it had no work on the array.
  std::optional<double> activations(int64_t node) const;
  /// Why the run cannot be of the network in which the node comes from these ONNX nodes; empty when it can.
  std::string mismatch(int64_t node, const std::vector<std::string> &onnx) const;

private:
  struct Node {
    std::vector<std::string> onnx;
    std::optional<double> activations;
  };
  std::string file;
  std::map<int64_t, Node> nodes;
};

} // namespace dnnc::density

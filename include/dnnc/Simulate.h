// Running a compiled program on the simulated accelerator: load, give inputs, run, take outputs and
// statistics. No MLIR or LLVM in here, and none is linked.
//
//   Simulation simulation = Simulation::load("prog.bin");
//   simulation.setInput("data_0", tensor);
//   simulation.run();
//   Tensor result = simulation.tensor("prob_1");
#pragma once

#include "dnnc/Tensor.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dnnc {

struct EnergyStatistics { // pJ
  double total = 0, mac = 0, spad = 0, noc = 0, glb = 0, dram = 0, vector = 0, leakage = 0, clock = 0;
};

struct TrafficStatistics {
  int64_t readBytes = 0, writeBytes = 0;
};

/// By component, by action as Accelergy names it.
using ActionCounts = std::map<std::string, std::map<std::string, int64_t>>;

/// What was done for one node of the network.
struct NodeStatistics {
  int64_t id = 0;
  std::vector<std::string> onnx; // names of the ONNX nodes it came from
  std::string op;
  std::string dataflow;
  /// By how much the front of completed work moved while this was the oldest unfinished node; they sum to the
  /// total.
  int64_t cycles = 0;
  int64_t macs = 0;         // the network's number
  int64_t macsExecuted = 0; // with recomputation
  EnergyStatistics energy;
  TrafficStatistics dram, glb; // glb: all on-chip memories
  ActionCounts counts;
  double utilization = 0;             // of the multipliers' rate, over `cycles`
  std::optional<int64_t> boundCycles; // of nodes on the array
};

/// docs: contracts.md, "Statistics".
struct Statistics {
  std::string target;
  int64_t cycles = 0;
  double seconds = 0;
  int64_t macs = 0, macsExecuted = 0;
  double utilization = 0;
  EnergyStatistics energy;
  TrafficStatistics dram, glb;
  int64_t boundCycles = 0;
  std::vector<std::pair<std::string, int64_t>> busyCycles; // by queue
  double averageMilliwatts = 0, peakMilliwatts = 0;
  std::optional<double> budgetMilliwatts;
  int64_t psumOverflows = 0;
  ActionCounts counts;
  std::vector<NodeStatistics> nodes;

  std::string json() const;
};

struct TensorDescription {
  std::string name;
  ElementType type = ElementType::F32;
  std::vector<int64_t> shape;
};

/// A program and the machine it was compiled for. All functions throw dnnc::Error.
class Simulation {
public:
  /// Reads and checks a program file.
  static Simulation load(const std::string &file);
  Simulation(Simulation &&) noexcept;
  Simulation &operator=(Simulation &&) noexcept;
  ~Simulation();

  /// Changes one numeric field of the target before the run, as in "dram.bandwidth=25.6".
  void set(std::string_view assignment);

  std::vector<TensorDescription> inputs() const;
  std::vector<TensorDescription> outputs() const;
  /// Intermediate tensors that the program keeps (compiled with --observe).
  std::vector<TensorDescription> observed() const;

  /// Type and shape have to be the input's.
  void setInput(const std::string &name, const Tensor &tensor);
  /// Draws the inputs that were not given: floats from [−1, 1), integers from their whole range (64-bit ones
  /// from that of int8), each from the seed and its name. Returns their names.
  std::vector<std::string> drawInputs(uint64_t seed);

  /// Executes the program from its start. Needs every input.
  void run();

  /// Values of an input, output, observed or constant tensor, after the run.
  Tensor tensor(const std::string &name) const;
  const Statistics &statistics() const;

private:
  struct State;
  explicit Simulation(std::unique_ptr<State> state);
  std::unique_ptr<State> state;
};

} // namespace dnnc

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
  double total = 0, mac = 0, spad = 0, noc = 0, glb = 0, dram = 0, codec = 0, vector = 0, leakage = 0,
         clock = 0;
};

struct TrafficStatistics {
  int64_t readBytes = 0, writeBytes = 0;
};

struct DramStatistics : TrafficStatistics {
  int64_t constantBytes = 0; ///< the part of readBytes that weights and other constants take
};

/// The part of the on-chip traffic that is between the memories and the array.
struct ArrayTraffic {
  int64_t readBytes = 0, writeBytes = 0;
  /// By memory, by operand.
  std::map<std::string, std::map<std::string, TrafficStatistics>> byOperand;
};

/// Physical limits (design: hardware.md, "Limits"): no schedule on the machine goes below them.
struct BoundStatistics {
  int64_t cycles = 0, dramBytes = 0;
  double energyPj = 0;
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
  int64_t activeCycles = 0; // in which some instruction of it was under way, beside others or not
  int64_t macs = 0;         // the network's number
  int64_t macsExecuted = 0; // with recomputation, without what was skipped
  EnergyStatistics energy;
  DramStatistics dram;
  TrafficStatistics glb; // all on-chip memories
  ArrayTraffic array;
  ActionCounts counts;
  double utilization = 0; // of the multipliers' rate, over `activeCycles`
  int64_t activePes = 0;  // that have work, in the array pass that has most of them
  BoundStatistics bounds;
  /// Share of the operands of its array instructions that is not zero.
  std::optional<double> weightDensity, activationDensity;
  /// Whether these zeros were drawn for a what-if (isa.density).
  bool syntheticWeights = false, syntheticActivations = false;
};

/// docs: contracts.md, "Statistics".
struct Statistics {
  std::string target;
  std::string zeros;                   // what the array does with them: dense, gated or skips ...
  std::vector<std::string> zeroGating; // what the array saves on zeros of the ifmap
  int64_t cycles = 0;
  double seconds = 0;
  int64_t macs = 0, macsExecuted = 0;
  double utilization = 0;
  EnergyStatistics energy;
  DramStatistics dram;
  TrafficStatistics glb;
  ArrayTraffic array;
  int64_t macCycles = 0;                                   // the array's for the network's MACs
  BoundStatistics bounds;                                  // of DRAM and energy the sums of the nodes'
  std::vector<std::pair<std::string, int64_t>> busyCycles; // by queue
  double averageMilliwatts = 0, peakMilliwatts = 0;
  std::optional<double> budgetMilliwatts;
  int64_t psumOverflows = 0;
  ActionCounts counts;
  std::vector<NodeStatistics> nodes;

  /// Nodes of which zeros were drawn: then nothing that was computed is the network's.
  int64_t syntheticNodes() const;

  std::string json() const;
};

/// What was executed PE by PE and found to agree.
struct SteppedStatistics {
  int64_t instructions = 0; // of the array
  int64_t macs = 0;
  double largestDifference = 0; // between the cycles of an instruction, relative
  /// Psums that the array took up again before they could have passed its chains and pipeline to their
  /// memory: the model gives that way no time between passes.
  int64_t forwardedPsums = 0;
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

  /// Has run() step every PE of the array through every array instruction too. It then throws where the
  /// results or the counts are not what the simulator has, or the cycles differ by more than 2%; and at once
  /// for programs of more than `mostSteppedMacs` MACs, which would take minutes.
  void stepEveryPe();
  static constexpr int64_t mostSteppedMacs = 1'000'000'000;
  /// What the last run stepped, if it did.
  std::optional<SteppedStatistics> stepped() const;

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

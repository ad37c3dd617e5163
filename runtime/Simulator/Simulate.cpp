#include "dnnc/Simulate.h"

#include "dnnc/Error.h"
#include "dnnc/Target.h"
#include "runtime/Program/Program.h"
#include "runtime/Simulator/Machine.h"
#include "runtime/Simulator/Statistics.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace dnnc {

struct Simulation::State {
  isa::Program program;
  Target target;
  std::map<size_t, Tensor> inputs; // by row of the tensor table
  std::unique_ptr<sim::Machine> machine;
  std::optional<Statistics> statistics;
  bool stepEveryPe = false;

  std::vector<TensorDescription> describe(isa::TensorKind kind) const {
    std::vector<TensorDescription> result;
    for (const isa::TensorRow &row : program.tensors)
      if (row.kind == kind)
        result.push_back({row.name, row.type, row.shape});
    return result;
  }
  size_t input(const std::string &name) const {
    std::vector<std::string> names;
    for (size_t i = 0; i < program.tensors.size(); ++i) {
      if (program.tensors[i].kind != isa::TensorKind::Input)
        continue;
      if (program.tensors[i].name == name)
        return i;
      names.push_back(program.tensors[i].name);
    }
    throw Error(fmt::format("no input '{}'; the program has {}", name, fmt::join(names, ", ")));
  }
};

namespace {

std::string describe(ElementType type, const std::vector<int64_t> &shape) {
  return fmt::format("{}[{}]", name(type), fmt::join(shape, "x"));
}

/// SplitMix64: a short generator whose numbers are the same everywhere, unlike the library's distributions.
class Draw {
public:
  Draw(uint64_t seed, std::string_view name) : state(seed) {
    for (char c : name)
      state = (state ^ static_cast<uint8_t>(c)) * 0x100000001b3; // FNV-1a's prime
  }
  uint64_t next() {
    uint64_t z = state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

private:
  uint64_t state;
};

Tensor drawn(const isa::TensorRow &row, uint64_t seed) {
  Tensor tensor(row.type, row.shape);
  Draw draw(seed, row.name);
  if (row.type == ElementType::F32)
    for (float &value : tensor.mutableAs<float>())
      value = static_cast<float>(static_cast<int32_t>(draw.next() >> 40) - (1 << 23)) / (1 << 23);
  else if (row.type == ElementType::I64)
    for (int64_t &value : tensor.mutableAs<int64_t>())
      value = static_cast<int8_t>(draw.next() >> 56);
  else if (row.type == ElementType::Bool)
    for (uint8_t &value : tensor.mutableBytes())
      value = draw.next() >> 63;
  else
    for (uint8_t &value : tensor.mutableBytes())
      value = static_cast<uint8_t>(draw.next() >> 56);
  return tensor;
}

} // namespace

Simulation::Simulation(std::unique_ptr<State> state) : state(std::move(state)) {}
Simulation::Simulation(Simulation &&) noexcept = default;
Simulation &Simulation::operator=(Simulation &&) noexcept = default;
Simulation::~Simulation() = default;

Simulation Simulation::load(const std::string &file) {
  auto state = std::make_unique<State>();
  state->program = isa::Program::read(file);
  state->target = Target::parse(state->program.header.target, fmt::format("target of {}", file));
  return Simulation(std::move(state));
}

void Simulation::set(std::string_view assignment) { state->target.set(assignment); }

std::vector<TensorDescription> Simulation::inputs() const { return state->describe(isa::TensorKind::Input); }
std::vector<TensorDescription> Simulation::outputs() const {
  return state->describe(isa::TensorKind::Output);
}
std::vector<TensorDescription> Simulation::observed() const {
  return state->describe(isa::TensorKind::Observed);
}

void Simulation::setInput(const std::string &name, const Tensor &tensor) {
  size_t index = state->input(name);
  const isa::TensorRow &row = state->program.tensors[index];
  if (tensor.type != row.type || tensor.shape != row.shape)
    throw Error(fmt::format("input '{}' needs {}; have {}", name, describe(row.type, row.shape),
                            describe(tensor.type, tensor.shape)));
  state->inputs[index] = tensor;
}

std::vector<std::string> Simulation::drawInputs(uint64_t seed) {
  std::vector<std::string> names;
  for (size_t i = 0; i < state->program.tensors.size(); ++i) {
    const isa::TensorRow &row = state->program.tensors[i];
    if (row.kind != isa::TensorKind::Input || state->inputs.contains(i))
      continue;
    state->inputs[i] = drawn(row, seed);
    names.push_back(row.name);
  }
  return names;
}

void Simulation::stepEveryPe() { state->stepEveryPe = true; }

std::optional<SteppedStatistics> Simulation::stepped() const {
  const sim::StepCheck *steps = state->machine ? state->machine->steps() : nullptr;
  if (!steps)
    return std::nullopt;
  return SteppedStatistics{steps->instructions(), steps->macs(), steps->largestDifference(),
                           steps->forwardedPsums()};
}

void Simulation::run() {
  std::vector<std::string> missing;
  for (size_t i = 0; i < state->program.tensors.size(); ++i)
    if (state->program.tensors[i].kind == isa::TensorKind::Input && !state->inputs.contains(i))
      missing.push_back(state->program.tensors[i].name);
  if (!missing.empty())
    throw Error(fmt::format("no values were given for {}", fmt::join(missing, ", ")));
  state->statistics.reset();
  state->machine = std::make_unique<sim::Machine>(state->program, state->target);
  if (state->stepEveryPe) {
    int64_t macs = 0;
    for (const isa::NodeRow &node : state->program.nodes)
      macs += std::min(node.macs, mostSteppedMacs + 1);
    if (macs > mostSteppedMacs)
      throw Error(
          fmt::format("the program has more than {} MACs, too many to step every PE; run a smaller one, or "
                      "this one without",
                      mostSteppedMacs));
    state->machine->stepEveryPe(mostSteppedMacs);
  }
  for (const auto &[index, tensor] : state->inputs)
    state->machine->writeTensor(index, tensor.bytes());
  state->machine->run();
  state->statistics = sim::collect(state->program, state->target, *state->machine);
}

Tensor Simulation::tensor(const std::string &name) const {
  std::optional<size_t> index = state->program.findTensor(name);
  if (!index)
    throw Error(fmt::format("the program has no tensor '{}'", name));
  const isa::TensorRow &row = state->program.tensors[*index];
  if (row.kind == isa::TensorKind::Intermediate)
    throw Error(fmt::format("tensor '{}' is not kept; compile with --observe to see it", name));
  if (!state->statistics)
    throw Error("the program has not run to its end");
  Tensor tensor(row.type, row.shape);
  isa::Bytes bytes = state->machine->readTensor(*index);
  if (static_cast<int64_t>(bytes.size()) != tensor.byteCount())
    throw Error(fmt::format("tensor '{}' has {} bytes; {} needs {}", name, bytes.size(),
                            describe(row.type, row.shape), tensor.byteCount()));
  std::copy(bytes.data(), bytes.data() + bytes.size(), tensor.mutableBytes().begin());
  return tensor;
}

const Statistics &Simulation::statistics() const {
  if (!state->statistics)
    throw Error("the program has not run to its end");
  return *state->statistics;
}

} // namespace dnnc

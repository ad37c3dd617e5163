// Everything that is wrong with a program beyond its single rows.
#include "runtime/Program/Program.h"

#include "dnnc/Target.h"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <set>
#include <type_traits>

namespace dnnc::isa {
namespace {

/// Counts of tokens saturate here; no real program comes near.
constexpr uint64_t countLimit = uint64_t(1) << 62;

uint64_t saturated(unsigned __int128 value) {
  return value > countLimit ? countLimit : static_cast<uint64_t>(value);
}

class Verifier {
public:
  Verifier(const Program &program, bool constantsElsewhere)
      : program(program), constantsElsewhere(constantsElsewhere) {}

  std::vector<Problem> run() {
    checkHeader();
    checkRows(Part::Tokens, program.tokens);
    checkRows(Part::Nodes, program.nodes);
    checkRows(Part::Tensors, program.tensors);
    checkRows(Part::Segments, program.segments);
    checkRows(Part::Mappings, program.mappings);
    checkRows(Part::Lanes, program.lanes);
    checkRows(Part::Densities, program.densities);
    checkTensors();
    checkSegments();
    checkDensities();
    uses.resize(program.tokens.size());
    for (size_t i = 0; i < program.queues.size(); ++i)
      checkQueue(static_cast<Queue>(i));
    checkTokens();
    return std::move(problems);
  }

private:
  template <typename... Values>
  void report(Part part, size_t index, fmt::format_string<Values...> message, Values &&...values) {
    problems.push_back({part, queue, index, fmt::format(message, std::forward<Values>(values)...)});
  }

  void checkHeader() {
    const ProgramRow &header = program.header;
    for (std::string &problem : problemsOf(AnyRow(header)))
      report(Part::Header, 0, "{}", problem);
    if (!constantsElsewhere && static_cast<uint64_t>(header.constantsBytes) != program.constants.size())
      report(Part::Header, 0, "constants_bytes = {}, the constants have {}", header.constantsBytes,
             program.constants.size());
    try {
      target = Target::parse(header.target, "target");
    } catch (const Error &error) {
      report(Part::Header, 0, "the target description is wrong: {}", error.what());
      return;
    }
    if (header.dramBytes > target->dram.bytes)
      report(Part::Header, 0, "dram_bytes = {}, target {} has {}", header.dramBytes, target->name,
             target->dram.bytes);
  }

  template <typename Row> void checkRows(Part part, const std::vector<Row> &rows) {
    for (size_t i = 0; i < rows.size(); ++i)
      for (std::string &problem : problemsOf(AnyRow(rows[i])))
        report(part, i, "{}", problem);
  }

  void checkTensors() {
    for (size_t i = 0; i < program.tensors.size(); ++i) {
      const TensorRow &tensor = program.tensors[i];
      bool constant = tensor.kind == TensorKind::Constant;
      int64_t low = constant ? 0 : program.header.constantsBytes;
      int64_t high = constant ? program.header.constantsBytes : program.header.dramBytes;
      if (tensor.address < low || tensor.bytes > high - tensor.address)
        report(Part::Tensors, i, "'{}' has {} bytes at {}, {} tensors stand in [{}, {})", tensor.name,
               tensor.bytes, tensor.address, isa::nameOf(tensor.kind), low, high);
      checkIndex(Part::Tensors, i, "node", tensor.node, program.nodes.size(), "nodes");
    }
  }

  void checkSegments() {
    if (program.segments.size() > 1)
      report(Part::Segments, 1, "have {} accelerator segments; the queues run once, need at most 1",
             program.segments.size());
    for (size_t i = 0; i < program.segments.size(); ++i)
      for (const std::vector<int64_t> *list : {&program.segments[i].inputs, &program.segments[i].outputs})
        for (int64_t tensor : *list)
          checkIndex(Part::Segments, i, list == &program.segments[i].inputs ? "inputs" : "outputs", tensor,
                     program.tensors.size(), "tensors");
  }

  void checkDensities() {
    std::set<std::pair<Drawn, int64_t>> seen;
    for (size_t i = 0; i < program.densities.size(); ++i) {
      const DensityRow &density = program.densities[i];
      bool ofTensor = density.of == Drawn::Input;
      size_t rows = ofTensor ? program.tensors.size() : program.nodes.size();
      checkIndex(Part::Densities, i, "row", density.row, rows, ofTensor ? "tensors" : "nodes");
      if (!seen.insert({density.of, density.row}).second)
        report(Part::Densities, i, "row {} has two densities of its {}", density.row, isa::nameOf(density.of));
      if (!ofTensor || static_cast<uint64_t>(density.row) >= rows)
        continue;
      const TensorRow &tensor = program.tensors[density.row];
      if (tensor.kind != TensorKind::Input || tensor.type != density.type)
        report(Part::Densities, i, "'{}' is {} of {}; need an input of {}", tensor.name, isa::nameOf(tensor.kind),
               isa::nameOf(tensor.type), isa::nameOf(density.type));
      if (!density.order.empty())
        report(Part::Densities, i, "order has {} dimensions, an input is given as in its shape", density.order.size());
      auto rank = static_cast<int64_t>(tensor.shape.size());
      if (density.axis >= rank ||
          (density.axis >= 0 && density.shares.size() != static_cast<uint64_t>(tensor.shape[density.axis])))
        report(Part::Densities, i, "has {} shares along axis {} of '{}', which does not have them", density.shares.size(),
               density.axis, tensor.name);
    }
  }

  void checkIndex(Part part, size_t at, const char *field, int64_t index, size_t rows, const char *table) {
    if (index < 0 || static_cast<uint64_t>(index) >= rows)
      report(part, at, "{} = {}, there are {} {}", field, index, rows, table);
  }

  // Queues
  // -----------------------------------------------------------------------------------------------------------

  struct TokenUse {
    /// How often each queue signals and waits, loops counted.
    std::array<uint64_t, 4> signals{}, waits{};
  };

  void checkQueue(Queue which) {
    queue = which;
    struct OpenLoop {
      size_t at;
      uint64_t runs; // of its body, the loops around it counted
    };
    std::vector<OpenLoop> loops;
    const std::vector<Instruction> &stream = program[which];
    for (size_t i = 0; i < stream.size(); ++i) {
      const Instruction &instruction = stream[i];
      if (!isLegalIn(instruction, which))
        report(Part::Queue, i, "isa.{} does not run in the {} queue", isa::nameOf(instruction),
               isa::nameOf(which));
      for (std::string &problem : problemsOf(instruction))
        report(Part::Queue, i, "{}", problem);
      checkIndex(Part::Queue, i, "node", nodeOf(instruction), program.nodes.size(), "nodes");
      uint64_t runs = loops.empty() ? 1 : loops.back().runs;
      if (std::holds_alternative<EndLoop>(instruction)) {
        if (loops.empty()) {
          report(Part::Queue, i, "end_loop without a loop");
        } else {
          // What stands on an end_loop happens once an iteration.
          loops.pop_back();
        }
      }
      countTokens(instruction, i, runs);
      checkDepth(instruction, i, loops.size());
      std::visit([&](const auto &row) { checkInstruction(row, i); }, instruction);
      if (const auto *loop = std::get_if<Loop>(&instruction)) {
        if (loops.size() == maximalLoopDepth)
          report(Part::Queue, i, "loops nest deeper than {}", maximalLoopDepth);
        loops.push_back(
            {i, saturated(static_cast<unsigned __int128>(runs) * static_cast<uint64_t>(loop->count))});
      }
    }
    for (const OpenLoop &loop : loops)
      report(Part::Queue, loop.at, "the loop is never closed");
  }

  void countTokens(const Instruction &instruction, size_t at, uint64_t runs) {
    auto count = [&](const std::vector<int64_t> &tokens, std::array<uint64_t, 4> TokenUse::*kind,
                     const char *field) {
      for (int64_t token : tokens) {
        checkIndex(Part::Queue, at, field, token, program.tokens.size(), "tokens");
        if (token < 0 || static_cast<uint64_t>(token) >= uses.size())
          continue;
        uint64_t &sum = (uses[token].*kind)[static_cast<size_t>(queue)];
        sum = saturated(static_cast<unsigned __int128>(sum) + runs);
      }
    };
    count(waitOf(instruction), &TokenUse::waits, "wait");
    count(signalOf(instruction), &TokenUse::signals, "signal");
  }

  /// Affine forms name only loops that are open around the instruction.
  void checkDepth(const Instruction &instruction, size_t at, size_t depth) {
    auto check = [&](const Field &field, const Affine &value) {
      for (const AffineTerm &term : value.terms)
        if (term.level < maximalLoopDepth && term.level >= static_cast<int64_t>(depth))
          report(Part::Queue, at, "{} names loop i{}, {} loops are open", field.name, term.level, depth);
    };
    std::visit(
        [&](const auto &row) {
          std::decay_t<decltype(row)>::visit(row, [&](const Field &field, const auto &value) {
            using Value = std::decay_t<decltype(value)>;
            if constexpr (std::is_same_v<Value, Affine>)
              check(field, value);
            else if constexpr (std::is_same_v<Value, std::vector<Affine>>)
              for (const Affine &affine : value)
                check(field, affine);
          });
        },
        instruction);
  }

  void memory(size_t at, const char *field, int64_t index) {
    if (target)
      checkIndex(Part::Queue, at, field, index, target->memories.size(), "memories");
  }

  /// The lanes row at `index` takes inputs of these types; gives the type of its result.
  std::optional<ElementType> laneProgram(size_t at, const char *field, int64_t index,
                                         std::span<const ElementType> inputs) {
    checkIndex(Part::Queue, at, field, index, program.lanes.size(), "lane programs");
    if (static_cast<uint64_t>(index) >= program.lanes.size())
      return std::nullopt;
    const LanesRow &lanes = program.lanes[index];
    if (static_cast<uint64_t>(lanes.inputs) != inputs.size())
      report(Part::Queue, at, "{} = {} ('{}') has {} inputs, the instruction gives {}", field, index,
             lanes.name, lanes.inputs, inputs.size());
    std::optional<ElementType> result;
    for (const LaneStep &step : lanes.steps) {
      int64_t input = step.opcode == LaneOpcode::Input   ? step.a
                      : step.opcode == LaneOpcode::Table ? step.b
                                                         : -1;
      if (input >= 0 && static_cast<uint64_t>(input) < inputs.size() &&
          laneTypeOf(inputs[input]) != step.type)
        report(Part::Queue, at, "{} = {} ('{}') reads input {} as {}, its type is {}", field, index,
               lanes.name, input, isa::nameOf(step.type), isa::nameOf(inputs[input]));
      if (laneStepInfo(step.opcode) && step.dst == lanes.result)
        result = resultTypeOf(step);
    }
    return result;
  }

  void result(size_t at, std::optional<ElementType> type, ElementType output) {
    if (type && (*type == ElementType::F32) != (output == ElementType::F32))
      report(Part::Queue, at, "output_type = {}, the lane program gives {}: convert it with to_f32 or to_i32",
             isa::nameOf(output), isa::nameOf(*type));
    if (!laneTypeOf(output))
      report(Part::Queue, at, "output_type = {}, which lanes do not write", isa::nameOf(output));
  }

  template <typename Row> void checkLaneMemories(const Row &row, size_t at) {
    for (int64_t index : row.inputMemories)
      memory(at, "input_memories", index);
    memory(at, "output_memory", row.outputMemory);
  }

  template <typename Row> void checkFinish(const Row &row, size_t at) {
    std::optional<ElementType> value = laneProgram(at, "program", row.program, row.inputTypes);
    if (value && *value != row.accumulatorType)
      report(Part::Queue, at, "accumulator_type = {}, the lane program gives {}",
             isa::nameOf(row.accumulatorType), isa::nameOf(*value));
    std::array<ElementType, 2> joined = {row.accumulatorType, ElementType::I32};
    result(at, laneProgram(at, "finish", row.finish, joined), row.outputType);
  }

  void checkInstruction(const Loop &, size_t) {}
  void checkInstruction(const EndLoop &, size_t) {}
  void checkInstruction(const Sync &, size_t) {}
  void checkInstruction(const Load &row, size_t at) { memory(at, "memory", row.memory); }
  void checkInstruction(const Store &row, size_t at) { memory(at, "memory", row.memory); }
  void checkInstruction(const Conv &row, size_t at) {
    memory(at, "ifmap_memory", row.ifmapMemory);
    memory(at, "weight_memory", row.weightMemory);
    memory(at, "psum_memory", row.psumMemory);
    memory(at, "output_memory", row.outputMemory);
    if (row.hasParams)
      memory(at, "param_memory", row.paramMemory);
    if (row.hasTable)
      memory(at, "table_memory", row.tableMemory);
    checkIndex(Part::Queue, at, "mapping", row.mapping, program.mappings.size(), "mappings");
  }
  void checkInstruction(const Map &row, size_t at) {
    checkLaneMemories(row, at);
    result(at, laneProgram(at, "program", row.program, row.inputTypes), row.outputType);
  }
  void checkInstruction(const Reduce &row, size_t at) {
    checkLaneMemories(row, at);
    memory(at, "accumulator_memory", row.accumulatorMemory);
    checkFinish(row, at);
  }
  void checkInstruction(const Window &row, size_t at) {
    checkLaneMemories(row, at);
    checkFinish(row, at);
  }
  void checkInstruction(const Permute &row, size_t at) {
    memory(at, "input_memory", row.inputMemory);
    memory(at, "output_memory", row.outputMemory);
  }
  void checkInstruction(const Gather &row, size_t at) {
    memory(at, "input_memory", row.inputMemory);
    memory(at, "output_memory", row.outputMemory);
    memory(at, "indices_memory", row.indicesMemory);
  }

  // Tokens
  // -----------------------------------------------------------------------------------------------------------

  void checkTokens() {
    for (size_t i = 0; i < uses.size(); ++i) {
      uint64_t signals = checkOneQueue(i, uses[i].signals, "signalled");
      uint64_t waits = checkOneQueue(i, uses[i].waits, "waited for");
      if (waits > saturated(static_cast<unsigned __int128>(signals) +
                            static_cast<uint64_t>(program.tokens[i].initial)))
        report(
            Part::Tokens, i,
            "'{}' is waited for {} times, but starts at {} and is signalled {} times: the program cannot end",
            program.tokens[i].name, waits, program.tokens[i].initial, signals);
    }
  }

  uint64_t checkOneQueue(size_t token, const std::array<uint64_t, 4> &counts, const char *what) {
    std::string queues;
    uint64_t sum = 0;
    int users = 0;
    for (size_t i = 0; i < counts.size(); ++i)
      if (counts[i]) {
        queues += fmt::format("{}{}", users++ ? ", " : "", queueNames[i]);
        sum = saturated(static_cast<unsigned __int128>(sum) + counts[i]);
      }
    if (users > 1)
      report(Part::Tokens, token, "'{}' is {} by {} queues ({}), need one", program.tokens[token].name, what,
             users, queues);
    return sum;
  }

  const Program &program;
  bool constantsElsewhere;
  std::vector<Problem> problems;
  std::optional<Target> target;
  std::vector<TokenUse> uses;
  Queue queue{};
};

} // namespace

std::string Problem::where() const {
  switch (part) {
  case Part::Header:
    return "program";
  case Part::Queue:
    return fmt::format("{} queue, instruction {}", isa::nameOf(queue), index);
  default:
    constexpr std::array<std::string_view, 8> names = {"program", "token",   "node",         "tensor",
                                                       "segment", "mapping", "lane program", "density"};
    static_assert(names.size() == static_cast<size_t>(Part::Queue), "a part has no name");
    return fmt::format("{} {}", names[static_cast<size_t>(part)], index);
  }
}

std::string Problem::text() const { return where() + ": " + message; }

std::vector<Problem> verify(const Program &program, bool constantsElsewhere) {
  return Verifier(program, constantsElsewhere).run();
}

std::optional<size_t> Program::findTensor(std::string_view name) const {
  for (size_t i = 0; i < tensors.size(); ++i)
    if (tensors[i].name == name)
      return i;
  return std::nullopt;
}

} // namespace dnnc::isa

#include "runtime/Simulator/Legality.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace dnnc::sim {
namespace {

class Checker {
public:
  Checker(const isa::Program &program, const Target &target) : program(program), target(target) {}

  std::vector<std::string> run() {
    for (queue = 0; queue < static_cast<int>(program.queues.size()); ++queue)
      for (index = 0; index < program.queues[queue].size(); ++index)
        std::visit([&](const auto &instruction) { check(instruction); }, program.queues[queue][index]);
    return std::move(problems);
  }

private:
  void problem(const std::string &message) {
    problems.push_back(placeOf(program, queue, index) + ": " + message);
  }

  bool exists(std::string_view what, int64_t memory) {
    if (memory >= 0 && memory < static_cast<int64_t>(target.memories.size()))
      return true;
    problem(fmt::format("{} is in memory {}; the target has {}", what, memory, target.memories.size()));
    return false;
  }

  /// A memory that an engine reads or writes for an operand has to hold that operand.
  void holds(std::string_view what, int64_t index, Operand operand, bool fifo = false) {
    if (!exists(what, index))
      return;
    const Memory &memory = target.memories[static_cast<size_t>(index)];
    if (memory.kind == Memory::Kind::Fifo && !fifo)
      problem(fmt::format("{} is in '{}', a FIFO; it needs a memory that keeps it", what, memory.name));
    else if (std::find(memory.holds.begin(), memory.holds.end(), operand) == memory.holds.end()) {
      std::vector<std::string_view> names;
      for (Operand held : memory.holds)
        names.push_back(operandNames[static_cast<size_t>(held)]);
      problem(fmt::format("{} is in '{}', which holds {}; it needs a memory that holds {}", what, memory.name,
                          fmt::join(names, ", "), operandNames[static_cast<size_t>(operand)]));
    }
  }

  void vector(const std::vector<int64_t> &inputs, int64_t output) {
    for (size_t i = 0; i < inputs.size(); ++i)
      holds(fmt::format("input {}", i), inputs[i], Operand::Vector);
    holds("the result", output, Operand::Vector);
  }

  void codec(isa::Codec codec) {
    const Codecs &codecs = target.dram.codecs;
    bool has = codec == isa::Codec::Raw || (codec == isa::Codec::Rlc && codecs.rlc) ||
               (codec == isa::Codec::Csc && codecs.csc) || (codec == isa::Codec::Bitmask && codecs.bitmask) ||
               (codec == isa::Codec::Nm && codecs.nm);
    if (!has)
      problem(fmt::format("moves elements in {0}; the target's DRAM has no such codec (dram.codecs.{0})", nameOf(codec)));
  }

  void check(const isa::Load &load) {
    exists("the buffer", load.memory);
    codec(load.codec);
  }
  void check(const isa::Store &store) {
    codec(store.codec);
    if (exists("the buffer", store.memory) &&
        target.memories[static_cast<size_t>(store.memory)].kind == Memory::Kind::Fifo)
      problem("a FIFO leads to the array; nothing can be stored from it");
  }
  void check(const isa::Conv &conv) {
    holds("the ifmap", conv.ifmapMemory, Operand::Ifmap, true);
    holds("the weight", conv.weightMemory, Operand::Weight, true);
    holds("the result", conv.outputMemory, Operand::Ofmap);
    if (conv.hasParams)
      holds("the parameters", conv.paramMemory, Operand::Param, true);
    if (conv.hasDisplacements && !target.array.skipping.placesFilters)
      problem("parameter records displace results; the target's output path does not "
              "(array.skipping.places_filters)");
    if (conv.hasTable)
      holds("the table", conv.tableMemory, Operand::Param, true);
    if (conv.mapping >= static_cast<int64_t>(program.mappings.size()))
      problem(fmt::format("mapping {} is named; the program has {}", conv.mapping, program.mappings.size()));
    if (conv.strideH < 1 || conv.strideW < 1 || conv.dilationH < 1 || conv.dilationW < 1)
      problem(fmt::format("strides are {}, {} and dilations {}, {}; all need to be at least 1", conv.strideH,
                          conv.strideW, conv.dilationH, conv.dilationW));
  }
  void check(const isa::Map &map) { vector(map.inputMemories, map.outputMemory); }
  void check(const isa::Reduce &reduce) { vector(reduce.inputMemories, reduce.outputMemory); }
  void check(const isa::Window &window) { vector(window.inputMemories, window.outputMemory); }
  void check(const isa::Permute &permute) { vector({permute.inputMemory}, permute.outputMemory); }
  void check(const isa::Gather &gather) {
    vector({gather.inputMemory}, gather.outputMemory);
    holds("the index table", gather.indicesMemory, Operand::Vector);
  }
  void check(const isa::Loop &) {}
  void check(const isa::EndLoop &) {}
  void check(const isa::Sync &) {}

  const isa::Program &program;
  const Target &target;
  int queue = 0;
  size_t index = 0;
  std::vector<std::string> problems;
};

} // namespace

std::string placeOf(const isa::Program &program, int queue, size_t instruction) {
  std::string place =
      fmt::format("{} queue, instruction {}", isa::queueNames[static_cast<size_t>(queue)], instruction);
  auto node = static_cast<size_t>(isa::nodeOf(program.queues[static_cast<size_t>(queue)][instruction]));
  if (node < program.nodes.size()) {
    std::string names = program.nodes[node].onnx;
    std::replace(names.begin(), names.end(), '\n', ',');
    place += fmt::format(" (node {} '{}')", program.nodes[node].id, names);
  }
  return place;
}

std::vector<std::string> checkLegality(const isa::Program &program, const Target &target) {
  return Checker(program, target).run();
}

} // namespace dnnc::sim

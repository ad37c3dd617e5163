#include "runtime/Isa/Segment.h"
#include "runtime/Simulator/Machine.h"

#include "runtime/Simulator/Legality.h"
#include "runtime/Simulator/MachineDram.h"
#include "runtime/Simulator/exec/Execute.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace dnnc::sim {
namespace {

constexpr int arrayQueue = static_cast<int>(isa::Queue::Array);

/// A program may do far more than its nodes declare (recomputation, data movement), but not without end.
int64_t operationsOf(const isa::Program &program) {
  __int128 macs = 0;
  for (const isa::NodeRow &node : program.nodes)
    macs += node.macs;
  constexpr __int128 least = 20'000'000'000, most = 1'000'000'000'000'000;
  return static_cast<int64_t>(std::min(most, least + 100 * macs));
}

} // namespace

Mapping mappingOf(const isa::MappingRow &row) {
  auto factors = [](const std::vector<int64_t> &list) {
    if (list.size() % 2 != 0)
      throw Error(fmt::format("a mapping has a level of {} numbers; need pairs of dimension and factor",
                              list.size()));
    std::vector<Factor> factors;
    for (size_t i = 0; i < list.size(); i += 2) {
      if (list[i] < 0 || list[i] >= dimCount)
        throw Error(fmt::format("a mapping names dimension {}; need 0 to {}", list[i], dimCount - 1));
      factors.push_back({static_cast<int>(list[i]), list[i + 1]});
    }
    return factors;
  };
  Mapping mapping;
  mapping.passes = factors(row.passes);
  mapping.clusterRows = factors(row.clusterRows);
  mapping.clusterColumns = factors(row.clusterColumns);
  mapping.peRows = factors(row.peRows);
  mapping.peColumns = factors(row.peColumns);
  mapping.macs = factors(row.macs);
  mapping.spad = factors(row.spad);
  return mapping;
}

Machine::Machine(const isa::Program &program, const Target &target, const Limits &limits)
    : program(program), target(target), limits(limits) {
  if (std::vector<std::string> problems = checkLegality(program, target); !problems.empty())
    throw Error(
        fmt::format("target '{}' cannot execute this program:\n{}", target.name, fmt::join(problems, "\n")));
  if (program.segments.size() != 1)
    throw Error(fmt::format("the program has {} segments; need exactly one, for the accelerator",
                            program.segments.size()));
  if (this->limits.operations == 0)
    this->limits.operations = operationsOf(program);

  for (const std::vector<isa::Instruction> &instructions : program.queues)
    queues.emplace_back(instructions);
  for (const isa::TokenRow &token : program.tokens)
    tokens.emplace_back(token.name, token.initial, token.maximum);
  for (const isa::MappingRow &mapping : program.mappings)
    mappings.push_back(mappingOf(mapping));
  for (const isa::DensityRow &density : program.densities)
    if (density.of == isa::Drawn::Result)
      drawnResults.try_emplace(static_cast<size_t>(density.row), density);
    else if (density.of == isa::Drawn::Input)
      drawnInputs.try_emplace(static_cast<size_t>(density.row), density);

  dramSpace = std::make_unique<Dram>(program, target);
  memories.resize(target.memories.size());
  for (size_t i = 0; i < memories.size(); ++i) {
    int64_t bytes = target.memoryBytes(i);
    if (target.memories[i].kind == Memory::Kind::Fifo) {
      memories[i].fifo = std::make_unique<Fifo>(bytes);
      continue;
    }
    memories[i].bytes.resize(static_cast<size_t>(bytes));
    memories[i].shadow = std::make_unique<Shadow>(bytes);
  }
  nodeCounts.assign(program.nodes.size() + 1, Counts(memories.size()));
  nodeWork.assign(program.nodes.size() + 1, {});
}

Machine::~Machine() = default;

void Machine::run() {
  // Round after round every queue executes one instruction if it can. Any order that respects queues and
  // tokens gives the same values; this one keeps the queues abreast, as they are on the machine.
  bool progress = true;
  while (progress) {
    progress = false;
    for (int q = 0; q < queueCount; ++q)
      progress |= step(q);
  }
  if (!std::all_of(queues.begin(), queues.end(), [](const Queue &queue) { return queue.stream.ended(); }))
    reportDeadlock();
  checkOutputs();
}

bool Machine::tokensAvailable(const isa::Instruction &instruction) const {
  const std::vector<int64_t> &wait = isa::waitOf(instruction);
  return std::all_of(wait.begin(), wait.end(), [&](int64_t token) {
    return tokens[static_cast<size_t>(token)].available() >= std::count(wait.begin(), wait.end(), token);
  });
}

bool Machine::step(int q) {
  Queue &queue = queues[q];
  if (queue.stream.ended())
    return false;
  const isa::Instruction &instruction = queue.stream.current();
  currentQueue = q;

  if (queue.phase == Phase::WaitsForRoom) {
    const auto &load = std::get<isa::Load>(instruction);
    if (!memories[static_cast<size_t>(load.memory)].fifo->hasRoom())
      return false;
    complete(q, instruction);
    return true;
  }
  if (queue.phase == Phase::Ready) {
    if (!tokensAvailable(instruction))
      return false;
    if (++executed > limits.instructions)
      fail(fmt::format("the program executes more than {} instructions", limits.instructions));
    bool control =
        std::holds_alternative<isa::Loop>(instruction) || std::holds_alternative<isa::EndLoop>(instruction);
    if (control && isa::waitOf(instruction).empty() && isa::signalOf(instruction).empty()) {
      queue.stream.advance();
      return true;
    }
    consumeTokens(q, instruction);
  }
  if (const auto *conv = std::get_if<isa::Conv>(&instruction)) {
    bool allHere = true;
    for (const auto &[memory, count] : fifoOperands(*conv)) {
      memories[memory].fifo->drain(count);
      allHere &= memories[memory].fifo->size() >= count;
    }
    if (!allHere) {
      bool entered = queue.phase != Phase::Drains;
      queue.phase = Phase::Drains;
      return entered;
    }
  }
  execute(q, instruction);
  return true;
}

void Machine::consumeTokens(int q, const isa::Instruction &instruction) {
  Queue &queue = queues[q];
  auto sequence = static_cast<uint32_t>(queue.jobs.size() + 1);
  queue.after.clear();
  for (int64_t number : isa::waitOf(instruction))
    if (const Token::Signal *signal = tokens[static_cast<size_t>(number)].consume(q, sequence)) {
      queue.after.push_back(signal->job);
      join(queue.clock, signal->clock);
    }
}

void Machine::execute(int q, const isa::Instruction &instruction) {
  Queue &queue = queues[q];
  if (static_cast<int64_t>(allJobs.size()) >= std::min<int64_t>(limits.jobs, Shadow::maxSequence))
    fail(fmt::format("the program executes more than {} instructions beside its loops", limits.jobs));
  auto id = static_cast<uint32_t>(allJobs.size());
  accessor.queue = q;
  accessor.sequence = static_cast<uint32_t>(queue.jobs.size() + 1);
  accessor.clock = queue.clock;
  touched.dramRead = touched.dramWritten = touched.segmentBytes = touched.zeroIfmapMacs = 0;
  touched.constantsRead = false;
  touched.read.assign(memories.size(), 0);
  touched.written.assign(memories.size(), 0);
  pushing = nullptr;
  popping.clear();
  sparseTile.reset();

  Job job;
  job.queue = q;
  job.instruction = queue.stream.position();
  int64_t node = isa::nodeOf(instruction);
  size_t nodeRow =
      node < static_cast<int64_t>(program.nodes.size()) ? static_cast<size_t>(node) : program.nodes.size();
  currentNode = nodeRow;
  job.node = nodeRow == program.nodes.size() ? -1 : static_cast<int32_t>(nodeRow);
  job.after = queue.after;

  codec = isa::Codec::Raw;
  movesSegments = false;
  if (const auto *store = std::get_if<isa::Store>(&instruction)) {
    codec = store->codec;
    movesSegments = isa::isSegmented(*store);
  } else if (const auto *load = std::get_if<isa::Load>(&instruction)) {
    codec = load->codec;
    movesSegments = isa::isSegmented(*load);
    if (memories[static_cast<size_t>(load->memory)].fifo)
      beginFifoLoad(*load);
  } else if (const auto *conv = std::get_if<isa::Conv>(&instruction); conv && !fifoOperands(*conv).empty()) {
    beginFifoPops(*conv, job);
    accessor.clock = queue.clock;
  }

  sim::execute(instruction, *this);

  Counts counts(memories.size());
  std::visit([&](const auto &row) { account(row, job, counts); }, instruction);
  job.energy = energyOf(counts, 0, target).total();
  nodeCounts[nodeRow] += counts;
  for (const auto &[type, rate] : target.array.macRate)
    nodeWork[nodeRow].multiplierCycles += static_cast<double>(counts.allMacs(type)) / rate;
  excludeOverlap(q, instruction, id, job);
  allJobs.push_back(std::move(job));
  queue.jobs.push_back(id);

  if (const auto *conv = std::get_if<isa::Conv>(&instruction))
    for (const auto &[memory, count] : fifoOperands(*conv))
      memories[memory].fifo->pop(count);
  if (const auto *load = std::get_if<isa::Load>(&instruction))
    if (const Fifo *fifo = memories[static_cast<size_t>(load->memory)].fifo.get(); fifo && !fifo->hasRoom()) {
      queue.phase = Phase::WaitsForRoom;
      return;
    }
  complete(q, instruction);
}

void Machine::complete(int q, const isa::Instruction &instruction) {
  Queue &queue = queues[q];
  queue.phase = Phase::Ready;
  queue.clock[q] = static_cast<uint32_t>(queue.jobs.size());
  for (int64_t number : isa::signalOf(instruction)) {
    Token &token = tokens[static_cast<size_t>(number)];
    if (!token.signal(queue.jobs.back(), queue.clock))
      fail(fmt::format(
          "signals token {} '{}', which holds at most {}, without waiting until a unit of it has been taken",
          number, token.name, token.maximum));
  }
  queue.stream.advance();
}

void Machine::excludeOverlap(int q, const isa::Instruction &instruction, uint32_t job, Job &made) {
  if (target.overlapTransfers)
    return;
  auto orderAfter = [&](uint32_t other) {
    if (other != noJob)
      made.after.push_back(other);
  };
  if (q == arrayQueue && std::holds_alternative<isa::Conv>(instruction)) {
    orderAfter(lastLoadJob);
    orderAfter(lastStoreJob);
    lastArrayJob = job;
  } else if (const auto *load = std::get_if<isa::Load>(&instruction)) {
    const Memory &memory = target.memories[static_cast<size_t>(load->memory)];
    if (memory.prefetch || memory.kind == Memory::Kind::Fifo)
      return;
    orderAfter(lastArrayJob);
    lastLoadJob = job;
  } else if (std::holds_alternative<isa::Store>(instruction)) {
    orderAfter(lastArrayJob);
    lastStoreJob = job;
  }
}

std::string Machine::describe(int q) const {
  const Stream &stream = queues[q].stream;
  std::string text = placeOf(program, q, stream.position());
  if (!stream.indices().empty())
    text += fmt::format(" at loop indices {}", fmt::join(stream.indices(), ", "));
  return text;
}

void Machine::fail(const std::string &message) {
  std::string text = describe(currentQueue) + ": " + message;
  if (!queues[currentQueue].stream.ended())
    text += "\n  in " + isa::print(queues[currentQueue].stream.current());
  throw SimulationError(text);
}

std::string Machine::missing(int q) const {
  const Queue &queue = queues[q];
  const isa::Instruction &instruction = queue.stream.current();
  std::vector<std::string> parts;
  if (queue.phase == Phase::WaitsForRoom)
    return fmt::format("room in {}", memoryName(std::get<isa::Load>(instruction).memory));
  if (queue.phase == Phase::Drains) {
    for (const auto &[memory, count] : fifoOperands(std::get<isa::Conv>(instruction)))
      if (size_t here = memories[memory].fifo->size(); here < count)
        parts.push_back(
            fmt::format("{} operands in '{}' (has {})", count, target.memories[memory].name, here));
    return fmt::format("{}", fmt::join(parts, " and "));
  }
  const std::vector<int64_t> &wait = isa::waitOf(instruction);
  for (size_t number = 0; number < tokens.size(); ++number) {
    auto needed = std::count(wait.begin(), wait.end(), static_cast<int64_t>(number));
    if (tokens[number].available() < needed)
      parts.push_back(fmt::format("token {} '{}' (needs {}, has {})", number, tokens[number].name, needed,
                                  tokens[number].available()));
  }
  return fmt::format("{}", fmt::join(parts, " and "));
}

void Machine::reportDeadlock() const {
  std::string text = "deadlock: no queue can go on";
  for (int q = 0; q < queueCount; ++q) {
    if (queues[q].stream.ended())
      text += fmt::format("\n  {} queue: at its end", isa::queueNames[static_cast<size_t>(q)]);
    else
      text += fmt::format("\n  {}: waits for {}\n    in {}", describe(q), missing(q),
                          isa::print(queues[q].stream.current(), 4));
  }
  throw SimulationError(text);
}

} // namespace dnnc::sim

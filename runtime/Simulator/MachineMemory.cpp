// The machine's memories as executors see them: every access checked for range, order and hazards.
#include "runtime/Isa/Segment.h"
#include "runtime/Simulator/Legality.h"
#include "runtime/Simulator/MachineDram.h"

#include <fmt/format.h>

#include <algorithm>

namespace dnnc::sim {

Machine::Dram::Dram(const isa::Program &program, const Target &target)
    : constantsBytes(program.header.constantsBytes),
      activationBytes(program.header.dramBytes - constantsBytes), constants(program.constants.span()),
      shadow(std::max<int64_t>(0, std::min(activationBytes, target.dram.bytes))) {
  if (static_cast<int64_t>(constants.size()) != constantsBytes)
    throw Error(fmt::format("the program declares {} bytes of constants and has {}", constantsBytes,
                            constants.size()));
  if (activationBytes < 0)
    throw Error(fmt::format("the program declares {} bytes of DRAM, {} of them constants",
                            program.header.dramBytes, constantsBytes));
  if (program.header.dramBytes > target.dram.bytes)
    throw Error(fmt::format("the program needs {} bytes of DRAM; target '{}' has {}",
                            program.header.dramBytes, target.name, target.dram.bytes));
  activations.reset(static_cast<uint8_t *>(std::calloc(static_cast<size_t>(activationBytes) + 1, 1)));
  if (!activations)
    throw Error(fmt::format("no memory on this host for {} bytes of simulated DRAM", activationBytes));
}

std::string Machine::memoryName(int64_t memory) const {
  return memory == dram ? "DRAM" : fmt::format("'{}'", target.memories[static_cast<size_t>(memory)].name);
}

namespace {

/// Bytes of a tensor's elements, row-major.
int64_t elementBytes(const isa::TensorRow &row) {
  if (!isa::isSegmented(row))
    return row.bytes;
  return std::accumulate(row.shape.begin(), row.shape.end(), bytesOf(row.type), std::multiplies<int64_t>());
}

isa::SegmentGrid gridOf(const isa::TensorRow &row) { return {row.shape, row.segment, row.slotBytes, row.order}; }

} // namespace

void Machine::writeTensor(size_t tensor, std::span<const uint8_t> bytes) {
  const isa::TensorRow &row = program.tensors.at(tensor);
  int64_t begin = row.address - dramSpace->constantsBytes;
  if (begin < 0 || row.bytes < 0 || begin > dramSpace->activationBytes - row.bytes)
    throw Error(fmt::format("tensor '{}' lies at {} with {} bytes; the activations are [{}, {})", row.name,
                            row.address, row.bytes, dramSpace->constantsBytes, dramSpace->bytes()));
  if (static_cast<int64_t>(bytes.size()) != elementBytes(row))
    throw Error(
        fmt::format("tensor '{}' has {} bytes; {} were given", row.name, elementBytes(row), bytes.size()));
  std::vector<uint8_t> drawn, slots;
  if (auto zeros = drawnInputs.find(tensor); zeros != drawnInputs.end()) {
    int64_t size = bytesOf(row.type);
    if (std::string problem = zeros->second.problem(row.shape, size); !problem.empty())
      throw Error(fmt::format("tensor '{}': {}", row.name, problem));
    drawn.assign(bytes.begin(), bytes.end());
    std::vector<int64_t> strides(row.shape.size()), begin(row.shape.size(), 0);
    for (size_t d = row.shape.size(); d-- > 0; size *= row.shape[d])
      strides[d] = size;
    zeros->second.apply(drawn.data(), strides, begin, row.shape, row.shape);
    bytes = drawn;
  }
  if (isa::isSegmented(row)) {
    slots = gridOf(row).encode(isa::formatOf(row), bytes);
    bytes = slots;
  }
  std::copy(bytes.begin(), bytes.end(), &dramSpace->activations[begin]);
  dramSpace->shadow.markWritten(begin, begin + row.bytes);
}

isa::Bytes Machine::readTensor(size_t tensor) const {
  const isa::TensorRow &row = program.tensors.at(tensor);
  if (row.bytes < 0 || row.address < 0 || row.address > dramSpace->bytes() - row.bytes ||
      (row.address < dramSpace->constantsBytes && row.address + row.bytes > dramSpace->constantsBytes))
    throw Error(fmt::format(
        "tensor '{}' lies at {} with {} bytes, which is neither in the constants nor in the activations",
        row.name, row.address, row.bytes));
  const uint8_t *begin = dramSpace->isConstant(row.address)
                             ? dramSpace->constants.data() + row.address
                             : &dramSpace->activations[row.address - dramSpace->constantsBytes];
  std::span<const uint8_t> bytes(begin, static_cast<size_t>(row.bytes));
  if (!isa::isSegmented(row))
    return isa::Bytes(bytes, nullptr);
  try {
    return isa::Bytes(gridOf(row).decode(isa::formatOf(row), bytes));
  } catch (const Error &error) {
    throw Error(fmt::format("tensor '{}' is damaged: {}", row.name, error.what()));
  }
}

void Machine::checkOutputs() {
  Accessor host{static_cast<int>(isa::Queue::Load), 0, {}};
  for (int q = 0; q < queueCount; ++q)
    host.clock[q] = static_cast<uint32_t>(queues[q].jobs.size());
  for (const isa::TensorRow &row : program.tensors) {
    if ((row.kind != isa::TensorKind::Output && row.kind != isa::TensorKind::Observed) || row.bytes == 0 ||
        row.address < dramSpace->constantsBytes)
      continue;
    Region region;
    region.begin = row.address - dramSpace->constantsBytes;
    region.run = row.bytes;
    if (region.end() > dramSpace->activationBytes)
      throw SimulationError(fmt::format("tensor '{}' lies beyond the program's DRAM", row.name));
    if (std::optional<Conflict> conflict = dramSpace->shadow.read(region, host))
      throw SimulationError(fmt::format("output '{}' is not complete: byte {} of {} was never written",
                                        row.name, conflict->address - region.begin, row.bytes));
  }
}

const DrawnZeros *Machine::drawnZeros() const {
  auto zeros = drawnResults.find(currentNode);
  return zeros == drawnResults.end() ? nullptr : &zeros->second;
}

int64_t Machine::resolve(const isa::Affine &affine) {
  std::span<const int64_t> indices = queues[currentQueue].stream.indices();
  for (const isa::AffineTerm &term : affine.terms)
    if (term.level < 0 || term.level >= static_cast<int64_t>(indices.size()))
      fail(fmt::format("an address uses loop level {}; {} loops are open", term.level, indices.size()));
  return affine.value(indices);
}

int64_t *Machine::exactPsums(int64_t memory, int64_t address) {
  auto index = static_cast<size_t>(memory);
  Sram &sram = memories[index];
  if (!sram.exactPsums) {
    int64_t bytes = target.memoryBytes(index);
    sram.exactPsums.reset(static_cast<int64_t *>(std::calloc(static_cast<size_t>(bytes), sizeof(int64_t))));
    if (!sram.exactPsums)
      throw Error(fmt::format("no memory on this host for the exact psums of {} bytes of {}", bytes,
                              memoryName(memory)));
  }
  return sram.exactPsums.get() + address;
}

void Machine::countSegmentBytes(int64_t bytes) {
  touched.segmentBytes += bytes;
  int64_t moved = isa::roundedUp(bytes, target.dram.burstBytes);
  (currentQueue == static_cast<int>(isa::Queue::Store) ? touched.dramWritten : touched.dramRead) += moved;
}

const isa::LanesRow &Machine::lanes(uint64_t index) {
  if (index >= program.lanes.size())
    fail(fmt::format("lane program {} is named; the program has {}", index, program.lanes.size()));
  return program.lanes[index];
}

void Machine::work(int64_t more) {
  if (more < 0 || more > limits.operations - operations)
    fail(fmt::format("the program does more than {} operations, far more than its nodes declare",
                     limits.operations));
  operations += more;
}

Region Machine::regionOf(int64_t memory, int64_t address, const Box &box, bool write) {
  if (memory < dram || memory >= static_cast<int64_t>(memories.size()))
    fail(fmt::format("memory {} is named; the target has {}", memory, memories.size()));
  std::optional<Box::Range> range = box.range();
  constexpr int64_t farthest = int64_t(1) << 62;
  int64_t size = memory == dram ? dramSpace->bytes() : target.memoryBytes(static_cast<size_t>(memory));
  bool fifo = memory != dram && memories[static_cast<size_t>(memory)].fifo;
  if (!range || address > farthest || address < -farthest)
    fail(fmt::format("{} {} farther out than 64 bits reach", write ? "writes" : "reads", memoryName(memory)));
  if (!fifo && (address + range->begin < 0 || address + range->end > size))
    fail(fmt::format("{} bytes [{}, {}) of {}, which has {}", write ? "writes" : "reads",
                     address + range->begin, address + range->end, memoryName(memory), size));
  if (write)
    for (int d = 0; d < box.rank; ++d)
      if (box.dims[d].stride == 0 && box.dims[d].extent > 1)
        fail(fmt::format("writes {} elements to the same address of {}", box.dims[d].extent,
                         memoryName(memory)));
  return Region::of(address, box);
}

void Machine::raise(const Conflict &conflict, int64_t memory) {
  int64_t address = conflict.address + (memory == dram ? dramSpace->constantsBytes : 0);
  std::string at = fmt::format("byte {} of {}", address, memoryName(memory));
  if (conflict.kind == Conflict::Kind::NeverWritten)
    fail(fmt::format("reads {}, which was never written", at));
  const Job &job = allJobs[queues[conflict.queue].jobs[conflict.sequence - 1]];
  std::string other = fmt::format("{} in its execution {}", placeOf(program, conflict.queue, job.instruction),
                                  conflict.sequence);
  switch (conflict.kind) {
  case Conflict::Kind::ReadAfterWrite:
    fail(fmt::format("hazard: reads {}, which was written by {}; no token orders the two", at, other));
  case Conflict::Kind::WriteAfterRead:
    fail(fmt::format("hazard: writes {}, which was read by {}; no token orders the two", at, other));
  case Conflict::Kind::WriteAfterWrite:
  case Conflict::Kind::NeverWritten:
    fail(fmt::format("hazard: writes {}, which was written by {}; no token orders the two", at, other));
  }
}

const uint8_t *Machine::read(int64_t memory, int64_t address, const Box &box) {
  static constexpr uint8_t nothing = 0;
  if (box.empty())
    return &nothing;
  Region region = regionOf(memory, address, box, false);
  if (memory == dram) {
    if (region.begin < dramSpace->constantsBytes && region.end() > dramSpace->constantsBytes)
      fail(fmt::format("reads bytes [{}, {}) of DRAM, across the end of the constants at {}", region.begin,
                       region.end(), dramSpace->constantsBytes));
    // What an encoded segment takes is known, and counted, only when it is decoded.
    if (!movesSegments)
      touched.dramRead += region.runs() * isa::roundedUp(region.run, target.dram.burstBytes);
    if (dramSpace->isConstant(region.begin)) {
      touched.constantsRead = true;
      return dramSpace->constants.data() + address;
    }
    region.begin -= dramSpace->constantsBytes;
    if (std::optional<Conflict> conflict = dramSpace->shadow.read(region, accessor))
      raise(*conflict, memory);
    return dramSpace->activations.get() + (address - dramSpace->constantsBytes);
  }
  touched.read[static_cast<size_t>(memory)] += region.bytes();
  Sram &sram = memories[static_cast<size_t>(memory)];
  if (sram.fifo)
    return fifoTake(static_cast<size_t>(memory), address, region);
  if (std::optional<Conflict> conflict = sram.shadow->read(region, accessor))
    raise(*conflict, memory);
  return sram.bytes.data() + address;
}

uint8_t *Machine::write(int64_t memory, int64_t address, const Box &box) {
  static uint8_t nothing = 0;
  if (box.empty())
    return &nothing;
  Region region = regionOf(memory, address, box, true);
  if (memory == dram) {
    if (dramSpace->isConstant(region.begin))
      fail(fmt::format("writes byte {} of DRAM; the constants [0, {}) are read-only", region.begin,
                       dramSpace->constantsBytes));
    if (!movesSegments)
      touched.dramWritten += region.runs() * isa::roundedUp(region.run, target.dram.burstBytes);
    region.begin -= dramSpace->constantsBytes;
    if (std::optional<Conflict> conflict = dramSpace->shadow.write(region, accessor))
      raise(*conflict, memory);
    return dramSpace->activations.get() + (address - dramSpace->constantsBytes);
  }
  touched.written[static_cast<size_t>(memory)] += region.bytes();
  Sram &sram = memories[static_cast<size_t>(memory)];
  if (sram.fifo)
    return fifoPush(static_cast<size_t>(memory), address, region);
  if (std::optional<Conflict> conflict = sram.shadow->write(region, accessor))
    raise(*conflict, memory);
  return sram.bytes.data() + address;
}

} // namespace dnnc::sim

// Operands that stream through a FIFO: which loads an array instruction pops, and their bytes.
#include "runtime/Simulator/Machine.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace dnnc::sim {

std::map<size_t, size_t> Machine::fifoOperands(const isa::Conv &conv) const {
  std::map<size_t, size_t> counts;
  auto add = [&](int64_t memory) {
    if (memories[static_cast<size_t>(memory)].fifo)
      ++counts[static_cast<size_t>(memory)];
  };
  add(conv.ifmapMemory);
  add(conv.weightMemory);
  if (conv.hasParams)
    add(conv.paramMemory);
  if (conv.hasTable)
    add(conv.tableMemory);
  return counts;
}

void Machine::beginFifoLoad(const isa::Load &load) {
  // A FIFO's entry is the whole tile, clipped or not: what the array pops does not depend on borders.
  Box box(load.elementBytes);
  for (size_t d = 0; d < load.extents.size(); ++d)
    box.add(load.extents[d], d < load.bufferStrides.size() ? load.bufferStrides[d] : 0);
  int64_t address = resolve(load.buffer);
  Region region = regionOf(load.memory, address, box, true);
  constexpr int64_t largest = int64_t(1) << 30;
  if (region.end() - region.begin > largest)
    fail(fmt::format("streams {} bytes; at most {} are possible", region.end() - region.begin, largest));
  Fifo &fifo = *memories[static_cast<size_t>(load.memory)].fifo;
  pushing = &fifo.push(region.begin, region.end(), static_cast<uint32_t>(allJobs.size()), accessor.clock);
}

void Machine::beginFifoPops(const isa::Conv &conv, Job &job) {
  popping.clear();
  auto operand = [&](int64_t memory, const isa::Affine &address, const Box &box) {
    if (!memories[static_cast<size_t>(memory)].fifo)
      return;
    Region whole = regionOf(memory, resolve(address), box, false);
    popping.push_back({static_cast<size_t>(memory), whole.begin, whole.end(), nullptr, false});
  };
  Extents e;
  constexpr int64_t largest = int64_t(1) << 40; // as the executor has it
  for (int d = 0; d < dimCount; ++d)
    e[d] = std::clamp<int64_t>(conv.extents[d], 0, largest);
  const std::vector<int64_t> &x = conv.ifmapStrides, &w = conv.weightStrides;
  // Operands that the executor will not read, since all of the tile lies outside the bounds or the ifmap, are
  // popped too but need no place.
  ArrayTile tile = tileOf(conv);
  bool reduces = tile.extents[C] > 0 && tile.extents[R] > 0 && tile.extents[S] > 0;
  auto reaches = [](int64_t origin, int64_t count, int64_t step, int64_t taps, int64_t hop, int64_t limit) {
    for (int64_t i = 0; i < count; ++i)
      for (int64_t j = 0; j < taps; ++j)
        if (int64_t at = origin + i * step + j * hop; at >= 0 && at < limit)
          return true;
    return false;
  };
  if (reduces &&
      reaches(tile.originH, tile.extents[P], tile.strideH, tile.extents[R], tile.dilationH, tile.ifmapH) &&
      reaches(tile.originW, tile.extents[Q], tile.strideW, tile.extents[S], tile.dilationW, tile.ifmapW))
    operand(
        conv.ifmapMemory, conv.ifmap,
        Box(bytesOf(conv.ifmapType), {{e[N], x[0]},
                                      {e[G], x[1]},
                                      {e[C], x[2]},
                                      {(e[P] - 1) * conv.strideH + (e[R] - 1) * conv.dilationH + 1, x[3]},
                                      {(e[Q] - 1) * conv.strideW + (e[S] - 1) * conv.dilationW + 1, x[4]}}));
  if (reduces)
    operand(conv.weightMemory, conv.weight,
            Box(bytesOf(conv.weightType),
                {{e[G], w[0]}, {e[M], w[1]}, {e[C], w[2]}, {e[R], w[3]}, {e[S], w[4]}}));
  if (conv.hasParams)
    operand(conv.paramMemory, conv.param, Box(16, {{e[G], 16 * e[M]}, {e[M], 16}}));
  if (conv.hasTable)
    operand(conv.tableMemory, conv.table, Box(bytesOf(conv.outputType), {{256, bytesOf(conv.outputType)}}));

  // The array starts once the first load of what it pops has: all that happened before that load has
  // happened.
  for (const auto &[memory, count] : fifoOperands(conv))
    for (size_t i = 0; i < count; ++i) {
      FifoEntry &entry = memories[memory].fifo->entry(i);
      entry.taken = false;
      if (i == 0)
        join(queues[currentQueue].clock, entry.before);
      job.streams.push_back(entry.job);
    }
}

uint8_t *Machine::fifoPush(size_t memory, int64_t address, const Region &region) {
  if (!pushing || region.begin < pushing->begin || region.end() > pushing->end)
    fail(fmt::format("writes {} outside of its tile; only a load pushes into a FIFO",
                     memoryName(static_cast<int64_t>(memory))));
  region.forEachRun([&](int64_t begin) {
    auto first = pushing->written.begin() + (begin - pushing->begin);
    std::fill(first, first + region.run, uint8_t(1));
  });
  return pushing->bytes.data() + (address - pushing->begin);
}

size_t Machine::draining(size_t memory) const {
  return fifoOperands(std::get<isa::Conv>(queues[currentQueue].stream.current()))[memory];
}

FifoEntry *Machine::fifoEntryOf(Pop &pop, const Region &region) {
  Fifo &fifo = *memories[pop.memory].fifo;
  auto isWhole = [](const FifoEntry &entry, const Pop &operand) {
    return entry.begin == operand.begin && entry.end == operand.end;
  };
  // The entry that is exactly the operand's tile; else one that contains what is read and is no other
  // operand's tile.
  FifoEntry *containing = nullptr;
  for (size_t i = 0; i < draining(pop.memory); ++i) {
    FifoEntry &entry = fifo.entry(i);
    if (entry.taken)
      continue;
    if (isWhole(entry, pop))
      return &entry;
    bool another = std::any_of(popping.begin(), popping.end(), [&](const Pop &other) {
      return &other != &pop && other.memory == pop.memory && !other.entry && isWhole(entry, other);
    });
    if (!containing && !another && region.begin >= entry.begin && region.end() <= entry.end)
      containing = &entry;
  }
  return containing;
}

const uint8_t *Machine::fifoTake(size_t memory, int64_t address, const Region &region) {
  // The executor reads its operands once each, in the order of the table: the first one left over in this
  // memory is meant.
  if (currentQueue != static_cast<int>(isa::Queue::Array))
    fail(fmt::format("reads {}, a FIFO that leads to the array", memoryName(static_cast<int64_t>(memory))));
  FifoEntry *entry = nullptr;
  for (Pop &pop : popping) {
    if (pop.memory != memory || pop.read)
      continue;
    entry = pop.entry = fifoEntryOf(pop, region);
    pop.read = true;
    break;
  }
  if (!entry || region.begin < entry->begin || region.end() > entry->end) {
    std::vector<std::string> front;
    for (size_t i = 0; i < draining(memory); ++i)
      front.push_back(fmt::format("[{}, {})", memories[memory].fifo->entry(i).begin,
                                  memories[memory].fifo->entry(i).end));
    fail(fmt::format("needs bytes [{}, {}) from {}; at its front is {}", region.begin, region.end(),
                     memoryName(static_cast<int64_t>(memory)), fmt::join(front, ", ")));
  }
  entry->taken = true;
  region.forEachRun([&](int64_t begin) {
    auto first = entry->written.begin() + (begin - entry->begin);
    if (std::find(first, first + region.run, uint8_t(0)) != first + region.run)
      fail(fmt::format("pops bytes from {} that its load did not write",
                       memoryName(static_cast<int64_t>(memory))));
  });
  return entry->bytes.data() + (address - entry->begin);
}

} // namespace dnnc::sim

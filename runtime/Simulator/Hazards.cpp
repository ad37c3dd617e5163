#include "runtime/Simulator/Hazards.h"

#include "dnnc/Error.h"
#include "runtime/Simulator/kernels/Multiversion.h"

#include <fmt/format.h>

#include <bit>
#include <cstdlib>

namespace dnnc::sim {
namespace {

// Queue 1 with sequence 0: written before anything ran, so before everything.
constexpr uint32_t initialStamp = 1;

uint32_t stampOf(const Accessor &by) { return by.sequence << 2 | static_cast<uint32_t>(by.queue); }

// The loops over cells are written for the vectorizer (this file is always compiled with it on).

/// Nonzero when not all cells are equal.
DNNC_MULTIVERSION uint32_t differences(const uint32_t *cells, int64_t count) {
  uint32_t first = cells[0], difference = 0;
  for (int64_t i = 0; i < count; ++i)
    difference |= cells[i] ^ first;
  return difference;
}

DNNC_MULTIVERSION uint32_t maximum(const uint32_t *cells, int64_t count) {
  uint32_t result = 0;
  for (int64_t i = 0; i < count; ++i)
    result = cells[i] > result ? cells[i] : result;
  return result;
}

DNNC_MULTIVERSION void fill(uint32_t *cells, int64_t count, uint32_t value) {
  for (int64_t i = 0; i < count; ++i)
    cells[i] = value;
}

} // namespace

void Shadow::Free::operator()(uint32_t *cells) const { std::free(cells); }

Shadow::Cells Shadow::allocate(int64_t cells) {
  auto *memory = static_cast<uint32_t *>(std::calloc(static_cast<size_t>(cells) + 1, sizeof(uint32_t)));
  if (!memory)
    throw Error(
        fmt::format("no memory on this host to watch {} cells of the simulated memory for hazards", cells));
  return Cells(memory);
}

Shadow::Shadow(int64_t bytes) : bytes(bytes), cellCount((bytes >> shift) + 1), writer(allocate(cellCount)) {}

Shadow::Cells Shadow::refined(const Cells &cells, int fewer) const {
  int64_t count = (bytes >> (shift - fewer)) + 1;
  Cells result = allocate(count);
  // Zeros are not copied, so untouched pages stay untouched.
  for (int64_t i = 0; i < cellCount; ++i)
    if (cells[i])
      for (int64_t j = i << fewer; j < (i + 1) << fewer && j < count; ++j)
        result[j] = cells[i];
  return result;
}

void Shadow::refineTo(const Region &region) {
  uint64_t bits = static_cast<uint64_t>(region.begin) | static_cast<uint64_t>(region.run);
  for (int d = 0; d < region.rank; ++d)
    bits |= static_cast<uint64_t>(region.outer[d].stride);
  int aligned = std::countr_zero(bits);
  if (aligned >= shift)
    return;
  int fewer = shift - aligned;
  writer = refined(writer, fewer);
  for (Cells &cells : reader)
    if (cells)
      cells = refined(cells, fewer);
  shift = aligned;
  cellCount = (bytes >> shift) + 1;
}

void Shadow::markWritten(int64_t begin, int64_t end) {
  if (begin >= end)
    return;
  Region region;
  region.begin = begin;
  region.run = end - begin;
  refineTo(region);
  fill(&writer[begin >> shift], (end - begin) >> shift, initialStamp);
}

std::optional<Conflict> Shadow::checkWriters(const uint32_t *cells, int64_t count, int64_t address,
                                             const Accessor &by, bool needsValue) const {
  auto ordered = [&](uint32_t stamp) {
    if (stamp == 0)
      return !needsValue;
    int queue = static_cast<int>(stamp & 3);
    return queue == by.queue || (stamp >> 2) <= by.clock[queue];
  };
  bool uniform = differences(cells, count) == 0;
  for (int64_t i = 0; i < (uniform ? 1 : count); ++i) {
    if ((i > 0 && cells[i] == cells[i - 1]) || ordered(cells[i]))
      continue;
    Conflict::Kind kind = cells[i] == 0 ? Conflict::Kind::NeverWritten
                          : needsValue  ? Conflict::Kind::ReadAfterWrite
                                        : Conflict::Kind::WriteAfterWrite;
    return Conflict{kind, address + (i << shift), static_cast<int>(cells[i] & 3), cells[i] >> 2};
  }
  return std::nullopt;
}

std::optional<Conflict> Shadow::read(const Region &region, const Accessor &by) {
  if (region.empty())
    return std::nullopt;
  refineTo(region);
  Cells &mine = reader[by.queue];
  if (!mine)
    mine = allocate(cellCount);
  int64_t count = region.run >> shift;
  std::optional<Conflict> conflict;
  region.forEachRun([&](int64_t begin) {
    if (conflict)
      return;
    int64_t cell = begin >> shift;
    conflict = checkWriters(&writer[cell], count, begin, by, true);
    fill(&mine[cell], count, by.sequence);
  });
  return conflict;
}

std::optional<Conflict> Shadow::write(const Region &region, const Accessor &by) {
  if (region.empty())
    return std::nullopt;
  refineTo(region);
  int64_t count = region.run >> shift;
  std::optional<Conflict> conflict;
  region.forEachRun([&](int64_t begin) {
    if (conflict)
      return;
    int64_t cell = begin >> shift;
    conflict = checkWriters(&writer[cell], count, begin, by, false);
    for (int q = 0; q < queueCount && !conflict; ++q) {
      if (q == by.queue || !reader[q] || maximum(&reader[q][cell], count) <= by.clock[q])
        continue;
      int64_t i = 0;
      while (reader[q][cell + i] <= by.clock[q])
        ++i;
      conflict = Conflict{Conflict::Kind::WriteAfterRead, begin + (i << shift), q, reader[q][cell + i]};
    }
    fill(&writer[cell], count, stampOf(by));
  });
  return conflict;
}

} // namespace dnnc::sim

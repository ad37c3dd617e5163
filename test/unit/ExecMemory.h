// A machine that is nothing but memory, for the tests of exec/: it checks and records every access.
#pragma once

#include "runtime/Isa/Isa.h"
#include "runtime/Simulator/Context.h"
#include "runtime/Simulator/exec/Execute.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <random>
#include <vector>

namespace dnnc::sim {

class MemoryContext : public Context {
public:
  struct Access {
    int64_t memory, address;
    Box box;
  };

  explicit MemoryContext(std::vector<size_t> sizes) {
    for (size_t bytes : sizes)
      memories.emplace_back(bytes);
  }

  int64_t resolve(const isa::Affine &affine) override { return affine.value(indices); }
  const uint8_t *read(int64_t memory, int64_t address, const Box &box) override {
    reads.push_back({memory, address, box});
    return at(memory, address, box);
  }
  uint8_t *write(int64_t memory, int64_t address, const Box &box) override {
    writes.push_back({memory, address, box});
    return at(memory, address, box);
  }
  const isa::LanesRow &lanes(uint64_t index) override {
    if (index >= programs.size())
      fail(fmt::format("have no lane program {}", index));
    return programs[index];
  }
  [[noreturn]] void fail(const std::string &message) override { throw SimulationError(message); }
  void work(int64_t operations) override {
    done += operations;
    if (operations < 0 || operations > mostWork)
      fail("too much work");
  }
  int psumBits() const override { return bits; }
  void countPsumOverflows(int64_t values) override { overflows += values; }
  int64_t *exactPsums(int64_t number, int64_t address) override {
    exact.resize(memories.size());
    exact[number + 1].resize(memory(number).size());
    return exact[number + 1].data() + address;
  }
  bool gatesZeros() const override { return true; }
  void countZeroIfmapMacs(int64_t macs) override { zeroMacs += macs; }
  void countSegmentBytes(int64_t bytes) override { segments.push_back(bytes); }

  /// Memory −1, DRAM, is the first.
  std::vector<uint8_t> &memory(int64_t number) { return memories[number + 1]; }
  template <typename T> void put(int64_t number, int64_t address, T value) {
    std::memcpy(memory(number).data() + address, &value, sizeof(T));
  }
  template <typename T> T get(int64_t number, int64_t address) {
    T value;
    std::memcpy(&value, memory(number).data() + address, sizeof(T));
    return value;
  }

  /// By byte of every memory: whether one of the accesses touches it.
  std::vector<std::vector<bool>> touchedBy(const std::vector<Access> &accesses) const {
    std::vector<std::vector<bool>> marks;
    for (const auto &bytes : memories)
      marks.emplace_back(bytes.size());
    for (const Access &access : accesses)
      if (!access.box.empty())
        mark(marks[access.memory + 1], access.box, 0, access.address);
    return marks;
  }

  std::vector<std::vector<uint8_t>> memories;
  std::vector<isa::LanesRow> programs;
  std::vector<int64_t> indices;
  std::vector<Access> reads, writes;
  int64_t done = 0, mostWork = int64_t(1) << 33, overflows = 0;
  int bits = 32;
  std::vector<std::vector<int64_t>> exact; // psums, by byte of every memory
  int64_t zeroMacs = 0;
  std::vector<int64_t> segments; // encoded bytes

private:
  uint8_t *at(int64_t memory, int64_t address, const Box &box) {
    if (box.empty())
      return nullptr;
    if (memory < -1 || memory + 1 >= int64_t(memories.size()))
      fail(fmt::format("have no memory {}", memory));
    auto &bytes = memories[memory + 1];
    std::optional<Box::Range> range = box.range();
    if (!range || address + range->begin < 0 || address + range->end > int64_t(bytes.size()))
      fail(fmt::format("out of range: memory {} at {}", memory, address));
    return bytes.data() + address;
  }
  static void mark(std::vector<bool> &marks, const Box &box, int dim, int64_t address) {
    if (dim == box.rank) {
      for (int64_t i = 0; i < box.elementBytes; ++i)
        marks[address + i] = true;
      return;
    }
    for (int64_t i = 0; i < box.dims[dim].extent; ++i)
      mark(marks, box, dim + 1, address + i * box.dims[dim].stride);
  }
};

/// Runs an instruction and expects that memory becomes `expected`; and that it depends on no byte but those
/// announced as read, and changes none but those announced as written.
template <typename Row>
void expectMemory(MemoryContext context, const Row &row, const std::vector<std::vector<uint8_t>> &expected,
                  const std::string &what) {
  MemoryContext again = context;
  execute(row, context);
  for (size_t m = 0; m < expected.size(); ++m)
    for (size_t i = 0; i < expected[m].size(); ++i)
      ASSERT_EQ(int(context.memories[m][i]), int(expected[m][i]))
          << what << ": memory " << int(m) - 1 << " byte " << i;

  auto read = context.touchedBy(context.reads), written = context.touchedBy(context.writes);
  for (size_t m = 0; m < read.size(); ++m)
    for (size_t i = 0; i < read[m].size(); ++i)
      if (!read[m][i])
        again.memories[m][i] ^= 0x5A;
  auto before = again.memories;
  execute(row, again);
  for (size_t m = 0; m < read.size(); ++m)
    for (size_t i = 0; i < read[m].size(); ++i) {
      if (written[m][i])
        ASSERT_EQ(int(again.memories[m][i]), int(expected[m][i]))
            << what << ": depends on a byte it did not announce; memory " << int(m) - 1 << " byte " << i;
      else
        ASSERT_EQ(int(again.memories[m][i]), int(before[m][i]))
            << what << ": changes a byte it did not announce; memory " << int(m) - 1 << " byte " << i;
    }
}

/// The message of the error that an instruction ends in.
template <typename Row> std::string errorOf(MemoryContext &context, const Row &row) {
  try {
    execute(row, context);
  } catch (const SimulationError &error) {
    return error.what();
  }
  return "no error";
}

/// Random numbers for random instructions.
struct Random {
  explicit Random(unsigned seed) : engine(seed) {}
  int64_t pick(int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(engine);
  }
  bool chance(int oneIn) { return pick(1, oneIn) == 1; }
  float real() { return std::uniform_real_distribution<float>(-1, 1)(engine); }
  void fill(std::vector<uint8_t> &bytes) {
    for (uint8_t &byte : bytes)
      byte = uint8_t(engine());
  }
  /// Strides of a box of the extents: mostly row-major, sometimes in another order, with gaps, or with
  /// `reversed` dimensions. Returns the bytes needed; `base` becomes the address of element (0, …, 0).
  int64_t layOut(const std::vector<int64_t> &extents, int64_t elementBytes, std::vector<int64_t> &strides,
                 int64_t &base, bool reversed = false) {
    std::vector<size_t> order(extents.size());
    for (size_t d = 0; d < order.size(); ++d)
      order[d] = d;
    if (chance(3))
      std::shuffle(order.begin(), order.end(), engine);
    bool gaps = chance(3);
    strides.assign(extents.size(), 0);
    base = 0;
    int64_t bytes = elementBytes;
    for (size_t i = order.size(); i-- > 0;) {
      size_t d = order[i];
      int64_t room = extents[d] + (gaps ? pick(0, 1) : 0);
      strides[d] = bytes;
      if (reversed && chance(4)) {
        strides[d] = -bytes;
        base += (extents[d] - 1) * bytes;
      }
      bytes *= std::max<int64_t>(room, 1);
    }
    return bytes;
  }
  std::mt19937 engine;
};

} // namespace dnnc::sim

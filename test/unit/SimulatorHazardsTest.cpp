// LINK: DnncSimulator
#include "runtime/Simulator/Hazards.h"
#include "runtime/Simulator/Tokens.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

using namespace dnnc::sim;

namespace {

constexpr int loadQueue = 0, arrayQueue = 1, storeQueue = 3;

Region bytes(int64_t begin, int64_t end) { return Region::of(begin, Box(1, {{end - begin, 1}})); }

std::set<int64_t> covered(const Region &region) {
  std::set<int64_t> result;
  region.forEachRun([&](int64_t begin) {
    for (int64_t i = 0; i < region.run; ++i)
      result.insert(begin + i);
  });
  return result;
}

TEST(Region, CoversTheBytesOfTheBox) {
  std::mt19937 random(7);
  auto draw = [&](int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(random);
  };
  for (int round = 0; round < 500; ++round) {
    Box box(draw(1, 4));
    std::set<int64_t> expected = {0};
    for (int64_t d = draw(0, 4); d > 0; --d) {
      int64_t extent = draw(1, 4), stride = draw(-20, 40);
      box.add(extent, stride);
      std::set<int64_t> spread;
      for (int64_t at : expected)
        for (int64_t i = 0; i < extent; ++i)
          spread.insert(at + i * stride);
      expected = spread;
    }
    std::set<int64_t> all;
    for (int64_t at : expected)
      for (int64_t b = 0; b < box.elementBytes; ++b)
        all.insert(1000 + at + b);
    Region region = Region::of(1000, box);
    EXPECT_EQ(covered(region), all);
    EXPECT_EQ(region.begin, *all.begin());
    EXPECT_EQ(region.end(), *all.rbegin() + 1);
  }
}

TEST(Region, MergesWhatIsContiguous) {
  Region region = Region::of(64, Box(4, {{3, 32}, {8, 4}}));
  EXPECT_EQ(region.rank, 0);
  EXPECT_EQ(region.run, 96);
  Region transposed = Region::of(64, Box(4, {{8, 4}, {3, 32}}));
  EXPECT_EQ(transposed.run, 96);
  Region rows = Region::of(0, Box(1, {{2, 100}, {5, 20}, {3, 1}}));
  EXPECT_EQ(rows.rank, 1);
  EXPECT_EQ(rows.runs(), 10);
  EXPECT_EQ(rows.bytes(), 30);
}

TEST(Shadow, FindsReadsOfWhatNobodyWrote) {
  Shadow shadow(256);
  shadow.markWritten(0, 64);
  EXPECT_FALSE(shadow.read(bytes(0, 64), {loadQueue, 1, {}}));
  std::optional<Conflict> conflict = shadow.read(bytes(60, 68), {loadQueue, 2, {}});
  ASSERT_TRUE(conflict);
  EXPECT_EQ(conflict->kind, Conflict::Kind::NeverWritten);
  EXPECT_EQ(conflict->address, 64);
}

TEST(Shadow, OrdersByClocksOnly) {
  Shadow shadow(128);
  EXPECT_FALSE(shadow.write(bytes(10, 20), {loadQueue, 5, {}}));
  // The array knows of four loads, then of five.
  std::optional<Conflict> conflict = shadow.read(bytes(15, 16), {arrayQueue, 1, {4, 0, 0, 0}});
  ASSERT_TRUE(conflict);
  EXPECT_EQ(conflict->kind, Conflict::Kind::ReadAfterWrite);
  EXPECT_EQ(conflict->queue, loadQueue);
  EXPECT_EQ(conflict->sequence, 5u);
  EXPECT_FALSE(shadow.read(bytes(10, 20), {arrayQueue, 1, {5, 0, 0, 0}}));
  // The next load has to know that the array has read.
  conflict = shadow.write(bytes(0, 11), {loadQueue, 6, {5, 0, 0, 0}});
  ASSERT_TRUE(conflict);
  EXPECT_EQ(conflict->kind, Conflict::Kind::WriteAfterRead);
  EXPECT_EQ(conflict->address, 10);
  EXPECT_FALSE(shadow.write(bytes(0, 11), {loadQueue, 6, {5, 1, 0, 0}}));
  // A store that knows of nothing collides with the write.
  conflict = shadow.write(bytes(0, 1), {storeQueue, 1, {}});
  ASSERT_TRUE(conflict);
  EXPECT_EQ(conflict->kind, Conflict::Kind::WriteAfterWrite);
}

TEST(Shadow, OneQueueIsAlwaysInOrder) {
  Shadow shadow(64);
  EXPECT_FALSE(shadow.write(bytes(0, 64), {arrayQueue, 1, {}}));
  EXPECT_FALSE(shadow.read(bytes(0, 64), {arrayQueue, 2, {}}));
  EXPECT_FALSE(shadow.write(bytes(0, 64), {arrayQueue, 3, {}}));
}

/// Against a byte-wise model, with accesses that force the cells to be refined in the middle.
TEST(Shadow, AgreesWithAByteWiseModel) {
  std::mt19937 random(3);
  auto draw = [&](int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(random);
  };
  for (int round = 0; round < 50; ++round) {
    constexpr int64_t size = 192;
    struct Byte {
      int writer = -1;
      uint32_t written = 0;
      std::array<uint32_t, queueCount> read{};
    };
    std::vector<Byte> model(size);
    Shadow shadow(size);
    std::array<uint32_t, queueCount> sequence{};
    for (int access = 0; access < 60; ++access) {
      int64_t unit = access < 20 ? 16 : access < 40 ? 4 : 1;
      int64_t begin = draw(0, size / unit - 1) * unit;
      int64_t end = std::min(size, begin + draw(1, 4) * unit);
      Accessor by;
      by.queue = static_cast<int>(draw(0, 3));
      by.sequence = ++sequence[by.queue];
      for (int q = 0; q < queueCount; ++q)
        by.clock[q] =
            q == by.queue ? by.sequence - 1 : static_cast<uint32_t>(draw(sequence[q] / 2, sequence[q]));
      bool writes = draw(0, 1);
      bool expected = false;
      for (int64_t i = begin; i < end; ++i) {
        const Byte &byte = model[i];
        bool ordered =
            byte.writer < 0 ? writes : byte.writer == by.queue || byte.written <= by.clock[byte.writer];
        for (int q = 0; writes && q < queueCount; ++q)
          ordered &= q == by.queue || byte.read[q] <= by.clock[q];
        expected |= !ordered;
      }
      std::optional<Conflict> conflict =
          writes ? shadow.write(bytes(begin, end), by) : shadow.read(bytes(begin, end), by);
      ASSERT_EQ(conflict.has_value(), expected);
      if (expected)
        break; // a program ends at its first hazard
      for (int64_t i = begin; i < end; ++i) {
        if (writes)
          model[i].writer = by.queue, model[i].written = by.sequence;
        else
          model[i].read[by.queue] = by.sequence;
      }
    }
  }
}

TEST(Token, HandsOutUnitsInOrder) {
  Token token("full", 1, 2);
  EXPECT_EQ(token.available(), 1);
  EXPECT_EQ(token.consume(arrayQueue, 1), nullptr); // the initial unit
  EXPECT_EQ(token.available(), 0);
  EXPECT_TRUE(token.signal(7, {3, 1, 0, 0}));
  const Token::Signal *signal = token.consume(arrayQueue, 2);
  ASSERT_NE(signal, nullptr);
  EXPECT_EQ(signal->job, 7u);
  EXPECT_EQ(signal->clock[loadQueue], 3u);
}

TEST(Token, OverflowsWhereNothingOrdersTheConsumption) {
  Token token("full", 0, 1);
  EXPECT_TRUE(token.signal(0, {1, 0, 0, 0}));
  token.consume(arrayQueue, 1);
  // There is room now, but the signaller does not know: in another run's timing there might not be.
  EXPECT_FALSE(token.signal(1, {2, 0, 0, 0}));
  Token ordered("full", 0, 1);
  EXPECT_TRUE(ordered.signal(0, {1, 0, 0, 0}));
  ordered.consume(arrayQueue, 1);
  EXPECT_TRUE(ordered.signal(1, {2, 1, 0, 0}));
  EXPECT_FALSE(ordered.signal(2, {3, 2, 0, 0}));
}

} // namespace

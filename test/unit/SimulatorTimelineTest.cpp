// LINK: DnncSimulator
#include "runtime/Simulator/Timeline.h"

#include "dnnc/Error.h"

#include <gtest/gtest.h>

#include <random>

using namespace dnnc::sim;

namespace {

constexpr int loadQueue = 0, arrayQueue = 1, vectorQueue = 2, storeQueue = 3;

Job work(int queue, int64_t cycles, std::vector<uint32_t> after = {}) {
  Job job;
  job.queue = queue;
  job.cycles = cycles;
  job.after = std::move(after);
  return job;
}

Job transfer(int queue, int64_t bytes, std::vector<uint32_t> after = {}) {
  Job job = work(queue, 0, std::move(after));
  job.transfer = true;
  job.dramBytes = bytes;
  return job;
}

TimelineRules rules(double bytesPerCycle, int64_t latency, int64_t fifo = 0) {
  TimelineRules rules;
  rules.dramBytesPerCycle = bytesPerCycle;
  rules.dramLatency = latency;
  rules.fifoBytes = {fifo};
  return rules;
}

TEST(Timeline, TransferTakesLatencyAndBytesOverBandwidth) {
  Schedule schedule = play({transfer(loadQueue, 1000)}, rules(16, 50));
  EXPECT_EQ(schedule.cycles, 50 + 63);
  EXPECT_EQ(schedule.busy[loadQueue], 113);
}

TEST(Timeline, TransferIsBoundByItsPortOnChip) {
  Job job = transfer(loadQueue, 100);
  job.cycles = 40;
  EXPECT_EQ(play({job}, rules(10, 5)).cycles, 45);
}

TEST(Timeline, TransferWithoutDramBytesHasNoLatency) {
  Job job = transfer(loadQueue, 0);
  job.cycles = 7;
  EXPECT_EQ(play({job}, rules(10, 50)).cycles, 7);
}

TEST(Timeline, LoadAndStoreShareTheBandwidth) {
  // 100 and 300 bytes at 10 a cycle: both at 5 until the load is done after 20, then the store's 200 at 10.
  Schedule schedule = play({transfer(loadQueue, 100), transfer(storeQueue, 300)}, rules(10, 0));
  EXPECT_EQ(schedule.spans[0].end, 20);
  EXPECT_EQ(schedule.spans[1].end, 40);
}

TEST(Timeline, QueuesAreInOrderAndWaitForSignals) {
  Schedule schedule =
      play({work(arrayQueue, 10), work(vectorQueue, 5, {0}), work(arrayQueue, 3), work(vectorQueue, 1)},
           rules(1, 0));
  EXPECT_EQ(schedule.spans[1].start, 10);
  EXPECT_EQ(schedule.spans[2].start, 10);
  EXPECT_EQ(schedule.spans[3].start, 15);
  EXPECT_EQ(schedule.cycles, 16);
}

/// A load of `bytes` through a FIFO of `capacity` to an array job of `cycles`.
Schedule stream(int64_t bytes, int64_t capacity, int64_t cycles, double bytesPerCycle) {
  Job load = transfer(loadQueue, bytes);
  load.fifo = 0;
  load.fifoBytes = bytes;
  Job array = work(arrayQueue, cycles);
  array.streams = {0};
  return play({load, array}, rules(bytesPerCycle, 0, capacity));
}

TEST(Timeline, SmallTileStreamsBeforeTheArrayStarts) {
  Schedule schedule = stream(100, 100, 30, 10);
  EXPECT_EQ(schedule.spans[0].end, 10);
  EXPECT_EQ(schedule.spans[1].start, 10);
  EXPECT_EQ(schedule.cycles, 40);
}

TEST(Timeline, LargeTileStreamsWhileTheArrayDrains) {
  // The array drains 400 bytes in 100 cycles; the last of them can be pushed when 300 are gone.
  Schedule slow = stream(400, 100, 100, 100);
  EXPECT_EQ(slow.spans[1].start, 0);
  EXPECT_EQ(slow.spans[0].end, 75);
  EXPECT_EQ(slow.cycles, 100);
  // DRAM is the bottleneck.
  Schedule starved = stream(400, 100, 10, 1);
  EXPECT_EQ(starved.spans[0].end, 400);
  EXPECT_EQ(starved.cycles, 400);
}

TEST(Timeline, NextTileWaitsForRoom) {
  std::vector<Job> jobs;
  for (int i = 0; i < 2; ++i) {
    Job load = transfer(loadQueue, 80);
    load.fifo = 0;
    load.fifoBytes = 80;
    Job array = work(arrayQueue, 50);
    array.streams = {static_cast<uint32_t>(2 * i)};
    jobs.push_back(load);
    jobs.push_back(array);
  }
  Schedule schedule = play(jobs, rules(10, 0, 100));
  EXPECT_EQ(schedule.spans[1].start, 8);
  EXPECT_EQ(schedule.spans[1].end, 58);
  // 20 of the second tile's bytes fit beside the first; the other 60 follow as the array takes out 80 in 50
  // cycles, the last of them after 37.5.
  EXPECT_EQ(schedule.spans[2].end, 46);
  EXPECT_EQ(schedule.cycles, 108);
}

TEST(Timeline, RoomFreesEvenlyWhileTheArrayWorks) {
  // A FIFO of 100 bytes holds the first tile. The array takes it out in 200 cycles, half a byte each; the
  // next one comes in as fast, though the link gives 10 a cycle.
  std::vector<Job> jobs = {transfer(loadQueue, 100), work(arrayQueue, 200), transfer(loadQueue, 50),
                           work(arrayQueue, 10), transfer(storeQueue, 100, {1})};
  for (uint32_t load : {0, 2}) {
    jobs[load].fifo = 0;
    jobs[load].fifoBytes = jobs[load].dramBytes;
    jobs[load + 1].streams = {load};
  }
  Schedule schedule = play(jobs, rules(10, 0, 100));
  EXPECT_EQ(schedule.spans[1].end, 210);
  EXPECT_EQ(schedule.spans[2].end, 110);
  EXPECT_EQ(schedule.spans[3].start, 210);
  // A link of a byte a cycle brings a tile of 120 bytes in bursts of 200. Half a byte's room a cycle is 100
  // of them when the first array job ends; the second starts, makes room at once, and the store takes half
  // the link.
  jobs[2].dramBytes = 200;
  jobs[2].fifoBytes = 120;
  schedule = play(jobs, rules(1, 0, 100));
  EXPECT_EQ(schedule.spans[1].end, 300);
  EXPECT_EQ(schedule.spans[3].start, 300);
  EXPECT_EQ(schedule.spans[2].end, 367); // 33.3 bytes at half a byte
  EXPECT_EQ(schedule.spans[3].end, 367);
  EXPECT_EQ(schedule.spans[4].end, 434); // 33.5 bytes of 100 until then
}

TEST(Timeline, AStalledFifoIsAnError) {
  Job load = transfer(loadQueue, 200);
  load.fifo = 0;
  load.fifoBytes = 200;
  EXPECT_THROW(play({load}, rules(10, 0, 100)), dnnc::Error);
}

TEST(Timeline, TwiceTheBandwidthNeverTakesLonger) {
  std::mt19937 random(11);
  auto draw = [&](int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(random);
  };
  int played = 0;
  for (int round = 0; round < 600; ++round) {
    bool fifo = draw(0, 1);
    std::vector<Job> jobs;
    std::vector<uint32_t> pushed; // not yet popped
    for (uint32_t i = 0; i < 60; ++i) {
      std::vector<uint32_t> after;
      for (int64_t n = draw(0, fifo ? 1 : 2); n > 0 && i > 0; --n)
        after.push_back(static_cast<uint32_t>(draw(std::max<int64_t>(0, int64_t(i) - 8), i - 1)));
      int queue = static_cast<int>(draw(0, 3));
      Job job = queue == loadQueue || queue == storeQueue ? transfer(queue, draw(0, 3000), after)
                                                          : work(queue, draw(0, 200), after);
      if (job.transfer)
        job.cycles = draw(0, 60);
      if (fifo && queue == loadQueue && draw(0, 2)) {
        job.fifo = 0;
        job.fifoBytes = draw(0, 3) ? draw(1, 700) : draw(1, 3000);
        pushed.push_back(i);
      }
      if (queue == arrayQueue)
        for (int64_t n = draw(0, 2); n > 0 && !pushed.empty(); --n) {
          job.streams.push_back(pushed.front());
          pushed.erase(pushed.begin());
        }
      jobs.push_back(job);
    }
    jobs.push_back(work(arrayQueue, draw(0, 500)));
    jobs.back().streams = pushed;
    double bandwidth = static_cast<double>(draw(1, 400)) / 7;
    TimelineRules fixed = rules(bandwidth, draw(0, 60), 1000);
    int64_t previous;
    try {
      previous = play(jobs, fixed).cycles;
    } catch (const dnnc::Error &) {
      continue; // a load waits for what its queue would do only later
    }
    ++played;
    for (int doubling = 0; doubling < 4; ++doubling) {
      fixed.dramBytesPerCycle *= 2;
      int64_t cycles = play(jobs, fixed).cycles;
      EXPECT_LE(cycles, previous) << round;
      previous = cycles;
    }
  }
  EXPECT_GT(played, 400);
}

TEST(Timeline, NodesSumToTheTotal) {
  std::vector<Job> jobs = {work(loadQueue, 10), work(loadQueue, 10), work(arrayQueue, 30, {0}),
                           work(arrayQueue, 5, {1}), work(vectorQueue, 2)};
  jobs[0].node = jobs[2].node = 0;
  jobs[1].node = jobs[3].node = 1;
  Schedule schedule = play(jobs, rules(1, 0));
  std::vector<int64_t> cycles = nodeCycles(jobs, schedule, 2);
  EXPECT_EQ(cycles, (std::vector<int64_t>{40, 5, 0}));
  // The second node's load is done beside the first one's array work; then it waits.
  EXPECT_EQ(activeCycles(jobs, schedule, 2), (std::vector<int64_t>{40, 15, 2}));
  EXPECT_EQ(schedule.cycles, 45);
}

TEST(Timeline, PeakPowerIsTheLargestSumInFlight) {
  std::vector<Job> jobs = {work(arrayQueue, 10), work(vectorQueue, 4), work(vectorQueue, 6)};
  jobs[0].energy = 100;
  jobs[1].energy = 20;
  jobs[2].energy = 60;
  EXPECT_DOUBLE_EQ(peakPower(jobs, play(jobs, rules(1, 0))), 20);
}

} // namespace

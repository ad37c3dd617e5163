// When everything that was executed starts and ends.
//
// The machine executes a program's values in an order that does not depend on time, and notes a job for every
// instruction: what it waited for and how much there is to do. The timeline then plays the jobs: in-order
// queues, an instruction starting when its queue's last one is done and every signal it consumes has been
// given; transfers that share the DRAM's bandwidth; FIFOs that fill, and drain evenly while the array works.
//
// Times are whole cycles and shares whole units, and with twice the bandwidth no transfer, alone or not, is
// slower than it was alone before. Since all else is a maximum of sums, a program never takes a cycle more on
// a machine with the DRAM bandwidth doubled.
#pragma once

#include "runtime/Simulator/Hazards.h"

#include <cstdint>
#include <vector>

namespace dnnc::sim {

inline constexpr uint32_t noJob = UINT32_MAX;

struct Job {
  int queue = 0;
  uint32_t instruction = 0; // in its queue
  int32_t node = -1;        // row of the node table, -1 for none
  bool transfer = false;    // moves bytes between DRAM and the chip
  /// Cycles of array and vector work; of a transfer the least its on-chip port takes.
  int64_t cycles = 0;
  int64_t dramBytes = 0;         // of a transfer, whole bursts
  double energy = 0;             // pJ, for the peak power
  std::vector<uint32_t> after;   // jobs that must be complete before, beside the queue's last one
  int fifo = -1;                 // of a load: the memory it streams through
  int64_t fifoBytes = 0;         // of that load
  std::vector<uint32_t> streams; // of an array job: the loads it pops, in order
};

struct TimelineRules {
  double dramBytesPerCycle = 1;
  int64_t dramLatency = 0;
  std::vector<int64_t> fifoBytes; // capacity by memory; unused for others
};

struct Span {
  int64_t start = 0, end = 0;
};

struct Schedule {
  std::vector<Span> spans; // by job
  int64_t cycles = 0;
  std::array<int64_t, queueCount> busy{}; // cycles
};

/// The jobs stand in the order in which the machine executed them.
Schedule play(const std::vector<Job> &jobs, const TimelineRules &rules);

/// For each node, by how much the front of completed work moves while it is the oldest unfinished one; they
/// sum to the schedule's cycles. Nodes age from their first job's start. The last entry is of jobs without a
/// node.
std::vector<int64_t> nodeCycles(const std::vector<Job> &jobs, const Schedule &schedule, size_t nodes);

/// For each node, the cycles in which some job of it was under way, those of other nodes beside or not: no
/// limit of the node's work is above them. The last entry is of jobs without a node.
std::vector<int64_t> activeCycles(const std::vector<Job> &jobs, const Schedule &schedule, size_t nodes);

/// The largest sum over the jobs in flight of each one's mean power, in pJ a cycle.
double peakPower(const std::vector<Job> &jobs, const Schedule &schedule);

} // namespace dnnc::sim

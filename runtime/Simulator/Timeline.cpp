#include "runtime/Simulator/Timeline.h"

#include "dnnc/Error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace dnnc::sim {
namespace {

constexpr int64_t never = std::numeric_limits<int64_t>::max();

int64_t ceilDivide(int64_t a, int64_t b) { return a / b + (a % b != 0); }

class Player {
public:
  Player(const std::vector<Job> &jobs, const TimelineRules &rules)
      : jobs(jobs), rules(rules),
        share(
            std::max<int64_t>(1, static_cast<int64_t>(std::floor(rules.dramBytesPerCycle * unitsPerByte)))) {
    schedule.spans.assign(jobs.size(), {-1, -1});
    freed.assign(rules.fifoBytes.size(), 0);
    fifoEnd.assign(jobs.size(), 0);
    std::vector<int64_t> pushed(rules.fifoBytes.size(), 0);
    for (uint32_t id = 0; id < jobs.size(); ++id) {
      order[jobs[id].queue].push_back(id);
      if (jobs[id].fifo >= 0)
        fifoEnd[id] = pushed[jobs[id].fifo] += jobs[id].fifoBytes;
    }
  }

  Schedule run() {
    while (true) {
      while (startAndFinish()) {
      }
      int64_t next = nextEvent();
      if (next == never)
        break;
      advanceTo(next);
    }
    for (int q = 0; q < queueCount; ++q)
      if (at[q] < order[q].size())
        throw Error(fmt::format(
            "the program stalls after {} cycles: a load cannot push into its FIFO and nothing drains it",
            now));
    schedule.cycles = now;
    return std::move(schedule);
  }

private:
  // A share of the bandwidth, half of it when both transfer queues move data, is `share` units a cycle.
  static constexpr double unitsPerByte = 1 << 20;
  static constexpr int64_t workPerByte = 2 << 20;

  struct Running {
    bool active = false;
    int64_t dataStart = 0; // of a transfer: after the latency
    int64_t remaining = 0; // of a transfer: work not yet moved
    int64_t total = 0;
    int64_t earliestEnd = 0;
  };

  uint32_t head(int q) const { return order[q][at[q]]; }
  bool done(uint32_t id) const { return schedule.spans[id].end >= 0; }
  bool started(uint32_t id) const { return schedule.spans[id].start >= 0; }

  int64_t streamedBytes(const Job &job) const {
    int64_t bytes = 0;
    for (uint32_t load : job.streams)
      bytes += jobs[load].fifoBytes;
    return bytes;
  }

  bool ready(uint32_t id) const {
    const Job &job = jobs[id];
    for (uint32_t before : job.after)
      if (!done(before))
        return false;
    if (job.streams.empty())
      return true;
    bool allHere =
        std::all_of(job.streams.begin(), job.streams.end(), [&](uint32_t load) { return done(load); });
    // What is larger than the FIFO streams through it while the array works.
    return allHere || (overflows(job) && started(job.streams.front()));
  }

  bool overflows(const Job &job) const {
    return !job.streams.empty() && streamedBytes(job) > rules.fifoBytes[jobs[job.streams.front()].fifo];
  }

  /// Work that cannot move before the FIFO has room for it.
  int64_t blocked(uint32_t id, const Running &run) const {
    const Job &job = jobs[id];
    if (job.fifo < 0)
      return 0;
    int64_t excess = fifoEnd[id] - freed[job.fifo] - rules.fifoBytes[job.fifo];
    if (job.popper != noJob && started(job.popper))
      return 0; // being drained: only its completion has to wait for the array, see startArray
    if (excess <= 0)
      return 0;
    if (job.fifoBytes <= excess)
      return run.total;
    return static_cast<int64_t>(static_cast<__int128>(run.total) * excess / job.fifoBytes);
  }

  bool moving(int q) const {
    const Running &run = running[q];
    return run.active && jobs[head(q)].transfer && now >= run.dataStart &&
           run.remaining > blocked(head(q), run);
  }

  int64_t rate() const {
    int movers = 0;
    for (int q = 0; q < queueCount; ++q)
      movers += moving(q);
    return movers > 1 ? share : 2 * share;
  }

  bool startAndFinish() {
    bool progress = false;
    for (int q = 0; q < queueCount; ++q) {
      if (at[q] == order[q].size())
        continue;
      uint32_t id = head(q);
      Running &run = running[q];
      if (!run.active && ready(id)) {
        start(id, run);
        progress = true;
      }
      if (run.active && finished(id, run)) {
        finish(q, id);
        progress = true;
      }
    }
    return progress;
  }

  void start(uint32_t id, Running &run) {
    const Job &job = jobs[id];
    schedule.spans[id].start = now;
    run = Running{};
    run.active = true;
    run.dataStart = now;
    run.earliestEnd = now + job.cycles;
    if (job.transfer && job.dramBytes > 0) {
      run.dataStart = now + rules.dramLatency;
      run.earliestEnd = run.dataStart + job.cycles;
      run.total = run.remaining = job.dramBytes * workPerByte;
    }
    if (overflows(job))
      startDraining(job);
  }

  /// The array takes its operands from the FIFO evenly, so the last of them cannot be pushed before the array
  /// has made room for them.
  void startDraining(const Job &job) {
    int64_t bytes = streamedBytes(job), passed = 0;
    for (uint32_t load : job.streams) {
      passed += jobs[load].fifoBytes;
      int64_t beyond = passed - rules.fifoBytes[jobs[load].fifo];
      if (beyond <= 0)
        continue;
      drainedAt.push_back(
          {load, now + static_cast<int64_t>(static_cast<__int128>(job.cycles) * beyond / bytes)});
    }
  }

  int64_t earliestEnd(uint32_t id, const Running &run) const {
    int64_t end = run.earliestEnd;
    if (jobs[id].fifo >= 0)
      for (const auto &[load, cycle] : drainedAt)
        if (load == id)
          end = std::max(end, cycle);
    return end;
  }

  bool finished(uint32_t id, const Running &run) const {
    if (now < earliestEnd(id, run) || run.remaining > 0 || now < run.dataStart || blocked(id, run) > 0)
      return false;
    const Job &job = jobs[id];
    return std::all_of(job.streams.begin(), job.streams.end(), [&](uint32_t load) { return done(load); });
  }

  void finish(int q, uint32_t id) {
    Span &span = schedule.spans[id];
    span.end = now;
    schedule.busy[q] += span.end - span.start;
    running[q].active = false;
    ++at[q];
    for (uint32_t load : jobs[id].streams)
      freed[jobs[load].fifo] += jobs[load].fifoBytes;
    if (!jobs[id].streams.empty())
      drainedAt.clear();
  }

  int64_t nextEvent() const {
    int64_t next = never;
    int64_t units = rate();
    for (int q = 0; q < queueCount; ++q) {
      const Running &run = running[q];
      if (!run.active)
        continue;
      uint32_t id = head(q);
      if (now < run.dataStart)
        next = std::min(next, run.dataStart);
      else if (moving(q))
        next = std::min(next, now + ceilDivide(run.remaining - blocked(id, run), units));
      if (int64_t end = earliestEnd(id, run); end > now)
        next = std::min(next, end);
    }
    return next;
  }

  void advanceTo(int64_t next) {
    int64_t units = rate();
    std::array<int64_t, queueCount> left;
    for (int q = 0; q < queueCount; ++q) {
      left[q] = running[q].remaining;
      if (moving(q)) {
        // Units left over in the last cycle of a transfer are lost.
        __int128 moved = static_cast<__int128>(units) * (next - now);
        int64_t floor = blocked(head(q), running[q]);
        left[q] = left[q] - floor <= moved ? floor : left[q] - static_cast<int64_t>(moved);
      }
    }
    for (int q = 0; q < queueCount; ++q)
      running[q].remaining = left[q];
    now = next;
  }

  const std::vector<Job> &jobs;
  const TimelineRules &rules;
  const int64_t share;
  int64_t now = 0;
  std::array<std::vector<uint32_t>, queueCount> order;
  std::array<size_t, queueCount> at{};
  std::array<Running, queueCount> running;
  std::vector<int64_t> freed;                          // bytes popped, by memory
  std::vector<int64_t> fifoEnd;                        // position in the FIFO's stream behind a load's bytes
  std::vector<std::pair<uint32_t, int64_t>> drainedAt; // loads of the array job that drains now
  Schedule schedule;
};

} // namespace

Schedule play(const std::vector<Job> &jobs, const TimelineRules &rules) { return Player(jobs, rules).run(); }

std::vector<int64_t> nodeCycles(const std::vector<Job> &jobs, const Schedule &schedule, size_t nodes) {
  std::vector<Span> spans(nodes + 1, {never, 0});
  for (size_t i = 0; i < jobs.size(); ++i) {
    Span &span = spans[jobs[i].node < 0 ? nodes : static_cast<size_t>(jobs[i].node)];
    span.start = std::min(span.start, schedule.spans[i].start);
    span.end = std::max(span.end, schedule.spans[i].end);
  }
  std::vector<size_t> byAge(nodes + 1);
  std::iota(byAge.begin(), byAge.end(), 0);
  std::sort(byAge.begin(), byAge.end(), [&](size_t a, size_t b) {
    return spans[a].start != spans[b].start ? spans[a].start < spans[b].start : a < b;
  });
  std::vector<int64_t> cycles(nodes + 1, 0);
  int64_t front = 0;
  for (size_t node : byAge) {
    cycles[node] = std::max<int64_t>(0, spans[node].end - front);
    front += cycles[node];
  }
  return cycles;
}

double peakPower(const std::vector<Job> &jobs, const Schedule &schedule) {
  struct Change {
    int64_t cycle;
    double power;
  };
  std::vector<Change> changes;
  for (size_t i = 0; i < jobs.size(); ++i) {
    const Span &span = schedule.spans[i];
    if (span.end == span.start || jobs[i].energy == 0)
      continue;
    double power = jobs[i].energy / static_cast<double>(span.end - span.start);
    changes.push_back({span.start, power});
    changes.push_back({span.end, -power});
  }
  std::sort(changes.begin(), changes.end(), [](const Change &a, const Change &b) {
    return a.cycle != b.cycle ? a.cycle < b.cycle : a.power < b.power;
  });
  double power = 0, peak = 0;
  for (const Change &change : changes)
    peak = std::max(peak, power += change.power);
  return peak;
}

} // namespace dnnc::sim

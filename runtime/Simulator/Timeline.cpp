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
    drains.resize(rules.fifoBytes.size());
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
    int64_t moved = 0;     // of a transfer: work
    int64_t total = 0;
    int64_t earliestEnd = 0;
  };

  /// The array job that takes a FIFO's bytes out evenly while it works.
  struct Draining {
    int64_t start = 0, cycles = 0, bytes = 0;
  };

  uint32_t head(int q) const { return order[q][at[q]]; }
  bool done(uint32_t id) const { return schedule.spans[id].end >= 0; }
  bool started(uint32_t id) const { return schedule.spans[id].start >= 0; }

  int64_t streamedBytes(const Job &job, int fifo) const {
    int64_t bytes = 0;
    for (uint32_t load : job.streams)
      if (jobs[load].fifo == fifo)
        bytes += jobs[load].fifoBytes;
    return bytes;
  }

  bool ready(uint32_t id) const {
    const Job &job = jobs[id];
    for (uint32_t before : job.after)
      if (!done(before))
        return false;
    // What fits in its FIFO is all there when the array starts; what is larger streams through while it
    // works.
    return std::all_of(job.streams.begin(), job.streams.end(), [&](uint32_t load) {
      int fifo = jobs[load].fifo;
      if (done(load) || streamedBytes(job, fifo) <= rules.fifoBytes[fifo])
        return done(load);
      auto first = std::find_if(job.streams.begin(), job.streams.end(),
                                [&](uint32_t other) { return jobs[other].fifo == fifo; });
      return started(*first);
    });
  }

  /// The work that the FIFO's room lets a load have moved by a cycle, below zero while there is none: of a
  /// line, rounded down, as long as no array job starts or ends to drain.
  int64_t room(uint32_t id, const Running &run, int64_t cycle) const {
    const Job &job = jobs[id];
    if (job.fifo < 0 || job.fifoBytes == 0)
      return run.total;
    auto workOf = [&](int64_t bytes) {
      __int128 product = static_cast<__int128>(run.total) * bytes;
      return static_cast<int64_t>(product / job.fifoBytes - (product % job.fifoBytes < 0));
    };
    int64_t work = workOf(job.fifoBytes - (fifoEnd[id] - freed[job.fifo] - rules.fifoBytes[job.fifo]));
    if (const Draining &draining = drains[job.fifo]; draining.bytes > 0) {
      int64_t elapsed = std::min(cycle - draining.start, draining.cycles);
      __int128 all = workOf(draining.bytes);
      work += static_cast<int64_t>(draining.cycles > 0 ? all * elapsed / draining.cycles : all);
    }
    return std::min(work, run.total);
  }

  /// The first cycle from now on by which the room has grown to `work`, if the array job that drains brings
  /// it.
  int64_t roomFor(uint32_t id, const Running &run, int64_t work) const {
    if (room(id, run, now) >= work)
      return now;
    const Draining &draining = drains[jobs[id].fifo];
    int64_t low = now, high = draining.bytes > 0 ? draining.start + draining.cycles : now;
    if (room(id, run, high) < work)
      return never;
    while (high - low > 1) {
      int64_t middle = low + (high - low) / 2;
      (room(id, run, middle) >= work ? high : low) = middle;
    }
    return high;
  }

  bool moving(int q) const {
    const Running &run = running[q];
    return run.active && jobs[head(q)].transfer && now >= run.dataStart && run.moved < run.total &&
           room(head(q), run, now + 1) > run.moved;
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
      run.total = job.dramBytes * workPerByte;
    }
    for (uint32_t load : job.streams)
      drains[jobs[load].fifo] = {now, job.cycles, streamedBytes(job, jobs[load].fifo)};
  }

  bool finished(uint32_t id, const Running &run) const {
    if (now < run.earliestEnd || run.moved < run.total)
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
    for (uint32_t load : jobs[id].streams) {
      freed[jobs[load].fifo] += jobs[load].fifoBytes;
      drains[jobs[load].fifo] = {};
    }
  }

  int64_t nextEvent() const {
    int64_t next = never;
    int64_t units = rate();
    for (int q = 0; q < queueCount; ++q) {
      const Running &run = running[q];
      if (!run.active)
        continue;
      if (run.earliestEnd > now)
        next = std::min(next, run.earliestEnd);
      if (now < run.dataStart)
        next = std::min(next, run.dataStart);
      else if (run.moved < run.total)
        next = std::min(next, nextOfTransfer(head(q), run, units));
    }
    return next;
  }

  /// When a transfer has moved all, or has used up the room there is, or finds room again.
  int64_t nextOfTransfer(uint32_t id, const Running &run, int64_t units) const {
    if (room(id, run, now) < 0)
      return roomFor(id, run, 0);
    if (int64_t complete = roomFor(id, run, run.total); complete != never)
      return std::max(complete, now + ceilDivide(run.total - run.moved, units));
    const Draining &draining = drains[jobs[id].fifo];
    if (draining.bytes > 0 && now < draining.start + draining.cycles)
      return never; // until then it is as slow as the room or the bandwidth
    int64_t here = room(id, run, now);
    return here > run.moved ? now + ceilDivide(here - run.moved, units) : never;
  }

  void advanceTo(int64_t next) {
    int64_t units = rate();
    std::array<int64_t, queueCount> moved;
    for (int q = 0; q < queueCount; ++q) {
      Running &run = running[q];
      moved[q] = run.moved;
      if (!run.active || now < run.dataStart || run.moved == run.total)
        continue;
      // Room grows along a line, so it is the first to bind at the end if it binds at all. Units left over in
      // the last cycle of a transfer are lost.
      __int128 most = run.moved + static_cast<__int128>(units) * (next - now);
      int64_t limit = std::max(run.moved, room(head(q), run, next));
      moved[q] = most < limit ? static_cast<int64_t>(most) : limit;
    }
    for (int q = 0; q < queueCount; ++q)
      running[q].moved = moved[q];
    now = next;
  }

  const std::vector<Job> &jobs;
  const TimelineRules &rules;
  const int64_t share;
  int64_t now = 0;
  std::array<std::vector<uint32_t>, queueCount> order;
  std::array<size_t, queueCount> at{};
  std::array<Running, queueCount> running;
  std::vector<int64_t> freed;   // bytes popped, by memory
  std::vector<int64_t> fifoEnd; // position in the FIFO's stream behind a load's bytes
  std::vector<Draining> drains; // by memory
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

std::vector<int64_t> activeCycles(const std::vector<Job> &jobs, const Schedule &schedule, size_t nodes) {
  std::vector<size_t> byStart(jobs.size());
  std::iota(byStart.begin(), byStart.end(), 0);
  std::sort(byStart.begin(), byStart.end(),
            [&](size_t a, size_t b) { return schedule.spans[a].start < schedule.spans[b].start; });
  std::vector<int64_t> cycles(nodes + 1, 0), counted(nodes + 1, 0); // up to which cycle each node's are
  for (size_t i : byStart) {
    size_t node = jobs[i].node < 0 ? nodes : static_cast<size_t>(jobs[i].node);
    const Span &span = schedule.spans[i];
    cycles[node] += std::max<int64_t>(0, span.end - std::max(span.start, counted[node]));
    counted[node] = std::max(counted[node], span.end);
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

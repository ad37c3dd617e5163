#include "lib/Cost/PassFlow.h"

#include "lib/Cost/Rounding.h"

#include <algorithm>

using namespace dnnc;
using namespace dnnc::cost;

/// The longest of some ways in two parts, each of which is a way or all of one term.
struct PassFlow::Join {
  int64_t ticks = Way::never;
  const Way *first = nullptr, *second = nullptr;
  CycleTerm term = CycleTerm::Drain;
  int64_t ofTerm = 0;

  void consider(const Way &a, const Way &b) {
    if (a.ticks >= 0 && b.ticks >= 0 && a.ticks + b.ticks > ticks)
      ticks = a.ticks + b.ticks, first = &a, second = &b, ofTerm = 0;
  }
  void consider(const Way &way, CycleTerm otherTerm, int64_t more) {
    if (way.ticks >= 0 && way.ticks + more > ticks)
      ticks = way.ticks + more, first = &way, second = nullptr, term = otherTerm, ofTerm = more;
  }
  Way way() const {
    Way made;
    if (ticks < 0) {
      made.ticks = Way::never;
      return made;
    }
    made = *first;
    if (second)
      made.add(*second, 1);
    made.add(term, ofTerm);
    return made;
  }
};

PassFlow::PassFlow(const PassStreams &streams) : streams(&streams) {
  fromArray.first = fromArray.last = 0;
  fromArray.array.clear(0);
  fromArray.leaving.ticks = Way::never;
  for (size_t i = 0; i < streams.in().size(); ++i) {
    Ways &ways = fromIncoming[i];
    ways.first = i, ways.last = i + 1;
    ways.brought[i] = 0;
    ways.array.ticks = ways.leaving.ticks = Way::never;
  }
}

template <typename Visit> void PassFlow::forEachSource(Visit visit) {
  if (met) {
    visit(since);
    return;
  }
  visit(fromArray);
  for (size_t i = 0; i < streams->in().size(); ++i)
    visit(fromIncoming[i]);
}

void PassFlow::stage(Ticks longest, int64_t alone, Cycles drained) {
  const int64_t perCycle = streams->ticksPerCycle();
  forEachSource([&](Ways &ways) {
    Way &array = ways.array;
    if (array.ticks >= 0)
      array.add(longest.term, longest.count);
    for (size_t i = ways.first; i < ways.last; ++i)
      if (ways.brought[i] > array.ticks) {
        array.clear(0);
        array.add(streams->in()[i].term, ways.brought[i]);
      }
    if (array.ticks >= 0) {
      array.add(CycleTerm::Drain, (alone - drained.count) * perCycle);
      array.add(drained.term, drained.count * perCycle);
    }
  });
}

void PassFlow::bring(const Delivery &delivery) {
  forEachSource([&](Ways &ways) {
    for (size_t i = ways.first; i < ways.last; ++i)
      ways.brought[i] += streams->in()[i].ticksOf(delivery);
  });
}

void PassFlow::leave(const Leaving &leaving) {
  int64_t ticks = streams->psumsLeave() ? streams->ticksOf(leaving) : 0;
  if (ticks == 0)
    return;
  forEachSource([&](Ways &ways) {
    if (ways.array.ticks > ways.leaving.ticks)
      ways.leaving = ways.array;
    if (ways.leaving.ticks >= 0)
      ways.leaving.add(streams->leavingTerm(), ticks);
  });
  if (!met)
    left += ticks;
}

void PassFlow::meet(int64_t rampUp) {
  if (!streams->any()) {
    fromArray.array.add(CycleTerm::RampUp, rampUp * streams->ticksPerCycle());
    return;
  }
  if (met)
    between.add(timeOf(longestEnd(since)), 1);
  else
    forEachSource([&](Ways &ways) { ways.array = longestEnd(ways); });
  between.cycles += rampUp;
  between.by[static_cast<size_t>(CycleTerm::RampUp)] += static_cast<double>(rampUp);
  met = true;
  since.first = 0, since.last = streams->in().size();
  since.brought.fill(0);
  since.array.clear(0);
  since.leaving.ticks = Way::never; // none leaves before the array has gone on
}

void PassFlow::append(const PassFlow &next, int64_t times) {
  if (times == 0)
    return;
  if (!streams->any()) {
    fromArray.array.add(next.fromArray.array, times);
    return;
  }
  if (!next.met && times > 1) {
    append(next.power(times), 1);
    return;
  }
  if (!next.met) {
    forEachSource([&](Ways &ways) { passThrough(ways, next); });
    if (!met)
      left += next.left;
    return;
  }
  if (met)
    between.add(timeOf(toFirstMeeting(since, next)), 1);
  else {
    forEachSource([&](Ways &ways) { ways.array = toFirstMeeting(ways, next); });
    left += next.left;
  }
  met = true;
  between.add(next.between, times);
  if (times > 1)
    between.add(timeOf(toFirstMeeting(next.since, next)), times - 1);
  since = next.since;
}

/// The ways go on through passes without a meeting.
void PassFlow::passThrough(Ways &ways, const PassFlow &next) const {
  Join array, leaving;
  array.consider(ways.array, next.fromArray.array);
  leaving.consider(ways.array, next.fromArray.leaving);
  for (size_t i = ways.first; i < ways.last; ++i) {
    CycleTerm term = streams->in()[i].term;
    array.consider(next.fromIncoming[i].array, term, ways.brought[i]);
    leaving.consider(next.fromIncoming[i].leaving, term, ways.brought[i]);
  }
  leaving.consider(ways.leaving, streams->leavingTerm(), next.left);
  Way both = leaving.way();
  ways.array = array.way();
  ways.leaving = both;
  for (size_t i = ways.first; i < ways.last; ++i)
    ways.brought[i] += next.fromIncoming[i].brought[i];
}

/// The ways go on to the first meeting of `next`.
Way PassFlow::toFirstMeeting(const Ways &ways, const PassFlow &next) const {
  Join longest;
  longest.consider(ways.array, next.fromArray.array);
  for (size_t i = ways.first; i < ways.last; ++i)
    longest.consider(next.fromIncoming[i].array, streams->in()[i].term, ways.brought[i]);
  longest.consider(ways.leaving, streams->leavingTerm(), next.left);
  return longest.way();
}

Way PassFlow::longestEnd(const Ways &ways) const {
  Way longest = ways.leaving.ticks > ways.array.ticks ? ways.leaving : ways.array;
  for (size_t i = ways.first; i < ways.last; ++i)
    if (ways.brought[i] > longest.ticks) {
      longest.clear(0);
      longest.add(streams->in()[i].term, ways.brought[i]);
    }
  return longest;
}

/// So many times the same passes, without a meeting. On a way clocks change at most twice, from an incoming
/// one to the array's to that of psums; all other turns are spent on one clock, best on the slowest.
PassFlow PassFlow::power(int64_t times) const {
  PassFlow all(*streams);
  const int64_t others = times - 1;
  const Way &array = fromArray.array;
  auto slowest = [&](Way &way, int64_t turns, std::initializer_list<std::pair<CycleTerm, int64_t>> clocks,
                     bool ofArray) {
    auto most = std::max_element(clocks.begin(), clocks.end(),
                                 [](const auto &a, const auto &b) { return a.second < b.second; });
    if (ofArray && array.ticks >= most->second)
      way.add(array, turns);
    else
      way.add(most->first, most->second * turns);
  };
  all.left = left * times;
  all.fromArray.array.add(array, times);
  if (fromArray.leaving.ticks >= 0) {
    all.fromArray.leaving = fromArray.leaving;
    slowest(all.fromArray.leaving, others, {{streams->leavingTerm(), left}}, true);
  }
  for (size_t i = 0; i < streams->in().size(); ++i) {
    const Ways &one = fromIncoming[i];
    Ways &made = all.fromIncoming[i];
    CycleTerm term = streams->in()[i].term;
    made.brought[i] = one.brought[i] * times;
    if (one.array.ticks >= 0) {
      made.array = one.array;
      slowest(made.array, others, {{term, one.brought[i]}}, true);
    }
    if (one.leaving.ticks >= 0) {
      made.leaving = one.leaving;
      slowest(made.leaving, others, {{term, one.brought[i]}, {streams->leavingTerm(), left}}, false);
    }
    if (one.array.ticks >= 0 && fromArray.leaving.ticks >= 0) {
      Way through = one.array;
      through.add(fromArray.leaving, 1);
      slowest(through, others - 1, {{term, one.brought[i]}, {streams->leavingTerm(), left}}, true);
      if (through.ticks > made.leaving.ticks)
        made.leaving = through;
    }
  }
  return all;
}

/// Clocks meet at whole cycles.
PassFlow::Time PassFlow::timeOf(const Way &way) const {
  Time time{ceilDiv(way.ticks, streams->ticksPerCycle())};
  if (way.ticks > 0)
    for (size_t term = 0; term < cycleTerms; ++term)
      time.by[term] = way.by[term] * (static_cast<double>(time.cycles) / static_cast<double>(way.ticks));
  return time;
}

void PassFlow::Time::add(const Time &other, int64_t times) {
  cycles += other.cycles * times;
  for (size_t term = 0; term < cycleTerms; ++term)
    by[term] += other.by[term] * static_cast<double>(times);
}

PassFlow::Time PassFlow::time() const {
  if (!streams->any())
    return timeOf(fromArray.array);
  auto end = [&](const Ways &ways) { return met ? ways.array : longestEnd(ways); };
  Way longest = end(fromArray);
  for (size_t i = 0; i < streams->in().size(); ++i)
    if (Way other = end(fromIncoming[i]); other.ticks > longest.ticks)
      longest = other;
  if (left > longest.ticks) {
    longest.clear(0);
    longest.add(streams->leavingTerm(), left);
  }
  Time time = timeOf(longest);
  if (met) {
    time.add(between, 1);
    time.add(timeOf(longestEnd(since)), 1);
  }
  return time;
}

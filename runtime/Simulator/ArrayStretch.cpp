#include "runtime/Simulator/ArrayStretch.h"

#include <algorithm>

namespace dnnc::sim {

void Stretch::compute(int64_t time) {
  array += time;
  for (size_t i = 0; i < incoming; ++i)
    arrayBehindComing[i] = std::max(arrayBehindComing[i] + time, coming[i]);
}

void Stretch::stand(int64_t time) {
  array += time;
  for (int64_t &behind : arrayBehindComing)
    behind += time;
}

void Stretch::leave(int64_t time) {
  leaving += time;
  leavingBehindArray = std::max(leavingBehindArray, array) + time;
  for (size_t i = 0; i < incoming; ++i)
    leavingBehindComing[i] = std::max(leavingBehindComing[i], arrayBehindComing[i]) + time;
}

void Stretch::append(const Stretch &next) {
  // Sums with `never` stay far below any time, and are set back to it before they run out of range.
  auto later = [](std::initializer_list<int64_t> times) { return std::max(never, std::max(times)); };
  for (size_t i = 0; i < incoming; ++i)
    leavingBehindComing[i] =
        later({leavingBehindComing[i] + next.leaving, arrayBehindComing[i] + next.leavingBehindArray,
               coming[i] + next.leavingBehindComing[i]});
  leavingBehindArray = later({leavingBehindArray + next.leaving, array + next.leavingBehindArray});
  leaving += next.leaving;
  for (size_t i = 0; i < incoming; ++i)
    arrayBehindComing[i] = later({arrayBehindComing[i] + next.array, coming[i] + next.arrayBehindComing[i]});
  array += next.array;
  for (size_t i = 0; i < incoming; ++i)
    coming[i] += next.coming[i];
}

void Stretch::append(const Stretch &next, int64_t times) {
  Stretch power = next;
  for (; times > 0; times /= 2) {
    if (times % 2 == 1)
      append(power);
    if (times > 1)
      power.append(Stretch(power));
  }
}

int64_t Stretch::end() const {
  int64_t latest = std::max({array, leaving, leavingBehindArray});
  for (size_t i = 0; i < incoming; ++i)
    latest = std::max({latest, coming[i], arrayBehindComing[i], leavingBehindComing[i]});
  return latest;
}

} // namespace dnnc::sim

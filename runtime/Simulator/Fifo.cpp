#include "runtime/Simulator/Fifo.h"

#include <utility>

namespace dnnc::sim {

FifoEntry &Fifo::push(int64_t begin, int64_t end, uint32_t job, const Clock &before) {
  FifoEntry entry;
  entry.begin = begin;
  entry.end = end;
  entry.bytes.resize(static_cast<size_t>(end - begin));
  entry.written.resize(static_cast<size_t>(end - begin));
  entry.job = job;
  entry.before = before;
  entries.push_back(std::move(entry));
  return entries.back();
}

bool Fifo::hasRoom() const {
  int64_t held = 0;
  for (size_t i = draining; i < entries.size(); ++i)
    held += entries[i].end - entries[i].begin;
  return held <= capacity;
}

void Fifo::pop(size_t count) {
  entries.erase(entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(count));
  draining = 0;
}

} // namespace dnnc::sim

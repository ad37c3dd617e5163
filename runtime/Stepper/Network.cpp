#include "runtime/Stepper/Network.h"

#include <algorithm>

namespace dnnc::stepper {

void Network::send(const Parcel &parcel) {
  queue.push_back(parcel);
  left += parcel.bytes;
  if (leftOfPass.empty() || leftOfPass.back().first != parcel.pass)
    leftOfPass.emplace_back(parcel.pass, 0);
  leftOfPass.back().second += parcel.bytes;
}

void Network::clear() {
  if (!idle())
    return;
  queue.clear();
  receivers.clear();
  head = 0;
}

int64_t Network::move(int64_t bytes) {
  int64_t moved = 0;
  bytes = std::min(bytes, bytesPerCycle - movedNow);
  while (moved < bytes && !idle()) {
    Parcel &first = queue[head];
    int64_t part = std::min(bytes - moved, first.bytes - ofHead);
    // The receivers have no room: all but the last byte stands in the network until they have.
    bool stuck = ofHead + part == first.bytes && !admit(first);
    part -= stuck;
    moved += part;
    ofHead += part;
    left -= part;
    leftOfPass.front().second -= part;
    if (stuck)
      break;
    if (ofHead == first.bytes) {
      ofHead = 0;
      arrive(queue[head++]);
      if (leftOfPass.front().second == 0)
        leftOfPass.pop_front();
    }
  }
  movedNow += moved;
  return moved;
}

bool deliver(std::span<Network *const> networks, const Target &target) {
  bool moved = false;
  for (Network *network : networks)
    network->movedNow = 0;
  for (size_t memory = 0; memory < target.memories.size(); ++memory) {
    int64_t budget = target.memories[memory].readBytesPerCycle;
    std::vector<Network *> sharing;
    int64_t wanted = 0;
    for (Network *network : networks)
      if (network->memory == static_cast<int>(memory) && !network->idle()) {
        sharing.push_back(network);
        wanted += std::min(network->bytesPerCycle, network->bytesLeft());
      }
    if (wanted <= budget) {
      for (Network *network : sharing)
        moved |= network->move(network->bytesPerCycle) > 0;
      continue;
    }
    while (budget > 0 && !sharing.empty()) {
      auto first = std::min_element(sharing.begin(), sharing.end(), [](const Network *a, const Network *b) {
        if (a->due() != b->due())
          return a->due() < b->due();
        return a->bytesDue() * b->bytesPerCycle > b->bytesDue() * a->bytesPerCycle;
      });
      int64_t bytes = (*first)->move(1);
      budget -= bytes;
      moved |= bytes > 0;
      if (bytes == 0 || (*first)->idle())
        sharing.erase(first);
    }
  }
  return moved;
}

} // namespace dnnc::stepper

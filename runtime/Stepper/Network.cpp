#include "runtime/Stepper/Network.h"

#include <algorithm>

namespace dnnc::stepper {

void Network::send(const Parcel &parcel) {
  queue.push_back(parcel);
  left += parcel.bits;
  if (leftOfPass.empty() || leftOfPass.back().first != parcel.pass)
    leftOfPass.emplace_back(parcel.pass, 0);
  leftOfPass.back().second += parcel.bits;
}

void Network::clear() {
  if (!idle())
    return;
  queue.clear();
  receivers.clear();
  head = 0;
}

int64_t Network::move(int64_t bits) {
  int64_t moved = 0;
  bits = std::min(bits, bitsPerCycle - movedNow);
  while (!idle() && (moved < bits || queue[head].bits == 0)) {
    Parcel &first = queue[head];
    int64_t part = std::min(bits - moved, first.bits - ofHead);
    // The receivers have no room: all but the last bit stands in the network until they have.
    bool stuck = ofHead + part == first.bits && !admit(first);
    part -= stuck;
    moved += part;
    ofHead += part;
    left -= part;
    leftOfPass.front().second -= part;
    if (stuck)
      break;
    if (ofHead == first.bits) {
      ofHead = 0;
      arrive(queue[head++]);
      if (idle() || queue[head].pass != leftOfPass.front().first)
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
  if (target.array.unlimitedDelivery) {
    for (Network *network : networks)
      moved |= network->move(network->bitsPerCycle) > 0;
    return moved;
  }
  for (size_t memory = 0; memory < target.memories.size(); ++memory) {
    int64_t budget = 8 * target.memories[memory].readBytesPerCycle;
    std::vector<Network *> sharing;
    int64_t wanted = 0;
    for (Network *network : networks)
      if (network->memory == static_cast<int>(memory) && !network->idle()) {
        sharing.push_back(network);
        wanted += std::min(network->bitsPerCycle, network->bitsLeft());
      }
    if (wanted <= budget) {
      for (Network *network : sharing)
        moved |= network->move(network->bitsPerCycle) > 0;
      continue;
    }
    while (budget > 0 && !sharing.empty()) {
      auto first = std::min_element(sharing.begin(), sharing.end(), [](const Network *a, const Network *b) {
        if (a->due() != b->due())
          return a->due() < b->due();
        return a->bitsDue() * b->bitsPerCycle > b->bitsDue() * a->bitsPerCycle;
      });
      int64_t bits = (*first)->move(8);
      budget -= bits;
      moved |= bits > 0;
      if (bits == 0 || (*first)->idle())
        sharing.erase(first);
    }
  }
  return moved;
}

} // namespace dnnc::stepper

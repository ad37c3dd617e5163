#include "runtime/Stepper/Network.h"

#include <algorithm>

namespace dnnc::stepper {

void Network::send(const Parcel &parcel) {
  queue.push_back(parcel);
  left += parcel.bytes;
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
    if (stuck)
      break;
    if (ofHead == first.bytes) {
      ofHead = 0;
      arrive(queue[head++]);
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
    for (bool urgent : {true, false}) {
      std::vector<Network *> sharing;
      int64_t wanted = 0;
      for (Network *network : networks)
        if (network->memory == static_cast<int>(memory) && network->waitsForOthers != urgent &&
            !network->idle()) {
          sharing.push_back(network);
          wanted += std::min(network->bytesPerCycle, network->bytesLeft());
        }
      if (wanted <= budget) {
        for (Network *network : sharing) {
          int64_t bytes = network->move(network->bytesPerCycle);
          budget -= bytes;
          moved |= bytes > 0;
        }
        continue;
      }
      while (budget > 0 && !sharing.empty()) {
        auto longest =
            std::max_element(sharing.begin(), sharing.end(), [](const Network *a, const Network *b) {
              return a->bytesLeft() * b->bytesPerCycle < b->bytesLeft() * a->bytesPerCycle;
            });
        if ((*longest)->move(1) == 0) {
          sharing.erase(longest);
          continue;
        }
        --budget;
        moved = true;
      }
    }
  }
  return moved;
}

} // namespace dnnc::stepper

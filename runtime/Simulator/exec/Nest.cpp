#include "runtime/Simulator/exec/Nest.h"

namespace dnnc::sim {

int Nest::add(int64_t extent, std::span<const int64_t> strides, bool mergeable) {
  if (extent == 1)
    return -1;
  if (mergeable && !loops.empty() && loops.back().mergeable) {
    Loop &outer = loops.back();
    bool goesOn = true;
    for (size_t o = 0; o < operands; ++o)
      goesOn &= outer.strides[o] == strides[o] * extent;
    if (goesOn) {
      outer.extent *= extent;
      outer.strides.assign(strides.begin(), strides.end());
      return rank() - 1;
    }
  }
  loops.push_back({extent, {strides.begin(), strides.end()}, mergeable});
  return rank() - 1;
}

} // namespace dnnc::sim

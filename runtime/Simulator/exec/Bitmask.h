// The bitmask codec of isa.load.
#pragma once

#include "runtime/Simulator/Context.h"

#include <vector>

namespace dnnc::sim {

/// A segment in DRAM and the box it becomes.
struct BitmaskLoad {
  int64_t dram;
  int64_t memory, buffer;
  int64_t elementBytes;
  const std::vector<int64_t> &extents, &bufferStrides; // of equal length, checked
};

/// Decodes one segment row-major into the buffer: u32 bytes of what follows; a mask of one bit an element,
/// lowest bit first, 1 = stored; the stored elements. The others are zero. A segment whose parts do not fit
/// together fails.
void loadBitmask(const BitmaskLoad &load, Context &context);

} // namespace dnnc::sim

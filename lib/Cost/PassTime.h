// Cycles of what one pass of an array instruction has brought to the array or sends away.
#pragma once

#include "lib/Cost/ArrayCost.h"

namespace dnnc::cost {

/// What is brought to the array: bytes.
struct Delivery {
  int64_t ifmap = 0, weight = 0, psum = 0;
};

/// Psums that leave it: bytes through the output path, or to the psum memory.
struct Leaving {
  int64_t results = 0, psums = 0;
};

struct Cycles {
  int64_t count = 0;
  CycleTerm term = CycleTerm::Compute;
  void atLeast(int64_t other, CycleTerm otherTerm) {
    if (other > count)
      count = other, term = otherTerm;
  }
};

class PassTime {
public:
  explicit PassTime(const Target &target);

  /// Everything at once: the longest of the networks and of the memories' ports.
  Cycles ofDelivery(const Delivery &delivery) const;
  /// The same while nothing computes; on some machines one operand after the other.
  int64_t ofFill(const Delivery &delivery) const;
  /// The term says whether the psums' network or a memory's write port decides.
  Cycles ofDrain(const Leaving &leaving) const;

private:
  const Memory &memory(int index) const { return target.memories[static_cast<size_t>(index)]; }

  const Target &target;
  const Array &array;
  int ifmapMemory, weightMemory, psumMemory, outputMemory;
};

} // namespace dnnc::cost

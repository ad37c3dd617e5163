// How the words of an operand travel and stand in a spad.
#pragma once

#include "dnnc/Target.h"

#include <cstdint>

namespace dnnc::stepper {

struct Format {
  bool compressed = false;
  int64_t elementBits = 0; // of every element
  int64_t nonZeroBits = 0; // and of one that is not zero
  int64_t columnBits = 0;  // and of a column
  int64_t rawBits = 0;     // of an element, in a pass that is sent as it is; 0: none is
  int64_t words = 0;       // of a spad, that an element takes; a zero takes none where it is compressed

  bool hasColumns() const { return columnBits > 0; }
  int64_t bitsOf(bool isZero) const { return elementBits + (isZero ? 0 : nonZeroBits); }
  int64_t wordsOf(bool isZero) const { return compressed && isZero ? 0 : words; }
};

/// Elements as they are.
Format rawFormat(ElementType type, const Spad &spad);
/// As the network sends them where that takes fewer bytes. Its columns have addresses of so many bits.
Format formatOf(NocFormat format, ElementType type, const Spad &spad, int64_t addressBits);

} // namespace dnnc::stepper

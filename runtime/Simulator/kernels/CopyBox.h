// Moves and fills strided boxes of elements.
#pragma once

#include "runtime/Simulator/Box.h"

namespace dnnc::sim {

/// Copies the elements of a box at `from` to those of one at `to`; both have the extents and element bytes of
/// `source`.
void copyBox(const uint8_t *from, const Box &source, uint8_t *to, const Box &target);

/// Writes the low bytes of `bits` to every element of a box.
void fillBox(uint8_t *to, const Box &target, uint64_t bits);

} // namespace dnnc::sim

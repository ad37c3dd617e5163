// The physical limits of what was executed (design: hardware.md, "Limits"): what no schedule of a node can go
// below on this machine.
#pragma once

#include "runtime/Simulator/ArrayWalk.h"
#include "runtime/Simulator/Counts.h"
#include "runtime/Simulator/SparseOperands.h"

#include <map>

namespace dnnc::sim {

/// A whole layer, as its array instructions describe it.
struct LayerShape {
  Extents extents{};
  int64_t strideH = 1, strideW = 1, dilationH = 1, dilationW = 1;
  int64_t ifmapH = 0, ifmapW = 0;
  ElementType ifmapType{}, weightType{}, outputType{};
  auto operator<=>(const LayerShape &) const = default;
};

/// A tensor in DRAM as transfers describe it.
struct TensorPlace {
  int64_t address = 0, bytes = 0;
  auto operator<=>(const TensorPlace &) const = default;
};

/// What was moved of a tensor.
struct Moved {
  int64_t elements = 0; // bytes of the elements
  int64_t encoded = 0;  // bytes that moved for them
};

/// What a run notes of a node beside its counts.
struct NodeWork {
  int64_t activePes = 0; // in the pass that has most
  double multiplierCycles =
      0;           // its MACs, divided by what a multiplier of the array does of their type in a cycle
  Density density; // of the operands of its array instructions
  /// Its layers, with the ifmap coordinates of their first taps: minus the padding above and to the left.
  std::map<LayerShape, std::array<int64_t, 2>> layers;
  std::map<TensorPlace, Moved> constants, activations, results; // read, read, written
};

struct Bounds {
  double macCycles = 0; // of the array, for the network's MACs
  double dramBytes = 0;
  double energy = 0; // pJ
  double cycles(const Target &target) const;
  Bounds &operator+=(const Bounds &other);
};

/// `macs` is the network's number.
Bounds boundsOf(const NodeWork &work, const Counts &counts, int64_t macs, const Target &target);

} // namespace dnnc::sim

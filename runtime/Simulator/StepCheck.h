// dnnc-sim --detail pe: every array instruction is also executed on the machine that steps each PE
// (runtime/Stepper), and what the simulator computed and counted has to be the same.
#pragma once

#include "runtime/Simulator/ArrayWalk.h"
#include "runtime/Simulator/Counts.h"
#include "runtime/Simulator/kernels/ConvTile.h"
#include "runtime/Stepper/Stepper.h"

#include <optional>

namespace dnnc::sim {

class StepCheck {
public:
  /// Refuses to step more than so many MACs.
  StepCheck(const Target &target, int64_t mostMacs) : target(target), mostMacs(mostMacs) {}

  /// Takes a tile's data and its accumulators, before its psums are overwritten.
  void capture(const ConvTile &tile);

  /// Steps the captured tile. Throws Error with every figure that differs and both its values: accumulators
  /// (floats within the rounding of their sums, whose order is another), counts, and cycles by more than 2%.
  void compare(const ArrayTile &tile, const Mapping &mapping, const Counts &counts, int64_t cycles,
               int64_t activePes);

  int64_t instructions() const { return stepped; }
  int64_t macs() const { return steppedMacs; }
  /// Of the cycles, relative.
  double largestDifference() const { return largest; }
  /// stepper::Work::forwardedPsums of all instructions.
  int64_t forwardedPsums() const { return forwarded; }

private:
  struct Captured {
    stepper::Instruction instruction;
    std::vector<stepper::Value> accumulators;
    std::vector<double> magnitudes; // of float sums: of the absolute values of what is summed
  };

  const Target &target;
  int64_t mostMacs;
  std::optional<Captured> captured;
  int64_t stepped = 0, steppedMacs = 0, forwarded = 0;
  double largest = 0;
};

} // namespace dnnc::sim

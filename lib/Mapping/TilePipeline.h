// The queues of a layer as a system of maxima and sums: a lower bound of the time that its tiles take.
#pragma once

#include "lib/Cost/LayerTiles.h"

#include <memory>
#include <vector>

namespace dnnc::mapping {

/// Loads, array instructions and stores in their order, each after what it waits for. Every transfer is taken
/// to have the whole bandwidth for itself, so that no time here is later than on the machine, where loads and
/// stores share it; and making an instruction shorter never makes the end later, which is not so where the
/// bandwidth is shared.
class TilePipeline {
public:
  /// Nothing for more tiles than it pays to go through.
  static std::shared_ptr<const TilePipeline> make(const cost::Layer &layer, const cost::Extents &tile,
                                                  const std::vector<int> &order, const Target &target);

  /// Classes of tiles that have the same extents.
  const std::vector<cost::Extents> &classes() const { return extents; }
  /// Cycles at least, where an instruction of each class takes at least so many.
  double cycles(const std::vector<double> &ofClass) const;
  /// Cycles of the last instruction beyond those in which the store before it may move data: the bandwidth is
  /// idle then.
  double idleAtEnd(const std::vector<double> &ofClass) const;

private:
  struct Load {
    uint16_t operand;
    double cycles;
  };
  struct Step {
    uint32_t loadsEnd; ///< its loads end here in the list, and begin where those before end
    uint16_t tileClass;
    bool begins, ends; ///< the first and last instruction of an output tile
    double store;
  };
  std::vector<cost::Extents> extents;
  std::vector<Load> loads;
  std::vector<Step> steps;
  size_t operands = 0;
};

} // namespace dnnc::mapping

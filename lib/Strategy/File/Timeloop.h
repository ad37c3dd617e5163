// Timeloop's mapping YAML (timeloop.csail.mit.edu, "Mapping"): a list of directives, each with the factors of
// one level. What it says of our machine, and what of our decisions it can say. docs/strategy.md.
#pragma once

#include "dnnc/Target.h"
#include "lib/Strategy/File/Strategy.h"

namespace dnnc::strategy {

struct TimeloopOptions {
  /// Timeloop's dimensions as ours. In its convolutions P and R run along the width, Q and S along the
  /// height.
  std::map<char, int> dims = {{'N', cost::N}, {'G', cost::G}, {'M', cost::M}, {'K', cost::M}, {'C', cost::C},
                              {'P', cost::Q}, {'Q', cost::P}, {'R', cost::S}, {'S', cost::R}};
  /// Names of levels in the mapping's architecture, as ours.
  std::map<std::string, std::string> levels;
  /// Takes a mapping whose `bypass` directives the target does not follow.
  bool ignoreBypass = false;
};

/// The names that levels of the target go by: DRAM, its memories, the axes of its array, and the spads.
std::vector<std::string> timeloopLevels(const Target &target);

/// A mapping in Timeloop's form as tiles, order and array mapping of a node (which node is for the caller to
/// say). Throws dnnc::Error that says, with FILE:LINE:COLUMN, what the machine cannot do.
NodeDecision importTimeloop(std::string_view yaml, const std::string &fileName, const Target &target,
                            const TimeloopOptions &options);

/// The decisions on a product in Timeloop's form. They need `layer`, `tile`, `order` and a mapping. Throws
/// dnnc::Error.
std::string exportTimeloop(const NodeDecision &node, const Target &target, const TimeloopOptions &options);

} // namespace dnnc::strategy

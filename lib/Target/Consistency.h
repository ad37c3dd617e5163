// What no single field can violate: the rules between fields of a target.
#pragma once

#include "dnnc/Target.h"

namespace dnnc::target {

struct Inconsistency {
  /// The fields that contradict each other, as paths; the message belongs to the first.
  std::vector<std::string> paths;
  std::string message;
};

std::vector<Inconsistency> inconsistencies(const Target &target);

/// Where a field of the memory stands; by number when its name is no name.
std::string memoryPath(const std::string &name, size_t index);

} // namespace dnnc::target

// The files of targets/, put into the library when it is built, so that a binary needs no path.
#pragma once

#include <span>
#include <string_view>

namespace dnnc::target {

struct ShippedTarget {
  std::string_view name;
  std::string_view yaml;
};

std::span<const ShippedTarget> shippedTargets();

} // namespace dnnc::target

// The table of keys in docs/targets.md.
#pragma once

#include <string>

namespace dnnc::target {

/// A Markdown table of every key: path, unit, range, whether it must be given, meaning.
std::string keyTable();

} // namespace dnnc::target

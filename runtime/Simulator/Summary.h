// A run's statistics as a table for people.
#pragma once

#include "dnnc/Simulate.h"

#include <string>

namespace dnnc::sim {

/// A row for every node, then the totals.
std::string summaryOf(const Statistics &statistics);

} // namespace dnnc::sim

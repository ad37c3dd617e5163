// A search's result in words and tables.
#pragma once

#include "lib/Mapping/MappingSearch.h"

#include <string>

namespace dnnc::explain {

/// Everything that is known of why the winner won. `title` names the node; `given` tells what was decided
/// before the search, and `decided` holds it; where that is all, nothing was left to the search.
std::string explanation(const std::string &title, const mapping::MappingProblem &problem,
                        const mapping::SearchResult &result, const std::string &given,
                        const mapping::SearchOptions &decided);

} // namespace dnnc::explain

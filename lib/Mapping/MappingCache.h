// Results of the search, kept in a folder: one file a layer signature and target.
#pragma once

#include "lib/Mapping/MappingSearch.h"

#include <filesystem>

namespace dnnc::mapping {

/// Changes whenever the space, the estimate or the file's text changes, so that old entries are not found.
inline constexpr int mappingCacheVersion = 7;

class MappingCache {
public:
  /// Creates the folder. Throws dnnc::Error when it cannot. Searches of another effort have entries of their own.
  explicit MappingCache(const std::string &folder, double effort = 1);

  /// The entry of the problem, evaluated again. Nothing where there is none, or one that is damaged, of
  /// another version or does not run.
  std::optional<SearchResult> find(const MappingProblem &problem) const;
  /// Writes an entry, whole or not at all; an entry that cannot be written is none.
  void store(const MappingProblem &problem, const SearchResult &result) const;

private:
  std::filesystem::path pathOf(const MappingProblem &problem) const;
  std::string keyOf(const MappingProblem &problem) const;
  std::filesystem::path folder;
  double effort;
};

/// A mapping as a few lines of YAML, and back; nothing where the text is none.
std::string toYaml(const cost::LayerMapping &mapping);
std::optional<cost::LayerMapping> mappingFromYaml(std::string_view text);

} // namespace dnnc::mapping

// Reading YAML with the place of every problem; shared by the readers of strategies and of Timeloop's
// mappings.
#pragma once

#include "lib/Strategy/File/Strategy.h"

#include <yaml-cpp/yaml.h>

#include <functional>

namespace dnnc::strategy {

/// The problems of one file.
class Report {
public:
  explicit Report(std::string file) : file(std::move(file)) {}
  void problem(const YAML::Mark &mark, const std::string &message);
  size_t count() const { return problems.size(); }
  /// Throws dnnc::Error with every problem, in the order of the file.
  void throwIfAny();

private:
  std::string file;
  std::vector<std::tuple<int, int, std::string>> problems;
};

Place placeOf(const YAML::Mark &mark);
/// What a YAML node is, for "have ...".
std::string have(const YAML::Node &node);
/// As acc::MappingAttr has it: each factor, and those of a level or of a dimension together.
inline constexpr int64_t mostFactor = int64_t(1) << 24, mostProduct = int64_t(1) << 40;

/// A whole number from `low` to `high`; nothing after a report of what it is instead.
std::optional<int64_t> readCount(const YAML::Node &node, const std::string &what, Report &report,
                                 int64_t low = 1, int64_t high = int64_t(1) << 40);
/// Reports each level, and each dimension over all levels, whose factors multiply to more than mostProduct.
/// `where` is the place of a level in the file.
void checkProducts(const cost::ArrayMapping &mapping, const std::function<YAML::Mark(size_t level)> &where,
                   Report &report);
/// The document of a file, which has to be one. Throws dnnc::Error.
YAML::Node document(std::string_view yaml, const std::string &fileName);

} // namespace dnnc::strategy

#include "lib/Strategy/File/Fields.h"

#include "dnnc/Error.h"
#include "lib/Target/Words.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>

using namespace dnnc;
using namespace dnnc::strategy;

void Report::problem(const YAML::Mark &mark, const std::string &message) {
  problems.emplace_back(std::max(mark.line, 0), std::max(mark.column, 0), message);
}

void Report::throwIfAny() {
  if (problems.empty())
    return;
  std::ranges::sort(problems);
  std::string text;
  for (const auto &[line, column, message] : problems)
    text += fmt::format("{}{}:{}:{}: {}", text.empty() ? "" : "\n", file, line + 1, column + 1, message);
  throw Error(text);
}

Place strategy::placeOf(const YAML::Mark &mark) { return {mark.line + 1, mark.column + 1}; }

std::string strategy::have(const YAML::Node &node) {
  if (!node || node.IsNull())
    return "nothing";
  if (node.IsMap())
    return "a mapping";
  if (node.IsSequence())
    return "a list";
  constexpr size_t shown = 40;
  std::string text = node.Scalar().substr(0, shown);
  std::ranges::replace_if(text, [](unsigned char c) { return c < 0x20; }, ' ');
  return fmt::format("'{}{}'", text, node.Scalar().size() > shown ? "..." : "");
}

std::optional<int64_t> strategy::readCount(const YAML::Node &node, const std::string &what, Report &report,
                                           int64_t low, int64_t high) {
  int64_t value = 0;
  const std::string text = node.IsScalar() ? node.Scalar() : "";
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || value < low ||
      value > high) {
    report.problem(node.Mark(), fmt::format("{}: have {}; need a whole number of at least {}, and at most {}",
                                            what, have(node), low, high));
    return std::nullopt;
  }
  return value;
}

void strategy::checkProducts(const cost::ArrayMapping &mapping,
                             const std::function<YAML::Mark(size_t level)> &where, Report &report) {
  cost::Extents products;
  products.fill(1);
  auto multiply = [&](int64_t &product, int64_t factor, size_t index, auto name) {
    if (product < 0)
      return;
    product = factor > mostProduct / product ? -1 : product * factor;
    if (product < 0)
      report.problem(where(index), fmt::format("{}: have factors of {} that multiply to more than {}",
                                               levelNames[index], name, mostProduct));
  };
  for (size_t index = 0; index < levelNames.size(); ++index) {
    int64_t product = 1;
    for (auto [dim, factor] : level(mapping, index)) {
      multiply(product, factor, index, levelNames[index]);
      multiply(products[dim], factor, index, loopDimNames[dim]);
    }
  }
}

YAML::Node strategy::document(std::string_view yaml, const std::string &fileName) {
  if (std::optional<std::string> problem = target::problemOfText(yaml))
    throw Error(fmt::format("{}: is no YAML file: {}", fileName, *problem));
  try {
    std::vector<YAML::Node> documents = YAML::LoadAll(std::string(yaml));
    if (documents.size() == 1 && !documents[0].IsNull())
      return documents[0];
    throw Error(fmt::format("{}: have {}; need one YAML document", fileName,
                            documents.size() > 1 ? fmt::format("{} YAML documents", documents.size())
                                                 : std::string("an empty file")));
  } catch (const YAML::Exception &exception) {
    throw Error(fmt::format("{}:{}:{}: is no YAML ({})", fileName, std::max(exception.mark.line, 0) + 1,
                            std::max(exception.mark.column, 0) + 1, exception.msg));
  }
}

std::string strategy::readText(const std::string &fileName) {
  std::error_code ignored;
  if (!std::filesystem::exists(fileName, ignored))
    throw Error(fmt::format("{}: there is no such file", fileName));
  if (!std::filesystem::is_regular_file(fileName, ignored))
    throw Error(fmt::format("{}: is no regular file", fileName));
  constexpr uintmax_t maxFileBytes = 16 << 20;
  if (std::filesystem::file_size(fileName, ignored) > maxFileBytes)
    throw Error(fmt::format("{}: is larger than {} B", fileName, maxFileBytes));
  std::ifstream file(fileName, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file)
    throw Error(fmt::format("{}: cannot be read", fileName));
  return text;
}

void strategy::writeText(const std::string &fileName, const std::string &text) {
  std::ofstream file(fileName, std::ios::binary);
  file << text;
  file.close();
  if (!file)
    throw Error(fmt::format("{}: cannot be written", fileName));
}

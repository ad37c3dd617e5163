#include "lib/Mapping/MappingCache.h"

#include "dnnc/Error.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>
#include <thread>

using namespace dnnc;
using namespace dnnc::mapping;
using namespace dnnc::cost;

static constexpr std::string_view dimNames = "NGMCPQRS";

/// FNV-1a.
static uint64_t hashOf(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325;
  for (char c : text)
    hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  return hash;
}

/// What the entry answers: a change of any of it makes another file.
std::string MappingCache::keyOf(const MappingProblem &problem) const {
  return fmt::format("version {} effort {} target {:016x} {}", mappingCacheVersion, effort,
                     hashOf(problem.target->toYaml()), problem.signature());
}

static std::string listOf(const Factors &factors) {
  std::vector<std::string> parts;
  for (auto [dim, factor] : factors)
    parts.push_back(fmt::format("{}{}", dimNames[static_cast<size_t>(dim)], factor));
  return fmt::format("[{}]", fmt::join(parts, ", "));
}

static std::array<std::pair<const char *, Factors ArrayMapping::*>, 7> lists() {
  return {{{"passes", &ArrayMapping::passes},
           {"cluster_rows", &ArrayMapping::clusterRows},
           {"cluster_columns", &ArrayMapping::clusterColumns},
           {"pe_rows", &ArrayMapping::peRows},
           {"pe_columns", &ArrayMapping::peColumns},
           {"macs", &ArrayMapping::macs},
           {"spad", &ArrayMapping::spad}}};
}

std::string mapping::toYaml(const LayerMapping &mapping) {
  Factors tile, order;
  for (int dim = 0; dim < loopDims; ++dim)
    tile.push_back({dim, mapping.tile[static_cast<size_t>(dim)]});
  std::string loops;
  for (int dim : mapping.order)
    loops += fmt::format("{}{}", loops.empty() ? "" : ", ", dimNames[static_cast<size_t>(dim)]);
  std::string text = fmt::format("tile: {}\norder: [{}]\n", listOf(tile), loops);
  for (auto [name, list] : lists())
    text += fmt::format("{}: {}\n", name, listOf(mapping.array.*list));
  return text;
}

/// "[M4, Q2]"; a factor that is left out is 1.
static std::optional<Factors> parseList(std::string_view text) {
  if (text.size() < 2 || text.front() != '[' || text.back() != ']')
    return std::nullopt;
  text = text.substr(1, text.size() - 2);
  Factors factors;
  while (!text.empty()) {
    size_t dim = dimNames.find(text[0]);
    if (dim == std::string_view::npos)
      return std::nullopt;
    text.remove_prefix(1);
    int64_t factor = 1;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), factor);
    if (error == std::errc())
      text.remove_prefix(static_cast<size_t>(end - text.data()));
    if (factor < 1 || factor > 1 << 30)
      return std::nullopt;
    factors.push_back({static_cast<int>(dim), factor});
    if (text.empty())
      break;
    if (!text.starts_with(", "))
      return std::nullopt;
    text.remove_prefix(2);
  }
  return factors;
}

std::optional<LayerMapping> mapping::mappingFromYaml(std::string_view text) {
  std::map<std::string, Factors> found;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    size_t colon = line.find(": ");
    if (colon == std::string::npos)
      continue;
    if (std::optional<Factors> list = parseList(std::string_view(line).substr(colon + 2)))
      found[line.substr(0, colon)] = *list;
  }
  LayerMapping mapping;
  if (!found.contains("tile") || !found.contains("order") || found["tile"].size() != loopDims)
    return std::nullopt;
  for (auto [dim, size] : found["tile"])
    mapping.tile[static_cast<size_t>(dim)] = size;
  for (auto [dim, unused] : found["order"])
    mapping.order.push_back(dim);
  for (auto [name, list] : lists()) {
    if (!found.contains(name))
      return std::nullopt;
    mapping.array.*list = found[name];
  }
  return mapping;
}

MappingCache::MappingCache(const std::string &folder, double effort) : folder(folder), effort(effort) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (!std::filesystem::is_directory(folder))
    throw Error(fmt::format("{}: cannot be made a folder for the mapping cache{}", folder,
                            error ? ": " + error.message() : ""));
}

std::filesystem::path MappingCache::pathOf(const MappingProblem &problem) const {
  return folder / fmt::format("{:016x}.yaml", hashOf(keyOf(problem)));
}

std::optional<SearchResult> MappingCache::find(const MappingProblem &problem) const {
  std::ifstream file(pathOf(problem), std::ios::binary);
  if (!file)
    return std::nullopt;
  std::ostringstream whole;
  whole << file.rdbuf();
  std::string text = whole.str();
  std::string head = fmt::format("# dnnc mapping\nkey: {}\n", keyOf(problem));
  if (!text.starts_with(head))
    return std::nullopt;
  // The last line is the digest of all before it.
  size_t last = text.rfind("digest: ");
  if (last == std::string::npos ||
      text.substr(last) != fmt::format("digest: {:016x}\n", hashOf(std::string_view(text).substr(0, last))))
    return std::nullopt;
  std::optional<LayerMapping> mapping =
      mappingFromYaml(std::string_view(text).substr(head.size(), last - head.size()));
  if (!mapping || !problem.verify(*mapping).empty())
    return std::nullopt;
  SearchResult result;
  Candidate best;
  best.mapping = *mapping;
  best.estimate = problem.evaluate(*mapping);
  best.value = problem.value(best.estimate);
  best.dataflow = nameDataflow(problem.layer, *mapping, problem.dataflows);
  if (!problem.dataflows.contains(best.dataflow))
    return std::nullopt;
  size_t bound = text.find("\nbound: ");
  result.lowerBound = best.value;
  if (bound != std::string::npos)
    result.lowerBound = std::min(best.value, std::strtod(text.c_str() + bound + 8, nullptr));
  result.complete = result.lowerBound >= best.value;
  result.best = best;
  result.fromCache = true;
  return result;
}

void MappingCache::store(const MappingProblem &problem, const SearchResult &result) const {
  if (!result.best)
    return;
  std::string text =
      fmt::format("# dnnc mapping\nkey: {}\n{}value: {:.17g}\nbound: {:.17g}\n", keyOf(problem),
                  toYaml(result.best->mapping), result.best->value, result.lowerBound);
  text += fmt::format("digest: {:016x}\n", hashOf(text));
  // Written aside and renamed: a reader sees all of it or nothing.
  std::filesystem::path path = pathOf(problem), aside = path;
  aside += fmt::format(".{:x}", std::hash<std::thread::id>()(std::this_thread::get_id()));
  {
    std::ofstream file(aside, std::ios::binary);
    file << text;
    if (!file.flush())
      return;
  }
  std::error_code error;
  std::filesystem::rename(aside, path, error);
  if (error)
    std::filesystem::remove(aside, error);
}

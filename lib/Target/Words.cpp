#include "lib/Target/Words.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <numeric>

namespace dnnc::target {
namespace {

template <typename T> bool readAll(std::string_view text, T &value) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

/// Levenshtein's distance: insertions, deletions and substitutions.
size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i + 1;
    for (size_t j = 0; j < b.size(); ++j) {
      size_t substituted = diagonal + (a[i] != b[j]);
      diagonal = row[j + 1];
      row[j + 1] = std::min({substituted, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row[b.size()];
}

} // namespace

std::string need(const Key &key, bool whole) {
  return fmt::format("a {}{}{} from {:.15g} to {:.15g}", whole ? "whole number" : "number",
                     key.unit.empty() ? "" : " of ", key.unit, key.low, key.high);
}

std::optional<std::string> readNumber(std::string_view text, const Key &key, int64_t &value) {
  int64_t parsed = 0;
  if (!readAll(text, parsed) || static_cast<double>(parsed) < key.low ||
      static_cast<double>(parsed) > key.high)
    return need(key, true);
  value = parsed;
  return std::nullopt;
}

std::optional<std::string> readNumber(std::string_view text, const Key &key, double &value) {
  double parsed = 0;
  if (!readAll(text, parsed) || !std::isfinite(parsed) || parsed < key.low || parsed > key.high)
    return need(key, false);
  value = parsed + 0.0; // -0 is written as 0
  return std::nullopt;
}

std::optional<std::string> readFlag(std::string_view text, bool &value) {
  if (text != "true" && text != "false")
    return "true or false";
  value = text == "true";
  return std::nullopt;
}

std::string didYouMean(std::string_view word, const std::vector<std::string> &candidates) {
  constexpr size_t longest = 64;
  if (word.size() > longest)
    return "";
  size_t best = std::max<size_t>(2, word.size() / 3) + 1;
  const std::string *nearest = nullptr;
  for (const std::string &candidate : candidates) {
    size_t d = !word.empty() && candidate.starts_with(word) ? 1 : distance(word, candidate);
    if (d < best && d < candidate.size()) {
      best = d;
      nearest = &candidate;
    }
  }
  return nearest ? fmt::format(" (did you mean '{}'?)", *nearest) : "";
}

bool isName(std::string_view text) {
  auto isWord = [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '-'; };
  return !text.empty() && text.size() <= 64 && std::isalpha(static_cast<unsigned char>(text[0])) &&
         std::all_of(text.begin(), text.end(), isWord);
}

std::optional<std::string> problemOfText(std::string_view bytes) {
  for (size_t i = 0; i < bytes.size();) {
    auto at = [&](size_t j) { return j < bytes.size() ? static_cast<unsigned char>(bytes[j]) : 0; };
    const unsigned char first = at(i);
    size_t more = first < 0x80 ? 0 : first >> 5 == 0x6 ? 1 : first >> 4 == 0xe ? 2 : first >> 3 == 0x1e ? 3 : 4;
    bool isText = more < 4 && (first >= 0x20 || first == '\t' || first == '\n' || first == '\r') && first != 0x7f;
    for (size_t j = 1; isText && j <= more; ++j)
      isText = at(i + j) >> 6 == 0x2;
    if (!isText)
      return fmt::format("byte {} is 0x{:02x}, which no text in UTF-8 has there", i, first);
    i += more + 1;
  }
  return std::nullopt;
}

std::string joined(const std::vector<std::string> &words) {
  return fmt::format("{}", fmt::join(words, ", "));
}

} // namespace dnnc::target

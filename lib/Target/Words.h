// Numbers and names as people write them: strict reading, shortest exact writing, and "did you mean".
#pragma once

#include "lib/Target/Schema.h"

#include <string>
#include <vector>

namespace dnnc::target {

/// Reads a number in the key's range. On failure returns what is needed ("a whole number of B from 1 to
/// 1024").
std::optional<std::string> readNumber(std::string_view text, const Key &key, int64_t &value);
std::optional<std::string> readNumber(std::string_view text, const Key &key, double &value);
std::optional<std::string> readFlag(std::string_view text, bool &value);

/// What a number of the key must be, in words.
std::string need(const Key &key, bool whole);

/// " (did you mean 'X'?)" with the candidate nearest to the word, or nothing when none is near.
std::string didYouMean(std::string_view word, const std::vector<std::string> &candidates);

/// Names are words of letters, digits, '_' and '-' that start with a letter, so that paths and file names can
/// hold them.
bool isName(std::string_view text);

/// Why bytes are no text in UTF-8; nothing where they are.
std::optional<std::string> problemOfText(std::string_view bytes);

/// "a, b, c"
std::string joined(const std::vector<std::string> &words);

template <typename Names> std::vector<std::string> wordsOf(const Names &names) {
  return {names.begin(), names.end()};
}

/// The types whose products the array may be asked to do.
inline constexpr std::array<ElementType, 7> macTypes = {ElementType::I8,  ElementType::U8,  ElementType::I16,
                                                        ElementType::U16, ElementType::F16, ElementType::BF16,
                                                        ElementType::F32};

} // namespace dnnc::target

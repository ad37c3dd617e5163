// Collects what is wrong with a row; the checks that several rows share.
#pragma once

#include "runtime/Isa/Segment.h"

#include <fmt/format.h>

#include <cstdlib>

namespace dnnc::isa {

class RuleBook {
public:
  /// Extents and coordinates stay below this, so that their products with each other fit 64 bits.
  static constexpr int64_t largestExtent = int64_t(1) << 31;
  /// No operand reaches further than this from its address, in bytes; address arithmetic cannot overflow.
  static constexpr int64_t largestReach = int64_t(1) << 48;
  /// Elements of a tile.
  static constexpr int64_t largestVolume = int64_t(1) << 40;

  template <typename... Values>
  void need(bool good, fmt::format_string<Values...> message, Values &&...values) {
    if (!good)
      problems.push_back(fmt::format(message, std::forward<Values>(values)...));
  }

  void length(const char *name, size_t have, size_t need, const char *why) {
    this->need(have == need, "{} has {} elements, need {} ({})", name, have, need, why);
  }

  static bool isExtent(int64_t value) { return value >= 1 && value < largestExtent; }

  /// Every element is a positive extent, and their product is a volume.
  void extents(const char *name, const std::vector<int64_t> &values) {
    __int128 volume = 1;
    for (int64_t value : values) {
      need(isExtent(value), "{} has {}, need 1 to {}", name, value, largestExtent - 1);
      if (!isExtent(value))
        return;
      volume *= value;
      need(volume <= largestVolume, "{} have more than 2^40 elements", name);
      if (volume > largestVolume)
        return;
    }
  }

  /// One stride an extent, and the farthest element is within reach.
  void strides(const char *name, const std::vector<int64_t> &values, const std::vector<int64_t> &extents,
               const char *why = "one a dimension") {
    length(name, values.size(), extents.size(), why);
    if (values.size() != extents.size())
      return;
    // Stops at the first that is too far, so that even nonsense does not overflow.
    __int128 reach = 0;
    for (size_t i = 0; i < values.size() && reach < largestReach; ++i)
      if (extents[i] > 1)
        reach += (static_cast<__int128>(extents[i]) - 1) *
                 (values[i] < 0 ? -static_cast<__int128>(values[i]) : static_cast<__int128>(values[i]));
    need(reach < largestReach, "{} reach further than 2^48 bytes", name);
  }

  /// Every affine form of a row names loops that can exist.
  template <typename Row> void affine(const Row &row) { Row::visit(row, AffineVisitor{*this}); }

  /// Every field fits its bits, and the whole its length.
  template <typename Row> void encodable(const Row &row) {
    std::vector<uint64_t> words;
    try {
      encodeRow(row, words);
    } catch (const Error &error) {
      problems.push_back(fmt::format("cannot be encoded: {}", error.what()));
    }
  }

  std::vector<std::string> take() { return std::move(problems); }

private:
  struct AffineVisitor {
    RuleBook &rules;
    template <typename Value> void operator()(const Field &, const Value &) {}
    void operator()(const Field &field, const Affine &value) {
      for (const AffineTerm &term : value.terms)
        rules.need(term.level < maximalLoopDepth, "{} names loop i{}, need i0 to i{}", field.name, term.level,
                   maximalLoopDepth - 1);
    }
    void operator()(const Field &field, const std::vector<Affine> &values) {
      for (const Affine &value : values)
        (*this)(field, value);
    }
  };

  std::vector<std::string> problems;
};

/// What a load, store or tensor row says of segments where it has none, and the size of their slots.
template <typename Row> void checkFormat(RuleBook &rules, const Row &row) {
  if (row.codec == Codec::Raw && row.segment.empty()) {
    rules.need(row.slotBytes == 0, "slot_bytes = {} without segments, need 0", row.slotBytes);
    rules.need(row.zeroValue == 0, "zero_value = 0x{:X} with codec = raw, need 0x0", row.zeroValue);
    rules.need(row.column == 0 && row.n == 0 && row.m == 0,
               "column = {}, n = {} and m = {} with codec = raw, need 0", row.column, row.n, row.m);
    return;
  }
  rules.need(row.slotBytes >= 1, "slot_bytes = 0 with segments, need at least 1");
}

/// The slots hold a segment whatever its elements are.
template <typename Row> void checkSlots(RuleBook &rules, const Row &row) {
  int64_t elements = 1;
  for (int64_t extent : row.segment)
    elements = RuleBook::isExtent(extent) ? saturatedProduct(elements, extent) : elements;
  int64_t most = worstCaseBytes(formatOf(row), elements);
  rules.need(row.slotBytes >= most, "slot_bytes = {}, need {} for what a segment may take", row.slotBytes,
             most);
}

} // namespace dnnc::isa

// Rows to words and back. The generated `visit` of a row calls the encoder or decoder for every field; these
// know what the kinds of fields look like in words.
#pragma once

#include "runtime/Isa/Isa.h"

#include <type_traits>

namespace dnnc::isa {

/// Encodes one row: fixed words first, variable operands behind them, the header at the end.
class Encoder {
public:
  Encoder(const RowInfo &info, std::vector<uint64_t> &words);

  void operator()(const Field &field, int64_t value) { scalar(field, value); }
  void operator()(const Field &field, bool value) { scalar(field, value); }
  void operator()(const Field &field, const std::vector<int64_t> &values);
  void operator()(const Field &field, const Affine &value);
  void operator()(const Field &field, const std::vector<Affine> &values);
  void operator()(const Field &field, const std::string &value);
  void operator()(const Field &field, const std::vector<LaneStep> &steps);
  template <typename E>
    requires std::is_enum_v<E>
  void operator()(const Field &field, E value) {
    enumCase(field, static_cast<int64_t>(value), namesOf(value));
  }
  template <typename E>
    requires std::is_enum_v<E>
  void operator()(const Field &field, const std::vector<E> &values) {
    count(field, values.size());
    for (E value : values) {
      checkCase(field, static_cast<int64_t>(value), namesOf(value));
      words.push_back(static_cast<uint64_t>(value));
    }
  }
  /// Writes opcode and length.
  void finish();

private:
  void scalar(const Field &field, int64_t value);
  void enumCase(const Field &field, int64_t value, std::span<const std::string_view> names);
  void checkCase(const Field &field, int64_t value, std::span<const std::string_view> names);
  void count(const Field &field, size_t elements);
  /// Sets the bits of a field in the words that start at `at`.
  void put(size_t at, const Field &field, const Field &place, int64_t value);
  [[noreturn]] void fail(const Field &field, const std::string &message) const;

  const RowInfo &info;
  std::vector<uint64_t> &words;
  size_t start;
};

/// Decodes one row from the front of `words`. Everything is checked; what the encoder would not write is an
/// error.
class Decoder {
public:
  Decoder(const RowInfo &info, std::span<const uint64_t> words);

  void operator()(const Field &field, int64_t &value) { value = scalar(field); }
  void operator()(const Field &field, bool &value) { value = scalar(field) != 0; }
  void operator()(const Field &field, std::vector<int64_t> &values);
  void operator()(const Field &field, Affine &value);
  void operator()(const Field &field, std::vector<Affine> &values);
  void operator()(const Field &field, std::string &value);
  void operator()(const Field &field, std::vector<LaneStep> &steps);
  template <typename E>
    requires std::is_enum_v<E>
  void operator()(const Field &field, E &value) {
    value = static_cast<E>(checkedCase(field, scalar(field), namesOf(E())));
  }
  template <typename E>
    requires std::is_enum_v<E>
  void operator()(const Field &field, std::vector<E> &values) {
    values.resize(count(field, 1));
    for (E &value : values)
      value = static_cast<E>(checkedCase(field, static_cast<int64_t>(next(field)), namesOf(E())));
  }
  /// Checks that no bit is left over; returns the words of the row.
  size_t finish();

private:
  int64_t scalar(const Field &field);
  int64_t checkedCase(const Field &field, int64_t value, std::span<const std::string_view> names);
  /// Reads a count and checks that so many elements of at least `least` words can follow.
  size_t count(const Field &field, size_t least);
  uint64_t next(const Field &field);
  /// Reads the bits of a field out of a word of a layout and clears them in `rest`.
  int64_t part(const Field &field, const Field &place, uint64_t word, uint64_t &rest) const;
  void checkRest(const Field &field, uint64_t rest) const;
  [[noreturn]] void fail(const char *field, const std::string &message) const;

  const RowInfo &info;
  std::span<const uint64_t> words;
  size_t position;
  /// Bits of the fixed words that no field has claimed yet.
  std::array<uint64_t, 16> rest{};
};

template <typename Row> void encodeRow(const Row &row, std::vector<uint64_t> &words) {
  size_t start = words.size();
  try {
    Encoder encoder(Row::info, words);
    Row::visit(row, encoder);
    encoder.finish();
  } catch (const Error &) {
    words.resize(start);
    throw;
  }
}

template <typename Row> Row decodeRow(std::span<const uint64_t> &words) {
  Row row;
  Decoder decoder(Row::info, words);
  Row::visit(row, decoder);
  words = words.subspan(decoder.finish());
  return row;
}

} // namespace dnnc::isa

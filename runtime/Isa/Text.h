// The text form of rows: what dnnc-objdump writes, dnnc-as reads, and the MLIR dialect prints and parses as
// well.
#pragma once

#include "runtime/Isa/Isa.h"

#include <type_traits>

namespace dnnc::isa {

/// Reads a text token by token. Line comments (//) and white space separate tokens and mean nothing else.
class TextReader {
public:
  TextReader(std::string_view text, std::string fileName) : text(text), fileName(std::move(fileName)) {
    skip();
  }

  bool atEnd() const { return position >= text.size(); }
  /// Whether the punctuation or word comes next; takes it if so.
  bool take(std::string_view token);
  bool isNext(std::string_view token) const;
  void expect(std::string_view token);
  /// The name of the op that comes next, without "isa."; empty if none does.
  std::string_view peekName() const;
  void expectName(std::string_view name);
  std::string_view word();
  int64_t number();
  uint64_t bits();
  uint32_t floatBits();
  std::string string();
  Affine affine();
  /// Throws Error with the file, line and column of the next token, or of the byte at `offset`.
  [[noreturn]] void fail(const std::string &message) const;
  [[noreturn]] void failAt(size_t offset, const std::string &message) const;

  // Tokens as they come, for what is not a row.
  size_t offset() const { return position; }
  std::string_view rest() const { return text.substr(position); }
  void advance(size_t bytes) {
    position += bytes;
    skip();
  }

private:
  void skip();
  std::string_view peekWord() const;

  std::string_view text;
  std::string fileName;
  size_t position = 0;
};

/// Visits the fields of a row and writes them.
class TextWriter {
public:
  TextWriter(std::string &out, int indent) : out(out), indent(indent) {}

  void operator()(const Field &field, int64_t value);
  void operator()(const Field &field, bool value);
  void operator()(const Field &field, const std::vector<int64_t> &values);
  void operator()(const Field &field, const Affine &value);
  void operator()(const Field &field, const std::vector<Affine> &values);
  void operator()(const Field &field, const std::string &value);
  void operator()(const Field &field, const std::vector<LaneStep> &steps);
  template <typename E>
    requires std::is_enum_v<E>
  void operator()(const Field &field, E value) {
    begin(field);
    out += nameOf(value);
  }
  template <typename E>
    requires std::is_enum_v<E>
  void operator()(const Field &field, const std::vector<E> &values) {
    begin(field);
    list(values, [&](E value) { out += nameOf(value); });
  }

private:
  void begin(const Field &field);
  template <typename List, typename Print> void list(const List &values, Print print) {
    out += '[';
    bool first = true;
    for (const auto &value : values) {
      if (!first)
        out += ", ";
      first = false;
      print(value);
    }
    out += ']';
  }

  std::string &out;
  int indent;
  bool first = true;
};

/// Visits the fields of a row and reads them.
class TextParser {
public:
  explicit TextParser(TextReader &reader) : reader(reader) {}

  void operator()(const Field &field, int64_t &value);
  void operator()(const Field &field, bool &value);
  void operator()(const Field &field, std::vector<int64_t> &values);
  void operator()(const Field &field, Affine &value);
  void operator()(const Field &field, std::vector<Affine> &values);
  void operator()(const Field &field, std::string &value);
  void operator()(const Field &field, std::vector<LaneStep> &steps);
  template <typename E>
    requires std::is_enum_v<E>
  void operator()(const Field &field, E &value) {
    begin(field);
    value = static_cast<E>(enumCase(namesOf(E())));
  }
  template <typename E>
    requires std::is_enum_v<E>
  void operator()(const Field &field, std::vector<E> &values) {
    begin(field);
    list([&] { values.push_back(static_cast<E>(enumCase(namesOf(E())))); });
  }

private:
  void begin(const Field &field);
  size_t enumCase(std::span<const std::string_view> names);
  template <typename Read> void list(Read read) {
    reader.expect("[");
    if (reader.take("]"))
      return;
    do
      read();
    while (reader.take(","));
    reader.expect("]");
  }

  TextReader &reader;
  bool first = true;
};

template <typename Row> std::string printRow(const Row &row, int indent) {
  std::string out = "isa.";
  out += Row::info.name;
  TextWriter writer(out, indent);
  Row::visit(row, writer);
  return out;
}

template <typename Row> Row parseRow(TextReader &reader) {
  Row row;
  reader.expectName(Row::info.name);
  TextParser parser(reader);
  Row::visit(row, parser);
  return row;
}

} // namespace dnnc::isa

// How each kind of field is read.
#include "runtime/Isa/Text.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cctype>
#include <charconv>
#include <cstdlib>

namespace dnnc::isa {
namespace {
bool isWordByte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' || c == '$';
}
} // namespace

void TextReader::skip() {
  while (position < text.size()) {
    if (std::isspace(static_cast<unsigned char>(text[position]))) {
      ++position;
    } else if (text.substr(position).starts_with("//")) {
      size_t end = text.find('\n', position);
      position = end == std::string_view::npos ? text.size() : end;
    } else {
      return;
    }
  }
}

void TextReader::fail(const std::string &message) const { failAt(position, message); }

void TextReader::failAt(size_t offset, const std::string &message) const {
  std::string_view before = text.substr(0, offset);
  size_t line = 1 + std::count(before.begin(), before.end(), '\n');
  size_t column = offset - (before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1) + 1;
  throw Error(fmt::format("{}:{}:{}: {}", fileName, line, column, message));
}

std::string_view TextReader::peekWord() const {
  size_t end = position;
  while (end < text.size() && isWordByte(text[end]))
    ++end;
  return text.substr(position, end - position);
}

bool TextReader::isNext(std::string_view token) const {
  return isWordByte(token[0]) ? peekWord() == token : text.substr(position).starts_with(token);
}

bool TextReader::take(std::string_view token) {
  if (!isNext(token))
    return false;
  advance(token.size());
  return true;
}

void TextReader::expect(std::string_view token) {
  if (!take(token))
    fail(atEnd() ? fmt::format("the text ends, need '{}'", token)
                 : fmt::format("have '{}', need '{}'",
                               peekWord().empty() ? text.substr(position, 1) : peekWord(), token));
}

std::string_view TextReader::peekName() const {
  std::string_view found = peekWord();
  return found.starts_with("isa.") ? found.substr(4) : std::string_view();
}

void TextReader::expectName(std::string_view name) {
  if (peekName() != name)
    fail(fmt::format("need 'isa.{}'", name));
  advance(4 + name.size());
}

std::string_view TextReader::word() {
  std::string_view found = peekWord();
  if (found.empty())
    fail("need a word");
  advance(found.size());
  return found;
}

int64_t TextReader::number() {
  size_t length = isNext("-") ? 1 : 0;
  while (position + length < text.size() && std::isdigit(static_cast<unsigned char>(text[position + length])))
    ++length;
  int64_t value = 0;
  const char *begin = text.data() + position, *end = begin + length;
  auto [rest, error] = std::from_chars(begin, end, value);
  if (error != std::errc() || rest != end)
    fail("need a number of 64 bits with sign");
  advance(length);
  return value;
}

uint64_t TextReader::bits() {
  std::string_view found = peekWord();
  uint64_t value = 0;
  const char *begin = found.data() + 2, *end = found.data() + found.size();
  if (!found.starts_with("0x") || found.size() < 3)
    fail("need bits in hexadecimal, as in 0x3F");
  auto [rest, error] = std::from_chars(begin, end, value, 16);
  if (error != std::errc() || rest != end)
    fail("need at most 64 bits in hexadecimal, as in 0x3F");
  advance(found.size());
  return value;
}

uint32_t TextReader::floatBits() {
  if (peekWord().starts_with("0x")) {
    uint64_t value = bits();
    if (value >> 32)
      fail("need the 32 bits of a float32");
    return static_cast<uint32_t>(value);
  }
  size_t length = 0;
  while (position + length < text.size() &&
         (isWordByte(text[position + length]) ||
          ((text[position + length] == '-' || text[position + length] == '+') &&
           (length == 0 || text[position + length - 1] == 'e'))))
    ++length;
  std::string spelling(text.substr(position, length));
  char *end = nullptr;
  double value = std::strtod(spelling.c_str(), &end);
  if (spelling.empty() || *end != 0 || spelling.find('.') == std::string::npos)
    fail("need a number with a decimal point, as in 1.0");
  advance(length);
  return std::bit_cast<uint32_t>(static_cast<float>(value));
}

std::string TextReader::string() {
  if (!isNext("\""))
    fail("need a string");
  std::string result;
  auto hex = [&](size_t at) {
    return at < text.size() ? std::string_view("0123456789ABCDEF")
                                  .find(static_cast<char>(std::toupper(static_cast<unsigned char>(text[at]))))
                            : std::string_view::npos;
  };
  for (size_t at = position + 1; at < text.size(); ++at) {
    char c = text[at];
    if (c == '"') {
      advance(at + 1 - position);
      return result;
    }
    if (c == '\n')
      break;
    if (c != '\\') {
      result += c;
      continue;
    }
    char next = at + 1 < text.size() ? text[at + 1] : '\0';
    if (next == '\\' || next == '"' || next == 'n' || next == 't') {
      result += next == 'n' ? '\n' : next == 't' ? '\t' : next;
      ++at;
    } else if (hex(at + 1) != std::string_view::npos && hex(at + 2) != std::string_view::npos) {
      result += static_cast<char>(hex(at + 1) * 16 + hex(at + 2));
      at += 2;
    } else {
      fail("the string has an unknown escape; need \\\\, \\\", \\n, \\t or two hexadecimal digits");
    }
  }
  fail("the string does not end on its line");
}

Affine TextReader::affine() {
  Affine affine;
  expect("<");
  affine.base = number();
  while (take("+")) {
    AffineTerm term;
    term.stride = number();
    expect("*");
    std::string_view index = peekWord();
    const char *begin = index.data() + 1, *end = index.data() + index.size();
    if (index.size() < 2 || index[0] != 'i')
      fail("need a loop index, as in i0");
    auto [rest, error] = std::from_chars(begin, end, term.level);
    if (error != std::errc() || rest != end || term.level < 0)
      fail("need a loop index, as in i0");
    advance(index.size());
    affine.terms.push_back(term);
  }
  if (take("mod"))
    affine.wrap = number();
  expect(">");
  return affine;
}

void TextParser::begin(const Field &field) {
  if (!first)
    reader.expect(",");
  first = false;
  reader.expect(field.name);
  reader.expect("=");
}

void TextParser::operator()(const Field &field, int64_t &value) {
  begin(field);
  size_t start = reader.offset();
  if (field.kind == FieldKind::Bits) {
    value = static_cast<int64_t>(reader.bits());
  } else if (field.kind == FieldKind::Float) {
    value = reader.floatBits();
  } else if (field.kind == FieldKind::Register) {
    std::string_view name = reader.word();
    auto [rest, error] = std::from_chars(name.data() + 1, name.data() + name.size(), value);
    if (name[0] != 'r' || name.size() < 2 || error != std::errc() || rest != name.data() + name.size())
      reader.failAt(start, "need a register, as in r0");
  } else {
    value = reader.number();
  }
  bool isSigned = field.kind == FieldKind::Signed;
  int64_t high = field.width == 64 ? INT64_MAX : INT64_MAX >> (63 + isSigned - field.width);
  int64_t low = field.width == 64 ? INT64_MIN : isSigned ? -high - 1 : 0;
  if (value < low || value > high)
    reader.failAt(start, fmt::format("{} = {} does not fit {} bits with{} sign", field.name, value,
                                     field.width, isSigned ? "" : "out"));
}

void TextParser::operator()(const Field &field, bool &value) {
  begin(field);
  value = reader.take("true");
  if (!value && !reader.take("false"))
    reader.fail(fmt::format("need true or false for {}", field.name));
}

void TextParser::operator()(const Field &field, std::vector<int64_t> &values) {
  begin(field);
  list([&] {
    values.push_back(field.kind == FieldKind::FloatList ? static_cast<int64_t>(reader.floatBits())
                                                        : reader.number());
  });
}

void TextParser::operator()(const Field &field, Affine &value) {
  begin(field);
  value = reader.affine();
}

void TextParser::operator()(const Field &field, std::vector<Affine> &values) {
  begin(field);
  list([&] { values.push_back(reader.affine()); });
}

void TextParser::operator()(const Field &field, std::string &value) {
  begin(field);
  if (field.kind == FieldKind::String) {
    value = reader.string();
    return;
  }
  bool some = false;
  list([&] {
    if (some)
      value += '\n';
    some = true;
    value += reader.string();
  });
}

void TextParser::operator()(const Field &, std::vector<LaneStep> &steps) {
  reader.expect("{");
  while (!reader.take("}"))
    steps.push_back(parseLaneStep(reader));
}

size_t TextParser::enumCase(std::span<const std::string_view> names) {
  for (size_t i = 0; i < names.size(); ++i)
    if (reader.take(names[i]))
      return i;
  reader.fail(fmt::format("need one of {}", fmt::join(names, ", ")));
}

LaneStep parseLaneStep(TextReader &reader) {
  std::string_view name = reader.peekName();
  for (const RowInfo &info : laneStepInfos)
    if (info.name == name) {
      reader.expectName(name);
      LaneStep step{.opcode = static_cast<LaneOpcode>(info.opcode)};
      TextParser parser(reader);
      LaneStep::visit(step, parser);
      return step;
    }
  reader.fail(name.empty() ? "need a lane step" : fmt::format("have 'isa.{}', need a lane step", name));
}

} // namespace dnnc::isa

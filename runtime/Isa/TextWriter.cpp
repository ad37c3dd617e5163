// How each kind of field is written.
#include "runtime/Isa/Text.h"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <cstdlib>

namespace dnnc::isa {

std::string textOf(const Affine &affine) {
  std::string text = fmt::format("<{}", affine.base);
  for (const AffineTerm &term : affine.terms)
    text += fmt::format(" + {}*i{}", term.stride, term.level);
  if (affine.wrap)
    text += fmt::format(" mod {}", affine.wrap);
  return text + ">";
}

std::string textOfBits(uint64_t bits) { return fmt::format("0x{:X}", bits); }

std::string textOfFloat(uint32_t bits) {
  float value = std::bit_cast<float>(bits);
  if (!std::isfinite(value))
    return textOfBits(bits);
  std::string text = fmt::format("{}", value);
  size_t exponent = text.find('e');
  if (text.find('.') == std::string::npos)
    text.insert(exponent == std::string::npos ? text.size() : exponent, ".0");
  // MLIR reads a literal as a double first; where rounding twice would change the number, its bits are
  // written.
  if (std::bit_cast<uint32_t>(static_cast<float>(std::strtod(text.c_str(), nullptr))) != bits)
    return textOfBits(bits);
  return text;
}

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (unsigned char c : text) {
    if (c == '\\' || c == '"')
      (result += '\\') += static_cast<char>(c);
    else if (c < 0x20 || c >= 0x7F)
      result += fmt::format("\\{:02X}", c);
    else
      result += static_cast<char>(c);
  }
  return result + '"';
}

std::vector<std::string_view> linesOf(std::string_view text) {
  std::vector<std::string_view> lines;
  if (text.empty())
    return lines;
  while (true) {
    size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos)
      return lines;
    text.remove_prefix(end + 1);
  }
}

void TextWriter::begin(const Field &field) {
  out += first ? " " : ", ";
  first = false;
  out += field.name;
  out += " = ";
}

void TextWriter::operator()(const Field &field, int64_t value) {
  begin(field);
  switch (field.kind) {
  case FieldKind::Bits:
    out += textOfBits(static_cast<uint64_t>(value));
    break;
  case FieldKind::Float:
    out += textOfFloat(static_cast<uint32_t>(value));
    break;
  case FieldKind::Register:
    out += fmt::format("r{}", value);
    break;
  default:
    out += fmt::format("{}", value);
  }
}

void TextWriter::operator()(const Field &field, bool value) {
  begin(field);
  out += value ? "true" : "false";
}

void TextWriter::operator()(const Field &field, const std::vector<int64_t> &values) {
  begin(field);
  list(values, [&](int64_t value) {
    out += field.kind == FieldKind::FloatList ? textOfFloat(static_cast<uint32_t>(value))
                                              : fmt::format("{}", value);
  });
}

void TextWriter::operator()(const Field &field, const Affine &value) {
  begin(field);
  out += textOf(value);
}

void TextWriter::operator()(const Field &field, const std::vector<Affine> &values) {
  begin(field);
  list(values, [&](const Affine &value) { out += textOf(value); });
}

void TextWriter::operator()(const Field &field, const std::string &value) {
  begin(field);
  if (field.kind == FieldKind::String) {
    out += quoted(value);
  } else if (field.kind == FieldKind::Strings) {
    list(linesOf(value), [&](std::string_view line) { out += quoted(line); });
  } else {
    std::vector<std::string_view> lines = linesOf(value);
    out += '[';
    for (size_t i = 0; i < lines.size(); ++i)
      out += fmt::format("{}\n{:{}}{}", i ? "," : "", "", indent + 2, quoted(lines[i]));
    out += lines.empty() ? "]" : fmt::format("\n{:{}}]", "", indent);
  }
}

void TextWriter::operator()(const Field &, const std::vector<LaneStep> &steps) {
  out += " {\n";
  for (const LaneStep &step : steps)
    out += fmt::format("{:{}}{}\n", "", indent + 2, print(step));
  out += fmt::format("{:{}}}}", "", indent);
}

std::string print(const LaneStep &step) {
  const RowInfo *info = laneStepInfo(step.opcode);
  if (!info)
    throw Error(fmt::format("have opcode {}, which is no lane step", static_cast<int>(step.opcode)));
  std::string out = fmt::format("isa.{}", info->name);
  TextWriter writer(out, 0);
  LaneStep::visit(step, writer);
  return out;
}

} // namespace dnnc::isa

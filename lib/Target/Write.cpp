// Target::toYaml: every key in the schema's order, so that equal targets give equal text.
#include "lib/Target/Schema.h"
#include "lib/Target/Words.h"

#include <fmt/format.h>

namespace dnnc {
namespace target {
namespace {

/// YAML's double-quoted form, which holds any byte string of UTF-8.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    unsigned char byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      out += {'\\', c};
    else if (c == '\n')
      out += "\\n";
    else if (byte < 0x20 || byte == 0x7f)
      out += fmt::format("\\x{:02x}", byte);
    else
      out += c;
  }
  return out + "\"";
}

class Writer {
public:
  explicit Writer(std::string &out, int indent = 0) : out(out), indent(indent) {}

  void number(const Key &key, int64_t &value) { line(key, fmt::format("{}", value)); }
  void number(const Key &key, double &value) { line(key, fmt::format("{}", value)); }
  void number(const Key &key, std::optional<double> &value) {
    if (value)
      line(key, fmt::format("{}", *value));
  }
  void flag(const Key &key, bool &value) { line(key, value ? "true" : "false"); }
  void text(const Key &key, std::string &value) { line(key, quoted(value)); }
  template <typename Choice, typename Names> void choice(const Key &key, Choice &value, const Names &names) {
    line(key, names[static_cast<size_t>(value)]);
  }
  void operands(const Key &key, std::vector<Operand> &values) {
    std::vector<std::string> words;
    for (Operand operand : values)
      words.emplace_back(operandNames[static_cast<size_t>(operand)]);
    line(key, "[" + joined(words) + "]");
  }
  void perType(const Key &key, std::map<ElementType, double> &values) {
    std::vector<std::string> words;
    for (auto [type, value] : values)
      words.push_back(fmt::format("{}: {}", name(type), value));
    line(key, "{" + joined(words) + "}");
  }
  template <typename T> void object(const Key &key, T &value) {
    out += fmt::format("{:{}}{}:\n", "", indent, key.name);
    Writer inner(out, indent + 2);
    describe(inner, value);
  }
  void memories(const Key &key, std::vector<Memory> &values) {
    out += fmt::format("{:{}}{}:\n", "", indent, key.name);
    for (Memory &memory : values) {
      size_t start = out.size();
      Writer inner(out, indent + 4);
      describe(inner, memory);
      out[start + indent + 2] = '-';
    }
  }

private:
  void line(const Key &key, std::string_view value) {
    out += fmt::format("{:{}}{}: {}\n", "", indent, key.name, value);
  }

  std::string &out;
  int indent;
};

} // namespace
} // namespace target

std::string Target::toYaml() const {
  std::string out;
  target::Writer writer(out);
  Target copy = *this; // the schema's visitors take mutable fields
  target::describe(writer, copy);
  return out;
}

} // namespace dnnc

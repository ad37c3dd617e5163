#include "lib/Target/Document.h"
#include "lib/Target/Schema.h"
#include "lib/Target/Words.h"

#include <fmt/format.h>

namespace dnnc::target {
namespace {

std::string absent(int64_t value) { return fmt::format("{}", value); }
std::string absent(double value) { return fmt::format("{}", value); }
std::string absent(const std::optional<double> &) { return "none"; }

class Table {
public:
  Table(std::string &out, std::string prefix) : out(out), prefix(std::move(prefix)) {}

  template <typename T> void number(const Key &key, T &value) {
    row(key, fmt::format("{}{:.15g} to {:.15g}", std::is_integral_v<T> ? "whole, " : "", key.low, key.high),
        absent(value));
  }
  void flag(const Key &key, bool &value) { row(key, "true, false", value ? "true" : "false"); }
  void text(const Key &key, std::string &) { row(key, "text", "empty"); }
  template <typename Choice, typename Names> void choice(const Key &key, Choice &value, const Names &names) {
    row(key, joined(wordsOf(names)), std::string(names[static_cast<size_t>(value)]));
  }
  void operands(const Key &key, std::vector<Operand> &) { row(key, "list of operands", ""); }
  void perType(const Key &key, std::map<ElementType, double> &) {
    row(key, fmt::format("type: {:.15g} to {:.15g}", key.low, key.high), "all 0");
  }
  template <typename T> void object(const Key &key, T &value) { nested(key, "mapping", "", value); }
  void memories(const Key &key, std::vector<Memory> &) {
    Memory memory;
    nested(key, "list of mappings", ".NAME", memory);
  }

private:
  template <typename T>
  void nested(const Key &key, std::string_view range, std::string_view suffix, T &value) {
    row(key, range, "");
    Table inner(out, fmt::format("{}{}{}.", prefix, key.name, suffix));
    describe(inner, value);
  }
  void row(const Key &key, std::string_view range, std::string_view absentValue) {
    out += fmt::format("| `{}{}` | {} | {} | {} | {} |\n", prefix, key.name, key.unit, range,
                       key.required ? "must be given" : absentValue, key.meaning);
  }

  std::string &out;
  std::string prefix;
};

} // namespace

std::string keyTable() {
  std::string out = "| key | unit | values | when absent | meaning |\n| --- | --- | --- | --- | --- |\n";
  Target defaults;
  Table table(out, "");
  describe(table, defaults);
  return out;
}

} // namespace dnnc::target

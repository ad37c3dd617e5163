// Target::set: one numeric field by its path.
#include "dnnc/Error.h"
#include "lib/Target/Consistency.h"
#include "lib/Target/Schema.h"
#include "lib/Target/Words.h"

#include <fmt/format.h>

#include <functional>

namespace dnnc {
namespace target {
namespace {

/// Lists every field of a target with its path and a function that assigns it from text.
class Fields {
public:
  using Assign = std::function<std::optional<std::string>(std::string_view)>;
  struct Field {
    std::string path;
    Assign assign; // empty for what is not a number
  };

  Fields(std::vector<Field> &fields, std::string prefix) : fields(fields), prefix(std::move(prefix)) {}

  template <typename T> void number(const Key &key, T &value) {
    add(key, [key, &value](std::string_view text) { return readNumber(text, key, value); });
  }
  void number(const Key &key, std::optional<double> &value) {
    add(key, [key, &value](std::string_view text) {
      double parsed = 0;
      std::optional<std::string> problem = readNumber(text, key, parsed);
      if (!problem)
        value = parsed;
      return problem;
    });
  }
  void flag(const Key &key, bool &value) {
    add(key, [&value](std::string_view text) { return readFlag(text, value); });
  }
  void text(const Key &key, std::string &) { add(key, {}); }
  template <typename Choice, typename Names> void choice(const Key &key, Choice &, const Names &) {
    add(key, {});
  }
  void operands(const Key &key, std::vector<Operand> &) { add(key, {}); }
  void perType(const Key &key, std::map<ElementType, double> &values) {
    add(key, {});
    for (auto &[type, value] : values)
      fields.push_back(
          {fmt::format("{}{}.{}", prefix, key.name, name(type)),
           [key, &value = value](std::string_view text) { return readNumber(text, key, value); }});
  }
  template <typename T> void object(const Key &key, T &value) {
    add(key, {});
    Fields inner(fields, fmt::format("{}{}.", prefix, key.name));
    describe(inner, value);
  }
  void memories(const Key &key, std::vector<Memory> &values) {
    add(key, {});
    for (size_t i = 0; i < values.size(); ++i) {
      std::string path = memoryPath(values[i].name, i);
      fields.push_back({path, {}});
      Fields inner(fields, path + ".");
      describe(inner, values[i]);
    }
  }

private:
  void add(const Key &key, Assign assign) {
    fields.push_back({prefix + std::string(key.name), std::move(assign)});
  }

  std::vector<Field> &fields;
  std::string prefix;
};

std::string trimmed(std::string_view text) {
  size_t first = text.find_first_not_of(" \t");
  return first == std::string_view::npos
             ? std::string()
             : std::string(text.substr(first, text.find_last_not_of(" \t") - first + 1));
}

} // namespace
} // namespace target

void Target::set(std::string_view assignment) {
  size_t equals = assignment.find('=');
  if (equals == std::string_view::npos)
    throw Error(fmt::format("have '{}'; need FIELD=VALUE, as in dram.bandwidth=25.6", assignment));
  std::string path = target::trimmed(assignment.substr(0, equals));
  std::string value = target::trimmed(assignment.substr(equals + 1));

  Target changed = *this;
  std::vector<target::Fields::Field> fields;
  target::Fields visitor(fields, "");
  target::describe(visitor, changed);

  std::vector<std::string> settable;
  for (const auto &field : fields) {
    if (field.assign)
      settable.push_back(field.path);
    if (field.path != path)
      continue;
    if (!field.assign)
      throw Error(fmt::format("'{}' of target '{}' is no number; only numbers and true/false can be set",
                              path, name));
    if (std::optional<std::string> needed = field.assign(value))
      throw Error(fmt::format("{}: have '{}'; need {}", path, value, *needed));
    std::string message;
    for (const target::Inconsistency &problem : target::inconsistencies(changed))
      message += fmt::format("{}{}={}: {}", message.empty() ? "" : "\n", path, value, problem.message);
    if (!message.empty())
      throw Error(message);
    *this = std::move(changed);
    return;
  }
  throw Error(fmt::format("target '{}' has no field '{}'{}", name, path, target::didYouMean(path, settable)));
}

} // namespace dnnc

// Target::parse: YAML to the typed description. Every problem is reported with its place.
#include "dnnc/Error.h"
#include "lib/Target/Consistency.h"
#include "lib/Target/Schema.h"
#include "lib/Target/Words.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <set>
#include <tuple>

namespace dnnc {
namespace target {
namespace {

/// The problems of one file, and the places of its fields by path.
class Report {
public:
  explicit Report(std::string file) : file(std::move(file)) {}

  void problem(const YAML::Mark &mark, const std::string &path, const std::string &message) {
    problems.emplace_back(mark.line, mark.column, path.empty() ? message : path + ": " + message);
    failed.push_back(path);
  }
  /// A problem with a key rather than with a field: it leaves no field unread.
  void remark(const YAML::Mark &mark, const std::string &path, const std::string &message) {
    problem(mark, path, message);
    failed.pop_back();
  }
  void place(const std::string &path, const YAML::Mark &mark) { places[path] = mark; }

  /// Reports a contradiction unless one of its fields could not be read, which is told already.
  void add(const Inconsistency &inconsistency) {
    for (const std::string &path : inconsistency.paths)
      if (std::ranges::any_of(
              failed, [&](const std::string &other) { return nested(path, other) || nested(other, path); }))
        return;
    std::string path = inconsistency.paths.front();
    while (!places.contains(path) && path.find('.') != std::string::npos)
      path.resize(path.rfind('.'));
    const YAML::Mark &mark = places[path];
    problems.emplace_back(mark.line, mark.column, inconsistency.paths.front() + ": " + inconsistency.message);
  }

  void throwIfAny() {
    if (problems.empty())
      return;
    std::ranges::sort(problems);
    std::string text;
    for (const auto &[line, column, message] : problems)
      text += fmt::format("{}{}:{}:{}: {}", text.empty() ? "" : "\n", file, line + 1, column + 1, message);
    throw Error(text);
  }

private:
  static bool nested(const std::string &inner, const std::string &outer) {
    return outer.empty() || inner == outer || inner.starts_with(outer + ".") ||
           inner.starts_with(outer + "[");
  }

  std::string file;
  std::vector<std::tuple<int, int, std::string>> problems;
  std::vector<std::string> failed;
  std::map<std::string, YAML::Mark> places;
};

/// What a YAML node is, for "have ...".
std::string have(const YAML::Node &node) {
  if (node.IsNull())
    return "nothing";
  if (node.IsMap())
    return "a mapping";
  if (node.IsSequence())
    return "a list";
  constexpr size_t shown = 40;
  std::string text = node.Scalar().substr(0, shown);
  for (char &c : text)
    if (static_cast<unsigned char>(c) < 0x20)
      c = ' ';
  return fmt::format("{1}{0}{2}{1}", text, node.Tag() == "!" ? '"' : '\'',
                     node.Scalar().size() > shown ? "..." : "");
}

/// The keys and values of a mapping, in the file's order, keys that stand twice included.
std::vector<std::pair<YAML::Node, YAML::Node>> entriesOf(const YAML::Node &mapping) {
  return {mapping.begin(), mapping.end()};
}

/// Visits the schema with a mapping node in hand.
class Reader {
public:
  Reader(const YAML::Node &node, std::string path, Report &report)
      : node(node), path(std::move(path)), report(report) {}

  template <typename T> void number(const Key &key, T &value) {
    scalar(key, need(key, std::is_same_v<T, int64_t>),
           [&](const std::string &text) { return readNumber(text, key, value); });
  }
  void number(const Key &key, std::optional<double> &value) {
    double parsed = 0;
    if (scalar(key, need(key, false), [&](const std::string &text) { return readNumber(text, key, parsed); }))
      value = parsed;
  }
  void flag(const Key &key, bool &value) {
    scalar(key, "true or false", [&](const std::string &text) { return readFlag(text, value); });
  }
  void text(const Key &key, std::string &value) {
    std::optional<YAML::Node> found = find(key);
    if (!found)
      return;
    if (!found->IsScalar())
      return wrong(key, *found, "a text");
    value = found->Scalar();
    if (key.required && !isName(value))
      wrong(key, *found, "a name: at most 64 letters, digits, '_' and '-', a letter first");
  }
  template <typename Choice, typename Names> void choice(const Key &key, Choice &value, const Names &names) {
    scalar(key, "one of " + joined(wordsOf(names)),
           [&](const std::string &text) { return readWord(text, names, value); });
  }

  void operands(const Key &key, std::vector<Operand> &values) {
    std::optional<YAML::Node> found = find(key);
    if (!found)
      return;
    std::string needed = "a list of " + joined(wordsOf(operandNames));
    if (!found->IsSequence() || found->size() == 0)
      return wrong(key, *found, needed);
    for (const YAML::Node &element : *found) {
      Operand operand{};
      if (!element.IsScalar())
        wrong(key, element, needed);
      else if (std::optional<std::string> problem = readWord(element.Scalar(), operandNames, operand))
        wrong(key, element, *problem);
      else if (std::ranges::find(values, operand) != values.end())
        report.problem(element.Mark(), pathOf(key), fmt::format("'{}' stands twice", element.Scalar()));
      else
        values.push_back(operand);
    }
  }

  void perType(const Key &key, std::map<ElementType, double> &values) {
    std::optional<YAML::Node> found = find(key);
    if (!found)
      return;
    std::vector<std::string> types;
    for (ElementType type : macTypes)
      types.emplace_back(name(type));
    if (!found->IsMap())
      return wrong(key, *found,
                   fmt::format("a mapping from types ({}) to {}", joined(types), need(key, false)));
    for (const auto &[typeNode, valueNode] : entriesOf(*found)) {
      std::string word = typeNode.IsScalar() ? typeNode.Scalar() : "";
      if (std::ranges::find(types, word) == types.end()) {
        report.problem(typeNode.Mark(), pathOf(key),
                       fmt::format("have {}; need one of {}", have(typeNode), joined(types)));
        continue;
      }
      ElementType type = *elementTypeFromName(word);
      std::string typePath = pathOf(key) + "." + word;
      report.place(typePath, valueNode.Mark());
      double value = 0;
      std::optional<std::string> needed =
          isPlain(valueNode) ? readNumber(valueNode.Scalar(), key, value) : std::optional(need(key, false));
      if (needed)
        report.problem(valueNode.Mark(), typePath, fmt::format("have {}; need {}", have(valueNode), *needed));
      else if (!values.emplace(type, value).second)
        report.problem(typeNode.Mark(), typePath, "stands twice");
    }
  }

  template <typename T> void object(const Key &key, T &value) {
    std::optional<YAML::Node> found = find(key);
    if (!found)
      return;
    if (!found->IsMap())
      return wrong(key, *found, "a mapping");
    readMapping(*found, pathOf(key), value, report);
  }

  void memories(const Key &key, std::vector<Memory> &values) {
    std::optional<YAML::Node> found = find(key);
    if (!found)
      return;
    if (!found->IsSequence() || found->size() == 0)
      return wrong(key, *found, "a list of memories, each a mapping that starts with '- name: ...'");
    for (size_t i = 0; i < found->size(); ++i) {
      YAML::Node element = (*found)[i];
      std::string name =
          element.IsMap() && element["name"] && element["name"].IsScalar() ? element["name"].Scalar() : "";
      std::string elementPath = memoryPath(name, i);
      if (!element.IsMap()) {
        report.problem(element.Mark(), elementPath, fmt::format("have {}; need a mapping", have(element)));
        continue;
      }
      report.place(elementPath, element.Mark());
      readMapping(element, elementPath, values.emplace_back(), report);
    }
  }

  template <typename T>
  static void readMapping(const YAML::Node &node, const std::string &path, T &value, Report &report) {
    Reader reader(node, path, report);
    describe(reader, value);
    reader.reportOtherKeys();
  }

private:
  std::string pathOf(const Key &key) const {
    return path.empty() ? std::string(key.name) : fmt::format("{}.{}", path, key.name);
  }

  void wrong(const Key &key, const YAML::Node &value, const std::string &needed) {
    report.problem(value.Mark(), pathOf(key), fmt::format("have {}; need {}", have(value), needed));
  }

  /// A scalar that stands there without quotes.
  static bool isPlain(const YAML::Node &value) { return value.IsScalar() && value.Tag() != "!"; }

  /// The value of the key, if there; a required key that is missing is a problem.
  std::optional<YAML::Node> find(const Key &key) {
    known.emplace_back(key.name);
    for (const auto &[keyNode, value] : entriesOf(node)) {
      if (!keyNode.IsScalar() || keyNode.Scalar() != key.name)
        continue;
      report.place(pathOf(key), value.Mark());
      return value;
    }
    if (key.required)
      report.problem(node.Mark(), pathOf(key), fmt::format("is missing: {}", describeKey(key)));
    return std::nullopt;
  }
  static std::string describeKey(const Key &key) {
    return key.unit.empty() ? std::string(key.meaning) : fmt::format("{}, {}", key.meaning, key.unit);
  }

  /// Reads a plain scalar; `read` returns what is needed when the text is not that. True if it was read.
  template <typename Read> bool scalar(const Key &key, const std::string &needed, Read read) {
    std::optional<YAML::Node> found = find(key);
    if (!found)
      return false;
    std::optional<std::string> problem = isPlain(*found) ? read(found->Scalar()) : needed;
    if (problem)
      wrong(key, *found, *problem);
    return !problem;
  }

  template <typename Word, typename Names>
  static std::optional<std::string> readWord(const std::string &text, const Names &names, Word &value) {
    auto found = std::ranges::find(names, text);
    if (found == names.end())
      return fmt::format("one of {}{}", joined(wordsOf(names)), didYouMean(text, wordsOf(names)));
    value = static_cast<Word>(found - names.begin());
    return std::nullopt;
  }

  void reportOtherKeys() {
    std::set<std::string> seen;
    for (const auto &[keyNode, value] : entriesOf(node)) {
      if (!keyNode.IsScalar())
        report.remark(keyNode.Mark(), path, fmt::format("have {} as a key; need a word", have(keyNode)));
      else if (std::ranges::find(known, keyNode.Scalar()) == known.end())
        unknown(keyNode);
      else if (!seen.insert(keyNode.Scalar()).second)
        report.remark(keyNode.Mark(), path, fmt::format("key '{}' stands twice", keyNode.Scalar()));
    }
  }
  void unknown(const YAML::Node &keyNode) {
    std::string where = path.empty() ? "a target" : path;
    report.remark(keyNode.Mark(),
                  fmt::format("{}{}{}", path, path.empty() ? "" : ".", keyNode.Scalar().substr(0, 64)),
                  fmt::format("is no key of {}{}", where, didYouMean(keyNode.Scalar(), known)));
  }

  YAML::Node node;
  std::string path;
  Report &report;
  std::vector<std::string> known;
};

} // namespace
} // namespace target

Target Target::parse(std::string_view yaml, const std::string &fileName) {
  if (std::optional<std::string> problem = target::problemOfText(yaml))
    throw Error(fmt::format("{}: is no YAML file: {}; need one that describes a target", fileName, *problem));
  Target result;
  target::Report report(fileName);
  try {
    std::vector<YAML::Node> documents = YAML::LoadAll(std::string(yaml));
    if (documents.empty() || !documents[0].IsMap())
      report.problem(YAML::Mark(), "",
                     fmt::format("have {}; need a mapping that describes a target",
                                 documents.empty() ? "an empty file" : target::have(documents[0])));
    else if (documents.size() > 1)
      report.problem(documents[1].Mark(), "", "a second YAML document; need one");
    else
      target::Reader::readMapping(documents[0], "", result, report);
  } catch (const YAML::Exception &exception) {
    throw Error(fmt::format("{}:{}:{}: is no YAML ({}); need a YAML file that describes a target", fileName,
                            std::max(exception.mark.line, 0) + 1, std::max(exception.mark.column, 0) + 1,
                            exception.msg));
  }
  for (const target::Inconsistency &problem : target::inconsistencies(result))
    report.add(problem);
  report.throwIfAny();
  return result;
}

} // namespace dnnc

// Strategy::parse: YAML to decisions. Every problem is reported with its place.
#include "dnnc/Error.h"
#include "lib/Strategy/File/Fields.h"
#include "lib/Target/Words.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

using namespace dnnc;
using namespace dnnc::cost;
using namespace dnnc::strategy;
using dnnc::target::didYouMean;
using dnnc::target::joined;

namespace {

/// More nodes, or longer lists, than any network has.
constexpr size_t mostNodes = 1 << 20, mostEntries = 256;

std::optional<int> dimOf(const std::string &word) {
  size_t found = word.size() == 1 ? loopDimNames.find(word[0]) : std::string::npos;
  if (found == std::string::npos)
    return std::nullopt;
  return static_cast<int>(found);
}

class Reader {
public:
  explicit Reader(Report &report) : report(report) {}

  using Handlers = std::map<std::string, std::function<void(const YAML::Node &)>>;

  /// Calls the handler of each key; reports keys that are not known or stand twice.
  void mapping(const YAML::Node &node, const std::string &what, std::map<std::string, Place> &places,
               const Handlers &handlers) {
    places[""] = placeOf(node.Mark());
    std::set<std::string> seen;
    std::vector<std::string> known;
    for (const auto &[name, handler] : handlers)
      known.push_back(name);
    for (const auto &entry : node) {
      const YAML::Node key = entry.first, value = entry.second;
      std::string name = key.IsScalar() ? key.Scalar() : "";
      auto handler = handlers.find(name);
      if (handler == handlers.end())
        report.problem(key.Mark(), fmt::format("have the key {} in {}; need one of {}{}", have(key), what,
                                               joined(known), didYouMean(name, known)));
      else if (!seen.insert(name).second)
        report.problem(key.Mark(), fmt::format("key '{}' stands twice in {}", name, what));
      else {
        places[name] = placeOf(value.Mark());
        handler->second(value);
      }
    }
  }

  bool isMapping(const YAML::Node &node, const std::string &what) {
    if (node.IsMap())
      return true;
    report.problem(node.Mark(), fmt::format("have {}; need {}, a mapping", have(node), what));
    return false;
  }
  bool isList(const YAML::Node &node, const std::string &what) {
    if (node.IsSequence() && node.size() > 0 && node.size() <= mostEntries)
      return true;
    report.problem(node.Mark(),
                   fmt::format("{}: have {}; need a list of 1 to {} entries", what,
                               node.IsSequence() ? fmt::format("{} entries", node.size()) : have(node),
                               mostEntries));
    return false;
  }

  std::vector<int64_t> counts(const YAML::Node &node, const std::string &what, int64_t low = 1) {
    std::vector<int64_t> values;
    if (isList(node, what))
      for (const YAML::Node &element : node)
        values.push_back(readCount(element, what, report, low).value_or(low));
    return values;
  }

  std::string text(const YAML::Node &node, const std::string &what) {
    if (node.IsScalar() && !node.Scalar().empty())
      return node.Scalar();
    report.problem(node.Mark(), fmt::format("{}: have {}; need a name", what, have(node)));
    return "";
  }

  /// {M: 64, C: 3}
  Extents extents(const YAML::Node &node, const std::string &what) {
    Extents values{};
    if (node.size() == 0)
      report.problem(node.Mark(), fmt::format("{}: have no size; need some, as in {{M: 64, C: 3}}", what));
    for (const auto &entry : node) {
      std::optional<int> dim = dim_(entry.first, what);
      if (!dim)
        continue;
      if (values[*dim] != 0)
        report.problem(entry.first.Mark(), fmt::format("{}: {} stands twice", what, loopDimNames[*dim]));
      values[*dim] =
          readCount(entry.second, fmt::format("{} of {}", what, loopDimNames[*dim]), report).value_or(1);
    }
    return values;
  }

  /// [M: 4, Q: 27], or [[M, 4], [Q, 27]], or {M: 4, Q: 27}: outermost first.
  Factors factors(const YAML::Node &node, const std::string &what) {
    Factors values;
    auto add = [&](const YAML::Node &name, const YAML::Node &factor) {
      std::optional<int> dim = dim_(name, what);
      if (auto value = readCount(factor, what, report, 1, mostFactor); dim && value)
        values.push_back({*dim, *value});
    };
    auto wrong = [&](const YAML::Node &where) {
      report.problem(where.Mark(),
                     fmt::format("{}: have {}; need factors as in [M: 4, Q: 27]", what, have(where)));
    };
    if (node.IsMap()) {
      for (const auto &entry : node)
        add(entry.first, entry.second);
      return values;
    }
    if (!node.IsSequence() || node.size() > mostEntries) {
      wrong(node);
      return values;
    }
    for (const YAML::Node &element : node) {
      if (element.IsMap())
        for (const auto &entry : element)
          add(entry.first, entry.second);
      else if (element.IsSequence() && element.size() == 2)
        add(element[0], element[1]);
      else
        wrong(element);
    }
    return values;
  }

  /// [N, P, M, Q] or [0, 2, 1, 3]
  std::vector<int> order(const YAML::Node &node, bool &isNamed) {
    std::vector<int> values;
    if (!isList(node, "order"))
      return values;
    std::set<int> seen;
    isNamed = node.size() > 0 && node[0].IsScalar() && dimOf(node[0].Scalar());
    for (const YAML::Node &element : node) {
      std::optional<int> dim;
      if (isNamed)
        dim = dim_(element, "order");
      else if (auto value = readCount(element, "order", report, 0))
        dim = static_cast<int>(std::min<int64_t>(*value, mostEntries));
      if (dim && !seen.insert(*dim).second)
        report.problem(element.Mark(), fmt::format("order: {} stands twice", have(element)));
      values.push_back(dim.value_or(0));
    }
    return values;
  }

  std::optional<std::string> word(const YAML::Node &node, const std::string &what,
                                  const std::vector<std::string> &words) {
    if (node.IsScalar() && std::ranges::find(words, node.Scalar()) != words.end())
      return node.Scalar();
    report.problem(node.Mark(), fmt::format("{}: have {}; need one of {}{}", what, have(node), joined(words),
                                            node.IsScalar() ? didYouMean(node.Scalar(), words) : ""));
    return std::nullopt;
  }

  MappingDecision mappingDecision(const YAML::Node &node) {
    MappingDecision decision;
    if (!isMapping(node, "the mapping of a product"))
      return decision;
    ArrayMapping array;
    bool anyLevel = false;
    Handlers handlers;
    handlers["dataflow"] = [&](const YAML::Node &value) {
      decision.dataflow = word(value, "dataflow", target::wordsOf(dataflowNames));
    };
    for (size_t index = 0; index < levelNames.size(); ++index)
      handlers[std::string(levelNames[index])] = [&, index](const YAML::Node &value) {
        anyLevel = true;
        level(array, index) = factors(value, std::string(levelNames[index]));
      };
    mapping(node, "a mapping", decision.places, handlers);
    if (anyLevel)
      decision.array = array;
    checkProducts(
        array, [&](size_t index) { return node[std::string(levelNames[index])].Mark(); }, report);
    return decision;
  }

  StorageDecision storage(const YAML::Node &node) {
    StorageDecision decision;
    std::map<std::string, Place> places;
    decision.place = placeOf(node.Mark());
    if (!isMapping(node, "storage of an operand, as in {format: rlc, segment: [1, 4, 15, 15]}"))
      return decision;
    mapping(node, "the storage of an operand", places,
            {{"format",
              [&](const YAML::Node &value) {
                decision.format = word(value, "format", {"raw", "rlc", "csc", "bitmask"}).value_or("");
              }},
             {"segment", [&](const YAML::Node &value) { decision.segment = counts(value, "segment"); }}});
    if (!places.contains("format"))
      report.problem(node.Mark(), "the storage of an operand needs a format: raw, rlc, csc or bitmask");
    return decision;
  }

  NodeDecision node(const YAML::Node &yaml) {
    NodeDecision decision;
    if (!isMapping(yaml, "the decisions of a node"))
      return decision;
    mapping(
        yaml, "a node", decision.places,
        {{"node", [&](const YAML::Node &value) { decision.node = readCount(value, "node", report, 0); }},
         {"onnx", [&](const YAML::Node &value) { decision.onnx = names(value); }},
         {"op", [&](const YAML::Node &value) { decision.op = text(value, "op"); }},
         {"layer",
          [&](const YAML::Node &value) {
            if (isMapping(value, "layer: the sizes of the loops"))
              decision.layer = extents(value, "layer");
          }},
         {"result", [&](const YAML::Node &value) { decision.result = counts(value, "result"); }},
         {"tile",
          [&](const YAML::Node &value) {
            if (value.IsMap())
              decision.tile = extents(value, "tile");
            else
              decision.tileSizes = counts(value, "tile");
          }},
         {"reduction", [&](const YAML::Node &value) { decision.reduction = counts(value, "reduction"); }},
         {"order", [&](const YAML::Node &value) { decision.order = order(value, decision.orderIsNamed); }},
         {"mapping",
          [&](const YAML::Node &value) {
            if (!value.IsSequence())
              decision.mappings.push_back(mappingDecision(value));
            else if (isList(value, "mapping"))
              for (const YAML::Node &element : value)
                decision.mappings.push_back(mappingDecision(element));
            if (std::ranges::none_of(decision.mappings,
                                     [](const MappingDecision &each) { return each.array || each.dataflow; }))
              report.problem(value.Mark(), "mapping: have neither a dataflow nor factors; give one, or leave "
                                           "the mapping out and it is searched");
          }},
         {"storage", [&](const YAML::Node &value) {
            if (!isMapping(value, "storage: ifmap and ofmap"))
              return;
            if (value.size() == 0)
              report.problem(value.Mark(), "storage: have no operand; need ifmap, ofmap or both");
            std::map<std::string, Place> places;
            Reader::mapping(
                value, "storage", places,
                {{"ifmap", [&](const YAML::Node &each) { decision.storage["ifmap"] = storage(each); }},
                 {"ofmap", [&](const YAML::Node &each) { decision.storage["ofmap"] = storage(each); }}});
          }}});
    if (!decision.places.contains("node") && decision.onnx.empty())
      report.problem(yaml.Mark(), "have decisions without a node; need `node: ID` or `onnx: NAME`");
    for (const char *key : {"order", "reduction"})
      if (decision.places.contains(key) && !decision.places.contains("tile"))
        report.problem(yaml[key].Mark(), fmt::format("{}: have no `tile`; the {} is one of tiles: give the "
                                                     "tile too, or leave both out",
                                                     key, key));
    if (decision.tile[R] || decision.tile[S])
      report.problem(yaml["tile"].Mark(), "tile: R and S are never cut over tiles; leave them out");
    return decision;
  }

private:
  std::optional<int> dim_(const YAML::Node &node, const std::string &what) {
    std::optional<int> dim = node.IsScalar() ? dimOf(node.Scalar()) : std::nullopt;
    if (!dim)
      report.problem(node.Mark(), fmt::format("{}: have {}; need a loop dimension: N, G, M, C, P, Q, R or S",
                                              what, have(node)));
    return dim;
  }

  std::vector<std::string> names(const YAML::Node &node) {
    std::vector<std::string> values;
    if (node.IsScalar())
      return {node.Scalar()};
    if (!isList(node, "onnx"))
      return values;
    for (const YAML::Node &element : node) {
      if (element.IsScalar())
        values.push_back(element.Scalar());
      else
        report.problem(element.Mark(),
                       fmt::format("onnx: have {}; need the name of an ONNX node", have(element)));
    }
    return values;
  }

  Report &report;
};

} // namespace

Strategy Strategy::parse(std::string_view yaml, const std::string &fileName) {
  Strategy strategy;
  strategy.file = fileName;
  YAML::Node root = document(yaml, fileName);
  Report report(fileName);
  Reader reader(report);
  try {
    std::map<std::string, Place> places;
    if (reader.isMapping(root, "a strategy: `strategy: 1`, then nodes"))
      reader.mapping(
          root, "a strategy", places,
          {{"strategy",
            [&](const YAML::Node &value) {
              if (!value.IsScalar() || value.Scalar() != "1")
                report.problem(value.Mark(),
                               fmt::format("strategy: have version {}; this dnnc reads 1", have(value)));
            }},
           {"target",
            [&](const YAML::Node &value) { strategy.target = reader.text(value, "target"); }},
           {"nodes", [&](const YAML::Node &value) {
              if (!value.IsSequence() || value.size() > mostNodes)
                return report.problem(
                    value.Mark(),
                    fmt::format("nodes: have {}; need a list, each with `node: ID` or `onnx: NAME`",
                                have(value)));
              for (const YAML::Node &element : value)
                strategy.nodes.push_back(reader.node(element));
            }}});
    if (root.IsMap() && !places.contains("strategy"))
      report.problem(root.Mark(), "have no version; need `strategy: 1`");
  } catch (const YAML::Exception &exception) {
    report.problem(exception.mark, exception.msg);
  }
  report.throwIfAny();
  return strategy;
}

Strategy Strategy::load(const std::string &fileName) { return parse(readText(fileName), fileName); }

#include "dnnc/Error.h"
#include "lib/Strategy/File/Fields.h"
#include "lib/Strategy/File/Timeloop.h"
#include "lib/Target/Words.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <set>

using namespace dnnc;
using namespace dnnc::cost;
using namespace dnnc::strategy;

/// Level names that are ours on every target. "cluster" and "pe" hold what a spatial directive at them
/// spreads.
static constexpr std::array<std::string_view, 11> arrayLevels = {
    "cluster_rows", "cluster_columns", "cluster",     "pe_rows",  "pe_columns", "pe", "macs",
    "spad",         "ifmap_spad",      "weight_spad", "psum_spad"};

std::vector<std::string> strategy::timeloopLevels(const Target &target) {
  std::vector<std::string> names = {"DRAM"};
  for (const Memory &memory : target.memories)
    names.push_back(memory.name);
  names.insert(names.end(), arrayLevels.begin(), arrayLevels.end());
  return names;
}

namespace {

/// Tensors of Timeloop's convolutions, in the order of `kept`.
constexpr std::array<std::string_view, 3> dataSpaces = {"Inputs", "Weights", "Outputs"};
constexpr std::array<Operand, 3> operandsOf = {Operand::Ifmap, Operand::Weight, Operand::Psum};

class Importer {
public:
  Importer(const Target &target, const TimeloopOptions &options, Report &report)
      : target(target), options(options), report(report) {}

  NodeDecision run(const YAML::Node &root) {
    YAML::Node list = root.IsMap() ? root["mapping"] : root;
    if (!list || !list.IsSequence() || list.size() > 1000) {
      report.problem(root.Mark(),
                     fmt::format("have {}; need `mapping:` with a list of directives", have(root)));
      return {};
    }
    for (const YAML::Node &directive : list)
      read(directive);
    checkBypass();
    return decision();
  }

private:
  struct Loops {
    std::array<int64_t, loopDims> factors;
    std::vector<int> inner; ///< dimensions, innermost first
    Loops() { factors.fill(1); }
    int64_t product() const {
      int64_t result = 1;
      for (int64_t factor : factors)
        result = std::min(result * factor, int64_t(1) << 40);
      return result;
    }
  };

  void problem(const YAML::Node &node, const std::string &message) { report.problem(node.Mark(), message); }

  /// A key that is not read would drop what it says.
  bool checkKeys(const YAML::Node &map, const std::vector<std::string> &known, const char *what) {
    std::set<std::string> seen;
    bool good = true;
    for (const auto &entry : map) {
      const YAML::Node key = entry.first;
      std::string name = key.IsScalar() ? key.Scalar() : "";
      if (std::ranges::find(known, name) == known.end())
        problem(key, fmt::format("have the key {} in {}; need one of {}{}", have(key), what,
                                 dnnc::target::joined(known), dnnc::target::didYouMean(name, known)));
      else if (!seen.insert(name).second)
        problem(key, fmt::format("key '{}' stands twice in {}", name, what));
      else
        continue;
      good = false;
    }
    return good;
  }

  void read(const YAML::Node &directive) {
    if (!directive.IsMap() || !directive["target"] || !directive["target"].IsScalar())
      return problem(directive,
                     fmt::format("have {}; need a directive with target and type", have(directive)));
    std::string level = levelOf(directive["target"]);
    if (level.empty())
      return;
    YAML::Node typeNode = directive["type"];
    std::string type = typeNode && typeNode.IsScalar() ? typeNode.Scalar() : "";
    if (type == "bypass" || type == "datatype" || type == "dataspace") {
      if (checkKeys(directive, {"target", "type", "keep", "bypass"}, "a directive of what is kept"))
        readBypass(directive, level);
      return;
    }
    if (type != "temporal" && type != "spatial")
      return problem(typeNode ? typeNode : directive,
                     fmt::format("type: have {}; need temporal, spatial, datatype, dataspace or bypass",
                                 have(typeNode)));
    std::vector<std::string> keys = {"target", "type", "factors", "permutation"};
    if (type == "spatial")
      keys.push_back("split");
    if (!checkKeys(directive, keys, type == "spatial" ? "a spatial directive" : "a temporal directive"))
      return;
    std::string theirLevel = directive["target"].Scalar();
    auto [before, isNew] = read_.try_emplace(type + " " + theirLevel, placeOf(directive.Mark()));
    if (!isNew)
      return problem(directive, fmt::format("a second {} directive at '{}', after the one of line {}; a level "
                                            "has one of each type: put the factors together",
                                            type, theirLevel, before->second.line));
    std::optional<Loops> loops = loopsOf(directive);
    if (!loops)
      return;
    if (type == "spatial")
      addSpatial(directive, level, *loops);
    else
      addTemporal(directive, level, *loops);
  }

  /// Our name of a level; "" after a report.
  std::string levelOf(const YAML::Node &node) {
    std::string name = node.Scalar();
    if (auto alias = options.levels.find(name); alias != options.levels.end())
      name = alias->second;
    std::vector<std::string> known = timeloopLevels(target);
    auto same = [&](const std::string &other) {
      return std::ranges::equal(name, other, {}, ::tolower, ::tolower);
    };
    if (auto found = std::ranges::find_if(known, same); found != known.end())
      return *found;
    problem(node, fmt::format("target: have '{}'; target '{}' has {}; say which it is by --level {}=NAME",
                              node.Scalar(), target.name, fmt::join(known, ", "), node.Scalar()));
    return "";
  }

  const Memory *memoryOf(const std::string &level) const {
    auto found = std::ranges::find(target.memories, level, &Memory::name);
    return found == target.memories.end() ? nullptr : &*found;
  }
  static bool isSpad(const std::string &level) { return level == "pe" || level.ends_with("spad"); }

  std::optional<int> dimOf(char name, const YAML::Node &where, const char *what) {
    auto found = options.dims.find(name);
    if (found != options.dims.end())
      return found->second;
    std::string known;
    for (const auto &[each, dim] : options.dims)
      known += fmt::format("{}{}", known.empty() ? "" : ", ", each);
    problem(where, fmt::format("{}: have dimension '{}'; need one of {}, or --dim {}=OURS", what, name, known,
                               name));
    return std::nullopt;
  }

  /// "C=3 M=16", "C3 M16", "P=4,1" (with the size of the last step, which follows from the layer), or a list
  /// of "C=3".
  std::optional<Loops> loopsOf(const YAML::Node &directive) {
    Loops loops;
    bool good = true;
    YAML::Node factors = directive["factors"];
    if (factors && !factors.IsScalar() && !factors.IsSequence() && !factors.IsNull()) {
      problem(factors, fmt::format("factors: have {}; need factors as in \"C=3 M=16\"", have(factors)));
      return std::nullopt;
    }
    std::string text = factors && factors.IsScalar() ? factors.Scalar() : "";
    if (factors && factors.IsSequence())
      for (const YAML::Node &each : factors)
        text += (each.IsScalar() ? each.Scalar() : "?") + " ";
    std::set<int> seen;
    for (size_t at = 0; at < text.size();) {
      if (std::isspace(static_cast<unsigned char>(text[at]))) {
        ++at;
        continue;
      }
      char name = text[at++];
      at += at < text.size() && text[at] == '=';
      int64_t value = -1;
      auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), value);
      at = end - text.data();
      if (at < text.size() && text[at] == ',' && error == std::errc()) {
        int64_t last = 0;
        at = std::from_chars(text.data() + at + 1, text.data() + text.size(), last).ptr - text.data();
      }
      bool ends = at == text.size() || std::isspace(static_cast<unsigned char>(text[at]));
      if (error != std::errc() || value < 0 || value > mostFactor || !ends) {
        problem(factors,
                fmt::format("factors: have '{}'; need factors as in \"C=3 M=16\"", text.substr(0, 60)));
        return std::nullopt;
      }
      std::optional<int> dim = dimOf(name, factors, "factors");
      if (dim && value == 0) {
        problem(factors, fmt::format("factors: {}=0 stands for the whole dimension; write its size", name));
        good = false;
      } else if (dim && !seen.insert(*dim).second) {
        problem(factors, fmt::format("factors: {} stands twice", name));
        good = false;
      } else if (dim) {
        loops.factors[*dim] = value;
      }
      good = good && dim;
    }
    YAML::Node permutation = directive["permutation"];
    if (permutation && !permutation.IsScalar() && !permutation.IsSequence() && !permutation.IsNull()) {
      problem(permutation, fmt::format("permutation: have {}; need one as in CPQ", have(permutation)));
      return std::nullopt;
    }
    std::string order = permutation && permutation.IsScalar() ? permutation.Scalar() : "";
    if (permutation && permutation.IsSequence())
      for (const YAML::Node &each : permutation)
        order += each.IsScalar() ? each.Scalar() : "?";
    for (char name : order) {
      if (std::isspace(static_cast<unsigned char>(name)) || name == ',')
        continue;
      std::optional<int> dim = dimOf(name, permutation, "permutation");
      if (dim && std::ranges::find(loops.inner, *dim) != loops.inner.end()) {
        problem(permutation, fmt::format("permutation: {} stands twice", name));
        good = false;
      } else if (dim) {
        loops.inner.push_back(*dim);
      }
      good = good && dim;
    }
    int several = 0;
    for (int dim = 0; dim < loopDims; ++dim) {
      several += loops.factors[dim] > 1;
      if (std::ranges::find(loops.inner, dim) == loops.inner.end())
        loops.inner.push_back(dim);
    }
    // The place of a loop matters only beside another.
    size_t given = std::ranges::count_if(order, [](unsigned char c) { return std::isalpha(c); });
    for (size_t i = given; good && several > 1 && i < loops.inner.size(); ++i)
      if (loops.factors[loops.inner[i]] > 1) {
        problem(directive, fmt::format("permutation: does not name {}, which has a factor of {}",
                                       theirs(loops.inner[i]), loops.factors[loops.inner[i]]));
        good = false;
      }
    return good ? std::optional(loops) : std::nullopt;
  }

  char theirs(int dim) const {
    for (const auto &[name, ours] : options.dims)
      if (ours == dim && name != 'K')
        return name;
    return loopDimNames[dim];
  }

  void addTemporal(const YAML::Node &directive, const std::string &level, const Loops &loops) {
    if (loops.product() == 1)
      return;
    if (level == "DRAM") {
      if (dram.product() > 1)
        return problem(directive, "loops at DRAM twice; two levels of theirs are DRAM here, of which only one can "
                                  "have factors");
      dram = loops;
      return checkDram(directive);
    }
    if (const Memory *memory = memoryOf(level)) {
      if (memory->kind == Memory::Kind::Fifo)
        return problem(
            directive,
            fmt::format(
                "'{}' is a FIFO of target '{}': nothing is looped over in it; its factors have to be 1",
                level, target.name));
      if (passes)
        return problem(directive, fmt::format("loops at '{}' and at another memory before; the memories of "
                                              "target '{}' stand side by side, so "
                                              "only one level on chip can have factors",
                                              level, target.name));
      passes = loops;
      marks["passes"] = directive.Mark();
      return;
    }
    if (!isSpad(level))
      return problem(
          directive,
          fmt::format("'{}' holds nothing that could be looped over; its temporal factors have to be 1",
                      level));
    marks.try_emplace("spad", directive.Mark());
    for (auto dim = loops.inner.rbegin(); dim != loops.inner.rend(); ++dim)
      if (loops.factors[*dim] > 1)
        spadLoops.push_back({*dim, loops.factors[*dim]});
  }

  /// Psums never leave the chip before they are complete, and filters are whole on chip.
  void checkDram(const YAML::Node &directive) {
    for (int dim : {R, S})
      if (dram.factors[dim] > 1)
        problem(
            directive,
            fmt::format(
                "{}={} at DRAM: a filter's rows and columns are never cut over tiles of the on-chip memory",
                theirs(dim), dram.factors[dim]));
    if (dram.factors[C] == 1)
      return;
    for (int dim : dram.inner) {
      if (dim == C)
        return;
      if (dram.factors[dim] > 1)
        return problem(directive, fmt::format("{}={} stands inside of {}={} at DRAM, so incomplete psums "
                                              "would go to DRAM and come back; on this "
                                              "machine the loop over input channels is the innermost",
                                              theirs(dim), dram.factors[dim], theirs(C), dram.factors[C]));
    }
  }

  void addSpatial(const YAML::Node &directive, const std::string &level, const Loops &loops) {
    if (loops.product() == 1)
      return;
    size_t split = loopDims;
    if (directive["split"])
      if (auto value = readCount(directive["split"], "split", report, 0))
        split = static_cast<size_t>(*value);
    // A directive at a memory or at "cluster" spreads over two axes: the first `split` dimensions of the
    // permutation over columns (Timeloop's X), the others over rows.
    ArrayMapping &array = mapping;
    Factors *columns = nullptr, *rows = nullptr;
    const Memory *memory = memoryOf(level);
    if (memory && target.clusters() > 1) {
      columns = &array.clusterColumns, rows = &array.clusterRows;
      columnsKey = "cluster_columns", rowsKey = "cluster_rows";
    } else if (memory || level == "cluster") {
      columns = &array.peColumns, rows = &array.peRows;
      columnsKey = "pe_columns", rowsKey = "pe_rows";
    } else {
      for (size_t index = 1; index + 1 < levelNames.size(); ++index)
        if (level == levelNames[index] || (level == "pe" && levelNames[index] == "macs")) {
          columns = rows = &strategy::level(array, index);
          columnsKey = rowsKey = levelNames[index];
        }
    }
    if (!columns)
      return problem(directive,
                     fmt::format("nothing is spread over '{}' on target '{}'", level, target.name));
    size_t rank = 0;
    std::vector<std::pair<int, bool>> spread; // outermost first
    for (int dim : loops.inner)
      spread.push_back({dim, rank++ < split});
    for (auto [dim, inColumns] : spread)
      if (int64_t factor = loops.factors[dim]; factor > 1) {
        (inColumns ? columns : rows)->insert((inColumns ? columns : rows)->begin(), {dim, factor});
        marks[std::string(inColumns ? columnsKey : rowsKey)] = directive.Mark();
      }
  }

  void readBypass(const YAML::Node &directive, const std::string &level) {
    for (const char *key : {"keep", "bypass"}) {
      YAML::Node list = directive[key];
      if (!list || list.IsNull())
        continue;
      if (!list.IsSequence()) {
        problem(list,
                fmt::format("{}: have {}; need a list of {}", key, have(list), fmt::join(dataSpaces, ", ")));
        continue;
      }
      for (const YAML::Node &each : list) {
        auto found = std::ranges::find(dataSpaces, each.IsScalar() ? each.Scalar() : "");
        if (found == dataSpaces.end())
          problem(each, fmt::format("{}: have {}; need {}", key, have(each), fmt::join(dataSpaces, ", ")));
        else
          keeps.push_back({level, static_cast<size_t>(found - dataSpaces.begin()),
                           std::string_view(key) == "keep", each.Mark()});
      }
    }
  }

  /// Whether the tensors pass the levels of our machine as the directives have it.
  void checkBypass() {
    if (options.ignoreBypass)
      return;
    constexpr std::string_view hint = "; --ignore-bypass takes the mapping all the same";
    std::array<bool, 3> spadKeeps{}, spadBypasses{};
    std::array<YAML::Mark, 3> where;
    for (const Keep &each : keeps) {
      if (isSpad(each.level)) {
        (each.keep ? spadKeeps : spadBypasses)[each.tensor] = true;
        where[each.tensor] = each.mark;
      }
      if (each.level == "DRAM" && !each.keep)
        report.problem(each.mark,
                       fmt::format("{} bypass DRAM; every tensor of a layer comes from DRAM or goes there{}",
                                   dataSpaces[each.tensor], hint));
      const Memory *memory = memoryOf(each.level);
      if (!memory || memory->kind == Memory::Kind::Fifo)
        continue;
      std::optional<size_t> own = target.memoryFor(operandsOf[each.tensor]);
      bool kept = own && target.memories[*own].name == each.level;
      if (each.keep && !kept && own)
        report.problem(each.mark, fmt::format("{} are kept in '{}'; target '{}' has them in '{}'{}",
                                              dataSpaces[each.tensor], each.level, target.name,
                                              target.memories[*own].name, hint));
      if (!each.keep && kept)
        report.problem(each.mark, fmt::format("{} bypass '{}'; target '{}' keeps them there{}",
                                              dataSpaces[each.tensor], each.level, target.name, hint));
    }
    for (size_t tensor = 0; tensor < dataSpaces.size(); ++tensor)
      if (spadBypasses[tensor] && !spadKeeps[tensor])
        report.problem(where[tensor],
                       fmt::format("{} bypass the spads; PEs of target '{}' keep every operand{}",
                                   dataSpaces[tensor], target.name, hint));
  }

  NodeDecision decision() {
    NodeDecision node;
    if (passes)
      for (auto dim = passes->inner.rbegin(); dim != passes->inner.rend(); ++dim)
        if (passes->factors[*dim] > 1)
          mapping.passes.push_back({*dim, passes->factors[*dim]});
    mapping.spad = spadLoops;
    checkProducts(
        mapping, [&](size_t index) { return marks[std::string(levelNames[index])]; }, report);
    Extents inside;
    inside.fill(1);
    for (size_t index = 0; index < levelNames.size(); ++index)
      for (auto [dim, factor] : level(mapping, index))
        inside[dim] = std::min(inside[dim] * factor, mostProduct);
    for (int dim : {N, G, M, C, P, Q})
      node.tile[dim] = inside[dim];
    // Loops of one tile follow: their place means nothing.
    node.orderIsNamed = true;
    for (bool several : {true, false})
      for (auto dim = dram.inner.rbegin(); dim != dram.inner.rend(); ++dim)
        if (*dim != C && *dim != R && *dim != S && (dram.factors[*dim] > 1) == several)
          node.order.push_back(*dim);
    // What does not depend on the layer is said here, with its place; the rest when the strategy is applied.
    // Bytes and strides of 1 give the least that is needed.
    ArrayTile least;
    least.extents.fill(0);
    for (const Obstacle &problem : obstaclesOf(mapping, least, target.array, target.array.weightNoc.format != NocFormat::Dense))
      report.problem(marks[problem.key], problem.message);
    node.mappings.push_back({std::nullopt, mapping, {}});
    return node;
  }

  struct Keep {
    std::string level;
    size_t tensor;
    bool keep;
    YAML::Mark mark;
  };

  const Target &target;
  const TimeloopOptions &options;
  Report &report;
  Loops dram;
  std::optional<Loops> passes;
  Factors spadLoops;
  ArrayMapping mapping;
  std::string_view columnsKey, rowsKey;
  std::map<std::string, YAML::Mark> marks;
  std::vector<Keep> keeps;
  std::map<std::string, Place> read_; ///< directives by type and their name of the level
};

} // namespace

NodeDecision strategy::importTimeloop(std::string_view yaml, const std::string &fileName,
                                      const Target &target, const TimeloopOptions &options) {
  YAML::Node root = document(yaml, fileName);
  Report report(fileName);
  NodeDecision node;
  try {
    node = Importer(target, options, report).run(root);
  } catch (const YAML::Exception &exception) {
    report.problem(exception.mark, exception.msg);
  }
  report.throwIfAny();
  return node;
}

// Timeloop's mappings to strategy files, and back.
#include "dnnc/Error.h"
#include "lib/Strategy/File/Timeloop.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <iostream>

using namespace dnnc;
using namespace dnnc::strategy;

namespace {
struct Arguments {
  std::string target, output, strategy, node;
  std::vector<std::string> mappings, dims, levels;
  bool ignoreBypass = false;
};

std::pair<std::string, std::string> splitAt(const std::string &text, size_t at, const char *need) {
  if (at == std::string::npos || at == 0 || at + 1 == text.size())
    throw Error(fmt::format("have '{}'; need {}", text, need));
  return {text.substr(0, at), text.substr(at + 1)};
}

TimeloopOptions optionsOf(const Arguments &arguments) {
  TimeloopOptions options;
  options.ignoreBypass = arguments.ignoreBypass;
  for (const std::string &dim : arguments.dims) {
    auto [theirs, ours] = splitAt(dim, dim.find('='), "--dim THEIRS=OURS, as in --dim P=P");
    size_t found = ours.size() == 1 ? loopDimNames.find(ours[0]) : std::string::npos;
    if (theirs.size() != 1 || found == std::string::npos)
      throw Error(fmt::format(
          "have --dim {}; need a letter of theirs and one of ours: N, G, M, C, P, Q, R or S", dim));
    options.dims[theirs[0]] = static_cast<int>(found);
  }
  for (const std::string &level : arguments.levels)
    options.levels.insert(
        splitAt(level, level.find('='), "--level THEIRS=OURS, as in --level shared_glb=glb"));
  return options;
}

std::optional<int64_t> idOf(const std::string &node) {
  int64_t id = 0;
  auto [end, error] = std::from_chars(node.data(), node.data() + node.size(), id);
  if (error == std::errc() && end == node.data() + node.size() && id >= 0)
    return id;
  return std::nullopt;
}

void write(const std::string &text, const std::string &output) {
  if (!output.empty() && output != "-")
    return writeText(output, text);
  std::fwrite(text.data(), 1, text.size(), stdout);
  if (std::fflush(stdout) != 0)
    throw Error("standard output cannot be written");
}

void importMappings(const Arguments &arguments) {
  Target target = Target::load(arguments.target.empty() ? "edge" : arguments.target);
  TimeloopOptions options = optionsOf(arguments);
  Strategy strategy;
  strategy.target = target.name;
  std::string problems;
  for (const std::string &each : arguments.mappings) {
    // ONNX names may hold '=', file names seldom do.
    auto [name, file] = splitAt(each, each.rfind('='), "NODE=FILE, as in conv1=conv1.map.yaml");
    try {
      NodeDecision node = importTimeloop(readText(file), file, target, options);
      if (node.node = idOf(name); !node.node)
        node.onnx = {name};
      strategy.nodes.push_back(node);
    } catch (const Error &error) {
      problems += fmt::format("{}{}", problems.empty() ? "" : "\n", error.what());
    }
  }
  if (!problems.empty())
    throw Error(problems);
  write(strategy.toYaml(), arguments.output);
}

void exportMapping(const Arguments &arguments) {
  Strategy strategy = Strategy::load(arguments.strategy);
  Target target = Target::load(!arguments.target.empty()  ? arguments.target
                               : !strategy.target.empty() ? strategy.target
                                                          : "edge");
  std::optional<int64_t> id = idOf(arguments.node);
  for (const NodeDecision &node : strategy.nodes)
    if (id ? node.node == id : std::ranges::find(node.onnx, arguments.node) != node.onnx.end())
      return write(exportTimeloop(node, target, optionsOf(arguments)), arguments.output);
  throw Error(fmt::format("{}: has no decisions on node '{}'", arguments.strategy, arguments.node));
}
} // namespace

int main(int argc, char **argv) {
  Arguments arguments;
  CLI::App app("Reads and writes mappings as Timeloop does (docs/strategy.md).", "dnnc timeloop");
  app.require_subcommand(1);
  CLI::App *in = app.add_subcommand("import", "mappings of nodes to a strategy file, for dnnc --strategy");
  in->add_option("mappings", arguments.mappings, "NODE=FILE: an id or ONNX name, and its mapping")
      ->required();
  in->add_flag("--ignore-bypass", arguments.ignoreBypass,
               "take mappings whose bypass directives the target does not follow");
  in->add_option("--level", arguments.levels,
                 "THEIRS=OURS: what a level of the mapping's architecture is on the target")
      ->allow_extra_args(false);
  CLI::App *out = app.add_subcommand("export", "the mapping of a node in a strategy file");
  out->add_option("strategy", arguments.strategy, "strategy file, of dnnc --save-strategy")->required();
  out->add_option("node", arguments.node, "id or ONNX name")->required();
  for (CLI::App *each : {in, out}) {
    each->add_option("--target", arguments.target, "a shipped target's name, or a YAML file");
    each->add_option("--dim", arguments.dims, "THEIRS=OURS: what a dimension of the mapping is here")
        ->allow_extra_args(false);
    each->add_option("-o", arguments.output, "file to write; standard output without it");
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  try {
    in->parsed() ? importMappings(arguments) : exportMapping(arguments);
  } catch (const Error &error) {
    std::cerr << "dnnc-timeloop: error: " << error.what() << "\n";
    return 1;
  } catch (const std::bad_alloc &) {
    std::cerr << "dnnc-timeloop: error: needs more memory than there is\n";
    return 1;
  }
  return 0;
}

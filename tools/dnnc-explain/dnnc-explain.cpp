// Why a layer runs as it does: the search for its mapping, told.
#include "lib/Mapping/Passes.h"
#include "lib/Mapping/ProductLayer.h"
#include "lib/Strategy/Groups.h"
#include "tools/dnnc-explain/Explanation.h"
#include "tools/dnnc/Session.h"

#include "dnnc/Target.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

using namespace dnnc;
using namespace dnnc::tool;

namespace {
struct Arguments {
  std::string model, node;
  std::vector<std::string> dims;
  pipeline::CompileOptions compile;
};

/// Letters that have to change to make one word of the other.
size_t distance(llvm::StringRef a, llvm::StringRef b) { return a.edit_distance_insensitive(b); }

std::string titleOf(acc::GroupOp group) {
  return fmt::format("node {} ({}, '{}')", group.getNode(), group.getKind().str(),
                     fmt::join(strategy::namesOf(group), "', '"));
}

/// The group of an id or ONNX name. Throws dnnc::Error with names that are near.
acc::GroupOp findNode(mlir::ModuleOp module, const std::string &node) {
  int64_t id = -1;
  auto [end, error] = std::from_chars(node.data(), node.data() + node.size(), id);
  bool isId = error == std::errc() && end == node.data() + node.size();
  llvm::SmallVector<acc::GroupOp> found;
  std::vector<std::string> names;
  int64_t count = 0;
  module.walk([&](acc::GroupOp group) {
    ++count;
    auto own = strategy::namesOf(group);
    names.insert(names.end(), own.begin(), own.end());
    if (isId ? static_cast<int64_t>(group.getNode()) == id : llvm::is_contained(own, node))
      found.push_back(group);
  });
  if (found.size() == 1)
    return found[0];
  if (found.size() > 1) {
    std::string ids;
    for (acc::GroupOp group : found)
      ids += fmt::format("{}{} ({})", ids.empty() ? "" : ", ", group.getNode(), group.getKind().str());
    throw Error(fmt::format("nodes {} come from '{}'; name one by its number", ids, node));
  }
  if (isId)
    throw Error(fmt::format("there is no node {}; the model has {}, numbered from 0", id, count));
  std::ranges::sort(names, {}, [&](const std::string &name) {
    return std::pair(llvm::StringRef(name).contains_insensitive(node) ? 0 : distance(node, name), name);
  });
  names.erase(std::unique(names.begin(), names.end()), names.end());
  names.resize(std::min<size_t>(names.size(), 5));
  throw Error(
      fmt::format("no node comes from an ONNX node '{}'; near it are '{}', or give a number from 0 to {}",
                  node, fmt::join(names, "', '"), count - 1));
}

/// A node without a product of its own to map: what is decided is its tiling.
int explainOther(mlir::ModuleOp module, const Arguments &arguments) {
  mlir::PassManager manager(module.getContext());
  mapping::ChooseMappingOptions options;
  options.target = arguments.compile.target;
  manager.addNestedPass<mlir::func::FuncOp>(mapping::createChooseMapping(options));
  if (failed(manager.run(module)))
    return 1;
  acc::GroupOp group = findNode(module, arguments.node);
  acc::TilingAttr tiling = group.getTilingAttr();
  auto shape = mlir::cast<mlir::RankedTensorType>(group.getResult().getType()).getShape();
  size_t products = strategy::productsOf(group).size();
  llvm::outs() << fmt::format(
      "{}: {}; its tiles are searched alone\n  result [{}], tile [{}], loops over tiles [{}]", titleOf(group),
      products ? "several operators that run together"
               : "runs on the vector unit, which has no mapping to choose",
      fmt::join(shape.begin(), shape.end(), ", "), fmt::join(tiling.getSizes(), ", "),
      fmt::join(tiling.getOrder(), ", "));
  if (!tiling.getReduction().empty())
    llvm::outs() << fmt::format(", reduction [{}]", fmt::join(tiling.getReduction(), ", "));
  llvm::outs() << "\n";
  return 0;
}

int explainNode(const Arguments &arguments) {
  Target target = Target::load(arguments.compile.target);
  Session session(arguments.model, arguments.dims);
  if (!session.module || failed(pipeline::lower(*session.module, pipeline::Stage::Acc, arguments.compile)))
    return 1;
  acc::GroupOp group = findNode(*session.module, arguments.node);
  mlir::Operation *product = mapping::singleProduct(group);
  if (!product)
    return explainOther(*session.module, arguments);
  mapping::MappingProblem problem;
  problem.target = &target;
  problem.layer = mapping::layerOf(product);
  problem.objective = *mapping::parseObjective(arguments.compile.objective);
  problem.dataflows = *mapping::DataflowSet::parse(arguments.compile.dataflow);
  if (!target.array.macRate.contains(problem.layer.type))
    throw Error(fmt::format("{} computes in {}, which the array of target '{}' does not", titleOf(group),
                            name(problem.layer.type), target.name));
  mapping::SearchOptions options;
  options.budgetSeconds = arguments.compile.searchBudget;
  llvm::outs() << explain::explanation(titleOf(group), problem, mapping::search(problem, options));
  return 0;
}
} // namespace

int main(int argc, char **argv) {
  Arguments arguments;
  CLI::App app(
      "Tells why a layer runs as it does: what was tried, what each candidate costs, what bounds the winner.",
      "dnnc explain");
  app.add_option("model", arguments.model, "ONNX model")->required();
  app.add_option("node", arguments.node, "id of a node, or the name of an ONNX node")->required();
  app.add_option("--target", arguments.compile.target, "a shipped target's name, or a YAML file");
  app.add_option("--objective", arguments.compile.objective, "what mappings make least")
      ->check(CLI::IsMember({"latency", "energy", "edp"}));
  app.add_option("--dataflow", arguments.compile.dataflow, "the dataflow that is searched, or auto")
      ->check(CLI::IsMember({"auto", "rs", "ws", "os", "is", "nlr"}));
  app.add_option("--search-budget", arguments.compile.searchBudget,
                 "SECONDS that the search may take; 0 for no limit")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--dim", arguments.dims, "NAME=N: the value of a symbolic dimension")
      ->allow_extra_args(false);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return guarded("dnnc-explain", arguments.model, [&] { return explainNode(arguments); });
}

// Why a layer runs as it does: the search for its mapping, told.
#include "lib/Mapping/Passes.h"
#include "lib/Mapping/Pins.h"
#include "lib/Mapping/ProductLayer.h"
#include "lib/Report/Balance.h"
#include "lib/Report/Savings.h"
#include "lib/Schedule/Passes.h"
#include "lib/Strategy/Groups.h"
#include "lib/Strategy/Passes.h"
#include "tools/dnnc-explain/Explanation.h"
#include "tools/dnnc/Session.h"

#include "dnnc/Target.h"

#include <CLI/CLI.hpp>
#include <cmath>
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

/// Whether two groups load or store one tensor.
bool shareTensor(acc::GroupOp a, acc::GroupOp b) {
  auto moves = [](acc::GroupOp group, mlir::Value tensor) {
    return group.getResult() == tensor || llvm::is_contained(group.getInputs(), tensor);
  };
  return moves(a, b.getResult()) ||
         llvm::any_of(b.getInputs(), [&](mlir::Value input) { return moves(a, input); });
}

/// A copy of a module without the groups that share no tensor with one: values of another op stand for their
/// results.
mlir::OwningOpRef<mlir::ModuleOp> neighborhood(mlir::ModuleOp module, int64_t node) {
  mlir::OwningOpRef<mlir::ModuleOp> part = module.clone();
  llvm::SmallVector<acc::GroupOp> groups;
  part->walk([&](acc::GroupOp group) { groups.push_back(group); });
  acc::GroupOp middle =
      *llvm::find_if(groups, [&](acc::GroupOp group) { return int64_t(group.getNode()) == node; });
  llvm::SmallVector<acc::GroupOp> far =
      llvm::filter_to_vector(groups, [&](acc::GroupOp group) { return !shareTensor(group, middle); });
  auto forget = [](mlir::Operation *op) {
    mlir::OpBuilder builder(op);
    auto unknown = mlir::UnrealizedConversionCastOp::create(builder, op->getLoc(), op->getResult(0).getType(),
                                                            mlir::ValueRange());
    op->getResult(0).replaceAllUsesWith(unknown.getResult(0));
    op->erase();
  };
  // A concat is one of results of groups alone.
  llvm::SmallVector<acc::ConcatOp> concats;
  part->walk([&](acc::ConcatOp concat) { concats.push_back(concat); });
  for (acc::ConcatOp concat : concats)
    forget(concat);
  for (acc::GroupOp group : far)
    forget(group);
  return part;
}

/// Decides a node, and how its tensors stand in DRAM. What all that load and store a tensor do says which
/// segments it has, so their tiles are searched too; all others stay without, and nothing is said of their
/// tensors.
mlir::LogicalResult decideAround(mlir::ModuleOp module, int64_t node, pipeline::CompileOptions options) {
  // Its strategy is applied already, and densities are noted; what is remarked of neighbors was not asked for.
  options.strategy.clear(), options.calibration.clear(), options.density.clear();
  mlir::ScopedDiagnosticHandler quiet(module.getContext(), [](mlir::Diagnostic &diagnostic) {
    return mlir::success(diagnostic.getSeverity() != mlir::DiagnosticSeverity::Error);
  });
  mlir::OwningOpRef<mlir::ModuleOp> part = neighborhood(module, node);
  mlir::PassManager decisions(module.getContext());
  pipeline::addDecisionPasses(decisions, options);
  if (failed(decisions.run(*part)))
    return mlir::failure();
  llvm::DenseMap<int64_t, acc::GroupOp> decided;
  part->walk([&](acc::GroupOp group) { decided[group.getNode()] = group; });
  module.walk([&](acc::GroupOp group) {
    acc::GroupOp from = decided.lookup(group.getNode());
    if (!from) {
      group.removeTilingAttr();
      return;
    }
    group.setTilingAttr(from.getTilingAttr());
    for (auto [op, as] : llvm::zip(group.getBody().front(), from.getBody().front()))
      if (mlir::Attribute mapping = as.getAttr("mapping"))
        op.setAttr("mapping", mapping);
  });
  mlir::PassManager storage(module.getContext());
  storage.addNestedPass<mlir::func::FuncOp>(mapping::createDistributeWeights({options.target}));
  storage.addNestedPass<mlir::func::FuncOp>(schedule::createChooseStorage({options.target}));
  return storage.run(module);
}

/// The ledger of zeros of the tensors that a node moves, decided around it. Throws dnnc::Error.
std::string storageText(mlir::ModuleOp module, int64_t node, const Target &target) {
  std::vector<Row> rows = {{"tensor", "density", "format", "raw", "as it stands", "metadata", "break-even",
                            "DRAM saves", "array saves", ""}};
  auto percentOf = [](std::optional<double> share) {
    return share ? fmt::format("{:.1f}%", 100 * *share) : std::string();
  };
  auto saved = [](const auto &part) {
    return part ? fmt::format("{} cycles, {}", countText(part->cycles), energyText(part->energyPj))
                : std::string();
  };
  for (auto function : module.getOps<mlir::func::FuncOp>()) {
    auto ledger = schedule::storageLedger(function, target.dram);
    if (failed(ledger))
      throw Error("a constant cannot be read");
    for (const schedule::LedgerEntry &entry : *ledger) {
      if (!llvm::is_contained(entry.nodes, node))
        continue;
      std::string density = percentOf(entry.density), note = entry.reason;
      if (entry.densityOrigin == "calibration")
        density += " of a run";
      else if (!density.empty() && entry.densityOrigin != "counted")
        density += entry.densityOrigin == "assumed" ? " expected" : " " + entry.densityOrigin;
      if (!entry.isConstant) {
        if (entry.storage)
          note = fmt::format("at most {}", bytesText(double(entry.worstBytes)));
      }
      rows.push_back(
          {entry.name, density, entry.storage ? acc::stringifyFormat(entry.storage.getFormat()).str() : "raw",
           bytesText(double(entry.rawBytes)), bytesText(double(entry.bytes)), percentOf(entry.metadata),
           percentOf(entry.breakEven), saved(report::dramSavings(entry, target)),
           saved(report::arraySavings(entry, target)), note});
    }
  }
  return "\nzeros: how its tensors stand in DRAM, and what they save\n" + tool::table(rows, 1, 9);
}

/// Whether its filters are distributed by their non-zeros, and what that helps. Throws dnnc::Error.
std::string balanceText(acc::GroupOp group, const Target &target) {
  auto balance = report::filterBalance(group, target);
  if (failed(balance))
    throw Error("a constant cannot be read");
  return *balance
             ? fmt::format(
                   "\nfilters are distributed by their non-zeros: slowest multiplier {:.2f} -> {:.2f} of "
                   "the mean\n",
                   (*balance)->inOrder, (*balance)->slowest)
             : std::string();
}

/// A node without a product of its own to map: what is decided is its tiling.
int explainOther(mlir::ModuleOp module, acc::GroupOp group, const Arguments &arguments,
                 const Target &target) {
  if (failed(decideAround(module, group.getNode(), arguments.compile)))
    return 1;
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
  llvm::outs() << "\n" << storageText(module, group.getNode(), target);
  return 0;
}

/// What of a layer is decided before its search, by the strategy or in the .mlir. Throws dnnc::Error where
/// the target cannot run it.
struct Given {
  Given(acc::GroupOp group, mlir::Operation *product, mapping::MappingProblem &problem) {
    if (auto pins = group->getAttrOfType<mlir::DictionaryAttr>(mapping::pinsAttr)) {
      if (auto word = pins.getAs<mlir::StringAttr>("dataflow")) {
        problem.dataflows = *mapping::DataflowSet::parse(word.getValue());
        add("dataflow");
      }
      if (auto sizes = pins.getAs<mlir::DictionaryAttr>("tile")) {
        options.tile.emplace();
        for (int dim = 0; dim < cost::loopDims; ++dim)
          (*options.tile)[dim] = sizes.getAs<mlir::IntegerAttr>(acc::loopDimNames.substr(dim, 1)).getInt();
        add("tile");
      }
    }
    if (acc::TilingAttr tiling = group.getTilingAttr()) {
      cost::LayerMapping tile = mapping::tileOf(product, tiling);
      options.tile = tile.tile, options.order = tile.order;
      add("tile and order");
    }
    if (auto attribute = product->getAttrOfType<acc::MappingAttr>("mapping")) {
      options.array = mapping::arrayMappingOf(attribute);
      add("mapping");
    }
    auto place = group->getAttrOfType<mlir::StringAttr>(mapping::pinnedAtAttr);
    if (!place)
      place = product->getAttrOfType<mlir::StringAttr>(mapping::pinnedAtAttr);
    if (!text.empty() && place)
      text += " pinned at " + place.str();
    else if (!text.empty())
      text += " given";
    check(problem, place ? place.str() + ": " : "");
  }

  /// All of it: there is nothing to search.
  bool whole() const { return options.tile && options.order && options.array; }

  mapping::SearchOptions options;
  std::string text; ///< what it is, and where it stands; empty for nothing

private:
  void add(const char *what) { text += (text.empty() ? "" : ", ") + std::string(what); }

  void check(const mapping::MappingProblem &problem, const std::string &place) const {
    if (!options.tile)
      return;
    cost::LayerMapping decided = {*options.tile, {cost::N, cost::G, cost::M, cost::P, cost::Q}, {}};
    if (options.order)
      decided.order = *options.order;
    if (options.array)
      decided.array = *options.array;
    std::string problems;
    for (const std::string &each : whole() ? problem.verify(decided) : problem.verifyTile(decided))
      problems += fmt::format("{}{}{} does not run on target '{}': {}", problems.empty() ? "" : "\n", place,
                              text, problem.target->name, each);
    if (!problems.empty())
      throw Error(problems);
  }
};

/// A mapping that is given whole, as if a search had found nothing else.
mapping::SearchResult resultOf(const mapping::MappingProblem &problem, const Given &given) {
  mapping::SearchResult result;
  mapping::Candidate candidate;
  candidate.mapping = {*given.options.tile, *given.options.order, *given.options.array};
  candidate.estimate = problem.evaluate(candidate.mapping);
  candidate.value = problem.value(candidate.estimate);
  candidate.dataflow = mapping::nameDataflow(problem.layer, candidate.mapping, mapping::DataflowSet::all());
  result.best = candidate;
  result.lowerBound = candidate.value;
  return result;
}

int explainNode(const Arguments &arguments) {
  Target target = Target::load(arguments.compile.target);
  Session session(arguments.model, arguments.dims);
  if (!session.module || failed(pipeline::lower(*session.module, pipeline::Stage::Acc, arguments.compile)))
    return 1;
  acc::GroupOp group = findNode(*session.module, arguments.node);
  mlir::PassManager manager(&session.context);
  pipeline::addDensityPasses(manager, arguments.compile);
  if (!arguments.compile.strategy.empty())
    manager.addNestedPass<mlir::func::FuncOp>(
        strategy::createApplyStrategy({arguments.compile.strategy, arguments.compile.target}));
  if (failed(manager.run(*session.module)))
    return 1;
  mlir::Operation *product = mapping::singleProduct(group);
  if (!product)
    return explainOther(*session.module, group, arguments, target);
  mapping::MappingProblem problem;
  problem.target = &target;
  problem.layer = mapping::layerOf(product);
  mapping::expectZeros(problem.layer, product, target);
  problem.objective = *mapping::parseObjective(arguments.compile.objective);
  problem.dataflows = *mapping::DataflowSet::parse(arguments.compile.dataflow);
  if (!target.array.macRate.contains(problem.layer.type))
    throw Error(fmt::format("{} computes in {}, which the array of target '{}' does not", titleOf(group),
                            name(problem.layer.type), target.name));
  Given given(group, product, problem);
  given.options.budgetSeconds = arguments.compile.searchBudget;
  given.options.bounded =
      std::llround(static_cast<double>(given.options.bounded) * arguments.compile.searchEffort);
  mapping::SearchResult result =
      given.whole() ? resultOf(problem, given) : mapping::search(problem, given.options);
  llvm::outs() << explain::explanation(titleOf(group), problem, result, given.text, given.options);
  if (!result.best)
    return 1;
  if (!group.getTilingAttr())
    group.setTilingAttr(mapping::tilingAttribute(product, result.best->mapping));
  if (!product->hasAttr("mapping"))
    product->setAttr("mapping", mapping::mappingAttribute(&session.context, result.best->dataflow,
                                                          result.best->mapping.array));
  if (failed(decideAround(*session.module, group.getNode(), arguments.compile)))
    return 1;
  llvm::outs() << balanceText(group, target) << storageText(*session.module, group.getNode(), target);
  return 0;
}
} // namespace

int main(int argc, char **argv) {
  Arguments arguments;
  CLI::App app(
      "Tells why a layer runs as it does: what was tried, what each candidate costs, what bounds the winner.",
      "dnnc explain");
  app.option_defaults()->always_capture_default();
  app.add_option("model", arguments.model, "ONNX model, or .mlir of the dnn or acc stage")->required();
  app.add_option("node", arguments.node, "id of a node, or the name of an ONNX node")->required();
  addMachineOptions(app, arguments.compile);
  addSearchOptions(
      app, arguments.compile, /*dataflow=*/true,
      "SECONDS that the search for this layer may take, 0 for no limit; --search-effort limits its steps "
      "instead, the same on every machine");
  addDimOption(app, arguments.dims);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return guarded("dnnc-explain", arguments.model, [&] { return explainNode(arguments); });
}

// Compiles a model under each dataflow and with the free choice among them, runs each program, and sets them
// side by side.
#include "lib/Mapping/Remarks.h"
#include "tools/dnnc-compare/Judge.h"
#include "tools/dnnc/Session.h"

#include "dnnc/Target.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>
#include <optional>

using namespace dnnc;
using namespace dnnc::tool;

namespace {
struct Arguments {
  std::string model, inputs;
  std::vector<std::string> dims;
  pipeline::CompileOptions compile;
  uint64_t seed = 0;
  bool layers = false, json = false;
};

/// The runs that are compared; auto last.
constexpr std::array<const char *, 7> flows = {"rs", "ws", "os", "is", "nlr", "mixed", "auto"};

struct Run {
  std::string flow;
  /// Layers that run under another dataflow, and products whose search stopped before the proof.
  mapping::Facts facts;
  std::optional<Simulation> simulation; ///< nothing when it does not compile
  std::vector<Tensor> outputs;
  const Statistics &statistics() const { return simulation->statistics(); }
  /// The largest of all products.
  double gap() const {
    double largest = 0;
    for (const mapping::Unproven &product : facts.unproven)
      largest = std::max(largest, product.gap);
    return largest;
  }
};

Run runUnder(const char *flow, Session &session, const Arguments &arguments) {
  Run run;
  run.flow = flow;
  pipeline::CompileOptions options = arguments.compile;
  options.dataflow = flow;
  mlir::OwningOpRef<mlir::ModuleOp> module = session.module->clone();
  // What remarks carry is told in the tables; all else goes on to the printer.
  mlir::ScopedDiagnosticHandler collect(&session.context, [&](mlir::Diagnostic &diagnostic) {
    return mlir::success(mapping::readFacts(diagnostic, run.facts));
  });
  auto program = pipeline::compile(*module, options);
  if (failed(program))
    return run;
  run.simulation = simulate(*program, arguments.inputs, arguments.seed);
  for (const TensorDescription &output : run.simulation->outputs())
    run.outputs.push_back(run.simulation->tensor(output.name));
  return run;
}

/// Whether the array summed floats in any run.
bool sumsFloats(const std::vector<Run> &runs) {
  for (const Run &run : runs)
    if (run.simulation)
      for (const auto &[component, actions] : run.statistics().counts)
        if (component == fmt::format("mac_{}", name(ElementType::F32)))
          return true;
  return false;
}

/// What is said of the outputs under all dataflows, and whether they are as they have to be.
std::pair<std::string, bool> judgeAll(const std::vector<Run> &runs) {
  const Run *reference = nullptr;
  for (const Run &run : runs)
    if (run.simulation)
      reference = &run;
  bool floats = sumsFloats(runs);
  std::string rounding, wrong;
  for (const Run &run : runs) {
    if (!run.simulation)
      continue;
    comparison::Judgement judgement = comparison::judge(run.outputs, reference->outputs, floats);
    if (judgement.differing == 0)
      continue;
    std::string text = fmt::format("{}: {} of {}", run.flow, judgement.differing, run.outputs.size());
    if (judgement.largest > 0)
      text += fmt::format(", by {:.1e} of the largest magnitude", judgement.largest);
    std::string &list = judgement.good ? rounding : wrong;
    list += (list.empty() ? "" : "; ") + text;
  }
  if (!wrong.empty())
    return {fmt::format("outputs that differ from those of {} without a reason: {}", reference->flow, wrong),
            false};
  if (!rounding.empty())
    return {fmt::format("outputs that differ from those of {} (sums of floats in another order): {}",
                        reference->flow, rounding),
            true};
  return {"outputs: the same in every bit", true};
}

double bytesOf(const TrafficStatistics &traffic) { return double(traffic.readBytes + traffic.writeBytes); }

/// One figure of every node under every dataflow. A node runs under the dataflow where its name shows no
/// other in brackets.
void printLayers(const std::vector<Run> &runs, const char *title,
                 const std::function<double(const NodeStatistics &)> &figure,
                 const std::function<std::string(double)> &text) {
  std::vector<Row> rows = {{"node", "op", "ONNX"}};
  const Run *whole = nullptr;
  for (const Run &run : runs)
    if (run.simulation) {
      rows[0].push_back(run.flow);
      whole = &run;
    }
  for (const NodeStatistics &node : whole->statistics().nodes) {
    if (node.macs == 0)
      continue;
    Row row = {fmt::format("{}", node.id), node.op, node.onnx.empty() ? "" : node.onnx[0]};
    for (const Run &run : runs) {
      if (!run.simulation)
        continue;
      for (const NodeStatistics &other : run.statistics().nodes)
        if (other.id == node.id)
          row.push_back(text(figure(other)) + (other.dataflow != run.flow ? " " + other.dataflow : ""));
    }
    rows.push_back(row);
  }
  llvm::outs() << "\n"
               << title
               << ", by layer (behind a figure, the dataflow that ran instead of the one asked for)\n"
               << table(rows, 3);
}

/// Where a figure is not proved to be the dataflow's best: a better mapping may exist, and the order change.
void printUnproven(const std::vector<Run> &runs) {
  for (const Run &run : runs) {
    if (run.facts.unproven.empty())
      continue;
    llvm::outs() << "\nthe search under " << run.flow
                 << " stopped before the proof (--search-effort); values are above the best by at most:\n ";
    for (const mapping::Unproven &product : run.facts.unproven)
      llvm::outs() << fmt::format(" node {} {:.2f}%", product.node, 100 * product.gap)
                   << (&product == &run.facts.unproven.back() ? "\n" : ",");
  }
}

void printTables(const std::vector<Run> &runs, const Arguments &arguments) {
  std::vector<Row> rows = {{"dataflow", "cycles", "energy", "DRAM", "on chip", "gap", "not served"}};
  // What a strategy pins is not searched.
  const std::string proved = arguments.compile.strategy.empty() ? "proved" : "pinned or proved";
  const Run *reference = nullptr;
  for (const Run &run : runs) {
    if (!run.simulation) {
      rows.push_back({run.flow, "does not compile", "", "", "", "", ""});
      continue;
    }
    reference = &run;
    const Statistics &statistics = run.statistics();
    rows.push_back({run.flow, countText(double(statistics.cycles)), energyText(statistics.energy.total),
                    bytesText(bytesOf(statistics.dram)), bytesText(bytesOf(statistics.glb)),
                    run.facts.unproven.empty() ? proved : fmt::format("{:.2f}%", 100 * run.gap()),
                    run.facts.others.empty() ? "" : fmt::format("{}", run.facts.others.size())});
  }
  llvm::outs() << fmt::format("{} on target {}, objective {}, inputs of seed {}{}\n\n", arguments.model,
                              reference->statistics().target, arguments.compile.objective, arguments.seed,
                              reference->statistics().syntheticNodes() > 0 ? ", synthetic densities" : "")
               << table(rows, 1);
  llvm::outs() << "\n" << judgeAll(runs).first << "\n";
  printUnproven(runs);
  if (arguments.layers) {
    printLayers(runs, "cycles", [](const NodeStatistics &node) { return double(node.cycles); }, countText);
    printLayers(runs, "energy", [](const NodeStatistics &node) { return node.energy.total; }, energyText);
    printLayers(runs, "DRAM", [](const NodeStatistics &node) { return bytesOf(node.dram); }, bytesText);
    printLayers(runs, "on chip", [](const NodeStatistics &node) { return bytesOf(node.glb); }, bytesText);
  }
  for (const Run &run : runs) {
    if (run.facts.others.empty())
      continue;
    std::map<std::string, std::string> nodesByReason;
    for (const mapping::OtherDataflow &other : run.facts.others) {
      std::string &nodes = nodesByReason[other.reason];
      nodes += fmt::format("{}{}", nodes.empty() ? "" : ", ", other.node);
    }
    llvm::outs() << "\nnot served by " << run.flow << ":\n";
    for (const auto &[reason, nodes] : nodesByReason)
      llvm::outs() << (nodes.find(',') == std::string::npos ? "  node " : "  nodes ") << nodes << ": "
                   << reason << "\n";
  }
}

void printJson(const std::vector<Run> &runs, const Arguments &arguments) {
  using Json = nlohmann::ordered_json;
  Json result = {{"model", arguments.model},
                 {"objective", arguments.compile.objective},
                 {"seed", arguments.seed},
                 {"runs", Json::array()}};
  for (const Run &run : runs) {
    Json others = Json::array(), unproven = Json::array();
    for (const mapping::OtherDataflow &other : run.facts.others) {
      others.push_back({{"node", other.node}, {"reason", other.reason}});
      if (!other.runs.empty())
        others.back()["runs"] = other.runs;
    }
    for (const mapping::Unproven &product : run.facts.unproven)
      unproven.push_back({{"node", product.node}, {"gap", product.gap}});
    Json row = {{"dataflow", run.flow}, {"not_served", others}, {"gap", run.gap()}, {"unproven", unproven}};
    if (run.simulation)
      row["statistics"] = Json::parse(run.statistics().json());
    result["runs"].push_back(row);
  }
  llvm::outs() << result.dump(1, ' ', false, Json::error_handler_t::replace) << "\n";
}

int compare(const Arguments &arguments) {
  Target::load(arguments.compile.target);
  Session session(arguments.model, arguments.dims);
  if (!session.module)
    return 1;
  std::vector<Run> runs;
  bool any = false;
  for (const char *flow : flows) {
    runs.push_back(runUnder(flow, session, arguments));
    any |= runs.back().simulation.has_value();
  }
  if (!any)
    return 1;
  arguments.json ? printJson(runs, arguments) : printTables(runs, arguments);
  auto [text, good] = judgeAll(runs);
  if (!good)
    throw Error(text + "; this is a fault of the compiler or the simulator: please report it");
  return runs.back().simulation ? 0 : 1;
}
} // namespace

int main(int argc, char **argv) {
  Arguments arguments;
  CLI::App app("Compiles a model under each dataflow and auto, runs each program, and sets cycles, energy "
               "and traffic side by side.",
               "dnnc compare");
  app.option_defaults()->always_capture_default();
  app.add_option("model", arguments.model, "ONNX model, or .mlir of the dnn or acc stage")->required();
  addMachineOptions(app, arguments.compile);
  addSearchOptions(
      app, arguments.compile, /*dataflow=*/false,
      "SECONDS that each search over the network may take, 0 for no limit; --search-effort limits the "
      "steps for a layer instead, the same on every machine");
  addDimOption(app, arguments.dims);
  app.add_option("--inputs", arguments.inputs, "inputs by name (.npz); the others are drawn at random");
  app.add_option("--seed", arguments.seed, "seed of the random inputs");
  app.add_flag("--layers", arguments.layers, "print every layer on the array too");
  app.add_flag("--json", arguments.json, "print the statistics of every run as JSON");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return guarded("dnnc-compare", arguments.model, [&] { return compare(arguments); });
}

// Compiles a model with every tensor kept, simulates it, and compares node by node with the reference; or
// holds the estimate of every layer against its execution.
#include "lib/Verify/Verify.h"
#include "lib/Verify/VerifyCost.h"
#include "tools/dnnc/Session.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <llvm/Support/raw_ostream.h>

using namespace dnnc;
using namespace dnnc::tool;

namespace {
struct Arguments {
  std::string model, inputs, program;
  std::vector<std::string> dims;
  pipeline::CompileOptions compile;
  uint64_t seed = 0;
  bool all = false, cost = false, outputs = false;
};

void print(const verify::Finding &finding) {
  std::string text = fmt::format("node {:<4} {:<14} {:<40} ", finding.node, finding.op, finding.onnx);
  if (finding.largest > 0 || finding.differing == 0)
    text += finding.differing == 0
                ? fmt::format("{} equal", finding.elements)
                : fmt::format("largest difference {:.1e} of the largest magnitude", finding.largest);
  else
    text += fmt::format("{} of {} differ{}", finding.differing, finding.elements,
                        finding.oneStepOff ? fmt::format(", {} by one step of float work", finding.oneStepOff)
                                           : "");
  llvm::outs() << text << (finding.good ? "" : "  <-- BAD") << "\n";
}

int verifyCost(Session &session, const Arguments &arguments) {
  auto findings = verify::compareCost(*session.module, arguments.compile, arguments.seed);
  if (failed(findings))
    return 1;
  if (findings->empty())
    throw Error("no layer to compare: no node of the model is a single convolution or matrix product");
  std::vector<Row> rows = {{"nodes", "op", "ONNX", "flow", "estimated", "executed", "cycles", "counts"}};
  std::string differences;
  size_t bad = 0;
  double largest = 0;
  for (const verify::CostFinding &finding : *findings) {
    bad += !finding.good;
    largest = std::max(largest, std::abs(finding.cyclesError()));
    rows.push_back(
        {fmt::format("{}", fmt::join(finding.nodes, " ")), finding.op, finding.onnx.substr(0, 40),
         finding.dataflow, fmt::format("{:.0f}", finding.estimatedCycles),
         fmt::format("{}", finding.executedCycles), fmt::format("{:+.2f}%", 100 * finding.cyclesError()),
         finding.differing ? fmt::format("{} of {} differ", finding.differing,
                                         finding.counts.size() + finding.energies.size())
                           : "equal"});
    for (const verify::CostFigure &figure : finding.counts)
      if (figure.estimated != figure.executed)
        differences += fmt::format("  node {}: {}: estimated {}, executed {}\n", finding.nodes[0],
                                   figure.name, figure.estimated, figure.executed);
    for (const verify::EnergyFigure &figure : finding.energies)
      if (!figure.good)
        differences += fmt::format("  node {}: energy of {}: estimated {}, executed {}\n", finding.nodes[0],
                                   figure.name, energyText(figure.estimated), energyText(figure.executed));
  }
  llvm::outs() << table(rows, 4) << (differences.empty() ? "" : "\n" + differences);
  llvm::outs() << fmt::format(
      "\n{} different layers on target {}: cycles within {:.2f}%{}\n", findings->size(),
      arguments.compile.target, 100 * largest,
      bad ? fmt::format("; {} {} by more than counts that are equal and cycles within {:.0f}%", bad,
                        bad == 1 ? "differs" : "differ", 100 * verify::cyclesBar)
          : ", every count equal");
  return bad ? 1 : 0;
}

int verifyModel(const Arguments &arguments) {
  Session session(arguments.model, arguments.dims, pipeline::Stage::Dnn);
  if (!session.module)
    return 1;
  if (arguments.cost)
    return verifyCost(session, arguments);
  pipeline::CompileOptions options = arguments.compile;
  // Tensors that are kept are not fused away, so the network is compiled into other groups.
  if (!arguments.outputs)
    options.observe = {"all"};
  mlir::OwningOpRef<mlir::ModuleOp> network = session.module->clone();
  mlir::PassManager manager(&session.context);
  pipeline::addQuantizePasses(manager, options);
  if (failed(manager.run(*network)))
    return 1;
  mlir::FailureOr<isa::Program> program = mlir::failure();
  if (!arguments.program.empty())
    program = isa::Program::read(arguments.program);
  else
    program = pipeline::compile(*session.module, options);
  if (failed(program)) {
    if (!options.strategy.empty() && !arguments.outputs)
      llvm::errs() << "dnnc-verify: note: every tensor is kept here, so groups differ from those of a program "
                      "that keeps none; --outputs compiles as dnnc does without --observe\n";
    return 1;
  }
  if (!program->densities.empty())
    throw Error("the program has synthetic densities, so that it computes something else than the network; there is nothing to "
                "compare: compile it without --density");
  Simulation run = simulate(*program, arguments.inputs, arguments.seed);
  auto findings = verify::compare(*network, *program, run);
  if (failed(findings))
    return 1;

  if (findings->empty())
    throw Error(arguments.program.empty() ? "no tensor to compare: the model computes nothing"
                                          : "no tensor to compare: compile the program with --observe all");
  const verify::Finding *firstBad = nullptr;
  size_t bad = 0;
  int64_t elements = 0;
  for (const verify::Finding &finding : *findings) {
    elements += finding.elements;
    bad += !finding.good;
    if (!finding.good && !firstBad)
      firstBad = &finding;
    if (arguments.all || !finding.good)
      print(finding);
  }
  llvm::outs() << fmt::format("{} tensors, {} elements on target {}: ", findings->size(), elements,
                              arguments.compile.target);
  if (!firstBad) {
    llvm::outs() << "all as the reference\n";
    return 0;
  }
  llvm::outs() << fmt::format("{} differ; the first is node {} ({} '{}'), tensor '{}'\n", bad, firstBad->node,
                              firstBad->op, firstBad->onnx, firstBad->tensor);
  return 1;
}
} // namespace

int main(int argc, char **argv) {
  Arguments arguments;
  CLI::App app("Compiles a model, simulates it, and compares every node's output with the reference.",
               "dnnc verify");
  app.option_defaults()->always_capture_default();
  app.add_option("model", arguments.model, "ONNX model, or .mlir of the dnn stage")->required();
  addMachineOptions(app, arguments.compile);
  addSearchOptions(app, arguments.compile);
  auto *program =
      app.add_option("--program", arguments.program,
                     "a program compiled from the model with --observe all, instead of compiling here");
  addDimOption(app, arguments.dims);
  auto *inputs =
      app.add_option("--inputs", arguments.inputs, "inputs by name (.npz); the others are drawn at random");
  app.add_option("--seed", arguments.seed, "seed of the random inputs");
  auto *all = app.add_flag("--all", arguments.all, "print every node, not only those that differ");
  auto *outputs = app.add_flag("--outputs", arguments.outputs,
                               "compare the outputs only, of the program that dnnc makes without --observe");
  app.add_flag("--cost", arguments.cost,
               "hold the estimate of every layer, alone and with dense inputs, against its execution")
      ->excludes(program)
      ->excludes(inputs)
      ->excludes(outputs)
      ->excludes(all);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return guarded("dnnc-verify", arguments.model, [&] { return verifyModel(arguments); });
}

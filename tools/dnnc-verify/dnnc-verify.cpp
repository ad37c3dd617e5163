// Compiles a model with every tensor kept, simulates it, and compares node by node with the reference.
#include "dnnc/Error.h"
#include "lib/Import/Import.h"
#include "lib/Pipeline/Pipeline.h"
#include "lib/Verify/Verify.h"
#include "runtime/Tensor/Npz.h"
#include "tools/dnnc/Diagnostics.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <llvm/ADT/ScopeExit.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/raw_ostream.h>

using namespace dnnc;

namespace {
struct Arguments {
  std::string model, target = "edge", inputs, program;
  std::vector<std::string> dims;
  uint64_t seed = 0;
  bool all = false;
};

void print(const verify::Finding &finding) {
  std::string text = fmt::format("node {:<4} {:<14} {:<40} ", finding.node, finding.op, finding.onnx);
  if (finding.largest > 0 || finding.differing == 0)
    text += finding.differing == 0 ? fmt::format("{} equal", finding.elements)
                                   : fmt::format("largest difference {:.1e} of the largest magnitude", finding.largest);
  else
    text += fmt::format("{} of {} differ{}", finding.differing, finding.elements,
                        finding.oneStepOff ? fmt::format(", {} by one step of float work", finding.oneStepOff) : "");
  llvm::outs() << text << (finding.good ? "" : "  <-- BAD") << "\n";
}

/// The program's run on the inputs; its tensors stay in the simulation.
Simulation simulate(const isa::Program &program, const Arguments &arguments) {
  llvm::SmallString<128> file;
  if (llvm::sys::fs::createTemporaryFile("dnnc-verify", "bin", file))
    throw Error("cannot make a temporary file for the program");
  auto remove = llvm::make_scope_exit([&] { llvm::sys::fs::remove(file); });
  program.write(file.str().str());
  Simulation simulation = Simulation::load(file.str().str());
  if (!arguments.inputs.empty())
    for (auto &[name, tensor] : readNpz(arguments.inputs))
      simulation.setInput(name, tensor);
  simulation.drawInputs(arguments.seed);
  simulation.run();
  return simulation;
}

int verifyModel(const Arguments &arguments) {
  ImportOptions import;
  for (const std::string &dim : arguments.dims) {
    auto [name, value] = llvm::StringRef(dim).rsplit('=');
    int64_t number = 0;
    if (name.empty() || value.getAsInteger(10, number) || number < 1) {
      llvm::errs() << "dnnc-verify: error: have --dim " << dim << ", need NAME=N with N at least 1\n";
      return 2;
    }
    import.dims[name.str()] = number;
  }
  mlir::DialectRegistry registry;
  pipeline::registerEverything(registry);
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  context.printOpOnDiagnostic(false);
  tool::DiagnosticPrinter diagnostics(context);
  mlir::OwningOpRef<mlir::ModuleOp> module = importOnnx(arguments.model, context, import);
  if (!module)
    return 1;
  pipeline::CompileOptions options;
  options.target = arguments.target;
  options.observe = {"all"};
  mlir::OwningOpRef<mlir::ModuleOp> network = module->clone();
  mlir::PassManager manager(&context);
  pipeline::addQuantizePasses(manager, options);
  if (failed(manager.run(*network)))
    return 1;
  mlir::FailureOr<isa::Program> program = mlir::failure();
  if (!arguments.program.empty())
    program = isa::Program::read(arguments.program);
  else
    program = pipeline::compile(*module, options);
  if (failed(program))
    return 1;
  Simulation run = simulate(*program, arguments);
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
  llvm::outs() << fmt::format("{} tensors, {} elements on target {}: ", findings->size(), elements, arguments.target);
  if (!firstBad) {
    llvm::outs() << "all as the reference\n";
    return 0;
  }
  llvm::outs() << fmt::format("{} differ; the first is node {} ({} '{}'), tensor '{}'\n", bad, firstBad->node, firstBad->op,
                              firstBad->onnx, firstBad->tensor);
  return 1;
}
} // namespace

int main(int argc, char **argv) {
  Arguments arguments;
  CLI::App app("Compiles a model, simulates it, and compares every node's output with the reference.", "dnnc verify");
  app.add_option("model", arguments.model, "ONNX model")->required();
  app.add_option("--target", arguments.target, "a shipped target's name, or a YAML file");
  app.add_option("--program", arguments.program, "a program compiled from the model with --observe all, instead of compiling here");
  app.add_option("--dim", arguments.dims, "NAME=N: the value of a symbolic dimension");
  app.add_option("--inputs", arguments.inputs, "inputs by name (.npz); the others are drawn at random");
  app.add_option("--seed", arguments.seed, "seed of the random inputs");
  app.add_flag("--all", arguments.all, "print every node, not only those that differ");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  try {
    return verifyModel(arguments);
  } catch (const Error &error) {
    llvm::errs() << "dnnc-verify: error: " << error.what() << "\n";
    return 1;
  } catch (const std::bad_alloc &) {
    llvm::errs() << "dnnc-verify: error: " << arguments.model << " needs more memory than there is\n";
    return 1;
  }
}

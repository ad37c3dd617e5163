#include "tools/dnnc/Session.h"

#include "runtime/Tensor/Npz.h"

#include <fmt/format.h>
#include <llvm/ADT/ScopeExit.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/raw_ostream.h>

using namespace dnnc;
using namespace dnnc::tool;

static mlir::DialectRegistry everything() {
  mlir::DialectRegistry registry;
  pipeline::registerEverything(registry);
  return registry;
}

Session::Session(const std::string &model, const std::vector<std::string> &dims, pipeline::Stage last)
    : context(everything(), mlir::MLIRContext::Threading::DISABLED), diagnostics(context) {
  context.printOpOnDiagnostic(false);
  if (isMlir(model) && !dims.empty())
    throw Error(fmt::format("{} is MLIR; --dim binds the symbolic dimensions of an ONNX model only", model));
  module = readModel(model, dims, context);
  if (!module)
    return;
  if (pipeline::Stage stage = pipeline::stageOf(*module); stage > last)
    throw Error(fmt::format("{} is at the {} stage{}; need an ONNX model, or .mlir of the {} stage{}", model,
                            stageName(stage), stage > pipeline::Stage::Acc ? ", its mappings applied" : "",
                            last == pipeline::Stage::Dnn ? "dnn" : "dnn or acc",
                            last == pipeline::Stage::Dnn ? "" : " before it is scheduled"));
}

Simulation tool::simulate(const isa::Program &program, const std::string &inputs, uint64_t seed) {
  llvm::SmallString<128> file;
  if (llvm::sys::fs::createTemporaryFile("dnnc", "bin", file))
    throw Error("cannot make a temporary file for the program");
  llvm::scope_exit remove([&] { llvm::sys::fs::remove(file); });
  program.write(file.str().str());
  Simulation simulation = Simulation::load(file.str().str());
  if (!inputs.empty())
    for (auto &[name, tensor] : readNpz(inputs))
      simulation.setInput(name, tensor);
  simulation.drawInputs(seed);
  simulation.run();
  return simulation;
}

int tool::guarded(const char *tool, const std::string &model, const std::function<int()> &body) {
  try {
    return body();
  } catch (const UsageError &error) {
    llvm::errs() << tool << ": error: " << error.what() << "\n";
    return 2;
  } catch (const Error &error) {
    llvm::errs() << tool << ": error: " << error.what() << "\n";
    return 1;
  } catch (const std::bad_alloc &) {
    llvm::errs() << tool << ": error: " << model << " needs more memory than there is\n";
    return 1;
  }
}

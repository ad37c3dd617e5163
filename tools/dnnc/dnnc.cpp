// The compiler's command line: an ONNX model, or MLIR of any stage, in; a program or any stage out.
#include "tools/dnnc/Diagnostics.h"
#include "tools/dnnc/Subcommand.h"

#include "dialects/Isa/IsaConversion.h"
#include "dnnc/Error.h"
#include "dnnc/Target.h"
#include "lib/Import/Import.h"
#include "lib/Pipeline/Pipeline.h"

#include <CLI/CLI.hpp>
#include <llvm/ADT/StringSwitch.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/SourceMgr.h>
#include <llvm/Support/ToolOutputFile.h>
#include <mlir/Parser/Parser.h>

#include <iostream>

using namespace dnnc;

namespace {
/// Bytes of constants up to which a program's text holds them.
constexpr int64_t constantsInText = 64 << 20;

struct Arguments {
  std::string model, output, emit = "bin";
  std::vector<std::string> dims;
  pipeline::CompileOptions compile;
  bool locations = false, printSupportedOps = false, targetGiven = false;
  std::string searchFlag; ///< an option given that only the search for mappings reads
};

/// NAME=N for every --dim; false after a message about one that is not.
bool parseDims(const std::vector<std::string> &dims, ImportOptions &options) {
  for (const std::string &dim : dims) {
    auto [name, value] = llvm::StringRef(dim).rsplit('=');
    int64_t number = 0;
    if (name.empty() || value.getAsInteger(10, number) || number < 1) {
      llvm::errs() << "dnnc: error: have --dim " << dim << ", need NAME=N with N at least 1\n";
      return false;
    }
    options.dims[name.str()] = number;
  }
  return true;
}

mlir::OwningOpRef<mlir::ModuleOp> readModel(const Arguments &arguments, const ImportOptions &options,
                                            mlir::MLIRContext &context) {
  if (!llvm::StringRef(arguments.model).ends_with(".mlir"))
    return importOnnx(arguments.model, context, options);
  llvm::SourceMgr sources;
  auto file = llvm::MemoryBuffer::getFile(arguments.model);
  if (!file) {
    llvm::errs() << "dnnc: error: cannot read " << arguments.model << ": " << file.getError().message()
                 << "\n";
    return nullptr;
  }
  sources.AddNewSourceBuffer(std::move(*file), llvm::SMLoc());
  return mlir::parseSourceFile<mlir::ModuleOp>(sources, &context);
}

/// Writes text of a stage; "-" is standard output.
int writeText(mlir::ModuleOp module, const Arguments &arguments) {
  std::error_code error;
  llvm::ToolOutputFile file(arguments.output.empty() ? "-" : arguments.output, error, llvm::sys::fs::OF_Text);
  if (error) {
    llvm::errs() << "dnnc: error: cannot write " << arguments.output << ": " << error.message() << "\n";
    return 1;
  }
  mlir::OpPrintingFlags flags;
  if (arguments.emit == "isa")
    // As dnnc-objdump does, so that dnnc-as reads the text.
    module.walk([](isa::ProgramOp program) {
      if (program.getConstantsBytes() > constantsInText)
        isa::digestConstants(program);
    });
  else
    // In local scope the resources that are elided are not even formatted.
    flags.elideLargeResourceString(64).elideLargeElementsAttrs(64).useLocalScope();
  if (arguments.locations)
    flags.enableDebugInfo(true, true);
  module.print(file.os(), flags);
  file.os() << "\n";
  file.os().flush();
  if (file.os().has_error()) {
    llvm::errs() << "dnnc: error: cannot write "
                 << (arguments.output.empty() ? "standard output" : arguments.output) << ": "
                 << file.os().error().message() << "\n";
    file.os().clear_error();
    return 1;
  }
  file.keep();
  return 0;
}

/// Whether the options can do anything to a module of its stage; says what cannot.
bool fitsStage(mlir::ModuleOp module, const Arguments &arguments) {
  pipeline::Stage stage = pipeline::stageOf(module);
  const char *name = stage == pipeline::Stage::Dnn ? "dnn" : stage == pipeline::Stage::Isa ? "isa" : "acc";
  auto refuse = [&](const llvm::Twine &what) {
    llvm::errs() << "dnnc: error: " << arguments.model << " is at the " << name << " stage; " << what << "\n";
    return false;
  };
  if (llvm::StringRef(arguments.model).ends_with(".mlir") && !arguments.dims.empty())
    return refuse("--dim binds the symbolic dimensions of an ONNX model only");
  if (stage != pipeline::Stage::Dnn && !arguments.compile.observe.empty())
    return refuse("--observe needs the dnn stage or an ONNX model");
  if (stage == pipeline::Stage::Isa && arguments.targetGiven)
    return refuse("its target is written in it, and --target cannot change it");
  if (stage > pipeline::Stage::Acc && !arguments.searchFlag.empty())
    return refuse("its mappings are applied, and " + arguments.searchFlag + " cannot change them");
  if ((arguments.emit == "dnn" && stage != pipeline::Stage::Dnn) ||
      (arguments.emit == "acc" && stage == pipeline::Stage::Isa))
    return refuse("--emit " + arguments.emit + " is an earlier one");
  return true;
}

int compileModel(const Arguments &arguments) {
  ImportOptions import;
  if (!parseDims(arguments.dims, import))
    return 2;
  try {
    Target::load(arguments.compile.target);
  } catch (const Error &error) {
    llvm::errs() << "dnnc: error: " << error.what() << "\n";
    return 1;
  }
  mlir::DialectRegistry registry;
  pipeline::registerEverything(registry);
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  context.printOpOnDiagnostic(false);
  tool::DiagnosticPrinter diagnostics(context);

  mlir::OwningOpRef<mlir::ModuleOp> module = readModel(arguments, import, context);
  if (!module)
    return 1;
  const pipeline::CompileOptions &options = arguments.compile;
  if (!fitsStage(*module, arguments))
    return 1;
  if (!options.observe.empty())
    llvm::errs()
        << "dnnc: note: observed tensors are kept in DRAM, so fewer ops are fused and the schedule differs\n";
  if (arguments.emit != "bin") {
    auto stage = llvm::StringSwitch<pipeline::Stage>(arguments.emit)
                     .Case("dnn", pipeline::Stage::Dnn)
                     .Case("acc", pipeline::Stage::Acc)
                     .Default(pipeline::Stage::Isa);
    return failed(pipeline::lower(*module, stage, options)) ? 1 : writeText(*module, arguments);
  }
  auto program = pipeline::compile(*module, options);
  if (failed(program))
    return 1;
  try {
    program->write(arguments.output);
  } catch (const Error &error) {
    llvm::errs() << "dnnc: error: " << error.what() << "\n";
    return 1;
  }
  return 0;
}
} // namespace

int main(int argc, char **argv) {
  if (auto status = tool::runSubcommand(argc, argv))
    return *status;
  Arguments arguments;
  CLI::App app("Compiles neural networks for spatial accelerators.", "dnnc");
  app.add_option("model", arguments.model,
                 "ONNX model (.onnx, or .onnxtxt for ONNX's text syntax), or .mlir of any stage");
  app.add_option("-o", arguments.output, "file to write, - for standard output (text only)");
  app.add_option("--emit", arguments.emit,
                 "stage to write: dnn, acc, isa (text) or bin (the program; needs -o)")
      ->check(CLI::IsMember({"dnn", "acc", "isa", "bin"}));
  CLI::Option *target =
      app.add_option("--target", arguments.compile.target, "a shipped target's name, or a YAML file");
  app.add_option("--dim", arguments.dims, "NAME=N: the value of a symbolic dimension");
  app.add_option("--observe", arguments.compile.observe,
                 "tensor or node to keep as an output, or all; dnnc-sim --tensors writes them");
  std::vector<CLI::Option *> search = {
      app.add_option("--dataflow", arguments.compile.dataflow,
                     "the dataflow of every layer, or auto for the best of each")
          ->check(CLI::IsMember({"auto", "rs", "ws", "os", "is", "nlr"})),
      app.add_option("--objective", arguments.compile.objective, "what mappings make least")
          ->check(CLI::IsMember({"latency", "energy", "edp"})),
      app.add_option("--search-budget", arguments.compile.searchBudget,
                     "SECONDS that the search for mappings may take; 0 for no limit")
          ->check(CLI::NonNegativeNumber),
      app.add_option("--strategy", arguments.compile.strategy, "YAML file with decisions to pin"),
      app.add_option("--save-strategy", arguments.compile.saveStrategy,
                     "YAML file to write every decision to"),
      app.add_option("--mapping-cache", arguments.compile.mappingCache,
                     "folder that keeps mappings found for the next time")};
  app.add_option("-j", arguments.compile.jobs,
                 "threads of the search for mappings, 0 for one a core; the result is the same")
      ->check(CLI::Range(0, 1024));
  app.add_flag("--locations", arguments.locations, "print the ONNX node of every op");
  app.add_flag("--print-supported-ops", arguments.printSupportedOps,
               "list the operators that are read, and end");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  arguments.targetGiven = target->count() > 0;
  for (CLI::Option *option : search)
    if (option->count() > 0)
      arguments.searchFlag = option->get_name();
  if (arguments.printSupportedOps) {
    for (const SupportedOp &op : supportedOnnxOps())
      llvm::outs() << op.domain << "." << op.op << " since " << op.since << (op.limits.empty() ? "" : ": ")
                   << op.limits << "\n";
    return 0;
  }
  if (arguments.model.empty()) {
    llvm::errs() << "dnnc: error: no model given; see dnnc --help\n";
    return 2;
  }
  if (arguments.emit == "bin" && (arguments.output.empty() || arguments.output == "-")) {
    llvm::errs()
        << "dnnc: error: a program needs a file; give -o prog.bin, or --emit dnn, acc or isa for text\n";
    return 2;
  }
  try {
    return compileModel(arguments);
  } catch (const std::bad_alloc &) {
    llvm::errs() << "dnnc: error: " << arguments.model << " needs more memory than there is\n";
    return 1;
  }
}

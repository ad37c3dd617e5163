// The compiler's command line: an ONNX model, or MLIR of any stage, in; a program or any stage out.
#include "tools/FileUse.h"
#include "tools/Version.h"
#include "tools/dnnc/Session.h"
#include "tools/dnnc/Subcommand.h"

#include "dialects/Isa/IsaConversion.h"
#include "dnnc/Target.h"
#include "lib/Import/Import.h"

#include <CLI/CLI.hpp>
#include <llvm/ADT/StringSwitch.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/ToolOutputFile.h>

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
  auto refuse = [&](const llvm::Twine &what) {
    llvm::errs() << "dnnc: error: " << arguments.model << " is at the " << tool::stageName(stage) << " stage; "
                 << what << "\n";
    return false;
  };
  if (tool::isMlir(arguments.model) && !arguments.dims.empty())
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
  Target::load(arguments.compile.target);
  mlir::DialectRegistry registry;
  pipeline::registerEverything(registry);
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  context.printOpOnDiagnostic(false);
  tool::DiagnosticPrinter diagnostics(context);

  mlir::OwningOpRef<mlir::ModuleOp> module = tool::readModel(arguments.model, arguments.dims, context);
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
  program->write(arguments.output);
  return 0;
}

/// A file that cannot be written is found before the compilation, not after it. Throws Error.
void checkWritable(const std::string &file) {
  if (file.empty() || file == "-")
    return;
  if (llvm::sys::fs::is_directory(file))
    throw Error("cannot write " + file + ": it is a folder; name a file");
  std::string folder = llvm::sys::path::parent_path(file).str();
  if (folder.empty())
    folder = ".";
  if (!llvm::sys::fs::is_directory(folder))
    throw Error("cannot write " + file + ": there is no folder " + folder + "; make it first");
  if (llvm::sys::fs::access(llvm::sys::fs::exists(file) ? file : folder, llvm::sys::fs::AccessMode::Write))
    throw Error("cannot write " + file + ": no permission");
}

/// What cannot be done whatever the model is. Throws UsageError.
void checkUsage(const Arguments &arguments) {
  const pipeline::CompileOptions &options = arguments.compile;
  if (arguments.model.empty())
    throw tool::UsageError("no model given; see dnnc --help");
  if (arguments.emit == "bin" && (arguments.output.empty() || arguments.output == "-"))
    throw tool::UsageError("a program needs a file; give -o prog.bin, or --emit dnn, acc or isa for text");
  if ((arguments.emit == "dnn" || arguments.emit == "acc") && !arguments.searchFlag.empty())
    throw tool::UsageError("--emit " + arguments.emit + " ends before mappings are decided, so " +
                           arguments.searchFlag + " does nothing; leave it out, or emit isa or bin");
  std::string target = options.target.substr(0, options.target.rfind(":dense"));
  std::string conflict = tool::conflictOf(
      {{arguments.output, "-o"}, {options.saveStrategy, "--save-strategy"}, {options.report, "--report"}},
      {{arguments.model, "the model"},
       {options.strategy, "the strategy"},
       {options.calibration, "the calibration"},
       {options.density, "the densities"},
       {target, "the target"}});
  if (!conflict.empty())
    throw tool::UsageError(conflict);
  checkWritable(arguments.output);
  checkWritable(options.saveStrategy);
  checkWritable(options.report);
}
} // namespace

int main(int argc, char **argv) {
  if (auto status = tool::runSubcommand(argc, argv))
    return *status;
  Arguments arguments;
  CLI::App app("Compiles neural networks for spatial accelerators.", "dnnc");
  app.option_defaults()->always_capture_default();
  app.set_version_flag("--version", std::string("dnnc ") + tool::version, "print the version, and end");
  app.footer([&] { return tool::subcommandsText(argv[0]); });
  app.add_option("model", arguments.model,
                 "ONNX model (.onnx, or .onnxtxt for ONNX's text syntax), or .mlir of any stage");
  app.add_option("-o", arguments.output, "file to write, - for standard output (text only)");
  app.add_option("--emit", arguments.emit,
                 "stage to write: dnn, acc, isa (text) or bin (the program; needs -o)")
      ->check(CLI::IsMember({"dnn", "acc", "isa", "bin"}));
  CLI::Option *target = tool::addMachineOptions(app, arguments.compile);
  tool::addDimOption(app, arguments.dims);
  app.add_option("--observe", arguments.compile.observe,
                 "tensor or node to keep as an output, or all; dnnc-sim --tensors writes them")
      ->default_str("");
  std::vector<CLI::Option *> search = tool::addSearchOptions(app, arguments.compile);
  search.push_back(app.add_option("--save-strategy", arguments.compile.saveStrategy,
                                  "YAML file to write every decision to"));
  search.push_back(app.add_option("--report", arguments.compile.report,
                                  "JSON file to write decisions and the ledger of zeros to"));
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
  return tool::guarded("dnnc", arguments.model, [&] {
    checkUsage(arguments);
    return compileModel(arguments);
  });
}

#include "tools/dnnc/Model.h"

#include "lib/Import/Import.h"

#include <fmt/format.h>
#include <llvm/Support/SourceMgr.h>
#include <llvm/Support/raw_ostream.h>
#include <mlir/Parser/Parser.h>

#include <cmath>

using namespace dnnc;
using namespace dnnc::tool;

static ImportOptions importOptions(const std::vector<std::string> &dims) {
  ImportOptions options;
  for (const std::string &dim : dims) {
    auto [name, value] = llvm::StringRef(dim).rsplit('=');
    int64_t number = 0;
    if (name.empty() || value.getAsInteger(10, number) || number < 1)
      throw UsageError(fmt::format("have --dim {}, need NAME=N with N at least 1", dim));
    if (!options.dims.emplace(name.str(), number).second)
      throw UsageError(fmt::format("--dim gives {} twice; give each dimension once", name.str()));
  }
  return options;
}

bool tool::isMlir(const std::string &model) { return llvm::StringRef(model).ends_with(".mlir"); }

mlir::OwningOpRef<mlir::ModuleOp> tool::readModel(const std::string &model, const std::vector<std::string> &dims,
                                                  mlir::MLIRContext &context) {
  ImportOptions options = importOptions(dims);
  if (!isMlir(model))
    return importOnnx(model, context, options);
  llvm::SourceMgr sources;
  auto file = llvm::MemoryBuffer::getFile(model);
  if (!file)
    throw Error(fmt::format("cannot read {}: {}", model, file.getError().message()));
  sources.AddNewSourceBuffer(std::move(*file), llvm::SMLoc());
  return mlir::parseSourceFile<mlir::ModuleOp>(sources, &context);
}

const char *tool::stageName(pipeline::Stage stage) {
  return stage == pipeline::Stage::Dnn ? "dnn" : stage == pipeline::Stage::Isa ? "isa" : "acc";
}

/// CLI11's own check lets "nan" pass.
static std::string problemOfSeconds(std::string &text) {
  double seconds = -1;
  bool isNumber = CLI::detail::lexical_cast(text, seconds);
  if (isNumber && std::isfinite(seconds) && seconds >= 0)
    return "";
  return fmt::format("have {}; need a finite number of seconds, 0 or more", text);
}

static std::string problemOfEffort(std::string &text) {
  double effort = -1;
  constexpr double least = 0.001, most = 1000;
  if (CLI::detail::lexical_cast(text, effort) && effort >= least && effort <= most)
    return "";
  return fmt::format("have {}; need a factor from {} to {}", text, least, most);
}

std::vector<CLI::Option *> tool::addSearchOptions(CLI::App &app, pipeline::CompileOptions &options, bool dataflow,
                                                  const char *budget) {
  std::vector<CLI::Option *> added = {
      app.add_option("--objective", options.objective, "what mappings make least")
          ->check(CLI::IsMember({"latency", "energy", "edp"})),
      app.add_option("--calibration", options.calibration,
                     "statistics of a run (dnnc-sim --stats): the densities of activations to expect"),
      app.add_option("--density", options.density,
                     "YAML file of synthetic densities, layer by layer, for a what-if: what runs is not the network then"),
      app.add_option("--search-effort", options.searchEffort,
                     "factor of the steps that the search of a layer may take before it gives up the proof")
          ->check(CLI::Validator(problemOfEffort, "")),
      app.add_option("--search-budget", options.searchBudget, budget)->check(CLI::Validator(problemOfSeconds, "")),
      app.add_option("--strategy", options.strategy, "YAML file with decisions to pin"),
      app.add_option("--mapping-cache", options.mappingCache, "folder that keeps mappings found for the next time")};
  if (dataflow)
    added.push_back(app.add_option("--dataflow", options.dataflow,
                                   "the dataflow of every layer, or auto for the best of each")
                        ->check(CLI::IsMember({"auto", "rs", "ws", "os", "is", "nlr", "mixed"})));
  return added;
}

CLI::Option *tool::addMachineOptions(CLI::App &app, pipeline::CompileOptions &options) {
  app.add_option("-j", options.jobs, "threads of the search for mappings, 0 for one a core; the result is the same")
      ->check(CLI::Range(0, 1024));
  CLI::Option *target = app.add_option("--target", options.target, "a shipped target's name, or a YAML file");
  // Options are applied in the order of their definitions, so that the target is known here.
  app.add_option_function<std::string>(
         "--sparsity",
         [&options](const std::string &value) {
           if (value == "off")
             options.target += ":dense";
         },
         "off: nothing is encoded, gated or skipped for its zeros, whatever the target can")
      ->check(CLI::IsMember({"on", "off"}))
      ->default_str("on");
  return target;
}

void tool::addDimOption(CLI::App &app, std::vector<std::string> &dims) {
  app.add_option("--dim", dims, "NAME=N: the value of a symbolic dimension")->allow_extra_args(false)->default_str("");
}

// What every tool that compiles shares: the model it is given, and the options of the search.
#pragma once

#include "dnnc/Error.h"
#include "lib/Pipeline/Pipeline.h"

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace dnnc::tool {

/// Wrong usage: exit code 2.
struct UsageError : Error {
  using Error::Error;
};

/// The model of a file: ONNX, or .mlir of any stage. `dims` (NAME=N) bind the symbolic dimensions of an ONNX
/// model; throws UsageError where one is not of that form. Null after diagnostics.
mlir::OwningOpRef<mlir::ModuleOp> readModel(const std::string &model, const std::vector<std::string> &dims,
                                            mlir::MLIRContext &context);
bool isMlir(const std::string &model);
/// "dnn", "acc" or "isa"
const char *stageName(pipeline::Stage stage);

/// What the seconds of --search-budget are for.
inline constexpr const char *wholeNetwork = "SECONDS that the search for mappings may take over the network; 0 for no limit";

/// --objective, --search-effort, --search-budget, --strategy, --mapping-cache, and --dataflow where a tool takes one. Returns
/// them: they need a search.
std::vector<CLI::Option *> addSearchOptions(CLI::App &app, pipeline::CompileOptions &options, bool dataflow = true,
                                            const char *budget = wholeNetwork);
/// --target and -j; returns the first.
CLI::Option *addMachineOptions(CLI::App &app, pipeline::CompileOptions &options);
void addDimOption(CLI::App &app, std::vector<std::string> &dims);

} // namespace dnnc::tool

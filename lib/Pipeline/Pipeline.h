// The whole compiler as one function: dnn in, a program out.
#pragma once

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "runtime/Program/Program.h"

#include <string>
#include <vector>

namespace dnnc::pipeline {

/// The stages a module can be in, in the order of the line: acc has tiles, then tasks, then tasks with places
/// and tokens.
enum class Stage { Dnn, Acc, Tasks, Ordered, Isa };

struct CompileOptions {
  std::string target = "edge";      ///< a shipped target's name or a YAML file, as Target::load() takes it
  std::vector<std::string> observe; ///< tensors or nodes to keep as outputs; "all" for every one
  std::string dataflow = "auto";    ///< auto, or the one dataflow that mappings may have: rs, ws, os, is, nlr, mixed
  std::string objective = "latency"; ///< what the search makes least: latency, energy or edp
  int jobs = 0; ///< threads of the search, 0 for one a core; the answer is the same with any number
  std::string calibration;  ///< statistics of a run, for the densities that are expected; empty for none
  std::string density;      ///< file of synthetic densities, for a what-if; empty for none
  double searchEffort = 1;  ///< factor of the steps that the search of a layer may take
  double searchBudget = 0;  ///< seconds that the search may take over the network; 0 for no limit
  std::string strategy;     ///< file with decisions to pin; empty for none
  std::string saveStrategy; ///< file to write every decision to; empty for none
  std::string report;       ///< JSON file to write what was decided to; empty for none
  std::string mappingCache; ///< folder where results of the search are kept; empty for none
};

/// The stage of a module, by the ops in it.
Stage stageOf(mlir::ModuleOp module);

/// Adds the passes after which every op of a network is what will be computed, and observed tensors are
/// results: constants folded, Q/DQ pairs folded into integer ops. This is the form that the reference judges.
void addQuantizePasses(mlir::PassManager &manager, const CompileOptions &options);

/// Adds the passes that say what zeros to expect, at the tiles stage.
void addDensityPasses(mlir::PassManager &manager, const CompileOptions &options);

/// Adds the passes that decide tiles, mappings and storage at the tiles stage, from the strategy or by search.
void addDecisionPasses(mlir::PassManager &manager, const CompileOptions &options);

/// Adds the passes that take a module from one stage to another.
void addPasses(mlir::PassManager &manager, Stage from, Stage to, const CompileOptions &options);

/// Runs the passes between two stages. Diagnostics say what fails.
mlir::LogicalResult lower(mlir::ModuleOp module, Stage to, const CompileOptions &options);

/// Lowers a module of any stage and encodes it.
mlir::FailureOr<isa::Program> compile(mlir::ModuleOp module, const CompileOptions &options);

/// Registers every dialect and every pass of dnnc.
void registerEverything(mlir::DialectRegistry &registry);
void registerPasses();

} // namespace dnnc::pipeline

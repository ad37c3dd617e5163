// What the subcommands share: running a program, and ending with the right exit code.
#pragma once

#include "dnnc/Error.h"
#include "dnnc/Simulate.h"
#include "runtime/Simulator/Text.h"
#include "tools/dnnc/Diagnostics.h"
#include "tools/dnnc/Model.h"

#include <functional>
#include <string>
#include <vector>

namespace dnnc::tool {

using sim::bytesText;
using sim::countText;
using sim::energyText;
using sim::Row;
using sim::table;

/// A model in a context of its own. Diagnostics are printed.
class Session {
public:
  /// `dims` are NAME=N. `last` is the stage up to which an .mlir may be. Throws UsageError, and Error where the
  /// stage is a later one; `module` is null after diagnostics.
  Session(const std::string &model, const std::vector<std::string> &dims,
          pipeline::Stage last = pipeline::Stage::Acc);

  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;

private:
  DiagnosticPrinter diagnostics;
};

/// The program's run on inputs by name (a .npz, or none); the others are drawn. Its tensors stay in the
/// simulation.
Simulation simulate(const isa::Program &program, const std::string &inputs, uint64_t seed);

/// Runs the body of a tool: its result, or the exit code of what it throws, after a message.
int guarded(const char *tool, const std::string &model, const std::function<int()> &body);

} // namespace dnnc::tool

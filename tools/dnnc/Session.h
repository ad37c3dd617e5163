// What the subcommands share: reading a model, running a program, tables.
#pragma once

#include "dnnc/Error.h"
#include "dnnc/Simulate.h"
#include "lib/Import/Import.h"
#include "lib/Pipeline/Pipeline.h"
#include "tools/dnnc/Diagnostics.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace dnnc::tool {

/// Wrong usage: exit code 2.
struct UsageError : Error {
  using Error::Error;
};

/// A model in a context of its own. Diagnostics are printed.
class Session {
public:
  /// `dims` are NAME=N. Throws UsageError; `module` is null after diagnostics.
  Session(const std::string &model, const std::vector<std::string> &dims);

  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;

private:
  DiagnosticPrinter diagnostics;
};

/// The program's run on inputs by name (a .npz, or none); the others are drawn. Its tensors stay in the
/// simulation.
Simulation simulate(const isa::Program &program, const std::string &inputs, uint64_t seed);

/// Rows of a table as text: the first `leftColumns` are set to the left, the others to the right; columns
/// from `textColumn` on are to the left again.
using Row = std::vector<std::string>;
std::string table(const std::vector<Row> &rows, size_t leftColumns, size_t textColumn = SIZE_MAX);

/// Numbers as people read them.
std::string countText(double count);
std::string bytesText(double bytes);
std::string energyText(double pj);

/// Runs the body of a tool: its result, or the exit code of what it throws, after a message.
int guarded(const char *tool, const std::string &model, const std::function<int()> &body);

} // namespace dnnc::tool

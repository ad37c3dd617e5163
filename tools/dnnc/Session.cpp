#include "tools/dnnc/Session.h"

#include "dnnc/Error.h"
#include "runtime/Tensor/Npz.h"

#include <fmt/format.h>
#include <llvm/ADT/ScopeExit.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/raw_ostream.h>

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
    options.dims[name.str()] = number;
  }
  return options;
}

static mlir::DialectRegistry everything() {
  mlir::DialectRegistry registry;
  pipeline::registerEverything(registry);
  return registry;
}

Session::Session(const std::string &model, const std::vector<std::string> &dims)
    : context(everything(), mlir::MLIRContext::Threading::DISABLED), diagnostics(context) {
  context.printOpOnDiagnostic(false);
  module = importOnnx(model, context, importOptions(dims));
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

/// Characters of a UTF-8 string, which is what a column is wide.
static size_t width(const std::string &text) {
  return llvm::count_if(text, [](char c) { return (c & 0xc0) != 0x80; });
}

std::string tool::table(const std::vector<Row> &rows, size_t leftColumns, size_t textColumn) {
  std::vector<size_t> widths;
  for (const Row &row : rows)
    for (size_t i = 0; i < row.size(); ++i) {
      widths.resize(std::max(widths.size(), i + 1));
      widths[i] = std::max(widths[i], width(row[i]));
    }
  std::string text;
  for (const Row &row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      std::string space(widths[i] - width(row[i]), ' ');
      line += (i ? "  " : "") + (i < leftColumns || i >= textColumn ? row[i] + space : space + row[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string tool::countText(double count) {
  if (count >= 1e10)
    return fmt::format("{:.2f} G", count * 1e-9);
  if (count >= 1e7)
    return fmt::format("{:.2f} M", count * 1e-6);
  if (count >= 1e4)
    return fmt::format("{:.1f} k", count * 1e-3);
  return fmt::format("{:.0f}", count);
}

std::string tool::bytesText(double bytes) {
  return bytes >= 1 << 20 ? fmt::format("{:.2f} MiB", bytes / (1 << 20))
                          : fmt::format("{:.1f} KiB", bytes / (1 << 10));
}

std::string tool::energyText(double pj) {
  return pj >= 1e10 ? fmt::format("{:.2f} mJ", pj * 1e-9) : fmt::format("{:.2f} µJ", pj * 1e-6);
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

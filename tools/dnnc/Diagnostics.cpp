#include "tools/dnnc/Diagnostics.h"

#include "dialects/Dnn/Names.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/raw_ostream.h>

using namespace mlir;
using namespace dnnc::tool;

static StringRef severityName(DiagnosticSeverity severity) {
  switch (severity) {
  case DiagnosticSeverity::Error:
    return "error";
  case DiagnosticSeverity::Warning:
    return "warning";
  case DiagnosticSeverity::Note:
    return "note";
  case DiagnosticSeverity::Remark:
    return "remark";
  }
  return "error";
}

static void print(Diagnostic &diagnostic) {
  // The ONNX nodes of the op, or its place in an .mlir file.
  std::string where = llvm::join(dnnc::dnn::nodeNames(diagnostic.getLocation()), ", ");
  if (where.empty())
    if (auto file = dyn_cast<FileLineColLoc>(diagnostic.getLocation()))
      where = (file.getFilename().getValue() + ":" + Twine(file.getLine()) + ":" + Twine(file.getColumn())).str();
  llvm::errs() << (where.empty() ? "dnnc" : where) << ": " << severityName(diagnostic.getSeverity()) << ": " << diagnostic.str() << "\n";
  for (Diagnostic &note : diagnostic.getNotes())
    print(note);
}

DiagnosticPrinter::DiagnosticPrinter(MLIRContext &context)
    : context(context), handler(context.getDiagEngine().registerHandler([](Diagnostic &diagnostic) { print(diagnostic); })) {}

DiagnosticPrinter::~DiagnosticPrinter() { context.getDiagEngine().eraseHandler(handler); }

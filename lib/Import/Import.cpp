#include "lib/Import/Import.h"

#include "dialects/Dnn/DnnDialect.h"
#include "lib/Import/GraphImporter.h"
#include "lib/Import/Model.h"

#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Dialect/Quant/IR/Quant.h>

#include <google/protobuf/stubs/logging.h>

namespace dnnc {

/// Keeps protobuf from writing to stderr about models that the import reports itself.
struct QuietProtobuf {
  google::protobuf::LogHandler *before = google::protobuf::SetLogHandler(nullptr);
  ~QuietProtobuf() { google::protobuf::SetLogHandler(before); }
};

using namespace mlir;
using namespace onnximport;

OwningOpRef<ModuleOp> importOnnx(StringRef path, MLIRContext &context, const ImportOptions &options) {
  context.loadDialect<func::FuncDialect, quant::QuantDialect, dnn::DnnDialect>();
  QuietProtobuf quiet;
  Problems problems(context, path);
  Model model{.path = path.str()};
  if (failed(readModel(model, problems)))
    return {};
  nameNodes(model);
  moveWeights(model, problems);
  checkStructure(model, problems);
  checkOperators(model.proto, /*expanded=*/false, problems);
  bindDims(model, options.dims, problems);
  if (problems.any() || failed(prepareModel(model, problems)))
    return {};
  return GraphImporter(model, problems).run();
}

} // namespace dnnc

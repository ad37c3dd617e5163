// Runs passes on any stage of the line, as mlir-opt does: every dialect and every pass of dnnc by name.
#include "lib/Pipeline/Pipeline.h"

#include <mlir/Tools/mlir-opt/MlirOptMain.h>

int main(int argc, char **argv) {
  mlir::DialectRegistry dialects;
  dnnc::pipeline::registerEverything(dialects);
  dnnc::pipeline::registerPasses();
  return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, "dnnc's passes and dialects\n", dialects));
}

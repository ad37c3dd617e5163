// The generated members of every op.
#include "dialects/Dnn/DnnDialect.h"

#include "dialects/Dnn/VerifyCommon.h"

using namespace mlir;

#define GET_OP_CLASSES
#include "dialects/Dnn/DnnOps.cpp.inc"

namespace dnnc::dnn {

void DnnDialect::registerOps() {
  addOperations<
#define GET_OP_LIST
#include "dialects/Dnn/DnnOps.cpp.inc"
      >();
}

} // namespace dnnc::dnn

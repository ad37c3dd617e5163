// Verifiers of the ops that hold others. The rules are those of the program file
// (runtime/Program/Verify.cpp).
#include "dialects/Isa/IsaConversion.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/DialectResourceBlobManager.h"

using namespace mlir;

namespace dnnc::isa {

ArrayRef<char> ProgramOp::constantBytes() {
  auto resource = llvm::dyn_cast_if_present<DenseResourceElementsAttr>(getConstantsAttr());
  if (!resource)
    return {};
  AsmResourceBlob *blob = resource.getRawHandle().getBlob();
  return blob ? blob->getData() : ArrayRef<char>();
}

QueueOp ProgramOp::queue(Queue which) {
  for (QueueOp queue : getBody().getOps<QueueOp>())
    if (queue.getQueue() == static_cast<int64_t>(which))
      return queue;
  return {};
}

LogicalResult ProgramOp::verify() {
  if (getOperation()->getParentOfType<ProgramOp>())
    return emitOpError() << "is in an isa.program, which holds rows of tables and isa.queue";
  Attribute constants = getConstantsAttr();
  if (!constants && getConstantsBytes() != 0)
    return emitOpError() << "has constants_bytes = " << getConstantsBytes() << " but no constants";
  if (!constants || llvm::isa<DigestAttr>(constants))
    return success();
  auto resource = llvm::dyn_cast<DenseResourceElementsAttr>(constants);
  if (!resource)
    return emitOpError() << "has constants " << constants
                         << ", need none, a dense_resource or an #isa.digest";
  auto type = llvm::dyn_cast<RankedTensorType>(resource.getType());
  if (!type || type.getRank() != 1 || !type.getElementType().isUnsignedInteger(8))
    return emitOpError() << "has constants of type " << resource.getType() << ", need a row of ui8";
  if (!resource.getRawHandle().getBlob())
    return emitOpError() << "has constants without their bytes: the resource '"
                         << resource.getRawHandle().getKey() << "' is not in the file";
  return success();
}

LogicalResult ProgramOp::verifyRegions() {
  bool good = true;
  SmallVector<QueueOp, 4> seen(queueNames.size());
  for (Operation &op : getBody().getOps()) {
    if (op.getDialect() != getOperation()->getDialect()) {
      op.emitOpError() << "is in an isa.program, which holds rows of tables and isa.queue";
      good = false;
    } else if (auto queue = llvm::dyn_cast<QueueOp>(op)) {
      QueueOp &first = seen[queue.getQueue()];
      if (first) {
        InFlightDiagnostic error = queue.emitOpError()
                                   << "is the second " << StringRef(queueNames[queue.getQueue()]) << " queue";
        error.attachNote(first.getLoc()) << "the first is here";
        good = false;
      }
      first = queue;
    }
  }
  if (!good)
    return failure();
  bool elsewhere = llvm::isa_and_present<DigestAttr>(getConstantsAttr());
  for (const Problem &problem : ::dnnc::isa::verify(toProgram(*this), elsewhere)) {
    opOf(*this, problem)->emitOpError() << problem.message;
    good = false;
  }
  return success(good);
}

LogicalResult QueueOp::verifyRegions() {
  for (Operation &op : getBody().getOps())
    if (!toInstruction(&op))
      return op.emitOpError() << "is in an isa.queue, which holds instructions";
  return success();
}

LogicalResult LanesOp::verifyRegions() {
  for (Operation &op : getBody().getOps())
    if (!toStep(&op))
      return op.emitOpError() << "is in an isa.lanes, which holds lane steps";
  // The registers of the whole program of steps, by the rules of its row.
  bool good = true;
  for (const std::string &problem : problemsOf(AnyRow(toRow(*this)))) {
    emitOpError() << problem;
    good = false;
  }
  return success(good);
}

} // namespace dnnc::isa

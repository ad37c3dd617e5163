// Verifiers of the lane programs of both stages.
#include "dialects/Acc/Verify.h"

using namespace mlir;
using namespace dnnc;
using namespace dnnc::acc;

/// Checks the lane program of a region: `inputs` are the argument types; returns the type it yields.
static FailureOr<Type> verifyLaneProgram(Operation *op, Region &region, TypeRange inputs, StringRef what,
                                         bool tables) {
  Block &block = region.front();
  if (block.getArgumentTypes() != inputs) {
    InFlightDiagnostic diagnostic = op->emitOpError("the ") << what << "'s arguments have to be (";
    llvm::interleaveComma(inputs, diagnostic);
    return diagnostic << "), the lane types of what it reads";
  }
  for (Operation &step : block.without_terminator()) {
    for (Value operand : step.getOperands())
      if (operand.getParentBlock() != &block)
        return step.emitOpError("reads a value from outside of its lane program");
    for (Type type : step.getResultTypes())
      if (!type.isF32() && !type.isInteger(1) && !type.isInteger(32) && !type.isInteger(64))
        return step.emitOpError("computes ") << type << "; lanes have f32, i32 and i64";
    if (isa<LaneTableOp>(step) && !tables)
      return step.emitOpError("looks up a table; only maps have tables");
  }
  auto yield = dyn_cast<YieldOp>(block.back());
  if (!yield || yield.getNumOperands() != 1 || yield.getOperand(0).getParentBlock() != &block)
    return op->emitOpError("the ") << what << " has to end in an acc.yield of one value of its own";
  return yield.getOperand(0).getType();
}

static LogicalResult verifyStored(Operation *op, Type yielded, Type stored) {
  if (yielded != laneType(stored))
    return op->emitOpError("yields ") << yielded << ", storing " << stored << " needs " << laneType(stored);
  return success();
}

LogicalResult acc::verifyMapProgram(Operation *op, Region &body, ArrayRef<Type> inputs, Type stored) {
  SmallVector<Type> lanes = llvm::map_to_vector(inputs, laneType);
  auto yielded = verifyLaneProgram(op, body, lanes, "lane program", /*tables=*/true);
  if (failed(yielded))
    return failure();
  for (auto lookUp : body.getOps<LaneTableOp>()) {
    auto table = static_cast<int64_t>(lookUp.getTable());
    if (table < 0 || table >= static_cast<int64_t>(inputs.size()))
      return lookUp.emitOpError("names input ") << table << " as its table; there are " << inputs.size();
    if (lookUp.getType() != lanes[table])
      return lookUp.emitOpError("gives ") << lookUp.getType() << ", the table has " << lanes[table];
    if (!body.getArgument(table).use_empty())
      return op->emitOpError("reads input ") << table << " both element by element and as a table";
  }
  return verifyStored(op, *yielded, stored);
}

LogicalResult acc::verifyJoinPrograms(Operation *op, Region &program, Region &finish, Type input,
                                      Type stored) {
  auto joined = verifyLaneProgram(op, program, {laneType(input)}, "program", /*tables=*/false);
  if (failed(joined))
    return failure();
  auto yielded = verifyLaneProgram(op, finish, {*joined, IntegerType::get(op->getContext(), 32)}, "finish",
                                   /*tables=*/false);
  return failed(yielded) ? failure() : verifyStored(op, *yielded, stored);
}

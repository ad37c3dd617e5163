// Trees of element-wise ops become one lane program.
#include "lib/Mapping/GroupBuilder.h"

using namespace mlir;
using namespace dnnc;
using namespace dnnc::mapping;

FailureOr<Value> mapping::formElementwise(GroupBuilder &groups, ArrayRef<Operation *> ops, IRMapping &values) {
  Operation *last = ops.back();
  Location loc = ops.size() == 1 ? last->getLoc()
                                 : FusedLoc::get(last->getContext(), llvm::map_to_vector(ops, [](Operation *op) { return op->getLoc(); }));
  SmallVector<Value> inputs, outer;
  for (Operation *op : ops)
    for (Value operand : op->getOperands())
      if (!llvm::is_contained(ops, operand.getDefiningOp()) && !llvm::is_contained(outer, operand)) {
        outer.push_back(operand);
        Value input = values.lookup(operand);
        // On chip a tensor has at least one dimension; a scalar broadcasts along it.
        if (tensorType(input).getRank() == 0)
          input = groups.reshape(loc, input, {1});
        inputs.push_back(input);
      }
  // Tables follow the operands.
  llvm::DenseMap<Operation *, int64_t> tables;
  for (Operation *op : ops) {
    if (!isTableFunction(op))
      continue;
    auto table = tableOf(op);
    if (failed(table))
      return failure();
    tables[op] = inputs.size();
    inputs.push_back(groups.constant(op->getLoc(), *table, RankedTensorType::get({256}, elementOf(op->getResult(0)))));
  }
  std::string kind;
  for (Operation *op : ops)
    kind += (kind.empty() ? "" : "+") + op->getName().stripDialect().str();

  RankedTensorType result = tensorType(last->getResult(0));
  bool isScalar = result.getRank() == 0;
  if (isScalar)
    result = RankedTensorType::get({1}, result.getElementType());
  FailureOr<Value> value = groups.group(loc, kind, inputs, result, [&](OpBuilder &b, ValueRange args) -> FailureOr<Value> {
    auto map = acc::MapOp::create(b, loc, result, args);
    Block &block = map.getBody().emplaceBlock();
    IRMapping lanes;
    for (auto [index, input] : llvm::enumerate(inputs)) {
      Value lane = block.addArgument(acc::laneType(elementOf(input)), loc);
      if (index < outer.size())
        lanes.map(outer[index], lane);
    }
    OpBuilder inside = OpBuilder::atBlockEnd(&block);
    for (Operation *op : ops) {
      LaneBuilder lane(inside, op->getLoc());
      SmallVector<Value> operands = llvm::map_to_vector(op->getOperands(), [&](Value value) { return lanes.lookup(value); });
      auto value = emitElementwise(lane, op, operands, [&](Operation *function, Value index) -> Value {
        return acc::LaneTableOp::create(inside, function->getLoc(), inside.getI32Type(), index, tables[function]);
      });
      if (failed(value))
        return failure();
      lanes.map(op->getResult(0), *value);
    }
    acc::YieldOp::create(inside, loc, lanes.lookup(last->getResult(0)));
    return map.getResult();
  });
  if (failed(value) || !isScalar)
    return value;
  return groups.reshape(loc, *value, {});
}

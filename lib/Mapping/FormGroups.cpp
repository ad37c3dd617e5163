#include "lib/Mapping/GroupBuilder.h"
#include "lib/Mapping/Passes.h"

#include "llvm/ADT/MapVector.h"

namespace dnnc::mapping {
#define GEN_PASS_DEF_FORMGROUPS
#include "lib/Mapping/Passes.h.inc"
} // namespace dnnc::mapping

using namespace mlir;
using namespace dnnc;
using namespace dnnc::mapping;

SmallVector<StringRef> mapping::nodeNames(Location loc) {
  SmallVector<StringRef> names;
  loc->walk([&](Location part) {
    if (auto name = dyn_cast<NameLoc>(part))
      if (!llvm::is_contained(names, name.getName().getValue()))
        names.push_back(name.getName().getValue());
    return WalkResult::advance();
  });
  return names;
}

FailureOr<Value> GroupBuilder::group(Location loc, StringRef kind, ValueRange inputs, Type result, Body body) {
  auto group = acc::GroupOp::create(builder, loc, result, inputs, nextNode++, builder.getStrArrayAttr(nodeNames(loc)),
                                    builder.getStringAttr(kind), acc::TilingAttr(), ArrayAttr());
  Block &block = group.getBody().emplaceBlock();
  for (Value input : inputs)
    block.addArgument(input.getType(), loc);
  OpBuilder inside = OpBuilder::atBlockEnd(&block);
  FailureOr<Value> value = body(inside, block.getArguments());
  if (failed(value))
    return failure();
  acc::YieldOp::create(inside, loc, *value);
  return group.getResult();
}

Value GroupBuilder::constant(Location loc, ElementsAttr value, Type type) {
  return acc::ConstantOp::create(builder, loc, type, value, acc::StorageAttr());
}

Value GroupBuilder::reshapeTo(Location loc, Value input, Type type) {
  return input.getType() == type ? input : acc::ReshapeOp::create(builder, loc, type, input).getResult();
}

Value GroupBuilder::reshape(Location loc, Value input, ArrayRef<int64_t> shape) {
  // The dimension of per-channel scales is lost in another shape; they stand in the parameters already.
  Type element = elementOf(input);
  if (auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(element))
    element = IntegerType::get(element.getContext(), perAxis.getStorageTypeIntegralWidth(),
                               perAxis.isSigned() ? IntegerType::Signless : IntegerType::Unsigned);
  return reshapeTo(loc, input, RankedTensorType::get(shape, element));
}

FailureOr<Value> GroupBuilder::move(Location loc, StringRef kind, Value input, RankedTensorType result, ArrayRef<int64_t> dims,
                                    ArrayRef<int64_t> offsets, ArrayRef<int64_t> steps, int64_t fill) {
  return group(loc, kind, input, result, [&](OpBuilder &b, ValueRange args) -> FailureOr<Value> {
    return acc::MoveOp::create(b, loc, result, args[0], dims, offsets, steps, fill).getResult();
  });
}

FailureOr<Value> GroupBuilder::copy(Location loc, Value input) {
  if (tensorType(input).getRank() > 0)
    return broadcast(loc, input, tensorType(input));
  // On chip a tensor has at least one dimension.
  FailureOr<Value> copied = copy(loc, reshape(loc, input, {1}));
  if (failed(copied))
    return failure();
  return reshape(loc, *copied, {});
}

FailureOr<Value> GroupBuilder::broadcast(Location loc, Value input, RankedTensorType result) {
  if (result.getRank() == 0)
    return copy(loc, input);
  if (tensorType(input).getRank() == 0)
    input = reshape(loc, input, {1});
  auto type = tensorType(input);
  SmallVector<int64_t> dims, offsets(type.getRank(), 0), steps(type.getRank(), 1);
  for (int64_t d = 0; d < type.getRank(); ++d) {
    int64_t outDim = d + result.getRank() - type.getRank();
    dims.push_back(type.getDimSize(d) == result.getDimSize(outDim) ? outDim : -1);
  }
  return move(loc, "copy", input, result, dims, offsets, steps);
}

namespace {
struct FormGroupsPass : mapping::impl::FormGroupsBase<FormGroupsPass> {
  using FormGroupsBase::FormGroupsBase;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (failed(verifyTensors(function)))
      return signalPassFailure();
    Block &block = function.getBody().front();
    SmallVector<Operation *> ops;
    for (Operation &op : block)
      if (isa<dnn::DnnDialect>(op.getDialect()))
        ops.push_back(&op);

    // The members of a group, formed where its last member stands.
    llvm::MapVector<int64_t, SmallVector<Operation *>> members;
    for (Operation *op : ops)
      if (auto group = op->getAttrOfType<IntegerAttr>("dnn.group"))
        members[group.getInt()].push_back(op);

    GroupBuilder groups{OpBuilder(block.getTerminator())};
    IRMapping values;
    for (BlockArgument argument : block.getArguments())
      values.map(argument, argument);
    bool failedAny = false;
    for (Operation *op : ops) {
      SmallVector<Operation *> group = {op};
      if (auto number = op->getAttrOfType<IntegerAttr>("dnn.group"))
        group = members[number.getInt()];
      if (group.back() != op)
        continue;
      // Operands whose group failed were reported there.
      bool missing = llvm::any_of(group, [&](Operation *member) {
        return llvm::any_of(member->getOperands(), [&](Value operand) {
          return !values.contains(operand) && !llvm::is_contained(group, operand.getDefiningOp());
        });
      });
      FailureOr<Value> value = failure();
      if (!missing)
        value = form(groups, group, values);
      if (failed(value)) {
        failedAny = true;
        continue;
      }
      if (auto names = op->getAttr("dnn.tensors"))
        if (Operation *made = value->getDefiningOp())
          made->setAttr("dnn.tensors", names);
      values.map(op->getResult(0), *value);
    }
    if (failedAny)
      return signalPassFailure();
    if (failed(formResults(groups, block.getTerminator(), values)))
      return signalPassFailure();
    for (Operation *op : llvm::reverse(ops))
      op->erase();
    // Constants that only decided something, as the parts without elements of a concatenation, have no place in DRAM.
    for (auto constant : llvm::make_early_inc_range(block.getOps<acc::ConstantOp>()))
      if (constant->use_empty())
        constant->erase();
  }

  /// Every value is a tensor of fixed, positive sizes.
  static LogicalResult verifyTensors(func::FuncOp function) {
    if (!llvm::hasSingleElement(function.getBody()))
      return function.emitError("has no body, or control flow; a network is one block of dnn ops");
    Block &block = function.getBody().front();
    for (Type type : block.getArgumentTypes())
      if (auto tensor = dyn_cast<RankedTensorType>(type); !tensor || !tensor.hasStaticShape() || tensor.getNumElements() == 0)
        return function.emitError("has an argument of type ") << type << "; need a tensor of fixed sizes of at least 1";
    LogicalResult result = success();
    for (Operation &op : block.without_terminator()) {
      if (!isa<dnn::DnnDialect>(op.getDialect())) {
        result = op.emitOpError("is no dnn op; a network is made of these");
        continue;
      }
      bool empty = llvm::any_of(op.getResultTypes(), [](Type type) { return cast<RankedTensorType>(type).getNumElements() == 0; });
      bool used = llvm::any_of(op.getUsers(), [](Operation *user) { return !isa<dnn::ConcatOp>(user); });
      if (empty && (used || !isa<dnn::ConstantOp>(op)))
        result = op.emitOpError("computes a tensor without elements, ") << op.getResultTypes()[0] << "; the accelerator has none";
    }
    return result;
  }

  FailureOr<Value> form(GroupBuilder &groups, ArrayRef<Operation *> group, IRMapping &values) {
    Operation *first = group.front();
    if (isa<dnn::ConvOp, dnn::MatMulOp>(first))
      return formProduct(groups, group, values);
    if (auto reshape = dyn_cast<dnn::ReshapeOp>(first))
      return groups.reshapeTo(first->getLoc(), values.lookup(reshape.getX()), reshape.getType());
    if (isa<dnn::StorageCastOp>(first) && group.size() == 1)
      return groups.reshapeTo(first->getLoc(), values.lookup(first->getOperand(0)), first->getResult(0).getType());
    if (auto constant = dyn_cast<dnn::ConstantOp>(first))
      return groups.constant(first->getLoc(), constant.getValue(), constant.getType());
    if (isElementwise(first))
      return formElementwise(groups, group, values);
    if (group.size() > 1)
      return first->emitOpError("cannot be computed in one group with ") << group[1]->getName();
    if (isa<dnn::MaxPoolOp, dnn::AvgPoolOp, dnn::WindowSumOp, dnn::ReduceOp>(first))
      return formReduction(groups, first, values);
    return formMovement(groups, first, values);
  }

  /// Every result of the function is a group's own result or a view of one: inputs, constants and values that are returned
  /// twice are copied.
  LogicalResult formResults(GroupBuilder &groups, Operation *terminator, IRMapping &values) {
    DenseSet<Value> returned;
    for (OpOperand &operand : terminator->getOpOperands()) {
      Value value = values.lookupOrDefault(operand.get());
      Value root = value;
      while (auto reshape = root.getDefiningOp<acc::ReshapeOp>())
        root = reshape.getInput();
      bool own = isa_and_nonnull<acc::GroupOp, acc::ConcatOp>(root.getDefiningOp());
      if (!own || !returned.insert(value).second) {
        FailureOr<Value> copied = groups.copy(terminator->getLoc(), value);
        if (failed(copied))
          return failure();
        value = *copied;
      }
      operand.set(value);
    }
    return success();
  }
};
} // namespace

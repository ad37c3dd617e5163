#include "lib/Schedule/Displacements.h"
#include "lib/Schedule/LoadTarget.h"
#include "lib/Schedule/NestBuilder.h"
#include "lib/Schedule/Passes.h"
#include "lib/Schedule/TensorStorages.h"

#include "mlir/IR/IRMapping.h"

#include "llvm/ADT/StringSet.h"

namespace dnnc::schedule {
#define GEN_PASS_DEF_TILESTOTASKS
#include "lib/Schedule/Passes.h.inc"
} // namespace dnnc::schedule

using namespace mlir;
using namespace dnnc;
using namespace dnnc::schedule;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

/// Multiply–accumulates of the group's products.
static int64_t countMacs(acc::GroupOp group) {
  int64_t macs = 0;
  group.walk([&](Operation *op) {
    if (auto conv = dyn_cast<acc::ConvOp>(op)) {
      auto w = tensorType(conv.getWeight());
      macs += tensorType(conv.getResult()).getNumElements() * w.getDimSize(1) * w.getDimSize(2) * w.getDimSize(3);
    } else if (auto matmul = dyn_cast<acc::MatmulOp>(op)) {
      macs += tensorType(matmul.getResult()).getNumElements() * matmul.getReductionSizes()[0];
    }
  });
  return macs;
}

/// Every value in DRAM is a tensor of fixed, positive sizes.
static LogicalResult verifyTensors(func::FuncOp function) {
  if (!llvm::hasSingleElement(function.getBody()))
    return function.emitError("has no body, or control flow; tiles are one block of groups");
  auto verify = [](Operation *op, Type type) -> LogicalResult {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor || !tensor.hasStaticShape() || tensor.getNumElements() <= 0)
      return op->emitError("has a value of type ") << type << "; need a tensor of fixed sizes of at least 1";
    if (!isa<IntegerType, Float32Type, quant::QuantizedType>(tensor.getElementType()))
      return op->emitError("has elements of ") << tensor.getElementType() << "; need integers, f32 or quantized elements";
    return success();
  };
  Block &block = function.getBody().front();
  for (Type type : block.getArgumentTypes())
    if (failed(verify(function, type)))
      return failure();
  WalkResult result = block.walk([&](Operation *op) {
    bool inDram = isa<acc::AccDialect>(op->getDialect()) && !op->getParentOfType<acc::MapOp>() &&
                  !op->getParentOfType<acc::ReduceOp>() && !op->getParentOfType<acc::WindowOp>();
    for (Type type : op->getResultTypes())
      if (inDram && failed(verify(op, type)))
        return WalkResult::interrupt();
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

/// What an operand of a tile op is on chip.
static acc::Role roleOf(Operation *op, unsigned operand) {
  if (!isa<acc::ConvOp, acc::MatmulOp>(op))
    return acc::Role::vector;
  if (operand == 0)
    return acc::Role::ifmap;
  if (operand == 1)
    return acc::Role::weight;
  return acc::Role::param;
}

/// A move whose output tile is its input tile: the load and the store do all of it.
static bool isPlainCopy(acc::MoveOp move) {
  if (tensorType(move.getInput()).getRank() != tensorType(move.getResult()).getRank())
    return false;
  for (auto [d, dim] : llvm::enumerate(move.getDims()))
    if (dim != static_cast<int64_t>(d) || move.getSteps()[d] != 1)
      return false;
  return true;
}

/// What a tile is for the op that reads it in the end, behind plain copies.
static acc::Role usedAs(OpOperand &use) {
  auto move = dyn_cast<acc::MoveOp>(use.getOwner());
  if (move && isPlainCopy(move) && !isa<acc::YieldOp>(*move.getResult().user_begin()))
    return usedAs(*move.getResult().use_begin());
  return roleOf(use.getOwner(), use.getOperandNumber());
}

/// The role of a tile that an op hands to the op after it, in a memory that holds what the one writes and the other reads.
static FailureOr<acc::Role> innerRole(Operation *op, const Target &machine) {
  OpOperand &use = *op->getResult(0).use_begin();
  acc::Role role = usedAs(use);
  Operand read = static_cast<Operand>(role), written = isa<acc::ConvOp, acc::MatmulOp>(op) ? Operand::Ofmap : Operand::Vector;
  auto memory = machine.memoryFor(read);
  if (memory && machine.memories[*memory].kind == Memory::Kind::Sram && llvm::is_contained(machine.memories[*memory].holds, written))
    return role;
  auto name = [](Operand operand) { return operandNames[static_cast<size_t>(operand)]; };
  return op->emitOpError("hands its tile to ")
         << use.getOwner()->getName() << " on chip; the memory for " << name(read) << " of target '" << machine.name
         << "' does not hold " << name(written) << ": put the two ops into groups of their own";
}

/// A grouped convolution computes whole groups, or, as a group's last op, a part of one.
static LogicalResult verifyChannels(acc::ConvOp conv, const Box &box, bool isLast) {
  if (conv.getGroup() == 1)
    return success();
  int64_t perGroup = tensorType(conv.getWeight()).getDimSize(0) / static_cast<int64_t>(conv.getGroup()), size = box.sizes[1];
  bool whole = size % perGroup == 0 && box.offsets[1].isMultipleOf(perGroup);
  if (whole || (isLast && size < perGroup && perGroup % size == 0))
    return success();
  return conv.emitOpError("computes tiles of ")
         << size << " channels in groups of " << perGroup << "; a tile needs whole groups" << (isLast ? ", or a divisor of one" : "");
}

/// The array takes a parameter record for each matrix and column of a tile, of which the tensor has one a column.
static LogicalResult verifyBatch(acc::MatmulOp matmul, const Box &box) {
  if (box.sizes[0] == 1 || !matmul.getParam())
    return success();
  return matmul.emitOpError("computes tiles of ") << box.sizes[0] << " matrices with parameters; a tile holds one matrix then";
}

/// Every result is made by a group, or a view of what one makes, and has one name.
static LogicalResult verifyResults(Operation *terminator) {
  DenseSet<Value> returned;
  for (Value value : terminator->getOperands()) {
    Value whole = value;
    while (auto reshape = whole.getDefiningOp<acc::ReshapeOp>())
      whole = reshape.getInput();
    if (!isa_and_nonnull<acc::GroupOp, acc::ConcatOp>(whole.getDefiningOp()) || !returned.insert(value).second)
      return terminator->emitOpError("returns an input, a constant, or a value twice; copy it in a group of its own");
  }
  return success();
}

namespace {
struct TilesToTasksPass : schedule::impl::TilesToTasksBase<TilesToTasksPass> {
  using TilesToTasksBase::TilesToTasksBase;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    std::optional<Target> loaded = schedule::loadTarget(function, target);
    if (!loaded)
      return signalPassFailure();
    const Target &machine = *loaded;
    if (failed(verifyTensors(function)))
      return signalPassFailure();
    Block &block = function.getBody().front();
    SmallVector<Operation *> ops;
    for (Operation &op : block.without_terminator())
      ops.push_back(&op);
    bool undecided = false;
    for (Operation *op : ops)
      if (auto group = dyn_cast<acc::GroupOp>(op)) {
        undecided |= failed(verifyDecided(group));
      } else if (!isa<acc::ConstantOp, acc::ReshapeOp, acc::ConcatOp>(op)) {
        op->emitOpError("is not an op of the tiles stage; run form-groups first");
        undecided = true;
      }
    if (undecided || failed(verifyResults(block.getTerminator())) || failed(storages.collect(function)))
      return signalPassFailure();

    OpBuilder builder(block.getTerminator());
    declareTensors(function, ops, builder);
    for (Operation *op : ops)
      if (auto group = dyn_cast<acc::GroupOp>(op))
        if (failed(lowerGroup(group, machine, builder)))
          return signalPassFailure();

    block.getTerminator()->setOperands({});
    for (Operation *op : llvm::reverse(ops))
      op->erase();
    block.eraseArguments(0, block.getNumArguments());
    function.removeArgAttrsAttr();
    function.removeResAttrsAttr();
    function.setType(FunctionType::get(&getContext(), {}, {}));
  }

  LogicalResult verifyDecided(acc::GroupOp group) {
    if (!group.getTilingAttr())
      return group.emitOpError("has no tiling; run choose-mapping first, or write one");
    auto result = group.walk([&](Operation *op) -> WalkResult {
      if (isa<acc::ConvOp, acc::MatmulOp>(op) && !op->getAttr("mapping"))
        return op->emitOpError("has no mapping; run choose-mapping first, or write one");
      return WalkResult::advance();
    });
    return failure(result.wasInterrupted());
  }

  /// One acc.tensor for every value in DRAM.
  void declareTensors(func::FuncOp function, ArrayRef<Operation *> ops, OpBuilder &builder) {
    Block &block = function.getBody().front();
    auto nameOf = [](DictionaryAttr attributes, Twine otherwise) {
      auto name = attributes ? attributes.getAs<StringAttr>("dnn.name") : StringAttr();
      return name ? name.getValue().str() : otherwise.str();
    };
    for (BlockArgument argument : block.getArguments()) {
      unsigned index = argument.getArgNumber();
      Value seen = inMemory(argument);
      Value tensor = declare(builder, acc::TensorKind::input, nameOf(function.getArgAttrDict(index), "input" + Twine(index)), seen);
      if (auto density = function.getArgAttrOfType<acc::DensityAttr>(index, acc::densityAttr))
        tensor.getDefiningOp()->setAttr(acc::densityAttr, density);
      tensors.map(argument, tensor);
      tensors.map(seen, tensor);
    }
    llvm::DenseMap<Value, std::pair<acc::TensorKind, std::string>> results;
    for (OpOperand &operand : block.getTerminator()->getOpOperands()) {
      DictionaryAttr attributes = function.getResultAttrDict(operand.getOperandNumber());
      bool observed = attributes && attributes.contains("dnn.observed");
      results[operand.get()] = {observed ? acc::TensorKind::observed : acc::TensorKind::output,
                                nameOf(attributes, "output" + Twine(operand.getOperandNumber()))};
    }
    llvm::StringSet<> taken;
    for (auto &[value, result] : results)
      taken.insert(result.second);
    // A result that is reshaped to its own shape has the name of what the outside sees.
    for (Operation *op : ops)
      if (Value computed = inMemory(op->getResult(0)); computed != op->getResult(0))
        if (auto result = results.find(op->getResult(0)); result != results.end())
          results[computed] = result->second;
    auto describe = [&](Operation *op) -> std::pair<acc::TensorKind, std::string> {
      if (auto result = results.find(op->getResult(0)); result != results.end())
        return result->second;
      std::string name = "tensor" + std::to_string(nextTensor++);
      if (auto names = op->getAttrOfType<ArrayAttr>("dnn.tensors"))
        if (StringRef onnx = cast<StringAttr>(names[0]).getValue(); taken.insert(onnx).second)
          name = onnx.str();
      return {acc::TensorKind::intermediate, name};
    };
    // Wholes before their parts.
    for (Operation *op : ops)
      if (auto concat = dyn_cast<acc::ConcatOp>(op)) {
        auto [kind, name] = describe(op);
        Value whole = declare(builder, kind, name, concat.getResult());
        tensors.map(concat.getResult(), whole);
        SmallVector<int64_t> strides = acc::rowMajorStrides(tensorType(whole).getShape());
        int64_t position = 0;
        for (Value input : concat.getInputs()) {
          auto part = acc::TensorOp::create(builder, input.getLoc(), input.getType(), acc::TensorKind::intermediate,
                                            name + "[" + std::to_string(position) + "]", whole, position * strides[concat.getAxis()],
                                            builder.getDenseI64ArrayAttr(strides), ElementsAttr(), acc::StorageAttr(), IntegerAttr());
          tensors.map(input, part.getResult());
          position += tensorType(input).getDimSize(concat.getAxis());
        }
      }
    for (Operation *op : ops) {
      if (tensors.contains(op->getResult(0)))
        continue;
      if (auto constant = dyn_cast<acc::ConstantOp>(op)) {
        auto tensor = acc::TensorOp::create(builder, op->getLoc(), constant.getType(), acc::TensorKind::constant,
                                            "constant" + std::to_string(nextConstant++), Value(), 0, DenseI64ArrayAttr(),
                                            constant.getValue(), constant.getStorageAttr(), IntegerAttr());
        tensors.map(constant.getResult(), tensor.getResult());
        continue;
      }
      if (Value computed = inMemory(op->getResult(0)); computed != op->getResult(0)) {
        tensors.map(op->getResult(0), tensors.lookup(computed));
        continue;
      }
      auto [kind, name] = describe(op);
      if (auto reshape = dyn_cast<acc::ReshapeOp>(op)) {
        auto view = acc::TensorOp::create(builder, op->getLoc(), reshape.getType(), kind, name, tensors.lookup(reshape.getInput()), 0,
                                          builder.getDenseI64ArrayAttr(acc::rowMajorStrides(tensorType(reshape).getShape())), ElementsAttr(),
                                          acc::StorageAttr(), IntegerAttr());
        tensors.map(reshape.getResult(), view.getResult());
      } else {
        tensors.map(op->getResult(0), declare(builder, kind, name, op->getResult(0)));
      }
    }
  }

  Value declare(OpBuilder &builder, acc::TensorKind kind, StringRef name, Value value) {
    return acc::TensorOp::create(builder, value.getLoc(), value.getType(), kind, builder.getStringAttr(name), Value(), 0,
                                 DenseI64ArrayAttr(), ElementsAttr(), storages.of(value), IntegerAttr())
        .getResult();
  }

  LogicalResult lowerGroup(acc::GroupOp group, const Target &machine, OpBuilder &builder) {
    Value destination = tensors.lookup(group.getResult());
    auto nest = acc::NestOp::create(builder, group.getLoc(), group.getNode(), group.getKind(), group.getOnnx(), countMacs(group));
    for (StringRef name : {acc::densityAttr, acc::ifmapDensityAttr, acc::weightDensityAttr})
      if (auto density = group->getAttrOfType<acc::DensityAttr>(name))
        nest->setAttr(name, density);
    nest.getBody().emplaceBlock();
    NestBuilder tasks(group, nest, machine);
    Block &body = group.getBody().front();
    GroupBoxes boxes(group);
    SmallVector<Operation *> ops;
    for (Operation &op : body.without_terminator())
      ops.push_back(&op);
    llvm::DenseMap<Operation *, Tile> tiles;
    unsigned innermost = tasks.getLoops().size();
    for (Operation *op : ops) {
      bool isLast = op == ops.back();
      const Box &box = boxes.of(op);
      unsigned depth = isLast ? innermost : box.depth();
      if (auto conv = dyn_cast<acc::ConvOp>(op); conv && failed(verifyChannels(conv, box, isLast)))
        return failure();
      if (auto matmul = dyn_cast<acc::MatmulOp>(op); matmul && failed(verifyBatch(matmul, box)))
        return failure();
      if (op->hasAttr("displaced") &&
          failed(verifyDisplacements(op, box.sizes[isa<acc::ConvOp>(op) ? 1 : 2])))
        return failure();
      auto move = dyn_cast<acc::MoveOp>(op);
      bool fills = move && readsOutside(move);
      if (fills && move.getInput().getDefiningOp())
        return op->emitOpError("fills around a tile that is made on chip; only what is loaded from DRAM can be filled around");
      SmallVector<Tile> inputs;
      for (auto [index, operand] : llvm::enumerate(op->getOperands())) {
        if (Operation *producer = operand.getDefiningOp()) {
          inputs.push_back(tiles[producer]);
          continue;
        }
        Value tensor = tensors.lookup(group.getInputs()[cast<BlockArgument>(operand).getArgNumber()]);
        inputs.push_back(tasks.load(tensor, boxes.loaded(op->getOpOperand(index)), usedAs(op->getOpOperand(index)), depth, fills ? std::optional<int64_t>(move.getFill()) : std::nullopt));
      }
      if (move && isPlainCopy(move)) {
        tiles[op] = {inputs[0].buffer, box, inputs[0].depth};
        continue;
      }
      FailureOr<acc::Role> role = isa<acc::ConvOp, acc::MatmulOp>(op) ? acc::Role::ofmap : acc::Role::vector;
      if (!isLast && failed(role = innerRole(op, machine)))
        return failure();
      Tile output = tasks.buffer(box, tensorType(op->getResult(0)).getElementType(), *role, box.depth());
      emit(tasks, op, inputs, output, depth);
      tiles[op] = output;
    }
    const Tile &result = tiles[ops.back()];
    tasks.store(result, destination, boxes.of(ops.back()), result.depth);
    return success();
  }

  void emit(NestBuilder &tasks, Operation *op, ArrayRef<Tile> inputs, const Tile &output, unsigned depth) {
    llvm::TypeSwitch<Operation *>(op)
        .Case<acc::ConvOp, acc::MatmulOp>([&](auto) { emitProduct(tasks, op, inputs, output, depth); })
        .Case([&](acc::MapOp map) { emitMap(tasks, map, inputs, output, depth); })
        .Case([&](acc::ReduceOp reduce) { emitReduce(tasks, reduce, inputs[0], output, depth); })
        .Case([&](acc::WindowOp window) { emitWindow(tasks, window, inputs[0], output, depth); })
        .Case([&](acc::MoveOp move) { emitMove(tasks, move, inputs[0], output, depth); })
        .Case([&](acc::GatherOp gather) { emitGather(tasks, gather, inputs, output, depth); });
  }

  IRMapping tensors;
  TensorStorages storages;
  int64_t nextTensor = 0, nextConstant = 0;
};
} // namespace

#include "lib/Encode/LaneSteps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

#include "llvm/ADT/SetVector.h"

#include <optional>

using namespace mlir;
using namespace dnnc;
using namespace dnnc::encode;
using isa::LaneOpcode;

/// Registers of a lane.
static constexpr int64_t registerCount = 256;

static ElementType laneElement(Type type) {
  if (llvm::isa<FloatType>(type))
    return ElementType::F32;
  return type.getIntOrFloatBitWidth() == 64 ? ElementType::I64 : ElementType::I32;
}

/// Steps that are one op of one or two operands of one type.
static std::optional<LaneOpcode> plainOpcode(Operation *op) {
  return llvm::TypeSwitch<Operation *, std::optional<LaneOpcode>>(op)
      .Case<arith::AddIOp, arith::AddFOp>([](auto) { return LaneOpcode::Add; })
      .Case<arith::SubIOp, arith::SubFOp>([](auto) { return LaneOpcode::Sub; })
      .Case<arith::MulIOp, arith::MulFOp>([](auto) { return LaneOpcode::Mul; })
      .Case<arith::DivSIOp, arith::DivFOp>([](auto) { return LaneOpcode::Div; })
      .Case<arith::MinSIOp, arith::MinimumFOp>([](auto) { return LaneOpcode::Min; })
      .Case<arith::MaxSIOp, arith::MaximumFOp>([](auto) { return LaneOpcode::Max; })
      .Case<arith::AndIOp>([](auto) { return LaneOpcode::And; })
      .Case<arith::OrIOp>([](auto) { return LaneOpcode::Or; })
      .Case<arith::NegFOp>([](auto) { return LaneOpcode::Neg; })
      .Case<math::AbsFOp, math::AbsIOp>([](auto) { return LaneOpcode::Abs; })
      .Case<math::FloorOp>([](auto) { return LaneOpcode::Floor; })
      .Case<math::CeilOp>([](auto) { return LaneOpcode::Ceil; })
      .Case<math::RoundEvenOp>([](auto) { return LaneOpcode::Rint; })
      .Case<math::SqrtOp>([](auto) { return LaneOpcode::Sqrt; })
      .Case<math::ExpOp>([](auto) { return LaneOpcode::Exp; })
      .Case<math::LogOp>([](auto) { return LaneOpcode::Log; })
      .Case<math::ErfOp>([](auto) { return LaneOpcode::Erf; })
      .Case<math::TanhOp>([](auto) { return LaneOpcode::Tanh; })
      .Case<math::SinOp>([](auto) { return LaneOpcode::Sin; })
      .Case<math::CosOp>([](auto) { return LaneOpcode::Cos; })
      .Case<math::PowFOp>([](auto) { return LaneOpcode::Pow; })
      .Default([](Operation *) { return std::nullopt; });
}

namespace {
class StepBuilder {
public:
  StepBuilder(Region &region, StringRef name) : block(region.front()) {
    row.name = name.str();
    row.inputs = block.getNumArguments();
    for (Operation &op : block)
      for (Value operand : op.getOperands())
        lastUse[operand] = &op;
  }

  FailureOr<isa::LanesRow> run() {
    for (BlockArgument argument : block.getArguments())
      if (!argument.use_empty())
        if (failed(read(argument)))
          return failure();
    for (Operation &op : block.without_terminator()) {
      if (failed(step(&op)))
        return failure();
      llvm::SmallSetVector<Value, 3> operands(op.operand_begin(), op.operand_end());
      for (Value operand : operands)
        if (lastUse[operand] == &op)
          release(operand);
    }
    row.result = registers.lookup(block.getTerminator()->getOperand(0));
    return row;
  }

private:
  LogicalResult read(BlockArgument argument) {
    auto dst = allocate(argument);
    if (failed(dst))
      return failure();
    add(LaneOpcode::Input, laneElement(argument.getType()), *dst, argument.getArgNumber());
    return success();
  }

  void add(LaneOpcode opcode, ElementType type, int64_t dst, int64_t a = 0, int64_t b = 0, int64_t c = 0, int64_t imm = 0) {
    isa::LaneStep step;
    step.opcode = opcode, step.type = type, step.dst = dst, step.a = a, step.b = b, step.c = c, step.imm = imm;
    row.steps.push_back(step);
  }

  FailureOr<int64_t> allocate(Value value) {
    int64_t number = 0;
    while (number < registerCount && used.contains(number))
      ++number;
    if (number == registerCount)
      return (value.getDefiningOp() ? value.getDefiningOp() : block.getParentOp())->emitOpError("needs more than ") << registerCount << " registers in its lane program";
    used.insert(number);
    registers[value] = number;
    return number;
  }

  void release(Value value) {
    int64_t number = registers.lookup(value);
    // Widenings of conditions share their operand's register.
    if (--holders[number] < 0)
      used.erase(number), holders[number] = 0;
  }

  LogicalResult step(Operation *op) {
    if (auto extend = dyn_cast<arith::ExtUIOp>(op); extend && extend.getIn().getType().isInteger(1)) {
      int64_t number = registers.lookup(extend.getIn());
      registers[extend.getResult()] = number;
      ++holders[number];
      return success();
    }
    auto dst = allocate(op->getResult(0));
    if (failed(dst))
      return failure();
    Type type = op->getNumOperands() ? op->getOperand(0).getType() : op->getResult(0).getType();
    auto r = [&](unsigned operand) { return registers.lookup(op->getOperand(operand)); };
    if (llvm::isa<arith::AndIOp, arith::OrIOp>(op) && type.getIntOrFloatBitWidth() > 32)
      return op->emitOpError("joins bits of ") << type << "; lanes do so in i32";
    if (auto opcode = plainOpcode(op)) {
      add(*opcode, laneElement(type), *dst, r(0), op->getNumOperands() > 1 ? r(1) : 0);
      return success();
    }
    return llvm::TypeSwitch<Operation *, LogicalResult>(op)
        .Case([&](arith::ConstantOp constant) {
          int64_t bits = 0;
          if (auto value = dyn_cast<FloatAttr>(constant.getValue()))
            bits = value.getValue().bitcastToAPInt().getZExtValue();
          else
            bits = cast<IntegerAttr>(constant.getValue()).getValue().getZExtValue();
          add(LaneOpcode::Const, laneElement(type), *dst, 0, 0, 0, bits);
          return success();
        })
        .Case([&](arith::SIToFPOp) { return add(LaneOpcode::ToF32, laneElement(type), *dst, r(0)), success(); })
        .Case([&](arith::FPToSIOp convert) {
          bool wide = convert.getType().getIntOrFloatBitWidth() == 64;
          return add(wide ? LaneOpcode::ToI64 : LaneOpcode::ToI32, laneElement(type), *dst, r(0)), success();
        })
        .Case([&](arith::ExtSIOp) { return add(LaneOpcode::ToI64, laneElement(type), *dst, r(0)), success(); })
        .Case([&](arith::TruncIOp) { return add(LaneOpcode::ToI32, laneElement(type), *dst, r(0)), success(); })
        .Case([&](arith::SelectOp select) {
          return add(LaneOpcode::Select, laneElement(select.getType()), *dst, r(1), r(2), r(0)), success();
        })
        .Case([&](arith::CmpFOp compare) { return compareStep(op, *dst, type, compare.getPredicate()); })
        .Case([&](arith::CmpIOp compare) { return compareStep(op, *dst, type, compare.getPredicate()); })
        .Case([&](acc::LaneTableOp table) {
          return add(LaneOpcode::Table, laneElement(table.getType()), *dst, r(0), table.getTable()), success();
        })
        .Default([](Operation *op) { return op->emitOpError("is no step of a lane program"); });
  }

  LogicalResult compareStep(Operation *op, int64_t dst, Type type, arith::CmpFPredicate predicate) {
    using P = arith::CmpFPredicate;
    int64_t a = registers.lookup(op->getOperand(0)), b = registers.lookup(op->getOperand(1));
    switch (predicate) {
    case P::OLT:
      return add(LaneOpcode::Lt, laneElement(type), dst, a, b), success();
    case P::OLE:
      return add(LaneOpcode::Le, laneElement(type), dst, a, b), success();
    case P::OGT:
      return add(LaneOpcode::Lt, laneElement(type), dst, b, a), success();
    case P::OGE:
      return add(LaneOpcode::Le, laneElement(type), dst, b, a), success();
    case P::OEQ:
      return add(LaneOpcode::Eq, laneElement(type), dst, a, b), success();
    default:
      return op->emitOpError("compares with a predicate that lanes do not have; they have olt, ole, ogt, oge and oeq");
    }
  }

  LogicalResult compareStep(Operation *op, int64_t dst, Type type, arith::CmpIPredicate predicate) {
    using P = arith::CmpIPredicate;
    int64_t a = registers.lookup(op->getOperand(0)), b = registers.lookup(op->getOperand(1));
    switch (predicate) {
    case P::slt:
      return add(LaneOpcode::Lt, laneElement(type), dst, a, b), success();
    case P::sle:
      return add(LaneOpcode::Le, laneElement(type), dst, a, b), success();
    case P::sgt:
      return add(LaneOpcode::Lt, laneElement(type), dst, b, a), success();
    case P::sge:
      return add(LaneOpcode::Le, laneElement(type), dst, b, a), success();
    case P::eq:
      return add(LaneOpcode::Eq, laneElement(type), dst, a, b), success();
    case P::ne:
      add(LaneOpcode::Eq, laneElement(type), dst, a, b);
      return add(LaneOpcode::Not, ElementType::I32, dst, dst), success();
    default:
      return op->emitOpError("compares with a predicate that lanes do not have; they have slt, sle, sgt, sge, eq and ne");
    }
  }

  Block &block;
  isa::LanesRow row;
  llvm::DenseMap<Value, int64_t> registers;
  llvm::DenseMap<Value, Operation *> lastUse;
  llvm::SmallDenseSet<int64_t> used;
  llvm::DenseMap<int64_t, int64_t> holders;
};
} // namespace

FailureOr<isa::LanesRow> encode::laneSteps(Region &region, StringRef name) { return StepBuilder(region, name).run(); }

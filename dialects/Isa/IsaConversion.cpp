// Ops to structs and back; what is generated calls `toAttribute` and `read` for every field.
#include "dialects/Isa/IsaConversion.h"
#include "dialects/Isa/IsaDirectives.h"

#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/ADT/TypeSwitch.h"

#include <type_traits>

using namespace mlir;

namespace dnnc::isa {
namespace {

template <typename Value>
  requires std::is_integral_v<Value> || std::is_enum_v<Value>
IntegerAttr toAttribute(OpBuilder &builder, Value value) {
  return builder.getI64IntegerAttr(static_cast<int64_t>(value));
}
DenseI64ArrayAttr toAttribute(OpBuilder &builder, const std::vector<int64_t> &values) {
  return builder.getDenseI64ArrayAttr(values);
}
template <typename E>
  requires std::is_enum_v<E>
DenseI64ArrayAttr toAttribute(OpBuilder &builder, const std::vector<E> &values) {
  return builder.getDenseI64ArrayAttr(
      llvm::map_to_vector(values, [](E value) { return static_cast<int64_t>(value); }));
}
AffineAttr toAttribute(OpBuilder &builder, const Affine &affine) {
  return toAttribute(builder.getContext(), affine);
}
ArrayAttr toAttribute(OpBuilder &builder, const std::vector<Affine> &values) {
  return builder.getArrayAttr(llvm::map_to_vector(
      values, [&](const Affine &affine) -> Attribute { return toAttribute(builder.getContext(), affine); }));
}
StringAttr toAttribute(OpBuilder &builder, const std::string &text) { return builder.getStringAttr(text); }

template <typename Value>
  requires std::is_integral_v<Value> || std::is_enum_v<Value>
void read(IntegerAttr attribute, Value &value) {
  value = static_cast<Value>(attribute.getInt());
}
void read(DenseI64ArrayAttr attribute, std::vector<int64_t> &values) {
  values.assign(attribute.asArrayRef().begin(), attribute.asArrayRef().end());
}
template <typename E>
  requires std::is_enum_v<E>
void read(DenseI64ArrayAttr attribute, std::vector<E> &values) {
  for (int64_t value : attribute.asArrayRef())
    values.push_back(static_cast<E>(value));
}
void read(AffineAttr attribute, Affine &affine) { affine = toAffine(attribute); }
void read(ArrayAttr attribute, std::vector<Affine> &values) {
  for (Attribute value : attribute)
    values.push_back(toAffine(llvm::cast<AffineAttr>(value)));
}
void read(StringAttr attribute, std::string &text) { text = attribute.str(); }

/// Gives an op with a body its block.
void addBody(Operation *op) {
  if (op->getNumRegions() && op->getRegion(0).empty())
    op->getRegion(0).emplaceBlock();
}

LogicalResult report(Operation *op, const std::vector<std::string> &problems) {
  for (const std::string &problem : problems)
    op->emitOpError() << problem;
  return success(problems.empty());
}

} // namespace

#include "dialects/Isa/IsaConversion.defs.inc"

Operation *create(OpBuilder &builder, Location location, const Instruction &instruction) {
  return std::visit([&](const auto &row) -> Operation * { return create(builder, location, row); },
                    instruction);
}

ProgramOp create(OpBuilder &builder, Location location, const Program &program) {
  ProgramOp op = create(builder, location, program.header);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToEnd(&op.getBody().front());
  auto rows = [&](const auto &rows) {
    for (const auto &row : rows)
      create(builder, location, row);
  };
  rows(program.tokens);
  rows(program.nodes);
  rows(program.tensors);
  rows(program.segments);
  rows(program.mappings);
  rows(program.lanes);
  rows(program.densities);
  for (size_t i = 0; i < program.queues.size(); ++i) {
    auto queue = QueueOp::create(builder, location, builder.getI64IntegerAttr(static_cast<int64_t>(i)));
    addBody(queue);
    OpBuilder::InsertionGuard inner(builder);
    builder.setInsertionPointToEnd(&queue.getBody().front());
    for (const Instruction &instruction : program.queues[i])
      create(builder, location, instruction);
  }
  if (!program.constants.empty()) {
    auto type = RankedTensorType::get({static_cast<int64_t>(program.constants.size())},
                                      IntegerType::get(builder.getContext(), 8, IntegerType::Unsigned));
    ArrayRef<char> bytes(reinterpret_cast<const char *>(program.constants.data()), program.constants.size());
    AsmResourceBlob blob(
        bytes, /*dataAlignment=*/64, [kept = program.constants](void *, size_t, size_t) {},
        /*dataIsMutable=*/false);
    op.setConstantsAttr(DenseResourceElementsAttr::get(type, "constants", std::move(blob)));
  }
  return op;
}

Program toProgram(ProgramOp op) {
  Program program;
  program.header = toRow(op);
  ArrayRef<char> bytes = op.constantBytes();
  program.constants = Bytes({reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size()}, nullptr);
  for (Operation &row : op.getBody().getOps())
    llvm::TypeSwitch<Operation *>(&row)
        .Case([&](TokenOp row) { program.tokens.push_back(toRow(row)); })
        .Case([&](NodeOp row) { program.nodes.push_back(toRow(row)); })
        .Case([&](TensorOp row) { program.tensors.push_back(toRow(row)); })
        .Case([&](SegmentOp row) { program.segments.push_back(toRow(row)); })
        .Case([&](MappingOp row) { program.mappings.push_back(toRow(row)); })
        .Case([&](LanesOp row) { program.lanes.push_back(toRow(row)); })
        .Case([&](DensityOp row) { program.densities.push_back(toRow(row)); })
        .Case([&](QueueOp queue) {
          for (Operation &instruction : queue.getBody().getOps())
            if (std::optional<Instruction> row = toInstruction(&instruction))
              program.queues[queue.getQueue()].push_back(std::move(*row));
        });
  return program;
}

Operation *opOf(ProgramOp op, const Problem &problem) {
  if (problem.part == Part::Header)
    return op;
  Block *block = &op.getBody().front();
  if (problem.part == Part::Queue) {
    QueueOp queue = op.queue(problem.queue);
    block = queue ? &queue.getBody().front() : nullptr;
  }
  auto matches = [&](Operation &row) {
    switch (problem.part) {
    case Part::Tokens:
      return llvm::isa<TokenOp>(row);
    case Part::Nodes:
      return llvm::isa<NodeOp>(row);
    case Part::Tensors:
      return llvm::isa<TensorOp>(row);
    case Part::Segments:
      return llvm::isa<SegmentOp>(row);
    case Part::Mappings:
      return llvm::isa<MappingOp>(row);
    case Part::Lanes:
      return llvm::isa<LanesOp>(row);
    case Part::Densities:
      return llvm::isa<DensityOp>(row);
    default:
      return true;
    }
  };
  size_t index = 0;
  if (block)
    for (Operation &row : *block)
      if (matches(row) && index++ == problem.index)
        return &row;
  return op;
}

void digestConstants(ProgramOp op) {
  ArrayRef<char> bytes = op.constantBytes();
  if (bytes.empty())
    return;
  std::string text = digestText({reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size()});
  op.setConstantsAttr(DigestAttr::get(op.getContext(), text));
}

} // namespace dnnc::isa

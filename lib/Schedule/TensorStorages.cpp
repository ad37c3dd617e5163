#include "lib/Schedule/TensorStorages.h"

#include <numeric>

using namespace mlir;
using namespace dnnc;
using namespace dnnc::schedule;

static ArrayRef<int64_t> shapeOf(Value value) { return cast<RankedTensorType>(value.getType()).getShape(); }

static int64_t floorDivide(int64_t a, int64_t b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }

static int64_t valueOf(AffineExpr expr, ArrayRef<int64_t> indices) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return constant.getValue();
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return indices[dim.getPosition()];
  auto binary = cast<AffineBinaryOpExpr>(expr);
  int64_t left = valueOf(binary.getLHS(), indices), right = valueOf(binary.getRHS(), indices);
  switch (binary.getKind()) {
  case AffineExprKind::Add:
    return left + right;
  case AffineExprKind::Mul:
    return left * right;
  case AffineExprKind::FloorDiv:
    return floorDivide(left, right);
  case AffineExprKind::CeilDiv:
    return -floorDivide(-left, right);
  default:
    return left - floorDivide(left, right) * right;
  }
}

void schedule::forEachPlace(const Transfer &transfer, unsigned dim, int64_t size,
                            function_ref<bool(int64_t begin, int64_t end)> visit) {
  AffineExpr offset = transfer.box.offsets[dim];
  SmallVector<unsigned> moving;
  offset.walk([&](AffineExpr part) {
    if (auto loop = dyn_cast<AffineDimExpr>(part); loop && !llvm::is_contained(moving, loop.getPosition()))
      moving.push_back(loop.getPosition());
  });
  SmallVector<int64_t> indices(transfer.loops.size(), 0);
  for (;;) {
    int64_t begin = valueOf(offset, indices);
    int64_t end = std::min(begin + transfer.box.sizes[dim], size);
    begin = std::max<int64_t>(begin, 0);
    if (begin < end && !visit(begin, end))
      return;
    size_t next = 0;
    while (next < moving.size() && ++indices[moving[next]] == transfer.loops[moving[next]].trips)
      indices[moving[next++]] = 0;
    if (next == moving.size())
      return;
  }
}

/// A reshape that changes the element type only.
static acc::ReshapeOp typeView(Operation *op) {
  auto reshape = dyn_cast_or_null<acc::ReshapeOp>(op);
  bool typeOnly = reshape && shapeOf(reshape.getInput()) == shapeOf(reshape.getResult()) &&
                  reshape.getInput().getType() != reshape.getType();
  return typeOnly ? reshape : acc::ReshapeOp();
}

Value schedule::inMemory(Value value) {
  if (auto argument = dyn_cast<BlockArgument>(value); argument && value.hasOneUse())
    if (acc::ReshapeOp view = typeView(*value.user_begin()))
      return view.getResult();
  acc::ReshapeOp view = typeView(value.getDefiningOp());
  if (view && view.getInput().getDefiningOp<acc::GroupOp>() && view.getInput().hasOneUse())
    return view.getInput();
  return value;
}

bool schedule::hasViews(Value tensor) {
  return llvm::any_of(tensor.getUsers(), [&](Operation *user) {
    return isa<acc::ConcatOp>(user) || (isa<acc::ReshapeOp>(user) && inMemory(user->getResult(0)) != tensor);
  });
}

/// Whether the value is an input of the function, as the groups see it.
static bool isInput(Value value) {
  if (isa<BlockArgument>(value))
    return true;
  acc::ReshapeOp view = typeView(value.getDefiningOp());
  return view && isa<BlockArgument>(view.getInput()) && view.getInput().hasOneUse();
}

llvm::MapVector<Value, SmallVector<Transfer>> schedule::transfersOf(func::FuncOp function) {
  llvm::MapVector<Value, SmallVector<Transfer>> transfers;
  for (auto group : function.getBody().front().getOps<acc::GroupOp>()) {
    if (!group.getTilingAttr())
      continue;
    GroupBoxes boxes(group);
    SmallVector<TileLoop> loops(boxes.getLoops());
    for (Operation &op : group.getBody().front().without_terminator())
      for (OpOperand &operand : op.getOpOperands())
        if (auto argument = dyn_cast<BlockArgument>(operand.get()))
          transfers[group.getInputs()[argument.getArgNumber()]].push_back(
              {group, /*stores=*/false, boxes.loaded(operand), loops});
    Operation *last = group.getBody().front().getTerminator()->getOperand(0).getDefiningOp();
    transfers[group.getResult()].push_back({group, /*stores=*/true, boxes.of(last), loops});
  }
  return transfers;
}

SmallVector<int64_t> schedule::largestSegment(ArrayRef<int64_t> shape, ArrayRef<Transfer> transfers) {
  SmallVector<int64_t> segment;
  for (auto [dim, size] : llvm::enumerate(shape)) {
    // Every place where a box begins or ends inside the tensor is a border of segments.
    int64_t common = 0;
    for (const Transfer &transfer : transfers)
      forEachPlace(transfer, dim, size, [&](int64_t begin, int64_t end) {
        common = std::gcd(common, begin);
        if (end < size)
          common = std::gcd(common, end);
        return common != 1;
      });
    segment.push_back(common == 0 ? size : common);
  }
  return segment;
}

/// A tensor in words: the node that computes it, or which input it is.
static std::string nameOf(Value tensor) {
  if (auto group = tensor.getDefiningOp<acc::GroupOp>())
    return ("the result of node " + Twine(group.getNode()) + " ('" + group.getKind() + "')").str();
  if (acc::ReshapeOp view = typeView(tensor.getDefiningOp()))
    return nameOf(view.getInput());
  return "input " + std::to_string(cast<BlockArgument>(tensor).getArgNumber());
}

/// An error on a group about storage that `decider` decided; where that was read from a file, its place comes
/// first.
static InFlightDiagnostic storageError(acc::GroupOp group, acc::GroupOp decider, Value tensor) {
  auto places = decider->getAttrOfType<DictionaryAttr>(storagePinnedAtAttr);
  auto place = places ? places.getAs<StringAttr>(tensor == decider.getResult() ? "ofmap" : "ifmap") : StringAttr();
  if (!place)
    return group.emitOpError();
  InFlightDiagnostic error = group.emitError() << place.getValue() << ": node " << group.getNode() << " (";
  llvm::interleaveComma(group.getOnnx(), error, [&](Attribute name) { error << name; });
  return std::move(error << ") ");
}

LogicalResult TensorStorages::add(Value tensor, acc::StorageAttr storage, acc::GroupOp group) {
  if (!acc::isCompressed(storage))
    return success();
  if (!tensor.getDefiningOp<acc::GroupOp>() && !isInput(tensor)) {
    bool constant = tensor.getDefiningOp<acc::ConstantOp>() != nullptr;
    return storageError(group, group, tensor)
           << "stores an input in " << stringifyFormat(storage.getFormat())
           << (constant ? ", which is a constant: its storage stands with it"
                        : ", which is a view of another tensor; keep it raw");
  }
  if (storage.getSegment().empty())
    return storageError(group, group, tensor)
           << "leaves the segments of " << nameOf(tensor) << " open; run choose-storage first, or write them";
  Decision &decision = decided[tensor];
  if (decision.storage && decision.storage != storage)
    return storageError(group, group, tensor)
           << "has " << nameOf(tensor) << " stored as " << storage << ", node " << decision.group.getNode()
           << " ('" << decision.group.getKind() << "') as " << decision.storage << "; a tensor has one storage";
  if (!decision.storage)
    decision = {storage, group};
  return success();
}

LogicalResult TensorStorages::verify(Value tensor, Decision decision, ArrayRef<Transfer> transfers) {
  auto sizes = [](ArrayRef<int64_t> segment) {
    std::string text;
    for (int64_t size : segment)
      text += (text.empty() ? "" : ", ") + std::to_string(size);
    return "[" + text + "]";
  };
  if (hasViews(tensor))
    return storageError(decision.group, decision.group, tensor)
           << "has " << nameOf(tensor) << " encoded, which a reshape or concat views in another shape; keep it raw";
  ArrayRef<int64_t> shape = shapeOf(tensor), segment = decision.storage.getSegment();
  for (const Transfer &transfer : transfers)
    for (auto [dim, size] : llvm::enumerate(shape)) {
      std::pair<int64_t, int64_t> wrong = {0, 0};
      forEachPlace(transfer, dim, size, [&, size = size, dim = dim](int64_t begin, int64_t end) {
        bool whole = begin % segment[dim] == 0 && (end % segment[dim] == 0 || end == size);
        if (!whole)
          wrong = {begin, end};
        return whole;
      });
      if (wrong.second == 0)
        continue;
      acc::GroupOp group = transfer.group;
      InFlightDiagnostic error = storageError(group, decision.group, tensor);
      error << (transfer.stores ? "stores" : "loads") << " positions " << wrong.first << " to "
            << wrong.second - 1 << " of dimension " << dim << " of " << nameOf(tensor)
            << ", which are not whole segments " << sizes(segment);
      if (group != decision.group)
        error << " of node " << decision.group.getNode() << " ('" << decision.group.getKind() << "')";
      return error << "; choose other tiles, or segments of at most "
                   << sizes(largestSegment(shape, transfers)) << ", or keep it raw";
    }
  return success();
}

LogicalResult TensorStorages::collect(func::FuncOp function) {
  LogicalResult result = success();
  for (auto group : function.getBody().front().getOps<acc::GroupOp>()) {
    ArrayAttr storage = group.getStorageAttr();
    if (!storage)
      continue;
    for (auto [tensor, attribute] : llvm::zip(group.getInputs(), storage))
      if (failed(add(tensor, cast<acc::StorageAttr>(attribute), group)))
        result = failure();
    if (failed(add(group.getResult(), cast<acc::StorageAttr>(*std::prev(storage.end())), group)))
      result = failure();
  }
  if (failed(result) || decided.empty())
    return result;
  auto transfers = transfersOf(function);
  for (auto &[tensor, decision] : decided)
    if (decision.storage && failed(verify(tensor, decision, transfers[tensor])))
      result = failure();
  return result;
}

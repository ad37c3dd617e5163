// Verifiers of the tasks stage.
#include "dialects/Acc/Segments.h"
#include "dialects/Acc/Verify.h"

using namespace mlir;
using namespace dnnc::acc;

static unsigned loopDepth(Operation *op) {
  unsigned depth = 0;
  for (Operation *parent = op->getParentOp(); parent; parent = parent->getParentOp())
    depth += llvm::isa<ForOp>(parent);
  return depth;
}

/// An affine map of a task ranges over at most the enclosing loops and has `results` results.
static LogicalResult verifyMap(Operation *op, AffineMap map, size_t results, StringRef what) {
  if (map.getNumDims() > loopDepth(op) || map.getNumSymbols() != 0)
    return op->emitOpError() << what << " has " << map.getNumDims() << " dimensions and " << map.getNumSymbols()
                             << " symbols, but " << loopDepth(op) << " loops enclose the task";
  if (map.getNumResults() != results)
    return op->emitOpError() << what << " has " << map.getNumResults() << " results, need " << results;
  return success();
}

static LogicalResult verifySlots(Operation *op, ArrayAttr slots, size_t buffers) {
  if (slots.size() != buffers)
    return op->emitOpError("have ") << slots.size() << " slots for " << buffers << " buffers";
  for (Attribute slot : slots)
    if (failed(verifyMap(op, cast<AffineMapAttr>(slot).getValue(), 1, "a slot")))
      return failure();
  return success();
}

TensorOp TensorOp::getRoot() {
  TensorOp root = *this;
  while (Value whole = root.getOf())
    root = whole.getDefiningOp<TensorOp>();
  return root;
}

SmallVector<int64_t> TensorOp::getElementStrides() {
  if (getStrides())
    return SmallVector<int64_t>(*getStrides());
  return rowMajorStrides(cast<RankedTensorType>(getType()).getShape());
}

int64_t TensorOp::getStoredBytes() {
  auto type = cast<RankedTensorType>(getType());
  if (!isCompressed(getStorageAttr()))
    return type.getNumElements() * elementBytes(type.getElementType());
  return segmentGrid(getStorageAttr(), type).bytes;
}

bool TensorOp::isRowMajor() {
  ArrayRef<int64_t> shape = cast<RankedTensorType>(getType()).getShape();
  for (auto [size, stride, expected] : llvm::zip(shape, getElementStrides(), rowMajorStrides(shape)))
    if (size != 1 && stride != expected)
      return false;
  return true;
}

LogicalResult TensorOp::verify() {
  auto type = cast<RankedTensorType>(getType());
  if (static_cast<bool>(getValueAttr()) != (getKind() == TensorKind::constant))
    return emitOpError("a constant has a value, and nothing else has");
  if (isCompressed(getStorageAttr()) && !getValueAttr() && failed(verifyStorage(*this, getStorageAttr(), type, /*isConstant=*/false)))
    return failure();
  if (isCompressed(getStorageAttr()) && getOf())
    return emitOpError("is a view with a storage of its own; the whole tensor has one");
  if (getValueAttr() && failed(verifyConstant(*this, *getValue(), getStorageAttr(), type)))
    return failure();
  if (!getOf())
    return getOffset() == 0 && !getStridesAttr() ? success() : emitOpError("has an offset or strides, but is no view; name the whole with `of`");
  auto whole = getOf().getDefiningOp<TensorOp>();
  if (!whole)
    return emitOpError("is a view of a value that no acc.tensor declares");
  if (isCompressed(whole.getStorageAttr()))
    return emitOpError("is a view of a compressed tensor, whose segments have another shape");
  if (!getStridesAttr() || getStrides()->size() != static_cast<size_t>(type.getRank()))
    return emitOpError("is a view and needs strides for its ") << type.getRank() << " dimensions";
  // The last element of the view lies in the whole.
  int64_t last = getOffset();
  for (auto [size, stride] : llvm::zip(type.getShape(), *getStrides()))
    last += (size - 1) * stride;
  int64_t elements = cast<RankedTensorType>(whole.getType()).getNumElements();
  if (static_cast<int64_t>(getOffset()) < 0 || llvm::any_of(*getStrides(), [](int64_t stride) { return stride < 0; }) ||
      (type.getNumElements() > 0 && last >= elements && !whole.getOf()))
    return emitOpError("is a view of elements ") << getOffset() << " to " << last << ", the whole has " << elements;
  return success();
}

LogicalResult NestOp::verify() {
  for (Operation &op : getBody().front())
    if (!llvm::isa<BufferOp, ForOp, TaskOpInterface>(op))
      return op.emitOpError("cannot stand in an acc.nest; need buffers, loops and tasks");
  return success();
}

LogicalResult TokenOp::verify() {
  if (static_cast<int64_t>(getNumber()) < 0)
    return emitOpError("have number ") << static_cast<int64_t>(getNumber()) << "; tokens are numbered from 0";
  auto initial = static_cast<int64_t>(getInitial()), maximum = static_cast<int64_t>(getMaximum());
  if (initial < 0 || maximum < 1 || initial > maximum)
    return emitOpError("have initial ") << initial << " and maximum " << maximum << ", need 0 <= initial <= maximum and maximum >= 1";
  return success();
}

LogicalResult ForOp::verify() {
  if (static_cast<int64_t>(getCount()) < 1)
    return emitOpError("have count ") << static_cast<int64_t>(getCount()) << ", need at least 1";
  for (Operation &op : getBody().front())
    if (!llvm::isa<ForOp, TaskOpInterface>(op))
      return op.emitOpError("cannot stand in an acc.for; need loops and tasks");
  return success();
}

bool SyncOp::readsOperand(unsigned) { return false; }
bool SyncOp::writesOperand(unsigned) { return false; }
LogicalResult SyncOp::verify() { return success(); }

static LogicalResult verifyTransfer(Operation *op, Value tensorValue, Value bufferValue, AffineMap offsets, ArrayAttr slots) {
  auto tensor = cast<RankedTensorType>(tensorValue.getType());
  auto buffer = cast<BufferType>(bufferValue.getType());
  if (!tensorValue.getDefiningOp<TensorOp>())
    return op->emitOpError("moves a tensor that no acc.tensor declares");
  if (static_cast<size_t>(tensor.getRank()) != buffer.getShape().size() ||
      elementBits(tensor.getElementType()) != elementBits(buffer.getElementType()))
    return op->emitOpError("have tensor ") << tensor << " and buffer " << buffer << "; rank and element width have to agree";
  if (failed(verifyMap(op, offsets, tensor.getRank(), "offsets")))
    return failure();
  return verifySlots(op, slots, 1);
}

Queue LoadOp::getQueue() { return Queue::load; }
bool LoadOp::readsOperand(unsigned operand) { return operand == 0; }
bool LoadOp::writesOperand(unsigned operand) { return operand == 1; }
LogicalResult LoadOp::verify() {
  return verifyTransfer(*this, getTensor(), getBuffer(), getOffsets(), getSlots());
}

Queue StoreOp::getQueue() { return Queue::store; }
bool StoreOp::readsOperand(unsigned operand) { return operand == 0; }
bool StoreOp::writesOperand(unsigned operand) { return operand == 1; }
LogicalResult StoreOp::verify() {
  return verifyTransfer(*this, getTensor(), getBuffer(), getOffsets(), getSlots());
}

Queue ArrayOp::getQueue() { return Queue::array; }
/// The output is the last operand, the psums before it are read and written; both may be one buffer.
bool ArrayOp::readsOperand(unsigned operand) { return operand + 1 < getNumOperands(); }
bool ArrayOp::writesOperand(unsigned operand) {
  return operand + 1 == getNumOperands() || (getPsum() && operand + 2 == getNumOperands());
}
LogicalResult ArrayOp::verify() {
  if (getExtents().size() != 8 || getBounds().size() != 8 || getIfmapSize().size() != 2 || getStrides().size() != 2 ||
      getDilations().size() != 2 || getIfmapStrides().size() != 5 || getWeightStrides().size() != 5 ||
      getPsumStrides().size() != 5 || getOutputStrides().size() != 5)
    return emitOpError("needs 8 extents and bounds, 2 strides, dilations and ifmap sizes, and 5 strides for each operand");
  if (failed(verifyMap(*this, getOffsets(), 8, "offsets")) || failed(verifyMap(*this, getOrigin(), 2, "origin")))
    return failure();
  if (failed(verifySlots(*this, getSlots(), getNumOperands())))
    return failure();
  if (getDisplaced() && !getParam())
    return emitOpError("is displaced without parameters; the records say where its results go");
  unsigned output = getNumOperands() - 1;
  if (getPsum() == getOutput() && getDisplaced())
    return emitOpError(
        "keeps its psums in the output's buffer, and displaces results: one would be written over a psum "
        "that is not complete; give psums a buffer of their own");
  if (getPsum() == getOutput() &&
      (getPsumStrides() != getOutputStrides() || getSlots()[output - 1] != getSlots()[output]))
    return emitOpError("keeps its psums in the output's buffer; each has to lie where its result will: strides and slots "
                       "have to be the same");
  return success();
}

static Type elementOf(Value buffer) { return cast<BufferType>(buffer.getType()).getElementType(); }

template <typename OpTy> static LogicalResult verifyVector(OpTy op) {
  size_t rank = op.getExtents().size();
  if (op.getBounds().size() != rank || op.getInputStrides().size() != rank * op.getInputs().size())
    return op.emitOpError("have ") << op.getBounds().size() << " bounds and " << op.getInputStrides().size()
                                   << " input strides, need " << rank << " and " << rank * op.getInputs().size();
  size_t kept = rank;
  if constexpr (std::is_same_v<OpTy, VectorReduceOp>)
    kept = rank - op.getReduced();
  if (op.getOutputStrides().size() != kept)
    return op.emitOpError("have ") << op.getOutputStrides().size() << " output strides, need " << kept;
  if (failed(verifyMap(op, op.getOffsets(), rank, "offsets")))
    return failure();
  return verifySlots(op, op.getSlots(), op->getNumOperands());
}

Queue VectorMapOp::getQueue() { return Queue::vector; }
bool VectorMapOp::readsOperand(unsigned operand) { return operand + 1 < getNumOperands(); }
bool VectorMapOp::writesOperand(unsigned operand) { return operand + 1 == getNumOperands(); }
LogicalResult VectorMapOp::verify() {
  SmallVector<Type> elements = llvm::map_to_vector(getInputs(), elementOf);
  return failed(verifyMapProgram(*this, getBody(), elements, elementOf(getOutput()))) ? failure() : verifyVector(*this);
}

Queue VectorReduceOp::getQueue() { return Queue::vector; }
bool VectorReduceOp::readsOperand(unsigned operand) { return operand + 1 < getNumOperands(); }
bool VectorReduceOp::writesOperand(unsigned operand) { return operand >= 1; }
LogicalResult VectorReduceOp::verify() {
  if (getInputs().empty() || getInputs().size() > 2)
    return emitOpError("has an input and, where it works in parts, an accumulator; have ") << getInputs().size() << " inputs";
  auto reduced = static_cast<int64_t>(getReduced());
  if (reduced < 1 || reduced > static_cast<int64_t>(getExtents().size()))
    return emitOpError("have ") << reduced << " reduced dimensions of " << getExtents().size();
  if (failed(verifyJoinPrograms(*this, getProgram(), getFinish(), elementOf(getInputs()[0]), elementOf(getOutput()))))
    return failure();
  if (getInputs().size() == 2 && elementOf(getInputs()[1]) != getFinish().getArgument(0).getType())
    return emitOpError("has an accumulator of ") << elementOf(getInputs()[1]) << ", the program gives " << getFinish().getArgument(0).getType();
  return verifyVector(*this);
}

Queue VectorWindowOp::getQueue() { return Queue::vector; }
bool VectorWindowOp::readsOperand(unsigned operand) { return operand == 0; }
bool VectorWindowOp::writesOperand(unsigned operand) { return operand == 1; }
LogicalResult VectorWindowOp::verify() {
  if (getInputs().size() != 1)
    return emitOpError("has one input, have ") << getInputs().size();
  size_t count = getDims().size();
  for (ArrayRef<int64_t> list : {getSizes(), getStrides(), getDilations(), getInputBounds(), getCountLow(), getCountHigh()})
    if (list.size() != count)
      return emitOpError("have a list of ") << list.size() << " entries for " << count << " slid dimensions";
  for (int64_t dim : getDims())
    if (dim < 0 || dim >= static_cast<int64_t>(getExtents().size()))
      return emitOpError("slides over dimension ") << dim << " of " << getExtents().size();
  if (failed(verifyMap(*this, getOrigins(), count, "origins")) ||
      failed(verifyJoinPrograms(*this, getProgram(), getFinish(), elementOf(getInputs()[0]), elementOf(getOutput()))))
    return failure();
  return verifyVector(*this);
}

Queue VectorPermuteOp::getQueue() { return Queue::vector; }
bool VectorPermuteOp::readsOperand(unsigned operand) { return operand == 0; }
bool VectorPermuteOp::writesOperand(unsigned operand) { return operand == 1; }
LogicalResult VectorPermuteOp::verify() {
  if (getInputs().size() != 1)
    return emitOpError("has one input, have ") << getInputs().size();
  return verifyVector(*this);
}

Queue VectorGatherOp::getQueue() { return Queue::vector; }
bool VectorGatherOp::readsOperand(unsigned operand) { return operand <= 1; }
bool VectorGatherOp::writesOperand(unsigned operand) { return operand == 2; }
LogicalResult VectorGatherOp::verify() {
  if (getInputs().size() != 2)
    return emitOpError("has an input and an index table, have ") << getInputs().size() << " inputs";
  auto axis = static_cast<int64_t>(getAxis());
  if (axis < 0 || axis >= static_cast<int64_t>(getExtents().size()))
    return emitOpError("have axis ") << axis << " of " << getExtents().size() << " dimensions";
  return verifyVector(*this);
}

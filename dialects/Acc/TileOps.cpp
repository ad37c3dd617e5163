// Verifiers and access maps of the tiles stage.
#include "dialects/Acc/Verify.h"

using namespace mlir;
using namespace dnnc;
using namespace dnnc::acc;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }
static ArrayRef<int64_t> shapeOf(Value value) { return tensorType(value).getShape(); }

static int64_t floorDiv(int64_t a, int64_t b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }

/// `pins`, the discardable attribute by which a part of a group's decisions is given (apply-strategy writes it).
static LogicalResult verifyPins(GroupOp group) {
  Attribute given = group->getDiscardableAttr("pins");
  if (!given)
    return success();
  auto pins = dyn_cast<DictionaryAttr>(given);
  if (!pins)
    return group.emitOpError("pins: have ") << given << "; need a dictionary, as in {dataflow = \"ws\"}";
  for (NamedAttribute pin : pins) {
    if (pin.getName() == "dataflow") {
      auto word = dyn_cast<StringAttr>(pin.getValue());
      std::optional<Dataflow> dataflow = word ? symbolizeDataflow(word.getValue()) : std::nullopt;
      if (!dataflow)
        return group.emitOpError("pins: dataflow: have ") << pin.getValue() << "; need \"rs\", \"ws\", \"os\", \"is\", \"nlr\" or \"mixed\"";
      continue;
    }
    if (pin.getName() != "tile")
      return group.emitOpError("pins: have ") << pin.getName() << "; need dataflow or tile";
    auto tile = dyn_cast<DictionaryAttr>(pin.getValue());
    bool good = tile && tile.size() == loopDimNames.size();
    for (size_t dim = 0; good && dim < loopDimNames.size(); ++dim) {
      auto size = tile.getAs<IntegerAttr>(loopDimNames.substr(dim, 1));
      good = size && size.getType().isInteger(64) && size.getInt() > 0;
    }
    if (!good)
      return group.emitOpError("pins: tile: have ")
             << pin.getValue() << "; need a positive size (i64) for each of N, G, M, C, P, Q, R, S";
  }
  return success();
}

LogicalResult GroupOp::verify() {
  Block &block = getBody().front();
  if (block.getArgumentTypes() != getInputs().getTypes())
    return emitOpError("block arguments have to have the types of the inputs");
  auto yield = dyn_cast<YieldOp>(block.getTerminator());
  if (!yield || yield.getNumOperands() != 1 || yield.getOperand(0).getType() != getResult().getType())
    return emitOpError("the body has to end in an acc.yield of one value of type ") << getResult().getType();
  Operation *made = yield.getOperand(0).getDefiningOp();
  if (!made)
    return emitOpError("yields one of its inputs; it has to yield what an op of the body computes");
  for (Operation &op : block.without_terminator()) {
    if (!isa<TileOpInterface>(op))
      return op.emitOpError("cannot stand in an acc.group: it has no access map");
    if (op.getNumResults() != 1 || !op.getResult(0).hasOneUse())
      return op.emitOpError("inside a group every result has exactly one use");
  }
  if (failed(verifyPins(*this)))
    return failure();
  if (ArrayAttr storage = getStorageAttr()) {
    if (storage.size() != getInputs().size() + 1)
      return emitOpError("stored: have ") << storage.size() << " storages, need one for each of the " << getInputs().size()
                                          << " inputs and one for the result";
    SmallVector<Type> types(getInputs().getTypes());
    types.push_back(getResult().getType());
    for (auto [type, attribute] : llvm::zip(types, storage))
      if (auto one = cast<StorageAttr>(attribute);
          isCompressed(one) && !one.getSegment().empty() && failed(verifyStorage(*this, one, cast<RankedTensorType>(type), /*isConstant=*/false)))
        return failure();
  }
  if (TilingAttr tiling = getTilingAttr()) {
    if (tiling.getSizes().size() != static_cast<size_t>(tensorType(getResult()).getRank()))
      return emitOpError("have ") << tiling.getSizes().size() << " tile sizes, need one for each of the "
                                  << tensorType(getResult()).getRank() << " dimensions of the result";
    auto last = cast<TileOpInterface>(made);
    if (!tiling.getReduction().empty() && tiling.getReduction().size() != last.getReductionSizes().size())
      return emitOpError("have ") << tiling.getReduction().size() << " reduction tile sizes, the last op has "
                                  << last.getReductionSizes().size() << " reduction loops";
  }
  return success();
}

LogicalResult acc::verifyConstant(Operation *op, ElementsAttr elements, StorageAttr storage, RankedTensorType result) {
  auto value = cast<ShapedType>(elements.getType());
  if (value.getShape() != result.getShape() || elementBits(value.getElementType()) != elementBits(result.getElementType()))
    return op->emitOpError("have a value of type ") << value << ", need the shape and element width of " << result;
  if (!isCompressed(storage))
    return success();
  return verifyStorage(op, storage, result, /*isConstant=*/true);
}

LogicalResult ConstantOp::verify() { return verifyConstant(*this, getValue(), getStorageAttr(), tensorType(getResult())); }

LogicalResult ReshapeOp::verify() {
  if (auto constant = getInput().getDefiningOp<ConstantOp>(); constant && isCompressed(constant.getStorageAttr()))
    return emitOpError("cannot view a compressed constant: its segments have another shape; give the constant the shape that is used");
  auto in = tensorType(getInput()), out = tensorType(getResult());
  if (in.getNumElements() != out.getNumElements())
    return emitOpError("have ") << in.getNumElements() << " elements, the result has " << out.getNumElements();
  if (elementBits(in.getElementType()) != elementBits(out.getElementType()))
    return emitOpError("cannot change the element width");
  return success();
}

LogicalResult ConcatOp::verify() {
  auto out = tensorType(getResult());
  int64_t axis = getAxis(), sum = 0;
  if (axis < 0 || axis >= out.getRank())
    return emitOpError("have axis ") << axis << ", need one in [0, " << out.getRank() << ")";
  for (Value input : getInputs()) {
    auto in = tensorType(input);
    if (!input.getDefiningOp<GroupOp>() || !input.hasOneUse())
      return emitOpError("has an operand that is not the only use of a group's result; copy it in a group of its own");
    if (in.getRank() != out.getRank())
      return emitOpError("have an input of rank ") << in.getRank() << ", need " << out.getRank();
    if (in.getElementType() != out.getElementType())
      return emitOpError("have an input of ") << in.getElementType() << ", need " << out.getElementType();
    for (int64_t d = 0; d < out.getRank(); ++d)
      if (d != axis && in.getDimSize(d) != out.getDimSize(d))
        return emitOpError("have size ") << in.getDimSize(d) << " in dimension " << d << ", need " << out.getDimSize(d);
    sum += in.getDimSize(axis);
  }
  if (sum != out.getDimSize(axis))
    return emitOpError("the inputs' sizes along axis ") << axis << " add up to " << sum << ", the result has " << out.getDimSize(axis);
  return success();
}

acc::ConstantOp acc::constantOperand(Operation *op, unsigned operand) {
  auto argument = dyn_cast<BlockArgument>(op->getOperand(operand));
  auto group = argument ? dyn_cast<GroupOp>(argument.getOwner()->getParentOp()) : GroupOp();
  if (!group)
    return {};
  Value input = group.getInputs()[argument.getArgNumber()];
  while (auto view = input.getDefiningOp<ReshapeOp>())
    input = view.getInput();
  return input.getDefiningOp<ConstantOp>();
}

/// What holds for convolutions and matrix products alike; `channels` output channels need as many parameter records.
static LogicalResult verifyArrayOp(Operation *op, Value param, Value table, Type resultElement, int64_t channels,
                                   OutputMode mode, Type ifmapElement, Type weightElement) {
  if (op->hasAttr("displaced") && !param)
    return op->emitOpError("is displaced without parameters; the records say where its results go");
  if (param) {
    auto type = tensorType(param);
    if (type.getRank() != 2 || type.getDimSize(0) != channels || type.getDimSize(1) != 4 || !type.getElementType().isInteger(32))
      return op->emitOpError("have parameters ") << type << ", need tensor<" << channels << "x4xi32>";
  }
  if (table) {
    auto type = tensorType(table);
    if (type.getRank() != 1 || type.getNumElements() != 256 || elementBits(resultElement) != 8 || elementBits(type.getElementType()) != 8)
      return op->emitOpError("a table has 256 entries of an 8-bit result, have ") << type << " and " << resultElement;
  }
  bool isFloat = isa<FloatType>(ifmapElement);
  if (isFloat != (mode == OutputMode::floating))
    return op->emitOpError("mode ") << stringifyOutputMode(mode) << " does not fit an ifmap of " << ifmapElement;
  for (Type element : {ifmapElement, weightElement})
    if (!element.isF32() && (isa<FloatType>(element) || (elementBits(element) != 8 && elementBits(element) != 16)))
      return op->emitOpError("have an operand of ") << element << "; the array takes integers of 8 or 16 bits, or f32";
  if (isFloat != isa<FloatType>(weightElement))
    return op->emitOpError("have an ifmap of ") << ifmapElement << " and weights of " << weightElement << "; need both in integers, or both in f32";
  if (elementBits(ifmapElement) != elementBits(weightElement))
    return op->emitOpError("have an ifmap of ") << ifmapElement << " and weights of " << weightElement << "; need both in as many bits";
  bool floatResult = isa<FloatType>(resultElement);
  if (floatResult != (mode == OutputMode::floating || mode == OutputMode::dequantize))
    return op->emitOpError("mode ") << stringifyOutputMode(mode) << " does not give " << resultElement;
  return success();
}

LogicalResult ConvOp::verify() {
  auto x = tensorType(getIfmap()), w = tensorType(getWeight()), y = tensorType(getResult());
  if (x.getRank() != 4 || w.getRank() != 4 || y.getRank() != 4)
    return emitOpError("needs a 4-D ifmap, weight and result");
  if (getStrides().size() != 2 || getDilations().size() != 2 || getPads().size() != 4)
    return emitOpError("needs 2 strides, 2 dilations and 4 pads");
  int64_t group = getGroup();
  if (group < 1 || x.getDimSize(1) != group * w.getDimSize(1) || w.getDimSize(0) % group != 0)
    return emitOpError("have ") << x.getDimSize(1) << " input channels and weights " << w << " in " << group
                                << " groups; need input channels = groups × the weight's second dimension, and filters divisible by groups";
  if (y.getDimSize(0) != x.getDimSize(0) || y.getDimSize(1) != w.getDimSize(0))
    return emitOpError("the result's batch and channels do not follow from ifmap and weight");
  for (int d = 0; d < 2; ++d) {
    if (getStrides()[d] < 1 || getDilations()[d] < 1 || getPads()[d] < 0 || getPads()[d + 2] < 0)
      return emitOpError("strides and dilations have to be positive and pads not negative");
    int64_t span = (w.getDimSize(2 + d) - 1) * getDilations()[d] + 1;
    int64_t expected = floorDiv(x.getDimSize(2 + d) + getPads()[d] + getPads()[d + 2] - span, getStrides()[d]) + 1;
    if (y.getDimSize(2 + d) != expected)
      return emitOpError("have output size ") << y.getDimSize(2 + d) << " in dimension " << 2 + d << ", need " << expected;
  }
  return verifyArrayOp(*this, getParam(), getTable(), y.getElementType(), y.getDimSize(1), getMode(), x.getElementType(),
                       w.getElementType());
}

SmallVector<int64_t> ConvOp::getReductionSizes() { return {shapeOf(getWeight())[1]}; }

SmallVector<DimAccess> ConvOp::getAccess(unsigned operand) {
  ArrayRef<int64_t> w = shapeOf(getWeight());
  if (operand == 0) {
    DimAccess channels = DimAccess::reduced(0);
    if (getGroup() > 1) {
      channels.kind = DimAccess::Kind::Group;
      channels.outDim = 1, channels.outPerGroup = w[0] / static_cast<int64_t>(getGroup()), channels.inPerGroup = w[1];
    }
    SmallVector<DimAccess> access = {DimAccess::same(0), channels};
    for (int d = 0; d < 2; ++d)
      access.push_back(DimAccess::affine(2 + d, getStrides()[d], -getPads()[d], (w[2 + d] - 1) * getDilations()[d] + 1));
    return access;
  }
  if (operand == 1)
    return {DimAccess::same(1), DimAccess::reduced(0), DimAccess::full(), DimAccess::full()};
  if (operand == 2 && getParam())
    return {DimAccess::same(1), DimAccess::full()};
  return {DimAccess::full()};
}

LogicalResult MatmulOp::verify() {
  auto x = tensorType(getIfmap()), w = tensorType(getWeight()), y = tensorType(getResult());
  if (x.getRank() != 3 || w.getRank() != 3 || y.getRank() != 3)
    return emitOpError("needs a 3-D ifmap, weight and result");
  int64_t rows = x.getDimSize(getTransposeIfmap() ? 2 : 1), depth = x.getDimSize(getTransposeIfmap() ? 1 : 2);
  int64_t columns = w.getDimSize(getTransposeWeight() ? 1 : 2), weightDepth = w.getDimSize(getTransposeWeight() ? 2 : 1);
  if (depth != weightDepth || x.getDimSize(0) != w.getDimSize(0))
    return emitOpError("have ") << x << " times " << w << "; batch and inner dimensions have to agree";
  if (y.getDimSize(0) != x.getDimSize(0) || y.getDimSize(1) != rows || y.getDimSize(2) != columns)
    return emitOpError("have result ") << y << ", need " << x.getDimSize(0) << "x" << rows << "x" << columns;
  return verifyArrayOp(*this, getParam(), getTable(), y.getElementType(), columns, getMode(), x.getElementType(),
                       w.getElementType());
}

SmallVector<int64_t> MatmulOp::getReductionSizes() { return {shapeOf(getIfmap())[getTransposeIfmap() ? 1 : 2]}; }

SmallVector<DimAccess> MatmulOp::getAccess(unsigned operand) {
  DimAccess batch = DimAccess::same(0), rows = DimAccess::same(1), columns = DimAccess::same(2), depth = DimAccess::reduced(0);
  if (operand == 0)
    return getTransposeIfmap() ? SmallVector<DimAccess>{batch, depth, rows} : SmallVector<DimAccess>{batch, rows, depth};
  if (operand == 1)
    return getTransposeWeight() ? SmallVector<DimAccess>{batch, columns, depth} : SmallVector<DimAccess>{batch, depth, columns};
  if (operand == 2 && getParam())
    return {columns, DimAccess::full()};
  return {DimAccess::full()};
}

LogicalResult MapOp::verify() {
  auto y = tensorType(getResult());
  SmallVector<Type> elements;
  for (auto [operand, input] : llvm::enumerate(getInputs())) {
    auto x = tensorType(input);
    elements.push_back(x.getElementType());
    if (isTableOperand(operand)) {
      if (x.getRank() != 1 || x.getNumElements() != 256)
        return emitOpError("have ") << x << " as a table, need a tensor of 256 entries";
      continue;
    }
    if (x.getRank() > y.getRank())
      return emitOpError("have an input of rank ") << x.getRank() << " for a result of rank " << y.getRank();
    for (int64_t d = 0; d < x.getRank(); ++d) {
      int64_t size = x.getDimSize(d), result = y.getDimSize(d + y.getRank() - x.getRank());
      if (size != result && size != 1)
        return emitOpError("cannot broadcast ") << x << " to " << y;
    }
  }
  return verifyMapProgram(*this, getBody(), elements, y.getElementType());
}

SmallVector<int64_t> MapOp::getReductionSizes() { return {}; }

bool MapOp::isTableOperand(unsigned operand) {
  bool table = false;
  getBody().walk([&](LaneTableOp op) { table |= op.getTable() == operand; });
  return table;
}

SmallVector<DimAccess> MapOp::getAccess(unsigned operand) {
  ArrayRef<int64_t> in = shapeOf(getInputs()[operand]), out = shapeOf(getResult());
  if (isTableOperand(operand))
    return {DimAccess::full()};
  SmallVector<DimAccess> access;
  for (auto [d, size] : llvm::enumerate(in)) {
    int64_t outDim = d + out.size() - in.size();
    access.push_back(size == out[outDim] ? DimAccess::same(outDim) : DimAccess::full());
  }
  return access;
}

LogicalResult ReduceOp::verify() {
  auto x = tensorType(getInput()), y = tensorType(getResult());
  if (x.getRank() != y.getRank())
    return emitOpError("the result keeps the input's rank, with size 1 where it is reduced");
  if (getAxes().empty())
    return emitOpError("reduces no dimension; need at least one axis");
  for (auto [k, axis] : llvm::enumerate(getAxes()))
    if (axis < 0 || axis >= x.getRank() || llvm::is_contained(getAxes().take_front(k), axis))
      return emitOpError("have axis ") << axis << "; axes have to be different and in [0, " << x.getRank() << ")";
  for (int64_t d = 0; d < x.getRank(); ++d) {
    bool isReduced = llvm::is_contained(getAxes(), d);
    if (y.getDimSize(d) != (isReduced ? 1 : x.getDimSize(d)))
      return emitOpError("have size ") << y.getDimSize(d) << " in result dimension " << d << ", need " << (isReduced ? 1 : x.getDimSize(d));
  }
  return verifyJoinPrograms(*this, getProgram(), getFinish(), x.getElementType(), y.getElementType());
}

SmallVector<int64_t> ReduceOp::getReductionSizes() {
  SmallVector<int64_t> sizes;
  for (int64_t axis : getAxes())
    sizes.push_back(shapeOf(getInput())[axis]);
  return sizes;
}

SmallVector<DimAccess> ReduceOp::getAccess(unsigned) {
  SmallVector<DimAccess> access;
  for (int64_t d = 0; d < tensorType(getInput()).getRank(); ++d) {
    auto axis = llvm::find(getAxes(), d);
    access.push_back(axis == getAxes().end() ? DimAccess::same(d) : DimAccess::reduced(axis - getAxes().begin()));
  }
  return access;
}

LogicalResult WindowOp::verify() {
  size_t count = getDims().size();
  for (ArrayRef<int64_t> list : {getSizes(), getStrides(), getDilations(), getPadsLow(), getCountLow(), getCountHigh()})
    if (list.size() != count)
      return emitOpError("have a list of ") << list.size() << " entries for " << count << " slid dimensions";
  auto x = tensorType(getInput()), y = tensorType(getResult());
  if (x.getRank() != y.getRank())
    return emitOpError("needs input and result of one rank");
  for (int64_t d = 0; d < x.getRank(); ++d)
    if (!llvm::is_contained(getDims(), d) && x.getDimSize(d) != y.getDimSize(d))
      return emitOpError("have size ") << y.getDimSize(d) << " in dimension " << d << ", which is not slid over; need " << x.getDimSize(d);
  for (size_t k = 0; k < count; ++k) {
    if (getDims()[k] < 0 || getDims()[k] >= x.getRank() || llvm::is_contained(getDims().take_front(k), getDims()[k]))
      return emitOpError("have dimension ") << getDims()[k] << "; slid dimensions have to be different and in [0, " << x.getRank() << ")";
    if (getSizes()[k] < 1 || getStrides()[k] < 1 || getDilations()[k] < 1)
      return emitOpError("sizes, strides and dilations have to be positive");
  }
  return verifyJoinPrograms(*this, getProgram(), getFinish(), x.getElementType(), y.getElementType());
}

SmallVector<int64_t> WindowOp::getReductionSizes() { return {}; }

SmallVector<DimAccess> WindowOp::getAccess(unsigned) {
  SmallVector<DimAccess> access;
  for (int64_t d = 0; d < tensorType(getInput()).getRank(); ++d)
    access.push_back(DimAccess::same(d));
  for (auto [k, dim] : llvm::enumerate(getDims()))
    access[dim] = DimAccess::affine(dim, getStrides()[k], -getPadsLow()[k], (getSizes()[k] - 1) * getDilations()[k] + 1);
  return access;
}

/// Positions of a move stay in 32 bits.
static constexpr int64_t farthestPosition = int64_t(1) << 31;

LogicalResult MoveOp::verify() {
  for (int64_t value : llvm::concat<const int64_t>(getOffsets(), getSteps()))
    if (value < -farthestPosition || value > farthestPosition)
      return emitOpError("have offset or step ") << value << ", need at most " << farthestPosition << " either way";
  size_t rank = tensorType(getInput()).getRank();
  if (getDims().size() != rank || getOffsets().size() != rank || getSteps().size() != rank)
    return emitOpError("needs an entry in dims, offsets and steps for each of the ") << rank << " input dimensions";
  if (elementBits(tensorType(getInput()).getElementType()) != elementBits(tensorType(getResult()).getElementType()))
    return emitOpError("cannot change the element width");
  SmallVector<int64_t> seen;
  for (int64_t dim : getDims()) {
    if (dim < -1 || dim >= tensorType(getResult()).getRank())
      return emitOpError("have result dimension ") << dim << ", need −1 or one in [0, " << tensorType(getResult()).getRank() << ")";
    if (dim >= 0 && llvm::is_contained(seen, dim))
      return emitOpError("result dimension ") << dim << " is named twice";
    seen.push_back(dim);
  }
  return success();
}

SmallVector<int64_t> MoveOp::getReductionSizes() { return {}; }

SmallVector<DimAccess> MoveOp::getAccess(unsigned) {
  SmallVector<DimAccess> access;
  for (auto [d, dim] : llvm::enumerate(getDims()))
    access.push_back(dim < 0 ? DimAccess::affine(-1, 0, getOffsets()[d], 1) : DimAccess::affine(dim, getSteps()[d], getOffsets()[d], 1));
  return access;
}

LogicalResult GatherOp::verify() {
  auto x = tensorType(getInput()), i = tensorType(getIndices()), y = tensorType(getResult());
  int64_t axis = getAxis();
  if (axis < 0 || axis >= x.getRank() || x.getRank() != y.getRank())
    return emitOpError("have axis ") << axis << " for an input of rank " << x.getRank() << " and a result of rank " << y.getRank();
  if (i.getRank() != 1 || !i.getElementType().isInteger(32) || i.getDimSize(0) != y.getDimSize(axis))
    return emitOpError("have indices ") << i << ", need tensor<" << y.getDimSize(axis) << "xi32>";
  for (int64_t d = 0; d < x.getRank(); ++d)
    if (d != axis && x.getDimSize(d) != y.getDimSize(d))
      return emitOpError("have size ") << y.getDimSize(d) << " in result dimension " << d << ", need " << x.getDimSize(d);
  if (x.getElementType() != y.getElementType())
    return emitOpError("have elements of ") << x.getElementType() << " and a result of " << y.getElementType();
  return success();
}

SmallVector<int64_t> GatherOp::getReductionSizes() { return {}; }

SmallVector<DimAccess> GatherOp::getAccess(unsigned operand) {
  if (operand == 1)
    return {DimAccess::same(getAxis())};
  SmallVector<DimAccess> access;
  for (int64_t d = 0; d < tensorType(getInput()).getRank(); ++d)
    access.push_back(d == static_cast<int64_t>(getAxis()) ? DimAccess::full() : DimAccess::same(d));
  return access;
}

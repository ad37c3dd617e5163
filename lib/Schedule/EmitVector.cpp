// Vector tasks of lane programs, windows, reductions and moves.
#include "lib/Schedule/NestBuilder.h"

using namespace mlir;
using namespace dnnc;
using namespace dnnc::schedule;

static ArrayRef<int64_t> shapeOf(Value value) { return cast<RankedTensorType>(value.getType()).getShape(); }

static int64_t constantDistance(AffineExpr needed, AffineExpr have) {
  auto value = dyn_cast<AffineConstantExpr>(simplifyAffineExpr(needed - have, 16, 0));
  return value ? value.getValue() : 0;
}

void schedule::emitMap(NestBuilder &nest, acc::MapOp op, ArrayRef<Tile> inputs, const Tile &output, unsigned depth) {
  ArrayRef<int64_t> shape = shapeOf(op.getResult());
  SmallVector<int64_t> inputStrides;
  SmallVector<Value> buffers;
  SmallVector<const Tile *> tiles;
  for (auto [index, input] : llvm::enumerate(inputs)) {
    SmallVector<int64_t> row(shape.size(), 0), strides = input.type().getStrides();
    ArrayRef<int64_t> inShape = shapeOf(op.getInputs()[index]);
    if (!op.isTableOperand(index))
      for (size_t d = 0; d < inShape.size(); ++d) {
        size_t outDim = d + shape.size() - inShape.size();
        row[outDim] = inShape[d] == shape[outDim] ? strides[d] : 0;
      }
    llvm::append_range(inputStrides, row);
    buffers.push_back(input.buffer);
    tiles.push_back(&input);
  }
  tiles.push_back(&output);
  OpBuilder builder = nest.at(depth);
  auto task = acc::VectorMapOp::create(builder, nest.loc(), buffers, output.buffer, nest.slots(tiles, depth), output.box.sizes,
                                       nest.map(depth, output.box.offsets), shape, inputStrides, output.type().getStrides(),
                                       ArrayRef<int64_t>(), ArrayRef<int64_t>());
  task.getBody().takeBody(op.getBody());
}

void schedule::emitReduce(NestBuilder &nest, acc::ReduceOp op, const Tile &input, const Tile &output, unsigned depth) {
  // The kept dimensions, then the reduced ones.
  ArrayRef<int64_t> inShape = shapeOf(op.getInput());
  SmallVector<int64_t> extents, bounds, inputStrides, outputStrides, strides = input.type().getStrides();
  SmallVector<int64_t> outStrides = output.type().getStrides();
  SmallVector<AffineExpr> offsets;
  auto add = [&](int64_t dim) {
    extents.push_back(input.box.sizes[dim]);
    bounds.push_back(inShape[dim]);
    inputStrides.push_back(strides[dim]);
    offsets.push_back(input.box.offsets[dim]);
  };
  for (size_t dim = 0; dim < inShape.size(); ++dim)
    if (!llvm::is_contained(op.getAxes(), static_cast<int64_t>(dim))) {
      add(dim);
      outputStrides.push_back(outStrides[dim]);
    }
  bool partial = false;
  for (int64_t axis : op.getAxes()) {
    add(axis);
    partial |= input.box.sizes[axis] < inShape[axis];
  }
  SmallVector<Value> buffers = {input.buffer};
  SmallVector<const Tile *> tiles = {&input};
  std::optional<Tile> accumulator;
  if (partial) {
    accumulator = nest.buffer(output.box, op.getFinish().getArgument(0).getType(), acc::Role::vector, output.depth, /*single=*/true);
    buffers.push_back(accumulator->buffer);
    tiles.push_back(&*accumulator);
    inputStrides.append(outputStrides.begin(), outputStrides.end());
    inputStrides.append(op.getAxes().size(), 0);
  }
  tiles.push_back(&output);
  OpBuilder builder = nest.at(depth);
  auto task = acc::VectorReduceOp::create(builder, nest.loc(), buffers, output.buffer, nest.slots(tiles, depth), extents,
                                          nest.map(depth, offsets), bounds, inputStrides, outputStrides, op.getAxes().size(),
                                          op.getCombine(), ArrayRef<int64_t>(), ArrayRef<int64_t>());
  task.getProgram().takeBody(op.getProgram());
  task.getFinish().takeBody(op.getFinish());
}

void schedule::emitWindow(NestBuilder &nest, acc::WindowOp op, const Tile &input, const Tile &output, unsigned depth) {
  ArrayRef<int64_t> inShape = shapeOf(op.getInput());
  SmallVector<int64_t> inputBounds, strides = input.type().getStrides();
  SmallVector<AffineExpr> origins;
  int64_t inputOffset = 0;
  for (auto [k, dim] : llvm::enumerate(op.getDims())) {
    AffineExpr origin = output.box.offsets[dim] * op.getStrides()[k] - op.getPadsLow()[k];
    origins.push_back(origin);
    inputBounds.push_back(inShape[dim]);
    inputOffset += constantDistance(origin, input.box.offsets[dim]) * strides[dim];
  }
  OpBuilder builder = nest.at(depth);
  auto task = acc::VectorWindowOp::create(
      builder, nest.loc(), input.buffer, output.buffer, nest.slots({&input, &output}, depth), output.box.sizes,
      nest.map(depth, output.box.offsets), shapeOf(op.getResult()), strides, output.type().getStrides(), op.getDims(), op.getSizes(),
      op.getStrides(), op.getDilations(), nest.map(depth, origins), inputOffset, inputBounds, op.getCountLow(), op.getCountHigh(),
      op.getCombine(), ArrayRef<int64_t>(), ArrayRef<int64_t>());
  task.getProgram().takeBody(op.getProgram());
  task.getFinish().takeBody(op.getFinish());
}

void schedule::emitMove(NestBuilder &nest, acc::MoveOp op, const Tile &input, const Tile &output, unsigned depth) {
  ArrayRef<int64_t> shape = shapeOf(op.getResult());
  SmallVector<int64_t> inputStrides(shape.size(), 0), strides = input.type().getStrides();
  int64_t inputOffset = 0;
  for (auto [d, dim] : llvm::enumerate(op.getDims())) {
    AffineExpr first = getAffineConstantExpr(op.getOffsets()[d], nest.context());
    if (dim >= 0) {
      first = first + output.box.offsets[dim] * op.getSteps()[d];
      inputStrides[dim] = op.getSteps()[d] * strides[d];
    }
    inputOffset += constantDistance(first, input.box.offsets[d]) * strides[d];
  }
  OpBuilder builder = nest.at(depth);
  acc::VectorPermuteOp::create(builder, nest.loc(), input.buffer, output.buffer, nest.slots({&input, &output}, depth),
                               output.box.sizes, nest.map(depth, output.box.offsets), shape, inputStrides,
                               output.type().getStrides(), inputOffset, ArrayRef<int64_t>(), ArrayRef<int64_t>());
}

void schedule::emitGather(NestBuilder &nest, acc::GatherOp op, ArrayRef<Tile> inputs, const Tile &output, unsigned depth) {
  ArrayRef<int64_t> shape = shapeOf(op.getResult());
  SmallVector<int64_t> inputStrides = inputs[0].type().getStrides();
  inputStrides.append(shape.size(), 0);
  inputStrides[shape.size() + op.getAxis()] = 1;
  OpBuilder builder = nest.at(depth);
  acc::VectorGatherOp::create(builder, nest.loc(), ValueRange{inputs[0].buffer, inputs[1].buffer}, output.buffer,
                              nest.slots({&inputs[0], &inputs[1], &output}, depth), output.box.sizes,
                              nest.map(depth, output.box.offsets), shape, inputStrides, output.type().getStrides(), op.getAxis(),
                              ArrayRef<int64_t>(), ArrayRef<int64_t>());
}

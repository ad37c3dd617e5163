#include "lib/Schedule/NestBuilder.h"

#include "lib/Cost/Footprint.h"

using namespace mlir;
using namespace dnnc;
using namespace dnnc::schedule;

NestBuilder::NestBuilder(acc::GroupOp group, acc::NestOp nest, const Target &target)
    : group(group), nest(nest), nestContext(nest.getContext()), target(target), loops(tileLoops(group)) {
  bodies.push_back(&nest.getBody().front());
  for (const TileLoop &loop : loops) {
    OpBuilder inside = OpBuilder::atBlockEnd(bodies.back());
    auto op = acc::ForOp::create(inside, loc(), loop.trips);
    bodies.push_back(&op.getBody().emplaceBlock());
  }
}

AffineMap NestBuilder::map(unsigned depth, ArrayRef<AffineExpr> results) const {
  return AffineMap::get(depth, 0, results, context());
}

Attribute NestBuilder::slot(const Tile &tile, unsigned taskDepth) const {
  AffineExpr number = getAffineConstantExpr(0, context());
  for (unsigned depth = 0; depth < tile.depth; ++depth)
    number = number * loops[depth].trips + getAffineDimExpr(depth, context());
  return AffineMapAttr::get(map(std::max(taskDepth, tile.depth), {number}));
}

ArrayAttr NestBuilder::slots(ArrayRef<const Tile *> tiles, unsigned taskDepth) const {
  SmallVector<Attribute> numbers;
  for (const Tile *tile : tiles)
    numbers.push_back(slot(*tile, taskDepth));
  return ArrayAttr::get(context(), numbers);
}

Tile NestBuilder::buffer(Box box, Type element, acc::Role role, unsigned depth, bool single) {
  int64_t slots = !single && depth > 0 ? cost::ringSlots(target, static_cast<Operand>(role)) : 1;
  auto type = acc::BufferType::get(context(), box.sizes, element, role, slots);
  // Buffers stand before the nest's first loop.
  OpBuilder start = OpBuilder::atBlockBegin(bodies[0]);
  auto op = acc::BufferOp::create(start, loc(), type, IntegerAttr(), IntegerAttr(), UnitAttr());
  auto memory = target.memoryFor(static_cast<Operand>(role));
  if (memory && target.memories[*memory].kind == Memory::Kind::Fifo)
    op.setStream(true);
  return {op.getResult(), std::move(box), depth};
}

OpBuilder NestBuilder::at(unsigned depth, bool after) {
  Block *body = bodies[depth];
  if (depth < loops.size() && !after)
    return OpBuilder(bodies[depth + 1]->getParentOp());
  return OpBuilder::atBlockEnd(body);
}

/// The order of the loads of one loop body, in their queue one behind the other. Where loads wait for the array, those
/// that need not stand first. What is larger than its FIFO streams through it while the array works, and must not hold up
/// what the array waits for: it stands last.
int NestBuilder::loadRank(acc::BufferType type) const {
  size_t place = *target.memoryFor(static_cast<Operand>(type.getRole()));
  const Memory &memory = target.memories[place];
  bool isFifo = memory.kind == Memory::Kind::Fifo;
  if (isFifo && type.getSlotBytes() > target.memoryBytes(place))
    return 2;
  return !target.overlapTransfers && (isFifo || memory.prefetch) ? 0 : 1;
}

Tile NestBuilder::load(Value tensor, Box box, acc::Role role, unsigned consumerDepth,
                       std::optional<int64_t> fill) {
  unsigned depth = box.depth();
  auto memory = target.memoryFor(static_cast<Operand>(role));
  if (memory && target.memories[*memory].kind == Memory::Kind::Fifo)
    depth = consumerDepth;
  Tile tile = buffer(box, cast<RankedTensorType>(tensor.getType()).getElementType(), role, depth);
  OpBuilder builder = at(depth);
  auto rank = [&](Value made) { return loadRank(cast<acc::BufferType>(made.getType())); };
  for (acc::LoadOp other : bodies[depth]->getOps<acc::LoadOp>())
    if (rank(other.getBuffer()) > rank(tile.buffer)) {
      builder.setInsertionPoint(other);
      break;
    }
  acc::LoadOp::create(builder, loc(), tensor, tile.buffer, AffineMapAttr::get(map(depth, tile.box.offsets)),
                      slots({&tile}, depth), fill ? builder.getI64IntegerAttr(*fill) : IntegerAttr(),
                      DenseI64ArrayAttr(), DenseI64ArrayAttr());
  return tile;
}

void NestBuilder::store(const Tile &tile, Value tensor, const Box &box, unsigned depth) {
  OpBuilder builder = at(depth, /*after=*/true);
  acc::StoreOp::create(builder, loc(), tile.buffer, tensor, AffineMapAttr::get(map(depth, box.offsets)),
                       slots({&tile}, depth), DenseI64ArrayAttr(), DenseI64ArrayAttr());
}

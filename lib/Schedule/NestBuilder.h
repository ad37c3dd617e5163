// Builds the nest of one group: where each task stands, and which tile of a ring it touches.
#pragma once

#include "lib/Schedule/Boxes.h"

#include "dnnc/Target.h"

#include "llvm/ADT/MapVector.h"

namespace dnnc::schedule {

/// A tile on chip: its buffer and the box of the tensor it holds.
struct Tile {
  mlir::Value buffer;
  Box box;
  unsigned depth = 0; ///< of the loop body in which it is produced
  acc::BufferType type() const { return mlir::cast<acc::BufferType>(buffer.getType()); }
};

class NestBuilder {
public:
  NestBuilder(acc::GroupOp group, acc::NestOp nest, const Target &target);

  llvm::ArrayRef<TileLoop> getLoops() const { return loops; }
  acc::TilingAttr tiling() { return group.getTilingAttr(); }
  mlir::MLIRContext *context() const { return nestContext; }

  /// An affine map over the loops that enclose depth `depth`.
  mlir::AffineMap map(unsigned depth, llvm::ArrayRef<mlir::AffineExpr> results) const;
  /// The running number of a tile that is produced at `tileDepth`, seen from a task at any depth.
  mlir::Attribute slot(const Tile &tile, unsigned taskDepth) const;
  mlir::ArrayAttr slots(llvm::ArrayRef<const Tile *> tiles, unsigned taskDepth) const;

  /// A ring for tiles made at `depth`; of one slot if `single`, or where nothing could overlap the use of another.
  Tile buffer(Box box, mlir::Type element, acc::Role role, unsigned depth, bool single = false);
  /// Loads the box of a tensor, in the outermost loop that it depends on (or at `consumerDepth` where the operand is streamed).
  Tile load(mlir::Value tensor, Box box, acc::Role role, unsigned consumerDepth, std::optional<int64_t> fill = {});
  void store(const Tile &tile, mlir::Value tensor, const Box &box, unsigned depth);

  /// A builder for tasks at a depth; `after` puts them behind the inner loops of that depth.
  mlir::OpBuilder at(unsigned depth, bool after = false);
  mlir::Location loc() { return nest.getLoc(); }
  const Target &machine() const { return target; }

private:
  int loadRank(acc::BufferType type) const;

  acc::GroupOp group;
  acc::NestOp nest;
  mlir::MLIRContext *nestContext;
  const Target &target;
  llvm::SmallVector<TileLoop> loops;
  llvm::SmallVector<mlir::Block *> bodies; ///< bodies[d] is inside d loops
};

/// Emits the task of one op. `inputs` are the tiles of its operands, `output` that of its result; `depth` is the number of
/// enclosing loops.
void emitProduct(NestBuilder &nest, mlir::Operation *op, llvm::ArrayRef<Tile> inputs, const Tile &output, unsigned depth);
void emitMap(NestBuilder &nest, acc::MapOp op, llvm::ArrayRef<Tile> inputs, const Tile &output, unsigned depth);
void emitReduce(NestBuilder &nest, acc::ReduceOp op, const Tile &input, const Tile &output, unsigned depth);
void emitWindow(NestBuilder &nest, acc::WindowOp op, const Tile &input, const Tile &output, unsigned depth);
void emitMove(NestBuilder &nest, acc::MoveOp op, const Tile &input, const Tile &output, unsigned depth);
void emitGather(NestBuilder &nest, acc::GatherOp op, llvm::ArrayRef<Tile> inputs, const Tile &output, unsigned depth);

} // namespace dnnc::schedule

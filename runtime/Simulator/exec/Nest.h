// Nested loops over the elements of several operands, handed out in blocks of rows × columns.
#pragma once

#include "runtime/Simulator/Box.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace dnnc::sim {

/// The innermost two loops over some elements: operand o stands at offset(o) bytes from its first element.
struct Block {
  int64_t rows = 1, columns = 1;
  const int64_t *offsets = nullptr; // of the block's first element, by operand
  const int64_t *index = nullptr;   // of the block's first element, by loop of the nest
  int64_t elements() const { return rows * columns; }
};

/// Loops are added outermost first. Loops of one iteration are left out, and a loop that goes on where the
/// one outside of it would, for every operand, is merged with it: few loops remain, and long ones.
class Nest {
public:
  explicit Nest(size_t operands) : operands(operands) {}

  /// strides: bytes by operand. Loops that may not be merged keep their index for the visitor. Returns the
  /// loop's number, or −1 where it is left out; only numbers of loops that are not mergeable stay as they
  /// are.
  int add(int64_t extent, std::span<const int64_t> strides, bool mergeable = true);

  int rank() const { return static_cast<int>(loops.size()); }
  int64_t extent(int loop) const { return loops[loop].extent; }
  /// Number of the loop that is a block's rows or columns, or −1.
  int columnLoop() const { return rank() - 1; }
  int rowLoop() const { return rank() >= 2 ? rank() - 2 : -1; }
  int64_t columnStride(size_t operand) const { return rank() >= 1 ? loops[rank() - 1].strides[operand] : 0; }
  int64_t rowStride(size_t operand) const { return rank() >= 2 ? loops[rank() - 2].strides[operand] : 0; }

  /// visit(const Block &) for blocks of at most `limit` elements (at least one), which cover all, in
  /// row-major order; with `maxRows` = 1 a block stays in one row.
  template <typename Visit> void forEachBlock(int64_t limit, int64_t maxRows, Visit visit) const;

private:
  struct Loop {
    int64_t extent;
    std::vector<int64_t> strides; // by operand
    bool mergeable;
  };
  size_t operands;
  std::vector<Loop> loops;
};

template <typename Visit> void Nest::forEachBlock(int64_t limit, int64_t maxRows, Visit visit) const {
  for (const Loop &loop : loops)
    if (loop.extent == 0)
      return;
  std::array<int64_t, Box::maxRank> index{};
  std::vector<int64_t> offsets(operands, 0);
  int64_t columns = rank() >= 1 ? extent(rank() - 1) : 1, rows = rank() >= 2 ? extent(rank() - 2) : 1;
  int64_t columnStep = columns < limit ? columns : limit;
  int64_t rowStep = columnStep == columns && columns > 0 ? limit / columns : 1;
  rowStep = rowStep < 1 ? 1 : rowStep > maxRows ? maxRows : rowStep;

  auto move = [&](int loop, int64_t steps) {
    index[loop] += steps;
    // Without sign: where no element is (a window outside of its input) an offset may be any, and wraps.
    for (size_t o = 0; o < operands; ++o)
      offsets[o] =
          static_cast<int64_t>(static_cast<uint64_t>(offsets[o]) +
                               static_cast<uint64_t>(steps) * static_cast<uint64_t>(loops[loop].strides[o]));
  };
  while (true) {
    for (int64_t row = 0; row < rows; row += rowStep) {
      Block block{.offsets = offsets.data(), .index = index.data()};
      block.rows = rows - row < rowStep ? rows - row : rowStep;
      for (int64_t column = 0; column < columns; column += columnStep) {
        block.columns = columns - column < columnStep ? columns - column : columnStep;
        visit(static_cast<const Block &>(block));
        if (rank() >= 1)
          move(rank() - 1, block.columns);
      }
      if (rank() >= 1)
        move(rank() - 1, -columns);
      if (rank() >= 2)
        move(rank() - 2, block.rows);
    }
    if (rank() >= 2)
      move(rank() - 2, -rows);
    int loop = rank() - 3;
    for (; loop >= 0; --loop) {
      move(loop, 1);
      if (index[loop] < extent(loop))
        break;
      move(loop, -extent(loop));
    }
    if (loop < 0)
      return;
  }
}

} // namespace dnnc::sim

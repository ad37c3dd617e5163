// What map, reduce and window share: the inputs of their lane program in memory.
#pragma once

#include "runtime/Simulator/exec/Lanes.h"
#include "runtime/Simulator/exec/Tile.h"

#include <fmt/format.h>

namespace dnnc::sim {

/// Checks the lists of a row's inputs against each other and against the tile's rank.
template <typename Row> void checkInputs(const Row &row, int rank, Context &context) {
  size_t count = row.inputs.size();
  if (row.inputMemories.size() != count || row.inputTypes.size() != count)
    context.fail(fmt::format("have {} inputs, {} input_memories and {} input_types; need as many of each",
                             count, row.inputMemories.size(), row.inputTypes.size()));
  checkStrides("input_strides", row.inputStrides, count * rank, context);
}

/// Strides of input k in all dimensions.
template <typename Row> std::span<const int64_t> inputStrides(const Row &row, size_t k, int rank) {
  return std::span(row.inputStrides).subspan(k * rank, rank);
}

/// Checks that a program's result can become the row's output.
template <typename Row> void checkResult(const Row &row, const LaneProgram &program, Context &context) {
  if (!canStore(program.resultType(), row.outputType))
    context.fail(fmt::format("the lane program gives {}; it cannot be stored as {}",
                             name(program.resultType()), name(row.outputType)));
}

/// The program that runs on joined values of a type and their int32 count. It has no tables: its inputs are
/// not in memory.
template <typename Row> LaneProgram finishProgram(const Row &row, Context &context) {
  std::array<ElementType, 2> types = {row.accumulatorType, ElementType::I32};
  LaneProgram finish(context.lanes(row.finish), types, context);
  if (finish.readsTable(0) || finish.readsTable(1))
    context.fail("the finish program reads a table; its inputs are the joined value and the count");
  checkResult(row, finish, context);
  return finish;
}

/// Asks for what the program reads of each input: the elements of the tile, or 256 entries of a table. The
/// first element's place, by input; strides are left to the caller.
template <typename Row>
std::vector<LaneInput> readInputs(const Row &row, const LaneProgram &program, const Tile &tile,
                                  Context &context) {
  std::vector<LaneInput> inputs(row.inputs.size());
  for (size_t k = 0; k < inputs.size(); ++k) {
    int64_t bytes = bytesOf(row.inputTypes[k]), address = resolveAddress(row.inputs[k], context);
    if (program.readsElements(k) && program.readsTable(k))
      context.fail(fmt::format("the lane program reads input {} both as elements and as a table", k));
    if (program.readsTable(k)) {
      inputs[k].data = context.read(row.inputMemories[k], address, Box(bytes, {{256, bytes}}));
    } else if (program.readsElements(k)) {
      auto strides = inputStrides(row, k, tile.rank);
      inputs[k].data = context.read(row.inputMemories[k], tile.addressOf(address, strides, context),
                                    tile.box(strides, bytes));
    }
  }
  return inputs;
}

/// Stride of input k in dimension d as a loop sees it: a table stays where it is.
template <typename Row>
int64_t loopStride(const Row &row, const LaneProgram &program, size_t k, int d, int rank) {
  return program.readsElements(k) ? row.inputStrides[k * rank + d] : 0;
}

} // namespace dnnc::sim

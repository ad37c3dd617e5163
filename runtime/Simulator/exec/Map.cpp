// isa.map: a lane program on every element.
#include "runtime/Simulator/exec/Execute.h"
#include "runtime/Simulator/exec/Nest.h"
#include "runtime/Simulator/exec/VectorOperands.h"

namespace dnnc::sim {

/// For each element e of the tile inside the bounds: runs the lane program with input k at inputsₖ + Σ
/// e·input_strides[k] and writes its result to output + Σ e·output_stride. An integer result saturates to
/// output_type.
void execute(const isa::Map &map, Context &context) {
  Tile tile = clip(map.extents, map.offsets, map.bounds, context);
  checkInputs(map, tile.rank, context);
  checkStrides("output_strides", map.outputStrides, tile.rank, context);
  LaneProgram program(context.lanes(map.program), map.inputTypes, context);
  checkResult(map, program, context);
  if (tile.empty())
    return;
  context.work(saturatedWork(tile.elements(), program.steps() + 1));

  std::vector<LaneInput> inputs = readInputs(map, program, tile, context);
  int64_t address = tile.addressOf(resolveAddress(map.output, context), map.outputStrides, context);
  uint8_t *output =
      context.write(map.outputMemory, address, tile.box(map.outputStrides, bytesOf(map.outputType)));

  size_t result = inputs.size();
  Nest nest(inputs.size() + 1);
  std::vector<int64_t> strides(inputs.size() + 1);
  for (int d = 0; d < tile.rank; ++d) {
    for (size_t k = 0; k < inputs.size(); ++k)
      strides[k] = loopStride(map, program, k, d, tile.rank);
    strides[result] = map.outputStrides[d];
    nest.add(tile.count[d], strides);
  }
  std::vector<LaneInput> here = inputs;
  nest.forEachBlock(LaneProgram::columnElements, LaneProgram::columnElements, [&](const Block &block) {
    for (size_t k = 0; k < inputs.size(); ++k)
      here[k] = {inputs[k].data + block.offsets[k], nest.rowStride(k), nest.columnStride(k)};
    Column column = program.run(here, block.rows, block.columns);
    storeColumn(program.resultType(), column, map.outputType, output + block.offsets[result],
                nest.rowStride(result), nest.columnStride(result), block.rows, block.columns);
  });
}

} // namespace dnnc::sim

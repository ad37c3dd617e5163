// isa.reduce: a lane program on every element, joined over the innermost dimensions.
#include "runtime/Simulator/exec/Execute.h"
#include "runtime/Simulator/exec/Joined.h"
#include "runtime/Simulator/exec/Nest.h"
#include "runtime/Simulator/exec/VectorOperands.h"

#include <algorithm>
#include <limits>

namespace dnnc::sim {
namespace {

constexpr int64_t columnElements = LaneProgram::columnElements;

/// The dimensions that are kept.
Tile leading(const Tile &tile, int rank) {
  Tile kept = tile;
  kept.rank = rank;
  return kept;
}

int32_t countOf(const Tile &tile, int kept, Context &context) {
  int64_t count = 1;
  for (int d = kept; d < tile.rank; ++d)
    count = saturatedWork(count, tile.bounds[d]);
  if (count > std::numeric_limits<int32_t>::max())
    context.fail(fmt::format("{} elements are joined; the count has 32 bits", count));
  return static_cast<int32_t>(count);
}

/// The loops over the outputs, over the elements of one output, and what runs in them.
struct Reduction {
  LaneProgram &program;
  Joined &joined;
  const std::vector<LaneInput> &inputs;
  Nest outputs, elements; // operands of both: the inputs; of outputs also the accumulator and the result

  /// Joins all elements of the outputs of a block whose joined values have begun, in the order of the
  /// elements.
  void joinElements(const Block &block, int64_t rows, int64_t columns) {
    std::vector<LaneInput> here = inputs;
    elements.forEachBlock(1, 1, [&](const Block &element) {
      for (size_t k = 0; k < inputs.size(); ++k)
        here[k] = {inputs[k].data + block.offsets[k] + element.offsets[k], outputs.rowStride(k),
                   outputs.columnStride(k)};
      joined.joinEach(0, program.run(here, rows, columns), rows * columns);
    });
  }

  /// The same for a row of outputs, with many elements of each in a column.
  void joinRuns(const Block &block, int64_t count) {
    std::vector<LaneInput> here = inputs;
    int64_t bytes = bytesOf(joined.type());
    elements.forEachBlock(columnElements, 1, [&](const Block &run) {
      for (size_t k = 0; k < inputs.size(); ++k)
        here[k] = {inputs[k].data + block.offsets[k] + run.offsets[k], outputs.columnStride(k),
                   elements.columnStride(k)};
      Column column = program.run(here, count, run.columns);
      for (int64_t output = 0; output < count; ++output)
        joined.joinAll(output, column + output * run.columns * bytes, run.columns);
    });
  }
};

} // namespace

/// Runs `program` on each element of the tile inside the bounds, as `map` does, and joins the results over
/// the `reduced` innermost dimensions, in the order of the elements. First: the offsets of the reduced
/// dimensions are all 0; joining starts at the first value, otherwise at the accumulator's. Last: offset +
/// extent ≥ bound in all of them; `finish` runs with input 0 = the joined value and input 1 = the product of
/// the reduced bounds, and its result goes to `output`; otherwise the joined value goes to the accumulator.
void execute(const isa::Reduce &reduce, Context &context) {
  Tile tile = clip(reduce.extents, reduce.offsets, reduce.bounds, context);
  if (reduce.reduced < 0 || reduce.reduced > tile.rank)
    context.fail(fmt::format("{} dimensions are reduced; the tile has {}", reduce.reduced, tile.rank));
  int kept = tile.rank - static_cast<int>(reduce.reduced);
  checkInputs(reduce, tile.rank, context);
  checkStrides("output_strides", reduce.outputStrides, kept, context);
  checkStrides("accumulator_strides", reduce.accumulatorStrides, kept, context);
  LaneProgram program(context.lanes(reduce.program), reduce.inputTypes, context);
  Joined joined(reduce.accumulatorType, reduce.combine, context);
  if (program.resultType() != reduce.accumulatorType)
    context.fail(fmt::format("the lane program gives {}; the accumulator has {}", name(program.resultType()),
                             name(reduce.accumulatorType)));
  bool first = true, last = true;
  for (int d = kept; d < tile.rank; ++d) {
    first &= tile.beginsDim(d);
    last &= tile.endsDim(d);
  }
  LaneProgram finish = finishProgram(reduce, context);
  int32_t count = countOf(tile, kept, context);

  Tile outer = leading(tile, kept);
  if (outer.empty())
    return;
  context.work(saturatedWork(outer.elements(), finish.steps() + 1));
  context.work(saturatedWork(tile.elements(), program.steps() + 1));

  std::vector<LaneInput> inputs = readInputs(reduce, program, tile, context);
  const uint8_t *resumed = nullptr;
  uint8_t *partial = nullptr, *output = nullptr;
  if (!first || !last) {
    int64_t address =
        outer.addressOf(resolveAddress(reduce.accumulator, context), reduce.accumulatorStrides, context);
    Box box = outer.box(reduce.accumulatorStrides, bytesOf(reduce.accumulatorType));
    if (!first)
      resumed = context.read(reduce.accumulatorMemory, address, box);
    if (!last)
      partial = context.write(reduce.accumulatorMemory, address, box);
  }
  if (last) {
    int64_t address = outer.addressOf(resolveAddress(reduce.output, context), reduce.outputStrides, context);
    output = context.write(reduce.outputMemory, address,
                           outer.box(reduce.outputStrides, bytesOf(reduce.outputType)));
  }

  size_t accumulator = inputs.size(), result = inputs.size() + 1;
  Reduction reduction{program, joined, inputs, Nest(inputs.size() + 2), Nest(inputs.size())};
  Nest &outputs = reduction.outputs, &elements = reduction.elements;
  std::vector<int64_t> strides(inputs.size() + 2);
  for (int d = 0; d < tile.rank; ++d) {
    for (size_t k = 0; k < inputs.size(); ++k)
      strides[k] = loopStride(reduce, program, k, d, tile.rank);
    if (d >= kept) {
      elements.add(tile.count[d], std::span(strides).first(inputs.size()));
      continue;
    }
    strides[accumulator] = reduce.accumulatorStrides[d];
    strides[result] = reduce.outputStrides[d];
    outputs.add(tile.count[d], strides);
  }

  // Columns run along whichever is longer.
  int64_t run = elements.rank() > 0 ? elements.extent(elements.columnLoop()) : 1;
  bool alongElements = run >= 32 || run > outer.elements();
  int64_t limit =
      alongElements ? std::max<int64_t>(1, columnElements / std::max<int64_t>(run, 1)) : columnElements;
  outputs.forEachBlock(limit, alongElements ? 1 : limit, [&](const Block &block) {
    if (resumed)
      joined.resume({resumed + block.offsets[accumulator], outputs.rowStride(accumulator),
                     outputs.columnStride(accumulator)},
                    block.rows, block.columns);
    else
      joined.start(block.elements());
    if (alongElements)
      reduction.joinRuns(block, block.columns);
    else
      reduction.joinElements(block, block.rows, block.columns);

    Column values = joined.values(block.elements());
    if (partial)
      storeColumn(joined.type(), values, joined.type(), partial + block.offsets[accumulator],
                  outputs.rowStride(accumulator), outputs.columnStride(accumulator), block.rows,
                  block.columns);
    if (output) {
      int64_t bytes = bytesOf(joined.type());
      std::array<LaneInput, 2> operands = {LaneInput{values, block.columns * bytes, bytes},
                                           LaneInput{reinterpret_cast<const uint8_t *>(&count)}};
      Column finished = finish.run(operands, block.rows, block.columns);
      storeColumn(finish.resultType(), finished, reduce.outputType, output + block.offsets[result],
                  outputs.rowStride(result), outputs.columnStride(result), block.rows, block.columns);
    }
  });
}

} // namespace dnnc::sim

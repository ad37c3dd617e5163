// isa.window: pooling, values joined over a sliding window.
#include "runtime/Simulator/exec/Execute.h"
#include "runtime/Simulator/exec/Joined.h"
#include "runtime/Simulator/exec/Nest.h"
#include "runtime/Simulator/exec/VectorOperands.h"

#include <algorithm>

namespace dnnc::sim {
namespace {

int64_t floorDivide(int64_t a, int64_t b) { return a / b - (a % b != 0 && (a < 0) != (b < 0)); }
int64_t ceilDivide(int64_t a, int64_t b) { return -floorDivide(-a, b); }

/// A dimension the window slides over.
struct Slide {
  int dim;
  int64_t size, stride, dilation;
  int64_t origin; // input coordinate of window element 0 at the first result inside
  int64_t bound, countLow, countHigh;
  int loop = -1; // of the nest, or −1 where there is one result

  /// The results [begin, end), counted from the first inside, whose coordinate under window element k is
  /// valid.
  struct Range {
    int64_t begin, end;
  };
  Range valid(int64_t k, int64_t results) const {
    int64_t start = origin + k * dilation;
    return {std::clamp<int64_t>(ceilDivide(-start, stride), 0, results),
            std::clamp<int64_t>(ceilDivide(bound - start, stride), 0, results)};
  }
  /// Window elements k whose coordinate at a result is in [countLow, countHigh).
  int64_t counted(int64_t result) const {
    int64_t start = origin + result * stride;
    int64_t low = std::clamp<int64_t>(ceilDivide(countLow - start, dilation), 0, size);
    int64_t high = std::clamp<int64_t>(ceilDivide(countHigh - start, dilation), 0, size);
    return std::max<int64_t>(0, high - low);
  }
};

std::vector<Slide> slidesOf(const isa::Window &window, const Tile &tile, Context &context) {
  size_t count = window.windowDims.size();
  for (size_t size : {window.windowSizes.size(), window.windowStrides.size(), window.windowDilations.size(),
                      window.windowOrigins.size(), window.windowBounds.size(), window.countLow.size(),
                      window.countHigh.size()})
    if (size != count)
      context.fail(fmt::format(
          "the window slides over {} dimensions; a list beside window_dims has {} numbers", count, size));
  std::vector<Slide> slides;
  constexpr int64_t largest = int64_t(1) << 31;
  for (size_t i = 0; i < count; ++i) {
    int64_t dim = window.windowDims[i];
    if (dim < 0 || dim >= tile.rank ||
        std::any_of(slides.begin(), slides.end(), [&](const Slide &slide) { return slide.dim == dim; }))
      context.fail(fmt::format("the window slides over dimension {}; need different ones of the tile's {}",
                               dim, tile.rank));
    Slide slide{.dim = static_cast<int>(dim),
                .size = window.windowSizes[i],
                .stride = window.windowStrides[i],
                .dilation = window.windowDilations[i],
                .origin = resolvePosition(window.windowOrigins[i], context),
                .bound = window.windowBounds[i],
                .countLow = window.countLow[i],
                .countHigh = window.countHigh[i]};
    for (int64_t number : {slide.size, slide.stride, slide.dilation})
      if (number < 1 || number > largest)
        context.fail(fmt::format("the window has size, stride or dilation {} in dimension {}; need 1 to 2^31",
                                 number, dim));
    for (int64_t number : {slide.bound, slide.countLow, slide.countHigh})
      if (number < -largest || number > largest)
        context.fail(fmt::format("the window has bound {} in dimension {}; need one between -2^31 and 2^31",
                                 number, dim));
    if (tile.count[dim] > largest || tile.begin[dim] > largest)
      context.fail(fmt::format("the window slides over {} results; need at most 2^31", tile.extents[dim]));
    slide.origin += tile.begin[dim] * slide.stride;
    slides.push_back(slide);
  }
  return slides;
}

/// Reads the coordinates that the window touches. The pointer is of the first of them.
struct Input {
  const uint8_t *data = nullptr;
  std::vector<int64_t> first; // coordinate, by slide
};

Input readInput(const isa::Window &window, const Tile &tile, const std::vector<Slide> &slides,
                Context &context) {
  Input input;
  Tile region = tile;
  Box box = tile.box(window.inputStrides, bytesOf(window.inputTypes[0]));
  for (const Slide &slide : slides) {
    Coordinates touch =
        touched(slide.origin, tile.count[slide.dim], slide.stride, slide.size, slide.dilation, slide.bound);
    int64_t stride = window.inputStrides[slide.dim];
    if (touch.count == 0)
      return input; // no window meets the input at all
    input.first.push_back(touch.first);
    // The given address is of the coordinate of window element 0 at result 0, which may lie before the input.
    region.begin[slide.dim] = touch.first - slide.origin + tile.begin[slide.dim] * slide.stride;
    box.dims[slide.dim] = {touch.count, touch.step * stride};
  }
  int64_t address = region.addressOf(resolveAddress(window.inputs[0], context), window.inputStrides, context);
  input.data = context.read(window.inputMemories[0], address, box);
  return input;
}

/// A block of results and the window that slides over it.
class Pooling {
public:
  Pooling(const isa::Window &window, const Tile &tile, std::vector<Slide> slides, const Input &input,
          LaneProgram &program, Joined &joined, const Nest &nest)
      : window(window), tile(tile), slides(std::move(slides)), input(input), program(program), joined(joined),
        nest(nest) {}

  /// Joins every valid window element to the results of a block.
  void joinBlock(const Block &block) {
    joined.start(block.elements());
    if (!input.data)
      return;
    std::vector<int64_t> element(slides.size(), 0);
    while (true) {
      joinElement(block, element);
      int i = static_cast<int>(slides.size()) - 1;
      for (; i >= 0; --i) {
        if (++element[i] < slides[i].size)
          break;
        element[i] = 0;
      }
      if (i < 0)
        return;
    }
  }

  /// The counted window elements of each result of a block.
  void count(const Block &block, std::vector<int32_t> &counts) const {
    for (int64_t row = 0; row < block.rows; ++row)
      for (int64_t column = 0; column < block.columns; ++column) {
        int64_t product = 1;
        for (const Slide &slide : slides)
          product *= slide.counted(indexOf(slide, block, row, column));
        counts[row * block.columns + column] = static_cast<int32_t>(product);
      }
  }

private:
  int64_t indexOf(const Slide &slide, const Block &block, int64_t row, int64_t column) const {
    if (slide.loop < 0)
      return 0;
    int64_t index = block.index[slide.loop];
    return slide.loop == nest.columnLoop() ? index + column
           : slide.loop == nest.rowLoop()  ? index + row
                                           : index;
  }

  /// One window element, on the rectangle of results under which it is valid.
  void joinElement(const Block &block, const std::vector<int64_t> &element) {
    int64_t rowBegin = 0, rowEnd = block.rows, columnBegin = 0, columnEnd = block.columns;
    // Without sign: parts of the sum may be far outside of memory, the sum is not.
    uint64_t offset = static_cast<uint64_t>(block.offsets[0]);
    for (size_t i = 0; i < slides.size(); ++i) {
      const Slide &slide = slides[i];
      Slide::Range range = slide.valid(element[i], tile.count[slide.dim]);
      int64_t index = slide.loop < 0 ? 0 : block.index[slide.loop];
      if (slide.loop >= 0 && slide.loop == nest.columnLoop()) {
        columnBegin = std::max(columnBegin, range.begin - index);
        columnEnd = std::min(columnEnd, range.end - index);
      } else if (slide.loop >= 0 && slide.loop == nest.rowLoop()) {
        rowBegin = std::max(rowBegin, range.begin - index);
        rowEnd = std::min(rowEnd, range.end - index);
      } else if (index < range.begin || index >= range.end) {
        return;
      }
      offset += static_cast<uint64_t>(slide.origin + element[i] * slide.dilation - input.first[i]) *
                static_cast<uint64_t>(window.inputStrides[slide.dim]);
    }
    if (rowBegin >= rowEnd || columnBegin >= columnEnd)
      return;
    int64_t rows = rowEnd - rowBegin, columns = columnEnd - columnBegin;
    offset += static_cast<uint64_t>(rowBegin) * static_cast<uint64_t>(nest.rowStride(0)) +
              static_cast<uint64_t>(columnBegin) * static_cast<uint64_t>(nest.columnStride(0));
    LaneInput here{input.data + static_cast<int64_t>(offset), nest.rowStride(0), nest.columnStride(0)};
    Column column = program.run({&here, 1}, rows, columns);
    if (columns == block.columns)
      return joined.joinEach(rowBegin * columns, column, rows * columns);
    int64_t bytes = bytesOf(joined.type());
    for (int64_t row = 0; row < rows; ++row)
      joined.joinEach((rowBegin + row) * block.columns + columnBegin, column + row * columns * bytes,
                      columns);
  }

  const isa::Window &window;
  const Tile &tile;
  std::vector<Slide> slides;
  const Input &input;
  LaneProgram &program;
  Joined &joined;
  const Nest &nest;
};

} // namespace

/// For each result e of the tile inside the bounds: joins by `combine` the value of `program` on every window
/// element k whose coordinates origin + e·window_stride + k·window_dilation are in [0, window_bound).
/// `finish` runs with input 0 = the joined value and input 1 = the count: the window elements whose
/// coordinates are in [count_low, count_high) in every slid dimension. Its result goes to `output`.
void execute(const isa::Window &window, Context &context) {
  Tile tile = clip(window.extents, window.offsets, window.bounds, context);
  checkInputs(window, tile.rank, context);
  checkStrides("output_strides", window.outputStrides, tile.rank, context);
  if (window.inputs.size() != 1)
    context.fail(fmt::format("a window slides over {} inputs; need one", window.inputs.size()));
  std::vector<Slide> slides = slidesOf(window, tile, context);
  LaneProgram program(context.lanes(window.program), window.inputTypes, context);
  if (program.readsTable(0))
    context.fail("the lane program of a window reads its input as a table");
  Joined joined(window.accumulatorType, window.combine, context);
  if (program.resultType() != window.accumulatorType)
    context.fail(fmt::format("the lane program gives {}; the accumulator has {}", name(program.resultType()),
                             name(window.accumulatorType)));
  LaneProgram finish = finishProgram(window, context);
  if (tile.empty())
    return;
  int64_t elements = 1;
  for (const Slide &slide : slides)
    elements = saturatedWork(elements, slide.size);
  context.work(saturatedWork(saturatedWork(tile.elements(), elements), program.steps() + 1));
  context.work(saturatedWork(tile.elements(), finish.steps() + 1));

  Input input = readInput(window, tile, slides, context);
  int64_t address = tile.addressOf(resolveAddress(window.output, context), window.outputStrides, context);
  uint8_t *output =
      context.write(window.outputMemory, address, tile.box(window.outputStrides, bytesOf(window.outputType)));

  Nest nest(2); // the input, the result
  for (int d = 0; d < tile.rank; ++d) {
    auto slide =
        std::find_if(slides.begin(), slides.end(), [&](const Slide &slide) { return slide.dim == d; });
    bool slid = slide != slides.end();
    // Wraps where the window's step is absurd; only results that meet the input are used.
    uint64_t step =
        static_cast<uint64_t>(window.inputStrides[d]) * static_cast<uint64_t>(slid ? slide->stride : 1);
    std::array<int64_t, 2> strides = {static_cast<int64_t>(step), window.outputStrides[d]};
    int loop = nest.add(tile.count[d], strides, !slid);
    if (slid)
      slide->loop = loop;
  }

  Pooling pooling(window, tile, slides, input, program, joined, nest);
  std::vector<int32_t> counts(LaneProgram::columnElements, 1);
  nest.forEachBlock(LaneProgram::columnElements, LaneProgram::columnElements, [&](const Block &block) {
    pooling.joinBlock(block);
    if (finish.readsElements(1))
      pooling.count(block, counts);
    int64_t bytes = bytesOf(joined.type());
    std::array<LaneInput, 2> operands = {
        LaneInput{joined.values(block.elements()), block.columns * bytes, bytes},
        LaneInput{reinterpret_cast<const uint8_t *>(counts.data()), block.columns * 4, 4}};
    Column finished = finish.run(operands, block.rows, block.columns);
    storeColumn(finish.resultType(), finished, window.outputType, output + block.offsets[1],
                nest.rowStride(1), nest.columnStride(1), block.rows, block.columns);
  });
}

} // namespace dnnc::sim

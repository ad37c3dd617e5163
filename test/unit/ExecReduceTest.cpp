// LINK: DnncSimulator
// isa.reduce and isa.window against the manual, over random tiles; wrong rows.
#include "test/unit/ExecMemory.h"

#include <cmath>
#include <functional>
#include <limits>

using namespace dnnc;
using namespace dnnc::sim;
using isa::Combine;
using isa::LaneOpcode;

namespace {

isa::LaneStep step(LaneOpcode opcode, ElementType type, int64_t dst, int64_t a, int64_t b = 0) {
  isa::LaneStep step{.opcode = opcode, .type = type, .dst = dst, .a = a};
  step.b = b;
  return step;
}
isa::LanesRow lanes(int64_t inputs, int64_t result, std::vector<isa::LaneStep> steps) {
  isa::LanesRow row;
  row.inputs = inputs, row.result = result, row.name = "test", row.steps = std::move(steps);
  return row;
}
/// The input as it is.
isa::LanesRow identity(ElementType type) { return lanes(1, 0, {step(LaneOpcode::Input, type, 0, 0)}); }
/// Joined value minus twice the count, so that both count.
isa::LanesRow minusTwiceTheCount(ElementType type) {
  std::vector<isa::LaneStep> steps = {step(LaneOpcode::Input, type, 0, 0),
                                      step(LaneOpcode::Input, ElementType::I32, 1, 1),
                                      step(LaneOpcode::Add, ElementType::I32, 1, 1, 1)};
  if (type == ElementType::F32)
    steps.push_back(step(LaneOpcode::ToF32, ElementType::I32, 1, 1));
  if (type == ElementType::I64)
    steps.push_back(step(LaneOpcode::ToI64, ElementType::I32, 1, 1));
  steps.push_back(step(LaneOpcode::Sub, type, 0, 0, 1));
  return lanes(2, 0, steps);
}

/// A joined value in the manual's words; float32 sums and products are kept in float64.
struct Value {
  ElementType type;
  Combine combine;
  bool any = false;
  double real = 0;
  int64_t integer = 0;

  void join(double x, int64_t i) {
    if (!any) {
      real = x, integer = i, any = true;
      return;
    }
    switch (combine) {
    case Combine::Add:
      real += x, integer = wrap(uint64_t(integer) + uint64_t(i));
      break;
    case Combine::Mul:
      real *= x, integer = wrap(uint64_t(integer) * uint64_t(i));
      break;
    case Combine::Max:
      real = std::max(real, x), integer = std::max(integer, i);
      break;
    case Combine::Min:
      real = std::min(real, x), integer = std::min(integer, i);
      break;
    }
  }
  int64_t wrap(uint64_t value) const { return type == ElementType::I32 ? int32_t(value) : int64_t(value); }
  /// What nothing joined is.
  void settle() {
    if (any)
      return;
    constexpr double infinity = std::numeric_limits<double>::infinity();
    bool narrow = type == ElementType::I32;
    int64_t least = narrow ? std::numeric_limits<int32_t>::min() : std::numeric_limits<int64_t>::min();
    int64_t most = narrow ? std::numeric_limits<int32_t>::max() : std::numeric_limits<int64_t>::max();
    real = combine == Combine::Add   ? -0.0
           : combine == Combine::Mul ? 1
           : combine == Combine::Max ? -infinity
                                     : infinity;
    integer = combine == Combine::Add   ? 0
              : combine == Combine::Mul ? 1
              : combine == Combine::Max ? least
                                        : most;
  }
  void load(MemoryContext &context, int64_t memory, int64_t address) {
    if (type == ElementType::F32)
      join(context.get<float>(memory, address), 0);
    else if (type == ElementType::I64)
      join(0, context.get<int64_t>(memory, address));
    else
      join(0, context.get<int32_t>(memory, address));
  }
  void store(MemoryContext &context, int64_t memory, int64_t address) {
    settle();
    if (type == ElementType::F32)
      context.put(memory, address, float(real));
    else if (type == ElementType::I64)
      context.put(memory, address, integer);
    else
      context.put(memory, address, int32_t(integer));
  }
  /// minusTwiceTheCount, stored as the same type.
  void finish(MemoryContext &context, int64_t memory, int64_t address, int64_t count) {
    settle();
    if (type == ElementType::F32)
      context.put(memory, address, float(real) - float(2 * count));
    else if (type == ElementType::I64)
      context.put(memory, address, int64_t(uint64_t(integer) - uint64_t(2 * count)));
    else
      context.put(memory, address, int32_t(uint32_t(integer) - uint32_t(2 * count)));
  }
};

/// Types of the input and of the joined value.
struct Types {
  ElementType input, value;
};
Types someTypes(Random &random) {
  return std::array{Types{ElementType::I8, ElementType::I32}, Types{ElementType::U8, ElementType::I32},
                    Types{ElementType::F32, ElementType::F32},
                    Types{ElementType::I64, ElementType::I64}}[random.pick(0, 3)];
}
void fillInput(Random &random, MemoryContext &context, int64_t memory, ElementType type) {
  random.fill(context.memory(memory));
  if (type == ElementType::F32)
    for (int64_t i = 0; i + 4 <= int64_t(context.memory(memory).size()); i += 4)
      context.put(memory, i, random.real() * 3);
}
void joinElement(Value &value, MemoryContext &context, int64_t memory, int64_t address, ElementType type) {
  switch (type) {
  case ElementType::I8:
    return value.join(0, context.get<int8_t>(memory, address));
  case ElementType::U8:
    return value.join(0, context.get<uint8_t>(memory, address));
  case ElementType::F32:
    return value.join(context.get<float>(memory, address), 0);
  default:
    return value.join(0, context.get<int64_t>(memory, address));
  }
}

/// Calls visit(e) for every index within the extents of the dimensions [first, end).
void forEach(const std::vector<int64_t> &extents, std::vector<int64_t> &e, size_t first, size_t end,
             const std::function<void()> &visit) {
  if (first == end)
    return visit();
  for (e[first] = 0; e[first] < extents[first]; ++e[first])
    forEach(extents, e, first + 1, end, visit);
}

int64_t dot(const std::vector<int64_t> &strides, const std::vector<int64_t> &e) {
  int64_t sum = 0;
  for (size_t d = 0; d < strides.size(); ++d)
    sum += strides[d] * e[d];
  return sum;
}

TEST(ExecReduce, equalsTheManualOnRandomTiles) {
  for (unsigned seed = 0; seed < 800; ++seed) {
    Random random(seed);
    int rank = int(random.pick(1, 5)), reduced = int(random.pick(0, rank)), kept = rank - reduced;
    bool large = seed % 8 == 0;
    isa::Reduce reduce;
    for (int d = 0; d < rank; ++d) {
      int64_t extent = random.pick(1, large && rank < 4 ? 60 : 6);
      int64_t offset = random.chance(4) ? random.pick(-1, 4) : 0;
      reduce.extents.push_back(extent);
      reduce.offsets.push_back(offset);
      reduce.bounds.push_back(
          std::max<int64_t>(0, offset + extent + (random.chance(3) ? random.pick(-2, 2) : 0)));
    }
    Types types = someTypes(random);
    reduce.reduced = reduced;
    reduce.combine = Combine(random.pick(0, 3));
    reduce.accumulatorType = reduce.outputType = types.value;
    reduce.program = 0, reduce.finish = 1;
    reduce.inputMemories = {0}, reduce.inputTypes = {types.input};
    reduce.accumulatorMemory = 1, reduce.outputMemory = 2;
    int64_t input, accumulator, output, bytes = bytesOf(types.value);
    std::vector<int64_t> outer(reduce.extents.begin(), reduce.extents.begin() + kept);
    size_t inputBytes = random.layOut(reduce.extents, bytesOf(types.input), reduce.inputStrides, input);
    size_t accumulatorBytes = random.layOut(outer, bytes, reduce.accumulatorStrides, accumulator);
    size_t outputBytes = random.layOut(outer, bytes, reduce.outputStrides, output);
    reduce.inputs = {input}, reduce.accumulator = accumulator, reduce.output = output;
    MemoryContext context({1, inputBytes, accumulatorBytes, outputBytes});
    context.programs = {identity(types.value), minusTwiceTheCount(types.value)};
    fillInput(random, context, 0, types.input);
    fillInput(random, context, 1, types.value);

    bool first = true, last = true;
    int64_t count = 1;
    for (int d = kept; d < rank; ++d) {
      first &= reduce.offsets[d].base == 0;
      last &= reduce.offsets[d].base + reduce.extents[d] >= reduce.bounds[d];
      count *= reduce.bounds[d];
    }
    auto inside = [&](const std::vector<int64_t> &e, int d) {
      int64_t position = reduce.offsets[d].base + e[d];
      return position >= 0 && position < reduce.bounds[d];
    };
    MemoryContext expected = context;
    std::vector<int64_t> e(rank, 0);
    forEach(reduce.extents, e, 0, kept, [&] {
      for (int d = 0; d < kept; ++d)
        if (!inside(e, d))
          return;
      Value value{types.value, reduce.combine};
      if (!first)
        value.load(expected, 1, accumulator + dot(reduce.accumulatorStrides, e));
      forEach(reduce.extents, e, kept, rank, [&] {
        for (int d = kept; d < rank; ++d)
          if (!inside(e, d))
            return;
        joinElement(value, expected, 0, input + dot(reduce.inputStrides, e), types.input);
      });
      if (last)
        value.finish(expected, 2, output + dot(reduce.outputStrides, e), count);
      else
        value.store(expected, 1, accumulator + dot(reduce.accumulatorStrides, e));
    });
    expectMemory(context, reduce, expected.memories,
                 "seed " + std::to_string(seed) + " " + isa::print(reduce));
    if (HasFatalFailure())
      return;
  }
}

TEST(ExecWindow, equalsTheManualOnRandomTiles) {
  for (unsigned seed = 0; seed < 1000; ++seed) {
    Random random(seed);
    int rank = int(random.pick(1, 4));
    bool large = seed % 8 == 0;
    isa::Window window;
    std::vector<int64_t> inputExtents;
    for (int d = 0; d < rank; ++d) {
      int64_t extent = random.pick(1, large && rank < 4 ? 40 : 6),
              offset = random.chance(4) ? random.pick(-2, 3) : 0;
      window.extents.push_back(extent);
      window.offsets.push_back(offset);
      window.bounds.push_back(
          std::max<int64_t>(0, offset + extent + (random.chance(3) ? random.pick(-2, 2) : 0)));
      inputExtents.push_back(extent);
      if (random.chance(3))
        continue;
      int64_t size = random.pick(1, 4), stride = random.pick(1, 3), dilation = random.pick(1, 3),
              origin = random.pick(-4, 2);
      window.windowDims.push_back(d);
      window.windowSizes.push_back(size);
      window.windowStrides.push_back(stride);
      window.windowDilations.push_back(dilation);
      window.windowOrigins.push_back(origin);
      inputExtents.back() = (extent - 1) * stride + (size - 1) * dilation + 1;
      window.windowBounds.push_back(std::max<int64_t>(0, origin + inputExtents.back() + random.pick(-4, 1)));
      window.countLow.push_back(random.pick(-3, 1));
      window.countHigh.push_back(window.windowBounds.back() + random.pick(-1, 2));
    }
    if (random.chance(2)) { // the order of the slid dimensions is free
      auto swapEnds = [](auto &list) {
        if (list.size() > 1)
          std::swap(list.front(), list.back());
      };
      swapEnds(window.windowDims), swapEnds(window.windowSizes), swapEnds(window.windowStrides);
      swapEnds(window.windowDilations), swapEnds(window.windowOrigins), swapEnds(window.windowBounds);
      swapEnds(window.countLow), swapEnds(window.countHigh);
    }
    Types types = someTypes(random);
    window.combine = Combine(random.pick(0, 3));
    if (types.value == ElementType::F32 && window.combine == Combine::Mul)
      window.combine = Combine::Max; // products in another order may round otherwise
    window.accumulatorType = window.outputType = types.value;
    window.program = 0, window.finish = 1;
    window.inputMemories = {0}, window.inputTypes = {types.input}, window.outputMemory = 1;
    int64_t input, output;
    size_t inputBytes = random.layOut(inputExtents, bytesOf(types.input), window.inputStrides, input);
    size_t outputBytes = random.layOut(window.extents, bytesOf(types.value), window.outputStrides, output);
    window.inputs = {input}, window.output = output;
    MemoryContext context({1, inputBytes, outputBytes});
    context.programs = {identity(types.value), minusTwiceTheCount(types.value)};
    fillInput(random, context, 0, types.input);
    if (types.input == ElementType::F32) // sums of eighths are exact in any order
      for (int64_t i = 0; i + 4 <= int64_t(inputBytes); i += 4)
        context.put(0, i, float(random.pick(-999, 999)) / 8);

    MemoryContext expected = context;
    std::vector<int64_t> e(rank, 0), k(window.windowDims.size(), 0);
    forEach(window.extents, e, 0, rank, [&] {
      for (int d = 0; d < rank; ++d)
        if (window.offsets[d].base + e[d] < 0 || window.offsets[d].base + e[d] >= window.bounds[d])
          return;
      Value value{types.value, window.combine};
      int64_t count = 0;
      forEach(window.windowSizes, k, 0, k.size(), [&] {
        std::vector<int64_t> position = e;
        bool valid = true, counts = true;
        for (size_t i = 0; i < k.size(); ++i) {
          int64_t d = window.windowDims[i];
          position[d] = e[d] * window.windowStrides[i] + k[i] * window.windowDilations[i];
          int64_t coordinate = window.windowOrigins[i].base + position[d];
          valid &= coordinate >= 0 && coordinate < window.windowBounds[i];
          counts &= coordinate >= window.countLow[i] && coordinate < window.countHigh[i];
        }
        count += counts;
        if (valid)
          joinElement(value, expected, 0, input + dot(window.inputStrides, position), types.input);
      });
      value.finish(expected, 1, output + dot(window.outputStrides, e), count);
    });
    expectMemory(context, window, expected.memories,
                 "seed " + std::to_string(seed) + " " + isa::print(window));
    if (HasFatalFailure())
      return;
  }
}

TEST(ExecReduce, saysWhatIsWrong) {
  using E = ElementType;
  auto error = [](auto change) {
    isa::Reduce reduce;
    reduce.extents = reduce.bounds = {2, 4};
    reduce.offsets = {0, 0};
    reduce.inputs = {0}, reduce.inputMemories = {0}, reduce.inputTypes = {E::I8},
    reduce.inputStrides = {4, 1};
    reduce.output = 64, reduce.outputType = E::I32, reduce.outputStrides = {4};
    reduce.reduced = 1, reduce.accumulatorType = E::I32, reduce.accumulatorStrides = {4},
    reduce.accumulator = 128;
    reduce.finish = 1;
    MemoryContext context({1, 512});
    context.programs = {
        identity(E::I32), minusTwiceTheCount(E::I32), identity(E::F32),
        lanes(1, 1, {step(LaneOpcode::Input, E::I32, 0, 0), step(LaneOpcode::Table, E::I32, 1, 0, 0)})};
    change(reduce);
    return errorOf(context, reduce);
  };
  auto has = [](const std::string &text, const std::string &part) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  };
  has(error([](auto &) {}), "no error");
  has(error([](auto &r) { r.reduced = 3; }), "3 dimensions are reduced; the tile has 2");
  has(error([](auto &r) { r.accumulatorType = E::I8; }),
      "have an accumulator of int8; need int32, int64 or float32");
  has(error([](auto &r) { r.accumulatorType = E::I64; }),
      "the lane program gives int32; the accumulator has int64");
  has(error([](auto &r) { r.finish = 3; }), "the finish program reads a table");
  has(error([](auto &r) { r.finish = 2; }), "reads input 0 of int32 as float32");
  has(error([](auto &r) { r.outputType = E::F32; }),
      "the lane program gives int32; it cannot be stored as float32");
  has(error([](auto &r) { r.bounds[1] = int64_t(1) << 33; }),
      "8589934592 elements are joined; the count has 32 bits");
  has(error([](auto &r) { r.accumulatorStrides = {}; }), "accumulator_strides has 0 numbers; need 1");
}

TEST(ExecWindow, saysWhatIsWrong) {
  using E = ElementType;
  auto error = [](auto change) {
    isa::Window window;
    window.extents = window.bounds = {2, 4};
    window.offsets = {0, 0};
    window.inputs = {0}, window.inputMemories = {0}, window.inputTypes = {E::I8},
    window.inputStrides = {8, 1};
    window.output = 64, window.outputType = E::I32, window.outputStrides = {16, 4};
    window.accumulatorType = E::I32, window.finish = 1;
    window.windowDims = {1}, window.windowSizes = {2}, window.windowStrides = {2},
    window.windowDilations = {1};
    window.windowOrigins = {0}, window.windowBounds = {8}, window.countLow = {0}, window.countHigh = {8};
    MemoryContext context({1, 512});
    context.programs = {identity(E::I32), minusTwiceTheCount(E::I32)};
    change(window);
    return errorOf(context, window);
  };
  auto has = [](const std::string &text, const std::string &part) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  };
  has(error([](auto &) {}), "no error");
  has(error([](auto &w) {
        w.inputs.clear(), w.inputMemories.clear(), w.inputTypes.clear(), w.inputStrides.clear();
      }),
      "a window slides over 0 inputs; need one");
  has(error([](auto &w) { w.windowSizes = {2, 2}; }),
      "slides over 1 dimensions; a list beside window_dims has 2 numbers");
  has(error([](auto &w) { w.windowDims = {2}; }),
      "the window slides over dimension 2; need different ones of the tile's 2");
  has(error([](auto &w) { w.windowStrides = {0}; }),
      "size, stride or dilation 0 in dimension 1; need 1 to 2^31");
  has(error([](auto &w) { w.windowBounds = {int64_t(1) << 40}; }), "has bound 1099511627776 in dimension 1");
  has(error([](auto &w) { w.accumulatorType = E::F32; }),
      "the lane program gives int32; the accumulator has float32");
  has(error([](auto &w) { w.windowSizes = {int64_t(1) << 31}, w.extents[0] = w.bounds[0] = 1 << 20; }),
      "too much work");
}

} // namespace

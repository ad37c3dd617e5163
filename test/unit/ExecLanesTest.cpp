// LINK: DnncSimulator
// Lane programs: every step of the ISA table against its meaning, isa.map against the manual, wrong programs.
#include "test/unit/ExecMemory.h"

#include "runtime/Simulator/exec/Lanes.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <limits>
#include <map>

using namespace dnnc;
using namespace dnnc::sim;
using isa::LaneOpcode;

namespace {

constexpr int32_t least = std::numeric_limits<int32_t>::min(), most = std::numeric_limits<int32_t>::max();
constexpr int64_t least64 = std::numeric_limits<int64_t>::min(), most64 = std::numeric_limits<int64_t>::max();
constexpr float nan = std::numeric_limits<float>::quiet_NaN(),
                infinity = std::numeric_limits<float>::infinity();

isa::LaneStep input(ElementType type, int64_t dst, int64_t index) {
  return {.opcode = LaneOpcode::Input, .type = type, .dst = dst, .a = index};
}
isa::LaneStep step(LaneOpcode opcode, ElementType type, int64_t dst, int64_t a, int64_t b = 0,
                   int64_t c = 0) {
  isa::LaneStep step{.opcode = opcode, .type = type, .dst = dst, .a = a};
  step.b = b, step.c = c;
  return step;
}
isa::LaneStep constant(ElementType type, int64_t dst, uint64_t bits) {
  isa::LaneStep step{.opcode = LaneOpcode::Const, .type = type, .dst = dst};
  step.imm = int64_t(bits);
  return step;
}
isa::LanesRow lanes(int64_t inputs, int64_t result, std::vector<isa::LaneStep> steps) {
  isa::LanesRow row;
  row.inputs = inputs, row.result = result, row.name = "test", row.steps = std::move(steps);
  return row;
}

/// A value of any lane type, as bits.
template <typename T> uint64_t bits(T value) {
  uint64_t word = 0;
  std::memcpy(&word, &value, sizeof(T));
  return word;
}
template <typename T> T as(uint64_t word) {
  T value;
  std::memcpy(&value, &word, sizeof(T));
  return value;
}

using Function = std::function<uint64_t(uint64_t, uint64_t, uint64_t)>;
using Key = std::pair<LaneOpcode, ElementType>;

/// The meaning of every step but input, const and table, on bits.
template <typename T> void addNumber(std::map<Key, Function> &meanings, ElementType type) {
  auto two = [&](LaneOpcode opcode, auto function) {
    meanings[{opcode, type}] = [=](uint64_t a, uint64_t b, uint64_t) {
      return bits(function(as<T>(a), as<T>(b)));
    };
  };
  constexpr bool real = std::is_floating_point_v<T>;
  two(LaneOpcode::Add, [=](T a, T b) { return real ? T(a + b) : T(uint64_t(a) + uint64_t(b)); });
  two(LaneOpcode::Sub, [=](T a, T b) { return real ? T(a - b) : T(uint64_t(a) - uint64_t(b)); });
  two(LaneOpcode::Mul, [=](T a, T b) { return real ? T(a * b) : T(uint64_t(a) * uint64_t(b)); });
  two(LaneOpcode::Div, [=](T a, T b) {
    if constexpr (real)
      return a / b;
    else
      return b == 0 ? T(0) : T(__int128(a) / b);
  });
  two(LaneOpcode::Min, [](T a, T b) { return a != a ? a : b != b ? b : a < b ? a : b; });
  two(LaneOpcode::Max, [](T a, T b) { return a != a ? a : b != b ? b : a > b ? a : b; });
  two(LaneOpcode::Abs, [](T a, T) {
    return real ? T(std::fabs(double(a))) : a < 0 ? T(0 - uint64_t(a)) : a;
  });
  two(LaneOpcode::Neg, [](T a, T) { return real ? T(-a) : T(0 - uint64_t(a)); });
  two(LaneOpcode::Lt, [](T a, T b) { return int32_t(a < b); });
  two(LaneOpcode::Le, [](T a, T b) { return int32_t(a <= b); });
  two(LaneOpcode::Eq, [](T a, T b) { return int32_t(a == b); });
  meanings[{LaneOpcode::Select, type}] = [](uint64_t a, uint64_t b, uint64_t c) {
    return as<int32_t>(c) != 0 ? a : b;
  };
}

std::map<Key, Function> meanings() {
  std::map<Key, Function> result;
  addNumber<int32_t>(result, ElementType::I32);
  addNumber<int64_t>(result, ElementType::I64);
  addNumber<float>(result, ElementType::F32);
  auto real = [&](LaneOpcode opcode, auto function) {
    result[{opcode, ElementType::F32}] = [=](uint64_t a, uint64_t b, uint64_t) {
      return bits(float(function(double(as<float>(a)), double(as<float>(b)))));
    };
  };
  real(LaneOpcode::Floor, [](double a, double) { return std::floor(a); });
  real(LaneOpcode::Ceil, [](double a, double) { return std::ceil(a); });
  real(LaneOpcode::Rint, [](double a, double) { return std::nearbyint(a); });
  real(LaneOpcode::Sqrt, [](double a, double) { return std::sqrt(a); });
  real(LaneOpcode::Exp, [](double a, double) { return std::exp(a); });
  real(LaneOpcode::Log, [](double a, double) { return std::log(a); });
  real(LaneOpcode::Erf, [](double a, double) { return std::erf(a); });
  real(LaneOpcode::Tanh, [](double a, double) { return std::tanh(a); });
  real(LaneOpcode::Sin, [](double a, double) { return std::sin(a); });
  real(LaneOpcode::Cos, [](double a, double) { return std::cos(a); });
  real(LaneOpcode::Pow, [](double a, double b) { return std::pow(a, b); });
  auto bit = [&](LaneOpcode opcode, auto function) {
    result[{opcode, ElementType::I32}] = [=](uint64_t a, uint64_t b, uint64_t) {
      return bits(int32_t(function(as<int32_t>(a), as<int32_t>(b))));
    };
  };
  bit(LaneOpcode::And, [](int32_t a, int32_t b) { return a & b; });
  bit(LaneOpcode::Or, [](int32_t a, int32_t b) { return a | b; });
  bit(LaneOpcode::Not, [](int32_t a, int32_t) { return a == 0; });
  result[{LaneOpcode::ToF32, ElementType::I32}] = [](uint64_t a, uint64_t, uint64_t) {
    return bits(float(as<int32_t>(a)));
  };
  result[{LaneOpcode::ToF32, ElementType::I64}] = [](uint64_t a, uint64_t, uint64_t) {
    return bits(float(as<int64_t>(a)));
  };
  result[{LaneOpcode::ToI64, ElementType::I32}] = [](uint64_t a, uint64_t, uint64_t) {
    return bits(int64_t(as<int32_t>(a)));
  };
  result[{LaneOpcode::ToI32, ElementType::I64}] = [](uint64_t a, uint64_t, uint64_t) {
    return bits(int32_t(std::clamp<int64_t>(as<int64_t>(a), least, most)));
  };
  result[{LaneOpcode::ToI32, ElementType::F32}] = [](uint64_t a, uint64_t, uint64_t) {
    double value = as<float>(a);
    return bits(value != value ? 0 : value >= most ? most : value <= least ? least : int32_t(value));
  };
  result[{LaneOpcode::ToI64, ElementType::F32}] = [](uint64_t a, uint64_t, uint64_t) {
    float value = as<float>(a);
    return bits(value != value      ? int64_t(0)
                : value >= 0x1p63f  ? most64
                : value <= -0x1p63f ? least64
                                    : int64_t(value));
  };
  return result;
}

uint64_t someValue(Random &random, ElementType type) {
  bool special = random.chance(3);
  if (type == ElementType::F32)
    return bits(special ? std::array{0.0f, -0.0f, nan, infinity, -infinity, 1.0f, -1.0f, 0.5f, 2.5f, 3e9f,
                                     -3e9f, 1e20f, -1e20f}[random.pick(0, 12)]
                        : random.real() * float(random.chance(2) ? 4 : 1000));
  if (type == ElementType::I32)
    return bits(special ? std::array{0, -1, 1, least, most}[random.pick(0, 4)]
                        : int32_t(random.chance(2) ? random.pick(-9, 9) : random.pick(least, most)));
  return bits(special ? std::array<int64_t, 7>{0, -1, 1, least64, most64, least, most}[random.pick(0, 6)]
              : random.chance(2) ? random.pick(-9, 9)
                                 : random.pick(least64, most64));
}

bool sameBits(ElementType type, uint64_t a, uint64_t b) {
  return a == b || (type == ElementType::F32 && std::isnan(as<float>(a)) && std::isnan(as<float>(b)));
}

/// Runs a step on columns of random values through isa.map and compares it with its meaning.
void checkStep(const isa::RowInfo &info, ElementType type, const Function &meaning) {
  LaneOpcode opcode = LaneOpcode(info.opcode);
  bool compares = opcode == LaneOpcode::Lt || opcode == LaneOpcode::Le || opcode == LaneOpcode::Eq;
  ElementType result = compares || opcode == LaneOpcode::ToI32 ? ElementType::I32
                       : opcode == LaneOpcode::ToF32           ? ElementType::F32
                       : opcode == LaneOpcode::ToI64           ? ElementType::I64
                                                               : type;
  constexpr int64_t count = 1500;
  isa::Map map;
  map.extents = map.bounds = {count};
  map.offsets = {0};
  map.inputs = {0, 8 * count, 16 * count};
  map.output = 24 * count;
  map.inputMemories = {0, 0, 0};
  map.inputTypes = {type, type, ElementType::I32};
  map.inputStrides = {8, 8, 8};
  map.outputType = result;
  map.outputStrides = {8};
  MemoryContext context({1, 32 * count});
  context.programs.push_back(lanes(
      3, 9,
      {input(type, 0, 0), input(type, 1, 1), input(ElementType::I32, 2, 2), step(opcode, type, 9, 0, 1, 2)}));
  Random random(info.opcode);
  for (int64_t i = 0; i < count; ++i) {
    context.put(0, 8 * i, someValue(random, type));
    context.put(0, 8 * (count + i),
                random.chance(5) ? context.get<uint64_t>(0, 8 * i) : someValue(random, type));
    context.put(0, 8 * (2 * count + i), random.pick(-1, 1));
  }
  execute(map, context);
  for (int64_t i = 0; i < count; ++i) {
    uint64_t a = context.get<uint64_t>(0, 8 * i), b = context.get<uint64_t>(0, 8 * (count + i));
    uint64_t expected = meaning(a, b, context.get<uint64_t>(0, 8 * (2 * count + i)));
    uint64_t actual = context.get<uint64_t>(0, 8 * (3 * count + i));
    if (bytesOf(result) == 4)
      actual = uint32_t(actual), expected = uint32_t(expected);
    ASSERT_TRUE(sameBits(result, actual, expected))
        << info.name << " on " << name(type) << " of " << std::hex << a << " and " << b << " gives " << actual
        << ", not " << expected;
  }
}

TEST(ExecLanes, everyStepOfTheTableMeansWhatItSays) {
  auto all = meanings();
  for (const isa::RowInfo &info : isa::laneStepInfos) {
    LaneOpcode opcode = LaneOpcode(info.opcode);
    if (opcode == LaneOpcode::Input || opcode == LaneOpcode::Const || opcode == LaneOpcode::Table)
      continue; // below
    for (ElementType type : {ElementType::I32, ElementType::I64, ElementType::F32}) {
      if (!(info.types >> int(type) & 1))
        continue;
      auto meaning = all.find({opcode, type});
      ASSERT_TRUE(meaning != all.end()) << "no test knows step " << info.name << " on " << name(type);
      checkStep(info, type, meaning->second);
      if (HasFatalFailure())
        return;
    }
  }
}

/// One element through an input step and back into memory.
template <typename From, typename To>
To convert(ElementType from, ElementType lane, ElementType to, From value) {
  isa::Map map;
  map.extents = map.bounds = {1};
  map.offsets = {0};
  map.inputs = {0};
  map.inputMemories = {0};
  map.inputTypes = {from};
  map.inputStrides = {0};
  map.output = 8;
  map.outputType = to;
  map.outputStrides = {0};
  MemoryContext context({1, 16});
  context.programs.push_back(lanes(1, 0, {input(lane, 0, 0)}));
  context.put(0, 0, value);
  execute(map, context);
  return context.get<To>(0, 8);
}

TEST(ExecLanes, inputsWidenAndResultsSaturate) {
  using E = ElementType;
  EXPECT_EQ((convert<int8_t, int32_t>(E::I8, E::I32, E::I32, -100)), -100);
  EXPECT_EQ((convert<uint8_t, int32_t>(E::U8, E::I32, E::I32, 200)), 200);
  EXPECT_EQ((convert<int16_t, int32_t>(E::I16, E::I32, E::I32, -30000)), -30000);
  EXPECT_EQ((convert<uint16_t, int32_t>(E::U16, E::I32, E::I32, 60000)), 60000);
  EXPECT_EQ((convert<uint8_t, int32_t>(E::Bool, E::I32, E::I32, 7)), 1);
  EXPECT_EQ((convert<int64_t, int64_t>(E::I64, E::I64, E::I64, least64)), least64);
  EXPECT_EQ((convert<int32_t, int8_t>(E::I32, E::I32, E::I8, 200)), 127);
  EXPECT_EQ((convert<int32_t, int8_t>(E::I32, E::I32, E::I8, -200)), -128);
  EXPECT_EQ((convert<int32_t, uint8_t>(E::I32, E::I32, E::U8, -5)), 0);
  EXPECT_EQ((convert<int32_t, uint8_t>(E::I32, E::I32, E::U8, 256)), 255);
  EXPECT_EQ((convert<int32_t, int16_t>(E::I32, E::I32, E::I16, least)), -32768);
  EXPECT_EQ((convert<int32_t, uint16_t>(E::I32, E::I32, E::U16, most)), 65535);
  EXPECT_EQ((convert<int32_t, uint8_t>(E::I32, E::I32, E::Bool, -3)), 1);
  EXPECT_EQ((convert<int32_t, int64_t>(E::I32, E::I32, E::I64, -3)), -3);
  EXPECT_EQ((convert<int64_t, int32_t>(E::I64, E::I64, E::I32, most64)), most);
  EXPECT_EQ((convert<int64_t, uint8_t>(E::I64, E::I64, E::U8, least64)), 0);
  EXPECT_EQ((convert<float, float>(E::F32, E::F32, E::F32, 1.5f)), 1.5f);
}

TEST(ExecLanes, tablesAreIndexedByTheLowBits) {
  for (ElementType type :
       {ElementType::I8, ElementType::U8, ElementType::I16, ElementType::F32, ElementType::I64}) {
    ElementType lane = *columnType(type);
    int64_t bytes = bytesOf(type);
    isa::Map map;
    map.extents = map.bounds = {700};
    map.offsets = {0};
    map.inputs = {0, 1024};
    map.inputMemories = {0, 0};
    map.inputTypes = {ElementType::I8, type};
    map.inputStrides = {1, 0};
    map.output = 4096;
    map.outputType = type;
    map.outputStrides = {bytes};
    MemoryContext context({1, 16384});
    context.programs.push_back(
        lanes(2, 1, {input(ElementType::I32, 0, 0), step(LaneOpcode::Table, lane, 1, 0, 1)}));
    Random random(3);
    random.fill(context.memory(0));
    MemoryContext expected = context;
    for (int64_t i = 0; i < 700; ++i)
      std::memcpy(expected.memory(0).data() + 4096 + bytes * i,
                  expected.memory(0).data() + 1024 + bytes * context.get<uint8_t>(0, i), bytes);
    expectMemory(context, map, expected.memories, std::string(name(type)));
  }
}

/// out = saturate(rint((a·scale + b) / 3) + zero point): a: int8 tile, b: float32, broadcast along random
/// dimensions.
TEST(ExecMap, equalsTheManualOnRandomTiles) {
  using E = ElementType;
  for (unsigned seed = 0; seed < 500; ++seed) {
    Random random(seed);
    int rank = int(random.pick(0, 5));
    isa::Map map;
    for (int d = 0; d < rank; ++d) {
      int64_t extent = random.pick(1, seed % 10 == 0 ? 14 : 6),
              offset = random.chance(3) ? random.pick(-2, 3) : 0;
      map.extents.push_back(extent);
      map.offsets.push_back(offset);
      map.bounds.push_back(std::max<int64_t>(0, offset + extent + random.pick(-2, 2)));
    }
    std::vector<int64_t> a, b, narrow = map.extents;
    for (int64_t &extent : narrow)
      extent = random.chance(2) ? 1 : extent;
    int64_t aBase, bBase, outputBase;
    int64_t aBytes = random.layOut(map.extents, 1, a, aBase, true),
            bBytes = random.layOut(narrow, 4, b, bBase);
    for (int d = 0; d < rank; ++d)
      if (narrow[d] == 1)
        b[d] = 0;
    int64_t outputBytes = random.layOut(map.extents, 1, map.outputStrides, outputBase);
    map.inputs = {aBase, bBase};
    map.inputMemories = {0, 1};
    map.inputTypes = {E::I8, E::F32};
    map.inputStrides = a;
    map.inputStrides.insert(map.inputStrides.end(), b.begin(), b.end());
    map.output = outputBase;
    map.outputMemory = 2;
    map.outputType = random.chance(2) ? E::I8 : E::U8;
    MemoryContext context({1, size_t(aBytes), size_t(bBytes), size_t(outputBytes)});
    random.fill(context.memory(0)), random.fill(context.memory(2));
    for (int64_t i = 0; i + 4 <= bBytes; i += 4)
      context.put(1, i, random.real() * 300);
    context.programs.push_back(lanes(
        2, 0,
        {input(E::I32, 0, 0), step(LaneOpcode::ToF32, E::I32, 0, 0), constant(E::F32, 1, bits(2.7f)),
         step(LaneOpcode::Mul, E::F32, 0, 0, 1), input(E::F32, 2, 1), step(LaneOpcode::Add, E::F32, 0, 0, 2),
         constant(E::F32, 1, bits(3.0f)), step(LaneOpcode::Div, E::F32, 0, 0, 1),
         step(LaneOpcode::Rint, E::F32, 0, 0), step(LaneOpcode::ToI32, E::F32, 0, 0),
         constant(E::I32, 7, bits(int32_t(5))), step(LaneOpcode::Add, E::I32, 0, 0, 7)}));

    MemoryContext expected = context;
    std::vector<int64_t> e(rank, 0);
    std::function<void(int)> loop = [&](int d) {
      if (d < rank) {
        for (e[d] = 0; e[d] < map.extents[d]; ++e[d])
          loop(d + 1);
        return;
      }
      int64_t x = aBase, y = bBase, z = outputBase;
      for (int i = 0; i < rank; ++i) {
        if (map.offsets[i].base + e[i] < 0 || map.offsets[i].base + e[i] >= map.bounds[i])
          return;
        x += a[i] * e[i], y += b[i] * e[i], z += map.outputStrides[i] * e[i];
      }
      float value = (float(expected.get<int8_t>(0, x)) * 2.7f + expected.get<float>(1, y)) / 3.0f;
      int64_t integer = int64_t(std::nearbyint(value)) + 5;
      bool isSigned = map.outputType == E::I8;
      expected.put(2, z, uint8_t(std::clamp<int64_t>(integer, isSigned ? -128 : 0, isSigned ? 127 : 255)));
    };
    loop(0);
    expectMemory(context, map, expected.memories, "seed " + std::to_string(seed) + " " + isa::print(map));
    if (HasFatalFailure())
      return;
  }
}

TEST(ExecLanes, saysWhatIsWrong) {
  using E = ElementType;
  auto error = [](isa::LanesRow row, auto change) {
    isa::Map map;
    map.extents = map.bounds = {4};
    map.offsets = {0};
    map.inputs = {0};
    map.inputMemories = {0};
    map.inputTypes = {E::I8};
    map.inputStrides = {1};
    map.output = 64;
    map.outputType = E::I8;
    map.outputStrides = {1};
    MemoryContext context({1, 512});
    context.programs.push_back(std::move(row));
    change(map);
    return errorOf(context, map);
  };
  auto keep = [](isa::Map &) {};
  auto has = [](const std::string &text, const std::string &part) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  };
  auto good = lanes(1, 0, {input(E::I32, 0, 0)});
  has(error(good, keep), "no error");
  has(error(good, [](auto &m) { m.program = 3; }), "have no lane program 3");
  has(error(lanes(2, 0, {input(E::I32, 0, 0)}), keep),
      "lane program 'test' reads 2 inputs; the instruction has 1");
  has(error(lanes(1, 5, {input(E::I32, 0, 0)}), keep), "never writes its result, r5");
  has(error(lanes(1, 0, {input(E::F32, 0, 0)}), keep),
      "step 0 of lane program 'test' (lane.input): reads input 0 of int8 as float32; it becomes int32");
  has(error(lanes(1, 0, {input(E::I32, 0, 1)}), keep), "reads input 1; the program has 1");
  has(error(lanes(1, 0, {input(E::I32, 0, 0)}), [](auto &m) { m.inputTypes = {E::F16}; }),
      "input 0 of float16; lanes have no such type");
  has(error(lanes(1, 0, {step(LaneOpcode::Abs, E::I32, 0, 1)}), keep),
      "reads r1, which no step before it writes");
  has(error(lanes(1, 0, {input(E::I32, 0, 0), step(LaneOpcode::Exp, E::F32, 0, 0)}), keep),
      "reads r0 as float32; it holds int32");
  has(error(lanes(1, 0, {input(E::I32, 0, 0), step(LaneOpcode::Exp, E::I32, 0, 0)}), keep),
      "the step does not work on int32");
  has(error(lanes(1, 0, {step(LaneOpcode(0), E::I32, 0, 0)}), keep), "have opcode 0, which is none");
  has(error(lanes(1, 0, {step(LaneOpcode::Abs, E::I32, 300, 0)}), keep),
      "have register r300; need one below r256");
  has(error(good, [](auto &m) { m.outputType = E::F32; }),
      "the lane program gives int32; it cannot be stored as float32");
  has(error(good, [](auto &m) { m.outputType = E::F16; }),
      "the lane program gives int32; it cannot be stored as float16");
  has(error(good, [](auto &m) { m.inputTypes = {}; }), "have 1 inputs, 1 input_memories and 0 input_types");
  has(error(good, [](auto &m) { m.inputStrides = {1, 1}; }), "input_strides has 2 numbers; need 1");
  has(error(lanes(1, 0, {input(E::I32, 0, 0), step(LaneOpcode::Table, E::I32, 0, 0, 0)}), keep),
      "reads input 0 both as elements and as a table");
  has(error(
          good,
          [](auto &m) { m.extents = m.bounds = {int64_t(1) << 40}, m.inputStrides = m.outputStrides = {0}; }),
      "too much work");
}

} // namespace

// LINK: DnncSimulator
// isa.conv from the instruction on: clipping, first and last tiles, padding, parameters, errors.
#include "test/unit/ExecMemory.h"

#include <bit>
#include <cmath>
#include <limits>
#include <utility>

using namespace dnnc;
using namespace dnnc::sim;

namespace {

/// The manual, element by element, on the tile before clipping.
class Oracle {
public:
  Oracle(const isa::Conv &conv, MemoryContext &context) : conv(conv), context(context) {
    isFloat = conv.ifmapType == ElementType::F32;
    first = last = true;
    for (int d : {3, 6, 7}) {
      int64_t offset = conv.offsets[d].base;
      first &= offset == 0;
      last &= offset + conv.extents[d] >= conv.bounds[d];
    }
  }

  void run() {
    std::array<int64_t, 8> e{};
    for (e[0] = 0; e[0] < conv.extents[0]; ++e[0])
      for (e[1] = 0; e[1] < conv.extents[1]; ++e[1])
        for (e[2] = 0; e[2] < conv.extents[2]; ++e[2])
          for (e[4] = 0; e[4] < conv.extents[4]; ++e[4])
            for (e[5] = 0; e[5] < conv.extents[5]; ++e[5])
              if (inside(0, e) && inside(1, e) && inside(2, e) && inside(4, e) && inside(5, e))
                runOutput(e);
  }

private:
  bool inside(int d, const std::array<int64_t, 8> &e) const {
    int64_t position = conv.offsets[d].base + e[d];
    return position >= 0 && position < conv.bounds[d];
  }
  int64_t at(const std::vector<int64_t> &strides, std::array<int64_t, 5> index) const {
    int64_t sum = 0;
    for (int i = 0; i < 5; ++i)
      sum += strides[i] * index[i];
    return sum;
  }
  int64_t integer(ElementType type, int64_t memory, int64_t address) {
    return type == ElementType::I8   ? context.get<int8_t>(memory, address)
           : type == ElementType::U8 ? context.get<uint8_t>(memory, address)
                                     : context.get<int16_t>(memory, address);
  }

  void runOutput(std::array<int64_t, 8> e) {
    uint32_t bias = 0;
    float multiplier = 1, postBias = 0;
    int32_t weightZeroPoint = 0;
    if (conv.hasParams) {
      int64_t record = conv.param.base + 16 * (e[1] * conv.extents[2] + e[2]);
      bias = context.get<uint32_t>(conv.paramMemory, record);
      multiplier = context.get<float>(conv.paramMemory, record + 4);
      weightZeroPoint = conv.hasDisplacements ? context.get<int16_t>(conv.paramMemory, record + 8)
                                              : context.get<int32_t>(conv.paramMemory, record + 8);
      postBias = context.get<float>(conv.paramMemory, record + 12);
    }
    int64_t psum = conv.psum.base + at(conv.psumStrides, {e[0], e[1], e[2], e[4], e[5]});
    // Nothing was written beside the cells: a narrow one is a number of its own.
    int64_t cellBytes = (context.bits + 7) / 8, start = 0;
    for (int64_t i = 0; i < cellBytes && i < 8 && !first; ++i)
      start |= int64_t(context.get<uint8_t>(conv.psumMemory, psum + i)) << 8 * i;
    if (cellBytes < 8)
      start = start << (64 - 8 * cellBytes) >> (64 - 8 * cellBytes);
    if (first)
      start = int32_t(bias);
    bool isWide = conv.ifmapType == ElementType::I16;
    int64_t sum = isWide ? start : int32_t(start);
    float floatSum = std::bit_cast<float>(uint32_t(start)), groupSum = 0;
    int product = 0;
    for (e[3] = 0; e[3] < conv.extents[3]; ++e[3])
      for (e[6] = 0; e[6] < conv.extents[6]; ++e[6])
        for (e[7] = 0; e[7] < conv.extents[7]; ++e[7]) {
          if (!inside(3, e) || !inside(6, e) || !inside(7, e))
            continue;
          if (product++ % 32 == 0)
            floatSum += std::exchange(groupSum, 0.0f);
          int64_t h = e[4] * conv.strideH + e[6] * conv.dilationH,
                  w = e[5] * conv.strideW + e[7] * conv.dilationW;
          int64_t row = conv.originH.base + h, column = conv.originW.base + w;
          if (row < 0 || row >= conv.ifmapH || column < 0 || column >= conv.ifmapW)
            continue;
          int64_t x = conv.ifmap.base + at(conv.ifmapStrides, {e[0], e[1], e[3], h, w});
          int64_t y = conv.weight.base + at(conv.weightStrides, {e[1], e[2], e[3], e[6], e[7]});
          if (isFloat)
            groupSum += context.get<float>(conv.ifmapMemory, x) * context.get<float>(conv.weightMemory, y);
          else
            sum += (integer(conv.ifmapType, conv.ifmapMemory, x) - conv.ifmapZeroPoint) *
                   (integer(conv.weightType, conv.weightMemory, y) - weightZeroPoint);
        }
    floatSum += groupSum;
    if (!last) {
      int64_t value = isFloat ? std::bit_cast<int32_t>(floatSum) : sum;
      for (int64_t i = 0; i < cellBytes; ++i)
        context.put(conv.psumMemory, psum + i, uint8_t(value >> std::min<int64_t>(8 * i, 63)));
      return;
    }
    int64_t channel = e[2];
    if (conv.hasDisplacements)
      channel +=
          context.get<int16_t>(conv.paramMemory, conv.param.base + 16 * (e[1] * conv.extents[2] + e[2]) + 10);
    int64_t output = conv.output.base + at(conv.outputStrides, {e[0], e[1], channel, e[4], e[5]});
    float value = (isFloat ? floatSum : float(sum));
    float low = std::bit_cast<float>(uint32_t(conv.clampLow)),
          high = std::bit_cast<float>(uint32_t(conv.clampHigh));
    if (conv.mode == isa::ConvMode::Float)
      return context.put(conv.outputMemory, output, std::min(std::max(value, low), high));
    value *= multiplier;
    if (conv.mode != isa::ConvMode::Requantize && postBias != 0)
      value += postBias;
    if (conv.mode == isa::ConvMode::Dequantize)
      return context.put(conv.outputMemory, output, std::min(std::max(value, low), high));
    if (conv.mode == isa::ConvMode::DequantizeQuantize)
      value /= std::bit_cast<float>(uint32_t(conv.outputScale));
    int64_t result = int64_t(std::nearbyint(value)) + conv.outputZeroPoint;
    bool isSigned = conv.outputType == ElementType::I8;
    if (conv.outputType == ElementType::I16)
      result = std::clamp<int64_t>(result, -32768, 32767);
    else
      result = std::clamp<int64_t>(result, isSigned ? -128 : 0, isSigned ? 127 : 255);
    result = std::clamp<int64_t>(result, int32_t(conv.clampLow), int32_t(conv.clampHigh));
    if (conv.hasTable)
      result = context.get<uint8_t>(conv.tableMemory, conv.table.base + uint8_t(result));
    if (conv.outputType == ElementType::I16)
      context.put(conv.outputMemory, output, int16_t(result));
    else
      context.put(conv.outputMemory, output, uint8_t(result));
  }

  const isa::Conv &conv;
  MemoryContext &context;
  bool isFloat, first, last;
};

/// A random instruction on memories of its own: 0 ifmap, 1 weights, 2 params and table, 3 psums, 4 outputs.
struct RandomConv {
  explicit RandomConv(unsigned seed) : random(seed), context(std::vector<size_t>(6)) {
    bool isFloat = random.chance(3);
    isWide = !isFloat && random.chance(3);
    auto type = [&] {
      return isFloat            ? ElementType::F32
             : isWide           ? ElementType::I16
             : random.chance(2) ? ElementType::I8
                                : ElementType::U8;
    };
    conv.ifmapType = type();
    conv.weightType = type();
    context.bits = random.chance(2) ? 32 : int(random.pick(8, 80));
    conv.ifmapMemory = 0, conv.weightMemory = 1, conv.paramMemory = 2, conv.tableMemory = 2,
    conv.psumMemory = 3, conv.outputMemory = 4;
    conv.strideH = random.pick(1, 3), conv.strideW = random.pick(1, 3);
    conv.dilationH = random.pick(1, 3), conv.dilationW = random.pick(1, 3);
    if (!isFloat)
      conv.ifmapZeroPoint = zeroPointOf(conv.ifmapType);
    conv.extents = {random.pick(1, 2), random.pick(1, 3), random.pick(1, 5), random.pick(1, 5),
                    random.pick(1, 6), random.pick(1, 6), random.pick(1, 3), random.pick(1, 3)};
    for (int d = 0; d < 8; ++d) {
      int64_t offset = random.chance(3) ? random.pick(-1, 4) : 0;
      bool cut = random.chance(4);
      conv.offsets.push_back(offset);
      conv.bounds.push_back(std::max<int64_t>(0, offset + conv.extents[d] +
                                                     (cut                ? -1
                                                      : random.chance(3) ? 1
                                                                         : 0)));
    }
    int64_t reachH = (conv.extents[4] - 1) * conv.strideH + (conv.extents[6] - 1) * conv.dilationH + 1;
    int64_t reachW = (conv.extents[5] - 1) * conv.strideW + (conv.extents[7] - 1) * conv.dilationW + 1;
    conv.originH = random.pick(-3, 2), conv.originW = random.pick(-3, 2);
    conv.ifmapH = std::max<int64_t>(0, conv.originH.base + reachH + random.pick(-3, 2));
    conv.ifmapW = std::max<int64_t>(0, conv.originW.base + reachW + random.pick(-3, 2));
    const auto &e = conv.extents;
    int64_t bytes = bytesOf(conv.ifmapType), cellBytes = (context.bits + 7) / 8;
    place(0, {e[0], e[1], e[3], reachH, reachW}, bytes, conv.ifmap, conv.ifmapStrides);
    place(1, {e[1], e[2], e[3], e[6], e[7]}, bytes, conv.weight, conv.weightStrides);
    place(3, {e[0], e[1], e[2], e[4], e[5]}, cellBytes, conv.psum, conv.psumStrides);
    choosePath(isFloat);
    place(4, {e[0], e[1], e[2], e[4], e[5]}, bytesOf(conv.outputType), conv.output, conv.outputStrides);
    fillMemories(isFloat);
    if (conv.hasParams && random.chance(2))
      displace();
  }

  /// Shuffles the channels of the filters inside the bounds.
  void displace() {
    conv.hasDisplacements = true;
    int64_t offset = conv.offsets[2].base, first = std::max<int64_t>(0, -offset);
    std::vector<int64_t> channels;
    for (int64_t m = first; m < std::min(conv.extents[2], conv.bounds[2] - offset); ++m)
      channels.push_back(m);
    for (int64_t g = 0; g < conv.extents[1]; ++g) {
      for (size_t i = channels.size(); i > 1; --i)
        std::swap(channels[i - 1], channels[static_cast<size_t>(random.pick(0, int64_t(i) - 1))]);
      for (int64_t m = 0; m < conv.extents[2]; ++m) {
        int64_t record = conv.param.base + 16 * (g * conv.extents[2] + m), inside = m - first;
        bool exists = inside >= 0 && inside < int64_t(channels.size());
        context.put(2, record + 8, int16_t(context.get<int32_t>(2, record + 8)));
        context.put(2, record + 10, int16_t(exists ? channels[static_cast<size_t>(inside)] - m : 9));
      }
    }
  }

  void place(int memory, std::vector<int64_t> extents, int64_t bytes, isa::Affine &address,
             std::vector<int64_t> &strides) {
    int64_t base, size = random.layOut(extents, bytes, strides, base);
    address = base + 8;
    context.memory(memory).resize(size + 16);
  }

  void choosePath(bool isFloat) {
    conv.mode = isa::ConvMode(random.pick(isFloat ? 0 : 1, 3));
    bool toFloat = conv.mode == isa::ConvMode::Float || conv.mode == isa::ConvMode::Dequantize;
    conv.outputType = toFloat                      ? ElementType::F32
                      : isWide && random.chance(2) ? ElementType::I16
                      : random.chance(2)           ? ElementType::I8
                                                   : ElementType::U8;
    auto bits = [](float value) { return int64_t(std::bit_cast<uint32_t>(value)); };
    conv.clampLow = toFloat ? bits(-1.0f) : uint32_t(random.pick(-200, 0));
    conv.clampHigh = toFloat ? bits(random.chance(2) ? 4.0f : std::numeric_limits<float>::infinity())
                             : uint32_t(random.pick(1, 300));
    conv.outputZeroPoint = toFloat ? 0 : random.pick(0, 100);
    conv.outputScale = bits(0.3f);
    conv.hasTable = !toFloat && conv.outputType != ElementType::I16 && random.chance(3);
    conv.hasParams = !random.chance(4);
  }

  void fillMemories(bool isFloat) {
    int64_t channels = conv.extents[1] * conv.extents[2];
    conv.param = 8;
    conv.table = 16 + 16 * channels;
    context.memory(2).resize(16 + 16 * channels + 256 + 8);
    for (int m = 0; m < 5; ++m)
      random.fill(context.memory(m));
    auto floats = [&](int memory, int64_t from, int64_t to, int64_t step) {
      for (int64_t i = from; i + 4 <= to; i += step)
        context.put(memory, i, random.real());
    };
    if (isFloat)
      for (int m : {0, 1, 3}) // every address of an element is a multiple of 4
        floats(m, 0, context.memory(m).size(), 4);
    for (int64_t c = 0; c < channels; ++c) {
      isFloat ? context.put(2, 8 + 16 * c, random.real())
              : context.put(2, 8 + 16 * c, int32_t(random.pick(-9999, 9999)));
      context.put(2, 12 + 16 * c, random.real() * (isFloat ? 9 : isWide ? 1e-6f : 0.01f));
      context.put(2, 16 + 16 * c, isFloat ? 0 : zeroPointOf(conv.weightType));
      context.put(2, 20 + 16 * c, random.chance(2) ? 0.0f : random.real());
    }
    if (!isFloat && context.bits == 32)
      for (int64_t i = 0; i + 4 <= int64_t(context.memory(3).size()); i += 4)
        context.put(3, i, int32_t(random.pick(-99999, 99999)));
    if (isFloat && context.bits != 32) // no NaN, whose bits no rule says
      for (uint8_t &byte : context.memory(3))
        byte &= 0x3F;
  }

  int32_t zeroPointOf(ElementType type) {
    return int32_t(type == ElementType::I8   ? random.pick(-128, 127)
                   : type == ElementType::U8 ? random.pick(0, 255)
                                             : random.pick(-32768, 32767));
  }

  Random random;
  MemoryContext context;
  isa::Conv conv;
  bool isWide = false;
};

TEST(ExecConv, equalsTheManualOnRandomTiles) {
  for (unsigned seed = 0; seed < 1500; ++seed) {
    RandomConv test(seed);
    MemoryContext expected = test.context;
    Oracle(test.conv, expected).run();
    expectMemory(test.context, test.conv, expected.memories,
                 "seed " + std::to_string(seed) + " " + isa::print(test.conv));
    if (HasFatalFailure())
      return;
  }
}

isa::Conv smallConv() {
  isa::Conv conv;
  conv.ifmapType = conv.weightType = conv.outputType = ElementType::I8;
  conv.mode = isa::ConvMode::Requantize;
  conv.strideH = conv.strideW = conv.dilationH = conv.dilationW = 1;
  conv.clampLow = uint32_t(-128), conv.clampHigh = 127;
  conv.ifmapH = conv.ifmapW = 4;
  conv.extents = {1, 1, 1, 1, 4, 4, 1, 1};
  conv.offsets = std::vector<isa::Affine>(8);
  conv.bounds = conv.extents;
  conv.ifmapStrides = {16, 16, 16, 4, 1};
  conv.weightStrides = {1, 1, 1, 1, 1};
  conv.psumStrides = {64, 64, 64, 16, 4};
  conv.outputStrides = {16, 16, 16, 4, 1};
  conv.weight = 64;
  conv.output = 128;
  conv.param = 256;
  return conv;
}

TEST(ExecConv, saysWhatIsWrong) {
  auto error = [](auto change) {
    MemoryContext context({1024, 1024});
    isa::Conv conv = smallConv();
    change(conv, context);
    return errorOf(context, conv);
  };
  auto has = [](const std::string &text, const std::string &part) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  };
  has(error([](auto &, auto &) {}), "no error");
  has(error([](auto &c, auto &) { c.ifmapType = ElementType::I16; }),
      "have int16 times int8; the array multiplies");
  has(error([](auto &c, auto &) { c.ifmapType = c.weightType = ElementType::I16, c.ifmapZeroPoint = 32768; }),
      "the ifmap's zero point is 32768; need a value of int16");
  has(error([](auto &c, auto &) { c.outputType = ElementType::I16, c.outputZeroPoint = 40000; }),
      "the output's zero point is 40000; need a value of int16");
  has(error([](auto &c, auto &) { c.ifmapType = ElementType::F32; }), "have float32 times int8");
  has(error([](auto &c, auto &) { c.ifmapZeroPoint = 128; }),
      "the ifmap's zero point is 128; need a value of int8");
  has(error([](auto &c, auto &) { c.strideW = 0; }), "have strides 1 0 and dilations 1 1; need at least 1");
  has(error([](auto &c, auto &) { c.mode = isa::ConvMode::Float; }),
      "output mode float behind int8 products");
  has(error([](auto &c, auto &) { c.mode = isa::ConvMode::Dequantize; }),
      "have output type int8 in mode dequantize; need float32");
  has(error([](auto &c, auto &) { c.outputType = ElementType::F32; }), "in mode requantize; need int8");
  has(error([](auto &c, auto &) { c.outputZeroPoint = -200; }), "the output's zero point is -200");
  has(error([](auto &c, auto &) {
        c.outputType = ElementType::I32, c.hasTable = true, c.outputStrides = {64, 64, 64, 16, 4};
      }),
      "have a table behind results of int32");
  has(error([](auto &c, auto &) { c.extents.pop_back(); }), "the tile has 7 extents, 8 offsets and 8 bounds");
  has(error([](auto &c, auto &) { c.extents.pop_back(), c.offsets.pop_back(), c.bounds.pop_back(); }),
      "the tile has 7 dimensions; need 8");
  has(error([](auto &c, auto &) { c.ifmapStrides.pop_back(); }), "ifmap_strides has 4 numbers; need 5");
  has(error([](auto &c, auto &) { c.bounds[2] = -1; }), "dimension 2 has extent 1 and bound -1");
  has(error([](auto &c, auto &) { c.weightStrides[0] = int64_t(1) << 62; }),
      "weight_strides has 4611686018427387904; need numbers between -2^47 and 2^47");
  has(error([](auto &c, auto &) { c.outputStrides[4] = -(int64_t(1) << 47) - 1; }),
      "output_strides has -140737488355329; need numbers between -2^47 and 2^47");
  has(error([](auto &c, auto &) { c.output = 1020; }), "out of range");
  has(error([](auto &c, auto &) { c.ifmap = int64_t(1) << 62; }), "no memory reaches there");
  has(error([](auto &c, auto &) { c.extents[3] = c.bounds[3] = int64_t(1) << 39; }), "too much work");
  has(error([](auto &c, auto &context) {
        context.bits = 33;
        c.bounds[3] = 2;
      }),
      "psums stand 4 bytes apart; the target's psums of 33 bits need 5");
  has(error([](auto &c, auto &context) {
        c.hasParams = true;
        context.put(0, 256 + 8, int32_t(300));
      }),
      "the weight zero point of group 0, channel 0 is 300; need a value of int8");
}

/// Three filters of one weight each on four pixels; the displacements are given.
std::string errorOfDisplaced(std::array<int16_t, 3> displacements, auto change) {
  MemoryContext context({1024, 1024});
  isa::Conv conv = smallConv();
  conv.extents = conv.bounds = {1, 1, 3, 1, 2, 2, 1, 1};
  conv.weightStrides = {3, 1, 1, 1, 1};
  conv.psumStrides = {48, 48, 16, 8, 4};
  conv.outputStrides = {12, 12, 4, 2, 1};
  conv.hasParams = conv.hasDisplacements = true;
  for (size_t m = 0; m < displacements.size(); ++m)
    context.put(0, 256 + 16 * int64_t(m) + 10, displacements[m]);
  change(conv, context);
  return errorOf(context, conv);
}

TEST(ExecConv, displacementsAreAPermutationOfTheTile) {
  auto same = [](auto &, auto &) {};
  EXPECT_EQ(errorOfDisplaced({2, -1, -1}, same), "no error");
  auto has = [&](std::array<int16_t, 3> displacements, const std::string &part) {
    std::string text = errorOfDisplaced(displacements, same);
    EXPECT_NE(text.find(part), std::string::npos) << text;
  };
  has({0, 0, 1}, "the displacement of group 0, filter 2 is 1; its channel 3 is none of the tile's 3");
  has({-1, 0, 0}, "the displacement of group 0, filter 0 is -1; its channel -1 is none of the tile's 3");
  has({0, 32767, 0}, "the displacement of group 0, filter 1 is 32767; its channel 32768 is none");
  has({1, 0, 0}, "filters 0 and 1 of group 0 are both displaced to channel 1; each needs one of its own");
  // Inside of the tile, but not of its bounds.
  std::string clipped = errorOfDisplaced({2, -1, -1}, [](auto &c, auto &) { c.bounds[2] = 2; });
  EXPECT_NE(clipped.find("its channel 2 is none of the tile's 2"), std::string::npos) << clipped;
}

TEST(ExecConv, displacedResultsDoNotReplacePsums) {
  auto last = [](int64_t psum) {
    return errorOfDisplaced({1, -1, 0}, [=](auto &c, auto &) {
      c.psum = psum;
      c.offsets[3] = 1, c.bounds[3] = 2;
    });
  };
  EXPECT_EQ(last(512), "no error");
  EXPECT_EQ(last(140), "no error"); // right behind the 12 bytes of results
  EXPECT_NE(
      last(139).find("results are displaced and lie at 128 among the psums at 139 of the same instruction; "
                     "they need a place of their own"),
      std::string::npos)
      << last(139);
  // A tile that is not the last writes no results, one that is the first reads no psums.
  EXPECT_EQ(errorOfDisplaced({1, -1, 0}, [](auto &c, auto &) { c.psum = 128, c.bounds[3] = 2; }), "no error");
  EXPECT_EQ(errorOfDisplaced({1, -1, 0}, [](auto &c, auto &) { c.psum = 128; }), "no error");
}

TEST(ExecConv, countsPsumsThatDoNotFit) {
  MemoryContext context({1024, 1024});
  context.bits = 8;
  isa::Conv conv = smallConv();
  context.put<int8_t>(0, 64, 2);
  for (int i = 0; i < 16; ++i)
    context.put<int8_t>(0, i, int8_t(i < 5 ? 64 : i < 8 ? -64 : 63)); // 128 does not fit, −128 and 126 do
  execute(conv, context);
  EXPECT_EQ(context.overflows, 5);
}

/// A convolution over 12 channels of int16 in three tiles, whose sums need far more than the 16 bits of a
/// cell.
struct ChannelTiles {
  ChannelTiles() : context({1024, 1024}) {
    conv = smallConv();
    conv.ifmapType = conv.weightType = conv.outputType = ElementType::I16;
    conv.clampLow = uint32_t(-32768), conv.clampHigh = 32767;
    conv.extents = {1, 1, 1, 4, 4, 4, 1, 1};
    conv.bounds = {1, 1, 1, 12, 4, 4, 1, 1};
    conv.ifmapStrides = {0, 0, 32, 8, 2};
    conv.weightStrides = {0, 0, 2, 0, 0};
    conv.psumStrides = conv.outputStrides = {0, 0, 0, 8, 2};
    conv.weight = 384, conv.param = 448, conv.psum = conv.output = 512;
    conv.hasParams = true;
    context.bits = 16;
    Random random(7);
    for (int i = 0; i < 12 * 16; ++i)
      context.put(0, 2 * i, int16_t(random.pick(-32768, 32767)));
    for (int i = 0; i < 12; ++i)
      context.put(0, 384 + 2 * i, int16_t(random.pick(-32768, 32767)));
    context.put<int32_t>(0, 448, 77);
    context.put<float>(0, 452, 1e-5f);
    context.put<int32_t>(0, 456, 12);
  }
  /// Runs the tile of channels [4·i, 4·i + 4).
  void run(int i) {
    isa::Conv tile = conv;
    tile.ifmap.base += 4 * 32 * i, tile.weight.base += 8 * i;
    tile.offsets[3] = 4 * i;
    execute(tile, context);
  }
  std::vector<uint8_t> result() const {
    return {context.memories[1].begin() + 512, context.memories[1].begin() + 544};
  }

  MemoryContext context;
  isa::Conv conv;
};

TEST(ExecConv, psumsStayExactInNarrowCellsThatResultsReplace) {
  ChannelTiles whole;
  whole.conv.extents[3] = 12;
  whole.run(0);
  ChannelTiles parts;
  for (int i : {0, 1, 2})
    parts.run(i);
  EXPECT_EQ(parts.result(), whole.result());
  EXPECT_EQ(parts.context.overflows, 48);
  EXPECT_EQ(whole.context.overflows, 16);
}

TEST(ExecConv, aCellThatSomebodyElseWroteIsItsOwnNumber) {
  ChannelTiles test;
  test.run(0);
  for (int i = 0; i < 16; ++i)
    test.context.put(0, 512 + 2 * i, int16_t(-5));
  // The psums were −5: the same as a bias of −5.
  test.run(2);
  ChannelTiles expected;
  expected.context.put<int32_t>(0, 448, -5);
  expected.conv.bounds[3] = 4;
  expected.conv.ifmap.base += 256, expected.conv.weight.base += 16;
  expected.run(0);
  EXPECT_EQ(test.result(), expected.result());
}

} // namespace

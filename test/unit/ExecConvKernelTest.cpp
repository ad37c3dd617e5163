// LINK: DnncSimulator
// The fast convolution against the plain loops, over random tiles; bit-equal, float32 included.
#include "runtime/Simulator/kernels/ConvTile.h"
#include "runtime/Simulator/kernels/MultiplyBlock.h"
#include "runtime/Simulator/kernels/MultiplyWide.h"
#include "runtime/Simulator/kernels/ZeroMacs.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <limits>
#include <numeric>
#include <random>

using namespace dnnc;
using namespace dnnc::sim;

namespace {

/// A random tile and the memory it works on.
struct RandomTile {
  explicit RandomTile(unsigned seed) : random(seed) {
    ConvTile &t = tile;
    bool isFloat = chance(3), isWide = !isFloat && chance(3);
    auto type = [&] {
      return isFloat     ? ElementType::F32
             : isWide    ? ElementType::I16
             : chance(2) ? ElementType::I8
                         : ElementType::U8;
    };
    t.ifmapType = type(), t.weightType = type();
    t.n = pick(1, 3);
    bool depthwise = chance(4);
    t.g = depthwise ? pick(1, 20) : pick(1, 3);
    t.m = depthwise ? 1 : pick(1, 21);
    t.c = depthwise ? 1 : pick(1, 17);
    t.p = pick(1, 12), t.q = pick(1, 20);
    t.r = pick(1, 4), t.s = pick(1, 4);
    if (chance(20))
      t.c = 0; // clipped away
    t.strideH = pick(1, 3), t.strideW = pick(1, 3), t.dilationH = pick(1, 3), t.dilationW = pick(1, 4);
    t.originH = pick(-6, 3), t.originW = pick(-6, 3);
    int64_t reachH = (t.p - 1) * t.strideH + (t.r - 1) * t.dilationH;
    int64_t reachW = (t.q - 1) * t.strideW + (t.s - 1) * t.dilationW;
    t.ifmapH = std::max<int64_t>(0, t.originH + reachH + pick(-4, 4));
    t.ifmapW = std::max<int64_t>(0, t.originW + reachW + pick(-4, 4));
    if (chance(5)) { // no padding at all: rows join
      t.originH = t.originW = 0;
      t.ifmapH = reachH + 1, t.ifmapW = reachW + 1;
    }
    if (!isFloat && !chance(3))
      t.ifmapZeroPoint = zeroPointOf(t.ifmapType);

    t.ifmapRow = std::max<int64_t>(0, t.originH), t.ifmapColumn = std::max<int64_t>(0, t.originW);
    int64_t bytes = bytesOf(t.ifmapType);
    std::array<int64_t, 5> ifmapExtents = {t.n, t.g, std::max<int64_t>(t.c, 1), t.ifmapH + 1, t.ifmapW + 1};
    ifmap = operand(isFloat, layOut(ifmapExtents, t.ifmapStrides, bytes));
    t.ifmap = ifmap.data() + t.ifmapRow * t.ifmapStrides[3] + t.ifmapColumn * t.ifmapStrides[4];
    std::array<int64_t, 5> weightExtents = {t.g, t.m, std::max<int64_t>(t.c, 1), t.r, t.s};
    weight = operand(isFloat, layOut(weightExtents, t.weightStrides, bytes));
    t.weight = weight.data();

    if (chance(4) == false) {
      t.paramStrideG = t.m * 16;
      params.resize(t.g * t.m * 16);
      bool sameZeroPoint = chance(2);
      for (int64_t i = 0; i < t.g * t.m; ++i) {
        ConvParam param;
        param.bias = isFloat ? bits(real()) : uint32_t(pick(-5000, 5000));
        param.multiplier = std::exp2(real() * 3) * (isFloat ? 5.0f : isWide ? 1e-7f : 0.002f);
        if (!isFloat && !sameZeroPoint)
          param.weightZeroPoint = zeroPointOf(t.weightType);
        param.postBias = chance(2) ? 0 : real();
        std::memcpy(params.data() + 16 * i, &param, 16);
      }
      t.params = params.data();
      if (chance(3))
        displace();
    }

    std::array<int64_t, 5> outputExtents = {t.n, t.g, t.m, t.p, t.q};
    t.psumCellBytes = chance(2) ? 4 : pick(1, 10);
    psum.resize(layOut(outputExtents, t.psumStrides, t.psumCellBytes));
    if (t.psumCellBytes == 4)
      for (size_t i = 0; i + 4 <= psum.size(); i += 4) {
        uint32_t word = isFloat ? bits(real()) : uint32_t(pick(-100000, 100000));
        std::memcpy(psum.data() + i, &word, 4);
      }
    else
      for (uint8_t &byte : psum)
        byte = isFloat ? uint8_t(pick(0, 63)) : uint8_t(random());
    if (t.psumCellBytes < (isWide ? 8 : 4)) {
      // Some cells still have the bytes of their exact values, others were written by somebody else.
      exact.resize(psum.size());
      for (size_t i = 0; i + t.psumCellBytes <= exact.size(); ++i) {
        exact[i] = isWide    ? pick(-(int64_t(1) << 40), int64_t(1) << 40)
                   : isFloat ? int64_t(bits(real()))
                             : int64_t(int32_t(random()));
        if (chance(2) && !isFloat)
          std::memcpy(&exact[i], psum.data() + i, t.psumCellBytes);
      }
      t.psumExact = exact.data();
    }
    if (chance(3))
      t.psumIn = psum.data();
    choosePath(isFloat);
    output.resize(layOut(outputExtents, t.outputStrides, bytesOf(t.path.type)), 0xA5);
    if (chance(3))
      t.psumOut = psum.data();
    else
      t.output = output.data();
    t.psumBits = chance(2) ? 32 : int(pick(8, 40));
  }

  /// Results of the filters go to channels in another order.
  void displace() {
    tile.hasDisplacements = true;
    std::vector<int64_t> channels(static_cast<size_t>(tile.m));
    std::iota(channels.begin(), channels.end(), 0);
    for (int64_t g = 0; g < tile.g; ++g) {
      std::shuffle(channels.begin(), channels.end(), random);
      for (int64_t m = 0; m < tile.m; ++m) {
        auto displacement = static_cast<int16_t>(channels[static_cast<size_t>(m)] - m);
        std::memcpy(params.data() + 16 * (g * tile.m + m) + 10, &displacement, 2);
      }
    }
  }

  void choosePath(bool isFloat) {
    OutputPath &path = tile.path;
    path.mode = OutputMode(pick(isFloat ? 0 : 1, 3));
    if (path.mode == OutputMode::Float || path.mode == OutputMode::Dequantize) {
      path.type = ElementType::F32;
      path.clampLow = bits(chance(2) ? -std::numeric_limits<float>::infinity() : 0.0f);
      path.clampHigh = bits(chance(2) ? std::numeric_limits<float>::infinity() : 6.0f);
      return;
    }
    path.type = ElementType(std::array{0, 0, 1, 1, 2, 3, 4}[pick(0, 6)]);
    path.zeroPoint = path.type == ElementType::I8 ? pick(-128, 127) : pick(0, 127);
    path.clampLow = uint32_t(chance(2) ? std::numeric_limits<int32_t>::min() : pick(-50, 50));
    path.clampHigh = uint32_t(chance(2) ? std::numeric_limits<int32_t>::max() : pick(51, 300));
    path.scale = 0.37f;
    if (bytesOf(path.type) == 1 && chance(2)) {
      for (uint8_t &entry : table)
        entry = uint8_t(random());
      path.table = table.data();
    }
  }

  int64_t pick(int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(random);
  }
  int64_t zeroPointOf(ElementType type) {
    return type == ElementType::I8   ? pick(-128, 127)
           : type == ElementType::U8 ? pick(0, 255)
                                     : pick(-32768, 32767);
  }
  bool chance(int oneIn) { return pick(1, oneIn) == 1; }
  float real() { return std::uniform_real_distribution<float>(-1, 1)(random); }
  static uint32_t bits(float value) { return std::bit_cast<uint32_t>(value); }

  std::vector<uint8_t> operand(bool isFloat, int64_t bytes) {
    std::vector<uint8_t> data(bytes);
    for (size_t i = 0; i < data.size(); i += isFloat ? 4 : 1) {
      float value = real();
      if (isFloat)
        std::memcpy(data.data() + i, &value, 4);
      else
        data[i] = uint8_t(random());
    }
    return data;
  }

  /// Strides of the dimensions, mostly row-major, sometimes in another order or with gaps; the bytes needed.
  int64_t layOut(const std::array<int64_t, 5> &extents, std::array<int64_t, 5> &strides, int64_t bytes) {
    std::array<int, 5> order = {0, 1, 2, 3, 4};
    if (chance(4))
      std::shuffle(order.begin(), order.end(), random);
    bool gaps = chance(4);
    for (int i = 4; i >= 0; --i) {
      strides[order[i]] = bytes;
      bytes *= extents[order[i]] + (gaps ? pick(0, 1) : 0);
    }
    return bytes;
  }

  bool isZero(int64_t n, int64_t g, int64_t c, int64_t h, int64_t w) const {
    const auto &strides = tile.ifmapStrides;
    const uint8_t *x = tile.ifmap + n * strides[0] + g * strides[1] + c * strides[2] +
                       (h - tile.ifmapRow) * strides[3] + (w - tile.ifmapColumn) * strides[4];
    float real;
    int16_t wide;
    std::memcpy(&wide, x, bytesOf(tile.ifmapType) == 1 ? 1 : 2);
    if (tile.isFloat())
      return std::memcpy(&real, x, 4), real == 0;
    return (tile.isWide()                       ? wide
            : tile.ifmapType == ElementType::I8 ? int8_t(*x)
                                                : *x) == tile.ifmapZeroPoint;
  }

  std::mt19937 random;
  ConvTile tile;
  std::vector<uint8_t> ifmap, weight, params, psum, output;
  std::vector<int64_t> exact;
  std::array<uint8_t, 256> table{};
};

std::string describe(const ConvTile &t) {
  return fmt::format(
      "types {} {} -> {} n{} g{} m{} c{} p{} q{} r{} s{} stride {} {} dilation {} {} origin {} {} "
      "ifmap {}x{} zero point {} mode {} params {} psum in {} out {}",
      name(t.ifmapType), name(t.weightType), name(t.path.type), t.n, t.g, t.m, t.c, t.p, t.q, t.r, t.s,
      t.strideH, t.strideW, t.dilationH, t.dilationW, t.originH, t.originW, t.ifmapH, t.ifmapW,
      t.ifmapZeroPoint, int(t.path.mode), t.params != nullptr, t.psumIn != nullptr, t.psumOut != nullptr);
}

TEST(ExecConvKernel, equalsThePlainLoopsOnRandomTiles) {
  for (unsigned seed = 0; seed < 3000; ++seed) {
    RandomTile fast(seed), plain(seed);
    int64_t fastOverflows = convolve(fast.tile), plainOverflows = convolvePlain(plain.tile);
    ASSERT_EQ(fastOverflows, plainOverflows) << "seed " << seed << ": " << describe(fast.tile);
    ASSERT_TRUE(fast.output == plain.output) << "seed " << seed << ": " << describe(fast.tile);
    ASSERT_TRUE(fast.psum == plain.psum) << "seed " << seed << ": " << describe(fast.tile);
    ASSERT_TRUE(fast.exact == plain.exact) << "seed " << seed << ": " << describe(fast.tile);
  }
}

/// Of finite factors a product with a zero adds nothing anyhow, to the last bit and sign; integers cannot
/// tell.
TEST(ExecConvKernel, leavingZerosOutChangesNoSumOfNumbers) {
  for (unsigned seed = 0; seed < 600; ++seed) {
    auto withZeros = [&](RandomTile &random) {
      std::mt19937 draw(seed);
      for (std::vector<uint8_t> *operand : {&random.ifmap, &random.weight})
        for (size_t i = 0; random.tile.isFloat() && i + 4 <= operand->size(); i += 4)
          if (uint32_t zero = draw(); zero % 3 != 0) {
            zero = zero % 2 << 31; // of either sign
            std::memcpy(operand->data() + i, &zero, 4);
          }
    };
    RandomTile all(seed), some(seed);
    withZeros(all), withZeros(some);
    convolve(all.tile);
    convolveSkipping(some.tile, {.ifmap = seed % 3 != 0, .weight = seed % 3 != 1});
    ASSERT_TRUE(all.output == some.output && all.psum == some.psum) << "seed " << seed;
  }
}

TEST(ExecConvKernel, aSkippedZeroHidesWhatItMeets) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  float x[] = {0, infinity, 2}, w[] = {infinity, 0, 3}, output = 0;
  ConvTile t;
  t.ifmapType = t.weightType = t.path.type = ElementType::F32;
  t.c = 3;
  t.ifmapStrides = t.weightStrides = {0, 0, 4, 0, 0};
  t.ifmap = reinterpret_cast<uint8_t *>(x), t.weight = reinterpret_cast<uint8_t *>(w);
  t.output = reinterpret_cast<uint8_t *>(&output);
  t.path.clampLow = std::bit_cast<uint32_t>(-infinity), t.path.clampHigh = std::bit_cast<uint32_t>(infinity);
  t.weightStrides = {0, 0, 4, 0, 0};
  convolve(t);
  EXPECT_TRUE(std::isnan(output));
  convolveSkipping(t, {.ifmap = true, .weight = true});
  EXPECT_EQ(output, 6);
  convolveSkipping(t, {.ifmap = true, .weight = false});
  EXPECT_TRUE(std::isnan(output)); // infinity met a weight of zero
  x[1] = 1;
  convolveSkipping(t, {.ifmap = true, .weight = false});
  EXPECT_EQ(output, 6);
  w[2] = infinity; // a factor that is not zero shows it
  convolveSkipping(t, {.ifmap = true, .weight = true});
  EXPECT_EQ(output, infinity);
}

TEST(ExecConvKernel, splitsLargeTilesIntoChunks) {
  // More words than a chunk holds, in rows and in images.
  for (int64_t images : {1, 9}) {
    ConvTile t;
    t.n = images, t.m = 3, t.c = 24, t.r = t.s = 3, t.strideH = 2, t.dilationW = 2;
    t.p = images == 1 ? 90 : 20, t.q = 61, t.originH = t.originW = -1;
    t.ifmapH = 2 * t.p, t.ifmapW = t.q + 3, t.ifmapZeroPoint = 7;
    t.ifmapStrides = {t.c * t.ifmapH * t.ifmapW, 0, t.ifmapH * t.ifmapW, t.ifmapW, 1};
    t.weightStrides = {0, 9 * t.c, 9, 3, 1};
    t.psumStrides = {4 * t.m * t.p * t.q, 0, 4 * t.p * t.q, 4 * t.q, 4};
    std::vector<uint8_t> ifmap(t.n * t.ifmapStrides[0]), weight(t.m * t.c * 9);
    std::mt19937 random(1);
    for (uint8_t &x : ifmap)
      x = uint8_t(random());
    for (uint8_t &w : weight)
      w = uint8_t(random());
    std::vector<uint8_t> fast(t.n * t.psumStrides[0]), plain(fast.size());
    t.ifmap = ifmap.data(), t.weight = weight.data();
    t.psumOut = fast.data();
    convolve(t);
    t.psumOut = plain.data();
    convolvePlain(t);
    EXPECT_TRUE(fast == plain);
  }
}

/// The largest and smallest products: no intermediate sum may saturate.
TEST(ExecConvKernel, extremeOperandsDoNotSaturate) {
  ConvTile t;
  t.ifmapType = t.weightType = ElementType::U8;
  t.c = 64, t.q = 20, t.ifmapW = 20, t.ifmapZeroPoint = 0;
  t.ifmapStrides = {0, 0, 20, 0, 1};
  t.weightStrides = {0, 0, 1, 0, 0};
  t.psumStrides = {0, 0, 0, 0, 4};
  std::vector<uint8_t> ifmap(64 * 20, 255), weight(64, 255), psum(80);
  t.ifmap = ifmap.data(), t.weight = weight.data(), t.psumOut = psum.data();
  convolve(t);
  int32_t sum;
  std::memcpy(&sum, psum.data() + 76, 4);
  EXPECT_EQ(sum, 64 * 255 * 255);
  t.ifmapZeroPoint = 255;
  convolve(t);
  std::memcpy(&sum, psum.data() + 76, 4);
  EXPECT_EQ(sum, 0);
}

TEST(ExecConvKernel, notANumberTakesTheLowestInteger) {
  ConvTile t;
  t.ifmapType = t.weightType = ElementType::F32;
  t.q = 3, t.ifmapW = 3;
  t.ifmapStrides = {0, 0, 0, 0, 4}, t.outputStrides = {0, 0, 0, 0, 1};
  constexpr float infinity = std::numeric_limits<float>::infinity();
  float ifmap[] = {std::numeric_limits<float>::quiet_NaN(), infinity, -infinity}, weight = 1;
  t.ifmap = reinterpret_cast<uint8_t *>(ifmap), t.weight = reinterpret_cast<uint8_t *>(&weight);
  t.path.mode = OutputMode::Requantize, t.path.type = ElementType::I8;
  t.path.clampLow = uint32_t(-100), t.path.clampHigh = 99;
  for (auto run : {convolve, convolvePlain}) {
    int8_t output[3] = {};
    t.output = reinterpret_cast<uint8_t *>(output);
    run(t);
    EXPECT_EQ(output[0], -100);
    EXPECT_EQ(output[1], 99);
    EXPECT_EQ(output[2], -100);
  }
}

/// Sums that only 64 bits hold, from the largest products there are.
TEST(ExecConvKernel, int16SumsAreExact) {
  ConvTile t;
  t.ifmapType = t.weightType = ElementType::I16;
  t.c = 3000, t.q = 5, t.ifmapW = 5, t.ifmapZeroPoint = 32767;
  t.ifmapStrides = {0, 0, 10, 0, 2};
  t.weightStrides = {0, 0, 2, 0, 0};
  t.psumStrides = {0, 0, 0, 0, 8};
  t.psumCellBytes = 8;
  ConvParam param;
  param.bias = uint32_t(-7);
  param.weightZeroPoint = 32767;
  t.params = reinterpret_cast<const uint8_t *>(&param);
  std::vector<int16_t> ifmap(3000 * 5, -32768), weight(3000, -32768);
  t.ifmap = reinterpret_cast<uint8_t *>(ifmap.data()), t.weight = reinterpret_cast<uint8_t *>(weight.data());
  for (auto run : {convolve, convolvePlain}) {
    std::vector<int64_t> psum(5);
    t.psumOut = reinterpret_cast<uint8_t *>(psum.data());
    t.psumBits = 32;
    EXPECT_EQ(run(t), 5);
    EXPECT_EQ(psum[4], int64_t(3000) * 65535 * 65535 - 7);
    t.psumBits = 45; // 1.29e13 is below 2^44
    EXPECT_EQ(run(t), 0);
  }
}

/// What the kernel takes the sum of one go to be: more taps than that are still exact.
TEST(ExecConvKernel, int16SumsOfManyTapsAreExact) {
  constexpr int64_t taps = (1 << 20) + 3, columns = 16;
  std::vector<double> weights(taps, 65535);
  std::vector<float> ifmap(columns, 65535);
  std::vector<int32_t> offsets(taps, 0);
  std::vector<int64_t> sums(columns, -1);
  weights[0] = 65534; // makes the sum odd
  multiplyWide({.weights = weights.data(),
                .ifmap = ifmap.data(),
                .offsets = offsets.data(),
                .taps = taps,
                .accumulators = sums.data(),
                .accumulatorStride = columns,
                .columns = columns,
                .rows = 1});
  EXPECT_EQ(sums[15], taps * 65535 * 65535 - 65535 - 1);
}

/// float32 of a 64-bit sum is rounded half to even, once.
TEST(ExecConvKernel, int16ResultsRoundTheSumOnce) {
  ConvTile t;
  t.ifmapType = t.weightType = ElementType::I16;
  t.c = 2, t.ifmapW = 1;
  t.ifmapStrides = {0, 0, 2, 0, 0};
  t.weightStrides = {0, 0, 2, 0, 0};
  int16_t ifmap[] = {16384, 1},
          weight[] = {16384, 24}; // 2^28 + 24: between 2^28 and 2^28 + 32, above the middle
  t.ifmap = reinterpret_cast<uint8_t *>(ifmap), t.weight = reinterpret_cast<uint8_t *>(weight);
  t.path.mode = OutputMode::Dequantize, t.path.type = ElementType::F32;
  t.path.clampLow = std::bit_cast<uint32_t>(-std::numeric_limits<float>::infinity());
  t.path.clampHigh = std::bit_cast<uint32_t>(std::numeric_limits<float>::infinity());
  for (auto run : {convolve, convolvePlain}) {
    float output = 0;
    t.output = reinterpret_cast<uint8_t *>(&output);
    run(t);
    EXPECT_EQ(output, 268435488.0f);
    weight[1] = 16; // the middle: to even
    run(t);
    EXPECT_EQ(output, 268435456.0f);
    weight[1] = 24;
  }
}

TEST(ExecConvKernel, countsProductsWithZero) {
  for (unsigned seed = 0; seed < 1500; ++seed) {
    RandomTile test(seed);
    const ConvTile &t = test.tile;
    // Many zeros, at random.
    for (size_t i = 0; i + bytesOf(t.ifmapType) <= test.ifmap.size(); i += bytesOf(t.ifmapType))
      if (test.chance(2)) {
        int32_t zero = t.isFloat() ? 0 : t.ifmapZeroPoint; // 0.0 is all zeros
        std::memcpy(&test.ifmap[i], &zero, bytesOf(t.ifmapType));
      }
    int64_t zeros = 0;
    for (int64_t n = 0; n < t.n; ++n)
      for (int64_t g = 0; g < t.g; ++g)
        for (int64_t c = 0; c < t.c; ++c)
          for (int64_t p = 0; p < t.p; ++p)
            for (int64_t q = 0; q < t.q; ++q)
              for (int64_t r = 0; r < t.r; ++r)
                for (int64_t s = 0; s < t.s; ++s) {
                  int64_t h = t.originH + p * t.strideH + r * t.dilationH;
                  int64_t w = t.originW + q * t.strideW + s * t.dilationW;
                  bool exists = h >= 0 && h < t.ifmapH && w >= 0 && w < t.ifmapW;
                  zeros += !exists || test.isZero(n, g, c, h, w);
                }
    ASSERT_EQ(countZeroMacs(t), zeros * t.m) << "seed " << seed << ": " << describe(t);
  }
}

/// Tiles with too many coordinates to list them: only damaged programs have such, over memory that all of
/// them share.
TEST(ExecConvKernel, countsProductsWithZeroOfAbsurdTiles) {
  ConvTile t;
  t.p = 3000, t.r = 2000, t.ifmapH = 5000, t.originH = -7;
  uint8_t ifmap = 3;
  t.ifmap = &ifmap, t.ifmapW = 1;
  EXPECT_EQ(countZeroMacs(t), 7 * 8 / 2); // no ifmap element is zero: padding above alone
  t.ifmapZeroPoint = 3;
  EXPECT_EQ(countZeroMacs(t), t.p * t.r);
}

/// Every kind of vectors this processor has gives the same bits.
TEST(ExecConvKernel, allVectorKindsAgree) {
  std::vector<void (*)(const MultiplyBlock &)> kinds;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2"))
    kinds.push_back(multiplyAvx2);
  if (__builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    kinds.push_back(multiplyAvx512);
#endif
  std::mt19937 random(5);
  for (bool isFloat : {false, true})
    for (int rows : {1, 2, 4, 8}) {
      constexpr int64_t taps = 37, columns = 112;
      std::vector<uint32_t> weights(taps * rows), ifmap(taps * 5 + columns);
      auto fill = [&](std::vector<uint32_t> &words) {
        for (uint32_t &word : words) {
          float value = std::uniform_real_distribution<float>(-1, 1)(random);
          uint16_t low = uint16_t(int(random() % 511) - 255), high = uint16_t(int(random() % 511) - 255);
          word = isFloat ? std::bit_cast<uint32_t>(value) : low | uint32_t(high) << 16;
        }
      };
      fill(weights), fill(ifmap);
      std::vector<int32_t> offsets(taps);
      for (int64_t k = 0; k < taps; ++k)
        offsets[k] = int32_t(random() % (taps * 5));
      auto run = [&](auto kind) {
        std::vector<uint32_t> sums(rows * columns, isFloat ? std::bit_cast<uint32_t>(0.5f) : 1000u);
        kind({.weights = weights.data(),
              .ifmap = ifmap.data(),
              .offsets = offsets.data(),
              .taps = taps,
              .accumulators = sums.data(),
              .accumulatorStride = columns,
              .columns = columns,
              .rows = rows,
              .isFloat = isFloat});
        return sums;
      };
      auto expected = run(multiplyPortable);
      for (auto kind : kinds)
        EXPECT_EQ(run(kind), expected) << rows << " rows";
    }
}

} // namespace

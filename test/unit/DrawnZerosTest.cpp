// LINK: DnncSimulator
// Zeros that a run draws for a what-if: the same elements whatever tiles they are stored in, and as many as
// asked for.
#include "runtime/Simulator/DrawnZeros.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <random>

using namespace dnnc;
using namespace dnnc::sim;

namespace {

int64_t bitsOf(float value) { return std::bit_cast<uint32_t>(value); }

isa::DensityRow rowOf(ElementType type, std::vector<float> shares, int64_t axis) {
  isa::DensityRow row;
  row.of = isa::Drawn::Result, row.type = type, row.axis = axis, row.seed = 11;
  row.zeroValue = 0, row.otherValue = 1;
  for (float share : shares)
    row.shares.push_back(bitsOf(share));
  return row;
}

TEST(DrawnZeros, tilesMakeNoDifference) {
  const std::vector<int64_t> shape = {2, 3, 7, 10}, strides = {210, 70, 10, 1}, origin = {0, 0, 0, 0};
  std::mt19937 random(3);
  std::vector<uint8_t> whole(420), tiled;
  for (uint8_t &value : whole)
    value = static_cast<uint8_t>(random() % 4);
  tiled = whole;
  DrawnZeros zeros(rowOf(ElementType::U8, {0.2f, 0.6f, 1.0f}, 1));
  zeros.apply(whole.data(), strides, origin, shape, shape);
  for (int64_t n = 0; n < 2; ++n)
    for (int64_t h = 0; h < 7; h += 3)
      for (int64_t w = 0; w < 10; w += 4) {
        const std::vector<int64_t> begin = {n, 0, h, w},
                                   count = {1, 3, std::min<int64_t>(3, 7 - h), std::min<int64_t>(4, 10 - w)};
        zeros.apply(tiled.data() + n * 210 + h * 10 + w, strides, begin, count, shape);
      }
  EXPECT_EQ(tiled, whole);
}

TEST(DrawnZeros, theOrderOfDimensionsMakesNoDifference) {
  // N, C, H, W, and the same elements as N, H, W, C.
  const std::vector<int64_t> shape = {2, 3, 4, 5}, strides = {60, 20, 5, 1}, origin = {0, 0, 0, 0};
  const std::vector<int64_t> otherShape = {2, 4, 5, 3}, otherStrides = {60, 5, 1, 20};
  std::vector<uint8_t> a(120, 7), b = a;
  isa::DensityRow row = rowOf(ElementType::U8, {0.2f, 0.6f, 0.9f}, 1);
  DrawnZeros(row).apply(a.data(), strides, origin, shape, shape);
  row.order = {0, 2, 3, 1};
  DrawnZeros(row).apply(b.data(), otherStrides, origin, otherShape, otherShape);
  EXPECT_EQ(a, b);
  EXPECT_EQ(DrawnZeros(row).problem(std::vector<int64_t>{3, 3}, 1), "there are 2 dimensions; the density lists 4");
}

TEST(DrawnZeros, haveTheShareOfTheirChannel) {
  const std::vector<int64_t> shape = {4, 1000}, strides = {4000, 4}, origin = {0, 0};
  std::vector<float> values(4000, -0.0f);
  isa::DensityRow row = rowOf(ElementType::F32, {0, 0.25f, 0.75f, 1}, 0);
  row.otherValue = bitsOf(2.0f);
  DrawnZeros(row).apply(reinterpret_cast<uint8_t *>(values.data()), strides, origin, shape, shape);
  for (int64_t channel = 0; channel < 4; ++channel) {
    int64_t twos = std::count(values.begin() + channel * 1000, values.begin() + (channel + 1) * 1000, 2.0f);
    double share = std::array{0.0, 0.25, 0.75, 1.0}[static_cast<size_t>(channel)];
    EXPECT_NEAR(static_cast<double>(twos), 1000 * share,
                share == 0 || share == 1 ? 0 : 55); // four standard deviations
  }
  for (float value : values)
    EXPECT_FALSE(std::signbit(value));
}

TEST(DrawnZeros, whatIsNotZeroStays) {
  const std::vector<int64_t> shape = {1000}, strides = {2}, origin = {0};
  std::vector<int16_t> values(1000);
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<int16_t>(i) - 500;
  DrawnZeros(rowOf(ElementType::I16, {0.5f}, -1))
      .apply(reinterpret_cast<uint8_t *>(values.data()), strides, origin, shape, shape);
  for (size_t i = 0; i < values.size(); ++i)
    EXPECT_TRUE(values[i] == 0 || values[i] == static_cast<int16_t>(i) - 500 || (i == 500 && values[i] == 1));
}

TEST(DrawnZeros, otherTensorsAreRefused) {
  DrawnZeros zeros(rowOf(ElementType::I8, {0.5f, 0.5f}, 1));
  const std::vector<int64_t> good = {4, 2}, flat = {8}, wide = {4, 3};
  EXPECT_EQ(zeros.problem(good, 1), "");
  EXPECT_EQ(zeros.problem(good, 2), "elements have 2 bytes; their density is of int8");
  EXPECT_EQ(zeros.problem(flat, 1), "there are 1 dimensions; the density runs along dimension 1");
  EXPECT_EQ(zeros.problem(wide, 1), "dimension 1 has 3 elements; the density has 2 shares");
}

} // namespace

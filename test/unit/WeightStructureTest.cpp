// LINK: DnncSparsity fmt::fmt
// Density and n:m patterns of weights, against counts made element by element.
#include "lib/Sparsity/WeightStructure.h"

#include "dnnc/Error.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>

using namespace dnnc;
using namespace dnnc::sparsity;

namespace {

using Shape = std::vector<int64_t>;

template <typename Element> struct Weights {
  std::vector<Element> elements;
  Shape shape;

  WeightStructure structure(int64_t dimension, ZeroPoints zeros = {}) const {
    auto *bytes = reinterpret_cast<const uint8_t *>(elements.data());
    return structureOf({{bytes, elements.size() * sizeof(Element)}, sizeof(Element), shape}, zeros,
                       dimension);
  }
};

template <typename Body> std::string errorOf(Body body) {
  try {
    body();
  } catch (const Error &error) {
    return error.what();
  }
  return "no error";
}

TEST(WeightStructure, TwoOfFour) {
  Weights<int8_t> weights{{1, 0, 0, 2, /**/ 0, 3, 4, 0, /**/ 5, 6, 0, 0, /**/ 0, 0, 7, 0}, {2, 8}};
  WeightStructure structure = weights.structure(1);
  EXPECT_EQ(structure.nonZeros, 7);
  EXPECT_EQ(structure.density(), 7.0 / 16);
  EXPECT_EQ(structure.zero, 0u);
  EXPECT_EQ(structure.pattern, (NmPattern{2, 4}));
  EXPECT_EQ(structure.patternBits, 4 * 2 * (8 + 2));
  EXPECT_EQ(structure.whyNoPattern, "");
}

TEST(WeightStructure, LargerGroupsWhereTheyTakeFewerBits) {
  // 2 in one group of 4 and none in the other: 2 of 8 takes half of 2 of 4.
  Weights<int8_t> weights{{1, 2, 0, 0, 0, 0, 0, 0, /**/ 0, 0, 0, 0, 0, 0, 1, 2}, {2, 8}};
  EXPECT_EQ(weights.structure(1).pattern, (NmPattern{2, 8}));
  EXPECT_EQ(weights.structure(1).patternBits, 2 * 2 * (8 + 3));
  // 1 in every 4: the larger groups need as many values and wider indices.
  Weights<int8_t> even{{1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 3, 0, 0, 0, 0, 4}, {16}};
  EXPECT_EQ(even.structure(0).pattern, (NmPattern{1, 4}));
}

TEST(WeightStructure, AlongEachDimension) {
  // Columns have one weight, rows four.
  Weights<int16_t> weights{{1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, {4, 4, 1}};
  EXPECT_EQ(weights.structure(0).pattern, (NmPattern{1, 4}));
  EXPECT_FALSE(weights.structure(1).pattern);
  EXPECT_EQ(
      weights.structure(1).whyNoPattern,
      "up to 4 of 4, 4 of 8 and 4 of 16 elements are not zero; no pattern takes fewer bits than the 256 of "
      "raw elements");
  EXPECT_EQ(weights.structure(2).whyNoPattern, "1 elements along the dimension; a group has at least 4");
}

TEST(WeightStructure, ShortLastGroupsAreStoredWhole) {
  // 5 channels: two groups of 4 with 3 values each, or one of 8 with 4, take more than the 40 bits of raw
  // ones.
  EXPECT_FALSE((Weights<int8_t>{{1, 2, 3, 0, 4}, {5}}.structure(0).pattern));
  // With one weight less, the group of 8 takes 3 * (8 + 3).
  EXPECT_EQ((Weights<int8_t>{{1, 2, 0, 0, 3}, {5}}.structure(0).pattern), (NmPattern{3, 8}));
  EXPECT_EQ(patternBits({2, 4}, 1, 5, 5), 40);
  EXPECT_EQ(patternBits({2, 4}, 1, 12, 6), 2 * 2 * 2 * 10);
  EXPECT_EQ(patternBits({1, 16}, 4, 32, 16), 2 * (32 + 4));
}

TEST(WeightStructure, ZerosOnlyAndNone) {
  Weights<float> zeros{std::vector<float>(64), {4, 16}}, ones{std::vector<float>(64, 1), {4, 16}};
  EXPECT_EQ(zeros.structure(1).density(), 0);
  EXPECT_EQ(zeros.structure(1).pattern, (NmPattern{1, 16}));
  EXPECT_EQ(ones.structure(1).density(), 1);
  EXPECT_FALSE(ones.structure(1).pattern);
  WeightStructure empty = Weights<float>{{}, {0, 16}}.structure(1);
  EXPECT_EQ(empty.density(), 0);
  EXPECT_FALSE(empty.pattern);
}

TEST(WeightStructure, MinusZeroIsNoZero) {
  Weights<float> weights{{-0.0f, 0, 0, 0}, {4}};
  EXPECT_EQ(weights.structure(0).nonZeros, 1);
}

TEST(WeightStructure, ZeroPoints) {
  Weights<uint8_t> weights{{7, 7, 9, 7, /**/ 7, 8, 7, 7}, {2, 4}};
  EXPECT_EQ(weights.structure(1, {{7}}).nonZeros, 2);
  EXPECT_EQ(weights.structure(1, {{7, 7}, 0}).zero, 7u);
  EXPECT_EQ(weights.structure(1, {{7, 7}, 0}).pattern, (NmPattern{1, 4}));

  WeightStructure differ = weights.structure(1, {{7, 8}, 0});
  EXPECT_EQ(differ.nonZeros, 1 + 3);
  EXPECT_FALSE(differ.zero || differ.pattern);
  EXPECT_EQ(differ.whyNoZero,
            "zero points differ: 0x7 in channel 0, 0x8 in channel 1; storage and PEs compare with one");
  EXPECT_EQ(differ.whyNoPattern, differ.whyNoZero);
  EXPECT_EQ(weights.structure(1, {{7, 7, 9, 7}, 1}).nonZeros, 2); // 8, and the 7 where 9 is zero
  EXPECT_EQ((Weights<uint8_t>{{}, {0, 4}}.structure(1, {{}, 0}).whyNoZero), "there are no channels");
}

TEST(WeightStructure, ContradictingSizes) {
  Weights<int8_t> weights{{1, 2, 3, 4}, {2, 2}};
  auto with = [&](Shape shape, int64_t dimension, ZeroPoints zeros = {}, int elementBytes = 1) {
    auto *bytes = reinterpret_cast<const uint8_t *>(weights.elements.data());
    return errorOf([&] { structureOf({{bytes, 4}, elementBytes, shape}, zeros, dimension); });
  };
  EXPECT_EQ(with({2, 2}, 0), "no error");
  EXPECT_EQ(with({2, 3}, 0), "weights have 4 bytes; their shape and type need 6");
  EXPECT_EQ(with({-2, -2}, 0), "weights have the impossible shape [-2, -2]");
  EXPECT_EQ(with({int64_t(1) << 40, int64_t(1) << 40}, 0),
            "weights have the impossible shape [1099511627776, 1099511627776]");
  EXPECT_EQ(with({2, 2}, 2), "weights have 2 dimensions; there is no dimension 2");
  EXPECT_EQ(with({2, 2}, -1), "weights have 2 dimensions; there is no dimension -1");
  EXPECT_EQ(with({2, 2}, 0, {{1, 2}, 5}),
            "weights have 2 dimensions; their zero points cannot go along dimension 5");
  EXPECT_EQ(with({2, 2}, 0, {{1, 2, 3}, 0}),
            "weights have 3 zero points along a dimension of 2; need 1 or as many");
  EXPECT_EQ(with({2, 2}, 0, {}, 3), "weights have 3 bytes an element; need 1, 2 or 4");
}

/// The counts as their definition says them: index by index.
template <typename Element> void checkRandom(std::mt19937 &random) {
  auto up = [&](int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(random);
  };
  Weights<Element> weights;
  for (int64_t i = up(1, 4); i > 0; --i)
    weights.shape.push_back(up(1, 20));
  int64_t rank = int64_t(weights.shape.size()), count = 1;
  for (int64_t extent : weights.shape)
    count *= extent;
  ZeroPoints zeros{{}, up(0, rank - 1)};
  zeros.values.assign(up(0, 1) ? 1 : size_t(weights.shape[zeros.dimension]), up(0, 255));
  if (up(0, 2) == 0)
    for (uint64_t &value : zeros.values)
      value = uint64_t(up(0, 3));
  int64_t dimension = up(0, rank - 1), denominator = up(1, 8);
  auto indexOf = [&](int64_t element, int64_t d) {
    for (int64_t i = rank - 1; i > d; --i)
      element /= weights.shape[i];
    return element % weights.shape[d];
  };
  auto zeroOf = [&](int64_t element) {
    return Element(zeros.values.size() == 1 ? zeros.values[0]
                                            : zeros.values[indexOf(element, zeros.dimension)]);
  };
  for (int64_t i = 0; i < count; ++i)
    weights.elements.push_back(up(1, denominator) == 1 ? Element(up(0, 255)) : zeroOf(i));

  WeightStructure structure = weights.structure(dimension, zeros);
  int64_t nonZeros = 0, stride = 1;
  for (int64_t i = dimension + 1; i < rank; ++i)
    stride *= weights.shape[i];
  for (int64_t i = 0; i < count; ++i)
    nonZeros += weights.elements[i] != zeroOf(i);
  EXPECT_EQ(structure.nonZeros, nonZeros);
  bool uniform = std::equal(zeros.values.begin() + 1, zeros.values.end(), zeros.values.begin());
  EXPECT_EQ(structure.zero.has_value(), uniform);
  int64_t least = count * int64_t(sizeof(Element)) * 8;
  std::optional<NmPattern> best;
  for (int m : {4, 8, 16}) {
    int most = 1;
    for (int64_t i = 0; i < count; ++i) { // every element that starts a group
      int64_t index = indexOf(i, dimension);
      if (index % m != 0)
        continue;
      int here = 0;
      for (int64_t k = 0; k < m && index + k < weights.shape[dimension]; ++k)
        here += weights.elements[i + k * stride] != zeroOf(i + k * stride);
      most = std::max(most, here);
    }
    int64_t bits = patternBits({most, m}, sizeof(Element), count, weights.shape[dimension]);
    if (bits < least)
      least = bits, best = {most, m};
  }
  if (!uniform || weights.shape[dimension] < 4)
    best = {};
  EXPECT_EQ(structure.pattern, best);
  EXPECT_EQ(structure.patternBits, best ? least : 0);
  EXPECT_EQ(structure.whyNoPattern.empty(), best.has_value());
}

TEST(WeightStructure, Random) {
  std::mt19937 random(1);
  for (int i = 0; i < 200 && !::testing::Test::HasFailure(); ++i) {
    checkRandom<uint8_t>(random);
    checkRandom<uint16_t>(random);
    checkRandom<uint32_t>(random);
  }
}

} // namespace

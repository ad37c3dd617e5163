// LINK: DnncTensor fmt::fmt
// Which differences between the outputs of two compilations are rounding, and which are faults.
#include "tools/dnnc-compare/Judge.h"

#include <gtest/gtest.h>

using namespace dnnc;
using namespace dnnc::comparison;

namespace {

template <typename T> Tensor tensor(ElementType type, std::initializer_list<T> values) {
  Tensor result(type, {static_cast<int64_t>(values.size())});
  std::copy(values.begin(), values.end(), result.mutableAs<T>().begin());
  return result;
}

TEST(CompareJudge, EqualIsGood) {
  Tensor one = tensor<int8_t>(ElementType::I8, {1, 2});
  Judgement judgement = judge({one}, {one}, false);
  EXPECT_TRUE(judgement.good);
  EXPECT_EQ(judgement.differing, 0u);
}

TEST(CompareJudge, IntegersOfIntegersNeverDiffer) {
  Judgement judgement = judge({tensor<int8_t>(ElementType::I8, {1, 2})}, {tensor<int8_t>(ElementType::I8, {1, 3})}, false);
  EXPECT_FALSE(judgement.good);
  EXPECT_EQ(judgement.differing, 1u);
  // Nor do floats that integers were turned into.
  EXPECT_FALSE(judge({tensor<float>(ElementType::F32, {1})}, {tensor<float>(ElementType::F32, {1.0000001f})}, false).good);
}

TEST(CompareJudge, SumsOfFloatsRound) {
  std::vector<Tensor> reference = {tensor<float>(ElementType::F32, {1000, 1}), tensor<int8_t>(ElementType::I8, {1})};
  Judgement judgement =
      judge({tensor<float>(ElementType::F32, {1000, 1.001f}), tensor<int8_t>(ElementType::I8, {2})}, reference, true);
  EXPECT_TRUE(judgement.good);
  EXPECT_EQ(judgement.differing, 2u);
  EXPECT_NEAR(judgement.largest, 1e-6, 1e-7);
  EXPECT_FALSE(judge({tensor<float>(ElementType::F32, {990, 1}), reference[1]}, reference, true).good);
  EXPECT_FALSE(judge({tensor<float>(ElementType::F32, {NAN, 1}), reference[1]}, reference, true).good);
  EXPECT_FALSE(judge({reference[0]}, reference, true).good);
}

} // namespace

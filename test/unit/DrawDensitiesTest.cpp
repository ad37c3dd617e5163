// LINK: DnncDensity
// Zeros that are drawn from means: what is asked for is had.
#include "lib/Density/DrawDensities.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

using namespace dnnc;

namespace {

double meanOf(const std::vector<float> &values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

TEST(DrawDensities, haveTheMeanAndTheDispersion) {
  for (double mean : {0.02, 0.3, 0.5, 0.9})
    for (double dispersion : {0.0, 0.05, 0.14, 0.62, 0.99, 0.999, 0.9999, 1.0})
      for (int64_t count : {1, 3, 16, 1000, 9000}) {
        std::vector<float> densities = density::drawDensities(mean, dispersion, count, 7);
        ASSERT_EQ(static_cast<int64_t>(densities.size()), count);
        EXPECT_TRUE(std::ranges::all_of(densities, [](float d) { return d >= 0 && d <= 1; }));
        // The mean is met but where every channel is empty or full, and there are few.
        double off = dispersion > 0.98 ? 1.0 / static_cast<double>(count) : 1e-3;
        EXPECT_NEAR(meanOf(densities), mean, off) << mean << " " << dispersion << " " << count;
        if (count < 1000)
          continue;
        double variance = 0;
        for (float d : densities)
          variance += (d - mean) * (d - mean) / static_cast<double>(count);
        EXPECT_NEAR(variance / (mean * (1 - mean)), dispersion, 0.03) << mean << " " << dispersion;
      }
}

TEST(DrawDensities, theSameSeedGivesTheSame) {
  EXPECT_EQ(density::drawDensities(0.4, 0.2, 50, 3), density::drawDensities(0.4, 0.2, 50, 3));
  EXPECT_NE(density::drawDensities(0.4, 0.2, 50, 3), density::drawDensities(0.4, 0.2, 50, 4));
  EXPECT_NE(density::seedOf(1, "a"), density::seedOf(1, "b"));
  EXPECT_NE(density::seedOf(1, "a"), density::seedOf(2, "a"));
}

TEST(DrawZeros, keepsTheRestAndNothingElse) {
  const std::vector<int64_t> shape = {2, 3, 500};
  std::vector<uint8_t> tensor(3000), before;
  for (size_t i = 0; i < tensor.size(); ++i)
    tensor[i] = static_cast<uint8_t>(i * 37);
  before = tensor;
  const std::vector<float> densities = {0, 1, 0.25};
  density::drawZeros(tensor, 1, shape, 1, densities, 0x80, 0x81, 9);
  std::array<int64_t, 3> stayed{};
  for (size_t i = 0; i < tensor.size(); ++i) {
    size_t channel = i / 500 % 3;
    if (tensor[i] == 0x80)
      continue;
    ++stayed[channel];
    EXPECT_EQ(tensor[i], before[i] == 0x80 ? 0x81 : before[i]);
  }
  EXPECT_EQ(stayed[0], 0);
  EXPECT_EQ(stayed[1], 1000);
  EXPECT_NEAR(static_cast<double>(stayed[2]), 250, 60); // four standard deviations are 55
}

TEST(DrawZeros, ofWiderElements) {
  std::vector<float> values(1000, 3.5f);
  std::span<uint8_t> bytes(reinterpret_cast<uint8_t *>(values.data()), 4 * values.size());
  const std::vector<float> half = {0.5f};
  density::drawZeros(bytes, 4, std::vector<int64_t>{1, 1000}, 0, half, 0, density::otherThan(0, 32, true), 1);
  auto zeros = std::ranges::count(values, 0.0f);
  EXPECT_NEAR(static_cast<double>(zeros), 500, 70);
  EXPECT_EQ(zeros + std::ranges::count(values, 3.5f), 1000);
}

TEST(DrawZeros, otherThanZeroIsItsNeighbor) {
  EXPECT_EQ(density::otherThan(0, 8, false), 1u);
  EXPECT_EQ(density::otherThan(0x7F, 8, false), 0x7Eu); // 127 of int8, 127 of uint8
  EXPECT_EQ(density::otherThan(0xFF, 8, false), 0xFEu); // 255 of uint8, -1 of int8
  EXPECT_EQ(density::otherThan(0x80, 8, false), 0x81u);
  EXPECT_EQ(density::otherThan(0x7FFF, 16, false), 0x7FFEu);
}

} // namespace

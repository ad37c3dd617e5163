#include "lib/Density/DrawDensities.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <random>

using namespace dnnc;

std::vector<float> density::drawDensities(double mean, double dispersion, int64_t count, uint64_t seed) {
  auto channels = static_cast<size_t>(count);
  std::vector<float> densities(channels, static_cast<float>(mean));
  if (mean <= 0 || mean >= 1 || dispersion <= 0)
    return densities;
  std::mt19937_64 generator(seed);
  constexpr size_t draws = 1 << 16;
  std::vector<double> sample(std::max(draws, channels));
  if (dispersion >= 1) {
    for (size_t i = 0; i < sample.size(); ++i)
      sample[i] = static_cast<double>(i) + 0.5 < mean * static_cast<double>(sample.size());
  } else {
    // A beta distribution with parameters a and b has the mean a / (a + b) and the dispersion 1 / (a + b +
    // 1).
    double concentration = 1 / dispersion - 1;
    std::gamma_distribution<double> a(mean * concentration), b((1 - mean) * concentration);
    for (double &value : sample) {
      double x = a(generator), y = b(generator);
      // Both are too small for a number where nearly all channels are empty or full.
      value = x + y > 0 ? x / (x + y) : std::generate_canonical<double, 53>(generator) < mean;
    }
  }
  std::ranges::sort(sample);
  double sum = 0;
  for (size_t i = 0; i < channels; ++i) {
    size_t quantile = (2 * i + 1) * sample.size() / (2 * channels);
    densities[i] = static_cast<float>(sample[quantile]);
    sum += densities[i];
  }
  // What the sample is off its mean, where channels have room for it.
  double target = mean * static_cast<double>(channels);
  if (sum > target)
    for (float &density : densities)
      density *= static_cast<float>(target / sum);
  else
    for (float &density : densities)
      density = 1 - (1 - density) * static_cast<float>((static_cast<double>(channels) - target) /
                                                       std::max(static_cast<double>(channels) - sum, 1e-9));
  std::ranges::shuffle(densities, generator);
  return densities;
}

void density::drawZeros(std::span<uint8_t> tensor, int64_t elementBytes, std::span<const int64_t> shape,
                        int64_t axis, std::span<const float> densities, uint64_t zero, uint64_t other,
                        uint64_t seed) {
  auto bytes = static_cast<size_t>(elementBytes);
  size_t inner = 1;
  for (size_t d = shape.size(); d-- > static_cast<size_t>(axis + 1);)
    inner *= static_cast<size_t>(shape[d]);
  std::mt19937_64 generator(seed);
  for (size_t i = 0; i * bytes < tensor.size(); ++i) {
    uint8_t *element = tensor.data() + i * bytes;
    double density = densities[i / inner % densities.size()];
    bool stays = static_cast<double>(generator() >> 11) * 0x1p-53 < density;
    bool isZero = std::memcmp(element, &zero, bytes) == 0;
    if (stays == isZero)
      std::memcpy(element, stays ? &other : &zero, bytes);
  }
}

uint64_t density::seedOf(uint64_t seed, std::string_view name) {
  uint64_t hash = 0xcbf29ce484222325 ^ seed; // FNV-1a
  for (char c : name)
    hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  return hash >> 1;
}

uint64_t density::otherThan(uint64_t zero, int64_t elementBits, bool isFloat) {
  if (isFloat)
    return std::bit_cast<uint32_t>(0x1p-7f);
  uint64_t mask = (uint64_t(1) << elementBits) - 1, neighbor = (zero + 1) & mask;
  // The neighbor above, unless the zero point is the largest number: 127 of int8, 255 of uint8.
  bool wraps = neighbor == 0 || neighbor == uint64_t(1) << (elementBits - 1);
  return wraps ? (zero - 1) & mask : neighbor;
}

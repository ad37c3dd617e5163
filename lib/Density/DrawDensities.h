// Zeros that are drawn because only their mean share is known.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace dnnc::density {

/// Densities of `count` channels with this mean. They follow a beta distribution of which the variance is
/// `dispersion` times the largest that the mean allows (mean · (1 − mean), where each is 0 or 1), so that
/// some channels are empty and some full as in real masks: its quantiles, so that the mean holds for few
/// channels too, in an order that is drawn.
std::vector<float> drawDensities(double mean, double dispersion, int64_t count, uint64_t seed);

/// Draws zeros for a row-major tensor of `elementBytes`: each element stays with the density of its index
/// along `axis`, by itself, or else becomes `zero`. One that stays and is zero becomes `other`.
void drawZeros(std::span<uint8_t> tensor, int64_t elementBytes, std::span<const int64_t> shape, int64_t axis,
               std::span<const float> densities, uint64_t zero, uint64_t other, uint64_t seed);

/// The seed of one of many drawings.
uint64_t seedOf(uint64_t seed, std::string_view name);

/// The element that stands for one that is not zero, where nothing else is known: the neighbor of the zero
/// point, and of float32 2^−7, so that no sum grows large. Bits of the element.
uint64_t otherThan(uint64_t zero, int64_t elementBits, bool isFloat);

} // namespace dnnc::density

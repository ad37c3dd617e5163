#include "runtime/Simulator/exec/Tile.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>

namespace dnnc::sim {
namespace {

/// Larger numbers in a row can only be damage; a position times a convolution's stride still fits in 64 bits.
constexpr int64_t largest = int64_t(1) << 40, largestStride = int64_t(1) << 47;

} // namespace

int64_t resolveAddress(const isa::Affine &affine, Context &context) {
  int64_t value = context.resolve(affine);
  // Element (0, …, 0) of a clipped tile may lie before its memory, but not so far.
  constexpr int64_t limit = int64_t(1) << 61;
  if (value < -limit || value > limit)
    context.fail(fmt::format("an address is {}; no memory reaches there", value));
  return value;
}

int64_t resolvePosition(const isa::Affine &affine, Context &context) {
  int64_t value = context.resolve(affine);
  if (value < -largest || value > largest)
    context.fail(fmt::format("a position in a tensor is {}; need one between -2^40 and 2^40", value));
  return value;
}

bool Tile::empty() const {
  return std::any_of(count.begin(), count.begin() + rank, [](int64_t n) { return n == 0; });
}

bool Tile::whole() const { return std::equal(count.begin(), count.begin() + rank, extents.begin()); }

int64_t Tile::elements() const {
  int64_t product = 1;
  for (int d = 0; d < rank; ++d)
    product = saturatedWork(product, count[d]);
  return product;
}

bool Tile::endsDim(int d) const { return offsets[d] + extents[d] >= bounds[d]; }

int64_t Tile::addressOf(int64_t address, std::span<const int64_t> strides, Context &context) const {
  __int128 first = address;
  for (size_t d = 0; d < strides.size(); ++d)
    first += __int128(begin[d]) * strides[d];
  if (first < -(__int128(1) << 62) || first > (__int128(1) << 62))
    context.fail(fmt::format("the tile at address {} begins beyond any memory", address));
  return static_cast<int64_t>(first);
}

Box Tile::box(std::span<const int64_t> strides, int64_t elementBytes) const {
  Box box(elementBytes);
  for (size_t d = 0; d < strides.size(); ++d)
    box.add(count[d], strides[d]);
  return box;
}

Tile clip(const std::vector<int64_t> &extents, const std::vector<isa::Affine> &offsets,
          const std::vector<int64_t> &bounds, Context &context) {
  if (extents.size() > Box::maxRank)
    context.fail(fmt::format("the tile has {} dimensions; need at most {}", extents.size(), Box::maxRank));
  if (offsets.size() != extents.size() || bounds.size() != extents.size())
    context.fail(fmt::format("the tile has {} extents, {} offsets and {} bounds; need as many of each",
                             extents.size(), offsets.size(), bounds.size()));
  Tile tile;
  tile.rank = static_cast<int>(extents.size());
  for (int d = 0; d < tile.rank; ++d) {
    if (extents[d] < 0 || extents[d] > largest || bounds[d] < 0 || bounds[d] > largest)
      context.fail(fmt::format("dimension {} has extent {} and bound {}; need numbers between 0 and 2^40", d,
                               extents[d], bounds[d]));
    tile.extents[d] = extents[d];
    tile.bounds[d] = bounds[d];
    int64_t offset = tile.offsets[d] = resolvePosition(offsets[d], context);
    tile.begin[d] = std::clamp<int64_t>(-offset, 0, extents[d]);
    tile.count[d] = std::max<int64_t>(0, std::min(extents[d], bounds[d] - offset) - tile.begin[d]);
  }
  return tile;
}

void checkStrides(std::string_view field, const std::vector<int64_t> &strides, size_t count,
                  Context &context) {
  if (strides.size() != count)
    context.fail(fmt::format("{} has {} numbers; need {}", field, strides.size(), count));
  for (int64_t stride : strides)
    if (stride < -largestStride || stride > largestStride)
      context.fail(fmt::format("{} has {}; need numbers between -2^47 and 2^47", field, stride));
}

void checkElementBytes(int64_t bytes, Context &context) {
  if (bytes != 1 && bytes != 2 && bytes != 4 && bytes != 8)
    context.fail(fmt::format("an element has {} bytes; need 1, 2, 4 or 8", bytes));
}

Coordinates touched(int64_t origin, int64_t indices, int64_t stride, int64_t taps, int64_t dilation,
                    int64_t bound) {
  int64_t first = std::numeric_limits<int64_t>::max(), last = -1;
  for (int64_t tap = 0; tap < taps && indices > 0; ++tap) {
    int64_t start = origin + tap * dilation;
    int64_t lowest = start >= 0 ? 0 : (-start + stride - 1) / stride;
    int64_t highest = start < bound ? std::min(indices - 1, (bound - 1 - start) / stride) : -1;
    if (lowest > highest)
      continue;
    first = std::min(first, start + lowest * stride);
    last = std::max(last, start + highest * stride);
  }
  if (last < 0)
    return {};
  int64_t step = taps == 1 ? stride : indices == 1 ? dilation : std::gcd(stride, dilation);
  return {first, step, (last - first) / step + 1};
}

int64_t saturatedWork(int64_t a, int64_t b) {
  int64_t product;
  return __builtin_mul_overflow(a, b, &product) ? std::numeric_limits<int64_t>::max() : product;
}

} // namespace dnnc::sim

#include "runtime/Simulator/DrawnZeros.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

namespace dnnc::sim {
namespace {

constexpr int drawnBits = 24;

/// The upper bits of element i's number, by splitmix64 (Steele, Lea, Flood: OOPSLA 2014).
uint32_t drawnOf(uint64_t seed, uint64_t index) {
  uint64_t z = seed + index * 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  z ^= z >> 31;
  return static_cast<uint32_t>(z >> (64 - drawnBits));
}

} // namespace

DrawnZeros::DrawnZeros(const isa::DensityRow &row)
    : type(row.type), axis(row.axis), order(row.order), seed(static_cast<uint64_t>(row.seed)),
      zero(static_cast<uint32_t>(row.zeroValue)), other(static_cast<uint32_t>(row.otherValue)) {
  for (int64_t bits : row.shares)
    thresholds.push_back(static_cast<uint32_t>(
        std::lround(std::ldexp(std::bit_cast<float>(static_cast<uint32_t>(bits)), drawnBits))));
  if (axis >= 0 && !order.empty())
    axis = std::find(order.begin(), order.end(), axis) - order.begin();
}

std::string DrawnZeros::problem(std::span<const int64_t> shape, int64_t elementBytes) const {
  if (elementBytes != bytesOf(type))
    return fmt::format("elements have {} bytes; their density is of {}", elementBytes, name(type));
  if (!order.empty() && order.size() != shape.size())
    return fmt::format("there are {} dimensions; the density lists {}", shape.size(), order.size());
  if (axis >= static_cast<int64_t>(shape.size()))
    return fmt::format("there are {} dimensions; the density runs along dimension {}", shape.size(), axis);
  if (axis >= 0 && shape[static_cast<size_t>(axis)] != static_cast<int64_t>(thresholds.size()))
    return fmt::format("dimension {} has {} elements; the density has {} shares", axis,
                       shape[static_cast<size_t>(axis)], thresholds.size());
  return "";
}

template <typename T>
void DrawnZeros::applyAs(uint8_t *elements, std::span<const int64_t> strides, std::span<const int64_t> begin,
                         std::span<const int64_t> count, std::span<const int64_t> shape) const {
  const size_t rank = shape.size();
  std::vector<int64_t> index(rank, 0);
  const auto zeroValue = std::bit_cast<T>(static_cast<std::make_unsigned_t<T>>(zero)),
             otherValue = std::bit_cast<T>(static_cast<std::make_unsigned_t<T>>(other));
  for (int64_t extent : count)
    if (extent <= 0)
      return;
  // Elements are counted in the tensor's own order, so that its zeros are the same however it stands in DRAM.
  std::vector<size_t> listed(rank);
  for (size_t d = 0; d < rank; ++d)
    listed[order.empty() ? d : static_cast<size_t>(order[d])] = d;
  std::vector<uint64_t> steps(rank);
  uint64_t step = 1;
  for (size_t dim = rank; dim-- > 0; step *= static_cast<uint64_t>(shape[listed[dim]]))
    steps[listed[dim]] = step;
  while (true) {
    uint64_t linear = 0;
    int64_t offset = 0;
    for (size_t d = 0; d < rank; ++d) {
      linear += steps[d] * static_cast<uint64_t>(begin[d] + index[d]);
      offset += index[d] * strides[d];
    }
    const size_t along =
        axis < 0 ? 0
                 : static_cast<size_t>(begin[static_cast<size_t>(axis)] + index[static_cast<size_t>(axis)]);
    T value;
    std::memcpy(&value, elements + offset, sizeof value);
    // -0 is a zero too.
    bool isZero = type == ElementType::F32 ? static_cast<uint32_t>(value) << 1 == 0 : value == zeroValue;
    if (drawnOf(seed, linear) >= thresholds[along])
      value = zeroValue;
    else if (isZero)
      value = otherValue;
    std::memcpy(elements + offset, &value, sizeof value);
    size_t d = rank;
    for (; d-- > 0;) {
      if (++index[d] < count[d])
        break;
      index[d] = 0;
    }
    if (d == SIZE_MAX)
      return;
  }
}

void DrawnZeros::apply(uint8_t *elements, std::span<const int64_t> strides, std::span<const int64_t> begin,
                       std::span<const int64_t> count, std::span<const int64_t> shape) const {
  switch (bytesOf(type)) {
  case 1:
    return applyAs<int8_t>(elements, strides, begin, count, shape);
  case 2:
    return applyAs<int16_t>(elements, strides, begin, count, shape);
  default:
    return applyAs<int32_t>(elements, strides, begin, count, shape);
  }
}

} // namespace dnnc::sim

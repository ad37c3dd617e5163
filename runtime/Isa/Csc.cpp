// codec = csc: compressed sparse columns as Eyeriss v2 stores them (Chen et al., JETCAS 2019, III-B): pairs
// of a value of 8 bits and a count of 4, the zeros before it in its column, and an address vector that says
// where each column ends. A zero that no value follows in its column takes nothing; of more than 15 zeros, 16
// become a pair of their own, the value zero.
#include "runtime/Isa/SegmentCodecs.h"

#include <bit>
#include <fmt/format.h>

namespace dnnc::isa::csc {
namespace {

constexpr int valueBits = 8, countBits = 4;
constexpr int64_t longestRun = 15;

/// visit(zeros before it, value) for the pairs of a column.
template <typename Visit>
void forEachPair(const SegmentFormat &format, const uint8_t *column, Visit visit) {
  int64_t zeros = 0;
  for (int64_t i = 0; i < format.column; ++i) {
    if (column[i] == format.zero) {
      ++zeros;
      continue;
    }
    for (; zeros > longestRun; zeros -= longestRun + 1)
      visit(longestRun, static_cast<uint8_t>(format.zero));
    visit(zeros, column[i]);
    zeros = 0;
  }
}

int64_t columnsOf(const SegmentFormat &format, SegmentShape shape) { return shape.elements / format.column; }

/// Bits of an address of so many pairs.
int addressBits(int64_t pairs) { return std::bit_width(static_cast<uint64_t>(pairs)); }

int64_t bytesOf(int64_t columns, int64_t pairs) {
  return bytesOfBits(columns * addressBits(pairs)) + bytesOfBits(pairs * (valueBits + countBits));
}

/// The pairs of a payload of so many bytes, of which each number makes another.
int64_t pairsIn(int64_t bytes, int64_t columns, int64_t elements) {
  int64_t low = 0, high = elements; // a pair has an element of its own
  while (low < high) {
    int64_t middle = (low + high) / 2;
    if (bytesOf(columns, middle) < bytes)
      low = middle + 1;
    else
      high = middle;
  }
  if (bytesOf(columns, low) != bytes)
    throw Error(fmt::format("has {} bytes, which is no number of pairs in {} columns", bytes, columns));
  return low;
}

} // namespace

std::optional<int64_t> payloadBytes(const SegmentFormat &format, SegmentShape shape, const uint8_t *elements) {
  int64_t pairs = 0;
  for (int64_t i = 0; i < shape.elements; i += format.column)
    forEachPair(format, elements + i, [&](int64_t, uint8_t) { ++pairs; });
  return bytesOf(columnsOf(format, shape), pairs);
}

void encode(const SegmentFormat &format, SegmentShape shape, const uint8_t *elements, uint8_t *payload) {
  int64_t all = 0;
  for (int64_t i = 0; i < shape.elements; i += format.column)
    forEachPair(format, elements + i, [&](int64_t, uint8_t) { ++all; });
  int bits = addressBits(all);
  BitWriter addresses(payload), pairs(payload + bytesOfBits(columnsOf(format, shape) * bits));
  int64_t end = 0;
  for (int64_t i = 0; i < shape.elements; i += format.column) {
    forEachPair(format, elements + i, [&](int64_t zeros, uint8_t value) {
      pairs.push(static_cast<uint64_t>(zeros) << valueBits | value, valueBits + countBits);
      ++end;
    });
    addresses.push(static_cast<uint64_t>(end), bits);
  }
}

void decode(const SegmentFormat &format, SegmentShape shape, std::span<const uint8_t> payload,
            uint8_t *elements) {
  int64_t columns = columnsOf(format, shape);
  int64_t all = pairsIn(static_cast<int64_t>(payload.size()), columns, shape.elements);
  int bits = addressBits(all);
  BitReader addresses(payload.data()), pairs(payload.data() + bytesOfBits(columns * bits));
  std::memset(elements, static_cast<int>(format.zero), static_cast<size_t>(shape.elements));
  int64_t pair = 0;
  for (int64_t column = 0; column < columns; ++column) {
    auto end = static_cast<int64_t>(addresses.next(bits));
    if (end < pair || end > all)
      throw Error(fmt::format("column {} ends at pair {}, the one before it at {} of {}", column, end, pair, all));
    int64_t place = 0;
    for (; pair < end; ++pair) {
      uint64_t word = pairs.next(valueBits + countBits);
      place += static_cast<int64_t>(word >> valueBits);
      if (place >= format.column)
        throw Error(fmt::format("column {} has a value behind its {} elements", column, format.column));
      elements[column * format.column + place++] = static_cast<uint8_t>(word);
    }
  }
  if (pair != all)
    throw Error(fmt::format("the last column ends at pair {} of {}", pair, all));
  if (!addresses.restIsZero() || !pairs.restIsZero())
    throw Error("has bits behind its last address or pair");
}

} // namespace dnnc::isa::csc

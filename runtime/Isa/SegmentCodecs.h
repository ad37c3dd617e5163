// The codecs of segments, one a file, each on elements that lie side by side. Framing, boxes and the choice
// to leave a segment raw are Segment.cpp's.
#pragma once

#include "runtime/Isa/Segment.h"

#include <cstring>
#include <optional>

namespace dnnc::isa {

/// The elements of one segment.
struct SegmentShape {
  int64_t elements = 1;
  int64_t inner = 1; ///< extent of the innermost dimension
};

// Codecs behind a header, which says how long their payload is: each has
// - payloadBytes(): none where the codec cannot hold the elements;
// - encode(): writes so many bytes to `payload`;
// - decode(): from a payload of any length and content. Throws Error on one that does not encode exactly the
//   elements.

namespace bitmask {
std::optional<int64_t> payloadBytes(const SegmentFormat &format, SegmentShape shape, const uint8_t *elements);
void encode(const SegmentFormat &format, SegmentShape shape, const uint8_t *elements, uint8_t *payload);
void decode(const SegmentFormat &format, SegmentShape shape, std::span<const uint8_t> payload, uint8_t *elements);
} // namespace bitmask

namespace csc {
std::optional<int64_t> payloadBytes(const SegmentFormat &format, SegmentShape shape, const uint8_t *elements);
void encode(const SegmentFormat &format, SegmentShape shape, const uint8_t *elements, uint8_t *payload);
void decode(const SegmentFormat &format, SegmentShape shape, std::span<const uint8_t> payload, uint8_t *elements);
} // namespace csc

namespace nm {
std::optional<int64_t> payloadBytes(const SegmentFormat &format, SegmentShape shape, const uint8_t *elements);
void encode(const SegmentFormat &format, SegmentShape shape, const uint8_t *elements, uint8_t *payload);
void decode(const SegmentFormat &format, SegmentShape shape, std::span<const uint8_t> payload, uint8_t *elements);
} // namespace nm

/// Run-length words, which end by themselves: no header.
namespace rlc {
int64_t worstCaseBytes(int64_t elements);
int64_t encodedBytes(const SegmentFormat &format, SegmentShape shape, const uint8_t *elements);
void encode(const SegmentFormat &format, SegmentShape shape, const uint8_t *elements, uint8_t *slot);
/// Returns the bytes it took.
int64_t decode(const SegmentFormat &format, SegmentShape shape, std::span<const uint8_t> slot, uint8_t *elements);
} // namespace rlc

/// visit(a T) for the unsigned type of an element.
template <typename Visit> auto withElementType(int64_t bytes, Visit visit) {
  switch (bytes) {
  case 1:
    return visit(uint8_t());
  case 2:
    return visit(uint16_t());
  case 4:
    return visit(uint32_t());
  default:
    return visit(uint64_t());
  }
}

template <typename T> T elementAt(const uint8_t *elements, int64_t index) {
  T value;
  std::memcpy(&value, elements + index * int64_t(sizeof(T)), sizeof(T));
  return value;
}

template <typename T> void putElement(uint8_t *elements, int64_t index, T value) {
  std::memcpy(elements + index * int64_t(sizeof(T)), &value, sizeof(T));
}

/// Bytes of so many bits.
inline int64_t bytesOfBits(int64_t bits) { return bits / 8 + (bits % 8 != 0); }

/// Fields of a few bits side by side, the lowest bit of the first in the lowest bit of the first byte.
class BitWriter {
public:
  explicit BitWriter(uint8_t *to) : to(to) {}
  void push(uint64_t value, int bits) {
    for (int i = 0; i < bits; ++i, ++at)
      if (at % 8 == 0)
        to[at / 8] = value >> i & 1;
      else
        to[at / 8] = static_cast<uint8_t>(to[at / 8] | (value >> i & 1) << at % 8);
  }

private:
  uint8_t *to;
  int64_t at = 0;
};

/// Reads them back; the bytes have to have as many bits as are asked for.
class BitReader {
public:
  explicit BitReader(const uint8_t *from) : from(from) {}
  uint64_t next(int bits) {
    uint64_t value = 0;
    for (int i = 0; i < bits; ++i, ++at)
      value |= uint64_t(from[at / 8] >> at % 8 & 1) << i;
    return value;
  }
  /// Whether the bits up to the next byte are 0.
  bool restIsZero() const { return at % 8 == 0 || from[at / 8] >> at % 8 == 0; }

private:
  const uint8_t *from;
  int64_t at = 0;
};

} // namespace dnnc::isa

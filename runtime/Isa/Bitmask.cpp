// codec = bitmask: a mask of one bit an element, lowest bit first, 1 = stored; then the stored elements.
#include "runtime/Isa/SegmentCodecs.h"

#include <bit>
#include <fmt/format.h>

namespace dnnc::isa::bitmask {

std::optional<int64_t> payloadBytes(const SegmentFormat &format, SegmentShape shape, const uint8_t *elements) {
  return withElementType(format.elementBytes, [&]<typename T>(T) {
    int64_t stored = 0;
    for (int64_t i = 0; i < shape.elements; ++i)
      stored += elementAt<T>(elements, i) != static_cast<T>(format.zero);
    return bytesOfBits(shape.elements) + stored * int64_t(sizeof(T));
  });
}

void encode(const SegmentFormat &format, SegmentShape shape, const uint8_t *elements, uint8_t *payload) {
  uint8_t *next = payload + bytesOfBits(shape.elements);
  std::memset(payload, 0, static_cast<size_t>(bytesOfBits(shape.elements)));
  withElementType(format.elementBytes, [&]<typename T>(T) {
    for (int64_t i = 0; i < shape.elements; ++i)
      if (T element = elementAt<T>(elements, i); element != static_cast<T>(format.zero)) {
        payload[i / 8] = static_cast<uint8_t>(payload[i / 8] | 1 << i % 8);
        putElement(next, 0, element);
        next += sizeof(T);
      }
  });
}

void decode(const SegmentFormat &format, SegmentShape shape, std::span<const uint8_t> payload,
            uint8_t *elements) {
  int64_t bytes = static_cast<int64_t>(payload.size()), maskBytes = bytesOfBits(shape.elements);
  if (bytes < maskBytes)
    throw Error(fmt::format("has {} bytes, need {} for the mask of {} elements", bytes, maskBytes,
                            shape.elements));
  int64_t stored = 0;
  for (uint8_t mask : payload.first(static_cast<size_t>(maskBytes)))
    stored += std::popcount(mask);
  if (shape.elements % 8 != 0 && payload[static_cast<size_t>(maskBytes) - 1] >> shape.elements % 8 != 0)
    throw Error(fmt::format("the mask stores elements past its {}", shape.elements));
  if (bytes != maskBytes + stored * format.elementBytes)
    throw Error(fmt::format("has {} bytes, its mask needs {}", bytes, maskBytes + stored * format.elementBytes));
  const uint8_t *next = payload.data() + maskBytes;
  withElementType(format.elementBytes, [&]<typename T>(T) {
    for (int64_t i = 0; i < shape.elements; ++i) {
      bool isStored = payload[static_cast<size_t>(i / 8)] >> i % 8 & 1;
      putElement(elements, i, isStored ? elementAt<T>(next, 0) : static_cast<T>(format.zero));
      next += isStored ? sizeof(T) : 0;
    }
  });
}

} // namespace dnnc::isa::bitmask

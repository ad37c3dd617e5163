// Run-length encoded segments in DRAM: the words, the slots they stand in, and the grid a tensor is cut into.
// The manual's text is at isa.load (dialects/Isa/IsaOps.td).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace dnnc::isa {

/// Zeros that one pair can stand for before its level.
inline constexpr int64_t rlcLongestRun = 31;

/// Bytes of the slot of a segment of so many elements: three pairs a word even if no element is zero, rounded
/// up to 64 bytes so that every slot begins a burst.
int64_t rlcSlotBytes(int64_t elements);

/// Encodes a box of 16-bit elements, row-major; extents are positive, strides are in bytes. Writes whole
/// words to `slot`, at most ⌈elements / 3⌉. Returns the bytes written.
int64_t rlcEncode(const uint8_t *from, std::span<const int64_t> extents, std::span<const int64_t> strides,
                  uint16_t zero, uint8_t *slot);

/// Decodes such a box; returns the bytes read, at most 8·⌈elements / 3⌉. Throws Error on words that do not
/// encode exactly the box's elements; it may have been written in part by then.
int64_t rlcDecode(const uint8_t *slot, std::span<const int64_t> extents, std::span<const int64_t> strides,
                  uint16_t zero, uint8_t *to);

/// How a tensor stands in DRAM as segments: slot after slot, in the row-major order of the grid.
struct SegmentGrid {
  /// All extents are positive; `segment` has as many as `shape`.
  SegmentGrid(std::vector<int64_t> shape, std::vector<int64_t> segment);

  std::vector<int64_t> shape, segment;
  std::vector<int64_t> counts;  // segments in each dimension
  std::vector<int64_t> strides; // bytes between the slots of neighbors in each dimension
  int64_t slotBytes = 0;
  /// All slots; INT64_MAX where that is beyond 64 bits.
  int64_t bytes = 0;

  /// Encodes a whole tensor of 16-bit elements, row-major. The bytes between encoded words and the next slot
  /// are 0.
  std::vector<uint8_t> encode(std::span<const uint8_t> tensor, uint16_t zero) const;
  /// The row-major tensor that `slots` hold. Throws Error where a segment is damaged.
  std::vector<uint8_t> decode(std::span<const uint8_t> slots, uint16_t zero) const;

private:
  template <typename Visit> void forEachSegment(Visit visit) const;
};

} // namespace dnnc::isa

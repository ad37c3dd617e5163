// Segments: a tensor in DRAM is cut into a grid of boxes, each in a slot of its own, raw or encoded. This is
// the one place that says how the elements of a segment become bytes, and back; the manual's text is at
// isa.load (dialects/Isa/IsaOps.td), docs/storage.md explains it.
#pragma once

#include "runtime/Isa/Isa.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace dnnc::isa {

/// How the elements of a segment stand in its slot.
struct SegmentFormat {
  Codec codec = Codec::Raw;
  int64_t elementBytes = 1;
  uint64_t zero = 0;    ///< bits of the element that the codec leaves out: the zero point; 0 with raw
  int64_t column = 0;   ///< csc: elements of a column, the product of some innermost extents of the segment
  int64_t n = 0, m = 0; ///< nm: values that are kept of each m neighbors of the innermost dimension

  bool operator==(const SegmentFormat &) const = default;
  /// The format of a segment that the tensor's end cuts to `extents`: its columns run along the same
  /// dimensions as those of the whole `segment`.
  SegmentFormat cutTo(std::span<const int64_t> segment, std::span<const int64_t> extents) const;
};

/// What is wrong with a format for segments of these extents; the functions below need one with which nothing
/// is. Names are those of the fields of isa.load.
std::vector<std::string> problemsOf(const SegmentFormat &format, std::span<const int64_t> segment);

/// Bytes that a segment of so many elements takes at most, whatever they are: where encoding does not make it
/// smaller a segment stands raw behind a mark. INT64_MAX beyond 64 bits.
int64_t worstCaseBytes(const SegmentFormat &format, int64_t elements);

/// a · b of numbers that are not negative. INT64_MAX beyond 64 bits.
int64_t saturatedProduct(int64_t a, int64_t b);

/// `bytes` in whole units: a slot in bursts. INT64_MAX beyond 64 bits.
int64_t roundedUp(int64_t bytes, int64_t unit);

/// Bytes that encodeSegment() would write.
int64_t encodedBytes(const SegmentFormat &format, const uint8_t *from, std::span<const int64_t> extents,
                     std::span<const int64_t> strides);

/// Encodes a box of elements, row-major; extents are positive, strides in bytes. Returns the bytes written,
/// the same as encodedBytes(). Throws Error, having written nothing, where `slotBytes` are fewer.
int64_t encodeSegment(const SegmentFormat &format, const uint8_t *from, std::span<const int64_t> extents,
                      std::span<const int64_t> strides, uint8_t *slot, int64_t slotBytes);

/// Decodes such a box; returns the bytes of the slot that it took. Trusts nothing in the slot: throws Error
/// on bytes that do not encode exactly the box's elements, having read none behind the slot and written
/// nothing.
int64_t decodeSegment(const SegmentFormat &format, std::span<const uint8_t> slot,
                      std::span<const int64_t> extents, std::span<const int64_t> strides, uint8_t *to);

/// Whether what a load, store or tensor row names stands as segments.
template <typename Row> bool isSegmented(const Row &row) {
  return row.codec != Codec::Raw || !row.segment.empty();
}

/// The format of the segments of a load, store or tensor row.
template <typename Row> SegmentFormat formatOf(const Row &row) {
  SegmentFormat format{row.codec, 0, static_cast<uint64_t>(row.zeroValue), row.column, row.n, row.m};
  if constexpr (requires { row.elementBytes; })
    format.elementBytes = row.elementBytes;
  else
    format.elementBytes = bytesOf(row.type);
  return format;
}

/// How a tensor stands in DRAM as segments: slot after slot, in the row-major order of the grid. The
/// dimensions of grid and segments may stand in another order than the tensor's, as weights with the filters
/// innermost do: transfers list all they say of a dimension in that order. The last segment of a dimension
/// ends at the tensor.
struct SegmentGrid {
  /// `shape` and `segment` are those of the tensor, all positive and of one length; `order` lists its
  /// dimensions as the grid has them, outermost first, and is empty where that is as in `shape`.
  SegmentGrid(std::vector<int64_t> shape, std::vector<int64_t> segment, int64_t slotBytes,
              std::vector<int64_t> order = {});

  // All in the order of the grid.
  std::vector<int64_t> order;   // dimension of the tensor
  std::vector<int64_t> shape;   // of the tensor
  std::vector<int64_t> segment; // extents of a segment
  std::vector<int64_t> counts;  // segments in each dimension
  std::vector<int64_t> strides; // bytes between the slots of neighbors in each dimension
  int64_t slotBytes = 0;
  /// All slots; INT64_MAX where that is beyond 64 bits.
  int64_t bytes = 0;

  /// Encodes a whole tensor, row-major in its own order. The bytes between a segment's end and the next slot
  /// are 0. Throws Error where a segment does not fit its slot.
  std::vector<uint8_t> encode(const SegmentFormat &format, std::span<const uint8_t> tensor) const;
  /// The row-major tensor that `slots` hold. Throws Error where a segment is damaged.
  std::vector<uint8_t> decode(const SegmentFormat &format, std::span<const uint8_t> slots) const;
  /// What each segment of a tensor takes, in the order of the slots: a constant's slots need the largest, and
  /// a transfer of all of it moves each in whole bursts. Needs no slot bytes.
  std::vector<int64_t> encodedSizes(const SegmentFormat &format, std::span<const uint8_t> tensor) const;

private:
  template <typename Visit> void forEachSegment(const SegmentFormat &format, Visit visit) const;
};

} // namespace dnnc::isa

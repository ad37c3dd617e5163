// A tensor in DRAM as a grid of segments.
#include "runtime/Isa/Segment.h"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>

namespace dnnc::isa {

SegmentGrid::SegmentGrid(std::vector<int64_t> tensorShape, std::vector<int64_t> tensorSegment,
                         int64_t slotBytes, std::vector<int64_t> gridOrder)
    : order(std::move(gridOrder)), slotBytes(slotBytes), bytes(slotBytes) {
  size_t rank = tensorShape.size();
  if (order.empty()) {
    order.resize(rank);
    std::iota(order.begin(), order.end(), 0);
  }
  for (int64_t d : order) {
    shape.push_back(tensorShape[static_cast<size_t>(d)]);
    segment.push_back(tensorSegment[static_cast<size_t>(d)]);
  }
  counts.resize(rank);
  strides.resize(rank);
  for (size_t d = rank; d-- > 0;) {
    counts[d] = (shape[d] - 1) / segment[d] + 1;
    strides[d] = bytes;
    bytes = saturatedProduct(bytes, counts[d]);
  }
}

/// visit(number of the slot, byte offset of the first element in the tensor, extents, strides of the tensor,
/// format) for every segment.
template <typename Visit> void SegmentGrid::forEachSegment(const SegmentFormat &format, Visit visit) const {
  size_t rank = shape.size();
  std::vector<int64_t> steps(rank), index(rank, 0), extents(rank);
  int64_t step = format.elementBytes;
  for (auto tensorDim = static_cast<int64_t>(rank); tensorDim-- > 0;) {
    auto d = static_cast<size_t>(std::find(order.begin(), order.end(), tensorDim) - order.begin());
    steps[d] = step;
    step *= shape[d];
  }
  int64_t all = 1;
  for (int64_t count : counts)
    all *= count;
  for (int64_t slot = 0; slot < all; ++slot) {
    int64_t first = 0;
    for (size_t d = 0; d < rank; ++d) {
      int64_t position = index[d] * segment[d];
      extents[d] = std::min(segment[d], shape[d] - position);
      first += position * steps[d];
    }
    visit(slot, first, extents, steps, format.cutTo(segment, extents));
    for (size_t d = rank; d-- > 0;) {
      if (++index[d] < counts[d])
        break;
      index[d] = 0;
    }
  }
}

std::vector<uint8_t> SegmentGrid::encode(const SegmentFormat &format, std::span<const uint8_t> tensor) const {
  std::vector<uint8_t> slots(static_cast<size_t>(bytes), 0);
  forEachSegment(format, [&](int64_t slot, int64_t first, const std::vector<int64_t> &extents,
                             const std::vector<int64_t> &steps, const SegmentFormat &cut) {
    try {
      encodeSegment(cut, tensor.data() + first, extents, steps, slots.data() + slot * slotBytes, slotBytes);
    } catch (const Error &error) {
      throw Error(fmt::format("the segment of the slot at byte {} {}", slot * slotBytes, error.what()));
    }
  });
  return slots;
}

std::vector<uint8_t> SegmentGrid::decode(const SegmentFormat &format, std::span<const uint8_t> slots) const {
  int64_t size = format.elementBytes;
  for (int64_t extent : shape)
    size *= extent;
  if (static_cast<int64_t>(slots.size()) < bytes)
    throw Error(fmt::format("there are {} bytes, need {} for the slots", slots.size(), bytes));
  std::vector<uint8_t> tensor(static_cast<size_t>(size));
  forEachSegment(format, [&](int64_t slot, int64_t first, const std::vector<int64_t> &extents,
                             const std::vector<int64_t> &steps, const SegmentFormat &cut) {
    try {
      decodeSegment(cut, slots.subspan(static_cast<size_t>(slot * slotBytes), static_cast<size_t>(slotBytes)),
                    extents, steps, tensor.data() + first);
    } catch (const Error &error) {
      throw Error(fmt::format("the segment in the slot at byte {}: {}", slot * slotBytes, error.what()));
    }
  });
  return tensor;
}

std::vector<int64_t> SegmentGrid::encodedSizes(const SegmentFormat &format,
                                               std::span<const uint8_t> tensor) const {
  std::vector<int64_t> sizes;
  forEachSegment(format, [&](int64_t, int64_t first, const std::vector<int64_t> &extents,
                             const std::vector<int64_t> &steps, const SegmentFormat &cut) {
    sizes.push_back(encodedBytes(cut, tensor.data() + first, extents, steps));
  });
  return sizes;
}

} // namespace dnnc::isa

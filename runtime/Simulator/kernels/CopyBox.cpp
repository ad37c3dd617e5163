#include "runtime/Simulator/kernels/CopyBox.h"

#include "runtime/Simulator/kernels/Bytes.h"

namespace dnnc::sim {
namespace {

/// Loops that remain when dimensions of one element are gone and those that run on are merged.
struct Loops {
  int rank = 0;
  std::array<int64_t, Box::maxRank> extents{}, from{}, to{};

  Loops(const Box &source, const Box &target) {
    for (int d = 0; d < target.rank; ++d) {
      int64_t extent = target.dims[d].extent, sourceStride = source.dims[d].stride,
              stride = target.dims[d].stride;
      if (extent == 1)
        continue;
      if (rank > 0 && from[rank - 1] == sourceStride * extent && to[rank - 1] == stride * extent)
        --rank, extent *= extents[rank];
      extents[rank] = extent, from[rank] = sourceStride, to[rank] = stride;
      ++rank;
    }
    if (rank == 0) {
      extents[0] = 1;
      rank = 1;
    }
  }

  /// run(source offset, target offset) at the start of each innermost loop.
  template <typename Run> void forEachRow(Run run) const {
    std::array<int64_t, Box::maxRank> index{};
    int64_t sourceOffset = 0, offset = 0;
    while (true) {
      run(sourceOffset, offset);
      int d = rank - 2;
      for (; d >= 0; --d) {
        sourceOffset += from[d], offset += to[d];
        if (++index[d] < extents[d])
          break;
        sourceOffset -= extents[d] * from[d], offset -= extents[d] * to[d];
        index[d] = 0;
      }
      if (d < 0)
        return;
    }
  }
};

template <typename T> void copyElements(const Loops &loops, const uint8_t *from, uint8_t *to) {
  int64_t count = loops.extents[loops.rank - 1];
  int64_t sourceStride = loops.from[loops.rank - 1], stride = loops.to[loops.rank - 1];
  loops.forEachRow([&](int64_t sourceOffset, int64_t offset) {
    const uint8_t *source = from + sourceOffset;
    uint8_t *target = to + offset;
    if (sourceStride == sizeof(T) && stride == sizeof(T))
      std::memmove(target, source, count * sizeof(T));
    else
      for (int64_t i = 0; i < count; ++i)
        storeAs(target + i * stride, loadAs<T>(source + i * sourceStride));
  });
}

template <typename T> void fillElements(const Loops &loops, uint8_t *to, T value) {
  int64_t count = loops.extents[loops.rank - 1], stride = loops.to[loops.rank - 1];
  loops.forEachRow([&](int64_t, int64_t offset) {
    for (int64_t i = 0; i < count; ++i)
      storeAs(to + offset + i * stride, value);
  });
}

} // namespace

void copyBox(const uint8_t *from, const Box &source, uint8_t *to, const Box &target) {
  if (target.empty())
    return;
  Loops loops(source, target);
  switch (target.elementBytes) {
  case 1:
    return copyElements<uint8_t>(loops, from, to);
  case 2:
    return copyElements<uint16_t>(loops, from, to);
  case 4:
    return copyElements<uint32_t>(loops, from, to);
  default:
    return copyElements<uint64_t>(loops, from, to);
  }
}

void fillBox(uint8_t *to, const Box &target, uint64_t bits) {
  if (target.empty())
    return;
  Loops loops(target, target);
  switch (target.elementBytes) {
  case 1:
    return fillElements(loops, to, static_cast<uint8_t>(bits));
  case 2:
    return fillElements(loops, to, static_cast<uint16_t>(bits));
  case 4:
    return fillElements(loops, to, static_cast<uint32_t>(bits));
  default:
    return fillElements(loops, to, bits);
  }
}

} // namespace dnnc::sim

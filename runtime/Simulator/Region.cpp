#include "runtime/Simulator/Region.h"

namespace dnnc::sim {

Region Region::of(int64_t address, const Box &box) {
  Region region;
  if (box.empty())
    return region;
  region.begin = address;
  region.run = box.elementBytes;

  std::array<Box::Dim, Box::maxRank> dims;
  int count = 0;
  for (int d = 0; d < box.rank; ++d) {
    Box::Dim dim = box.dims[d];
    if (dim.extent == 1 || dim.stride == 0)
      continue;
    if (dim.stride < 0) {
      region.begin += (dim.extent - 1) * dim.stride;
      dim.stride = -dim.stride;
    }
    dims[count++] = dim;
  }
  std::sort(dims.begin(), dims.begin() + count,
            [](const Box::Dim &a, const Box::Dim &b) { return a.stride < b.stride; });

  for (int d = 0; d < count; ++d) {
    if (region.rank == 0 && dims[d].stride <= region.run) {
      region.run += (dims[d].extent - 1) * dims[d].stride;
      continue;
    }
    if (region.rank > 0) {
      Box::Dim &inner = region.outer[region.rank - 1];
      if (dims[d].stride == inner.extent * inner.stride) {
        inner.extent *= dims[d].extent;
        continue;
      }
    }
    region.outer[region.rank++] = dims[d];
  }
  return region;
}

} // namespace dnnc::sim

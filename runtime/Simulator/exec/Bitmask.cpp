#include "runtime/Simulator/exec/Bitmask.h"

#include "runtime/Simulator/exec/Tile.h"
#include "runtime/Simulator/kernels/Bytes.h"
#include "runtime/Simulator/kernels/CopyBox.h"

#include <bit>
#include <fmt/format.h>

namespace dnnc::sim {

void loadBitmask(const BitmaskLoad &load, Context &context) {
  Box target(load.elementBytes);
  int64_t elements = 1;
  for (size_t d = 0; d < load.extents.size(); ++d) {
    target.add(load.extents[d], load.bufferStrides[d]);
    elements = saturatedWork(elements, load.extents[d]);
  }
  context.work(elements);

  auto bytes = [](int64_t count) { return Box(1, {{count, 1}}); };
  int64_t payload = loadAs<uint32_t>(context.read(Context::dram, load.dram, bytes(4)));
  int64_t maskBytes = elements / 8 + (elements % 8 != 0);
  if (payload < maskBytes)
    context.fail(
        fmt::format("the bitmask segment at DRAM {} has {} bytes; need {} for the mask of {} elements",
                    load.dram, payload, maskBytes, elements));
  const uint8_t *mask = context.read(Context::dram, load.dram + 4, bytes(payload));
  int64_t stored = 0;
  for (int64_t i = 0; i < maskBytes; ++i)
    stored += std::popcount(mask[i]);
  if (elements % 8 != 0 && mask[maskBytes - 1] >> elements % 8 != 0)
    context.fail(
        fmt::format("the bitmask segment at DRAM {} stores elements past its {}", load.dram, elements));
  if (payload != maskBytes + stored * load.elementBytes)
    context.fail(fmt::format("the bitmask segment at DRAM {} has {} bytes; its mask needs {}", load.dram,
                             payload, maskBytes + stored * load.elementBytes));
  if (elements == 0)
    return;

  uint8_t *buffer = context.write(load.memory, load.buffer, target);
  const uint8_t *next = mask + maskBytes;
  std::array<int64_t, Box::maxRank> index{};
  for (int64_t i = 0, offset = 0; i < elements; ++i) {
    if (mask[i / 8] >> i % 8 & 1) {
      std::memcpy(buffer + offset, next, load.elementBytes);
      next += load.elementBytes;
    } else {
      std::memset(buffer + offset, 0, load.elementBytes);
    }
    for (int d = target.rank - 1; d >= 0; --d) {
      offset += target.dims[d].stride;
      if (++index[d] < target.dims[d].extent)
        break;
      offset -= index[d] * target.dims[d].stride;
      index[d] = 0;
    }
  }
}

} // namespace dnnc::sim

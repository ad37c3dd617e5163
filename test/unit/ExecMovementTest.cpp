// LINK: DnncSimulator
// isa.load, isa.store, isa.permute and isa.gather.
#include "test/unit/ExecMemory.h"

#include <algorithm>
#include <functional>

using namespace dnnc;
using namespace dnnc::sim;

namespace {

/// Calls visit(e) for every element of a tile, and says whether it is inside the bounds.
void forEach(const std::vector<int64_t> &extents, const std::vector<isa::Affine> &offsets,
             const std::vector<int64_t> &bounds,
             const std::function<void(const std::vector<int64_t> &, bool)> &visit) {
  std::vector<int64_t> e(extents.size(), 0);
  std::function<void(size_t)> loop = [&](size_t d) {
    if (d == extents.size()) {
      bool inside = true;
      for (size_t i = 0; i < e.size(); ++i) {
        int64_t position = offsets[i].base + e[i];
        inside &= position >= 0 && position < bounds[i];
      }
      visit(e, inside);
      return;
    }
    for (e[d] = 0; e[d] < extents[d]; ++e[d])
      loop(d + 1);
  };
  loop(0);
}

int64_t at(int64_t base, const std::vector<int64_t> &strides, const std::vector<int64_t> &e) {
  for (size_t d = 0; d < e.size(); ++d)
    base += strides[d] * e[d];
  return base;
}

/// Random extents, offsets and bounds of some dimensions, often clipped.
template <typename Row> void randomTile(Random &random, Row &row, int rank) {
  for (int d = 0; d < rank; ++d) {
    int64_t extent = random.pick(1, 6), offset = random.chance(3) ? random.pick(-3, 4) : 0;
    row.extents.push_back(extent);
    row.offsets.push_back(offset);
    row.bounds.push_back(
        std::max<int64_t>(0, offset + extent + (random.chance(3) ? random.pick(-3, 0) : random.pick(0, 2))));
  }
}

TEST(ExecLoad, equalsTheManualOnRandomTiles) {
  for (unsigned seed = 0; seed < 600; ++seed) {
    Random random(seed);
    isa::Load load;
    randomTile(random, load, int(random.pick(0, 5)));
    load.elementBytes = 1 << random.pick(0, 3);
    load.pad = isa::PadMode(random.pick(0, 1));
    load.padValue = random.pick(0, 0xFFFFFFFF);
    load.memory = 0;
    int64_t dram, buffer;
    int64_t dramBytes = random.layOut(load.extents, load.elementBytes, load.dramStrides, dram, true);
    int64_t bufferBytes = random.layOut(load.extents, load.elementBytes, load.bufferStrides, buffer);
    load.dram = dram + 3, load.buffer = buffer + 5;
    MemoryContext context({size_t(dramBytes + 8), size_t(bufferBytes + 8)});
    random.fill(context.memory(-1)), random.fill(context.memory(0));

    MemoryContext expected = context;
    forEach(load.extents, load.offsets, load.bounds, [&](const std::vector<int64_t> &e, bool inside) {
      uint8_t *to = expected.memory(0).data() + at(load.buffer.base, load.bufferStrides, e);
      uint64_t pad = uint64_t(load.padValue);
      if (inside)
        std::memcpy(to, expected.memory(-1).data() + at(load.dram.base, load.dramStrides, e),
                    load.elementBytes);
      else if (load.pad == isa::PadMode::Fill)
        std::memcpy(to, &pad, load.elementBytes);
    });
    expectMemory(context, load, expected.memories, "seed " + std::to_string(seed) + " " + isa::print(load));
    if (HasFatalFailure())
      return;
  }
}

TEST(ExecStore, equalsTheManualOnRandomTiles) {
  for (unsigned seed = 0; seed < 400; ++seed) {
    Random random(seed);
    isa::Store store;
    randomTile(random, store, int(random.pick(0, 5)));
    store.elementBytes = 1 << random.pick(0, 3);
    int64_t dram, buffer;
    int64_t dramBytes = random.layOut(store.extents, store.elementBytes, store.dramStrides, dram);
    int64_t bufferBytes = random.layOut(store.extents, store.elementBytes, store.bufferStrides, buffer, true);
    store.dram = dram + 3, store.buffer = buffer + 5;
    MemoryContext context({size_t(dramBytes + 8), size_t(bufferBytes + 8)});
    random.fill(context.memory(-1)), random.fill(context.memory(0));
    MemoryContext expected = context;
    forEach(store.extents, store.offsets, store.bounds, [&](const std::vector<int64_t> &e, bool inside) {
      if (inside)
        std::memcpy(expected.memory(-1).data() + at(store.dram.base, store.dramStrides, e),
                    expected.memory(0).data() + at(store.buffer.base, store.bufferStrides, e),
                    store.elementBytes);
    });
    expectMemory(context, store, expected.memories, "seed " + std::to_string(seed) + " " + isa::print(store));
    if (HasFatalFailure())
      return;
  }
}

TEST(ExecPermute, equalsTheManualOnRandomTiles) {
  for (unsigned seed = 0; seed < 400; ++seed) {
    Random random(seed);
    isa::Permute permute;
    randomTile(random, permute, int(random.pick(0, 5)));
    permute.elementBytes = 1 << random.pick(0, 3);
    permute.inputMemory = 0, permute.outputMemory = 1;
    int64_t input, output;
    int64_t inputBytes =
        random.layOut(permute.extents, permute.elementBytes, permute.inputStrides, input, true);
    int64_t outputBytes = random.layOut(permute.extents, permute.elementBytes, permute.outputStrides, output);
    permute.input = input, permute.output = output;
    MemoryContext context({1, size_t(inputBytes), size_t(outputBytes)});
    random.fill(context.memory(0)), random.fill(context.memory(1));
    MemoryContext expected = context;
    forEach(permute.extents, permute.offsets, permute.bounds,
            [&](const std::vector<int64_t> &e, bool inside) {
              if (inside)
                std::memcpy(expected.memory(1).data() + at(permute.output.base, permute.outputStrides, e),
                            expected.memory(0).data() + at(permute.input.base, permute.inputStrides, e),
                            permute.elementBytes);
            });
    expectMemory(context, permute, expected.memories,
                 "seed " + std::to_string(seed) + " " + isa::print(permute));
    if (HasFatalFailure())
      return;
  }
}

TEST(ExecGather, equalsTheManualOnRandomTiles) {
  for (unsigned seed = 0; seed < 400; ++seed) {
    Random random(seed);
    isa::Gather gather;
    int rank = int(random.pick(1, 4));
    randomTile(random, gather, rank);
    gather.axis = random.pick(0, rank - 1);
    gather.elementBytes = 1 << random.pick(0, 3);
    gather.inputMemory = 0, gather.outputMemory = 1, gather.indicesMemory = 2;
    std::vector<int64_t> inputExtents = gather.extents;
    int64_t positions = inputExtents[gather.axis] = random.pick(1, 9);
    int64_t input, output;
    int64_t inputBytes = random.layOut(inputExtents, gather.elementBytes, gather.inputStrides, input);
    int64_t outputBytes = random.layOut(gather.extents, gather.elementBytes, gather.outputStrides, output);
    gather.input = input, gather.output = output, gather.indices = 4;
    gather.indexOrigin = random.pick(-5, 5);
    int64_t count = gather.extents[gather.axis];
    MemoryContext context({1, size_t(inputBytes), size_t(outputBytes), size_t(8 + 4 * count)});
    random.fill(context.memory(0)), random.fill(context.memory(1));
    for (int64_t j = 0; j < count; ++j)
      context.put(2, 4 + 4 * j, int32_t(random.pick(0, positions - 1) + gather.indexOrigin.base));
    MemoryContext expected = context;
    forEach(gather.extents, gather.offsets, gather.bounds, [&](const std::vector<int64_t> &e, bool inside) {
      if (!inside)
        return;
      std::vector<int64_t> from = e;
      from[gather.axis] = expected.get<int32_t>(2, 4 + 4 * e[gather.axis]) - gather.indexOrigin.base;
      std::memcpy(expected.memory(1).data() + at(gather.output.base, gather.outputStrides, e),
                  expected.memory(0).data() + at(gather.input.base, gather.inputStrides, from),
                  gather.elementBytes);
    });
    expectMemory(context, gather, expected.memories,
                 "seed " + std::to_string(seed) + " " + isa::print(gather));
    if (HasFatalFailure())
      return;
  }
}

isa::Gather smallGather() {
  isa::Gather gather;
  gather.elementBytes = 4;
  gather.extents = gather.bounds = {2, 3};
  gather.offsets = {0, 0};
  gather.inputStrides = gather.outputStrides = {12, 4};
  gather.output = 64;
  gather.indices = 128;
  return gather;
}

TEST(ExecGather, refusesIndicesOutsideOfMemory) {
  MemoryContext context({1, 256});
  isa::Gather gather = smallGather();
  EXPECT_EQ(errorOf(context, gather), "no error");
  context.put(0, 132, int32_t(1000));
  EXPECT_NE(errorOf(context, gather).find("out of range"), std::string::npos);
  context.put(0, 132, int32_t(-1));
  EXPECT_NE(errorOf(context, gather).find("index 1 of the table is -1: no memory is there"),
            std::string::npos);
  gather.axis = 2;
  EXPECT_NE(errorOf(context, gather).find("the axis is 2; need one of the tile's 2 dimensions"),
            std::string::npos);
}

TEST(ExecMovement, refusesWrongElementsAndLists) {
  MemoryContext context({1024, 1024});
  isa::Permute permute;
  permute.elementBytes = 3;
  EXPECT_NE(errorOf(context, permute).find("an element has 3 bytes; need 1, 2, 4 or 8"), std::string::npos);
  permute.elementBytes = 1;
  permute.extents = permute.bounds = std::vector<int64_t>(9, 1);
  permute.offsets = std::vector<isa::Affine>(9);
  EXPECT_NE(errorOf(context, permute).find("the tile has 9 dimensions; need at most 8"), std::string::npos);
  permute.extents = permute.bounds = {4};
  permute.offsets = {int64_t(1) << 60};
  EXPECT_NE(errorOf(context, permute).find("a position in a tensor is 1152921504606846976"),
            std::string::npos);
  permute.offsets = {0};
  EXPECT_NE(errorOf(context, permute).find("input_strides has 0 numbers; need 1"), std::string::npos);
  permute.inputStrides = permute.outputStrides = {int64_t(1) << 46};
  EXPECT_NE(errorOf(context, permute).find("out of range"), std::string::npos);
  isa::Load load;
  load.elementBytes = 1;
  load.extents = {int64_t(1) << 40}, load.bounds = {1}, load.offsets = {-1}, load.pad = isa::PadMode::Fill;
  load.dramStrides = load.bufferStrides = {0};
  EXPECT_NE(errorOf(context, load).find("too much work"), std::string::npos);
}

} // namespace

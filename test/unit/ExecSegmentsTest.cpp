// LINK: DnncSimulator
// isa.load and isa.store of segments: tiles of whole ones, clipped and padded, with every codec.
#include "runtime/Isa/Segment.h"
#include "test/unit/ExecMemory.h"

#include <functional>
#include <numeric>

using namespace dnnc;
using namespace dnnc::sim;

namespace {

int64_t product(const std::vector<int64_t> &values, int64_t start) {
  return std::accumulate(values.begin(), values.end(), start, std::multiplies<int64_t>());
}

/// A tensor in segments and a tile of whole ones, which may reach beyond the tensor.
template <typename Row> struct RandomTransfer {
  explicit RandomTransfer(unsigned seed) : random(seed), context(std::vector<size_t>(2)) {
    auto rank = static_cast<size_t>(random.pick(0, 4));
    for (size_t d = 0; d < rank; ++d) {
      int64_t bound = random.pick(1, 9), segment = random.pick(1, 4);
      int64_t segments = (bound - 1) / segment + 1, first = random.pick(0, segments - 1);
      int64_t begin = first * segment, end = std::min(bound, random.pick(first + 1, segments) * segment);
      // Elements outside, before and behind.
      int64_t before = begin == 0 ? random.pick(0, 2) : 0, behind = end == bound ? random.pick(0, 2) : 0;
      row.bounds.push_back(bound);
      row.segment.push_back(segment);
      row.offsets.push_back(begin - before);
      row.extents.push_back(before + end - begin + behind);
    }
    row.elementBytes = 2;
    row.codec = isa::Codec(random.pick(0, 4));
    if (row.codec == isa::Codec::Csc) // its elements have a byte
      row.codec = isa::Codec::Raw;
    if (row.codec == isa::Codec::Nm)
      row.n = 2, row.m = 4;
    if (row.codec != isa::Codec::Raw)
      row.zeroValue = random.chance(2) ? 0 : random.pick(0, 65535);
    row.slotBytes = isa::worstCaseBytes(isa::formatOf(row), product(row.segment, 1)) + random.pick(0, 3);
    row.memory = 0;
    isa::SegmentGrid grid(row.bounds, row.segment, row.slotBytes);
    row.dram = 64;
    row.dramStrides = grid.strides;
    tensor.resize(size_t(product(row.bounds, 1)));
    for (uint16_t &element : tensor)
      element = draw();
    std::vector<uint8_t> slots = grid.encode(isa::formatOf(row), bytesOfTensor());
    context.memory(-1).resize(size_t(64 + grid.bytes));
    std::copy(slots.begin(), slots.end(), context.memory(-1).begin() + 64);
    int64_t buffer, bytes = random.layOut(row.extents, 2, row.bufferStrides, buffer, true);
    row.buffer = buffer + 6;
    context.memory(0).resize(size_t(bytes + 12));
    random.fill(context.memory(0));
  }

  uint16_t draw() { return random.chance(2) ? uint16_t(row.zeroValue) : uint16_t(random.pick(0, 65535)); }

  std::span<const uint8_t> bytesOfTensor() const {
    return {reinterpret_cast<const uint8_t *>(tensor.data()), 2 * tensor.size()};
  }

  /// visit(address in the buffer, place in the tensor or −1) for each element of the tile.
  void forEach(const std::function<void(int64_t, int64_t)> &visit) {
    std::vector<int64_t> e(row.extents.size(), 0);
    std::function<void(size_t)> loop = [&](size_t d) {
      if (d < e.size()) {
        for (e[d] = 0; e[d] < row.extents[d]; ++e[d])
          loop(d + 1);
        return;
      }
      int64_t address = row.buffer.base, place = 0;
      bool inside = true;
      for (size_t i = 0; i < e.size(); ++i) {
        int64_t position = row.offsets[i].base + e[i];
        inside &= position >= 0 && position < row.bounds[i];
        address += e[i] * row.bufferStrides[i];
        place = place * row.bounds[i] + position;
      }
      visit(address, inside ? place : -1);
    };
    loop(0);
  }

  Random random;
  MemoryContext context;
  Row row;
  std::vector<uint16_t> tensor;
};

TEST(ExecSegments, loadsWhatStandsInThem) {
  for (unsigned seed = 0; seed < 800; ++seed) {
    RandomTransfer<isa::Load> test(seed);
    test.row.pad = isa::PadMode(test.random.pick(0, 1));
    test.row.padValue = test.random.pick(0, 65535);
    MemoryContext expected = test.context;
    test.forEach([&](int64_t address, int64_t place) {
      if (place >= 0)
        expected.put(0, address, test.tensor[size_t(place)]);
      else if (test.row.pad == isa::PadMode::Fill)
        expected.put(0, address, uint16_t(test.row.padValue));
    });
    expectMemory(test.context, test.row, expected.memories,
                 "seed " + std::to_string(seed) + " " + isa::print(test.row));
    if (HasFatalFailure())
      return;
  }
}

TEST(ExecSegments, storesToTheSlotsOfTheTile) {
  for (unsigned seed = 0; seed < 800; ++seed) {
    RandomTransfer<isa::Store> test(seed);
    test.forEach([&](int64_t address, int64_t) { test.context.put(0, address, test.draw()); });
    std::vector<uint8_t> before = test.context.memory(-1);
    test.forEach([&](int64_t address, int64_t place) {
      if (place >= 0)
        test.tensor[size_t(place)] = test.context.get<uint16_t>(0, address);
    });
    execute(test.row, test.context);
    isa::SegmentGrid grid(test.row.bounds, test.row.segment, test.row.slotBytes);
    std::vector<uint8_t> &after = test.context.memory(-1);
    std::vector<uint8_t> all = grid.decode(isa::formatOf(test.row), std::span(after).subspan(64));
    ASSERT_TRUE(std::equal(all.begin(), all.end(), test.bytesOfTensor().begin())) << "seed " << seed;
    // Nothing but the announced slots has changed, and their words are those of the host's encoder.
    auto written = test.context.touchedBy(test.context.writes)[0];
    for (size_t i = 0; i < after.size(); ++i)
      ASSERT_TRUE(written[i] || after[i] == before[i]) << "seed " << seed;
    int64_t encoded = std::accumulate(test.context.segments.begin(), test.context.segments.end(), int64_t(0));
    MemoryContext again = test.context;
    isa::Load load;
    load.elementBytes = 2, load.codec = test.row.codec, load.zeroValue = test.row.zeroValue;
    load.n = test.row.n, load.m = test.row.m, load.slotBytes = test.row.slotBytes;
    load.memory = 0, load.dram = test.row.dram, load.buffer = test.row.buffer;
    load.extents = test.row.extents, load.bounds = test.row.bounds, load.offsets = test.row.offsets;
    load.dramStrides = test.row.dramStrides, load.bufferStrides = test.row.bufferStrides;
    load.segment = test.row.segment;
    again.segments.clear();
    execute(load, again);
    EXPECT_EQ(again.memory(0), test.context.memory(0));
    EXPECT_EQ(std::accumulate(again.segments.begin(), again.segments.end(), int64_t(0)), encoded);
  }
}

TEST(ExecSegments, countsWhatMoves) {
  MemoryContext context({1024, 1024});
  isa::Store store;
  store.elementBytes = 2, store.codec = isa::Codec::Rlc, store.zeroValue = 5;
  store.extents = {2, 40}, store.bounds = {2, 40}, store.offsets = {0, 0}, store.segment = {1, 40};
  store.slotBytes = 128;
  store.bufferStrides = {80, 2}, store.dramStrides = {128, 128};
  for (int i = 0; i < 80; ++i)
    context.put(0, 2 * i, uint16_t(i < 40 ? 5 : i));
  execute(store, context);
  EXPECT_EQ(context.segments, (std::vector<int64_t>{8, 8 + 80})); // 40 zeros: two pairs; 40 levels as they are
  ASSERT_EQ(context.writes.size(), 1u);
  EXPECT_EQ(context.writes[0].box.range()->end, 256); // two whole slots
}

TEST(ExecSegments, saysWhatIsWrong) {
  auto error = [](auto change) {
    MemoryContext context({1024, 1024});
    isa::Load load;
    load.elementBytes = 2, load.codec = isa::Codec::Rlc;
    load.extents = {2, 6}, load.bounds = {4, 6}, load.offsets = {2, 0}, load.segment = {2, 4};
    load.slotBytes = 24;
    load.bufferStrides = {12, 2}, load.dramStrides = {128, 64};
    for (int slot = 0; slot < 4; ++slot)
      context.put(-1, 64 * slot, uint64_t(1) << 63 | (slot % 2 ? 3 : 7)); // zeros
    change(load, context);
    return errorOf(context, load);
  };
  auto has = [](const std::string &text, const std::string &part) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  };
  has(error([](auto &, auto &) {}), "no error");
  has(error([](auto &l, auto &) { l.elementBytes = 1; }),
      "element_bytes = 1 with codec = rlc, need 2");
  has(error([](auto &l, auto &) { l.segment.pop_back(); }), "segment has 1 numbers; need 2");
  has(error([](auto &l, auto &) { l.segment[1] = 0; }), "segment has 0, need at least 1");
  has(error([](auto &l, auto &) { l.dramStrides.pop_back(); }), "dram_strides has 1 numbers; need 2");
  has(error([](auto &l, auto &) { l.offsets[0] = 1; }),
      "the tile has elements [1, 3) of dimension 0, which cuts a segment of 2");
  has(error([](auto &l, auto &) { l.extents[1] = 5; }),
      "the tile has elements [0, 5) of dimension 1, which cuts a segment of 4");
  has(error([](auto &l, auto &) { l.dramStrides[0] = int64_t(1) << 40; }), "out of range");
  has(error([](auto &l, auto &) { l.dram = 900; }), "out of range");
  has(error([](auto &l, auto &) { l.segment[1] = int64_t(1) << 60; }),
      "segment has more than the 2^31 - 1 bytes that a header counts");
  has(error([](auto &l, auto &) {
        l.extents = l.bounds = l.segment = std::vector<int64_t>(8, 1);
        l.offsets = std::vector<isa::Affine>(8);
        l.bufferStrides = l.dramStrides = std::vector<int64_t>(8, 2);
      }),
      "a tile of 8 dimensions stands as segments; at most 7 are possible");
  has(error([](auto &, auto &c) { c.template put<uint64_t>(-1, 128, 7); }),
      "the rlc segment at DRAM 128: the word with the segment's last element has no end bit");

  MemoryContext context({64, 64});
  isa::Store store;
  store.elementBytes = 2, store.codec = isa::Codec::Bitmask, store.slotBytes = 9;
  store.extents = store.bounds = store.segment = {4}, store.offsets = {0};
  store.bufferStrides = store.dramStrides = {2};
  for (int i = 0; i < 4; ++i)
    context.put(0, 2 * i, uint16_t(i + 1));
  has(errorOf(context, store), "the bitmask segment for DRAM 0: takes 12 bytes, its slot has 9");
}

} // namespace

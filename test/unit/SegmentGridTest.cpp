// LINK: DnncIsa
// Tensors as grids of segments: what is encoded is decoded, and what is damaged is told or stays in its
// segment.
#include "dnnc/Error.h"
#include "test/unit/SegmentSamples.h"

#include <gtest/gtest.h>

#include <algorithm>

using namespace dnnc;
using namespace dnnc::isa;
using namespace dnnc::isa::test;

namespace {

/// A tensor with a grid to its taste.
struct RandomGrid {
  RandomGrid(unsigned seed, Codec codec)
      : tensor(seed, codec), order(drawOrder()), segment(drawSegment()), format(drawFormat()),
        grid(tensor.extents, segment, worstCaseBytes(format, productOf(segment)), order) {}

  Extents drawOrder() {
    Extents drawn(tensor.extents.size());
    std::iota(drawn.begin(), drawn.end(), 0);
    std::shuffle(drawn.begin(), drawn.end(), tensor.random);
    return drawn;
  }
  Extents drawSegment() {
    Extents drawn;
    for (int64_t extent : tensor.extents)
      drawn.push_back(1 + int64_t(tensor.random() % uint64_t(extent)));
    return drawn;
  }
  SegmentFormat drawFormat() {
    SegmentFormat drawn = tensor.format;
    if (drawn.codec != Codec::Csc)
      return drawn;
    drawn.column = 1;
    for (size_t i = order.size(), inner = tensor.random() % (order.size() + 1); inner > 0; --inner)
      drawn.column *= segment[size_t(order[--i])];
    return drawn;
  }

  RandomSegment tensor;
  Extents order, segment;
  SegmentFormat format;
  SegmentGrid grid;
};

TEST(SegmentGrid, encodesTensorsOfAnyShape) {
  for (Codec codec : codecs)
    for (unsigned seed = 0; seed < 200; ++seed) {
      auto [tensor, order, segment, format, grid] = RandomGrid(seed, codec);
      EXPECT_EQ(grid.bytes, productOf(grid.counts) * grid.slotBytes);
      Bytes slots = grid.encode(format, tensor.elements);
      EXPECT_EQ(int64_t(slots.size()), grid.bytes);
      ASSERT_EQ(grid.decode(format, slots), tensor.elements) << nameOf(codec) << " seed " << seed;
      // Slots of a constant need only the largest segment.
      std::vector<int64_t> sizes = grid.encodedSizes(format, tensor.elements);
      SegmentGrid tight(tensor.extents, segment, *std::max_element(sizes.begin(), sizes.end()), order);
      ASSERT_EQ(tight.decode(format, tight.encode(format, tensor.elements)), tensor.elements);
      if (tight.slotBytes > 1) {
        SegmentGrid tooTight(tensor.extents, segment, tight.slotBytes - 1, order);
        EXPECT_THROW(tooTight.encode(format, tensor.elements), Error);
      }
    }
  EXPECT_EQ(SegmentGrid({int64_t(1) << 30, int64_t(1) << 30}, {1, 1}, 64).bytes, INT64_MAX);
}

/// Whatever the bytes of a slot are, decoding ends within the slots, with an error or with other elements of
/// that slot's segment alone.
TEST(SegmentGrid, damagedSlotsStayInside) {
  for (Codec codec : codecs) {
    int errors = 0, others = 0;
    for (unsigned seed = 0; seed < 2000; ++seed) {
      RandomGrid test(seed, codec);
      const SegmentGrid &grid = test.grid;
      auto &random = test.tensor.random;
      Bytes slots = grid.encode(test.format, test.tensor.elements);
      int64_t damaged = int64_t(random() % uint64_t(productOf(grid.counts)));
      std::span<uint8_t> slot =
          std::span(slots).subspan(size_t(damaged * grid.slotBytes), size_t(grid.slotBytes));
      if (auto kind = random() % 3; kind == 0)
        std::generate(slot.begin(), slot.end(), [&] { return uint8_t(random()); });
      else // the header and the first words matter most
        for (auto flips = 1 + random() % 3; flips > 0; --flips)
          slot[random() % (kind == 1 ? slot.size() : std::min<size_t>(slot.size(), 8))] ^=
              uint8_t(1 << random() % 8);
      // Between guards, once these and once those: reading one of them would show.
      auto decodedBetween = [&](uint8_t guard) {
        Bytes memory(slots.size() + 64, guard);
        std::copy(slots.begin(), slots.end(), memory.begin() + 32);
        const Bytes before = memory;
        std::pair<Bytes, std::string> outcome;
        try {
          outcome.first = grid.decode(test.format, std::span(memory).subspan(32, slots.size()));
        } catch (const Error &error) {
          outcome.second = error.what();
        }
        EXPECT_EQ(memory, before);
        return outcome;
      };
      auto [elements, error] = decodedBetween(0x5A);
      ASSERT_EQ(decodedBetween(0xA5), std::pair(elements, error)) << nameOf(codec) << " seed " << seed;
      if (!error.empty()) {
        std::string place =
            "the segment in the slot at byte " + std::to_string(damaged * grid.slotBytes) + ": ";
        EXPECT_EQ(error.substr(0, place.size()), place);
        ++errors;
        continue;
      }
      // Which elements are the damaged slot's: a grid like this one, with a mark in its place.
      SegmentGrid places(test.tensor.extents, test.segment, productOf(test.segment), test.order);
      Bytes marks(size_t(places.bytes));
      std::fill_n(marks.begin() + damaged * places.slotBytes, places.slotBytes, uint8_t(1));
      Bytes isDamaged = places.decode({Codec::Raw, 1}, marks);
      ASSERT_EQ(elements.size(), test.tensor.elements.size());
      for (size_t i = 0; i < elements.size(); ++i)
        if (!isDamaged[i / size_t(test.format.elementBytes)])
          ASSERT_EQ(elements[i], test.tensor.elements[i])
              << nameOf(codec) << " seed " << seed << " byte " << i;
      others += elements != test.tensor.elements;
    }
    EXPECT_TRUE(codec == Codec::Raw ? errors == 0 : errors > 300) << nameOf(codec) << ": " << errors;
    EXPECT_GT(others, 100) << nameOf(codec);
  }
  SegmentGrid grid({2, 30}, {1, 30}, 128);
  try {
    grid.decode({Codec::Rlc, 2}, Bytes(255));
    FAIL();
  } catch (const Error &error) {
    EXPECT_STREQ(error.what(), "there are 255 bytes, need 256 for the slots");
  }
}

TEST(SegmentGrid, saysWhereATensorIsDamaged) {
  SegmentGrid grid({2, 30}, {1, 30}, 128);
  SegmentFormat format{Codec::Rlc, 2};
  Bytes slots = grid.encode(format, Bytes(120, 0));
  slots[128] ^= 16; // the first run of the second segment
  try {
    grid.decode(format, slots);
    FAIL();
  } catch (const Error &error) {
    EXPECT_EQ(std::string(error.what()),
              "the segment in the slot at byte 128: the end bit is set before the segment's last element");
  }
}

} // namespace

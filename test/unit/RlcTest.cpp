// LINK: DnncIsa
// The run-length codec: what is encoded is decoded, in as few words as the format needs, and damaged words
// are refused or are another segment.
#include "runtime/Isa/Rlc.h"
#include "dnnc/Error.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>
#include <random>

using namespace dnnc;
using namespace dnnc::isa;

namespace {

using Elements = std::vector<uint16_t>;

/// The words of elements side by side.
std::vector<uint64_t> encoded(const Elements &elements, uint16_t zero = 0) {
  std::array<int64_t, 1> extents = {int64_t(elements.size())}, strides = {2};
  std::vector<uint64_t> words(size_t(rlcSlotBytes(extents[0])) / 8, 0xA5A5A5A5A5A5A5A5);
  int64_t bytes = rlcEncode(reinterpret_cast<const uint8_t *>(elements.data()), extents, strides, zero,
                            reinterpret_cast<uint8_t *>(words.data()));
  EXPECT_EQ(bytes % 8, 0);
  EXPECT_LE(bytes, 8 * ((extents[0] + 2) / 3));
  words.resize(size_t(bytes) / 8);
  return words;
}

Elements decoded(std::vector<uint64_t> words, size_t count, uint16_t zero = 0) {
  std::array<int64_t, 1> extents = {int64_t(count)}, strides = {2};
  Elements elements(count, 0x5A5A);
  words.resize(std::max(words.size(), (count + 2) / 3)); // the rest of the slot
  rlcDecode(reinterpret_cast<const uint8_t *>(words.data()), extents, strides, zero,
            reinterpret_cast<uint8_t *>(elements.data()));
  return elements;
}

std::string errorOf(const std::vector<uint64_t> &words, size_t count) {
  try {
    decoded(words, count);
  } catch (const Error &error) {
    return error.what();
  }
  return "no error";
}

uint64_t word(std::initializer_list<std::pair<int, int>> pairs, bool last) {
  uint64_t bits = uint64_t(last) << 63;
  int shift = 0;
  for (auto [run, level] : pairs) {
    bits |= (uint64_t(level) << 5 | uint64_t(run)) << shift;
    shift += 21;
  }
  return bits;
}

TEST(Rlc, hasTheWordsOfTheManual) {
  EXPECT_EQ(encoded({0, 0, 7, 9, 0, 1}), (std::vector<uint64_t>{word({{2, 7}, {0, 9}, {1, 1}}, true)}));
  EXPECT_EQ(encoded({1, 2, 3, 4}),
            (std::vector<uint64_t>{word({{0, 1}, {0, 2}, {0, 3}}, false), word({{0, 4}}, true)}));
  // Trailing zeros end in a level that is zero; so does a run that is longer than the field.
  EXPECT_EQ(encoded({5, 0, 0}), (std::vector<uint64_t>{word({{0, 5}, {1, 0}}, true)}));
  Elements long33(33, 0);
  long33.push_back(8);
  EXPECT_EQ(encoded(long33), (std::vector<uint64_t>{word({{31, 0}, {1, 8}}, true)}));
  // What runs count is any value: the zero point.
  EXPECT_EQ(encoded({0xFFF0, 0xFFF0, 0}, 0xFFF0), (std::vector<uint64_t>{word({{2, 0}}, true)}));
}

TEST(Rlc, slotsHoldTheWorstCase) {
  EXPECT_EQ(rlcSlotBytes(1), 64);
  EXPECT_EQ(rlcSlotBytes(24), 64);
  EXPECT_EQ(rlcSlotBytes(25), 128);
  EXPECT_EQ(rlcSlotBytes(3 * 55 * 55), 24256); // 3025 words are 24200 bytes
  EXPECT_EQ(rlcSlotBytes(INT64_MAX), INT64_MAX);
}

TEST(Rlc, decodesWhatItEncodes) {
  std::mt19937 random(1);
  for (int i = 0; i < 3000; ++i) {
    Elements elements(1 + random() % 300);
    uint16_t zero = i % 3 ? 0 : uint16_t(random());
    unsigned density = random() % 5; // 0: nothing but zeros, 4: no zeros
    for (uint16_t &element : elements)
      element = random() % 4 < density ? uint16_t(zero + 1 + random() % 65535) : zero;
    EXPECT_EQ(decoded(encoded(elements, zero), elements.size(), zero), elements);
  }
}

TEST(Rlc, decodesRunsAroundTheLongest) {
  for (int before : {0, 1, 2, 3})
    for (int run : {0, 1, 30, 31, 32, 33, 62, 63, 64, 65, 96, 1000})
      for (int behind : {0, 1, 2}) {
        Elements elements(size_t(before), 3);
        elements.insert(elements.end(), size_t(run), 0);
        elements.insert(elements.end(), size_t(behind), 4);
        if (elements.empty())
          continue;
        std::vector<uint64_t> words = encoded(elements);
        EXPECT_EQ(decoded(words, elements.size()), elements);
        // A pair for each level before, for each 32 zeros, and for what is behind.
        int64_t pairs = before + run / 32 + (behind > 0 ? behind : run % 32 > 0);
        EXPECT_EQ(int64_t(words.size()), (pairs + 2) / 3) << before << " " << run << " " << behind;
      }
}

TEST(Rlc, refusesDamage) {
  EXPECT_EQ(errorOf({word({{0, 1}, {0, 2}, {0, 3}}, true)}, 3), "no error");
  EXPECT_EQ(errorOf({word({{0, 1}, {0, 2}, {0, 3}}, false)}, 3),
            "the word with the segment's last element has no end bit");
  EXPECT_EQ(errorOf({word({{0, 1}, {0, 2}, {0, 3}}, true)}, 4),
            "the end bit is set before the segment's last element");
  EXPECT_EQ(errorOf({word({{0, 1}, {0, 2}, {1, 3}}, true)}, 3),
            "a run goes beyond the segment's last element");
  EXPECT_EQ(errorOf({word({{31, 1}}, true)}, 3), "a run goes beyond the segment's last element");
  EXPECT_EQ(errorOf({word({{0, 1}, {0, 2}, {0, 3}}, true)}, 2),
            "there are pairs behind the segment's last element");
  EXPECT_EQ(errorOf({word({{0, 1}, {0, 0}, {4, 0}}, true)}, 2),
            "there are pairs behind the segment's last element");
}

/// Whatever the words are, decoding ends within the slot, with an error or with as many elements as there
/// are.
TEST(Rlc, damagedWordsStayInside) {
  std::mt19937_64 random(2);
  int good = 0;
  for (int i = 0; i < 20000; ++i) {
    size_t count = 1 + random() % 60;
    std::vector<uint64_t> words((count + 2) / 3);
    if (i % 2) {
      Elements elements(count);
      for (uint16_t &element : elements)
        element = random() % 3 ? 0 : uint16_t(random());
      std::vector<uint64_t> intact = encoded(elements);
      std::copy(intact.begin(), intact.end(), words.begin());
      words[random() % intact.size()] ^= uint64_t(1) << random() % 64;
    } else {
      for (uint64_t &word : words)
        word = random() & (random() % 2 ? ~uint64_t(0) : 0x8000000000000000);
    }
    // The words end where the vector does: AddressSanitizer sees what is read beyond.
    std::array<int64_t, 1> extents = {int64_t(count)}, strides = {2};
    Elements elements(count);
    try {
      int64_t bytes = rlcDecode(reinterpret_cast<const uint8_t *>(words.data()), extents, strides, 0,
                                reinterpret_cast<uint8_t *>(elements.data()));
      EXPECT_LE(bytes, int64_t(8 * words.size()));
      ++good;
    } catch (const Error &) {
    }
  }
  EXPECT_GT(good, 1000);
}

TEST(Rlc, movesStridedBoxes) {
  // A box of 2 × 3 × 4 elements whose dimensions stand in another order and with gaps.
  std::array<int64_t, 3> extents = {2, 3, 4}, strides = {6, -18, 40};
  std::vector<uint8_t> memory(400), copy(400, 0xEE);
  std::mt19937 random(3);
  for (uint8_t &byte : memory)
    byte = random() % 3 ? 0 : uint8_t(random());
  std::vector<uint8_t> slot(size_t(rlcSlotBytes(24)));
  int64_t bytes = rlcEncode(memory.data() + 36, extents, strides, 0, slot.data());
  EXPECT_EQ(rlcDecode(slot.data(), extents, strides, 0, copy.data() + 36), bytes);
  int moved = 0;
  for (int64_t i = 0; i < 2; ++i)
    for (int64_t j = 0; j < 3; ++j)
      for (int64_t k = 0; k < 4; ++k) {
        int64_t at = 36 + 6 * i - 18 * j + 40 * k;
        moved += memory[at] == copy[at] && memory[at + 1] == copy[at + 1];
      }
  EXPECT_EQ(moved, 24);
  EXPECT_EQ(std::count(copy.begin(), copy.end(), 0xEE) >= 400 - 48, true);
}

TEST(SegmentGrid, encodesTensorsOfAnyShape) {
  std::mt19937 random(4);
  for (int i = 0; i < 300; ++i) {
    size_t rank = random() % 5;
    std::vector<int64_t> shape, segment;
    for (size_t d = 0; d < rank; ++d) {
      shape.push_back(1 + random() % 9);
      segment.push_back(1 + random() % 11);
    }
    SegmentGrid grid(shape, segment);
    int64_t slots = std::accumulate(grid.counts.begin(), grid.counts.end(), int64_t(1), std::multiplies<>());
    int64_t elements = std::accumulate(segment.begin(), segment.end(), int64_t(1), std::multiplies<>());
    EXPECT_EQ(grid.slotBytes, rlcSlotBytes(elements));
    EXPECT_EQ(grid.bytes, slots * grid.slotBytes);
    for (size_t d = 0; d < rank; ++d)
      EXPECT_EQ(grid.counts[d], (shape[d] + segment[d] - 1) / segment[d]);
    if (rank > 0)
      EXPECT_EQ(grid.strides[rank - 1], grid.slotBytes);
    std::vector<uint8_t> tensor(
        size_t(std::accumulate(shape.begin(), shape.end(), int64_t(2), std::multiplies<>())));
    for (uint8_t &byte : tensor)
      byte = random() % 4 ? 0 : uint8_t(random());
    std::vector<uint8_t> encoded = grid.encode(tensor, 0);
    EXPECT_EQ(int64_t(encoded.size()), grid.bytes);
    EXPECT_EQ(grid.decode(encoded, 0), tensor);
  }
  EXPECT_EQ(SegmentGrid({int64_t(1) << 30, int64_t(1) << 30}, {1, 1}).bytes, INT64_MAX);
}

TEST(SegmentGrid, saysWhereATensorIsDamaged) {
  SegmentGrid grid({2, 30}, {1, 30});
  std::vector<uint8_t> slots = grid.encode(std::vector<uint8_t>(120, 1), 0);
  slots[128] ^= 1; // the first run of the second segment
  try {
    grid.decode(slots, 0);
    FAIL();
  } catch (const Error &error) {
    EXPECT_EQ(std::string(error.what()),
              "the segment in the slot at byte 128: there are pairs behind the segment's last element");
  }
}

} // namespace

// LINK: DnncIsa
// The codecs of segments: what is encoded is decoded, in the bytes that the manual says, never more than the
// worst case; damaged bytes are refused or are another segment, and never lead outside.
#include "dnnc/Error.h"
#include "test/unit/SegmentSamples.h"

#include <gtest/gtest.h>

#include <algorithm>

using namespace dnnc;
using namespace dnnc::isa;
using namespace dnnc::isa::test;

namespace {

Extents packedStrides(const Extents &extents, int64_t elementBytes) {
  Extents strides(extents.size());
  int64_t step = elementBytes;
  for (size_t d = extents.size(); d-- > 0; step *= extents[d])
    strides[d] = step;
  return strides;
}

template <typename T> Bytes bytesOfAll(const std::vector<T> &elements) {
  Bytes bytes(elements.size() * sizeof(T));
  if (!bytes.empty())
    std::memcpy(bytes.data(), elements.data(), bytes.size());
  return bytes;
}

/// Elements side by side as a segment of these extents.
Bytes encoded(const SegmentFormat &format, const Bytes &elements, const Extents &extents) {
  EXPECT_TRUE(problemsOf(format, extents).empty());
  int64_t worst = worstCaseBytes(format, productOf(extents));
  Bytes slot(size_t(worst), 0xA5);
  Extents strides = packedStrides(extents, format.elementBytes);
  int64_t bytes = encodeSegment(format, elements.data(), extents, strides, slot.data(), worst);
  EXPECT_LE(bytes, worst);
  EXPECT_EQ(bytes, encodedBytes(format, elements.data(), extents, strides));
  for (int64_t i = bytes; i < worst; ++i)
    EXPECT_EQ(slot[size_t(i)], 0xA5) << "wrote behind its end";
  slot.resize(size_t(bytes));
  return slot;
}

/// The slot ends where the vector does: AddressSanitizer sees what is read beyond.
Bytes decoded(const SegmentFormat &format, const Bytes &slot, const Extents &extents) {
  Bytes elements(size_t(productOf(extents) * format.elementBytes), 0x5A);
  int64_t bytes =
      decodeSegment(format, slot, extents, packedStrides(extents, format.elementBytes), elements.data());
  EXPECT_LE(bytes, int64_t(slot.size()));
  return elements;
}

std::string errorOf(const SegmentFormat &format, const Bytes &slot, const Extents &extents) {
  try {
    decoded(format, slot, extents);
  } catch (const Error &error) {
    return error.what();
  }
  return "no error";
}

Bytes header(uint32_t bits, const Bytes &payload) {
  Bytes slot(4);
  std::memcpy(slot.data(), &bits, 4);
  slot.insert(slot.end(), payload.begin(), payload.end());
  return slot;
}

TEST(SegmentCodec, bitmaskHasTheBytesOfTheManual) {
  SegmentFormat format{Codec::Bitmask, 1};
  EXPECT_EQ(encoded(format, {1, 0, 2, 0, 0, 3, 0, 0, 0, 5}, {10}), header(6, {0x25, 0x02, 1, 2, 3, 5}));
  EXPECT_EQ(encoded(format, {1, 2}, {2}),
            header(0x80000002, {1, 2})); // the mask would make three bytes of it
  EXPECT_EQ(encoded(format, Bytes(8, 0), {2, 4}), header(1, {0}));
  SegmentFormat wide{Codec::Bitmask, 2, 0x0102};
  EXPECT_EQ(encoded(wide, bytesOfAll<uint16_t>({0x0102, 7, 0x0102}), {3}), header(3, {0x02, 7, 0}));
}

TEST(SegmentCodec, cscHasTheBytesOfTheManual) {
  // Two columns of 4: (2 zeros, 7) and nothing; (0, 8), (1, 9). Three pairs: addresses of 2 bits, 1 and 3.
  SegmentFormat format{Codec::Csc, 1};
  format.column = 4;
  EXPECT_EQ(encoded(format, {0, 0, 7, 0, 8, 0, 9, 0}, {2, 4}),
            header(6, {0b1101, 0x07, 0x82, 0x00, 0x09, 0x01}));
  // A run of 17 zeros: a pair of 15 zeros and a zero, then one of one zero and the value.
  format.column = 40;
  Bytes column(40, 0);
  column[17] = 5;
  EXPECT_EQ(encoded(format, column, {40}), header(4, {2, 0x00, 0x5F, 0x10}));
  // Zeros at the end of a column take nothing.
  EXPECT_EQ(encoded(format, Bytes(40, 0), {40}), header(0, {}));
}

TEST(SegmentCodec, nmHasTheBytesOfTheManual) {
  SegmentFormat format{Codec::Nm, 1};
  format.n = 2, format.m = 4;
  // Places 1 and 3; 0 and 1 (a filler first, as few zeros as can be); the last group of the row has two
  // elements.
  EXPECT_EQ(encoded(format, {0, 5, 0, 6, 0, 7, 0, 0, 8, 9}, {10}),
            header(8, {5, 6, 0, 7, 8, 9, 0b01001101, 0b0100}));
  // Three of four differ: as they are.
  EXPECT_EQ(encoded(format, {1, 2, 3, 0}, {4}), header(0x80000004, {1, 2, 3, 0}));
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

Bytes rlcOf(const std::vector<uint16_t> &elements, uint16_t zero = 0) {
  return encoded({Codec::Rlc, 2, zero}, bytesOfAll(elements), {int64_t(elements.size())});
}

TEST(SegmentCodec, rlcHasTheWordsOfTheManual) {
  using Words = std::vector<uint64_t>;
  EXPECT_EQ(rlcOf({0, 0, 7, 9, 0, 1}), bytesOfAll(Words{word({{2, 7}, {0, 9}, {1, 1}}, true)}));
  EXPECT_EQ(rlcOf({5, 0, 0}), bytesOfAll(Words{word({{0, 5}, {1, 0}}, true)}));
  // Trailing zeros end in a level that is zero; so does a run that is longer than the field.
  std::vector<uint16_t> long33(33, 0);
  long33.push_back(8);
  EXPECT_EQ(rlcOf(long33), bytesOfAll(Words{word({{31, 0}, {1, 8}}, true)}));
  // What runs count is any value: the zero point.
  EXPECT_EQ(rlcOf({0xFFF0, 0xFFF0, 0}, 0xFFF0), bytesOfAll(Words{word({{2, 0}}, true)}));
  // No zeros: a mark, and the elements as they are, where that is less.
  std::vector<uint16_t> dense(40);
  std::iota(dense.begin(), dense.end(), 1);
  Bytes raw = bytesOfAll(Words{uint64_t(1) << 63});
  Bytes elements = bytesOfAll(dense);
  raw.insert(raw.end(), elements.begin(), elements.end());
  EXPECT_EQ(rlcOf(dense), raw);
}

TEST(SegmentCodec, rlcRunsAroundTheLongest) {
  for (int before : {0, 1, 2, 3})
    for (int run : {0, 1, 30, 31, 32, 33, 62, 63, 64, 65, 96, 1000})
      for (int behind : {0, 1, 2}) {
        std::vector<uint16_t> elements(size_t(before), 3);
        elements.insert(elements.end(), size_t(run), 0);
        elements.insert(elements.end(), size_t(behind), 4);
        if (elements.empty())
          continue;
        Bytes bytes = rlcOf(elements);
        EXPECT_EQ(decoded({Codec::Rlc, 2}, bytes, {int64_t(elements.size())}), bytesOfAll(elements));
        // A pair for each level before, for each 32 zeros, and for what is behind.
        int64_t pairs = before + run / 32 + (behind > 0 ? behind : run % 32 > 0);
        EXPECT_EQ(int64_t(bytes.size()), 8 * ((pairs + 2) / 3)) << before << " " << run << " " << behind;
      }
}

TEST(SegmentCodec, decodesWhatItEncodes) {
  for (Codec codec : codecs) {
    int smaller = 0;
    for (unsigned seed = 0; seed < 1500; ++seed) {
      RandomSegment test(seed, codec);
      Bytes slot = encoded(test.format, test.elements, test.extents);
      ASSERT_EQ(decoded(test.format, slot, test.extents), test.elements) << nameOf(codec) << " seed " << seed;
      // A dense segment costs nothing but the flag; one of few elements of rlc its word.
      int64_t raw = int64_t(test.elements.size());
      EXPECT_LE(int64_t(slot.size()), std::max<int64_t>(raw + (codec == Codec::Raw ? 0 : 8), 8));
      smaller += int64_t(slot.size()) < raw;
    }
    EXPECT_TRUE(codec == Codec::Raw ? smaller == 0 : smaller > 200) << nameOf(codec) << ": " << smaller;
  }
}

/// Whatever the bytes are, decoding ends within the slot, with an error that leaves the elements alone or
/// with as many as there are.
TEST(SegmentCodec, damagedBytesStayInside) {
  for (Codec codec : codecs) {
    int errors = 0;
    for (unsigned seed = 0; seed < 4000; ++seed) {
      RandomSegment test(seed, codec);
      Bytes slot = encoded(test.format, test.elements, test.extents);
      auto &random = test.random;
      switch (slot.empty() ? 3 : random() % 4) {
      case 0:
        for (auto flips = 1 + random() % 3; flips > 0; --flips)
          slot[random() % slot.size()] ^= uint8_t(1 << random() % 8);
        break;
      case 1:
        slot.resize(random() % slot.size());
        break;
      case 2:
        slot[random() % slot.size()] = uint8_t(random());
        break;
      default:
        slot.resize(random() % 64);
        for (uint8_t &byte : slot)
          byte = uint8_t(random());
        if (slot.size() >= 4 && random() % 2) // a header that fits
          slot[0] = uint8_t(slot.size() - 4), slot[1] = slot[2] = slot[3] = 0;
      }
      slot.shrink_to_fit();
      // A guard on both sides of the elements.
      Bytes memory(test.elements.size() + 32, 0x5A);
      Bytes before = memory;
      try {
        int64_t bytes =
            decodeSegment(test.format, slot, test.extents,
                          packedStrides(test.extents, test.format.elementBytes), memory.data() + 16);
        EXPECT_LE(bytes, int64_t(slot.size()));
        std::fill_n(memory.begin() + 16, test.elements.size(), uint8_t(0x5A));
      } catch (const Error &error) {
        EXPECT_NE(std::string(error.what()), "");
        ++errors;
      }
      ASSERT_EQ(memory, before) << nameOf(codec) << " seed " << seed;
    }
    EXPECT_GT(errors, 500) << nameOf(codec);
  }
}

TEST(SegmentCodec, movesStridedBoxes) {
  // A box of 2 × 3 × 4 elements whose dimensions stand in another order and with gaps.
  Extents extents = {2, 3, 4}, strides = {6, -18, 40};
  for (Codec codec : codecs) {
    SegmentFormat format{codec, codec == Codec::Csc ? 1 : 2};
    if (codec == Codec::Csc)
      format.column = 12;
    if (codec == Codec::Nm)
      format.n = 1, format.m = 4;
    std::mt19937 random(3);
    Bytes memory(400), copy(400, 0xEE);
    for (uint8_t &byte : memory)
      byte = random() % 3 ? 0 : uint8_t(random());
    Bytes expected = copy;
    for (int64_t i = 0; i < 24; ++i) {
      int64_t at = 36 + 6 * (i / 12) - 18 * (i / 4 % 3) + 40 * (i % 4);
      std::copy_n(memory.begin() + at, format.elementBytes, expected.begin() + at);
    }
    Bytes slot(size_t(worstCaseBytes(format, 24)));
    int64_t bytes =
        encodeSegment(format, memory.data() + 36, extents, strides, slot.data(), int64_t(slot.size()));
    EXPECT_EQ(decodeSegment(format, slot, extents, strides, copy.data() + 36), bytes);
    EXPECT_EQ(copy, expected) << nameOf(codec);
  }
}

TEST(SegmentCodec, refusesSlotsThatAreTooSmall) {
  Bytes elements(100, 1), slot(103, 0xEE);
  Extents extents = {100}, strides = {1};
  try {
    encodeSegment({Codec::Bitmask, 1}, elements.data(), extents, strides, slot.data(), 103);
    FAIL();
  } catch (const Error &error) {
    EXPECT_STREQ(error.what(), "takes 104 bytes, its slot has 103");
  }
  EXPECT_EQ(slot, Bytes(103, 0xEE));
}

TEST(SegmentCodec, saysWhatIsDamaged) {
  SegmentFormat bitmask{Codec::Bitmask, 1}, csc{Codec::Csc, 1}, nm{Codec::Nm, 1}, rlc{Codec::Rlc, 2};
  csc.column = 4;
  nm.n = 2, nm.m = 4;
  EXPECT_EQ(errorOf(bitmask, {1, 0}, {10}), "its slot has 2 bytes, need 4 for its header");
  EXPECT_EQ(errorOf(bitmask, header(9, {0, 0}), {10}), "has 9 bytes behind its header, its slot 2");
  EXPECT_EQ(errorOf(bitmask, header(0x80000002, {0, 0}), {10}), "stands raw in 2 bytes, need 10");
  for (const Bytes &damaged : {header(1, {0}), header(3, {0, 0, 7}), header(2, {0, 4})})
    EXPECT_NE(errorOf(bitmask, damaged, {10}), "no error");
  EXPECT_EQ(errorOf(csc, header(2, {1, 0}), {2, 4}), "has 2 bytes, which is no number of pairs in 2 columns");
  EXPECT_EQ(errorOf(csc, header(6, {0b1110, 7, 0, 0, 0, 0}), {2, 4}), "no error"); // ends at 2 and 3
  EXPECT_EQ(errorOf(csc, header(6, {0b1011, 7, 0, 0, 0, 0}), {2, 4}),
            "column 1 ends at pair 2, the one before it at 3 of 3");
  EXPECT_EQ(errorOf(csc, header(6, {0b1110, 7, 5, 0, 0, 0}), {2, 4}),
            "column 0 has a value behind its 4 elements");
  EXPECT_EQ(errorOf(nm, header(3, {5, 6, 0b0001}), {4}), "the group at element 0 has place 0 behind 1");
  EXPECT_EQ(errorOf(nm, header(2, {5, 6}), {4}), "has 2 bytes, its 2 values need 3");
  auto words = [](std::initializer_list<uint64_t> list) { return bytesOfAll(std::vector<uint64_t>(list)); };
  EXPECT_EQ(errorOf(rlc, words({word({{0, 1}, {0, 2}, {0, 3}}, false)}), {3}),
            "the word with the segment's last element has no end bit");
  EXPECT_EQ(errorOf(rlc, words({word({{0, 1}, {0, 2}, {1, 3}}, true)}), {3}),
            "a run goes beyond the segment's last element");
  EXPECT_EQ(errorOf(rlc, words({word({{0, 1}, {0, 2}, {0, 3}}, true)}), {2}),
            "there are pairs behind the segment's last element");
}

TEST(SegmentFormat, saysWhatIsWrong) {
  auto problem = [](SegmentFormat format, Extents segment) {
    std::vector<std::string> problems = problemsOf(format, segment);
    return problems.empty() ? "" : problems[0];
  };
  EXPECT_EQ(problem({Codec::Rlc, 1}, {4}), "element_bytes = 1 with codec = rlc, need 2");
  EXPECT_EQ(problem({Codec::Csc, 2, 0, 4}, {4}), "element_bytes = 2 with codec = csc, need 1");
  EXPECT_EQ(problem({Codec::Nm, 8, 0, 0, 2, 4}, {4}), "element_bytes = 8 with codec = nm, need 1, 2 or 4");
  EXPECT_EQ(problem({Codec::Raw, 1, 3}, {4}), "zero_value = 0x3 with codec = raw, need 0x0");
  EXPECT_EQ(problem({Codec::Bitmask, 1, 256}, {4}), "zero_value = 0x100 does not fit an element of 1 bytes");
  EXPECT_EQ(problem({Codec::Bitmask, 1}, {4, 0}), "segment has 0, need at least 1");
  EXPECT_EQ(problem({Codec::Csc, 1, 0, 3}, {2, 4}),
            "column = 3 is no product of innermost extents of the segment");
  EXPECT_EQ(problem({Codec::Bitmask, 1, 0, 4}, {2, 4}), "column = 4 with codec = bitmask, need 0");
  EXPECT_EQ(problem({Codec::Nm, 1, 0, 0, 2, 3}, {4}), "m = 3, need 2, 4, 8 or 16");
  EXPECT_EQ(problem({Codec::Nm, 1, 0, 0, 4, 4}, {4}), "n = 4, need 1 to m - 1");
  EXPECT_EQ(problem({Codec::Raw, 1, 0, 0, 2, 4}, {4}), "n = 2 and m = 4 with codec = raw, need 0");
  EXPECT_EQ(problem({Codec::Bitmask, 4}, {1 << 15, 1 << 15}),
            "segment has more than the 2^31 - 1 bytes that a header counts");
}

} // namespace

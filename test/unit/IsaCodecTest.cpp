// LINK: DnncIsa
// Properties of the generated codec, for every row of the table: decode(encode(x)) == x, parse(print(x)) ==
// x, and words that are damaged either are refused or are what the encoder writes for what was decoded.
#include "runtime/Isa/Rules.h"
#include "runtime/Isa/Text.h"
#include "test/unit/IsaRandom.h"

#include <gtest/gtest.h>

#include <functional>

using namespace dnnc;
using namespace dnnc::isa;

namespace {

template <typename Row> class EveryRow : public testing::Test {};
using Rows = testing::Types<Loop, EndLoop, Sync, Load, Store, Conv, Map, Reduce, Window, Permute, Gather,
                            ProgramRow, TokenRow, NodeRow, TensorRow, SegmentRow, MappingRow, LanesRow, DensityRow>;
static_assert(std::variant_size_v<Instruction> == 11 && std::variant_size_v<AnyRow> == 8,
              "a row was added: add it to the tested rows");
TYPED_TEST_SUITE(EveryRow, Rows);

template <typename Row> std::vector<uint64_t> encoded(const Row &row) {
  std::vector<uint64_t> words;
  encodeRow(row, words);
  return words;
}

template <typename Row> Row parsed(const std::string &text) {
  TextReader reader(text, "test");
  Row row = parseRow<Row>(reader);
  EXPECT_TRUE(reader.atEnd()) << text;
  return row;
}

TYPED_TEST(EveryRow, DecodesWhatItEncodes) {
  Random random(1);
  for (int i = 0; i < 500; ++i) {
    TypeParam row = random.row<TypeParam>();
    std::vector<uint64_t> words = encoded(row);
    std::span<const uint64_t> rest = words;
    EXPECT_EQ(decodeRow<TypeParam>(rest), row);
    EXPECT_TRUE(rest.empty());
  }
}

TYPED_TEST(EveryRow, ParsesWhatItPrints) {
  Random random(2);
  for (int i = 0; i < 500; ++i) {
    TypeParam row = random.row<TypeParam>();
    for (int indent : {0, 4}) {
      std::string text = printRow(row, indent);
      ASSERT_EQ(parsed<TypeParam>(text), row) << text;
    }
  }
}

TYPED_TEST(EveryRow, DamagedWordsAreRefusedOrCanonical) {
  Random random(3);
  for (int i = 0; i < 2000; ++i) {
    std::vector<uint64_t> words = encoded(random.row<TypeParam>());
    int flips = 1 + random.below(3);
    for (int flip = 0; flip < flips; ++flip)
      words[random.below(words.size())] ^= uint64_t(1) << random.below(64);
    if (random.below(4) == 0)
      words.resize(random.below(words.size() + 1));
    std::span<const uint64_t> rest = words;
    try {
      TypeParam row = decodeRow<TypeParam>(rest);
      std::vector<uint64_t> again = encoded(row);
      words.resize(words.size() - rest.size());
      EXPECT_EQ(again, words);
    } catch (const Error &) {
    }
  }
}

TYPED_TEST(EveryRow, RandomWordsNeverCrash) {
  Random random(4);
  for (int i = 0; i < 2000; ++i) {
    std::vector<uint64_t> words(random.below(40));
    for (uint64_t &word : words)
      word = random.below(3) ? random.word() : random.below(20);
    if (!words.empty()) {
      std::vector<uint64_t> good = encoded(TypeParam());
      words[0] = (good[0] & 0xFF) | uint64_t(words.size()) << 8;
    }
    std::span<const uint64_t> rest = words;
    try {
      decodeRow<TypeParam>(rest);
    } catch (const Error &) {
    }
  }
}

TYPED_TEST(EveryRow, DamagedTextNeverCrashes) {
  Random random(5);
  for (int i = 0; i < 500; ++i) {
    std::string text = printRow(random.row<TypeParam>());
    size_t at = random.below(text.size());
    if (random.below(2))
      text[at] = static_cast<char>(random.below(128));
    else
      text.resize(at);
    TextReader reader(text, "test");
    try {
      parseRow<TypeParam>(reader);
    } catch (const Error &) {
    }
  }
}

// Rules judge what a damaged file may say: no number in it may overflow their arithmetic (the sanitizers see
// to that).
TYPED_TEST(EveryRow, RulesTakeAnyRow) {
  Random random(8);
  for (int i = 0; i < 2000; ++i) {
    TypeParam row = random.row<TypeParam>();
    if constexpr (TypeParam::info.space == Space::Instruction)
      problemsOf(Instruction(row));
    else
      problemsOf(AnyRow(row));
  }
}

TEST(IsaCodec, InstructionsOfAStreamDecodeAlone) {
  Random random(6);
  std::vector<Instruction> stream = {random.row<Loop>(), random.row<Load>(), random.row<Conv>(),
                                     random.row<Sync>(), random.row<EndLoop>()};
  std::vector<uint64_t> words;
  for (const Instruction &instruction : stream)
    encode(instruction, words);
  std::span<const uint64_t> rest = words;
  for (const Instruction &instruction : stream) {
    EXPECT_EQ(decodeInstruction(rest), instruction);
    EXPECT_EQ(parseInstruction(print(instruction)), instruction);
  }
  EXPECT_TRUE(rest.empty());
}

std::string errorOf(const std::function<void()> &action) {
  try {
    action();
  } catch (const Error &error) {
    return error.what();
  }
  return "";
}

TEST(IsaCodec, ErrorsNameTheField) {
  std::vector<uint64_t> words;
  EXPECT_EQ(errorOf([&] { encode(Instruction(Loop{.count = int64_t(1) << 32}), words); }),
            "isa.loop: count = 4294967296 does not fit 32 bits without sign");
  EXPECT_TRUE(words.empty());
  EXPECT_EQ(errorOf([&] { encode(Instruction(Conv{.ifmapZeroPoint = int64_t(1) << 31}), words); }),
            "isa.conv: ifmap_zero_point = 2147483648 does not fit 32 bits with sign");
  EXPECT_EQ(errorOf([&] { encode(Instruction(Load{.dram = Affine(0, {{int64_t(1) << 55, 0}})}), words); }),
            "isa.load: dram has stride = 36028797018963968 does not fit 56 bits with sign");
  EXPECT_EQ(errorOf([&] { encode(Instruction(Load{.pad = static_cast<PadMode>(7)}), words); }),
            "isa.load: pad = 7 is none of none, fill");
  EXPECT_EQ(errorOf([&] { encode(Instruction(Sync{.wait = std::vector<int64_t>(70000)}), words); }),
            "isa.sync: has 70003 words, a row has at most 65535");
  LanesRow lanes{.steps = {LaneStep{.opcode = LaneOpcode::Abs, .b = 1}}};
  EXPECT_EQ(errorOf([&] { encodeRow(lanes, words); }),
            "isa.lanes: steps has an isa.lane.abs with an operand it does not use");

  encode(Instruction(Sync{}), words);
  auto decode = [&](std::vector<uint64_t> damaged) {
    return errorOf([&] {
      std::span<const uint64_t> rest = damaged;
      decodeInstruction(rest);
    });
  };
  EXPECT_EQ(decode({}), "have opcode 0, which is no instruction");
  EXPECT_EQ(decode({words[0] | uint64_t(1) << 60, words[1], words[2]}),
            "isa.sync: word 0 has bits 0x1000000000000000 that no field uses");
  EXPECT_EQ(decode({words[0], words[1]}), "isa.sync: length is 3 words, only 2 are left");
  EXPECT_EQ(decode({words[0], 5, words[2]}),
            "isa.sync: wait has 5 elements, which go beyond the end of the row");
  EXPECT_EQ(decode({words[0], uint64_t(1) << 40, words[2]}),
            "isa.sync: wait has bits 0x10000000000 that mean nothing");
}

TEST(IsaCodec, ParseErrorsHaveLineAndColumn) {
  auto parse = [](const char *text) { return errorOf([&] { parseInstruction(std::string_view(text)); }); };
  EXPECT_EQ(parse("isa.sync node = 0,\n  wait [], signal = []"), "text:2:8: have '[', need '='");
  EXPECT_EQ(parse("isa.nothing"), "text:1:1: have 'isa.nothing', need an instruction");
  EXPECT_EQ(parse("isa.sync node = 16777216, wait = [], signal = []"),
            "text:1:17: node = 16777216 does not fit 24 bits without sign");
  EXPECT_EQ(parse("isa.sync node = 0, wait = [99999999999999999999], signal = []"),
            "text:1:28: need a number of 64 bits with sign");
  EXPECT_EQ(parse("isa.sync node = 0, wait = [], signal = [] more"),
            "text:1:43: need the end of the text behind an instruction");
  EXPECT_EQ(parse("isa.sync node = 0"), "text:1:18: the text ends, need ','");
}

TEST(IsaCodec, AffineValueWrapsIntoItsRing) {
  Affine ring(100, {{64, 0}, {-8, 1}}, 128);
  EXPECT_EQ(ring.value(std::array<int64_t, 2>{0, 0}), 100);
  EXPECT_EQ(ring.value(std::array<int64_t, 2>{3, 0}), 100 + 64);
  EXPECT_EQ(ring.value(std::array<int64_t, 2>{0, 1}), 100 + 120);
  EXPECT_EQ(ring.value({}), 100);
  Affine plain(-5, {{7, 0}});
  EXPECT_EQ(plain.value(std::array<int64_t, 1>{2}), 9);
}

TEST(IsaCodec, FloatTextsKeepTheirBits) {
  Random random(7);
  for (int i = 0; i < 20000; ++i) {
    uint32_t bits = static_cast<uint32_t>(random.word());
    std::string text = textOfFloat(bits);
    TextReader reader(text, "test");
    ASSERT_EQ(reader.floatBits(), bits) << textOfFloat(bits);
  }
  EXPECT_EQ(textOfFloat(0x3F800000), "1.0");
  EXPECT_EQ(textOfFloat(0xBDCCCCCD), "-0.1");
  EXPECT_EQ(textOfFloat(0x7F800000), "0x7F800000");
  EXPECT_EQ(textOfFloat(0x0DA24260), "1.0e-30");
}

} // namespace

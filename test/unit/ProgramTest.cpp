// LINK: DnncProgram DnncTarget ZLIB::ZLIB
// The program file: what is written is read back, the bytes are always the same, and the reader trusts
// nothing.
#include "runtime/Program/Program.h"
#include "test/unit/IsaRandom.h"
#include "test/unit/ProgramSample.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>

using namespace dnnc;
using namespace dnnc::isa;

namespace {

constexpr size_t headerBytes = 64, sectionBytes = 32;

bool same(const Program &a, const Program &b) {
  return a.header == b.header && a.tokens == b.tokens && a.nodes == b.nodes && a.tensors == b.tensors &&
         a.segments == b.segments && a.mappings == b.mappings && a.lanes == b.lanes && a.queues == b.queues &&
         std::ranges::equal(a.constants.span(), b.constants.span());
}

std::string errorOf(const std::function<void()> &action) {
  try {
    action();
  } catch (const Error &error) {
    return error.what();
  }
  return "";
}

uint32_t word(const std::vector<uint8_t> &file, size_t at) {
  uint32_t value;
  std::memcpy(&value, &file[at], 4);
  return value;
}
uint64_t longWord(const std::vector<uint8_t> &file, size_t at) {
  uint64_t value;
  std::memcpy(&value, &file[at], 8);
  return value;
}
template <typename Value> void put(std::vector<uint8_t> &file, size_t at, Value value) {
  std::memcpy(&file[at], &value, sizeof value);
}

/// Makes the checksums of a damaged file right again, as far as its sections lie inside.
void mendChecksums(std::vector<uint8_t> &file) {
  uint64_t sections = word(file, 12);
  sections = std::min<uint64_t>(sections, (file.size() - headerBytes) / sectionBytes);
  for (size_t i = 0; i < sections; ++i) {
    size_t at = headerBytes + i * sectionBytes;
    uint64_t offset = longWord(file, at + 8), bytes = longWord(file, at + 16);
    if (offset <= file.size() && bytes <= file.size() - offset)
      put<uint32_t>(file, at + 24, ::crc32(0, file.data() + offset, static_cast<uInt>(bytes)));
  }
  put<uint32_t>(file, 32, 0);
  put<uint32_t>(file, 32, ::crc32(0, file.data(), headerBytes + sections * sectionBytes));
}

Program parse(std::vector<uint8_t> file) { return Program::parse(Bytes(std::move(file))); }

TEST(Program, ReadsWhatItWrites) {
  Program program = sampleProgram();
  EXPECT_TRUE(same(parse(program.serialize()), program));
  std::string path = testing::TempDir() + "program_test.bin";
  program.write(path);
  Program read = Program::read(path);
  EXPECT_TRUE(same(read, program));
  // Mapped, not copied, and the mapping lives as long as a copy of the bytes.
  Bytes kept = read.constants;
  read = Program();
  std::filesystem::remove(path);
  EXPECT_EQ(kept.data()[3], 21);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(kept.data()) % 64, 0u);
}

TEST(Program, BytesAreAlwaysTheSame) {
  EXPECT_EQ(sampleProgram().serialize(), sampleProgram().serialize());
  std::vector<uint8_t> file = sampleProgram().serialize();
  EXPECT_EQ(parse(file).serialize(), file);
}

TEST(Program, RandomRowsComeBack) {
  Random random(11);
  for (int i = 0; i < 50; ++i) {
    Program program;
    program.header = random.row<ProgramRow>();
    for (int64_t n = random.below(5); n > 0; --n) {
      program.tokens.push_back(random.row<TokenRow>());
      program.nodes.push_back(random.row<NodeRow>());
      program.tensors.push_back(random.row<TensorRow>());
      program.segments.push_back(random.row<SegmentRow>());
      program.mappings.push_back(random.row<MappingRow>());
      program.lanes.push_back(random.row<LanesRow>());
      program.densities.push_back(random.row<DensityRow>());
      program[Queue::Load].push_back(random.row<Load>());
      program[Queue::Vector].push_back(random.row<Window>());
    }
    std::vector<uint8_t> constants(random.below(300));
    for (uint8_t &byte : constants)
      byte = static_cast<uint8_t>(random.word());
    program.header.constantsBytes = static_cast<int64_t>(constants.size());
    program.constants = Bytes(std::move(constants));
    EXPECT_TRUE(same(parse(program.serialize()), program));
    for (bool comments : {false, true}) {
      std::string text = program.print(Program::Constants::Full, comments);
      Program again = Program::fromText(text, "test");
      EXPECT_TRUE(same(again, program)) << text;
      EXPECT_EQ(again.serialize(), program.serialize());
    }
  }
}

TEST(Program, DigestTakesBytesFromElsewhere) {
  Program program = sampleProgram();
  std::string text = program.print(Program::Constants::Digest);
  EXPECT_EQ(text.find("dense_resource"), std::string::npos);
  EXPECT_TRUE(same(Program::fromText(text, "test", &program), program));
  EXPECT_NE(errorOf([&] {
              Program::fromText(text, "test");
            }).find("need their bytes: give a program that has them with --data"),
            std::string::npos);
  Program other = sampleProgram();
  std::vector<uint8_t> bytes(other.constants.span().begin(), other.constants.span().end());
  bytes[50] ^= 1;
  other.constants = Bytes(std::move(bytes));
  EXPECT_NE(
      errorOf([&] { Program::fromText(text, "test", &other); }).find("need " + digestText(program.constants)),
      std::string::npos);
}

TEST(Program, RefusesWhatIsNoProgram) {
  std::vector<uint8_t> good = sampleProgram().serialize();
  auto damaged = [&](const std::function<void(std::vector<uint8_t> &)> &damage, bool mend = true) {
    std::vector<uint8_t> file = good;
    damage(file);
    if (mend && file.size() >= headerBytes)
      mendChecksums(file);
    return errorOf([&] { parse(file); });
  };
  EXPECT_EQ(damaged([](auto &file) { file.clear(); }), "have 0 bytes, a program has at least 64");
  EXPECT_EQ(damaged([](auto &file) { file[0] = 'X'; }),
            "is no dnnc program: it does not start with DNNCPROG");
  EXPECT_EQ(damaged([](auto &file) { put<uint16_t>(file, 8, 2); }),
            "has format version 2.0, this build reads 1.x: compile the model again");
  EXPECT_NE(damaged([](auto &file) { file[16] ^= 1; }).find("was written for ISA"), std::string::npos);
  EXPECT_NE(damaged([](auto &file) { file.resize(file.size() - 64); }).find("the file is cut or damaged"),
            std::string::npos);
  EXPECT_NE(
      damaged([](auto &file) { put<uint32_t>(file, 12, 1 << 30); }).find("go beyond the end of the file"),
      std::string::npos);
  EXPECT_NE(damaged([](auto &file) { file[headerBytes] ^= 1; }, false).find("header with checksum"),
            std::string::npos);
  EXPECT_NE(damaged([](auto &file) { file[longWord(file, headerBytes + 8)] ^= 1; }, false)
                .find("the program section has checksum"),
            std::string::npos);
  EXPECT_NE(damaged([](auto &file) {
              put<uint64_t>(file, headerBytes + 8, 1);
            }).find("starts at 1, need a multiple of 64"),
            std::string::npos);
  EXPECT_NE(
      damaged([](auto &file) { put<uint64_t>(file, headerBytes + 16, ~uint64_t(0)); }).find("the file has"),
      std::string::npos);
  EXPECT_NE(
      damaged([](auto &file) { put<uint32_t>(file, headerBytes, 2); }).find("has the token section twice"),
      std::string::npos);
  EXPECT_NE(damaged([](auto &file) {
              put<uint64_t>(file, headerBytes + 16, longWord(file, headerBytes + 16) - 8);
            }).find("the program section, row 0 at word 0"),
            std::string::npos);
  EXPECT_NE(
      damaged([](auto &file) { put<uint64_t>(file, headerBytes + 16, 12); }).find("need a multiple of 8"),
      std::string::npos);
  // A kind this build does not know: an error where the writer says it is required, otherwise skipped.
  size_t last = headerBytes + (word(good, 12) - 1) * sectionBytes;
  EXPECT_EQ(damaged([&](auto &file) { put<uint32_t>(file, last, 200); }),
            "needs section kind 200, which this build does not know: use a newer dnnc");
  EXPECT_EQ(damaged([&](auto &file) {
              put<uint32_t>(file, last, 200);
              put<uint32_t>(file, last + 4, 0);
              put<uint16_t>(file, 10, 9); // and a newer minor version
            }),
            "");
}

TEST(Program, DamagedFilesNeverCrash) {
  Random random(12);
  std::vector<uint8_t> good = sampleProgram().serialize();
  int refused = 0, runs = 3000;
  for (int i = 0; i < runs; ++i) {
    std::vector<uint8_t> file = good;
    for (int64_t n = 1 + random.below(4); n > 0; --n)
      file[random.below(file.size())] = static_cast<uint8_t>(random.word());
    if (random.below(8) == 0)
      file.resize(random.below(file.size() + 1));
    if (random.below(4) && file.size() >= headerBytes)
      mendChecksums(file);
    try {
      Program program = parse(file);
      verify(program);
      // What was accepted is written and read again the same.
      EXPECT_TRUE(same(parse(program.serialize()), program));
      EXPECT_TRUE(same(Program::fromText(program.print(Program::Constants::Full, true), "test"), program));
    } catch (const Error &) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 0);
  EXPECT_LT(refused, runs);
}

TEST(Program, WriteLeavesNothingBehindWhenItFails) {
  Program program = sampleProgram();
  program.tokens[0].initial = -1;
  std::string path = testing::TempDir() + "never_written.bin";
  EXPECT_EQ(errorOf([&] { program.write(path); }),
            "row 0 of the token section: isa.token: initial = -1 does not fit 32 bits without sign");
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_NE(errorOf([&] {
              sampleProgram().write("/no/such/folder/p.bin");
            }).find("cannot write /no/such/folder/p.bin"),
            std::string::npos);
  EXPECT_NE(errorOf([&] { Program::read("/no/such/file"); }).find("cannot open /no/such/file"),
            std::string::npos);
  EXPECT_NE(errorOf([&] { Program::read("/tmp"); }).find("no regular file"), std::string::npos);
}

TEST(Program, FindsTensors) {
  Program program = sampleProgram();
  EXPECT_EQ(program.findTensor("y"), std::optional<size_t>(2));
  EXPECT_EQ(program.findTensor("z"), std::nullopt);
}

TEST(Program, TextErrorsHaveLineAndColumn) {
  std::string text = sampleProgram().print(Program::Constants::Full);
  auto broken = [&](const std::string &from, const std::string &to) {
    std::string other = text;
    size_t at = other.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    other.replace(at, from.size(), to);
    return errorOf([&] { Program::fromText(other, "p.mlir"); });
  };
  EXPECT_EQ(broken("module {", "modul {"), "p.mlir:1:1: need 'isa.program'");
  EXPECT_NE(broken("isa.queue load", "isa.queue nothing")
                .find("have queue 'nothing', need one of load, array, vector, store"),
            std::string::npos);
  EXPECT_NE(broken("isa.queue vector", "isa.queue load").find("have queue 'load' twice"), std::string::npos);
  EXPECT_NE(broken("isa.mapping", "isa.mappin").find("need a row of a table or 'isa.queue'"),
            std::string::npos);
  EXPECT_NE(broken("tensor<100xui8>", "tensor<99xui8>").find("need '100xui8'"), std::string::npos);
  EXPECT_NE(broken("\"0x4000", "\"0xZ000").find("need hexadecimal digits"), std::string::npos);
  EXPECT_NE(broken("constants: \"", "other: \"")
                .find("need the bytes of the constants, 'dense_resource<constants>'"),
            std::string::npos);
  EXPECT_NE(broken("isa.lane.max", "isa.lane.more").find("have 'isa.lane.more', need a lane step"),
            std::string::npos);
}

} // namespace

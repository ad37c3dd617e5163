// The program file: a header, a table of sections, and the sections, each at a multiple of 64 bytes so that
// the file can be mapped. All numbers are little-endian. The reader trusts nothing: every offset, count and
// size is checked before use.
//
//   header   magic[8], u16 major, u16 minor, u32 sections, u64 ISA hash, u64 file bytes, u32 CRC of header
//   (with this field 0) and
//            section table, u32 zero; padded to 64 bytes
//   section  u32 kind, u32 flags (bit 0: a reader that does not know the kind must refuse), u64 offset, u64
//   bytes, u32 CRC, u32 zero
#include "runtime/Program/Program.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <unistd.h>

static_assert(std::endian::native == std::endian::little,
              "the program file is read and written as it stands in memory");

namespace dnnc::isa {
namespace {

constexpr std::array<char, 8> magic = {'D', 'N', 'N', 'C', 'P', 'R', 'O', 'G'};
constexpr uint16_t majorVersion = 1, minorVersion = 0;
constexpr uint64_t alignment = 64;
constexpr uint32_t requiredFlag = 1;

/// Sections by number; the rows' are the opcodes of their rows.
enum class Kind : uint32_t {
  Program = ProgramRow::info.opcode,
  Tokens = TokenRow::info.opcode,
  Nodes = NodeRow::info.opcode,
  Tensors = TensorRow::info.opcode,
  Segments = SegmentRow::info.opcode,
  Mappings = MappingRow::info.opcode,
  Lanes = LanesRow::info.opcode,
  Densities = DensityRow::info.opcode,
  Constants = 32,
  FirstQueue = 64 // and one for each queue
};

struct FileHeader {
  std::array<char, 8> magic;
  uint16_t majorVersion, minorVersion;
  uint32_t sections;
  uint64_t isaHash;
  uint64_t fileBytes;
  uint32_t checksum;
  uint32_t zero;
  std::array<uint64_t, 3> padding;
};
static_assert(sizeof(FileHeader) == alignment);

struct Section {
  uint32_t kind, flags;
  uint64_t offset, bytes;
  uint32_t checksum, zero;
};
static_assert(sizeof(Section) == 32);

uint64_t aligned(uint64_t value) { return (value + alignment - 1) / alignment * alignment; }

uint32_t checksumOf(std::span<const uint8_t> bytes, uint32_t start = 0) {
  uint32_t sum = start;
  constexpr size_t chunk = size_t(1) << 30; // zlib counts in 32 bits
  for (size_t at = 0; at < bytes.size(); at += chunk)
    sum = static_cast<uint32_t>(
        ::crc32(sum, bytes.data() + at, static_cast<uInt>(std::min(chunk, bytes.size() - at))));
  return sum;
}

std::string nameOf(uint32_t kind) {
  for (const RowInfo &info : rowInfos)
    if (info.opcode == kind)
      return fmt::format("the {} section", info.name);
  if (kind == static_cast<uint32_t>(Kind::Constants))
    return "the constants";
  uint32_t queue = kind - static_cast<uint32_t>(Kind::FirstQueue);
  if (queue < queueNames.size())
    return fmt::format("the {} queue", queueNames[queue]);
  return fmt::format("section kind {}", kind);
}

// Writing
// ----------------------------------------------------------------------------------------------------------

/// A section of rows before it has a place in the file; the constants' stand elsewhere.
struct Content {
  Kind kind;
  std::vector<uint64_t> words;
};

template <typename Row> Content rowsPart(Kind kind, const std::vector<Row> &rows) {
  Content part{kind, {}};
  for (size_t i = 0; i < rows.size(); ++i)
    try {
      encodeRow(rows[i], part.words);
    } catch (const Error &error) {
      throw Error(fmt::format("row {} of {}: {}", i, nameOf(static_cast<uint32_t>(kind)), error.what()));
    }
  return part;
}

// Reading
// ----------------------------------------------------------------------------------------------------------

class FileReader {
public:
  explicit FileReader(const Bytes &file) : file(file) {}

  Program read() {
    readHeader();
    readSections();
    Program program;
    std::vector<ProgramRow> headers;
    rows(Kind::Program, headers);
    if (headers.size() != 1)
      throw Error(fmt::format("have {} program headers, need 1", headers.size()));
    program.header = std::move(headers[0]);
    rows(Kind::Tokens, program.tokens);
    rows(Kind::Nodes, program.nodes);
    rows(Kind::Tensors, program.tensors);
    rows(Kind::Segments, program.segments);
    rows(Kind::Mappings, program.mappings);
    rows(Kind::Lanes, program.lanes);
    rows(Kind::Densities, program.densities);
    if (const Section *section = find(static_cast<uint32_t>(Kind::Constants)))
      program.constants = file.part(section->offset, section->bytes);
    for (size_t i = 0; i < program.queues.size(); ++i)
      instructions(static_cast<Kind>(static_cast<uint32_t>(Kind::FirstQueue) + i), program.queues[i]);
    return program;
  }

private:
  void readHeader() {
    if (file.size() < sizeof header)
      throw Error(fmt::format("have {} bytes, a program has at least {}", file.size(), sizeof header));
    std::memcpy(&header, file.data(), sizeof header);
    if (header.magic != magic)
      throw Error("is no dnnc program: it does not start with DNNCPROG");
    if (header.majorVersion != majorVersion)
      throw Error(fmt::format("has format version {}.{}, this build reads {}.x: compile the model again",
                              header.majorVersion, header.minorVersion, majorVersion));
    if (header.isaHash != tableHash)
      throw Error(fmt::format("was written for ISA {:016x}, this build has {:016x}: compile the model again",
                              header.isaHash, tableHash));
    if (header.fileBytes != file.size())
      throw Error(fmt::format("has {} bytes, its header says {}: the file is cut or damaged", file.size(),
                              header.fileBytes));
  }

  void readSections() {
    uint64_t count = header.sections;
    if (count > (file.size() - sizeof header) / sizeof(Section))
      throw Error(fmt::format("has {} sections, which go beyond the end of the file", count));
    sections.resize(count);
    if (count)
      std::memcpy(sections.data(), file.data() + sizeof header, count * sizeof(Section));
    FileHeader blank = header;
    blank.checksum = 0;
    uint32_t sum = checksumOf({reinterpret_cast<const uint8_t *>(&blank), sizeof blank});
    sum = checksumOf(file.span().subspan(sizeof header, count * sizeof(Section)), sum);
    if (sum != header.checksum)
      throw Error(fmt::format("has a header with checksum {:08x}, it says {:08x}: the file is damaged", sum,
                              header.checksum));
    uint64_t end = aligned(sizeof header + count * sizeof(Section));
    for (size_t i = 0; i < sections.size(); ++i) {
      const Section &section = sections[i];
      std::string name = nameOf(section.kind);
      if (section.offset % alignment || section.offset < end)
        throw Error(fmt::format("{} starts at {}, need a multiple of {} from {} on", name, section.offset,
                                alignment, end));
      if (section.offset > file.size() || section.bytes > file.size() - section.offset)
        throw Error(fmt::format("{} has {} bytes at {}, the file has {}", name, section.bytes, section.offset,
                                file.size()));
      end = section.offset + section.bytes;
      uint32_t sum = checksumOf(file.span().subspan(section.offset, section.bytes));
      if (sum != section.checksum)
        throw Error(fmt::format("{} has checksum {:08x}, the section table says {:08x}: the file is damaged",
                                name, sum, section.checksum));
      if (!isKnown(section.kind) && section.flags & requiredFlag)
        throw Error(fmt::format("needs {}, which this build does not know: use a newer dnnc", name));
      for (size_t j = 0; j < i; ++j)
        if (sections[j].kind == section.kind)
          throw Error(fmt::format("has {} twice", name));
    }
  }

  static bool isKnown(uint32_t kind) {
    uint32_t first = static_cast<uint32_t>(Kind::FirstQueue);
    return (kind >= 1 && kind <= rowInfos.size()) || kind == static_cast<uint32_t>(Kind::Constants) ||
           (kind >= first && kind < first + queueNames.size());
  }

  const Section *find(uint32_t kind) const {
    for (const Section &section : sections)
      if (section.kind == kind)
        return &section;
    return nullptr;
  }

  std::vector<uint64_t> words(Kind kind) const {
    const Section *section = find(static_cast<uint32_t>(kind));
    if (!section)
      return {};
    if (section->bytes % 8)
      throw Error(
          fmt::format("{} has {} bytes, need a multiple of 8", nameOf(section->kind), section->bytes));
    std::vector<uint64_t> words(section->bytes / 8);
    if (!words.empty())
      std::memcpy(words.data(), file.data() + section->offset, section->bytes);
    return words;
  }

  template <typename Item, typename Decode>
  void items(Kind kind, std::vector<Item> &out, Decode decode) const {
    std::vector<uint64_t> all = words(kind);
    std::span<const uint64_t> rest = all;
    while (!rest.empty())
      try {
        out.push_back(decode(rest));
      } catch (const Error &error) {
        throw Error(fmt::format("{}, row {} at word {}: {}", nameOf(static_cast<uint32_t>(kind)), out.size(),
                                all.size() - rest.size(), error.what()));
      }
  }
  template <typename Row> void rows(Kind kind, std::vector<Row> &out) const {
    items(kind, out, decodeRow<Row>);
  }
  void instructions(Kind kind, std::vector<Instruction> &out) const { items(kind, out, decodeInstruction); }

  const Bytes &file;
  FileHeader header;
  std::vector<Section> sections;
};

} // namespace

Program Program::parse(const Bytes &file) { return FileReader(file).read(); }

Program Program::read(const std::string &path) {
  Bytes file = Bytes::map(path);
  try {
    Program program = parse(file);
    std::string problems;
    for (const Problem &problem : verify(program))
      problems += (problems.empty() ? "" : "\n" + path + ": ") + problem.text();
    if (!problems.empty())
      throw Error(problems);
    return program;
  } catch (const Error &error) {
    throw Error(fmt::format("{}: {}", path, error.what()));
  }
}

std::vector<uint8_t> Program::serialize() const {
  std::vector<Content> parts;
  parts.push_back(rowsPart(Kind::Program, std::vector<ProgramRow>{header}));
  parts.push_back(rowsPart(Kind::Tokens, tokens));
  parts.push_back(rowsPart(Kind::Nodes, nodes));
  parts.push_back(rowsPart(Kind::Tensors, tensors));
  parts.push_back(rowsPart(Kind::Segments, segments));
  parts.push_back(rowsPart(Kind::Mappings, mappings));
  parts.push_back(rowsPart(Kind::Lanes, lanes));
  if (!densities.empty())
    parts.push_back(rowsPart(Kind::Densities, densities));
  parts.push_back({Kind::Constants, {}});
  for (size_t i = 0; i < queues.size(); ++i) {
    Content part{static_cast<Kind>(static_cast<uint32_t>(Kind::FirstQueue) + i), {}};
    for (size_t j = 0; j < queues[i].size(); ++j)
      try {
        encode(queues[i][j], part.words);
      } catch (const Error &error) {
        throw Error(fmt::format("instruction {} of the {} queue: {}", j, queueNames[i], error.what()));
      }
    parts.push_back(std::move(part));
  }

  std::vector<Section> sections;
  uint64_t end = aligned(sizeof(FileHeader) + parts.size() * sizeof(Section));
  auto bytesOf = [&](const Content &part) -> std::span<const uint8_t> {
    if (part.kind == Kind::Constants)
      return constants;
    return {reinterpret_cast<const uint8_t *>(part.words.data()), part.words.size() * 8};
  };
  for (const Content &part : parts) {
    std::span<const uint8_t> bytes = bytesOf(part);
    sections.push_back(
        {static_cast<uint32_t>(part.kind), requiredFlag, end, bytes.size(), checksumOf(bytes), 0});
    end = aligned(end + bytes.size());
  }
  FileHeader head{
      magic, majorVersion, minorVersion, static_cast<uint32_t>(sections.size()), tableHash, end, 0, 0, {}};
  std::span<const uint8_t> table(reinterpret_cast<const uint8_t *>(sections.data()),
                                 sections.size() * sizeof(Section));
  head.checksum = checksumOf(table, checksumOf({reinterpret_cast<const uint8_t *>(&head), sizeof head}));

  std::vector<uint8_t> file(end, 0);
  std::memcpy(file.data(), &head, sizeof head);
  std::memcpy(file.data() + sizeof head, table.data(), table.size());
  for (size_t i = 0; i < parts.size(); ++i)
    if (std::span<const uint8_t> bytes = bytesOf(parts[i]); !bytes.empty())
      std::memcpy(file.data() + sections[i].offset, bytes.data(), bytes.size());
  return file;
}

void Program::write(const std::string &path) const {
  std::vector<uint8_t> bytes = serialize();
  // Beside a file and then in its place, so that nobody reads half a program. What is no file (a device, a pipe, a link) is
  // written into, not replaced.
  std::error_code unknown;
  std::filesystem::file_status status = std::filesystem::symlink_status(path, unknown);
  bool inPlace = std::filesystem::exists(status) && !std::filesystem::is_regular_file(status);
  std::string temporary = inPlace ? path : fmt::format("{}.{}.tmp", path, ::getpid());
  std::FILE *file = std::fopen(temporary.c_str(), "wb");
  if (!file)
    throw Error(fmt::format("cannot write {}: {}", path, std::strerror(errno)));
  bool good = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  good = std::fclose(file) == 0 && good;
  if (!good || (!inPlace && std::rename(temporary.c_str(), path.c_str()) != 0)) {
    int reason = errno;
    if (!inPlace)
      std::remove(temporary.c_str());
    throw Error(fmt::format("cannot write {}: {}", path, std::strerror(reason)));
  }
}

} // namespace dnnc::isa

#include "runtime/Tensor/Zip.h"
#include "dnnc/Error.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <new>

namespace dnnc::zip {
namespace {

constexpr uint32_t localSignature = 0x04034b50, centralSignature = 0x02014b50, endSignature = 0x06054b50;
constexpr size_t localBytes = 30, centralBytes = 46, endBytes = 22;
constexpr uint16_t storedMethod = 0, deflatedMethod = 8;
constexpr uint16_t encryptedFlag = 1, utf8Flag = 0x800;
constexpr uint32_t inZip64 = 0xffffffff; // the value stands in a zip64 record
constexpr uint64_t maxBytes = inZip64 - 1;

/// Reads little-endian fields at checked offsets.
class Bytes {
public:
  Bytes(std::span<const uint8_t> bytes, const std::string &file) : bytes(bytes), file(file) {}

  std::span<const uint8_t> range(uint64_t offset, uint64_t count) const {
    if (offset > bytes.size() || count > bytes.size() - offset)
      throw Error(fmt::format("{}: damaged .npz archive: {} B at {} are outside of its {} B", file, count,
                              offset, bytes.size()));
    return bytes.subspan(offset, count);
  }
  uint16_t u16(uint64_t offset) const {
    auto b = range(offset, 2);
    return static_cast<uint16_t>(b[0] | b[1] << 8);
  }
  uint32_t u32(uint64_t offset) const { return u16(offset) | static_cast<uint32_t>(u16(offset + 2)) << 16; }
  size_t size() const { return bytes.size(); }

private:
  std::span<const uint8_t> bytes;
  const std::string &file;
};

/// The end record stands at the end, with a comment of at most 65535 bytes behind it.
uint64_t findEnd(const Bytes &archive, const std::string &file) {
  for (uint64_t comment = 0; comment <= 65535 && endBytes + comment <= archive.size(); ++comment) {
    uint64_t offset = archive.size() - endBytes - comment;
    if (archive.u32(offset) == endSignature && archive.u16(offset + 20) == comment)
      return offset;
  }
  throw Error(fmt::format("{}: is no .npz archive, or is cut off: it has no zip directory at its end", file));
}

std::shared_ptr<std::vector<uint8_t>> inflated(std::span<const uint8_t> packed, uint32_t size,
                                               const std::string &where) {
  // Deflate packs at most 1032 bytes into one, so a larger claim is damage and not worth its memory.
  if (size / 1032 > packed.size() + 1)
    throw Error(fmt::format("{}: damaged entry: {} B cannot inflate to {} B", where, packed.size(), size));
  auto result = std::make_shared<std::vector<uint8_t>>();
  try {
    result->resize(size);
  } catch (const std::bad_alloc &) {
    throw Error(fmt::format("{}: inflates to {} B; there is no memory for it", where, size));
  }
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
    throw Error(fmt::format("{}: zlib has no memory", where));
  uint8_t none = 0;
  stream.next_in = const_cast<uint8_t *>(packed.data());
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = size == 0 ? &none : result->data();
  stream.avail_out = size;
  int status = inflate(&stream, Z_FINISH);
  bool whole = status == Z_STREAM_END && stream.total_out == size && stream.avail_in == 0;
  inflateEnd(&stream);
  if (!whole)
    throw Error(fmt::format("{}: damaged entry: its deflated bytes do not give the {} B it should have",
                            where, size));
  return result;
}

Entry readEntry(const Bytes &archive, uint64_t at, const std::shared_ptr<const void> &keeper,
                const std::string &file) {
  uint16_t nameBytes = archive.u16(at + 28);
  auto nameRange = archive.range(at + centralBytes, nameBytes);
  Entry entry{std::string(nameRange.begin(), nameRange.end()), {}, keeper};
  std::string where = fmt::format("{}: {}", file, entry.name);

  uint16_t flags = archive.u16(at + 8), method = archive.u16(at + 10);
  uint32_t crc = archive.u32(at + 16), packedBytes = archive.u32(at + 20), bytes = archive.u32(at + 24);
  uint32_t local = archive.u32(at + 42);
  if (flags & encryptedFlag)
    throw Error(fmt::format("{}: is encrypted; need a plain entry", where));
  if (method != storedMethod && method != deflatedMethod)
    throw Error(fmt::format("{}: is packed by zip method {}; need stored or deflated, as numpy.savez writes",
                            where, method));
  if (packedBytes == inZip64 || bytes == inZip64 || local == inZip64)
    throw Error(
        fmt::format("{}: is a zip64 entry; need archives below 4 GiB: split them, or use .npy files", where));

  if (archive.u32(local) != localSignature)
    throw Error(fmt::format("{}: damaged entry: no local header at {}", where, local));
  uint64_t data =
      uint64_t{local} + localBytes + archive.u16(uint64_t{local} + 26) + archive.u16(uint64_t{local} + 28);
  entry.bytes = archive.range(data, packedBytes);
  if (method == deflatedMethod) {
    auto whole = inflated(entry.bytes, bytes, where);
    entry.bytes = *whole;
    entry.keeper = std::move(whole);
  } else if (packedBytes != bytes) {
    throw Error(fmt::format("{}: damaged entry: stored {} B as {} B", where, bytes, packedBytes));
  }
  if (crc32_z(0, entry.bytes.data(), entry.bytes.size()) != crc)
    throw Error(fmt::format("{}: damaged entry: its checksum is wrong", where));
  return entry;
}

void put(std::vector<uint8_t> &out, uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i)
    out.push_back(static_cast<uint8_t>(value >> 8 * i));
}

std::vector<uint8_t> deflated(std::span<const uint8_t> head, std::span<const uint8_t> body,
                              const std::string &where) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw Error(fmt::format("{}: zlib has no memory", where));
  std::vector<uint8_t> packed(deflateBound(&stream, head.size() + body.size()));
  stream.next_out = packed.data();
  stream.avail_out = static_cast<uInt>(packed.size());
  for (auto [part, flush] : {std::pair(head, Z_NO_FLUSH), std::pair(body, Z_FINISH)}) {
    stream.next_in = const_cast<uint8_t *>(part.data());
    stream.avail_in = static_cast<uInt>(part.size());
    ::deflate(&stream, flush);
  }
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

} // namespace

std::vector<Entry> parse(std::span<const uint8_t> bytes, const std::shared_ptr<const void> &keeper,
                         const std::string &file) {
  Bytes archive(bytes, file);
  uint64_t end = findEnd(archive, file);
  uint16_t count = archive.u16(end + 10);
  uint32_t at = archive.u32(end + 16);
  if (archive.u16(end + 4) != 0 || archive.u16(end + 8) != count)
    throw Error(fmt::format("{}: is one part of a divided zip archive; need a whole one", file));
  if (count == 0xffff || at == inZip64)
    throw Error(
        fmt::format("{}: is a zip64 archive; need one below 4 GiB with fewer than 65535 entries", file));
  std::vector<Entry> entries;
  uint64_t offset = at, packedBytes = 0;
  for (uint16_t i = 0; i < count; ++i) {
    if (archive.u32(offset) != centralSignature)
      throw Error(fmt::format("{}: damaged .npz archive: no directory entry at {}", file, offset));
    entries.push_back(readEntry(archive, offset, keeper, file));
    // Entries that share bytes could inflate a small file without limit.
    packedBytes += archive.u32(offset + 20);
    if (packedBytes > archive.size())
      throw Error(fmt::format("{}: damaged .npz archive: its entries have more bytes than the file", file));
    offset += centralBytes + archive.u16(offset + 28) + archive.u16(offset + 30) + archive.u16(offset + 32);
  }
  return entries;
}

/// What local header and directory have in common, from "version needed" to the name's length. The time is
/// zip's first: 1980-01-01.
void Writer::fields(const Record &record) {
  bool plain = std::ranges::all_of(record.name, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  put(out, 20, 2);
  put(out, plain ? 0 : utf8Flag, 2);
  put(out, record.method, 2);
  put(out, 0, 2);
  put(out, 1 << 5 | 1, 2);
  put(out, record.crc, 4);
  put(out, record.packedBytes, 4);
  put(out, record.bytes, 4);
  put(out, static_cast<uint32_t>(record.name.size()), 2);
}

void Writer::add(const std::string &name, std::span<const uint8_t> head, std::span<const uint8_t> body) {
  std::string where = fmt::format("{}: {}", file, name);
  if (name.empty() || name.size() > 0xffff || name.find('\0') != std::string::npos)
    throw Error(fmt::format("{}: have a name of {} B; zip entries need names of 1 to 65535 B without zeros",
                            where, name.size()));
  uint64_t total = head.size() + body.size();
  if (total > maxBytes || out.size() + total + (total >> 10) + (1 << 20) > maxBytes)
    throw Error(fmt::format("{}: the archive would pass 4 GiB; write fewer tensors, or .npy files", where));
  if (records.size() == 0xfffe)
    throw Error(fmt::format("{}: an archive holds at most 65534 tensors", where));

  Record record{name, 0, 0, static_cast<uint32_t>(total), static_cast<uint32_t>(out.size()), storedMethod};
  record.crc = static_cast<uint32_t>(crc32_z(0, head.data(), head.size()));
  if (!body.empty()) // zlib takes a null pointer as the start of a new checksum
    record.crc = static_cast<uint32_t>(crc32_z(record.crc, body.data(), body.size()));
  std::vector<uint8_t> packed;
  if (deflate) {
    packed = deflated(head, body, where);
    record.method = deflatedMethod;
  }
  record.packedBytes = static_cast<uint32_t>(deflate ? packed.size() : total);
  put(out, localSignature, 4);
  fields(record);
  put(out, 0, 2); // no extra field
  out.insert(out.end(), name.begin(), name.end());
  if (deflate) {
    out.insert(out.end(), packed.begin(), packed.end());
  } else {
    out.insert(out.end(), head.begin(), head.end());
    out.insert(out.end(), body.begin(), body.end());
  }
  records.push_back(std::move(record));
}

std::vector<uint8_t> Writer::finish() {
  size_t start = out.size();
  for (const Record &record : records) {
    put(out, centralSignature, 4);
    put(out, 20, 2); // made by
    fields(record);
    put(out, 0, 2); // extra
    put(out, 0, 2); // comment
    put(out, 0, 2); // disk
    put(out, 0, 2); // internal attributes
    put(out, 0, 4); // external attributes
    put(out, record.offset, 4);
    out.insert(out.end(), record.name.begin(), record.name.end());
  }
  size_t bytes = out.size() - start;
  if (out.size() > maxBytes)
    throw Error(fmt::format("{}: the archive would pass 4 GiB; write fewer tensors, or .npy files", file));
  put(out, endSignature, 4);
  put(out, 0, 4); // disks
  put(out, static_cast<uint32_t>(records.size()), 2);
  put(out, static_cast<uint32_t>(records.size()), 2);
  put(out, static_cast<uint32_t>(bytes), 4);
  put(out, static_cast<uint32_t>(start), 4);
  put(out, 0, 2); // comment
  return std::move(out);
}

} // namespace dnnc::zip

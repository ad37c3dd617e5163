// As much of the zip format as .npz files need: stored and deflated entries, no encryption, no zip64.
// https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace dnnc::zip {

struct Entry {
  std::string name;
  std::span<const uint8_t> bytes;
  std::shared_ptr<const void> keeper; // keeps the bytes
};

/// All entries, inflated and with their checksums verified. `file` names the archive in errors.
std::vector<Entry> parse(std::span<const uint8_t> archive, const std::shared_ptr<const void> &keeper,
                         const std::string &file);

/// Collects the bytes of an archive.
class Writer {
public:
  Writer(std::string file, bool deflate) : file(std::move(file)), deflate(deflate) {}
  void add(const std::string &name, std::span<const uint8_t> head, std::span<const uint8_t> body);
  std::vector<uint8_t> finish();

private:
  struct Record {
    std::string name;
    uint32_t crc, packedBytes, bytes, offset;
    uint16_t method;
  };
  void fields(const Record &record);

  std::string file;
  bool deflate;
  std::vector<uint8_t> out;
  std::vector<Record> records;
};

} // namespace dnnc::zip

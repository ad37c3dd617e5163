#include "runtime/Tensor/Npz.h"
#include "dnnc/Error.h"
#include "runtime/Tensor/Npy.h"
#include "runtime/Tensor/Zip.h"

#include <fmt/format.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <set>

namespace dnnc {
namespace {

constexpr std::string_view suffix = ".npy";

std::shared_ptr<const std::vector<uint8_t>> readFile(const std::string &file) {
  std::error_code error;
  bool regular = std::filesystem::is_regular_file(file, error);
  if (error)
    throw Error(fmt::format("{}: cannot be opened: {}", file, error.message()));
  if (!regular)
    throw Error(fmt::format("{}: is no regular file; need a .npy or .npz file", file));
  std::ifstream stream(file, std::ios::binary | std::ios::ate);
  if (!stream)
    throw Error(fmt::format("{}: cannot be opened: {}", file, std::generic_category().message(errno)));
  auto bytes = std::make_shared<std::vector<uint8_t>>(static_cast<size_t>(stream.tellg()));
  stream.seekg(0);
  stream.read(reinterpret_cast<char *>(bytes->data()), static_cast<std::streamsize>(bytes->size()));
  if (!stream)
    throw Error(fmt::format("{}: cannot be read to its end", file));
  return bytes;
}

void writeFile(const std::string &file, std::initializer_list<std::span<const uint8_t>> parts) {
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  for (std::span<const uint8_t> part : parts)
    stream.write(reinterpret_cast<const char *>(part.data()), static_cast<std::streamsize>(part.size()));
  stream.close();
  if (!stream)
    throw Error(fmt::format("{}: cannot be written: {}", file, std::generic_category().message(errno)));
}

std::span<const uint8_t> asBytes(const std::string &text) {
  return {reinterpret_cast<const uint8_t *>(text.data()), text.size()};
}

} // namespace

Tensor readNpy(const std::string &file) {
  auto bytes = readFile(file);
  return npy::parse(*bytes, bytes, file);
}

void writeNpy(const std::string &file, const Tensor &tensor) {
  writeFile(file, {asBytes(npy::header(tensor, file)), tensor.bytes()});
}

NamedTensors readNpz(const std::string &file) {
  auto archive = readFile(file);
  NamedTensors tensors;
  std::set<std::string> names;
  for (const zip::Entry &entry : zip::parse(*archive, archive, file)) {
    if (!entry.name.ends_with(suffix))
      throw Error(fmt::format("{}: {}: is no .npy entry; need an archive as numpy.savez writes it", file,
                              entry.name));
    std::string name = entry.name.substr(0, entry.name.size() - suffix.size());
    if (!names.insert(name).second)
      throw Error(fmt::format("{}: has two tensors '{}'", file, name));
    tensors.emplace_back(name, npy::parse(entry.bytes, entry.keeper, fmt::format("{}: {}", file, name)));
  }
  return tensors;
}

void writeNpz(const std::string &file, const NamedTensors &tensors, NpzCompression compression) {
  zip::Writer writer(file, compression == NpzCompression::Deflated);
  std::set<std::string> names;
  for (const auto &[name, tensor] : tensors) {
    if (!names.insert(name).second)
      throw Error(fmt::format("{}: would have two tensors '{}'", file, name));
    writer.add(name + std::string(suffix), asBytes(npy::header(tensor, fmt::format("{}: {}", file, name))),
               tensor.bytes());
  }
  writeFile(file, {writer.finish()});
}

} // namespace dnnc

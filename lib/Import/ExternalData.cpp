// Weights in files of their own, beside the model. A model may come from anywhere, so it may name only files
// inside its own folder, by whatever path.
#include "lib/Import/Model.h"

#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/MemoryBuffer.h>

#include <filesystem>

namespace dnnc::onnximport {

using namespace llvm;
namespace fs = std::filesystem;

ExternalFiles::ExternalFiles(StringRef modelPath) {
  std::error_code error;
  fs::path parent = fs::path(modelPath.str()).parent_path();
  fs::path canonical = fs::weakly_canonical(parent.empty() ? fs::path(".") : parent, error);
  folder = error ? parent.string() : canonical.string();
}

static bool isInside(const fs::path &path, const fs::path &folder) {
  auto end = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  return end.first == folder.end();
}

FailureOr<ExternalFiles::File> ExternalFiles::open(const std::string &location, std::string &why) {
  if (auto known = files.find(location); known != files.end())
    return known->second;
  fs::path relative(location);
  bool leaves = relative.is_absolute();
  for (const fs::path &part : relative)
    leaves |= part == "..";
  std::error_code error;
  fs::path path = fs::weakly_canonical(fs::path(folder) / relative, error);
  if (!leaves && !error)
    leaves = !isInside(path, folder);
  if (location.empty() || leaves) {
    why = "names the external file '" + location +
          "', which is outside of the model's folder; external data must stand " +
          "beside the model or below it";
    return failure();
  }
  if (error || !fs::is_regular_file(path, error)) {
    why = "needs the external file '" + location + "', which is missing or not a file in " + folder;
    return failure();
  }
  auto buffer = MemoryBuffer::getFile(path.string(), /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer) {
    why = "needs the external file '" + location + "', which cannot be read: " + buffer.getError().message();
    return failure();
  }
  StringRef content = (*buffer)->getBuffer();
  File file{std::shared_ptr<MemoryBuffer>(std::move(*buffer)),
            ArrayRef<char>(content.data(), content.size())};
  files[location] = file;
  return file;
}

FailureOr<Tensor> ExternalFiles::map(const onnx::TensorProto &tensor, std::string &why) {
  std::optional<ElementType> type = elementTypeOf(tensor.data_type());
  if (!type) {
    why = "has elements of " + onnxTypeName(tensor.data_type()) +
          "; need float, int8, uint8, int16, int32, int64 or bool";
    return failure();
  }
  std::string location;
  uint64_t offset = 0;
  std::optional<uint64_t> length;
  for (const auto &entry : tensor.external_data()) {
    uint64_t number = 0;
    if (entry.key() == "location") {
      location = entry.value();
      continue;
    }
    if (entry.key() != "offset" && entry.key() != "length")
      continue;
    if (StringRef(entry.value()).getAsInteger(10, number)) {
      why = "has the external data " + entry.key() + " '" + entry.value() + "'; need a number of bytes";
      return failure();
    }
    if (entry.key() == "offset")
      offset = number;
    else
      length = number;
  }
  FailureOr<File> file = open(location, why);
  if (failed(file))
    return failure();

  FailureOr<std::vector<int64_t>> shape = shapeOf(tensor, why);
  if (failed(shape))
    return failure();
  uint64_t need = bytesOf(*type);
  for (int64_t dim : *shape)
    need *= dim;
  if (length && *length != need) {
    why = "has " + std::to_string(*length) + " bytes of external data; its shape and type need " +
          std::to_string(need);
    return failure();
  }
  if (offset > file->bytes.size() || need > file->bytes.size() - offset) {
    why = "needs bytes " + std::to_string(offset) + " to " + std::to_string(offset + need) +
          " of the external file '" + location + "', which has only " + std::to_string(file->bytes.size());
    return failure();
  }
  auto *bytes = reinterpret_cast<const uint8_t *>(file->bytes.data()) + offset;
  return Tensor::borrow(*type, std::move(*shape), {bytes, need}, file->keeper);
}

} // namespace dnnc::onnximport

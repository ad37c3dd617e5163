// NumPy's files: .npy holds an array (format 1.0 to 3.0), .npz a zip archive of named ones. Everything here
// throws dnnc::Error with the file's name, whatever the bytes are.
#pragma once

#include "dnnc/Tensor.h"

#include <string>
#include <utility>
#include <vector>

namespace dnnc {

/// In the file's order; names are unique.
using NamedTensors = std::vector<std::pair<std::string, Tensor>>;

Tensor readNpy(const std::string &file);
void writeNpy(const std::string &file, const Tensor &tensor);

/// Reads stored and deflated entries.
NamedTensors readNpz(const std::string &file);
enum class NpzCompression : uint8_t { Stored, Deflated };
/// Equal tensors give equal bytes: entries carry no time.
void writeNpz(const std::string &file, const NamedTensors &tensors,
              NpzCompression compression = NpzCompression::Stored);

} // namespace dnnc

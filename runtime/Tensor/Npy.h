// The .npy format: a magic, a Python dictionary with type, order and shape, then the elements.
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
#pragma once

#include "dnnc/Tensor.h"

#include <string>

namespace dnnc::npy {

/// The array in `bytes`. `where` names it in errors. The tensor may refer to the bytes, which `keeper` keeps.
Tensor parse(std::span<const uint8_t> bytes, const std::shared_ptr<const void> &keeper,
             const std::string &where);

/// What stands before the elements. `where` names the tensor in errors.
std::string header(const Tensor &tensor, const std::string &where);

} // namespace dnnc::npy

// The one exception of the MLIR-free libraries. Code that calls them from MLIR passes catches it before any MLIR frame.
#pragma once

#include <stdexcept>
#include <string>

namespace dnnc {

/// What is, what is needed, where, and what the user can do; several problems stand on lines of their own.
class Error : public std::runtime_error {
public:
  explicit Error(const std::string &message) : std::runtime_error(message) {}
};

} // namespace dnnc

// Numbers in simulated memory, whose addresses need not be aligned.
#pragma once

#include <cstdint>
#include <cstring>

namespace dnnc::sim {

template <typename T> [[gnu::always_inline]] inline T loadAs(const uint8_t *from) {
  T value;
  std::memcpy(&value, from, sizeof(T));
  return value;
}

template <typename T> [[gnu::always_inline]] inline void storeAs(uint8_t *to, T value) {
  std::memcpy(to, &value, sizeof(T));
}

} // namespace dnnc::sim

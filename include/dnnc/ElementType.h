// Element types of tensors in a program. The values are the encoding in prog.bin.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace dnnc {

enum class ElementType : uint8_t { I8 = 0, U8 = 1, I16 = 2, U16 = 3, I32 = 4, I64 = 5, F16 = 6, BF16 = 7, F32 = 8, Bool = 9 };

inline constexpr std::array<std::string_view, 10> elementTypeNames = {
    "int8", "uint8", "int16", "uint16", "int32", "int64", "float16", "bfloat16", "float32", "bool"};
inline constexpr std::array<int, 10> elementTypeBytes = {1, 1, 2, 2, 4, 8, 2, 2, 4, 1};

constexpr std::string_view name(ElementType type) { return elementTypeNames[static_cast<size_t>(type)]; }
constexpr int64_t bytesOf(ElementType type) { return elementTypeBytes[static_cast<size_t>(type)]; }
constexpr std::optional<ElementType> elementTypeFromName(std::string_view text) {
  for (size_t i = 0; i < elementTypeNames.size(); ++i)
    if (elementTypeNames[i] == text)
      return static_cast<ElementType>(i);
  return std::nullopt;
}

} // namespace dnnc

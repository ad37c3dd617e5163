// A tensor's values in host memory: of the reference interpreter, of .npy/.npz files, of the public API.
// Row-major, little-endian. No MLIR or LLVM in here.
#pragma once

#include "dnnc/ElementType.h"

#include <cassert>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace dnnc {

/// Copies are cheap: they share the bytes. Writing goes through mutableAs, which first makes the bytes this
/// tensor's own when they are shared or borrowed, so no copy ever sees another's write.
///
/// C++ types: int8_t, uint8_t, int16_t … float as named; float16 and bfloat16 are uint16_t bit patterns; bool
/// is a uint8_t of 0 or 1.
struct Tensor {
  ElementType type = ElementType::F32;
  std::vector<int64_t> shape; // empty for a scalar

  /// Holds no bytes; to be assigned.
  Tensor() = default;

  /// An owned tensor of zeros.
  Tensor(ElementType type, std::vector<int64_t> shape) : type(type), shape(std::move(shape)) {
    owned = std::make_shared<std::vector<uint8_t>>(static_cast<size_t>(elementCount() * bytesOf(type)));
    view = *owned;
  }

  /// An owned tensor with the values given, row-major.
  template <typename T>
  static Tensor of(ElementType type, std::vector<int64_t> shape, std::span<const T> values) {
    Tensor tensor(type, std::move(shape));
    assert(sizeof(T) == bytesOf(type) && static_cast<int64_t>(values.size()) == tensor.elementCount());
    if (!values.empty())
      std::memcpy(tensor.owned->data(), values.data(), values.size_bytes());
    return tensor;
  }
  template <typename T>
  static Tensor of(ElementType type, std::vector<int64_t> shape, std::initializer_list<T> values) {
    return of(type, std::move(shape), std::span<const T>(values.begin(), values.size()));
  }
  template <typename T>
  static Tensor of(ElementType type, std::vector<int64_t> shape, const std::vector<T> &values) {
    return of(type, std::move(shape), std::span<const T>(values));
  }

  /// A tensor over bytes that live elsewhere (a mapped file, a blob) as long as `keeper` does; a null keeper
  /// leaves that to the caller. Bytes that are not aligned to the element are copied.
  static Tensor borrow(ElementType type, std::vector<int64_t> shape, std::span<const uint8_t> bytes,
                       std::shared_ptr<const void> keeper) {
    Tensor tensor;
    tensor.type = type;
    tensor.shape = std::move(shape);
    assert(static_cast<int64_t>(bytes.size()) == tensor.elementCount() * bytesOf(type));
    tensor.view = bytes;
    tensor.keeper = std::move(keeper);
    if (reinterpret_cast<uintptr_t>(bytes.data()) % bytesOf(type) != 0)
      tensor.makeOwned();
    return tensor;
  }

  int64_t rank() const { return static_cast<int64_t>(shape.size()); }
  int64_t elementCount() const {
    int64_t count = 1;
    for (int64_t extent : shape)
      count *= extent;
    return count;
  }
  int64_t byteCount() const { return elementCount() * bytesOf(type); }

  std::span<const uint8_t> bytes() const { return view; }
  std::span<uint8_t> mutableBytes() {
    makeOwned();
    return {owned->data(), owned->size()};
  }

  /// The elements as T, whose size must be the element's.
  template <typename T> std::span<const T> as() const {
    assert(sizeof(T) == bytesOf(type));
    return {reinterpret_cast<const T *>(view.data()), view.size() / sizeof(T)};
  }
  /// The same for writing. Take the span once, outside of loops.
  template <typename T> std::span<T> mutableAs() {
    assert(sizeof(T) == bytesOf(type));
    makeOwned();
    return {reinterpret_cast<T *>(owned->data()), owned->size() / sizeof(T)};
  }

  /// The same bytes under another shape with as many elements.
  Tensor reshaped(std::vector<int64_t> newShape) const {
    Tensor result = *this;
    result.shape = std::move(newShape);
    assert(result.elementCount() == elementCount());
    return result;
  }

  /// The same bytes under another type of the same width (int8 as uint8, float16 as uint16).
  Tensor reinterpreted(ElementType newType) const {
    assert(bytesOf(newType) == bytesOf(type));
    Tensor result = *this;
    result.type = newType;
    return result;
  }

  /// Same type, shape and bits; so NaN equals itself and -0 differs from 0.
  bool identical(const Tensor &other) const {
    return type == other.type && shape == other.shape && view.size() == other.view.size() &&
           (view.empty() || std::memcmp(view.data(), other.view.data(), view.size()) == 0);
  }

private:
  void makeOwned() {
    if (owned && owned.use_count() == 1)
      return;
    owned = std::make_shared<std::vector<uint8_t>>(view.begin(), view.end());
    view = *owned;
    keeper.reset();
  }

  std::shared_ptr<std::vector<uint8_t>> owned;
  std::shared_ptr<const void> keeper;
  std::span<const uint8_t> view;
};

} // namespace dnnc

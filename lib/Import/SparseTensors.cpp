// ONNX's SparseTensorProto: the elements that are not zero, with where they stand. Here it becomes the dense
// tensor it means; how tensors are stored on the machine is decided much later, and from their values.
#include "lib/Import/Model.h"

#include <llvm/ADT/StringExtras.h>

#include <cstring>

namespace dnnc::onnximport {

using namespace llvm;

static std::string shapeText(ArrayRef<int64_t> shape) {
  return "[" + join(map_range(shape, [](int64_t d) { return std::to_string(d); }), ", ") + "]";
}

namespace {
/// The indices, either one of the flattened tensor or one a dimension for each value (ONNX:
/// SparseTensorProto).
struct Indices {
  std::span<const int64_t> numbers;
  ArrayRef<int64_t> shape; ///< of the dense tensor
  bool linear;             ///< one number a value

  ArrayRef<int64_t> of(int64_t value) const {
    size_t width = linear ? 1 : shape.size();
    return ArrayRef(numbers.data(), numbers.size()).slice(value * width, width);
  }
  std::string text(int64_t value) const {
    return linear ? std::to_string(of(value)[0]) : shapeText(of(value));
  }
  /// Where the value stands in the flattened tensor of so many elements; none when outside of it.
  std::optional<int64_t> place(int64_t value, int64_t elements) const {
    if (linear) {
      int64_t index = of(value)[0];
      return index >= 0 && index < elements ? std::optional(index) : std::nullopt;
    }
    int64_t place = 0;
    for (auto [index, extent] : zip_equal(of(value), shape)) {
      if (index < 0 || index >= extent)
        return std::nullopt;
      place = place * extent + index;
    }
    return place;
  }
};
} // namespace

FailureOr<Tensor> denseTensor(const Tensor &values, const Tensor &indices, ArrayRef<int64_t> shape,
                              std::string &why) {
  if (shape.empty() || is_contained(shape, 0) || !isPossible(shape)) {
    why = "has the shape " + shapeText(shape) +
          "; need at least one dimension, sizes of at least 1 and at most " + std::to_string(mostElements) +
          " elements";
    return failure();
  }
  if (values.rank() != 1) {
    why = "has values of shape " + shapeText(values.shape) + "; need one dimension";
    return failure();
  }
  if (indices.type != ElementType::I64) {
    why = "has indices of " + std::string(name(indices.type)) + "; need int64";
    return failure();
  }
  int64_t count = values.shape[0], rank = static_cast<int64_t>(shape.size());
  bool linear = indices.shape == std::vector<int64_t>{count};
  if (!linear && indices.shape != std::vector<int64_t>{count, rank}) {
    why = "has indices of shape " + shapeText(indices.shape) + " for " + std::to_string(count) +
          " values; need " + shapeText({count}) + " or " + shapeText({count, rank});
    return failure();
  }
  Tensor dense(values.type, shape.vec());
  Indices places{indices.as<int64_t>(), shape, linear};
  std::span<uint8_t> bytes = dense.mutableBytes();
  size_t width = bytesOf(values.type);
  int64_t before = -1;
  for (int64_t i = 0; i < count; ++i) {
    std::optional<int64_t> place = places.place(i, dense.elementCount());
    if (!place) {
      why = "has the index " + places.text(i) + ", which is outside of its shape " + shapeText(shape);
      return failure();
    }
    if (*place <= before) {
      why = *place == before ? "has two values at the index " + places.text(i)
                             : "has the index " + places.text(i) + " after " + places.text(i - 1);
      why += "; need ascending indices";
      return failure();
    }
    std::memcpy(bytes.data() + *place * width, values.bytes().data() + i * width, width);
    before = *place;
  }
  return dense;
}

} // namespace dnnc::onnximport

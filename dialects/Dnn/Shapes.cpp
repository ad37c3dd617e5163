#include "dialects/Dnn/Shapes.h"

#include <algorithm>
#include <llvm/ADT/STLExtras.h>
#include <llvm/Support/raw_ostream.h>

namespace dnnc::dnn {

std::optional<Shape> broadcastShape(llvm::ArrayRef<int64_t> a, llvm::ArrayRef<int64_t> b) {
  size_t rank = std::max(a.size(), b.size());
  Shape result(rank);
  for (size_t i = 0; i < rank; ++i) { // i counts from the last dimension
    int64_t left = i < a.size() ? a[a.size() - 1 - i] : 1;
    int64_t right = i < b.size() ? b[b.size() - 1 - i] : 1;
    if (left != right && left != 1 && right != 1)
      return std::nullopt;
    result[rank - 1 - i] = left == 1 ? right : left;
  }
  return result;
}

int64_t windowOutputSize(int64_t input, int64_t kernel, int64_t stride, int64_t dilation, int64_t padBefore,
                         int64_t padAfter, bool ceilForm) {
  int64_t span = dilation * (kernel - 1) + 1;
  int64_t room = input + padBefore + padAfter - span;
  if (room < 0)
    return 0;
  if (!ceilForm)
    return room / stride + 1;
  int64_t size = (room + stride - 1) / stride + 1;
  if ((size - 1) * stride >= input + padBefore)
    --size;
  return size;
}

int64_t transposedOutputSize(int64_t input, int64_t kernel, int64_t stride, int64_t dilation,
                             int64_t padBefore, int64_t padAfter, int64_t outputPadding) {
  return (input - 1) * stride + dilation * (kernel - 1) + 1 - padBefore - padAfter + outputPadding;
}

std::optional<MatMulShape> matMulShape(llvm::ArrayRef<int64_t> a, llvm::ArrayRef<int64_t> b, bool transposeA,
                                       bool transposeB) {
  if (a.empty() || b.empty() || (transposeA && a.size() < 2) || (transposeB && b.size() < 2))
    return std::nullopt;
  MatMulShape sizes;
  sizes.m = a.size() == 1 ? 1 : a[a.size() - (transposeA ? 1 : 2)];
  sizes.k = a.size() == 1 ? a[0] : a[a.size() - (transposeA ? 2 : 1)];
  sizes.n = b.size() == 1 ? 1 : b[b.size() - (transposeB ? 2 : 1)];
  int64_t depth = b.size() == 1 ? b[0] : b[b.size() - (transposeB ? 1 : 2)];
  if (depth != sizes.k)
    return std::nullopt;
  auto leading = [](llvm::ArrayRef<int64_t> shape) {
    return shape.size() > 2 ? shape.drop_back(2) : llvm::ArrayRef<int64_t>();
  };
  auto batch = broadcastShape(leading(a), leading(b));
  if (!batch)
    return std::nullopt;
  sizes.batch = *batch;
  sizes.result = *batch;
  if (a.size() > 1)
    sizes.result.push_back(sizes.m);
  if (b.size() > 1)
    sizes.result.push_back(sizes.n);
  return sizes;
}

int64_t elementCount(llvm::ArrayRef<int64_t> shape) {
  int64_t count = 1;
  for (int64_t size : shape)
    count *= size;
  return count;
}

std::string shapeText(llvm::ArrayRef<int64_t> shape) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << "[";
  llvm::interleaveComma(shape, stream);
  stream << "]";
  return text;
}

} // namespace dnnc::dnn

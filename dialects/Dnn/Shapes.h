// Arithmetic on shapes that several rooms need.
#pragma once

#include <llvm/ADT/ArrayRef.h>
#include <llvm/ADT/SmallVector.h>
#include <mlir/IR/BuiltinTypes.h>
#include <optional>
#include <string>

namespace dnnc::dnn {

using Shape = llvm::SmallVector<int64_t, 6>;

// The shape of a numpy-broadcast operation, or nothing where the shapes do not fit.
std::optional<Shape> broadcastShape(llvm::ArrayRef<int64_t> a, llvm::ArrayRef<int64_t> b);

// Number of positions of a window along one dimension; 0 where it does not fit once. The ceil form counts a
// last window that reaches beyond the padding, if it starts inside the input or the padding before it (as
// ONNX does).
int64_t windowOutputSize(int64_t input, int64_t kernel, int64_t stride, int64_t dilation, int64_t padBefore,
                         int64_t padAfter, bool ceilForm = false);

// Size of a transposed convolution's output along one dimension.
int64_t transposedOutputSize(int64_t input, int64_t kernel, int64_t stride, int64_t dilation,
                             int64_t padBefore, int64_t padAfter, int64_t outputPadding);

// The sizes of a matrix product with numpy's batch rules.
struct MatMulShape {
  Shape batch; // broadcast leading dimensions
  int64_t m, n, k;
  Shape result; // batch, then m and n; without m (n) where a (b) has one dimension
};
// Nothing where the operands do not fit (`k` differs, or the leading dimensions do not broadcast).
std::optional<MatMulShape> matMulShape(llvm::ArrayRef<int64_t> a, llvm::ArrayRef<int64_t> b, bool transposeA,
                                       bool transposeB);

int64_t elementCount(llvm::ArrayRef<int64_t> shape);

// "[1, 3, 8, 8]", for messages.
std::string shapeText(llvm::ArrayRef<int64_t> shape);

} // namespace dnnc::dnn

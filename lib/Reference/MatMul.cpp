#include "lib/Reference/Families.h"
#include "lib/Reference/Product.h"
#include "lib/Reference/ProductLoops.h"

namespace dnnc::reference {

/// numpy's matmul: a one-dimensional operand is a row (a) or a column (b) of a matrix, leading dimensions
/// broadcast.
FailureOr<Tensor> evaluateOp(dnn::MatMulOp op, const Call &call) {
  const ArrayRef<int64_t> a = call.inputs[0].shape, b = call.inputs[1].shape;
  const bool transposeA = op.getTransposeA() && a.size() > 1, transposeB = op.getTransposeB() && b.size() > 1;
  const dnn::MatMulShape sizes = *dnn::matMulShape(a, b, op.getTransposeA(), op.getTransposeB());
  const SmallVector<int64_t> aStrides =
      broadcastStrides(a.drop_back(std::min<size_t>(2, a.size())), sizes.batch);
  const SmallVector<int64_t> bStrides =
      broadcastStrides(b.drop_back(std::min<size_t>(2, b.size())), sizes.batch);

  return withAccumulator(call, [&](auto zero) {
    using Value = decltype(zero);
    const std::vector<Value> left = readFirstFactor<Value>(call);
    std::vector<Value> matrix(sizes.m * sizes.k), accumulators(elementCount(call.shape));
    Value *out = accumulators.data();
    forEachIndex(sizes.batch, [&](ArrayRef<int64_t> index) {
      const Value *from = left.data() + offsetOf(index, aStrides) * sizes.m * sizes.k;
      for (int64_t m = 0; m < sizes.m; ++m)
        for (int64_t k = 0; k < sizes.k; ++k)
          matrix[m * sizes.k + k] = transposeA ? from[k * sizes.m + m] : from[m * sizes.k + k];
      const int64_t first = offsetOf(index, bStrides) * sizes.k * sizes.n;
      auto columnOf = [&](int64_t n, Value *column) {
        readFactor(call.inputs[1], first + (transposeB ? n * sizes.k : n), transposeB ? 1 : sizes.n, sizes.k,
                   call.formats[1].zeroPoint(n), column);
      };
      multiply<Value>(sizes.m, sizes.n, sizes.k, matrix.data(), columnOf, out);
      out += sizes.m * sizes.n;
    });
    return finishProduct(call, accumulators, /*inner=*/1, sizes.n);
  });
}

} // namespace dnnc::reference

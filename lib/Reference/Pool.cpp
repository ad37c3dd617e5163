// Sliding windows: max_pool, avg_pool, window_sum.
#include "lib/Reference/Families.h"
#include "lib/Reference/ProductLoops.h"
#include "lib/Reference/Sums.h"

#include <limits>

namespace dnnc::reference {

namespace {

/// A window of a pool op along height (0) or width (1), at output position p.
struct Window {
  int64_t origin, size, dilation;
  int64_t extent; // of the input
  template <typename Op>
  Window(Op op, const Call &call, int64_t d, int64_t p)
      : origin(p * op.getStrides()[d] - op.getPads()[d]), size(op.getKernel()[d]),
        dilation(op.getDilations()[d]), extent(call.inputs[0].shape[2 + d]) {}
  int64_t position(int64_t k) const { return origin + k * dilation; }
  bool inside(int64_t k) const { return position(k) >= 0 && position(k) < extent; }
};

/// Calls body(plane, output offset, vertical window, horizontal window) for every output element.
template <typename Op, typename Body> void forEachWindow(Op op, const Call &call, Body body) {
  const int64_t rows = call.shape[2], columns = call.shape[3];
  parallelFor(call.shape[0] * call.shape[1], [&](int64_t plane) {
    for (int64_t p = 0; p < rows; ++p)
      for (int64_t q = 0; q < columns; ++q)
        body(plane, (plane * rows + p) * columns + q, Window(op, call, 0, p), Window(op, call, 1, q));
  });
}

/// Calls body(offset) for every element of the input in the window.
template <typename Body> void forEachInside(int64_t plane, const Window &v, const Window &h, Body body) {
  for (int64_t r = 0; r < v.size; ++r)
    for (int64_t s = 0; s < h.size; ++s)
      if (v.inside(r) && h.inside(s))
        body((plane * v.extent + v.position(r)) * h.extent + h.position(s));
}

/// The largest element of each window; a window of padding alone gives the lowest number of the type.
template <typename Value>
std::vector<Value> maxima(dnn::MaxPoolOp op, const Call &call, const std::vector<Value> &x, Value lowest) {
  std::vector<Value> result(elementCount(call.shape));
  forEachWindow(op, call, [&](int64_t plane, int64_t out, const Window &v, const Window &h) {
    Value largest = lowest;
    forEachInside(plane, v, h, [&](int64_t i) {
      if (!(x[i] <= largest)) // so that NaN is taken, and kept
        largest = x[i];
    });
    result[out] = largest;
  });
  return result;
}

} // namespace

FailureOr<Tensor> evaluateOp(dnn::MaxPoolOp op, const Call &call) {
  const Format &x = call.formats[0];
  if (x.isInteger() || (x.quantized && !x.perAxis() && x == call.result)) {
    int64_t lowest = x.quantized ? x.low : std::numeric_limits<int64_t>::min();
    return fromIntegers(maxima<int64_t>(op, call, integers(call.inputs[0]), lowest), call.result.storage,
                        call.shape);
  }
  return fromReals(maxima<float>(op, call, reals(call.inputs[0], x), -std::numeric_limits<float>::infinity()),
                   call.result, call.shape);
}

FailureOr<Tensor> evaluateOp(dnn::AvgPoolOp op, const Call &call) {
  // Elements that count in the divisor: those inside the input, or inside the padded input.
  auto counted = [&](const Window &window, int64_t d) {
    int64_t count = 0;
    const int64_t before = op.getPads()[d], after = op.getPads()[2 + d];
    for (int64_t k = 0; k < window.size; ++k)
      count += op.getCountIncludePad()
                   ? window.position(k) >= -before && window.position(k) < window.extent + after
                   : window.inside(k);
    return count;
  };
  Sums sums(call);
  forEachWindow(op, call, [&](int64_t plane, int64_t out, const Window &v, const Window &h) {
    Sums::Sum sum;
    forEachInside(plane, v, h, [&](int64_t i) { sums.add(sum, i); });
    sums.set(out, sum, std::max<int64_t>(1, counted(v, 0) * counted(h, 1))); // a window of nothing gives 0
  });
  return sums.finish();
}

FailureOr<Tensor> evaluateOp(dnn::WindowSumOp op, const Call &call) {
  const int64_t axis = op.getAxis(), extent = call.shape[axis], stride = stridesOf(call.shape)[axis];
  Sums sums(call);
  for (int64_t i = 0, count = elementCount(call.shape); i < count; ++i) {
    Sums::Sum sum;
    for (int64_t k = 0; k < static_cast<int64_t>(op.getSize()); ++k) {
      const int64_t offset = k - static_cast<int64_t>(op.getBefore());
      const int64_t position = i / stride % extent + offset;
      if (position >= 0 && position < extent)
        sums.add(sum, i + offset * stride);
    }
    sums.set(i, sum, 1);
  }
  return sums.finish();
}

} // namespace dnnc::reference

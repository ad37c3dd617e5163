// Reductions along some dimensions.
#include "lib/Reference/Families.h"
#include "lib/Reference/Sums.h"

#include <cmath>
#include <limits>

namespace dnnc::reference {

namespace {

/// The operand's elements as a table: for every result element the offsets of what is combined into it are
/// kept[i] + reduced[j].
struct Reduction {
  std::vector<int64_t> kept, reduced;

  Reduction(dnn::ReduceOp op, const Call &call) {
    const std::vector<int64_t> &shape = call.inputs[0].shape;
    const SmallVector<int64_t> strides = stridesOf(shape);
    std::vector<int64_t> outer = shape, inner(shape.size(), 1);
    for (int64_t axis : op.getAxes())
      std::swap(outer[axis], inner[axis]);
    forEachIndex(outer, [&](ArrayRef<int64_t> index) { kept.push_back(offsetOf(index, strides)); });
    forEachIndex(inner, [&](ArrayRef<int64_t> index) { reduced.push_back(offsetOf(index, strides)); });
  }

  /// result[i] = finish(the elements combined, from the start value).
  template <typename Result, typename Value, typename Start, typename Combine>
  std::vector<Result> of(const std::vector<Value> &x, Start start, Combine combine) const {
    std::vector<Result> result;
    result.reserve(kept.size());
    for (int64_t first : kept) {
      Start value = start;
      for (int64_t offset : reduced)
        value = combine(value, static_cast<Start>(x[first + offset]));
      result.push_back(static_cast<Result>(value));
    }
    return result;
  }
};

/// Integers modulo 2⁶⁴; a mean is cut towards zero, and there is no l2.
FailureOr<Tensor> reduceIntegers(dnn::ReduceOp op, const Call &call, const Reduction &reduction) {
  std::vector<int64_t> x = integers(call.inputs[0]), values;
  auto sum = [&](auto term) {
    return reduction.of<int64_t>(x, uint64_t(0), [&](uint64_t a, uint64_t b) { return a + term(b); });
  };
  switch (op.getKind()) {
  case dnn::ReduceKind::Sum:
    values = sum([](uint64_t b) { return b; });
    break;
  case dnn::ReduceKind::Mean:
    values = sum([](uint64_t b) { return b; });
    for (int64_t &value : values)
      value /= std::max<int64_t>(1, reduction.reduced.size());
    break;
  case dnn::ReduceKind::SumSquare:
    values = sum([](uint64_t b) { return b * b; });
    break;
  case dnn::ReduceKind::L1:
    values = sum([](uint64_t b) { return static_cast<int64_t>(b) < 0 ? -b : b; });
    break;
  case dnn::ReduceKind::Prod:
    values = reduction.of<int64_t>(x, uint64_t(1), [](uint64_t a, uint64_t b) { return a * b; });
    break;
  case dnn::ReduceKind::Max:
    values = reduction.of<int64_t>(x, std::numeric_limits<int64_t>::min(),
                                   [](int64_t a, int64_t b) { return std::max(a, b); });
    break;
  case dnn::ReduceKind::Min:
    values = reduction.of<int64_t>(x, std::numeric_limits<int64_t>::max(),
                                   [](int64_t a, int64_t b) { return std::min(a, b); });
    break;
  case dnn::ReduceKind::L2:
    return call.error() << "takes the l2 norm of " << op.getX().getType()
                        << "; needs float32 or quantized elements";
  }
  return fromIntegers(values, call.result.storage, call.shape);
}

/// In float64, rounded once. Max and min choose among float32 values, so they stay exact.
std::vector<float> reduceReals(dnn::ReduceKind kind, const std::vector<float> &x,
                               const Reduction &reduction) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  switch (kind) {
  case dnn::ReduceKind::Max:
    return reduction.of<float>(x, -infinity,
                               [](double a, double b) { return b <= a || std::isnan(a) ? a : b; });
  case dnn::ReduceKind::Min:
    return reduction.of<float>(x, infinity,
                               [](double a, double b) { return b >= a || std::isnan(a) ? a : b; });
  case dnn::ReduceKind::Prod:
    return reduction.of<float>(x, 1.0, [](double a, double b) { return a * b; });
  case dnn::ReduceKind::L1:
    return reduction.of<float>(x, 0.0, [](double a, double b) { return a + std::abs(b); });
  case dnn::ReduceKind::L2: {
    std::vector<double> squares = reduction.of<double>(x, 0.0, [](double a, double b) { return a + b * b; });
    std::vector<float> norms;
    for (double square : squares)
      norms.push_back(static_cast<float>(std::sqrt(square)));
    return norms;
  }
  default: // sum_square: sums and means are the business of Sums
    return reduction.of<float>(x, 0.0, [](double a, double b) { return a + b * b; });
  }
}

} // namespace

FailureOr<Tensor> evaluateOp(dnn::ReduceOp op, const Call &call) {
  const Reduction reduction(op, call);
  const Format &x = call.formats[0];
  if (x.isInteger())
    return reduceIntegers(op, call, reduction);
  const bool isMean = op.getKind() == dnn::ReduceKind::Mean;
  if (isMean || op.getKind() == dnn::ReduceKind::Sum) {
    Sums sums(call);
    for (size_t i = 0; i < reduction.kept.size(); ++i) {
      Sums::Sum sum;
      for (int64_t offset : reduction.reduced)
        sums.add(sum, reduction.kept[i] + offset);
      sums.set(i, sum, isMean ? std::max<int64_t>(1, reduction.reduced.size()) : 1);
    }
    return sums.finish();
  }
  return fromReals(reduceReals(op.getKind(), reals(call.inputs[0], x), reduction), call.result, call.shape);
}

} // namespace dnnc::reference

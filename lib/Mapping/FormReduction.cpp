// Pooling, window sums and reductions: a lane program on each element, a combination, a lane program on the result.
#include "lib/Mapping/GroupBuilder.h"

#include "mlir/Dialect/Math/IR/Math.h"

#include <limits>

using namespace mlir;
using namespace dnnc;
using namespace dnnc::mapping;

namespace {
/// What is combined and how, from the real values of the input to those of the result.
struct Recipe {
  enum class Kind { Sum, Mean, Max, Min, Prod, SumSquare, L1, L2 } kind;
  std::optional<Quantization> in, out;
  bool wide = false; ///< sums need 64 bits

  /// Whether a sum of `count` elements may need more than 31 bits and the sign.
  bool needsWide(int64_t count) const { return in && count > std::numeric_limits<int32_t>::max() / in->range(); }

  bool isSum() const { return kind == Kind::Sum || kind == Kind::Mean; }
  bool isOrder() const { return kind == Kind::Max || kind == Kind::Min; }
  acc::Combine combine() const {
    switch (kind) {
    case Kind::Max:
      return acc::Combine::max;
    case Kind::Min:
      return acc::Combine::min;
    case Kind::Prod:
      return acc::Combine::mul;
    default:
      return acc::Combine::add;
    }
  }

  /// The value to combine, from a stored element.
  Value program(LaneBuilder &lane, Value stored) const {
    OpBuilder &b = lane.builder;
    if (isOrder())
      return stored;
    if (isSum() && in) {
      Value centered = in->zeroPoint == 0 ? stored
                                          : arith::SubIOp::create(b, lane.loc, stored, lane.constant(in->zeroPoint, stored.getType()));
      return wide ? lane.convert(centered, b.getI64Type()) : centered;
    }
    Value real = in ? lane.dequantize(stored, *in) : stored;
    switch (kind) {
    case Kind::SumSquare:
    case Kind::L2:
      return isa<FloatType>(real.getType()) ? arith::MulFOp::create(b, lane.loc, real, real).getResult()
                                            : arith::MulIOp::create(b, lane.loc, real, real).getResult();
    case Kind::L1:
      return isa<FloatType>(real.getType()) ? math::AbsFOp::create(b, lane.loc, real).getResult()
                                            : math::AbsIOp::create(b, lane.loc, real).getResult();
    default:
      return real;
    }
  }

  /// The stored result, from the combined value and the number of elements combined.
  Value finish(LaneBuilder &lane, Value value, Value count) const {
    OpBuilder &b = lane.builder;
    if (isOrder()) {
      if ((!in && !out) || (in && out && in->scale == out->scale && in->zeroPoint == out->zeroPoint))
        return value;
      Value real = in ? lane.dequantize(value, *in) : value;
      return out ? lane.quantize(real, *out) : real;
    }
    if (isSum() && in) {
      // fl32(sum) · fl32(s_x / fl32(s_y · n)) (Numerics); without a quantized result s_y is 1.
      Value sum = lane.toFloat(value), scale = lane.constant(in->scale / (out ? out->scale : 1.0f));
      if (kind == Kind::Mean) {
        Value divisor = lane.toFloat(count);
        if (out)
          divisor = arith::MulFOp::create(b, lane.loc, lane.constant(out->scale), divisor);
        scale = arith::DivFOp::create(b, lane.loc, lane.constant(in->scale), divisor);
      }
      Value scaled = arith::MulFOp::create(b, lane.loc, sum, scale);
      return out ? lane.quantize(scaled, *out, /*alreadyScaled=*/true) : scaled;
    }
    Value real = value;
    if (kind == Kind::Mean)
      real = isa<FloatType>(value.getType()) ? arith::DivFOp::create(b, lane.loc, value, lane.toFloat(count)).getResult()
                                             : arith::DivSIOp::create(b, lane.loc, value, lane.convert(count, value.getType())).getResult();
    if (kind == Kind::L2)
      real = math::SqrtOp::create(b, lane.loc, lane.toFloat(real));
    return out ? lane.quantize(real, *out) : real;
  }

  void fill(Location loc, Region &program, Region &finish, Type input, Type result) const {
    OpBuilder b(loc.getContext());
    Block &first = program.emplaceBlock();
    Value stored = first.addArgument(acc::laneType(input), loc);
    b.setInsertionPointToEnd(&first);
    LaneBuilder lane(b, loc);
    Value element = this->program(lane, stored);
    acc::YieldOp::create(b, loc, element);
    Block &second = finish.emplaceBlock();
    Value combined = second.addArgument(element.getType(), loc), count = second.addArgument(b.getI32Type(), loc);
    b.setInsertionPointToEnd(&second);
    acc::YieldOp::create(b, loc, lane.convert(this->finish(lane, combined, count), acc::laneType(result)));
  }
};

Recipe recipeFor(Operation *op, Recipe::Kind kind) {
  return {kind, quantizationOf(elementOf(op->getOperand(0))), quantizationOf(elementOf(op->getResult(0)))};
}

template <typename PoolOp>
FailureOr<Value> formPool(GroupBuilder &groups, PoolOp op, Recipe::Kind kind, ArrayRef<int64_t> countLow,
                          ArrayRef<int64_t> countHigh, IRMapping &values) {
  Location loc = op.getLoc();
  Recipe recipe = recipeFor(op, kind);
  recipe.wide = recipe.needsWide(op.getKernel()[0] * op.getKernel()[1]);
  return groups.group(loc, op->getName().stripDialect(), values.lookup(op.getX()), op.getType(),
                      [&](OpBuilder &b, ValueRange args) -> FailureOr<Value> {
                        auto window = acc::WindowOp::create(b, loc, op.getType(), args[0], ArrayRef<int64_t>{2, 3}, op.getKernel(),
                                                            op.getStrides(), op.getDilations(), op.getPads().take_front(2), countLow,
                                                            countHigh, recipe.combine(), acc::EdgeAttr());
                        recipe.fill(loc, window.getProgram(), window.getFinish(), elementOf(op.getX()), elementOf(op.getY()));
                        return window.getResult();
                      });
}

FailureOr<Value> formReduce(GroupBuilder &groups, dnn::ReduceOp op, IRMapping &values) {
  Location loc = op.getLoc();
  static constexpr Recipe::Kind kinds[] = {Recipe::Kind::Sum, Recipe::Kind::Mean, Recipe::Kind::Max, Recipe::Kind::Min,
                                           Recipe::Kind::Prod, Recipe::Kind::SumSquare, Recipe::Kind::L1, Recipe::Kind::L2};
  Recipe recipe = recipeFor(op, kinds[static_cast<int>(op.getKind())]);
  auto input = tensorType(op.getX());
  SmallVector<int64_t> shape(input.getShape());
  int64_t count = 1;
  for (int64_t axis : op.getAxes())
    count *= std::exchange(shape[axis], 1);
  recipe.wide = recipe.needsWide(count);
  auto result = RankedTensorType::get(shape, elementOf(op.getY()));
  auto value = groups.group(loc, "reduce", values.lookup(op.getX()), result, [&](OpBuilder &b, ValueRange args) -> FailureOr<Value> {
    auto reduce = acc::ReduceOp::create(b, loc, result, args[0], op.getAxes(), recipe.combine());
    recipe.fill(loc, reduce.getProgram(), reduce.getFinish(), elementOf(op.getX()), elementOf(op.getY()));
    return reduce.getResult();
  });
  return failed(value) ? value : groups.reshapeTo(loc, *value, op.getType());
}

FailureOr<Value> formWindowSum(GroupBuilder &groups, dnn::WindowSumOp op, IRMapping &values) {
  Location loc = op.getLoc();
  Recipe recipe = recipeFor(op, Recipe::Kind::Sum);
  int64_t axis = op.getAxis(), size = op.getSize(), before = op.getBefore(), extent = tensorType(op.getX()).getDimSize(axis);
  recipe.wide = recipe.needsWide(size);
  return groups.group(loc, "window_sum", values.lookup(op.getX()), op.getType(), [&](OpBuilder &b, ValueRange args) -> FailureOr<Value> {
    auto window = acc::WindowOp::create(b, loc, op.getType(), args[0], ArrayRef<int64_t>{axis}, ArrayRef<int64_t>{size},
                                        ArrayRef<int64_t>{1}, ArrayRef<int64_t>{1}, ArrayRef<int64_t>{before},
                                        ArrayRef<int64_t>{0}, ArrayRef<int64_t>{extent}, acc::Combine::add, acc::EdgeAttr());
    recipe.fill(loc, window.getProgram(), window.getFinish(), elementOf(op.getX()), elementOf(op.getY()));
    return window.getResult();
  });
}
} // namespace

FailureOr<Value> mapping::formReduction(GroupBuilder &groups, Operation *op, IRMapping &values) {
  if (auto pool = dyn_cast<dnn::MaxPoolOp>(op)) {
    ArrayRef<int64_t> shape = tensorType(pool.getX()).getShape();
    return formPool(groups, pool, Recipe::Kind::Max, {0, 0}, shape.take_back(2), values);
  }
  if (auto pool = dyn_cast<dnn::AvgPoolOp>(op)) {
    ArrayRef<int64_t> shape = tensorType(pool.getX()).getShape(), pads = pool.getPads();
    SmallVector<int64_t> low = {0, 0}, high = {shape[2], shape[3]};
    if (pool.getCountIncludePad()) {
      low = {-pads[0], -pads[1]};
      high = {shape[2] + pads[2], shape[3] + pads[3]};
    }
    return formPool(groups, pool, Recipe::Kind::Mean, low, high, values);
  }
  if (auto sum = dyn_cast<dnn::WindowSumOp>(op))
    return formWindowSum(groups, sum, values);
  return formReduce(groups, cast<dnn::ReduceOp>(op), values);
}

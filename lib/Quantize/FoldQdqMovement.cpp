// Ops that move or choose elements commute with dequantize and quantize; a pair of the two is nothing or a
// requantization.
#include "lib/Quantize/FoldQdq.h"

using namespace mlir;
using namespace dnnc;
using namespace dnnc::quantize;

namespace {

RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

// Result dimension that holds the input's dimension `axis` unchanged through a reshape.
std::optional<int64_t> reshapedAxis(ArrayRef<int64_t> in, ArrayRef<int64_t> out, int64_t axis) {
  int64_t before = dnn::elementCount(in.take_front(axis));
  int64_t count = 1;
  for (auto [index, size] : llvm::enumerate(out)) {
    if (count == before && size == in[axis])
      return index;
    count *= size;
  }
  return std::nullopt;
}

// Whether the op gives the same numbers when it works on the stored values, and the element type it then has.
Type movedElement(Operation *op, Type in) {
  Type element = dnn::elementType(in);
  bool perAxis = dnn::isPerAxis(in);
  return llvm::TypeSwitch<Operation *, Type>(op)
      .Case<dnn::ReshapeOp>([&](dnn::ReshapeOp reshape) -> Type {
        if (!perAxis)
          return element;
        auto axis = reshapedAxis(tensorType(reshape.getX()).getShape(), tensorType(reshape.getY()).getShape(),
                                 *dnn::quantAxisOf(in));
        return axis ? dnn::withQuantAxis(in, *axis) : Type();
      })
      .Case<dnn::TransposeOp>([&](dnn::TransposeOp transpose) -> Type {
        if (!perAxis)
          return element;
        int64_t axis = llvm::find(transpose.getPerm(), *dnn::quantAxisOf(in)) - transpose.getPerm().begin();
        return dnn::withQuantAxis(in, axis);
      })
      .Case<dnn::SliceOp>([&](dnn::SliceOp slice) -> Type {
        if (!perAxis)
          return element;
        int64_t axis = *dnn::quantAxisOf(in);
        SmallVector<int64_t> channels;
        for (int64_t i = 0; i < tensorType(slice.getY()).getDimSize(axis); ++i)
          channels.push_back(slice.getOffsets()[axis] + i * slice.getSteps()[axis]);
        return channels.empty() ? Type() : dnn::withQuantChannels(in, channels);
      })
      .Case<dnn::ExpandOp, dnn::GatherOp>([&](Operation *) { return perAxis ? Type() : element; })
      .Case<dnn::ConcatOp>([&](dnn::ConcatOp concat) {
        bool along = perAxis && *dnn::quantAxisOf(in) == static_cast<int64_t>(concat.getAxis());
        return along ? Type() : element;
      })
      .Case<dnn::PadOp>([&](dnn::PadOp pad) -> Type {
        if (perAxis || pad.getMode() != dnn::PadMode::Constant)
          return perAxis ? Type() : element;
        // The padding must be a number the type can hold.
        auto value = static_cast<float>(pad.getValue().convertToDouble());
        return realValue(element, quantizedValue(element, value)) == value ? element : Type();
      })
      .Case<dnn::ResizeOp>([&](dnn::ResizeOp resize) {
        return perAxis || resize.getMode() != dnn::ResizeMode::Nearest ? Type() : element;
      })
      // The largest element is the same element: dequantizing is monotone.
      .Case<dnn::MaxPoolOp>([&](Operation *) { return perAxis ? Type() : element; })
      .Case<dnn::ReduceOp>([&](dnn::ReduceOp reduce) {
        bool chooses = reduce.getKind() == dnn::ReduceKind::Max || reduce.getKind() == dnn::ReduceKind::Min;
        return perAxis || !chooses ? Type() : element;
      })
      .Default([](Operation *) { return Type(); });
}

// op(dequantize x) is dequantize(op x).
struct SinkDequantize : RewritePattern {
  explicit SinkDequantize(MLIRContext *context) : RewritePattern(MatchAnyOpTypeTag(), 1, context) {}

  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    if (op->getNumOperands() == 0 || op->getNumResults() != 1)
      return failure();
    SmallVector<Value> operands(op->getOperands());
    // Of a gather only the data is dequantized, of a concat every part.
    size_t data = isa<dnn::ConcatOp>(op) ? operands.size() : 1;
    Type in;
    for (Value &operand : MutableArrayRef<Value>(operands).take_front(data)) {
      auto dequantize = operand.getDefiningOp<dnn::DequantizeOp>();
      if (!dequantize)
        return failure();
      operand = dequantize.getX();
      if (in && in != dnn::elementType(operand.getType()))
        return failure();
      in = dnn::elementType(operand.getType());
    }
    // A 32-bit type is a bias, which other ops do not take.
    bool bias = !dnn::isQuantizedNarrow(in);
    Type out = movedElement(op, in);
    if (!out || (bias && !isa<dnn::ReshapeOp, dnn::TransposeOp, dnn::SliceOp>(op)))
      return failure();
    Operation *moved = cloneWith(rewriter, op, operands, out);
    auto dequantize =
        dnn::DequantizeOp::create(rewriter, op->getLoc(), op->getResult(0).getType(), moved->getResult(0));
    dnn::moveTensorNames(op, dequantize);
    rewriter.replaceOp(op, dequantize);
    return success();
  }
};

// quantize(dequantize x) is x, or the requantization of x.
struct MergePair : OpRewritePattern<dnn::QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(dnn::QuantizeOp quantize, PatternRewriter &rewriter) const override {
    Value x = quantizedBehind(quantize.getX());
    if (!x)
      return failure();
    Type in = dnn::elementType(x.getType()), out = dnn::elementType(quantize.getY().getType());
    if (in == out && roundTrips(in)) {
      replaceAndName(rewriter, quantize, x);
      return success();
    }
    if (x == quantize.getX() || dnn::isPerAxis(in) || dnn::isPerAxis(out))
      return failure();
    rewriter.modifyOpInPlace(quantize, [&] { quantize.getXMutable().assign(x); });
    return success();
  }
};

// quantize(pad(dequantize x)) where the padding's value is none of x's type: it is quantized by the result's.
struct QuantizeBeforePad : OpRewritePattern<dnn::QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(dnn::QuantizeOp quantize, PatternRewriter &rewriter) const override {
    auto pad = quantize.getX().getDefiningOp<dnn::PadOp>();
    Value x = pad && pad->hasOneUse() ? quantizedBehind(pad.getX()) : Value();
    if (!x || dnn::isPerAxis(quantize.getY().getType()) || movedElement(pad, x.getType()))
      return failure();
    Type element = dnn::elementType(quantize.getY().getType());
    auto inner = dnn::QuantizeOp::create(rewriter, quantize.getLoc(),
                                         dnn::withElementType(tensorType(pad.getX()), element), pad.getX());
    Value padded = cloneWith(rewriter, pad, inner.getY(), element)->getResult(0);
    replaceAndName(rewriter, quantize, padded);
    return success();
  }
};

// Results whose meaning depends on whether quantize follows directly.
bool isArithmetic(Value value) {
  Operation *op = value.getDefiningOp();
  while (isa_and_nonnull<dnn::ReluOp, dnn::ClipOp, dnn::ReshapeOp>(op))
    op = op->getOperand(0).getDefiningOp();
  if (auto reduce = dyn_cast_or_null<dnn::ReduceOp>(op))
    return reduce.getKind() == dnn::ReduceKind::Sum || reduce.getKind() == dnn::ReduceKind::Mean;
  return isa_and_nonnull<dnn::ConvOp, dnn::ConvTransposeOp, dnn::MatMulOp, dnn::MulOp, dnn::AvgPoolOp>(op);
}

// quantize(concat(a, b)) is concat(quantize a, quantize b), so that each part is requantized by itself. A
// part that is a product keeps its own meaning: it has no quantize behind it.
struct QuantizeBeforeConcat : OpRewritePattern<dnn::QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(dnn::QuantizeOp quantize, PatternRewriter &rewriter) const override {
    auto concat = quantize.getX().getDefiningOp<dnn::ConcatOp>();
    if (!concat || !concat->hasOneUse() || llvm::any_of(concat.getInputs(), isArithmetic) ||
        dnn::isPerAxis(quantize.getY().getType()))
      return failure();
    Type element = dnn::elementType(quantize.getY().getType());
    SmallVector<Value> parts;
    for (Value input : concat.getInputs())
      parts.push_back(dnn::QuantizeOp::create(rewriter, quantize.getLoc(),
                                              dnn::withElementType(tensorType(input), element), input));
    replaceAndName(rewriter, quantize, cloneWith(rewriter, concat, parts, element)->getResult(0));
    return success();
  }
};

// A constant called by another type of the same storage.
struct RetypeConstant : OpRewritePattern<dnn::StorageCastOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(dnn::StorageCastOp cast, PatternRewriter &rewriter) const override {
    auto constant = cast.getX().getDefiningOp<dnn::ConstantOp>();
    if (!constant)
      return failure();
    auto retyped =
        dnn::ConstantOp::create(rewriter, constant.getLoc(), cast.getY().getType(), constant.getValue());
    dnn::moveTensorNames(constant, retyped);
    rewriter.replaceOp(cast, retyped);
    return success();
  }
};

// A clamp on one quantized type that no stored value exceeds.
template <typename Clamp> struct DropClamp : OpRewritePattern<Clamp> {
  using OpRewritePattern<Clamp>::OpRewritePattern;

  LogicalResult matchAndRewrite(Clamp clamp, PatternRewriter &rewriter) const override {
    Type type = dnn::elementType(clamp.getY().getType());
    if (dnn::elementType(clamp.getX().getType()) != type || !roundTrips(type) || dnn::isPerAxis(type))
      return failure();
    float low = 0.0F, high = std::numeric_limits<float>::infinity();
    if constexpr (std::is_same_v<Clamp, dnn::ClipOp>) {
      low = clamp.getMin().convertToFloat();
      high = clamp.getMax().convertToFloat();
    }
    if (quantizedValue(type, low) != dnn::storageMin(type) ||
        quantizedValue(type, high) != dnn::storageMax(type))
      return failure();
    replaceAndName(rewriter, clamp, clamp.getX());
    return success();
  }
};

} // namespace

void quantize::addMovementPatterns(RewritePatternSet &patterns) {
  patterns.add<SinkDequantize, MergePair, QuantizeBeforePad, QuantizeBeforeConcat, RetypeConstant,
               DropClamp<dnn::ReluOp>, DropClamp<dnn::ClipOp>>(patterns.getContext());
}

#include "lib/Quantize/FoldQdq.h"

#include "lib/Quantize/Passes.h"

#include <cmath>
#include <mlir/IR/IRMapping.h>
#include <mlir/Transforms/GreedyPatternRewriteDriver.h>

namespace dnnc::quantize {
#define GEN_PASS_DEF_QUANTIZEFOLDQDQ
#include "lib/Quantize/Passes.h.inc"
} // namespace dnnc::quantize

using namespace mlir;
using namespace dnnc;
using namespace dnnc::quantize;

Value quantize::quantizedBehind(Value value) {
  if (auto dequantize = value.getDefiningOp<dnn::DequantizeOp>())
    value = dequantize.getX();
  return dnn::isQuantizedNarrow(value.getType()) ? value : Value();
}

std::optional<QuantizedEnd> quantize::quantizedEnd(Operation *op) {
  QuantizedEnd end;
  Value result = op->getResult(0);
  // A one-dimensional ONNX node is imported as reshape, two-dimensional op, reshape, all of its location: the
  // last of them belongs to the op.
  auto belongs = [&](Operation *user) {
    bool clamps = isa<dnn::ReluOp, dnn::ClipOp>(user);
    bool sameNode =
        isa<dnn::ReshapeOp>(user) && user->getLoc() == op->getLoc() && !isa<UnknownLoc>(op->getLoc());
    return (clamps || sameNode) && dnn::elementType(user->getResult(0).getType()).isF32();
  };
  while (result.hasOneUse() && belongs(*result.user_begin())) {
    end.followers.push_back(*result.user_begin());
    result = result.user_begin()->getResult(0);
  }
  for (Operation *user : result.getUsers()) {
    auto quantize = dyn_cast<dnn::QuantizeOp>(user);
    if (!quantize ||
        (!end.quantizes.empty() && quantize.getY().getType() != end.quantizes.front().getY().getType()))
      return std::nullopt;
    end.quantizes.push_back(quantize);
  }
  if (end.quantizes.empty() || !dnn::isQuantizedNarrow(end.element()) || dnn::isPerAxis(end.element()))
    return std::nullopt;
  // Users are listed last first; the first quantize of the block names the tensor.
  llvm::sort(end.quantizes, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
  return end;
}

Operation *quantize::cloneWith(PatternRewriter &rewriter, Operation *op, ValueRange operands, Type element) {
  IRMapping none;
  Operation *clone = rewriter.insert(op->cloneWithoutRegions(none));
  clone->setOperands(operands);
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  clone->getResult(0).setType(dnn::withElementType(type, element));
  dnn::setTensorNames(clone, {});
  return clone;
}

static void fuseLocation(Operation *op, Location other) {
  op->setLoc(FusedLoc::get(op->getContext(), {op->getLoc(), other}));
}

void quantize::replaceAndName(PatternRewriter &rewriter, Operation *op, Value value) {
  if (Operation *producer = value.getDefiningOp(); producer && dnn::tensorNames(producer).empty()) {
    rewriter.modifyOpInPlace(producer, [&] {
      dnn::moveTensorNames(op, producer);
      fuseLocation(producer, op->getLoc());
    });
  }
  rewriter.replaceOp(op, value);
}

void quantize::finishQuantized(PatternRewriter &rewriter, Value value, QuantizedEnd &end) {
  for (Operation *follower : end.followers)
    value = cloneWith(rewriter, follower, value, end.element())->getResult(0);
  for (dnn::QuantizeOp quantize : end.quantizes)
    replaceAndName(rewriter, quantize, value);
}

int64_t quantize::quantizedValue(Type type, float value) {
  float scaled = std::nearbyintf(value / dnn::scalesOf(type).front());
  // Saturates in double: exact for every float, and infinities stay ordered. NaN becomes the zero point.
  double shifted = std::isnan(scaled) ? 0.0 : static_cast<double>(scaled);
  shifted += static_cast<double>(dnn::zeroPointsOf(type).front());
  return static_cast<int64_t>(std::clamp(shifted, static_cast<double>(dnn::storageMin(type)),
                                         static_cast<double>(dnn::storageMax(type))));
}

float quantize::realValue(Type type, int64_t stored) {
  return static_cast<float>(stored - dnn::zeroPointsOf(type).front()) * dnn::scalesOf(type).front();
}

bool quantize::roundTrips(Type type) {
  // |q - z| is at most 65535, and product and quotient are off by at most half a unit in their last place each: 1/128
  // of a step.
  return dnn::isQuantizedNarrow(type) && llvm::all_of(dnn::scalesOf(type), [&](float scale) {
    return std::isfinite(scale * static_cast<float>(dnn::storageMax(type) - dnn::storageMin(type)));
  });
}

namespace {
struct QuantizeFoldQdqPass : quantize::impl::QuantizeFoldQdqBase<QuantizeFoldQdqPass> {
  using QuantizeFoldQdqBase::QuantizeFoldQdqBase;

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    addMovementPatterns(patterns);
    addProductPatterns(patterns);
    addElementwisePatterns(patterns);
    GreedyRewriteConfig config;
    config.setMaxIterations(GreedyRewriteConfig::kNoLimit);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns), config)) || failed(verifyProducts(getOperation())))
      signalPassFailure();
  }
};
} // namespace

#include "lib/Fuse/Passes.h"

#include <cmath>

namespace dnnc::fuse {
#define GEN_PASS_DEF_FUSEBATCHNORM
#include "lib/Fuse/Passes.h.inc"
} // namespace dnnc::fuse

using namespace mlir;
using namespace dnnc;

namespace {

RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

// factor[c]·x + offset[c] along one dimension, in double until it is done.
struct Affine {
  explicit Affine(int64_t channels) : factor(channels, 1.0), offset(channels, 0.0) {}
  std::vector<double> factor, offset;

  void scale(ArrayRef<double> by) {
    for (size_t c = 0; c < factor.size(); ++c) {
      factor[c] *= by[c];
      offset[c] *= by[c];
    }
  }
  void shift(ArrayRef<double> by, double sign = 1.0) {
    for (size_t c = 0; c < offset.size(); ++c)
      offset[c] += sign * by[c];
  }
};

// A constant as one value per position of dimension `axis` of `shape`, where it differs along no other.
std::optional<std::vector<double>> perChannel(Value value, ArrayRef<int64_t> shape, int64_t axis) {
  auto constant = tensorType(value);
  auto rank = static_cast<int64_t>(shape.size());
  if (!constant.getElementType().isF32() || constant.getRank() > rank)
    return std::nullopt;
  for (int64_t i = 0; i < constant.getRank(); ++i) {
    int64_t dim = rank - constant.getRank() + i; // aligned at the last dimension
    if (constant.getDimSize(i) != 1 && (dim != axis || constant.getDimSize(i) != shape[axis]))
      return std::nullopt;
  }
  auto elements = dnn::constantFloats(value);
  if (!elements || elements->empty())
    return std::nullopt;
  std::vector<double> values(elements->begin(), elements->end());
  if (values.size() == 1)
    values.resize(shape[axis], values.front());
  return values;
}

// Applies `op`, a function of `x` and constants, to what `affine` is so far; false where it is no affine
// function of each channel.
bool apply(Operation *op, Value x, int64_t axis, Affine &affine) {
  auto shape = tensorType(x).getShape();
  if (op->getNumResults() != 1 || op->getResult(0).getType() != x.getType() ||
      !tensorType(x).getElementType().isF32())
    return false;
  if (auto norm = dyn_cast<dnn::BatchNormOp>(op)) {
    auto scale = dnn::constantFloats(norm.getScale()), bias = dnn::constantFloats(norm.getBias()),
         mean = dnn::constantFloats(norm.getMean()), variance = dnn::constantFloats(norm.getVariance());
    if (axis != 1 || norm.getX() != x || !scale || !bias || !mean || !variance)
      return false;
    double epsilon = norm.getEpsilon().convertToFloat();
    for (size_t c = 0; c < scale->size(); ++c) {
      double factor = (*scale)[c] / std::sqrt((*variance)[c] + epsilon);
      affine.factor[c] *= factor;
      affine.offset[c] = (affine.offset[c] - (*mean)[c]) * factor + (*bias)[c];
    }
    return true;
  }
  if (!isa<dnn::AddOp, dnn::SubOp, dnn::MulOp, dnn::DivOp>(op))
    return false;
  bool left = op->getOperand(0) == x;
  auto constant = perChannel(op->getOperand(left ? 1 : 0), shape, axis);
  if (!constant || (isa<dnn::DivOp>(op) && !left))
    return false;
  if (isa<dnn::AddOp>(op)) {
    affine.shift(*constant);
  } else if (isa<dnn::MulOp>(op)) {
    affine.scale(*constant);
  } else if (isa<dnn::DivOp>(op)) {
    for (double &value : *constant)
      value = 1.0 / value;
    affine.scale(*constant);
  } else if (left) {
    affine.shift(*constant, -1.0);
  } else { // constant - x
    affine.scale(std::vector<double>(constant->size(), -1.0));
    affine.shift(*constant);
  }
  return true;
}

// Affine ops one behind the other from `x` on, each the only user of the one before.
SmallVector<Operation *> chainBehind(Value x, int64_t axis, Affine &affine) {
  SmallVector<Operation *> chain;
  while (x.hasOneUse() && apply(*x.user_begin(), x, axis, affine)) {
    chain.push_back(*x.user_begin());
    x = chain.back()->getResult(0);
  }
  return chain;
}

Location fusedLocation(Operation *root, ArrayRef<Operation *> chain) {
  SmallVector<Location> locations;
  if (root)
    locations.push_back(root->getLoc());
  for (Operation *op : chain)
    locations.push_back(op->getLoc());
  return FusedLoc::get(chain.front()->getContext(), locations);
}

// The weights of a product and where its output channels are: channel(i) of the i-th weight.
struct Weights {
  Value w, bias;
  int64_t axis; // channels in the result
  int64_t channels;
  int64_t inner;            // weights of one channel that stand together
  int64_t perGroup, inputs; // of a transposed convolution: output channels and input channels a group

  int64_t channel(int64_t i) const {
    int64_t position = i / inner;
    return position % perGroup + position / perGroup / inputs % (channels / perGroup) * perGroup;
  }
};

std::optional<Weights> weightsOf(Operation *op) {
  if (auto conv = dyn_cast<dnn::ConvOp>(op)) {
    auto w = tensorType(conv.getW()).getShape();
    return Weights{conv.getW(), conv.getBias(), 1, w[0], w[1] * w[2] * w[3], w[0], 1};
  }
  if (auto conv = dyn_cast<dnn::ConvTransposeOp>(op)) {
    auto w = tensorType(conv.getW()).getShape();
    auto group = static_cast<int64_t>(conv.getGroup());
    return Weights{conv.getW(), conv.getBias(), 1, w[1] * group, w[2] * w[3], w[1], w[0] / group};
  }
  if (auto product = dyn_cast<dnn::MatMulOp>(op)) {
    auto b = tensorType(product.getB()).getShape();
    if (b.size() < 2)
      return std::nullopt;
    int64_t n = b[b.size() - (product.getTransposeB() ? 2 : 1)];
    return Weights{product.getB(),
                   product.getBias(),
                   tensorType(product.getY()).getRank() - 1,
                   n,
                   product.getTransposeB() ? b.back() : 1,
                   n,
                   1};
  }
  return std::nullopt;
}

// Operand 1 of a product holds the weights, operand 2 the bias.
void foldIntoProduct(Operation *op) {
  auto weights = weightsOf(op);
  auto y = tensorType(op->getResult(0));
  if (!weights || !tensorType(weights->w).getElementType().isF32() || !y.getElementType().isF32() ||
      y.getRank() < 1)
    return;
  Affine affine(weights->channels);
  auto chain = chainBehind(op->getResult(0), weights->axis, affine);
  if (chain.empty())
    return;
  auto w = dnn::constantFloats(weights->w);
  auto bias =
      weights->bias ? dnn::constantFloats(weights->bias) : std::vector<float>(weights->channels, 0.0F);
  if (!w || !bias)
    return;
  for (size_t i = 0; i < w->size(); ++i)
    (*w)[i] = static_cast<float>((*w)[i] * affine.factor[weights->channel(static_cast<int64_t>(i))]);
  for (int64_t c = 0; c < weights->channels; ++c)
    (*bias)[c] = static_cast<float>((*bias)[c] * affine.factor[c] + affine.offset[c]);

  OpBuilder builder(op);
  Location location = fusedLocation(op, chain);
  SmallVector<Value> operands = {op->getOperand(0)};
  operands.push_back(dnn::makeConstant(builder, weights->w.getLoc(), tensorType(weights->w).getShape(), *w));
  operands.push_back(dnn::makeConstant(builder, location, {weights->channels}, *bias));
  op->setOperands(operands);
  op->setLoc(location);
  dnn::moveTensorNames(chain.back(), op);
  chain.back()->getResult(0).replaceAllUsesWith(op->getResult(0));
  for (Operation *folded : llvm::reverse(chain))
    folded->erase();
}

// A chain with this batch_norm in it becomes one factor and one offset.
void foldStandalone(dnn::BatchNormOp norm) {
  // The first op of the chain, upwards; what it is applied to.
  Operation *first = norm;
  Value x = norm.getX();
  constexpr int64_t axis = 1;
  int64_t channels = tensorType(x).getDimSize(axis);
  while (x.hasOneUse() && x.getDefiningOp()) {
    Operation *before = x.getDefiningOp();
    Value input;
    for (Value operand : before->getOperands())
      if (Affine ignored(channels); operand.getType() == x.getType() && apply(before, operand, axis, ignored))
        input = operand;
    if (!input)
      break;
    first = before;
    x = input;
  }
  Affine affine(channels);
  SmallVector<Operation *> chain;
  if (!apply(first, x, axis, affine))
    return; // statistics that are computed
  chain.push_back(first);
  chain.append(chainBehind(first->getResult(0), axis, affine));

  OpBuilder builder(chain.back());
  Location location = fusedLocation(nullptr, chain);
  SmallVector<int64_t> shape(tensorType(x).getRank() - 1, 1);
  shape[0] = channels;
  auto constant = [&](const std::vector<double> &values) {
    SmallVector<float> rounded(values.begin(), values.end());
    return dnn::makeConstant(builder, location, shape, rounded);
  };
  auto scaled = dnn::MulOp::create(builder, location, x.getType(), x, constant(affine.factor));
  auto shifted = dnn::AddOp::create(builder, location, x.getType(), scaled, constant(affine.offset));
  dnn::moveTensorNames(chain.back(), shifted);
  chain.back()->getResult(0).replaceAllUsesWith(shifted);
  for (Operation *folded : llvm::reverse(chain))
    folded->erase();
}

struct FuseBatchNormPass : fuse::impl::FuseBatchNormBase<FuseBatchNormPass> {
  void runOnOperation() override {
    SmallVector<Operation *> products;
    getOperation().walk([&](Operation *op) {
      if (dnn::isProduct(op))
        products.push_back(op);
    });
    for (Operation *op : products)
      foldIntoProduct(op);
    // A fold erases other batch_norms of its chain, so each starts anew at the first that is left untried.
    llvm::SmallPtrSet<Operation *, 16> tried;
    while (dnn::BatchNormOp norm = nextBatchNorm(tried))
      foldStandalone(norm);
    eraseUnusedConstants();
  }

  dnn::BatchNormOp nextBatchNorm(llvm::SmallPtrSet<Operation *, 16> &tried) {
    dnn::BatchNormOp found;
    getOperation().walk([&](dnn::BatchNormOp norm) {
      if (!tried.insert(norm).second)
        return WalkResult::advance();
      found = norm;
      return WalkResult::interrupt();
    });
    return found;
  }

  void eraseUnusedConstants() {
    getOperation().walk([](dnn::ConstantOp constant) {
      if (constant->use_empty())
        constant->erase();
    });
  }
};

} // namespace

// LINK: DnncReference
// Properties of the reference interpreter over seeded random cases; what each op means stands in
// test/lib/Reference.
#include "lib/Reference/Reference.h"

#include "lib/Reference/Arithmetic.h"
#include "lib/Reference/ProductLoops.h"
#include "lib/Reference/ResizeCoordinates.h"

#include <gtest/gtest.h>
#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Parser/Parser.h>
#include <random>

namespace dnnc::reference {
namespace {

using Random = std::mt19937_64;

int64_t uniform(Random &random, int64_t low, int64_t high) {
  return std::uniform_int_distribution<int64_t>(low, high)(random);
}

/// A random convolution whose output size is the floor form's; `pads` may be asymmetric.
Convolution randomConvolution(Random &random) {
  Convolution shape;
  shape.batch = uniform(random, 1, 2);
  shape.groups = uniform(random, 1, 3);
  shape.inChannels = uniform(random, 1, 3);
  shape.outChannels = uniform(random, 1, 3);
  shape.kernelHeight = uniform(random, 1, 3);
  shape.kernelWidth = uniform(random, 1, 3);
  shape.strides = {uniform(random, 1, 3), uniform(random, 1, 3)};
  shape.dilations = {uniform(random, 1, 2), uniform(random, 1, 2)};
  shape.pads = {uniform(random, 0, 3), uniform(random, 0, 3)};
  shape.height = uniform(random, 5, 9);
  shape.width = uniform(random, 5, 9);
  auto size = [&](int64_t d, int64_t input, int64_t kernel) {
    int64_t padded = input + shape.pads[d] + uniform(random, 0, 3);
    return (padded - (kernel - 1) * shape.dilations[d] - 1) / shape.strides[d] + 1;
  };
  shape.rows = size(0, shape.height, shape.kernelHeight);
  shape.columns = size(1, shape.width, shape.kernelWidth);
  return shape;
}

std::vector<uint32_t> randomIntegers(Random &random, int64_t count) {
  std::vector<uint32_t> values(count);
  for (uint32_t &value : values)
    value = static_cast<uint32_t>(uniform(random, -255, 255));
  return values;
}

struct Sizes {
  int64_t input, weights, output, filter;
  explicit Sizes(const Convolution &s)
      : input(s.batch * s.groups * s.inChannels * s.height * s.width),
        weights(s.groups * s.outChannels * s.inChannels * s.kernelHeight * s.kernelWidth),
        output(s.batch * s.groups * s.outChannels * s.rows * s.columns),
        filter(s.inChannels * s.kernelHeight * s.kernelWidth) {}
};

/// One output of a convolution by its formula.
uint32_t byFormula(const Convolution &s, const std::vector<uint32_t> &x, const std::vector<uint32_t> &w,
                   int64_t n, int64_t g, int64_t m, int64_t p, int64_t q) {
  uint32_t sum = 0;
  for (int64_t c = 0; c < s.inChannels; ++c)
    for (int64_t r = 0; r < s.kernelHeight; ++r)
      for (int64_t t = 0; t < s.kernelWidth; ++t) {
        int64_t h = p * s.strides[0] + r * s.dilations[0] - s.pads[0];
        int64_t v = q * s.strides[1] + t * s.dilations[1] - s.pads[1];
        if (h < 0 || h >= s.height || v < 0 || v >= s.width)
          continue;
        sum += x[(((n * s.groups + g) * s.inChannels + c) * s.height + h) * s.width + v] *
               w[(((g * s.outChannels + m) * s.inChannels + c) * s.kernelHeight + r) * s.kernelWidth + t];
      }
  return sum;
}

TEST(Products, ConvolutionIsItsFormula) {
  Random random(1);
  for (int round = 0; round < 200; ++round) {
    const Convolution s = randomConvolution(random);
    const Sizes sizes(s);
    const auto x = randomIntegers(random, sizes.input), w = randomIntegers(random, sizes.weights);
    std::vector<uint32_t> y(sizes.output);
    convolve<uint32_t>(
        s, x.data(),
        [&](int64_t g, int64_t m, uint32_t *filter) {
          std::copy_n(w.begin() + (g * s.outChannels + m) * sizes.filter, sizes.filter, filter);
        },
        y.data());
    size_t i = 0;
    for (int64_t n = 0; n < s.batch; ++n)
      for (int64_t g = 0; g < s.groups; ++g)
        for (int64_t m = 0; m < s.outChannels; ++m)
          for (int64_t p = 0; p < s.rows; ++p)
            for (int64_t q = 0; q < s.columns; ++q)
              ASSERT_EQ(y[i++], byFormula(s, x, w, n, g, m, p, q)) << "round " << round;
  }
}

/// ⟨conv(x), y⟩ = ⟨x, convᵀ(y)⟩, exact in integers: the transposed convolution is the transpose of the
/// matrix.
TEST(Products, TransposedConvolutionIsTheAdjoint) {
  Random random(2);
  for (int round = 0; round < 200; ++round) {
    const Convolution s = randomConvolution(random);
    const Sizes sizes(s);
    const auto x = randomIntegers(random, sizes.input), w = randomIntegers(random, sizes.weights),
               y = randomIntegers(random, sizes.output);
    std::vector<uint32_t> forward(sizes.output), backward(sizes.input);
    auto weight = [&](int64_t g, int64_t m, int64_t c) {
      const int64_t kernel = s.kernelHeight * s.kernelWidth;
      return w.begin() + ((g * s.outChannels + m) * s.inChannels + c) * kernel;
    };
    const int64_t kernel = s.kernelHeight * s.kernelWidth;
    convolve<uint32_t>(
        s, x.data(),
        [&](int64_t g, int64_t m, uint32_t *filter) { std::copy_n(weight(g, m, 0), sizes.filter, filter); },
        forward.data());
    Convolution transposed = s;
    std::swap(transposed.inChannels, transposed.outChannels);
    std::swap(transposed.height, transposed.rows);
    std::swap(transposed.width, transposed.columns);
    convolveTransposed<uint32_t>(
        transposed, y.data(),
        [&](int64_t g, int64_t c, uint32_t *filter) {
          for (int64_t m = 0; m < s.outChannels; ++m)
            std::copy_n(weight(g, m, c), kernel, filter + m * kernel);
        },
        backward.data());
    uint32_t left = 0, right = 0;
    for (int64_t i = 0; i < sizes.output; ++i)
      left += forward[i] * y[i];
    for (int64_t i = 0; i < sizes.input; ++i)
      right += x[i] * backward[i];
    ASSERT_EQ(left, right) << "round " << round;
  }
}

TEST(Products, MatrixProductIsItsFormula) {
  Random random(3);
  for (int round = 0; round < 50; ++round) {
    const int64_t rows = uniform(random, 1, 5), columns = uniform(random, 1, 200),
                  depth = uniform(random, 0, 9);
    const auto a = randomIntegers(random, rows * depth), b = randomIntegers(random, depth * columns);
    std::vector<uint32_t> y(rows * columns);
    multiply<uint32_t>(
        rows, columns, depth, a.data(),
        [&](int64_t n, uint32_t *column) {
          for (int64_t k = 0; k < depth; ++k)
            column[k] = b[k * columns + n];
        },
        y.data());
    for (int64_t m = 0; m < rows; ++m)
      for (int64_t n = 0; n < columns; ++n) {
        uint32_t sum = 0;
        for (int64_t k = 0; k < depth; ++k)
          sum += a[m * depth + k] * b[k * columns + n];
        ASSERT_EQ(y[m * columns + n], sum);
      }
  }
}

/// What dequantizes and is quantized again with the same parameters comes back: movement ops may use the
/// storage.
TEST(Arithmetic, QuantizationOfADequantizedValueIsExact) {
  Random random(4);
  for (int round = 0; round < 2000; ++round) {
    const float scale =
        std::ldexp(std::uniform_real_distribution<float>(1, 2)(random), uniform(random, -40, 20));
    const int64_t zeroPoint = uniform(random, -128, 127);
    for (int64_t stored = -128; stored < 128; ++stored)
      ASSERT_EQ(quantizeValue(dequantizeValue(stored, scale, zeroPoint), scale, zeroPoint, -128, 127),
                stored);
  }
}

/// A clamp between a product and its quantization is a clamp of the integer (hardware.md, Numerics), since
/// rounding is monotone.
TEST(Arithmetic, RequantizationIsMonotone) {
  Random random(5);
  for (int round = 0; round < 2000; ++round) {
    const float multiplier =
        std::ldexp(std::uniform_real_distribution<float>(1, 2)(random), uniform(random, -20, 2));
    int64_t a = uniform(random, -(1 << 24), 1 << 24), b = uniform(random, -(1 << 24), 1 << 24);
    if (a > b)
      std::swap(a, b);
    ASSERT_LE(roundAndSaturate(scaleAccumulator(a, multiplier), 3, -128, 127),
              roundAndSaturate(scaleAccumulator(b, multiplier), 3, -128, 127));
  }
}

TEST(Resize, TapsStayInsideAndNearestIsIdentityAtScaleOne) {
  Random random(6);
  for (int round = 0; round < 500; ++round) {
    ResizeDimension dim{uniform(random, 1, 20), uniform(random, 1, 40), 1};
    dim.scale = static_cast<float>(dim.output) / static_cast<float>(dim.input);
    const auto mode = static_cast<dnn::CoordinateMode>(uniform(random, 0, 4));
    const auto rounding = static_cast<dnn::NearestMode>(uniform(random, 0, 3));
    for (int64_t i = 0; i < dim.output; ++i) {
      const int64_t nearest = resizeNearest(dim, mode, rounding, i);
      const LinearTaps taps = resizeLinear(dim, mode, i);
      ASSERT_TRUE(nearest >= 0 && nearest < dim.input);
      ASSERT_TRUE(taps.first >= 0 && taps.second < dim.input && taps.first <= taps.second);
      ASSERT_TRUE(taps.weight >= 0 && taps.weight < 1);
      if (dim.input == dim.output) {
        ASSERT_EQ(nearest, i);
      }
    }
  }
}

class ReferenceOps : public testing::Test {
protected:
  ReferenceOps() {
    context.loadDialect<mlir::func::FuncDialect, mlir::quant::QuantDialect, dnn::DnnDialect>();
    handler = context.getDiagEngine().registerHandler(
        [&](mlir::Diagnostic &diagnostic) { errors += diagnostic.str() + "\n"; });
  }
  ~ReferenceOps() override { context.getDiagEngine().eraseHandler(handler); }

  mlir::func::FuncOp parse(llvm::StringRef text) {
    module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
    return *module->getOps<mlir::func::FuncOp>().begin();
  }

  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  mlir::DiagnosticEngine::HandlerID handler;
  std::string errors;
};

constexpr llvm::StringLiteral twoOps = R"(
  func.func @main(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
    %0 = dnn.neg %x : (tensor<2xf32>) -> tensor<2xf32>
    %1 = dnn.add %0, %0 : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    return %1, %x : tensor<2xf32>, tensor<2xf32>
  })";

TEST_F(ReferenceOps, FunctionShowsEveryOpInOrder) {
  std::vector<std::string> seen;
  const Tensor x = Tensor::of<float>(ElementType::F32, {2}, {1, -2});
  auto results =
      evaluateFunction(parse(twoOps), {x}, [&](mlir::Operation *op, llvm::ArrayRef<Tensor> tensors) {
        seen.push_back(op->getName().getStringRef().str() + " " + std::to_string(tensors[0].as<float>()[0]));
        return llvm::success();
      });
  ASSERT_TRUE(llvm::succeeded(results));
  EXPECT_EQ(seen, (std::vector<std::string>{"dnn.neg -1.000000", "dnn.add -2.000000"}));
  EXPECT_TRUE((*results)[0].identical(Tensor::of<float>(ElementType::F32, {2}, {-2, 4})));
  EXPECT_TRUE((*results)[1].identical(x));
}

TEST_F(ReferenceOps, ObserverEndsTheEvaluation) {
  int seen = 0;
  auto results = evaluateFunction(parse(twoOps), {Tensor(ElementType::F32, {2})}, [&](auto, auto) {
    ++seen;
    return llvm::failure();
  });
  EXPECT_TRUE(llvm::failed(results));
  EXPECT_EQ(seen, 1);
}

TEST_F(ReferenceOps, WrongInputsAreErrors) {
  mlir::func::FuncOp function = parse(twoOps);
  EXPECT_TRUE(llvm::failed(evaluateFunction(function, {})));
  EXPECT_NE(errors.find("gets 0 inputs; needs 1"), std::string::npos) << errors;
  EXPECT_TRUE(llvm::failed(evaluateFunction(function, {Tensor(ElementType::I8, {2, 1})})));
  EXPECT_NE(errors.find("input 0 gets int8[2, 1]; needs 'tensor<2xf32>'"), std::string::npos) << errors;
  mlir::Operation *add = &*std::next(function.getBody().front().begin());
  EXPECT_TRUE(llvm::failed(evaluate(add, {Tensor(ElementType::F32, {2}), Tensor(ElementType::F32, {3})})));
  EXPECT_NE(errors.find("operand 1 gets float32[3]; needs 'tensor<2xf32>'"), std::string::npos) << errors;
}

TEST_F(ReferenceOps, ConstantOfFollowsChains) {
  mlir::func::FuncOp function = parse(R"(
    func.func @main(%x: tensor<2xi64>) -> (tensor<1xi64>, tensor<2xi64>) {
      %a = dnn.constant {value = dense<[6, 7]> : tensor<2xi64>} : () -> tensor<2xi64>
      %p = dnn.reduce %a {kind = #dnn.reduce_kind<prod>, axes = array<i64: 0>} : (tensor<2xi64>) -> tensor<1xi64>
      %s = dnn.add %a, %x : (tensor<2xi64>, tensor<2xi64>) -> tensor<2xi64>
      return %p, %s : tensor<1xi64>, tensor<2xi64>
    })");
  mlir::Operation *end = function.getBody().front().getTerminator();
  auto product = constantOf(end->getOperand(0));
  ASSERT_TRUE(llvm::succeeded(product));
  EXPECT_EQ(product->as<int64_t>()[0], 42);
  EXPECT_TRUE(llvm::failed(constantOf(end->getOperand(1))));
  EXPECT_EQ(errors, "");
}

/// readConstant(constantAttribute(tensor)) is the tensor, for every type and both sides of the limit of
/// inline ones.
TEST_F(ReferenceOps, ConstantsComeBack) {
  Random random(7);
  using enum ElementType;
  for (ElementType type : {I8, U8, I16, U16, I32, I64, F16, BF16, F32, Bool})
    for (int64_t count : {0, 1, 2, 9, 64, 65, 300})
      for (bool splat : {false, true}) {
        Tensor tensor(type, {count, 1});
        auto bytes = tensor.mutableBytes();
        for (size_t i = 0; i < bytes.size(); ++i)
          bytes[i] = splat ? 1 : static_cast<uint8_t>(uniform(random, 0, type == Bool ? 1 : 255));
        mlir::ElementsAttr attribute = constantAttribute(&context, tensor, "some name");
        auto back = readConstant(attribute, [&] { return mlir::emitError(mlir::UnknownLoc::get(&context)); });
        ASSERT_TRUE(llvm::succeeded(back)) << errors;
        EXPECT_TRUE(back->identical(tensor)) << name(type) << " × " << count;
        if (splat && count > 0)
          EXPECT_TRUE(attribute.isSplat());
        if (!splat && count > 64 && type != Bool)
          EXPECT_EQ(back->bytes().data(), tensor.bytes().data()) << "a blob shares the tensor's bytes";
      }
}

} // namespace
} // namespace dnnc::reference

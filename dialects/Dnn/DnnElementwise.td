// Element-wise ops: unary functions, binary ones with numpy's broadcasting, comparisons, casts.
#ifndef DNNC_DIALECTS_DNN_ELEMENTWISE
#define DNNC_DIALECTS_DNN_ELEMENTWISE

include "dialects/Dnn/DnnTypes.td"

class Dnn_Unary<string mnemonic, string formula, dag attributes = (ins), string attributeText = "",
                string kinds = "detail::ElementKinds::Float"> : Dnn_Op<mnemonic> {
  let summary = "element-wise " # formula;
  let description = [{
    y = }] # formula # [{. Input and result have one shape; either may be quantized.
    ```mlir
    %y = dnn.}] # mnemonic # " %x" # attributeText # [{ : (tensor<1x8xf32>) -> tensor<1x8xf32>
    ```
  }];
  let arguments = !con((ins Dnn_Tensor<"input">:$x), attributes);
  let results = (outs Dnn_Tensor<"result, shaped as the input">:$y);
  let extraClassDefinition = Dnn_SharedVerifier<"verifyUnary(*this, " # kinds # ")">.definition;
}

def Dnn_ReluOp : Dnn_Unary<"relu", "max(x, 0)">;
def Dnn_SigmoidOp : Dnn_Unary<"sigmoid", "1 / (1 + exp(-x))">;
def Dnn_HardSwishOp : Dnn_Unary<"hard_swish", "x · max(0, min(1, x/6 + 1/2))">;
def Dnn_TanhOp : Dnn_Unary<"tanh", "tanh(x)">;
def Dnn_ExpOp : Dnn_Unary<"exp", "exp(x)">;
def Dnn_LogOp : Dnn_Unary<"log", "ln(x)">;
def Dnn_SqrtOp : Dnn_Unary<"sqrt", "√x">;
def Dnn_AbsOp : Dnn_Unary<"abs", "|x|", (ins), "", "detail::ElementKinds::Number">;
def Dnn_NegOp : Dnn_Unary<"neg", "-x", (ins), "", "detail::ElementKinds::Number">;
def Dnn_ErfOp : Dnn_Unary<"erf", "erf(x), the Gauss error function">;
def Dnn_FloorOp : Dnn_Unary<"floor", "the largest integer not above x">;
def Dnn_CeilOp : Dnn_Unary<"ceil", "the smallest integer not below x">;
def Dnn_RoundOp : Dnn_Unary<"round", "the integer nearest to x, ties to even">;
def Dnn_ReciprocalOp : Dnn_Unary<"reciprocal", "1 / x">;
def Dnn_SoftplusOp : Dnn_Unary<"softplus", "ln(1 + exp(x))">;
def Dnn_LeakyReluOp : Dnn_Unary<"leaky_relu", "x where x ≥ 0, alpha · x elsewhere",
    (ins Dnn_Default<F32Attr, "0.01f", "slope of the negative side">:$alpha), " {alpha = 0.1 : f32}">;
def Dnn_EluOp : Dnn_Unary<"elu", "x where x ≥ 0, alpha · (exp(x) - 1) elsewhere",
    (ins Dnn_Default<F32Attr, "1.0f", "height of the negative side">:$alpha), " {alpha = 0.5 : f32}">;
def Dnn_HardSigmoidOp : Dnn_Unary<"hard_sigmoid", "max(0, min(1, alpha · x + beta))",
    (ins Dnn_Default<F32Attr, "0.2f", "slope">:$alpha, Dnn_Default<F32Attr, "0.5f", "value at 0">:$beta),
    " {alpha = 0.166666672 : f32}">;
def Dnn_SwishOp : Dnn_Unary<"swish", "x · sigmoid(alpha · x), also called SiLU",
    (ins Dnn_Default<F32Attr, "1.0f", "factor inside the sigmoid">:$alpha), " {alpha = 1.702 : f32}">;
def Dnn_ClipOp : Dnn_Unary<"clip", "min(max(x, min), max)",
    (ins Dnn_Required<F32Attr, "lower bound">:$min, Dnn_Required<F32Attr, "upper bound">:$max),
    " {min = 0.0 : f32, max = 6.0 : f32}"> {
  let extraClassDefinition = Dnn_SharedVerifier<"verifyClip(*this)">.definition;
}
def Dnn_GeluOp : Dnn_Unary<"gelu", "x · Φ(x), Φ the normal distribution (or its tanh approximation)",
    (ins Dnn_Default<StrAttr, "\"none\"", "none or tanh">:$approximate), " {approximate = \"tanh\"}"> {
  let extraClassDefinition = Dnn_SharedVerifier<"verifyGelu(*this)">.definition;
}

class Dnn_Binary<string mnemonic, string formula> : Dnn_Op<mnemonic> {
  let summary = "element-wise " # formula # " with broadcasting";
  let description = [{
    y = }] # formula # [{. Shapes are broadcast as in numpy: aligned at the last dimension, a missing
    dimension or one of size 1 is repeated.
    ```mlir
    %y = dnn.}] # mnemonic # [{ %a, %b : (tensor<1x8x4x4xf32>, tensor<8x1x1xf32>) -> tensor<1x8x4x4xf32>
    ```
  }];
  let arguments = (ins Dnn_Tensor<"left operand">:$a, Dnn_Tensor<"right operand">:$b);
  let results = (outs Dnn_Tensor<"result of the broadcast shape">:$y);
  let extraClassDefinition = Dnn_SharedVerifier<"verifyBinary(*this)">.definition;
}

def Dnn_AddOp : Dnn_Binary<"add", "a + b">;
def Dnn_SubOp : Dnn_Binary<"sub", "a - b">;
def Dnn_MulOp : Dnn_Binary<"mul", "a · b">;
def Dnn_DivOp : Dnn_Binary<"div", "a / b (of integers: towards zero)">;
def Dnn_PowOp : Dnn_Binary<"pow", "a to the power of b">;
def Dnn_MinOp : Dnn_Binary<"min", "the smaller of a and b">;
def Dnn_MaxOp : Dnn_Binary<"max", "the larger of a and b">;
def Dnn_PReluOp : Dnn_Binary<"prelu", "a where a ≥ 0, a · b elsewhere">;

class Dnn_Compare<string mnemonic, string formula> : Dnn_Op<mnemonic> {
  let summary = "element-wise " # formula # " with broadcasting";
  let description = [{
    y = }] # formula # [{ as `i1`, broadcast as in numpy.
    ```mlir
    %y = dnn.}] # mnemonic # [{ %a, %b : (tensor<4xi64>, tensor<1xi64>) -> tensor<4xi1>
    ```
  }];
  let arguments = (ins Dnn_Tensor<"left operand">:$a, Dnn_Tensor<"right operand">:$b);
  let results = (outs Dnn_BoolTensor<"result of the broadcast shape">:$y);
  let extraClassDefinition = Dnn_SharedVerifier<"verifyCompare(*this)">.definition;
}

def Dnn_EqualOp : Dnn_Compare<"equal", "a = b">;
def Dnn_LessOp : Dnn_Compare<"less", "a < b">;

def Dnn_WhereOp : Dnn_Op<"where"> {
  let summary = "one of two values, chosen element by element";
  let description = [{
    y = condition ? a : b, the three broadcast as in numpy.
    ```mlir
    %y = dnn.where %c, %a, %b : (tensor<4xi1>, tensor<4xi64>, tensor<1xi64>) -> tensor<4xi64>
    ```
  }];
  let arguments = (ins Dnn_BoolTensor<"the choice">:$condition, Dnn_Tensor<"taken where true">:$a,
                   Dnn_Tensor<"taken where false">:$b);
  let results = (outs Dnn_Tensor<"result of the broadcast shape">:$y);
}

def Dnn_CastOp : Dnn_Op<"cast"> {
  let summary = "converts every element to another type";
  let description = [{
    Between plain types as ONNX `Cast`: float to integer cuts towards zero, anything but zero is true. Quantized types
    are converted by `dnn.quantize`, `dnn.dequantize` and `dnn.storage_cast`.
    ```mlir
    %y = dnn.cast %x : (tensor<4xi64>) -> tensor<4xf32>
    ```
  }];
  let arguments = (ins Dnn_Tensor<"input">:$x);
  let results = (outs Dnn_Tensor<"result, shaped as the input">:$y);
}

#endif

// Reductions and normalizations.
#ifndef DNNC_DIALECTS_DNN_REDUCE
#define DNNC_DIALECTS_DNN_REDUCE

include "dialects/Dnn/DnnTypes.td"

def Dnn_ReduceOp : Dnn_Op<"reduce"> {
  let summary = "combines all elements along some dimensions";
  let description = [{
    ONNX `ReduceSum`, `ReduceMean`, `ReduceMax`, `ReduceMin`, `ReduceProd`, `ReduceSumSquare`, `ReduceL1`, `ReduceL2`
    and the global pools. `axes` are in rising order.
    ```mlir
    %y = dnn.reduce %x {kind = #dnn.reduce_kind<mean>, axes = array<i64: 2, 3>}
        : (tensor<1x8x7x7xf32>) -> tensor<1x8x1x1xf32>
    ```
  }];
  let arguments = (ins
    Dnn_Tensor<"input">:$x,
    Dnn_Required<Dnn_ReduceKindAttr, "what is computed">:$kind,
    Dnn_Required<DenseI64ArrayAttr, "dimensions combined, in rising order">:$axes,
    Dnn_Default<BoolAttr, "true", "reduced dimensions stay, with size 1">:$keepdims);
  let results = (outs Dnn_Tensor<"combined elements">:$y);
}

def Dnn_LrnOp : Dnn_Op<"lrn"> {
  let summary = "local response normalization over channels";
  let description = [{
    ONNX `LRN`: y = x / (bias + alpha / size · Σ x²)^beta, the sum over `size` channels around each, from
    ⌊(size - 1) / 2⌋ before.
    ```mlir
    %y = dnn.lrn %x {size = 5, alpha = 0.0001 : f32, beta = 0.75 : f32, bias = 1.0 : f32}
        : (tensor<1x8x4x4xf32>) -> tensor<1x8x4x4xf32>
    ```
  }];
  let arguments = (ins
    Dnn_Tensor<"input [N, C, ...]">:$x,
    Dnn_Required<I64Attr, "channels in the sum">:$size,
    Dnn_Default<F32Attr, "0.0001f", "factor of the mean square">:$alpha,
    Dnn_Default<F32Attr, "0.75f", "exponent">:$beta,
    Dnn_Default<F32Attr, "1.0f", "added to the mean square">:$bias);
  let results = (outs Dnn_Tensor<"result, shaped as the input">:$y);
}

def Dnn_BatchNormOp : Dnn_Op<"batch_norm"> {
  let summary = "normalization of each channel by given statistics";
  let description = [{
    ONNX `BatchNormalization` in inference: y = scale · (x - mean) / √(variance + epsilon) + bias, per channel
    (dimension 1).
    ```mlir
    %y = dnn.batch_norm %x, %scale, %bias, %mean, %variance {epsilon = 1.0e-05 : f32}
        : (tensor<1x8x4x4xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<1x8x4x4xf32>
    ```
  }];
  let arguments = (ins
    Dnn_Tensor<"input [N, C, ...]">:$x,
    Dnn_FloatTensor<"factor [C]">:$scale,
    Dnn_FloatTensor<"offset [C]">:$bias,
    Dnn_FloatTensor<"mean [C]">:$mean,
    Dnn_FloatTensor<"variance [C]">:$variance,
    Dnn_Default<F32Attr, "1e-5f", "added to the variance">:$epsilon);
  let results = (outs Dnn_Tensor<"result, shaped as the input">:$y);
}

class Dnn_SoftmaxLike<string mnemonic, string formula> : Dnn_Op<mnemonic> {
  let summary = formula # " along one dimension";
  let description = [{
    y = }] # formula # [{, the sum over dimension `axis`.
    ```mlir
    %y = dnn.}] # mnemonic # [{ %x {axis = 1} : (tensor<1x10xf32>) -> tensor<1x10xf32>
    ```
  }];
  let arguments = (ins Dnn_Tensor<"input">:$x, Dnn_Required<I64Attr, "dimension of the sum">:$axis);
  let results = (outs Dnn_Tensor<"result, shaped as the input">:$y);
  let extraClassDefinition = Dnn_SharedVerifier<"verifySoftmax(*this)">.definition;
}

def Dnn_SoftmaxOp : Dnn_SoftmaxLike<"softmax", "exp(x) / Σ exp(x)">;
def Dnn_LogSoftmaxOp : Dnn_SoftmaxLike<"log_softmax", "x - ln Σ exp(x)">;

#endif

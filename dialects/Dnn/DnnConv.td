// Products: convolution, its transpose, matrix product.
#ifndef DNNC_DIALECTS_DNN_CONV
#define DNNC_DIALECTS_DNN_CONV

include "dialects/Dnn/DnnTypes.td"

defvar biasText = [{
    The bias is `f32`, or `i32` where `$x` and the weights are quantized: it then stands for bias · s_x · s_w and is
    added in the integer accumulator. A float bias of a quantized product is added in float32 after it.
}];

def Dnn_ConvOp : Dnn_Op<"conv"> {
  let summary = "two-dimensional convolution";
  let description = [{
    ONNX `Conv` over `[N, C, H, W]` with weights `[M, C/group, R, S]` and a bias of `[M]`. Elements outside the input
    contribute nothing (for a quantized input that is its zero point). Weights may be quantized per tensor or along
    dimension 0. With quantized operands the result is quantized per tensor, or `f32` where nothing quantizes it.
  }] # biasText # [{
    ```mlir
    %y = dnn.conv %x, %w, %b {strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>}
        : (tensor<1x3x8x8xf32>, tensor<16x3x3x3xf32>, tensor<16xf32>) -> tensor<1x16x4x4xf32>
    ```
  }];
  let arguments = (ins
    Dnn_Tensor<"input [N, C, H, W]">:$x,
    Dnn_Tensor<"weights [M, C/group, R, S]">:$w,
    Optional<Dnn_Tensor<"bias [M]">>:$bias,
    Dnn_Default<DenseI64ArrayAttr, "{1, 1}", "step of the window, vertical and horizontal">:$strides,
    Dnn_Default<DenseI64ArrayAttr, "{1, 1}", "distance of the window's elements">:$dilations,
    Dnn_Default<DenseI64ArrayAttr, "{0, 0, 0, 0}", "padding: top, left, bottom, right">:$pads,
    Dnn_Default<I64Attr, "1", "number of groups of channels that do not mix">:$group);
  let results = (outs Dnn_Tensor<"output [N, M, P, Q]">:$y);
}

def Dnn_ConvTransposeOp : Dnn_Op<"conv_transpose"> {
  let summary = "two-dimensional transposed convolution";
  let description = [{
    ONNX `ConvTranspose`: each input element is multiplied with the whole kernel and added to the output at
    `input · stride + r · dilation - pad`. The output's size is `(H - 1) · stride + (R - 1) · dilation + 1 - pads +
    output_padding`. Weights may be quantized per tensor or along dimension 1.
  }] # biasText # [{
    ```mlir
    %y = dnn.conv_transpose %x, %w {strides = array<i64: 2, 2>}
        : (tensor<1x16x4x4xf32>, tensor<16x8x2x2xf32>) -> tensor<1x8x8x8xf32>
    ```
  }];
  let arguments = (ins
    Dnn_Tensor<"input [N, C, H, W]">:$x,
    Dnn_Tensor<"weights [C, M/group, R, S]">:$w,
    Optional<Dnn_Tensor<"bias [M]">>:$bias,
    Dnn_Default<DenseI64ArrayAttr, "{1, 1}", "distance of two inputs in the output">:$strides,
    Dnn_Default<DenseI64ArrayAttr, "{1, 1}", "distance of the kernel's elements">:$dilations,
    Dnn_Default<DenseI64ArrayAttr, "{0, 0, 0, 0}", "cut away: top, left, bottom, right">:$pads,
    Dnn_Default<DenseI64ArrayAttr, "{0, 0}", "added to the output at the bottom and right">:$output_padding,
    Dnn_Default<I64Attr, "1", "number of groups of channels that do not mix">:$group);
  let results = (outs Dnn_Tensor<"output [N, M, P, Q]">:$y);
}

def Dnn_MatMulOp : Dnn_Op<"matmul"> {
  let summary = "matrix product, batched";
  let description = [{
    `a · b + bias` over the last two dimensions, the leading ones broadcast as in numpy; a one-dimensional `a` is a row
    and a one-dimensional `b` a column that the result loses again. `transpose_a` and `transpose_b` exchange the last
    two dimensions of an operand of at least two. ONNX `MatMul`, and `Gemm` with alpha = beta = 1. `b` may be quantized
    per tensor or along its output dimension.
  }] # biasText # [{
    ```mlir
    %y = dnn.matmul %a, %b, %bias {transpose_b = true}
        : (tensor<1x64xf32>, tensor<10x64xf32>, tensor<10xf32>) -> tensor<1x10xf32>
    ```
  }];
  let arguments = (ins
    Dnn_Tensor<"left matrix [..., M, K]">:$a,
    Dnn_Tensor<"right matrix [..., K, N]">:$b,
    Optional<Dnn_Tensor<"bias [N]">>:$bias,
    Dnn_Default<BoolAttr, "false", "a is stored as [..., K, M]">:$transpose_a,
    Dnn_Default<BoolAttr, "false", "b is stored as [..., N, K]">:$transpose_b);
  let results = (outs Dnn_Tensor<"product [..., M, N]">:$y);
}

#endif

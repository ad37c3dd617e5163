// Windows sliding over the two spatial dimensions, or over one dimension.
#ifndef DNNC_DIALECTS_DNN_POOL
#define DNNC_DIALECTS_DNN_POOL

include "dialects/Dnn/DnnTypes.td"

def Dnn_MaxPoolOp : Dnn_Op<"max_pool"> {
  let summary = "largest element of a sliding window";
  let description = [{
    ONNX `MaxPool` over `[N, C, H, W]`; elements outside the input are not looked at. The output's size stands in the
    result type, by the floor or the ceil form of ONNX.
    ```mlir
    %y = dnn.max_pool %x {kernel = array<i64: 3, 3>, strides = array<i64: 2, 2>}
        : (tensor<1x8x9x9xf32>) -> tensor<1x8x4x4xf32>
    ```
  }];
  let arguments = (ins
    Dnn_Tensor<"input [N, C, H, W]">:$x,
    Dnn_Required<DenseI64ArrayAttr, "height and width of the window">:$kernel,
    Dnn_Default<DenseI64ArrayAttr, "{1, 1}", "step of the window">:$strides,
    Dnn_Default<DenseI64ArrayAttr, "{1, 1}", "distance of the window's elements">:$dilations,
    Dnn_Default<DenseI64ArrayAttr, "{0, 0, 0, 0}", "padding: top, left, bottom, right">:$pads);
  let results = (outs Dnn_Tensor<"output [N, C, P, Q]">:$y);
  let extraClassDefinition = Dnn_SharedVerifier<"verifyPool(*this)">.definition;
}

def Dnn_AvgPoolOp : Dnn_Op<"avg_pool"> {
  let summary = "mean of a sliding window";
  let description = [{
    ONNX `AveragePool` over `[N, C, H, W]`. The sum of a window's elements inside the input is divided by their number,
    or, with `count_include_pad`, by the number inside the padded input. Positions beyond the padding, which the ceil
    form of the output's size can reach, never count.
    ```mlir
    %y = dnn.avg_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
        : (tensor<1x8x8x8xf32>) -> tensor<1x8x4x4xf32>
    ```
  }];
  let arguments = (ins
    Dnn_Tensor<"input [N, C, H, W]">:$x,
    Dnn_Required<DenseI64ArrayAttr, "height and width of the window">:$kernel,
    Dnn_Default<DenseI64ArrayAttr, "{1, 1}", "step of the window">:$strides,
    Dnn_Default<DenseI64ArrayAttr, "{1, 1}", "distance of the window's elements">:$dilations,
    Dnn_Default<DenseI64ArrayAttr, "{0, 0, 0, 0}", "padding: top, left, bottom, right">:$pads,
    Dnn_Default<BoolAttr, "false", "padding counts in the divisor">:$count_include_pad);
  let results = (outs Dnn_Tensor<"output [N, C, P, Q]">:$y);
  let extraClassDefinition = Dnn_SharedVerifier<"verifyPool(*this)">.definition;
}

def Dnn_WindowSumOp : Dnn_Op<"window_sum"> {
  let summary = "sum of a window sliding along one dimension";
  let description = [{
    y[.., i, ..] = Σ_{k < size} x[.., i - before + k, ..]; elements outside the input are zero. The shape stays. It is
    the inner part of local response normalization (`axis = 1`).
    ```mlir
    %y = dnn.window_sum %x {axis = 1, size = 5, before = 2} : (tensor<1x8x4x4xf32>) -> tensor<1x8x4x4xf32>
    ```
  }];
  let arguments = (ins
    Dnn_Tensor<"input">:$x,
    Dnn_Required<I64Attr, "the dimension the window slides along">:$axis,
    Dnn_Required<I64Attr, "elements in the window">:$size,
    Dnn_Required<I64Attr, "window elements before the output's position">:$before);
  let results = (outs Dnn_Tensor<"sums, shaped as the input">:$y);
}

#endif

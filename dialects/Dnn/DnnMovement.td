// Constants, and ops that move elements without changing them (resize may interpolate).
#ifndef DNNC_DIALECTS_DNN_MOVEMENT
#define DNNC_DIALECTS_DNN_MOVEMENT

include "dialects/Dnn/DnnTypes.td"

def Dnn_ConstantOp : Dnn_Op<"constant"> {
  let summary = "a constant tensor";
  let description = [{
    The value holds the elements as stored; the result has its shape, and its element type or a quantized type of that
    storage (`i8` and `i16` for signed, `ui8` for unsigned ones). Large values are resource blobs, so that they are neither
    copied nor compared.
    ```mlir
    %w = dnn.constant {value = dense<[1, -2]> : tensor<2xi8>} : () -> tensor<2x!quant.uniform<i8:f32, 5.0e-01>>
    ```
  }];
  let arguments = (ins Dnn_Required<ElementsAttr, "the elements as stored">:$value);
  let results = (outs Dnn_Tensor<"the tensor">:$y);
  let builders = [OpBuilder<(ins "::mlir::ElementsAttr":$value), [{
    build($_builder, $_state, value.getType(), value);
  }]>];
}

def Dnn_ConcatOp : Dnn_Op<"concat"> {
  let summary = "tensors one after the other along a dimension";
  let description = [{
    ```mlir
    %y = dnn.concat %a, %b {axis = 1} : (tensor<1x8x4x4xf32>, tensor<1x4x4x4xf32>) -> tensor<1x12x4x4xf32>
    ```
  }];
  let arguments = (ins Variadic<Dnn_Tensor<"one or more parts">>:$inputs,
                   Dnn_Required<I64Attr, "dimension that grows">:$axis);
  let results = (outs Dnn_Tensor<"the parts in order">:$y);
}

def Dnn_SliceOp : Dnn_Op<"slice"> {
  let summary = "a regular part of a tensor";
  let description = [{
    y[i, ...] = x[offset + i · step, ...]; the sizes stand in the result type, steps may be negative.
    ```mlir
    %y = dnn.slice %x {offsets = array<i64: 0, 2>, steps = array<i64: 1, 2>} : (tensor<1x8xf32>) -> tensor<1x3xf32>
    ```
  }];
  let arguments = (ins Dnn_Tensor<"input">:$x,
                   Dnn_Required<DenseI64ArrayAttr, "first position, per dimension">:$offsets,
                   Dnn_Required<DenseI64ArrayAttr, "distance of positions, per dimension, not 0">:$steps);
  let results = (outs Dnn_Tensor<"the part">:$y);
}

def Dnn_PadOp : Dnn_Op<"pad"> {
  let summary = "adds elements around a tensor";
  let description = [{
    ONNX `Pad` with `low` elements before and `high` after, per dimension, none negative. In mode `constant` they are
    `value` (for a quantized tensor the real number, which is quantized with the result's type).
    ```mlir
    %y = dnn.pad %x {low = array<i64: 0, 1>, high = array<i64: 0, 2>} : (tensor<1x8xf32>) -> tensor<1x11xf32>
    ```
  }];
  let arguments = (ins
    Dnn_Tensor<"input">:$x,
    Dnn_Required<DenseI64ArrayAttr, "elements added before, per dimension">:$low,
    Dnn_Required<DenseI64ArrayAttr, "elements added after, per dimension">:$high,
    Dnn_Default<Dnn_PadModeAttr, "::dnnc::dnn::PadMode::Constant", "what stands in the padding">:$mode,
    Dnn_Default<F64Attr, "0.0", "the padding's value in mode constant">:$value);
  let results = (outs Dnn_Tensor<"padded tensor">:$y);
}

def Dnn_ReshapeOp : Dnn_Op<"reshape"> {
  let summary = "the same elements in the same order, in another shape";
  let description = [{
    ```mlir
    %y = dnn.reshape %x : (tensor<1x8x2x2xf32>) -> tensor<1x32xf32>
    ```
  }];
  let arguments = (ins Dnn_Tensor<"input">:$x);
  let results = (outs Dnn_Tensor<"reshaped tensor">:$y);
}

def Dnn_TransposeOp : Dnn_Op<"transpose"> {
  let summary = "permuted dimensions";
  let description = [{
    Dimension i of the result is dimension `perm[i]` of the input.
    ```mlir
    %y = dnn.transpose %x {perm = array<i64: 0, 2, 1>} : (tensor<1x8x4xf32>) -> tensor<1x4x8xf32>
    ```
  }];
  let arguments = (ins Dnn_Tensor<"input">:$x,
                   Dnn_Required<DenseI64ArrayAttr, "input dimension of every output dimension">:$perm);
  let results = (outs Dnn_Tensor<"transposed tensor">:$y);
}

def Dnn_ExpandOp : Dnn_Op<"expand"> {
  let summary = "broadcasts a tensor to a shape";
  let description = [{
    As numpy's `broadcast_to`, to the shape of the result.
    ```mlir
    %y = dnn.expand %x : (tensor<8x1xf32>) -> tensor<2x8x4xf32>
    ```
  }];
  let arguments = (ins Dnn_Tensor<"input">:$x);
  let results = (outs Dnn_Tensor<"broadcast tensor">:$y);
}

def Dnn_GatherOp : Dnn_Op<"gather"> {
  let summary = "slices of a tensor chosen by indices";
  let description = [{
    ONNX `Gather`: the result's shape is the input's with dimension `axis` replaced by the shape of the indices. A
    negative index counts from the end.
    ```mlir
    %y = dnn.gather %x, %i {axis = 1} : (tensor<2x8xf32>, tensor<3xi64>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins Dnn_Tensor<"input">:$x, Dnn_IndexTensor<"positions along axis">:$indices,
                   Dnn_Required<I64Attr, "dimension chosen from">:$axis);
  let results = (outs Dnn_Tensor<"chosen slices">:$y);
}

def Dnn_ResizeOp : Dnn_Op<"resize"> {
  let summary = "another resolution, by nearest element or interpolation";
  let description = [{
    ONNX `Resize`. `scales` has a factor per dimension (output over input size, as the model gives it: it also enters
    the coordinates). Coordinates beyond the border take the border's element.
    ```mlir
    %y = dnn.resize %x {mode = #dnn.resize_mode<nearest>, scales = array<f32: 1.0, 1.0, 2.0, 2.0>,
        coordinate_mode = #dnn.coordinate_mode<asymmetric>, nearest_mode = #dnn.nearest_mode<floor>}
        : (tensor<1x8x4x4xf32>) -> tensor<1x8x8x8xf32>
    ```
  }];
  let arguments = (ins
    Dnn_Tensor<"input">:$x,
    Dnn_Required<Dnn_ResizeModeAttr, "how elements are interpolated">:$mode,
    Dnn_Required<DenseF32ArrayAttr, "output size over input size, per dimension">:$scales,
    Dnn_Default<Dnn_CoordinateModeAttr, "::dnnc::dnn::CoordinateMode::HalfPixel",
                      "how coordinates are mapped">:$coordinate_mode,
    Dnn_Default<Dnn_NearestModeAttr, "::dnnc::dnn::NearestMode::RoundPreferFloor",
                      "how mode nearest rounds">:$nearest_mode);
  let results = (outs Dnn_Tensor<"resized tensor">:$y);
}

#endif

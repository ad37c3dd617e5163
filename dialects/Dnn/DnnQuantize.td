// Between real numbers and the integers that stand for them.
#ifndef DNNC_DIALECTS_DNN_QUANTIZE
#define DNNC_DIALECTS_DNN_QUANTIZE

include "dialects/Dnn/DnnTypes.td"

def Dnn_QuantizeOp : Dnn_Op<"quantize"> {
  let summary = "the nearest quantized value of every element";
  let description = [{
    ONNX `QuantizeLinear`: rint(fl32(x / scale)) + zero point, saturated; scale and zero point stand in the result
    type. The input is `f32`, or quantized otherwise: it is then dequantized first (a requantization).
    ```mlir
    %y = dnn.quantize %x : (tensor<8xf32>) -> tensor<8x!quant.uniform<i8:f32, 5.0e-01:3>>
    ```
  }];
  let arguments = (ins Dnn_Tensor<"real numbers">:$x);
  let results = (outs Dnn_Tensor<"quantized numbers">:$y);
}

def Dnn_DequantizeOp : Dnn_Op<"dequantize"> {
  let summary = "the real number every quantized element stands for";
  let description = [{
    ONNX `DequantizeLinear`: (x - zero point) · scale in float32; scale and zero point stand in the input's type.
    ```mlir
    %y = dnn.dequantize %x : (tensor<8x!quant.uniform<i8:f32, 5.0e-01:3>>) -> tensor<8xf32>
    ```
  }];
  let arguments = (ins Dnn_Tensor<"quantized numbers">:$x);
  let results = (outs Dnn_FloatTensor<"real numbers">:$y);
}

def Dnn_StorageCastOp : Dnn_Op<"storage_cast"> {
  let summary = "the same bits, called integers or quantized numbers";
  let description = [{
    Changes the type between a plain integer and quantized types of that storage; no bit changes.
    ```mlir
    %y = dnn.storage_cast %x : (tensor<8xi8>) -> tensor<8x!quant.uniform<i8:f32, 5.0e-01:3>>
    ```
  }];
  let arguments = (ins Dnn_Tensor<"input">:$x);
  let results = (outs Dnn_Tensor<"the same elements under the other type">:$y);
}

#endif

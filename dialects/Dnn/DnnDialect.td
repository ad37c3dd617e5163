// The dnn dialect: what a network computes, with ONNX semantics, and nothing about hardware.
#ifndef DNNC_DIALECTS_DNN_DIALECT
#define DNNC_DIALECTS_DNN_DIALECT

include "mlir/IR/OpBase.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Dnn_Dialect : Dialect {
  let name = "dnn";
  let cppNamespace = "::dnnc::dnn";
  let summary = "what a neural network computes, with ONNX semantics";
  let description = [{
    A network is a `func.func` over ranked static tensors. Element types are `f32`, `i8`, `ui8`, `i16`, `i32`, `i64`, `i1` and
    quantized types `!quant.uniform<i8:f32, scale:zeroPoint>` (also `u8` and `i16`, and per channel); 32-bit quantized types are
    for biases only.

    An op with a quantized operand or result means: dequantize the quantized operands, do the op, quantize the result.
    How exactly that is rounded is fixed by the design page on hardware, section Numerics: products and sums are exact
    integers, requantized in float32; element-wise functions are rounded once to float32 and then quantized.

    Each op's location is the ONNX node it came from. Discardable attributes, kept by every pass:
    - `dnn.tensors = ["name", ...]` on an op: the ONNX names of its results.
    - `dnn.name = "name"` on an argument or result of the function: its ONNX name.
    - `dnn.observed` on a result of the function: it was asked for by the user, and is not an output of the network.
    - `dnn.group = n` on an op: ops of one function with equal n run as one group on the accelerator.

    ```mlir
    func.func @main(%x: tensor<1x3x8x8xf32> {dnn.name = "data"}) -> (tensor<1x3x8x8xf32> {dnn.name = "y"}) {
      %0 = dnn.relu %x {dnn.tensors = ["y"]} : (tensor<1x3x8x8xf32>) -> tensor<1x3x8x8xf32>
      return %0 : tensor<1x3x8x8xf32>
    }
    ```
  }];
  let dependentDialects = ["::mlir::quant::QuantDialect"];
  let hasConstantMaterializer = 1;
  let hasOperationAttrVerify = 1;
  let hasRegionArgAttrVerify = 1;
  let hasRegionResultAttrVerify = 1;
  let useDefaultAttributePrinterParser = 1;
  // In a file of its own: the ops' members are most of the dialect's code.
  let extraClassDeclaration = "void registerOps();";
}

#endif

#ifndef DNNC_QUANTIZE_PASSES
#define DNNC_QUANTIZE_PASSES

include "mlir/Pass/PassBase.td"

def QuantizeFoldQdq : Pass<"quantize-fold-qdq", "::mlir::func::FuncOp"> {
  let summary = "dequantize, op, quantize becomes the op on quantized types";
  let description = [{
    Numerics of the hardware page says what an op between DequantizeLinear and QuantizeLinear means; this pass finds
    those ops and writes them as one op on quantized tensors, so that everything behind it knows.

    - Products (conv, conv_transpose, matmul) take their factors quantized whether or not their result is. A bias
      quantized with scale s_x · s_w becomes a plain i32 operand, any other bias a float one.
    - Element-wise functions, average pools, sums and means are folded where all operands and the result are quantized.
    - A relu or clip between an op and quantize follows it on the quantized type: clamping is monotone and commutes
      with rounding, so the result is the same bit for bit. One that clamps nothing (relu at the lowest value) goes.
    - Ops that only move or choose elements (reshape, transpose, slice, pad, concat, max_pool, nearest resize …) move
      before their dequantize. Quantize after dequantize is nothing, or a requantization where the types differ.
    - What is float by nature (softmax, normalizations, linear resize) stays between dequantize and quantize.

    A dequantize with several users stays for those that need it. The folded op carries the name of the quantized
    tensor; tensors in between exist no longer and cannot be observed.

    Example: `dnnc-opt --quantize-fold-qdq network.mlir`
  }];
  let dependentDialects = ["::dnnc::dnn::DnnDialect"];
}

#endif

// RUN: dnnc-opt --quantize-fold-qdq --verify-diagnostics %s

!i16 = !quant.uniform<i16:f32, 5.0e-01>
!u8 = !quant.uniform<u8:f32, 5.0e-01>

// Both are said.
func.func @mixed(%x: tensor<1x1x2x2x!i16>, %w: tensor<2x1x1x1x!u8>, %a: tensor<2x2x!u8>, %b: tensor<2x2x!i16>) -> (tensor<1x2x2x2xf32>, tensor<2x2xf32>) {
  %xf = dnn.dequantize %x : (tensor<1x1x2x2x!i16>) -> tensor<1x1x2x2xf32>
  %wf = dnn.dequantize %w : (tensor<2x1x1x1x!u8>) -> tensor<2x1x1x1xf32>
  // expected-error @below {{have int16 ifmap and uint8 weights; a product needs both in 8 bits, or both in int16: quantize the model again}}
  %c = dnn.conv %xf, %wf : (tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) -> tensor<1x2x2x2xf32>
  %af = dnn.dequantize %a : (tensor<2x2x!u8>) -> tensor<2x2xf32>
  %bf = dnn.dequantize %b : (tensor<2x2x!i16>) -> tensor<2x2xf32>
  // expected-error @below {{have uint8 ifmap and int16 weights; a product needs both in 8 bits, or both in int16: quantize the model again}}
  %m = dnn.matmul %af, %bf : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  return %c, %m : tensor<1x2x2x2xf32>, tensor<2x2xf32>
}

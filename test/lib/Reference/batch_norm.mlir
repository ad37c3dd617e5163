// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @batch_norm_float() -> tensor<1x2x1x2xf32> {
  %a = dnn.constant {value = dense<[[[[-1.0, 1.5]], [[1.5, -1.0]]]]> : tensor<1x2x1x2xf32>} : () -> tensor<1x2x1x2xf32>
  %b = dnn.constant {value = dense<[1.0, 2.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %c = dnn.constant {value = dense<[0.5, -1.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %d = dnn.constant {value = dense<[0.25, 3.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %e = dnn.constant {value = dense<[4.0, 0.25]> : tensor<2xf32>} : () -> tensor<2xf32>
  %y = dnn.batch_norm %a, %b, %c, %d, %e {epsilon = 0.125 : f32} : (tensor<1x2x1x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x2x1x2xf32>
  return %y : tensor<1x2x1x2xf32>
}
// CHECK-LABEL: @batch_norm_float
// CHECK-NEXT{LITERAL}: dense<[[[[-0.115457453, 1.11545742]], [[-5.89897966, -14.0639458]]]]> : tensor<1x2x1x2xf32>

func.func @batch_norm_quantized() -> tensor<1x2x1x2x!quant.uniform<i8:f32, 0.05:-7>> {
  %a = dnn.constant {value = dense<[[[[149, 224]], [[122, 231]]]]> : tensor<1x2x1x2xui8>} : () -> tensor<1x2x1x2x!quant.uniform<u8:f32, 0.02:117>>
  %b = dnn.constant {value = dense<[1.0, 2.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %c = dnn.constant {value = dense<[0.5, -1.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %d = dnn.constant {value = dense<[0.25, 3.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %e = dnn.constant {value = dense<[4.0, 0.25]> : tensor<2xf32>} : () -> tensor<2xf32>
  %y = dnn.batch_norm %a, %b, %c, %d, %e {epsilon = 0.125 : f32} : (tensor<1x2x1x2x!quant.uniform<u8:f32, 0.02:117>>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x2x1x2x!quant.uniform<i8:f32, 0.05:-7>>
  return %y : tensor<1x2x1x2x!quant.uniform<i8:f32, 0.05:-7>>
}
// CHECK-LABEL: @batch_norm_quantized
// CHECK-NEXT{LITERAL}: dense<[[[[7, 22]], [[-128, -74]]]]> : tensor<1x2x1x2xi8>

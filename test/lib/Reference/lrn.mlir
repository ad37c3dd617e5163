// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @lrn_odd() -> tensor<1x4x1x2xf32> {
  %a = dnn.constant {value = dense<[[[[-1.0, -1.5]], [[1.0, -0.5]], [[2.0, -1.0]], [[-0.5, -1.0]]]]> : tensor<1x4x1x2xf32>} : () -> tensor<1x4x1x2xf32>
  %y = dnn.lrn %a {size = 3 : i64, alpha = 0.5 : f32, beta = 0.75 : f32, bias = 2.0 : f32} : (tensor<1x4x1x2xf32>) -> tensor<1x4x1x2xf32>
  return %y : tensor<1x4x1x2xf32>
}
// CHECK-LABEL: @lrn_odd
// CHECK-NEXT{LITERAL}: dense<[[[[-0.529684663, -0.773889064]], [[0.438691348, -0.245377466]], [[0.905840218, -0.522699773]], [[-0.236833662, -0.529684663]]]]> : tensor<1x4x1x2xf32>

// An even size reaches one channel further ahead than back.
func.func @lrn_even() -> tensor<1x4x1x2xf32> {
  %a = dnn.constant {value = dense<[[[[-1.0, -1.5]], [[1.0, -0.5]], [[2.0, -1.0]], [[-0.5, -1.0]]]]> : tensor<1x4x1x2xf32>} : () -> tensor<1x4x1x2xf32>
  %y = dnn.lrn %a {size = 4 : i64, alpha = 0.5 : f32} : (tensor<1x4x1x2xf32>) -> tensor<1x4x1x2xf32>
  return %y : tensor<1x4x1x2xf32>
}
// CHECK-LABEL: @lrn_even
// CHECK-NEXT{LITERAL}: dense<[[[[-0.657236158, -1.14257669]], [[0.648569226, -0.35777089]], [[1.36988962, -0.830375611]], [[-0.363233119, -8.458970e-01]]]]> : tensor<1x4x1x2xf32>

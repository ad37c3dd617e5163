// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @reduce_sum() -> tensor<1x2x1xf32> {
  %a = dnn.constant {value = dense<[[[1.5, -2.0], [3.0, 4.0]], [[-5.0, 6.0], [0.5, -8.0]]]> : tensor<2x2x2xf32>} : () -> tensor<2x2x2xf32>
  %y = dnn.reduce %a {kind = #dnn.reduce_kind<sum>, axes = array<i64: 0, 2>} : (tensor<2x2x2xf32>) -> tensor<1x2x1xf32>
  return %y : tensor<1x2x1xf32>
}
// CHECK-LABEL: @reduce_sum
// CHECK-NEXT{LITERAL}: dense<[[[5.000000e-01], [-5.000000e-01]]]> : tensor<1x2x1xf32>

func.func @reduce_sum_integer() -> tensor<2xi64> {
  %a = dnn.constant {value = dense<[[2, -3, 4], [5, 6, -7]]> : tensor<2x3xi64>} : () -> tensor<2x3xi64>
  %y = dnn.reduce %a {kind = #dnn.reduce_kind<sum>, axes = array<i64: 1>, keepdims = false} : (tensor<2x3xi64>) -> tensor<2xi64>
  return %y : tensor<2xi64>
}
// CHECK-LABEL: @reduce_sum_integer
// CHECK-NEXT{LITERAL}: dense<[3, 4]> : tensor<2xi64>

func.func @reduce_mean() -> tensor<1x2x1xf32> {
  %a = dnn.constant {value = dense<[[[1.5, -2.0], [3.0, 4.0]], [[-5.0, 6.0], [0.5, -8.0]]]> : tensor<2x2x2xf32>} : () -> tensor<2x2x2xf32>
  %y = dnn.reduce %a {kind = #dnn.reduce_kind<mean>, axes = array<i64: 0, 2>} : (tensor<2x2x2xf32>) -> tensor<1x2x1xf32>
  return %y : tensor<1x2x1xf32>
}
// CHECK-LABEL: @reduce_mean
// CHECK-NEXT{LITERAL}: dense<[[[1.250000e-01], [-1.250000e-01]]]> : tensor<1x2x1xf32>

func.func @reduce_mean_integer() -> tensor<2xi64> {
  %a = dnn.constant {value = dense<[[2, -3, 4], [5, 6, -7]]> : tensor<2x3xi64>} : () -> tensor<2x3xi64>
  %y = dnn.reduce %a {kind = #dnn.reduce_kind<mean>, axes = array<i64: 1>, keepdims = false} : (tensor<2x3xi64>) -> tensor<2xi64>
  return %y : tensor<2xi64>
}
// CHECK-LABEL: @reduce_mean_integer
// CHECK-NEXT{LITERAL}: dense<1> : tensor<2xi64>

func.func @reduce_max() -> tensor<1x2x1xf32> {
  %a = dnn.constant {value = dense<[[[1.5, -2.0], [3.0, 4.0]], [[-5.0, 6.0], [0.5, -8.0]]]> : tensor<2x2x2xf32>} : () -> tensor<2x2x2xf32>
  %y = dnn.reduce %a {kind = #dnn.reduce_kind<max>, axes = array<i64: 0, 2>} : (tensor<2x2x2xf32>) -> tensor<1x2x1xf32>
  return %y : tensor<1x2x1xf32>
}
// CHECK-LABEL: @reduce_max
// CHECK-NEXT{LITERAL}: dense<[[[6.000000e+00], [4.000000e+00]]]> : tensor<1x2x1xf32>

func.func @reduce_max_integer() -> tensor<2xi64> {
  %a = dnn.constant {value = dense<[[2, -3, 4], [5, 6, -7]]> : tensor<2x3xi64>} : () -> tensor<2x3xi64>
  %y = dnn.reduce %a {kind = #dnn.reduce_kind<max>, axes = array<i64: 1>, keepdims = false} : (tensor<2x3xi64>) -> tensor<2xi64>
  return %y : tensor<2xi64>
}
// CHECK-LABEL: @reduce_max_integer
// CHECK-NEXT{LITERAL}: dense<[4, 6]> : tensor<2xi64>

func.func @reduce_min() -> tensor<1x2x1xf32> {
  %a = dnn.constant {value = dense<[[[1.5, -2.0], [3.0, 4.0]], [[-5.0, 6.0], [0.5, -8.0]]]> : tensor<2x2x2xf32>} : () -> tensor<2x2x2xf32>
  %y = dnn.reduce %a {kind = #dnn.reduce_kind<min>, axes = array<i64: 0, 2>} : (tensor<2x2x2xf32>) -> tensor<1x2x1xf32>
  return %y : tensor<1x2x1xf32>
}
// CHECK-LABEL: @reduce_min
// CHECK-NEXT{LITERAL}: dense<[[[-5.000000e+00], [-8.000000e+00]]]> : tensor<1x2x1xf32>

func.func @reduce_min_integer() -> tensor<2xi64> {
  %a = dnn.constant {value = dense<[[2, -3, 4], [5, 6, -7]]> : tensor<2x3xi64>} : () -> tensor<2x3xi64>
  %y = dnn.reduce %a {kind = #dnn.reduce_kind<min>, axes = array<i64: 1>, keepdims = false} : (tensor<2x3xi64>) -> tensor<2xi64>
  return %y : tensor<2xi64>
}
// CHECK-LABEL: @reduce_min_integer
// CHECK-NEXT{LITERAL}: dense<[-3, -7]> : tensor<2xi64>

func.func @reduce_prod() -> tensor<1x2x1xf32> {
  %a = dnn.constant {value = dense<[[[1.5, -2.0], [3.0, 4.0]], [[-5.0, 6.0], [0.5, -8.0]]]> : tensor<2x2x2xf32>} : () -> tensor<2x2x2xf32>
  %y = dnn.reduce %a {kind = #dnn.reduce_kind<prod>, axes = array<i64: 0, 2>} : (tensor<2x2x2xf32>) -> tensor<1x2x1xf32>
  return %y : tensor<1x2x1xf32>
}
// CHECK-LABEL: @reduce_prod
// CHECK-NEXT{LITERAL}: dense<[[[9.000000e+01], [-4.800000e+01]]]> : tensor<1x2x1xf32>

func.func @reduce_prod_integer() -> tensor<2xi64> {
  %a = dnn.constant {value = dense<[[2, -3, 4], [5, 6, -7]]> : tensor<2x3xi64>} : () -> tensor<2x3xi64>
  %y = dnn.reduce %a {kind = #dnn.reduce_kind<prod>, axes = array<i64: 1>, keepdims = false} : (tensor<2x3xi64>) -> tensor<2xi64>
  return %y : tensor<2xi64>
}
// CHECK-LABEL: @reduce_prod_integer
// CHECK-NEXT{LITERAL}: dense<[-24, -210]> : tensor<2xi64>

func.func @reduce_sum_square() -> tensor<1x2x1xf32> {
  %a = dnn.constant {value = dense<[[[1.5, -2.0], [3.0, 4.0]], [[-5.0, 6.0], [0.5, -8.0]]]> : tensor<2x2x2xf32>} : () -> tensor<2x2x2xf32>
  %y = dnn.reduce %a {kind = #dnn.reduce_kind<sum_square>, axes = array<i64: 0, 2>} : (tensor<2x2x2xf32>) -> tensor<1x2x1xf32>
  return %y : tensor<1x2x1xf32>
}
// CHECK-LABEL: @reduce_sum_square
// CHECK-NEXT{LITERAL}: dense<[[[6.725000e+01], [8.925000e+01]]]> : tensor<1x2x1xf32>

func.func @reduce_sum_square_integer() -> tensor<2xi64> {
  %a = dnn.constant {value = dense<[[2, -3, 4], [5, 6, -7]]> : tensor<2x3xi64>} : () -> tensor<2x3xi64>
  %y = dnn.reduce %a {kind = #dnn.reduce_kind<sum_square>, axes = array<i64: 1>, keepdims = false} : (tensor<2x3xi64>) -> tensor<2xi64>
  return %y : tensor<2xi64>
}
// CHECK-LABEL: @reduce_sum_square_integer
// CHECK-NEXT{LITERAL}: dense<[29, 110]> : tensor<2xi64>

func.func @reduce_l1() -> tensor<1x2x1xf32> {
  %a = dnn.constant {value = dense<[[[1.5, -2.0], [3.0, 4.0]], [[-5.0, 6.0], [0.5, -8.0]]]> : tensor<2x2x2xf32>} : () -> tensor<2x2x2xf32>
  %y = dnn.reduce %a {kind = #dnn.reduce_kind<l1>, axes = array<i64: 0, 2>} : (tensor<2x2x2xf32>) -> tensor<1x2x1xf32>
  return %y : tensor<1x2x1xf32>
}
// CHECK-LABEL: @reduce_l1
// CHECK-NEXT{LITERAL}: dense<[[[1.450000e+01], [1.550000e+01]]]> : tensor<1x2x1xf32>

func.func @reduce_l1_integer() -> tensor<2xi64> {
  %a = dnn.constant {value = dense<[[2, -3, 4], [5, 6, -7]]> : tensor<2x3xi64>} : () -> tensor<2x3xi64>
  %y = dnn.reduce %a {kind = #dnn.reduce_kind<l1>, axes = array<i64: 1>, keepdims = false} : (tensor<2x3xi64>) -> tensor<2xi64>
  return %y : tensor<2xi64>
}
// CHECK-LABEL: @reduce_l1_integer
// CHECK-NEXT{LITERAL}: dense<[9, 18]> : tensor<2xi64>

func.func @reduce_l2() -> tensor<1x2x1xf32> {
  %a = dnn.constant {value = dense<[[[1.5, -2.0], [3.0, 4.0]], [[-5.0, 6.0], [0.5, -8.0]]]> : tensor<2x2x2xf32>} : () -> tensor<2x2x2xf32>
  %y = dnn.reduce %a {kind = #dnn.reduce_kind<l2>, axes = array<i64: 0, 2>} : (tensor<2x2x2xf32>) -> tensor<1x2x1xf32>
  return %y : tensor<1x2x1xf32>
}
// CHECK-LABEL: @reduce_l2
// CHECK-NEXT{LITERAL}: dense<[[[8.200610e+00], [9.44722175]]]> : tensor<1x2x1xf32>

// Exact integer sums times fl32(s_x / fl32(s_y·n)).
func.func @reduce_mean_quantized() -> tensor<1x2x1x1x!quant.uniform<i8:f32, 0.013:-7>> {
  %a = dnn.constant {value = dense<[[[[63, 30, 147], [156, 100, 161], [253, 194, 236]], [[17, 38, 91], [151, 178, 178], [232, 34, 43]]]]> : tensor<1x2x3x3xui8>} : () -> tensor<1x2x3x3x!quant.uniform<u8:f32, 0.02:117>>
  %y = dnn.reduce %a {kind = #dnn.reduce_kind<mean>, axes = array<i64: 2, 3>} : (tensor<1x2x3x3x!quant.uniform<u8:f32, 0.02:117>>) -> tensor<1x2x1x1x!quant.uniform<i8:f32, 0.013:-7>>
  return %y : tensor<1x2x1x1x!quant.uniform<i8:f32, 0.013:-7>>
}
// CHECK-LABEL: @reduce_mean_quantized
// CHECK-NEXT{LITERAL}: dense<[[[[42]], [[-23]]]]> : tensor<1x2x1x1xi8>

func.func @reduce_sum_quantized() -> tensor<1x2x1x1x!quant.uniform<i8:f32, 0.013:-7>> {
  %a = dnn.constant {value = dense<[[[[63, 30, 147], [156, 100, 161], [253, 194, 236]], [[17, 38, 91], [151, 178, 178], [232, 34, 43]]]]> : tensor<1x2x3x3xui8>} : () -> tensor<1x2x3x3x!quant.uniform<u8:f32, 0.02:117>>
  %y = dnn.reduce %a {kind = #dnn.reduce_kind<sum>, axes = array<i64: 2, 3>} : (tensor<1x2x3x3x!quant.uniform<u8:f32, 0.02:117>>) -> tensor<1x2x1x1x!quant.uniform<i8:f32, 0.013:-7>>
  return %y : tensor<1x2x1x1x!quant.uniform<i8:f32, 0.013:-7>>
}
// CHECK-LABEL: @reduce_sum_quantized
// CHECK-NEXT{LITERAL}: dense<[[[[127]], [[-128]]]]> : tensor<1x2x1x1xi8>

func.func @reduce_max_quantized() -> tensor<1x2x1x1x!quant.uniform<i8:f32, 0.013:-7>> {
  %a = dnn.constant {value = dense<[[[[63, 30, 147], [156, 100, 161], [253, 194, 236]], [[17, 38, 91], [151, 178, 178], [232, 34, 43]]]]> : tensor<1x2x3x3xui8>} : () -> tensor<1x2x3x3x!quant.uniform<u8:f32, 0.02:117>>
  %y = dnn.reduce %a {kind = #dnn.reduce_kind<max>, axes = array<i64: 2, 3>} : (tensor<1x2x3x3x!quant.uniform<u8:f32, 0.02:117>>) -> tensor<1x2x1x1x!quant.uniform<i8:f32, 0.013:-7>>
  return %y : tensor<1x2x1x1x!quant.uniform<i8:f32, 0.013:-7>>
}
// CHECK-LABEL: @reduce_max_quantized
// CHECK-NEXT{LITERAL}: dense<127> : tensor<1x2x1x1xi8>

func.func @reduce_l2_quantized() -> tensor<1x2x1x1x!quant.uniform<i8:f32, 0.013:-7>> {
  %a = dnn.constant {value = dense<[[[[63, 30, 147], [156, 100, 161], [253, 194, 236]], [[17, 38, 91], [151, 178, 178], [232, 34, 43]]]]> : tensor<1x2x3x3xui8>} : () -> tensor<1x2x3x3x!quant.uniform<u8:f32, 0.02:117>>
  %y = dnn.reduce %a {kind = #dnn.reduce_kind<l2>, axes = array<i64: 2, 3>} : (tensor<1x2x3x3x!quant.uniform<u8:f32, 0.02:117>>) -> tensor<1x2x1x1x!quant.uniform<i8:f32, 0.013:-7>>
  return %y : tensor<1x2x1x1x!quant.uniform<i8:f32, 0.013:-7>>
}
// CHECK-LABEL: @reduce_l2_quantized
// CHECK-NEXT{LITERAL}: dense<127> : tensor<1x2x1x1xi8>

func.func @reduce_nothing() -> tensor<2x2x2xf32> {
  %a = dnn.constant {value = dense<[[[1.5, -2.0], [3.0, 4.0]], [[-5.0, 6.0], [0.5, -8.0]]]> : tensor<2x2x2xf32>} : () -> tensor<2x2x2xf32>
  %y = dnn.reduce %a {kind = #dnn.reduce_kind<sum>, axes = array<i64>} : (tensor<2x2x2xf32>) -> tensor<2x2x2xf32>
  return %y : tensor<2x2x2xf32>
}
// CHECK-LABEL: @reduce_nothing
// CHECK-NEXT{LITERAL}: dense<[[[1.500000e+00, -2.000000e+00], [3.000000e+00, 4.000000e+00]], [[-5.000000e+00, 6.000000e+00], [5.000000e-01, -8.000000e+00]]]> : tensor<2x2x2xf32>

// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @conv_plain() -> tensor<1x2x2x2xf32> {
  %a = dnn.constant {value = dense<[[[[1.5, 0.5, 0.0], [-1.0, -1.0, -2.0], [-2.0, -2.0, -1.5]], [[1.5, 0.5, 2.0], [0.0, 0.5, 2.0], [1.0, 0.5, 0.0]]]]> : tensor<1x2x3x3xf32>} : () -> tensor<1x2x3x3xf32>
  %b = dnn.constant {value = dense<[[[[0.5, 2.0], [-1.0, 1.5]], [[1.0, -2.0], [-0.5, 1.5]]], [[[0.0, -2.0], [1.0, 1.0]], [[1.5, -1.5], [-2.0, 1.5]]]]> : tensor<2x2x2x2xf32>} : () -> tensor<2x2x2x2xf32>
  %y = dnn.conv %a, %b : (tensor<1x2x3x3xf32>, tensor<2x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}
// CHECK-LABEL: @conv_plain
// CHECK-NEXT{LITERAL}: dense<[[[[2.500000e+00, -2.500000e+00], [-4.250000e+00, -8.500000e+00]], [[-7.500000e-01, -3.250000e+00], [-4.000000e+00, -2.750000e+00]]]]> : tensor<1x2x2x2xf32>

func.func @conv_bias_padded() -> tensor<1x2x3x3xf32> {
  %a = dnn.constant {value = dense<[[[[-2.0, 0.0, -2.0], [-1.0, 0.0, -0.5], [-0.5, -2.0, -2.0]]]]> : tensor<1x1x3x3xf32>} : () -> tensor<1x1x3x3xf32>
  %b = dnn.constant {value = dense<[[[[-1.5, -2.0, 1.0], [0.0, 0.5, -1.0], [0.5, 1.0, -0.5]]], [[[0.0, 2.0, 1.5], [2.0, -0.5, 1.0], [2.0, 0.5, 1.5]]]]> : tensor<2x1x3x3xf32>} : () -> tensor<2x1x3x3xf32>
  %c = dnn.constant {value = dense<1.0> : tensor<2xf32>} : () -> tensor<2xf32>
  %y = dnn.conv %a, %b, %c {pads = array<i64: 1, 1, 1, 1>} : (tensor<1x1x3x3xf32>, tensor<2x1x3x3xf32>, tensor<2xf32>) -> tensor<1x2x3x3xf32>
  return %y : tensor<1x2x3x3xf32>
}
// CHECK-LABEL: @conv_bias_padded
// CHECK-NEXT{LITERAL}: dense<[[[[-1.000000e+00, 2.750000e+00, -5.000000e-01], [5.000000e+00, 1.250000e+00, 1.750000e+00], [4.750000e+00, 3.000000e+00, 1.000000e+00]], [[1.500000e+00, -7.750000e+00, 1.750000e+00], [-5.750000e+00, -9.500000e+00, -7.750000e+00], [-2.750000e+00, -1.750000e+00, -3.000000e+00]]]]> : tensor<1x2x3x3xf32>

// Pads are top, left, bottom, right.
func.func @conv_odd_pads() -> tensor<1x1x4x2xf32> {
  %a = dnn.constant {value = dense<[[[[-0.5, 1.5], [-1.5, 0.5], [1.0, 1.5]]]]> : tensor<1x1x3x2xf32>} : () -> tensor<1x1x3x2xf32>
  %b = dnn.constant {value = dense<[[[[0.0, -0.5], [-1.0, -0.5]]]]> : tensor<1x1x2x2xf32>} : () -> tensor<1x1x2x2xf32>
  %y = dnn.conv %a, %b {pads = array<i64: 0, 1, 2, 0>} : (tensor<1x1x3x2xf32>, tensor<1x1x2x2xf32>) -> tensor<1x1x4x2xf32>
  return %y : tensor<1x1x4x2xf32>
}
// CHECK-LABEL: @conv_odd_pads
// CHECK-NEXT{LITERAL}: dense<[[[[1.000000e+00, 5.000000e-01], [2.500000e-01, -2.000000e+00], [-5.000000e-01, -7.500000e-01], [0.000000e+00, 0.000000e+00]]]]> : tensor<1x1x4x2xf32>

func.func @conv_strided_dilated() -> tensor<1x1x2x2xf32> {
  %a = dnn.constant {value = dense<[[[[0.0, 1.0, 2.0, -2.0, 2.0, 0.0], [-0.5, 1.0, 0.5, -1.0, -1.0, 1.0], [0.5, 0.0, -0.5, 1.0, -0.5, -1.0], [2.0, -1.0, -1.0, 1.0, 0.5, -2.0], [-2.0, -0.5, 1.5, -0.5, 1.5, -1.0]]]]> : tensor<1x1x5x6xf32>} : () -> tensor<1x1x5x6xf32>
  %b = dnn.constant {value = dense<[[[[-1.0, 1.5], [1.5, -2.0]]]]> : tensor<1x1x2x2xf32>} : () -> tensor<1x1x2x2xf32>
  %y = dnn.conv %a, %b {strides = array<i64: 2, 3>, dilations = array<i64: 3, 2>, pads = array<i64: 1, 0, 0, 1>} : (tensor<1x1x5x6xf32>, tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  return %y : tensor<1x1x2x2xf32>
}
// CHECK-LABEL: @conv_strided_dilated
// CHECK-NEXT{LITERAL}: dense<[[[[1.750000e+00, 3.500000e+00], [-4.750000e+00, 3.750000e+00]]]]> : tensor<1x1x2x2xf32>

func.func @conv_grouped() -> tensor<1x4x2x1xf32> {
  %a = dnn.constant {value = dense<[[[[-2.0, 1.0], [-0.5, 0.5]], [[-1.5, 1.5], [0.0, 2.0]], [[1.5, 1.0], [-1.0, 1.0]], [[-2.0, 0.5], [-0.5, 2.0]]]]> : tensor<1x4x2x2xf32>} : () -> tensor<1x4x2x2xf32>
  %b = dnn.constant {value = dense<[[[[-1.5, 2.0]], [[-2.0, 0.5]]], [[[0.5, 2.0]], [[-1.0, 2.0]]], [[[1.0, 2.0]], [[-1.5, 1.0]]], [[[2.0, -2.0]], [[-0.5, 0.5]]]]> : tensor<4x2x1x2xf32>} : () -> tensor<4x2x1x2xf32>
  %y = dnn.conv %a, %b {group = 2 : i64} : (tensor<1x4x2x2xf32>, tensor<4x2x1x2xf32>) -> tensor<1x4x2x1xf32>
  return %y : tensor<1x4x2x1xf32>
}
// CHECK-LABEL: @conv_grouped
// CHECK-NEXT{LITERAL}: dense<[[[[8.750000e+00], [2.750000e+00]], [[5.500000e+00], [4.750000e+00]], [[7.000000e+00], [3.750000e+00]], [[2.250000e+00], [-2.750000e+00]]]]> : tensor<1x4x2x1xf32>

func.func @conv_depthwise_batch() -> tensor<2x2x1x3xf32> {
  %a = dnn.constant {value = dense<[[[[-2.0, 0.0, 0.5], [1.0, 2.0, -0.5], [-0.5, 0.0, 2.0]], [[-1.5, 0.0, -2.0], [-0.5, 2.0, 0.5], [-0.5, 2.0, 0.5]]], [[[2.0, -2.0, 0.0], [1.5, 1.0, -0.5], [0.0, -0.5, 0.0]], [[-1.0, 1.5, -2.0], [-0.5, -1.0, 1.0], [1.0, 1.0, 2.0]]]]> : tensor<2x2x3x3xf32>} : () -> tensor<2x2x3x3xf32>
  %b = dnn.constant {value = dense<[[[[2.0, -1.5, -1.5], [-1.5, 1.0, 2.0], [2.0, 1.0, 2.0]]], [[[1.5, -2.0, -1.5], [1.5, -2.0, 2.0], [1.5, 2.0, -0.5]]]]> : tensor<2x1x3x3xf32>} : () -> tensor<2x1x3x3xf32>
  %y = dnn.conv %a, %b {pads = array<i64: 0, 1, 0, 1>, group = 2 : i64} : (tensor<2x2x3x3xf32>, tensor<2x1x3x3xf32>) -> tensor<2x2x1x3xf32>
  return %y : tensor<2x2x1x3xf32>
}
// CHECK-LABEL: @conv_depthwise_batch
// CHECK-NEXT{LITERAL}: dense<[[[[7.500000e+00, -2.250000e+00, -2.250000e+00]], [[6.000000e+00, 0.000000e+00, 1.000000e+01]]], [[[2.500000e+00, 4.250000e+00, -7.000000e+00]], [[2.500000e-01, 4.250000e+00, 8.250000e+00]]]]> : tensor<2x2x1x3xf32>

func.func @conv_pointwise() -> tensor<1x2x2x2xf32> {
  %a = dnn.constant {value = dense<[[[[-1.5, 0.0], [2.0, -0.5]], [[2.0, -0.5], [1.5, -1.0]], [[0.0, -1.0], [-1.0, 2.0]]]]> : tensor<1x3x2x2xf32>} : () -> tensor<1x3x2x2xf32>
  %b = dnn.constant {value = dense<[[[[1.5]], [[-1.5]], [[2.0]]], [[[2.0]], [[-1.0]], [[-0.5]]]]> : tensor<2x3x1x1xf32>} : () -> tensor<2x3x1x1xf32>
  %y = dnn.conv %a, %b : (tensor<1x3x2x2xf32>, tensor<2x3x1x1xf32>) -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}
// CHECK-LABEL: @conv_pointwise
// CHECK-NEXT{LITERAL}: dense<[[[[-5.250000e+00, -1.250000e+00], [-1.250000e+00, 4.750000e+00]], [[-5.000000e+00, 1.000000e+00], [3.000000e+00, -1.000000e+00]]]]> : tensor<1x2x2x2xf32>

// Integer products; the bias goes into the accumulator; fl32(acc) times fl32(fl32(s_x·s_w) / s_y).
// Padding contributes nothing, so it is the zero point.
func.func @conv_u8_i8_per_channel() -> tensor<1x2x3x3x!quant.uniform<u8:f32, 0.1:100>> {
  %a = dnn.constant {value = dense<[[[[137, 168, 113], [38, 238, 177], [10, 208, 187]], [[46, 157, 128], [7, 237, 184], [79, 4, 23]]]]> : tensor<1x2x3x3xui8>} : () -> tensor<1x2x3x3x!quant.uniform<u8:f32, 0.02:117>>
  %b = dnn.constant {value = dense<[[[[66, -90], [3, 102]], [[109, -60], [-112, -2]]], [[[87, 31], [-111, 38]], [[-40, -71], [-18, 95]]]]> : tensor<2x2x2x2xi8>} : () -> tensor<2x2x2x2x!quant.uniform<i8:f32:0, {0.01,0.003}>>
  %c = dnn.constant {value = dense<[-5000, 3000]> : tensor<2xi32>} : () -> tensor<2xi32>
  %y = dnn.conv %a, %b, %c {pads = array<i64: 1, 0, 0, 1>} : (tensor<1x2x3x3x!quant.uniform<u8:f32, 0.02:117>>, tensor<2x2x2x2x!quant.uniform<i8:f32:0, {0.01,0.003}>>, tensor<2xi32>) -> tensor<1x2x3x3x!quant.uniform<u8:f32, 0.1:100>>
  return %y : tensor<1x2x3x3x!quant.uniform<u8:f32, 0.1:100>>
}
// CHECK-LABEL: @conv_u8_i8_per_channel
// CHECK-NEXT{LITERAL}: dense<[[[[116, 80, 88], [112, 91, 77], [46, 154, 134]], [[105, 99, 102], [120, 99, 97], [101, 95, 100]]]]> : tensor<1x2x3x3xui8>

func.func @conv_i8_i8_per_tensor() -> tensor<1x2x2x2x!quant.uniform<i8:f32, 0.15:7>> {
  %a = dnn.constant {value = dense<[[[[119, -92, 15], [66, -62, -59], [-67, -75, 99]], [[-73, -71, -96], [-97, 71, -55], [77, 22, 91]]]]> : tensor<1x2x3x3xi8>} : () -> tensor<1x2x3x3x!quant.uniform<i8:f32, 0.02:-3>>
  %b = dnn.constant {value = dense<[[[[13, 67], [79, -113]], [[15, -12], [-55, -13]]], [[[-23, -3], [81, 83]], [[32, 53], [117, 35]]]]> : tensor<2x2x2x2xi8>} : () -> tensor<2x2x2x2x!quant.uniform<i8:f32, 0.01>>
  %y = dnn.conv %a, %b : (tensor<1x2x3x3x!quant.uniform<i8:f32, 0.02:-3>>, tensor<2x2x2x2x!quant.uniform<i8:f32, 0.01>>) -> tensor<1x2x2x2x!quant.uniform<i8:f32, 0.15:7>>
  return %y : tensor<1x2x2x2x!quant.uniform<i8:f32, 0.15:7>>
}
// CHECK-LABEL: @conv_i8_i8_per_tensor
// CHECK-NEXT{LITERAL}: dense<[[[[23, 5], [-2, -23]], [[-14, -3], [5, 20]]]]> : tensor<1x2x2x2xi8>

func.func @conv_u8_u8_zero_points() -> tensor<1x2x2x2x!quant.uniform<u8:f32, 0.15:130>> {
  %a = dnn.constant {value = dense<[[[[94, 21, 141], [59, 152, 6], [217, 241, 37]], [[209, 104, 10], [232, 240, 11], [151, 210, 202]]]]> : tensor<1x2x3x3xui8>} : () -> tensor<1x2x3x3x!quant.uniform<u8:f32, 0.02:128>>
  %b = dnn.constant {value = dense<[[[[106, 220], [212, 29]], [[2, 26], [93, 28]]], [[[20, 66], [167, 134]], [[70, 243], [179, 162]]]]> : tensor<2x2x2x2xui8>} : () -> tensor<2x2x2x2x!quant.uniform<u8:f32, 0.01:77>>
  %y = dnn.conv %a, %b : (tensor<1x2x3x3x!quant.uniform<u8:f32, 0.02:128>>, tensor<2x2x2x2x!quant.uniform<u8:f32, 0.01:77>>) -> tensor<1x2x2x2x!quant.uniform<u8:f32, 0.15:130>>
  return %y : tensor<1x2x2x2x!quant.uniform<u8:f32, 0.15:130>>
}
// CHECK-LABEL: @conv_u8_u8_zero_points
// CHECK-NEXT{LITERAL}: dense<[[[[83, 161], [118, 128]], [[148, 108], [190, 129]]]]> : tensor<1x2x2x2xui8>

func.func @conv_weight_zero_points() -> tensor<1x2x2x2x!quant.uniform<u8:f32, 0.3:130>> {
  %a = dnn.constant {value = dense<[[[[241, 201, 32], [9, 221, 104], [15, 122, 97]], [[110, 110, 80], [125, 125, 249], [177, 198, 2]]]]> : tensor<1x2x3x3xui8>} : () -> tensor<1x2x3x3x!quant.uniform<u8:f32, 0.02:128>>
  %b = dnn.constant {value = dense<[[[[79, 251], [69, 130]], [[220, 163], [225, 42]]], [[[130, 162], [88, 146]], [[254, 188], [80, 16]]]]> : tensor<2x2x2x2xui8>} : () -> tensor<2x2x2x2x!quant.uniform<u8:f32:0, {0.01:77,0.02:201}>>
  %y = dnn.conv %a, %b : (tensor<1x2x3x3x!quant.uniform<u8:f32, 0.02:128>>, tensor<2x2x2x2x!quant.uniform<u8:f32:0, {0.01:77,0.02:201}>>) -> tensor<1x2x2x2x!quant.uniform<u8:f32, 0.3:130>>
  return %y : tensor<1x2x2x2x!quant.uniform<u8:f32, 0.3:130>>
}
// CHECK-LABEL: @conv_weight_zero_points
// CHECK-NEXT{LITERAL}: dense<[[[[140, 110], [144, 143]], [[127, 86], [129, 143]]]]> : tensor<1x2x2x2xui8>

// Nothing quantizes the result: fl32(acc)·fl32(s_x·s_w).
func.func @conv_to_float() -> tensor<1x2x2x2xf32> {
  %a = dnn.constant {value = dense<[[[[46, 69, 225], [69, 207, 70], [170, 134, 245]], [[144, 236, 246], [191, 160, 220], [255, 63, 144]]]]> : tensor<1x2x3x3xui8>} : () -> tensor<1x2x3x3x!quant.uniform<u8:f32, 0.02:117>>
  %b = dnn.constant {value = dense<[[[[-92, -102], [43, -116]], [[54, 82], [-86, 46]]], [[[-27, 100], [105, 19]], [[15, 53], [20, 62]]]]> : tensor<2x2x2x2xi8>} : () -> tensor<2x2x2x2x!quant.uniform<i8:f32:0, {0.01,0.003}>>
  %c = dnn.constant {value = dense<[-5000, 3000]> : tensor<2xi32>} : () -> tensor<2xi32>
  %y = dnn.conv %a, %b, %c : (tensor<1x2x3x3x!quant.uniform<u8:f32, 0.02:117>>, tensor<2x2x2x2x!quant.uniform<i8:f32:0, {0.01,0.003}>>, tensor<2xi32>) -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}
// CHECK-LABEL: @conv_to_float
// CHECK-NEXT{LITERAL}: dense<[[[[0.15079999, 3.153200e+00], [-3.257400e+00, -1.189800e+00]], [[4.587000e-01, 2.371260e+00], [1.319100e+00, 4.071000e-01]]]]> : tensor<1x2x2x2xf32>

// A float bias is added in float32 after the accumulator.
func.func @conv_float_bias() -> tensor<1x2x2x2x!quant.uniform<u8:f32, 0.1:100>> {
  %a = dnn.constant {value = dense<[[[[49, 200, 134], [192, 133, 78], [22, 134, 251]], [[9, 146, 114], [1, 139, 197], [189, 250, 135]]]]> : tensor<1x2x3x3xui8>} : () -> tensor<1x2x3x3x!quant.uniform<u8:f32, 0.02:117>>
  %b = dnn.constant {value = dense<[[[[23, 119], [-47, 76]], [[-80, -36], [44, 20]]], [[[-79, 40], [19, 107]], [[26, 98], [118, -106]]]]> : tensor<2x2x2x2xi8>} : () -> tensor<2x2x2x2x!quant.uniform<i8:f32:0, {0.01,0.003}>>
  %c = dnn.constant {value = dense<[0.3, -12.5]> : tensor<2xf32>} : () -> tensor<2xf32>
  %y = dnn.conv %a, %b, %c : (tensor<1x2x3x3x!quant.uniform<u8:f32, 0.02:117>>, tensor<2x2x2x2x!quant.uniform<i8:f32:0, {0.01,0.003}>>, tensor<2xf32>) -> tensor<1x2x2x2x!quant.uniform<u8:f32, 0.1:100>>
  return %y : tensor<1x2x2x2x!quant.uniform<u8:f32, 0.1:100>>
}
// CHECK-LABEL: @conv_float_bias
// CHECK-NEXT{LITERAL}: dense<[[[[121, 104], [150, 116]], [[0, 0], [0, 0]]]]> : tensor<1x2x2x2xui8>

func.func @conv_quantized_depthwise() -> tensor<1x2x2x2x!quant.uniform<u8:f32, 0.05:100>> {
  %a = dnn.constant {value = dense<[[[[18, 128, 127], [142, 190, 80], [45, 174, 99]], [[238, 16, 181], [185, 69, 22], [81, 101, 250]]]]> : tensor<1x2x3x3xui8>} : () -> tensor<1x2x3x3x!quant.uniform<u8:f32, 0.02:117>>
  %b = dnn.constant {value = dense<[[[[95, -69], [-8, 25]]], [[[105, -94], [68, 108]]]]> : tensor<2x1x2x2xi8>} : () -> tensor<2x1x2x2x!quant.uniform<i8:f32:0, {0.01,0.003}>>
  %y = dnn.conv %a, %b {group = 2 : i64} : (tensor<1x2x3x3x!quant.uniform<u8:f32, 0.02:117>>, tensor<2x1x2x2x!quant.uniform<i8:f32:0, {0.01,0.003}>>) -> tensor<1x2x2x2x!quant.uniform<u8:f32, 0.05:100>>
  return %y : tensor<1x2x2x2x!quant.uniform<u8:f32, 0.05:100>>
}
// CHECK-LABEL: @conv_quantized_depthwise
// CHECK-NEXT{LITERAL}: dense<[[[[66, 95], [97, 134]], [[126, 64], [109, 121]]]]> : tensor<1x2x2x2xui8>

func.func @conv_saturates() -> tensor<1x2x1x2x!quant.uniform<i8:f32, 1.0>> {
  %a = dnn.constant {value = dense<255> : tensor<1x1x1x2xui8>} : () -> tensor<1x1x1x2x!quant.uniform<u8:f32, 1.0>>
  %b = dnn.constant {value = dense<[[[[127]]], [[[-128]]]]> : tensor<2x1x1x1xi8>} : () -> tensor<2x1x1x1x!quant.uniform<i8:f32, 1.0>>
  %y = dnn.conv %a, %b : (tensor<1x1x1x2x!quant.uniform<u8:f32, 1.0>>, tensor<2x1x1x1x!quant.uniform<i8:f32, 1.0>>) -> tensor<1x2x1x2x!quant.uniform<i8:f32, 1.0>>
  return %y : tensor<1x2x1x2x!quant.uniform<i8:f32, 1.0>>
}
// CHECK-LABEL: @conv_saturates
// CHECK-NEXT{LITERAL}: dense<[[[[127, 127]], [[-128, -128]]]]> : tensor<1x2x1x2xi8>

// Float sums are float64, rounded once: 2²⁵ + 1 - 2²⁵ is 1.
func.func @conv_rounds_once() -> tensor<1x1x1x1xf32> {
  %a = dnn.constant {value = dense<[[[[33554432.0]], [[1.0]], [[-33554432.0]]]]> : tensor<1x3x1x1xf32>} : () -> tensor<1x3x1x1xf32>
  %b = dnn.constant {value = dense<1.0> : tensor<1x3x1x1xf32>} : () -> tensor<1x3x1x1xf32>
  %y = dnn.conv %a, %b : (tensor<1x3x1x1xf32>, tensor<1x3x1x1xf32>) -> tensor<1x1x1x1xf32>
  return %y : tensor<1x1x1x1xf32>
}
// CHECK-LABEL: @conv_rounds_once
// CHECK-NEXT{LITERAL}: dense<1.000000e+00> : tensor<1x1x1x1xf32>

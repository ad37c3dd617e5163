// Mappings that turn to other outputs before their input channels are done: psums leave the spads incomplete and come back.
// On edge a psum takes four bytes: the float32 product keeps them in the place of its results, the int16 convolution in a
// buffer of their own. On rows a psum takes two, and so does the convolution's result. Some psums need more bits than that:
// values stay exact. Bit-equal to NumPy.
// RUN: split-file %s %t
// RUN: dnnc %t/conv.mlir -o %t/conv.edge.bin
// RUN: dnnc %t/conv.mlir --target %source/test/targets/rows.yaml -o %t/conv.rows.bin
// RUN: dnnc %t/matmul.mlir -o %t/matmul.edge.bin
// RUN: %python %S/Inputs/psums.py %t/conv.edge.bin %t/conv.rows.bin %t/matmul.edge.bin

// RUN: dnnc-opt --choose-mapping --tiles-to-tasks %t/conv.mlir | FileCheck %s --check-prefix=APART
// APART: acc.buffer : !acc.buffer<1x4x3x6xi32, psum, slots = 1>
// RUN: dnnc-opt --choose-mapping=target=%source/test/targets/rows.yaml --tiles-to-tasks=target=%source/test/targets/rows.yaml %t/conv.mlir | FileCheck %s --check-prefix=PLACE
// But filters nothing overlaps on rows, so one slot of each ring is enough.
// PLACE-NOT: {{ifmap|ofmap|param}}, slots = 2
// PLACE-NOT: psum,
// PLACE: acc.array {{.*}} psum %[[O:.*]] output %[[O]] slots
// PLACE-NOT: {{ifmap|ofmap|param}}, slots = 2

//--- conv.mlir
func.func @main(%x: tensor<1x8x6x6xi16> {dnn.name = "x"}, %w: tensor<4x8x3x3xi16> {dnn.name = "w"},
                %p: tensor<4x4xi32> {dnn.name = "p"}) -> (tensor<1x4x6x6xi16> {dnn.name = "y"}) {
  %y = acc.group(%x, %w, %p) node 0 "conv" from ["conv"] tiled <sizes = [1, 4, 3, 6], order = [0, 1, 2, 3], reduction = [4]>
      : (tensor<1x8x6x6xi16>, tensor<4x8x3x3xi16>, tensor<4x4xi32>) -> tensor<1x4x6x6xi16> {
  ^bb0(%a: tensor<1x8x6x6xi16>, %f: tensor<4x8x3x3xi16>, %q: tensor<4x4xi32>):
    %r = acc.conv %a, %f params %q strides [1, 1] dilations [1, 1] pads [1, 1, 1, 1] mode requantize
        {ifmap_zero_point = 100 : i32, output_zero_point = -7 : i32,
         mapping = #acc.mapping<ws, passes = [M = 2, C = 2, R = 3, S = 3, P = 3, Q = 6], cluster_rows = [], cluster_columns = [],
           pe_rows = [C = 2], pe_columns = [M = 2], macs = [], spad = []>}
        : (tensor<1x8x6x6xi16>, tensor<4x8x3x3xi16>, tensor<4x4xi32>) -> tensor<1x4x6x6xi16>
    acc.yield %r : tensor<1x4x6x6xi16>
  }
  return %y : tensor<1x4x6x6xi16>
}

//--- matmul.mlir
func.func @main(%x: tensor<1x10x12xf32> {dnn.name = "x"}, %w: tensor<1x12x6xf32> {dnn.name = "w"})
    -> (tensor<1x10x6xf32> {dnn.name = "y"}) {
  %y = acc.group(%x, %w) node 0 "matmul" from ["matmul"] tiled <sizes = [1, 4, 6], order = [0, 1, 2]>
      : (tensor<1x10x12xf32>, tensor<1x12x6xf32>) -> tensor<1x10x6xf32> {
  ^bb0(%a: tensor<1x10x12xf32>, %f: tensor<1x12x6xf32>):
    %r = acc.matmul %a, %f mode float
        {mapping = #acc.mapping<ws, passes = [C = 6, M = 3, Q = 4], cluster_rows = [], cluster_columns = [], pe_rows = [C = 2],
           pe_columns = [M = 2], macs = [], spad = []>}
        : (tensor<1x10x12xf32>, tensor<1x12x6xf32>) -> tensor<1x10x6xf32>
    acc.yield %r : tensor<1x10x6xf32>
  }
  return %y : tensor<1x10x6xf32>
}

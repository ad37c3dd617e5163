// Two 3x3 convolutions of int16 whose feature maps stand run-length encoded in DRAM: the input and the output because the
// groups say so, what is in between because a Relu made it. The first makes strips of four rows of all channels and leaves
// psums in the place of its results between two tiles of input channels; the second reads strips with a row more on each
// side, of half the channels. So what is between them has segments of two rows of three channels. Bit-equal to NumPy.
// RUN: dnnc %s --target %source/test/targets/rows.yaml --emit isa | FileCheck %s
// RUN: dnnc %s --target %source/test/targets/rows.yaml -o %t.bin
// RUN: sed 's/rlc: true/rlc: false/' %source/test/targets/rows.yaml > %t.raw.yaml
// RUN: sed 's/ stored \[.*\]$//' %s > %t.raw.mlir
// RUN: dnnc %t.raw.mlir --target %t.raw.yaml -o %t.raw.bin
// RUN: %python %S/Inputs/rlc.py %t.bin %t.raw.bin

// CHECK: isa.tensor kind = input, type = int16, axis = -1, codec = rlc, {{.*}} name = "x", shape = [1, 4, 14, 9], {{.*}} segment = [1, 2, 1, 9], order = []
// CHECK: isa.tensor kind = observed, type = int16, axis = -1, codec = rlc, {{.*}} bytes = 1792, {{.*}} name = "h", shape = [1, 6, 14, 9], {{.*}} segment = [1, 3, 2, 9], order = []
// CHECK: isa.tensor kind = output, type = int16, axis = -1, codec = rlc, {{.*}} name = "y", shape = [1, 4, 14, 9], {{.*}} segment = [1, 4, 7, 9], order = []
// CHECK: isa.load {{.*}} codec = rlc, pad_value = 0x0, zero_value = 0xFFFD, slot_bytes = 64, n = 0, m = 0, column = 0, dram = <0>, {{.*}} dram_strides = [1792, 896, 64, 64], {{.*}} offsets = [<0>, <0 + 2*i1>, <-1 + 4*i0>, <0>], bounds = [1, 4, 14, 9], segment = [1, 2, 1, 9]
// CHECK: isa.load {{.*}} codec = rlc, pad_value = 0x0, zero_value = 0x5, {{.*}} dram_strides = [1792, 896, 128, 128], {{.*}} segment = [1, 3, 2, 9]
// CHECK: isa.store {{.*}} codec = rlc, zero_value = 0x5, {{.*}} segment = [1, 3, 2, 9]
// CHECK: isa.store {{.*}} codec = rlc, zero_value = 0x0, {{.*}} segment = [1, 4, 7, 9]

!x = !quant.uniform<i16:f32, 1.0e-03:-3>
!h = !quant.uniform<i16:f32, 1.0e-02:5>
!y = !quant.uniform<i16:f32, 1.0e-01>

func.func @main(%x: tensor<1x4x14x9x!x> {dnn.name = "x"}, %w1: tensor<6x4x3x3xi16> {dnn.name = "w1"},
                %p1: tensor<6x4xi32> {dnn.name = "p1"}, %w2: tensor<4x6x3x3xi16> {dnn.name = "w2"},
                %p2: tensor<4x4xi32> {dnn.name = "p2"})
    -> (tensor<1x6x14x9x!h> {dnn.name = "h", dnn.observed}, tensor<1x4x14x9x!y> {dnn.name = "y"}) {
  %h = acc.group(%x, %w1, %p1) node 0 "conv" from ["conv1"] tiled <sizes = [1, 6, 4, 9], order = [0, 1, 2, 3], reduction = [2]> stored [#acc.storage<rlc>, #acc.storage<raw>, #acc.storage<raw>, #acc.storage<rlc>]
      : (tensor<1x4x14x9x!x>, tensor<6x4x3x3xi16>, tensor<6x4xi32>) -> tensor<1x6x14x9x!h> {
  ^bb0(%a: tensor<1x4x14x9x!x>, %f: tensor<6x4x3x3xi16>, %q: tensor<6x4xi32>):
    %r = acc.conv %a, %f params %q strides [1, 1] dilations [1, 1] pads [1, 1, 1, 1] mode requantize clamp [5.0, 32767.0]
        {ifmap_zero_point = -3 : i32, output_zero_point = 5 : i32}
        : (tensor<1x4x14x9x!x>, tensor<6x4x3x3xi16>, tensor<6x4xi32>) -> tensor<1x6x14x9x!h>
    acc.yield %r : tensor<1x6x14x9x!h>
  }
  %y = acc.group(%h, %w2, %p2) node 1 "conv" from ["conv2"] tiled <sizes = [1, 4, 7, 9], order = [0, 1, 2, 3], reduction = [3]> stored [#acc.storage<raw>, #acc.storage<raw>, #acc.storage<raw>, #acc.storage<rlc>]
      : (tensor<1x6x14x9x!h>, tensor<4x6x3x3xi16>, tensor<4x4xi32>) -> tensor<1x4x14x9x!y> {
  ^bb0(%a: tensor<1x6x14x9x!h>, %f: tensor<4x6x3x3xi16>, %q: tensor<4x4xi32>):
    %r = acc.conv %a, %f params %q strides [1, 1] dilations [1, 1] pads [1, 1, 1, 1] mode requantize
        {ifmap_zero_point = 5 : i32}
        : (tensor<1x6x14x9x!h>, tensor<4x6x3x3xi16>, tensor<4x4xi32>) -> tensor<1x4x14x9x!y>
    acc.yield %r : tensor<1x4x14x9x!y>
  }
  return %h, %y : tensor<1x6x14x9x!h>, tensor<1x4x14x9x!y>
}

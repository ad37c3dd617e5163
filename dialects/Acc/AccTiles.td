#ifndef DNNC_ACC_TILES
#define DNNC_ACC_TILES

include "dialects/Acc/AccDialect.td"
include "dialects/Acc/AccInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class Acc_Op<string mnemonic, list<Trait> traits = []> : Op<Acc_Dialect, mnemonic, traits>;

class Acc_TileOp<string mnemonic, list<Trait> traits = []>
    : Acc_Op<mnemonic, traits # [Pure, DeclareOpInterfaceMethods<Acc_TileOpInterface>]> {
  let hasVerifier = 1;
}

def Acc_GroupOp : Acc_Op<"group", [IsolatedFromAbove, Pure, SingleBlock]> {
  let summary = "computes one tensor tile by tile, with nothing of it in DRAM in between";
  let description = [{
    A group iterates over tiles of its result. Its operands come from DRAM and its result goes there; what its inner
    ops hand to each other stays on chip. A group of one op is the ordinary case. `tiling` is a decision: a search
    writes it, `tiles-to-tasks` applies it. So is `stored`, how each input and then the result stand in DRAM: `raw` says nothing
    of them (a constant has a storage of its own). All groups that name a tensor have to agree. `node` is the id that survives to the report, `onnx` the nodes it came from.

    Two discardable attributes carry a part of the decisions to `choose-mapping`, which removes them: `pins`, a dictionary with
    `dataflow` (a word) or `tile` (a positive size for each of N, G, M, C, P, Q, R, S) or both, and `pinned_at`, the place in a
    file where they stand, for errors.

    Example:
    ```mlir
    func.func @main(%x: tensor<1x3x8x8xf32>, %w: tensor<4x3x3x3xf32>) -> tensor<1x4x6x6xf32> {
      %y = acc.group(%x, %w) node 3 "conv" from ["conv1"] tiled <sizes = [1, 4, 2, 6], order = [0, 1, 2, 3]>
          : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<1x4x6x6xf32> {
      ^bb0(%a: tensor<1x3x8x8xf32>, %b: tensor<4x3x3x3xf32>):
        %c = acc.conv %a, %b strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode float
            : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<1x4x6x6xf32>
        acc.yield %c : tensor<1x4x6x6xf32>
      }
      return %y : tensor<1x4x6x6xf32>
    }
    ```
  }];
  let arguments = (ins Variadic<Acc_Tensor>:$inputs, I64Attr:$node, StrArrayAttr:$onnx, StrAttr:$kind,
    OptionalAttr<Acc_TilingAttr>:$tiling, OptionalAttr<TypedArrayAttrBase<Acc_StorageAttr, "storages">>:$storage);
  let results = (outs Acc_Tensor:$result);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    `(` $inputs `)` `node` $node $kind `from` $onnx (`tiled` $tiling^)? (`stored` $storage^)? attr-dict `:` functional-type($inputs, $result) $body
  }];
  let hasVerifier = 1;
}

def Acc_YieldOp : Acc_Op<"yield", [Pure, Terminator]> {
  let summary = "the result of a group or of a lane program";
  let description = [{
    A group yields its last op's result, a lane program the value that is stored, or, in front of `combine`, the value
    that is combined.

    Example: see `acc.group` and `acc.reduce`.
  }];
  let arguments = (ins Variadic<AnyType>:$values);
  let assemblyFormat = "($values^ `:` type($values))? attr-dict";
}

def Acc_ConstantOp : Acc_Op<"constant", [Pure]> {
  let summary = "a tensor in the program's constants";
  let description = [{
    With a `storage` other than raw, the program holds the encoded segments; the element type has to be 8 bits wide.
    The tiles that a group loads then have to be the segments.

    Example:
    ```mlir
    func.func @main() {
      %w = acc.constant dense<[[0, 3], [0, 0]]> : tensor<2x2xi8> {storage = #acc.storage<bitmask, segment = [1, 2]>}
          -> tensor<2x2xi8>
      return
    }
    ```
  }];
  let arguments = (ins ElementsAttr:$value, OptionalAttr<Acc_StorageAttr>:$storage);
  let results = (outs Acc_Tensor:$result);
  let assemblyFormat = "$value attr-dict `->` type($result)";
  let hasVerifier = 1;
}

def Acc_ReshapeOp : Acc_Op<"reshape", [Pure]> {
  let summary = "the same elements in DRAM under another shape";
  let description = [{
    No data moves.

    Example:
    ```mlir
    func.func @main(%x: tensor<1x2048x1x1xi8>) -> tensor<1x2048xi8> {
      %y = acc.reshape %x : tensor<1x2048x1x1xi8> -> tensor<1x2048xi8>
      return %y : tensor<1x2048xi8>
    }
    ```
  }];
  let arguments = (ins Acc_Tensor:$input);
  let results = (outs Acc_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 1;
}

def Acc_ConcatOp : Acc_Op<"concat", [Pure]> {
  let summary = "tensors side by side in DRAM";
  let description = [{
    No task of its own: each operand is the only use of a group's result, and that group stores into its part of the
    result.

    Example:
    ```mlir
    func.func @main(%x: tensor<2x8xi8>) -> tensor<4x8xi8> {
      %a = acc.group(%x) node 0 "copy" from [] : (tensor<2x8xi8>) -> tensor<2x8xi8> {
      ^bb0(%t: tensor<2x8xi8>):
        %m = acc.move %t dims [0, 1] offsets [0, 0] steps [1, 1] fill 0 : tensor<2x8xi8> -> tensor<2x8xi8>
        acc.yield %m : tensor<2x8xi8>
      }
      %b = acc.group(%x) node 1 "flip" from [] : (tensor<2x8xi8>) -> tensor<2x8xi8> {
      ^bb0(%t: tensor<2x8xi8>):
        %m = acc.move %t dims [0, 1] offsets [0, 7] steps [1, -1] fill 0 : tensor<2x8xi8> -> tensor<2x8xi8>
        acc.yield %m : tensor<2x8xi8>
      }
      %y = acc.concat %a, %b axis 0 : (tensor<2x8xi8>, tensor<2x8xi8>) -> tensor<4x8xi8>
      return %y : tensor<4x8xi8>
    }
    ```
  }];
  let arguments = (ins Variadic<Acc_Tensor>:$inputs, I64Attr:$axis);
  let results = (outs Acc_Tensor:$result);
  let assemblyFormat = "$inputs `axis` $axis attr-dict `:` functional-type($inputs, $result)";
  let hasVerifier = 1;
}

class Acc_ArrayTileOp<string mnemonic> : Acc_TileOp<mnemonic, [AttrSizedOperandSegments]> {
  let results = (outs Acc_Tensor:$result);
  dag outputPath = (ins DefaultValuedAttr<I32Attr, "0">:$ifmap_zero_point,
    DefaultValuedAttr<I32Attr, "0">:$output_zero_point, Acc_OutputModeAttr:$mode,
    DefaultValuedAttr<F32Attr, "1.0f">:$output_scale, F64Attr:$clamp_low, F64Attr:$clamp_high,
    OptionalAttr<Acc_MappingAttr>:$mapping, OptionalAttr<Acc_EdgeAttr>:$edge, UnitAttr:$displaced);
}

defvar Acc_OutputPathText = [{

    The accumulator (int32 for 8-bit operands, int64 for 16-bit ones, float32 for float32) goes through the output path: `param` holds a
    record of four words for each output channel (bias, multiplier, weight zero point, bias added in float32 after),
    `mode` says what is done with it, the result is clamped to [clamp_low, clamp_high], and `table` (256 entries of the
    result's type) maps an 8-bit result. `clamp [low, high]` is left out where nothing is clamped; a bound may be `none`.

    With `displaced` filters do not stand in the order of their output channels: the high 16 bits of a record's third
    word are a displacement, its low 16 bits the zero point, and filter m computes channel m + displacement. Filters stay
    in their tile: the channels of each tile's filters are a permutation of them. `distribute-weights` decides it.
}];

def Acc_ConvOp : Acc_ArrayTileOp<"conv"> {
  let summary = "2-D convolution on the array";
  let description = !strconcat([{
    ifmap [N, G·C, H, W], weight [G·M, C, R, S], result [N, G·M, P, Q]; `pads` is top, left, bottom, right. Elements
    outside the ifmap contribute zero.}], Acc_OutputPathText, [{

    Example:
    ```mlir
    func.func @main(%x: tensor<1x4x8x8xi8>, %w: tensor<8x2x3x3xi8>, %p: tensor<8x4xi32>) {
      %y = acc.conv %x, %w params %p strides [2, 2] dilations [1, 1] pads [1, 1, 1, 1] groups 2 mode requantize
          clamp [0.0, 127.0] {ifmap_zero_point = -3 : i32}
          : (tensor<1x4x8x8xi8>, tensor<8x2x3x3xi8>, tensor<8x4xi32>) -> tensor<1x8x4x4xi8>
      return
    }
    ```
  }]);
  let arguments = !con((ins Acc_Tensor:$ifmap, Acc_Tensor:$weight, Optional<Acc_Tensor>:$param,
    Optional<Acc_Tensor>:$table, DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$dilations,
    DenseI64ArrayAttr:$pads, DefaultValuedAttr<I64Attr, "1">:$group), outputPath);
  let assemblyFormat = [{
    $ifmap `,` $weight (`params` $param^)? (`table` $table^)? `strides` $strides `dilations` $dilations `pads` $pads
    (`groups` $group^)? `mode` $mode custom<Clamp>($clamp_low, $clamp_high) (`edge` $edge^)? attr-dict `:`
    functional-type(operands, $result)
  }];
}

def Acc_MatmulOp : Acc_ArrayTileOp<"matmul"> {
  let summary = "matrix products on the array";
  let description = !strconcat([{
    ifmap [G, Q, C] (or [G, C, Q] with `transpose_ifmap`), weight [G, C, M] (or [G, M, C] with `transpose_weight`),
    result [G, Q, M].}], Acc_OutputPathText, [{

    Example:
    ```mlir
    func.func @main(%x: tensor<1x1x2048xi8>, %w: tensor<1x1000x2048xi8>) {
      %y = acc.matmul %x, %w mode requantize {transpose_weight = true}
          : (tensor<1x1x2048xi8>, tensor<1x1000x2048xi8>) -> tensor<1x1x1000xi8>
      return
    }
    ```
  }]);
  let arguments = !con((ins Acc_Tensor:$ifmap, Acc_Tensor:$weight, Optional<Acc_Tensor>:$param,
    Optional<Acc_Tensor>:$table, DefaultValuedAttr<BoolAttr, "false">:$transpose_ifmap,
    DefaultValuedAttr<BoolAttr, "false">:$transpose_weight), outputPath);
  let assemblyFormat = [{
    $ifmap `,` $weight (`params` $param^)? (`table` $table^)? `mode` $mode custom<Clamp>($clamp_low, $clamp_high)
    (`edge` $edge^)? attr-dict `:` functional-type(operands, $result)
  }];
}

def Acc_MapOp : Acc_TileOp<"map", [SingleBlock]> {
  let summary = "a lane program over every element, with NumPy broadcasting";
  let description = [{
    The region is the lane program: one argument an input (i32 for integers up to 32 bits, i64, or f32), scalar `arith`
    and `math` ops and `acc.lane_table`, and the value to store; storing into an integer type saturates.

    Example:
    ```mlir
    func.func @main(%a: tensor<1x8xf32>, %b: tensor<8xf32>) {
      %c = acc.map %a, %b : (tensor<1x8xf32>, tensor<8xf32>) -> tensor<1x8xf32> {
      ^bb0(%x: f32, %y: f32):
        %s = arith.addf %x, %y : f32
        acc.yield %s : f32
      }
      return
    }
    ```
  }];
  let arguments = (ins Variadic<Acc_Tensor>:$inputs);
  let results = (outs Acc_Tensor:$result);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$inputs attr-dict `:` functional-type($inputs, $result) $body";
  let extraClassDeclaration = [{
    /// Whether the operand is the table of an acc.lane_table inside.
    bool isTableOperand(unsigned operand);
  }];
}

def Acc_ReduceOp : Acc_TileOp<"reduce", [SingleBlock]> {
  let summary = "reduces dimensions of one tensor";
  let description = [{
    `program` maps each element, `combine` joins them in an accumulator of the program's result type, `finish` (value,
    i32 count of elements) gives the element stored. The reduced dimensions stay in the result with size 1.

    Example:
    ```mlir
    func.func @main(%a: tensor<1x8x7x7xf32>) {
      %m = acc.reduce %a axes [2, 3] add : tensor<1x8x7x7xf32> -> tensor<1x8x1x1xf32> program {
      ^bb0(%x: f32):
        acc.yield %x : f32
      } finish {
      ^bb0(%sum: f32, %count: i32):
        %n = arith.sitofp %count : i32 to f32
        %mean = arith.divf %sum, %n : f32
        acc.yield %mean : f32
      }
      return
    }
    ```
  }];
  let arguments = (ins Acc_Tensor:$input, DenseI64ArrayAttr:$axes, Acc_CombineAttr:$combine);
  let results = (outs Acc_Tensor:$result);
  let regions = (region SizedRegion<1>:$program, SizedRegion<1>:$finish);
  let assemblyFormat = [{
    $input `axes` $axes $combine attr-dict `:` type($input) `->` type($result) `program` $program `finish` $finish
  }];
}

def Acc_WindowOp : Acc_TileOp<"window", [SingleBlock]> {
  let summary = "slides a window over dimensions of one tensor and combines what it covers";
  let description = [{
    Pooling, and the sums over channels of a local response normalization. Output dimension `dims[k]` slides a window
    of `sizes[k]` elements with `strides[k]` and `dilations[k]`, beginning `pads_low[k]` before the input. An element
    counts when its coordinate lies in [count_low, count_high). Regions as in `acc.reduce`.

    Example:
    ```mlir
    func.func @main(%a: tensor<1x8x8x8xi8>) {
      %p = acc.window %a dims [2, 3] sizes [2, 2] strides [2, 2] dilations [1, 1] pads [0, 0] count [0, 0] to [8, 8] max
          : tensor<1x8x8x8xi8> -> tensor<1x8x4x4xi8> program {
      ^bb0(%x: i32):
        acc.yield %x : i32
      } finish {
      ^bb0(%largest: i32, %count: i32):
        acc.yield %largest : i32
      }
      return
    }
    ```
  }];
  let arguments = (ins Acc_Tensor:$input, DenseI64ArrayAttr:$dims, DenseI64ArrayAttr:$sizes,
    DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$dilations, DenseI64ArrayAttr:$pads_low,
    DenseI64ArrayAttr:$count_low, DenseI64ArrayAttr:$count_high, Acc_CombineAttr:$combine,
    OptionalAttr<Acc_EdgeAttr>:$edge);
  let results = (outs Acc_Tensor:$result);
  let regions = (region SizedRegion<1>:$program, SizedRegion<1>:$finish);
  let assemblyFormat = [{
    $input `dims` $dims `sizes` $sizes `strides` $strides `dilations` $dilations `pads` $pads_low `count` $count_low
    `to` $count_high $combine (`edge` $edge^)? attr-dict `:` type($input) `->` type($result) `program` $program `finish`
    $finish
  }];
}

def Acc_MoveOp : Acc_TileOp<"move"> {
  let summary = "moves elements: transpose, slice, broadcast, padding";
  let description = [{
    Input dimension d is read at `offsets[d] + steps[d] · (index in result dimension dims[d])`; `dims[d]` is −1 where
    the position is the offset alone. Result dimensions that no input dimension names are broadcast. What falls outside
    the input is `fill` (the raw bits of an element).

    Example: a transpose, and a padding by 7 before each row.
    ```mlir
    func.func @main(%a: tensor<4x8xi8>) {
      %t = acc.move %a dims [1, 0] offsets [0, 0] steps [1, 1] fill 0 : tensor<4x8xi8> -> tensor<8x4xi8>
      %p = acc.move %a dims [0, 1] offsets [0, -2] steps [1, 1] fill 7 : tensor<4x8xi8> -> tensor<4x10xi8>
      return
    }
    ```
  }];
  let arguments = (ins Acc_Tensor:$input, DenseI64ArrayAttr:$dims, DenseI64ArrayAttr:$offsets,
    DenseI64ArrayAttr:$steps, I64Attr:$fill);
  let results = (outs Acc_Tensor:$result);
  let assemblyFormat = [{
    $input `dims` $dims `offsets` $offsets `steps` $steps `fill` $fill attr-dict `:` type($input) `->` type($result)
  }];
}

def Acc_GatherOp : Acc_TileOp<"gather"> {
  let summary = "picks positions along one dimension by an index table";
  let description = [{
    result[…, j, …] = input[…, indices[j], …] along `axis`; `indices` is a tensor of i32 that fits on chip.

    Example:
    ```mlir
    func.func @main(%a: tensor<1x8x5x5xi8>, %i: tensor<9xi32>) {
      %g = acc.gather %a, %i axis 2 : (tensor<1x8x5x5xi8>, tensor<9xi32>) -> tensor<1x8x9x5xi8>
      return
    }
    ```
  }];
  let arguments = (ins Acc_Tensor:$input, Acc_Tensor:$indices, I64Attr:$axis);
  let results = (outs Acc_Tensor:$result);
  let assemblyFormat = "$input `,` $indices `axis` $axis attr-dict `:` functional-type(operands, $result)";
}

def Acc_LaneTableOp : Acc_Op<"lane_table", [Pure]> {
  let summary = "looks an 8-bit value up in a table of 256 entries (inside a lane program)";
  let description = [{
    `table` is the number of the op's input that is the table; the index is the value's low eight bits.

    Example:
    ```mlir
    func.func @main(%a: tensor<4xi8>, %t: tensor<256xi8>) {
      %y = acc.map %a, %t : (tensor<4xi8>, tensor<256xi8>) -> tensor<4xi8> {
      ^bb0(%x: i32, %unused: i32):
        %r = acc.lane_table %x in 1 : i32
        acc.yield %r : i32
      }
      return
    }
    ```
  }];
  let arguments = (ins I32:$index, I64Attr:$table);
  let results = (outs AnyTypeOf<[I32, F32]>:$result);
  let assemblyFormat = "$index `in` $table attr-dict `:` type($result)";
}

#endif

#ifndef DNNC_ACC_TASKS
#define DNNC_ACC_TASKS

include "dialects/Acc/AccDialect.td"
include "dialects/Acc/AccTiles.td"

def Acc_Buffer : Type<CPred<"::llvm::isa<::dnnc::acc::BufferType>($_self)">, "a ring of tiles on chip">;

def Acc_TensorOp : Acc_Op<"tensor"> {
  let summary = "a tensor's place in DRAM";
  let description = [{
    Declares a tensor of the program. `address` is in bytes from the start of the activations, or of the constants for
    a constant, and is decided by `place-tensors`. `storage` says how a compressed one stands there. `of`, `offset` and `strides` (in elements) make it a view of another
    tensor, as reshapes and the operands of a concatenation are.

    Example: an input, and its rows 4 and 5.
    ```mlir
    func.func @main() {
      %x = acc.tensor input "data_0" {address = 0 : i64} -> tensor<8x16xi8>
      %v = acc.tensor intermediate "rows" of %x : tensor<8x16xi8> {offset = 64 : i64, strides = array<i64: 16, 1>}
          -> tensor<2x16xi8>
      return
    }
    ```
  }];
  let arguments = (ins Acc_TensorKindAttr:$kind, StrAttr:$name, Optional<Acc_Tensor>:$of,
    DefaultValuedOptionalAttr<I64Attr, "0">:$offset, OptionalAttr<DenseI64ArrayAttr>:$strides,
    OptionalAttr<ElementsAttr>:$value, OptionalAttr<Acc_StorageAttr>:$storage, OptionalAttr<I64Attr>:$address);
  let results = (outs Acc_Tensor:$result);
  let assemblyFormat = [{
    $kind $name (`of` $of^ `:` type($of))? attr-dict `->` type($result)
  }];
  let extraClassDeclaration = [{
    /// The tensor that is no view, of which this one is a part (or itself).
    TensorOp getRoot();
    /// Strides in elements of the root: as given, or row-major.
    ::llvm::SmallVector<int64_t> getElementStrides();
    /// Whether the elements lie side by side, in row-major order.
    bool isRowMajor();
    /// Bytes in DRAM of a tensor that is no view: of its elements, or of worst-case slots of its segments.
    int64_t getStoredBytes();
  }];
  let hasVerifier = 1;
}

def Acc_BufferOp : Acc_Op<"buffer", [HasParent<"NestOp">]> {
  let summary = "room for a ring of tiles in an on-chip memory";
  let description = [{
    `memory` (an index into the target's memories) and `address` are decided by `allocate-buffers`.

    A buffer with `stream` bypasses the memories: the load queue streams each tile through a bounded FIFO to the array,
    which consumes it.

    Example:
    ```mlir
    func.func @main() {
      acc.nest node 0 "conv" from [] {
        %b = acc.buffer {memory = 0 : i64, address = 4096 : i64} : !acc.buffer<1x64x16x58xi8, ifmap, slots = 2>
        %w = acc.buffer {memory = 2 : i64, address = 0 : i64, stream} : !acc.buffer<16x64x3x3xi8, weight, slots = 2>
      }
      return
    }
    ```
  }];
  let arguments = (ins OptionalAttr<I64Attr>:$memory, OptionalAttr<I64Attr>:$address, UnitAttr:$stream);
  let results = (outs Acc_Buffer:$result);
  let assemblyFormat = "attr-dict `:` type($result)";
}

def Acc_TokenOp : Acc_Op<"token"> {
  let summary = "a counter that tasks wait for and signal";
  let description = [{
    Waiting takes one unit, signalling adds one; one queue waits and one signals. Tokens are numbered from 0.

    Example:
    ```mlir
    func.func @main() {
      acc.token 0 "ifmap full" initial 0 maximum 2
      return
    }
    ```
  }];
  let arguments = (ins I64Attr:$number, StrAttr:$name, I64Attr:$initial, I64Attr:$maximum);
  let assemblyFormat = "$number $name `initial` $initial `maximum` $maximum attr-dict";
  let hasVerifier = 1;
}

def Acc_NestOp : Acc_Op<"nest", [SingleBlock, NoTerminator]> {
  let summary = "the tasks of one group";
  let description = [{
    Buffers, then loops and tasks in the order of their data flow. Tasks of different queues overlap as far as tokens
    allow.

    Example:
    ```mlir
    func.func @main() {
      acc.nest node 3 "conv" from ["conv1", "relu1"] attributes {macs = 1024 : i64} {
        acc.for 4 {
          acc.sync load
        }
      }
      return
    }
    ```
  }];
  let arguments = (ins I64Attr:$node, StrAttr:$kind, StrArrayAttr:$onnx, DefaultValuedOptionalAttr<I64Attr, "0">:$macs);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "`node` $node $kind `from` $onnx attr-dict-with-keyword $body";
  let hasVerifier = 1;
}

def Acc_ForOp : Acc_Op<"for", [SingleBlock, NoTerminator, ParentOneOf<["NestOp", "ForOp"]>]> {
  let summary = "a rolled loop over tiles";
  let description = [{
    The index runs from 0 to count − 1. Affine maps of the tasks inside name it by its depth: d0 is the outermost loop.

    Example: see `acc.load`.
  }];
  let arguments = (ins I64Attr:$count);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$count attr-dict-with-keyword $body";
  let hasVerifier = 1;
}

class Acc_TaskOp<string mnemonic, list<Trait> traits = []>
    : Acc_Op<mnemonic, traits # [DeclareOpInterfaceMethods<Acc_TaskOpInterface>, ParentOneOf<["NestOp", "ForOp"]>]> {
  dag tokens = (ins DefaultValuedOptionalAttr<DenseI64ArrayAttr, "{}">:$wait,
    DefaultValuedOptionalAttr<DenseI64ArrayAttr, "{}">:$signal);
  let hasVerifier = 1;
}

defvar Acc_TokenText = [{
    The task waits for one unit of each token of `wait` before it begins, and adds one to each of `signal` when it is
    complete.}];

def Acc_SyncOp : Acc_TaskOp<"sync"> {
  let summary = "waits for and signals tokens, once everything before it in its queue is done";
  let description = !strconcat(Acc_TokenText, [{

    Example:
    ```mlir
    func.func @main() {
      acc.nest node 0 "conv" from [] {
        acc.sync load wait [2] signal [3, 4]
      }
      return
    }
    ```
  }]);
  let arguments = !con((ins Acc_QueueAttr:$queue), tokens);
  let assemblyFormat = "$queue (`wait` $wait^)? (`signal` $signal^)? attr-dict";
}

defvar Acc_SlotText = !strconcat([{
    `slots` names for each buffer operand the running number of the tile, an affine map over the enclosing loops.}],
  Acc_TokenText);

def Acc_LoadOp : Acc_TaskOp<"load"> {
  let summary = "a tile from DRAM into a buffer";
  let description = !strconcat([{
    The tile has the buffer's shape and begins at `offsets` (one result a tensor dimension, over the enclosing loops).
    Elements outside the tensor are not moved, or, with `fill` (raw bits), filled. With compressed storage a tile is one
    segment.
  }], Acc_SlotText, [{

    Example:
    ```mlir
    func.func @main() {
      %x = acc.tensor input "x" -> tensor<1x64x56x56xi8>
      acc.nest node 0 "conv" from [] {
        %b = acc.buffer : !acc.buffer<1x64x16x58xi8, ifmap, slots = 2>
        acc.for 4 {
          acc.load %x, %b offsets affine_map<(d0) -> (0, 0, d0 * 14 - 1, -1)> slots [affine_map<(d0) -> (d0)>]
              wait [1] signal [0] {fill = 0 : i64} : tensor<1x64x56x56xi8>, !acc.buffer<1x64x16x58xi8, ifmap, slots = 2>
        }
      }
      return
    }
    ```
  }]);
  let arguments = !con((ins Acc_Tensor:$tensor, Acc_Buffer:$buffer, AffineMapAttr:$offsets, AffineMapArrayAttr:$slots,
    OptionalAttr<I64Attr>:$fill), tokens);
  let assemblyFormat = [{
    $tensor `,` $buffer `offsets` $offsets `slots` $slots (`wait` $wait^)? (`signal` $signal^)? attr-dict `:`
    type($tensor) `,` type($buffer)
  }];
}

def Acc_StoreOp : Acc_TaskOp<"store"> {
  let summary = "a tile from a buffer into DRAM";
  let description = !strconcat([{
    As `acc.load`, the other way; elements outside the tensor are not moved.
  }], Acc_SlotText, [{

    Example:
    ```mlir
    func.func @main() {
      %y = acc.tensor output "y" -> tensor<1x64x56x56xi8>
      acc.nest node 0 "conv" from [] {
        %b = acc.buffer : !acc.buffer<1x64x14x56xi8, ofmap, slots = 2>
        acc.for 4 {
          acc.store %b, %y offsets affine_map<(d0) -> (0, 0, d0 * 14, 0)> slots [affine_map<(d0) -> (d0)>] wait [2] signal [3]
              : !acc.buffer<1x64x14x56xi8, ofmap, slots = 2>, tensor<1x64x56x56xi8>
        }
      }
      return
    }
    ```
  }]);
  let arguments = !con((ins Acc_Buffer:$buffer, Acc_Tensor:$tensor, AffineMapAttr:$offsets, AffineMapArrayAttr:$slots), tokens);
  let assemblyFormat = [{
    $buffer `,` $tensor `offsets` $offsets `slots` $slots (`wait` $wait^)? (`signal` $signal^)? attr-dict `:`
    type($buffer) `,` type($tensor)
  }];
}

def Acc_ArrayOp : Acc_TaskOp<"array", [AttrSizedOperandSegments]> {
  let summary = "one tile of a convolution or matrix product on the PE array";
  let description = !strconcat([{
    Dimensions are N, G, M, C, P, Q, R, S (M and C per group). `extents` is the tile, `offsets` its place in the whole
    layer (`bounds`), over the enclosing loops. `origin` is the ifmap coordinate (row, column) of output (0, 0) and
    filter element (0, 0) of the tile; coordinates outside `ifmap_size` contribute zero. Strides are in elements of the
    buffers: ifmap N, G, C, H, W (the element of the origin lies at `ifmap_offset`, perhaps outside); weight G, M, C, R, S;
    output and psum N, G, M, P, Q. With `displaced` the results of a filter go to the channel that its record names, as
    `acc.conv` says; then psums have a buffer of their own. The accumulator starts at the bias where the offsets of C, R and S are zero, else at
    the psum buffer's value; it goes through the output path where they reach their bounds, else to the psum buffer.
  }], Acc_SlotText, [{

    Example:
    ```mlir
    func.func @main() {
      acc.nest node 0 "conv" from [] {
        %i = acc.buffer : !acc.buffer<1x4x6x8xi8, ifmap, slots = 2>
        %w = acc.buffer : !acc.buffer<8x4x3x3xi8, weight, slots = 1>
        %p = acc.buffer : !acc.buffer<8x4xi32, param, slots = 1>
        %o = acc.buffer : !acc.buffer<1x8x4x8xi8, ofmap, slots = 2>
        acc.for 2 {
          acc.array ifmap %i weight %w param %p output %o
              slots [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (0)>, affine_map<(d0) -> (0)>, affine_map<(d0) -> (d0)>]
              mode requantize clamp [0.0, 127.0] wait [0, 3] signal [1, 2] {
            extents = array<i64: 1, 1, 8, 4, 4, 8, 3, 3>, bounds = array<i64: 1, 1, 8, 4, 8, 8, 3, 3>,
            offsets = affine_map<(d0) -> (0, 0, 0, 0, d0 * 4, 0, 0, 0)>, origin = affine_map<(d0) -> (d0 * 4 - 1, -1)>,
            ifmap_offset = -1 : i64, ifmap_size = array<i64: 8, 8>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
            ifmap_strides = array<i64: 192, 192, 48, 8, 1>, weight_strides = array<i64: 288, 36, 9, 3, 1>,
            psum_strides = array<i64: 256, 256, 32, 8, 1>, output_strides = array<i64: 256, 256, 32, 8, 1>,
            mapping = #acc.mapping<os, passes = [], cluster_rows = [M = 8], cluster_columns = [P = 4], pe_rows = [C = 2],
              pe_columns = [Q = 4], macs = [Q = 2], spad = [C = 2, R = 3, S = 3]>}
              : (!acc.buffer<1x4x6x8xi8, ifmap, slots = 2>, !acc.buffer<8x4x3x3xi8, weight, slots = 1>,
                 !acc.buffer<8x4xi32, param, slots = 1>, !acc.buffer<1x8x4x8xi8, ofmap, slots = 2>) -> ()
        }
      }
      return
    }
    ```
  }]);
  let arguments = !con((ins Acc_Buffer:$ifmap, Acc_Buffer:$weight, Optional<Acc_Buffer>:$param, Optional<Acc_Buffer>:$table,
    Optional<Acc_Buffer>:$psum, Acc_Buffer:$output, AffineMapArrayAttr:$slots,
    DenseI64ArrayAttr:$extents, AffineMapAttr:$offsets, DenseI64ArrayAttr:$bounds, AffineMapAttr:$origin, I64Attr:$ifmap_offset,
    DenseI64ArrayAttr:$ifmap_size, DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$dilations,
    DenseI64ArrayAttr:$ifmap_strides, DenseI64ArrayAttr:$weight_strides, DenseI64ArrayAttr:$psum_strides,
    DenseI64ArrayAttr:$output_strides, DefaultValuedAttr<I32Attr, "0">:$ifmap_zero_point,
    DefaultValuedAttr<I32Attr, "0">:$output_zero_point, Acc_OutputModeAttr:$mode,
    DefaultValuedAttr<F32Attr, "1.0f">:$output_scale, F64Attr:$clamp_low, F64Attr:$clamp_high,
    Acc_MappingAttr:$mapping, UnitAttr:$displaced), tokens);
  let assemblyFormat = [{
    `ifmap` $ifmap `weight` $weight (`param` $param^)? (`table` $table^)? (`psum` $psum^)? `output` $output
    `slots` $slots `mode` $mode custom<Clamp>($clamp_low, $clamp_high) (`wait` $wait^)? (`signal` $signal^)? attr-dict `:`
    functional-type(operands, results)
  }];
}

class Acc_VectorTask<string mnemonic, list<Trait> traits = []> : Acc_TaskOp<mnemonic, traits> {
  dag place = (ins Variadic<Acc_Buffer>:$inputs, Acc_Buffer:$output, AffineMapArrayAttr:$slots,
    DenseI64ArrayAttr:$extents, AffineMapAttr:$offsets, DenseI64ArrayAttr:$bounds,
    DenseI64ArrayAttr:$input_strides, DenseI64ArrayAttr:$output_strides);
}

defvar Acc_VectorText = [{
    The iteration space is `extents`, clipped at `bounds` from `offsets`; `input_strides` has a row of strides (in
    elements) for each input, zero where an input is broadcast.}];

def Acc_VectorMapOp : Acc_VectorTask<"vector_map", [SingleBlock]> {
  let summary = "a lane program over every element of a tile";
  let description = !strconcat(Acc_VectorText, Acc_SlotText, [{

    Example:
    ```mlir
    func.func @main() {
      acc.nest node 0 "add" from [] {
        %a = acc.buffer : !acc.buffer<4x8xf32, vector, slots = 1>
        %b = acc.buffer : !acc.buffer<8xf32, vector, slots = 1>
        %c = acc.buffer : !acc.buffer<4x8xf32, vector, slots = 1>
        acc.vector_map %a, %b into %c slots [affine_map<() -> (0)>, affine_map<() -> (0)>, affine_map<() -> (0)>] wait [0] {
          extents = array<i64: 4, 8>, offsets = affine_map<() -> (0, 0)>, bounds = array<i64: 4, 8>,
          input_strides = array<i64: 8, 1, 0, 1>, output_strides = array<i64: 8, 1>}
            : (!acc.buffer<4x8xf32, vector, slots = 1>, !acc.buffer<8xf32, vector, slots = 1>,
               !acc.buffer<4x8xf32, vector, slots = 1>) -> () {
        ^bb0(%x: f32, %y: f32):
          %s = arith.addf %x, %y : f32
          acc.yield %s : f32
        }
      }
      return
    }
    ```
  }]);
  let arguments = !con(place, tokens);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $inputs `into` $output `slots` $slots (`wait` $wait^)? (`signal` $signal^)? attr-dict `:`
    functional-type(operands, results) $body
  }];
}

def Acc_VectorReduceOp : Acc_VectorTask<"vector_reduce", [SingleBlock]> {
  let summary = "reduces the trailing dimensions of a tile";
  let description = !strconcat(Acc_VectorText, [{
    The last `reduced` dimensions are combined. Where the tile is not the whole reduction the second input buffer is
    the accumulator, kept between tiles.}], Acc_SlotText, [{

    Example:
    ```mlir
    func.func @main() {
      acc.nest node 0 "reduce" from [] {
        %a = acc.buffer : !acc.buffer<4x8xf32, vector, slots = 1>
        %c = acc.buffer : !acc.buffer<4x1xf32, vector, slots = 1>
        acc.vector_reduce %a into %c slots [affine_map<() -> (0)>, affine_map<() -> (0)>] add signal [0] {
          extents = array<i64: 4, 8>, offsets = affine_map<() -> (0, 0)>, bounds = array<i64: 4, 8>, reduced = 1 : i64,
          input_strides = array<i64: 8, 1>, output_strides = array<i64: 1>}
            : (!acc.buffer<4x8xf32, vector, slots = 1>, !acc.buffer<4x1xf32, vector, slots = 1>) -> () program {
        ^bb0(%x: f32):
          acc.yield %x : f32
        } finish {
        ^bb0(%sum: f32, %count: i32):
          acc.yield %sum : f32
        }
      }
      return
    }
    ```
  }]);
  let arguments = !con(place, (ins I64Attr:$reduced, Acc_CombineAttr:$combine), tokens);
  let regions = (region SizedRegion<1>:$program, SizedRegion<1>:$finish);
  let assemblyFormat = [{
    $inputs `into` $output `slots` $slots $combine (`wait` $wait^)? (`signal` $signal^)? attr-dict `:`
    functional-type(operands, results) `program` $program `finish` $finish
  }];
}

def Acc_VectorWindowOp : Acc_VectorTask<"vector_window", [SingleBlock]> {
  let summary = "slides a window over a tile";
  let description = !strconcat(Acc_VectorText, [{
    `origins` is the input coordinate of window element 0 at the tile's output 0, one result a slid dimension; that
    element lies at `input_offset` (in elements) of the input's slot, perhaps outside.
  }], Acc_SlotText, [{

    Example:
    ```mlir
    func.func @main() {
      acc.nest node 0 "max_pool" from [] {
        %a = acc.buffer : !acc.buffer<2x8xi8, vector, slots = 1>
        %c = acc.buffer : !acc.buffer<2x8xi8, vector, slots = 1>
        acc.vector_window %a into %c slots [affine_map<() -> (0)>, affine_map<() -> (0)>] max {
          extents = array<i64: 2, 8>, offsets = affine_map<() -> (0, 0)>, bounds = array<i64: 2, 8>,
          input_strides = array<i64: 8, 1>, output_strides = array<i64: 8, 1>, dims = array<i64: 1>, sizes = array<i64: 3>,
          strides = array<i64: 1>, dilations = array<i64: 1>, origins = affine_map<() -> (-1)>, input_offset = -1 : i64,
          input_bounds = array<i64: 8>, count_low = array<i64: 0>, count_high = array<i64: 8>}
            : (!acc.buffer<2x8xi8, vector, slots = 1>, !acc.buffer<2x8xi8, vector, slots = 1>) -> () program {
        ^bb0(%x: i32):
          acc.yield %x : i32
        } finish {
        ^bb0(%largest: i32, %count: i32):
          acc.yield %largest : i32
        }
      }
      return
    }
    ```
  }]);
  let arguments = !con(place, (ins DenseI64ArrayAttr:$dims, DenseI64ArrayAttr:$sizes, DenseI64ArrayAttr:$strides,
    DenseI64ArrayAttr:$dilations, AffineMapAttr:$origins, I64Attr:$input_offset, DenseI64ArrayAttr:$input_bounds,
    DenseI64ArrayAttr:$count_low, DenseI64ArrayAttr:$count_high, Acc_CombineAttr:$combine), tokens);
  let regions = (region SizedRegion<1>:$program, SizedRegion<1>:$finish);
  let assemblyFormat = [{
    $inputs `into` $output `slots` $slots $combine (`wait` $wait^)? (`signal` $signal^)? attr-dict `:`
    functional-type(operands, results) `program` $program `finish` $finish
  }];
}

def Acc_VectorPermuteOp : Acc_VectorTask<"vector_permute"> {
  let summary = "moves the elements of a tile";
  let description = !strconcat(Acc_VectorText, [{
    `input_offset` (in elements) is where the first element of the tile lies in the input's slot: with negative
    strides it is not the slot's start.}], Acc_SlotText, [{

    Example: a transpose.
    ```mlir
    func.func @main() {
      acc.nest node 0 "transpose" from [] {
        %a = acc.buffer : !acc.buffer<4x8xi8, vector, slots = 1>
        %c = acc.buffer : !acc.buffer<8x4xi8, vector, slots = 1>
        acc.vector_permute %a into %c slots [affine_map<() -> (0)>, affine_map<() -> (0)>] {
          extents = array<i64: 8, 4>, offsets = affine_map<() -> (0, 0)>, bounds = array<i64: 8, 4>,
          input_strides = array<i64: 1, 8>, output_strides = array<i64: 4, 1>}
            : (!acc.buffer<4x8xi8, vector, slots = 1>, !acc.buffer<8x4xi8, vector, slots = 1>) -> ()
      }
      return
    }
    ```
  }]);
  let arguments = !con(place, (ins DefaultValuedOptionalAttr<I64Attr, "0">:$input_offset), tokens);
  let assemblyFormat = [{
    $inputs `into` $output `slots` $slots (`wait` $wait^)? (`signal` $signal^)? attr-dict `:`
    functional-type(operands, results)
  }];
}

def Acc_VectorGatherOp : Acc_VectorTask<"vector_gather"> {
  let summary = "picks positions along one dimension of a tile by a table of indices";
  let description = !strconcat(Acc_VectorText, [{
    The second input is the index table. Position along `axis` is the index.}], Acc_SlotText, [{

    Example:
    ```mlir
    func.func @main() {
      acc.nest node 0 "gather" from [] {
        %a = acc.buffer : !acc.buffer<4x8xi8, vector, slots = 1>
        %i = acc.buffer : !acc.buffer<3xi32, vector, slots = 1>
        %c = acc.buffer : !acc.buffer<4x3xi8, vector, slots = 1>
        acc.vector_gather %a, %i into %c slots [affine_map<() -> (0)>, affine_map<() -> (0)>, affine_map<() -> (0)>] {
          extents = array<i64: 4, 3>, offsets = affine_map<() -> (0, 0)>, bounds = array<i64: 4, 3>, axis = 1 : i64,
          input_strides = array<i64: 8, 1, 0, 1>, output_strides = array<i64: 3, 1>}
            : (!acc.buffer<4x8xi8, vector, slots = 1>, !acc.buffer<3xi32, vector, slots = 1>,
               !acc.buffer<4x3xi8, vector, slots = 1>) -> ()
      }
      return
    }
    ```
  }]);
  let arguments = !con(place, (ins I64Attr:$axis), tokens);
  let assemblyFormat = [{
    $inputs `into` $output `slots` $slots (`wait` $wait^)? (`signal` $signal^)? attr-dict `:`
    functional-type(operands, results)
  }];
}

#endif

#ifndef DNNC_ACC_DIALECT
#define DNNC_ACC_DIALECT

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpBase.td"

def Acc_Dialect : Dialect {
  let name = "acc";
  let cppNamespace = "::dnnc::acc";
  let summary = "Tiles, dataflow, storage and concurrency on the accelerator";
  let description = [{
    `acc` says where each tile lives, which dataflow computes it, how it is stored and moved, and what may overlap.
    It has two stages, each with its own verifier:

    - *tiles* (SSA on tensors): an `acc.group` computes its result tile by tile; the ops inside say what a tile is,
      and the region of each input that an output tile needs follows from the op's access (`TileOpInterface`), so the
      tiles of producers inside a group are inferred backwards.
    - *tasks* (buffers): one loop nest a group, with DMA transfers, array passes and vector work over typed buffers;
      tokens order the four queues; loops stay rolled and every offset is an affine function of the enclosing loops,
      dimension 0 being the outermost.

    Bit fields cannot be said here: they are the `isa` dialect's.
  }];
  let useDefaultAttributePrinterParser = 1;
  let useDefaultTypePrinterParser = 1;
  let hasOperationAttrVerify = 1;
  let hasRegionArgAttrVerify = 1;
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
                           "::mlir::quant::QuantDialect"];
}

class Acc_Attr<string name, string attrMnemonic> : AttrDef<Acc_Dialect, name> {
  let mnemonic = attrMnemonic;
}

def Acc_Dataflow : I32EnumAttr<"Dataflow", "the dataflow of a mapping", [
  I32EnumAttrCase<"rs", 0>, I32EnumAttrCase<"ws", 1>, I32EnumAttrCase<"os", 2>, I32EnumAttrCase<"is", 3>,
  I32EnumAttrCase<"nlr", 4>, I32EnumAttrCase<"mixed", 5>]> {
  let cppNamespace = "::dnnc::acc";
  let genSpecializedAttr = 0;
}

def Acc_Edge : I32EnumAttr<"Edge", "how a tile's halo inside a group is obtained", [I32EnumAttrCase<"recompute", 0>]> {
  let cppNamespace = "::dnnc::acc";
  let genSpecializedAttr = 0;
}

def Acc_Combine : I32EnumAttr<"Combine", "how elements are combined", [
  I32EnumAttrCase<"add", 0>, I32EnumAttrCase<"mul", 1>, I32EnumAttrCase<"max", 2>, I32EnumAttrCase<"min", 3>]> {
  let cppNamespace = "::dnnc::acc";
  let genSpecializedAttr = 0;
}

def Acc_Format : I32EnumAttr<"Format", "compression format", [
  I32EnumAttrCase<"raw", 0>, I32EnumAttrCase<"bitmask", 1>, I32EnumAttrCase<"rlc", 2>, I32EnumAttrCase<"csc", 3>,
  I32EnumAttrCase<"nm", 4>]> {
  let cppNamespace = "::dnnc::acc";
  let genSpecializedAttr = 0;
}

def Acc_OutputMode : I32EnumAttr<"OutputMode", "what the array's output path does with an accumulator", [
  I32EnumAttrCase<"floating", 0, "float">, I32EnumAttrCase<"requantize", 1>, I32EnumAttrCase<"dequantize", 2>,
  I32EnumAttrCase<"dequantize_quantize", 3>]> {
  let cppNamespace = "::dnnc::acc";
  let genSpecializedAttr = 0;
}

def Acc_Role : I32EnumAttr<"Role", "what a buffer holds, which decides the memories it may live in", [
  I32EnumAttrCase<"ifmap", 0>, I32EnumAttrCase<"weight", 1>, I32EnumAttrCase<"param", 2>, I32EnumAttrCase<"psum", 3>,
  I32EnumAttrCase<"ofmap", 4>, I32EnumAttrCase<"vector", 5>]> {
  let cppNamespace = "::dnnc::acc";
  let genSpecializedAttr = 0;
}

def Acc_TensorKind : I32EnumAttr<"TensorKind", "what a tensor in DRAM is", [
  I32EnumAttrCase<"input", 0>, I32EnumAttrCase<"output", 1>, I32EnumAttrCase<"observed", 2>,
  I32EnumAttrCase<"constant", 3>, I32EnumAttrCase<"intermediate", 4>]> {
  let cppNamespace = "::dnnc::acc";
  let genSpecializedAttr = 0;
}

def Acc_Queue : I32EnumAttr<"Queue", "the queue that runs a task", [
  I32EnumAttrCase<"load", 0>, I32EnumAttrCase<"array", 1>, I32EnumAttrCase<"vector", 2>, I32EnumAttrCase<"store", 3>]> {
  let cppNamespace = "::dnnc::acc";
  let genSpecializedAttr = 0;
}

def Acc_DensityOrigin : I32EnumAttr<"DensityOrigin", "where a density comes from", [
  I32EnumAttrCase<"calibration", 0>, I32EnumAttrCase<"synthetic", 1>]> {
  let cppNamespace = "::dnnc::acc";
  let genSpecializedAttr = 0;
}

def Acc_EdgeAttr : EnumAttr<Acc_Dialect, Acc_Edge, "edge">;
def Acc_CombineAttr : EnumAttr<Acc_Dialect, Acc_Combine, "combine">;
def Acc_OutputModeAttr : EnumAttr<Acc_Dialect, Acc_OutputMode, "mode">;
def Acc_TensorKindAttr : EnumAttr<Acc_Dialect, Acc_TensorKind, "kind">;
def Acc_QueueAttr : EnumAttr<Acc_Dialect, Acc_Queue, "queue">;

def Acc_StorageAttr : Acc_Attr<"Storage", "storage"> {
  let summary = "how the elements of a tensor or buffer are stored";
  let description = [{
    The compression format and, for a compressed one, the segment shape: the smallest box that is fetched and decoded
    alone; the last segment of a dimension ends at the tensor. Each segment has a slot, so that its address does not
    depend on the data; what moves is the encoded size. A segment that its format does not make smaller stands raw behind
    a flag. Zero is the zero point of the element type.

    `bitmask`: a bit an element and the elements that are not zero. `rlc`: runs of zeros and levels, of 16 bits. `csc`:
    columns of `column` elements of 8 bits, each a list of values and the zeros before them. `nm`: `n` values of each `m`
    neighbors and their places. `order` lists the tensor's dimensions as the segments have them, outermost first, where
    that is not as in the shape: columns and neighbors run along the last. `slot` are the bytes of a slot, where that is
    not the worst case of a segment in units of 64 bytes: what the largest encoded segment of a constant needs. The
    segment may be left open on an `acc.group`, until `choose-storage` decides it. The bytes of each format are in the
    ISA manual at `isa.load`.

    Example:
    ```mlir
    #acc.storage<bitmask, segment = [16, 64, 3, 3]>
    ```
    ```mlir
    #acc.storage<rlc, segment = [1, 4, 2, 15]>
    ```
    ```mlir
    #acc.storage<csc, segment = [8, 4, 3, 3], order = [1, 2, 3, 0], column = 8, slot = 192>
    ```
    ```mlir
    #acc.storage<nm, segment = [16, 64, 1, 1], order = [0, 2, 3, 1], n = 2, m = 4>
    ```
  }];
  let parameters = (ins EnumParameter<Acc_Format>:$format, OptionalArrayRefParameter<"int64_t">:$segment,
    OptionalArrayRefParameter<"int64_t">:$order, DefaultValuedParameter<"int64_t", "0">:$column,
    DefaultValuedParameter<"int64_t", "0">:$n, DefaultValuedParameter<"int64_t", "0">:$m,
    DefaultValuedParameter<"int64_t", "0">:$slot);
  let assemblyFormat = "`<` $format `` custom<StorageFields>($segment, $order, $column, $n, $m, $slot) `>`";
  let builders = [AttrBuilder<(ins "Format":$format, CArg<"llvm::ArrayRef<int64_t>", "{}">:$segment),
    "return $_get($_ctxt, format, segment, llvm::ArrayRef<int64_t>(), 0, 0, 0, 0);">];
  let genVerifyDecl = 1;
}

def Acc_DensityAttr : Acc_Attr<"Density", "density"> {
  let summary = "the share of a tensor's elements that is not zero";
  let description = [{
    What is expected of zeros, where something is known of them. `calibration`: a run of the network had that share.
    `synthetic`: it was given for a what-if, and the run draws zeros so that the tensor has it; the results are not those
    of the network then. With an `axis` each index along it has a density of its own, drawn with that mean and with
    `dispersion`, their variance over the largest that the mean allows. `seed` is what the drawing begins with.

    It stands in discardable attributes: `acc.density`, of the result of an `acc.group` or `acc.nest`, of a function's
    argument or of the `acc.tensor` that it becomes; `acc.ifmap_density` and `acc.weight_density`, of what the product of a
    group or nest reads.

    Example:
    ```mlir
    #acc.density<calibration, 0.45>
    ```
    ```mlir
    #acc.density<synthetic, 0.3, axis = 1, dispersion = 0.15, seed = 7>
    ```
  }];
  let parameters = (ins EnumParameter<Acc_DensityOrigin>:$origin, APFloatParameter<"not zero, over all">:$share,
    "int64_t":$axis, APFloatParameter<"0 to 1, of the densities along the axis">:$dispersion, "int64_t":$seed);
  let assemblyFormat = "`<` $origin `,` custom<DensityFields>($share, $axis, $dispersion, $seed) `>`";
  let builders = [AttrBuilder<(ins "DensityOrigin":$origin, "double":$share, CArg<"int64_t", "-1">:$axis,
      CArg<"double", "0">:$dispersion, CArg<"int64_t", "0">:$seed),
    "return $_get($_ctxt, origin, ::llvm::APFloat(share), axis, ::llvm::APFloat(dispersion), seed);">];
  let genVerifyDecl = 1;
  let extraClassDeclaration = "double share() const { return getShare().convertToDouble(); }";
}

def Acc_MappingAttr : Acc_Attr<"Mapping", "mapping"> {
  let summary = "how one on-chip tile of a convolution or matrix product is spread over the array";
  let description = [{
    A factor for each loop dimension (N, G, M, C, P, Q, R, S; M and C are per group) at each level of the array: the
    temporal `passes` (outermost first), the named spatial axes, and the temporal loops inside a PE (`spad`). Factors
    need not divide the dimension: edge passes are clipped. The product over all levels covers the tile. Each factor is
    at most 2^24, and so are those of a level, and those of a dimension, at most 2^40 together.

    The first word is the dataflow that the mapping was chosen as. It says what stays in the PEs while the rest goes by:
    `rs` rows of filters and ifmap, `ws` weights, `os` psums, `is` the ifmap, `nlr` no operand; `mixed` is a mapping under
    which several operands stay by turns, as suits the spads. docs/mapping.md has the constraint of each. Behind `choose-mapping` the word is for
    reports only: what runs is what the factors say.

    Example:
    ```mlir
    #acc.mapping<ws, passes = [M = 2, P = 7], cluster_rows = [M = 8], cluster_columns = [Q = 4],
      pe_rows = [C = 2], pe_columns = [C = 4], macs = [M = 2], spad = [Q = 14, R = 3, S = 3]>
    ```
  }];
  let parameters = (ins EnumParameter<Acc_Dataflow>:$dataflow,
    OptionalArrayRefParameter<"int64_t">:$passes, OptionalArrayRefParameter<"int64_t">:$clusterRows,
    OptionalArrayRefParameter<"int64_t">:$clusterColumns, OptionalArrayRefParameter<"int64_t">:$peRows,
    OptionalArrayRefParameter<"int64_t">:$peColumns, OptionalArrayRefParameter<"int64_t">:$macs,
    OptionalArrayRefParameter<"int64_t">:$spad);
  let assemblyFormat = [{
    `<` $dataflow `,` `passes` `=` custom<Factors>($passes) `,` `cluster_rows` `=` custom<Factors>($clusterRows) `,`
    `cluster_columns` `=` custom<Factors>($clusterColumns) `,` `pe_rows` `=` custom<Factors>($peRows) `,`
    `pe_columns` `=` custom<Factors>($peColumns) `,` `macs` `=` custom<Factors>($macs) `,`
    `spad` `=` custom<Factors>($spad) `>`
  }];
  let genVerifyDecl = 1;
}

def Acc_TilingAttr : Acc_Attr<"Tiling", "tiling"> {
  let summary = "the on-chip tiles of a group";
  let description = [{
    `sizes`: the tile's size in each dimension of the group's output; `order`: the output dimensions in loop order,
    outermost first; `reduction`: tile sizes of the reduced dimensions (the input channels of a convolution, the
    reduced dimensions of a reduce), looped over innermost. Edge tiles are min(tile, dim − offset).

    Example:
    ```mlir
    #acc.tiling<sizes = [1, 64, 14, 56], order = [0, 1, 2, 3], reduction = [64]>
    ```
  }];
  let parameters = (ins ArrayRefParameter<"int64_t">:$sizes, ArrayRefParameter<"int64_t">:$order,
    OptionalArrayRefParameter<"int64_t">:$reduction);
  let assemblyFormat = [{
    `<` `sizes` `=` `[` $sizes `]` `,` `order` `=` `[` $order `]` (`,` `reduction` `=` `[` $reduction^ `]`)? `>`
  }];
  let genVerifyDecl = 1;
}

def Acc_Tensor : Type<CPred<"::dnnc::acc::isTensor($_self)">,
    "ranked tensor of fixed sizes of at least 1, of integers, floats or quantized elements",
    "::mlir::RankedTensorType">;

def Acc_BufferType : TypeDef<Acc_Dialect, "Buffer"> {
  let mnemonic = "buffer";
  let summary = "a ring of tiles in an on-chip memory";
  let description = [{
    `slots` tiles of one shape in row-major order, all holding the same role. Where they lie is the `address` and
    `memory` of the `acc.buffer` that made them.

    Example:
    ```mlir
    !acc.buffer<1x64x16x58xi8, ifmap, slots = 2>
    ```
  }];
  let parameters = (ins ArrayRefParameter<"int64_t">:$shape, "::mlir::Type":$elementType,
    EnumParameter<Acc_Role>:$role, "int64_t":$slots);
  let assemblyFormat = "`<` custom<ShapedElement>($shape, $elementType) `,` $role `,` `slots` `=` $slots `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    int64_t getElementBytes() const;
    int64_t getSlotBytes() const;
    /// Row-major strides in elements.
    ::llvm::SmallVector<int64_t> getStrides() const;
  }];
}

#endif

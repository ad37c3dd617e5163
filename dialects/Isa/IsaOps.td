// The ISA table: the only place that knows a bit position. Words of 64 bits, little-endian; bit 0 is the
// lowest. Instructions stand here; the rows of the program's tables in IsaRows.td, the lane steps in
// IsaLanes.td.
#ifndef DNNC_ISA_OPS
#define DNNC_ISA_OPS

include "dialects/Isa/IsaBase.td"
include "dialects/Isa/IsaEnums.td"
include "dialects/Isa/IsaAttributes.td"

// Layouts of what is shared by rows ------------------------------------------------------------------------

def InstructionHeader : Isa_Layout<(ins
    UInt<0, 0, 8, "which instruction this is">:$opcode,
    UInt<0, 8, 16, "words of the instruction, this one included">:$length),
  "First word of an instruction; its `node` stands in the bits above.">;

def RowHeader : Isa_Layout<(ins UInt<0, 0, 8, "which row this is">:$opcode,
                                UInt<0, 8, 32, "words of the row, this one included">:$length),
  "First word of a row of a table.">;

def StepHeader : Isa_Layout<(ins UInt<0, 0, 8, "which step this is">:$opcode),
  "Lowest bits of the first of the two words of a lane step.">;

def ListHead : Isa_Layout<(ins
    UInt<0, 0, 32, "elements that follow; bytes, for a string; steps, for a lane program">:$count),
  "First word of a list or string operand.">;

def AffineHead : Isa_Layout<(ins SInt<0, 0, 64, "value where all indices are 0">:$base,
                                 UInt<1, 0, 56, "modulus of the sum of terms, or 0 for none">:$wrap,
                                 UInt<1, 56, 8, "terms that follow">:$count),
  "First words of an affine form: base + (Σ stride · index[level]) mod wrap.">;

def AffineTerm : Isa_Layout<(ins
    SInt<0, 0, 56, "factor of the loop index">:$stride,
    UInt<0, 56, 8, "nesting depth of the loop in its queue, 0 for the outermost">:$level),
  "One term of an affine form.">;

// Control --------------------------------------------------------------------------------------------------

defvar allQueues = ["load", "array", "vector", "store"];

def LoopOp : Isa_Instruction<"loop", 1, allQueues, (ins
    UInt<1, 0, 32, "times the body runs, at least 1">:$count)> {
  let summary = "start of a hardware loop";
  let meaning = [{
    Runs the instructions up to the matching `end_loop` of its queue `count` times. index[level] counts 0 …
    count − 1, where level is the nesting depth of the loop in its queue: 0 for the outermost, at most 7.
  }];
  let example = "isa.loop node = 0, wait = [], signal = [], count = 4";
}

def EndLoopOp : Isa_Instruction<"end_loop", 2, allQueues, (ins)> {
  let summary = "end of a hardware loop";
  let meaning = [{
    Adds one to the index of the innermost open loop of its queue and repeats the body while it is below the
    count. Its tokens count in every iteration, those of `loop` once for all of them.
  }];
  let example = "isa.end_loop node = 0, wait = [], signal = []";
}

def SyncOp : Isa_Instruction<"sync", 3, allQueues, (ins)> {
  let summary = "wait for tokens and signal others";
  let meaning = "Does nothing but consume the tokens it waits for and add the tokens it signals.";
  let example = "isa.sync node = 0, wait = [0, 1], signal = [2]";
}

// Transfers ------------------------------------------------------------------------------------------------

// What loads, stores and tensor rows say of segments, and how they stand: runtime/Isa/Segment.h.
defvar segmentFields = (ins
    UInt<3, 0, 48, "bytes between the slots of two segments; 0 without segments">:$slot_bytes,
    UInt<3, 48, 8, "values kept of each m with nm; 0 with the other codecs">:$n,
    UInt<3, 56, 8, "neighbors of which nm keeps n: 2, 4, 8 or 16; 0 with the other codecs">:$m,
    UInt<4, 0, 48, "elements of a column with csc; 0 with the other codecs">:$column);

def LoadOp : Isa_Instruction<"load", 4, ["load"], !con((ins
    UInt<1, 0, 8, "on-chip memory that is written">:$memory,
    UInt<1, 8, 8, "bytes of an element: 1, 2, 4 or 8">:$element_bytes,
    EnumField<Isa_PadMode, 1, 16, 8, "what happens to elements outside the bounds">:$pad,
    EnumField<Isa_Codec, 1, 24, 8, "how the elements of a segment stand in DRAM">:$codec,
    RawBits<1, 32, 32, "bits of the element that fill writes">:$pad_value,
    RawBits<2, 0, 32, "bits of the element that a codec leaves out; 0 with raw">:$zero_value), segmentFields, (ins
    AffineField<"byte address in DRAM of element (0, …, 0); with segments, of the tensor's first slot">:$dram,
    AffineField<"byte address in the memory of element (0, …, 0)">:$buffer,
    IntList<"elements of the tile in each dimension, outermost first, at most 8 dimensions">:$extents,
    IntList<"bytes between neighbors in DRAM; with segments, between slots of neighbors">:$dram_strides,
    IntList<"bytes between neighbors in the memory">:$buffer_strides,
    AffineList<"position of the tile in the whole tensor">:$offsets,
    IntList<"extents of the whole tensor">:$bounds,
    IntList<"extents of a segment; empty where the tensor has none">:$segment))> {
  let summary = "DRAM to an on-chip memory";
  let meaning = [{
    Copies each element e of the tile with 0 ≤ offset + e < bound in every dimension from dram + Σ
    e·dram_stride to buffer + Σ e·buffer_stride. With `pad = fill` the other elements of the tile are
    written with `pad_value`.

    With a `segment` (at most 7 dimensions) the whole tensor is cut into a grid of segments of those extents,
    the last of a dimension ending at the bound. Segment k stands in a slot of `slot_bytes` at dram + Σ
    k·dram_stride, where k = (offset + e) / segment: `dram` does not move with the tile. The tile inside the
    bounds consists of whole segments: in every dimension it begins at a multiple of `segment` and ends at one
    or at the bound. Each segment moves as so many whole bursts as its bytes need. Its elements stand in the
    order of the row's dimensions, the last innermost; zeros are elements whose bits are `zero_value`.

    `raw`: the elements as they are, nothing else.

    `bitmask`, `csc` and `nm` begin with a header of 32 bits: bits 0 to 30 are the bytes that follow; with bit
    31 set these are the elements as they are. A store sets it where encoding does not make them fewer.
    `bitmask` (elements of 1, 2 or 4 bytes): one bit an element, lowest bit first, ⌈n/8⌉ bytes, 1 = not zero;
    then the elements that are not zero.
    `csc` (1 byte; Eyeriss v2, JETCAS 2019, III-B): the segment is cut into columns of `column` elements, a
    product of its innermost extents (an edge segment's columns run along the same dimensions). First for
    each column the number of pairs up to its end, in as many bits as the number of all pairs needs; then the
    pairs, 12 bits each: the value in the low 8, in the high 4 the zeros before it in its column. A pair with
    the value zero and 15 zeros before it carries on a longer run; zeros at a column's end take nothing.
    Bits are packed lowest first, each of the two parts to whole bytes.
    `nm` (1, 2 or 4 bytes): of each `m` neighbors along the last dimension `n` values, filled up with zeros,
    then the place of each value among the m, ascending, in log2(m) bits packed lowest first. A row's last
    group may have fewer than m elements.

    `rlc` (2 bytes) has no header: 64-bit words of three pairs (run, level): pair i has its run in bits [21·i,
    21·i + 5) and its level in the 16 bits above. A pair stands for `run` zeros, then the level. Bit 63 is set
    in the segment's last word, and nowhere else; pairs after its last element are 0. Where a segment of more
    than 3 elements begins with a word of bit 63 alone, its elements follow as they are.
  }];
  let example = [{isa.load node = 0, wait = [0], signal = [1], memory = 0, element_bytes = 1, pad = fill, codec = raw, pad_value = 0x0, zero_value = 0x0, slot_bytes = 0, n = 0, m = 0, column = 0, dram = <4096 + 448*i0>, buffer = <0 + 1024*i0 mod 2048>, extents = [3, 4, 226], dram_strides = [50176, 224, 1], buffer_strides = [904, 226, 1], offsets = [<0>, <-1 + 2*i0>, <-1>], bounds = [3, 224, 224], segment = []}];
}

def StoreOp : Isa_Instruction<"store", 5, ["store"], !con((ins
    UInt<1, 0, 8, "on-chip memory that is read">:$memory,
    UInt<1, 8, 8, "bytes of an element: 1, 2, 4 or 8">:$element_bytes,
    EnumField<Isa_Codec, 1, 24, 8, "how the elements of a segment stand in DRAM">:$codec,
    RawBits<2, 0, 32, "bits of the element that a codec leaves out; 0 with raw">:$zero_value), segmentFields, (ins
    AffineField<"byte address in DRAM of element (0, …, 0); with segments, of the tensor's first slot">:$dram,
    AffineField<"byte address in the memory of element (0, …, 0)">:$buffer,
    IntList<"elements of the tile in each dimension, outermost first, at most 8 dimensions">:$extents,
    IntList<"bytes between neighbors in DRAM; with segments, between slots of neighbors">:$dram_strides,
    IntList<"bytes between neighbors in the memory">:$buffer_strides,
    AffineList<"position of the tile in the whole tensor">:$offsets,
    IntList<"extents of the whole tensor">:$bounds,
    IntList<"extents of a segment; empty where the tensor has none">:$segment))> {
  let summary = "on-chip memory to DRAM";
  let meaning = [{
    Copies each element e of the tile with 0 ≤ offset + e < bound in every dimension from buffer + Σ
    e·buffer_stride to dram + Σ e·dram_stride.

    With a `segment` the segments of the tile are encoded and written to their slots, as `isa.load` reads
    them; a slot has room for the segment whatever its elements are: with `raw` its elements, with `bitmask`,
    `csc` and `nm` those and the header, with `rlc` the lesser of 8·⌈n/3⌉ and, from 4 elements on, 8 + 2·n
    bytes. An encoded segment is as small as its codec can make it: runs of rlc are as long as they can be, and a
    level that ends a longer run is `zero_value` itself. What is behind a segment's end in its slot has no
    meaning.
  }];
  let example = [{isa.store node = 0, wait = [2], signal = [3], memory = 0, element_bytes = 4, codec = raw, zero_value = 0x0, slot_bytes = 0, n = 0, m = 0, column = 0, dram = <65536 + 256*i0>, buffer = <8192>, extents = [64], dram_strides = [4], buffer_strides = [4], offsets = [<0 + 64*i0>], bounds = [1000], segment = []}];
}

// Array ----------------------------------------------------------------------------------------------------

def ConvOp : Isa_Instruction<"conv", 6, ["array"], (ins
    EnumField<Isa_ElementType, 1, 0, 8, "type of x">:$ifmap_type,
    EnumField<Isa_ElementType, 1, 8, 8, "type of w">:$weight_type,
    EnumField<Isa_ElementType, 1, 16, 8, "type of the result">:$output_type,
    EnumField<Isa_ConvMode, 1, 24, 8, "what the output path does">:$mode,
    Flag<1, 32, "whether parameter records are read">:$has_params,
    Flag<1, 33, "whether results go through the table">:$has_table,
    Flag<1, 34, "whether parameter records displace results along M; needs has_params">:$has_displacements,
    UInt<2, 0, 8, "memory of x">:$ifmap_memory,
    UInt<2, 8, 8, "memory of w">:$weight_memory,
    UInt<2, 16, 8, "memory of the parameter records">:$param_memory,
    UInt<2, 24, 8, "memory of the partial sums">:$psum_memory,
    UInt<2, 32, 8, "memory of the results">:$output_memory,
    UInt<2, 40, 8, "memory of the table">:$table_memory,
    UInt<3, 0, 16, "ifmap rows between two output rows">:$stride_h,
    UInt<3, 16, 16, "ifmap columns between two output columns">:$stride_w,
    UInt<3, 32, 16, "ifmap rows between two filter rows">:$dilation_h,
    UInt<3, 48, 16, "ifmap columns between two filter columns">:$dilation_w,
    SInt<4, 0, 32, "value of x that means zero">:$ifmap_zero_point,
    SInt<4, 32, 32, "value of the result that means zero">:$output_zero_point,
    RawBits<5, 0, 32, "lowest result: i32, or float32 bits where the result is float32">:$clamp_low,
    RawBits<5, 32, 32, "highest result, as clamp_low">:$clamp_high,
    F32Bits<6, 0, "step of the result in dequantize_quantize">:$output_scale,
    UInt<6, 32, 32, "row of the mapping table">:$mapping,
    UInt<7, 0, 32, "valid ifmap rows are [0, ifmap_h)">:$ifmap_h,
    UInt<7, 32, 32, "valid ifmap columns are [0, ifmap_w)">:$ifmap_w,
    AffineField<"byte address of x at the tile's first element">:$ifmap,
    AffineField<"byte address of w">:$weight,
    AffineField<"byte address of the parameter records">:$param,
    AffineField<"byte address of the table">:$table,
    AffineField<"byte address of the partial sums">:$psum,
    AffineField<"byte address of the results">:$output,
    AffineField<"ifmap row of p = 0, r = 0 of this tile">:$origin_h,
    AffineField<"ifmap column of q = 0, s = 0 of this tile">:$origin_w,
    IntList<"extents of the tile in N, G, M, C, P, Q, R, S; M and C per group">:$extents,
    AffineList<"position of the tile in N, G, M, C, P, Q, R, S">:$offsets,
    IntList<"extents of the layer in N, G, M, C, P, Q, R, S">:$bounds,
    IntList<"bytes between neighbors of x in N, G, C, H, W">:$ifmap_strides,
    IntList<"bytes between neighbors of w in G, M, C, R, S">:$weight_strides,
    IntList<"bytes between neighbors of the partial sums in N, G, M, P, Q">:$psum_strides,
    IntList<"bytes between neighbors of the results in N, G, M, P, Q">:$output_strides)> {
  let summary = "one on-chip tile of a convolution or matrix product";
  let meaning = [{
    For each output (n, g, m, p, q) of the tile inside the bounds:
    acc = Σ over c, r, s inside the bounds of (x − ifmap_zero_point)·(w − weight_zero_point[g, m]).
    x stands at ifmap + n·stride_N + g·stride_G + c·stride_C + (p·stride_h + r·dilation_h)·stride_H +
    (q·stride_w + s·dilation_w)·stride_W. It is read only where its row origin_h + p·stride_h + r·dilation_h
    is in [0, ifmap_h) and its column is in [0, ifmap_w); elsewhere x − ifmap_zero_point counts as zero.
    8-bit integers accumulate in 32 bits, products of int16 and int16 in 64. Products of float32 are
    rounded, then added in float32: those of the tile in the order of c, r, s in groups of 32, the last one
    shorter. The sum of a group begins at zero; it is added to acc when the group is complete.

    The tile is *first* when the offsets of C, R, S are all 0: acc starts at the bias, otherwise at the
    value in the psum memory. It is *last* when offset + extent ≥ bound for C, R and S: the result goes
    through the output path to `output`; otherwise acc is written to `psum`.

    A psum takes ⌈bits / 8⌉ bytes of memory, a cell, where the target's psum spad has words of `bits` bits;
    the psum strides are bytes between cells. A cell at least as wide as acc (int32, int64 or float32) holds
    it with its sign. A narrower one holds its low bytes, and the array keeps the exact value beside the
    memory: it reads that again as long as the cell's bytes are those it wrote, and otherwise the cell's
    bytes with their sign. The results may take the place of the psums that the same instruction reads,
    result e that of psum e.

    A parameter record stands at param + 16·(g·M_tile + m): bias (int32 or float32), multiplier (float32),
    weight_zero_point (int32), post_bias (float32). Without `has_params` they are 0, 1, 0, 0.

    With `has_displacements` the third word is weight_zero_point (int16, low) and displacement (int16, high): the
    result of (n, g, m, p, q) goes to the place of channel m + displacement[g, m] of the tile. In each group the
    channels of the tile's filters inside the bounds are a permutation of them. Psums stay at the places of their
    filters, so results may not take the place of psums of the same instruction.

    The output path by `mode`:
    float: v = acc, clamped to [clamp_low, clamp_high] as float32.
    requantize: rint(float32(acc)·multiplier) + output_zero_point, saturated to the type, clamped to
    [clamp_low, clamp_high].
    dequantize: float32(acc)·multiplier, plus post_bias where that is not 0, clamped as float32.
    dequantize_quantize: that float32 without the clamp; then rint(v / output_scale) + output_zero_point,
    saturated and clamped. A NaN becomes the lowest integer, and stays NaN in float32.
    With `has_table` the 8 bits of the result index a table of 256 elements of output_type, last of all.
  }];
  let example = [{isa.conv node = 0, wait = [1], signal = [2], ifmap_type = int8, weight_type = int8, output_type = int8, mode = requantize, has_params = true, has_table = false, has_displacements = false, ifmap_memory = 0, weight_memory = 0, param_memory = 0, psum_memory = 0, output_memory = 0, table_memory = 0, stride_h = 1, stride_w = 1, dilation_h = 1, dilation_w = 1, ifmap_zero_point = 0, output_zero_point = -3, clamp_low = 0xFFFFFF80, clamp_high = 0x7F, output_scale = 1.0, mapping = 0, ifmap_h = 16, ifmap_w = 16, ifmap = <0>, weight = <4096>, param = <8192>, table = <0>, psum = <12288>, output = <16384>, origin_h = <-1 + 4*i0>, origin_w = <-1>, extents = [1, 1, 16, 8, 4, 16, 3, 3], offsets = [<0>, <0>, <0>, <0>, <0 + 4*i0>, <0>, <0>, <0>], bounds = [1, 1, 16, 8, 16, 16, 3, 3], ifmap_strides = [864, 864, 108, 18, 1], weight_strides = [1152, 72, 9, 3, 1], psum_strides = [4096, 4096, 256, 64, 4], output_strides = [1024, 1024, 64, 16, 1]}];
}

// Vector unit ----------------------------------------------------------------------------------------------

// Fields that all instructions with a lane program share.
defvar laneFields = (ins
    UInt<1, 0, 16, "row of the lanes table: the program run on each element">:$program,
    UInt<1, 16, 8, "memory of the results">:$output_memory,
    EnumField<Isa_ElementType, 1, 24, 8, "type of the results">:$output_type,
    IntList<"elements of the tile in each dimension, outermost first, at most 8 dimensions">:$extents,
    AffineList<"position of the tile in the whole tensor">:$offsets,
    IntList<"extents of the whole tensor">:$bounds,
    AffineList<"byte address of each input at element (0, …, 0)">:$inputs,
    IntList<"memory of each input">:$input_memories,
    EnumList<Isa_ElementType, "type of each input">:$input_types,
    IntList<"bytes between neighbors: inputs × dimensions, 0 where an input is broadcast">:$input_strides,
    AffineField<"byte address of the result at element (0, …, 0)">:$output,
    IntList<"bytes between neighboring results">:$output_strides);

def MapOp : Isa_Instruction<"map", 7, ["vector"], laneFields> {
  let summary = "a lane program on every element";
  let meaning = [{
    For each element e of the tile inside the bounds: runs the lane program with input k at inputsₖ + Σ
    e·input_strides[k] and writes its result to output + Σ e·output_stride. An integer result saturates to
    output_type.
  }];
  let example = [{isa.map node = 0, wait = [1], signal = [2], program = 0, output_memory = 0, output_type = float32, extents = [8, 64], offsets = [<0 + 8*i0>, <0>], bounds = [100, 64], inputs = [<0>, <4096>], input_memories = [0, 0], input_types = [float32, float32], input_strides = [256, 4, 0, 4], output = <8192>, output_strides = [256, 4]}];
}

def ReduceOp : Isa_Instruction<"reduce", 8, ["vector"], !con(laneFields, (ins
    UInt<1, 32, 8, "how many of the innermost dimensions are reduced">:$reduced,
    EnumField<Isa_Combine, 1, 40, 8, "how two values are joined">:$combine,
    EnumField<Isa_ElementType, 1, 48, 8, "of the accumulator: int32, int64 or float32">:$accumulator_type,
    UInt<1, 56, 8, "memory of the accumulator">:$accumulator_memory,
    UInt<2, 0, 16, "row of the lanes table: the program run on the joined value">:$finish,
    AffineField<"byte address of the accumulator at element (0, …, 0)">:$accumulator,
    IntList<"bytes between neighboring accumulators in the kept dimensions">:$accumulator_strides))> {
  let summary = "a lane program on every element, joined over the innermost dimensions";
  let meaning = [{
    Runs `program` on each element of the tile inside the bounds, as `map` does, and joins the results over
    the `reduced` innermost dimensions by `combine`, in the order of the elements. output_strides and
    accumulator_strides cover the other dimensions. The tile is *first* when the offsets of the reduced
    dimensions are all 0: joining starts at the first value, otherwise at the accumulator's. It is *last*
    when offset + extent ≥ bound in all of them: `finish` runs with input 0 = the joined value and input 1 =
    the count (int32), the product of the reduced bounds, and its result goes to `output`; otherwise the
    joined value goes to the accumulator. Sums and products of float32 are kept in float64 within an
    instruction and rounded once at its end.
  }];
  let example = [{isa.reduce node = 0, wait = [1], signal = [2], program = 0, output_memory = 0, output_type = float32, extents = [64, 49], offsets = [<0 + 64*i0>, <0>], bounds = [1280, 49], inputs = [<0>], input_memories = [0], input_types = [float32], input_strides = [196, 4], output = <16384>, output_strides = [4], reduced = 1, combine = add, accumulator_type = float32, accumulator_memory = 0, finish = 1, accumulator = <32768>, accumulator_strides = [4]}];
}

def WindowOp : Isa_Instruction<"window", 9, ["vector"], !con(laneFields, (ins
    EnumField<Isa_Combine, 1, 32, 8, "how two values are joined">:$combine,
    EnumField<Isa_ElementType, 1, 40, 8, "of the joined value: int32, int64 or float32">:$accumulator_type,
    UInt<1, 48, 16, "row of the lanes table: the program run on the joined value">:$finish,
    IntList<"dimensions of the result that the window slides over">:$window_dims,
    IntList<"elements of the window in each of them">:$window_sizes,
    IntList<"input coordinates between two results">:$window_strides,
    IntList<"input coordinates between two window elements">:$window_dilations,
    AffineList<"input coordinate of window element 0 at result index 0">:$window_origins,
    IntList<"valid input coordinates are [0, bound)">:$window_bounds,
    IntList<"an element counts from this coordinate on">:$count_low,
    IntList<"an element counts below this coordinate">:$count_high))> {
  let summary = "pooling: values joined over a sliding window";
  let meaning = [{
    For each result e of the tile inside the bounds: joins by `combine` the value of `program` on every
    window element k whose coordinates origin + e·window_stride + k·window_dilation are in [0,
    window_bound). The input stands at inputs + Σ (e·window_stride + k·window_dilation)·input_stride over
    the slid dimensions + Σ e·input_stride over the others. `finish` runs with input 0 = the joined value
    and input 1 = the count (int32): the window elements whose coordinates are in [count_low, count_high) in
    every slid dimension. Its result goes to `output`. float32 is joined as in `reduce`.
  }];
  let example = [{isa.window node = 0, wait = [1], signal = [2], program = 0, output_memory = 0, output_type = int8, extents = [8, 4, 4], offsets = [<0>, <0 + 4*i0>, <0>], bounds = [8, 16, 4], inputs = [<0>], input_memories = [0], input_types = [int8], input_strides = [72, 8, 1], output = <1024>, output_strides = [16, 4, 1], combine = max, accumulator_type = int32, finish = 0, window_dims = [1, 2], window_sizes = [3, 3], window_strides = [2, 2], window_dilations = [1, 1], window_origins = [<-1 + 8*i0>, <-1>], window_bounds = [32, 8], count_low = [0, 0], count_high = [32, 8]}];
}

def PermuteOp : Isa_Instruction<"permute", 10, ["vector"], (ins
    UInt<1, 0, 8, "bytes of an element: 1, 2, 4 or 8">:$element_bytes,
    UInt<1, 8, 8, "memory that is read">:$input_memory,
    UInt<1, 16, 8, "memory that is written">:$output_memory,
    IntList<"elements of the tile in each dimension, outermost first, at most 8 dimensions">:$extents,
    AffineList<"position of the tile in the whole tensor">:$offsets,
    IntList<"extents of the whole tensor">:$bounds,
    AffineField<"byte address of the input at element (0, …, 0)">:$input,
    IntList<"bytes between neighbors of the input">:$input_strides,
    AffineField<"byte address of the result at element (0, …, 0)">:$output,
    IntList<"bytes between neighboring results">:$output_strides)> {
  let summary = "pure data movement on chip";
  let meaning = [{
    Copies each element e of the tile inside the bounds from input + Σ e·input_stride to output + Σ
    e·output_stride.
  }];
  let example = [{isa.permute node = 0, wait = [], signal = [], element_bytes = 1, input_memory = 0, output_memory = 0, extents = [4, 6], offsets = [<0>, <0>], bounds = [4, 6], input = <0>, input_strides = [1, 4], output = <64>, output_strides = [6, 1]}];
}

def GatherOp : Isa_Instruction<"gather", 11, ["vector"], (ins
    UInt<1, 0, 8, "bytes of an element: 1, 2, 4 or 8">:$element_bytes,
    UInt<1, 8, 8, "memory that is read">:$input_memory,
    UInt<1, 16, 8, "memory that is written">:$output_memory,
    UInt<1, 24, 8, "dimension whose input position comes from the indices">:$axis,
    UInt<1, 32, 8, "memory of the indices">:$indices_memory,
    IntList<"elements of the tile in each dimension, outermost first, at most 8 dimensions">:$extents,
    AffineList<"position of the tile in the whole tensor">:$offsets,
    IntList<"extents of the whole tensor">:$bounds,
    AffineField<"byte address of the input at element (0, …, 0)">:$input,
    IntList<"bytes between neighbors of the input">:$input_strides,
    AffineField<"byte address of the result at element (0, …, 0)">:$output,
    IntList<"bytes between neighboring results">:$output_strides,
    AffineField<"byte address of the int32 indices of the tile">:$indices,
    AffineField<"index that stands at the input's address">:$index_origin)> {
  let summary = "data movement by a table of positions";
  let meaning = [{
    As `permute`, but along `axis` element j of the result comes from input position indices[j] −
    index_origin; indices[j] is the int32 at indices + 4·j.
  }];
  let example = [{isa.gather node = 0, wait = [], signal = [], element_bytes = 4, input_memory = 0, output_memory = 0, axis = 0, indices_memory = 0, extents = [4, 6], offsets = [<0>, <0>], bounds = [4, 6], input = <0>, input_strides = [24, 4], output = <4096>, output_strides = [24, 4], indices = <8192>, index_origin = <0>}];
}

include "dialects/Isa/IsaRows.td"
include "dialects/Isa/IsaLanes.td"

#endif // DNNC_ISA_OPS

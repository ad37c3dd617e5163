// The rows of a program's tables. Each table stands in a section of its own; instructions name a row by its
// place.
#ifndef DNNC_ISA_ROWS
#define DNNC_ISA_ROWS

include "dialects/Isa/IsaBase.td"
include "dialects/Isa/IsaEnums.td"
include "dialects/Isa/IsaAttributes.td"

def ProgramOp : Isa_Row<"program", 1, (ins
    UInt<1, 0, 48, "bytes of DRAM the program uses: the constants, then the activations">:$dram_bytes,
    UInt<2, 0, 48, "bytes of the constants, at DRAM address 0 and never written">:$constants_bytes,
    Str<"name of the model">:$model,
    StrLines<"the whole target description, as YAML">:$target),
    [IsolatedFromAbove, NoTerminator, SingleBlock, NoRegionArguments]> {
  let summary = "a whole program";
  let meaning = [{
    The header row of a program and, as its body, the tables and queues. `constants` holds the bytes of the
    constants, or only their digest where they are read from elsewhere, or `none` where the program has
    none.
  }];
  let example = [{isa.program dram_bytes = 4096, constants_bytes = 0, model = "empty", target = [
  "name: tiny"
], constants = none {
}
}];
  let notEncoded = (ins OptionalAttr<AnyAttr>:$constants);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = fieldsFormat # " `,` `constants` `=` custom<Constants>($constants) $body attr-dict";
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    /// The bytes of the constants; empty where there are none or only a digest stands here.
    ::llvm::ArrayRef<char> constantBytes();
    /// The queue's op, or null where the program has no instructions for it.
    QueueOp queue(::dnnc::isa::Queue which);
  }];
}

def TokenOp : Isa_Row<"token", 2, (ins
    UInt<1, 0, 32, "units at the start">:$initial,
    UInt<1, 32, 32, "units it can hold; a signal beyond is an error">:$maximum,
    Str<"what the token counts">:$name)> {
  let summary = "a counting token";
  let meaning = [{
    A counter by which two queues meet: one queue's instructions signal it, one queue's instructions wait
    for it.
  }];
  let example = [{isa.token initial = 2, maximum = 2, name = "ifmap buffer free"}];
}

def NodeOp : Isa_Row<"node", 3, (ins
    UInt<1, 0, 48, "id of the node, the same in every pass and report">:$id,
    EnumField<Isa_Dataflow, 1, 48, 8, "dataflow of its array passes">:$dataflow,
    UInt<2, 0, 63, "multiply-accumulates of the network's operator">:$macs,
    Str<"operator the work came from">:$op,
    StrList<"names of the ONNX nodes it came from">:$onnx)> {
  let summary = "a node of the source map";
  let meaning = [{
    What an instruction works for: the id that survives every pass, and the ONNX nodes it came from.
  }];
  let example = [{isa.node id = 0, dataflow = ws, macs = 118013952, op = "conv", onnx = ["conv1", "relu1"]}];
}

def TensorOp : Isa_Row<"tensor", 4, (ins
    EnumField<Isa_TensorKind, 1, 0, 8, "what the tensor is to whoever runs the program">:$kind,
    EnumField<Isa_ElementType, 1, 8, 8, "type of its elements in DRAM">:$type,
    SInt<1, 16, 16, "dimension the scales run along, or −1 for one scale of the whole tensor">:$axis,
    EnumField<Isa_Codec, 1, 32, 8, "how the elements of a segment stand in DRAM">:$codec,
    UInt<1, 40, 8, "values kept of each m with nm; 0 with the other codecs">:$n,
    UInt<1, 48, 8, "neighbors of which nm keeps n: 2, 4, 8 or 16; 0 with the other codecs">:$m,
    UInt<2, 0, 48, "byte address in DRAM">:$address,
    UInt<3, 0, 48, "bytes in DRAM">:$bytes,
    UInt<4, 0, 24, "row of the node table that computes it">:$node,
    RawBits<4, 32, 32, "bits of the element that a codec leaves out; 0 with raw">:$zero_value,
    UInt<5, 0, 48, "bytes between the slots of two segments; 0 without segments">:$slot_bytes,
    UInt<6, 0, 48, "elements of a column with csc; 0 with the other codecs">:$column,
    Str<"ONNX name of the tensor">:$name,
    IntList<"extents, outermost first; without segments the tensor stands row-major">:$shape,
    F32List<"quantization steps, none for a tensor that is not quantized">:$scales,
    IntList<"values that mean zero, one a scale">:$zero_points,
    IntList<"extents of a segment, one a dimension of the tensor; empty where it has none">:$segment,
    IntList<"the tensor's dimensions as grid and segments list them, outermost first; empty: as in the shape">:$order)> {
  let summary = "a tensor in DRAM";
  let meaning = [{
    Where a tensor of the network stands in DRAM, and what its elements mean. With a `segment` it stands as the
    slots of its segments (see `isa.load`, which lists all it says of a dimension in the grid's order), side by
    side in the order of the grid, outermost dimension first.
  }];
  let example = [{isa.tensor kind = input, type = int8, axis = -1, codec = raw, n = 0, m = 0, address = 4096, bytes = 150528, node = 0, zero_value = 0x0, slot_bytes = 0, column = 0, name = "data_0", shape = [1, 3, 224, 224], scales = [0.018658448], zero_points = [-14], segment = [], order = []}];
}

def SegmentOp : Isa_Row<"segment", 5, (ins
    EnumField<Isa_SegmentKind, 1, 0, 8, "who executes the segment">:$kind,
    IntList<"rows of the tensor table that it reads">:$inputs,
    IntList<"rows of the tensor table that it writes">:$outputs)> {
  let summary = "a part of the program that runs in one place";
  let meaning = [{
    Segments run in order. An accelerator segment runs the four queues once from their start to their end.
  }];
  let example = "isa.segment kind = accelerator, inputs = [0], outputs = [3]";
}

def MappingOp : Isa_Row<"mapping", 6, (ins
    EnumField<Isa_Dataflow, 1, 0, 8, "dataflow the mapping belongs to">:$dataflow,
    IntList<"factors of the loops over array passes">:$passes,
    IntList<"factors along the rows of clusters">:$cluster_rows,
    IntList<"factors along the columns of clusters">:$cluster_columns,
    IntList<"factors along the rows of PEs in a cluster">:$pe_rows,
    IntList<"factors along the columns of PEs in a cluster">:$pe_columns,
    IntList<"factors along the multipliers of a PE">:$macs,
    IntList<"factors of the loops inside a PE">:$spad)> {
  let summary = "how a tile is spread over the array";
  let meaning = [{
    Each level is a list of flattened pairs (dimension, factor), outermost first; dimensions are 0 … 7 = N,
    G, M, C, P, Q, R, S. The tile is passes × spatial axes × spad; each spatial unit works on `spad`
    consecutive elements of a dimension. Factors need not divide the dimension.
  }];
  let example = "isa.mapping dataflow = ws, passes = [2, 4, 4, 16], cluster_rows = [4, 2], cluster_columns = [5, 4], pe_rows = [3, 2], pe_columns = [2, 4], macs = [3, 2], spad = [6, 3, 7, 3]";
}

def LanesOp : Isa_Row<"lanes", 7, (ins
    UInt<1, 0, 8, "inputs the program reads">:$inputs,
    Register<1, 8, "register whose value is the result">:$result,
    Str<"what the program computes">:$name),
    [HasParent<"ProgramOp">, NoTerminator, SingleBlock, NoRegionArguments]> {
  let summary = "a lane program";
  let meaning = [{
    A straight list of typed scalar steps that the vector unit runs on every element. A register is written
    before it is read. In the encoding the count of steps and two words a step follow the name; in the text
    they are the body.
  }];
  let example = [{isa.lanes inputs = 1, result = r1, name = "relu" {
  isa.lane.input type = float32, dst = r0, a = 0
  isa.lane.const type = float32, dst = r1, imm = 0x0
  isa.lane.max type = float32, dst = r1, a = r0, b = r1
}
}];
  bit hasSteps = 1;
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = fieldsFormat # " $body attr-dict";
  let hasVerifier = 0;
  let hasRegionVerifier = 1;
}

def DensityOp : Isa_Row<"density", 8, (ins
    EnumField<Isa_Drawn, 1, 0, 8, "what has the density">:$of,
    EnumField<Isa_ElementType, 1, 8, 8, "type of its elements">:$type,
    SInt<1, 16, 16, "dimension of the tensor that the shares run along, or −1 for one share of all">:$axis,
    UInt<1, 32, 24, "row of the node table; of the tensor table where it is an input">:$row,
    UInt<2, 0, 63, "what the drawing begins with">:$seed,
    RawBits<3, 0, 32, "bits of the element that is zero">:$zero_value,
    RawBits<3, 32, 32, "bits of the element that takes the place of a zero where there is to be none">:$other_value,
    F32List<"shares of elements that are not zero: one, or one for each index along the axis">:$shares,
    IntList<"the tensor's dimensions as the stores list them, outermost first; empty: as in the shape">:$order)> {
  let summary = "a synthetic density, for a what-if";
  let meaning = [{
    A run of a program with such rows draws zeros: what it computes is not what the network computes. Of a `result`, the
    elements that the node stores, and of an `input`, those it is given, are changed before they reach DRAM: element i,
    counted row-major in the tensor's own order of dimensions, of a share s stays what it is, or becomes `other_value` where it is zero, if the upper 24 bits
    of mix(seed + i · 0x9e3779b97f4a7c15), modulo 2^64, are below s · 2^24; all others become `zero_value`. mix is the
    finalizer of splitmix64. `ifmap` and `weight` change nothing: they say that what the node's product reads was drawn.
  }];
  let example = [{isa.density of = result, type = int8, axis = -1, row = 0, seed = 7, zero_value = 0x80, other_value = 0x81, shares = [0.3], order = []}];
}

// The queue is part of the file's structure, not a row: each queue's stream is a section.
def QueueOp : Op<Isa_Dialect, "queue",
                 [HasParent<"ProgramOp">, NoTerminator, SingleBlock, NoRegionArguments]> {
  let summary = "the instructions of one queue";
  let description = [{
    The stream of one of the four in-order queues. Loops nest properly and are closed at its end.

    Example:
    ```mlir
    isa.queue load {
      isa.sync node = 0, wait = [], signal = [0]
    }
    ```
  }];
  let arguments = (ins EnumField<Isa_Queue, 0, 0, 8, "which queue">:$queue);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "custom<EnumCase>($queue, \"::dnnc::isa::namesOf(::dnnc::isa::Queue())\") $body "
                       "attr-dict";
  let hasRegionVerifier = 1;
}

#endif // DNNC_ISA_ROWS

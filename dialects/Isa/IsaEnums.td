// The enumerations of the ISA table. The number of a case is its place in the list.
#ifndef DNNC_ISA_ENUMS
#define DNNC_ISA_ENUMS

include "dialects/Isa/IsaBase.td"

def Isa_Queue : Isa_Enum<"Queue", ["load", "array", "vector", "store"],
  "The in-order queues of the machine.">;

def Isa_ElementType : Isa_Enum<"ElementType",
  ["int8", "uint8", "int16", "uint16", "int32", "int64", "float16", "bfloat16", "float32", "bool"],
  "Types of elements in memory."> {
  let cppType = "::dnnc::ElementType";
}

def Isa_PadMode : Isa_Enum<"PadMode", ["none", "fill"],
  "What a load does with the elements that the bounds clip away: leave the buffer as it is, or write the pad "
  "value.">;

def Isa_Codec : Isa_Enum<"Codec", ["raw", "bitmask", "rlc", "csc", "nm"],
  "How the elements of a segment stand in its slot: as they are, as a mask and the elements that are not zero, "
  "as run-length words, as compressed sparse columns, or as n of m neighbors. Without segments: raw.">;

def Isa_ConvMode : Isa_Enum<"ConvMode", ["float", "requantize", "dequantize", "dequantize_quantize"],
  "What the output path of the array does with a finished accumulator.">;

def Isa_Combine : Isa_Enum<"Combine", ["add", "mul", "max", "min"],
  "How a reduction joins two values.">;

def Isa_Dataflow : Isa_Enum<"Dataflow", ["none", "rs", "ws", "os", "is", "nlr", "mixed"],
  "Row, weight, output, input stationary, no local reuse; none where no array pass is meant.">;

def Isa_TensorKind : Isa_Enum<"TensorKind", ["input", "output", "observed", "constant", "intermediate"],
  "What a tensor is to whoever runs the program.">;

def Isa_Drawn : Isa_Enum<"Drawn", ["ifmap", "weight", "result", "input"],
  "What a synthetic density is of: what a node's product reads, what a node stores, what the network is given.">;

def Isa_SegmentKind : Isa_Enum<"SegmentKind", ["accelerator"],
  "Who executes a segment.">;

#endif // DNNC_ISA_ENUMS

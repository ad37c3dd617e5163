#ifndef DNNC_SCHEDULE_PASSES
#define DNNC_SCHEDULE_PASSES

include "mlir/Pass/PassBase.td"

def ChooseStorage : Pass<"choose-storage", "::mlir::func::FuncOp"> {
  let summary = "decides which tensors between groups are encoded in DRAM, and their segments";
  let description = [{
    Of the formats for which the target's DMA has a codec (`dram.codecs`). A constant takes that under which its transfers
    move the fewest bytes, by its real zeros; raw where none moves fewer. A tensor in which something clamps at zero takes
    that which is smallest if half of it is zero, unless it could grow by more than a tenth where nothing is. A segment
    is the largest box of which every tile stored and loaded consists. What a group or constant says already (`stored`) is
    kept; segments left open are filled in.

    Example: `dnnc-opt --choose-mapping --choose-storage='target=eyeriss-v1' tiles.mlir`
  }];
  let options = [Option<"target", "target", "std::string", "\"edge\"", "a shipped target's name, or a YAML file">];
}

def TilesToTasks : Pass<"tiles-to-tasks", "::mlir::func::FuncOp"> {
  let summary = "applies tilings and mappings: groups become loop nests of tasks";
  let description = [{
    The one place where decisions are applied. Every `acc.group` becomes an `acc.nest` of rolled loops with loads,
    array or vector work and stores. A tile is loaded in the outermost loop that it depends on, twice buffered where it
    is loaded more than once; the tiles of producers inside a group are inferred from the access maps.

    Example: `dnnc-opt --choose-mapping --tiles-to-tasks tiles.mlir`
  }];
  let dependentDialects = ["::dnnc::acc::AccDialect"];
  let options = [Option<"target", "target", "std::string", "\"edge\"", "a shipped target's name, or a YAML file">];
}

def PlaceTensors : Pass<"place-tensors", "::mlir::func::FuncOp"> {
  let summary = "gives every tensor its address in DRAM";
  let description = [{
    Constants stand one after the other; an intermediate tensor takes the first gap that is free from the nest that
    writes it to the last that reads it; inputs and outputs keep their place.

    Example: `dnnc-opt --place-tensors tasks.mlir`
  }];
}

def AllocateBuffers : Pass<"allocate-buffers", "::mlir::func::FuncOp"> {
  let summary = "gives every buffer its memory and address on chip";
  let description = [{
    A buffer goes to the first memory that may hold its role. Nests fill a memory from its two ends in turn, so that the
    loads of one may begin while the one before still runs, where both fit.

    Example: `dnnc-opt --allocate-buffers='target=edge' tasks.mlir`
  }];
  let options = [Option<"target", "target", "std::string", "\"edge\"", "a shipped target's name, or a YAML file">];
}

def InsertTokens : Pass<"insert-tokens", "::mlir::func::FuncOp"> {
  let summary = "orders the queues: adds tokens where tasks of two queues touch the same data";
  let description = [{
    For each buffer, a token says that a tile is full and one that its slot is free again; they are waited for and
    signalled at the innermost loop that holds all tasks of the buffer. Between nests, a token orders tasks that touch
    the same bytes on chip or the same tensor in DRAM. Runs after `place-tensors` and `allocate-buffers`.

    Example: `dnnc-opt --insert-tokens tasks.mlir`
  }];
}

#endif

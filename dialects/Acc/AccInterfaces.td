#ifndef DNNC_ACC_INTERFACES
#define DNNC_ACC_INTERFACES

include "mlir/IR/OpBase.td"

def Acc_TileOpInterface : OpInterface<"TileOpInterface"> {
  let cppNamespace = "::dnnc::acc";
  let description = [{
    What an op of the *tiles* stage says of itself: for a box of its output, which box of each input it reads. This is
    the access map (output tile → input region) from which a group's inner tiles are inferred backwards.
  }];
  let methods = [
    InterfaceMethod<"Sizes of the reduction loops that may be tiled (empty for none).",
      "::llvm::SmallVector<int64_t>", "getReductionSizes", (ins)>,
    InterfaceMethod<[{
      The access of operand `operand`, one entry for each of its dimensions.
    }], "::llvm::SmallVector<::dnnc::acc::DimAccess>", "getAccess", (ins "unsigned":$operand)>,
  ];
}

def Acc_TaskOpInterface : OpInterface<"TaskOpInterface"> {
  let cppNamespace = "::dnnc::acc";
  let description = [{
    What a task says of itself for scheduling: the queue that runs it, and the buffers it reads and writes. `getSlot`
    is the running number of the tile an operand names, an affine function of the enclosing loops; the slot is that
    number modulo the buffer's slots.
  }];
  let methods = [
    InterfaceMethod<"The queue that runs this task.", "::dnnc::acc::Queue", "getQueue", (ins)>,
    InterfaceMethod<"Whether operand `operand` is read.", "bool", "readsOperand", (ins "unsigned":$operand)>,
    InterfaceMethod<"Whether operand `operand` is written.", "bool", "writesOperand", (ins "unsigned":$operand)>,
  ];
}

#endif

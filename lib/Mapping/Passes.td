#ifndef DNNC_MAPPING_PASSES
#define DNNC_MAPPING_PASSES

include "mlir/Pass/PassBase.td"

def FormGroups : Pass<"form-groups", "::mlir::func::FuncOp"> {
  let summary = "dnn to the tiles stage of acc";
  let description = [{
    Every op, or every set of ops with one `dnn.group`, becomes an `acc.group` on tensors: products run on the array
    with what follows them in the output path, element-wise ops become lane programs, data movement becomes `acc.move`
    and `acc.gather`. Reshapes and concatenations stay as views of DRAM; where an operand of a concatenation cannot be
    stored in place, a group copies it. Groups are numbered: the number is the node id of all reports.

    Example: `dnnc-opt --form-groups network.mlir`
  }];
  let dependentDialects = ["::dnnc::acc::AccDialect"];
}

def ChooseMapping : Pass<"choose-mapping", "::mlir::func::FuncOp"> {
  let summary = "decides the tiles of every group and the mapping of every product";
  let description = [{
    Writes `tiling` on every `acc.group` and `mapping` on every product that has none, and changes nothing else: a
    decision made by hand or read from elsewhere is kept. Tiles fit the target's memories twice (double buffering).

    Example: `dnnc-opt --choose-mapping='target=edge' tiles.mlir`
  }];
  let dependentDialects = ["::dnnc::acc::AccDialect"];
  let options = [Option<"target", "target", "std::string", "\"edge\"", "a shipped target's name, or a YAML file">];
}

#endif

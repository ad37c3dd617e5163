#ifndef DNNC_STRATEGY_PASSES
#define DNNC_STRATEGY_PASSES

include "mlir/Pass/PassBase.td"

def ApplyStrategy : Pass<"apply-strategy", "::mlir::func::FuncOp"> {
  let summary = "pins the decisions of a strategy file";
  let description = [{
    Runs before `choose-mapping`. What the file decides for a node is written on its `acc.group` and its products: `tiling`
    and `mapping` where all of them is given, the discardable attribute `pins` where a part of the tiling or only the
    dataflow is. `pinned_at` says where in the file it stands, for the errors of later passes. A decision for a node that
    does not exist, or whose layer has other sizes, or that the target cannot run, is an error.

    Example: `dnnc-opt --apply-strategy='file=strategy.yaml target=edge' --choose-mapping=target=edge tiles.mlir`
  }];
  let dependentDialects = ["::dnnc::acc::AccDialect"];
  let options = [Option<"file", "file", "std::string", "", "the strategy file">,
                 Option<"target", "target", "std::string", "\"edge\"", "a shipped target's name, or a YAML file">];
}

def SaveStrategy : Pass<"save-strategy", "::mlir::func::FuncOp"> {
  let summary = "writes every decision to a strategy file";
  let description = [{
    Runs behind `choose-mapping`. The file pins the same program: `apply-strategy` reads it.

    Example: `dnnc-opt --choose-mapping --save-strategy=file=strategy.yaml tiles.mlir`
  }];
  let options = [Option<"file", "file", "std::string", "", "the strategy file">,
                 Option<"target", "target", "std::string", "\"edge\"", "a shipped target's name, or a YAML file">];
}

#endif

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
    decision made by hand or read from elsewhere is kept. Groups of one product have the best of all mappings that
    docs/mapping.md declares, for the objective and the dataflow asked for; layers alike are searched once.

    Example: `dnnc-opt --choose-mapping='target=edge' tiles.mlir`
  }];
  let dependentDialects = ["::dnnc::acc::AccDialect"];
  let options = [
    Option<"target", "target", "std::string", "\"edge\"", "a shipped target's name, or a YAML file">,
    Option<"dataflow", "dataflow", "std::string", "\"auto\"", "the dataflow of every product: rs, ws, os, is, nlr, mixed, or auto">,
    Option<"objective", "objective", "std::string", "\"latency\"", "what is made least: latency, energy or edp">,
    Option<"jobs", "jobs", "int", "0", "threads of the search, 0 for one a core">,
    Option<"searchEffort", "search-effort", "double", "1", "factor of the steps that the search of a layer may take">,
    Option<"searchBudget", "search-budget", "double", "0", "seconds of the search over the function, 0 for no limit">,
    Option<"mappingCache", "mapping-cache", "std::string", "", "folder where results of the search are kept">];
}

#endif

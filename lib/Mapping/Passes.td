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

def DistributeWeights : Pass<"distribute-weights", "::mlir::func::FuncOp"> {
  let summary = "lets the multipliers of the array have equally many non-zero weights";
  let description = [{
    Where the target skips zero weights, a pass of the array takes as long as the multiplier with the most. Filters go to
    multipliers in blocks, in the order in which they stand. This pass changes the order within each tile of a product
    where that makes the sum of the slowest multipliers less: weights and parameter records become constants in the new
    order, and the records say the channel of each filter (`displaced`).

    Left in their order are filters of groups with other ops than the product, of grouped convolutions and batches of
    matrices, of weights that are computed, have a storage already or are sent to the PEs with their zeros, of products without
    parameter records and of those whose psums lie where their results will. The target has to place filters
    (`array.skipping.places_filters`).

    Example: `dnnc-opt --choose-mapping --distribute-weights tiles.mlir`
  }];
  let dependentDialects = ["::dnnc::acc::AccDialect"];
  let options = [Option<"target", "target", "std::string", "\"edge\"", "a shipped target's name, or a YAML file">];
}

#endif

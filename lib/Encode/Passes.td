#ifndef DNNC_ENCODE_PASSES
#define DNNC_ENCODE_PASSES

include "mlir/Pass/PassBase.td"

def TasksToIsa : Pass<"tasks-to-isa", "::mlir::ModuleOp"> {
  let summary = "tasks of acc to instructions";
  let description = [{
    The placed and ordered tasks of the module's function become one `isa.program`: each queue takes its tasks with the
    loops around them; lane programs and mappings become table rows; constants become the image of DRAM's first bytes.

    Example: `dnnc-opt --tasks-to-isa='target=edge' tasks.mlir`
  }];
  let dependentDialects = ["::dnnc::isa::IsaDialect"];
  let options = [Option<"target", "target", "std::string", "\"edge\"", "a shipped target's name, or a YAML file">];
}

#endif

#ifndef DNNC_REPORT_PASSES
#define DNNC_REPORT_PASSES

include "mlir/Pass/PassBase.td"

def ReportDecisions : Pass<"report-decisions", "::mlir::func::FuncOp"> {
  let summary = "writes what was decided, and what of it is due to zeros, as JSON";
  let description = [{
    Runs behind `choose-storage`. `nodes` has the dataflow and tile of each node; `storage` is the ledger of zeros: for each
    tensor that is moved its density, format, bytes before and after, metadata, break-even density and what is saved, or the
    reason why it stays raw. docs/storage.md explains the fields.

    Example: `dnnc-opt --choose-mapping --choose-storage --report-decisions=file=report.json tiles.mlir`
  }];
  let options = [Option<"file", "file", "std::string", "", "the JSON file">,
                 Option<"target", "target", "std::string", "\"edge\"", "a shipped target's name, or a YAML file">];
}

#endif

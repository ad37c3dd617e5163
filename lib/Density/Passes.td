#ifndef DNNC_DENSITY_PASSES
#define DNNC_DENSITY_PASSES

include "mlir/Pass/PassBase.td"

def ApplyCalibration : Pass<"apply-calibration", "::mlir::func::FuncOp"> {
  let summary = "expects of feature maps the zeros that a run had";
  let description = [{
    Takes the density of each product's ifmap from the statistics of a run of the same network (`dnnc-sim --stats`), and
    notes it where it is read (`acc.ifmap_density`) and where it is made (`acc.density`; of a tensor that several products read
    the mean). The search of mappings and the choice of storage look there.

    Example: `dnnc-opt --apply-calibration='file=run.json' --choose-mapping tiles.mlir`
  }];
  let options = [Option<"file", "file", "std::string", "\"\"", "statistics of a run, as dnnc-sim --stats writes them">];
}

def ApplyDensity : Pass<"apply-density", "::mlir::func::FuncOp"> {
  let summary = "gives layers synthetic densities, for a what-if";
  let description = [{
    Reads densities of weights and activations, layer by layer, from a YAML file (docs/density.md). Zeros of weights are drawn
    at once: the constants change. Of activations the density is noted where they are read (`acc.ifmap_density`) and where they
    are made (`acc.density`), and the run draws their zeros. What the program computes is then not what the network computes;
    all reports say so.

    Example: `dnnc-opt --apply-density='file=densities.yaml' --choose-mapping tiles.mlir`
  }];
  let dependentDialects = ["::dnnc::acc::AccDialect"];
  let options = [Option<"file", "file", "std::string", "\"\"", "YAML file of densities">];
}

#endif

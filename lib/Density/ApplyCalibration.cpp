#include "lib/Density/Calibration.h"
#include "lib/Density/Feeds.h"
#include "lib/Density/Passes.h"

#include "dnnc/Error.h"

#include "llvm/ADT/MapVector.h"

namespace dnnc::density {
#define GEN_PASS_DEF_APPLYCALIBRATION
#include "lib/Density/Passes.h.inc"
} // namespace dnnc::density

using namespace mlir;
using namespace dnnc;
using namespace dnnc::density;

namespace {
struct ApplyCalibrationPass : density::impl::ApplyCalibrationBase<ApplyCalibrationPass> {
  using ApplyCalibrationBase::ApplyCalibrationBase;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    Calibration run;
    try {
      run = Calibration::load(file);
    } catch (const Error &error) {
      function.emitError(error.what());
      return signalPassFailure();
    }
    struct Readers {
      double sum = 0;
      int64_t count = 0;
    };
    llvm::MapVector<Value, Readers> readers;
    bool mismatches = false;
    for (Fed fed : fedProducts(function)) {
      std::vector<std::string> names;
      for (Attribute name : fed.group.getOnnx())
        names.push_back(cast<StringAttr>(name).str());
      if (std::string problem = run.mismatch(fed.group.getNode(), names); !problem.empty()) {
        fed.group->emitError(problem);
        mismatches = true;
        continue;
      }
      std::optional<double> density = run.activations(fed.group.getNode());
      if (!density)
        continue;
      fed.group->setAttr(acc::ifmapDensityAttr, calibrated(*density));
      for (Value tensor : fed.ifmaps) {
        readers[tensor].sum += *density;
        ++readers[tensor].count;
      }
    }
    if (mismatches)
      return signalPassFailure();
    for (auto [tensor, densities] : readers)
      setDensity(function, tensor, calibrated(densities.sum / static_cast<double>(densities.count)));
  }

  acc::DensityAttr calibrated(double share) {
    return acc::DensityAttr::get(&getContext(), acc::DensityOrigin::calibration, share);
  }
};
} // namespace

#include "lib/Report/Balance.h"
#include "lib/Report/Passes.h"
#include "lib/Report/Savings.h"
#include "lib/Schedule/LoadTarget.h"
#include "lib/Strategy/Groups.h"

#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>

namespace dnnc::report {
#define GEN_PASS_DEF_REPORTDECISIONS
#include "lib/Report/Passes.h.inc"
} // namespace dnnc::report

using namespace mlir;
using namespace dnnc;
using Json = nlohmann::ordered_json;

static Json list(ArrayRef<int64_t> values) { return Json(std::vector<int64_t>(values)); }

/// Whether what the group's product reads has drawn zeros.
static bool isSynthetic(acc::GroupOp group) {
  return llvm::any_of(ArrayRef{acc::ifmapDensityAttr, acc::weightDensityAttr}, [&](StringRef name) {
    auto density = group->getAttrOfType<acc::DensityAttr>(name);
    return density && density.getOrigin() == acc::DensityOrigin::synthetic;
  });
}

static FailureOr<Json> nodeJson(acc::GroupOp group, const Target &target) {
  Json node = {{"id", group.getNode()}, {"op", group.getKind().str()}, {"onnx", strategy::namesOf(group)}};
  std::vector<std::string> dataflows;
  for (Operation *product : strategy::productsOf(group))
    if (auto mapping = product->getAttrOfType<acc::MappingAttr>("mapping"))
      dataflows.push_back(acc::stringifyDataflow(mapping.getDataflow()).str());
  node["dataflow"] = dataflows;
  if (acc::TilingAttr tiling = group.getTilingAttr()) {
    node["tile"] = list(tiling.getSizes());
    node["order"] = list(tiling.getOrder());
    node["reduction"] = list(tiling.getReduction());
  }
  auto balance = report::filterBalance(group, target);
  if (failed(balance))
    return failure();
  if (*balance)
    node["distributed"] = {{"slowest_in_order", (*balance)->inOrder}, {"slowest", (*balance)->slowest}};
  return node;
}

/// What docs/storage.md says of each field.
static Json entryJson(const schedule::LedgerEntry &entry, const Target &target) {
  Json json = {{"tensor", entry.name}, {"nodes", list(entry.nodes)}, {"constant", entry.isConstant}};
  auto type = cast<RankedTensorType>(entry.tensor.getType());
  json["shape"] = list(type.getShape());
  json["element_bits"] = acc::elementBits(type.getElementType());
  if (entry.density)
    json["density"] = *entry.density;
  json["density_origin"] = entry.densityOrigin;
  json["expected"] = !entry.isConstant;
  json["format"] = entry.storage ? acc::stringifyFormat(entry.storage.getFormat()).str() : "raw";
  if (entry.storage)
    json["segment"] = list(entry.storage.getSegment());
  json["raw_bytes"] = entry.rawBytes;
  json["bytes"] = entry.bytes;
  json["worst_bytes"] = entry.worstBytes;
  if (entry.metadata)
    json["metadata_share"] = *entry.metadata;
  if (entry.storage && entry.storage.getFormat() == acc::Format::nm)
    json["filler_share"] = entry.filler;
  if (entry.breakEven)
    json["break_even_density"] = *entry.breakEven;
  if (auto dram = report::dramSavings(entry, target))
    json["saved"]["dram"] = {{"bytes", dram->bytes}, {"cycles", dram->cycles}, {"energy_pj", dram->energyPj}};
  if (auto array = report::arraySavings(entry, target))
    json["saved"]["array"] = {
        {"macs", array->macs}, {"cycles", array->cycles}, {"energy_pj", array->energyPj}};
  if (!entry.reason.empty())
    json["reason"] = entry.reason;
  return json;
}

namespace {
struct ReportDecisionsPass : report::impl::ReportDecisionsBase<ReportDecisionsPass> {
  using ReportDecisionsBase::ReportDecisionsBase;

  void runOnOperation() override {
    std::optional<Target> machine = schedule::loadTarget(getOperation(), target);
    if (!machine)
      return signalPassFailure();
    auto ledger = schedule::storageLedger(getOperation(), machine->dram);
    if (failed(ledger))
      return signalPassFailure();
    Json report = {{"target", machine->name}}, nodes = Json::array();
    int64_t synthetic = 0;
    WalkResult walked = getOperation().walk([&](acc::GroupOp group) -> WalkResult {
      FailureOr<Json> node = nodeJson(group, *machine);
      if (succeeded(node))
        nodes.push_back(*node);
      synthetic += isSynthetic(group);
      return LogicalResult(node);
    });
    if (walked.wasInterrupted())
      return signalPassFailure();
    if (synthetic > 0)
      report["synthetic_densities"] = {{"nodes", synthetic}};
    report["nodes"] = std::move(nodes);
    report["storage"] = Json::array();
    for (const schedule::LedgerEntry &entry : *ledger)
      report["storage"].push_back(entryJson(entry, *machine));
    std::ofstream stream(file);
    stream << report.dump(2) << "\n";
    if (!stream.flush()) {
      getOperation().emitError(fmt::format("cannot write {}", file.getValue()));
      signalPassFailure();
    }
  }
};
} // namespace

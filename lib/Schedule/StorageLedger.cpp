#include "lib/Schedule/StorageLedger.h"

#include "lib/Schedule/ActivationStorage.h"
#include "lib/Schedule/ConstantStorage.h"

#include <fmt/format.h>

using namespace mlir;
using namespace dnnc;
using namespace dnnc::schedule;

/// The constant that a tensor is, perhaps in another shape.
static acc::ConstantOp constantBehind(Value tensor) {
  while (auto view = tensor.getDefiningOp<acc::ReshapeOp>())
    tensor = view.getInput();
  return tensor.getDefiningOp<acc::ConstantOp>();
}

static std::string nameOf(Value tensor, ArrayRef<Transfer> transfers) {
  if (auto group = tensor.getDefiningOp<acc::GroupOp>())
    return fmt::format("result of node {}", group.getNode());
  acc::GroupOp reader = transfers.front().group;
  for (auto [index, input] : llvm::enumerate(reader.getInputs()))
    if (input == tensor)
      return fmt::format("{} {} of node {}", constantBehind(tensor) ? "constant" : "input", index,
                         reader.getNode());
  return "a tensor";
}

/// Whether a tensor is the weight of a group's product, of which the zeros were drawn.
static bool hasDrawnWeight(acc::GroupOp group, Value tensor) {
  if (!group->hasAttr(acc::weightDensityAttr))
    return false;
  WalkResult found = group.walk([&](Operation *op) {
    auto weight = isa<acc::ConvOp, acc::MatmulOp>(op) ? dyn_cast<BlockArgument>(op->getOperand(1)) : BlockArgument();
    return weight && group.getInputs()[weight.getArgNumber()] == tensor ? WalkResult::interrupt() : WalkResult::advance();
  });
  return found.wasInterrupted();
}

static LogicalResult addConstant(LedgerEntry &entry, acc::ConstantOp constant, ArrayRef<Transfer> transfers,
                                 const Dram &dram) {
  entry.isConstant = true;
  entry.densityOrigin = "counted";
  for (const Transfer &transfer : transfers)
    if (hasDrawnWeight(transfer.group, entry.tensor))
      entry.densityOrigin = "synthetic";
  if (constant.getResult() != entry.tensor) {
    // The tiles are those of another shape than the constant's, which has no storage for them.
    FailureOr<std::optional<double>> density = densityOf(constant);
    if (failed(density))
      return failure();
    entry.density = *density;
    entry.rawBytes = rawBytes(cast<RankedTensorType>(entry.tensor.getType()), transfers, dram.burstBytes);
    entry.bytes = entry.worstBytes = entry.rawBytes;
    entry.reason = dram.codecs.any() ? "a reshape or concat views it in another shape"
                                     : "the target has no codec (dram.codecs)";
    return success();
  }
  FailureOr<ConstantStorage> found = storedConstant(constant, transfers, dram);
  if (failed(found))
    return failure();
  entry.density = found->density;
  entry.storage = found->storage;
  entry.rawBytes = found->rawBytes;
  entry.bytes = entry.worstBytes = found->movedBytes;
  entry.reason = found->reason;
  if (found->storage) {
    entry.metadata = found->metadata;
    entry.filler = found->filler;
  }
  return success();
}

static void addActivation(LedgerEntry &entry, ArrayRef<Transfer> transfers, const Dram &dram) {
  for (const Transfer &transfer : transfers)
    if (acc::StorageAttr said = storageSaid(transfer.group, entry.tensor); acc::isCompressed(said))
      entry.storage = said;
  bool encoded = entry.storage != nullptr;
  ActivationStorage found = encoded ? activationBytes(entry.tensor, transfers, entry.storage, dram)
                                    : chooseActivationStorage(entry.tensor, transfers, dram);
  entry.density = found.density;
  entry.densityOrigin = found.noted ? acc::stringifyDensityOrigin(found.noted.getOrigin()).str() : "assumed";
  entry.rawBytes = found.rawBytes;
  entry.bytes = encoded ? found.expectedBytes : found.rawBytes;
  entry.worstBytes = encoded ? found.worstBytes : found.rawBytes;
  if (!encoded) {
    entry.reason = found.storage ? "it was decided so" : found.reason;
    return;
  }
  auto type = cast<RankedTensorType>(entry.tensor.getType());
  double elements = found.density * movedElements(type, transfers) *
                    static_cast<double>(acc::elementBytes(type.getElementType()));
  entry.metadata = std::max(0.0, 1 - elements / static_cast<double>(std::max<int64_t>(1, entry.bytes)));
}

FailureOr<std::vector<LedgerEntry>> schedule::storageLedger(func::FuncOp function, const Dram &dram) {
  std::vector<LedgerEntry> ledger;
  for (auto &[tensor, transfers] : transfersOf(function)) {
    LedgerEntry entry;
    entry.tensor = tensor;
    entry.name = nameOf(tensor, transfers);
    for (Transfer &transfer : transfers) {
      if (int64_t node = transfer.group.getNode(); !llvm::is_contained(entry.nodes, node))
        entry.nodes.push_back(node);
      if (!transfer.stores && !llvm::is_contained(entry.readers, transfer.group))
        entry.readers.push_back(transfer.group);
    }
    if (acc::ConstantOp constant = constantBehind(tensor)) {
      if (failed(addConstant(entry, constant, transfers, dram)))
        return failure();
    } else {
      addActivation(entry, transfers, dram);
    }
    if (entry.storage)
      entry.breakEven =
          breakEvenDensity(entry.storage, cast<RankedTensorType>(tensor.getType()).getElementType());
    ledger.push_back(std::move(entry));
  }
  return ledger;
}

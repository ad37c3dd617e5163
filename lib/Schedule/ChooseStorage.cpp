#include "lib/Schedule/ActivationStorage.h"
#include "lib/Schedule/ConstantStorage.h"
#include "lib/Schedule/LoadTarget.h"
#include "lib/Schedule/Passes.h"
#include "lib/Schedule/TensorStorages.h"

namespace dnnc::schedule {
#define GEN_PASS_DEF_CHOOSESTORAGE
#include "lib/Schedule/Passes.h.inc"
} // namespace dnnc::schedule

using namespace mlir;
using namespace dnnc;
using namespace dnnc::schedule;

/// The values of a constant in another shape; null for a form of attribute that is not known.
static ElementsAttr reshaped(ElementsAttr value, ArrayRef<int64_t> shape) {
  auto type = cast<ShapedType>(value.getType()).clone(shape);
  if (auto dense = dyn_cast<DenseElementsAttr>(value))
    return dense.reshape(type);
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(value))
    return DenseResourceElementsAttr::get(type, resource.getRawHandle());
  return {};
}

/// A view of a constant that nothing else uses becomes a constant of the shape in which it is loaded, for
/// which segments can be found.
static void reshapeConstant(acc::ReshapeOp view) {
  auto constant = view.getInput().getDefiningOp<acc::ConstantOp>();
  if (!constant || !constant->hasOneUse() || constant.getStorageAttr())
    return;
  auto type = cast<RankedTensorType>(view.getType());
  ElementsAttr value = reshaped(constant.getValue(), type.getShape());
  if (!value)
    return;
  OpBuilder builder(view);
  auto shaped = acc::ConstantOp::create(builder, constant.getLoc(), type, value, acc::StorageAttr());
  view.getResult().replaceAllUsesWith(shaped.getResult());
  view.erase();
  constant.erase();
}

namespace {
struct ChooseStoragePass : schedule::impl::ChooseStorageBase<ChooseStoragePass> {
  using ChooseStorageBase::ChooseStorageBase;

  void runOnOperation() override {
    std::optional<Target> machine = loadTarget(getOperation(), target);
    if (!machine)
      return signalPassFailure();
    if (failed(verifyTarget(*machine)))
      return signalPassFailure();
    if (machine->dram.codecs.any())
      for (auto view : llvm::make_early_inc_range(getOperation().getBody().front().getOps<acc::ReshapeOp>()))
        reshapeConstant(view);
    // All is decided before any of it is written: what a group says of one tensor would look like a word on
    // the others.
    auto allTransfers = transfersOf(getOperation());
    llvm::MapVector<Value, acc::StorageAttr> decided;
    for (auto &[tensor, transfers] : allTransfers) {
      if (auto constant = tensor.getDefiningOp<acc::ConstantOp>()) {
        if (constant.getStorageAttr() || !machine->dram.codecs.any())
          continue;
        FailureOr<ConstantStorage> choice = chooseConstantStorage(constant, transfers, machine->dram);
        if (failed(choice))
          return signalPassFailure();
        if (choice->storage)
          constant.setStorageAttr(choice->storage);
      } else if (auto storage = storageOf(tensor, transfers, machine->dram)) {
        decided[tensor] = storage;
      }
    }
    for (auto &[tensor, storage] : decided)
      for (const Transfer &transfer : allTransfers[tensor])
        write(transfer.group, tensor, storage);
  }

private:
  /// The storage to write; null where there is nothing to decide.
  static acc::StorageAttr storageOf(Value tensor, ArrayRef<Transfer> transfers, const Dram &dram) {
    auto type = cast<RankedTensorType>(tensor.getType());
    acc::StorageAttr asked;
    for (const Transfer &transfer : transfers)
      if (acc::StorageAttr one = storageSaid(transfer.group, tensor);
          one && (!asked || acc::isCompressed(one)))
        asked = one;
    if (asked && acc::isCompressed(asked) && asked.getSegment().empty())
      return activationStorage(tensor.getContext(), asked.getFormat(),
                               largestSegment(type.getShape(), transfers));
    return asked ? acc::StorageAttr() : chooseActivationStorage(tensor, transfers, dram).storage;
  }

  static void write(acc::GroupOp group, Value tensor, acc::StorageAttr storage) {
    auto raw = acc::StorageAttr::get(group.getContext(), acc::Format::raw, {});
    SmallVector<Attribute> list(group.getInputs().size() + 1, raw);
    if (ArrayAttr given = group.getStorageAttr())
      list.assign(given.begin(), given.end());
    for (auto [index, input] : llvm::enumerate(group.getInputs()))
      if (input == tensor)
        list[index] = storage;
    if (group.getResult() == tensor)
      list.back() = storage;
    group.setStorageAttr(ArrayAttr::get(group.getContext(), list));
  }

  LogicalResult verifyTarget(const Target &machine) {
    LogicalResult result = success();
    auto check = [&](Operation *op, acc::StorageAttr storage, const char *what) {
      if (!storage || hasCodec(machine.dram.codecs, storage.getFormat()))
        return;
      auto format = acc::stringifyFormat(storage.getFormat());
      result = op->emitOpError("stores ")
               << what << " in " << format << "; target '" << machine.name
               << "' has no codec for it: set dram.codecs." << format << ", or store it raw";
    };
    getOperation().walk([&](Operation *op) {
      if (auto group = dyn_cast<acc::GroupOp>(op); group && group.getStorageAttr())
        for (Attribute attribute : group.getStorageAttr())
          check(op, cast<acc::StorageAttr>(attribute), "an activation");
      if (auto constant = dyn_cast<acc::ConstantOp>(op))
        check(op, constant.getStorageAttr(), "a constant");
    });
    return result;
  }
};
} // namespace

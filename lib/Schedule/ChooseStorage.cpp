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

/// A word of 64 bits holds three levels, so a segment grows by a third where nothing is zero, and by more
/// where few elements share its last word. At most so much of the raw bytes:
static constexpr double mostGrowth = 1.5;

static bool is16Bit(Type element) {
  auto quantized = dyn_cast<quant::UniformQuantizedType>(element);
  return quantized && quantized.getStorageTypeIntegralWidth() == 16;
}

/// Whether the group's last op clamps at the zero point, as a Relu does: what was negative is zero then.
static bool rectifies(acc::GroupOp group) {
  Operation *last = group.getBody().front().getTerminator()->getOperand(0).getDefiningOp();
  auto element = cast<RankedTensorType>(group.getResult().getType()).getElementType();
  auto low = last->getAttrOfType<FloatAttr>("clamp_low");
  return low && low.getValueAsDouble() >=
                    static_cast<double>(cast<quant::UniformQuantizedType>(element).getZeroPoint());
}

namespace {
struct ChooseStoragePass : schedule::impl::ChooseStorageBase<ChooseStoragePass> {
  using ChooseStorageBase::ChooseStorageBase;

  void runOnOperation() override {
    std::optional<Target> machine = loadTarget(getOperation(), target);
    if (!machine)
      return signalPassFailure();
    if (!machine->dram.activationRlc) {
      if (failed(verifyTarget(*machine)))
        signalPassFailure();
      return;
    }
    for (auto &[tensor, transfers] : transfersOf(getOperation()))
      if (auto storage = storageOf(tensor, transfers))
        for (const Transfer &transfer : transfers)
          write(transfer.group, tensor, storage);
  }

private:
  /// What a group says of a tensor; null for nothing.
  static acc::StorageAttr said(acc::GroupOp group, Value tensor) {
    ArrayAttr storage = group.getStorageAttr();
    if (!storage)
      return {};
    if (tensor == group.getResult()) {
      // A file that pins an input says nothing of the result.
      auto pinned = group->getAttrOfType<DictionaryAttr>(storagePinnedAtAttr);
      auto result = cast<acc::StorageAttr>(*std::prev(storage.end()));
      return pinned && !pinned.contains("ofmap") && !acc::isCompressed(result) ? acc::StorageAttr() : result;
    }
    for (auto [input, attribute] : llvm::zip(group.getInputs(), storage))
      if (input == tensor && acc::isCompressed(cast<acc::StorageAttr>(attribute)))
        return cast<acc::StorageAttr>(attribute);
    return {};
  }

  /// The storage to write; null where there is nothing to decide.
  static acc::StorageAttr storageOf(Value tensor, ArrayRef<Transfer> transfers) {
    auto type = cast<RankedTensorType>(tensor.getType());
    acc::StorageAttr asked;
    for (const Transfer &transfer : transfers)
      if (acc::StorageAttr one = said(transfer.group, tensor); one && (!asked || acc::isCompressed(one)))
        asked = one;
    bool isOpen = asked && acc::isCompressed(asked) && asked.getSegment().empty();
    bool mayChoose = !asked && is16Bit(type.getElementType()) && type.getRank() <= 7 &&
                     tensor.getDefiningOp<acc::GroupOp>() &&
                     rectifies(tensor.getDefiningOp<acc::GroupOp>()) &&
                     !hasViews(tensor);
    if (!isOpen && !mayChoose)
      return {};
    SmallVector<int64_t> segment = largestSegment(type.getShape(), transfers);
    int64_t elements = llvm::product_of(segment), words = (elements + 2) / 3;
    if (!isOpen && static_cast<double>(words * 8) > mostGrowth * static_cast<double>(elements * 2))
      return {};
    return acc::StorageAttr::get(tensor.getContext(), acc::Format::rlc, segment);
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
    getOperation().walk([&](acc::GroupOp group) {
      if (ArrayAttr storage = group.getStorageAttr())
        for (Attribute attribute : storage)
          if (cast<acc::StorageAttr>(attribute).getFormat() == acc::Format::rlc) {
            result = group.emitOpError("stores an activation in rlc; target '")
                     << machine.name << "' has no codec for it: set dram.activation_rlc, or store it raw";
            break;
          }
    });
    return result;
  }
};
} // namespace

#include "lib/Cost/Footprint.h"
#include "lib/Schedule/LoadTarget.h"
#include "lib/Schedule/Passes.h"

namespace dnnc::schedule {
#define GEN_PASS_DEF_ALLOCATEBUFFERS
#include "lib/Schedule/Passes.h.inc"
} // namespace dnnc::schedule

using namespace mlir;
using namespace dnnc;

namespace {
struct AllocateBuffersPass : schedule::impl::AllocateBuffersBase<AllocateBuffersPass> {
  using AllocateBuffersBase::AllocateBuffersBase;

  void runOnOperation() override {
    std::optional<Target> machine = schedule::loadTarget(getOperation(), target);
    if (!machine)
      return signalPassFailure();
    bool fromEnd = false, failedAny = false;
    getOperation().walk([&](acc::NestOp nest) {
      failedAny |= failed(allocate(nest, *machine, fromEnd));
      fromEnd = !fromEnd;
    });
    if (failedAny)
      signalPassFailure();
  }

  LogicalResult allocate(acc::NestOp nest, const Target &machine, bool fromEnd) {
    SmallVector<int64_t> used(machine.memories.size(), 0);
    LogicalResult result = success();
    nest.walk([&](acc::BufferOp buffer) {
      auto type = cast<acc::BufferType>(buffer.getType());
      // Every target has a memory for every operand.
      size_t memory = *machine.memoryFor(static_cast<Operand>(type.getRole()));
      buffer.setMemory(memory);
      if (machine.memories[memory].kind == Memory::Kind::Fifo) {
        buffer.setAddress(0);
        return;
      }
      int64_t bytes = cost::alignedBytes(type.getSlotBytes() * type.getSlots());
      int64_t capacity = machine.memoryBytes(memory);
      int64_t lines = capacity / cost::bufferAlignment * cost::bufferAlignment;
      buffer.setAddress(fromEnd ? lines - used[memory] - bytes : used[memory]);
      used[memory] += bytes;
    });
    for (auto [index, bytes] : llvm::enumerate(used))
      if (bytes > machine.memoryBytes(index)) {
        nest.emitOpError("needs ") << bytes << " bytes of memory '" << machine.memories[index].name
                                   << "', which has " << machine.memoryBytes(index)
                                   << "; choose smaller tiles";
        result = failure();
      }
    return result;
  }
};
} // namespace

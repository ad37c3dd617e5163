#include "lib/Schedule/Passes.h"

#include "dnnc/Error.h"
#include "dnnc/Target.h"

namespace dnnc::schedule {
#define GEN_PASS_DEF_ALLOCATEBUFFERS
#include "lib/Schedule/Passes.h.inc"
} // namespace dnnc::schedule

using namespace mlir;
using namespace dnnc;

/// A buffer begins at a line of a memory's banks.
static constexpr int64_t bufferAlignment = 16;

namespace {
struct AllocateBuffersPass : schedule::impl::AllocateBuffersBase<AllocateBuffersPass> {
  using AllocateBuffersBase::AllocateBuffersBase;

  void runOnOperation() override {
    Target machine;
    try {
      machine = Target::load(target);
    } catch (const Error &error) {
      getOperation().emitError(error.what());
      return signalPassFailure();
    }
    bool fromEnd = false, failedAny = false;
    getOperation().walk([&](acc::NestOp nest) {
      failedAny |= failed(allocate(nest, machine, fromEnd));
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
      int64_t bytes = (type.getSlotBytes() * type.getSlots() + bufferAlignment - 1) / bufferAlignment * bufferAlignment;
      int64_t capacity = machine.memoryBytes(memory);
      buffer.setAddress(fromEnd ? (capacity - used[memory] - bytes) / bufferAlignment * bufferAlignment : used[memory]);
      used[memory] += bytes;
    });
    for (auto [index, bytes] : llvm::enumerate(used))
      if (bytes > machine.memoryBytes(index)) {
        nest.emitOpError("needs ") << bytes << " bytes of memory '" << machine.memories[index].name << "', which has "
                                   << machine.memoryBytes(index) << "; choose smaller tiles";
        result = failure();
      }
    return result;
  }
};
} // namespace

#include "runtime/Simulator/exec/Execute.h"

namespace dnnc::sim {

void execute(const isa::Instruction &instruction, Context &context) {
  std::visit([&](const auto &row) { execute(row, context); }, instruction);
}

} // namespace dnnc::sim

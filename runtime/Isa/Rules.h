// What a row must satisfy that its bits alone do not say. The same rules judge a program file and the MLIR
// ops.
#pragma once

#include "runtime/Isa/Isa.h"

#include <optional>

namespace dnnc::isa {

/// Everything that is wrong with a row alone, without the rest of its program; empty for a good one.
std::vector<std::string> problemsOf(const Instruction &instruction);
std::vector<std::string> problemsOf(const AnyRow &row);
std::vector<std::string> problemsOf(const LaneStep &step);

/// What an element becomes in a lane register: int32, int64 or float32; nullopt where lanes do not read the
/// type.
std::optional<ElementType> laneTypeOf(ElementType type);
/// Type of the register that a step writes.
ElementType resultTypeOf(const LaneStep &step);

} // namespace dnnc::isa

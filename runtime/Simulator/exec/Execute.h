// The value semantics of every instruction: one overload, one file each. Loops, synchronization, tokens and
// time belong to the machine; what stands here changes memory and nothing else.
#pragma once

#include "runtime/Isa/Isa.h"
#include "runtime/Simulator/Context.h"

namespace dnnc::sim {

struct Box;

void execute(const isa::Load &load, Context &context);
void execute(const isa::Store &store, Context &context);
void execute(const isa::Conv &conv, Context &context);
void execute(const isa::Map &map, Context &context);
void execute(const isa::Reduce &reduce, Context &context);
void execute(const isa::Window &window, Context &context);
void execute(const isa::Permute &permute, Context &context);
void execute(const isa::Gather &gather, Context &context);

// The queue's own instructions change no memory; the machine carries them out.
inline void execute(const isa::Loop &, Context &) {}
inline void execute(const isa::EndLoop &, Context &) {}
inline void execute(const isa::Sync &, Context &) {}

/// A row of the ISA table without an overload above does not compile.
template <typename Row> void execute(const Row &, Context &) = delete;

/// Fails where results that are displaced lie among psums of the same instruction: one would be written over
/// a psum that is not complete.
void checkDisplacedPlaces(const isa::Conv &conv, int64_t psum, const Box &psums, int64_t output,
                          const Box &results, Context &context);

/// Any instruction.
void execute(const isa::Instruction &instruction, Context &context);

} // namespace dnnc::sim

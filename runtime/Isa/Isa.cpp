// The codec of the rows of the ISA table: instantiates what dnnc-tblgen generated.
#include "runtime/Isa/Isa.h"
#include "runtime/Isa/Codec.h"
#include "runtime/Isa/Text.h"

#include <fmt/format.h>

namespace dnnc::isa {

#include "runtime/Isa/Isa.cpp.inc"

int64_t Affine::value(std::span<const int64_t> indices) const {
  uint64_t sum = 0;
  for (const AffineTerm &term : terms)
    if (term.level >= 0 && static_cast<size_t>(term.level) < indices.size())
      sum += static_cast<uint64_t>(term.stride) * static_cast<uint64_t>(indices[term.level]);
  if (wrap > 0) {
    int64_t remainder = static_cast<int64_t>(sum) % wrap;
    sum = static_cast<uint64_t>(remainder < 0 ? remainder + wrap : remainder);
  }
  return static_cast<int64_t>(static_cast<uint64_t>(base) + sum);
}

const RowInfo *laneStepInfo(LaneOpcode opcode) {
  for (const RowInfo &info : laneStepInfos)
    if (info.opcode == static_cast<uint8_t>(opcode))
      return &info;
  return nullptr;
}

uint64_t opcodeOf(std::span<const uint64_t> words) {
  const Field &place = layout::InstructionHeader::opcode;
  return words.empty() ? 0 : words[0] >> place.lsb & ((uint64_t(1) << place.width) - 1);
}

Instruction parseInstruction(std::string_view text) {
  TextReader reader(text, "text");
  Instruction instruction = parseInstruction(reader);
  if (!reader.atEnd())
    reader.fail("need the end of the text behind an instruction");
  return instruction;
}

uint64_t digest(std::span<const uint8_t> bytes) {
  uint64_t hash = 0xcbf29ce484222325;
  for (uint8_t byte : bytes)
    hash = (hash ^ byte) * 0x100000001b3;
  return hash;
}

std::string digestText(std::span<const uint8_t> bytes) {
  return fmt::format("fnv1a64:{:016x}", digest(bytes));
}

} // namespace dnnc::isa

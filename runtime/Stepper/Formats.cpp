#include "runtime/Stepper/Formats.h"

namespace dnnc::stepper {
namespace {

int64_t wordsFor(int64_t bits, const Spad &spad) { return (bits + spad.bits - 1) / spad.bits; }

} // namespace

Format rawFormat(ElementType type, const Spad &spad) {
  int64_t bits = 8 * bytesOf(type);
  return {.elementBits = bits, .words = wordsFor(bits, spad)};
}

Format formatOf(NocFormat format, ElementType type, const Spad &spad, int64_t addressBits) {
  constexpr int64_t countBits = 4; // of the zeros before a non-zero
  int64_t bits = 8 * bytesOf(type);
  switch (format) {
  case NocFormat::Csc:
    return {.compressed = true,
            .nonZeroBits = bits + countBits,
            .columnBits = addressBits,
            .words = wordsFor(bits + countBits, spad)};
  case NocFormat::Bitmask:
    return {.compressed = true, .elementBits = 1, .nonZeroBits = bits, .rawBits = bits, .words = wordsFor(bits, spad)};
  case NocFormat::Dense:
    break;
  }
  return rawFormat(type, spad);
}

} // namespace dnnc::stepper

// codec = rlc: run-length words as Eyeriss v1 stores feature maps (Chen et al., JSSC 2017, III-B): three pairs
// of a run of zeros, at most 31, and a level of 16 bits, and an end bit.
#include "runtime/Isa/SegmentCodecs.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace dnnc::isa::rlc {
namespace {

// A word holds three pairs of 21 bits, the run lowest, and the end bit above them.
constexpr int pairsOfWord = 3, pairBits = 21, runBits = 5;
constexpr int64_t longestRun = 31, wordBytes = 8;
constexpr uint64_t endBit = uint64_t(1) << 63;

/// Before a segment that stands raw: a last word of three levels, which no longer segment begins with.
constexpr uint64_t rawMark = endBit;
bool canStandRaw(int64_t elements) { return elements > pairsOfWord; }

class Writer {
public:
  /// Without a slot only counts.
  Writer(uint8_t *slot, uint16_t zero) : slot(slot), zero(zero) {}

  void push(uint16_t element) {
    if (element == zero && run < longestRun) {
      ++run;
      return;
    }
    pair(run, element);
    run = 0;
  }
  /// Writes the last word; returns the bytes of all.
  int64_t finish() {
    if (run > 0)
      pair(run - 1, zero); // the last zero is a level
    word |= endBit;
    flush();
    return bytes;
  }

private:
  void pair(int64_t zeros, uint16_t level) {
    // A full word is written only now: the last one gets the end bit.
    if (pairs == pairsOfWord)
      flush();
    word |= (uint64_t(level) << runBits | uint64_t(zeros)) << (pairBits * pairs++);
  }
  void flush() {
    if (slot)
      std::memcpy(slot + bytes, &word, sizeof word);
    bytes += sizeof word;
    word = 0;
    pairs = 0;
  }

  uint8_t *slot;
  uint16_t zero;
  int64_t run = 0, bytes = 0;
  uint64_t word = 0;
  int pairs = 0;
};

/// Every word but the last has three pairs and every pair an element, so that n elements are found, or the
/// damage is, within ⌈n / 3⌉ words.
class Reader {
public:
  Reader(std::span<const uint8_t> slot, uint16_t zero) : slot(slot), zero(zero) {}

  uint16_t next() {
    if (run > 0) {
      --run;
      return zero;
    }
    if (!pending)
      takePair();
    if (run > 0) {
      --run;
      return zero;
    }
    pending = false;
    return level;
  }
  /// Checks that the words end with the last element; returns their bytes.
  int64_t finish() const {
    if (pending)
      throw Error("a run goes beyond the segment's last element");
    if (!(word & endBit))
      throw Error("the word with the segment's last element has no end bit");
    if (pairs < pairsOfWord && (word & ~endBit) >> (pairBits * pairs) != 0)
      throw Error("there are pairs behind the segment's last element");
    return bytes;
  }

private:
  void takePair() {
    if (pairs == pairsOfWord) {
      if (bytes > 0 && word & endBit)
        throw Error("the end bit is set before the segment's last element");
      if (slot.size() - static_cast<size_t>(bytes) < sizeof word)
        throw Error(fmt::format("does not end in its slot of {} bytes", slot.size()));
      std::memcpy(&word, slot.data() + bytes, sizeof word);
      bytes += sizeof word;
      pairs = 0;
    }
    uint64_t bits = word >> (pairBits * pairs++);
    run = static_cast<int64_t>(bits & longestRun);
    level = static_cast<uint16_t>(bits >> runBits);
    pending = true;
  }

  std::span<const uint8_t> slot;
  uint16_t zero, level = 0;
  int64_t run = 0, bytes = 0;
  bool pending = false; // whether the pair's level is still to come
  uint64_t word = 0;
  int pairs = pairsOfWord;
};

/// Writes the words, or only counts them where there is no slot; returns their bytes.
int64_t words(const SegmentFormat &format, SegmentShape shape, const uint8_t *elements, uint8_t *slot) {
  Writer writer(slot, static_cast<uint16_t>(format.zero));
  for (int64_t i = 0; i < shape.elements; ++i)
    writer.push(elementAt<uint16_t>(elements, i));
  return writer.finish();
}

} // namespace

int64_t worstCaseBytes(int64_t elements) {
  if (elements > (int64_t(1) << 58)) // far more than any memory has
    return std::numeric_limits<int64_t>::max();
  int64_t words = wordBytes * ((elements + pairsOfWord - 1) / pairsOfWord);
  return canStandRaw(elements) ? std::min(words, wordBytes + 2 * elements) : words;
}

int64_t encodedBytes(const SegmentFormat &format, SegmentShape shape, const uint8_t *elements) {
  int64_t bytes = words(format, shape, elements, nullptr);
  return canStandRaw(shape.elements) ? std::min(bytes, wordBytes + 2 * shape.elements) : bytes;
}

void encode(const SegmentFormat &format, SegmentShape shape, const uint8_t *elements, uint8_t *slot) {
  int64_t raw = wordBytes + 2 * shape.elements;
  if (!canStandRaw(shape.elements) || words(format, shape, elements, nullptr) <= raw) {
    words(format, shape, elements, slot);
    return;
  }
  std::memcpy(slot, &rawMark, sizeof rawMark);
  std::memcpy(slot + wordBytes, elements, static_cast<size_t>(2 * shape.elements));
}

int64_t decode(const SegmentFormat &format, SegmentShape shape, std::span<const uint8_t> slot,
               uint8_t *elements) {
  auto size = static_cast<int64_t>(slot.size());
  if (canStandRaw(shape.elements) && size >= wordBytes && elementAt<uint64_t>(slot.data(), 0) == rawMark) {
    int64_t bytes = wordBytes + 2 * shape.elements;
    if (size < bytes)
      throw Error(fmt::format("stands raw in {} bytes, its slot has {}", bytes, size));
    std::memcpy(elements, slot.data() + wordBytes, static_cast<size_t>(2 * shape.elements));
    return bytes;
  }
  Reader reader(slot, static_cast<uint16_t>(format.zero));
  for (int64_t i = 0; i < shape.elements; ++i)
    putElement(elements, i, reader.next());
  return reader.finish();
}

} // namespace dnnc::isa::rlc

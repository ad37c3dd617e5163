#include "runtime/Isa/Rlc.h"

#include "dnnc/Error.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

namespace dnnc::isa {
namespace {

// A word holds three pairs of 21 bits, the run lowest, and the end bit above them.
constexpr int pairsOfWord = 3, pairBits = 21, runBits = 5;
constexpr uint64_t endBit = uint64_t(1) << 63;

class Writer {
public:
  Writer(uint8_t *slot, uint16_t zero) : slot(slot), zero(zero) {}

  void push(uint16_t element) {
    if (element == zero && run < rlcLongestRun) {
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
  Reader(const uint8_t *slot, uint16_t zero) : slot(slot), zero(zero) {}

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
      std::memcpy(&word, slot + bytes, sizeof word);
      bytes += sizeof word;
      pairs = 0;
    }
    uint64_t bits = word >> (pairBits * pairs++);
    run = static_cast<int64_t>(bits & rlcLongestRun);
    level = static_cast<uint16_t>(bits >> runBits);
    pending = true;
  }

  const uint8_t *slot;
  uint16_t zero, level = 0;
  int64_t run = 0, bytes = 0;
  bool pending = false; // whether the pair's level is still to come
  uint64_t word = 0;
  int pairs = pairsOfWord;
};

/// visit(byte offset) for every element, row-major.
template <typename Visit>
void forEachElement(std::span<const int64_t> extents, std::span<const int64_t> strides, Visit visit) {
  size_t rank = extents.size();
  if (rank == 0)
    return visit(int64_t(0));
  std::vector<int64_t> index(rank, 0);
  for (int64_t start = 0;;) {
    for (int64_t i = 0; i < extents[rank - 1]; ++i)
      visit(start + i * strides[rank - 1]);
    int64_t d = int64_t(rank) - 2;
    for (; d >= 0; --d) {
      start += strides[d];
      if (++index[d] < extents[d])
        break;
      start -= extents[d] * strides[d];
      index[d] = 0;
    }
    if (d < 0)
      return;
  }
}

int64_t saturatedProduct(int64_t a, int64_t b) {
  int64_t product;
  return __builtin_mul_overflow(a, b, &product) ? std::numeric_limits<int64_t>::max() : product;
}

} // namespace

int64_t rlcSlotBytes(int64_t elements) {
  // Far more elements than any memory has: the slot is too long for every one.
  if (elements > (int64_t(1) << 58))
    return std::numeric_limits<int64_t>::max();
  int64_t bytes = 8 * ((elements + pairsOfWord - 1) / pairsOfWord);
  return (bytes + 63) / 64 * 64;
}

int64_t rlcEncode(const uint8_t *from, std::span<const int64_t> extents, std::span<const int64_t> strides,
                  uint16_t zero, uint8_t *slot) {
  Writer writer(slot, zero);
  forEachElement(extents, strides, [&](int64_t offset) {
    uint16_t element;
    std::memcpy(&element, from + offset, sizeof element);
    writer.push(element);
  });
  return writer.finish();
}

int64_t rlcDecode(const uint8_t *slot, std::span<const int64_t> extents, std::span<const int64_t> strides,
                  uint16_t zero, uint8_t *to) {
  Reader reader(slot, zero);
  forEachElement(extents, strides, [&](int64_t offset) {
    uint16_t element = reader.next();
    std::memcpy(to + offset, &element, sizeof element);
  });
  return reader.finish();
}

SegmentGrid::SegmentGrid(std::vector<int64_t> shape, std::vector<int64_t> segment)
    : shape(std::move(shape)), segment(std::move(segment)) {
  int64_t elements = 1;
  for (int64_t extent : this->segment)
    elements = saturatedProduct(elements, extent);
  bytes = slotBytes = rlcSlotBytes(elements);
  size_t rank = this->shape.size();
  counts.resize(rank);
  strides.resize(rank);
  for (size_t d = rank; d-- > 0;) {
    counts[d] = (this->shape[d] - 1) / this->segment[d] + 1;
    strides[d] = bytes;
    bytes = saturatedProduct(bytes, counts[d]);
  }
}

/// visit(byte offset of the slot, byte offset of the first element in the tensor, extents, strides of the
/// tensor) for every segment.
template <typename Visit> void SegmentGrid::forEachSegment(Visit visit) const {
  size_t rank = shape.size();
  std::vector<int64_t> steps(rank);
  for (int64_t d = int64_t(rank) - 1, step = 2; d >= 0; step *= shape[d--])
    steps[d] = step;
  std::vector<int64_t> index(rank, 0), extents(rank);
  for (int64_t slot = 0; slot < bytes; slot += slotBytes) {
    int64_t first = 0;
    for (size_t d = 0; d < rank; ++d) {
      int64_t position = index[d] * segment[d];
      extents[d] = std::min(segment[d], shape[d] - position);
      first += position * steps[d];
    }
    visit(slot, first, extents, steps);
    for (size_t d = rank; d-- > 0;) {
      if (++index[d] < counts[d])
        break;
      index[d] = 0;
    }
  }
}

std::vector<uint8_t> SegmentGrid::encode(std::span<const uint8_t> tensor, uint16_t zero) const {
  std::vector<uint8_t> slots(static_cast<size_t>(bytes), 0);
  forEachSegment([&](int64_t slot, int64_t first, const std::vector<int64_t> &extents,
                     const std::vector<int64_t> &steps) {
    rlcEncode(tensor.data() + first, extents, steps, zero, slots.data() + slot);
  });
  return slots;
}

std::vector<uint8_t> SegmentGrid::decode(std::span<const uint8_t> slots, uint16_t zero) const {
  int64_t size = 2;
  for (int64_t extent : shape)
    size *= extent;
  std::vector<uint8_t> tensor(static_cast<size_t>(size));
  forEachSegment([&](int64_t slot, int64_t first, const std::vector<int64_t> &extents,
                     const std::vector<int64_t> &steps) {
    try {
      rlcDecode(slots.data() + slot, extents, steps, zero, tensor.data() + first);
    } catch (const Error &error) {
      throw Error(fmt::format("the segment in the slot at byte {}: {}", slot, error.what()));
    }
  });
  return tensor;
}

} // namespace dnnc::isa

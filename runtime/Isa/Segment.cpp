// Framing of segments: boxes to elements side by side and back, the header, and what stands raw. The codecs
// are SegmentCodecs.h's; the grid of segments is SegmentGrid.cpp's.
#include "runtime/Isa/SegmentCodecs.h"

#include <algorithm>
#include <bit>
#include <fmt/format.h>
#include <limits>

namespace dnnc::isa {
namespace {

constexpr int64_t headerBytes = 4;
constexpr uint32_t rawBit = uint32_t(1) << 31; // of the header
/// Bytes of a segment's elements: a header of 31 bits counts them.
constexpr int64_t mostBytes = std::numeric_limits<int32_t>::max();

int64_t productOf(std::span<const int64_t> extents) {
  int64_t product = 1;
  for (int64_t extent : extents)
    product = saturatedProduct(product, extent);
  return product;
}

SegmentShape shapeOf(std::span<const int64_t> extents) {
  return {productOf(extents), extents.empty() ? 1 : extents.back()};
}

/// visit(byte offset in the box, index) for every run of elements side by side along the innermost dimension:
/// the index of its first, row-major.
template <typename Visit>
void forEachRow(std::span<const int64_t> extents, std::span<const int64_t> strides, Visit visit) {
  size_t outer = extents.empty() ? 0 : extents.size() - 1;
  int64_t inner = extents.empty() ? 1 : extents.back();
  std::vector<int64_t> index(outer, 0);
  for (int64_t start = 0, first = 0;; first += inner) {
    visit(start, first);
    size_t d = outer;
    for (; d-- > 0;) {
      start += strides[d];
      if (++index[d] < extents[d])
        break;
      start -= extents[d] * strides[d];
      index[d] = 0;
    }
    if (d == static_cast<size_t>(-1))
      return;
  }
}

/// The elements of a box side by side, row-major.
std::vector<uint8_t> gather(const uint8_t *from, std::span<const int64_t> extents,
                            std::span<const int64_t> strides, int64_t elementBytes) {
  auto [elements, inner] = shapeOf(extents);
  std::vector<uint8_t> gathered(static_cast<size_t>(elements * elementBytes));
  int64_t step = strides.empty() ? elementBytes : strides.back();
  withElementType(elementBytes, [&]<typename T>(T) {
    forEachRow(extents, strides, [&](int64_t start, int64_t first) {
      for (int64_t i = 0; i < inner; ++i)
        putElement(gathered.data(), first + i, elementAt<T>(from + start + i * step, 0));
    });
  });
  return gathered;
}

void scatter(const std::vector<uint8_t> &elements, std::span<const int64_t> extents,
             std::span<const int64_t> strides, int64_t elementBytes, uint8_t *to) {
  int64_t inner = shapeOf(extents).inner, step = strides.empty() ? elementBytes : strides.back();
  withElementType(elementBytes, [&]<typename T>(T) {
    forEachRow(extents, strides, [&](int64_t start, int64_t first) {
      for (int64_t i = 0; i < inner; ++i)
        putElement(to + start + i * step, 0, elementAt<T>(elements.data(), first + i));
    });
  });
}

/// The functions of a codec behind a header.
struct HeaderCodec {
  std::optional<int64_t> (*payloadBytes)(const SegmentFormat &, SegmentShape, const uint8_t *);
  void (*encode)(const SegmentFormat &, SegmentShape, const uint8_t *, uint8_t *);
  void (*decode)(const SegmentFormat &, SegmentShape, std::span<const uint8_t>, uint8_t *);
};

HeaderCodec codecOf(const SegmentFormat &format) {
  switch (format.codec) {
  case Codec::Csc:
    return {csc::payloadBytes, csc::encode, csc::decode};
  case Codec::Nm:
    return {nm::payloadBytes, nm::encode, nm::decode};
  default:
    return {bitmask::payloadBytes, bitmask::encode, bitmask::decode};
  }
}

/// Bytes of the encoded elements, or none where they stand raw.
std::optional<int64_t> payloadOf(const SegmentFormat &format, SegmentShape shape, const uint8_t *elements) {
  std::optional<int64_t> bytes = codecOf(format).payloadBytes(format, shape, elements);
  return bytes && *bytes < shape.elements * format.elementBytes ? bytes : std::nullopt;
}

int64_t encodedBytesOf(const SegmentFormat &format, SegmentShape shape, const uint8_t *elements) {
  int64_t raw = shape.elements * format.elementBytes;
  if (format.codec == Codec::Raw)
    return raw;
  if (format.codec == Codec::Rlc)
    return rlc::encodedBytes(format, shape, elements);
  return headerBytes + payloadOf(format, shape, elements).value_or(raw);
}

/// A header, and what it announces, in a slot.
int64_t decodeBehindHeader(const SegmentFormat &format, SegmentShape shape, std::span<const uint8_t> slot,
                           uint8_t *elements) {
  auto size = static_cast<int64_t>(slot.size());
  if (size < headerBytes)
    throw Error(fmt::format("its slot has {} bytes, need {} for its header", size, headerBytes));
  uint32_t header = elementAt<uint32_t>(slot.data(), 0);
  int64_t bytes = header & ~rawBit, raw = shape.elements * format.elementBytes;
  if (bytes > size - headerBytes)
    throw Error(fmt::format("has {} bytes behind its header, its slot {}", bytes, size - headerBytes));
  std::span<const uint8_t> payload = slot.subspan(headerBytes, static_cast<size_t>(bytes));
  if (header & rawBit) {
    if (bytes != raw)
      throw Error(fmt::format("stands raw in {} bytes, need {}", bytes, raw));
    std::copy(payload.begin(), payload.end(), elements);
  } else {
    codecOf(format).decode(format, shape, payload, elements);
  }
  return headerBytes + bytes;
}

} // namespace

SegmentFormat SegmentFormat::cutTo(std::span<const int64_t> segment, std::span<const int64_t> extents) const {
  SegmentFormat cut = *this;
  if (codec != Codec::Csc)
    return cut;
  cut.column = 1;
  int64_t whole = 1;
  for (size_t d = segment.size(); d-- > 0 && whole < column; whole *= segment[d])
    cut.column *= extents[d];
  return cut;
}

std::vector<std::string> problemsOf(const SegmentFormat &format, std::span<const int64_t> segment) {
  std::vector<std::string> problems;
  auto need = [&](bool good, std::string problem) {
    if (!good)
      problems.push_back(std::move(problem));
  };
  std::string_view codec = nameOf(format.codec);
  if (codec.empty())
    return {fmt::format("codec = {}, which is none", static_cast<int>(format.codec))};
  bool isCsc = format.codec == Codec::Csc, isNm = format.codec == Codec::Nm;
  int64_t bytes = format.elementBytes;
  if (format.codec == Codec::Rlc)
    need(bytes == 2, fmt::format("element_bytes = {} with codec = rlc, need 2", bytes));
  else if (isCsc)
    need(bytes == 1, fmt::format("element_bytes = {} with codec = csc, need 1", bytes));
  else if (format.codec == Codec::Raw)
    need(bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8,
         fmt::format("element_bytes = {}, need 1, 2, 4 or 8", bytes));
  else
    need(bytes == 1 || bytes == 2 || bytes == 4,
         fmt::format("element_bytes = {} with codec = {}, need 1, 2 or 4", bytes, codec));
  if (format.codec == Codec::Raw)
    need(format.zero == 0, fmt::format("zero_value = 0x{:X} with codec = raw, need 0x0", format.zero));
  else
    need(bytes >= 8 || bytes < 1 || format.zero >> (8 * bytes) == 0,
         fmt::format("zero_value = 0x{:X} does not fit an element of {} bytes", format.zero, bytes));
  int64_t elements = 1;
  for (int64_t extent : segment) {
    need(extent >= 1, fmt::format("segment has {}, need at least 1", extent));
    elements = saturatedProduct(elements, std::max<int64_t>(extent, 1));
  }
  need(saturatedProduct(elements, std::max<int64_t>(bytes, 1)) <= mostBytes,
       fmt::format("segment has more than the 2^31 - 1 bytes that a header counts"));
  if (isCsc) {
    int64_t product = 1;
    bool found = format.column == 1;
    for (size_t d = segment.size(); d-- > 0;) {
      product = saturatedProduct(product, std::max<int64_t>(segment[d], 1));
      found |= product == format.column;
    }
    need(found, fmt::format("column = {} is no product of innermost extents of the segment", format.column));
  } else {
    need(format.column == 0, fmt::format("column = {} with codec = {}, need 0", format.column, codec));
  }
  if (isNm) {
    need(format.m >= 2 && format.m <= 16 && std::has_single_bit(static_cast<uint64_t>(format.m)),
         fmt::format("m = {}, need 2, 4, 8 or 16", format.m));
    need(format.n >= 1 && format.n < format.m, fmt::format("n = {}, need 1 to m - 1", format.n));
  } else {
    need(format.n == 0 && format.m == 0,
         fmt::format("n = {} and m = {} with codec = {}, need 0", format.n, format.m, codec));
  }
  return problems;
}

int64_t worstCaseBytes(const SegmentFormat &format, int64_t elements) {
  if (format.codec == Codec::Rlc)
    return rlc::worstCaseBytes(elements);
  int64_t raw = saturatedProduct(elements, format.elementBytes);
  if (format.codec == Codec::Raw || raw > std::numeric_limits<int64_t>::max() - headerBytes)
    return raw;
  return raw + headerBytes;
}

int64_t saturatedProduct(int64_t a, int64_t b) {
  int64_t product;
  return __builtin_mul_overflow(a, b, &product) ? std::numeric_limits<int64_t>::max() : product;
}

int64_t roundedUp(int64_t bytes, int64_t unit) {
  int64_t units = bytes / unit + (bytes % unit != 0);
  return saturatedProduct(units, unit);
}

int64_t encodedBytes(const SegmentFormat &format, const uint8_t *from, std::span<const int64_t> extents,
                     std::span<const int64_t> strides) {
  if (format.codec == Codec::Raw)
    return productOf(extents) * format.elementBytes;
  return encodedBytesOf(format, shapeOf(extents), gather(from, extents, strides, format.elementBytes).data());
}

int64_t encodeSegment(const SegmentFormat &format, const uint8_t *from, std::span<const int64_t> extents,
                      std::span<const int64_t> strides, uint8_t *slot, int64_t slotBytes) {
  std::vector<uint8_t> elements = gather(from, extents, strides, format.elementBytes);
  SegmentShape shape = shapeOf(extents);
  int64_t bytes = encodedBytesOf(format, shape, elements.data());
  if (bytes > slotBytes)
    throw Error(fmt::format("takes {} bytes, its slot has {}", bytes, slotBytes));
  if (format.codec == Codec::Rlc) {
    rlc::encode(format, shape, elements.data(), slot);
    return bytes;
  }
  if (format.codec == Codec::Raw) {
    std::copy(elements.begin(), elements.end(), slot);
    return bytes;
  }
  std::optional<int64_t> payload = payloadOf(format, shape, elements.data());
  putElement(slot, 0, static_cast<uint32_t>(bytes - headerBytes) | (payload ? 0 : rawBit));
  if (payload)
    codecOf(format).encode(format, shape, elements.data(), slot + headerBytes);
  else
    std::copy(elements.begin(), elements.end(), slot + headerBytes);
  return bytes;
}

int64_t decodeSegment(const SegmentFormat &format, std::span<const uint8_t> slot,
                      std::span<const int64_t> extents, std::span<const int64_t> strides, uint8_t *to) {
  SegmentShape shape = shapeOf(extents);
  std::vector<uint8_t> elements(static_cast<size_t>(shape.elements * format.elementBytes));
  auto raw = static_cast<int64_t>(elements.size());
  int64_t bytes = 0;
  if (format.codec == Codec::Rlc) {
    bytes = rlc::decode(format, shape, slot, elements.data());
  } else if (format.codec == Codec::Raw) {
    if (static_cast<int64_t>(slot.size()) < raw)
      throw Error(fmt::format("has {} bytes, its slot {}", raw, slot.size()));
    std::copy_n(slot.begin(), elements.size(), elements.begin());
    bytes = raw;
  } else {
    bytes = decodeBehindHeader(format, shape, slot, elements.data());
  }
  scatter(elements, extents, strides, format.elementBytes, to);
  return bytes;
}

} // namespace dnnc::isa

// codec = nm: of each m neighbors along the innermost dimension the n that may differ from zero (2:4 is that
// of the sparse tensor cores of NVIDIA's A100: Mishra et al., "Accelerating Sparse Deep Neural Networks",
// 2021, arXiv:2104.08378). First the values of all groups, then the place of each in its group in log2(m)
// bits, ascending within a group. All segments of a shape have one size.
#include "runtime/Isa/SegmentCodecs.h"

#include <bit>
#include <fmt/format.h>

namespace dnnc::isa::nm {
namespace {

int64_t groupsOf(const SegmentFormat &format, SegmentShape shape) {
  int64_t ofRow = (shape.inner - 1) / format.m + 1; // the last group of a row may have fewer elements
  return shape.elements / shape.inner * ofRow;
}

int indexBits(const SegmentFormat &format) { return std::bit_width(static_cast<uint64_t>(format.m)) - 1; }

/// visit(index of the group's first element, elements it has) for each group.
template <typename Visit>
void forEachGroup(const SegmentFormat &format, SegmentShape shape, Visit visit) {
  for (int64_t row = 0; row < shape.elements; row += shape.inner)
    for (int64_t at = 0; at < shape.inner; at += format.m)
      visit(row + at, std::min(format.m, shape.inner - at));
}

} // namespace

std::optional<int64_t> payloadBytes(const SegmentFormat &format, SegmentShape shape, const uint8_t *elements) {
  bool fits = true;
  withElementType(format.elementBytes, [&]<typename T>(T) {
    forEachGroup(format, shape, [&](int64_t first, int64_t count) {
      int64_t values = 0;
      for (int64_t i = 0; i < count; ++i)
        values += elementAt<T>(elements, first + i) != static_cast<T>(format.zero);
      fits &= values <= format.n;
    });
  });
  if (!fits)
    return std::nullopt;
  int64_t values = groupsOf(format, shape) * format.n;
  return values * format.elementBytes + bytesOfBits(values * indexBits(format));
}

void encode(const SegmentFormat &format, SegmentShape shape, const uint8_t *elements, uint8_t *payload) {
  BitWriter indices(payload + groupsOf(format, shape) * format.n * format.elementBytes);
  int bits = indexBits(format);
  withElementType(format.elementBytes, [&]<typename T>(T) {
    const T zero = static_cast<T>(format.zero);
    int64_t value = 0;
    forEachGroup(format, shape, [&](int64_t first, int64_t count) {
      int64_t zeros = format.n; // that are kept to fill the group: the first ones
      for (int64_t i = 0; i < count; ++i)
        zeros -= elementAt<T>(elements, first + i) != zero;
      for (int64_t i = 0; i < format.m; ++i) {
        T element = i < count ? elementAt<T>(elements, first + i) : zero;
        if (element == zero && zeros-- <= 0)
          continue;
        putElement(payload, value++, element);
        indices.push(static_cast<uint64_t>(i), bits);
      }
    });
  });
}

void decode(const SegmentFormat &format, SegmentShape shape, std::span<const uint8_t> payload,
            uint8_t *elements) {
  int64_t values = groupsOf(format, shape) * format.n, bits = indexBits(format);
  int64_t need = values * format.elementBytes + bytesOfBits(values * bits);
  if (static_cast<int64_t>(payload.size()) != need)
    throw Error(fmt::format("has {} bytes, its {} values need {}", payload.size(), values, need));
  BitReader indices(payload.data() + values * format.elementBytes);
  withElementType(format.elementBytes, [&]<typename T>(T) {
    const T zero = static_cast<T>(format.zero);
    for (int64_t i = 0; i < shape.elements; ++i)
      putElement(elements, i, zero);
    int64_t value = 0;
    forEachGroup(format, shape, [&](int64_t first, int64_t count) {
      int64_t last = -1;
      for (int64_t k = 0; k < format.n; ++k) {
        auto index = static_cast<int64_t>(indices.next(static_cast<int>(bits)));
        if (index <= last)
          throw Error(fmt::format("the group at element {} has place {} behind {}", first, index, last));
        last = index;
        T element = elementAt<T>(payload.data(), value++);
        if (index < count)
          putElement(elements, first + index, element);
        else if (element != zero)
          throw Error(fmt::format("the group at element {} has a value behind its {} elements", first, count));
      }
    });
  });
  if (!indices.restIsZero())
    throw Error("has bits behind its last place");
}

} // namespace dnnc::isa::nm

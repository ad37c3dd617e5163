#include "runtime/Simulator/exec/Joined.h"

#include "runtime/Simulator/kernels/Bytes.h"
#include "runtime/Simulator/kernels/Multiversion.h"

#include <fmt/format.h>
#include <limits>
#include <type_traits>

namespace dnnc::sim {
namespace {

using isa::Combine;

template <typename T> [[gnu::always_inline]] inline T join(Combine combine, T a, T b) {
  using Unsigned = std::conditional_t<sizeof(T) == 8, uint64_t, uint32_t>;
  using Wrapping = std::conditional_t<std::is_floating_point_v<T>, T, Unsigned>;
  switch (combine) {
  case Combine::Add:
    return static_cast<T>(static_cast<Wrapping>(a) + static_cast<Wrapping>(b));
  case Combine::Mul:
    return static_cast<T>(static_cast<Wrapping>(a) * static_cast<Wrapping>(b));
  case Combine::Max:
    return a > b || a != a ? a : b; // NaN where either is
  case Combine::Min:
    return a < b || a != a ? a : b;
  }
  return a;
}

/// The value that changes nothing; the sum of −0 and −0 is −0.
template <typename T> T neutral(Combine combine) {
  using Limits = std::numeric_limits<T>;
  switch (combine) {
  case Combine::Add:
    return std::is_floating_point_v<T> ? T(-0.0) : T(0);
  case Combine::Mul:
    return T(1);
  case Combine::Max:
    return Limits::has_infinity ? -Limits::infinity() : Limits::lowest();
  case Combine::Min:
    return Limits::has_infinity ? Limits::infinity() : Limits::max();
  }
  return T(0);
}

/// Sum: the type values are joined in. Value: the type they have in a column.
template <typename Sum, typename Value, Combine combine>
[[gnu::always_inline]] inline void eachBy(uint8_t *sums, Column column, int64_t count) {
  for (int64_t i = 0; i < count; ++i)
    storeAs(sums + i * sizeof(Sum), join(combine, loadAs<Sum>(sums + i * sizeof(Sum)),
                                         static_cast<Sum>(loadAs<Value>(column + i * sizeof(Value)))));
}

template <typename Sum, typename Value>
[[gnu::always_inline]] inline void each(Combine combine, uint8_t *sums, Column column, int64_t count) {
  switch (combine) {
  case Combine::Add:
    return eachBy<Sum, Value, Combine::Add>(sums, column, count);
  case Combine::Mul:
    return eachBy<Sum, Value, Combine::Mul>(sums, column, count);
  case Combine::Max:
    return eachBy<Sum, Value, Combine::Max>(sums, column, count);
  case Combine::Min:
    return eachBy<Sum, Value, Combine::Min>(sums, column, count);
  }
}

template <typename Sum, typename Value>
[[gnu::always_inline]] inline void all(Combine combine, uint8_t *sum, Column column, int64_t count) {
  Sum value = loadAs<Sum>(sum);
  for (int64_t i = 0; i < count; ++i)
    value = join(combine, value, static_cast<Sum>(loadAs<Value>(column + i * sizeof(Value))));
  storeAs(sum, value);
}

DNNC_MULTIVERSION void joinColumns(ElementType type, Combine combine, uint8_t *sums, Column column,
                                   int64_t count) {
  switch (type) {
  case ElementType::I64:
    return each<int64_t, int64_t>(combine, sums, column, count);
  case ElementType::F32:
    return each<double, float>(combine, sums, column, count);
  default:
    return each<int32_t, int32_t>(combine, sums, column, count);
  }
}

int64_t sumBytes(ElementType type) { return type == ElementType::I32 ? 4 : 8; }

} // namespace

Joined::Joined(ElementType type, Combine combine, Context &context)
    : valueType(type), combine(combine), sums(LaneProgram::columnElements),
      column(LaneProgram::columnElements) {
  if (type != ElementType::I32 && type != ElementType::I64 && type != ElementType::F32)
    context.fail(fmt::format("have an accumulator of {}; need int32, int64 or float32", name(type)));
}

void Joined::start(int64_t count) {
  uint8_t *to = reinterpret_cast<uint8_t *>(sums.data());
  auto fill = [&]<typename Sum>(Sum) {
    Sum value = neutral<Sum>(combine);
    for (int64_t i = 0; i < count; ++i)
      storeAs(to + i * sizeof(Sum), value);
  };
  switch (valueType) {
  case ElementType::I64:
    return fill(int64_t());
  case ElementType::F32:
    return fill(double());
  default:
    return fill(int32_t());
  }
}

void Joined::resume(const LaneInput &memory, int64_t rows, int64_t columns) {
  uint8_t *values = reinterpret_cast<uint8_t *>(column.data()),
          *to = reinterpret_cast<uint8_t *>(sums.data());
  if (valueType != ElementType::F32)
    return loadColumn(valueType, memory, rows, columns, to);
  loadColumn(valueType, memory, rows, columns, values);
  for (int64_t i = 0; i < rows * columns; ++i)
    storeAs(to + 8 * i, static_cast<double>(loadAs<float>(values + 4 * i)));
}

void Joined::joinEach(int64_t first, Column from, int64_t count) {
  joinColumns(valueType, combine, reinterpret_cast<uint8_t *>(sums.data()) + first * sumBytes(valueType),
              from, count);
}

void Joined::joinAll(int64_t output, Column from, int64_t count) {
  uint8_t *sum = reinterpret_cast<uint8_t *>(sums.data()) + output * sumBytes(valueType);
  switch (valueType) {
  case ElementType::I64:
    return all<int64_t, int64_t>(combine, sum, from, count);
  case ElementType::F32:
    return all<double, float>(combine, sum, from, count);
  default:
    return all<int32_t, int32_t>(combine, sum, from, count);
  }
}

Column Joined::values(int64_t count) {
  const uint8_t *from = reinterpret_cast<const uint8_t *>(sums.data());
  if (valueType != ElementType::F32)
    return from;
  uint8_t *to = reinterpret_cast<uint8_t *>(column.data());
  for (int64_t i = 0; i < count; ++i)
    storeAs(to + 4 * i, static_cast<float>(loadAs<double>(from + 8 * i)));
  return to;
}

} // namespace dnnc::sim

// The steps of lane programs on columns.
#include "runtime/Simulator/exec/Lanes.h"
#include "runtime/Simulator/kernels/Bytes.h"
#include "runtime/Simulator/kernels/Multiversion.h"

#include <cmath>
#include <limits>
#include <type_traits>

namespace dnnc::sim {
namespace {

using isa::LaneOpcode;

template <typename T, typename Operation>
[[gnu::always_inline]] inline void unary(const LaneWork &step, int64_t count, Operation operation) {
  using Result = decltype(operation(T()));
  const uint8_t *__restrict a = step.a;
  uint8_t *__restrict result = step.result;
  for (int64_t i = 0; i < count; ++i)
    storeAs<Result>(result + i * sizeof(Result), operation(loadAs<T>(a + i * sizeof(T))));
}

template <typename T, typename Operation>
[[gnu::always_inline]] inline void binary(const LaneWork &step, int64_t count, Operation operation) {
  using Result = decltype(operation(T(), T()));
  const uint8_t *__restrict a = step.a, *__restrict b = step.b;
  uint8_t *__restrict result = step.result;
  for (int64_t i = 0; i < count; ++i)
    storeAs<Result>(result + i * sizeof(Result),
                    operation(loadAs<T>(a + i * sizeof(T)), loadAs<T>(b + i * sizeof(T))));
}

/// A function of float64, rounded once to float32.
template <typename Function>
[[gnu::always_inline]] inline void viaDouble(const LaneWork &step, int64_t count, Function function) {
  unary<float>(step, count, [&](float a) { return static_cast<float>(function(static_cast<double>(a))); });
}

/// Integers wrap: they are added, subtracted and multiplied without sign.
template <typename T> struct WrappingOf {
  using Type = T;
};
template <> struct WrappingOf<int32_t> {
  using Type = uint32_t;
};
template <> struct WrappingOf<int64_t> {
  using Type = uint64_t;
};
template <typename T> using Wrapping = typename WrappingOf<T>::Type;

template <typename T> [[gnu::always_inline]] inline T divide(T a, T b) {
  if constexpr (std::is_floating_point_v<T>)
    return a / b;
  else if (b == 0)
    return 0;
  else if (b == -1)
    return static_cast<T>(Wrapping<T>(0) - static_cast<Wrapping<T>>(a));
  else
    return a / b;
}

/// NaN where either is: a comparison with NaN is false, so NaN in b is taken, and NaN in a by the second
/// condition.
template <typename T> [[gnu::always_inline]] inline T lesser(T a, T b) { return a < b || a != a ? a : b; }
template <typename T> [[gnu::always_inline]] inline T greater(T a, T b) { return a > b || a != a ? a : b; }

template <typename T> [[gnu::always_inline]] inline T magnitude(T a) {
  if constexpr (std::is_floating_point_v<T>)
    return __builtin_fabsf(a);
  else
    return a < 0 ? static_cast<T>(Wrapping<T>(0) - static_cast<Wrapping<T>>(a)) : a;
}

template <typename T> [[gnu::always_inline]] inline T negative(T a) {
  if constexpr (std::is_floating_point_v<T>)
    return -a;
  else
    return static_cast<T>(Wrapping<T>(0) - static_cast<Wrapping<T>>(a));
}

/// Saturated, a fraction cut off, NaN as 0.
template <typename Integer> [[gnu::always_inline]] inline Integer toInteger(float a) {
  constexpr float limit = sizeof(Integer) == 4 ? 2147483648.0f : 9223372036854775808.0f;
  float inside = a < -limit ? -limit : a;
  inside = inside < limit ? inside : 0.0f; // NaN too
  Integer integer = static_cast<Integer>(inside);
  return a >= limit ? std::numeric_limits<Integer>::max() : integer;
}

template <typename T> [[gnu::always_inline]] inline void fill(const LaneWork &step, int64_t count) {
  T value = static_cast<T>(step.imm);
  for (int64_t i = 0; i < count; ++i)
    storeAs(step.result + i * sizeof(T), value);
}

template <typename T> [[gnu::always_inline]] inline void select(const LaneWork &step, int64_t count) {
  const uint8_t *__restrict a = step.a, *__restrict b = step.b, *__restrict c = step.c;
  uint8_t *__restrict result = step.result;
  for (int64_t i = 0; i < count; ++i) {
    T x = loadAs<T>(a + i * sizeof(T)), y = loadAs<T>(b + i * sizeof(T));
    storeAs(result + i * sizeof(T), loadAs<int32_t>(c + 4 * i) != 0 ? x : y);
  }
}

/// Steps that all three types have.
template <typename T> [[gnu::always_inline]] inline void runNumber(const LaneWork &step, int64_t count) {
  using W = Wrapping<T>;
  switch (step.opcode) {
  case LaneOpcode::Const:
    return sizeof(T) == 8 ? fill<uint64_t>(step, count) : fill<uint32_t>(step, count);
  case LaneOpcode::Add:
    return binary<T>(step, count, [](T a, T b) { return static_cast<T>(W(a) + W(b)); });
  case LaneOpcode::Sub:
    return binary<T>(step, count, [](T a, T b) { return static_cast<T>(W(a) - W(b)); });
  case LaneOpcode::Mul:
    return binary<T>(step, count, [](T a, T b) { return static_cast<T>(W(a) * W(b)); });
  case LaneOpcode::Div:
    return binary<T>(step, count, [](T a, T b) { return divide(a, b); });
  case LaneOpcode::Min:
    return binary<T>(step, count, [](T a, T b) { return lesser(a, b); });
  case LaneOpcode::Max:
    return binary<T>(step, count, [](T a, T b) { return greater(a, b); });
  case LaneOpcode::Abs:
    return unary<T>(step, count, [](T a) { return magnitude(a); });
  case LaneOpcode::Neg:
    return unary<T>(step, count, [](T a) { return negative(a); });
  case LaneOpcode::Lt:
    return binary<T>(step, count, [](T a, T b) { return int32_t(a < b); });
  case LaneOpcode::Le:
    return binary<T>(step, count, [](T a, T b) { return int32_t(a <= b); });
  case LaneOpcode::Eq:
    return binary<T>(step, count, [](T a, T b) { return int32_t(a == b); });
  case LaneOpcode::Select:
    return select<T>(step, count);
  default:
    return;
  }
}

/// Steps of float32 alone. sqrt is exact already; the others but exp and its kin need no rounding.
[[gnu::always_inline]] inline void runFloat(const LaneWork &step, int64_t count) {
  switch (step.opcode) {
  case LaneOpcode::Floor:
    return unary<float>(step, count, [](float a) { return __builtin_floorf(a); });
  case LaneOpcode::Ceil:
    return unary<float>(step, count, [](float a) { return __builtin_ceilf(a); });
  case LaneOpcode::Rint:
    return unary<float>(step, count, [](float a) { return __builtin_roundevenf(a); });
  case LaneOpcode::Sqrt:
    return unary<float>(step, count, [](float a) { return __builtin_sqrtf(a); });
  case LaneOpcode::Exp:
    return viaDouble(step, count, [](double a) { return std::exp(a); });
  case LaneOpcode::Log:
    return viaDouble(step, count, [](double a) { return std::log(a); });
  case LaneOpcode::Erf:
    return viaDouble(step, count, [](double a) { return std::erf(a); });
  case LaneOpcode::Tanh:
    return viaDouble(step, count, [](double a) { return std::tanh(a); });
  case LaneOpcode::Sin:
    return viaDouble(step, count, [](double a) { return std::sin(a); });
  case LaneOpcode::Cos:
    return viaDouble(step, count, [](double a) { return std::cos(a); });
  case LaneOpcode::Pow:
    return binary<float>(step, count, [](float a, float b) {
      return static_cast<float>(std::pow(static_cast<double>(a), static_cast<double>(b)));
    });
  case LaneOpcode::ToI32:
    return unary<float>(step, count, [](float a) { return toInteger<int32_t>(a); });
  case LaneOpcode::ToI64:
    return unary<float>(step, count, [](float a) { return toInteger<int64_t>(a); });
  default:
    return runNumber<float>(step, count);
  }
}

} // namespace

DNNC_MULTIVERSION void runStep(const LaneWork &step, int64_t count) {
  if (step.type == ElementType::F32)
    return runFloat(step, count);
  bool wide = step.type == ElementType::I64;
  switch (step.opcode) {
  case LaneOpcode::And:
    return binary<int32_t>(step, count, [](int32_t a, int32_t b) { return a & b; });
  case LaneOpcode::Or:
    return binary<int32_t>(step, count, [](int32_t a, int32_t b) { return a | b; });
  case LaneOpcode::Not:
    return unary<int32_t>(step, count, [](int32_t a) { return int32_t(a == 0); });
  case LaneOpcode::ToF32:
    return wide ? unary<int64_t>(step, count, [](int64_t a) { return static_cast<float>(a); })
                : unary<int32_t>(step, count, [](int32_t a) { return static_cast<float>(a); });
  case LaneOpcode::ToI64:
    return unary<int32_t>(step, count, [](int32_t a) { return static_cast<int64_t>(a); });
  case LaneOpcode::ToI32:
    return unary<int64_t>(step, count, [](int64_t a) {
      int64_t low = a < std::numeric_limits<int32_t>::min() ? std::numeric_limits<int32_t>::min() : a;
      return static_cast<int32_t>(
          low > std::numeric_limits<int32_t>::max() ? std::numeric_limits<int32_t>::max() : low);
    });
  default:
    return wide ? runNumber<int64_t>(step, count) : runNumber<int32_t>(step, count);
  }
}

} // namespace dnnc::sim

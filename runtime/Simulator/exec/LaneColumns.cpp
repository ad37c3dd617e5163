// Columns of lanes from memory and back.
#include "runtime/Simulator/exec/Lanes.h"
#include "runtime/Simulator/kernels/Bytes.h"
#include "runtime/Simulator/kernels/Multiversion.h"

#include <limits>
#include <type_traits>

namespace dnnc::sim {
namespace {

template <typename Memory, typename Value>
[[gnu::always_inline]] inline void loadRow(const uint8_t *from, int64_t stride, int64_t count,
                                           uint8_t *column) {
  if (stride == sizeof(Memory))
    for (int64_t i = 0; i < count; ++i)
      storeAs(column + i * sizeof(Value), static_cast<Value>(loadAs<Memory>(from + i * sizeof(Memory))));
  else if (stride == 0)
    for (int64_t i = 0; i < count; ++i)
      storeAs(column + i * sizeof(Value), static_cast<Value>(loadAs<Memory>(from)));
  else
    for (int64_t i = 0; i < count; ++i)
      storeAs(column + i * sizeof(Value), static_cast<Value>(loadAs<Memory>(from + i * stride)));
}

template <typename Memory, typename Value>
[[gnu::always_inline]] inline void loadRows(const LaneInput &input, int64_t rows, int64_t columns,
                                            uint8_t *column) {
  for (int64_t row = 0; row < rows; ++row)
    loadRow<Memory, Value>(input.data + row * input.rowStride, input.columnStride, columns,
                           column + row * columns * sizeof(Value));
}

/// Any value of a bool but 0 is true.
struct Boolean {
  uint8_t bits;
  operator int32_t() const { return bits != 0; }
};

template <typename Value, typename Memory> [[gnu::always_inline]] inline Memory saturate(Value value) {
  if constexpr (std::is_same_v<Value, Memory>) {
    return value;
  } else if constexpr (std::is_same_v<Memory, Boolean>) {
    return {static_cast<uint8_t>(value != 0)};
  } else if constexpr (sizeof(Memory) > sizeof(Value)) {
    return value;
  } else {
    constexpr Value low = std::numeric_limits<Memory>::min(), high = std::numeric_limits<Memory>::max();
    value = value < low ? low : value;
    return static_cast<Memory>(value > high ? high : value);
  }
}

template <typename Value, typename Memory>
[[gnu::always_inline]] inline void storeRows(Column column, uint8_t *data, int64_t rowStride,
                                             int64_t columnStride, int64_t rows, int64_t columns) {
  for (int64_t row = 0; row < rows; ++row) {
    Column from = column + row * columns * sizeof(Value);
    uint8_t *to = data + row * rowStride;
    if (columnStride == sizeof(Memory))
      for (int64_t i = 0; i < columns; ++i)
        storeAs(to + i * sizeof(Memory), saturate<Value, Memory>(loadAs<Value>(from + i * sizeof(Value))));
    else
      for (int64_t i = 0; i < columns; ++i)
        storeAs(to + i * columnStride, saturate<Value, Memory>(loadAs<Value>(from + i * sizeof(Value))));
  }
}

template <typename Value>
[[gnu::always_inline]] inline void storeIntegers(Column column, ElementType type, uint8_t *data,
                                                 int64_t rowStride, int64_t columnStride, int64_t rows,
                                                 int64_t columns) {
  switch (type) {
  case ElementType::I8:
    return storeRows<Value, int8_t>(column, data, rowStride, columnStride, rows, columns);
  case ElementType::U8:
    return storeRows<Value, uint8_t>(column, data, rowStride, columnStride, rows, columns);
  case ElementType::I16:
    return storeRows<Value, int16_t>(column, data, rowStride, columnStride, rows, columns);
  case ElementType::U16:
    return storeRows<Value, uint16_t>(column, data, rowStride, columnStride, rows, columns);
  case ElementType::I32:
    return storeRows<Value, int32_t>(column, data, rowStride, columnStride, rows, columns);
  case ElementType::I64:
    return storeRows<Value, int64_t>(column, data, rowStride, columnStride, rows, columns);
  default:
    return storeRows<Value, Boolean>(column, data, rowStride, columnStride, rows, columns);
  }
}

} // namespace

DNNC_MULTIVERSION void loadColumn(ElementType type, const LaneInput &input, int64_t rows, int64_t columns,
                                  uint8_t *column) {
  switch (type) {
  case ElementType::I8:
    return loadRows<int8_t, int32_t>(input, rows, columns, column);
  case ElementType::U8:
    return loadRows<uint8_t, int32_t>(input, rows, columns, column);
  case ElementType::I16:
    return loadRows<int16_t, int32_t>(input, rows, columns, column);
  case ElementType::U16:
    return loadRows<uint16_t, int32_t>(input, rows, columns, column);
  case ElementType::Bool:
    return loadRows<Boolean, int32_t>(input, rows, columns, column);
  case ElementType::I64:
    return loadRows<int64_t, int64_t>(input, rows, columns, column);
  default:
    return loadRows<uint32_t, uint32_t>(input, rows, columns, column); // int32, float32
  }
}

DNNC_MULTIVERSION void storeColumn(ElementType columnType, Column column, ElementType type, uint8_t *data,
                                   int64_t rowStride, int64_t columnStride, int64_t rows, int64_t columns) {
  switch (columnType) {
  case ElementType::I64:
    return storeIntegers<int64_t>(column, type, data, rowStride, columnStride, rows, columns);
  case ElementType::F32:
    return storeRows<uint32_t, uint32_t>(column, data, rowStride, columnStride, rows, columns);
  default:
    return storeIntegers<int32_t>(column, type, data, rowStride, columnStride, rows, columns);
  }
}

} // namespace dnnc::sim

// The joined values of a column of outputs, for reduce and window.
#pragma once

#include "runtime/Simulator/exec/Lanes.h"

namespace dnnc::sim {

/// Values joined by add, mul, max or min, in int32 or int64 (which wrap), or in float32. Sums and products of
/// float32 are kept in float64 inside one instruction and rounded once at its end.
class Joined {
public:
  /// Fails where values of `type` cannot be joined.
  Joined(ElementType type, isa::Combine combine, Context &context);

  ElementType type() const { return valueType; }

  /// Begins `count` outputs (at most a column) with nothing joined yet.
  void start(int64_t count);
  /// Begins them with the values in memory.
  void resume(const LaneInput &memory, int64_t rows, int64_t columns);
  /// Joins one value to each of the outputs [first, first + count), in the order of the column.
  void joinEach(int64_t first, Column column, int64_t count);
  /// Joins `count` values, one after the other, to one output.
  void joinAll(int64_t output, Column column, int64_t count);
  /// The values of the first `count` outputs.
  Column values(int64_t count);

private:
  ElementType valueType;
  isa::Combine combine;
  std::vector<uint64_t> sums; // int32, int64 or float64, each in a word
  std::vector<uint64_t> column;
};

} // namespace dnnc::sim

// Lane programs: a straight list of typed scalar steps, run a step at a time on a column of many elements.
#pragma once

#include "runtime/Isa/Isa.h"
#include "runtime/Simulator/Context.h"

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace dnnc::sim {

/// Where an input's elements stand: element (row, column) of a block at data + row·rowStride +
/// column·columnStride. Of a table only `data` counts.
struct LaneInput {
  const uint8_t *data = nullptr;
  int64_t rowStride = 0, columnStride = 0;
};

/// A column's elements side by side, each of 4 bytes (int32, float32) or 8 (int64).
using Column = const uint8_t *;

/// What a step does once its registers are columns.
struct LaneWork {
  isa::LaneOpcode opcode;
  ElementType type;
  uint8_t *result = nullptr;
  const uint8_t *a = nullptr, *b = nullptr, *c = nullptr;
  size_t input = 0; // of input and table steps
  uint64_t imm = 0;
};

/// A lane program made ready for one instruction: checked, its registers given room.
class LaneProgram {
public:
  /// Elements of a column.
  static constexpr int64_t columnElements = 512;

  /// Fails where the program does not fit its own types or the instruction's inputs.
  LaneProgram(const isa::LanesRow &row, std::span<const ElementType> inputTypes, Context &context);

  /// int32, int64 or float32.
  ElementType resultType() const { return result.type; }
  /// Whether the program reads elements of the input, or entries of it as a table.
  bool readsElements(size_t input) const { return elementInputs[input]; }
  bool readsTable(size_t input) const { return tableInputs[input]; }
  int64_t steps() const { return static_cast<int64_t>(works.size()); }

  /// Runs on rows × columns elements, at most columnElements. The result stays valid until the next run.
  Column run(std::span<const LaneInput> inputs, int64_t rows, int64_t columns);

private:
  /// A register has room for two columns and is written to them in turn, so that no step overwrites its own
  /// operands.
  struct Register {
    bool written = false;
    int writes = 0;
    ElementType type = ElementType::I32;
    uint8_t *current = nullptr;
  };

  void add(const isa::LaneStep &step, size_t number, const isa::LanesRow &row, Context &context);
  uint8_t *nextColumn(int64_t number);

  std::vector<ElementType> inputTypes;
  std::vector<bool> elementInputs, tableInputs;
  std::vector<Register> registers;
  std::unique_ptr<uint8_t[]> room;
  std::vector<LaneWork> works;
  Register result;
};

/// Reads rows × columns elements of a type in memory into a column: int32, int64 or float32, as columnType()
/// says.
void loadColumn(ElementType type, const LaneInput &input, int64_t rows, int64_t columns, uint8_t *column);
/// Writes a column to rows × columns elements of a type in memory, saturating integers. canStore() says which
/// types fit.
void storeColumn(ElementType columnType, Column column, ElementType type, uint8_t *data, int64_t rowStride,
                 int64_t columnStride, int64_t rows, int64_t columns);
/// Runs one step that works on columns alone.
void runStep(const LaneWork &step, int64_t count);

/// The type that elements of a type become in a column; none for types that lanes do not have.
std::optional<ElementType> columnType(ElementType type);
bool canStore(ElementType columnType, ElementType type);

} // namespace dnnc::sim

#include "runtime/Simulator/exec/Lanes.h"

#include "runtime/Simulator/kernels/Bytes.h"

#include <algorithm>
#include <fmt/format.h>

namespace dnnc::sim {
namespace {

using isa::LaneOpcode;

constexpr int64_t registerCount = 256;
constexpr int64_t columnBytes = LaneProgram::columnElements * 8;

/// Which operands of a step are registers.
struct Operands {
  bool a = false, b = false, c = false;
};
Operands operandsOf(LaneOpcode opcode) {
  switch (opcode) {
  case LaneOpcode::Input:
  case LaneOpcode::Const:
    return {};
  case LaneOpcode::Add:
  case LaneOpcode::Sub:
  case LaneOpcode::Mul:
  case LaneOpcode::Div:
  case LaneOpcode::Min:
  case LaneOpcode::Max:
  case LaneOpcode::Pow:
  case LaneOpcode::Lt:
  case LaneOpcode::Le:
  case LaneOpcode::Eq:
  case LaneOpcode::And:
  case LaneOpcode::Or:
    return {true, true, false};
  case LaneOpcode::Select:
    return {true, true, true};
  default:
    return {true, false, false};
  }
}

ElementType resultTypeOf(const isa::LaneStep &step) {
  switch (step.opcode) {
  case LaneOpcode::Lt:
  case LaneOpcode::Le:
  case LaneOpcode::Eq:
  case LaneOpcode::ToI32:
    return ElementType::I32;
  case LaneOpcode::ToF32:
    return ElementType::F32;
  case LaneOpcode::ToI64:
    return ElementType::I64;
  default:
    return step.type;
  }
}

/// The entries of a table become a column first, so that the lookups are of one kind.
void lookUp(ElementType type, const uint8_t *table, const LaneWork &step, int64_t count) {
  alignas(8) uint8_t entries[256 * 8];
  loadColumn(type, {table, 0, bytesOf(type)}, 1, 256, entries);
  auto take = [&]<typename T>(T) {
    for (int64_t i = 0; i < count; ++i) {
      uint8_t index = static_cast<uint8_t>(loadAs<int32_t>(step.a + 4 * i));
      storeAs(step.result + i * sizeof(T), loadAs<T>(entries + index * sizeof(T)));
    }
  };
  step.type == ElementType::I64 ? take(uint64_t()) : take(uint32_t());
}

} // namespace

std::optional<ElementType> columnType(ElementType type) {
  switch (type) {
  case ElementType::I8:
  case ElementType::U8:
  case ElementType::I16:
  case ElementType::U16:
  case ElementType::I32:
  case ElementType::Bool:
    return ElementType::I32;
  case ElementType::I64:
    return ElementType::I64;
  case ElementType::F32:
    return ElementType::F32;
  default:
    return std::nullopt;
  }
}

bool canStore(ElementType column, ElementType type) {
  return (column == ElementType::F32) == (type == ElementType::F32) && columnType(type).has_value();
}

LaneProgram::LaneProgram(const isa::LanesRow &row, std::span<const ElementType> types, Context &context)
    : inputTypes(types.begin(), types.end()), elementInputs(types.size()), tableInputs(types.size()),
      registers(registerCount) {
  if (row.inputs > static_cast<int64_t>(types.size()))
    context.fail(fmt::format("lane program '{}' reads {} inputs; the instruction has {}", row.name,
                             row.inputs, types.size()));
  int64_t used = 0;
  for (const isa::LaneStep &step : row.steps) {
    used = std::max(used, step.dst + 1);
    if (step.dst >= 0 && step.dst < registerCount)
      ++registers[step.dst].writes;
  }
  room = std::make_unique_for_overwrite<uint8_t[]>(std::min(used, registerCount) * 2 * columnBytes);
  works.reserve(row.steps.size());
  for (size_t number = 0; number < row.steps.size(); ++number)
    add(row.steps[number], number, row, context);
  if (row.result < 0 || row.result >= registerCount || !registers[row.result].written)
    context.fail(fmt::format("lane program '{}' never writes its result, r{}", row.name, row.result));
  result = registers[row.result];
}

uint8_t *LaneProgram::nextColumn(int64_t number) {
  uint8_t *first = room.get() + number * 2 * columnBytes;
  return registers[number].current == first ? first + columnBytes : first;
}

void LaneProgram::add(const isa::LaneStep &step, size_t number, const isa::LanesRow &row, Context &context) {
  const isa::RowInfo *info = isa::laneStepInfo(step.opcode);
  auto fail = [&](const std::string &what) {
    context.fail(fmt::format("step {} of lane program '{}' ({}): {}", number, row.name,
                             info ? info->name : std::string_view("unknown"), what));
  };
  if (!info)
    fail(fmt::format("have opcode {}, which is none", static_cast<int>(step.opcode)));
  if (!(info->types >> static_cast<int>(step.type) & 1))
    fail(fmt::format("the step does not work on {}", name(step.type)));
  if (step.dst < 0 || step.dst >= registerCount)
    fail(fmt::format("have register r{}; need one below r{}", step.dst, registerCount));

  LaneWork work{.opcode = step.opcode, .type = step.type, .imm = static_cast<uint64_t>(step.imm)};
  auto operand = [&](int64_t number, ElementType type) -> const uint8_t * {
    if (number < 0 || number >= registerCount || !registers[number].written)
      fail(fmt::format("reads r{}, which no step before it writes", number));
    if (registers[number].type != type)
      fail(fmt::format("reads r{} as {}; it holds {}", number, name(type), name(registers[number].type)));
    return registers[number].current;
  };
  auto input = [&](int64_t index, std::vector<bool> &reads) {
    if (index < 0 || index >= row.inputs)
      fail(fmt::format("reads input {}; the program has {}", index, row.inputs));
    std::optional<ElementType> type = columnType(inputTypes[index]);
    if (!type)
      fail(fmt::format("reads input {} of {}; lanes have no such type", index, name(inputTypes[index])));
    if (*type != step.type)
      fail(fmt::format("reads input {} of {} as {}; it becomes {}", index, name(inputTypes[index]),
                       name(step.type), name(*type)));
    reads[index] = true;
    work.input = static_cast<size_t>(index);
  };

  Operands operands = operandsOf(step.opcode);
  if (step.opcode == LaneOpcode::Input) {
    input(step.a, elementInputs);
  } else if (step.opcode == LaneOpcode::Table) {
    work.a = operand(step.a, ElementType::I32);
    input(step.b, tableInputs);
  } else if (operands.a) {
    work.a = operand(step.a, step.type);
    if (operands.b)
      work.b = operand(step.b, step.type);
    if (operands.c)
      work.c = operand(step.c, ElementType::I32);
  }

  Register &target = registers[step.dst];
  work.result = nextColumn(step.dst);
  target.written = true;
  target.type = resultTypeOf(step);
  target.current = work.result;
  // A constant that nothing overwrites is written once, here.
  if (step.opcode == LaneOpcode::Const && target.writes == 1)
    return runStep(work, columnElements);
  works.push_back(work);
}

Column LaneProgram::run(std::span<const LaneInput> inputs, int64_t rows, int64_t columns) {
  int64_t count = rows * columns;
  for (const LaneWork &step : works) {
    if (step.opcode == LaneOpcode::Input) {
      loadColumn(inputTypes[step.input], inputs[step.input], rows, columns, step.result);
    } else if (step.opcode == LaneOpcode::Table) {
      lookUp(inputTypes[step.input], inputs[step.input].data, step, count);
    } else {
      runStep(step, count);
    }
  }
  return result.current;
}

} // namespace dnnc::sim

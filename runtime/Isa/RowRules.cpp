// The rules of table rows and lane programs alone.
#include "runtime/Isa/RuleBook.h"
#include "runtime/Isa/Rules.h"
#include "runtime/Isa/Segment.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace dnnc::isa {
namespace {

void check(RuleBook &rules, const ProgramRow &row) {
  rules.need(row.constantsBytes <= row.dramBytes, "constants_bytes = {} is above dram_bytes = {}",
             row.constantsBytes, row.dramBytes);
}

void check(RuleBook &rules, const TokenRow &row) {
  rules.need(row.maximum >= 1, "maximum = 0, need at least 1");
  rules.need(row.initial <= row.maximum, "initial = {} is above maximum = {}", row.initial, row.maximum);
}

void check(RuleBook &, const NodeRow &) {}

bool isExtents(const std::vector<int64_t> &values) {
  return std::all_of(values.begin(), values.end(), RuleBook::isExtent);
}

/// The bytes of a tensor that stands as segments.
void checkSegments(RuleBook &rules, const TensorRow &row) {
  checkFormat(rules, row);
  if (!isSegmented(row)) {
    rules.need(row.order.empty(), "order has {} elements without segments, need none", row.order.size());
    return;
  }
  rules.length("segment", row.segment.size(), row.shape.size(), "one a dimension");
  std::vector<int64_t> sorted = row.order;
  std::sort(sorted.begin(), sorted.end());
  bool isPermutation = row.order.empty() || row.order.size() == row.segment.size();
  for (size_t d = 0; d < sorted.size(); ++d)
    isPermutation &= sorted[d] == static_cast<int64_t>(d);
  rules.need(isPermutation, "order is no permutation of the {} dimensions", row.segment.size());
  std::vector<int64_t> segment = row.segment;
  if (isPermutation)
    for (size_t d = 0; d < row.order.size(); ++d)
      segment[d] = row.segment[static_cast<size_t>(row.order[d])];
  for (const std::string &problem : problemsOf(formatOf(row), segment))
    rules.need(false, "{}", problem);
  if (row.segment.size() != row.shape.size() || !isPermutation || !isExtents(row.shape) ||
      !isExtents(row.segment))
    return;
  SegmentGrid grid(row.shape, row.segment, row.slotBytes, row.order);
  rules.need(row.bytes == grid.bytes, "bytes = {}, need {} for the slots of its segments", row.bytes,
             grid.bytes);
}

void check(RuleBook &rules, const TensorRow &row) {
  rules.extents("shape", row.shape);
  __int128 bytes = bytesOf(row.type);
  for (int64_t extent : row.shape)
    bytes *= RuleBook::isExtent(extent) && bytes < RuleBook::largestReach ? extent : 1;
  // A constant may be packed for its tiles, and an intermediate is the schedule's own affair.
  bool isHosts =
      row.kind == TensorKind::Input || row.kind == TensorKind::Output || row.kind == TensorKind::Observed;
  checkSegments(rules, row);
  if (isHosts && isSegmented(row))
    checkSlots(rules, row);
  else if (isHosts)
    rules.need(bytes == row.bytes, "bytes = {}, need {} for its shape and type", row.bytes,
               static_cast<int64_t>(bytes));
  int64_t rank = static_cast<int64_t>(row.shape.size());
  rules.need(row.axis >= -1 && row.axis < rank, "axis = {}, need -1 to {}", row.axis, rank - 1);
  rules.length("zero_points", row.zeroPoints.size(), row.scales.size(), "one a scale");
  if (!row.scales.empty() && row.axis >= -1 && row.axis < rank)
    rules.length("scales", row.scales.size(), row.axis < 0 ? 1 : static_cast<size_t>(row.shape[row.axis]),
                 row.axis < 0 ? "one for the tensor" : "one an element of the axis");
  for (int64_t bits : row.scales) {
    float scale = std::bit_cast<float>(static_cast<uint32_t>(bits));
    rules.need(std::isfinite(scale) && scale > 0, "scales have {}, need a positive number",
               textOfFloat(bits));
  }
}

void check(RuleBook &, const SegmentRow &) {}

void check(RuleBook &rules, const DensityRow &row) {
  rules.need(row.axis >= -1, "axis = {}, need -1 or a dimension", row.axis);
  rules.need(!row.shares.empty(), "shares are none, need at least one");
  if (row.axis < 0 && !row.shares.empty())
    rules.length("shares", row.shares.size(), 1, "one for the tensor");
  for (int64_t bits : row.shares)
    if (float share = std::bit_cast<float>(static_cast<uint32_t>(bits)); !(share >= 0 && share <= 1))
      rules.need(false, "shares have {}, need 0 to 1", textOfFloat(bits));
  int64_t bytes = bytesOf(row.type);
  rules.need(bytes <= 4, "type = {}, need elements of at most 32 bits", nameOf(row.type));
  if (bytes > 4)
    return;
  for (auto [name, value] : {std::pair("zero_value", row.zeroValue), std::pair("other_value", row.otherValue)})
    rules.need(static_cast<uint64_t>(value) >> (8 * bytes) == 0, "{} = {} has more bits than {}", name,
               textOfBits(static_cast<uint64_t>(value)), nameOf(row.type));
  std::vector<int64_t> sorted = row.order;
  std::sort(sorted.begin(), sorted.end());
  for (size_t d = 0; d < sorted.size(); ++d)
    if (sorted[d] != static_cast<int64_t>(d))
      return rules.need(false, "order is no permutation of {} dimensions", sorted.size());
  rules.need(row.order.empty() || row.axis < static_cast<int64_t>(row.order.size()), "axis = {}, order has {} dimensions",
             row.axis, row.order.size());
  rules.need(row.zeroValue != row.otherValue, "other_value = {}, which is the zero",
             textOfBits(static_cast<uint64_t>(row.otherValue)));
}

void check(RuleBook &rules, const MappingRow &row) {
  auto level = [&](const char *name, const std::vector<int64_t> &factors) {
    rules.need(factors.size() % 2 == 0, "{} has {} numbers, need pairs of a dimension and a factor", name,
               factors.size());
    __int128 product = 1;
    for (size_t i = 0; i + 1 < factors.size(); i += 2) {
      rules.need(factors[i] >= 0 && factors[i] < 8,
                 "{} has dimension {}, need 0 to 7 (N, G, M, C, P, Q, R, S)", name, factors[i]);
      rules.need(RuleBook::isExtent(factors[i + 1]), "{} has factor {}, need 1 to {}", name, factors[i + 1],
                 RuleBook::largestExtent - 1);
      product *=
          RuleBook::isExtent(factors[i + 1]) && product <= RuleBook::largestVolume ? factors[i + 1] : 1;
    }
    rules.need(product <= RuleBook::largestVolume, "{} has factors whose product is above 2^40", name);
  };
  level("passes", row.passes);
  level("cluster_rows", row.clusterRows);
  level("cluster_columns", row.clusterColumns);
  level("pe_rows", row.peRows);
  level("pe_columns", row.peColumns);
  level("macs", row.macs);
  level("spad", row.spad);
}

/// Follows the types of the registers through a lane program.
class LaneProgram {
public:
  LaneProgram(RuleBook &rules, const LanesRow &row) : rules(rules), row(row) {}

  void check() {
    for (step = 0; step < row.steps.size(); ++step)
      checkStep(row.steps[step]);
    rules.need(registers[row.result & 255].has_value(), "result r{} is never written", row.result);
  }

private:
  void operand(int64_t number, ElementType type) {
    const std::optional<ElementType> &have = registers[number & 255];
    if (!have)
      rules.need(false, "step {} ({}) reads r{}, which is not written before", step, name(), number);
    else
      rules.need(*have == type, "step {} ({}) reads r{} as {}, it holds {}", step, name(), number,
                 nameOf(type), nameOf(*have));
  }

  void input(int64_t number) {
    rules.need(number < row.inputs, "step {} ({}) reads input {}, the program has {}", step, name(), number,
               row.inputs);
  }

  std::string_view name() const { return laneStepInfo(row.steps[step].opcode)->name; }

  void checkStep(const LaneStep &current) {
    if (!laneStepInfo(current.opcode)) {
      rules.need(false, "step {} has opcode {}, which is none", step, static_cast<int>(current.opcode));
      return;
    }
    for (const std::string &problem : problemsOf(current))
      rules.need(false, "step {} ({}): {}", step, name(), problem);
    switch (current.opcode) {
    case LaneOpcode::Input:
      input(current.a);
      break;
    case LaneOpcode::Const:
      break;
    case LaneOpcode::Table:
      operand(current.a, ElementType::I32);
      input(current.b);
      break;
    default:
      LaneStep::visit(current, OperandVisitor{*this, current});
    }
    registers[current.dst & 255] = resultTypeOf(current);
  }

  /// Registers that a step reads: all but `dst`, of the step's type, and a condition of int32.
  struct OperandVisitor {
    LaneProgram &program;
    const LaneStep &step;
    template <typename Value> void operator()(const Field &field, const Value &value) {
      if constexpr (std::is_same_v<Value, int64_t>)
        if (field.kind == FieldKind::Register && &value != &step.dst)
          program.operand(value, &value == &step.c ? ElementType::I32 : step.type);
    }
  };

  RuleBook &rules;
  const LanesRow &row;
  size_t step = 0;
  std::array<std::optional<ElementType>, 256> registers;
};

void check(RuleBook &rules, const LanesRow &row) { LaneProgram(rules, row).check(); }

} // namespace

std::optional<ElementType> laneTypeOf(ElementType type) {
  switch (type) {
  case ElementType::I64:
    return ElementType::I64;
  case ElementType::F32:
    return ElementType::F32;
  case ElementType::F16:
  case ElementType::BF16:
    return std::nullopt;
  default:
    return ElementType::I32;
  }
}

ElementType resultTypeOf(const LaneStep &step) {
  switch (step.opcode) {
  case LaneOpcode::Lt:
  case LaneOpcode::Le:
  case LaneOpcode::Eq:
  case LaneOpcode::ToI32:
    return ElementType::I32;
  case LaneOpcode::ToI64:
    return ElementType::I64;
  case LaneOpcode::ToF32:
    return ElementType::F32;
  default:
    return step.type;
  }
}

std::vector<std::string> problemsOf(const LaneStep &step) {
  RuleBook rules;
  if (const RowInfo *info = laneStepInfo(step.opcode)) {
    std::string legal;
    for (size_t i = 0; i < elementTypeNames.size(); ++i)
      if (info->types >> i & 1)
        legal += fmt::format("{}{}", legal.empty() ? "" : ", ", elementTypeNames[i]);
    rules.need(info->types >> static_cast<int>(step.type) & 1, "type = {}, need one of {}", nameOf(step.type),
               legal);
  }
  if (step.opcode == LaneOpcode::Const && step.type != ElementType::I64)
    rules.need(static_cast<uint64_t>(step.imm) >> 32 == 0, "imm = {} has more than the 32 bits of {}",
               textOfBits(static_cast<uint64_t>(step.imm)), nameOf(step.type));
  return rules.take();
}

std::vector<std::string> problemsOf(const AnyRow &row) {
  RuleBook rules;
  std::visit(
      [&](const auto &row) {
        check(rules, row);
        rules.encodable(row);
      },
      row);
  return rules.take();
}

} // namespace dnnc::isa

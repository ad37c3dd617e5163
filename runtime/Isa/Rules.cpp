// The rules of instructions alone: lengths of lists, ranks, ranges, types.
#include "runtime/Isa/Rules.h"
#include "runtime/Isa/RuleBook.h"
#include "runtime/Isa/Segment.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace dnnc::isa {
namespace {

float asFloat(int64_t bits) { return std::bit_cast<float>(static_cast<uint32_t>(bits)); }

void checkElementBytes(RuleBook &rules, int64_t bytes) {
  rules.need(bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8, "element_bytes = {}, need 1, 2, 4 or 8",
             bytes);
}

/// Extents, offsets and bounds of a tile have one length, the rank.
template <typename Row> void checkTile(RuleBook &rules, const Row &row) {
  rules.need(!row.extents.empty() && row.extents.size() <= maximalRank,
             "extents have {} dimensions, need 1 to {}", row.extents.size(), maximalRank);
  rules.extents("extents", row.extents);
  rules.extents("bounds", row.bounds);
  rules.length("offsets", row.offsets.size(), row.extents.size(), "one a dimension");
  rules.length("bounds", row.bounds.size(), row.extents.size(), "one a dimension");
}

template <typename Row> void checkTransfer(RuleBook &rules, const Row &row) {
  checkTile(rules, row);
  checkElementBytes(rules, row.elementBytes);
  rules.strides("buffer_strides", row.bufferStrides, row.extents);
  checkFormat(rules, row);
  if (!isSegmented(row)) {
    rules.strides("dram_strides", row.dramStrides, row.extents);
    return;
  }
  for (const std::string &problem : problemsOf(formatOf(row), row.segment))
    rules.need(false, "{}", problem);
  // A slot is a dimension of what is touched in DRAM.
  rules.need(row.extents.size() < maximalRank, "extents have {} dimensions with segments, need at most {}",
             row.extents.size(), maximalRank - 1);
  rules.length("segment", row.segment.size(), row.extents.size(), "one a dimension");
  rules.extents("segment", row.segment);
  // Strides lead from slot to slot, and all slots of the tensor are within reach.
  std::vector<int64_t> slots;
  for (size_t d = 0; d < std::min(row.segment.size(), row.bounds.size()); ++d)
    slots.push_back(RuleBook::isExtent(row.segment[d]) && RuleBook::isExtent(row.bounds[d])
                        ? (row.bounds[d] - 1) / row.segment[d] + 1
                        : 1);
  if (row.segment.size() == row.bounds.size())
    rules.strides("dram_strides", row.dramStrides, slots);
}

void check(RuleBook &rules, const Loop &row) { rules.need(row.count >= 1, "count = 0, need at least 1"); }
void check(RuleBook &, const EndLoop &) {}
void check(RuleBook &, const Sync &) {}

void check(RuleBook &rules, const Load &row) {
  checkTransfer(rules, row);
  rules.need(row.elementBytes >= 4 || row.padValue >> (8 * row.elementBytes) == 0,
             "pad_value = {} does not fit an element of {} bytes", textOfBits(row.padValue),
             row.elementBytes);
}

void check(RuleBook &rules, const Store &row) {
  checkTransfer(rules, row);
  if (isSegmented(row))
    checkSlots(rules, row);
}

bool isArrayInteger(ElementType type) { return type == ElementType::I8 || type == ElementType::U8; }

std::optional<std::pair<int64_t, int64_t>> rangeOf(ElementType type) {
  switch (type) {
  case ElementType::I8:
    return std::pair<int64_t, int64_t>(-128, 127);
  case ElementType::U8:
    return std::pair<int64_t, int64_t>(0, 255);
  case ElementType::I16:
    return std::pair<int64_t, int64_t>(-32768, 32767);
  case ElementType::U16:
    return std::pair<int64_t, int64_t>(0, 65535);
  case ElementType::I32:
    return std::pair<int64_t, int64_t>(INT32_MIN, INT32_MAX);
  default:
    return std::nullopt;
  }
}

void checkZeroPoint(RuleBook &rules, const char *name, int64_t value, ElementType type) {
  if (auto range = rangeOf(type))
    rules.need(value >= range->first && value <= range->second, "{} = {} is no {}", name, value,
               dnnc::name(type));
}

void checkConvTypes(RuleBook &rules, const Conv &row) {
  bool floats = row.ifmapType == ElementType::F32 && row.weightType == ElementType::F32;
  bool integers = (isArrayInteger(row.ifmapType) && isArrayInteger(row.weightType)) ||
                  (row.ifmapType == ElementType::I16 && row.weightType == ElementType::I16);
  rules.need(
      floats || integers,
      "ifmap_type = {} with weight_type = {}, need float32 with float32, int16 with int16, or int8, uint8 "
      "with int8, uint8",
      nameOf(row.ifmapType), nameOf(row.weightType));
  bool floatResult = row.mode == ConvMode::Float || row.mode == ConvMode::Dequantize;
  rules.need(floats == (row.mode == ConvMode::Float),
             "mode = {} with ifmap_type = {}: float32 needs mode = float, integers need another",
             nameOf(row.mode), nameOf(row.ifmapType));
  rules.need(floatResult ? row.outputType == ElementType::F32 : rangeOf(row.outputType).has_value(),
             "mode = {} with output_type = {}, need {}", nameOf(row.mode), nameOf(row.outputType),
             floatResult ? "float32" : "an integer of at most 32 bits");
  rules.need(!row.hasTable || isArrayInteger(row.outputType),
             "has_table with output_type = {}, need int8 or uint8", nameOf(row.outputType));
  if (floatResult)
    rules.need(asFloat(row.clampLow) <= asFloat(row.clampHigh), "clamp_low = {} is not below clamp_high = {}",
               textOfFloat(row.clampLow), textOfFloat(row.clampHigh));
  else
    rules.need(static_cast<int32_t>(row.clampLow) <= static_cast<int32_t>(row.clampHigh),
               "clamp_low = {} is above clamp_high = {}", static_cast<int32_t>(row.clampLow),
               static_cast<int32_t>(row.clampHigh));
  if (row.mode == ConvMode::DequantizeQuantize)
    rules.need(std::isfinite(asFloat(row.outputScale)) && asFloat(row.outputScale) > 0,
               "output_scale = {}, need a positive number", textOfFloat(row.outputScale));
  checkZeroPoint(rules, "ifmap_zero_point", row.ifmapZeroPoint, row.ifmapType);
  checkZeroPoint(rules, "output_zero_point", row.outputZeroPoint, row.outputType);
}

void check(RuleBook &rules, const Conv &row) {
  constexpr const char *dims = "N, G, M, C, P, Q, R, S";
  rules.extents("extents", row.extents);
  rules.extents("bounds", row.bounds);
  rules.length("extents", row.extents.size(), 8, dims);
  rules.length("offsets", row.offsets.size(), 8, dims);
  rules.length("bounds", row.bounds.size(), 8, dims);
  for (auto [name, value] : {std::pair("stride_h", row.strideH), std::pair("stride_w", row.strideW),
                             std::pair("dilation_h", row.dilationH), std::pair("dilation_w", row.dilationW)})
    rules.need(value >= 1, "{} = 0, need at least 1", name);
  checkConvTypes(rules, row);
  rules.need(row.hasParams || !row.hasDisplacements,
             "has_displacements without has_params: displacements stand in the parameter records");
  if (row.extents.size() != 8 || !std::ranges::all_of(row.extents, RuleBook::isExtent))
    return;
  const std::vector<int64_t> &e = row.extents;
  std::vector<int64_t> ifmap = {e[0], e[1], e[3], (e[4] - 1) * row.strideH + (e[6] - 1) * row.dilationH + 1,
                                (e[5] - 1) * row.strideW + (e[7] - 1) * row.dilationW + 1};
  rules.strides("ifmap_strides", row.ifmapStrides, ifmap, "N, G, C, H, W");
  rules.strides("weight_strides", row.weightStrides, {e[1], e[2], e[3], e[6], e[7]}, "G, M, C, R, S");
  rules.strides("psum_strides", row.psumStrides, {e[0], e[1], e[2], e[4], e[5]}, "N, G, M, P, Q");
  rules.strides("output_strides", row.outputStrides, {e[0], e[1], e[2], e[4], e[5]}, "N, G, M, P, Q");
}

/// The inputs of an instruction with a lane program; `reach` is how far each of the dimensions is read.
template <typename Row> void checkInputs(RuleBook &rules, const Row &row, const std::vector<int64_t> &reach) {
  size_t inputs = row.inputs.size(), rank = row.extents.size();
  rules.length("input_memories", row.inputMemories.size(), inputs, "one an input");
  rules.length("input_types", row.inputTypes.size(), inputs, "one an input");
  rules.length("input_strides", row.inputStrides.size(), inputs * rank, "inputs × dimensions");
  if (row.inputStrides.size() == inputs * rank)
    for (size_t k = 0; k < inputs; ++k)
      rules.strides("input_strides",
                    {row.inputStrides.begin() + k * rank, row.inputStrides.begin() + (k + 1) * rank}, reach);
  for (int64_t memory : row.inputMemories)
    rules.need(memory >= 0 && memory < 256, "input_memories have {}, need 0 to 255", memory);
}

bool isLaneType(ElementType type) {
  return type == ElementType::I32 || type == ElementType::I64 || type == ElementType::F32;
}

void check(RuleBook &rules, const Map &row) {
  checkTile(rules, row);
  checkInputs(rules, row, row.extents);
  rules.strides("output_strides", row.outputStrides, row.extents);
}

void check(RuleBook &rules, const Reduce &row) {
  checkTile(rules, row);
  checkInputs(rules, row, row.extents);
  rules.need(isLaneType(row.accumulatorType), "accumulator_type = {}, need int32, int64 or float32",
             nameOf(row.accumulatorType));
  size_t rank = row.extents.size();
  rules.need(row.reduced >= 1 && static_cast<size_t>(row.reduced) <= rank, "reduced = {}, need 1 to {}",
             row.reduced, rank);
  if (static_cast<size_t>(row.reduced) > rank)
    return;
  std::vector<int64_t> kept(row.extents.begin(), row.extents.end() - row.reduced);
  rules.strides("output_strides", row.outputStrides, kept, "one a dimension that is not reduced");
  rules.strides("accumulator_strides", row.accumulatorStrides, kept, "one a dimension that is not reduced");
}

void check(RuleBook &rules, const Window &row) {
  checkTile(rules, row);
  rules.length("inputs", row.inputs.size(), 1, "a window slides over one input");
  rules.need(isLaneType(row.accumulatorType), "accumulator_type = {}, need int32, int64 or float32",
             nameOf(row.accumulatorType));
  size_t dims = row.windowDims.size(), rank = row.extents.size();
  rules.need(dims >= 1 && dims <= rank, "window_dims have {} dimensions, need 1 to {}", dims, rank);
  rules.length("window_sizes", row.windowSizes.size(), dims, "one a dimension of the window");
  rules.length("window_strides", row.windowStrides.size(), dims, "one a dimension of the window");
  rules.length("window_dilations", row.windowDilations.size(), dims, "one a dimension of the window");
  rules.length("window_origins", row.windowOrigins.size(), dims, "one a dimension of the window");
  rules.length("window_bounds", row.windowBounds.size(), dims, "one a dimension of the window");
  rules.length("count_low", row.countLow.size(), dims, "one a dimension of the window");
  rules.length("count_high", row.countHigh.size(), dims, "one a dimension of the window");
  rules.extents("window_sizes", row.windowSizes);
  rules.extents("window_strides", row.windowStrides);
  rules.extents("window_dilations", row.windowDilations);
  rules.extents("window_bounds", row.windowBounds);
  std::vector<int64_t> reach = row.extents;
  std::vector<bool> slid(rank);
  bool whole = row.windowSizes.size() == dims && row.windowStrides.size() == dims &&
               row.windowDilations.size() == dims;
  for (size_t k = 0; k < dims; ++k) {
    int64_t dim = row.windowDims[k];
    bool inside = dim >= 0 && static_cast<size_t>(dim) < rank;
    rules.need(inside, "window_dims have {}, the result has dimensions 0 to {}", dim,
               static_cast<int64_t>(rank) - 1);
    if (!inside)
      continue;
    rules.need(!slid[dim], "window_dims have {} twice", dim);
    slid[dim] = true;
    if (whole && rules.isExtent(row.windowSizes[k]) && rules.isExtent(row.windowStrides[k]) &&
        rules.isExtent(row.windowDilations[k]) && rules.isExtent(reach[dim]))
      reach[dim] =
          (reach[dim] - 1) * row.windowStrides[k] + (row.windowSizes[k] - 1) * row.windowDilations[k] + 1;
  }
  for (const std::vector<int64_t> &limits : {row.countLow, row.countHigh})
    for (int64_t limit : limits)
      rules.need(limit >= -RuleBook::largestExtent && limit <= RuleBook::largestExtent,
                 "count_low or count_high has {}, need at most {}", limit, RuleBook::largestExtent);
  checkInputs(rules, row, reach);
  rules.strides("output_strides", row.outputStrides, row.extents);
}

template <typename Row> void checkMovement(RuleBook &rules, const Row &row) {
  checkTile(rules, row);
  checkElementBytes(rules, row.elementBytes);
  rules.strides("output_strides", row.outputStrides, row.extents);
}

void check(RuleBook &rules, const Permute &row) {
  checkMovement(rules, row);
  rules.strides("input_strides", row.inputStrides, row.extents);
}

void check(RuleBook &rules, const Gather &row) {
  checkMovement(rules, row);
  size_t rank = row.extents.size();
  rules.need(static_cast<size_t>(row.axis) < rank, "axis = {}, the result has dimensions 0 to {}", row.axis,
             static_cast<int64_t>(rank) - 1);
  // How far the input is read along the axis is data; the other dimensions are bounded here.
  std::vector<int64_t> reach = row.extents;
  if (static_cast<size_t>(row.axis) < rank)
    reach[row.axis] = 1;
  rules.strides("input_strides", row.inputStrides, reach);
}

} // namespace

std::vector<std::string> problemsOf(const Instruction &instruction) {
  RuleBook rules;
  std::visit(
      [&](const auto &row) {
        rules.affine(row);
        check(rules, row);
        rules.encodable(row);
      },
      instruction);
  return rules.take();
}

} // namespace dnnc::isa

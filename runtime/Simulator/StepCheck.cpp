#include "runtime/Simulator/StepCheck.h"

#include "dnnc/Error.h"
#include "runtime/Simulator/kernels/Bytes.h"
#include "runtime/Simulator/kernels/PsumCell.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <cmath>

namespace dnnc::sim {
namespace {

constexpr double allowedDifference = 0.02;
/// Rounding where two passes meet is no more than that; it counts in instructions of less than 200 cycles.
constexpr int64_t allowedCycles = 4;

using Five = std::array<int64_t, 5>;

int64_t offsetOf(const Five &strides, int64_t a, int64_t b, int64_t c, int64_t d, int64_t e) {
  return a * strides[0] + b * strides[1] + c * strides[2] + d * strides[3] + e * strides[4];
}

Five dense(const Five &extents, int64_t bytes) {
  Five strides{};
  for (size_t d = extents.size(); d-- > 0; bytes *= extents[d])
    strides[d] = bytes;
  return strides;
}

/// One element less its zero point, as the stepper takes it.
stepper::Value valueOf(ElementType type, const uint8_t *from, int64_t zeroPoint) {
  switch (type) {
  case ElementType::I8:
    return loadAs<int8_t>(from) - zeroPoint;
  case ElementType::U8:
    return loadAs<uint8_t>(from) - zeroPoint;
  case ElementType::I16:
    return loadAs<int16_t>(from) - zeroPoint;
  default:
    return std::bit_cast<stepper::Value>(static_cast<double>(loadAs<float>(from)));
  }
}

/// The coordinates of an ifmap axis that a tile reads.
struct Axis {
  int64_t first = 0, count = 0; // the range of them
  std::vector<bool> read;

  Axis(int64_t origin, int64_t indices, int64_t step, int64_t taps, int64_t hop, int64_t limit) {
    int64_t last = std::min(limit - 1, origin + (indices - 1) * step + (taps - 1) * hop);
    first = std::max<int64_t>(0, origin);
    count = std::max<int64_t>(0, last - first + 1);
    read.resize(static_cast<size_t>(count));
    for (int64_t i = 0; i < indices; ++i)
      for (int64_t tap = 0; tap < taps; ++tap)
        if (int64_t at = origin + i * step + tap * hop - first; at >= 0 && at < count)
          read[static_cast<size_t>(at)] = true;
  }
};

void copyIfmap(const ConvTile &tile, stepper::Instruction &instruction) {
  Axis rows(tile.originH, tile.p, tile.strideH, tile.r, tile.dilationH, tile.ifmapH);
  Axis columns(tile.originW, tile.q, tile.strideW, tile.s, tile.dilationW, tile.ifmapW);
  instruction.ifmapRow = rows.first, instruction.ifmapRows = rows.count;
  instruction.ifmapColumn = columns.first, instruction.ifmapColumns = columns.count;
  for (int64_t n = 0; n < tile.n; ++n)
    for (int64_t g = 0; g < tile.g; ++g)
      for (int64_t c = 0; c < tile.c; ++c)
        for (int64_t h = 0; h < rows.count; ++h)
          for (int64_t w = 0; w < columns.count; ++w) {
            // What nobody reads need not have been written.
            bool read = rows.read[static_cast<size_t>(h)] && columns.read[static_cast<size_t>(w)];
            const uint8_t *from = tile.ifmap;
            if (read)
              from += offsetOf(tile.ifmapStrides, n, g, c, rows.first + h - tile.ifmapRow,
                               columns.first + w - tile.ifmapColumn);
            instruction.ifmap.push_back(read ? valueOf(tile.ifmapType, from, tile.ifmapZeroPoint) : 0);
          }
}

void copyWeights(const ConvTile &tile, stepper::Instruction &instruction) {
  for (int64_t g = 0; g < tile.g; ++g)
    for (int64_t m = 0; m < tile.m; ++m) {
      int64_t zeroPoint = tile.param(g, m).weightZeroPoint;
      for (int64_t c = 0; c < tile.c; ++c)
        for (int64_t r = 0; r < tile.r; ++r)
          for (int64_t s = 0; s < tile.s; ++s)
            instruction.weight.push_back(valueOf(
                tile.weightType, tile.weight + offsetOf(tile.weightStrides, g, m, c, r, s), zeroPoint));
    }
}

void copyStart(const ConvTile &tile, stepper::Instruction &instruction) {
  for (int64_t n = 0; n < tile.n; ++n)
    for (int64_t g = 0; g < tile.g; ++g)
      for (int64_t m = 0; m < tile.m; ++m)
        for (int64_t p = 0; p < tile.p; ++p)
          for (int64_t q = 0; q < tile.q; ++q) {
            int64_t start = tile.psumIn ? readPsum(tile, offsetOf(tile.psumStrides, n, g, m, p, q))
                                        : static_cast<int32_t>(tile.param(g, m).bias);
            if (tile.isFloat())
              start = std::bit_cast<stepper::Value>(
                  static_cast<double>(std::bit_cast<float>(static_cast<uint32_t>(start))));
            instruction.start.push_back(start);
          }
}

double realOf(stepper::Value value) { return std::bit_cast<double>(value); }

/// The fast kernel's accumulators, from the psums or biases in `start`.
std::vector<stepper::Value> accumulate(ConvTile tile, const std::vector<stepper::Value> &start) {
  int64_t bytes = tile.isWide() ? 8 : 4;
  std::vector<uint8_t> psums(start.size() * static_cast<size_t>(bytes));
  for (size_t i = 0; i < start.size(); ++i) {
    uint8_t *to = psums.data() + i * static_cast<size_t>(bytes);
    if (tile.isFloat())
      storeAs(to, static_cast<float>(realOf(start[i])));
    else if (tile.isWide())
      storeAs(to, start[i]);
    else
      storeAs(to, static_cast<int32_t>(start[i]));
  }
  tile.psumIn = tile.psumOut = psums.data();
  tile.psumStrides = dense({tile.n, tile.g, tile.m, tile.p, tile.q}, bytes);
  tile.psumCellBytes = bytes;
  tile.psumExact = nullptr;
  convolve(tile);
  std::vector<stepper::Value> sums;
  for (size_t i = 0; i < start.size(); ++i) {
    const uint8_t *from = psums.data() + i * static_cast<size_t>(bytes);
    if (tile.isFloat())
      sums.push_back(std::bit_cast<stepper::Value>(static_cast<double>(loadAs<float>(from))));
    else
      sums.push_back(tile.isWide() ? loadAs<int64_t>(from) : loadAs<int32_t>(from));
  }
  return sums;
}

/// The same sums of absolute values.
std::vector<double> magnitudesOf(ConvTile tile, const stepper::Instruction &instruction) {
  auto absolutes = [](const std::vector<stepper::Value> &values) {
    std::vector<float> numbers;
    for (stepper::Value value : values)
      numbers.push_back(static_cast<float>(std::abs(realOf(value))));
    return numbers;
  };
  std::vector<float> ifmap = absolutes(instruction.ifmap), weight = absolutes(instruction.weight);
  tile.ifmap = reinterpret_cast<const uint8_t *>(ifmap.data());
  tile.ifmapRow = instruction.ifmapRow, tile.ifmapColumn = instruction.ifmapColumn;
  tile.ifmapStrides = dense({tile.n, tile.g, tile.c, instruction.ifmapRows, instruction.ifmapColumns}, 4);
  tile.weight = reinterpret_cast<const uint8_t *>(weight.data());
  tile.weightStrides = dense({tile.g, tile.m, tile.c, tile.r, tile.s}, 4);
  std::vector<stepper::Value> start;
  for (stepper::Value value : instruction.start)
    start.push_back(std::bit_cast<stepper::Value>(std::abs(realOf(value))));
  std::vector<double> sums;
  for (stepper::Value value : accumulate(tile, start))
    sums.push_back(realOf(value));
  return sums;
}

stepper::Mapping copyOf(const Mapping &mapping) {
  auto factors = [](const std::vector<Factor> &list) {
    std::vector<stepper::Factor> copy;
    for (const Factor &factor : list)
      copy.push_back({factor.dim, factor.count});
    return copy;
  };
  return {.passes = factors(mapping.passes),
          .clusterRows = factors(mapping.clusterRows),
          .clusterColumns = factors(mapping.clusterColumns),
          .peRows = factors(mapping.peRows),
          .peColumns = factors(mapping.peColumns),
          .macs = factors(mapping.macs),
          .spad = factors(mapping.spad)};
}

/// What the simulator should have counted, by the stepper.
Counts countsOf(const stepper::Work &work, const ArrayTile &tile, const Target &target) {
  Counts counts(target.memories.size());
  counts.readByArray(tile.ifmapMemory, Operand::Ifmap, work.ifmapRead);
  counts.readByArray(tile.weightMemory, Operand::Weight, work.weightRead);
  counts.readByArray(tile.paramMemory, Operand::Param, work.paramRead);
  counts.readByArray(tile.tableMemory, Operand::Param, work.tableRead);
  counts.readByArray(tile.psumMemory, Operand::Psum, work.psumRead);
  counts.writtenByArray(tile.psumMemory, Operand::Psum, work.psumWritten);
  counts.writtenByArray(tile.outputMemory, Operand::Ofmap, work.outputWritten);
  int64_t gated = target.array.zeroGating.mac ? work.zeroMacs : 0;
  counts.macs[static_cast<size_t>(tile.ifmapType)] = work.macs - gated;
  counts.gatedMacs[static_cast<size_t>(tile.ifmapType)] = gated;
  counts.skippedMacs[static_cast<size_t>(tile.ifmapType)] = work.skippedMacs;
  counts.ifmapSpadRead = work.ifmapSpadRead, counts.ifmapSpadWritten = work.ifmapSpadWritten;
  counts.weightSpadRead = work.weightSpadRead, counts.weightSpadWritten = work.weightSpadWritten;
  counts.ifmapAddressRead = work.ifmapAddressRead, counts.ifmapAddressWritten = work.ifmapAddressWritten;
  counts.weightAddressRead = work.weightAddressRead, counts.weightAddressWritten = work.weightAddressWritten;
  counts.psumSpadRead = work.psumSpadRead, counts.psumSpadWritten = work.psumSpadWritten;
  counts.ifmapHops = work.ifmapHops, counts.weightHops = work.weightHops, counts.psumHops = work.psumHops;
  return counts;
}

} // namespace

void StepCheck::capture(const ConvTile &tile) {
  captured.reset();
  __int128 macs = static_cast<__int128>(tile.n) * tile.g * tile.m * tile.c;
  macs = std::min<__int128>(macs, mostMacs + 1) * tile.p * tile.q;
  macs = std::min<__int128>(macs, mostMacs + 1) * tile.r * tile.s;
  if (macs == 0)
    return;
  if (steppedMacs + macs > mostMacs)
    throw Error(
        fmt::format("stepping every PE stops after {} MACs; run this program without --detail pe, or a "
                    "smaller one",
                    mostMacs));
  Captured &now = captured.emplace();
  stepper::Instruction &to = now.instruction;
  to.extents = {tile.n, tile.g, tile.m, tile.c, tile.p, tile.q, tile.r, tile.s};
  to.strideH = tile.strideH, to.strideW = tile.strideW;
  to.dilationH = tile.dilationH, to.dilationW = tile.dilationW;
  to.originH = tile.originH, to.originW = tile.originW;
  to.ifmapH = tile.ifmapH, to.ifmapW = tile.ifmapW;
  to.first = !tile.psumIn, to.last = !tile.psumOut;
  to.ifmapType = tile.ifmapType, to.weightType = tile.weightType, to.outputType = tile.path.type;
  copyIfmap(tile, to);
  copyWeights(tile, to);
  copyStart(tile, to);
  now.accumulators = accumulate(tile, to.start);
  if (tile.isFloat())
    now.magnitudes = magnitudesOf(tile, to);
}

void StepCheck::compare(const ArrayTile &tile, const Mapping &mapping, const Counts &counts, int64_t cycles,
                        int64_t activePes) {
  if (!captured)
    return;
  stepper::Instruction &instruction = captured->instruction;
  instruction.ifmapMemory = tile.ifmapMemory, instruction.weightMemory = tile.weightMemory;
  instruction.depthwise = tile.depthwise;
  instruction.hasParams = tile.hasParams, instruction.hasTable = tile.hasTable;
  instruction.paramMemory = tile.paramMemory, instruction.tableMemory = tile.tableMemory;
  instruction.psumMemory = tile.psumMemory, instruction.outputMemory = tile.outputMemory;
  stepper::Result result;
  try {
    result = stepper::step(instruction, copyOf(mapping), target);
  } catch (const Error &error) {
    throw Error(fmt::format("stepped PE by PE: {}", error.what()));
  }

  std::vector<std::string> problems;
  auto differs = [&](const std::string &figure, int64_t byStepping, int64_t simulated) {
    if (byStepping != simulated)
      problems.push_back(fmt::format("{} is {} when every PE is stepped; the simulator has {}", figure,
                                     byStepping, simulated));
  };

  bool isFloat = instruction.ifmapType == ElementType::F32;
  bool isWide = instruction.ifmapType == ElementType::I16;
  const stepper::Extents &e = instruction.extents;
  int64_t terms = e[stepper::C] * e[stepper::R] * e[stepper::S];
  for (size_t i = 0; i < result.psums.size() && problems.empty(); ++i) {
    stepper::Value ours = result.psums[i], theirs = captured->accumulators[i];
    if (isFloat) {
      // Each of the roundings in a product and a sum is within 2^-24 of it (Higham 2002, section 4.2).
      double bound = 2 * static_cast<double>(terms + 2) * std::ldexp(captured->magnitudes[i], -24);
      if (std::isfinite(bound) && !(std::abs(realOf(ours) - realOf(theirs)) <= bound))
        problems.push_back(fmt::format("accumulator {} is {} when every PE is stepped; the simulator has {}",
                                       i, realOf(ours), realOf(theirs)));
    } else {
      differs(fmt::format("accumulator {}", i), isWide ? ours : static_cast<int32_t>(ours), theirs);
    }
  }

  auto actions = countsOf(result.work, tile, target).byAction(target), simulated = counts.byAction(target);
  for (const auto &[component, list] : simulated)
    for (const auto &[action, unused] : list)
      actions[component].try_emplace(action, 0);
  for (const auto &[component, list] : actions)
    for (const auto &[action, count] : list)
      differs(fmt::format("{} {}", component, action), count, simulated[component][action]);
  differs("number of active PEs", result.work.activePes, activePes);

  int64_t difference = std::abs(result.work.cycles - cycles);
  double relative = static_cast<double>(difference) / static_cast<double>(std::max<int64_t>(cycles, 1));
  if (difference > allowedCycles && relative > allowedDifference)
    problems.push_back(
        fmt::format("it takes {} cycles when every PE is stepped; the simulator has {}, {:.1f}% apart",
                    result.work.cycles, cycles, 100 * relative));
  if (!problems.empty())
    throw Error(fmt::format("{}", fmt::join(problems, "\n")));
  ++stepped;
  steppedMacs += result.work.macs + result.work.skippedMacs;
  forwarded += result.work.forwardedPsums;
  if (difference > allowedCycles)
    largest = std::max(largest, relative);
  captured.reset();
}

} // namespace dnnc::sim

// What there is: PEs, chains, and in which form operands come to them.
#include "runtime/Stepper/Machine.h"

#include "dnnc/Error.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <map>

namespace dnnc::stepper {
namespace {

/// Whether words of another pass have a place while one computes.
bool hasRoomBeside(const Spad &spad, int64_t words) {
  return spad.doubleBuffered || spad.streams || 2 * words <= spad.words;
}

} // namespace

Machine::Machine(const Instruction &instruction, const Mapping &mapping, const Target &target)
    : tile(instruction), target(target), array(target.array),
      layout(mapping, instruction.extents, target, instruction.depthwise),
      sequencer(mapping, layout.perPass, instruction.extents), isFloat(tile.ifmapType == ElementType::F32),
      psumBytes((array.psumSpad.bits + 7) / 8), ifmapStreams(array.ifmapSpad.streams),
      weightStreams(array.weightSpad.streams), psumsStream(array.psumSpad.streams),
      ifmapNetwork(array.ifmapNoc.bytesPerCycle, tile.ifmapMemory),
      weightNetwork(array.weightNoc.bytesPerCycle, tile.weightMemory),
      psumNetwork(array.psumNoc.bytesPerCycle, tile.psumMemory) {
  auto rate = array.macRate.find(tile.ifmapType);
  if (rate == array.macRate.end())
    throw Error(fmt::format("the array has no MACs for {}", name(tile.ifmapType)));
  macRate = rate->second;
  lockstep = array.skipping.macs == Skipping::Macs::Lockstep;
  if (lockstep)
    lanes = layout.perPe[M] / layout.perMultiplier[M];
  checkData();
  chooseFormats();

  // What a PE holds at most for a pass decides for all passes: words that would fit beside those of a small
  // pass need not fit beside those of a large one.
  const Extents &e = tile.extents;
  auto inPe = [&](Dim d) { return std::min(layout.perPe[d], e[d]); };
  auto window = [&](Dim outer, int64_t step, Dim inner, int64_t hop) {
    return static_cast<int64_t>(
        coordinates(0, 0, inPe(outer), step, 0, inPe(inner), hop, int64_t(1) << 60).size());
  };
  int64_t windows = window(P, tile.strideH, R, tile.dilationH) * window(Q, tile.strideW, S, tile.dilationW);
  // When the mapping was chosen nobody knew whether the ifmap would have zeros.
  int64_t ifmapWords = formatOf(array.ifmapNoc.format, tile.ifmapType, array.ifmapSpad, 0).words;
  ifmapOverlaps = hasRoomBeside(array.ifmapSpad, inPe(N) * inPe(G) * inPe(C) * windows * ifmapWords);
  weightOverlaps = hasRoomBeside(array.weightSpad, fullestWeights());
  psumsOverlap = hasRoomBeside(array.psumSpad, inPe(N) * inPe(G) * inPe(M) * inPe(P) * inPe(Q));

  checkAddresses("ifmap", inPe(N) * inPe(G) * windows, ifmapFormat, array.ifmapSpad.address);
  checkAddresses("weight", inPe(G) * inPe(C) * inPe(R) * inPe(S), weightFormat, array.weightSpad.address);

  makePes();
  psumMemory.resize(tile.start.size());
  for (size_t i = 0; i < psumMemory.size(); ++i)
    psumMemory[i].sum.value = tile.start[i];
  ifmapSeen.resize(tile.ifmap.size());
  weightSeen.resize(tile.weight.size());
  if (tile.hasParams)
    paramsLeft = work.paramRead = e[G] * e[M] * 16; // bytes of a record
  if (tile.hasTable)
    tableLeft = work.tableRead = 256 * bytesOf(tile.outputType);
  connect();
}

void Machine::makePes() {
  std::map<std::array<int64_t, 5>, uint32_t> chainOf;
  for (const Layout::Position &position : layout.pes) {
    const Extents &at = position.offset;
    auto [chain, isNew] =
        chainOf.try_emplace({at[N], at[G], at[M], at[P], at[Q]}, static_cast<uint32_t>(chains.size()));
    auto pe = static_cast<uint32_t>(pes.size());
    if (isNew)
      chains.emplace_back();
    chains[chain->second].push_back(pe);
    if (isNew && (ifmapStreams || teams.empty()))
      teams.emplace_back();
    uint32_t team = ifmapStreams ? chain->second : 0;
    teams[team].pes.push_back(pe);
    if (isNew)
      teams[team].chains.push_back(chain->second);
    pes.push_back({.position = position,
                   .ifmap = InputSpad(array.ifmapSpad),
                   .weight = InputSpad(array.weightSpad),
                   .psum = PsumSpad(array.psumSpad),
                   .multipliers = {},
                   .chain = chain->second,
                   .team = team,
                   .firstOfChain = isNew});
  }
}

void Machine::checkData() const {
  const Extents &e = tile.extents;
  auto check = [](const char *operand, size_t have, int64_t need) {
    if (static_cast<int64_t>(have) != need)
      throw Error(fmt::format("an instruction has {} values of its {}; need {}", have, operand, need));
  };
  check("ifmap", tile.ifmap.size(), e[N] * e[G] * e[C] * tile.ifmapRows * tile.ifmapColumns);
  check("weight", tile.weight.size(), e[G] * e[M] * e[C] * e[R] * e[S]);
  check("psums", tile.start.size(), e[N] * e[G] * e[M] * e[P] * e[Q]);
  auto inside = [](const char *axis, const std::vector<int64_t> &needed, int64_t first, int64_t count) {
    if (!needed.empty() && (needed.front() < first || needed.back() >= first + count))
      throw Error(fmt::format("an instruction reads ifmap {} {} to {}; it has {} from {}", axis,
                              needed.front(), needed.back(), count, first));
  };
  inside("rows", coordinates(tile.originH, 0, e[P], tile.strideH, 0, e[R], tile.dilationH, tile.ifmapH),
         tile.ifmapRow, tile.ifmapRows);
  inside("columns", coordinates(tile.originW, 0, e[Q], tile.strideW, 0, e[S], tile.dilationW, tile.ifmapW),
         tile.ifmapColumn, tile.ifmapColumns);
}

void Machine::checkAddresses(const char *operand, int64_t columns, const Format &format,
                             const AddressSpad &spad) const {
  if (format.hasColumns() && spad.words > 0 && columns > spad.words)
    throw Error(fmt::format("a PE has {} columns of {}; its address spad has {} words", columns, operand, spad.words));
}

void Machine::fail(const std::string &message) const {
  throw Error(fmt::format("pass {}, cycle {}: {}", work.passes, work.cycles, message));
}

bool Machine::isZero(Value value) const { return isFloat ? std::bit_cast<double>(value) == 0 : value == 0; }

void Machine::chooseFormats() {
  const Extents &e = tile.extents;
  // An operand whose compressed form of the whole tile is not smaller goes as it is.
  auto isSmaller = [](int64_t bits, int64_t elements, ElementType type) {
    return (bits + 7) / 8 < elements * bytesOf(type);
  };
  ifmapFormat = formatOf(array.ifmapNoc.format, tile.ifmapType, array.ifmapSpad, 4);
  if (ifmapFormat.compressed) {
    int64_t bits = 0, elements = 0;
    for (int64_t h : coordinates(tile.originH, 0, e[P], tile.strideH, 0, e[R], tile.dilationH, tile.ifmapH))
      for (int64_t w : coordinates(tile.originW, 0, e[Q], tile.strideW, 0, e[S], tile.dilationW, tile.ifmapW))
        for (int64_t n = 0; n < e[N]; ++n)
          for (int64_t g = 0; g < e[G]; ++g)
            for (int64_t c = 0; c < e[C]; ++c) {
              if (c % layout.perPe[C] == 0)
                bits += ifmapFormat.columnBits;
              bits += ifmapFormat.bitsOf(isZero(tile.ifmap[static_cast<size_t>(ifmapWord(n, g, c, h, w))]));
              ++elements;
            }
    if (!isSmaller(bits, elements, tile.ifmapType))
      ifmapFormat = rawFormat(tile.ifmapType, array.ifmapSpad);
  }
  weightFormat = formatOf(array.weightNoc.format, tile.weightType, array.weightSpad, 7);
  if (weightFormat.compressed) {
    int64_t bits = 0, elements = 0;
    for (int64_t g = 0; g < e[G]; ++g)
      for (int64_t c = 0; c < e[C]; ++c)
        for (int64_t r = 0; r < e[R]; ++r)
          for (int64_t s = 0; s < e[S]; ++s)
            for (int64_t m = 0; m < e[M]; ++m) {
              if (m % layout.perPe[M] == 0)
                bits += weightFormat.columnBits +
                        weightFormat.nonZeroBits * paddingOf(g, m, layout.perPe[M], c, r, s);
              bits +=
                  weightFormat.bitsOf(isZero(tile.weight[static_cast<size_t>(weightWord(g, m, c, r, s))]));
              ++elements;
            }
    if (!isSmaller(bits, elements, tile.weightType))
      weightFormat = rawFormat(tile.weightType, array.weightSpad);
  }
  const Skipping &skipping = array.skipping;
  skipsIfmap = skips(skipping.ifmap && (!tile.depthwise || skipping.depthwise.ifmap), array.ifmapNoc.format,
                     ifmapFormat);
  skipsWeights = skips(skipping.weight, array.weightNoc.format, weightFormat);
}

/// PEs on a network with a compressed format find non-zeros by their addresses or masks; without these, none.
/// On a dense network they look at every word.
bool Machine::skips(bool isSkipped, NocFormat format, const Format &sent) const {
  return isSkipped && (format == NocFormat::Dense || sent.compressed);
}

int64_t Machine::paddingOf(int64_t g, int64_t firstM, int64_t count, int64_t c, int64_t r, int64_t s) const {
  int64_t nonZeros = 0;
  for (int64_t m = firstM; m < std::min(firstM + count, tile.extents[M]); ++m)
    nonZeros += !isZero(tile.weight[static_cast<size_t>(weightWord(g, m, c, r, s))]);
  return (lanes - nonZeros % lanes) % lanes;
}

int64_t Machine::weightWordsOf(const Extents &start) const {
  Block rest{.start = start, .count = {}};
  for (int d = 0; d < dimCount; ++d)
    rest.count[d] = tile.extents[d] - start[d];
  Block part = rest.part({}, layout.perPe);
  const Extents &at = part.start, &count = part.count;
  int64_t words = 0;
  for (int64_t g = at[G]; g < at[G] + count[G]; ++g)
    for (int64_t c = at[C]; c < at[C] + count[C]; ++c)
      for (int64_t r = at[R]; r < at[R] + count[R]; ++r)
        for (int64_t s = at[S]; s < at[S] + count[S]; ++s) {
          for (int64_t m = at[M]; m < at[M] + count[M]; ++m)
            words +=
                weightFormat.wordsOf(isZero(tile.weight[static_cast<size_t>(weightWord(g, m, c, r, s))]));
          if (weightFormat.compressed)
            words += weightFormat.words * paddingOf(g, at[M], count[M], c, r, s);
        }
  return words;
}

int64_t Machine::fullestWeights() const {
  int64_t fullest = 0;
  const Extents &e = tile.extents, &step = layout.perPe;
  for (int64_t g = 0; g < e[G]; g += step[G])
    for (int64_t m = 0; m < e[M]; m += step[M])
      for (int64_t c = 0; c < e[C]; c += step[C])
        for (int64_t r = 0; r < e[R]; r += step[R])
          for (int64_t s = 0; s < e[S]; s += step[S])
            fullest = std::max(fullest, weightWordsOf({0, g, m, c, 0, 0, r, s}));
  return fullest;
}

Result step(const Instruction &instruction, const Mapping &mapping, const Target &target) {
  return Machine(instruction, mapping, target).run();
}

} // namespace dnnc::stepper

#include "runtime/Stepper/Machine.h"

#include "dnnc/Error.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace dnnc::stepper {
namespace {

/// How far words of streaming operands are sent ahead: at least so many passes, and more while their words are
/// few.
constexpr size_t passesAhead = 256, wordsAhead = 1 << 16;

int64_t wordsOf(ElementType type, const Spad &spad) {
  return (bytesOf(type) * 8 + spad.bits - 1) / spad.bits;
}

/// Whether words of another pass have a place while one computes.
bool hasRoomBeside(const Spad &spad, int64_t words) {
  return spad.doubleBuffered || spad.streams || 2 * words <= spad.words;
}

} // namespace

Machine::Machine(const Instruction &instruction, const Mapping &mapping, const Target &target)
    : tile(instruction), target(target), array(target.array), layout(mapping, instruction.extents, target),
      sequencer(mapping, layout.perPass, instruction.extents), isFloat(tile.ifmapType == ElementType::F32),
      ifmapBytes(bytesOf(tile.ifmapType)), weightBytes(bytesOf(tile.weightType)),
      psumBytes((array.psumSpad.bits + 7) / 8), wordsOfIfmapElement(wordsOf(tile.ifmapType, array.ifmapSpad)),
      wordsOfWeight(wordsOf(tile.weightType, array.weightSpad)), ifmapStreams(array.ifmapSpad.streams),
      weightStreams(array.weightSpad.streams), psumsStream(array.psumSpad.streams),
      ifmapNetwork(array.ifmapNoc.bytesPerCycle, tile.ifmapMemory),
      weightNetwork(array.weightNoc.bytesPerCycle, tile.weightMemory),
      psumNetwork(array.psumNoc.bytesPerCycle, tile.psumMemory) {
  auto rate = array.macRate.find(tile.ifmapType);
  if (rate == array.macRate.end())
    throw Error(fmt::format("the array has no MACs for {}", name(tile.ifmapType)));
  macRate = rate->second;
  checkData();

  // What a PE holds at most for a pass decides for all passes: words that would fit beside those of a small
  // pass need not fit beside those of a large one.
  const Extents &e = tile.extents;
  auto inPe = [&](Dim d) { return std::min(layout.perPe[d], e[d]); };
  auto window = [&](Dim outer, int64_t step, Dim inner, int64_t hop) {
    return static_cast<int64_t>(
        coordinates(0, 0, inPe(outer), step, 0, inPe(inner), hop, int64_t(1) << 60).size());
  };
  int64_t windows = window(P, tile.strideH, R, tile.dilationH) * window(Q, tile.strideW, S, tile.dilationW);
  ifmapOverlaps = hasRoomBeside(array.ifmapSpad, inPe(N) * inPe(G) * inPe(C) * windows * wordsOfIfmapElement);
  weightOverlaps =
      hasRoomBeside(array.weightSpad, inPe(G) * inPe(M) * inPe(C) * inPe(R) * inPe(S) * wordsOfWeight);
  psumsOverlap = hasRoomBeside(array.psumSpad, inPe(N) * inPe(G) * inPe(M) * inPe(P) * inPe(Q));

  std::map<std::array<int64_t, 5>, uint32_t> chainOf;
  for (const Layout::Position &position : layout.pes) {
    const Extents &at = position.offset;
    auto [chain, isNew] =
        chainOf.try_emplace({at[N], at[G], at[M], at[P], at[Q]}, static_cast<uint32_t>(chains.size()));
    if (isNew)
      chains.emplace_back();
    chains[chain->second].push_back(static_cast<uint32_t>(pes.size()));
    pes.push_back({.position = position,
                   .ifmap = {array.ifmapSpad, wordsOfIfmapElement},
                   .weight = {array.weightSpad, wordsOfWeight},
                   .psum = PsumSpad(array.psumSpad),
                   .multipliers = {},
                   .chain = chain->second,
                   .firstOfChain = isNew});
  }

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

void Machine::fail(const std::string &message) const {
  throw Error(fmt::format("pass {}, cycle {}: {}", work.passes, work.cycles, message));
}

bool Machine::slidesFrom(const Block &before, const Block &block) const {
  // A window slides when it moves by one block, in one direction, within each PE.
  auto slides = [&](Dim d, Dim taps) {
    bool others = false;
    for (int other = 0; other < dimCount; ++other)
      others |= other != d && block.start[other] != before.start[other];
    return !others && block.start[d] == before.start[d] + layout.perPass[d] && !layout.overMultipliers[d] &&
           !layout.overPes[taps];
  };
  return array.ifmapSpad.slides && (slides(P, R) || slides(Q, S));
}

bool Machine::plan() {
  std::optional<Block> block = sequencer.next();
  if (!block) {
    atEnd = true;
    return false;
  }
  Pass pass;
  pass.number = lastPlanned ? lastPlanned->number + 1 : 1;
  pass.block = *block;
  const Block before = lastPlanned ? lastPlanned->block : *block;
  if (lastPlanned) {
    auto moved = [&](std::initializer_list<Dim> dims) {
      return std::any_of(dims.begin(), dims.end(), [&](Dim d) { return block->start[d] != before.start[d]; });
    };
    pass.newIfmap = moved({N, G, C, P, Q, R, S});
    pass.newWeights = moved({G, M, C, R, S});
    pass.newPsums = moved({N, G, M, P, Q});
    pass.slides = slidesFrom(before, *block);
  }
  if (pass.newPsums)
    for (auto [chain, psum] : psumsOf(*block))
      pass.psumsReturn = psumMemory[static_cast<size_t>(psum)].begun++ > 0;
  bool spilled = pass.psumsReturn;
  pass.psumsReturn |= pass.newPsums && (!tile.first || array.psumsStartInMemory);
  if (lastPlanned) {
    pass.rampsUp = (pass.newWeights && !weightOverlaps) || (pass.psumsReturn && !psumsOverlap);
    if (pass.newIfmap && !ifmapOverlaps && !pass.rampsUp) {
      requestIfmap(pass, before);
      pass.rampsUp = !requests.empty(); // a window in the padding needs no delivery
      requests.clear();
    }
  }
  // A psum that was spilled is not asked for while it may still be on its way out.
  pass.isBorder = pass.rampsUp || (spilled && psumsStream);
  if (!pass.rampsUp) {
    if (pass.newWeights && weightStreams)
      sendWeights(pass);
    if (pass.newIfmap && ifmapStreams)
      sendIfmap(pass, before);
    if (pass.psumsReturn && psumsStream && !pass.isBorder)
      sendPsums(pass);
  }
  lastPlanned = pass;
  ahead.push_back(pass);
  return true;
}

void Machine::lookAhead() {
  auto runsDry = [](const Network &network, bool streams) {
    return streams && network.bytesLeft() < 2 * network.bytesPerCycle;
  };
  auto isFull = [&] {
    return ahead.size() >= passesAhead &&
           ifmapNetwork.waiting() + weightNetwork.waiting() + psumNetwork.waiting() >= wordsAhead;
  };
  while (!atEnd && !isFull() && (ahead.empty() || !ahead.back().isBorder) &&
         (ahead.empty() || runsDry(ifmapNetwork, ifmapStreams) || runsDry(weightNetwork, weightStreams) ||
          runsDry(psumNetwork, psumsStream)))
    plan();
}

void Machine::rampUp(const Pass &pass) {
  // The words of the pass before make room at once.
  if (pass.newWeights) {
    for (Pe &pe : pes)
      pe.weight.keep({});
    sendWeights(pass);
    if (array.fillsInTurn)
      fill();
  }
  if (pass.newIfmap) {
    keepIfmap(pass);
    sendIfmap(pass, now.block);
    if (array.fillsInTurn)
      fill();
  }
  if (pass.psumsReturn && !psumsStream)
    sendPsums(pass);
  fill();
}

void Machine::turn(const Pass &pass) {
  ++work.passes;
  auto check = [&](bool fits, const Pe &pe, const char *operand, int64_t words, const Spad &spad) {
    if (!fits)
      fail(fmt::format("PE {} has {} words of its {} spad; there are {}", &pe - pes.data(), words, operand,
                       spad.words));
  };
  if (pass.newIfmap)
    keepIfmap(pass);
  for (Pe &pe : pes) {
    if (pass.newWeights)
      pe.weight.keep({});
    check(pe.ifmap.turn(pass.number), pe, "ifmap", pe.ifmap.words(), array.ifmapSpad);
    check(pe.weight.turn(pass.number), pe, "weight", pe.weight.words(), array.weightSpad);
  }
  if (pass.newPsums) {
    for (auto [chain, psum] : psumsOf(pass.block))
      pes[chains[chain].front()].psum.turn(psum);
    psumsReturned = pass.psumsReturn;
    if (pass.isBorder && pass.psumsReturn && psumsStream)
      sendPsums(pass);
  }

  computing.clear();
  for (size_t i = 0; i < pes.size(); ++i) {
    Pe &pe = pes[i];
    pe.multipliers.clear();
    Block part = pass.block.part(pe.position.offset, layout.perPe);
    if (part.empty())
      continue;
    for (const Extents &offset : layout.multipliers) {
      Multiplier multiplier{.block = part.part(offset, layout.perMultiplier)};
      if (multiplier.block.empty())
        continue;
      multiplier.left = 1;
      for (int64_t count : multiplier.block.count)
        multiplier.left *= count;
      pe.multipliers.push_back(multiplier);
    }
    computing.push_back(static_cast<uint32_t>(i));
  }
  work.activePes = std::max(work.activePes, static_cast<int64_t>(computing.size()));
  now = pass;
}

int64_t Machine::keyOf(int64_t psum) const {
  return psum + psumMemory[static_cast<size_t>(psum)].retired * static_cast<int64_t>(psumMemory.size());
}

void Machine::retirePsums(const Pass &pass) {
  ++residencies;
  int64_t all = tile.extents[C] * tile.extents[R] * tile.extents[S];
  for (auto [chain, psum] : psumsOf(pass.block)) {
    PsumInMemory &memory = psumMemory[static_cast<size_t>(psum)];
    memory.sum.macs = 0;
    for (uint32_t member : chains[chain])
      if (const Psum *part = pes[member].psum.find(psum))
        memory.sum.macs += part->macs;
    ++memory.retired;
    ++memory.onTheWay;
    outgoing.push_back({chain, psum, keyOf(psum), residencies, memory.sum.macs == all && tile.last});
  }
  for (Pe &pe : pes)
    pe.psum.retire([&](int64_t psum) { return keyOf(psum); });
}

Result Machine::run() {
  Result result;
  if (std::any_of(tile.extents.begin(), tile.extents.end(), [](int64_t extent) { return extent <= 0; }))
    return result;
  plan();
  rampUp(ahead.front());
  awaitParameters();
  while (!ahead.empty()) {
    Pass pass = ahead.front();
    ahead.pop_front();
    turn(pass);
    lookAhead();
    const Pass *next = ahead.empty() ? nullptr : &ahead.front();
    if (next && !next->rampsUp) {
      if (next->newWeights && !weightStreams)
        sendWeights(*next);
      if (next->newIfmap && !ifmapStreams)
        sendIfmap(*next, pass.block);
      if (next->psumsReturn && !psumsStream)
        sendPsums(*next);
    }
    stage(!next || next->isBorder);
    if (getenv("WALK_TRACE"))
      printf("pass %ld ends %ld, ifmap left %ld, psums left %ld, out %zu, %s, stage %ld\n", pass.number, work.cycles, ifmapNetwork.bytesLeft(), psumNetwork.bytesLeft(), outgoing.size(), pass.isBorder ? "border" : "", stageCycles);
    if (!next || next->newPsums) {
      retirePsums(pass);
      if (!next || !psumsOverlap)
        drainAlone();
    }
    if (next && next->rampsUp)
      rampUp(*next);
  }
  result.work = work;
  for (const PsumInMemory &psum : psumMemory)
    result.psums.push_back(psum.sum.value);
  return result;
}

Result step(const Instruction &instruction, const Mapping &mapping, const Target &target) {
  return Machine(instruction, mapping, target).run();
}

} // namespace dnnc::stepper

// The controller: which pass comes next, what it needs, and when the array turns to it.
#include "runtime/Stepper/Machine.h"

#include <fmt/format.h>

#include <algorithm>

namespace dnnc::stepper {
namespace {

/// How far words of streaming operands are sent ahead: at least so many passes, and more while their words
/// are few.
constexpr int64_t passesAhead = 256;
constexpr size_t wordsAhead = 1 << 16;

} // namespace

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
  const Pass *last = passes.empty() ? nullptr : &passes.back();
  Pass pass;
  pass.number = last ? last->number + 1 : 1;
  pass.block = *block;
  const Block before = last ? last->block : *block;
  if (last) {
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
  if (last) {
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
  passes.push_back(pass);
  deliverAtOnce();
  return true;
}

void Machine::lookAhead() {
  int64_t foremost = 0;
  for (const Team &team : teams)
    foremost = std::max(foremost, team.pass);
  auto runsDry = [&](const Network &network, bool streams) {
    return streams && !array.unlimitedDelivery && network.bitsLeft() < 2 * network.bitsPerCycle;
  };
  auto isFull = [&] {
    return passes.back().number >= foremost + passesAhead &&
           ifmapNetwork.waiting() + weightNetwork.waiting() + psumNetwork.waiting() >= wordsAhead;
  };
  // Nothing is sent beyond a border before it is crossed, which all teams do together.
  auto stopsHere = [&] { return passes.back().isBorder && foremost < passes.back().number; };
  while (!atEnd && !isFull() && !stopsHere() &&
         (passes.back().number == foremost || runsDry(ifmapNetwork, ifmapStreams) ||
          runsDry(weightNetwork, weightStreams) || runsDry(psumNetwork, psumsStream)))
    plan();
}

Machine::Pass *Machine::passAfter(int64_t number) {
  if (passes.back().number == number && (atEnd || !plan()))
    return nullptr;
  return &passAt(number + 1);
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
    for (Pe &pe : pes)
      keepIfmap(pe, pass);
    sendIfmap(pass, pass.slides ? passAt(pass.number - 1).block : Block());
    if (array.fillsInTurn)
      fill();
  }
  if (pass.psumsReturn && !psumsStream)
    sendPsums(pass);
  fill();
}

void Machine::turn(Team &team, const Pass &pass) {
  if (pass.number > work.passes) { // the first team to do so
    ++work.passes;
    int64_t active = 0;
    for (const Pe &pe : pes)
      active += !pass.block.part(pe.position.offset, layout.perPe).empty();
    work.activePes = std::max(work.activePes, active);
  }
  auto check = [&](bool fits, uint32_t pe, const char *operand, int64_t words, const Spad &spad) {
    if (!fits)
      fail(fmt::format("PE {} has {} words of its {} spad; there are {}", pe, words, operand, spad.words));
  };
  for (uint32_t i : team.pes) {
    Pe &pe = pes[i];
    if (pass.newIfmap)
      keepIfmap(pe, pass);
    if (pass.newWeights)
      pe.weight.keep({});
    check(pe.ifmap.turn(pass.number), i, "ifmap", pe.ifmap.words(), array.ifmapSpad);
    check(pe.weight.turn(pass.number), i, "weight", pe.weight.words(), array.weightSpad);
  }
  if (pass.newPsums) {
    for (uint32_t chain : team.chains)
      for (int64_t psum : psumsOf(chain, pass.block))
        pes[chains[chain].front()].psum.turn(psum);
    team.psumsReturned = pass.psumsReturn;
  }
  const std::vector<uint32_t> &chain = chains[team.chains.front()];
  int64_t length = std::count_if(chain.begin(), chain.end(), [&](uint32_t member) {
    const Extents &offset = pes[member].position.offset, &count = pass.block.count;
    return offset[C] < count[C] && offset[R] < count[R] && offset[S] < count[S];
  });
  team.chainLength = pass.newPsums ? length : std::max(team.chainLength, length);
  team.pass = pass.number;
  team.retired = false;
  startMultipliers(team, pass);
}

void Machine::startMultipliers(Team &team, const Pass &pass) {
  team.stageCycles = 0;
  team.computing.clear();
  for (uint32_t i : team.pes) {
    Pe &pe = pes[i];
    pe.multipliers.clear();
    Block part = pass.block.part(pe.position.offset, layout.perPe);
    if (part.empty())
      continue;
    auto start = [&](const Block &block) {
      if (block.empty())
        return;
      Multiplier multiplier{.block = block, .left = 1};
      for (int64_t count : block.count)
        multiplier.left *= count;
      settle(pe, multiplier);
      pe.multipliers.push_back(multiplier);
    };
    if (lockstep)
      start(part);
    else
      for (const Extents &offset : layout.multipliers)
        start(part.part(offset, layout.perMultiplier));
    if (std::any_of(pe.multipliers.begin(), pe.multipliers.end(),
                    [](const Multiplier &multiplier) { return multiplier.left > 0; }))
      team.computing.push_back(i);
  }
}

void Machine::beginTogether(const Pass &pass) {
  if (pass.isBorder && pass.newPsums && pass.psumsReturn && psumsStream)
    sendPsums(pass);
  lookAhead();
  const Pass *next = passAfter(pass.number);
  if (next && !next->rampsUp) {
    if (next->newWeights && !weightStreams)
      sendWeights(*next);
    if (next->newIfmap && !ifmapStreams)
      sendIfmap(*next, pass.block);
    if (next->psumsReturn && !psumsStream)
      sendPsums(*next);
  }
  deliverAtOnce();
}

bool Machine::comesInSteps(const Pass &pass) const {
  return (pass.newWeights && !weightStreams) || (pass.newIfmap && !ifmapStreams) ||
         (pass.psumsReturn && !psumsStream);
}

bool Machine::hasComputed(const Team &team) const {
  auto owes = [&](const Network &network, bool streams) { return streams && network.owes(team.pass); };
  // Psums of the pass before have left beside this one.
  bool leaves = psumsOverlap && !psumsStream && !team.retired && team.drains();
  return team.computing.empty() && !owes(ifmapNetwork, ifmapStreams) && !owes(weightNetwork, weightStreams) &&
         !owes(psumNetwork, psumsStream) && !leaves;
}

bool Machine::turnAlone(Team &team) {
  if (teams.size() == 1 || !hasComputed(team))
    return false;
  Pass *next = passAfter(team.pass);
  if (!next || next->isBorder || comesInSteps(*next))
    return false;
  if (next->newPsums) {
    if (!team.retired) {
      ++residencies;
      retirePsums(team, passAt(team.pass));
    }
    if (!psumsOverlap && team.drainAge < team.drainCycles + team.chainLength - 1 + array.pipelineDepth)
      return false;
  }
  turn(team, *next);
  while (std::all_of(teams.begin(), teams.end(),
                     [&](const Team &other) { return other.pass > passes.front().number; }))
    passes.pop_front();
  if (std::all_of(teams.begin(), teams.end(), [&](const Team &other) { return other.pass == team.pass; }))
    beginTogether(passAt(team.pass));
  return true;
}

bool Machine::allMeet() {
  int64_t number = teams.front().pass;
  if (!std::all_of(teams.begin(), teams.end(),
                   [&](const Team &team) { return team.pass == number && hasComputed(team); }))
    return false;
  const Pass *next = passAfter(number);
  if (teams.size() > 1 && next && !next->isBorder && !comesInSteps(*next))
    return false;
  // What streams in for later passes may go on; what streams out, until there is a border.
  bool isBorder = !next || next->isBorder;
  auto waits = [&](const Network &network, bool streams) {
    return (isBorder || !streams) && !network.idle();
  };
  return !waits(ifmapNetwork, ifmapStreams) && !waits(weightNetwork, weightStreams) &&
         !waits(psumNetwork, psumsStream) && !(isBorder && !outgoing.empty());
}

bool Machine::turnTogether() {
  int64_t number = teams.front().pass;
  const Pass *next = passAfter(number);
  if (!next || next->newPsums) {
    ++residencies;
    for (Team &team : teams)
      retirePsums(team, passAt(number));
    if (!next || !psumsOverlap)
      drainAlone();
  }
  if (!next)
    return false;
  if (next->rampsUp)
    rampUp(*next);
  for (Team &team : teams)
    turn(team, *next);
  while (passes.front().number < next->number)
    passes.pop_front();
  beginTogether(passAt(number + 1));
  return true;
}

int64_t Machine::keyOf(int64_t psum) const {
  return psum + psumMemory[static_cast<size_t>(psum)].retired * static_cast<int64_t>(psumMemory.size());
}

void Machine::retirePsums(Team &team, Pass &pass) {
  const std::vector<std::pair<uint32_t, int64_t>> psums = psumsOf(pass.block);
  int64_t all = tile.extents[C] * tile.extents[R] * tile.extents[S];
  bool complete = true; // as sums
  for (Dim d : {C, R, S})
    complete &= pass.block.start[d] + pass.block.count[d] == tile.extents[d];
  bool finished = complete && tile.last;
  int64_t place = 0; // among those that leave
  team.retired = true;
  team.drainAge = 0;
  // Also a chain that the tile's end leaves without psums waits for the turns of the others.
  team.drainCycles = psumsStream ? 0 : cyclesOut(static_cast<int64_t>(psums.size()), finished);
  auto isOfTeam = [&](uint32_t chain) { return &teams[pes[chains[chain].front()].team] == &team; };
  for (auto [chain, psum] : psums) {
    ++place;
    if (!isOfTeam(chain))
      continue;
    PsumInMemory &memory = psumMemory[static_cast<size_t>(psum)];
    memory.sum.macs = 0;
    for (uint32_t member : chains[chain])
      if (const Psum *part = pes[member].psum.find(psum))
        memory.sum.macs += part->macs;
    if ((memory.sum.macs == all) != complete)
      fail(fmt::format("a psum leaves with {} of {} MACs", memory.sum.macs, all));
    ++memory.retired;
    ++memory.onTheWay;
    if (!psumsStream)
      team.outgoing.push_back({chain, psum, keyOf(psum), residencies, finished, cyclesOut(place, finished)});
  }
  for (uint32_t pe : team.pes)
    pes[pe].psum.retire([&](int64_t psum) { return keyOf(psum); });
  // A stream of psums goes round all chains: it goes on when each has done the pass.
  if (++pass.teamsDone == teams.size() && psumsStream)
    for (auto [chain, psum] : psums)
      outgoing.push_back({chain, psum, keyOf(psum), residencies, finished, 0});
  if (array.unlimitedDelivery)
    for (std::deque<Outgoing> *queue : {&team.outgoing, &outgoing})
      for (; !queue->empty(); queue->pop_front())
        letOut(queue->front());
}

Result Machine::run() {
  Result result;
  if (std::any_of(tile.extents.begin(), tile.extents.end(), [](int64_t extent) { return extent <= 0; }))
    return result;
  plan();
  rampUp(passes.front());
  awaitParameters();
  for (Team &team : teams)
    turn(team, passes.front());
  beginTogether(passes.front());
  for (bool goesOn = true; goesOn;) {
    deliverAtOnce(); // psums, once there is room
    // What takes no time.
    for (bool turned = true; turned;) {
      turned = false;
      for (Team &team : teams)
        turned |= turnAlone(team);
    }
    if (allMeet())
      goesOn = turnTogether();
    else
      tick(true, true);
  }
  work.ifmapRead = ifmapBitsRead / 8, work.ifmapHops = ifmapHopBits / 8;
  work.weightRead = weightBitsRead / 8, work.weightHops = weightHopBits / 8;
  result.work = work;
  for (const PsumInMemory &psum : psumMemory)
    result.psums.push_back(psum.sum.value);
  return result;
}

} // namespace dnnc::stepper

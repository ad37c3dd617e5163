// What happens in a cycle.
#include "runtime/Stepper/Machine.h"

#include <fmt/format.h>

#include <algorithm>

namespace dnnc::stepper {

int64_t Machine::receive(const Parcel &parcel, const Network &network, InputSpad Pe::*spad, Value value,
                         const char *operand, const Spad &size) {
  for (size_t i = 0; i < parcel.receivers; ++i) {
    uint32_t receiver = network.receivers[parcel.firstReceiver + i];
    InputSpad &to = pes[receiver].*spad;
    bool isNow = parcel.pass == teams[pes[receiver].team].pass;
    if (isNow ? !to.receiveNow(parcel.word, value, parcel.spadWords)
              : !to.receive(parcel.pass, parcel.word, value, parcel.spadWords))
      fail(fmt::format("{} has no room in PE {}: {} words resident and {} coming in, of {}", operand,
                       receiver, to.words(), to.comingWords(), size.words));
  }
  return static_cast<int64_t>(parcel.receivers) * parcel.spadWords;
}

void Machine::connect() {
  // Of words that are no elements there are addresses of columns, and zeros stored with them.
  auto arrives = [](size_t word, const std::vector<Value> &elements, std::vector<bool> &seen,
                    int64_t &different) {
    if (word >= elements.size())
      return Value(0);
    different += !seen[word];
    seen[word] = true;
    return elements[word];
  };
  ifmapNetwork.arrive = [this, arrives](const Parcel &parcel) {
    ifmapBitsRead += parcel.bits;
    ifmapHopBits += parcel.hopBits;
    Value value = arrives(static_cast<size_t>(parcel.word), tile.ifmap, ifmapSeen, work.ifmapDifferent);
    work.ifmapSpadWritten +=
        receive(parcel, ifmapNetwork, &Pe::ifmap, value, "an ifmap word", array.ifmapSpad);
  };
  weightNetwork.arrive = [this, arrives](const Parcel &parcel) {
    weightBitsRead += parcel.bits;
    weightHopBits += parcel.hopBits;
    Value value = arrives(static_cast<size_t>(parcel.word), tile.weight, weightSeen, work.weightDifferent);
    work.weightSpadWritten +=
        receive(parcel, weightNetwork, &Pe::weight, value, "a weight", array.weightSpad);
  };
  psumNetwork.admit = [this](const Parcel &parcel) {
    if (psumMemory[static_cast<size_t>(parcel.word)].retired < parcel.after)
      return false;
    Pe &pe = pes[psumNetwork.receivers[parcel.firstReceiver]];
    if (parcel.pass == teams[pe.team].pass)
      return pe.psum.find(parcel.word) || pe.psum.begin(parcel.word);
    return pe.psum.reserve(parcel.word);
  };
  psumNetwork.arrive = [this](const Parcel &parcel) {
    work.psumRead += parcel.bits / 8;
    work.psumHops += parcel.hopBits / 8;
    work.psumSpadWritten += parcel.spadWords;
    PsumInMemory &memory = psumMemory[static_cast<size_t>(parcel.word)];
    Pe &pe = pes[psumNetwork.receivers[parcel.firstReceiver]];
    bool isNow = parcel.pass == teams[pe.team].pass;
    Psum &cell = isNow ? *pe.psum.find(parcel.word) : *pe.psum.reserved(parcel.word);
    cell.macs += memory.sum.macs;
    if (memory.onTheWay > 0) { // it has not arrived there
      ++memory.forwards;       // its value follows
      ++work.forwardedPsums;
    } else {
      cell.value = sumOf(cell.value, memory.sum.value);
    }
  };
}

void Machine::fill() {
  ifmapNetwork.early = weightNetwork.early = psumNetwork.early = 0; // nothing else comes
  deliverAtOnce();
  while (!ifmapNetwork.idle() || !weightNetwork.idle() || !psumNetwork.idle())
    tick(false, false);
  // From now on what is tied to passes comes beside the one before.
  ifmapNetwork.early = !ifmapStreams;
  weightNetwork.early = !weightStreams;
  psumNetwork.early = !psumsStream;
}

void Machine::deliverAtOnce() {
  if (!array.unlimitedDelivery)
    return;
  Network *networks[] = {&ifmapNetwork, &weightNetwork, &psumNetwork};
  while (deliver(networks, target)) {
  }
}

void Machine::awaitParameters() {
  if (array.unlimitedDelivery)
    paramsLeft = tableLeft = 0;
  while (paramsLeft > 0 || tableLeft > 0)
    tick(false, false);
}

void Machine::drainAlone() {
  auto travels = [&](const Flit &flit) { return flit.residency == residencies && !isThrough(flit); };
  auto drains = [](const Team &team) { return team.drains(); };
  while (!outgoing.empty() || std::any_of(teams.begin(), teams.end(), drains) ||
         std::any_of(flits.begin(), flits.end(), travels))
    tick(false, true);
  // Psums that left earlier through a longer chain have been forwarded as if they had arrived.
  int64_t cycles = work.cycles;
  while (!flits.empty())
    tick(false, false);
  work.forwardedCycles = std::max(work.forwardedCycles, work.cycles - cycles);
  work.cycles = cycles;
}

void Machine::tick(bool multipliersRun, bool psumsLeave) {
  ++work.cycles;
  lookAhead();
  bool progress = advanceChains();
  if (psumsLeave)
    progress |= drainPsums();
  Network *networks[] = {&ifmapNetwork, &weightNetwork, &psumNetwork};
  progress |= deliver(networks, target);
  if (multipliersRun)
    progress |= compute();
  progress |= readParameters();
  constexpr int64_t patience = 1 << 20; // far above a cycle of the slowest multiplier
  stillFor = progress ? 0 : stillFor + 1;
  if (stillFor > patience)
    fail(fmt::format(
        "the array stands still, with {} of {} teams of PEs computing, {} psums leaving, {} being "
        "read",
        std::count_if(teams.begin(), teams.end(), [](const Team &team) { return !team.computing.empty(); }),
        teams.size(), outgoing.size() + flits.size(), psumNetwork.waiting()));
}

bool Machine::readParameters() {
  // They have buses of their own beside the networks of the operands.
  auto read = [&](int64_t &left, int memory) {
    bool some = left > 0;
    left -= std::min(left, target.memories[static_cast<size_t>(memory)].readBytesPerCycle);
    return some;
  };
  bool some = paramsLeft > 0 && read(paramsLeft, tile.paramMemory);
  return (tableLeft > 0 && read(tableLeft, tile.tableMemory)) || some;
}

void Machine::passOn(Flit &flit) {
  const std::vector<uint32_t> &chain = chains[flit.chain];
  while (flit.member < chain.size()) {
    PsumSpad &spad = pes[chain[flit.member++]].psum;
    if (!spad.leaver(flit.key))
      continue; // this PE had no part in it
    Psum part = spad.collect(flit.key);
    ++work.psumSpadRead;
    if (flit.parts++ > 0)
      work.psumHops += psumBytes; // from its neighbour
    flit.sum.value = sumOf(flit.sum.value, part.value);
    flit.sum.macs += part.macs;
    return;
  }
}

void Machine::arrive(const Flit &flit) {
  PsumInMemory &memory = psumMemory[static_cast<size_t>(flit.psum)];
  --memory.onTheWay;
  if (memory.forwards == 0) {
    memory.sum.value = flit.sum.value;
    return;
  }
  // The array has it again: on its way once more, or in the first PE of its chain.
  --memory.forwards;
  PsumSpad &spad = pes[chains[flit.chain].front()].psum;
  auto again = std::find_if(flits.begin(), flits.end(), [&](const Flit &other) {
    return other.psum == flit.psum && other.key > flit.key;
  });
  Psum *sum = again != flits.end() ? &again->sum : nullptr;
  for (int64_t key = flit.key; !sum && key < keyOf(flit.psum);) {
    key += static_cast<int64_t>(psumMemory.size());
    sum = spad.leaver(key);
  }
  if (!sum)
    sum = spad.find(flit.psum);
  if (!sum)
    sum = spad.reserved(flit.psum);
  sum->value = sumOf(sum->value, flit.sum.value);
}

bool Machine::isThrough(const Flit &flit) const {
  // Behind its last part a psum goes through the stages of the pipeline once.
  return flit.member == chains[flit.chain].size() && flit.age >= flit.parts - 1 + array.pipelineDepth;
}

bool Machine::advanceChains() {
  bool some = !flits.empty();
  for (Flit &flit : flits) {
    ++flit.age;
    passOn(flit);
  }
  // In the order they left: one that comes again is added to itself.
  while (!flits.empty() && isThrough(flits.front())) {
    Flit flit = flits.front();
    flits.pop_front();
    arrive(flit);
  }
  return some;
}

int64_t Machine::paceOut(bool finished) const {
  int memory = finished ? tile.outputMemory : tile.psumMemory;
  return std::min(array.psumNoc.bytesPerCycle,
                  target.memories[static_cast<size_t>(memory)].writeBytesPerCycle);
}

int64_t Machine::bytesOut(bool finished) const { return finished ? bytesOf(tile.outputType) : psumBytes; }

int64_t Machine::cyclesOut(int64_t psums, bool finished) const {
  int64_t pace = paceOut(finished);
  return array.unlimitedDelivery ? 0 : (psums * bytesOut(finished) + pace - 1) / pace;
}

void Machine::letOut(const Outgoing &psum) {
  int64_t bytes = bytesOut(psum.finished);
  (psum.finished ? work.outputWritten : work.psumWritten) += bytes;
  work.psumHops += bytes;
  for (uint32_t member : chains[psum.chain])
    pes[member].psum.release(psum.key);
  Flit flit{.psum = psum.psum, .key = psum.key, .residency = psum.residency, .chain = psum.chain};
  passOn(flit);
  flits.push_back(flit);
}

bool Machine::drainPsums() {
  if (psumsStream)
    return drainStream();
  bool some = false;
  for (Team &team : teams) {
    some |= team.drains();
    ++team.drainAge;
    for (; !team.outgoing.empty() && team.outgoing.front().cycle <= team.drainAge; team.outgoing.pop_front())
      letOut(team.outgoing.front());
  }
  return some;
}

bool Machine::drainStream() {
  int64_t used = 0; // bytes of the network in this cycle
  while (!outgoing.empty() && used < paceOut(outgoing.front().finished)) {
    const Outgoing first = outgoing.front();
    int64_t bytes = bytesOut(first.finished);
    int64_t part = std::min(paceOut(first.finished) - used, bytes - outgoingMoved);
    used += part;
    outgoingMoved += part;
    if (outgoingMoved < bytes)
      break;
    outgoingMoved = 0;
    outgoing.pop_front();
    letOut(first);
  }
  return used > 0;
}

} // namespace dnnc::stepper

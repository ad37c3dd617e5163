// What happens in a cycle.
#include "runtime/Stepper/Machine.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

namespace dnnc::stepper {

Value Machine::productOf(Value x, Value w) const {
  return isFloat ? std::bit_cast<Value>(std::bit_cast<double>(x) * std::bit_cast<double>(w)) : x * w;
}

Value Machine::sumOf(Value a, Value b) const {
  return isFloat ? std::bit_cast<Value>(std::bit_cast<double>(a) + std::bit_cast<double>(b)) : a + b;
}

void Machine::connect() {
  ifmapNetwork.arrive = [this](const Parcel &parcel) {
    auto word = static_cast<size_t>(parcel.word);
    work.ifmapRead += parcel.bytes;
    work.ifmapHops += parcel.hops * parcel.bytes;
    work.ifmapDifferent += !ifmapSeen[word];
    ifmapSeen[word] = true;
    for (size_t i = 0; i < parcel.receivers; ++i) {
      uint32_t receiver = ifmapNetwork.receivers[parcel.firstReceiver + i];
      InputSpad &spad = pes[receiver].ifmap;
      if (parcel.pass == now.number ? !spad.receiveNow(parcel.word, tile.ifmap[word])
                                    : !spad.receive(parcel.pass, parcel.word, tile.ifmap[word]))
        fail(fmt::format("an ifmap word has no room in PE {}: {} words resident and {} coming in, of {}",
                         receiver, spad.words(), spad.comingWords(), array.ifmapSpad.words));
      work.ifmapSpadWritten += wordsOfIfmapElement;
    }
  };
  weightNetwork.arrive = [this](const Parcel &parcel) {
    auto word = static_cast<size_t>(parcel.word);
    work.weightRead += parcel.bytes;
    work.weightHops += parcel.hops * parcel.bytes;
    work.weightDifferent += !weightSeen[word];
    weightSeen[word] = true;
    for (size_t i = 0; i < parcel.receivers; ++i) {
      uint32_t receiver = weightNetwork.receivers[parcel.firstReceiver + i];
      InputSpad &spad = pes[receiver].weight;
      if (parcel.pass == now.number ? !spad.receiveNow(parcel.word, tile.weight[word])
                                    : !spad.receive(parcel.pass, parcel.word, tile.weight[word]))
        fail(fmt::format("a weight has no room in PE {}: {} words resident and {} coming in, of {}", receiver,
                         spad.words(), spad.comingWords(), array.weightSpad.words));
      work.weightSpadWritten += wordsOfWeight;
    }
  };
  psumNetwork.admit = [this](const Parcel &parcel) {
    if (psumMemory[static_cast<size_t>(parcel.word)].retired < parcel.after)
      return false;
    PsumSpad &spad = pes[psumNetwork.receivers[parcel.firstReceiver]].psum;
    if (parcel.pass == now.number)
      return spad.find(parcel.word) || spad.begin(parcel.word);
    return spad.reserve(parcel.word);
  };
  psumNetwork.arrive = [this](const Parcel &parcel) {
    work.psumRead += parcel.bytes;
    work.psumHops += parcel.hops * parcel.bytes;
    ++work.psumSpadWritten;
    PsumInMemory &memory = psumMemory[static_cast<size_t>(parcel.word)];
    PsumSpad &spad = pes[psumNetwork.receivers[parcel.firstReceiver]].psum;
    Psum &cell = parcel.pass == now.number ? *spad.find(parcel.word) : *spad.reserved(parcel.word);
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
  while (!ifmapNetwork.idle() || !weightNetwork.idle() || !psumNetwork.idle())
    tick(false, false);
  // From now on what is tied to passes comes beside the one before.
  ifmapNetwork.early = !ifmapStreams;
  weightNetwork.early = !weightStreams;
  psumNetwork.early = !psumsStream;
}

void Machine::awaitParameters() {
  while (paramsLeft > 0 || tableLeft > 0)
    tick(false, false);
}

void Machine::stage(bool endsStretch) {
  stageCycles = 0;
  // What streams in for later passes may go on; what streams out, until there is a ramp-up.
  auto owes = [&](const Network &network, bool streams) {
    return streams && !endsStretch ? network.owes(now.number) : !network.idle();
  };
  while (!computing.empty() || owes(ifmapNetwork, ifmapStreams) || owes(weightNetwork, weightStreams) ||
         owes(psumNetwork, psumsStream) || ((endsStretch || !psumsStream) && !outgoing.empty()))
    tick(true, true);
}

void Machine::drainAlone() {
  auto travels = [&](const Flit &flit) { return flit.residency == residencies && !isThrough(flit); };
  while (!outgoing.empty() || std::any_of(flits.begin(), flits.end(), travels))
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
  if (multipliersRun)
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
    fail(fmt::format("the array stands still, with {} PEs computing, {} psums leaving, {} being read",
                     computing.size(), outgoing.size() + flits.size(), psumNetwork.waiting()));
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

bool Machine::drainPsums() {
  if (outgoing.empty())
    return false;
  auto portOf = [&](bool finished) {
    int memory = finished ? tile.outputMemory : tile.psumMemory;
    return std::min(array.psumNoc.bytesPerCycle,
                    target.memories[static_cast<size_t>(memory)].writeBytesPerCycle);
  };
  int64_t used = 0; // bytes of the network in this cycle
  while (!outgoing.empty() && used < portOf(outgoing.front().finished)) {
    const Outgoing first = outgoing.front();
    int64_t bytes = first.finished ? bytesOf(tile.outputType) : psumBytes;
    int64_t part = std::min(portOf(first.finished) - used, bytes - outgoingMoved);
    used += part;
    outgoingMoved += part;
    if (outgoingMoved < bytes)
      break;
    outgoingMoved = 0;
    outgoing.pop_front();
    (first.finished ? work.outputWritten : work.psumWritten) += bytes;
    work.psumHops += bytes;
    for (uint32_t member : chains[first.chain])
      pes[member].psum.release(first.key);
    Flit flit{.psum = first.psum, .key = first.key, .residency = first.residency, .chain = first.chain};
    passOn(flit);
    flits.push_back(flit);
  }
  return used > 0;
}

bool Machine::compute() {
  // MACs that each multiplier may have done by the end of this cycle of the stage.
  auto doneBy = [&](int64_t cycles) {
    return static_cast<int64_t>(std::floor(static_cast<double>(cycles) * macRate * (1 + 1e-12)));
  };
  int64_t allowed = doneBy(stageCycles + 1) - doneBy(stageCycles);
  ++stageCycles;
  bool some = false;
  for (size_t i = 0; i < computing.size();) {
    Pe &pe = pes[computing[i]];
    int64_t left = 0;
    for (Multiplier &multiplier : pe.multipliers) {
      for (int64_t mac = 0; mac < allowed && multiplier.left > 0 && multiply(pe, multiplier); ++mac)
        some = true;
      left += multiplier.left;
    }
    if (left > 0) {
      ++i;
      continue;
    }
    computing[i] = computing.back();
    computing.pop_back();
  }
  return some;
}

bool Machine::multiply(Pe &pe, Multiplier &multiplier) {
  Extents e;
  for (int d = 0; d < dimCount; ++d)
    e[d] = multiplier.block.start[d] + multiplier.at[d];
  int64_t psum = psumWord(e[N], e[G], e[M], e[P], e[Q]);
  Psum *cell = pe.psum.find(psum);
  if (!cell) {
    cell = pe.psum.begin(psum);
    if (!cell && pe.psum.leavingWords() + pe.psum.comingWords() == 0)
      fail(fmt::format("PE {} has {} psums; its spad has {} words", &pe - pes.data(), pe.psum.words(),
                       array.psumSpad.words));
    if (!cell)
      return false;
    if (pe.firstOfChain && !psumsReturned)
      cell->value = tile.start[static_cast<size_t>(psum)];
  }

  const Value *w = pe.weight.read(weightWord(e[G], e[M], e[C], e[R], e[S]));
  if (!w && weightStreams && weightNetwork.owes(now.number))
    return false;
  if (!w)
    fail(fmt::format("PE {} reads weight g = {}, m = {}, c = {}, r = {}, s = {}, which is not in its spad",
                     &pe - pes.data(), e[G], e[M], e[C], e[R], e[S]));
  int64_t h = tile.originH + e[P] * tile.strideH + e[R] * tile.dilationH;
  int64_t v = tile.originW + e[Q] * tile.strideW + e[S] * tile.dilationW;
  Value x = 0;
  if (h >= 0 && h < tile.ifmapH && v >= 0 && v < tile.ifmapW) {
    const Value *word = pe.ifmap.read(ifmapWord(e[N], e[G], e[C], h, v));
    if (!word && ifmapStreams && ifmapNetwork.owes(now.number))
      return false;
    if (!word)
      fail(fmt::format("PE {} reads ifmap n = {}, g = {}, c = {}, h = {}, w = {}, which is not in its spad",
                       &pe - pes.data(), e[N], e[G], e[C], h, v));
    x = *word;
  }
  cell->value = sumOf(cell->value, productOf(x, *w));
  ++cell->macs;

  ++work.macs;
  bool zero = isFloat ? std::bit_cast<double>(x) == 0 : x == 0;
  work.zeroMacs += zero;
  work.ifmapSpadRead += wordsOfIfmapElement;
  if (!zero || !array.zeroGating.weightSpad)
    work.weightSpadRead += wordsOfWeight;
  if (!zero || !array.zeroGating.psumSpad) {
    ++work.psumSpadRead;
    ++work.psumSpadWritten;
  }

  // Words in the order in which they stream in; otherwise psums one after the other, so that a PE that waits
  // for the room of leaving ones waits little.
  using Order = std::array<Dim, dimCount>; // innermost first
  constexpr Order asWordsCome = {M, S, Q, R, P, C, G, N}, asPsumsCome = {S, R, C, Q, P, M, G, N};
  for (Dim d : ifmapStreams || weightStreams ? asWordsCome : asPsumsCome) {
    if (++multiplier.at[d] < multiplier.block.count[d])
      break;
    multiplier.at[d] = 0;
  }
  --multiplier.left;
  return true;
}

} // namespace dnnc::stepper

// What the multipliers of a PE do: products, but for those with a zero that is skipped.
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

bool Machine::isSkipped(const Operands &operands) const {
  return (skipsIfmap && isZero(operands.x)) || (skipsWeights && isZero(operands.w));
}

bool Machine::compute() {
  // MACs that each multiplier may have done by the end of this cycle of the stage.
  auto doneBy = [&](int64_t cycles) {
    return static_cast<int64_t>(std::floor(static_cast<double>(cycles) * macRate * (1 + 1e-12)));
  };
  bool some = false;
  for (Team &team : teams) {
    int64_t allowed = doneBy(team.stageCycles + 1) - doneBy(team.stageCycles);
    ++team.stageCycles;
    for (size_t i = 0; i < team.computing.size();) {
      Pe &pe = pes[team.computing[i]];
      int64_t left = 0;
      for (Multiplier &multiplier : pe.multipliers) {
        for (int64_t mac = 0; mac < allowed && multiplier.left > 0 && step(pe, multiplier); ++mac)
          some = true;
        int64_t before = multiplier.left;
        settle(pe, multiplier);
        some |= multiplier.left < before;
        left += multiplier.left;
      }
      if (left > 0) {
        ++i;
        continue;
      }
      team.computing[i] = team.computing.back();
      team.computing.pop_back();
    }
  }
  return some;
}

bool Machine::fetch(Pe &pe, const Extents &e, Operands &operands) {
  int64_t pass = teams[pe.team].pass;
  const Value *w = pe.weight.read(weightWord(e[G], e[M], e[C], e[R], e[S]));
  if (!w && weightStreams && weightNetwork.owes(pass))
    return false;
  if (!w)
    fail(fmt::format("PE {} reads weight g = {}, m = {}, c = {}, r = {}, s = {}, which is not in its spad",
                     &pe - pes.data(), e[G], e[M], e[C], e[R], e[S]));
  operands = {.x = 0, .w = *w};
  int64_t h = tile.originH + e[P] * tile.strideH + e[R] * tile.dilationH;
  int64_t v = tile.originW + e[Q] * tile.strideW + e[S] * tile.dilationW;
  if (h < 0 || h >= tile.ifmapH || v < 0 || v >= tile.ifmapW)
    return true;
  const Value *x = pe.ifmap.read(ifmapWord(e[N], e[G], e[C], h, v));
  if (!x && ifmapStreams && ifmapNetwork.owes(pass))
    return false;
  if (!x)
    fail(fmt::format("PE {} reads ifmap n = {}, g = {}, c = {}, h = {}, w = {}, which is not in its spad",
                     &pe - pes.data(), e[N], e[G], e[C], h, v));
  operands.x = *x;
  return true;
}

Psum *Machine::cellOf(Pe &pe, const Extents &e) {
  int64_t psum = psumWord(e[N], e[G], e[M], e[P], e[Q]);
  Psum *cell = pe.psum.find(psum);
  if (cell)
    return cell;
  cell = pe.psum.begin(psum);
  if (!cell && pe.psum.leavingWords() + pe.psum.comingWords() == 0)
    fail(fmt::format("PE {} has {} psums; its spad has {} words", &pe - pes.data(), pe.psum.words(),
                     array.psumSpad.words));
  if (cell && pe.firstOfChain && !teams[pe.team].psumsReturned)
    cell->value = tile.start[static_cast<size_t>(psum)];
  return cell;
}

namespace {

Extents indexOf(const Block &block, const Extents &at) {
  Extents e;
  for (int d = 0; d < dimCount; ++d)
    e[d] = block.start[d] + at[d];
  return e;
}

} // namespace

bool Machine::settle(Pe &pe, Multiplier &multiplier) {
  if (!skipsIfmap && !skipsWeights)
    return multiplier.left > 0;
  while (multiplier.left > 0) {
    Extents e = indexOf(multiplier.block, multiplier.at);
    Operands operands;
    if (!fetch(pe, e, operands))
      return false;
    if (!isSkipped(operands))
      return true;
    // The psum has its cell all the same: it is what the chain passes on.
    Psum *cell = cellOf(pe, e);
    if (!cell)
      return false;
    ++cell->macs;
    ++work.skippedMacs;
    readAddresses(multiplier, e);
    advance(multiplier);
  }
  return false;
}

bool Machine::weightsAreThere(Pe &pe, const Multiplier &multiplier) {
  Extents at = multiplier.at;
  for (int64_t found = 0; found < lanes && at[M] < multiplier.block.count[M]; ++at[M]) {
    Operands operands;
    Extents e = indexOf(multiplier.block, at);
    if (!fetch(pe, e, operands) || !cellOf(pe, e))
      return false;
    found += !isSkipped(operands);
  }
  return true;
}

bool Machine::step(Pe &pe, Multiplier &multiplier) {
  if (!settle(pe, multiplier) || (lanes > 1 && !weightsAreThere(pe, multiplier)))
    return false;
  for (int64_t done = 0; done < lanes;) {
    Extents e = indexOf(multiplier.block, multiplier.at);
    Operands operands;
    if (!fetch(pe, e, operands))
      return false;
    Psum *cell = cellOf(pe, e);
    if (!cell)
      return false;
    ++cell->macs;
    if (isSkipped(operands)) {
      ++work.skippedMacs;
    } else {
      if (lockstep && done == 0)
        readTogether(multiplier);
      multiply(*cell, operands);
      ++done;
    }
    readAddresses(multiplier, e);
    advance(multiplier);
    if (multiplier.left == 0 || (lanes > 1 && multiplier.at[M] == 0))
      break; // the column has no more
  }
  return true;
}

/// At the beginning of a column of weights: its start and end are read for an ifmap element that is taken. A column of the
/// ifmap ends where its address says, and begins where the one before it ended.
void Machine::readAddresses(const Multiplier &multiplier, const Extents &e) {
  if (multiplier.at[M] != 0)
    return;
  int64_t h = tile.originH + e[P] * tile.strideH + e[R] * tile.dilationH;
  int64_t v = tile.originW + e[Q] * tile.strideW + e[S] * tile.dilationW;
  bool padding = h < 0 || h >= tile.ifmapH || v < 0 || v >= tile.ifmapW;
  if (array.ifmapSpad.address.words > 0 && ifmapFormat.hasColumns() && !padding && multiplier.at[C] == 0)
    ++work.ifmapAddressRead;
  bool taken = !skipsIfmap ||
               (!padding && !isZero(tile.ifmap[static_cast<size_t>(ifmapWord(e[N], e[G], e[C], h, v))]));
  if (array.weightSpad.address.words > 0 && weightFormat.hasColumns() && taken)
    work.weightAddressRead += 2;
}

void Machine::readTogether(Multiplier &multiplier) {
  if (!multiplier.holdsElement)
    work.ifmapSpadRead += ifmapFormat.words;
  multiplier.holdsElement = true;
  work.weightSpadRead += array.macsPerPe * weightFormat.words;
}

void Machine::multiply(Psum &cell, const Operands &operands) {
  cell.value = sumOf(cell.value, productOf(operands.x, operands.w));
  ++work.macs;
  bool zero = isZero(operands.x);
  work.zeroMacs += zero;
  if (!lockstep) {
    work.ifmapSpadRead += ifmapFormat.words;
    if (!zero || !array.zeroGating.weightSpad)
      work.weightSpadRead += weightFormat.words;
  }
  if (!zero || !array.zeroGating.psumSpad) {
    ++work.psumSpadRead;
    ++work.psumSpadWritten;
  }
}

void Machine::advance(Multiplier &multiplier) const {
  using Order = std::array<Dim, dimCount>; // innermost first
  // Words in the order in which they stream in: columns of the ifmap bring all channels of a position.
  constexpr Order asWordsCome = {M, S, Q, R, P, C, G, N}, asColumnsCome = {M, C, S, Q, R, P, G, N};
  // Otherwise psums one after the other, so that a PE that waits for the room of leaving ones waits little;
  // in lockstep as many of them as a column has weights, for which its ifmap element is held.
  constexpr Order asPsumsCome = {S, R, C, Q, P, M, G, N}, inLockstep = {M, S, R, C, Q, P, G, N};
  const Order &order = ifmapStreams || weightStreams
                           ? (ifmapFormat.hasColumns() ? asColumnsCome : asWordsCome)
                       : lockstep ? inLockstep
                                  : asPsumsCome;
  for (Dim d : order) {
    if (++multiplier.at[d] < multiplier.block.count[d])
      break;
    multiplier.at[d] = 0;
  }
  multiplier.holdsElement &= multiplier.at[M] != 0; // else the next column begins
  --multiplier.left;
}

} // namespace dnnc::stepper

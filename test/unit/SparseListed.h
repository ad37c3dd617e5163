// The oracle of the walk that minds zeros: counts and cycles of an array tile by listing every MAC.
#pragma once

#include "runtime/Simulator/SparseWalk.h"
#include "test/unit/SparseCases.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>

namespace dnnc::sparse_test {

using namespace dnnc::sim;

/// Counts and cycles by listing every MAC. Bits and cycles are those of docs/array.md, "Zeros" and "Time".
class Listed {
  using Key = std::vector<int64_t>;
  using Words = std::map<Key, bool>; // not zero
  struct Operand {
    Words words, byPe, byNode; // the last two with PE or node in front
    std::set<Key> columns, peColumns, nodeColumns;
    /// What of these is not in `known`.
    Operand without(const Operand &known) const {
      Operand rest = *this;
      auto drop = [](auto &from, const auto &what, auto keyOf) {
        std::erase_if(from, [&](const auto &each) { return what.contains(keyOf(each)); });
      };
      auto first = [](const auto &each) { return each.first; };
      auto self = [](const auto &each) { return each; };
      drop(rest.words, known.words, first);
      drop(rest.byPe, known.byPe, first);
      drop(rest.byNode, known.byNode, first);
      drop(rest.columns, known.columns, self);
      drop(rest.peColumns, known.peColumns, self);
      drop(rest.nodeColumns, known.nodeColumns, self);
      return rest;
    }
  };
  struct Pass {
    Operand ifmap, weight;
    std::set<Key> psum, links;
    // Effectual MACs by (n, g, m, p, q) of the PE, by its (c, r, s), by multiplier; or steps of lockstep.
    std::map<Key, std::map<Key, std::map<Key, int64_t>>> work;
    std::map<Key, int64_t> together; // weights in a step, by PE, ifmap element and tap
    bool begins = true, ends = true;
    Extents start{};
  };
  struct Format {
    int64_t nonZero, column, element;
    bool compressed = false;
  };

public:
  Listed(const Mapping &mapping, const ArrayTile &tile, const Target &target, const Data &data)
      : mapping(mapping), tile(tile), target(target), data(data), levels(mapping),
        lanes(levels.inPe[M] / levels.inUnit[M]),
        lockstep(target.array.skipping.macs == Skipping::Macs::Lockstep) {
    ifmapFormat = formatOf(target.array.ifmapNoc.format, 4);
    weightFormat = formatOf(target.array.weightNoc.format, 7);
    list(false);
    Operand ifmap, weight;
    for (const auto &[loops, pass] : passes) {
      ifmap.words.insert(pass.ifmap.words.begin(), pass.ifmap.words.end());
      ifmap.columns.insert(pass.ifmap.columns.begin(), pass.ifmap.columns.end());
      weight.words.insert(pass.weight.words.begin(), pass.weight.words.end());
      weight.columns.insert(pass.weight.columns.begin(), pass.weight.columns.end());
      weight.byPe.insert(pass.weight.byPe.begin(), pass.weight.byPe.end());
    }
    ifmapFormat.compressed =
        target.array.ifmapNoc.format != NocFormat::Dense &&
        bytesOfBits(bits(ifmapFormat, ifmap.words, ifmap.columns)) < std::ssize(ifmap.words);
    weightFormat.compressed =
        target.array.weightNoc.format != NocFormat::Dense &&
        bytesOfBits(bits(weightFormat, weight.words, weight.columns)) < std::ssize(weight.words);
    const Skipping &skipping = target.array.skipping;
    skips.ifmap = skipping.ifmap && (!tile.depthwise || skipping.depthwise.ifmap) &&
                  (ifmapFormat.compressed || target.array.ifmapNoc.format == NocFormat::Dense);
    skips.weight =
        skipping.weight && (weightFormat.compressed || target.array.weightNoc.format == NocFormat::Dense);
    passes.clear();
    work.macs = 0;
    list(true);
    if (weightFormat.compressed)
      findFullest();
    walk();
    if (target.array.ifmapSpad.address.words > 0 && ifmapFormat.compressed)
      work.ifmapAddressRead = std::ssize(ifmapAddresses);
    if (target.array.weightSpad.address.words > 0 && weightFormat.compressed)
      work.weightAddressRead = 2 * std::ssize(weightAddresses); // start and end
  }

  ArrayWork work;
  int64_t gated = 0, fullest = 0;
  SkippedZeros skips;

private:
  std::set<Key> ifmapAddresses, weightAddresses; // looked at, by pass, PE, output and tap, and the latter by channel
  static int64_t bytesOfBits(int64_t bits) { return (bits + 7) / 8; }
  static Format formatOf(NocFormat format, int64_t address) {
    if (format == NocFormat::Csc)
      return {12, address, 0};
    return {8, 0, format == NocFormat::Bitmask ? 1 : 0};
  }

  /// Weights of a column are stored by as many as multipliers in lockstep take together.
  int64_t stored(const Words &words) const {
    std::map<Key, int64_t> inColumn;
    int64_t all = 0;
    for (const auto &[word, present] : words) {
      all += present;
      if (word.size() == 6 || word.size() == 6 + dimCount) { // a weight with its share of M in front
        Key column(word.begin(), word.end() - 5);
        column.insert(column.end(), {word[word.size() - 5], word[word.size() - 3], word[word.size() - 2],
                                     word[word.size() - 1]});
        inColumn[column] += present;
      }
    }
    if (!lockstep || inColumn.empty())
      return all;
    all = 0;
    for (const auto &[column, count] : inColumn)
      all += (count + lanes - 1) / lanes * lanes;
    return all;
  }
  int64_t bits(const Format &format, const Words &words, const std::set<Key> &columns) const {
    return format.nonZero * stored(words) + format.column * std::ssize(columns) +
           format.element * std::ssize(words);
  }

  void list(bool counts) {
    bool oneCluster = target.clusters() == 1;
    Extents e;
    std::function<void(int)> visit = [&](int d) {
      if (d < dimCount) {
        for (e[d] = 0; e[d] < tile.extents[d]; ++e[d])
          visit(d + 1);
        return;
      }
      Key loops(mapping.passes.size());
      Extents block = levels.inPass;
      for (size_t l = mapping.passes.size(); l-- > 0;) {
        auto [dim, factor] = mapping.passes[l];
        loops[l] = e[dim] / block[dim] % factor;
        block[dim] *= factor;
      }
      Pass &pass = passes[loops];
      Key pe, node, unit, link, chain;
      for (int k = 0; k < dimCount; ++k) {
        int64_t inPass = e[k] % levels.inPass[k];
        pe.push_back(inPass / levels.inPe[k]);
        node.push_back(inPass / (oneCluster ? levels.inPe[k] : levels.inCluster[k]));
        unit.push_back(inPass / levels.inUnit[k]);
        (k == C || k == R || k == S ? link : chain).push_back(pe.back());
        pass.start[k] = e[k] - inPass;
        widest[k] = std::max(widest[k], inPass % levels.inPe[k] + 1);
      }
      for (Dim k : {C, R, S}) {
        pass.begins &= pass.start[k] == 0;
        pass.ends &= pass.start[k] + levels.inPass[k] >= tile.extents[k];
      }
      auto with = [](const Key &front, const Key &key) {
        Key both = front;
        both.insert(both.end(), key.begin(), key.end());
        return both;
      };
      int64_t h = tile.originH + e[P] * tile.strideH + e[R] * tile.dilationH;
      int64_t w = tile.originW + e[Q] * tile.strideW + e[S] * tile.dilationW;
      bool xIsZero = data.ifmapIsZero(e[N], e[G], e[C], h, w);
      if (h >= 0 && h < tile.ifmapH && w >= 0 && w < tile.ifmapW) {
        Key x = {e[N], e[G], e[C], h, w}, column = {e[N], e[G], h, w, e[C] / levels.inPe[C]};
        pass.ifmap.words[x] = !xIsZero;
        pass.ifmap.byPe[with(pe, x)] = pass.ifmap.byNode[with(node, x)] = !xIsZero;
        pass.ifmap.columns.insert(column);
        pass.ifmap.peColumns.insert(with(pe, column));
        pass.ifmap.nodeColumns.insert(with(node, column));
      }
      bool yIsZero = data.weightIsZero(e[G], e[M], e[C], e[R], e[S]);
      int64_t shareOfM = e[M] / levels.inPe[M];
      Key y = {shareOfM, e[G], e[M], e[C], e[R], e[S]}, column = {e[G], shareOfM, e[C], e[R], e[S]};
      pass.weight.words[y] = !yIsZero;
      pass.weight.byPe[with(pe, y)] = pass.weight.byNode[with(node, y)] = !yIsZero;
      pass.weight.columns.insert(column);
      pass.weight.peColumns.insert(with(pe, column));
      pass.weight.nodeColumns.insert(with(node, column));
      pass.psum.insert({e[N], e[G], e[M], e[P], e[Q]});
      pass.links.insert(link);
      // A PE looks at a column of the ifmap for each tap and output, and at one of weights for each element that it takes.
      if (lockstep && counts) {
        Key at = with(loops, pe), output = {e[N], e[G], e[P], e[Q], e[R], e[S]}, element = {e[C]};
        if (h >= 0 && h < tile.ifmapH && w >= 0 && w < tile.ifmapW)
          ifmapAddresses.insert(with(at, output));
        if (!(skips.ifmap && xIsZero))
          weightAddresses.insert(with(at, with(output, element)));
      }
      bool effectual = !(skips.ifmap && xIsZero) && !(skips.weight && yIsZero);
      int64_t &macs = pass.work[chain][link][lockstep ? Key() : unit];
      if (!effectual || !counts)
        return;
      ++work.macs;
      gated += xIsZero;
      if (!lockstep) {
        ++macs, ++elementsRead, ++weightsRead;
      } else {
        int64_t &column = pass.together[with(pe, {e[N], e[G], e[C], e[P], e[Q], e[R], e[S]})];
        elementsRead += column == 0;
        if (column++ % lanes == 0)
          ++macs, weightsRead += target.array.macsPerPe;
      }
    };
    visit(0);
  }

  void findFullest() {
    fullest = 1; // at least, where weights are compressed
    std::map<Key, Words> shares;
    for (const auto &[loops, pass] : passes)
      for (const auto &[word, present] : pass.weight.words) {
        Key share = {word[1] / levels.inPe[G], word[0], word[3] / levels.inPe[C], word[4] / levels.inPe[R],
                     word[5] / levels.inPe[S]};
        shares[share][word] = present;
      }
    for (const auto &[share, words] : shares)
      fullest = std::max(fullest, stored(words) * wordsOfStored(weightFormat, target.array.weightSpad));
  }
  static int64_t wordsOfStored(const Format &format, const Spad &spad) {
    return ((format.compressed ? format.nonZero : 8) + spad.bits - 1) / spad.bits;
  }

  struct Amounts {
    int64_t fetched = 0, sent = 0, hops = 0, spadWords = 0, addresses = 0;
  };
  Amounts amounts(const Operand &operand, const Format &format, const NocPort &noc, const Spad &spad) const {
    Amounts all;
    all.fetched = std::ssize(operand.words);
    const Words &sent = noc.multicast ? operand.words : operand.byPe;
    const std::set<Key> &sentColumns = noc.multicast ? operand.columns : operand.peColumns;
    // A pass with few zeros goes without masks.
    bool asItIs = format.element > 0 && 8 * std::ssize(sent) < bits(format, sent, sentColumns);
    auto bytes = [&](const Words &words, const std::set<Key> &columns) {
      return format.compressed && !asItIs ? bytesOfBits(bits(format, words, columns)) : std::ssize(words);
    };
    all.sent = noc.multicast ? bytes(operand.words, operand.columns) : bytes(operand.byPe, operand.peColumns);
    all.addresses = format.compressed && spad.address.words > 0 ? std::ssize(operand.peColumns) : 0;
    all.hops = bytes(operand.byNode, operand.nodeColumns);
    all.spadWords =
        (format.compressed ? stored(operand.byPe) : std::ssize(operand.byPe)) * wordsOfStored(format, spad);
    return all;
  }

  int64_t ifmapWords() const {
    std::set<int64_t> rows, columns;
    for (int64_t i = 0; i < widest[P]; ++i)
      for (int64_t j = 0; j < widest[R]; ++j)
        rows.insert(i * tile.strideH + j * tile.dilationH);
    for (int64_t i = 0; i < widest[Q]; ++i)
      for (int64_t j = 0; j < widest[S]; ++j)
        columns.insert(i * tile.strideW + j * tile.dilationW);
    int64_t words =
        (target.array.ifmapNoc.format == NocFormat::Csc ? 12 : 8) + target.array.ifmapSpad.bits - 1;
    return widest[N] * widest[G] * widest[C] * std::ssize(rows) * std::ssize(columns) *
           (words / target.array.ifmapSpad.bits);
  }
  static bool early(const Spad &spad, int64_t words) {
    return spad.doubleBuffered || spad.streams || 2 * words <= spad.words;
  }

  static int64_t over(int64_t bytes, int64_t rate) { return (bytes + rate - 1) / rate; }
  int64_t delivery(int64_t ifmap, int64_t weight, int64_t psum) const {
    return std::max({over(ifmap, target.array.ifmapNoc.bytesPerCycle),
                     over(weight, target.array.weightNoc.bytesPerCycle),
                     over(psum, target.array.psumNoc.bytesPerCycle),
                     over(ifmap + weight + psum, target.memories[0].readBytesPerCycle)});
  }

  /// What leaves with the psums of a pass.
  int64_t leave(const Pass &pass) {
    auto psums = std::ssize(pass.psum);
    bool complete = pass.ends && tile.last;
    int64_t bytes = psums * (complete ? bytesOf(tile.outputType) : psumBytes(target));
    (complete ? work.outputWritten : work.psumWritten) += bytes;
    work.psumHops += bytes + psums * link * psumBytes(target);
    work.psumSpadRead += psums * (link + 1);
    return bytes;
  }
  int64_t drain(int64_t bytes) const {
    return std::max(over(bytes, target.array.psumNoc.bytesPerCycle),
                    over(bytes, target.memories[0].writeBytesPerCycle));
  }

  // Clocks, in 1/unit of a cycle: every rate of the tests divides it.
  static constexpr int64_t unit = 1 << 20;
  struct Time {
    std::map<Key, int64_t> array; // by chain
    int64_t ifmap = 0, weight = 0, psum = 0, port = 0, out = 0;
    int64_t slowest() const {
      int64_t latest = 0;
      for (const auto &[chain, clock] : array)
        latest = std::max(latest, clock);
      return latest;
    }
    int64_t latest() const { return std::max({slowest(), ifmap, weight, psum, port, out}); }
  };

  void walk() {
    const Array &array = target.array;
    bool xStreams = array.ifmapSpad.streams, yStreams = array.weightSpad.streams,
         psumsStream = array.psumSpad.streams;
    const int64_t port = target.memories[0].readBytesPerCycle;
    auto in = [&](const NocPort &noc) { return unit / std::min(noc.bytesPerCycle, port); };
    const int64_t outRate =
        unit / std::min(array.psumNoc.bytesPerCycle, target.memories[0].writeBytesPerCycle);
    const bool anyStreams = xStreams || yStreams || psumsStream;
    std::set<Key> chains;
    for (const auto &[loops, pass] : passes)
      for (const auto &[chain, links] : pass.work)
        chains.insert(xStreams ? chain : Key());
    Time time;
    auto begin = [&] {
      time = {};
      for (const Key &chain : chains)
        time.array[chain] = 0;
    };
    begin();
    int64_t cycles = 0;
    auto endStretch = [&] {
      cycles += (time.latest() + unit - 1) / unit;
      begin();
    };
    const Pass *previous = nullptr;
    std::map<Key, int64_t> computing; // of the pass before, by chain
    int64_t drainBeside = 0;
    auto stage = [&](int64_t beside) {
      int64_t there = std::max({time.ifmap, time.weight, time.psum, time.port});
      for (auto &[chain, clock] : time.array)
        clock = std::max(clock + unit * std::max(computing[chain], beside), there);
    };
    bool resident = early(array.psumSpad, widest[N] * widest[G] * widest[M] * widest[P] * widest[Q]);
    int64_t weightWords = fullest > 0 ? fullest
                                      : widest[G] * widest[M] * widest[C] * widest[R] * widest[S] *
                                            ((8 + array.weightSpad.bits - 1) / array.weightSpad.bits);
    for (const auto &[loops, pass] : passes) {
      ++work.passes;
      int64_t active = 0;
      for (const auto &[chain, links] : pass.work)
        active += std::ssize(links);
      work.activePes = std::max(work.activePes, active);
      auto moved = [&](std::initializer_list<Dim> dims) {
        return !previous || std::any_of(dims.begin(), dims.end(),
                                        [&](Dim d) { return pass.start[d] != previous->start[d]; });
      };
      static const Pass nothing;
      const Pass *kept = &nothing;
      for (Dim d : {P, Q}) {
        Extents next = previous ? previous->start : Extents{};
        next[d] += levels.inPass[d];
        if (array.ifmapSpad.slides && previous && next == pass.start &&
            levels.inPass[d] == levels.inUnit[d] && levels.inPass[d + 2] == levels.inPe[d + 2])
          kept = previous;
      }
      Amounts ifmap, weight;
      int64_t psum = 0;
      bool rampUp = !previous;
      if (moved({N, G, C, P, Q, R, S})) {
        ifmap = amounts(pass.ifmap.without(kept->ifmap), ifmapFormat, array.ifmapNoc, array.ifmapSpad);
        rampUp |= ifmap.sent > 0 && !early(array.ifmapSpad, ifmapWords());
      }
      if (moved({G, M, C, R, S})) {
        weight = amounts(pass.weight, weightFormat, array.weightNoc, array.weightSpad);
        rampUp |= !early(array.weightSpad, weightWords);
      }
      work.ifmapFetched += ifmap.fetched, work.weightFetched += weight.fetched;
      work.ifmapRead += ifmap.sent, work.weightRead += weight.sent;
      work.ifmapHops += ifmap.hops, work.weightHops += weight.hops;
      work.ifmapSpadWritten += ifmap.spadWords, work.weightSpadWritten += weight.spadWords;
      work.ifmapAddressWritten += ifmap.addresses, work.weightAddressWritten += weight.addresses;
      std::optional<int64_t> left;
      int64_t alone = 0;
      bool returns = false;
      if (moved({N, G, M, P, Q})) {
        if (previous) {
          left = leave(*previous);
          alone = array.pipelineDepth + link + drain(*left);
        }
        link = 0;
        if (!pass.begins || !tile.first || array.psumsStartInMemory) {
          work.psumRead += psum = std::ssize(pass.psum) * psumBytes(target);
          work.psumHops += psum;
          work.psumSpadWritten += std::ssize(pass.psum);
          rampUp |= !resident;
          returns = !pass.begins && psumsStream;
        }
      }
      link = std::max<int64_t>(link, std::ssize(pass.links) - 1);

      int64_t stepIfmap = xStreams ? 0 : ifmap.sent, stepWeight = yStreams ? 0 : weight.sent,
              stepPsum = psumsStream ? 0 : psum;
      if (previous) {
        int64_t step = rampUp ? 0 : stepIfmap + stepWeight + stepPsum;
        if (anyStreams)
          time.port += step * (unit / port);
        stage(std::max(rampUp ? 0 : delivery(stepIfmap, stepWeight, stepPsum), drainBeside));
        if (left && !resident)
          for (auto &[chain, clock] : time.array)
            clock += unit * alone;
        if (step > 0) {
          int64_t slowest = time.slowest();
          for (auto &[chain, clock] : time.array)
            clock = slowest;
        }
        drainBeside = left && resident && !psumsStream ? drain(*left) : 0;
      }
      if (!rampUp) {
        time.ifmap += (ifmap.sent - stepIfmap) * in(array.ifmapNoc);
        time.weight += (weight.sent - stepWeight) * in(array.weightNoc);
        if (anyStreams)
          time.port += (ifmap.sent - stepIfmap + weight.sent - stepWeight) * (unit / port);
      }
      if (rampUp || returns)
        endStretch();
      if (rampUp)
        cycles += array.fillsInTurn
                      ? delivery(ifmap.sent, 0, 0) + delivery(0, weight.sent, 0) + delivery(0, 0, stepPsum)
                      : delivery(ifmap.sent, weight.sent, stepPsum);
      if (psumsStream) {
        time.psum += psum * in(array.psumNoc);
        time.port += psum * (unit / port);
        if (left)
          time.out = std::max(time.out, time.slowest()) + *left * outRate;
      }
      computing.clear();
      for (const auto &[chain, links] : pass.work)
        for (const auto &[pe, units] : links)
          for (const auto &[multiplier, macs] : units) {
            int64_t &longest = computing[xStreams ? chain : Key()];
            longest = std::max(longest, macs);
          }
      previous = &pass;
    }
    stage(drainBeside);
    endStretch();
    int64_t bytes = leave(*previous);
    work.cycles = cycles + array.pipelineDepth + link + drain(bytes);
    work.psumSpadRead += work.macs;
    work.psumSpadWritten += work.macs;
    work.ifmapSpadRead = elementsRead * wordsOfStored(ifmapFormat, array.ifmapSpad);
    work.weightSpadRead = weightsRead * wordsOfStored(weightFormat, array.weightSpad);
  }

  const Mapping &mapping;
  const ArrayTile &tile;
  const Target &target;
  const Data &data;
  const Levels levels;
  const int64_t lanes;
  const bool lockstep;
  Format ifmapFormat{}, weightFormat{};
  std::map<Key, Pass> passes;                // by loop indices, so in order
  Extents widest{};                          // share of a PE in any pass
  int64_t elementsRead = 0, weightsRead = 0; // from the spads
  int64_t link = 0;                          // PEs in a chain, less one, of the psums in the spads
};

} // namespace dnnc::sparse_test

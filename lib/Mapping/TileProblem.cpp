#include "lib/Mapping/TileProblem.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>

using namespace dnnc;
using namespace dnnc::mapping;

static int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }
/// Buffers begin at lines of this many bytes.
static constexpr int64_t bufferAlignment = 16;

namespace {
struct Loop {
  int64_t trips;
  int outDim, reduction;
  bool overGroups;
};
} // namespace

/// The loops of a tiling, outermost first, those of one trip left out.
static std::vector<Loop> loopsOf(const TileProblem &problem, const Tiling &tiling) {
  std::vector<Loop> loops;
  auto add = [&](Loop loop) {
    if (loop.trips > 1)
      loops.push_back(loop);
  };
  for (int64_t dim : tiling.order) {
    int64_t size = tiling.sizes[dim], whole = problem.shape[dim];
    if (dim == 1 && problem.channelsPerGroup > size) {
      add({whole / problem.channelsPerGroup, 1, -1, true});
      add({ceilDiv(problem.channelsPerGroup, size), 1, -1, false});
    } else {
      add({ceilDiv(whole, size), static_cast<int>(dim), -1, problem.channelsPerGroup > 0 && dim == 1});
    }
  }
  for (size_t i = 0; i < tiling.reduction.size(); ++i)
    add({ceilDiv(problem.reductions[i], tiling.reduction[i]), -1, static_cast<int>(i), false});
  return loops;
}

/// Whether the place of the operand's box moves with the loop.
static bool dependsOn(const TileOperand &operand, const Loop &loop) {
  for (const OperandDim &dim : operand.dims)
    switch (dim.kind) {
    case OperandDim::Kind::Full:
      break;
    case OperandDim::Kind::Affine:
      if (dim.outDim >= 0 && dim.outDim == loop.outDim && dim.stride != 0)
        return true;
      break;
    case OperandDim::Kind::Reduction:
      if (loop.reduction == dim.reduction)
        return true;
      break;
    case OperandDim::Kind::Group:
      if ((loop.outDim == dim.outDim && loop.overGroups) || loop.reduction == 0)
        return true;
      break;
    }
  return false;
}

std::vector<int64_t> TileProblem::operandBox(const TileOperand &operand, const Tiling &tiling) const {
  std::vector<int64_t> box;
  auto reductionTile = [&](int index) { return tiling.reduction.empty() ? reductions[index] : tiling.reduction[index]; };
  for (const OperandDim &dim : operand.dims) {
    int64_t size = dim.size;
    switch (dim.kind) {
    case OperandDim::Kind::Full:
      break;
    case OperandDim::Kind::Affine: {
      int64_t count = dim.outDim < 0 ? 1 : tiling.sizes[dim.outDim];
      size = (count - 1) * std::abs(dim.stride) + dim.span;
      if (dim.outDim < 0 || count == shape[dim.outDim])
        size = std::min(size, dim.size); // cut to the tensor
      break;
    }
    case OperandDim::Kind::Reduction:
      size = reductionTile(dim.reduction);
      break;
    case OperandDim::Kind::Group: {
      int64_t channels = tiling.sizes[dim.outDim];
      size = channels > dim.outPerGroup ? channels / dim.outPerGroup * dim.inPerGroup : reductionTile(0);
      break;
    }
    }
    box.push_back(size);
  }
  return box;
}

static int64_t product(const std::vector<int64_t> &sizes) {
  return std::accumulate(sizes.begin(), sizes.end(), int64_t(1), std::multiplies<>());
}

std::vector<int64_t> TileProblem::footprint(const Tiling &tiling) const {
  std::vector<int64_t> bytes(target->memories.size(), 0);
  std::vector<Loop> loops = loopsOf(*this, tiling);
  auto add = [&](Operand role, int64_t slotBytes, bool twice) {
    auto memory = target->memoryFor(role);
    if (!memory)
      return;
    // A tile that is streamed stays in the FIFO while the array goes through it again.
    if (target->memories[*memory].kind == Memory::Kind::Fifo)
      bytes[*memory] += slotBytes;
    else
      bytes[*memory] += ceilDiv(slotBytes * (twice ? 2 : 1), bufferAlignment) * bufferAlignment;
  };
  for (const TileOperand &operand : operands) {
    bool moves = std::any_of(loops.begin(), loops.end(), [&](const Loop &loop) { return dependsOn(operand, loop); });
    add(operand.role, product(operandBox(operand, tiling)) * operand.elementBytes, moves);
  }
  bool outputMoves = std::any_of(loops.begin(), loops.end(), [](const Loop &loop) { return loop.outDim >= 0; });
  bool partial = std::any_of(loops.begin(), loops.end(), [](const Loop &loop) { return loop.reduction >= 0; });
  add(outputRole, product(tiling.sizes) * outputBytes, outputMoves);
  if (partial)
    add(partialRole, product(tiling.sizes) * partialBytes, false);
  return bytes;
}

std::vector<std::string> TileProblem::verify(const Tiling &tiling) const {
  std::vector<std::string> problems;
  std::vector<int64_t> bytes = footprint(tiling);
  for (size_t memory = 0; memory < bytes.size(); ++memory)
    if (bytes[memory] > target->memoryBytes(memory))
      problems.push_back(fmt::format("the tiles take {} bytes of memory '{}', which has {}", bytes[memory],
                                     target->memories[memory].name, target->memoryBytes(memory)));
  if (channelsPerGroup > 0) {
    int64_t size = tiling.sizes[1];
    if (size < channelsPerGroup ? channelsPerGroup % size != 0 : size % channelsPerGroup != 0)
      problems.push_back(fmt::format("{} output channels in a tile neither divide a group's {} nor are whole groups", size, channelsPerGroup));
    if (size > channelsPerGroup && !tiling.reduction.empty() && tiling.reduction[0] < reductions[0])
      problems.push_back("several groups in a tile need all their input channels");
  }
  for (size_t dim = 0; dim < fixedToOne.size(); ++dim)
    if (fixedToOne[dim] && tiling.sizes[dim] != 1)
      problems.push_back(fmt::format("dimension {} has to be tiled by 1", dim));
  return problems;
}

/// Bytes a transfer of a box moves: contiguous runs are rounded to bursts.
static double transferBytes(const std::vector<int64_t> &box, const std::vector<int64_t> &whole, int64_t elementBytes, int64_t burst) {
  int64_t run = elementBytes;
  double runs = 1;
  bool contiguous = true;
  for (size_t i = box.size(); i-- > 0;) {
    if (contiguous)
      run *= std::min(box[i], whole[i]);
    else
      runs *= std::min(box[i], whole[i]);
    contiguous = contiguous && box[i] >= whole[i];
  }
  return runs * ceilDiv(run, burst) * burst;
}

TilingCost TileProblem::evaluate(const Tiling &tiling) const {
  std::vector<Loop> loops = loopsOf(*this, tiling);
  double tiles = 1, outputTiles = 1;
  for (const Loop &loop : loops) {
    tiles *= loop.trips;
    outputTiles *= loop.outDim >= 0 ? loop.trips : 1;
  }
  double bandwidth = target->dramBytesPerCycle(), latency = target->dram.latency;
  double loadCycles = 0, firstLoad = 0, bytes = 0;
  for (const TileOperand &operand : operands) {
    if (operand.stays)
      continue;
    auto memory = target->memoryFor(operand.role);
    bool streamed = memory && target->memories[*memory].kind == Memory::Kind::Fifo;
    double loads = 1, product = 1;
    for (const Loop &loop : loops) {
      product *= loop.trips;
      if (streamed || dependsOn(operand, loop))
        loads = product;
    }
    std::vector<int64_t> whole;
    for (const OperandDim &dim : operand.dims)
      whole.push_back(dim.size);
    double once = transferBytes(operandBox(operand, tiling), whole, operand.elementBytes, target->dram.burstBytes);
    bytes += once * loads;
    loadCycles += loads * (once / bandwidth + latency);
    firstLoad += once / bandwidth + latency;
  }
  double store = transferBytes(tiling.sizes, shape, outputBytes, target->dram.burstBytes);
  bytes += store * outputTiles;
  double storeCycles = outputTiles * (store / bandwidth + latency);
  double compute = computeCycles(tiling.sizes, tiling.reduction) * tiles;
  double busiest = std::max({compute, loadCycles, storeCycles, bytes / bandwidth});
  return {busiest + firstLoad + store / bandwidth + latency, bytes};
}

std::vector<int64_t> TileProblem::candidates(size_t dim, size_t most) const {
  int64_t whole = shape[dim];
  if (dim < fixedToOne.size() && fixedToOne[dim])
    return {1};
  std::set<int64_t, std::greater<>> sizes = {whole};
  for (int64_t parts = 2; parts < whole; parts = std::max(parts + 1, parts * 5 / 4))
    sizes.insert(ceilDiv(whole, parts));
  for (int64_t power = 8; power < whole; power *= 2)
    sizes.insert(power);
  sizes.insert(1);
  std::vector<int64_t> all;
  for (int64_t size : sizes) {
    if (dim == 1 && channelsPerGroup > 0) {
      // Whole groups, or divisors of one.
      size = size >= channelsPerGroup ? size / channelsPerGroup * channelsPerGroup : size;
      while (size < channelsPerGroup && channelsPerGroup % size != 0)
        --size;
    }
    if (all.empty() || all.back() != size)
      all.push_back(size);
  }
  // An even choice where there are more than asked for.
  std::vector<int64_t> chosen;
  size_t count = std::min(most, all.size());
  for (size_t i = 0; i < count; ++i)
    chosen.push_back(all[count == 1 ? 0 : i * (all.size() - 1) / (count - 1)]);
  return chosen;
}

std::vector<std::vector<int64_t>> TileProblem::orders() const {
  std::vector<int64_t> natural(shape.size());
  std::iota(natural.begin(), natural.end(), 0);
  std::vector<std::vector<int64_t>> orders = {natural};
  // Channels (or the columns of a matrix product) outermost, or innermost.
  size_t channels = shape.size() == 3 ? 2 : 1;
  if (channels < shape.size()) {
    std::vector<int64_t> rest = natural;
    rest.erase(rest.begin() + channels);
    std::vector<int64_t> first = rest, last = rest;
    first.insert(first.begin(), channels);
    last.push_back(channels);
    orders.push_back(first);
    orders.push_back(last);
  }
  return orders;
}

std::optional<Tiling> TileProblem::choose() const {
  // More dimensions, fewer sizes of each: the number of combinations stays in the ten thousands.
  size_t rank = shape.size() + reductions.size();
  size_t most = rank <= 3 ? 20 : rank <= 5 ? 8 : rank <= 6 ? 6 : 4;
  std::vector<std::vector<int64_t>> sizes;
  for (size_t dim = 0; dim < shape.size(); ++dim)
    sizes.push_back(candidates(dim, most));
  for (int64_t whole : reductions) {
    std::vector<int64_t> parts = {whole};
    for (int64_t size = whole; size > 1 && parts.size() < most;)
      parts.push_back(size = ceilDiv(size, 2));
    // The smallest is among them, so that what fits at all is found.
    if (parts.back() != 1)
      parts.push_back(1);
    sizes.push_back(parts);
  }
  std::optional<Tiling> best;
  TilingCost bestCost{std::numeric_limits<double>::infinity(), 0};
  std::vector<std::vector<int64_t>> allOrders = orders();
  std::vector<size_t> choice(sizes.size(), 0);
  for (;;) {
    Tiling tiling;
    for (size_t dim = 0; dim < shape.size(); ++dim)
      tiling.sizes.push_back(sizes[dim][choice[dim]]);
    for (size_t i = 0; i < reductions.size(); ++i)
      tiling.reduction.push_back(sizes[shape.size() + i][choice[shape.size() + i]]);
    tiling.order = allOrders[0];
    if (verify(tiling).empty())
      for (const std::vector<int64_t> &order : allOrders) {
        tiling.order = order;
        TilingCost cost = evaluate(tiling);
        // A tenth of a percent is within the estimate's error: prefer less traffic there.
        bool better = cost.cycles < bestCost.cycles * 0.999 || (cost.cycles <= bestCost.cycles * 1.001 && cost.dramBytes < bestCost.dramBytes);
        if (!best || better) {
          best = tiling;
          bestCost = cost;
        }
      }
    size_t i = 0;
    while (i < choice.size() && ++choice[i] == sizes[i].size())
      choice[i++] = 0;
    if (i == choice.size())
      break;
  }
  return best;
}

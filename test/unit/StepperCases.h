// Random tiles of small layers, with data, and random mappings within a dataflow's constraint.
#pragma once

#include "dnnc/Target.h"
#include "runtime/Simulator/ArrayWalk.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace dnnc::stepper_test {

using sim::ArrayTile;
using sim::C, sim::G, sim::M, sim::N, sim::P, sim::Q, sim::R, sim::S;
using sim::Extents;
using sim::Factor;
using sim::Mapping;

class Draw {
public:
  explicit Draw(uint32_t seed) : random(seed) {}
  int64_t between(int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(random);
  }
  bool oneIn(int64_t chances) { return between(1, chances) == 1; }
  template <typename List> auto &of(List &list) {
    return list[static_cast<size_t>(between(0, static_cast<int64_t>(list.size()) - 1))];
  }
  template <typename List> void shuffle(List &list) { std::shuffle(list.begin(), list.end(), random); }

private:
  std::mt19937 random;
};

/// A convolution (plain, strided, dilated, grouped, depthwise, batched) or a matrix product, of about `macs`
/// MACs at most.
inline ArrayTile drawTile(Draw &draw, const Target &target, int64_t macs) {
  ArrayTile tile;
  Extents &e = tile.extents;
  e.fill(1);
  int64_t kind = draw.between(0, 4);
  if (kind == 0) { // a matrix product
    e[G] = draw.between(1, 2);
    e[M] = draw.between(3, 60);
    e[C] = draw.between(3, 60);
    e[Q] = draw.between(1, 40);
  } else {
    e[N] = draw.oneIn(3) ? draw.between(2, 3) : 1;
    e[P] = draw.between(3, 14);
    e[Q] = draw.between(3, 14);
    e[R] = draw.oneIn(4) ? 1 : draw.between(1, 5);
    e[S] = draw.oneIn(4) ? 1 : draw.between(1, 5);
    bool depthwise = kind == 1;
    e[G] = depthwise ? draw.between(4, 24) : kind == 2 ? draw.between(2, 4) : 1;
    e[M] = depthwise ? 1 : draw.between(2, 24);
    e[C] = depthwise ? 1 : draw.between(1, 16);
    if (draw.oneIn(2))
      tile.strideH = tile.strideW = draw.between(1, 3);
    if (draw.oneIn(3))
      tile.strideW = draw.between(1, 4);
    if (draw.oneIn(3))
      tile.dilationH = draw.between(1, 3), tile.dilationW = draw.between(1, 3);
  }
  auto product = [&] {
    int64_t all = 1;
    for (int64_t extent : e)
      all *= extent;
    return all;
  };
  while (product() > macs) {
    int64_t &largest = *std::max_element(e.begin(), e.end());
    largest = (largest + 1) / 2;
  }
  int64_t padding = kind == 0 || draw.oneIn(2) ? 0 : 2;
  auto axis = [&](int64_t &origin, int64_t &size, int64_t count, int64_t step, int64_t taps, int64_t hop) {
    int64_t before = draw.between(0, padding), after = draw.between(0, padding);
    origin = draw.oneIn(4) ? draw.between(0, 2) : -before;
    size = std::max<int64_t>(1, origin + (count - 1) * step + (taps - 1) * hop + 1 - after);
  };
  axis(tile.originH, tile.ifmapH, e[P], tile.strideH, e[R], tile.dilationH);
  axis(tile.originW, tile.ifmapW, e[Q], tile.strideW, e[S], tile.dilationW);

  std::vector<ElementType> types;
  for (const auto &[type, rate] : target.array.macRate)
    types.push_back(type);
  tile.ifmapType = tile.weightType = draw.of(types);
  tile.first = !draw.oneIn(4);
  tile.last = !draw.oneIn(4);
  tile.hasParams = tile.last && draw.oneIn(2);
  if (tile.ifmapType == ElementType::F32)
    tile.outputType = ElementType::F32;
  else
    tile.outputType = draw.oneIn(3) ? ElementType::I32 : tile.ifmapType;
  tile.hasTable = tile.last && bytesOf(tile.outputType) == 1 && draw.oneIn(3);
  auto memory = [&](Operand operand) { return static_cast<int>(target.memoryFor(operand).value_or(0)); };
  tile.ifmapMemory = memory(Operand::Ifmap);
  tile.weightMemory = memory(Operand::Weight);
  tile.paramMemory = tile.tableMemory = memory(Operand::Param);
  tile.psumMemory = memory(Operand::Psum);
  tile.outputMemory = memory(Operand::Ofmap);
  return tile;
}

enum class Dataflow { Any, OutputStationary, WeightStationary, InputStationary, RowStationary, NoLocalReuse };
inline constexpr std::array<const char *, 6> dataflowNames = {"any", "os", "ws", "is", "rs", "nlr"};

/// Draws mappings of a tile; not all of them fit.
class MappingDraw {
public:
  MappingDraw(Draw &draw, const ArrayTile &tile, const Target &target)
      : draw(draw), tile(tile), target(target) {}

  Mapping any(Dataflow dataflow) {
    mapping = {};
    if (dataflow == Dataflow::RowStationary)
      rowStationary();
    else
      spread({N, G, M, C, P, Q, R, S}, dataflow == Dataflow::NoLocalReuse ? 0 : draw.between(0, 8));
    std::vector<std::vector<int>> orders = ordersOf(dataflow);
    for (const std::vector<int> &dims : orders)
      addLoops(dims);
    return mapping;
  }

private:
  int64_t covered(int dim) const { return sim::Levels(mapping).inPass[dim]; }

  void addTo(std::vector<Factor> &axis, int64_t size, std::vector<int> dims) {
    int64_t used = 1;
    for (int64_t tries = draw.between(0, 2); tries > 0; --tries) {
      int dim = draw.of(dims);
      int64_t most = std::min(size / used, (tile.extents[dim] + covered(dim) - 1) / covered(dim));
      if (most < 2)
        continue;
      int64_t count = draw.oneIn(2) ? most : draw.between(2, most);
      axis.push_back({dim, count});
      used *= count;
    }
  }

  void spread(const std::vector<int> &dims, int64_t kept) {
    for (int64_t i = 0; i < kept; ++i) {
      Mapping before = mapping;
      std::vector<int> all = dims;
      int dim = draw.of(all);
      int64_t most = tile.extents[dim] / std::max<int64_t>(1, sim::Levels(mapping).inUnit[dim]);
      if (most < 2)
        continue;
      mapping.spad.push_back({dim, draw.oneIn(3) ? most : draw.between(2, std::min<int64_t>(most, 6))});
      if (!fits())
        mapping = before;
    }
    const Array &array = target.array;
    Mapping before = mapping;
    addTo(mapping.macs, array.macsPerPe, dims);
    if (!fits())
      mapping = before;
    addTo(mapping.peColumns, array.peColumns, dims);
    addTo(mapping.peRows, array.peRows, dims);
    addTo(mapping.clusterColumns, array.clusterColumns, dims);
    addTo(mapping.clusterRows, array.clusterRows, dims);
  }

  /// Whether a PE holds its part of a pass, whatever the pass loops will be.
  bool fits() const {
    Mapping covering = mapping;
    for (int d = 0; d < sim::dimCount; ++d)
      covering.passes.push_back({d, tile.extents[d]});
    return sim::checkMapping(covering, tile, target).empty();
  }

  /// A filter row in a PE, filter rows over PE rows, output rows over PE columns; channels and filters in a
  /// PE as far as they fit.
  void rowStationary() {
    const Extents &e = tile.extents;
    const Array &array = target.array;
    mapping.spad = {{S, e[S]}};
    int64_t rows = std::min(e[R], array.peRows);
    mapping.peRows = {{R, rows}};
    if (rows < e[R])
      mapping.spad.push_back({R, (e[R] + rows - 1) / rows});
    for (int dim : {M, C, M}) {
      int64_t most = std::min<int64_t>(e[dim] / sim::Levels(mapping).inUnit[dim], 8);
      mapping.spad.push_back({dim, draw.between(1, std::max<int64_t>(1, most))});
      if (!fits())
        mapping.spad.pop_back();
    }
    mapping.peColumns = {{P, std::min(e[P], array.peColumns)}};
    std::vector<int> more = {C, M, P};
    addTo(mapping.peRows, array.peRows / rows, more);
    addTo(mapping.clusterColumns, array.clusterColumns, {C, M, P, G});
    addTo(mapping.clusterRows, array.clusterRows, {C, M, P, G});
  }

  std::vector<std::vector<int>> ordersOf(Dataflow dataflow) {
    std::vector<std::vector<int>> groups; // outermost first
    switch (dataflow) {
    case Dataflow::OutputStationary:
      groups = {{N, G, M, P, Q}, {C, R, S}};
      break;
    case Dataflow::WeightStationary:
      groups = {{G, M, C, R, S}, {N, P, Q}};
      break;
    case Dataflow::InputStationary:
      groups = {{N, G, C, P, Q, R, S}, {M}};
      break;
    case Dataflow::RowStationary:
      groups = {{G, M, C, P, R, S}, {N}, {Q}};
      break;
    default:
      groups = {{N, G, M, C, P, Q, R, S}};
    }
    return groups;
  }

  /// Loops over what the dimensions have left, in any order; some of them split in two.
  void addLoops(std::vector<int> dims) {
    std::vector<Factor> loops;
    for (int dim : dims) {
      int64_t inPass = covered(dim), blocks = (tile.extents[dim] + inPass - 1) / inPass;
      if (blocks > 3 && draw.oneIn(3)) {
        int64_t inner = draw.between(2, blocks - 1);
        loops.push_back({dim, inner});
        loops.push_back({dim, (blocks + inner - 1) / inner});
      } else if (blocks > 1) {
        loops.push_back({dim, blocks});
      }
    }
    draw.shuffle(loops);
    mapping.passes.insert(mapping.passes.end(), loops.begin(), loops.end());
  }

  Draw &draw;
  const ArrayTile &tile;
  const Target &target;
  Mapping mapping;
};

} // namespace dnnc::stepper_test

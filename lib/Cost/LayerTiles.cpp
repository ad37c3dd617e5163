#include "lib/Cost/LayerTiles.h"

#include <algorithm>
#include <cmath>

using namespace dnnc;
using namespace dnnc::cost;

LayerTiles::LayerTiles(const Layer &layer, const Extents &tile, const std::vector<int> &order,
                       const Target &target)
    : layer(layer), tile(tile), target(target) {
  for (int dim = 0; dim < loopDims; ++dim)
    trips[dim] = ceilDiv(layer.extents[dim], tile[dim]);
  for (int dim : order)
    if (trips[dim] > 1 && dim != C)
      loops.push_back({dim, trips[dim]});
  if (trips[C] > 1)
    loops.push_back({C, trips[C]});
  makeClasses();
  makeTransfers();
}

int64_t LayerTiles::tiles() const {
  int64_t count = 1;
  for (const TileLoop &loop : loops)
    count *= loop.trips;
  return count;
}

TileClass LayerTiles::tileAt(int dim, int64_t index) const {
  TileClass made{index, std::min(tile[dim], layer.extents[dim] - index * tile[dim]), 1};
  if (dim == P || dim == Q) {
    int axis = dim - P;
    int64_t step = layer.strides[axis], taps = layer.extents[R + axis], hop = layer.dilations[axis];
    made.origin = index * tile[dim] * step - layer.pads[axis];
    made.limit = layer.ifmap[axis];
    // A box is as large as a whole tile's window, and cut at the tensor's border only.
    int64_t end = made.origin + windowSpan(tile[dim], step, taps, hop);
    made.loaded = std::max<int64_t>(0, std::min(end, made.limit) - std::max<int64_t>(0, made.origin));
    int64_t span = windowSpan(made.extent, step, taps, hop);
    if (made.origin >= 0 && made.origin + span <= made.limit)
      made.origin = 0, made.limit = span;
  } else if (dim == C) {
    made.first = index == 0;
    made.last = index == trips[dim] - 1;
  }
  return made;
}

/// Whole tiles whose windows lie inside the ifmap are alike; of C neither the first nor the last.
void LayerTiles::makeClasses() {
  for (int dim = 0; dim < loopDims; ++dim) {
    int64_t begin = 0, end = layer.extents[dim] / tile[dim];
    if (dim == P || dim == Q) {
      int axis = dim - P;
      int64_t step = tile[dim] * layer.strides[axis];
      int64_t room =
          layer.ifmap[axis] + layer.pads[axis] -
          windowSpan(tile[dim], layer.strides[axis], layer.extents[R + axis], layer.dilations[axis]);
      begin = ceilDiv(layer.pads[axis], step);
      end = room < 0 ? 0 : std::min(end, room / step + 1);
    } else if (dim == C && trips[dim] > 1) {
      begin = 1;
      end = std::min(end, trips[dim] - 1);
    }
    if (end <= begin)
      begin = end = 0;
    alikeBegin[dim] = begin;
    alikeEnd[dim] = end;
    if (begin < end) {
      classes[dim].push_back(tileAt(dim, begin));
      classes[dim].front().times = end - begin;
    }
    for (int64_t i = 0; i < begin; ++i)
      classes[dim].push_back(tileAt(dim, i));
    for (int64_t i = end; i < trips[dim]; ++i)
      classes[dim].push_back(tileAt(dim, i));
  }
}

size_t LayerTiles::classOf(int dim, int64_t index) const {
  if (alike(dim, index))
    return 0;
  bool anyAlike = alikeBegin[dim] < alikeEnd[dim];
  return static_cast<size_t>(anyAlike + index -
                             (index < alikeBegin[dim] ? 0 : alikeEnd[dim] - alikeBegin[dim]));
}

unsigned LayerTiles::depthOf(const Transfer &transfer) const {
  if (transfer.stream)
    return static_cast<unsigned>(loops.size());
  unsigned depth = 0;
  for (size_t i = 0; i < loops.size(); ++i)
    if (transfer.follows[loops[i].dim])
      depth = static_cast<unsigned>(i + 1);
  return depth;
}

void LayerTiles::makeTransfers() {
  const Extents &e = layer.extents;
  auto make = [&](Transfer::Kind kind, Operand operand, ElementType type, std::array<int64_t, 4> shape,
                  std::initializer_list<int> follows) {
    Transfer transfer{kind};
    transfer.memory = static_cast<int>(target.memoryFor(operand).value_or(0));
    const Memory &memory = target.memories[static_cast<size_t>(transfer.memory)];
    transfer.stream = memory.kind == Memory::Kind::Fifo && kind != Transfer::Output;
    transfer.prefetched = transfer.stream || memory.prefetch;
    transfer.shape = shape;
    transfer.elementBytes = bytesOf(type);
    for (int dim : follows)
      transfer.follows[dim] = true;
    transfer.depth = depthOf(transfer);
    return transfer;
  };
  if (layer.matmul) {
    loads.push_back(make(Transfer::Ifmap, Operand::Ifmap, layer.type,
                         layer.transposeIfmap ? std::array<int64_t, 4>{1, e[G], e[C], e[Q]}
                                              : std::array<int64_t, 4>{1, e[G], e[Q], e[C]},
                         {G, C, Q}));
    loads.push_back(make(Transfer::Weight, Operand::Weight, layer.type,
                         layer.transposeWeight ? std::array<int64_t, 4>{1, e[G], e[M], e[C]}
                                               : std::array<int64_t, 4>{1, e[G], e[C], e[M]},
                         {G, M, C}));
    output = make(Transfer::Output, Operand::Ofmap, layer.outputType, {1, e[G], e[Q], e[M]}, {G, M, Q});
  } else {
    loads.push_back(make(Transfer::Ifmap, Operand::Ifmap, layer.type,
                         {e[N], e[G] * e[C], layer.ifmap[0], layer.ifmap[1]}, {N, G, C, P, Q}));
    loads.push_back(
        make(Transfer::Weight, Operand::Weight, layer.type, {1, e[G] * e[M], e[C], e[R] * e[S]}, {G, M, C}));
    output = make(Transfer::Output, Operand::Ofmap, layer.outputType, {e[N], e[G] * e[M], e[P], e[Q]},
                  {N, G, M, P, Q});
  }
  loads.front().encoded = layer.ifmapEncoded;
  loads.back().encoded = layer.weightEncoded;
  output.encoded = layer.ofmapEncoded;
  if (layer.hasParams) {
    // Records of a matrix product are shared by all matrices of a batch.
    int64_t records = layer.matmul ? e[M] : e[G] * e[M];
    Transfer params = layer.matmul ? make(Transfer::Param, Operand::Param, ElementType::I8,
                                          {1, 1, records, paramRecordBytes}, {M})
                                   : make(Transfer::Param, Operand::Param, ElementType::I8,
                                          {1, 1, records, paramRecordBytes}, {G, M});
    loads.push_back(params);
  }
  if (layer.hasTable)
    loads.push_back(make(Transfer::Table, Operand::Param, layer.outputType, {1, 1, 1, tableEntries}, {}));
}

Transfer::Moved Transfer::move(const std::array<int64_t, 4> &sizes, int64_t burst) const {
  Moved moved;
  int64_t run = elementBytes, runs = 1;
  bool contiguous = true;
  for (size_t axis = sizes.size(); axis-- > 0;) {
    (contiguous ? run : runs) *= sizes[axis];
    contiguous &= sizes[axis] == shape[axis];
  }
  moved.raw = run * runs;
  if (encoded == 1) {
    moved.dram = runs * roundUp(run, burst);
    return moved;
  }
  // A segment is one run of encoded 64-bit words.
  constexpr int64_t codeWord = 8;
  moved.encodedBytes =
      roundUp(static_cast<int64_t>(std::ceil(static_cast<double>(moved.raw) * encoded)), codeWord);
  moved.dram = roundUp(moved.encodedBytes, burst);
  return moved;
}

std::array<int64_t, 4> LayerTiles::box(const Transfer &transfer,
                                       const std::array<int64_t, loopDims> &at) const {
  auto size = [&](int dim) { return std::min(tile[dim], layer.extents[dim] - at[dim] * tile[dim]); };
  auto loaded = [&](int dim) { return classes[dim][classOf(dim, at[dim])].loaded; };
  /// Channels of consecutive groups: a box begins in its group and is cut at the last group's end only.
  auto channels = [&](int dim) {
    int64_t perGroup = layer.extents[dim], all = layer.extents[G] * perGroup;
    int64_t begin = at[G] * tile[G] * perGroup + at[dim] * tile[dim];
    int64_t whole = tile[G] > 1 ? tile[G] * perGroup : tile[dim];
    return std::min(whole, all - begin);
  };
  switch (transfer.kind) {
  case Transfer::Ifmap:
    if (!layer.matmul)
      return {size(N), channels(C), loaded(P), loaded(Q)};
    return layer.transposeIfmap ? std::array<int64_t, 4>{1, size(G), size(C), size(Q)}
                                : std::array<int64_t, 4>{1, size(G), size(Q), size(C)};
  case Transfer::Weight:
    if (!layer.matmul)
      return {1, channels(M), size(C), transfer.shape[3]};
    return layer.transposeWeight ? std::array<int64_t, 4>{1, size(G), size(M), size(C)}
                                 : std::array<int64_t, 4>{1, size(G), size(C), size(M)};
  case Transfer::Param:
    return {1, 1, layer.matmul ? size(M) : channels(M), paramRecordBytes};
  case Transfer::Table:
    return transfer.shape;
  case Transfer::Output:
    if (!layer.matmul)
      return {size(N), channels(M), size(P), size(Q)};
    return {1, size(G), size(Q), size(M)};
  }
  return {};
}

int64_t LayerTiles::repeats(const Transfer &transfer) const {
  int64_t times = 1;
  for (unsigned i = 0; i < transfer.depth; ++i)
    if (!transfer.follows[loops[i].dim])
      times *= loops[i].trips;
  return times;
}

Transfer::Moved LayerTiles::sumOverBoxes(const Transfer &transfer) const {
  // Tiles of a class move boxes of one size, but for channels at the last group's end: G and the channels'
  // dimension are taken tile by tile where both are cut.
  std::array<std::vector<std::pair<int64_t, int64_t>>, loopDims> choices; // (tile, how often)
  bool cutGroups = !layer.matmul && trips[G] > 1 && (trips[C] > 1 || trips[M] > 1);
  for (int dim = 0; dim < loopDims; ++dim) {
    if (!transfer.follows[dim]) {
      choices[dim] = {{0, 1}};
    } else if (dim == G && cutGroups) {
      choices[dim] = {{trips[dim] - 1, 1}, {0, trips[dim] - 1}};
    } else {
      for (const TileClass &known : classes[dim])
        choices[dim].push_back({known.index, known.times});
    }
  }
  Transfer::Moved sum;
  std::array<size_t, loopDims> choice{};
  std::array<int64_t, loopDims> at;
  while (true) {
    int64_t times = 1;
    for (int dim = 0; dim < loopDims; ++dim) {
      at[dim] = choices[dim][choice[dim]].first;
      times *= choices[dim][choice[dim]].second;
    }
    Transfer::Moved moved = move(transfer, at);
    sum.raw += moved.raw * times;
    sum.dram += moved.dram * times;
    sum.encodedBytes += moved.encodedBytes * times;
    int dim = 0;
    while (dim < loopDims && ++choice[dim] == choices[dim].size())
      choice[dim++] = 0;
    if (dim == loopDims)
      return sum;
  }
}

ArrayTile LayerTiles::arrayTile(const std::array<const TileClass *, loopDims> &at) const {
  ArrayTile made;
  for (int dim = 0; dim < loopDims; ++dim)
    made.extents[dim] = at[dim]->extent;
  made.strides = layer.strides;
  made.dilations = layer.dilations;
  made.type = layer.type;
  made.outputBytes = bytesOf(layer.outputType);
  made.origin = {at[P]->origin, at[Q]->origin};
  made.ifmap = {at[P]->limit, at[Q]->limit};
  made.first = at[C]->first;
  made.last = at[C]->last;
  made.hasParams = layer.hasParams;
  made.hasTable = layer.hasTable;
  made.densities = layer.densities;
  made.depthwise = isDepthwise(layer.extents);
  made.full = tile;
  made.weightShares = layer.weightShares.get();
  return made;
}

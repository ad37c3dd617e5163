// How much there is to do in an instruction that was executed: the job for the timeline, and the counted
// actions.
#include "runtime/Simulator/MachineDram.h"
#include "runtime/Simulator/VectorWork.h"
#include "runtime/Simulator/exec/Execute.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace dnnc::sim {
namespace {

int64_t ceilDivide(int64_t a, int64_t b) { return (a + b - 1) / b; }

} // namespace

/// Notes a transfer of a tensor; `moved` are its bytes in DRAM where it is encoded.
template <typename Transfer> void Machine::noteTransfer(const Transfer &transfer, int64_t moved) {
  Moved elements{transfer.elementBytes, 0};
  TensorPlace tensor{resolve(transfer.dram), transfer.elementBytes};
  for (size_t d = 0; d < transfer.extents.size(); ++d) {
    int64_t offset = resolve(transfer.offsets[d]);
    elements.elements *= clip(transfer.extents[d], offset, transfer.bounds[d]).count;
    tensor.bytes = saturatedProduct(tensor.bytes, transfer.bounds[d]);
    if (!movesSegments) // the address is that of the tile
      tensor.address -= offset * transfer.dramStrides[d];
  }
  if (elements.elements == 0)
    return;
  elements.encoded = movesSegments ? moved : elements.elements;
  NodeWork &work = nodeWork[currentNode];
  constexpr bool loads = std::is_same_v<Transfer, isa::Load>;
  Moved &all = (!loads                                  ? work.results
                : dramSpace->isConstant(tensor.address) ? work.constants
                                                        : work.activations)[tensor];
  all.elements += elements.elements;
  all.encoded += elements.encoded;
}

/// Notes the whole layer that an array instruction computes a tile of.
void Machine::noteLayer(const isa::Conv &conv) {
  LayerShape shape;
  std::copy(conv.bounds.begin(), conv.bounds.end(), shape.extents.begin());
  shape.strideH = conv.strideH;
  shape.strideW = conv.strideW;
  shape.dilationH = conv.dilationH;
  shape.dilationW = conv.dilationW;
  shape.ifmapH = conv.ifmapH;
  shape.ifmapW = conv.ifmapW;
  shape.ifmapType = conv.ifmapType;
  shape.weightType = conv.weightType;
  shape.outputType = conv.outputType;
  nodeWork[currentNode].layers.try_emplace(
      shape, std::array<int64_t, 2>{resolve(conv.originH) - resolve(conv.offsets[P]) * conv.strideH -
                                        resolve(conv.offsets[R]) * conv.dilationH,
                                    resolve(conv.originW) - resolve(conv.offsets[Q]) * conv.strideW -
                                        resolve(conv.offsets[S]) * conv.dilationW});
}

void Machine::account(const isa::Load &load, Job &job, Counts &counts) {
  auto memory = static_cast<size_t>(load.memory);
  noteTransfer(load, touched.segmentBytes);
  job.transfer = true;
  job.dramBytes = touched.dramRead;
  job.cycles = ceilDivide(touched.onChipWritten(), target.memories[memory].writeBytesPerCycle);
  if (pushing) {
    job.fifo = static_cast<int>(memory);
    job.fifoBytes = pushing->end - pushing->begin;
  }
  counts.dramRead += touched.dramRead;
  counts.dramConstants += touched.constantsRead ? touched.dramRead : 0;
  if (codec != isa::Codec::Raw)
    counts.decoded += touched.segmentBytes;
  counts.memoryWritten[memory] += touched.onChipWritten();
}

void Machine::account(const isa::Store &store, Job &job, Counts &counts) {
  auto memory = static_cast<size_t>(store.memory);
  noteTransfer(store, touched.segmentBytes);
  job.transfer = true;
  job.dramBytes = touched.dramWritten;
  job.cycles = ceilDivide(touched.onChipRead(), target.memories[memory].readBytesPerCycle);
  counts.dramWritten += touched.dramWritten;
  if (codec != isa::Codec::Raw)
    counts.encoded += touched.segmentBytes;
  counts.memoryRead[memory] += touched.onChipRead();
}

ArrayTile Machine::tileOf(const isa::Conv &conv) {
  ArrayTile tile;
  std::array<int64_t, dimCount> first;
  bool started = true, ended = true;
  for (int d = 0; d < dimCount; ++d) {
    int64_t offset = resolve(conv.offsets[d]);
    Clip range = clip(conv.extents[d], offset, conv.bounds[d]);
    tile.extents[d] = range.count;
    first[d] = range.first;
    if (d == C || d == R || d == S) {
      started &= offset == 0;
      ended &= offset + conv.extents[d] >= conv.bounds[d];
    }
  }
  tile.strideH = conv.strideH;
  tile.strideW = conv.strideW;
  tile.dilationH = conv.dilationH;
  tile.dilationW = conv.dilationW;
  tile.originH = resolve(conv.originH) + first[P] * conv.strideH + first[R] * conv.dilationH;
  tile.originW = resolve(conv.originW) + first[Q] * conv.strideW + first[S] * conv.dilationW;
  tile.ifmapH = conv.ifmapH;
  tile.ifmapW = conv.ifmapW;
  // A tile that lies well inside the ifmap is the same wherever it lies; so walks are shared.
  auto center = [](int64_t &origin, int64_t &limit, int64_t count, int64_t step, int64_t taps, int64_t hop) {
    int64_t span = (count - 1) * step + (taps - 1) * hop + 1;
    if (origin >= 0 && origin + span <= limit) {
      origin = 0;
      limit = span;
    }
  };
  center(tile.originH, tile.ifmapH, tile.extents[P], tile.strideH, tile.extents[R], tile.dilationH);
  center(tile.originW, tile.ifmapW, tile.extents[Q], tile.strideW, tile.extents[S], tile.dilationW);
  tile.depthwise = conv.bounds[M] == 1 && conv.bounds[C] == 1;
  tile.first = started;
  tile.last = ended;
  tile.hasParams = conv.hasParams;
  tile.hasTable = conv.hasTable;
  tile.ifmapType = conv.ifmapType;
  tile.weightType = conv.weightType;
  tile.outputType = conv.outputType;
  tile.ifmapMemory = static_cast<int>(conv.ifmapMemory);
  tile.weightMemory = static_cast<int>(conv.weightMemory);
  tile.paramMemory = static_cast<int>(conv.paramMemory);
  tile.tableMemory = static_cast<int>(conv.tableMemory);
  tile.psumMemory = static_cast<int>(conv.psumMemory);
  tile.outputMemory = static_cast<int>(conv.outputMemory);
  return tile;
}

void Machine::touchSpilledPsums(const isa::Conv &conv, const ArrayTile &tile) {
  auto place = [&](const isa::Affine &base, const std::vector<int64_t> &strides, int64_t elementBytes) {
    int64_t address = resolve(base);
    Box box(elementBytes);
    constexpr std::array<Dim, 5> dims = {N, G, M, P, Q};
    for (size_t i = 0; i < dims.size(); ++i) {
      box.add(tile.extents[dims[i]], strides[i]);
      Clip range = clip(conv.extents[dims[i]], resolve(conv.offsets[dims[i]]), conv.bounds[dims[i]]);
      address += range.first * strides[i];
    }
    return std::pair(address, box);
  };
  auto [address, box] = place(conv.psum, conv.psumStrides, (target.array.psumSpad.bits + 7) / 8); // of cells
  if (conv.hasDisplacements && tile.last) {
    auto [output, results] = place(conv.output, conv.outputStrides, bytesOf(conv.outputType));
    checkDisplacedPlaces(conv, address, box, output, results, *this);
  }
  write(conv.psumMemory, address, box);
}

/// Fails where there are any problems of the instruction's mapping.
void Machine::checkProblems(const isa::Conv &conv, const std::vector<std::string> &problems) {
  if (!problems.empty())
    fail(fmt::format("mapping {}: {}", conv.mapping, fmt::join(problems, "; ")));
}

/// Fails where the target cannot execute the tile under the mapping.
void Machine::checkArray(const isa::Conv &conv, const ArrayTile &tile, const Mapping &mapping, bool spills) {
  checkProblems(conv, checkMapping(mapping, tile, target));
  if (!spills && tile.first && tile.last && !target.array.psumsStartInMemory)
    return;
  auto memory = static_cast<size_t>(conv.psumMemory);
  if (memory >= memories.size() ||
      std::find(target.memories[memory].holds.begin(), target.memories[memory].holds.end(), Operand::Psum) ==
          target.memories[memory].holds.end())
    fail(fmt::format("mapping {} sends psums to memory {}, which does not hold psums", conv.mapping,
                     conv.psumMemory));
}

/// What fits in the FIFO stays there until the instruction ends; what does not passes by once.
void Machine::checkStreams(const isa::Conv &conv, const ArrayWork &work) {
  auto check = [&](std::string_view operand, int64_t memory, int64_t bytes, int64_t fetched,
                   int64_t different) {
    const Fifo *fifo = memories[static_cast<size_t>(memory)].fifo.get();
    if (fifo && bytes > fifo->capacity && fetched > different)
      fail(fmt::format("mapping {} fetches {} {} elements of a tile of {}; its {} bytes stream through {}, "
                       "which has {}, "
                       "only once",
                       conv.mapping, fetched, operand, different, bytes, memoryName(memory), fifo->capacity));
  };
  check("ifmap", conv.ifmapMemory, work.ifmapDifferent * bytesOf(conv.ifmapType), work.ifmapFetched,
        work.ifmapDifferent);
  check("weight", conv.weightMemory, work.weightDifferent * bytesOf(conv.weightType), work.weightFetched,
        work.weightDifferent);
}

/// The work of an instruction whose time and traffic depend on its data.
ArrayWork Machine::sparseWork(const isa::Conv &conv, ArrayTile tile, const Mapping &mapping, bool spills) {
  tile.fullestWeights = sparseTile->fullestWeights();
  checkArray(conv, tile, mapping, spills);
  ArrayWork work;
  try {
    work = sparseTile->walk(limits.dataPasses);
  } catch (const Error &error) {
    fail(fmt::format("mapping {}: {}", conv.mapping, error.what()));
  }
  checkStreams(conv, work);
  return work;
}

/// The work of an instruction in which all data are alike; walked once for all like it.
const ArrayWork &Machine::denseWork(const isa::Conv &conv, const ArrayTile &tile, const Mapping &mapping,
                                    bool spills) {
  auto [known, isNew] = walks.try_emplace({conv.mapping, tile.key()});
  ArrayWork &work = known->second;
  if (!isNew)
    return work;
  checkArray(conv, tile, mapping, spills);
  try {
    work = walkArray(mapping, tile, target, limits.passes);
  } catch (const Error &error) {
    fail(fmt::format("mapping {}: {}", conv.mapping, error.what()));
  }
  checkStreams(conv, work);
  return work;
}

void Machine::account(const isa::Conv &conv, Job &job, Counts &counts) {
  ArrayTile tile = tileOf(conv);
  if (std::any_of(tile.extents.begin(), tile.extents.end(), [](int64_t extent) { return extent == 0; }))
    return;
  const Mapping &mapping = mappings[static_cast<size_t>(conv.mapping)];
  bool spills = spillsPsums(mapping, tile.extents);
  const bool isSparse = sparseTile && !sparseTile->isDense();
  const ArrayWork work =
      isSparse ? sparseWork(conv, tile, mapping, spills) : denseWork(conv, tile, mapping, spills);
  if (spills)
    touchSpilledPsums(conv, tile);

  job.cycles = work.cycles;
  noteLayer(conv);
  nodeWork[currentNode].activePes = std::max(nodeWork[currentNode].activePes, work.activePes);
  counts.macs[static_cast<size_t>(conv.ifmapType)] += work.macs;
  if (sparseTile)
    counts.skippedMacs[static_cast<size_t>(conv.ifmapType)] += sparseTile->skippedMacs();
  counts.readByArray(conv.ifmapMemory, Operand::Ifmap, work.ifmapRead);
  counts.readByArray(conv.weightMemory, Operand::Weight, work.weightRead);
  counts.readByArray(conv.paramMemory, Operand::Param, work.paramRead);
  counts.readByArray(conv.tableMemory, Operand::Param, work.tableRead);
  counts.readByArray(conv.psumMemory, Operand::Psum, work.psumRead);
  counts.writtenByArray(conv.psumMemory, Operand::Psum, work.psumWritten);
  counts.writtenByArray(conv.outputMemory, Operand::Ofmap, work.outputWritten);
  counts.ifmapSpadRead += work.ifmapSpadRead;
  counts.ifmapSpadWritten += work.ifmapSpadWritten;
  counts.weightSpadRead += work.weightSpadRead;
  counts.weightSpadWritten += work.weightSpadWritten;
  counts.ifmapAddressRead += work.ifmapAddressRead;
  counts.ifmapAddressWritten += work.ifmapAddressWritten;
  counts.weightAddressRead += work.weightAddressRead;
  counts.weightAddressWritten += work.weightAddressWritten;
  counts.psumSpadRead += work.psumSpadRead;
  counts.psumSpadWritten += work.psumSpadWritten;
  counts.ifmapHops += work.ifmapHops;
  counts.weightHops += work.weightHops;
  counts.psumHops += work.psumHops;
  gate(conv, counts);
  if (stepCheck) {
    try {
      stepCheck->compare(tile, mapping, counts, job.cycles, work.activePes);
    } catch (const Error &error) {
      fail(error.what());
    }
  }
}

SkippedZeros Machine::convolving(const ConvTile &tile) {
  const isa::Conv *conv = nullptr;
  ArrayTile arrayTile;
  if (target.array.mindsZeros() && tile.c > 0 && tile.r > 0 && tile.s > 0) {
    // The mapping says how much is counted, so it has to be one of this array.
    conv = &std::get<isa::Conv>(queues[currentQueue].stream.current());
    arrayTile = tileOf(*conv);
    checkProblems(*conv, checkSpreads(mappings[static_cast<size_t>(conv->mapping)], arrayTile, target));
  }
  try {
    if (stepCheck)
      stepCheck->capture(tile);
    if (tile.c == 0 || tile.r == 0 || tile.s == 0)
      return {};
    Density &density = nodeWork[currentNode].density;
    if (!conv) {
      density += densityOf(tile);
      return {};
    }
    sparseTile =
        std::make_unique<SparseTile>(tile, mappings[static_cast<size_t>(conv->mapping)], arrayTile, target);
    density += sparseTile->density();
    return sparseTile->skippedOfNonFinite();
  } catch (const Error &error) {
    fail(error.what());
  }
}

/// What the PEs did not do where the ifmap element was the zero point.
void Machine::gate(const isa::Conv &conv, Counts &counts) {
  const Array &array = target.array;
  const int64_t gated = sparseTile ? sparseTile->zeroIfmapMacs() : touched.zeroIfmapMacs;
  if (array.zeroGating.mac) {
    counts.macs[static_cast<size_t>(conv.ifmapType)] -= gated;
    counts.gatedMacs[static_cast<size_t>(conv.ifmapType)] += gated;
  }
  if (array.zeroGating.weightSpad)
    counts.weightSpadRead -=
        gated * (sparseTile ? sparseTile->weightWords() : wordsOf(conv.weightType, array.weightSpad));
  if (array.zeroGating.psumSpad) {
    counts.psumSpadRead -= gated;
    counts.psumSpadWritten -= gated;
  }
}

template <typename Vector> void Machine::accountVector(const Vector &vector, Job &job, Counts &counts) {
  VectorWork work =
      workOf(vector, program.lanes, [this](const isa::Affine &affine) { return resolve(affine); });
  job.cycles = work.cycles(target.vector, touched.onChipRead() + touched.onChipWritten());
  counts.vectorSteps += work.allSteps();
  // The unit's port is one; whichever memories are behind it, their own ports bound the traffic as well.
  for (size_t i = 0; i < memories.size(); ++i) {
    counts.memoryRead[i] += touched.read[i];
    counts.memoryWritten[i] += touched.written[i];
    job.cycles = std::max({job.cycles, ceilDivide(touched.read[i], target.memories[i].readBytesPerCycle),
                           ceilDivide(touched.written[i], target.memories[i].writeBytesPerCycle)});
  }
}

void Machine::account(const isa::Map &map, Job &job, Counts &counts) { accountVector(map, job, counts); }
void Machine::account(const isa::Reduce &reduce, Job &job, Counts &counts) {
  accountVector(reduce, job, counts);
}
void Machine::account(const isa::Window &window, Job &job, Counts &counts) {
  accountVector(window, job, counts);
}
void Machine::account(const isa::Permute &permute, Job &job, Counts &counts) {
  accountVector(permute, job, counts);
}
void Machine::account(const isa::Gather &gather, Job &job, Counts &counts) {
  accountVector(gather, job, counts);
}

} // namespace dnnc::sim

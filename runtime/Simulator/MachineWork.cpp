// How much there is to do in an instruction that was executed: the job for the timeline, and the counted
// actions.
#include "runtime/Simulator/MachineDram.h"
#include "runtime/Simulator/VectorWork.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace dnnc::sim {
namespace {

int64_t ceilDivide(int64_t a, int64_t b) { return (a + b - 1) / b; }

} // namespace

void Machine::account(const isa::Load &load, Job &job, Counts &counts) {
  auto memory = static_cast<size_t>(load.memory);
  if (encodedTransfer) // header, mask and payload are one run
    touched.dramRead = ceilDivide(touched.dramRead, target.dram.burstBytes) * target.dram.burstBytes;
  encodedTransfer = false;
  job.transfer = true;
  job.dramBytes = touched.dramRead;
  job.cycles = ceilDivide(touched.onChipWritten(), target.memories[memory].writeBytesPerCycle);
  if (pushing) {
    job.fifo = static_cast<int>(memory);
    job.fifoBytes = pushing->end - pushing->begin;
  }
  counts.dramRead += touched.dramRead;
  counts.memoryWritten[memory] += touched.onChipWritten();
}

void Machine::account(const isa::Store &store, Job &job, Counts &counts) {
  auto memory = static_cast<size_t>(store.memory);
  job.transfer = true;
  job.dramBytes = touched.dramWritten;
  job.cycles = ceilDivide(touched.onChipRead(), target.memories[memory].readBytesPerCycle);
  counts.dramWritten += touched.dramWritten;
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
  int64_t address = resolve(conv.psum);
  Box box(4); // int32 or float32
  constexpr std::array<Dim, 5> dims = {N, G, M, P, Q};
  for (size_t i = 0; i < dims.size(); ++i) {
    box.add(tile.extents[dims[i]], conv.psumStrides[i]);
    Clip range = clip(conv.extents[dims[i]], resolve(conv.offsets[dims[i]]), conv.bounds[dims[i]]);
    address += range.first * conv.psumStrides[i];
  }
  write(conv.psumMemory, address, box);
}

void Machine::account(const isa::Conv &conv, Job &job, Counts &counts) {
  ArrayTile tile = tileOf(conv);
  if (std::any_of(tile.extents.begin(), tile.extents.end(), [](int64_t extent) { return extent == 0; }))
    return;
  const Mapping &mapping = mappings[static_cast<size_t>(conv.mapping)];
  auto [known, isNew] = walks.try_emplace({conv.mapping, tile.key()});
  ArrayWork &work = known->second;
  bool spills = spillsPsums(mapping, tile.extents);
  if (isNew) {
    if (std::vector<std::string> problems = checkMapping(mapping, tile, target); !problems.empty())
      fail(fmt::format("mapping {}: {}", conv.mapping, fmt::join(problems, "; ")));
    if (countPasses(mapping, tile.extents, limits.passes) > limits.passes)
      fail(fmt::format("mapping {} needs more than {} array passes for a tile", conv.mapping, limits.passes));
    if (spills || !tile.first || !tile.last) {
      auto memory = static_cast<size_t>(conv.psumMemory);
      if (memory >= memories.size() ||
          std::find(target.memories[memory].holds.begin(), target.memories[memory].holds.end(),
                    Operand::Psum) == target.memories[memory].holds.end())
        fail(fmt::format("mapping {} sends psums to memory {}, which does not hold psums", conv.mapping,
                         conv.psumMemory));
    }
    work = walkArray(mapping, tile, target);
    // What fits in the FIFO stays there until the instruction ends; what does not passes by once.
    auto checkStream = [&](std::string_view operand, int64_t memory, int64_t bytes, int64_t fetched,
                           int64_t different) {
      const Fifo *fifo = memories[static_cast<size_t>(memory)].fifo.get();
      if (fifo && bytes > fifo->capacity && fetched > different)
        fail(fmt::format("mapping {} fetches {} {} elements of a tile of {}; its {} bytes stream through {}, "
                         "which has {}, "
                         "only once",
                         conv.mapping, fetched, operand, different, bytes, memoryName(memory),
                         fifo->capacity));
    };
    checkStream("ifmap", conv.ifmapMemory, work.ifmapDifferent * bytesOf(conv.ifmapType), work.ifmapFetched,
                work.ifmapDifferent);
    checkStream("weight", conv.weightMemory, work.weightDifferent * bytesOf(conv.weightType),
                work.weightFetched, work.weightDifferent);
  }
  if (spills)
    touchSpilledPsums(conv, tile);

  job.cycles = work.cycles;
  counts.macs[static_cast<size_t>(conv.ifmapType)] += work.macs;
  counts.memoryRead[static_cast<size_t>(conv.ifmapMemory)] += work.ifmapRead;
  counts.memoryRead[static_cast<size_t>(conv.weightMemory)] += work.weightRead;
  if (conv.hasParams)
    counts.memoryRead[static_cast<size_t>(conv.paramMemory)] += work.paramRead;
  if (conv.hasTable)
    counts.memoryRead[static_cast<size_t>(conv.tableMemory)] += work.tableRead;
  if (work.psumRead + work.psumWritten > 0) {
    counts.memoryRead[static_cast<size_t>(conv.psumMemory)] += work.psumRead;
    counts.memoryWritten[static_cast<size_t>(conv.psumMemory)] += work.psumWritten;
  }
  counts.memoryWritten[static_cast<size_t>(conv.outputMemory)] += work.outputWritten;
  counts.ifmapSpadRead += work.ifmapSpadRead;
  counts.ifmapSpadWritten += work.ifmapSpadWritten;
  counts.weightSpadRead += work.weightSpadRead;
  counts.weightSpadWritten += work.weightSpadWritten;
  counts.psumSpadRead += work.psumSpadRead;
  counts.psumSpadWritten += work.psumSpadWritten;
  counts.ifmapHops += work.ifmapHops;
  counts.weightHops += work.weightHops;
  counts.psumHops += work.psumHops;
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

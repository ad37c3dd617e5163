// The accelerator: memories, four queues, tokens. It executes a program from its encoded instructions alone,
// in an order that follows from queue order, tokens and FIFOs, not from time; what happened when is the
// timeline's matter.
#pragma once

#include "runtime/Program/Program.h"
#include "runtime/Simulator/ArrayWalk.h"
#include "runtime/Simulator/Bounds.h"
#include "runtime/Simulator/Context.h"
#include "runtime/Simulator/Counts.h"
#include "runtime/Simulator/DrawnZeros.h"
#include "runtime/Simulator/Fifo.h"
#include "runtime/Simulator/Hazards.h"
#include "runtime/Simulator/SparseWalk.h"
#include "runtime/Simulator/StepCheck.h"
#include "runtime/Simulator/Stream.h"
#include "runtime/Simulator/Timeline.h"
#include "runtime/Simulator/Tokens.h"

#include <cstdlib>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

namespace dnnc::sim {

/// What keeps a damaged program from running for years inside its memories.
struct Limits {
  int64_t instructions = 100'000'000; // executed, loops included
  int64_t jobs = 8'000'000;           // executed, loops left out
  int64_t operations = 0;             // scalar; 0: what the nodes declare, generously
  int64_t passes = 1 << 20;           // of one array instruction, each kind counted once
  int64_t dataPasses = 1 << 24;       // of one where zeros matter: each pass has data of its own
};

class Machine final : private Context {
public:
  /// The program has to outlive the machine. Throws Error when the target cannot execute it.
  Machine(const isa::Program &program, const Target &target, const Limits &limits = {});
  ~Machine() override;

  /// The elements of a tensor, row-major, before (inputs) or after (outputs) the run; in DRAM they may stand
  /// encoded.
  void writeTensor(size_t tensor, std::span<const uint8_t> bytes);
  isa::Bytes readTensor(size_t tensor) const;

  /// Executes the program once. Throws SimulationError on deadlock, hazards, reads of memory never written,
  /// accesses out of range, tokens that overflow, mappings that do not fit the array.
  void run();

  const std::vector<Job> &jobs() const { return allJobs; }
  /// Counts of the rows of the node table; the last entry is of instructions without a node.
  const std::vector<Counts> &countsByNode() const { return nodeCounts; }
  /// What else is known of them, in the same order.
  const std::vector<NodeWork> &workByNode() const { return nodeWork; }
  int64_t psumOverflows() const { return overflows; }

  /// Has the next run step every PE too, for so many MACs at most; the run fails where the results differ.
  void stepEveryPe(int64_t mostMacs) { stepCheck = std::make_unique<StepCheck>(target, mostMacs); }
  const StepCheck *steps() const { return stepCheck.get(); }

private:
  enum class Phase : uint8_t { Ready, WaitsForRoom, Drains };
  struct Queue {
    explicit Queue(const std::vector<isa::Instruction> &instructions) : stream(instructions) {}
    Stream stream;
    Phase phase = Phase::Ready;
    Clock clock{};               // its own entry: how many of its jobs are complete
    std::vector<uint32_t> jobs;  // by sequence number − 1
    std::vector<uint32_t> after; // jobs the current instruction waits for
  };
  /// What the executor of the current instruction touched.
  struct Touched {
    int64_t dramRead = 0, dramWritten = 0; // bytes, in whole bursts for raw transfers
    std::vector<int64_t> read, written;    // bytes, by memory
    bool constantsRead = false;            // whether what was read are constants
    int64_t segmentBytes = 0;              // of segments, before they are whole bursts
    int64_t zeroIfmapMacs = 0;             // of an array instruction, where the target gates zeros
    int64_t onChipRead() const { return std::accumulate(read.begin(), read.end(), int64_t(0)); }
    int64_t onChipWritten() const { return std::accumulate(written.begin(), written.end(), int64_t(0)); }
  };

  // Context
  int64_t resolve(const isa::Affine &affine) override;
  const uint8_t *read(int64_t memory, int64_t address, const Box &box) override;
  uint8_t *write(int64_t memory, int64_t address, const Box &box) override;
  const isa::LanesRow &lanes(uint64_t index) override;
  [[noreturn]] void fail(const std::string &message) override;
  void work(int64_t operations) override;
  int psumBits() const override { return static_cast<int>(target.array.psumSpad.bits); }
  void countPsumOverflows(int64_t values) override { overflows += values; }
  int64_t *exactPsums(int64_t memory, int64_t address) override;
  bool gatesZeros() const override { return target.array.zeroGating.any(); }
  void countZeroIfmapMacs(int64_t macs) override { touched.zeroIfmapMacs += macs; }
  void countSegmentBytes(int64_t bytes) override;
  SkippedZeros convolving(const ConvTile &tile) override;
  const DrawnZeros *drawnZeros() const override;

  // Queues (Machine.cpp)
  bool step(int q);
  bool tokensAvailable(const isa::Instruction &instruction) const;
  void consumeTokens(int q, const isa::Instruction &instruction);
  void complete(int q, const isa::Instruction &instruction);
  void execute(int q, const isa::Instruction &instruction);
  void reportDeadlock() const;
  void checkOutputs();
  std::string describe(int q) const;
  std::string missing(int q) const; // what the queue waits for

  // Memories (MachineMemory.cpp)
  Region regionOf(int64_t memory, int64_t address, const Box &box, bool write);
  void raise(const Conflict &conflict, int64_t memory);
  std::string memoryName(int64_t memory) const;

  // FIFOs (MachineFifo.cpp)
  /// An operand of the array instruction that comes through a FIFO: its whole tile's buffer addresses, and
  /// where it is.
  struct Pop {
    size_t memory;
    int64_t begin, end;
    FifoEntry *entry;
    bool read;
  };
  /// How many entries the instruction pops from each FIFO.
  std::map<size_t, size_t> fifoOperands(const isa::Conv &conv) const;
  void beginFifoLoad(const isa::Load &load);
  void beginFifoPops(const isa::Conv &conv, Job &job);
  size_t draining(size_t memory) const; // entries that the executing instruction pops
  FifoEntry *fifoEntryOf(Pop &pop, const Region &region);
  uint8_t *fifoPush(size_t memory, int64_t address, const Region &region);
  const uint8_t *fifoTake(size_t memory, int64_t address, const Region &region);

  // What an instruction takes (MachineWork.cpp)
  void account(const isa::Load &load, Job &job, Counts &counts);
  void account(const isa::Store &store, Job &job, Counts &counts);
  void account(const isa::Conv &conv, Job &job, Counts &counts);
  template <typename Transfer> void noteTransfer(const Transfer &transfer, int64_t moved);
  void noteLayer(const isa::Conv &conv);
  void checkArray(const isa::Conv &conv, const ArrayTile &tile, const Mapping &mapping, bool spills);
  void checkProblems(const isa::Conv &conv, const std::vector<std::string> &problems);
  void checkStreams(const isa::Conv &conv, const ArrayWork &work);
  const ArrayWork &denseWork(const isa::Conv &conv, const ArrayTile &tile, const Mapping &mapping,
                             bool spills);
  ArrayWork sparseWork(const isa::Conv &conv, ArrayTile tile, const Mapping &mapping, bool spills);
  void gate(const isa::Conv &conv, Counts &counts);
  template <typename Vector> void accountVector(const Vector &vector, Job &job, Counts &counts);
  void account(const isa::Map &map, Job &job, Counts &counts);
  void account(const isa::Reduce &reduce, Job &job, Counts &counts);
  void account(const isa::Window &window, Job &job, Counts &counts);
  void account(const isa::Permute &permute, Job &job, Counts &counts);
  void account(const isa::Gather &gather, Job &job, Counts &counts);
  void account(const isa::Loop &, Job &, Counts &) {}
  void account(const isa::EndLoop &, Job &, Counts &) {}
  void account(const isa::Sync &, Job &, Counts &) {}
  ArrayTile tileOf(const isa::Conv &conv);
  void touchSpilledPsums(const isa::Conv &conv, const ArrayTile &tile);
  void excludeOverlap(int q, const isa::Instruction &instruction, uint32_t job, Job &made);

  const isa::Program &program;
  const Target &target;
  Limits limits;

  std::vector<Queue> queues;
  std::vector<Token> tokens;
  std::vector<Mapping> mappings;
  std::map<size_t, DrawnZeros> drawnResults, drawnInputs; // by row of the node table, of the tensor table

  struct Dram;
  std::unique_ptr<Dram> dramSpace;
  struct FreePages {
    void operator()(int64_t *values) const { std::free(values); }
  };
  struct Sram {
    std::vector<uint8_t> bytes;
    std::unique_ptr<Shadow> shadow;
    std::unique_ptr<Fifo> fifo;                       // of a FIFO, which has neither bytes nor shadow
    std::unique_ptr<int64_t[], FreePages> exactPsums; // by byte address; made when first needed
  };
  std::vector<Sram> memories;

  // The instruction that executes now.
  int currentQueue = 0;
  size_t currentNode = 0; // row of the node table; its size for none
  Accessor accessor;
  Touched touched;
  isa::Codec codec = isa::Codec::Raw;     // of the transfer that executes
  bool movesSegments = false;             // the transfer that executes
  std::unique_ptr<SparseTile> sparseTile; // of an array instruction, on a target that minds zeros
  FifoEntry *pushing = nullptr;
  std::vector<Pop> popping;

  std::vector<Job> allJobs;
  std::vector<Counts> nodeCounts;
  std::vector<NodeWork> nodeWork;
  std::map<std::pair<int64_t, std::vector<int64_t>>, ArrayWork> walks;
  std::unique_ptr<StepCheck> stepCheck;
  int64_t executed = 0, operations = 0, overflows = 0;
  // On a target without overlap: the last jobs that exclude each other.
  uint32_t lastArrayJob = noJob, lastLoadJob = noJob, lastStoreJob = noJob;
};

/// A row of the program's mapping table; throws Error on a dimension that is none.
Mapping mappingOf(const isa::MappingRow &row);

} // namespace dnnc::sim

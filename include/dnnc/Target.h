// The typed hardware description. One YAML file in targets/ describes a machine; the compiler, the simulator
// and the documentation read this structure and nothing else. No MLIR or LLVM in here.
#pragma once

#include "dnnc/ElementType.h"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dnnc {

/// What a buffer on chip holds. A memory lists the operands that may live in it.
enum class Operand : uint8_t { Ifmap, Weight, Param, Psum, Ofmap, Vector };
inline constexpr std::array<std::string_view, 6> operandNames = {"ifmap", "weight", "param",
                                                                 "psum",  "ofmap",  "vector"};

struct Memory {
  enum class Kind : uint8_t { Sram, Fifo };
  std::string name;
  Kind kind = Kind::Sram;
  std::vector<Operand> holds;
  /// Bytes of one instance. A memory per cluster has clusters × bytes, addressed as one range striped over
  /// clusters.
  int64_t bytes = 0;
  bool perCluster = false;
  int64_t banks = 1;
  /// Bytes the memory can deliver and accept in a cycle, all instances together.
  int64_t readBytesPerCycle = 0;
  int64_t writeBytesPerCycle = 0;
  double readPj = 0;  // per byte
  double writePj = 0; // per byte
  /// Loads into it overlap array passes even where overlapTransfers is false (eyeriss-v1's filters).
  bool prefetch = false;
};

/// Where the columns of an operand in csc end, beside its spad; the first one begins at its first word.
struct AddressSpad {
  int64_t words = 0; // one for each column that a PE has room for; 0: any number, and their energy is not counted
  double readPj = 0, writePj = 0; // per word
};

struct Spad {
  int64_t words = 0;           // per PE, of one pass
  int64_t bits = 8;            // of a word; a wider element takes several words
  bool doubleBuffered = false; // a second set of as many words for another pass while this one computes
  double readPj = 0;           // per word
  double writePj = 0;          // per word
  bool streams = false;        // words are replaced one by one while a pass computes, without a second set
  bool slides = false;         // ifmap only: what the next pass needs of this one's window stays in the PE
  AddressSpad address = {};    // ifmap and weights only
};

/// What a PE switches off where the ifmap element is the zero point. Gating saves energy, never time.
struct ZeroGating {
  bool mac = false;        // the multiplier
  bool weightSpad = false; // the read of the weight
  bool psumSpad = false;   // the read and write of the psum
  double macPj = 0;        // of a gated MAC
  bool any() const { return mac || weightSpad || psumSpad; }
};

/// Products that take no cycle: those with a zero of an operand that is skipped. Zero is the zero point;
/// padding is one of the ifmap.
struct Skipping {
  enum class Macs : uint8_t {
    Independent, // each multiplier of a PE goes through its own share
    Lockstep     // all of them take the weights of a column (one c, r, s) together, for one ifmap element
  };
  /// Groups of one input and one output channel.
  struct Depthwise {
    int64_t macs = 0;  // multipliers of a PE that work on them; 0: all
    bool ifmap = true; // whether zeros of the ifmap are skipped there too
  };
  bool ifmap = false, weight = false;
  Macs macs = Macs::Independent;
  bool placesFilters = false; // results of a filter go to the channel that its parameter record names
  Depthwise depthwise;
  bool any() const { return ifmap || weight; }
};

/// How the words of an operand travel to the PEs and stand in their spads.
enum class NocFormat : uint8_t {
  Dense,
  Csc,    // non-zeros with the number of zeros before each, and an address for each column
  Bitmask // non-zeros, and a bit for each element
};

/// The network between the on-chip memories and the PEs, per operand.
struct NocPort {
  int64_t bytesPerCycle = 0;
  bool multicast = true; // a word read once reaches every PE that needs it
  double hopPj = 0;      // per byte and hop
  NocFormat format = NocFormat::Dense;
};

struct Array {
  int64_t clusterRows = 1, clusterColumns = 1, peRows = 1, peColumns = 1;
  int64_t macsPerPe = 1;
  int64_t pipelineDepth = 1; // cycles from the last operand's arrival to its psum
  /// MACs a multiplier does in a cycle, by ifmap type; a type that is absent does not run on the array.
  std::map<ElementType, double> macRate;
  std::map<ElementType, double> macPj;
  ZeroGating zeroGating;
  Skipping skipping;
  /// Every accumulation reads its first psums (the biases) from the psum memory, as all later passes do.
  bool psumsStartInMemory = false;
  /// A ramp-up fills the weights, then the first ifmap window; otherwise both at once.
  bool fillsInTurn = false;
  /// What comes to the PEs and leaves them takes no time, so that the PEs alone are measured.
  bool unlimitedDelivery = false;
  Spad ifmapSpad, weightSpad, psumSpad;
  NocPort ifmapNoc, weightNoc, psumNoc;
  int64_t pes() const { return clusterRows * clusterColumns * peRows * peColumns; }
  int64_t macs() const { return pes() * macsPerPe; }
  /// Whether time or traffic depend on the zeros of the data.
  bool mindsZeros() const {
    return skipping.any() || ifmapNoc.format != NocFormat::Dense || weightNoc.format != NocFormat::Dense;
  }
};

struct VectorUnit {
  int64_t lanes = 1;
  int64_t pipelineSteps =
      16; // lane program steps a lane completes in a cycle; longer programs take several cycles
  int64_t specialFunctionCycles =
      1; // extra cycles of exp, log, erf, pow, tanh, division, square root, together per element
  int64_t portBytesPerCycle = 32; // to and from the on-chip memories
  double stepPj = 0;              // per step and element
};

/// Formats in which tensors may stand in DRAM beside raw.
struct Codecs {
  bool rlc = false, csc = false, bitmask = false, nm = false;
  bool any() const { return rlc || csc || bitmask || nm; }
};

struct Dram {
  int64_t bytes = 0;      // capacity
  double bandwidth = 0;   // GB/s (1e9 bytes)
  int64_t latency = 0;    // core cycles of a transfer before its first byte
  int64_t burstBytes = 1; // every contiguous run moves whole bursts
  double pj = 0;          // per byte
  /// What the DMA encodes and decodes, of feature maps and constants.
  Codecs codecs;
  double codecPj = 0; // per byte of encoded data
};

struct Target {
  std::string name;
  std::string description;
  double clockMhz = 0;
  Dram dram;
  std::vector<Memory> memories; // on-chip; the ISA names them by index
  Array array;
  VectorUnit vector;
  /// Whether array passes overlap loads and stores (edge) or not (eyeriss-v1).
  bool overlapTransfers = true;
  double leakageMw = 0;
  double clockNetworkPj = 0; // per cycle
  std::optional<double> powerBudgetMw;

  double dramBytesPerCycle() const { return dram.bandwidth * 1e3 / clockMhz; }
  int64_t clusters() const { return array.clusterRows * array.clusterColumns; }
  /// Bytes of memory `index` over all its instances.
  int64_t memoryBytes(size_t index) const {
    return memories[index].bytes * (memories[index].perCluster ? clusters() : 1);
  }
  /// The first memory that may hold the operand, if any.
  std::optional<size_t> memoryFor(Operand operand) const;

  /// The same machine without what profits from zeros: codecs, compressed NoCs, skipping, gating.
  Target dense() const;
  /// The whole description as YAML, as the program carries it. parse(toYaml()) gives the same target.
  std::string toYaml() const;
  /// Reads a description. Throws dnnc::Error with FILE:LINE:COLUMN of every problem, one a line.
  static Target parse(std::string_view yaml, const std::string &fileName);
  /// A shipped target by name, or a YAML file by path; with ":dense" behind it dense() of that. Throws dnnc::Error.
  static Target load(const std::string &nameOrFile);
  /// The names of the shipped targets, sorted.
  static std::vector<std::string> shipped();
  /// Sets one numeric field by its path in the YAML, as in "dram.bandwidth=25.6" or
  /// "memories.glb.bytes=65536".
  void set(std::string_view assignment);
};

} // namespace dnnc

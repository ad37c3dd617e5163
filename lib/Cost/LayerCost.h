// The compiler's closed-form estimate of a whole layer: one convolution or matrix product whose tiles pass
// through the on-chip memories. Passes and tiles are put into classes that cost the same, each worked out once; the loads,
// array instructions and stores of the tiles are played one after the other (LayerTimeline). No data are looked at.
#pragma once

#include "lib/Cost/SentShare.h"

#include <memory>
#include <string>
#include <string_view>

namespace dnnc::cost {

/// A convolution (in DRAM: ifmap N×GC×H×W, weights GM×C×R×S, ofmap N×GM×P×Q) or, with `matmul`, a matrix
/// product (G×Q×C times G×C×M is G×Q×M; N = P = R = S = 1).
struct Layer {
  Extents extents{};
  std::array<int64_t, 2> strides = {1, 1}, dilations = {1, 1},
                         pads = {0, 0};  ///< pads at the top and at the left
  std::array<int64_t, 2> ifmap = {1, 1}; ///< H and W; of a matmul 1 and Q
  ElementType type = ElementType::I8, outputType = ElementType::I8;
  bool hasParams = false; ///< bias and requantization records of 16 bytes a channel
  bool hasTable = false;  ///< 256 entries of the output type
  bool matmul = false, transposeIfmap = false, transposeWeight = false;
  /// Feature maps that stand encoded in DRAM: expected bytes moved over the raw bytes; 1 is raw.
  double ifmapEncoded = 1, ofmapEncoded = 1;
  double weightEncoded = 1; ///< the same of weights
  /// Share of the MACs on elements of the ifmap (not on padding) that are the zero point. Of interest where
  /// the target gates them.
  double gatedMacs = 0;
  Densities densities; ///< of interest where the target skips zeros
  /// What PEs hold of the weights where these are known and their spad holds them compressed; null elsewhere.
  std::shared_ptr<const WeightShares> weightShares;

  int64_t macs() const;
  /// MACs on padding, which reads no ifmap.
  int64_t paddingMacs() const;
  /// MACs whose ifmap element is padding or the zero point.
  int64_t zeroMacs() const;
};

/// MACs that are done where the target skips zeros, and as many of them as have a zero of the ifmap.
int64_t effectualMacs(const Layer &layer, const Sent &sent, const Array &array);
int64_t effectualZeroMacs(const Layer &layer, const Sent &sent, const Array &array);

struct LayerMapping {
  Extents tile{};         ///< what is on chip at a time; R and S whole
  std::vector<int> order; ///< loops over tiles, outermost first: those of N, G, M, P, Q with more than one
                          ///< tile. C is innermost.
  ArrayMapping array;
};

/// Actions of a layer, in the words of the statistics: bytes, words and bytes × hops.
struct LayerCounts {
  struct Traffic {
    int64_t read = 0, written = 0;           ///< all of it
    int64_t arrayRead = 0, arrayWritten = 0; ///< of that, between the memory and the array
  };
  int64_t dramRead = 0, dramWritten = 0; ///< whole bursts
  int64_t encodedBytes = 0;              ///< through the codec, both ways
  int64_t decodedBytes = 0;              ///< of them, those loaded
  std::vector<Traffic> memories;         ///< by memory of the target
  int64_t macs = 0, gatedMacs = 0;       ///< gated ones are not among macs
  int64_t ifmapSpadRead = 0, ifmapSpadWritten = 0, weightSpadRead = 0, weightSpadWritten = 0,
          psumSpadRead = 0, psumSpadWritten = 0;
  int64_t ifmapAddressRead = 0, ifmapAddressWritten = 0, weightAddressRead = 0, weightAddressWritten = 0;
  int64_t ifmapHops = 0, weightHops = 0, psumHops = 0;
};

/// pJ
struct EnergyTerms {
  double mac = 0, spad = 0, noc = 0, glb = 0, dram = 0, codec = 0, leakage = 0, clock = 0;
  double total() const { return mac + spad + noc + glb + dram + codec + leakage + clock; }
};

/// The limits that no mapping can pass (design: hardware.md, "Limits").
struct LayerLimits {
  double cycles = 0, dramBytes = 0, energyPj = 0;
};

/// The queue that the layer's time follows.
enum class Bottleneck : uint8_t { Array, Load, Store, Dram };
inline constexpr std::array<std::string_view, 4> bottleneckNames = {"array", "loads", "stores",
                                                                    "DRAM bandwidth"};

/// What loads or stores are busy with: the way to DRAM, and then the slower of its bandwidth and the port of
/// the memory on chip.
enum class TransferTerm : uint8_t { Latency, Bandwidth, Port };
inline constexpr size_t transferTerms = 3;

struct LayerEstimate {
  double cycles = 0;
  double arrayCycles = 0, loadCycles = 0,
         storeCycles = 0; ///< busy cycles of the queues, loads and stores each with the whole bandwidth
  std::array<double, cycleTerms> arrayCyclesBy{}; ///< of the array's busy cycles
  std::array<double, transferTerms> loadCyclesBy{}, storeCyclesBy{};
  int loadPort =
      -1; ///< the memory whose write port holds loads up longest; none where DRAM is slower for all
  Bottleneck bottleneck = Bottleneck::Array;
  int64_t tiles = 0; ///< array instructions
  int64_t passes = 0;
  int64_t activePes = 0;
  double utilization = 0; ///< MACs over what the multipliers could do in the cycles
  LayerCounts counts;
  EnergyTerms energy;
  LayerLimits limits;
};

/// The layer alone on the machine, as the compiler schedules it. The mapping has to be legal: no check is
/// made here.
LayerEstimate estimateLayer(const Layer &layer, const LayerMapping &mapping, const Target &target);

LayerLimits limitsOf(const Layer &layer, const Target &target);

/// Energy of counted actions and of the time they took.
EnergyTerms energyOf(const LayerCounts &counts, double cycles, ElementType type, const Target &target);

/// Bytes that tiles take in each memory of the target, as the compiler allocates them (rings of two where
/// transfers overlap the array; outputs in place of psums where both have the same size). FIFOs take none.
std::vector<int64_t> footprint(const Layer &layer, const LayerMapping &mapping, const Target &target);

/// DRAM bytes of any loop order over tiles of this size are at least these: every different box once, in
/// whole bursts.
int64_t dramBytesLowerBound(const Layer &layer, const Extents &tile, const Target &target);
/// DRAM bytes under these tiles and this order, exactly; far cheaper than the whole estimate.
int64_t dramBytes(const Layer &layer, const Extents &tile, const std::vector<int> &order,
                  const Target &target);
/// Energy of any mapping is at least this: MACs, their spad accesses, and all operands once through the
/// hierarchy.
double energyLowerBound(const Layer &layer, const Target &target);

} // namespace dnnc::cost

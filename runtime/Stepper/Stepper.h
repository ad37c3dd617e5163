// The slow model of the PE array: it executes one array instruction word by word and cycle by cycle, with
// real data in real spads.
//
// It exists to check the simulator, which computes values with fast kernels and counts by walking over
// passes. So it shares no code with either, nor with the compiler's estimate; only the target description.
#pragma once

#include "dnnc/Target.h"

#include <array>
#include <cstdint>
#include <vector>

namespace dnnc::stepper {

/// The loop dimensions of a convolution or matrix product. M and C count within a group.
enum Dim : int { N, G, M, C, P, Q, R, S };
inline constexpr int dimCount = 8;
using Extents = std::array<int64_t, dimCount>;

struct Factor {
  int dim;
  int64_t count;
};

struct Mapping {
  std::vector<Factor> passes; // outermost first
  std::vector<Factor> clusterRows, clusterColumns, peRows, peColumns, macs;
  std::vector<Factor> spad;
};

/// An integer, or the bits of a float64 where the instruction multiplies floats.
using Value = int64_t;

/// One tile, with its data. Values are less their zero points.
struct Instruction {
  Extents extents{};
  int64_t strideH = 1, strideW = 1, dilationH = 1, dilationW = 1;
  /// The ifmap coordinate of (p, r) = (0, 0) and of (q, s) = (0, 0). Outside [0, ifmapH) × [0, ifmapW) there
  /// is padding: zeros that nobody delivers.
  int64_t originH = 0, originW = 0, ifmapH = 1, ifmapW = 1;
  bool first = true;      // psums start from biases, not from psums of an earlier instruction
  bool last = true;       // finished psums leave through the output path
  bool depthwise = false; // groups of one input and one output channel
  bool hasParams = false, hasTable = false;
  ElementType ifmapType = ElementType::I8, weightType = ElementType::I8, outputType = ElementType::I8;
  int ifmapMemory = 0, weightMemory = 0, paramMemory = 0, tableMemory = 0, psumMemory = 0, outputMemory = 0;

  std::vector<Value> ifmap; // [N][G][C][ifmapRows][ifmapColumns], from coordinate (ifmapRow, ifmapColumn)
  int64_t ifmapRow = 0, ifmapColumn = 0, ifmapRows = 0, ifmapColumns = 0;
  std::vector<Value> weight; // [G][M][C][R][S]
  std::vector<Value> start;  // [N][G][M][P][Q]: biases, or the psums so far
};

/// What was counted while stepping. Bytes unless said otherwise.
struct Work {
  int64_t cycles = 0;
  int64_t passes = 0;
  int64_t activePes = 0; // the most in a pass
  int64_t macs = 0;      // done, with those of zeros that are not skipped
  int64_t zeroMacs = 0;  // of these, whose ifmap element is zero
  int64_t skippedMacs = 0;
  int64_t ifmapRead = 0, weightRead = 0, paramRead = 0, tableRead = 0;
  int64_t psumRead = 0, psumWritten = 0, outputWritten = 0;
  int64_t ifmapSpadRead = 0, ifmapSpadWritten = 0;     // words
  int64_t weightSpadRead = 0, weightSpadWritten = 0;   // words; gated reads left out
  int64_t ifmapAddressRead = 0, ifmapAddressWritten = 0, weightAddressRead = 0, weightAddressWritten = 0; // words
  int64_t psumSpadRead = 0, psumSpadWritten = 0;       // words; gated ones left out
  int64_t ifmapHops = 0, weightHops = 0, psumHops = 0; // bytes × hops
  int64_t ifmapFetched = 0, ifmapDifferent = 0, weightFetched = 0, weightDifferent = 0; // elements
  /// Psums that were wanted again before they had arrived in their memory. The model of the machine gives the
  /// way there no time between passes, so they are forwarded; and the cycles by which some arrived after the
  /// end.
  int64_t forwardedPsums = 0, forwardedCycles = 0;
};

struct Result {
  Work work;
  std::vector<Value> psums; // [N][G][M][P][Q], as they left the array
};

/// Steps the instruction to its end. Throws Error when a spad overflows, a word is not where a PE reads it,
/// or the mapping asks for PEs that the target does not have.
Result step(const Instruction &instruction, const Mapping &mapping, const Target &target);

} // namespace dnnc::stepper

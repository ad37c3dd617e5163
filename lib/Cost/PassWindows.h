// How many ifmap coordinates of one axis the array passes of a tile need.
#pragma once

#include "lib/Cost/ArrayCost.h"

namespace dnnc::cost {

/// Coordinates along one axis.
struct Window {
  int64_t different = -1; ///< in all of a pass
  int64_t byNode = 0;     ///< summed over the nodes of the mesh
  int64_t byPe = 0;       ///< summed over the PEs
};

/// One ifmap axis: outputs (P or Q) in blocks, each under taps (R or S) in blocks. Windows of output blocks
/// that lie well inside the ifmap are alike and worked out once.
class PassWindows {
public:
  /// Elements of a dimension in a pass, in a node of the mesh and in a PE.
  struct Blocking {
    int64_t extent, inPass, inNode, inPe;
    int64_t blocks() const { return (extent + inPass - 1) / inPass; }
  };

  /// `known` is room to work in, kept from one tile to the next.
  PassWindows(const Blocking &outputs, const Blocking &taps, int64_t origin, int64_t step, int64_t hop,
              int64_t limit, std::vector<Window> &known);

  /// The blocks [insideBegin, insideEnd) of outputs are whole and inside the ifmap under all taps.
  int64_t insideBegin, insideEnd;

  const Window &at(int64_t outputBlock, int64_t tapBlock);
  /// What `at` has beyond the output block before, which is whole and has no part of the outputs' dimension
  /// elsewhere.
  const Window &afterPrevious(int64_t outputBlock, int64_t tapBlock);
  int64_t differentInTile() const;

private:
  int64_t kindOf(int64_t outputBlock) const;
  int64_t different(int64_t firstOutput, int64_t count, int64_t firstTap, int64_t tapCount) const {
    return differentCoordinates(origin + firstOutput * step + firstTap * hop, count, step, tapCount, hop,
                                limit);
  }
  int64_t sumOverParts(int64_t firstOutput, int64_t count, int64_t outputPart, int64_t firstTap,
                       int64_t tapCount, int64_t tapPart) const;
  int64_t newOverParts(int64_t firstOutput, int64_t count, int64_t firstTap, int64_t tapCount,
                       int64_t tapPart) const;

  Blocking outputs, taps;
  int64_t origin, step, hop, limit;
  int64_t tapBlocks, kinds;
  std::vector<Window> &known;
};

} // namespace dnnc::cost

// The search within tiles of one size: unrollings, spad factors and pass orders.
#pragma once

#include "lib/Mapping/SearchState.h"
#include "lib/Mapping/TileTimeline.h"

namespace dnnc::mapping {

/// Tiles of one size under the loop orders over them, which share all array mappings.
struct TileGroup {
  struct Way {
    TileTerms terms;
    std::unique_ptr<TileTimeline> timeline;
    const TileTimeline::Envelope *envelope = nullptr;
    std::optional<bool> spillsFit;
  };
  cost::Extents tile;
  std::vector<Way> ways; ///< those that do not fit on chip are taken out when they are tightened
  bool tight = false;
};

class TileSearch {
public:
  explicit TileSearch(SearchState &state);

  /// How much of a tile is tried: a few mappings for a first answer, a share, or all.
  enum class Effort : uint8_t { Seed, Share, All };
  /// Returns whether all mappings were looked at or ruled out.
  bool explore(TileGroup &group, Effort effort);

private:
  /// A mapping of the tile, as indices into lists that the search keeps.
  struct Node {
    double value;
    ArrayBound array;
    uint32_t unrolling, number; ///< the number keeps the order of equals fixed
    std::array<int32_t, cost::loopDims> spad;
    const PassOrder *order;
  };

  /// Spad factors of a dimension, and the least of each term over them.
  struct Factors {
    std::vector<DimTerms> list;
    DimTerms least;
  };
  struct PassOrders {
    std::vector<PassOrder> list;
    size_t hopeful = 0; ///< the last one that was of use
  };

  bool prepare(TileGroup &group);
  double mostSteps() const;
  void listUnrollings();
  bool worthwhile(const Unrolling &unrolling) const;
  void settle();
  void evaluate(const Node &node);
  std::optional<Bound> best(const ArrayBound &array) const;

  // FactorSearch.cpp
  void expand(size_t index);
  const Factors &factorsOf(const Unrolling &unrolling, int dim);
  void addOrders(size_t index, const DimChoice &chosen, const WindowTerms &rows, const WindowTerms &columns);
  bool acceptsAny(const Unrolling &unrolling, const DimChoice &chosen, const WindowTerms &rows,
                  const WindowTerms &columns);
  PassOrders &passOrders(const DimChoice &chosen, const Unrolling &unrolling, unsigned kept);
  bool spillsFit(TileGroup::Way &way);

  SearchState &state;
  const MappingProblem &problem;
  const cost::Layer &layer;
  const Target &target;
  const Array &array;
  std::vector<std::unique_ptr<PassOrders>> knownOrders;

  // Of the tile that is explored.
  Effort effort = Effort::All;
  TileGroup *group = nullptr;
  std::vector<TileGroup::Way *> ways; ///< that may hold something better
  MappingProblem partProblem;
  std::optional<MappingBounds> part; ///< of the common instruction alone, where not all are alike
  std::optional<TileTerms> partTerms;
  MappingBounds *view = nullptr; ///< the bounds in use: `part` (`ofPart`), or those of the layer
  bool ofPart = false;
  const TileTerms *terms = nullptr;
  double mostArray = 0; ///< cycles of what `view` bounds
  std::vector<Unrolling> unrollings;
  std::unordered_map<uint64_t, Factors> knownFactors;
  std::vector<Node> nodes;
  bool leftOut = false; ///< mappings that the effort did not come to
};

} // namespace dnnc::mapping

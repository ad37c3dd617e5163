// The PE array's time and counted actions for one tile on a target for which zeros matter: a walk over all
// passes in order, with the tile's data. Where data do not matter, walkArray() is the walk.
#pragma once

#include "runtime/Simulator/SparseSizes.h"
#include "runtime/Simulator/SparseWork.h"

namespace dnnc::sim {

/// What a tile's data are to an array instruction.
class SparseTile {
public:
  /// Of a tile and mapping that checkSpreads() has nothing against. Throws Error when the tile has more
  /// elements, or needs more counts, than any sane one.
  SparseTile(const ConvTile &data, const Mapping &mapping, const ArrayTile &tile, const Target &target);
  SparseTile(const SparseTile &) = delete;

  const Density &density() const { return operands.density; }
  /// Whether nothing is skipped and nothing compressed: then walkArray() is the walk.
  bool isDense() const { return !skips.any() && !sizes.ifmapCompressed() && !sizes.weightCompressed(); }
  /// Which zeros take no step: those the target skips, of an operand that is not sent raw instead of
  /// compressed.
  SkippedZeros skipped() const { return skips; }
  /// The same, where that may change a sum: where a skipped zero may meet an infinity or NaN.
  SkippedZeros skippedOfNonFinite() const;
  /// Words of weights in the PE that has most, where they are sent compressed; 0 where they are not.
  int64_t fullestWeights() const { return sizes.fullestWeights(); }

  /// Words that a weight takes in a spad, as it is sent.
  int64_t weightWords() const { return sizes.weightWords(); }

  /// As walkArray(), of a tile and mapping that checkMapping() has nothing against; throws Error when there
  /// are more than `limit` passes, all counted. ArrayWork::macs are those that are done.
  ArrayWork walk(int64_t limit = 1 << 24) const;
  /// MACs that are not done.
  int64_t skippedMacs() const;
  /// Those done whose ifmap element is zero.
  int64_t zeroIfmapMacs() const { return work.zeroIfmapMacs(); }

private:
  const Mapping &mapping;
  ArrayTile tile;
  const Target &target;
  const SparseOperands operands;
  const SparseSizes sizes;
  const SkippedZeros skips;
  const SparseWork work;
};

} // namespace dnnc::sim

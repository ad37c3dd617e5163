// Which tiles of a group's output are computed at a time: a search that knows nothing of IR.
#pragma once

#include "dnnc/Target.h"

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace dnnc::mapping {

/// A dimension of an operand as a function of the output box, as acc::DimAccess has it.
struct OperandDim {
  enum class Kind { Full, Affine, Reduction, Group } kind = Kind::Full;
  int64_t size = 1; ///< of the whole tensor
  int outDim = -1;
  int64_t stride = 1, offset = 0, span = 1;
  int reduction = -1;
  int64_t outPerGroup = 1, inPerGroup = 1;
};

struct TileOperand {
  Operand role;
  int64_t elementBytes;
  std::vector<OperandDim> dims;
  bool stays = false; ///< made on chip by an op of the group: takes room, no traffic
};

/// Sizes of a tile, as acc::TilingAttr has them.
struct Tiling {
  std::vector<int64_t> sizes, order, reduction;
};

/// What one tiling costs, estimated.
struct TilingCost {
  double cycles;
  double dramBytes;
};

class TileProblem {
public:
  const Target *target;
  std::vector<int64_t> shape;      ///< of the group's output
  std::vector<int64_t> reductions; ///< sizes of the reduction loops
  std::vector<TileOperand> operands;
  int64_t outputBytes = 1;
  Operand outputRole = Operand::Ofmap;
  int64_t partialBytes = 4; ///< of a partial result, where a reduction is tiled
  Operand partialRole = Operand::Psum;
  int64_t channelsPerGroup = 0; ///< output channels (dimension 1) of a group of a grouped convolution; 0 for none
  std::vector<bool> fixedToOne; ///< output dimensions that are always tiled by 1
  /// Estimated cycles of computing one tile.
  std::function<double(const std::vector<int64_t> &sizes, const std::vector<int64_t> &reduction)> computeCycles;

  /// Bytes that the tiling takes in each memory of the target.
  std::vector<int64_t> footprint(const Tiling &tiling) const;
  /// Why the tiling is illegal; empty when it is legal.
  std::vector<std::string> verify(const Tiling &tiling) const;
  TilingCost evaluate(const Tiling &tiling) const;
  /// The tiling of least estimated cycles (then DRAM bytes) among the candidates looked at; none when nothing fits.
  std::optional<Tiling> choose() const;

private:
  std::vector<int64_t> operandBox(const TileOperand &operand, const Tiling &tiling) const;
  std::vector<std::vector<int64_t>> orders() const;
  std::vector<int64_t> candidates(size_t dim, size_t most) const;
};

} // namespace dnnc::mapping

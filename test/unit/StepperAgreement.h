// A tile with data on the machine that steps every PE and in the simulator: what both compute and count.
#pragma once

#include "runtime/Simulator/SparseWalk.h"
#include "runtime/Simulator/kernels/ConvTile.h"
#include "runtime/Simulator/kernels/ZeroMacs.h"
#include "runtime/Stepper/Stepper.h"
#include "test/unit/StepperCases.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <bit>
#include <cstring>
#include <optional>

namespace dnnc::stepper_test {

inline std::string text(const std::vector<Factor> &factors) {
  std::vector<std::string> parts;
  for (const Factor &factor : factors)
    parts.push_back(fmt::format("{}{}", sim::dimNames[static_cast<size_t>(factor.dim)], factor.count));
  return fmt::format("[{}]", fmt::join(parts, " "));
}

inline std::string text(const Mapping &mapping) {
  return fmt::format("passes {} clusters {} x {} PEs {} x {} macs {} spad {}", text(mapping.passes),
                     text(mapping.clusterRows), text(mapping.clusterColumns), text(mapping.peRows),
                     text(mapping.peColumns), text(mapping.macs), text(mapping.spad));
}

inline stepper::Mapping copyOf(const Mapping &mapping) {
  auto factors = [](const std::vector<Factor> &list) {
    std::vector<stepper::Factor> copy;
    for (const Factor &factor : list)
      copy.push_back({factor.dim, factor.count});
    return copy;
  };
  return {.passes = factors(mapping.passes),
          .clusterRows = factors(mapping.clusterRows),
          .clusterColumns = factors(mapping.clusterColumns),
          .peRows = factors(mapping.peRows),
          .peColumns = factors(mapping.peColumns),
          .macs = factors(mapping.macs),
          .spad = factors(mapping.spad)};
}

/// Shares of elements that are not zero.
struct Densities {
  double ifmap = 1, weight = 1;
};

/// A tile with data for both models. Values are small integers, so that sums of floats are exact in any
/// order.
struct Data {
  stepper::Instruction instruction;
  std::vector<uint8_t> ifmap, weight, params, psums; // as the kernel takes them
  sim::ConvTile kernel;

  /// Without densities some of the ifmap is zero, and few of the weights.
  Data(Draw &draw, const ArrayTile &tile, std::optional<Densities> densities = std::nullopt) {
    const Extents &e = tile.extents;
    instruction.extents = e;
    instruction.strideH = tile.strideH, instruction.strideW = tile.strideW;
    instruction.dilationH = tile.dilationH, instruction.dilationW = tile.dilationW;
    instruction.originH = tile.originH, instruction.originW = tile.originW;
    instruction.ifmapH = tile.ifmapH, instruction.ifmapW = tile.ifmapW;
    instruction.first = tile.first, instruction.last = tile.last;
    instruction.depthwise = tile.depthwise;
    instruction.hasParams = tile.hasParams, instruction.hasTable = tile.hasTable;
    instruction.ifmapType = tile.ifmapType, instruction.weightType = tile.weightType;
    instruction.outputType = tile.outputType;
    instruction.ifmapMemory = tile.ifmapMemory, instruction.weightMemory = tile.weightMemory;
    instruction.paramMemory = tile.paramMemory, instruction.tableMemory = tile.tableMemory;
    instruction.psumMemory = tile.psumMemory, instruction.outputMemory = tile.outputMemory;
    instruction.ifmapRows = tile.ifmapH, instruction.ifmapColumns = tile.ifmapW;

    bool isFloat = tile.ifmapType == ElementType::F32;
    bool isUnsigned = tile.ifmapType == ElementType::U8;
    int64_t limit = tile.ifmapType == ElementType::I16 ? 30000 : isFloat ? 8 : 100;
    int64_t zeroPoint = isFloat ? 0 : draw.between(isUnsigned ? 100 : -20, isUnsigned ? 140 : 20);
    int64_t bytes = bytesOf(tile.ifmapType);
    auto store = [&](std::vector<uint8_t> &to, int64_t value, int64_t size, bool asFloat) {
      float number = static_cast<float>(value);
      size_t end = to.size();
      to.resize(end + static_cast<size_t>(size));
      std::memcpy(to.data() + end, asFloat ? static_cast<const void *>(&number) : &value,
                  static_cast<size_t>(size));
    };
    auto valueOf = [&](int64_t value) {
      return isFloat ? std::bit_cast<stepper::Value>(static_cast<double>(value)) : value;
    };
    int64_t zerosIn = draw.between(2, 6), inPlane = tile.ifmapH * tile.ifmapW;
    for (int64_t i = 0; i < e[N] * e[G] * e[C] * inPlane; ++i) {
      if (densities && i % inPlane == 0)
        drawMask(draw, densities->ifmap);
      bool zero = densities ? isMasked(draw) : draw.oneIn(zerosIn);
      int64_t value = zero ? 0 : draw.between(-limit, limit);
      store(ifmap, value + zeroPoint, bytes, isFloat);
      instruction.ifmap.push_back(valueOf(value));
    }
    std::vector<int64_t> weightZeros(static_cast<size_t>(e[G] * e[M]));
    int64_t inFilter = e[C] * e[R] * e[S];
    for (int64_t i = 0; i < e[G] * e[M] * inFilter; ++i) {
      int64_t &ownZero = weightZeros[static_cast<size_t>(i / inFilter)];
      if (densities && i % inFilter == 0) {
        drawMask(draw, densities->weight);
        ownZero = bytes == 1 ? draw.between(0, 20) : 0;
      }
      int64_t value = densities && isMasked(draw) ? 0 : draw.between(isUnsigned ? 0 : -limit, limit);
      store(weight, value + ownZero, bytes, isFloat);
      instruction.weight.push_back(valueOf(value));
    }
    std::vector<int64_t> biases;
    for (int64_t weightZero : weightZeros) {
      biases.push_back(draw.between(-1000, 1000));
      store(params, biases.back(), 4, isFloat);
      store(params, 0, 4, false);
      store(params, weightZero, 4, false);
      store(params, 0, 4, false);
    }
    cellBytes = tile.ifmapType == ElementType::I16 ? 8 : 4;
    int64_t inChannel = e[P] * e[Q];
    for (int64_t i = 0; i < e[N] * e[G] * e[M] * inChannel; ++i) {
      int64_t value = tile.first ? biases[static_cast<size_t>(i / inChannel % (e[G] * e[M]))]
                                 : draw.between(-100000, 100000);
      store(psums, value, cellBytes, isFloat);
      instruction.start.push_back(valueOf(value));
    }

    kernel.ifmapType = tile.ifmapType, kernel.weightType = tile.weightType;
    kernel.n = e[N], kernel.g = e[G], kernel.m = e[M], kernel.c = e[C];
    kernel.p = e[P], kernel.q = e[Q], kernel.r = e[R], kernel.s = e[S];
    kernel.strideH = tile.strideH, kernel.strideW = tile.strideW;
    kernel.dilationH = tile.dilationH, kernel.dilationW = tile.dilationW;
    kernel.originH = tile.originH, kernel.originW = tile.originW;
    kernel.ifmapH = tile.ifmapH, kernel.ifmapW = tile.ifmapW;
    kernel.ifmapZeroPoint = static_cast<int32_t>(zeroPoint);
    kernel.ifmapStrides = dense({e[N], e[G], e[C], tile.ifmapH, tile.ifmapW}, bytes);
    kernel.weightStrides = dense({e[G], e[M], e[C], e[R], e[S]}, bytes);
    kernel.paramStrideG = e[M] * 16;
    kernel.psumStrides = dense({e[N], e[G], e[M], e[P], e[Q]}, cellBytes);
    kernel.psumCellBytes = cellBytes;
    kernel.ifmap = ifmap.data(), kernel.weight = weight.data(), kernel.params = params.data();
    if (!tile.first)
      kernel.psumIn = psums.data();
    kernel.psumOut = psums.data();
  }

  /// Channels and filters have densities of their own, as those of real layers do.
  void drawMask(Draw &draw, double density) {
    bool isEdge = density <= 0 || density >= 1;
    share = isEdge ? density : std::min(1.0, 2 * density * static_cast<double>(draw.between(0, 1000)) / 1000);
  }
  bool isMasked(Draw &draw) const { return static_cast<double>(draw.between(1, 1000)) > 1000 * share; }

  static std::array<int64_t, 5> dense(std::array<int64_t, 5> extents, int64_t bytes) {
    std::array<int64_t, 5> strides{};
    for (size_t d = 5; d-- > 0; bytes *= extents[d])
      strides[d] = bytes;
    return strides;
  }

  /// What the fast kernel computes.
  std::vector<stepper::Value> computed() {
    sim::convolve(kernel);
    std::vector<stepper::Value> values;
    for (size_t at = 0; at < psums.size(); at += static_cast<size_t>(cellBytes)) {
      int64_t wide = 0;
      int32_t narrow = 0;
      float real = 0;
      if (kernel.isWide())
        std::memcpy(&wide, psums.data() + at, 8);
      else
        std::memcpy(kernel.isFloat() ? static_cast<void *>(&real) : &narrow, psums.data() + at, 4);
      values.push_back(kernel.isWide()    ? wide
                       : kernel.isFloat() ? std::bit_cast<stepper::Value>(static_cast<double>(real))
                                          : narrow);
    }
    return values;
  }

  int64_t cellBytes = 4;
  double share = 1; // of non-zeros in the channel or filter that is drawn
};

/// What the simulator counts of a tile.
struct Walked {
  sim::ArrayWork work;
  int64_t zeroMacs = 0, skippedMacs = 0;

  Walked(const ArrayTile &tile, const Mapping &mapping, const Target &target, const Data &data) {
    if (target.array.mindsZeros()) {
      sim::SparseTile sparse(data.kernel, mapping, tile, target);
      work = sparse.walk();
      zeroMacs = sparse.zeroIfmapMacs();
      skippedMacs = sparse.skippedMacs();
    } else {
      work = sim::walkArray(mapping, tile, target);
      zeroMacs = sim::countZeroMacs(data.kernel);
    }
  }
};

/// Steps and walks a tile; the cycles of both.
inline std::pair<int64_t, int64_t> compare(const ArrayTile &tile, const Mapping &mapping,
                                           const Target &target, Data &data) {
  stepper::Result stepped = stepper::step(data.instruction, copyOf(mapping), target);
  Walked all(tile, mapping, target, data);
  const sim::ArrayWork &walked = all.work;
  const stepper::Work &work = stepped.work;
  EXPECT_EQ(work.passes, walked.passes);
  EXPECT_EQ(work.activePes, walked.activePes);
  EXPECT_EQ(work.macs, walked.macs);
  EXPECT_EQ(work.skippedMacs, all.skippedMacs);
  EXPECT_EQ(work.zeroMacs, all.zeroMacs);
  EXPECT_EQ(work.ifmapRead, walked.ifmapRead);
  EXPECT_EQ(work.weightRead, walked.weightRead);
  EXPECT_EQ(work.paramRead, walked.paramRead);
  EXPECT_EQ(work.tableRead, walked.tableRead);
  EXPECT_EQ(work.psumRead, walked.psumRead);
  EXPECT_EQ(work.psumWritten, walked.psumWritten);
  EXPECT_EQ(work.outputWritten, walked.outputWritten);
  EXPECT_EQ(work.ifmapSpadRead, walked.ifmapSpadRead);
  EXPECT_EQ(work.ifmapSpadWritten, walked.ifmapSpadWritten);
  EXPECT_EQ(work.weightSpadWritten, walked.weightSpadWritten);
  EXPECT_EQ(work.ifmapAddressRead, walked.ifmapAddressRead);
  EXPECT_EQ(work.ifmapAddressWritten, walked.ifmapAddressWritten);
  EXPECT_EQ(work.weightAddressRead, walked.weightAddressRead);
  EXPECT_EQ(work.weightAddressWritten, walked.weightAddressWritten);
  EXPECT_EQ(work.ifmapHops, walked.ifmapHops);
  EXPECT_EQ(work.weightHops, walked.weightHops);
  EXPECT_EQ(work.psumHops, walked.psumHops);
  EXPECT_EQ(work.ifmapFetched, walked.ifmapFetched);
  EXPECT_EQ(work.ifmapDifferent, walked.ifmapDifferent);
  EXPECT_EQ(work.weightFetched, walked.weightFetched);
  EXPECT_EQ(work.weightDifferent, walked.weightDifferent);
  // The walk knows no gating: what it saves of the counts follows from the number of zeros.
  const ZeroGating &gating = target.array.zeroGating;
  int64_t weightWords = walked.macs > 0 ? walked.weightSpadRead / walked.macs : 0; // of an element
  EXPECT_EQ(work.weightSpadRead, walked.weightSpadRead - gating.weightSpad * all.zeroMacs * weightWords);
  EXPECT_EQ(work.psumSpadRead, walked.psumSpadRead - gating.psumSpad * all.zeroMacs);
  EXPECT_EQ(work.psumSpadWritten, walked.psumSpadWritten - gating.psumSpad * all.zeroMacs);
  EXPECT_EQ(stepped.psums, data.computed());
  return {work.cycles, walked.cycles};
}

inline std::string text(const ArrayTile &tile) {
  return fmt::format("{} of {}, strides {} {}, dilations {} {}, origin {} {}, ifmap {} x {}, first {}, last "
                     "{}, params {}, table {}",
                     fmt::join(tile.extents, " "), name(tile.ifmapType), tile.strideH, tile.strideW,
                     tile.dilationH, tile.dilationW, tile.originH, tile.originW, tile.ifmapH, tile.ifmapW,
                     tile.first, tile.last, tile.hasParams, tile.hasTable);
}

/// Cycles by which the two models may differ: 2%, or the four of rounding where passes meet, which are more
/// in the shortest tiles.
inline int64_t allowedDifference(int64_t cycles) { return std::max<int64_t>(cycles / 50, 4); }

inline Target load(const std::string &name) { return Target::load(DNNC_SOURCE_DIR "/" + name); }

} // namespace dnnc::stepper_test

// The loops of a MultiplyBlock over a Lanes policy: Word and Real (vectors of 32-bit integers and of floats),
// broadcast, multiplyPairs (sums + the products of both int16 of each word), and the number of vector
// registers. Included once by each Multiply<Machine>.cpp inside its own target attribute: hence in an unnamed
// namespace.
#pragma once

#include "runtime/Simulator/kernels/MultiplyBlock.h"

#include <algorithm>
#include <cstring>
#include <type_traits>

namespace dnnc::sim {
namespace {

template <typename Vector> [[gnu::always_inline]] inline Vector loadVector(const uint32_t *from) {
  Vector vector;
  std::memcpy(&vector, from, sizeof(Vector));
  return vector;
}

/// `rows` × (`vectors` vectors) sums stay in registers over all taps, in float32 over a group of them.
template <typename Lanes, bool isFloat, int rows, int vectors>
[[gnu::always_inline]] inline void multiplyColumns(const MultiplyBlock &block, int64_t column) {
  using Vector = std::conditional_t<isFloat, typename Lanes::Real, typename Lanes::Word>;
  using Unsigned = uint32_t __attribute__((vector_size(sizeof(Vector))));
  using Sum = std::conditional_t<isFloat, Vector, Unsigned>;
  constexpr int lanes = sizeof(Vector) / 4;
  uint32_t *accumulators = block.accumulators + column;
  const uint32_t *weights = block.weights;
  const uint32_t *ifmap = block.ifmap + column;
  for (int64_t tap = 0; tap < block.taps;) {
    int64_t end = isFloat ? std::min(tap + floatGroup, block.taps) : block.taps;
    Vector sums[rows][vectors] = {};
    for (; tap < end; ++tap, weights += rows) {
      const uint32_t *taps = ifmap + block.offsets[tap];
      Vector x[vectors];
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; ++v)
        x[v] = loadVector<Vector>(taps + v * lanes);
#pragma clang loop unroll(full)
      for (int row = 0; row < rows; ++row) {
        if constexpr (isFloat) {
          float weight;
          std::memcpy(&weight, weights + row, 4);
#pragma clang loop unroll(full)
          for (int v = 0; v < vectors; ++v)
            sums[row][v] += x[v] * weight;
        } else {
          Vector weight = Lanes::broadcast(static_cast<int32_t>(weights[row]));
#pragma clang loop unroll(full)
          for (int v = 0; v < vectors; ++v)
            sums[row][v] = Lanes::multiplyPairs(sums[row][v], x[v], weight);
        }
      }
    }
#pragma clang loop unroll(full)
    for (int row = 0; row < rows; ++row)
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; ++v) {
        uint32_t *words = accumulators + row * block.accumulatorStride + v * lanes;
        // Integers wrap, so they are added without a sign.
        Sum total = loadVector<Sum>(words) + Sum(sums[row][v]);
        std::memcpy(words, &total, sizeof(Sum));
      }
  }
}

template <typename Lanes, bool isFloat, int rows>
[[gnu::always_inline]] inline void multiplyRows(const MultiplyBlock &block) {
  constexpr int64_t lanes = sizeof(typename Lanes::Word) / 4;
  // The sums, one set of columns and a weight (and its product) must fit in the registers.
  constexpr auto fits = [](int vectors) { return rows * vectors + vectors + 2 <= Lanes::registers; };
  int64_t column = 0;
  if constexpr (fits(3))
    for (; column + 3 * lanes <= block.columns; column += 3 * lanes)
      multiplyColumns<Lanes, isFloat, rows, 3>(block, column);
  if constexpr (fits(2))
    for (; column + 2 * lanes <= block.columns; column += 2 * lanes)
      multiplyColumns<Lanes, isFloat, rows, 2>(block, column);
  for (; column < block.columns; column += lanes)
    multiplyColumns<Lanes, isFloat, rows, 1>(block, column);
}

template <typename Lanes, bool isFloat>
[[gnu::always_inline]] inline void multiplyAny(const MultiplyBlock &block) {
  switch (block.rows) {
  case 8:
    return multiplyRows<Lanes, isFloat, 8>(block);
  case 4:
    return multiplyRows<Lanes, isFloat, 4>(block);
  case 2:
    return multiplyRows<Lanes, isFloat, 2>(block);
  default:
    return multiplyRows<Lanes, isFloat, 1>(block);
  }
}

} // namespace
} // namespace dnnc::sim

#include "runtime/Simulator/kernels/SlowestShares.h"

#include "runtime/Simulator/kernels/Multiversion.h"

#include <cstring>

namespace dnnc::sim {
namespace {

constexpr int64_t lanes = ShareProducts::lanes;
template <typename Number> using Vector = Number __attribute__((vector_size(lanes * sizeof(Number))));

template <typename Number> [[gnu::always_inline]] inline Vector<Number> load(const Number *from) {
  Vector<Number> vector;
  std::memcpy(&vector, from, sizeof vector);
  return vector;
}

template <typename V> [[gnu::always_inline]] inline V larger(V a, V b) { return a > b ? a : b; }

template <typename Sum>
[[gnu::always_inline]] inline void slowestIn(const ShareProducts &products, int64_t *to, int64_t step) {
  using Sums = Vector<Sum>;
  auto [channels, rows, columns] = products.shares;
  auto [channelStep, rowStep, columnStep] = products.shareStep;
  for (int64_t filter = 0; filter < products.filters; filter += lanes) {
    Sums most = {};
    for (int64_t position = 0; position < products.positions; ++position) {
      const int32_t *ifmap = products.ifmap + position * products.positionStep;
      for (int64_t c = 0; c < channels; ++c)
        for (int64_t r = 0; r < rows; ++r)
          for (int64_t s = 0; s < columns; ++s) {
            int64_t at = c * channelStep + r * rowStep + s * columnStep;
            const int32_t *weights = products.weights + at * products.filterRow + filter;
            Sums sums = {};
            for (int64_t k = at; k < at + products.inShare; ++k, weights += products.filterRow)
              sums += __builtin_convertvector(load(weights), Sums) * static_cast<Sum>(ifmap[k]);
            most = larger(most, sums);
          }
      // Positions that are not told apart stay in one vector.
      if (step == 0 && position + 1 < products.positions)
        continue;
      int64_t *row = to + position * step + filter;
      auto now = larger(load(row), __builtin_convertvector(most, Vector<int64_t>));
      std::memcpy(row, &now, sizeof now);
      most = Sums{};
    }
  }
}

} // namespace

DNNC_MULTIVERSION void slowestShares(const ShareProducts &products, int64_t *to, int64_t step) {
  slowestIn<int32_t>(products, to, step);
}

DNNC_MULTIVERSION void slowestLongShares(const ShareProducts &products, int64_t *to, int64_t step) {
  slowestIn<int64_t>(products, to, step);
}

} // namespace dnnc::sim

// The set of bytes a box covers, in a form that is quick to walk.
#pragma once

#include "runtime/Simulator/Box.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace dnnc::sim {

/// Contiguous runs of `run` bytes, the first at `begin`, repeated along up to eight outer dimensions with
/// growing positive strides. Broadcast dimensions are gone, negative strides turned round, contiguous
/// dimensions merged: what remains says which bytes are touched, not in which order.
struct Region {
  int64_t begin = 0;
  int64_t run = 0; // bytes; 0 for an empty region
  int rank = 0;
  std::array<Box::Dim, Box::maxRank> outer{}; // innermost first

  /// The region of a box whose range() is known to be representable at this address.
  static Region of(int64_t address, const Box &box);

  bool empty() const { return run == 0; }
  int64_t end() const {
    int64_t last = begin + run;
    for (int d = 0; d < rank; ++d)
      last += (outer[d].extent - 1) * outer[d].stride;
    return last;
  }
  int64_t runs() const {
    int64_t count = 1;
    for (int d = 0; d < rank; ++d)
      count *= outer[d].extent;
    return count;
  }
  /// Bytes of the set; where outer dimensions overlap, at most the whole span.
  int64_t bytes() const { return std::min(runs() * run, end() - begin); }

  /// Calls visit(begin of a run) for every run.
  template <typename Visit> void forEachRun(Visit &&visit) const {
    if (empty())
      return;
    std::array<int64_t, Box::maxRank> index{};
    int64_t at = begin;
    while (true) {
      visit(at);
      int d = 0;
      for (; d < rank; ++d) {
        at += outer[d].stride;
        if (++index[d] < outer[d].extent)
          break;
        at -= outer[d].extent * outer[d].stride;
        index[d] = 0;
      }
      if (d == rank)
        return;
    }
  }
};

} // namespace dnnc::sim

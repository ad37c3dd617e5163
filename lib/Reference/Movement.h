// What the ops that move elements share. Elements in and out have one type (or per-axis parameters that the
// verifier knows to move along), so they move as stored.
#pragma once

#include "lib/Reference/Values.h"

namespace dnnc::reference {

/// Where an element of the result comes from.
struct Origin {
  const Tensor *source;
  int64_t element;
};

/// result[index] = the element at originOf(index).
template <typename OriginOf> Tensor moveElements(const Call &call, OriginOf originOf) {
  Tensor result(call.result.storage, call.shape);
  const int64_t size = bytesOf(result.type);
  uint8_t *out = result.mutableBytes().data();
  forEachIndex(call.shape, [&](ArrayRef<int64_t> index) {
    const Origin origin = originOf(index);
    std::memcpy(out, origin.source->bytes().data() + origin.element * size, size);
    out += size;
  });
  return result;
}

} // namespace dnnc::reference

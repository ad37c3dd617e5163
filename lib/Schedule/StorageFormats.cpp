#include "lib/Schedule/StorageFormats.h"

#include "dialects/Acc/Segments.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace dnnc;
using namespace dnnc::schedule;

bool schedule::hasCodec(const Codecs &codecs, acc::Format format) {
  switch (format) {
  case acc::Format::raw:
    return true;
  case acc::Format::bitmask:
    return codecs.bitmask;
  case acc::Format::rlc:
    return codecs.rlc;
  case acc::Format::csc:
    return codecs.csc;
  case acc::Format::nm:
    return codecs.nm;
  }
  llvm_unreachable("a format without a codec");
}

SmallVector<acc::Format> schedule::activationFormats(const Codecs &codecs, Type elementType) {
  SmallVector<acc::Format> formats;
  int64_t bytes = acc::elementBytes(elementType);
  if (!acc::zeroBits(elementType))
    return formats;
  // In the order of hardware.md's table; where two take as much the first is kept.
  if (codecs.rlc && bytes == 2)
    formats.push_back(acc::Format::rlc);
  if (codecs.csc && bytes == 1)
    formats.push_back(acc::Format::csc);
  if (codecs.bitmask && bytes <= 4)
    formats.push_back(acc::Format::bitmask);
  return formats;
}

acc::StorageAttr schedule::activationStorage(MLIRContext *context, acc::Format format,
                                             ArrayRef<int64_t> segment) {
  if (format != acc::Format::csc || segment.empty())
    return acc::StorageAttr::get(context, format, segment);
  SmallVector<int64_t> order;
  if (segment.size() > 2) {
    order = llvm::to_vector(llvm::seq<int64_t>(0, static_cast<int64_t>(segment.size())));
    order.erase(order.begin() + 1);
    order.push_back(1);
  }
  int64_t column = order.empty() ? segment.back() : segment[1];
  return acc::StorageAttr::get(context, format, segment, order, column, 0, 0, 0);
}

/// Bits of a segment behind its header, by hardware.md, "Compression"; infinity where the format cannot hold
/// so many non-zeros. Of runs too long for a count (rlc above 31, csc above 15) none are expected: near the
/// break-even, and at the density that is assumed of activations, they are rare.
static double payloadBits(const isa::SegmentFormat &format, double elements, double density) {
  const double nonZeros = density * elements, bits = 8 * static_cast<double>(format.elementBytes);
  switch (format.codec) {
  case isa::Codec::Raw:
    return elements * bits;
  case isa::Codec::Rlc:
    return nonZeros * 64 / 3;
  case isa::Codec::Csc:
    return nonZeros * 12 + elements / static_cast<double>(format.column) * std::ceil(std::log2(nonZeros + 1));
  case isa::Codec::Bitmask:
    return elements + nonZeros * bits;
  case isa::Codec::Nm: {
    double m = static_cast<double>(format.m), kept = static_cast<double>(format.n) / m;
    return density > kept ? std::numeric_limits<double>::infinity() : elements * kept * (bits + std::log2(m));
  }
  }
  llvm_unreachable("a codec without a size");
}

int64_t schedule::expectedBytes(acc::StorageAttr storage, Type elementType, double density) {
  isa::SegmentFormat format = acc::segmentFormat(storage, elementType);
  int64_t elements = llvm::product_of(storage.getSegment());
  // Words of rlc need no header.
  bool hasHeader = format.codec != isa::Codec::Raw && format.codec != isa::Codec::Rlc;
  double bits = payloadBits(format, static_cast<double>(elements), density) + (hasHeader ? 32 : 0);
  auto worst = static_cast<double>(isa::worstCaseBytes(format, elements));
  return static_cast<int64_t>(std::min(std::ceil(bits / 8), worst));
}

double schedule::breakEvenDensity(acc::StorageAttr storage, Type elementType) {
  isa::SegmentFormat format = acc::segmentFormat(storage, elementType);
  auto elements = static_cast<double>(llvm::product_of(storage.getSegment()));
  double raw = elements * 8 * static_cast<double>(format.elementBytes);
  if (payloadBits(format, elements, 1) <= raw)
    return 1;
  // More non-zeros take more bits: halving finds the border, exactly where it is a short binary fraction.
  double low = 0, high = 1;
  for (int step = 0; step < 40; ++step) {
    double middle = (low + high) / 2;
    (payloadBits(format, elements, middle) <= raw ? low : high) = middle;
  }
  return low;
}

acc::StorageAttr schedule::storageSaid(acc::GroupOp group, Value tensor) {
  ArrayAttr storages = group.getStorageAttr();
  if (!storages)
    return {};
  if (tensor == group.getResult()) {
    // A file that pins an input says nothing of the result.
    auto pinned = group->getAttrOfType<DictionaryAttr>(storagePinnedAtAttr);
    auto result = cast<acc::StorageAttr>(*std::prev(storages.end()));
    return pinned && !pinned.contains("ofmap") && !acc::isCompressed(result) ? acc::StorageAttr() : result;
  }
  for (auto [input, storage] : llvm::zip(group.getInputs(), storages))
    if (input == tensor && acc::isCompressed(cast<acc::StorageAttr>(storage)))
      return cast<acc::StorageAttr>(storage);
  return {};
}

/// How often a transfer moves each of its boxes: it stands in the innermost loop that they depend on.
static double repeats(const Transfer &transfer, ArrayRef<int64_t> shape) {
  double moves = 1, places = 1;
  for (unsigned loop = 0; loop < transfer.box.depth(); ++loop)
    moves *= static_cast<double>(transfer.loops[loop].trips);
  for (auto [size, offset] : llvm::zip(shape, transfer.box.offsets)) {
    llvm::SmallDenseSet<unsigned> moving;
    offset.walk([&](AffineExpr part) {
      if (auto loop = dyn_cast<AffineDimExpr>(part))
        moving.insert(loop.getPosition());
    });
    for (unsigned loop : moving)
      places *= static_cast<double>(transfer.loops[loop].trips);
  }
  return moves / places;
}

/// Bytes of a box in DRAM, row-major: dimensions that are whole make one run with the one around them.
static int64_t boxBytes(ArrayRef<int64_t> shape, ArrayRef<int64_t> extents, int64_t elementBytes,
                        int64_t burst) {
  int64_t run = elementBytes, runs = 1;
  bool together = true;
  for (size_t d = shape.size(); d-- > 0;) {
    (together ? run : runs) *= extents[d];
    together &= extents[d] == shape[d];
  }
  return runs * isa::roundedUp(run, burst);
}

int64_t schedule::rawBytes(RankedTensorType type, ArrayRef<Transfer> transfers, int64_t burst) {
  double bytes = 0;
  ArrayRef<int64_t> shape = type.getShape();
  int64_t elementBytes = acc::elementBytes(type.getElementType());
  for (const Transfer &transfer : transfers) {
    // The extents that a box has along each dimension, and at how many places: those at the tensor's end are
    // smaller.
    SmallVector<llvm::MapVector<int64_t, int64_t>> places(shape.size());
    for (auto [dim, size] : llvm::enumerate(shape))
      forEachPlace(transfer, static_cast<unsigned>(dim), size, [&, dim = dim](int64_t begin, int64_t end) {
        ++places[dim][end - begin];
        return true;
      });
    SmallVector<int64_t> extents(shape.size());
    auto visit = [&](auto &&self, size_t dim, double boxes) -> void {
      if (dim == shape.size()) {
        bytes += boxes * static_cast<double>(boxBytes(shape, extents, elementBytes, burst));
        return;
      }
      for (auto [extent, times] : places[dim]) {
        extents[dim] = extent;
        self(self, dim + 1, boxes * static_cast<double>(times));
      }
    };
    visit(visit, 0, repeats(transfer, shape));
  }
  return std::llround(bytes);
}

/// How often each element of a tensor is moved by a transfer, on average: halos are moved again.
static double coverage(const Transfer &transfer, ArrayRef<int64_t> shape) {
  double share = repeats(transfer, shape);
  for (auto [dim, size] : llvm::enumerate(shape)) {
    int64_t covered = 0;
    forEachPlace(transfer, static_cast<unsigned>(dim), size, [&](int64_t begin, int64_t end) {
      covered += end - begin;
      return true;
    });
    share *= static_cast<double>(covered) / static_cast<double>(size);
  }
  return share;
}

/// The same of all transfers together.
static double timesMoved(ArrayRef<int64_t> shape, ArrayRef<Transfer> transfers) {
  double times = 0;
  for (const Transfer &transfer : transfers)
    times += coverage(transfer, shape);
  return times;
}

double schedule::movedElements(RankedTensorType type, ArrayRef<Transfer> transfers) {
  return static_cast<double>(type.getNumElements()) * timesMoved(type.getShape(), transfers);
}

int64_t schedule::segmentBytes(RankedTensorType type, ArrayRef<Transfer> transfers, int64_t burst,
                               ArrayRef<int64_t> sizes) {
  double once = 0;
  for (int64_t size : sizes)
    once += static_cast<double>(isa::roundedUp(size, burst));
  return std::llround(once * timesMoved(type.getShape(), transfers));
}

int64_t schedule::segmentBytes(RankedTensorType type, ArrayRef<Transfer> transfers, int64_t burst,
                               ArrayRef<int64_t> segment, int64_t size) {
  double segments = 1;
  for (auto [extent, part] : llvm::zip(type.getShape(), segment))
    segments *= static_cast<double>((extent - 1) / part + 1);
  return std::llround(segments * static_cast<double>(isa::roundedUp(size, burst)) *
                      timesMoved(type.getShape(), transfers));
}

#include "lib/Schedule/ConstantStorage.h"

#include "dialects/Acc/Segments.h"
#include "lib/Reference/Reference.h"
#include "lib/Sparsity/WeightStructure.h"

#include <fmt/format.h>

using namespace mlir;
using namespace dnnc;
using namespace dnnc::schedule;

/// The dimensions with one of them last.
static SmallVector<int64_t> innermost(int64_t rank, int64_t dim) {
  SmallVector<int64_t> order = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  if (dim == rank - 1)
    return {};
  order.erase(order.begin() + dim);
  order.push_back(dim);
  return order;
}

static sparsity::WeightTensor weightsOf(const Tensor &value, int64_t elementBytes) {
  return {value.bytes(), static_cast<int>(elementBytes), {value.shape.begin(), value.shape.end()}};
}

/// Formats to try, with the dimensions along which they look for zeros. Not rlc: it serves feature maps
/// (hardware.md, "Compression").
static SmallVector<acc::StorageAttr> candidates(acc::ConstantOp constant, const Tensor &value, uint64_t zero,
                                                ArrayRef<int64_t> segment, const Codecs &codecs) {
  MLIRContext *context = constant.getContext();
  auto rank = static_cast<int64_t>(segment.size());
  int64_t bytes = acc::elementBytes(cast<RankedTensorType>(constant.getType()).getElementType());
  SmallVector<acc::StorageAttr> list;
  if (codecs.bitmask)
    list.push_back(acc::StorageAttr::get(context, acc::Format::bitmask, segment));
  // Filters are the first dimension of a convolution's weights and the last of a matrix: the columns of
  // Eyeriss v2.
  SmallVector<int64_t> ends = {0};
  if (rank > 1)
    ends.push_back(rank - 1);
  if (codecs.csc && bytes == 1 && rank > 0)
    for (int64_t dim : ends)
      list.push_back(acc::StorageAttr::get(context, acc::Format::csc, segment, innermost(rank, dim),
                                           segment[dim], 0, 0, 0));
  if (!codecs.nm)
    return list;
  for (int64_t dim = 0; dim < rank; ++dim) {
    if (value.shape[dim] < 4)
      continue;
    if (auto pattern = sparsity::structureOf(weightsOf(value, bytes), {{zero}, 0}, dim).pattern;
        pattern && pattern->n < pattern->m)
      list.push_back(acc::StorageAttr::get(context, acc::Format::nm, segment, innermost(rank, dim), 0,
                                           pattern->n, pattern->m, 0));
  }
  return list;
}

/// Zeros are the zero points, of each index of an axis where they differ along it.
static std::optional<double> densityOf(const Tensor &value, Type elementType) {
  int64_t bytes = acc::elementBytes(elementType);
  if (bytes > 4)
    return std::nullopt;
  sparsity::ZeroPoints zeros;
  if (std::optional<uint64_t> zero = acc::zeroBits(elementType)) {
    zeros.values = {*zero};
  } else {
    auto perAxis = cast<quant::UniformQuantizedPerAxisType>(elementType);
    uint64_t mask = (uint64_t(1) << (8 * bytes)) - 1;
    zeros.values.clear();
    for (int64_t zero : perAxis.getZeroPoints())
      zeros.values.push_back(static_cast<uint64_t>(zero) & mask);
    zeros.dimension = perAxis.getQuantizedDimension();
  }
  sparsity::WeightTensor weights = weightsOf(value, bytes);
  if (weights.shape.empty())
    weights.shape = {1};
  return sparsity::structureOf(weights, zeros, static_cast<int64_t>(weights.shape.size()) - 1).density();
}

static FailureOr<Tensor> valueOf(acc::ConstantOp constant) {
  return reference::readConstant(constant.getValue(), [&]() { return constant.emitError(); });
}

FailureOr<std::optional<double>> schedule::densityOf(acc::ConstantOp constant) {
  FailureOr<Tensor> value = valueOf(constant);
  if (failed(value))
    return failure();
  return ::densityOf(*value, cast<RankedTensorType>(constant.getType()).getElementType());
}

/// Elements of the segment in a slot: those at a tensor's end are smaller.
static int64_t elementsOf(const isa::SegmentGrid &grid, int64_t slot) {
  int64_t elements = 1;
  for (size_t d = grid.counts.size(); d-- > 0; slot /= grid.counts[d])
    elements *= std::min(grid.segment[d], grid.shape[d] - slot % grid.counts[d] * grid.segment[d]);
  return elements;
}

/// Values that nm segments of these sizes have, zeros among them: behind a header n of each group and their
/// places, or all elements of a segment that stands raw.
static int64_t storedValues(const isa::SegmentFormat &format, const isa::SegmentGrid &grid,
                            ArrayRef<int64_t> sizes) {
  int64_t values = 0, bits = 8 * format.elementBytes + llvm::Log2_64(static_cast<uint64_t>(format.m));
  for (auto [slot, size] : llvm::enumerate(sizes)) {
    int64_t elements = elementsOf(grid, static_cast<int64_t>(slot)),
            raw = isa::worstCaseBytes(format, elements);
    int64_t header = raw - elements * format.elementBytes;
    values += size == raw ? elements : (size - header) * 8 / bits;
  }
  return values;
}

/// What a constant takes in a storage that its type can have.
static void encode(ConstantStorage &result, acc::StorageAttr storage, RankedTensorType type,
                   const Tensor &value, ArrayRef<Transfer> transfers, int64_t burst) {
  isa::SegmentFormat format = acc::segmentFormat(storage, type.getElementType());
  isa::SegmentGrid grid = acc::segmentGrid(storage, type);
  std::vector<int64_t> sizes = grid.encodedSizes(format, value.bytes());
  int64_t slot = storage.getSlot(), once = 0;
  if (slot == 0)
    slot = isa::roundedUp(*llvm::max_element(sizes), acc::slotAlignment);
  for (int64_t size : sizes)
    once += isa::roundedUp(size, burst);
  result.storage =
      acc::StorageAttr::get(type.getContext(), storage.getFormat(), storage.getSegment(), storage.getOrder(),
                            storage.getColumn(), storage.getN(), storage.getM(), slot);
  result.movedBytes = segmentBytes(type, transfers, burst, sizes);
  auto share = [&](double elements) {
    return elements * static_cast<double>(format.elementBytes) / static_cast<double>(once);
  };
  double nonZeros = *result.density * static_cast<double>(type.getNumElements());
  result.filler = 0;
  if (format.codec == isa::Codec::Nm)
    result.filler = share(static_cast<double>(storedValues(format, grid, sizes)) - nonZeros);
  result.metadata = 1 - share(nonZeros) - result.filler;
}

FailureOr<ConstantStorage> schedule::chooseConstantStorage(acc::ConstantOp constant,
                                                           ArrayRef<Transfer> transfers, const Dram &dram) {
  ConstantStorage result;
  auto type = cast<RankedTensorType>(constant.getType());
  result.rawBytes = result.movedBytes = rawBytes(type, transfers, dram.burstBytes);
  auto stay = [&](std::string reason) {
    result.reason = std::move(reason);
    return result;
  };
  FailureOr<Tensor> value = valueOf(constant);
  if (failed(value))
    return failure();
  result.density = ::densityOf(*value, type.getElementType());
  std::optional<uint64_t> zero = acc::zeroBits(type.getElementType());
  if (!dram.codecs.any())
    return stay("the target has no codec (dram.codecs)");
  if (!zero)
    return stay("its zero points differ along an axis; a format leaves out one");
  if (!result.density || type.getRank() == 0 || type.getRank() > 7)
    return stay("no format takes its type and rank");
  // A mask is the least that any format adds: a bit an element.
  double densest = 1 - 1 / static_cast<double>(8 * acc::elementBytes(type.getElementType()));
  if (*result.density >= densest)
    return stay(
        fmt::format("{:.1f} % of its elements are not zero; from {:.1f} % on no format takes fewer bytes",
                    100 * *result.density, 100 * densest));
  if (hasViews(constant.getResult()))
    return stay("a reshape or concat views it in another shape");
  SmallVector<int64_t> segment = largestSegment(type.getShape(), transfers);
  ConstantStorage nearest;
  for (acc::StorageAttr storage : candidates(constant, *value, *zero, segment, dram.codecs)) {
    isa::SegmentFormat format = acc::segmentFormat(storage, type.getElementType());
    if (!isa::problemsOf(format, acc::segmentGrid(storage, type).segment).empty())
      continue;
    ConstantStorage one = result;
    encode(one, storage, type, *value, transfers, dram.burstBytes);
    if (!nearest.storage || one.movedBytes < nearest.movedBytes)
      nearest = one;
  }
  if (!nearest.storage)
    return stay("the target has no codec that constants of its type take");
  if (nearest.movedBytes >= result.rawBytes)
    return stay(fmt::format("{} would move {} bytes, raw {}",
                            stringifyFormat(nearest.storage.getFormat()).str(), nearest.movedBytes,
                            result.rawBytes));
  return nearest;
}

FailureOr<ConstantStorage> schedule::storedConstant(acc::ConstantOp constant, ArrayRef<Transfer> transfers,
                                                    const Dram &dram) {
  acc::StorageAttr storage = constant.getStorageAttr();
  if (!acc::isCompressed(storage)) {
    FailureOr<ConstantStorage> choice = chooseConstantStorage(constant, transfers, dram);
    if (failed(choice) || !choice->storage)
      return choice;
    ConstantStorage raw;
    raw.density = choice->density;
    raw.rawBytes = raw.movedBytes = choice->rawBytes;
    raw.reason = "it was decided so";
    return raw;
  }
  FailureOr<Tensor> value = valueOf(constant);
  if (failed(value))
    return failure();
  auto type = cast<RankedTensorType>(constant.getType());
  ConstantStorage result;
  result.density = ::densityOf(*value, type.getElementType());
  result.rawBytes = rawBytes(type, transfers, dram.burstBytes);
  encode(result, storage, type, *value, transfers, dram.burstBytes);
  return result;
}

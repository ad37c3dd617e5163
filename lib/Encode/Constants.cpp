#include "lib/Encode/Constants.h"

#include "lib/Reference/Reference.h"

#include <cstring>

using namespace mlir;
using namespace dnnc;
using namespace dnnc::encode;

void encode::encodeBitmask(const uint8_t *elements, int64_t count, uint8_t *slot) {
  int64_t maskBytes = (count + 7) / 8;
  uint8_t *mask = slot + 4, *payload = mask + maskBytes;
  std::memset(mask, 0, maskBytes);
  uint32_t stored = 0;
  for (int64_t i = 0; i < count; ++i)
    if (elements[i] != 0) {
      mask[i / 8] |= 1 << (i % 8);
      payload[stored++] = elements[i];
    }
  uint32_t bytes = static_cast<uint32_t>(maskBytes) + stored;
  std::memcpy(slot, &bytes, sizeof bytes);
}

/// Constants begin at bursts of this many bytes.
static constexpr int64_t constantAlignment = 64;

static int64_t product(ArrayRef<int64_t> sizes) {
  int64_t result = 1;
  for (int64_t size : sizes)
    result *= size;
  return result;
}

/// Cuts a row-major tensor into its segments and encodes each in its slot.
static void encodeSegments(ArrayRef<int64_t> shape, ArrayRef<int64_t> segment, const uint8_t *elements, uint8_t *image) {
  size_t rank = shape.size();
  int64_t segmentElements = product(segment);
  std::vector<uint8_t> gathered(segmentElements);
  SmallVector<int64_t> counts, position(rank, 0);
  for (size_t d = 0; d < rank; ++d)
    counts.push_back(shape[d] / segment[d]);
  for (int64_t number = 0, total = product(counts); number < total; ++number) {
    for (int64_t i = 0; i < segmentElements; ++i) {
      int64_t rest = i, source = 0, stride = 1;
      for (size_t d = rank; d-- > 0; stride *= shape[d]) {
        source += (position[d] * segment[d] + rest % segment[d]) * stride;
        rest /= segment[d];
      }
      gathered[i] = elements[source];
    }
    encodeBitmask(gathered.data(), segmentElements, image + number * acc::bitmaskSlotBytes(segmentElements));
    for (size_t d = rank; d-- > 0;) {
      if (++position[d] < counts[d])
        break;
      position[d] = 0;
    }
  }
}

FailureOr<std::vector<uint8_t>> encode::collectConstants(func::FuncOp function) {
  auto bytes = function->getAttrOfType<IntegerAttr>("acc.constant_bytes");
  if (!bytes)
    return function.emitError("has no tensor addresses; run place-tensors first");
  // An attribute that says more than the constants take is damaged.
  int64_t most = 0;
  function.walk([&](acc::TensorOp tensor) {
    if (tensor.getKind() == acc::TensorKind::constant && !tensor.getOf())
      most += (tensor.getStoredBytes() + constantAlignment - 1) / constantAlignment * constantAlignment;
  });
  if (bytes.getInt() < 0 || bytes.getInt() > most)
    return function.emitError("has ") << bytes.getInt() << " bytes of constants, its tensors take " << most << "; run place-tensors";
  std::vector<uint8_t> image(bytes.getInt(), 0);
  WalkResult result = function.walk([&](acc::TensorOp tensor) -> WalkResult {
    if (tensor.getKind() != acc::TensorKind::constant || tensor.getOf())
      return WalkResult::advance();
    if (!tensor.getAddress())
      return tensor.emitOpError("has no address; run place-tensors first");
    auto value = reference::readConstant(*tensor.getValue(), [&]() { return tensor.emitError(); });
    if (failed(value))
      return WalkResult::interrupt();
    int64_t address = *tensor.getAddress(), end = address + tensor.getStoredBytes();
    if (address < 0 || end < address || end > bytes.getInt())
      return tensor.emitOpError("lies at [") << address << ", " << end << ") of " << bytes.getInt() << " bytes of constants; run place-tensors";
    uint8_t *place = image.data() + address;
    acc::StorageAttr storage = tensor.getStorageAttr();
    if (storage && storage.getFormat() != acc::Format::raw)
      encodeSegments(value->shape, storage.getSegment(), value->bytes().data(), place);
    else if (!value->bytes().empty())
      std::memcpy(place, value->bytes().data(), value->bytes().size());
    return WalkResult::advance();
  });
  if (result.wasInterrupted())
    return failure();
  return image;
}

#include "lib/Encode/Constants.h"

#include "dialects/Acc/Segments.h"
#include "lib/Reference/Reference.h"

#include <cstring>

using namespace mlir;
using namespace dnnc;
using namespace dnnc::encode;

/// Constants begin at bursts of this many bytes.
static constexpr int64_t constantAlignment = 64;

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
    if (acc::isCompressed(storage)) {
      auto type = cast<RankedTensorType>(tensor.getType());
      try {
        llvm::copy(acc::segmentGrid(storage, type).encode(acc::segmentFormat(storage, type.getElementType()), value->bytes()), place);
      } catch (const Error &error) {
        return tensor.emitOpError("cannot be stored as ") << storage << ": " << error.what();
      }
    } else if (!value->bytes().empty())
      std::memcpy(place, value->bytes().data(), value->bytes().size());
    return WalkResult::advance();
  });
  if (result.wasInterrupted())
    return failure();
  return image;
}

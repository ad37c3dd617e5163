#include "lib/Schedule/Displacements.h"

#include "lib/Reference/Reference.h"

using namespace mlir;
using namespace dnnc;

FailureOr<SmallVector<int64_t>> schedule::channelsOf(Operation *product) {
  constexpr unsigned records = 2;
  acc::ConstantOp constant = acc::constantOperand(product, records);
  if (!constant)
    return product->emitOpError(
        "is displaced by records that are no constant; need one, which says where its results go");
  FailureOr<Tensor> value =
      reference::readConstant(constant.getValue(), [&]() { return constant.emitError(); });
  if (failed(value))
    return failure();
  SmallVector<int64_t> channels;
  std::span<const int32_t> words = value->as<int32_t>();
  for (size_t filter = 0; filter < words.size() / 4; ++filter)
    channels.push_back(static_cast<int64_t>(filter) + (words[4 * filter + 2] >> 16));
  return channels;
}

LogicalResult schedule::verifyDisplacements(Operation *product, int64_t filtersInTile) {
  FailureOr<SmallVector<int64_t>> channels = channelsOf(product);
  if (failed(channels))
    return failure();
  auto filters = static_cast<int64_t>(channels->size());
  SmallVector<bool> met(channels->size());
  for (auto [filter, channel] : llvm::enumerate(*channels)) {
    int64_t first = static_cast<int64_t>(filter) / filtersInTile * filtersInTile,
            end = std::min(filters, first + filtersInTile);
    if (channel < first || channel >= end)
      return product->emitOpError("displaces filter ")
             << filter << " to channel " << channel << "; its tile has the channels " << first << " to "
             << end - 1;
    if (met[channel])
      return product->emitOpError("displaces two filters to channel ")
             << channel << "; each needs one of its own";
    met[channel] = true;
  }
  return success();
}

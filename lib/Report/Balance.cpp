#include "lib/Report/Balance.h"

#include "lib/Mapping/FilterWork.h"
#include "lib/Mapping/ProductLayer.h"
#include "lib/Schedule/Displacements.h"

using namespace mlir;
using namespace dnnc;

FailureOr<std::optional<report::Balance>> report::filterBalance(acc::GroupOp group, const Target &target) {
  Operation *product = mapping::singleProduct(group);
  if (!product || !product->hasAttr("displaced"))
    return std::optional<Balance>();
  auto work = mapping::filterWork(group, target);
  auto channels = schedule::channelsOf(product);
  if (failed(work) || failed(channels))
    return failure();
  if (!*work)
    return std::optional<Balance>();
  std::vector<int64_t> stored = sparsity::filtersInOrder((*work)->counts.filters), byChannel = stored;
  for (auto [place, channel] : llvm::enumerate(*channels))
    byChannel[static_cast<size_t>(channel)] = static_cast<int64_t>(place);
  return std::optional<Balance>(
      Balance{sparsity::balanceOf((*work)->counts, (*work)->layout, byChannel).ratio(),
              sparsity::balanceOf((*work)->counts, (*work)->layout, stored).ratio()});
}

#include "lib/Report/Savings.h"

#include "lib/Cost/LayerCost.h"
#include "lib/Mapping/ProductLayer.h"

using namespace mlir;
using namespace dnnc;
using namespace dnnc::report;

std::optional<DramSavings> report::dramSavings(const schedule::LedgerEntry &entry, const Target &target) {
  if (!entry.storage)
    return std::nullopt;
  auto bytes = static_cast<double>(entry.rawBytes - entry.bytes);
  return DramSavings{entry.rawBytes - entry.bytes, bytes / target.dramBytesPerCycle(),
                     bytes * target.dram.pj - static_cast<double>(entry.bytes) * target.dram.codecPj};
}

/// Whether an operand of a product is the tensor that its group takes in.
static bool isLoaded(Operation *product, unsigned operand, acc::GroupOp group, Value tensor) {
  auto argument = dyn_cast<BlockArgument>(product->getOperand(operand));
  return argument && group.getInputs()[argument.getArgNumber()] == tensor;
}

std::optional<ArraySavings> report::arraySavings(const schedule::LedgerEntry &entry, const Target &target) {
  const Array &array = target.array;
  double density = entry.density.value_or(1);
  std::optional<ArraySavings> savings;
  if (density >= 1)
    return savings;
  for (acc::GroupOp group : entry.readers) {
    Operation *product = mapping::singleProduct(group);
    auto spread = product ? product->getAttrOfType<acc::MappingAttr>("mapping") : acc::MappingAttr();
    if (!spread || !group.getTilingAttr())
      continue;
    cost::LayerMapping mapping = mapping::tileOf(product, group.getTilingAttr());
    mapping.array = mapping::arrayMappingOf(spread);
    const cost::Layer dense = mapping::layerOf(product);
    cost::Layer sparse = dense;
    if (array.skipping.weight && isLoaded(product, 1, group, entry.tensor)) {
      // With the pattern of the zeros, on which the balance of the multipliers depends.
      sparse.densities = mapping::densitiesOf(product, target);
      sparse.densities.ifmap = 1;
      sparse.densities.weight = density;
    } else if ((array.skipping.ifmap || array.zeroGating.any()) &&
               isLoaded(product, 0, group, entry.tensor)) {
      sparse.densities.ifmap = array.skipping.ifmap ? density : 1;
      sparse.gatedMacs = array.skipping.ifmap ? 0 : 1 - density;
    } else {
      continue;
    }
    cost::LayerEstimate before = cost::estimateLayer(dense, mapping, target),
                        after = cost::estimateLayer(sparse, mapping, target);
    if (!savings)
      savings.emplace();
    savings->macs += before.counts.macs - after.counts.macs;
    savings->cycles += before.arrayCycles - after.arrayCycles;
    savings->energyPj += before.energy.total() - after.energy.total();
  }
  // There are targets that skip none in depthwise layers.
  if (savings && savings->macs == 0 && savings->energyPj == 0)
    savings.reset();
  return savings;
}

#include "lib/Strategy/Groups.h"

#include "lib/Mapping/ProductLayer.h"

using namespace mlir;
using namespace dnnc;
using namespace dnnc::strategy;

SmallVector<Operation *> strategy::productsOf(acc::GroupOp group) {
  SmallVector<Operation *> products;
  for (Operation &op : group.getBody().front().without_terminator())
    if (mapping::isProduct(&op))
      products.push_back(&op);
  return products;
}

Operation *strategy::lastProduct(acc::GroupOp group) {
  Operation *last = group.getBody().front().getTerminator()->getOperand(0).getDefiningOp();
  return last && mapping::isProduct(last) ? last : nullptr;
}

cost::ArrayTile strategy::layerOf(Operation *product) {
  cost::Layer layer = mapping::layerOf(product);
  cost::ArrayTile tile;
  tile.extents = layer.extents;
  tile.strides = layer.strides;
  tile.dilations = layer.dilations;
  tile.type = layer.type;
  tile.outputBytes = bytesOf(layer.outputType);
  tile.depthwise = cost::isDepthwise(layer.extents);
  return tile;
}

ArrayRef<int> strategy::resultDims(Operation *product) {
  static constexpr int conv[] = {cost::N, cost::M, cost::P, cost::Q}, matmul[] = {cost::G, cost::Q, cost::M};
  return isa<acc::ConvOp>(product) ? ArrayRef<int>(conv) : ArrayRef<int>(matmul);
}

SmallVector<std::string> strategy::namesOf(acc::GroupOp group) {
  SmallVector<std::string> names;
  for (Attribute name : group.getOnnx())
    names.push_back(cast<StringAttr>(name).str());
  return names;
}

// Between IR and the mapping problem: a convolution or matrix product as a layer, tilings and mappings as
// attributes.
#pragma once

#include "lib/Mapping/MappingProblem.h"

#include "dialects/Acc/AccDialect.h"

namespace dnnc::mapping {

/// The product of a group that has no other op, or nothing.
mlir::Operation *singleProduct(acc::GroupOp group);
inline bool isProduct(mlir::Operation *op) { return mlir::isa<acc::ConvOp, acc::MatmulOp>(op); }

/// What the array multiplies: its verifier lets f32 and integers of 8 and 16 bits pass.
ElementType arrayType(mlir::Type element);
ElementType elementType(mlir::Type element);

cost::Layer layerOf(mlir::Operation *product);

/// The densities that are known of a product's operands when compiling: of constant weights, where the target minds their
/// zeros. Rounded up to 32nds, and one of
/// them at least, so that layers of one shape with almost the same weights are one problem of the search.
cost::Densities densitiesOf(mlir::Operation *product, const Target &target);

/// What the search expects of a layer's zeros: of constant weights what they are, of activations what is noted of them
/// (apply-calibration, apply-density).
void expectZeros(cost::Layer &layer, mlir::Operation *product, const Target &target);

/// Tile and loop order of a group of one product.
acc::TilingAttr tilingAttribute(mlir::Operation *product, const cost::LayerMapping &mapping);
acc::MappingAttr mappingAttribute(mlir::MLIRContext *context, Dataflow dataflow,
                                  const cost::ArrayMapping &mapping);

cost::ArrayMapping arrayMappingOf(acc::MappingAttr mapping);
/// Tile and order as the attributes say them, with `array` still empty.
cost::LayerMapping tileOf(mlir::Operation *product, acc::TilingAttr tiling);

} // namespace dnnc::mapping

// Verifiers of constants, data movement and quantization.
#include "dialects/Dnn/VerifyCommon.h"

#include <cmath>

using namespace mlir;

namespace dnnc::dnn {

using namespace detail;

LogicalResult ConstantOp::verify() {
  Type stored = storageType(getY().getType());
  if (getValue().getElementType() != stored)
    return emitOpError("have a value of ") << getValue().getElementType() << " elements, need " << stored
                                           << " for a result of " << elementType(getY().getType());
  if (failed(verifyQuantAxes(*this)))
    return failure();
  return verifyResultShape(*this, getValue().getShapedType().getShape());
}

LogicalResult ConcatOp::verify() {
  if (getInputs().empty())
    return emitOpError("have no inputs, need at least one");
  RankedTensorType first = tensorType(getInputs().front());
  int64_t axis = getAxis();
  if (failed(verifyAxis(*this, axis, first.getRank())))
    return failure();
  Shape shape(first.getShape());
  shape[axis] = 0;
  for (auto [index, input] : llvm::enumerate(getInputs())) {
    RankedTensorType type = tensorType(input);
    if (type.getElementType() != elementType(getY().getType()))
      return emitOpError("have ") << type.getElementType() << " elements in operand " << index << " and "
                                  << elementType(getY().getType()) << " out, need the same type";
    bool fits = type.getRank() == first.getRank();
    for (int64_t i = 0; fits && i < first.getRank(); ++i)
      fits = i == axis || type.getDimSize(i) == first.getDimSize(i);
    if (!fits)
      return emitOpError("have operand ")
             << index << " of shape " << shapeText(type.getShape()) << ", need the shape of operand 0, "
             << shapeText(first.getShape()) << ", but for dimension " << axis;
    shape[axis] += type.getDimSize(axis);
  }
  if (auto quantAxis = quantAxisOf(getY().getType()); quantAxis && *quantAxis == axis)
    return emitOpError("have parts joined along their quantized dimension ") << axis << ", need another";
  return verifyResultShape(*this, shape);
}

LogicalResult SliceOp::verify() {
  auto x = shapeOf(getX());
  auto y = shapeOf(getY());
  if (y.size() != x.size())
    return emitOpError("have a result of ") << y.size() << " dimensions, need " << x.size();
  if (failed(verifyCount(*this, "offsets", getOffsets().size(), x.size())) ||
      failed(verifyCount(*this, "steps", getSteps().size(), x.size())) || failed(verifyQuantAxes(*this)))
    return failure();
  for (size_t i = 0; i < x.size(); ++i) {
    int64_t first = getOffsets()[i], step = getSteps()[i];
    int64_t last = first + (y[i] - 1) * step;
    if (step == 0)
      return emitOpError("have step 0 in dimension ") << i << ", need another";
    if (y[i] > 0 && (first < 0 || first >= x[i] || last < 0 || last >= x[i]))
      return emitOpError("have positions ")
             << first << " to " << last << " in dimension " << i << ", need them from 0 to " << x[i] - 1;
  }
  auto axis = quantAxisOf(getX().getType());
  if (!axis)
    return verifySameElements(*this);
  llvm::SmallVector<int64_t> channels;
  for (int64_t i = 0; i < y[*axis]; ++i)
    channels.push_back(getOffsets()[*axis] + i * getSteps()[*axis]);
  if (elementType(getY().getType()) != withQuantChannels(getX().getType(), channels))
    return emitOpError("have result of ")
           << elementType(getY().getType()) << ", need the scales of the channels that are left";
  return success();
}

LogicalResult PadOp::verify() {
  auto x = shapeOf(getX());
  if (failed(verifyCount(*this, "low", getLow().size(), x.size())) ||
      failed(verifyCount(*this, "high", getHigh().size(), x.size())) ||
      failed(verifyAtLeast(*this, "low", getLow(), 0)) ||
      failed(verifyAtLeast(*this, "high", getHigh(), 0)) || failed(verifySameElements(*this)))
    return failure();
  if (isPerAxis(getX().getType()))
    return emitOpError("have several scales, need one for the tensor");
  Shape y;
  for (size_t i = 0; i < x.size(); ++i) {
    int64_t low = getLow()[i], high = getHigh()[i];
    // Reflection leaves out the border element; a wrap takes at most the whole input.
    int64_t limit = getMode() == PadMode::Reflect ? x[i] - 1 : x[i];
    if (getMode() != PadMode::Constant && getMode() != PadMode::Edge && std::max(low, high) > limit)
      return emitOpError("have ") << std::max(low, high) << " elements of padding in dimension " << i
                                  << ", need at most " << limit << " in mode " << stringifyPadMode(getMode());
    if (getMode() != PadMode::Constant && x[i] == 0 && low + high > 0)
      return emitOpError("have an empty dimension ") << i << ", need elements to repeat";
    y.push_back(x[i] + low + high);
  }
  return verifyResultShape(*this, y);
}

LogicalResult ReshapeOp::verify() {
  int64_t have = tensorType(getX()).getNumElements(), needed = tensorType(getY()).getNumElements();
  if (have != needed)
    return emitOpError("have ") << have << " elements, need " << needed << " for a result of shape "
                                << shapeText(shapeOf(getY()));
  if (failed(verifyQuantAxes(*this)))
    return failure();
  if (isPerAxis(getX().getType()) && isPerAxis(getY().getType())) {
    auto in = getX().getType(), out = getY().getType();
    if (withQuantAxis(in, *quantAxisOf(out)) == elementType(out))
      return success();
  }
  return verifySameElements(*this);
}

LogicalResult TransposeOp::verify() {
  auto x = shapeOf(getX());
  if (failed(verifyCount(*this, "perm", getPerm().size(), x.size())))
    return failure();
  llvm::SmallVector<bool> seen(x.size(), false);
  Shape y;
  for (int64_t dim : getPerm()) {
    if (dim < 0 || dim >= static_cast<int64_t>(x.size()) || seen[dim])
      return emitOpError("have perm ") << shapeText(getPerm()) << ", need every dimension from 0 to "
                                       << static_cast<int64_t>(x.size()) - 1 << " once";
    seen[dim] = true;
    y.push_back(x[dim]);
  }
  if (failed(verifyQuantAxes(*this)))
    return failure();
  if (auto axis = quantAxisOf(getX().getType())) {
    int64_t moved = llvm::find(getPerm(), *axis) - getPerm().begin();
    if (elementType(getY().getType()) != withQuantAxis(getX().getType(), moved))
      return emitOpError("have result of ")
             << elementType(getY().getType()) << ", need the quantized dimension " << *axis << " moved to "
             << moved;
  } else if (failed(verifySameElements(*this))) {
    return failure();
  }
  return verifyResultShape(*this, y);
}

LogicalResult ExpandOp::verify() {
  if (isPerAxis(getX().getType()))
    return emitOpError("have several scales, need one for the tensor");
  auto joined = broadcastShape(shapeOf(getX()), shapeOf(getY()));
  if (!joined || llvm::ArrayRef<int64_t>(*joined) != shapeOf(getY()))
    return emitOpError("have shape ")
           << shapeText(shapeOf(getX())) << ", need one that broadcasts to " << shapeText(shapeOf(getY()));
  return verifySameElements(*this);
}

LogicalResult GatherOp::verify() {
  auto x = shapeOf(getX());
  int64_t axis = getAxis();
  if (failed(verifyAxis(*this, axis, x.size())) || failed(verifySameElements(*this)))
    return failure();
  if (isPerAxis(getX().getType()))
    return emitOpError("have several scales, need one for the tensor");
  Shape y(x.take_front(axis));
  llvm::append_range(y, shapeOf(getIndices()));
  llvm::append_range(y, x.drop_front(axis + 1));
  return verifyResultShape(*this, y);
}

LogicalResult ResizeOp::verify() {
  auto x = shapeOf(getX());
  auto y = shapeOf(getY());
  if (getMode() == ResizeMode::Nearest ? failed(verifySameElements(*this))
                                       : failed(verifyElements(*this, ElementKinds::Float)))
    return failure();
  if (isPerAxis(getX().getType()))
    return emitOpError("have several scales, need one for the tensor");
  if (y.size() != x.size())
    return emitOpError("have a result of ") << y.size() << " dimensions, need " << x.size();
  if (failed(verifyCount(*this, "scales", getScales().size(), x.size())))
    return failure();
  for (size_t i = 0; i < x.size(); ++i) {
    double scale = getScales()[i];
    if (!(scale > 0) || !std::isfinite(scale))
      return emitOpError("have scale ") << scale << " in dimension " << i << ", need one above 0";
    // A model that gives sizes has them rounded in several ways, so they may lie on either side.
    double needed = static_cast<double>(x[i]) * scale;
    if (std::abs(needed - static_cast<double>(y[i])) > 1.0)
      return emitOpError("have output size ") << y[i] << " in dimension " << i << ", need about " << needed
                                              << " (" << x[i] << " · " << scale << ")";
  }
  return success();
}

LogicalResult QuantizeOp::verify() {
  Type in = elementType(getX().getType()), out = elementType(getY().getType());
  if (!isQuantized(out))
    return emitOpError("have result of ") << out << ", need a quantized type";
  if (!in.isF32() && !isQuantizedNarrow(in))
    return emitOpError("have input of ") << in << ", need f32, or quantized elements of 8 or 16 bits";
  if (failed(verifyQuantAxes(*this)))
    return failure();
  return verifyResultShape(*this, shapeOf(getX()));
}

LogicalResult DequantizeOp::verify() {
  if (!isQuantized(getX().getType()))
    return emitOpError("have input of ") << elementType(getX().getType()) << ", need a quantized type";
  if (failed(verifyQuantAxes(*this)))
    return failure();
  return verifyResultShape(*this, shapeOf(getX()));
}

LogicalResult StorageCastOp::verify() {
  Type in = elementType(getX().getType()), out = elementType(getY().getType());
  if (storageType(in) != storageType(out) || !llvm::isa<IntegerType>(storageType(in)))
    return emitOpError("have ") << in << " stored as " << storageType(in) << " and " << out << " stored as "
                                << storageType(out) << ", need one integer storage";
  if (failed(verifyQuantAxes(*this)))
    return failure();
  return verifyResultShape(*this, shapeOf(getX()));
}

} // namespace dnnc::dnn

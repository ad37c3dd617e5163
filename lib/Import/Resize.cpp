#include "lib/Import/Node.h"

#include <cmath>

namespace dnnc::onnximport {

/// Output sizes and scales of all dimensions.
struct Resolution {
  Ints sizes;
  SmallVector<float> scales;
};

/// Tensors that Resize gives as scales: an attribute (Upsample before opset 9) or a constant input.
static FailureOr<SmallVector<float>> scalesOf(Node &node, int index) {
  if (!node.has(index))
    return node.numbers("scales");
  return node.constantFloats(index, "scales");
}

static FailureOr<Resolution> fromScales(Node &node, ArrayRef<int64_t> input, ArrayRef<float> scales,
                                        ArrayRef<int64_t> axes) {
  Resolution result{Ints(input), SmallVector<float>(input.size(), 1.0f)};
  if (scales.size() != axes.size())
    return node.error() << "scales have " << static_cast<int64_t>(scales.size()) << " values; need "
                        << static_cast<int64_t>(axes.size());
  for (auto [axis, scale] : llvm::zip(axes, scales)) {
    float size = std::floor(static_cast<float>(input[axis]) * scale);
    if (!(scale > 0) || !(size >= 1) || !(size < 1e9f))
      return node.error() << "scale of dimension " << axis << " is " << scale << " for a size of "
                          << input[axis] << "; need a positive one that leaves at least one element";
    result.sizes[axis] = static_cast<int64_t>(size);
    result.scales[axis] = scale;
  }
  return result;
}

static FailureOr<Resolution> fromSizes(Node &node, ArrayRef<int64_t> input, ArrayRef<int64_t> sizes,
                                       ArrayRef<int64_t> axes) {
  Resolution result{Ints(input), SmallVector<float>(input.size(), 1.0f)};
  if (sizes.size() != axes.size())
    return node.error() << "sizes have " << static_cast<int64_t>(sizes.size()) << " values; need "
                        << static_cast<int64_t>(axes.size());
  for (int64_t size : sizes)
    if (size < 1)
      return node.error() << "sizes are " << dnn::shapeText(sizes) << "; need at least 1";
  std::string policy = node.text("keep_aspect_ratio_policy", "stretch");
  if (policy != "stretch" && policy != "not_larger" && policy != "not_smaller")
    return node.error() << "keep_aspect_ratio_policy is '" << policy
                        << "'; need stretch, not_larger or not_smaller";
  // One scale for all axes: the largest (smallest) that stays within (covers) the sizes.
  float common = 0;
  for (auto [axis, size] : llvm::zip(axes, sizes)) {
    float scale = static_cast<float>(size) / static_cast<float>(input[axis]);
    if (common == 0 || (policy == "not_larger" ? scale < common : scale > common))
      common = scale;
  }
  for (auto [axis, size] : llvm::zip(axes, sizes)) {
    bool stretch = policy == "stretch";
    result.scales[axis] = stretch ? static_cast<float>(size) / static_cast<float>(input[axis]) : common;
    // Halves go up.
    result.sizes[axis] =
        stretch ? size : static_cast<int64_t>(std::floor(static_cast<float>(input[axis]) * common + 0.5f));
  }
  return result;
}

static FailureOr<Resolution> resolutionOf(Node &node, Value x, bool isUpsample) {
  ArrayRef<int64_t> input = Node::shapeOf(x);
  int64_t rank = input.size();
  Ints axes = node.integers("axes");
  if (!node.hasAttribute("axes"))
    for (int64_t dim = 0; dim < rank; ++dim)
      axes.push_back(dim);
  if (failed(node.axesOf(axes, rank)))
    return failure();
  for (int64_t &axis : axes)
    axis += axis < 0 ? rank : 0;
  if (node.has(3)) {
    FailureOr<Ints> sizes = node.constantInts(3, "sizes");
    if (failed(sizes))
      return failure();
    if (!sizes->empty())
      return fromSizes(node, input, *sizes, axes);
  }
  FailureOr<SmallVector<float>> scales = scalesOf(node, isUpsample || node.opset() < 11 ? 1 : 2);
  return failed(scales) ? FailureOr<Resolution>(failure()) : fromScales(node, input, *scales, axes);
}

static LogicalResult resize(Node &node, bool isUpsample) {
  Value x = node.stored(0);
  auto *context = node.builder().getContext();
  std::string modeName = node.text("mode", "nearest");
  if (modeName == "bilinear" || modeName == "trilinear")
    modeName = "linear";
  if (modeName != "nearest" && modeName != "linear")
    return node.error() << "mode is '" << modeName << "'; need nearest or linear";
  bool linear = modeName == "linear";
  if (node.integer("antialias", 0) != 0)
    return node.error() << "antialias is 1; need 0";
  // Interpolating stored integers is interpolating what they stand for, rounded to the same scale: quantized
  // models do it.
  auto quantized = linear ? mlir::dyn_cast<mlir::quant::QuantizedType>(Node::elementOf(x)) : nullptr;
  if (quantized)
    x = node.dequantize(x);
  if (linear && !Node::elementOf(x).isF32())
    return node.error() << "interpolates " << Node::elementName(x.getType())
                        << " elements; need float, or mode nearest";
  FailureOr<Resolution> resolution = resolutionOf(node, x, isUpsample);
  if (failed(resolution))
    return failure();

  // Before opset 11 coordinates were divided by the scale, and rounded down (up where the tensor shrinks).
  bool old = isUpsample || node.opset() < 11;
  bool shrinks = llvm::any_of(resolution->scales, [](float scale) { return scale < 1; });
  std::string coordinateName = node.text("coordinate_transformation_mode", old ? "asymmetric" : "half_pixel");
  std::optional<dnn::CoordinateMode> coordinates = dnn::symbolizeCoordinateMode(coordinateName);
  if (!coordinates)
    return node.error()
           << "coordinate_transformation_mode is '" << coordinateName
           << "'; need half_pixel, half_pixel_symmetric, pytorch_half_pixel, align_corners or asymmetric";
  std::string nearestName = node.text("nearest_mode", old ? "dnnc.legacy" : "round_prefer_floor");
  if (nearestName == "dnnc.legacy") // also written by keepOldResize
    nearestName = shrinks ? "ceil" : "floor";
  std::optional<dnn::NearestMode> nearest = dnn::symbolizeNearestMode(nearestName);
  if (!nearest)
    return node.error() << "nearest_mode is '" << nearestName
                        << "'; need round_prefer_floor, round_prefer_ceil, floor or ceil";
  Value y = node.make<dnn::ResizeOp>(
      Node::tensor(resolution->sizes, Node::elementOf(x)), x,
      {node.attr("mode", dnn::ResizeModeAttr::get(context, linear ? dnn::ResizeMode::Linear
                                                                  : dnn::ResizeMode::Nearest)),
       node.floats("scales", resolution->scales),
       node.attr("coordinate_mode", dnn::CoordinateModeAttr::get(context, *coordinates)),
       node.attr("nearest_mode", dnn::NearestModeAttr::get(context, *nearest))});
  return node.result(quantized ? node.quantize(y, quantized) : y);
}

static LogicalResult convertResize(Node &node) { return resize(node, /*isUpsample=*/false); }
static LogicalResult convertUpsample(Node &node) { return resize(node, /*isUpsample=*/true); }

ArrayRef<OpConverter> resizeConverters() {
  static const OpConverter rows[] = {
      {"", "Resize", 10, convertResize,
       "nearest and linear, constant scales or sizes, no antialias, no crop"},
      {"", "Upsample", 7, convertUpsample, "nearest and linear, constant scales"},
  };
  return rows;
}

} // namespace dnnc::onnximport

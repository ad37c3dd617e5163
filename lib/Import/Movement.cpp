// Operators that pick, join or reorder elements.
#include "lib/Import/Shared.h"

#include <cmath>

namespace dnnc::onnximport {

static LogicalResult convertTranspose(Node &node) {
  Value x = node.stored(0);
  int64_t rank = Node::rankOf(x);
  Ints perm = node.integers("perm");
  if (!node.hasAttribute("perm"))
    for (int64_t dim = rank; dim-- > 0;)
      perm.push_back(dim);
  FailureOr<Ints> sorted = node.axesOf(perm, rank);
  if (failed(sorted))
    return failure();
  if (static_cast<int64_t>(perm.size()) != rank)
    return node.error() << "perm " << dnn::shapeText(perm) << " has " << static_cast<int64_t>(perm.size())
                        << " entries; need " << rank;
  for (int64_t &dim : perm)
    dim += dim < 0 ? rank : 0;
  return node.result(node.transpose(x, perm));
}

FailureOr<Value> makeConcat(Node &node, ArrayRef<Value> parts, int64_t axis) {
  Ints shape(Node::shapeOf(parts.front()));
  shape[axis] = 0;
  for (auto [i, part] : llvm::enumerate(parts)) {
    Ints other(Node::shapeOf(part));
    bool fits = other.size() == shape.size();
    for (size_t d = 0; fits && d < shape.size(); ++d)
      fits = static_cast<int64_t>(d) == axis || other[d] == shape[d];
    if (!fits)
      return node.error() << "input " << i << " has shape " << dnn::shapeText(other)
                          << "; need that of input 0, " << dnn::shapeText(Node::shapeOf(parts.front()))
                          << ", but for dimension " << axis;
    shape[axis] += other[axis];
  }
  return node.make<dnn::ConcatOp>(Node::tensor(shape, Node::elementOf(parts.front())), parts,
                                  {node.intAttr("axis", axis)});
}

static LogicalResult convertConcat(Node &node) {
  SmallVector<Value> parts;
  for (int i = 0; i < node.inputCount(); ++i)
    parts.push_back(node.stored(i));
  if (!llvm::all_equal(llvm::map_range(parts, Node::elementOf)))
    for (Value &part : parts)
      part = node.plain(part);
  FailureOr<int64_t> axis = node.axisOf(node.integer("axis", 0), Node::rankOf(parts.front()));
  if (failed(axis))
    return failure();
  return node.result(makeConcat(node, parts, *axis));
}

static Value slice(Node &node, Value x, ArrayRef<int64_t> offsets, ArrayRef<int64_t> steps,
                   ArrayRef<int64_t> sizes) {
  return node.make<dnn::SliceOp>(Node::tensor(sizes, Node::elementOf(x)), x,
                                 {node.ints("offsets", offsets), node.ints("steps", steps)});
}

/// The sizes of a Split's parts: an attribute, then an input, then a number of equal parts of which the last
/// may be less.
static FailureOr<Ints> splitSizes(Node &node, int64_t size) {
  FailureOr<Ints> sizes = node.intsOf(1, "split");
  if (failed(sizes))
    return failure();
  int64_t count = node.integer("num_outputs", node.outputCount());
  if (!node.has(1) && !node.hasAttribute("split")) {
    int64_t part = (size + count - 1) / count;
    if (part == 0 || (!node.hasAttribute("num_outputs") && size % count != 0))
      return node.error() << "a dimension of size " << size << " cannot be split into " << count
                          << " equal parts";
    for (int64_t rest = size; static_cast<int64_t>(sizes->size()) < count; rest -= part)
      sizes->push_back(std::clamp<int64_t>(rest, 0, part));
  }
  int64_t sum = 0;
  for (int64_t part : *sizes)
    sum += part < 0 ? size + 1 : part;
  if (sum != size || static_cast<int64_t>(sizes->size()) != node.outputCount())
    return node.error() << "split is " << dnn::shapeText(*sizes) << "; need " << node.outputCount()
                        << " sizes whose sum is " << size;
  return sizes;
}

static LogicalResult convertSplit(Node &node) {
  Value x = node.stored(0);
  FailureOr<int64_t> axis = node.axisOf(node.integer("axis", 0), Node::rankOf(x));
  if (failed(axis))
    return failure();
  FailureOr<Ints> sizes = splitSizes(node, Node::shapeOf(x)[*axis]);
  if (failed(sizes))
    return failure();
  Ints shape(Node::shapeOf(x)), offsets(shape.size(), 0), steps(shape.size(), 1);
  for (auto [i, size] : llvm::enumerate(*sizes)) {
    shape[*axis] = size;
    if (failed(node.result(i, slice(node, x, offsets, steps, shape))))
      return failure();
    offsets[*axis] += size;
  }
  return success();
}

static LogicalResult convertSlice(Node &node) {
  Value x = node.stored(0);
  int64_t rank = Node::rankOf(x);
  FailureOr<Ints> starts = node.intsOf(1, "starts"), ends = node.intsOf(2, "ends");
  if (failed(starts) || failed(ends))
    return failure();
  Ints firstAxes, ones(starts->size(), 1);
  for (size_t i = 0; i < starts->size(); ++i)
    firstAxes.push_back(i);
  FailureOr<Ints> axes = node.intsOf(3, "axes", firstAxes), given = node.intsOf(4, "steps", ones);
  if (failed(axes) || failed(given))
    return failure();
  if (ends->size() != starts->size() || axes->size() != starts->size() || given->size() != starts->size())
    return node.error() << "starts " << dnn::shapeText(*starts) << ", ends " << dnn::shapeText(*ends)
                        << ", axes " << dnn::shapeText(*axes) << " and steps " << dnn::shapeText(*given)
                        << " differ in length";
  if (failed(node.axesOf(*axes, rank)))
    return failure();
  Ints shape(Node::shapeOf(x)), offsets(rank, 0), steps(rank, 1);
  for (size_t i = 0; i < axes->size(); ++i) {
    int64_t axis = (*axes)[i] + ((*axes)[i] < 0 ? rank : 0), size = shape[axis], step = (*given)[i];
    if (step == 0)
      return node.error() << "steps are " << dnn::shapeText(*given) << "; need none of 0";
    // Positions from the end, then clamped to where a slice of this direction may start and stop.
    int64_t low = step > 0 ? 0 : -1, high = step > 0 ? size : size - 1;
    auto clamp = [&](int64_t position) {
      return std::clamp(position < 0 ? position + size : position, low, high);
    };
    int64_t first = step > 0 ? clamp((*starts)[i]) : std::max<int64_t>(clamp((*starts)[i]), 0),
            last = clamp((*ends)[i]);
    // Steps may be as far out as ±2⁶³, so the count is taken of magnitudes.
    uint64_t distance = step > 0 ? std::max<int64_t>(last - first, 0) : std::max<int64_t>(first - last, 0);
    uint64_t stride = step > 0 ? step : -static_cast<uint64_t>(step);
    uint64_t count = distance == 0 ? 0 : (distance - 1) / stride + 1;
    offsets[axis] = count > 0 ? first : 0;
    steps[axis] = count > 1 ? step : 1;
    shape[axis] = static_cast<int64_t>(count);
  }
  return node.result(slice(node, x, offsets, steps, shape));
}

static LogicalResult convertGather(Node &node) {
  Value x = node.stored(0), indices = node.input(1);
  ArrayRef<int64_t> input = Node::shapeOf(x);
  FailureOr<int64_t> axis = node.axisOf(node.integer("axis", 0), input.size());
  if (failed(axis))
    return failure();
  Ints shape(input.take_front(*axis));
  llvm::append_range(shape, Node::shapeOf(indices));
  llvm::append_range(shape, input.drop_front(*axis + 1));
  return node.result(node.make<dnn::GatherOp>(Node::tensor(shape, Node::elementOf(x)), {x, indices},
                                              {node.intAttr("axis", *axis)}));
}

/// The element of a scalar tensor as a number.
static FailureOr<double> scalarOf(Node &node, const Tensor &tensor, StringRef what) {
  if (tensor.elementCount() != 1)
    return node.error() << what << " has " << tensor.elementCount() << " elements; need 1";
  switch (tensor.type) {
  case ElementType::F32:
    return tensor.as<float>()[0];
  case ElementType::I64:
    return static_cast<double>(tensor.as<int64_t>()[0]);
  case ElementType::I32:
    return tensor.as<int32_t>()[0];
  case ElementType::I16:
    return tensor.as<int16_t>()[0];
  case ElementType::I8:
    return tensor.as<int8_t>()[0];
  default:
    return tensor.bytes()[0];
  }
}

static LogicalResult convertPad(Node &node) {
  Value x = node.stored(0);
  int64_t rank = Node::rankOf(x);
  FailureOr<Ints> given = node.intsOf(1, "pads");
  if (failed(given))
    return failure();
  Ints allAxes;
  for (int64_t dim = 0; dim < rank; ++dim)
    allAxes.push_back(dim);
  FailureOr<Ints> axes = node.has(3) ? node.constantInts(3, "axes") : FailureOr<Ints>(allAxes);
  if (failed(axes) || failed(node.axesOf(*axes, rank)))
    return failure();
  int64_t count = axes->size();
  if (static_cast<int64_t>(given->size()) != 2 * count)
    return node.error() << "pads " << dnn::shapeText(*given) << " has " << static_cast<int64_t>(given->size())
                        << " values; need " << 2 * count;

  std::string name = node.text("mode", "constant");
  std::optional<dnn::PadMode> mode = dnn::symbolizePadMode(name);
  if (!mode)
    return node.error() << "mode is '" << name << "'; need constant, reflect, edge or wrap";
  double value = node.number("value", 0.0f);
  if (node.has(2) && *mode == dnn::PadMode::Constant) {
    FailureOr<Tensor> tensor = node.constant(2, "constant_value");
    FailureOr<double> scalar =
        failed(tensor) ? FailureOr<double>(failure()) : scalarOf(node, *tensor, "constant_value");
    if (failed(scalar))
      return failure();
    value = *scalar;
  }
  if (dnn::isQuantized(x.getType())) // the model pads with a stored integer
    value = (value - static_cast<double>(dnn::zeroPointsOf(x.getType())[0])) * dnn::scalesOf(x.getType())[0];

  Ints low(rank, 0), high(rank, 0), offsets(rank, 0), cut(Node::shapeOf(x));
  bool cuts = false;
  for (int64_t pad : *given)
    if (std::abs(static_cast<double>(pad)) > static_cast<double>(mostElements))
      return node.error() << "pads are " << dnn::shapeText(*given) << "; need at most " << mostElements;
  for (int64_t i = 0; i < count; ++i) {
    int64_t axis = (*axes)[i] + ((*axes)[i] < 0 ? rank : 0), before = (*given)[i],
            after = (*given)[count + i];
    low[axis] = std::max<int64_t>(before, 0);
    high[axis] = std::max<int64_t>(after, 0);
    offsets[axis] = std::max<int64_t>(-before, 0);
    cut[axis] -= offsets[axis] + std::max<int64_t>(-after, 0);
    cuts |= before < 0 || after < 0;
    if (cut[axis] < 0)
      return node.error() << "pads " << dnn::shapeText(*given) << " cut away more than the input of shape "
                          << dnn::shapeText(Node::shapeOf(x)) << " has";
  }
  if (cuts)
    x = slice(node, x, offsets, Ints(rank, 1), cut);
  Ints shape = cut;
  for (int64_t dim = 0; dim < rank; ++dim)
    shape[dim] += low[dim] + high[dim];
  if (shape == cut && cuts)
    return node.result(x);
  return node.result(
      node.make<dnn::PadOp>(Node::tensor(shape, Node::elementOf(x)), x,
                            {node.ints("low", low), node.ints("high", high),
                             node.attr("mode", dnn::PadModeAttr::get(node.builder().getContext(), *mode)),
                             node.attr("value", node.builder().getF64FloatAttr(value))}));
}

static LogicalResult convertExpand(Node &node) {
  Value x = node.stored(0);
  FailureOr<Ints> wanted = node.constantInts(1, "the shape");
  if (failed(wanted))
    return failure();
  FailureOr<Ints> shape = node.broadcast(Node::shapeOf(x), *wanted);
  if (failed(shape))
    return failure();
  return node.result(node.make<dnn::ExpandOp>(Node::tensor(*shape, Node::elementOf(x)), x));
}

/// Dimensions of size 1 are expanded, others joined to themselves.
static LogicalResult convertTile(Node &node) {
  FailureOr<Value> y = node.stored(0);
  FailureOr<Ints> repeats = node.constantInts(1, "repeats");
  if (failed(repeats))
    return failure();
  int64_t rank = Node::rankOf(*y);
  if (static_cast<int64_t>(repeats->size()) != rank ||
      llvm::any_of(*repeats, [](int64_t n) { return n < 1; }))
    return node.error() << "repeats are " << dnn::shapeText(*repeats) << "; need " << rank
                        << " numbers of at least 1";
  Ints expanded(Node::shapeOf(*y));
  for (int64_t dim = 0; dim < rank; ++dim)
    if (expanded[dim] == 1)
      expanded[dim] = (*repeats)[dim];
  for (int64_t dim = 0; dim < rank && succeeded(y); ++dim)
    if (int64_t count = (*repeats)[dim]; count > 1 && Node::shapeOf(*y)[dim] > 1)
      y = makeConcat(node, SmallVector<Value>(count, *y), dim);
  if (failed(y))
    return failure();
  for (int64_t dim = 0; dim < rank; ++dim)
    expanded[dim] = std::max(expanded[dim], Node::shapeOf(*y)[dim]);
  if (ArrayRef(expanded) != Node::shapeOf(*y))
    y = node.make<dnn::ExpandOp>(Node::tensor(expanded, Node::elementOf(*y)), *y);
  return node.result(*y);
}

/// The block size of DepthToSpace and SpaceToDepth, whose input must be [N, C, H, W].
static FailureOr<int64_t> blockSize(Node &node, Value x) {
  int64_t size = node.integer("blocksize", 0);
  if (Node::rankOf(x) != 4)
    return node.error() << "input has shape " << dnn::shapeText(Node::shapeOf(x)) << "; need [N, C, H, W]";
  if (size < 1)
    return node.error() << "blocksize is " << size << "; need at least 1";
  return size;
}

static LogicalResult convertDepthToSpace(Node &node) {
  Value x = node.stored(0);
  FailureOr<int64_t> size = blockSize(node, x);
  if (failed(size))
    return failure();
  Ints shape(Node::shapeOf(x));
  int64_t b = *size, n = shape[0], c = shape[1] / (b * b), h = shape[2], w = shape[3];
  std::string mode = node.text("mode", "DCR");
  if (shape[1] % (b * b) != 0)
    return node.error() << "input has " << shape[1] << " channels; need a multiple of blocksize², " << b * b;
  if (mode != "DCR" && mode != "CRD")
    return node.error() << "mode is '" << mode << "'; need DCR or CRD";
  Value split, moved;
  if (mode == "DCR") {
    split = node.reshape(x, {n, b, b, c, h, w});
    moved = node.transpose(split, {0, 3, 4, 1, 5, 2});
  } else {
    split = node.reshape(x, {n, c, b, b, h, w});
    moved = node.transpose(split, {0, 1, 4, 2, 5, 3});
  }
  return node.result(node.reshape(moved, {n, c, h * b, w * b}));
}

static LogicalResult convertSpaceToDepth(Node &node) {
  Value x = node.stored(0);
  FailureOr<int64_t> size = blockSize(node, x);
  if (failed(size))
    return failure();
  Ints shape(Node::shapeOf(x));
  int64_t b = *size, n = shape[0], c = shape[1], h = shape[2] / b, w = shape[3] / b;
  if (shape[2] % b != 0 || shape[3] % b != 0)
    return node.error() << "input has shape " << dnn::shapeText(shape)
                        << "; need a height and width divisible by " << b;
  std::string mode = node.text("mode", "DCR");
  if (mode != "DCR" && mode != "CRD")
    return node.error() << "mode is '" << mode << "'; need DCR or CRD";
  Value split = node.reshape(x, {n, c, h, b, w, b});
  Value moved = node.transpose(split, mode == "DCR" ? Ints{0, 3, 5, 1, 2, 4} : Ints{0, 1, 3, 5, 2, 4});
  return node.result(node.reshape(moved, {n, c * b * b, h, w}));
}

ArrayRef<OpConverter> movementConverters() {
  static const OpConverter rows[] = {
      {"", "Transpose", 7, convertTranspose},
      {"", "Concat", 7, convertConcat},
      {"", "Split", 7, convertSplit, "constant sizes"},
      {"", "Slice", 7, convertSlice, "constant positions"},
      {"", "Gather", 7, convertGather},
      {"", "Pad", 7, convertPad, "constant pads and value"},
      {"", "Expand", 8, convertExpand, "constant shape"},
      {"", "Tile", 7, convertTile, "constant repeats of at least 1"},
      {"", "DepthToSpace", 7, convertDepthToSpace},
      {"", "SpaceToDepth", 7, convertSpaceToDepth},
  };
  return rows;
}

} // namespace dnnc::onnximport

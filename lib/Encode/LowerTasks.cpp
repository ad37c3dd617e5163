#include "dialects/Acc/Segments.h"
#include "lib/Encode/LowerTasks.h"

#include "lib/Encode/Addresses.h"
#include "lib/Encode/Constants.h"
#include "lib/Encode/LaneSteps.h"
#include "lib/Density/DrawDensities.h"


#include <bit>
#include <cmath>
#include <limits>

using namespace mlir;
using namespace dnnc;
using namespace dnnc::encode;

static constexpr int64_t constantsAlignment = 64;

namespace {
class TaskLowering {
public:
  TaskLowering(func::FuncOp function, const Target &target)
      : function(function), psumCellBytes((target.array.psumSpad.bits + 7) / 8),
        psumMemory(static_cast<int64_t>(*target.memoryFor(Operand::Psum))) {
    program.header.target = target.toYaml();
    program.header.model = "main";
    if (auto name = function->getParentOfType<ModuleOp>().getSymName())
      program.header.model = name->str();
  }

  FailureOr<isa::Program> run() {
    auto constants = collectConstants(function);
    if (failed(constants))
      return failure();
    constantBytes = (static_cast<int64_t>(constants->size()) + constantsAlignment - 1) / constantsAlignment * constantsAlignment;
    constants->resize(constantBytes);
    program.constants = isa::Bytes(std::move(*constants));
    program.header.constantsBytes = constantBytes;
    auto activations = function->getAttrOfType<IntegerAttr>("acc.activation_bytes");
    if (!activations)
      return function.emitError("has no tensor addresses; run place-tensors first");
    program.header.dramBytes = constantBytes + activations.getInt();

    if (failed(addTokens()) || failed(verifyBuffers()))
      return failure();
    function.walk([&](acc::NestOp nest) { addNode(nest); });
    isa::SegmentRow segment;
    WalkResult tensors = function.walk([&](acc::TensorOp tensor) { return failed(addTensor(tensor, segment)) ? WalkResult::interrupt() : WalkResult::advance(); });
    if (tensors.wasInterrupted())
      return failure();
    program.segments.push_back(segment);
    if (failed(addDensities()))
      return failure();

    for (acc::NestOp nest : function.getBody().front().getOps<acc::NestOp>())
      for (unsigned queue = 0; queue < program.queues.size(); ++queue)
        if (failed(lowerBlock(nest.getBody().front(), static_cast<acc::Queue>(queue), nodes[nest])))
          return failure();
    return std::move(program);
  }

private:
  LogicalResult addTokens() {
    LogicalResult result = success();
    function.walk([&](acc::TokenOp token) {
      if (token.getNumber() != program.tokens.size())
        result = token.emitOpError("has number ") << token.getNumber() << ", need " << program.tokens.size() << ": tokens are numbered from 0 in order";
      isa::TokenRow row;
      row.initial = token.getInitial(), row.maximum = token.getMaximum(), row.name = token.getName().str();
      program.tokens.push_back(row);
    });
    return result;
  }

  LogicalResult verifyBuffers() {
    LogicalResult result = success();
    function.walk([&](acc::BufferOp buffer) {
      auto type = cast<acc::BufferType>(buffer.getType());
      Type element = type.getElementType();
      // A cell of psums has the width of the target's, which need not be a type's.
      if (type.getRole() != acc::Role::psum && !elementType(element))
        result = buffer.emitOpError("has elements of ") << element << ", which a program cannot hold";
    });
    return result;
  }

  void addNode(acc::NestOp nest) {
    isa::NodeRow row;
    row.id = nest.getNode();
    row.op = nest.getKind().str();
    row.macs = nest.getMacs();
    for (Attribute name : nest.getOnnx())
      row.onnx += (row.onnx.empty() ? "" : "\n") + cast<StringAttr>(name).getValue().str();
    row.dataflow = isa::Dataflow::None;
    nest.walk([&](acc::ArrayOp array) { row.dataflow = dataflow(array.getMapping().getDataflow()); });
    nodes[nest] = program.nodes.size();
    program.nodes.push_back(row);
  }

  static isa::Dataflow dataflow(acc::Dataflow value) {
    switch (value) {
    case acc::Dataflow::rs:
      return isa::Dataflow::Rs;
    case acc::Dataflow::ws:
      return isa::Dataflow::Ws;
    case acc::Dataflow::os:
      return isa::Dataflow::Os;
    case acc::Dataflow::is:
      return isa::Dataflow::Is;
    case acc::Dataflow::nlr:
      return isa::Dataflow::Nlr;
    case acc::Dataflow::mixed:
      return isa::Dataflow::Mixed;
    }
    return isa::Dataflow::None;
  }

  int64_t addressOf(acc::TensorOp tensor) {
    int64_t offset = 0;
    for (acc::TensorOp part = tensor; part.getOf(); part = part.getOf().getDefiningOp<acc::TensorOp>())
      offset += part.getOffset();
    acc::TensorOp root = tensor.getRoot();
    int64_t base = static_cast<int64_t>(*root.getAddress()) + (root.getKind() == acc::TensorKind::constant ? 0 : constantBytes);
    return base + offset * acc::elementBytes(cast<RankedTensorType>(tensor.getType()).getElementType());
  }

  /// The node that writes the tensor (or a part or view of it), else the first that reads it.
  int64_t nodeOf(acc::TensorOp tensor) {
    int64_t first = -1;
    SmallVector<acc::TensorOp> related = {tensor.getRoot()};
    for (size_t i = 0; i < related.size(); ++i)
      for (Operation *user : related[i]->getUsers()) {
        if (auto view = dyn_cast<acc::TensorOp>(user)) {
          related.push_back(view);
          continue;
        }
        int64_t node = nodes.lookup(user->getParentOfType<acc::NestOp>());
        if (llvm::isa<acc::StoreOp>(user))
          return node;
        first = first < 0 ? node : std::min(first, node);
      }
    return std::max<int64_t>(first, 0);
  }

  LogicalResult addTensor(acc::TensorOp tensor, isa::SegmentRow &segment) {
    auto type = cast<RankedTensorType>(tensor.getType());
    auto element = elementType(type.getElementType());
    if (!element)
      return tensor.emitOpError("has elements of ") << type.getElementType() << ", which a program cannot hold";
    if (!tensor.getRoot().getAddress())
      return tensor.emitOpError("has no address; run place-tensors first");
    if (!tensor.isRowMajor() && tensor.getKind() == acc::TensorKind::intermediate)
      return success(); // a part of another tensor
    isa::TensorRow row;
    row.name = tensor.getName().str();
    bool ofConstant = tensor.getRoot().getKind() == acc::TensorKind::constant;
    row.kind = ofConstant ? isa::TensorKind::Constant : static_cast<isa::TensorKind>(tensor.getKind());
    row.type = *element;
    row.shape = list(type.getShape());
    row.axis = -1;
    if (auto uniform = dyn_cast<quant::UniformQuantizedType>(type.getElementType())) {
      row.scales = {std::bit_cast<uint32_t>(static_cast<float>(uniform.getScale()))};
      row.zeroPoints = {uniform.getZeroPoint()};
    } else if (auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(type.getElementType())) {
      row.axis = perAxis.getQuantizedDimension();
      for (double scale : perAxis.getScales())
        row.scales.push_back(std::bit_cast<uint32_t>(static_cast<float>(scale)));
      row.zeroPoints.assign(perAxis.getZeroPoints().begin(), perAxis.getZeroPoints().end());
    }
    row.address = addressOf(tensor);
    row.bytes = type.getNumElements() * bytesOf(*element);
    if (acc::StorageAttr storage = tensor.getStorageAttr(); acc::isCompressed(storage)) {
      row.segment = list(storage.getSegment());
      row.order = list(storage.getOrder());
      row.bytes = fillFormat(row, storage, type).bytes;
    }
    row.node = nodeOf(tensor);
    int64_t index = program.tensors.size();
    if (tensor.getKind() == acc::TensorKind::input)
      segment.inputs.push_back(index);
    if (tensor.getKind() == acc::TensorKind::output || tensor.getKind() == acc::TensorKind::observed)
      segment.outputs.push_back(index);
    program.tensors.push_back(row);
    return success();
  }

  /// The rows of a what-if: zeros that the run draws, and what was drawn.
  LogicalResult addDensities() {
    LogicalResult result = success();
    function.walk([&](acc::NestOp nest) {
      for (auto [name, of] : {std::pair(acc::ifmapDensityAttr, isa::Drawn::Ifmap), std::pair(acc::weightDensityAttr, isa::Drawn::Weight)})
        if (auto density = syntheticOf(nest, name)) {
          // Of what was drawn elsewhere only the share is told.
          isa::DensityRow row;
          row.of = of, row.row = nodes[nest], row.axis = -1, row.type = ElementType::U8, row.otherValue = 1;
          row.shares = {bitsOf(density.share())};
          program.densities.push_back(row);
        }
      auto density = syntheticOf(nest, acc::densityAttr);
      if (!density)
        return;
      acc::TensorOp stored;
      nest.walk([&](acc::StoreOp store) { stored = store.getTensor().getDefiningOp<acc::TensorOp>(); });
      if (!stored)
        result = nest.emitOpError("has a density and stores nothing");
      else if (failed(addDrawn(isa::Drawn::Result, nodes[nest], stored, density)))
        result = failure();
    });
    for (acc::TensorOp tensor : function.getBody().front().getOps<acc::TensorOp>()) {
      auto density = syntheticOf(tensor, acc::densityAttr);
      if (!density || tensor.getKind() != acc::TensorKind::input)
        continue;
      size_t row = 0;
      while (row < program.tensors.size() && (program.tensors[row].kind != isa::TensorKind::Input || program.tensors[row].name != tensor.getName()))
        ++row;
      if (failed(addDrawn(isa::Drawn::Input, static_cast<int64_t>(row), tensor, density)))
        result = failure();
    }
    return result;
  }

  static acc::DensityAttr syntheticOf(Operation *op, StringRef name) {
    auto density = op->getAttrOfType<acc::DensityAttr>(name);
    return density && density.getOrigin() == acc::DensityOrigin::synthetic ? density : acc::DensityAttr();
  }

  static int64_t bitsOf(double share) { return std::bit_cast<uint32_t>(static_cast<float>(share)); }

  LogicalResult addDrawn(isa::Drawn of, int64_t index, acc::TensorOp tensor, acc::DensityAttr density) {
    auto type = cast<RankedTensorType>(tensor.getType());
    auto element = elementType(type.getElementType());
    std::optional<uint64_t> zero = acc::zeroBits(type.getElementType());
    if (!element || !zero || bytesOf(*element) > 4)
      return tensor.emitOpError("has elements of ") << type.getElementType() << ", of which no zeros can be drawn";
    if (density.getAxis() >= type.getRank())
      return tensor.emitOpError("has ") << type.getRank() << " dimensions; its density runs along dimension " << density.getAxis();
    isa::DensityRow row;
    row.of = of, row.row = index, row.axis = density.getAxis(), row.type = *element, row.seed = density.getSeed();
    row.zeroValue = static_cast<int64_t>(*zero);
    row.otherValue = static_cast<int64_t>(density::otherThan(*zero, acc::elementBits(type.getElementType()), *element == ElementType::F32));
    int64_t channels = row.axis < 0 ? 1 : type.getDimSize(static_cast<unsigned>(row.axis));
    // Stores list the dimensions as the segments do.
    if (acc::StorageAttr storage = tensor.getStorageAttr(); of == isa::Drawn::Result && acc::isCompressed(storage))
      row.order = list(storage.getOrder());
    double dispersion = row.axis < 0 ? 0 : density.getDispersion().convertToDouble();
    for (float share : density::drawDensities(density.share(), dispersion, channels, static_cast<uint64_t>(row.seed)))
      row.shares.push_back(bitsOf(share));
    program.densities.push_back(row);
    return success();
  }

  /// The part of a block that runs in one queue.
  LogicalResult lowerBlock(Block &block, acc::Queue queue, int64_t node) {
    for (Operation &op : block) {
      if (auto loop = dyn_cast<acc::ForOp>(op)) {
        bool used = loop.walk([&](acc::TaskOpInterface task) {
                          return task.getQueue() == queue ? WalkResult::interrupt() : WalkResult::advance();
                        })
                        .wasInterrupted();
        if (!used)
          continue;
        isa::Loop begin;
        begin.node = node, begin.count = loop.getCount();
        push(queue, begin);
        if (failed(lowerBlock(loop.getBody().front(), queue, node)))
          return failure();
        isa::EndLoop end;
        end.node = node;
        push(queue, end);
      } else if (auto task = dyn_cast<acc::TaskOpInterface>(op)) {
        if (task.getQueue() == queue && failed(lowerTask(task, node)))
          return failure();
      }
    }
    return success();
  }

  void push(acc::Queue queue, isa::Instruction instruction) {
    program.queues[static_cast<unsigned>(queue)].push_back(std::move(instruction));
  }

  LogicalResult lowerTask(acc::TaskOpInterface task, int64_t node) {
    auto made = llvm::TypeSwitch<Operation *, FailureOr<isa::Instruction>>(task)
                    .Case([&](acc::SyncOp) { return isa::Instruction(isa::Sync()); })
                    .Case([&](acc::LoadOp load) { return lower(load); })
                    .Case([&](acc::StoreOp store) { return lower(store); })
                    .Case([&](acc::ArrayOp array) { return lower(array); })
                    .Case([&](acc::VectorMapOp map) { return lower(map); })
                    .Case([&](acc::VectorReduceOp reduce) { return lower(reduce); })
                    .Case([&](acc::VectorWindowOp window) { return lower(window); })
                    .Case([&](acc::VectorPermuteOp permute) { return lower(permute); })
                    .Case([&](acc::VectorGatherOp gather) { return lower(gather); })
                    .Default([](Operation *op) { return op->emitOpError("has no instruction"); });
    if (failed(made))
      return failure();
    auto tokens = [&](StringRef name) {
      auto attribute = task->getAttrOfType<DenseI64ArrayAttr>(name);
      return attribute ? list(attribute.asArrayRef()) : std::vector<int64_t>();
    };
    std::visit(
        [&](auto &instruction) {
          instruction.node = node;
          instruction.wait = tokens("wait");
          instruction.signal = tokens("signal");
        },
        *made);
    push(task.getQueue(), std::move(*made));
    return success();
  }

  /// What a row says of the segments of a tensor; returns their slots.
  template <typename Row>
  static isa::SegmentGrid fillFormat(Row &row, acc::StorageAttr storage, RankedTensorType type) {
    isa::SegmentFormat format = acc::segmentFormat(storage, type.getElementType());
    isa::SegmentGrid grid = acc::segmentGrid(storage, type);
    row.codec = format.codec;
    row.zeroValue = static_cast<int64_t>(format.zero);
    row.column = format.column;
    row.n = format.n;
    row.m = format.m;
    row.slotBytes = grid.slotBytes;
    return grid;
  }

  /// Lists what a row says of the dimensions in another order.
  template <typename T> static void permute(std::vector<T> &values, const std::vector<int64_t> &order) {
    std::vector<T> old = values;
    for (size_t d = 0; d < order.size(); ++d)
      values[d] = old[static_cast<size_t>(order[d])];
  }

  /// The fields that loads and stores share.
  template <typename Transfer>
  LogicalResult fillTransfer(Operation *op, Transfer &transfer, acc::TensorOp tensor, Value buffer, AffineMap offsets, ArrayAttr slots) {
    auto type = cast<acc::BufferType>(buffer.getType());
    int64_t bytes = type.getElementBytes();
    SmallVector<int64_t> strides = tensor.getElementStrides();
    transfer.elementBytes = bytes;
    auto address = bufferAddress(op, buffer, slots[0]);
    auto places = affines(op, offsets);
    if (failed(address) || failed(places))
      return failure();
    transfer.memory = memoryOf(buffer);
    transfer.buffer = *address;
    transfer.offsets = *places;
    transfer.extents = list(type.getShape());
    transfer.bounds = list(cast<RankedTensorType>(tensor.getType()).getShape());
    transfer.dramStrides = list(strides, bytes);
    transfer.bufferStrides = list(type.getStrides(), bytes);
    AffineExpr linear = getAffineConstantExpr(0, op->getContext());
    for (auto [d, offset] : llvm::enumerate(offsets.getResults()))
      linear = linear + offset * (strides[d] * bytes);
    auto dram = affine(op, AffineMap::get(offsets.getNumDims(), 0, linear), 0);
    if (failed(dram))
      return failure();
    transfer.dram = *dram;
    transfer.dram.base += addressOf(tensor);
    if (acc::StorageAttr storage = tensor.getStorageAttr(); acc::isCompressed(storage)) {
      // Tiles of activations were looked at with all that moves them; a constant's storage stands with it alone.
      bool whole = true;
      for (auto [offset, extent, size, all] : llvm::zip(offsets.getResults(), type.getShape(), storage.getSegment(),
                                                        cast<RankedTensorType>(tensor.getType()).getShape()))
        whole &= offset.isMultipleOf(size) && (extent % size == 0 || extent >= all);
      if (tensor.getKind() == acc::TensorKind::constant && !whole)
        return op->emitOpError("loads tiles that are not whole segments of the compressed tensor; tile it by its segments");
      // The tile's place says which segments move, so the address is that of the first slot.
      isa::SegmentGrid grid = fillFormat(transfer, storage, cast<RankedTensorType>(tensor.getType()));
      transfer.segment = grid.segment;
      transfer.dram = isa::Affine(addressOf(tensor));
      transfer.dramStrides = grid.strides;
      transfer.bounds = grid.shape;
      permute(transfer.extents, grid.order);
      permute(transfer.bufferStrides, grid.order);
      permute(transfer.offsets, grid.order);
    }
    return success();
  }

  FailureOr<isa::Instruction> lower(acc::LoadOp op) {
    auto tensor = op.getTensor().getDefiningOp<acc::TensorOp>();
    isa::Load load;
    if (failed(fillTransfer(op, load, tensor, op.getBuffer(), op.getOffsets(), op.getSlots())))
      return failure();
    if (auto fill = op.getFill()) {
      load.pad = isa::PadMode::Fill;
      load.padValue = static_cast<int64_t>(*fill) & ((int64_t(1) << (8 * std::min<int64_t>(load.elementBytes, 4))) - 1);
    }
    return isa::Instruction(load);
  }

  FailureOr<isa::Instruction> lower(acc::StoreOp op) {
    isa::Store store;
    if (failed(fillTransfer(op, store, op.getTensor().getDefiningOp<acc::TensorOp>(), op.getBuffer(), op.getOffsets(), op.getSlots())))
      return failure();
    return isa::Instruction(store);
  }

  int64_t mappingRow(acc::MappingAttr mapping) {
    auto [entry, isNew] = mappings.try_emplace(mapping, program.mappings.size());
    if (isNew) {
      isa::MappingRow row;
      row.dataflow = dataflow(mapping.getDataflow());
      row.passes = list(mapping.getPasses());
      row.clusterRows = list(mapping.getClusterRows());
      row.clusterColumns = list(mapping.getClusterColumns());
      row.peRows = list(mapping.getPeRows());
      row.peColumns = list(mapping.getPeColumns());
      row.macs = list(mapping.getMacs());
      row.spad = list(mapping.getSpad());
      program.mappings.push_back(row);
    }
    return entry->second;
  }

  /// A clamp bound in the bits of the result's type.
  static int64_t clampBits(double bound, ElementType type) {
    if (type == ElementType::F32)
      return std::bit_cast<uint32_t>(static_cast<float>(bound));
    double clamped = std::clamp<double>(bound, std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max());
    return static_cast<uint32_t>(static_cast<int32_t>(clamped));
  }

  FailureOr<isa::Instruction> lower(acc::ArrayOp op) {
    isa::Conv conv;
    unsigned next = 0;
    bool failedAny = false;
    // Operands in order, with their slots.
    auto operand = [&](Value buffer, isa::Affine &address, int64_t &memory, int64_t offset = 0) {
      if (!buffer)
        return;
      auto made = bufferAddress(op, buffer, op.getSlots()[next++], offset);
      failedAny |= failed(made);
      if (succeeded(made))
        address = *made, memory = memoryOf(buffer);
    };
    operand(op.getIfmap(), conv.ifmap, conv.ifmapMemory, op.getIfmapOffset());
    operand(op.getWeight(), conv.weight, conv.weightMemory);
    operand(op.getParam(), conv.param, conv.paramMemory);
    operand(op.getTable(), conv.table, conv.tableMemory);
    conv.psumMemory = psumMemory;
    operand(op.getPsum(), conv.psum, conv.psumMemory);
    operand(op.getOutput(), conv.output, conv.outputMemory);
    auto origin = affines(op, op.getOrigin()), offsets = affines(op, op.getOffsets());
    if (failedAny || failed(origin) || failed(offsets))
      return failure();
    conv.ifmapType = elementTypeOf(op.getIfmap());
    conv.weightType = elementTypeOf(op.getWeight());
    conv.outputType = elementTypeOf(op.getOutput());
    conv.mode = static_cast<isa::ConvMode>(op.getMode());
    conv.hasParams = static_cast<bool>(op.getParam());
    conv.hasTable = static_cast<bool>(op.getTable());
    conv.hasDisplacements = op.getDisplaced();
    conv.strideH = op.getStrides()[0], conv.strideW = op.getStrides()[1];
    conv.dilationH = op.getDilations()[0], conv.dilationW = op.getDilations()[1];
    conv.ifmapZeroPoint = static_cast<int32_t>(op.getIfmapZeroPoint());
    conv.outputZeroPoint = static_cast<int32_t>(op.getOutputZeroPoint());
    conv.clampLow = clampBits(op.getClampLow().convertToDouble(), conv.outputType);
    conv.clampHigh = clampBits(op.getClampHigh().convertToDouble(), conv.outputType);
    conv.outputScale = std::bit_cast<uint32_t>(op.getOutputScale().convertToFloat());
    conv.mapping = mappingRow(op.getMapping());
    conv.originH = (*origin)[0], conv.originW = (*origin)[1];
    conv.ifmapH = op.getIfmapSize()[0], conv.ifmapW = op.getIfmapSize()[1];
    conv.extents = list(op.getExtents());
    conv.offsets = *offsets;
    conv.bounds = list(op.getBounds());
    conv.ifmapStrides = list(op.getIfmapStrides(), bytesOf(conv.ifmapType));
    conv.weightStrides = list(op.getWeightStrides(), bytesOf(conv.weightType));
    int64_t cellBytes = op.getPsum() ? cast<acc::BufferType>(op.getPsum().getType()).getElementBytes() : psumCellBytes;
    conv.psumStrides = list(op.getPsumStrides(), cellBytes);
    conv.outputStrides = list(op.getOutputStrides(), bytesOf(conv.outputType));
    return isa::Instruction(conv);
  }

  FailureOr<int64_t> lanesRow(Operation *op, Region &region, StringRef part) {
    auto row = laneSteps(region, "");
    if (failed(row))
      return failure();
    for (auto [index, other] : llvm::enumerate(program.lanes))
      if (other.inputs == row->inputs && other.result == row->result && other.steps == row->steps)
        return static_cast<int64_t>(index);
    row->name = (part + Twine(program.lanes.size())).str();
    program.lanes.push_back(*row);
    return static_cast<int64_t>(program.lanes.size()) - 1;
  }

  /// The iteration space and operands that vector instructions share; `inputs` is how many of the op's inputs are read as such.
  template <typename Op, typename Row> LogicalResult fillVector(Op op, Row &row, size_t inputs, int64_t inputOffset = 0) {
    auto offsets = affines(op, op.getOffsets());
    auto output = bufferAddress(op, op.getOutput(), op.getSlots().getValue().back());
    if (failed(offsets) || failed(output))
      return failure();
    row.extents = list(op.getExtents());
    row.offsets = *offsets;
    row.bounds = list(op.getBounds());
    row.output = *output;
    row.outputMemory = memoryOf(op.getOutput());
    row.outputStrides = list(op.getOutputStrides(), acc::elementBytes(cast<acc::BufferType>(op.getOutput().getType()).getElementType()));
    if constexpr (requires { row.inputs; }) {
      row.outputType = elementTypeOf(op.getOutput());
      size_t rank = op.getExtents().size();
      for (size_t i = 0; i < inputs; ++i) {
        Value buffer = op.getInputs()[i];
        auto address = bufferAddress(op, buffer, op.getSlots()[i], inputOffset);
        if (failed(address))
          return failure();
        row.inputs.push_back(*address);
        row.inputMemories.push_back(memoryOf(buffer));
        row.inputTypes.push_back(elementTypeOf(buffer));
        for (int64_t stride : op.getInputStrides().slice(i * rank, rank))
          row.inputStrides.push_back(stride * bytesOf(elementTypeOf(buffer)));
      }
    }
    return success();
  }

  FailureOr<isa::Instruction> lower(acc::VectorMapOp op) {
    isa::Map map;
    auto program = lanesRow(op, op.getBody(), "map");
    if (failed(program) || failed(fillVector(op, map, op.getInputs().size())))
      return failure();
    map.program = *program;
    return isa::Instruction(map);
  }

  FailureOr<isa::Instruction> lower(acc::VectorReduceOp op) {
    isa::Reduce reduce;
    auto program = lanesRow(op, op.getProgram(), "reduce"), finish = lanesRow(op, op.getFinish(), "finish");
    if (failed(program) || failed(finish) || failed(fillVector(op, reduce, 1)))
      return failure();
    reduce.program = *program, reduce.finish = *finish;
    reduce.reduced = op.getReduced();
    reduce.combine = static_cast<isa::Combine>(op.getCombine());
    reduce.accumulatorType = *elementType(op.getFinish().getArgument(0).getType());
    size_t rank = op.getExtents().size(), kept = rank - op.getReduced();
    reduce.accumulatorStrides.assign(kept, 0);
    if (op.getInputs().size() == 2) {
      auto address = bufferAddress(op, op.getInputs()[1], op.getSlots()[1]);
      if (failed(address))
        return failure();
      reduce.accumulator = *address;
      reduce.accumulatorMemory = memoryOf(op.getInputs()[1]);
      reduce.accumulatorStrides = list(op.getInputStrides().slice(rank, kept), bytesOf(reduce.accumulatorType));
    }
    return isa::Instruction(reduce);
  }

  FailureOr<isa::Instruction> lower(acc::VectorWindowOp op) {
    isa::Window window;
    auto program = lanesRow(op, op.getProgram(), "window"), finish = lanesRow(op, op.getFinish(), "finish");
    auto origins = affines(op, op.getOrigins());
    if (failed(program) || failed(finish) || failed(origins) || failed(fillVector(op, window, 1, op.getInputOffset())))
      return failure();
    window.program = *program, window.finish = *finish;
    window.combine = static_cast<isa::Combine>(op.getCombine());
    window.accumulatorType = *elementType(op.getFinish().getArgument(0).getType());
    window.windowDims = list(op.getDims());
    window.windowSizes = list(op.getSizes());
    window.windowStrides = list(op.getStrides());
    window.windowDilations = list(op.getDilations());
    window.windowOrigins = *origins;
    window.windowBounds = list(op.getInputBounds());
    window.countLow = list(op.getCountLow());
    window.countHigh = list(op.getCountHigh());
    return isa::Instruction(window);
  }

  template <typename Op, typename Row> LogicalResult fillMove(Op op, Row &row, int64_t inputOffset) {
    Value input = op.getInputs()[0];
    auto address = bufferAddress(op, input, op.getSlots()[0], inputOffset);
    if (failed(address) || failed(fillVector(op, row, 0)))
      return failure();
    row.elementBytes = cast<acc::BufferType>(input.getType()).getElementBytes();
    row.input = *address;
    row.inputMemory = memoryOf(input);
    row.inputStrides = list(op.getInputStrides().take_front(op.getExtents().size()), row.elementBytes);
    return success();
  }

  FailureOr<isa::Instruction> lower(acc::VectorPermuteOp op) {
    isa::Permute permute;
    if (failed(fillMove(op, permute, op.getInputOffset())))
      return failure();
    return isa::Instruction(permute);
  }

  FailureOr<isa::Instruction> lower(acc::VectorGatherOp op) {
    isa::Gather gather;
    auto indices = bufferAddress(op, op.getInputs()[1], op.getSlots()[1]);
    if (failed(indices) || failed(fillMove(op, gather, 0)))
      return failure();
    gather.axis = op.getAxis();
    gather.indices = *indices;
    gather.indicesMemory = memoryOf(op.getInputs()[1]);
    return isa::Instruction(gather);
  }

  func::FuncOp function;
  isa::Program program;
  int64_t psumCellBytes, psumMemory;
  int64_t constantBytes = 0;
  llvm::DenseMap<Operation *, int64_t> nodes;
  llvm::DenseMap<acc::MappingAttr, int64_t> mappings;
};
} // namespace

FailureOr<isa::Program> encode::lowerTasks(func::FuncOp function, const Target &target) { return TaskLowering(function, target).run(); }

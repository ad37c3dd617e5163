#include "lib/Schedule/ActivationStorage.h"

#include "dialects/Acc/Segments.h"
#include "lib/Density/Feeds.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

#include "llvm/ADT/TypeSwitch.h"

#include <fmt/format.h>

using namespace mlir;
using namespace dnnc;
using namespace dnnc::schedule;

/// Without zeros a tensor may move at most so much more than raw. Each of its segments stands raw then: what
/// is more is a flag and the rest of a burst for each. Segments of 6400 bytes and more stay below 1.005, but
/// the halos of most convolutions cut feature maps into smaller ones, of which the zeros of a Relu leave far
/// less than raw. On `edge`, int8, under the mappings of `auto`, the encoded maps take off DRAM bytes of the
/// whole network, and would add where no map had a single zero
///   at most   MobileNetV2      ResNet-50
///   1.005      3.9 %  -1.0 %   2.5 %  -0.4 %
///   1.05       6.2 %  -0.5 %   2.9 %  -0.3 %
///   1.1       10.6 %  +1.7 %   2.9 %  +0.1 %
///   1.25      10.6 %  +1.7 %   2.5 %  +1.1 %.
/// Above 1.1 the rest of the bursts takes more than real zeros give; EfficientNet-B0 has no such map.
static constexpr double mostGrowth = 1.1;

namespace {
/// What the ops that make a tensor, or a lane of it, tell of its values, as far as zeros follow from it.
struct Values {
  bool negative = false; ///< some are known to be less than zero
  bool zeros = false;    ///< something clamps at zero what would be less, or passes such zeros on
};

/// Whether a value, of a lane in the units of the stored integers or of real numbers, is a constant.
std::optional<double> constantOf(Value lane) {
  auto constant = lane.getDefiningOp<arith::ConstantOp>();
  if (!constant)
    return std::nullopt;
  if (auto real = dyn_cast<FloatAttr>(constant.getValue()))
    return real.getValueAsDouble();
  if (auto integer = dyn_cast<IntegerAttr>(constant.getValue()))
    return static_cast<double>(integer.getInt());
  return std::nullopt;
}

/// Follows values from op to op and from group to group. Zero is the zero point. Nothing is known of
/// functions like exp or a table, nor of what the network is given: they may come near zero but do not meet
/// it.
class ZeroMakers {
public:
  Values of(Value tensor) {
    if (auto entry = known.find(tensor); entry != known.end())
      return entry->second;
    return known[tensor] = found(tensor);
  }

private:
  Values found(Value tensor) {
    if (auto argument = dyn_cast<BlockArgument>(tensor)) {
      auto group = dyn_cast<acc::GroupOp>(argument.getOwner()->getParentOp());
      return group ? of(group.getInputs()[argument.getArgNumber()]) : Values();
    }
    return llvm::TypeSwitch<Operation *, Values>(tensor.getDefiningOp())
        .Case([&](acc::GroupOp group) { return of(group.getBody().front().getTerminator()->getOperand(0)); })
        .Case<acc::ConvOp, acc::MatmulOp>([&](auto product) { return ofProduct(product); })
        .Case([&](acc::MapOp map) {
          SmallVector<Values> inputs =
              llvm::map_to_vector(map.getInputs(), [&](Value input) { return of(input); });
          return ofLane(map.getBody().front().getTerminator()->getOperand(0), inputs);
        })
        .Case<acc::ReduceOp, acc::WindowOp>([&](auto op) { return ofCombined(op); })
        .Case<acc::MoveOp, acc::GatherOp, acc::ReshapeOp>([&](auto op) { return of(op->getOperand(0)); })
        .Case([&](acc::ConcatOp concat) {
          Values all = {false, true};
          for (Value input : concat.getInputs()) {
            Values one = of(input);
            all = {all.negative || one.negative, all.zeros && one.zeros};
          }
          return all;
        })
        .Default(Values());
  }

  /// A sum of products may have any sign. Quantizers fold a Relu into the zero point: with the type's
  /// smallest value there, what is less saturates to it.
  template <typename Product> static Values ofProduct(Product product) {
    if (product.getTable())
      return {};
    auto type = dyn_cast<quant::UniformQuantizedType>(
        cast<RankedTensorType>(product.getResult().getType()).getElementType());
    auto zero = static_cast<double>(type ? type.getZeroPoint() : 0);
    double low = product.getClampLow().convertToDouble();
    if (type)
      low = std::max(low, static_cast<double>(type.getStorageTypeMin()));
    return {low < zero, low == zero};
  }

  /// The largest of many is zero where no other is more; a sum of zeros and others is none.
  template <typename Combined> Values ofCombined(Combined op) {
    Values element = ofLane(op.getProgram().front().getTerminator()->getOperand(0), {of(op.getInput())});
    if (op.getCombine() != acc::Combine::max)
      element.zeros = false;
    return ofLane(op.getFinish().front().getTerminator()->getOperand(0), {element, Values()});
  }

  Values ofLane(Value lane, ArrayRef<Values> arguments) {
    if (auto argument = dyn_cast<BlockArgument>(lane))
      return arguments[argument.getArgNumber()];
    Operation *op = lane.getDefiningOp();
    auto operand = [&](unsigned index) { return ofLane(op->getOperand(index), arguments); };
    auto either = [&](Values a, Values b) { return Values{a.negative || b.negative, a.zeros || b.zeros}; };
    return llvm::TypeSwitch<Operation *, Values>(op)
        .Case([&](arith::ConstantOp) { return Values{constantOf(lane).value_or(0) < 0, false}; })
        .Case<math::RoundEvenOp, math::FloorOp, math::CeilOp, math::TanhOp, math::ErfOp, arith::SIToFPOp,
              arith::FPToSIOp, arith::ExtSIOp, arith::TruncIOp>([&](auto) { return operand(0); })
        .Case<math::AbsFOp, math::AbsIOp, math::SqrtOp>([&](auto) { return Values{false, operand(0).zeros}; })
        .Case<arith::NegFOp>([&](auto) { return Values{true, operand(0).zeros}; })
        .Case<math::LogOp, arith::SubFOp>([&](auto) { return Values{true, false}; })
        // Zero points are taken off and put on as integer constants: what is zero stays it.
        .Case<arith::SubIOp, arith::AddIOp>([&](auto) {
          if (constantOf(op->getOperand(1)))
            return operand(0);
          return Values{llvm::isa<arith::SubIOp>(op) || either(operand(0), operand(1)).negative, false};
        })
        .Case<arith::AddFOp>([&](auto) { return Values{either(operand(0), operand(1)).negative, false}; })
        .Case<arith::MulFOp, arith::MulIOp, arith::MinimumFOp, arith::MinSIOp>(
            [&](auto) { return either(operand(0), operand(1)); })
        .Case<arith::DivFOp>([&](auto) {
          Values numerator = operand(0);
          return Values{numerator.negative || operand(1).negative, numerator.zeros};
        })
        .Case<arith::MaximumFOp, arith::MaxSIOp>([&](auto) { return ofMaximum(op, arguments); })
        .Case<arith::SelectOp>([&](auto) { return Values{either(operand(1), operand(2)).negative, false}; })
        .Default(Values());
  }

  Values ofMaximum(Operation *op, ArrayRef<Values> arguments) {
    for (unsigned index : {0, 1})
      if (std::optional<double> low = constantOf(op->getOperand(index))) {
        Values other = ofLane(op->getOperand(1 - index), arguments);
        return *low == 0 ? Values{false, other.zeros || other.negative} : *low < 0 ? other : Values();
      }
    Values a = ofLane(op->getOperand(0), arguments), b = ofLane(op->getOperand(1), arguments);
    return {a.negative && b.negative, a.zeros && b.zeros};
  }

  llvm::DenseMap<Value, Values> known;
};
} // namespace

/// Whether a tensor is what the function is given, in whatever shape.
static bool isGiven(Value tensor) {
  while (auto view = tensor.getDefiningOp<acc::ReshapeOp>())
    tensor = view.getInput();
  return llvm::isa<BlockArgument>(tensor);
}

double schedule::expectedDensity(Value tensor, acc::DensityAttr noted) {
  if (noted)
    return noted.share();
  return ZeroMakers().of(tensor).zeros ? rectifiedDensity : 1;
}

ActivationStorage schedule::activationBytes(Value tensor, ArrayRef<Transfer> transfers,
                                            acc::StorageAttr storage, const Dram &dram) {
  auto type = cast<RankedTensorType>(tensor.getType());
  ActivationStorage result;
  result.noted = density::densityOf(tensor);
  result.density = expectedDensity(tensor, result.noted);
  result.rawBytes = result.expectedBytes = result.worstBytes = rawBytes(type, transfers, dram.burstBytes);
  if (!acc::isCompressed(storage))
    return result;
  isa::SegmentFormat format = acc::segmentFormat(storage, type.getElementType());
  int64_t elements = llvm::product_of(storage.getSegment());
  auto moved = [&](int64_t size) {
    return segmentBytes(type, transfers, dram.burstBytes, storage.getSegment(), size);
  };
  result.worstBytes = moved(isa::worstCaseBytes(format, elements));
  result.expectedBytes = moved(expectedBytes(storage, type.getElementType(), result.density));
  result.storage = storage;
  return result;
}

ActivationStorage schedule::chooseActivationStorage(Value tensor, ArrayRef<Transfer> transfers,
                                                    const Dram &dram) {
  auto type = cast<RankedTensorType>(tensor.getType());
  ActivationStorage best = activationBytes(tensor, transfers, {}, dram);
  auto producer = tensor.getDefiningOp<acc::GroupOp>();
  if (!dram.codecs.any())
    best.reason = "the target has no codec (dram.codecs)";
  else if (!producer)
    best.reason = isGiven(tensor) ? "the network is given it raw"
                                  : "a reshape or concat views it in another shape";
  else if (best.density == 1)
    best.reason = best.noted ? std::string("it has no zeros, says the ") + acc::stringifyDensityOrigin(best.noted.getOrigin()).str() + " density"
                             : "nothing clamps it at zero, so that no zeros are expected";
  else if (hasViews(tensor))
    best.reason = "a reshape or concat views it in another shape";
  else if (type.getRank() > 7 || activationFormats(dram.codecs, type.getElementType()).empty())
    best.reason = "the target's codecs do not take its type or rank";
  if (!best.reason.empty())
    return best;
  const int64_t raw = best.rawBytes;
  SmallVector<int64_t> segment = largestSegment(type.getShape(), transfers);
  ActivationStorage growing; // what would be chosen if it could not grow so much
  for (acc::Format format : activationFormats(dram.codecs, type.getElementType())) {
    acc::StorageAttr storage = activationStorage(tensor.getContext(), format, segment);
    if (!isa::problemsOf(acc::segmentFormat(storage, type.getElementType()),
                         acc::segmentGrid(storage, type).segment)
             .empty())
      continue;
    ActivationStorage candidate = activationBytes(tensor, transfers, storage, dram);
    bool grows = static_cast<double>(candidate.worstBytes) > mostGrowth * static_cast<double>(raw);
    ActivationStorage &least = grows ? growing : best;
    if (candidate.expectedBytes < (least.storage ? least.expectedBytes : raw))
      least = candidate;
  }
  std::string segments =
      fmt::format("in segments of {} elements, of which all tiles consist,", llvm::product_of(segment));
  if (best.storage)
    return best;
  if (growing.storage)
    best.reason = fmt::format("{} {} is expected to move {} bytes, raw {}, but would {} without zeros",
                              segments, stringifyFormat(growing.storage.getFormat()).str(),
                              growing.expectedBytes, raw, growing.worstBytes);
  else
    best.reason = segments + " no format is expected to be smaller";
  return best;
}

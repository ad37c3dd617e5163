#include "lib/Verify/VerifyCost.h"

#include "dnnc/Error.h"
#include "dnnc/Simulate.h"
#include "dnnc/Target.h"
#include "lib/Mapping/Passes.h"
#include "lib/Mapping/ProductLayer.h"
#include "lib/Strategy/Groups.h"
#include "lib/Strategy/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"

#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fstream>
#include <map>
#include <random>

using namespace mlir;
using namespace dnnc;
using namespace dnnc::verify;

namespace {
/// A file that lives as long as this.
class TemporaryFile {
public:
  explicit TemporaryFile(const char *suffix) {
    if (llvm::sys::fs::createTemporaryFile("dnnc-cost", suffix, path))
      throw Error("cannot make a temporary file");
  }
  ~TemporaryFile() { llvm::sys::fs::remove(path); }
  std::string name() const { return path.str().str(); }

private:
  llvm::SmallString<128> path;
};
} // namespace

/// A network of this group and its constants.
static OwningOpRef<ModuleOp> alone(acc::GroupOp group) {
  OpBuilder builder(group.getContext());
  Location location = group.getLoc();
  OwningOpRef<ModuleOp> module = ModuleOp::create(builder, location);
  llvm::SetVector<Value> inputs;
  for (Value input : group.getInputs())
    if (!input.getDefiningOp<acc::ConstantOp>())
      inputs.insert(input);
  builder.setInsertionPointToEnd(module->getBody());
  SmallVector<Type> types = llvm::map_to_vector(inputs, [](Value input) { return input.getType(); });
  auto function = func::FuncOp::create(builder, location, "main",
                                       builder.getFunctionType(types, group.getResult().getType()));
  Block *block = function.addEntryBlock();
  builder.setInsertionPointToEnd(block);
  IRMapping map;
  for (auto [index, input] : llvm::enumerate(inputs)) {
    function.setArgAttr(index, "dnn.name", builder.getStringAttr("input" + Twine(index)));
    map.map(input, block->getArgument(index));
  }
  function.setResultAttr(0, "dnn.name", builder.getStringAttr("output"));
  for (Value input : group.getInputs())
    if (auto constant = input.getDefiningOp<acc::ConstantOp>(); constant && !map.contains(input))
      map.map(input, builder.clone(*constant)->getResult(0));
  auto copy = cast<acc::GroupOp>(builder.clone(*group, map));
  copy.removeStorageAttr();
  func::ReturnOp::create(builder, location, copy.getResult());
  return module;
}

/// Values of which none is the zero point, so that nothing is skipped or gated but padding.
static Tensor denseInput(const TensorDescription &description, int64_t zeroPoint, std::mt19937_64 &random) {
  Tensor tensor(description.type, description.shape);
  auto fill = [&](auto typed, auto draw) {
    using T = decltype(typed);
    for (T &value : tensor.mutableAs<T>())
      value = draw();
  };
  auto integer = [&](int64_t low, int64_t high) {
    return [&random, zeroPoint, low, high] {
      auto value = static_cast<int64_t>(low + random() % static_cast<uint64_t>(high - low));
      return value >= zeroPoint ? value + 1 : value;
    };
  };
  switch (description.type) {
  case ElementType::I8:
    fill(int8_t(), integer(-128, 127));
    break;
  case ElementType::U8:
    fill(uint8_t(), integer(0, 255));
    break;
  case ElementType::I16:
    fill(int16_t(), integer(-32768, 32767));
    break;
  case ElementType::U16:
    fill(uint16_t(), integer(0, 65535));
    break;
  case ElementType::F32:
    fill(float(), [&] { return 0.5f + static_cast<float>(random() % 1024) / 1024; });
    break;
  default:
    fill(uint8_t(), [] { return 0; });
  }
  return tensor;
}

static Statistics execute(const isa::Program &program, int64_t zeroPoint, uint64_t seed) {
  TemporaryFile file("bin");
  program.write(file.name());
  Simulation simulation = Simulation::load(file.name());
  std::mt19937_64 random(seed);
  for (const TensorDescription &input : simulation.inputs())
    simulation.setInput(input.name, denseInput(input, zeroPoint, random));
  simulation.run();
  return simulation.statistics();
}

static int64_t countOf(const Statistics &statistics, const std::string &component,
                       const std::string &action) {
  auto found = statistics.counts.find(component);
  if (found == statistics.counts.end() || !found->second.contains(action))
    return 0;
  return found->second.at(action);
}

static std::vector<CostFigure> figures(const cost::LayerEstimate &estimate, const Statistics &run,
                                       const Target &target) {
  const cost::LayerCounts &counts = estimate.counts;
  int64_t macs = 0, gated = 0;
  for (const auto &[component, actions] : run.counts)
    if (component.starts_with("mac_"))
      for (const auto &[action, count] : actions)
        (action.find("gated") != std::string::npos ? gated : macs) += count;
  std::vector<CostFigure> figures = {
      {"DRAM bytes read", counts.dramRead, run.dram.readBytes},
      {"DRAM bytes written", counts.dramWritten, run.dram.writeBytes},
      {"MACs", counts.macs, macs},
      {"gated MACs", counts.gatedMacs, gated},
      {"active PEs", estimate.activePes, run.nodes.empty() ? 0 : run.nodes[0].activePes},
  };
  for (size_t index = 0; index < target.memories.size(); ++index) {
    const std::string &name = target.memories[index].name;
    figures.push_back({name + " bytes read", counts.memories[index].read, countOf(run, name, "read")});
    figures.push_back({name + " bytes written", counts.memories[index].written, countOf(run, name, "write")});
  }
  int64_t arrayRead = 0, arrayWritten = 0;
  for (const cost::LayerCounts::Traffic &memory : counts.memories) {
    arrayRead += memory.arrayRead;
    arrayWritten += memory.arrayWritten;
  }
  figures.push_back({"bytes read by the array", arrayRead, run.array.readBytes});
  figures.push_back({"bytes written by the array", arrayWritten, run.array.writeBytes});
  auto spad = [&](const std::string &operand, int64_t read, int64_t written, int64_t hops) {
    figures.push_back({operand + " spad words read", read, countOf(run, operand + "_spad", "read")});
    figures.push_back({operand + " spad words written", written, countOf(run, operand + "_spad", "write")});
    figures.push_back({operand + " NoC bytes × hops", hops, countOf(run, operand + "_noc", "transfer")});
  };
  auto addresses = [&](const std::string &operand, const AddressSpad &address, int64_t read, int64_t written) {
    if (address.words == 0)
      return;
    figures.push_back({operand + " addresses read", read, countOf(run, operand + "_address_spad", "read")});
    figures.push_back({operand + " addresses written", written, countOf(run, operand + "_address_spad", "write")});
  };
  addresses("ifmap", target.array.ifmapSpad.address, counts.ifmapAddressRead, counts.ifmapAddressWritten);
  addresses("weight", target.array.weightSpad.address, counts.weightAddressRead, counts.weightAddressWritten);
  spad("ifmap", counts.ifmapSpadRead, counts.ifmapSpadWritten, counts.ifmapHops);
  spad("weight", counts.weightSpadRead, counts.weightSpadWritten, counts.weightHops);
  spad("psum", counts.psumSpadRead, counts.psumSpadWritten, counts.psumHops);
  return figures;
}

static std::vector<EnergyFigure> energies(const cost::EnergyTerms &estimate, const EnergyStatistics &run) {
  std::vector<EnergyFigure> figures;
  for (auto [name, estimated, executed] :
       {std::tuple("MACs", estimate.mac, run.mac), std::tuple("spads", estimate.spad, run.spad),
        std::tuple("NoC", estimate.noc, run.noc), std::tuple("on-chip memories", estimate.glb, run.glb),
        std::tuple("DRAM", estimate.dram, run.dram), std::tuple("codec", estimate.codec, run.codec),
        std::tuple("leakage", estimate.leakage, run.leakage), std::tuple("clock network", estimate.clock, run.clock),
        std::tuple("everything", estimate.total(), run.total)})
    figures.push_back({name, estimated, executed,
                       std::abs(estimated - executed) <= energyBar * std::max(std::abs(estimated), std::abs(executed))});
  return figures;
}

FailureOr<std::vector<CostFinding>>
verify::compareCost(ModuleOp network, const pipeline::CompileOptions &given, uint64_t seed) {
  std::vector<CostFinding> findings;
  try {
    // The estimate is of dense layers: how many zeros meet is the data's affair.
    pipeline::CompileOptions options = given;
    options.target += ":dense";
    Target target = Target::load(options.target);
    if (failed(pipeline::lower(network, pipeline::Stage::Acc, options)))
      return failure();
    PassManager manager(network.getContext());
    pipeline::addDecisionPasses(manager, options);
    if (failed(manager.run(network)))
      return failure();

    pipeline::CompileOptions single;
    single.target = options.target;
    std::map<std::string, size_t> known;
    SmallVector<acc::GroupOp> groups;
    network.walk([&](acc::GroupOp group) { groups.push_back(group); });
    for (acc::GroupOp group : groups) {
      Operation *product = mapping::singleProduct(group);
      if (!product)
        continue;
      mapping::MappingProblem problem;
      problem.target = &target;
      problem.layer = mapping::layerOf(product);
      auto attribute = product->getAttrOfType<acc::MappingAttr>("mapping");
      cost::LayerMapping decided = mapping::tileOf(product, group.getTilingAttr());
      decided.array = mapping::arrayMappingOf(attribute);
      std::string key = problem.signature();
      llvm::raw_string_ostream(key) << group.getTilingAttr() << attribute;
      auto [entry, isNew] = known.try_emplace(key, findings.size());
      if (!isNew) {
        findings[entry->second].nodes.push_back(group.getNode());
        continue;
      }
      OwningOpRef<ModuleOp> module = alone(group);
      auto program = pipeline::compile(*module, single);
      if (failed(program))
        return failure();
      int64_t zeroPoint = product->getAttrOfType<IntegerAttr>("ifmap_zero_point").getInt();
      Statistics run = execute(*program, zeroPoint, seed);
      cost::LayerEstimate estimate = problem.evaluate(decided);
      CostFinding finding;
      finding.nodes = {static_cast<int64_t>(group.getNode())};
      finding.op = group.getKind().str();
      finding.onnx = fmt::format("{}", fmt::join(strategy::namesOf(group), ", "));
      finding.dataflow = stringifyDataflow(attribute.getDataflow()).str();
      finding.estimatedCycles = estimate.cycles;
      finding.executedCycles = run.cycles;
      finding.counts = figures(estimate, run, target);
      for (const CostFigure &figure : finding.counts)
        finding.differing += figure.estimated != figure.executed;
      finding.energies = energies(
          cost::energyOf(estimate.counts, static_cast<double>(run.cycles), problem.layer.type, target), run.energy);
      for (const EnergyFigure &figure : finding.energies)
        finding.differing += !figure.good;
      finding.good = finding.differing == 0 && std::abs(finding.cyclesError()) <= cyclesBar;
      findings.push_back(finding);
    }
  } catch (const Error &error) {
    return network.emitError(error.what());
  }
  return findings;
}

// LINK: DnncCost DnncPipeline DnncSimulator
// The estimate of a whole layer beside compiled and simulated programs of one layer: random layers, tiles,
// loop orders and array mappings.
#include "dnnc/Error.h"
#include "lib/Pipeline/Pipeline.h"
#include "runtime/Simulator/ArrayWalk.h"
#include "runtime/Simulator/Statistics.h"
#include "test/unit/CostRandom.h"

#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>

using namespace dnnc;
using cost::Random;

namespace {

struct Case {
  cost::Layer layer;
  cost::LayerMapping mapping;
  bool encoded = false; ///< the result stands run-length encoded in DRAM
  std::string module;
};

std::string shape(std::initializer_list<int64_t> sizes, const char *element) {
  std::string text = "tensor<";
  for (int64_t size : sizes)
    text += std::to_string(size) + "x";
  return text + element + ">";
}

template <typename List> std::string numbers(const List &list) {
  std::string text = "[";
  for (size_t i = 0; i < std::size(list); ++i)
    text += (i ? ", " : "") + std::to_string(std::data(list)[i]);
  return text + "]";
}

/// One group with one op, its tiling and its mapping given.
std::string moduleOf(const Case &drawn) {
  using namespace cost;
  const Layer &layer = drawn.layer;
  const Extents &e = layer.extents, &t = drawn.mapping.tile;
  const char *in = layer.type == ElementType::F32 ? "f32" : layer.type == ElementType::I16 ? "i16" : "i8";
  const char *out = layer.outputType == ElementType::F32 ? "f32" : drawn.encoded ? "!y" : in;
  const char *mode = layer.type == ElementType::F32         ? "float"
                     : layer.outputType == ElementType::F32 ? "dequantize"
                                                            : "requantize";
  std::string x, w, y, op, order, sizes;
  auto join = [](std::string &list, const std::string &item) { list += (list.empty() ? "" : ", ") + item; };
  if (layer.matmul) {
    x = layer.transposeIfmap ? shape({e[G], e[C], e[Q]}, in) : shape({e[G], e[Q], e[C]}, in);
    w = layer.transposeWeight ? shape({e[G], e[M], e[C]}, in) : shape({e[G], e[C], e[M]}, in);
    y = shape({e[G], e[Q], e[M]}, out);
    sizes = numbers(std::array{t[G], t[Q], t[M]});
    for (int dim : drawn.mapping.order)
      if (dim == G || dim == Q || dim == M)
        join(order, std::to_string(dim == G ? 0 : dim == Q ? 1 : 2));
  } else {
    x = shape({e[N], e[G] * e[C], layer.ifmap[0], layer.ifmap[1]}, in);
    w = shape({e[G] * e[M], e[C], e[R], e[S]}, in);
    y = shape({e[N], e[G] * e[M], e[P], e[Q]}, out);
    sizes = numbers(std::array{t[N], t[G] * t[M], t[P], t[Q]});
    for (int dim : drawn.mapping.order)
      if (dim != G)
        join(order, std::to_string(dim == N ? 0 : dim == M ? 1 : dim - 2));
  }
  std::string types = x + ", " + w, arguments = "%x, %w", blockArguments = "%a: " + x + ", %b: " + w, extra;
  std::string parameters = "%x: " + x + " {dnn.name = \"x\"}, %w: " + w + " {dnn.name = \"w\"}";
  auto operand = [&](const char *name, const char *inner, const std::string &type, const char *word) {
    types += ", " + type;
    arguments += std::string(", %") + name;
    blockArguments += std::string(", %") + inner + ": " + type;
    parameters += std::string(", %") + name + ": " + type + " {dnn.name = \"" + name + "\"}";
    extra += std::string(" ") + word + " %" + inner;
  };
  if (layer.hasParams)
    operand("p", "c", shape({layer.matmul ? e[M] : e[G] * e[M], 4}, "i32"), "params");
  if (layer.hasTable)
    operand("t", "d", shape({256}, in), "table");
  std::string attributes = " {mapping = " + text(drawn.mapping.array);
  if (layer.transposeIfmap)
    attributes += ", transpose_ifmap = true";
  if (layer.transposeWeight)
    attributes += ", transpose_weight = true";
  attributes += "}";
  if (layer.matmul) {
    op = "acc.matmul %a, %b" + extra + " mode " + mode;
  } else {
    int64_t bottom[2];
    for (int axis : {0, 1})
      bottom[axis] = (e[P + axis] - 1) * layer.strides[axis] + (e[R + axis] - 1) * layer.dilations[axis] + 1 -
                     layer.pads[axis] - layer.ifmap[axis];
    op = "acc.conv %a, %b" + extra + " strides " + numbers(layer.strides) + " dilations " +
         numbers(layer.dilations) + " pads " +
         numbers(std::array{layer.pads[0], layer.pads[1], std::max<int64_t>(0, bottom[0]),
                            std::max<int64_t>(0, bottom[1])}) +
         (e[G] > 1 ? " groups " + std::to_string(e[G]) : "") + " mode " + mode;
  }
  std::string clamp = drawn.encoded ? " clamp [0.0, 32767.0]" : "", stored;
  if (drawn.encoded)
    stored = std::string(" stored [#acc.storage<raw>, #acc.storage<raw>") +
             (layer.hasParams ? ", #acc.storage<raw>" : "") + ", #acc.storage<rlc>]";
  return std::string(drawn.encoded ? "!y = !quant.uniform<i16:f32, 1.0>\n" : "") + "func.func @main(" +
         parameters + ") -> (" + y + " {dnn.name = \"y\"}) {\n  %y = acc.group(" + arguments +
         ") node 0 \"layer\" from [\"layer\"] tiled <sizes = " + sizes + ", order = [" + order +
         "], reduction = [" + std::to_string(t[C]) + "]>" + stored + " : (" + types + ") -> " + y +
         " {\n  ^bb0(" + blockArguments + "):\n    %r = " + op + clamp + attributes + " : (" + types +
         ") -> " + y + "\n    acc.yield %r : " + y + "\n  }\n  return %y : " + y + "\n}\n";
}

Case drawCase(const Target &target, Random &random, bool encoded = false) {
  using namespace cost;
  Case drawn;
  Layer &layer = drawn.layer;
  std::vector<ElementType> types;
  for (ElementType type : {ElementType::I8, ElementType::I16, ElementType::F32})
    if (target.array.macRate.contains(type))
      types.push_back(type);
  layer.type = types[static_cast<size_t>(random.upTo(static_cast<int64_t>(types.size()))) - 1];
  layer.outputType = layer.type == ElementType::F32 || random.oneIn(4) ? ElementType::F32 : layer.type;
  layer.hasParams = layer.type != ElementType::F32 || random.oneIn(2);
  layer.hasTable = layer.type == ElementType::I8 && layer.outputType == ElementType::I8 && random.oneIn(4);
  layer.matmul = random.oneIn(4);
  Extents &e = layer.extents;
  if (layer.matmul) {
    e = {1, random.of({1, 1, 2, 3}), random.upTo(96), random.upTo(128), 1, random.upTo(64), 1, 1};
    layer.transposeIfmap = random.oneIn(2);
    layer.transposeWeight = random.oneIn(2);
    layer.ifmap = {1, e[Q]};
  } else {
    int64_t filter = random.of({1, 1, 3, 3, 5});
    e = {random.of({1, 1, 2, 3}),
         random.of({1, 1, 1, 2, 8}),
         random.upTo(48),
         random.upTo(32),
         random.upTo(28),
         random.upTo(28),
         filter,
         random.oneIn(4) ? random.of({1, 3}) : filter};
    if (e[G] == 8)
      e[M] = 1 + random.oneIn(2), e[C] = 1;
    int64_t stride = random.of({1, 1, 1, 2, 3});
    layer.strides = {stride, stride};
    if (random.oneIn(5))
      layer.dilations = {2, 2};
    for (int axis : {0, 1}) {
      int64_t reach = (e[R + axis] - 1) * layer.dilations[axis];
      layer.pads[axis] = random.oneIn(2) ? reach / 2 : random.upTo(std::min<int64_t>(reach, 2), 0);
      int64_t behind = random.oneIn(2) ? layer.pads[axis] : 0;
      layer.ifmap[axis] = windowSpan(e[P + axis], layer.strides[axis], e[R + axis], layer.dilations[axis]) -
                          layer.pads[axis] - behind;
      if (layer.ifmap[axis] < 1)
        layer.ifmap[axis] += behind + layer.pads[axis], layer.pads[axis] = 0;
    }
  }
  LayerMapping &mapping = drawn.mapping;
  mapping.tile = e;
  int64_t mostTiles = random.oneIn(12) ? 40 : 8; // along a dimension
  for (int dim : {N, M, C, P, Q})
    if (e[dim] > 1 && random.oneIn(2))
      mapping.tile[dim] = random.upTo(e[dim], (e[dim] + mostTiles - 1) / mostTiles);
  if (e[G] > 1) {
    // A grouped convolution computes whole groups, or a divisor of one.
    mapping.tile[G] = layer.matmul ? 1 : random.upTo(e[G]);
    if (!layer.matmul && mapping.tile[G] > 1)
      mapping.tile[M] = e[M], mapping.tile[C] = e[C];
    while (!layer.matmul && e[M] % mapping.tile[M] != 0)
      --mapping.tile[M];
  }
  mapping.order = {N, M, P, Q};
  random.shuffle(mapping.order);
  mapping.order.insert(std::find(mapping.order.begin(), mapping.order.end(), M), G);
  if (layer.matmul) // the batch stands first: it is a dimension of its own
    mapping.order.erase(std::find(mapping.order.begin(), mapping.order.end(), G)),
        mapping.order.insert(mapping.order.begin(), G);
  mapping.array = drawMapping(mapping.tile, target.array, random);
  if (encoded) {
    drawn.encoded = layer.hasParams = true;
    layer.type = layer.outputType = ElementType::I16;
    layer.hasTable = false;
  }
  drawn.module = moduleOf(drawn);
  return drawn;
}

/// Of the full tile; smaller ones ask for less.
bool fits(const Case &drawn, const Target &target) {
  using namespace cost;
  ArrayTile tile;
  tile.extents = drawn.mapping.tile;
  tile.strides = drawn.layer.strides;
  tile.dilations = drawn.layer.dilations;
  tile.type = drawn.layer.type;
  std::vector<int64_t> bytes = footprint(drawn.layer, drawn.mapping, target);
  for (size_t i = 0; i < bytes.size(); ++i)
    if (bytes[i] > target.memoryBytes(i))
      return false;
  return fitsSpads(tile, drawn.mapping.array, target.array);
}

/// Ifmaps and weights without zeros, those of int16 of both signs, records that multiply by one.
std::vector<uint8_t> inputOf(const isa::TensorRow &tensor) {
  std::vector<uint8_t> bytes(static_cast<size_t>(tensor.bytes), 0);
  std::minstd_rand generator(3);
  if (tensor.name == "x" || tensor.name == "w")
    std::fill(bytes.begin(), bytes.end(), uint8_t(1));
  if (tensor.name == "w" && tensor.type == ElementType::I16)
    for (size_t i = 0; i + 1 < bytes.size(); i += 2) {
      bool negative = generator() % 2;
      bytes[i] = negative ? 0xff : 1; // 1 or -1
      bytes[i + 1] = negative ? 0xff : 0;
    }
  constexpr size_t record = 16;
  constexpr float one = 1;
  if (tensor.name == "p")
    for (size_t i = 0; i + record <= bytes.size(); i += record) {
      bytes[i] = static_cast<uint8_t>(generator() % 2 ? 0 : 1);
      std::memcpy(&bytes[i + 4], &one, sizeof one);
    }
  return bytes;
}

struct Simulated {
  Statistics statistics;
  std::string problem;
};

class LayerCostDifference : public ::testing::Test {
protected:
  LayerCostDifference() : context(registry(), mlir::MLIRContext::Threading::DISABLED) {
    context.loadAllAvailableDialects();
  }
  static const mlir::DialectRegistry &registry() {
    static mlir::DialectRegistry registry;
    pipeline::registerEverything(registry);
    return registry;
  }

  Simulated simulate(const std::string &text, const Target &target, const std::string &file) {
    Simulated result;
    mlir::ScopedDiagnosticHandler handler(&context, [&](mlir::Diagnostic &diagnostic) {
      result.problem += diagnostic.str() + "\n";
      return mlir::success();
    });
    mlir::OwningOpRef<mlir::ModuleOp> module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
    if (!module)
      return result;
    pipeline::CompileOptions options;
    options.target = file;
    mlir::FailureOr<isa::Program> program = pipeline::compile(*module, options);
    if (failed(program))
      return result;
    try {
      sim::Machine machine(*program, target);
      for (size_t i = 0; i < program->tensors.size(); ++i)
        if (program->tensors[i].kind == isa::TensorKind::Input)
          machine.writeTensor(i, inputOf(program->tensors[i]));
      machine.run();
      result.statistics = sim::collect(*program, target, machine);
    } catch (const Error &error) {
      result.problem = error.what();
    }
    return result;
  }

  mlir::MLIRContext context;
};

std::map<std::string, std::map<std::string, int64_t>> actionsOf(const cost::LayerCounts &counts,
                                                                ElementType type, const Target &target) {
  std::map<std::string, std::map<std::string, int64_t>> actions;
  auto add = [&](const std::string &unit, const char *action, int64_t count) {
    if (count != 0)
      actions[unit][action] = count;
  };
  add("dram", "read", counts.dramRead);
  add("dram", "write", counts.dramWritten);
  add("codec", "encode", counts.encodedBytes - counts.decodedBytes);
  add("codec", "decode", counts.decodedBytes);
  for (size_t i = 0; i < counts.memories.size(); ++i) {
    add(target.memories[i].name, "read", counts.memories[i].read);
    add(target.memories[i].name, "write", counts.memories[i].written);
  }
  add("mac_" + std::string(name(type)), "mac_random", counts.macs);
  add("mac_" + std::string(name(type)), "mac_gated", counts.gatedMacs);
  add("ifmap_spad", "read", counts.ifmapSpadRead);
  add("ifmap_spad", "write", counts.ifmapSpadWritten);
  add("weight_spad", "read", counts.weightSpadRead);
  add("weight_spad", "write", counts.weightSpadWritten);
  add("ifmap_address_spad", "read", counts.ifmapAddressRead);
  add("ifmap_address_spad", "write", counts.ifmapAddressWritten);
  add("weight_address_spad", "read", counts.weightAddressRead);
  add("weight_address_spad", "write", counts.weightAddressWritten);
  add("psum_spad", "read", counts.psumSpadRead);
  add("psum_spad", "write", counts.psumSpadWritten);
  add("ifmap_noc", "transfer", counts.ifmapHops);
  add("weight_noc", "transfer", counts.weightHops);
  add("psum_noc", "transfer", counts.psumHops);
  return actions;
}

TEST_F(LayerCostDifference, CountsAreTheSimulatorsAndCyclesAreClose) {
  Random random(std::getenv("DNNC_SEED") ? std::atoi(std::getenv("DNNC_SEED")) : 11);
  std::vector<Target> machines = cost::targets();
  int wanted = std::getenv("DNNC_CASES") ? std::atoi(std::getenv("DNNC_CASES")) : 200;
  int compared = 0, exact = 0, failures = 0, refused = 0, lockstep = 0;
  double worst = 0, sum = 0, estimateSeconds = 0;
  std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("dnnc-cost-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  while (compared < wanted && failures < 5 && refused < 20 * wanted) {
    Target target = machines[static_cast<size_t>(random.upTo(static_cast<int64_t>(machines.size()))) - 1];
    // How many zeros meet is the data's affair, and padding is made of them: exact are the figures without
    // skipping, and in lockstep, where vary() says so, those of operands without zeros that are sent as they
    // are.
    target.array.skipping = {};
    target.array.ifmapNoc.format = target.array.weightNoc.format = NocFormat::Dense;
    if (random.oneIn(2)) {
      vary(target, random);
      target.dram.bandwidth *= random.of({1, 1, 4, 16});
    }
    Case drawn = drawCase(target, random);
    if (!fits(drawn, target))
      continue;
    std::string file = (folder / "target.yaml").string();
    std::ofstream(file) << target.toYaml();
    Simulated run = simulate(drawn.module, target, file);
    if (!run.problem.empty()) {
      if (++refused <= (std::getenv("DNNC_CASES") ? 20 : 0))
        std::printf("refused on %s: %s\n", target.name.c_str(),
                    run.problem.substr(0, run.problem.find('\n')).c_str());
      EXPECT_EQ(run.problem.find("deadlock"), std::string::npos) << run.problem << drawn.module;
      continue;
    }
    auto start = std::chrono::steady_clock::now();
    cost::LayerEstimate estimate = cost::estimateLayer(drawn.layer, drawn.mapping, target);
    estimateSeconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    ++compared;
    lockstep += target.array.skipping.macs == Skipping::Macs::Lockstep;
    auto estimated = actionsOf(estimate.counts, drawn.layer.type, target);
    bool same = true;
    std::string where = " on " + target.name + "\n" + drawn.module;
    for (const auto &[unit, actions] : run.statistics.counts)
      for (const auto &[action, count] : actions) {
        EXPECT_EQ(estimated[unit][action], count) << unit << " " << action << where;
        same &= estimated[unit][action] == count;
        estimated[unit].erase(action);
      }
    // What is estimated and was not counted.
    for (const auto &[unit, actions] : estimated)
      for (const auto &[action, count] : actions) {
        EXPECT_EQ(count, 0) << unit << " " << action << where;
        same &= count == 0;
      }
    auto cycles = static_cast<double>(run.statistics.cycles);
    double difference = std::abs(estimate.cycles / cycles - 1);
    EXPECT_LT(difference, 0.03) << estimate.cycles << " cycles estimated, " << cycles << " simulated"
                                << where;
    const BoundStatistics &bounds = run.statistics.nodes.at(0).bounds;
    EXPECT_NEAR(static_cast<double>(bounds.cycles), estimate.limits.cycles, 1) << where;
    EXPECT_NEAR(static_cast<double>(bounds.dramBytes), estimate.limits.dramBytes, 1) << where;
    EXPECT_NEAR(bounds.energyPj, estimate.limits.energyPj, 1e-6 * bounds.energyPj) << where;
    EXPECT_GE(estimate.cycles, estimate.limits.cycles * (1 - 1e-9)) << where;
    EXPECT_GE(static_cast<double>(estimate.counts.dramRead + estimate.counts.dramWritten),
              estimate.limits.dramBytes * (1 - 1e-9))
        << where;
    EXPECT_GE(estimate.energy.total(), estimate.limits.energyPj * (1 - 1e-9)) << where;
    EXPECT_GE(estimate.energy.total(), cost::energyLowerBound(drawn.layer, target) * (1 - 1e-9)) << where;
    if (difference == 0 && same)
      EXPECT_NEAR(estimate.energy.total(), run.statistics.energy.total, 1e-6 * run.statistics.energy.total)
          << where;
    failures += !same || difference >= 0.03;
    exact += difference == 0;
    worst = std::max(worst, difference);
    sum += difference;
  }
  std::filesystem::remove_all(folder);
  std::printf("%d layers (%d more refused), %d in lockstep: cycles equal on %d, mean difference %.4f%%, "
              "worst %.3f%%; "
              "%.1f us an estimate\n",
              compared, refused, lockstep, exact, 100 * sum / compared, 100 * worst,
              1e6 * estimateSeconds / compared);
  EXPECT_EQ(compared, wanted);
  EXPECT_GE(lockstep, wanted / 20);
}

/// A result that stands encoded in DRAM, by its expected size: here the size that the run found, as a share
/// of the raw one.
TEST_F(LayerCostDifference, EncodedResultsByTheirExpectedSize) {
  Random random(5);
  int compared = 0;
  double worstBytes = 0, worstCycles = 0;
  const Target target = Target::load("eyeriss-v1");
  for (int tries = 0; tries < 400 && compared < 40; ++tries) {
    Case drawn = drawCase(target, random, /*encoded=*/true);
    if (!fits(drawn, target))
      continue;
    Simulated run = simulate(drawn.module, target, "eyeriss-v1");
    if (!run.problem.empty()) {
      if (std::getenv("DNNC_CASES"))
        std::printf("refused: %s\n", run.problem.substr(0, run.problem.find('\n')).c_str());
      EXPECT_EQ(run.problem.find("deadlock"), std::string::npos) << run.problem << drawn.module;
      continue;
    }
    ++compared;
    int64_t raw = 2;
    for (int dim : {cost::N, cost::G, cost::M, cost::P, cost::Q})
      raw *= drawn.layer.extents[dim];
    drawn.layer.ofmapEncoded =
        static_cast<double>(run.statistics.counts["codec"]["encode"]) / static_cast<double>(raw);
    cost::LayerEstimate estimate = cost::estimateLayer(drawn.layer, drawn.mapping, target);
    auto written = static_cast<double>(run.statistics.counts["dram"]["write"]);
    double bytes = std::abs(static_cast<double>(estimate.counts.dramWritten) / written - 1);
    double cycles = std::abs(estimate.cycles / static_cast<double>(run.statistics.cycles) - 1);
    // Tiles are alike in expectation only: of small ones each is rounded up to whole words of the code.
    double words = written / 8, tiles = static_cast<double>(estimate.tiles);
    EXPECT_LT(bytes, 0.02 + tiles / words) << drawn.module;
    EXPECT_LT(cycles, 0.03) << drawn.module;
    EXPECT_EQ(estimate.counts.dramRead, run.statistics.counts["dram"]["read"]);
    worstBytes = std::max(worstBytes, bytes);
    worstCycles = std::max(worstCycles, cycles);
  }
  std::printf("%d layers: bytes written at worst %.3f%% off, cycles %.3f%%\n", compared, 100 * worstBytes,
              100 * worstCycles);
  EXPECT_EQ(compared, 40);
}

} // namespace

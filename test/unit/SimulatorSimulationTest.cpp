// LINK: DnncSimulator
#include "dnnc/Simulate.h"

#include "dnnc/Error.h"
#include "runtime/Simulator/Summary.h"
#include "test/unit/SimulatorPrograms.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>

using namespace dnnc;
using namespace dnnc::sim::test;

namespace {

std::string written(const isa::Program &program, const std::string &name) {
  std::string file = testing::TempDir() + name;
  program.write(file);
  return file;
}

std::string message(const std::function<void()> &action) {
  try {
    action();
  } catch (const Error &error) {
    return error.what();
  }
  return "no error";
}

TEST(Simulation, RunsAFile) {
  Simulation simulation = Simulation::load(written(reversal(smallTarget()), "reversal.bin"));
  ASSERT_EQ(simulation.inputs().size(), 1u);
  EXPECT_EQ(simulation.inputs()[0].name, "x");
  EXPECT_EQ(simulation.inputs()[0].shape, std::vector<int64_t>{96});
  Tensor x(ElementType::I8, {96});
  for (int i = 0; i < 96; ++i)
    x.mutableAs<int8_t>()[i] = static_cast<int8_t>(i);
  simulation.setInput("x", x);
  EXPECT_TRUE(simulation.drawInputs(1).empty());
  simulation.run();
  EXPECT_EQ(simulation.tensor("y").as<int8_t>()[0], 15);
  EXPECT_EQ(simulation.tensor("y").as<int8_t>()[95], 80);
  EXPECT_TRUE(simulation.tensor("x").identical(x));
}

TEST(Simulation, DrawsTheSameInputsFromTheSameSeed) {
  std::string file = written(reversal(smallTarget()), "drawn.bin");
  auto outputOf = [&](uint64_t seed) {
    Simulation simulation = Simulation::load(file);
    EXPECT_EQ(simulation.drawInputs(seed), std::vector<std::string>{"x"});
    simulation.run();
    return simulation.tensor("y");
  };
  EXPECT_TRUE(outputOf(3).identical(outputOf(3)));
  EXPECT_FALSE(outputOf(3).identical(outputOf(4)));
}

TEST(Simulation, ChecksItsInputs) {
  Simulation simulation = Simulation::load(written(reversal(smallTarget()), "inputs.bin"));
  EXPECT_EQ(message([&] { simulation.run(); }), "no values were given for x");
  EXPECT_EQ(message([&] { simulation.setInput("z", Tensor(ElementType::I8, {96})); }),
            "no input 'z'; the program has x");
  EXPECT_EQ(message([&] { simulation.setInput("x", Tensor(ElementType::F32, {96})); }),
            "input 'x' needs int8[96]; have float32[96]");
  EXPECT_EQ(message([&] { simulation.setInput("x", Tensor(ElementType::I8, {2, 48})); }),
            "input 'x' needs int8[96]; have int8[2x48]");
  EXPECT_EQ(message([&] { simulation.tensor("y"); }), "the program has not run to its end");
  EXPECT_EQ(message([&] { simulation.tensor("z"); }), "the program has no tensor 'z'");
}

TEST(Simulation, RunsOnAChangedMachine) {
  std::string file = written(reversal(smallTarget()), "changed.bin");
  auto cyclesWith = [&](const char *assignment) {
    Simulation simulation = Simulation::load(file);
    simulation.set(assignment);
    simulation.drawInputs(0);
    simulation.run();
    return simulation.statistics().cycles;
  };
  EXPECT_LT(cyclesWith("dram.bandwidth=0.8"), cyclesWith("dram.bandwidth=0.4"));
  EXPECT_LT(cyclesWith("dram.latency_cycles=0"), cyclesWith("dram.latency_cycles=10"));
  EXPECT_NE(message([&] { cyclesWith("memories.glb.bytes=16"); }), "no error");
  EXPECT_NE(message([&] { cyclesWith("dram.colour=3"); }), "no error");
}

TEST(Simulation, WritesStatisticsAsTheContractSays) {
  Simulation simulation = Simulation::load(written(product(smallTarget(), 0), "statistics.bin"));
  simulation.drawInputs(0);
  simulation.run();
  auto json = nlohmann::json::parse(simulation.statistics().json());
  EXPECT_EQ(json["target"], "small");
  EXPECT_EQ(json["array"], "dense");
  EXPECT_EQ(json["macs"], 64);
  // 8 inputs, 64 weights and 8 int32 results at 4 bytes a cycle take longer than 64 MACs on 4 multipliers.
  EXPECT_EQ(json["bounds"]["cycles"], 26);
  EXPECT_EQ(json["dram"]["read_bytes"], 72);
  EXPECT_EQ(json["dram"]["lower_bound_bytes"], 104);
  EXPECT_EQ(json["limits"]["dram_percent"], 100);
  double energy = 64 * (1 + 0.5) + 104 * 100 + 72 * (1 + 0.25) + 32 * (2 + 0.25);
  EXPECT_DOUBLE_EQ(json["bounds"]["energy_pj"], energy);
  EXPECT_DOUBLE_EQ(json["limits"]["energy_percent"], 100 * energy / json["energy_pj"]["total"].get<double>());
  EXPECT_DOUBLE_EQ(json["limits"]["cycles_percent"], 100 * 26 / json["cycles"].get<double>());
  EXPECT_EQ(json["glb"]["array_read_bytes"], 64 + 2 * 4 + 32);
  EXPECT_EQ(json["glb"]["array_write_bytes"], 32 + 32);
  EXPECT_EQ(json["glb"]["array"]["glb"]["weight"]["read_bytes"], 64);
  EXPECT_EQ(json["glb"]["array"]["glb"]["psum"], (nlohmann::json{{"read_bytes", 32}, {"write_bytes", 32}}));
  EXPECT_EQ(json["glb"]["array"]["glb"]["ofmap"]["write_bytes"], 32);
  EXPECT_EQ(json["nodes"][0]["active_pes"], 4);
  EXPECT_EQ(json["nodes"][0]["bounds"],
            (nlohmann::json{{"cycles", 26}, {"dram_bytes", 104}, {"energy_pj", energy}}));
  EXPECT_EQ(json["nodes"][0]["limits"], json["limits"]);
  EXPECT_EQ(json["counts"]["dram"]["read"], 72);
  EXPECT_EQ(json["psum_overflows"], 0);
  for (const char *queue : {"load", "array", "vector", "store"})
    EXPECT_TRUE(json["queues"][queue].contains("busy_cycles"));
  EXPECT_GE(json["power_mw"]["peak"], json["power_mw"]["average"]);
  double parts = 0;
  for (const auto &[name, energy] : json["energy_pj"].items())
    parts += name == "total" ? 0 : energy.get<double>();
  EXPECT_NEAR(json["energy_pj"]["total"], parts, 1e-6);
  int64_t cycles = 0;
  for (const auto &node : json["nodes"]) {
    cycles += node["cycles"].get<int64_t>();
    EXPECT_EQ(node["onnx"], (std::vector<std::string>{"node_a", "node_b"}));
  }
  EXPECT_EQ(json["cycles"], cycles);

  std::string summary = sim::summaryOf(simulation.statistics());
  EXPECT_NE(summary.find("node_a, node_b"), std::string::npos);
  EXPECT_NE(summary.find("of limits\n7     test"), std::string::npos) << summary;
  EXPECT_NE(summary.find(fmt::format("{:3.0f}% 100% {:3.0f}%\n", 100 * 26 / json["cycles"].get<double>(),
                                     100 * energy / json["energy_pj"]["total"].get<double>())),
            std::string::npos)
      << summary;
  EXPECT_NE(summary.find("queues busy: load "), std::string::npos);
}

TEST(Simulation, DamagedFilesAreErrors) {
  std::vector<uint8_t> bytes = reversal(smallTarget()).serialize();
  std::string file = testing::TempDir() + "cut.bin";
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char *>(bytes.data()), static_cast<std::streamsize>(bytes.size() / 2));
  EXPECT_NE(message([&] { Simulation::load(file); }), "no error");
  EXPECT_NE(message([&] { Simulation::load(testing::TempDir() + "none.bin"); }), "no error");
}

} // namespace

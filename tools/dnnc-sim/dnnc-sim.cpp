// dnnc-sim: runs a compiled program on the simulated accelerator.
#include "dnnc/Error.h"
#include "dnnc/Simulate.h"
#include "runtime/Simulator/Summary.h"
#include "runtime/Tensor/Npz.h"
#include "tools/FileUse.h"
#include "tools/Version.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <cstdio>
#include <fstream>
#include <limits>
#include <new>
#include <set>

namespace {

struct Options {
  std::string program;
  std::vector<std::string> inputs; // NAME=FILE.npy
  std::string inputsFile, outputFile, tensorsFile, statisticsFile;
  uint64_t seed = 0;
  std::vector<std::string> settings;
  std::string detail = "fast";
};

void giveInputs(dnnc::Simulation &simulation, const Options &options) {
  if (!options.inputsFile.empty())
    for (const auto &[name, tensor] : dnnc::readNpz(options.inputsFile))
      simulation.setInput(name, tensor);
  std::set<std::string> given;
  for (const std::string &option : options.inputs) {
    // A name may have a '=' itself, so the program's names decide where it ends.
    size_t end = option.find('=');
    for (const dnnc::TensorDescription &input : simulation.inputs())
      if (option.starts_with(input.name + "="))
        end = input.name.size();
    if (end == std::string::npos)
      throw dnnc::Error(fmt::format("--input {}: need NAME=FILE.npy", option));
    std::string name = option.substr(0, end);
    if (!given.insert(name).second)
      throw dnnc::Error(fmt::format("--input gives {} twice; give each input once", name));
    simulation.setInput(name, dnnc::readNpy(option.substr(end + 1)));
  }
  if (std::vector<std::string> drawn = simulation.drawInputs(options.seed); !drawn.empty())
    fmt::print("inputs drawn at random with seed {}: {}\n\n", options.seed, fmt::join(drawn, ", "));
}

void writeTensors(const dnnc::Simulation &simulation, const std::string &file,
                  const std::vector<dnnc::TensorDescription> &descriptions) {
  dnnc::NamedTensors tensors;
  std::set<std::string> names; // one tensor may be several of the network's outputs
  for (const dnnc::TensorDescription &description : descriptions)
    if (names.insert(description.name).second)
      tensors.emplace_back(description.name, simulation.tensor(description.name));
  dnnc::writeNpz(file, tensors);
}

std::string problemOfSeed(std::string &text) {
  uint64_t seed = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (error == std::errc() && end == text.data() + text.size())
    return "";
  return fmt::format("have {}; need a whole number from 0 to {}", text, std::numeric_limits<uint64_t>::max());
}

/// What is written may be none of the files that are read, which can be read again then.
std::string conflictOf(const Options &options) {
  std::vector<dnnc::tool::FileUse> read = {{options.program, "the program"}, {options.inputsFile, "the inputs"}};
  for (const std::string &input : options.inputs)
    for (size_t end = input.find('='); end != std::string::npos; end = input.find('=', end + 1))
      read.push_back({input.substr(end + 1), "an input"});
  return dnnc::tool::conflictOf({{options.outputFile, "--output"},
                                 {options.tensorsFile, "--tensors"},
                                 {options.statisticsFile, "--stats"}},
                                read);
}

void run(const Options &options) {
  dnnc::Simulation simulation = dnnc::Simulation::load(options.program);
  std::set<std::string> changed;
  for (const std::string &assignment : options.settings) {
    simulation.set(assignment);
    std::string field = assignment.substr(0, assignment.find('='));
    if (!changed.insert(field).second)
      throw dnnc::Error(fmt::format("--set changes {} twice; give each field once", field));
  }
  if (options.detail == "pe")
    simulation.stepEveryPe();
  giveInputs(simulation, options);
  try {
    simulation.run();
  } catch (const dnnc::Error &error) {
    if (options.settings.empty())
      throw;
    throw dnnc::Error(
        fmt::format("the program does not run on its target with {}. Rates, latencies and energies may be other than it was "
                    "compiled for; sizes of memories, arrays and spads are built into it: change them in the target's "
                    "YAML and compile again.\n{}",
                    fmt::join(options.settings, ", "), error.what()));
  }

  std::vector<dnnc::TensorDescription> outputs = simulation.outputs();
  if (!options.outputFile.empty())
    writeTensors(simulation, options.outputFile, outputs);
  if (!options.tensorsFile.empty()) {
    std::vector<dnnc::TensorDescription> kept = simulation.observed();
    kept.insert(kept.end(), outputs.begin(), outputs.end());
    writeTensors(simulation, options.tensorsFile, kept);
  }
  if (!options.statisticsFile.empty()) {
    std::ofstream file(options.statisticsFile);
    file << simulation.statistics().json() << '\n';
    if (!file.flush())
      throw dnnc::Error(fmt::format("cannot write {}", options.statisticsFile));
  }
  fmt::print("{}", dnnc::sim::summaryOf(simulation.statistics()));
  if (std::optional<dnnc::SteppedStatistics> stepped = simulation.stepped()) {
    fmt::print(
        "\nstepped PE by PE: {} array instructions, {} MACs; results and counts are the same, cycles within "
        "{:.2f}%\n",
        stepped->instructions, stepped->macs, 100 * stepped->largestDifference);
    if (stepped->forwardedPsums > 0)
      fmt::print(
          "{} psums were wanted again before they could have reached their memory; that way takes no time "
          "between passes in either model\n",
          stepped->forwardedPsums);
  }
}

} // namespace

int main(int argc, char **argv) {
  Options options;
  CLI::App app(
      "Runs a compiled program on the simulated accelerator: values, cycles and every counted action.",
      "dnnc-sim");
  app.set_version_flag("--version", std::string("dnnc-sim ") + dnnc::tool::version, "print the version, and end");
  app.add_option("program", options.program, "the program, as dnnc writes it")->required();
  app.add_option("--input", options.inputs, "NAME=FILE.npy: values of one input")->expected(1)->take_all();
  app.add_option("--inputs", options.inputsFile, "FILE.npz: values of inputs by name");
  app.add_option("--seed", options.seed, "seed of the inputs that are not given")
      ->check(CLI::Validator(problemOfSeed, ""));
  app.add_option("--output", options.outputFile, "FILE.npz to write the outputs to");
  app.add_option("--tensors", options.tensorsFile,
                 "FILE.npz to write the observed tensors and the outputs to");
  app.add_option("--stats", options.statisticsFile, "FILE.json to write the statistics to");
  app.add_option("--set", options.settings,
                 "FIELD=NUMBER: run on a target changed so, as in dram.bandwidth=25.6")
      ->expected(1)
      ->take_all();
  app.add_option("--detail", options.detail,
                 "fast, or pe: also step every PE of the array cycle by cycle, and fail where that differs")
      ->check(CLI::IsMember({"fast", "pe"}));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (std::string conflict = conflictOf(options); !conflict.empty()) {
    fmt::print(stderr, "dnnc-sim: error: {}\n", conflict);
    return 2;
  }
  try {
    run(options);
    return 0;
  } catch (const dnnc::Error &error) {
    fmt::print(stderr, "dnnc-sim: error: {}\n", error.what());
  } catch (const std::bad_alloc &) {
    fmt::print(stderr, "dnnc-sim: error: this host has not enough memory for the program\n");
  }
  return 1;
}

// LINK: DnncTarget
// Target: reading with every problem's place, canonical writing, set, the shipped targets and the page about
// them.
#include "dnnc/Target.h"
#include "dnnc/Error.h"
#include "lib/Target/Document.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>

using namespace dnnc;

namespace {

const std::string sourceDir = DNNC_SOURCE_DIR;

std::string readText(const std::string &file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::string replaced(std::string text, const std::string &from, const std::string &to) {
  size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string errorOf(const std::function<void()> &action) {
  try {
    action();
  } catch (const Error &error) {
    return error.what();
  }
  return "no error";
}

std::string parseError(const std::string &yaml) {
  return errorOf([&] { Target::parse(yaml, "t.yaml"); });
}

const std::string tiny = readText(sourceDir + "/test/targets/tiny.yaml");

/// The error of tiny.yaml with one text replaced.
std::string tinyError(const std::string &from, const std::string &to) {
  return parseError(replaced(tiny, from, to));
}

} // namespace

TEST(Target, EdgeHasTheFiguresOfItsRow) {
  Target edge = Target::load("edge");
  EXPECT_EQ(edge.name, "edge");
  EXPECT_EQ(edge.clockMhz, 500);
  EXPECT_EQ(edge.clusters(), 32);
  EXPECT_EQ(edge.array.pes(), 256);
  EXPECT_EQ(edge.array.macs(), 512);
  EXPECT_EQ(edge.array.macRate.at(ElementType::I8), 1);
  EXPECT_EQ(edge.array.macRate.at(ElementType::F32), 0.25);
  EXPECT_EQ(edge.dram.bandwidth, 12.8);
  EXPECT_DOUBLE_EQ(edge.dramBytesPerCycle(), 25.6);
  ASSERT_EQ(edge.memories.size(), 1u);
  EXPECT_EQ(edge.memoryBytes(0), 512 * 1024);
  EXPECT_EQ(edge.vector.lanes, 32);
  EXPECT_EQ(edge.powerBudgetMw, 1000);
}

TEST(Target, EdgeEnergiesSumToTheDesign) {
  Target edge = Target::load("edge");
  const Array &array = edge.array;
  double mac = array.macPj.at(ElementType::I8) + array.ifmapSpad.readPj + array.weightSpad.readPj +
               array.psumSpad.readPj + array.psumSpad.writePj + edge.clockNetworkPj / array.macs();
  EXPECT_NEAR(mac, 0.53, 1e-9);
  EXPECT_NEAR(edge.memories[0].readPj + 10 * array.ifmapNoc.hopPj, 1.1, 1e-9);
  EXPECT_NEAR(edge.vector.stepPj * 12, 3, 1e-9);
  EXPECT_EQ(edge.dram.pj, 40);
  EXPECT_EQ(edge.leakageMw, 80);
}

TEST(Target, EyerissV2HasTheFiguresOfItsRow) {
  Target v2 = Target::load("eyeriss-v2");
  const Array &array = v2.array;
  EXPECT_EQ(v2.clusters(), 16);
  EXPECT_EQ(array.pes(), 192);
  EXPECT_EQ(array.macs(), 384);
  EXPECT_EQ(v2.memoryBytes(0) + v2.memoryBytes(1), 192 * 1024);
  EXPECT_EQ(v2.memories[*v2.memoryFor(Operand::Weight)].kind, Memory::Kind::Fifo);
  EXPECT_EQ(array.ifmapSpad.words * array.ifmapSpad.bits, 16 * 12);
  EXPECT_EQ(array.weightSpad.words * array.weightSpad.bits, 96 * 24);
  EXPECT_EQ(array.psumSpad.words * array.psumSpad.bits, 32 * 20);
  EXPECT_EQ(array.weightNoc.bytesPerCycle, 48 * 3);
  EXPECT_TRUE(array.skipping.ifmap && array.skipping.weight);
  EXPECT_EQ(array.skipping.macs, Skipping::Macs::Lockstep);
  EXPECT_EQ(array.skipping.depthwise.macs, 1);
}

TEST(Target, EveryFileReadsAndItsYamlGivesTheSameTarget) {
  for (const char *folder : {"/targets", "/test/targets"})
    for (const auto &entry : std::filesystem::directory_iterator(sourceDir + folder)) {
      if (entry.path().extension() != ".yaml")
        continue;
      SCOPED_TRACE(entry.path().string());
      Target target = Target::load(entry.path().string());
      EXPECT_EQ(target.name, entry.path().stem().string());
      EXPECT_EQ(Target::parse(target.toYaml(), "again").toYaml(), target.toYaml());
      EXPECT_EQ(Target::load(target.name == "edge" ? "edge" : entry.path().string()).toYaml(),
                target.toYaml());
    }
}

TEST(Target, ReadsEveryFileOfARandomFolder) {
  const char *folder = std::getenv("DNNC_TARGET_FOLDER"); // test/lib/Target/random.test fills one
  for (const auto &entry : std::filesystem::directory_iterator(folder ? folder : sourceDir + "/targets")) {
    SCOPED_TRACE(entry.path().string());
    Target target = Target::load(entry.path().string());
    EXPECT_EQ(Target::parse(target.toYaml(), "again").toYaml(), target.toYaml());
  }
}

TEST(Target, ShippedTargetsAreTheFilesOfTheFolder) {
  std::vector<std::string> files;
  for (const auto &entry : std::filesystem::directory_iterator(sourceDir + "/targets"))
    files.push_back(entry.path().stem().string());
  std::ranges::sort(files);
  EXPECT_EQ(Target::shipped(), files);
}

TEST(Target, PageHasTheTableOfTheSchema) {
  EXPECT_NE(readText(sourceDir + "/docs/targets.md").find(target::keyTable()), std::string::npos)
      << "docs/targets.md needs this table:\n"
      << target::keyTable();
}

TEST(Target, ClustersFileHasMemoriesPerClusterAndAFifo) {
  Target target = Target::load(sourceDir + "/test/targets/clusters.yaml");
  EXPECT_EQ(target.memoryBytes(0), 8 * 9216);
  EXPECT_EQ(target.memoryFor(Operand::Weight), 2u);
  EXPECT_EQ(target.memories[2].kind, Memory::Kind::Fifo);
  EXPECT_EQ(target.memoryFor(Operand::Vector), 3u);
  EXPECT_FALSE(target.array.psumNoc.multicast);
}

TEST(Target, YamlKeepsAnyDescription) {
  Target target = Target::load("edge");
  target.description = "\"quoted\" \\ line\nend\t\x01 \xc3\xa9 # : - ";
  target.dram.bandwidth = 0.1 + 0.2;
  target.powerBudgetMw.reset();
  Target again = Target::parse(target.toYaml(), "again");
  EXPECT_EQ(again.description, target.description);
  EXPECT_EQ(again.dram.bandwidth, target.dram.bandwidth);
  EXPECT_FALSE(again.powerBudgetMw);
}

TEST(Target, KeysThatAreAbsentHaveTheirDefaults) {
  Target target = Target::parse(tiny, "tiny.yaml");
  EXPECT_EQ(target.memories[0].kind, Memory::Kind::Sram);
  EXPECT_EQ(target.memories[0].banks, 1);
  EXPECT_FALSE(target.memories[0].perCluster);
  EXPECT_TRUE(target.overlapTransfers);
  EXPECT_TRUE(target.array.ifmapNoc.multicast);
  EXPECT_EQ(target.clockNetworkPj, 0);
  EXPECT_FALSE(target.powerBudgetMw);
}

TEST(TargetErrors, UnknownKey) {
  EXPECT_EQ(tinyError("leakage_mw: 1", "leakage: 1"),
            "t.yaml:33:1: leakage: is no key of a target (did you mean 'leakage_mw'?)");
  EXPECT_EQ(tinyError("lanes: 1", "lanes: 1\n  qqqqqqqqqqqq: 1"),
            "t.yaml:29:3: vector.qqqqqqqqqqqq: is no key of vector");
}

TEST(TargetErrors, MissingKey) {
  EXPECT_EQ(tinyError("    bytes: 32768\n", ""),
            "t.yaml:6:5: memories.glb.bytes: is missing: size; of one instance where "
            "it is per cluster, B");
  EXPECT_EQ(tinyError("clock_mhz: 100\n", ""), "t.yaml:2:1: clock_mhz: is missing: core clock, MHz");
}

TEST(TargetErrors, WrongType) {
  EXPECT_EQ(tinyError("clock_mhz: 100", "clock_mhz: \"100\""),
            "t.yaml:3:12: clock_mhz: have \"100\"; need a number of MHz from 0.001 to 1000000");
  EXPECT_EQ(tinyError("clock_mhz: 100", "clock_mhz: [100]"),
            "t.yaml:3:12: clock_mhz: have a list; need a number of MHz from 0.001 to 1000000");
  EXPECT_EQ(tinyError("lanes: 1", "lanes: 1.5"),
            "t.yaml:28:10: vector.lanes: have '1.5'; need a whole number from 1 to 65536");
  EXPECT_EQ(tinyError("leakage_mw: 1", "overlap_transfers: 1"),
            "t.yaml:33:20: overlap_transfers: have '1'; need true or false");
  EXPECT_EQ(tinyError("name: tiny", "name: ../tiny"),
            "t.yaml:2:7: name: have '../tiny'; need a name: at most 64 letters, "
            "digits, '_' and '-', a letter first");
  EXPECT_EQ(tinyError("name: tiny", "name: [tiny]"), "t.yaml:2:7: name: have a list; need a text");
  EXPECT_EQ(parseError(tiny.substr(0, tiny.find("memories:")) + "memories: {}\n" +
                       tiny.substr(tiny.find("array:"))),
            "t.yaml:5:11: memories: have a mapping; need a list of memories, each a mapping that starts with "
            "'- name: ...'");
}

TEST(TargetErrors, Range) {
  EXPECT_EQ(tinyError("bandwidth: 0.4", "bandwidth: 0"),
            "t.yaml:4:38: dram.bandwidth: have '0'; need a number of GB/s from 0.001 to 1000000");
  EXPECT_EQ(tinyError("bandwidth: 0.4", "bandwidth: .nan"),
            "t.yaml:4:38: dram.bandwidth: have '.nan'; need a number of GB/s from 0.001 to 1000000");
  EXPECT_EQ(tinyError("bandwidth: 0.4", "bandwidth: inf"),
            "t.yaml:4:38: dram.bandwidth: have 'inf'; need a number of GB/s from 0.001 to 1000000");
  EXPECT_EQ(tinyError("    bytes: 32768", "    bytes: 99999999999999999999"),
            "t.yaml:8:12: memories.glb.bytes: have '99999999999999999999'; need a whole number of B from 1 "
            "to 1099511627776");
}

TEST(TargetErrors, Words) {
  EXPECT_EQ(tinyError("[ifmap, weight,", "[ifmap, weigth, weight,"),
            "t.yaml:7:20: memories.glb.holds: have 'weigth'; need one of ifmap, weight, param, psum, ofmap, "
            "vector (did you "
            "mean 'weight'?)");
  EXPECT_EQ(tinyError("[ifmap, weight,", "[ifmap, weight, weight,"),
            "t.yaml:7:28: memories.glb.holds: 'weight' stands twice");
  EXPECT_EQ(tinyError("bytes: 32768", "bytes: 32768\n    kind: cache"),
            "t.yaml:9:11: memories.glb.kind: have 'cache'; need one of sram, fifo");
  EXPECT_EQ(tinyError("mac_rate: {", "mac_rate: {int32: 1, "),
            "t.yaml:19:14: array.mac_rate: have 'int32'; need one of int8, uint8, int16, uint16, float16, "
            "bfloat16, float32");
}

TEST(TargetErrors, Duplicates) {
  EXPECT_EQ(tinyError("clock_mhz: 100", "clock_mhz: 100\nclock_mhz: 200"),
            "t.yaml:4:1: key 'clock_mhz' stands twice");
  EXPECT_EQ(tinyError("mac_rate: {", "mac_rate: {int8: 1, "),
            "t.yaml:19:23: array.mac_rate.int8: stands twice");
  EXPECT_EQ(tinyError("array:\n", "  - {name: glb, holds: [psum], bytes: 8, read_bytes_per_cycle: 1, "
                                  "write_bytes_per_cycle: 1}\narray:\n"),
            "t.yaml:13:12: memories.glb.name: a second memory 'glb'; every memory needs its own name");
}

TEST(TargetErrors, Inconsistent) {
  EXPECT_EQ(tinyError("[ifmap, weight,", "[ifmap,"),
            "t.yaml:6:3: memories: no memory holds 'weight'; add it to the `holds` of a memory or of a fifo");
  EXPECT_EQ(tinyError("bytes: 32768", "bytes: 32768\n    kind: fifo"),
            "t.yaml:7:12: memories.glb.holds: a fifo streams ifmap, weight or param to the array; 'ofmap' "
            "needs an sram\n"
            "t.yaml:7:12: memories.glb.holds: a fifo streams ifmap, weight or param to the array; 'psum' "
            "needs an sram\n"
            "t.yaml:7:12: memories.glb.holds: a fifo streams ifmap, weight or param to the array; 'vector' "
            "needs an sram");
  EXPECT_EQ(tinyError("bytes: 32768", "bytes: 32768\n    banks: 3"),
            "t.yaml:9:12: memories.glb.banks: have 32768 B in 3 banks; the banks must divide the bytes");
  EXPECT_EQ(tinyError("name: glb", "name: dram"),
            "t.yaml:6:11: memories.dram.name: 'dram' names the memory off chip; name this one otherwise");
  EXPECT_EQ(
      tinyError("mac_rate: {int8: 1, uint8: 1, float32: 0.25}\n  mac_pj: {int8: 0.2, uint8: 0.2, float32: 2}",
                "mac_rate: {}"),
      "t.yaml:19:13: array.mac_rate: no rate; need at least one type that the array multiplies");
  EXPECT_EQ(tinyError("mac_pj: {int8: 0.2, uint8: 0.2", "mac_pj: {int8: 0.2, int16: 0.2"),
            "t.yaml:20:11: array.mac_pj: mac_rate has uint8, mac_pj has not; add the energy of an uint8 MAC\n"
            "t.yaml:20:30: array.mac_pj.int16: mac_pj has int16, mac_rate has not; give int16 a rate or take "
            "its energy away");
  EXPECT_EQ(
      tinyError("weight_spad: {words: 32,", "weight_spad: {slides: true, words: 32,"),
      "t.yaml:22:25: array.weight_spad.slides: the window that slides is the ifmap's; take `slides` away "
      "from weight_spad");
  EXPECT_EQ(
      tinyError("psum_spad: {words: 4,",
                "zero_gating: {mac_pj: 1, weight_spad: true}\n  psum_spad: {words: 4,"),
      "t.yaml:23:25: array.zero_gating.mac_pj: have the energy of a gated MAC, but no MAC is gated; set "
      "`mac: true` or take it away");
  EXPECT_EQ(tinyError("psum_spad: {words: 4,",
                      "zero_gating: {mac: true}\n  skipping: {ifmap: true}\n  psum_spad: {words: 4,"),
            "t.yaml:24:21: array.skipping.ifmap: zeros of the ifmap are skipped and gated; a skipped product "
            "cannot be gated, so take one of `skipping.ifmap` and `zero_gating` away");
  EXPECT_EQ(
      tinyError("psum_spad: {words: 4,", "skipping: {macs: lockstep}\n  psum_spad: {words: 4,"),
      "t.yaml:23:20: array.skipping.macs: multipliers go in lockstep, but nothing is skipped; set `ifmap` "
      "or `weight`, or take `macs` away");
  EXPECT_EQ(
      tinyError("psum_spad: {words: 4,", "zero_gating: {weight_spad: true}\n  skipping: {weight: true, macs: "
                                         "lockstep}\n  psum_spad: {words: 4,"),
      "t.yaml:24:34: array.skipping.macs: multipliers go in lockstep, and zeros are gated; gating is counted "
      "by the MAC, but a step reads the words of all multipliers, so take one of `macs: lockstep` and "
      "`zero_gating` away");
  EXPECT_EQ(tinyError("weight_spad: {words: 32,", "weight_spad: {address: {words: 16}, words: 32,"),
            "t.yaml:22:26: array.weight_spad.address: addresses are of columns that come in csc, for multipliers in "
            "lockstep; need `format: csc` in weight_noc and `macs: lockstep` in skipping, or take `address` away");
  EXPECT_EQ(tinyError("weight_spad: {words: 32,", "weight_spad: {address: {read_pj_per_word: 1}, words: 32,"),
            "t.yaml:22:26: array.weight_spad.address: have the energy of addresses in weight_spad and no room for any; give "
            "`words`, or take `address` away");
  EXPECT_EQ(tinyError("psum_spad: {words: 4,", "psum_spad: {address: {words: 4}, words: 4,"),
            "t.yaml:23:24: array.psum_spad.address: psums have no columns that come compressed; take `address` away from "
            "psum_spad");
  EXPECT_EQ(tinyError("psum_spad: {words: 4,",
                      "skipping: {ifmap: true, places_filters: true}\n  psum_spad: {words: 4,"),
            "t.yaml:23:43: array.skipping.places_filters: filters can be distributed by their non-zeros, but "
            "zeros of "
            "weights are not skipped; set `weight`, or take `places_filters` away");
  EXPECT_EQ(tinyError("psum_spad: {words: 4,",
                      "skipping: {weight: true, depthwise: {macs: 2}}\n  psum_spad: {words: 4,"),
            "t.yaml:23:46: array.skipping.depthwise.macs: have 2 multipliers at work in a PE of 1");
  EXPECT_EQ(
      tinyError("psum_noc: {", "psum_noc: {format: csc, "),
      "t.yaml:26:22: array.psum_noc.format: psums travel as they are; take `format` away from psum_noc");
  EXPECT_EQ(tinyError("ifmap_noc: {", "ifmap_noc: {format: rlc, "),
            "t.yaml:24:23: array.ifmap_noc.format: have 'rlc'; need one of dense, csc, bitmask "
            "(did you mean 'csc'?)");
  EXPECT_EQ(tinyError("cluster_rows: 1\n  cluster_columns: 1", "cluster_rows: 1024\n  cluster_columns: 1025"),
            "t.yaml:15:20: array.cluster_columns: have '1025'; need a whole number from 1 to 1024");
  EXPECT_EQ(tinyError("cluster_rows: 1\n  cluster_columns: 1\n  pe_rows: 1",
                      "cluster_rows: 1024\n  cluster_columns: 1024\n  pe_rows: 2"),
            "t.yaml:14:3: array: have 2097152 multipliers in the array; need at most 1048576");
}

TEST(TargetErrors, AllProblemsAtOnce) {
  std::string yaml = replaced(replaced(tiny, "clock_mhz: 100", "clock_mhz: fast"), "lanes: 1", "lane: 1");
  std::string error = parseError(yaml);
  EXPECT_EQ(std::ranges::count(error, '\n'), 2) << error;
}

TEST(TargetErrors, WhatIsNoTarget) {
  EXPECT_EQ(parseError(""), "t.yaml:1:1: have an empty file; need a mapping that describes a target");
  EXPECT_EQ(parseError("- a"), "t.yaml:1:1: have a list; need a mapping that describes a target");
  EXPECT_EQ(parseError("a: [1,\n"), "t.yaml:2:1: is no YAML (end of sequence flow not found); need a YAML file that "
                                    "describes a target");
  EXPECT_EQ(parseError(std::string("name\0: x", 8)),
            "t.yaml: is no YAML file: byte 4 is 0x00, which no text in UTF-8 has there; need one that describes a target");
  EXPECT_EQ(parseError("\x89PNG"),
            "t.yaml: is no YAML file: byte 0 is 0x89, which no text in UTF-8 has there; need one that describes a target");
  EXPECT_EQ(parseError("description: \xc3\xa9\xe2\x80"),
            "t.yaml: is no YAML file: byte 15 is 0xe2, which no text in UTF-8 has there; need one that describes a target");
  EXPECT_EQ(parseError(tiny + "---\na: 1\n"), "t.yaml:35:1: a second YAML document; need one");
  EXPECT_EQ(parseError(tiny + "? [a, b]\n: 3\n"), "t.yaml:34:3: have a list as a key; need a word");
}

TEST(TargetErrors, DamagedYamlNeverCrashes) {
  std::mt19937 random(1);
  for (int round = 0; round < 2000; ++round) {
    std::string yaml = tiny;
    for (int i = 0; i < 3; ++i)
      yaml[random() % yaml.size()] =
          static_cast<char>(random() % 3 ? ":-{}[],\"'&*!|>#\n 0z"[random() % 19] : random() % 256);
    yaml.resize(random() % 4 ? yaml.size() : random() % yaml.size());
    try {
      Target target = Target::parse(yaml, "t.yaml");
      EXPECT_EQ(Target::parse(target.toYaml(), "again").toYaml(), target.toYaml());
    } catch (const Error &) {
    }
  }
}

TEST(TargetLoad, Errors) {
  EXPECT_EQ(errorOf([] { Target::load("egde"); }),
            "no target 'egde' (did you mean 'edge'?); shipped targets "
            "are edge, eyeriss-normalized, eyeriss-v1, eyeriss-v2; a file of one's own is "
            "given by its path");
  EXPECT_EQ(errorOf([] { Target::load(sourceDir); }),
            sourceDir + ": is no regular file; need a YAML file that describes a target");
}

TEST(TargetSet, SetsNumericFieldsByPath) {
  Target target = Target::load("edge");
  target.set("dram.bandwidth=25.6");
  target.set(" memories.glb.bytes = 65536 ");
  target.set("array.psum_spad.words=16");
  target.set("array.mac_pj.int8=0.5");
  target.set("array.ifmap_noc.multicast=false");
  target.set("power_budget_mw=700");
  EXPECT_EQ(target.dram.bandwidth, 25.6);
  EXPECT_EQ(target.memories[0].bytes, 65536);
  EXPECT_EQ(target.array.psumSpad.words, 16);
  EXPECT_EQ(target.array.macPj.at(ElementType::I8), 0.5);
  EXPECT_FALSE(target.array.ifmapNoc.multicast);
  EXPECT_EQ(target.powerBudgetMw, 700);
}

TEST(TargetSet, Errors) {
  Target target = Target::load("edge");
  auto error = [&](const char *assignment) { return errorOf([&] { target.set(assignment); }); };
  EXPECT_EQ(error("dram.bandwidth"), "have 'dram.bandwidth'; need FIELD=VALUE, as in dram.bandwidth=25.6");
  EXPECT_EQ(error("memories.gbl.bytes=1"),
            "target 'edge' has no field 'memories.gbl.bytes' (did you mean 'memories.glb.bytes'?)");
  EXPECT_EQ(error("name=x"), "'name' of target 'edge' is no number; only numbers and true/false can be set");
  EXPECT_EQ(error("memories.glb=4"),
            "'memories.glb' of target 'edge' is no number; only numbers and true/false can be set");
  EXPECT_EQ(error("dram.bandwidth=fast"),
            "dram.bandwidth: have 'fast'; need a number of GB/s from 0.001 to 1000000");
  EXPECT_EQ(error("power_budget_mw=-1"),
            "power_budget_mw: have '-1'; need a number of mW from 0.001 to 1000000");
  EXPECT_EQ(error("overlap_transfers=no"), "overlap_transfers: have 'no'; need true or false");
  EXPECT_EQ(error("memories.glb.banks=3"),
            "memories.glb.banks=3: have 524288 B in 3 banks; the banks must divide the bytes");
  EXPECT_EQ(target.toYaml(), Target::load("edge").toYaml());
}

TEST(Target, SkippingIsReadAndWritten) {
  std::string yaml = replaced(tiny, "psum_spad: {words: 4,",
                              "skipping: {ifmap: true, weight: true, macs: lockstep, places_filters: true, "
                              "depthwise: {macs: 1, ifmap: false}}\n  psum_spad: {words: 4,");
  yaml = replaced(yaml, "weight_noc: {", "weight_noc: {format: csc, ");
  Target target = Target::parse(yaml, "t.yaml");
  EXPECT_TRUE(target.array.skipping.ifmap && target.array.skipping.weight);
  EXPECT_EQ(target.array.skipping.macs, Skipping::Macs::Lockstep);
  EXPECT_TRUE(target.array.skipping.placesFilters);
  EXPECT_EQ(target.array.skipping.depthwise.macs, 1);
  EXPECT_FALSE(target.array.skipping.depthwise.ifmap);
  EXPECT_EQ(target.array.weightNoc.format, NocFormat::Csc);
  EXPECT_TRUE(target.array.mindsZeros());
  EXPECT_EQ(Target::parse(target.toYaml(), "again").toYaml(), target.toYaml());
  EXPECT_FALSE(Target::parse(tiny, "t.yaml").array.mindsZeros());
  target.set("array.skipping.ifmap=false");
  EXPECT_FALSE(target.array.skipping.ifmap);
}

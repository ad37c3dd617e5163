// LINK: DnncStrategyFile fmt::fmt
// Timeloop's mappings: what they say of our machine, what is refused, and that export and import agree.
#include "lib/Strategy/File/Timeloop.h"
#include "dnnc/Error.h"

#include <gtest/gtest.h>

using namespace dnnc;
using namespace dnnc::strategy;

namespace {

/// 12 × 14 PEs, filters through a FIFO, as on the chip.
Target eyeriss() { return Target::load("eyeriss-v1"); }

std::string memoryOf(const Target &target, Operand operand) {
  return target.memories[*target.memoryFor(operand)].name;
}

bool has(const std::string &text, const std::string &part) { return text.find(part) != std::string::npos; }

std::string errorOf(const std::string &yaml, TimeloopOptions options = {}) {
  try {
    options.levels.try_emplace("shared_glb", memoryOf(eyeriss(), Operand::Ifmap));
    options.levels.try_emplace("DummyBuffer", memoryOf(eyeriss(), Operand::Ifmap));
    importTimeloop(yaml, "m.yaml", eyeriss(), options);
  } catch (const Error &error) {
    return error.what();
  }
  return "no error";
}

/// A directive at one level.
std::string at(const std::string &level, const std::string &type, const std::string &factors,
               const std::string &permutation = "SRQPCMN") {
  return "  - {target: " + level + ", type: " + type + ", factors: \"" + factors +
         "\", permutation: " + permutation + "}\n";
}

TEST(Timeloop, RowStationaryMappingOfEyeriss) {
  // In the style of Timeloop's Eyeriss: Q and filter rows (S) up the columns, filter width (R) in the spads.
  std::string yaml =
      "mapping:\n" + at("DRAM", "temporal", "C=4 M=2 N=4 P=1 Q=2 R=1 S=1", "CPRSQMN") +
      at("shared_glb", "temporal", "C2 M4 N1 P27 Q1 R1 S1", "PRSCQMN") +
      "  - target: shared_glb\n    type: spatial\n    split: 4\n    factors: [Q=14, N=1, C=1]\n    "
      "permutation: [N, C, P, Q, R, S, M]\n" +
      at("DummyBuffer", "temporal", "") +
      "  - {target: DummyBuffer, type: spatial, split: 0, factors: S=5 C=2, permutation: SCQPRMN}\n" +
      at("ifmap_spad", "temporal", "R=5") + at("weight_spad", "temporal", "C=2") +
      at("psum_spad", "temporal", "M=16") +
      "  - {target: shared_glb, type: bypass, keep: [Inputs, Outputs], bypass: [Weights]}\n"
      "  - {target: psum_spad, type: datatype, keep: [Outputs], bypass: [Inputs, Weights]}\n"
      "  - {target: ifmap_spad, type: bypass, keep: [Inputs], bypass: [Weights, Outputs]}\n"
      "  - {target: weight_spad, type: bypass, keep: [Weights], bypass: [Inputs, Outputs]}\n";
  TimeloopOptions options;
  options.levels = {{"shared_glb", memoryOf(eyeriss(), Operand::Ifmap)},
                    {"DummyBuffer", memoryOf(eyeriss(), Operand::Ifmap)}};
  NodeDecision node = importTimeloop(yaml, "m.yaml", eyeriss(), options);
  const cost::ArrayMapping &mapping = *node.mappings.at(0).array;
  using namespace dnnc::cost;
  // Timeloop's P and R are the width: our Q and S.
  EXPECT_EQ(mapping.passes, (Factors{{M, 4}, {C, 2}, {Q, 27}}));
  EXPECT_EQ(mapping.peColumns, (Factors{{P, 14}}));
  EXPECT_EQ(mapping.peRows, (Factors{{C, 2}, {R, 5}}));
  EXPECT_EQ(mapping.spad, (Factors{{S, 5}, {C, 2}, {M, 16}}));
  EXPECT_EQ(node.tile, (Extents{1, 1, 64, 8, 14, 27, 0, 0}));
  ASSERT_GE(node.order.size(), 3u);
  EXPECT_EQ(std::vector<int>(node.order.begin(), node.order.begin() + 3), (std::vector<int>{N, M, P}));
}

TEST(Timeloop, WhatTheMachineCannotDoIsRefused) {
  EXPECT_TRUE(has(errorOf("mapping:\n" + at("DRAM", "temporal", "C=4 M=2", "MCPQRSN")),
                  "M=2 stands inside of C=4 at DRAM, so incomplete psums would go to DRAM"));
  EXPECT_TRUE(has(errorOf("mapping:\n" + at("DRAM", "temporal", "R=3")),
                  "R=3 at DRAM: a filter's rows and columns are never cut"));
  EXPECT_TRUE(
      has(errorOf("mapping:\n" + at("shared_glb", "temporal", "M=2") + at("DummyBuffer", "temporal", "M=2")),
          "only one level on chip can have factors"));
  EXPECT_TRUE(has(errorOf("mapping:\n" + at(memoryOf(eyeriss(), Operand::Weight), "temporal", "M=2")),
                  "is a FIFO of target 'eyeriss-v1'"));
  EXPECT_TRUE(has(errorOf("mapping:\n" + at("shared_glb", "spatial", "M=15")),
                  "the mapping uses 15 PE columns, the target has 14"));
  EXPECT_TRUE(has(errorOf("mapping:\n" + at("spad", "temporal", "M=25")),
                  "m.yaml:2:5: the mapping keeps 25 words of psums in a PE, its spad has 24"));
  EXPECT_TRUE(has(errorOf("mapping:\n" + at("spad", "temporal", "M=16777216")), "keeps 16777216 words of psums"));
  EXPECT_TRUE(has(errorOf("mapping:\n" + at("DRAM", "spatial", "M=2")), "nothing is spread over 'DRAM'"));
  EXPECT_TRUE(has(errorOf("mapping:\n" + at("pe_rows", "temporal", "M=2")),
                  "holds nothing that could be looped over"));
  std::string bypass = "mapping:\n  - {target: shared_glb, type: bypass, keep: [Weights], bypass: [Inputs]}\n"
                       "  - {target: spad, type: bypass, bypass: [Outputs]}\n  - {target: DRAM, type: "
                       "bypass, bypass: [Outputs]}\n";
  std::string text = errorOf(bypass);
  EXPECT_TRUE(has(text, "m.yaml:2:")) << text;
  EXPECT_TRUE(has(text, "Weights are kept in")) << text;
  EXPECT_TRUE(has(text, "Inputs bypass")) << text;
  EXPECT_TRUE(has(text, "Outputs bypass the spads")) << text;
  EXPECT_TRUE(has(text, "Outputs bypass DRAM")) << text;
  TimeloopOptions options;
  options.ignoreBypass = true;
  EXPECT_EQ(errorOf(bypass, options), "no error");
}

TEST(Timeloop, NothingIsDropped) {
  std::string text = errorOf("mapping:\n" + at("DRAM", "temporal", "M=2") + at("DRAM", "temporal", "N=2"));
  EXPECT_TRUE(has(text, "m.yaml:3:5: a second temporal directive at 'DRAM', after the one of line 2")) << text;
  text = errorOf("mapping:\n" + at("spad", "temporal", "M=2") + at("spad", "temporal", "C=2"));
  EXPECT_TRUE(has(text, "a second temporal directive at 'spad'")) << text;
  text = errorOf("mapping: [{target: DRAM, type: temporal, factor: M=2}]");
  EXPECT_TRUE(has(text, "have the key 'factor' in a temporal directive; need one of target, type, factors, "
                        "permutation (did you mean 'factors'?)"))
      << text;
  // In a flow mapping a comma ends the factors.
  text = errorOf("mapping:\n  - {target: DRAM, type: temporal, factors: M=2,1 Q=4}\n");
  EXPECT_TRUE(has(text, "m.yaml:2:49: have the key '1 Q=4' in a temporal directive")) << text;
  text = errorOf("mapping: [{target: DRAM, type: temporal, split: 2}]");
  EXPECT_TRUE(has(text, "have the key 'split'")) << text;
  text = errorOf("mapping: [{target: DRAM, type: bypass, factors: M=2}]");
  EXPECT_TRUE(has(text, "have the key 'factors' in a directive of what is kept")) << text;
  text = errorOf("mapping: [{target: DRAM, type: temporal, factors: {M: 2}}]");
  EXPECT_TRUE(has(text, "factors: have a mapping; need factors")) << text;
  text = errorOf("mapping:\n" + at("shared_glb", "temporal", "M=16777216") + at("spad", "temporal", "M=16777216"));
  EXPECT_TRUE(has(text, "spad: have factors of M that multiply to more than")) << text;
}

TEST(Timeloop, AFileAsTimeloopPrintsIt) {
  // In the form of timeloop-mapper.map.yaml: what is kept first, from the inside out, then every level with
  // every dimension, spatial before temporal.
  const std::string yaml = "mapping:\n"
                           "  - target: psum_spad\n    type: datatype\n    keep:\n      - Outputs\n"
                           "    bypass:\n      - Weights\n      - Inputs\n"
                           "  - target: weight_spad\n    type: datatype\n    keep:\n      - Weights\n"
                           "    bypass:\n      - Inputs\n      - Outputs\n"
                           "  - target: ifmap_spad\n    type: datatype\n    keep:\n      - Inputs\n"
                           "    bypass:\n      - Weights\n      - Outputs\n"
                           "  - target: shared_glb\n    type: datatype\n    keep:\n      - Inputs\n"
                           "      - Outputs\n    bypass:\n      - Weights\n"
                           "  - target: DRAM\n    type: datatype\n    keep:\n      - Weights\n      - Inputs\n"
                           "      - Outputs\n    bypass: []\n"
                           "  - target: psum_spad\n    type: temporal\n"
                           "    factors: C1 M16 R1 S1 N1 P1 Q1 \n    permutation: MCRSNPQ\n"
                           "  - target: ifmap_spad\n    type: temporal\n"
                           "    factors: C1 M1 R3 S1 N1 P1 Q1 \n    permutation: RCMSNPQ\n"
                           "  - target: shared_glb\n    type: spatial\n"
                           "    factors: C2 M1 R1 S3 N1 P1 Q13 \n    permutation: QSCMRNP\n    split: 1\n"
                           "  - target: shared_glb\n    type: temporal\n"
                           "    factors: C4 M1 R1 S1 N1 P13 Q1 \n    permutation: PCMRSNQ\n"
                           "  - target: DRAM\n    type: temporal\n"
                           "    factors: C32 M24 R1 S1 N4 P1 Q1 \n    permutation: CMNRSPQ\n";
  TimeloopOptions options;
  options.levels = {{"shared_glb", memoryOf(eyeriss(), Operand::Ifmap)}};
  NodeDecision node = importTimeloop(yaml, "timeloop-mapper.map.yaml", eyeriss(), options);
  using namespace dnnc::cost;
  const ArrayMapping &mapping = *node.mappings.at(0).array;
  EXPECT_EQ(node.tile, (Extents{1, 1, 16, 8, 13, 13, 0, 0}));
  EXPECT_EQ(mapping.passes, (Factors{{C, 4}, {Q, 13}}));
  EXPECT_EQ(mapping.peColumns, (Factors{{P, 13}}));
  EXPECT_EQ(mapping.peRows, (Factors{{C, 2}, {R, 3}}));
  EXPECT_EQ(mapping.spad, (Factors{{M, 16}, {S, 3}}));
  EXPECT_EQ(std::vector<int>(node.order.begin(), node.order.begin() + 2), (std::vector<int>{N, M}));
}

TEST(Timeloop, FactorsThatLeaveSomethingOutAreNotExported) {
  using namespace dnnc::cost;
  NodeDecision node;
  node.node = 3;
  node.layer = {1, 1, 8, 4, 6, 6, 3, 3};
  node.tile = {1, 1, 8, 4, 6, 6, 0, 0};
  node.orderIsNamed = true;
  node.order = {N, M, P, Q};
  ArrayMapping mapping;
  mapping.passes = {{M, 8}, {C, 4}, {P, 5}, {Q, 6}, {R, 3}, {S, 3}};
  node.mappings.push_back({std::nullopt, mapping, {}});
  auto exported = [&] {
    try {
      return exportTimeloop(node, eyeriss(), {});
    } catch (const Error &error) {
      return std::string(error.what());
    }
  };
  EXPECT_EQ(exported(), "node 3: the mapping covers 5 of P, the tile has 6; give it factors that multiply to at least "
                        "that");
  node.mappings[0].array->passes[2].second = 4;
  node.mappings[0].array->spad = {{P, 2}};
  EXPECT_TRUE(has(exported(), "# The factors of Q multiply to 8, the layer has 6: Timeloop needs imperfect"));
  // Far too large products are said to be large, not wrapped around.
  node.mappings[0].array->spad = {{P, 1 << 24}, {P, 1 << 24}, {P, 1 << 24}};
  EXPECT_TRUE(has(exported(), "# The factors of Q multiply to 1099511627776, ")) << exported();
}

TEST(Timeloop, WhatIsNoMappingIsSaidSo) {
  EXPECT_TRUE(has(errorOf("3"), "need `mapping:` with a list of directives"));
  EXPECT_TRUE(has(errorOf("mapping: [3]"), "need a directive with target and type"));
  EXPECT_TRUE(
      has(errorOf("mapping: [{target: L2, type: temporal}]"), "have 'L2'; target 'eyeriss-v1' has DRAM, "));
  EXPECT_TRUE(has(errorOf("mapping: [{target: DRAM}]"), "type: have nothing; need temporal, spatial"));
  EXPECT_TRUE(has(errorOf("mapping:\n" + at("DRAM", "temporal", "M=x")), "need factors as in \"C=3 M=16\""));
  EXPECT_TRUE(has(errorOf("mapping:\n" + at("DRAM", "temporal", "X=2")),
                  "have dimension 'X'; need one of C, G, K, M, N, P, Q, R, S"));
  EXPECT_TRUE(has(errorOf("mapping:\n" + at("DRAM", "temporal", "M=0")),
                  "M=0 stands for the whole dimension; write its size"));
  EXPECT_TRUE(has(errorOf("mapping:\n" + at("DRAM", "temporal", "M=2 M=3")), "M stands twice"));
  EXPECT_TRUE(
      has(errorOf("mapping:\n" + at("DRAM", "temporal", "M=2 N=3", "MMN")), "permutation: M stands twice"));
  EXPECT_TRUE(
      has(errorOf("mapping:\n" + at("DRAM", "temporal", "M=2 N=3", "M")), "permutation: does not name N"));
  EXPECT_TRUE(has(errorOf("mapping: [{target: DRAM, type: bypass, keep: [Weight]}]"),
                  "have 'Weight'; need Inputs, Weights, Outputs"));
}

TEST(Timeloop, ExportAndImportAgree) {
  using namespace dnnc::cost;
  for (const char *name : {"edge", "eyeriss-v1"}) {
    Target target = Target::load(name);
    NodeDecision node;
    node.node = 3;
    node.layer = {2, 1, 32, 24, 12, 18, 3, 3};
    node.tile = {1, 1, 16, 8, 12, 18, 0, 0};
    node.orderIsNamed = true;
    node.order = {N, M, P, Q};
    ArrayMapping mapping;
    mapping.passes = {{M, 2}, {C, 4}, {Q, 18}};
    mapping.clusterRows = target.clusters() > 1 ? Factors{{P, 6}} : Factors{};
    mapping.peRows = {{M, 2}};
    mapping.peColumns = target.clusters() > 1 ? Factors{{P, 2}} : Factors{{P, 6}, {M, 2}};
    mapping.spad = {{M, target.clusters() > 1 ? 4 : 2}, {C, 2}, {R, 3}, {S, 3}};
    if (target.clusters() == 1)
      mapping.passes.insert(mapping.passes.begin(), {P, 2}), mapping.spad = {{M, 4}, {S, 3}},
                                                             mapping.peRows = {{R, 3}, {C, 2}};
    node.mappings.push_back({"os", mapping, {}});
    std::string text = exportTimeloop(node, target, {});
    NodeDecision back = importTimeloop(text, "m.yaml", target, {});
    for (size_t index = 0; index < levelNames.size(); ++index)
      EXPECT_EQ(level(*back.mappings[0].array, index), level(mapping, index)) << levelNames[index] << "\n"
                                                                              << text;
    // The factors multiply to the tile and the tile count to the layer where nothing is clipped.
    EXPECT_EQ(back.tile[Q], 18) << text;
    EXPECT_EQ(back.tile[P], 12) << text;
    EXPECT_EQ(back.order[0], N) << text;
    EXPECT_EQ(back.order[1], M) << text;
  }
}

TEST(Timeloop, WhatCannotBeExportedIsSaid) {
  using namespace dnnc::cost;
  Target target = Target::load("edge");
  NodeDecision node;
  node.node = 3;
  EXPECT_THROW(exportTimeloop(node, target, {}), Error);
  node.layer.fill(4);
  node.order = {N, M, P, Q};
  node.orderIsNamed = true;
  ArrayMapping twice;
  twice.passes = {{M, 2}, {Q, 4}, {M, 2}, {N, 4}, {G, 4}, {C, 4}, {P, 4}, {R, 4}, {S, 4}};
  node.mappings.push_back({std::nullopt, twice, {}});
  try {
    exportTimeloop(node, target, {});
    FAIL() << "no error";
  } catch (const Error &error) {
    EXPECT_TRUE(has(error.what(), "loops over M twice in `passes`")) << error.what();
  }
}

} // namespace

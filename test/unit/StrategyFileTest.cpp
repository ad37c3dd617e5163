// LINK: DnncStrategyFile fmt::fmt
// Strategy files: what is written is read back, every problem has its place, and impossible mappings name the
// limit.
#include "dnnc/Error.h"
#include "dnnc/Target.h"
#include "lib/Strategy/File/Strategy.h"

#include <gtest/gtest.h>

#include <random>

using namespace dnnc;
using namespace dnnc::strategy;

namespace {

std::string errorOf(const std::string &yaml) {
  try {
    Strategy::parse(yaml, "s.yaml");
  } catch (const Error &error) {
    return error.what();
  }
  return "no error";
}

bool has(const std::string &text, const std::string &part) { return text.find(part) != std::string::npos; }

cost::Factors randomFactors(std::mt19937 &random) {
  cost::Factors factors;
  for (unsigned i = random() % 4; i > 0; --i)
    factors.push_back({static_cast<int>(random() % 8), 1 + random() % 300});
  return factors;
}

Strategy randomStrategy(std::mt19937 &random) {
  Strategy strategy;
  strategy.target = random() % 2 ? "eyeriss-v1" : "";
  const std::vector<std::string> names = {"conv1", "a \"quoted\" \\ name: x", "größe", "tab\tnew\nline",
                                          "[1]"};
  for (unsigned i = random() % 5; i > 0; --i) {
    NodeDecision node;
    node.node = random() % 100;
    for (unsigned k = random() % 3; k > 0; --k)
      node.onnx.push_back(names[random() % names.size()]);
    node.op = random() % 2 ? "conv" : "";
    if (random() % 2) {
      for (int64_t &extent : node.layer)
        extent = 1 + random() % 512;
      for (int dim : {cost::N, cost::G, cost::M, cost::C, cost::P, cost::Q})
        node.tile[dim] = random() % 64;
      node.orderIsNamed = true;
      node.order = {cost::N, cost::P, cost::M, cost::Q};
      for (unsigned k = random() % 3; k > 0; --k) {
        MappingDecision mapping;
        mapping.dataflow = "rs";
        if (random() % 2) {
          mapping.array.emplace();
          for (size_t index = 0; index < levelNames.size(); ++index)
            level(*mapping.array, index) = randomFactors(random);
        }
        node.mappings.push_back(mapping);
      }
      if (random() % 2)
        node.storage["ofmap"] = {"rlc", {1, 4, 7, 7}};
      if (random() % 2)
        node.storage["ifmap"] = {random() % 2 ? "rlc" : "raw"};
    } else {
      node.result = {1, 8, 3};
      node.tileSizes = {1, 2, 3};
      node.order = {2, 0, 1};
      node.reduction = {7, 7};
    }
    strategy.nodes.push_back(node);
  }
  return strategy;
}

TEST(StrategyFile, WhatIsWrittenIsReadBack) {
  std::mt19937 random(5);
  for (int round = 0; round < 200; ++round) {
    std::string yaml = randomStrategy(random).toYaml();
    EXPECT_EQ(Strategy::parse(yaml, "s.yaml").toYaml(), yaml);
  }
}

TEST(StrategyFile, FactorsHaveThreeForms) {
  Strategy strategy =
      Strategy::parse("strategy: 1\n"
                      "nodes:\n"
                      "  - onnx: conv1\n"
                      "    mapping: {passes: [M: 4, Q: 27], pe_rows: [[R, 3], [M, 4]], spad: {S: 3, C: 2}}\n",
                      "s.yaml");
  const cost::ArrayMapping &mapping = *strategy.nodes.at(0).mappings.at(0).array;
  EXPECT_EQ(mapping.passes, (cost::Factors{{cost::M, 4}, {cost::Q, 27}}));
  EXPECT_EQ(mapping.peRows, (cost::Factors{{cost::R, 3}, {cost::M, 4}}));
  EXPECT_EQ(mapping.spad, (cost::Factors{{cost::S, 3}, {cost::C, 2}}));
  EXPECT_EQ(strategy.nodes[0].mappings[0].placeOf("pe_rows").line, 4);
  EXPECT_EQ(strategy.nodes[0].title(), "the node of 'conv1'");
}

TEST(StrategyFile, EveryProblemHasItsPlace) {
  std::string text =
      errorOf("strategy: 2\n"
              "nods: 3\n"
              "nodes:\n"
              "  - {node: -1, tile: [3, x], mappin: 3}\n"
              "  - {onnx: a, order: [N, N, X], tile: {R: 3}, mapping: {dataflow: wx, passes: [M], spad: 4}}\n"
              "  - {node: 1, node: 2}\n"
              "  - {layer: {M: 3, M: 4}, storage: {ifmap: {segment: [0]}, other: 3}}\n");
  for (const char *part :
       {"s.yaml:1:11: strategy: have version '2'; this dnnc reads 1",
        "s.yaml:2:1: have the key 'nods' in a strategy", "(did you mean 'nodes'?)",
        "s.yaml:4:12: node: have '-1'; need a whole number of at least 0", "s.yaml:4:26: tile: have 'x'",
        "(did you mean 'mapping'?)", "s.yaml:5:26: order: 'N' stands twice",
        "order: have 'X'; need a loop dimension", "R and S are never cut",
        "dataflow: have 'wx'; need one of rs, ws, os, is, nlr, mixed", "passes: have 'M'; need factors as in",
        "spad: have '4'; need factors", "key 'node' stands twice in a node",
        "s.yaml:7:5: have decisions without a node", "M stands twice", "needs a format: raw, rlc, csc or bitmask",
        "segment: have '0'", "have the key 'other' in storage"})
    EXPECT_TRUE(has(text, part)) << part << "\nis not in\n" << text;
}

TEST(StrategyFile, WhatSaysNothingIsAnError) {
  const std::string head = "strategy: 1\nnodes:\n  - {node: 0, ";
  const std::pair<const char *, const char *> cases[] = {
      {"mapping: {}}", "mapping: have neither a dataflow nor factors"},
      {"mapping: []}", "mapping: have 0 entries; need a list of 1 to 256 entries"},
      {"tile: {}}", "tile: have no size; need some, as in {M: 64, C: 3}"},
      {"tile: []}", "tile: have 0 entries"},
      {"op: [conv]}", "op: have a list; need a name"},
      {"op: {a: b}}", "op: have a mapping; need a name"},
      {"reduction: [2]}", "s.yaml:3:26: reduction: have no `tile`"},
      {"order: [M, P]}", "order: have no `tile`; the order is one of tiles"},
      {"tile: {M: 2}, order: []}", "order: have 0 entries"},
      {"storage: {}}", "storage: have no operand"},
      {"storage: {ifmap: {format: rlc, segment: []}}}", "segment: have 0 entries"}};
  for (auto [text, message] : cases)
    EXPECT_TRUE(has(errorOf(head + text), message)) << text << ": " << errorOf(head + text);
  EXPECT_TRUE(has(errorOf("strategy: 1\ntarget: [edge]\nnodes: []"), "s.yaml:2:9: target: have a list; need a name"));
}

TEST(StrategyFile, FactorsStayInTheirRange) {
  auto of = [](const std::string &levels) {
    return errorOf("strategy: 1\nnodes:\n  - {node: 0, mapping: {" + levels + "}}");
  };
  EXPECT_EQ(of("passes: [M: 16777216, C: 65536]"), "no error");
  EXPECT_TRUE(has(of("passes: [M: 16777217]"), "passes: have '16777217'; need a whole number of at least 1, and at "
                                               "most 16777216"));
  EXPECT_TRUE(has(of("pe_rows: [M: 16777216, C: 16777216, P: 16777216]"),
                  "s.yaml:3:34: pe_rows: have factors of pe_rows that multiply to more than 1099511627776"));
  EXPECT_TRUE(has(of("pe_rows: [M: 16777216], spad: [M: 16777216]"),
                  "spad: have factors of M that multiply to more than 1099511627776"));
}

TEST(StrategyFile, WhatIsNoStrategyIsSaidSo) {
  EXPECT_TRUE(has(errorOf(""), "s.yaml: have an empty file; need one YAML document"));
  EXPECT_TRUE(has(errorOf("a: [1"), "s.yaml:"));
  EXPECT_TRUE(has(errorOf("[1, 2]"), "have a list; need a strategy"));
  EXPECT_TRUE(has(errorOf("target: edge"), "have no version; need `strategy: 1`"));
  EXPECT_TRUE(has(errorOf("strategy: 1\nnodes: 3"), "nodes: have '3'; need a list"));
  EXPECT_TRUE(has(errorOf("strategy: 1\nnodes:\n - {node: 0, mapping: {spad: {M: 99999999999999999999}}}"),
                  "need a whole number"));
  EXPECT_THROW(Strategy::load("/no/such/file.yaml"), Error);
  EXPECT_THROW(Strategy::load("/"), Error);
  EXPECT_THROW(Strategy().save("/no/such/folder/s.yaml"), Error);
}

TEST(StrategyFile, DamagedFilesAreErrorsOnly) {
  std::mt19937 random(7);
  for (int round = 0; round < 400; ++round) {
    std::string yaml = randomStrategy(random).toYaml();
    for (unsigned i = 1 + random() % 4; i > 0; --i)
      yaml[random() % yaml.size()] = static_cast<char>(random());
    try {
      Strategy::parse(yaml, "s.yaml");
    } catch (const Error &) {
    }
  }
}

TEST(StrategyFile, ImpossibleMappingsNameTheLimit) {
  Target target = Target::load("edge");
  cost::ArrayTile tile;
  tile.extents = {1, 1, 8, 4, 6, 6, 3, 3};
  tile.strides = {2, 2};
  cost::ArrayMapping mapping;
  mapping.peRows = {{cost::M, 3}};
  mapping.spad = {{cost::M, 40}, {cost::C, 4}, {cost::R, 3}, {cost::S, 3}, {cost::P, 4}};
  std::vector<Obstacle> problems = obstaclesOf(mapping, tile, target.array);
  std::string text;
  for (const Obstacle &problem : problems)
    text += problem.key + ": " + problem.message + "\n";
  EXPECT_TRUE(has(text, "pe_rows: the mapping uses 3 PE rows, the target has 2")) << text;
  EXPECT_TRUE(has(text, ": the mapping covers 4 of P, the tile has 6")) << text;
  EXPECT_TRUE(has(text, ": the mapping covers 1 of Q, the tile has 6")) << text;
  // 4 channels of rows under 4 outputs of stride 2 (9 rows) by 3 columns; 8 output channels are all there
  // are.
  EXPECT_TRUE(has(text, "spad: the mapping keeps 108 words of ifmap in a PE, its spad has 64")) << text;
  EXPECT_TRUE(has(text, "spad: the mapping keeps 288 words of weights in a PE, its spad has 128")) << text;
  EXPECT_EQ(problems.size(), 5u) << text;

  // Taps that no output touches take no room: one tap of outputs two apart.
  mapping.peRows = {};
  mapping.spad = {{cost::P, 6}, {cost::C, 4}};
  mapping.passes = {{cost::M, 8}, {cost::Q, 6}, {cost::R, 3}, {cost::S, 3}};
  EXPECT_TRUE(obstaclesOf(mapping, tile, target.array).empty());
}

} // namespace

// A strategy file: the decisions of a compilation by node, as people read and edit them. docs/strategy.md.
// No MLIR in here.
#pragma once

#include "lib/Cost/ArrayCost.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dnnc::strategy {

/// In the order of acc::Dataflow; a mapping made by hand need not be of any.
inline constexpr std::array<std::string_view, 6> dataflowNames = {"rs", "ws", "os", "is", "nlr", "mixed"};
inline constexpr std::string_view loopDimNames = "NGMCPQRS";
/// Levels of the array in a mapping, in the order of the file.
inline constexpr std::array<std::string_view, 7> levelNames = {
    "passes", "cluster_rows", "cluster_columns", "pe_rows", "pe_columns", "macs", "spad"};
cost::Factors &level(cost::ArrayMapping &mapping, size_t index);
const cost::Factors &level(const cost::ArrayMapping &mapping, size_t index);

/// Where a value stands in its file; line 0 for one that was not read.
struct Place {
  int line = 0, column = 0;
};

/// The mapping of one product. Without `array`, only the dataflow is pinned.
struct MappingDecision {
  std::optional<std::string> dataflow;
  std::optional<cost::ArrayMapping> array;
  std::map<std::string, Place> places; ///< of each key, and of the mapping itself under ""

  Place placeOf(const std::string &key) const;
};

/// How a feature map of a node stands in DRAM.
struct StorageDecision {
  std::string format;
  std::vector<int64_t> segment = {}; ///< empty where it has none, or follows from the tiles
  Place place = {};
};

/// What is decided for one node, or the part of it that is pinned.
struct NodeDecision {
  std::optional<int64_t> node;
  std::vector<std::string> onnx; ///< names of ONNX nodes
  std::string op;
  cost::Extents layer{};       ///< loop extents of a product; 0 where not named
  std::vector<int64_t> result; ///< shape of the result of another group

  /// On-chip tiles of a group that ends with a product, by loop dimension; 0 where not named. R and S are
  /// always whole.
  cost::Extents tile{};
  /// Of another group: sizes in the dimensions of the result, and of the reduced dimensions.
  std::vector<int64_t> tileSizes, reduction;
  /// Loops over tiles, outermost first: loop dimensions of a product (M stands for G and M of a convolution),
  /// dimensions of the result of another group.
  std::vector<int> order;
  bool orderIsNamed = false;
  std::vector<MappingDecision> mappings;          ///< of the products of the group, in order
  std::map<std::string, StorageDecision> storage; ///< by operand: ifmap, ofmap
  std::map<std::string, Place> places;            ///< of each key, and of the node itself under ""

  bool hasTile() const { return tile != cost::Extents{} || !tileSizes.empty(); }
  Place placeOf(const std::string &key) const;
  /// "node 3 ('conv1')", for messages.
  std::string title() const;
};

struct Strategy {
  std::string file; ///< it was read from, for messages
  std::string target;
  std::vector<NodeDecision> nodes;

  /// Reads a strategy. Throws dnnc::Error with FILE:LINE:COLUMN of every problem, one a line.
  static Strategy parse(std::string_view yaml, const std::string &fileName);
  static Strategy load(const std::string &fileName);
  std::string toYaml() const;
  /// Throws dnnc::Error when the file cannot be written.
  void save(const std::string &fileName) const;

  /// "FILE:LINE:COLUMN"
  std::string text(Place place) const;
};

/// A reason why a mapping cannot run, and the key of the mapping that it is about ("" for all of it).
struct Obstacle {
  std::string key, message;
};

/// What a mapping asks of the array that it does not have, and what of the tile it leaves out. An extent of 0
/// is not known yet, and then nothing is said of it. `zerosCount`: how much room weights need depends on their zeros, which
/// choose-mapping knows; nothing is said of it here.
std::vector<Obstacle> obstaclesOf(const cost::ArrayMapping &mapping, const cost::ArrayTile &tile,
                                  const Array &array, bool zerosCount = false);

/// Reads a file of at most 16 MiB. Throws dnnc::Error.
std::string readText(const std::string &fileName);
void writeText(const std::string &fileName, const std::string &text);

} // namespace dnnc::strategy

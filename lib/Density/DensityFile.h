// A file of synthetic densities, as docs/density.md describes it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace dnnc::density {

/// Of a layer: the shares of its operands' elements that are not zero, where they are given.
struct LayerDensities {
  std::optional<double> weights, activations;
};

/// By how much densities differ along an axis: their variance over the largest that their mean allows, 0
/// where all are the mean, 1 where every one is 0 or 1. Without other word those of the published masks of
/// sparse MobileNet-0.5, five pointwise layers (the artifact of Eyeriss v2, JETCAS 2019), of which only means
/// are published otherwise.
struct Dispersions {
  double weights = 0.14;     ///< of filters
  double activations = 0.62; ///< of channels
};

struct DensityFile {
  uint64_t seed = 0;
  Dispersions dispersions;
  LayerDensities otherwise;                     ///< of layers that are not named
  std::map<std::string, LayerDensities> layers; ///< by ONNX node
  std::map<std::string, std::string> places;    ///< of the layers: "FILE:LINE:COLUMN"

  /// Throws dnnc::Error with every problem, each with its place.
  static DensityFile parse(std::string_view yaml, const std::string &fileName);
  static DensityFile load(const std::string &fileName);
};

} // namespace dnnc::density

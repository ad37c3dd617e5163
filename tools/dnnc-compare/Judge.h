// Whether the outputs of two compilations of one network are as they have to be.
#pragma once

#include "dnnc/Tensor.h"

#include <cmath>
#include <string>
#include <vector>

namespace dnnc::comparison {

/// Sums of floats in another order are off by rounding; what is further off is an error.
inline constexpr double floatBar = 1e-3;

struct Judgement {
  size_t differing = 0; ///< tensors
  double largest = 0;   ///< of floats, over the tensor's largest magnitude
  bool good = true;
};

/// `floatMacs`: the array summed floats, so that results may depend on the order of the sums, and what is
/// quantized from them too. Everything else is equal in every bit.
inline Judgement judge(const std::vector<Tensor> &outputs, const std::vector<Tensor> &reference, bool floatMacs) {
  Judgement judgement;
  judgement.good = outputs.size() == reference.size();
  for (size_t i = 0; i < std::min(outputs.size(), reference.size()); ++i) {
    if (outputs[i].identical(reference[i]))
      continue;
    ++judgement.differing;
    bool isFloat = outputs[i].type == ElementType::F32 && reference[i].type == ElementType::F32 &&
                   outputs[i].shape == reference[i].shape;
    judgement.good &= floatMacs;
    if (!isFloat)
      continue;
    double difference = 0, magnitude = 0;
    auto have = outputs[i].as<float>(), want = reference[i].as<float>();
    for (size_t k = 0; k < want.size(); ++k) {
      if (have[k] == want[k] || (std::isnan(have[k]) && std::isnan(want[k])))
        continue;
      double off = std::abs(double(have[k]) - want[k]);
      difference = std::isnan(off) ? INFINITY : std::max(difference, off);
    }
    for (float value : want)
      if (std::isfinite(value))
        magnitude = std::max(magnitude, std::abs(double(value)));
    double relative = difference == 0 ? 0 : difference / std::max(magnitude, 1e-30);
    judgement.largest = std::max(judgement.largest, relative);
    judgement.good &= relative <= floatBar;
  }
  return judgement;
}

} // namespace dnnc::comparison

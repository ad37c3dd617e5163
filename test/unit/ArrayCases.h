// What the tests of the walks over an array's passes draw from.
#pragma once

#include "dnnc/Target.h"

#include <cstdint>
#include <random>

namespace dnnc::array_test {

class Draw {
public:
  explicit Draw(unsigned seed) : random(seed) {}
  int64_t operator()(int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(random);
  }
  double share() { return std::uniform_real_distribution<double>(0, 1)(random); }
  std::mt19937 random;
};

/// A large machine; its networks and ports are not narrow.
inline Target machine() {
  Target target;
  target.name = "test";
  target.clockMhz = 500;
  Memory glb;
  glb.name = "glb";
  glb.bytes = 1 << 20;
  glb.readBytesPerCycle = glb.writeBytesPerCycle = 1 << 20;
  target.memories = {glb};
  Array &array = target.array;
  array.clusterRows = array.clusterColumns = array.peRows = array.peColumns = 1024;
  array.macsPerPe = 64;
  array.macRate = {{ElementType::I8, 1}, {ElementType::F32, 0.25}};
  array.ifmapSpad = array.weightSpad = {1 << 20, 8, true, 0, 0};
  array.psumSpad = {1 << 20, 32, true, 0, 0};
  array.ifmapNoc = array.weightNoc = array.psumNoc = {1 << 20, true, 0};
  return target;
}

} // namespace dnnc::array_test

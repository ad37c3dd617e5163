#include "runtime/Simulator/Counts.h"

#include <numeric>

namespace dnnc::sim {

Counts &Counts::operator+=(const Counts &other) {
  dramRead += other.dramRead;
  dramConstants += other.dramConstants;
  dramWritten += other.dramWritten;
  encoded += other.encoded;
  decoded += other.decoded;
  for (size_t i = 0; i < memoryRead.size(); ++i) {
    memoryRead[i] += other.memoryRead[i];
    memoryWritten[i] += other.memoryWritten[i];
    for (size_t k = 0; k < operandNames.size(); ++k) {
      arrayRead[i][k] += other.arrayRead[i][k];
      arrayWritten[i][k] += other.arrayWritten[i][k];
    }
  }
  for (size_t i = 0; i < macs.size(); ++i) {
    macs[i] += other.macs[i];
    gatedMacs[i] += other.gatedMacs[i];
    skippedMacs[i] += other.skippedMacs[i];
  }
  ifmapSpadRead += other.ifmapSpadRead;
  ifmapSpadWritten += other.ifmapSpadWritten;
  weightSpadRead += other.weightSpadRead;
  weightSpadWritten += other.weightSpadWritten;
  ifmapAddressRead += other.ifmapAddressRead;
  ifmapAddressWritten += other.ifmapAddressWritten;
  weightAddressRead += other.weightAddressRead;
  weightAddressWritten += other.weightAddressWritten;
  psumSpadRead += other.psumSpadRead;
  psumSpadWritten += other.psumSpadWritten;
  ifmapHops += other.ifmapHops;
  weightHops += other.weightHops;
  psumHops += other.psumHops;
  vectorSteps += other.vectorSteps;
  return *this;
}

int64_t Counts::allMacs() const {
  return std::accumulate(macs.begin(), macs.end(), int64_t(0)) +
         std::accumulate(gatedMacs.begin(), gatedMacs.end(), int64_t(0));
}

int64_t Counts::allSkippedMacs() const {
  return std::accumulate(skippedMacs.begin(), skippedMacs.end(), int64_t(0));
}

void Counts::readByArray(int64_t memory, Operand operand, int64_t bytes) {
  if (bytes == 0)
    return;
  memoryRead[static_cast<size_t>(memory)] += bytes;
  arrayRead[static_cast<size_t>(memory)][static_cast<size_t>(operand)] += bytes;
}

void Counts::writtenByArray(int64_t memory, Operand operand, int64_t bytes) {
  if (bytes == 0)
    return;
  memoryWritten[static_cast<size_t>(memory)] += bytes;
  arrayWritten[static_cast<size_t>(memory)][static_cast<size_t>(operand)] += bytes;
}

std::map<std::string, std::map<std::string, int64_t>> Counts::byAction(const Target &target) const {
  std::map<std::string, std::map<std::string, int64_t>> actions;
  auto add = [&](const std::string &component, const char *action, int64_t count) {
    if (count != 0)
      actions[component][action] = count;
  };
  add("dram", "read", dramRead);
  add("dram", "write", dramWritten);
  add("codec", "encode", encoded);
  add("codec", "decode", decoded);
  for (size_t i = 0; i < memoryRead.size(); ++i) {
    add(target.memories[i].name, "read", memoryRead[i]);
    add(target.memories[i].name, "write", memoryWritten[i]);
  }
  for (size_t i = 0; i < macs.size(); ++i) {
    add("mac_" + std::string(elementTypeNames[i]), "mac_random", macs[i]);
    add("mac_" + std::string(elementTypeNames[i]), "mac_gated", gatedMacs[i]);
    add("mac_" + std::string(elementTypeNames[i]), "mac_skipped", skippedMacs[i]);
  }
  add("ifmap_spad", "read", ifmapSpadRead);
  add("ifmap_spad", "write", ifmapSpadWritten);
  add("weight_spad", "read", weightSpadRead);
  add("weight_spad", "write", weightSpadWritten);
  add("ifmap_address_spad", "read", ifmapAddressRead);
  add("ifmap_address_spad", "write", ifmapAddressWritten);
  add("weight_address_spad", "read", weightAddressRead);
  add("weight_address_spad", "write", weightAddressWritten);
  add("psum_spad", "read", psumSpadRead);
  add("psum_spad", "write", psumSpadWritten);
  add("ifmap_noc", "transfer", ifmapHops);
  add("weight_noc", "transfer", weightHops);
  add("psum_noc", "transfer", psumHops);
  add("vector", "step", vectorSteps);
  return actions;
}

Energy energyOf(const Counts &counts, int64_t cycles, const Target &target) {
  const Array &array = target.array;
  Energy energy;
  for (const auto &[type, pj] : array.macPj)
    energy.mac += static_cast<double>(counts.macs[static_cast<size_t>(type)]) * pj;
  for (int64_t gated : counts.gatedMacs)
    energy.mac += static_cast<double>(gated) * array.zeroGating.macPj;
  auto spad = [&](const auto &spad, int64_t read, int64_t written) {
    energy.spad += static_cast<double>(read) * spad.readPj + static_cast<double>(written) * spad.writePj;
  };
  spad(array.ifmapSpad, counts.ifmapSpadRead, counts.ifmapSpadWritten);
  spad(array.weightSpad, counts.weightSpadRead, counts.weightSpadWritten);
  spad(array.psumSpad, counts.psumSpadRead, counts.psumSpadWritten);
  spad(array.ifmapSpad.address, counts.ifmapAddressRead, counts.ifmapAddressWritten);
  spad(array.weightSpad.address, counts.weightAddressRead, counts.weightAddressWritten);
  energy.noc = static_cast<double>(counts.ifmapHops) * array.ifmapNoc.hopPj +
               static_cast<double>(counts.weightHops) * array.weightNoc.hopPj +
               static_cast<double>(counts.psumHops) * array.psumNoc.hopPj;
  for (size_t i = 0; i < counts.memoryRead.size(); ++i)
    energy.glb += static_cast<double>(counts.memoryRead[i]) * target.memories[i].readPj +
                  static_cast<double>(counts.memoryWritten[i]) * target.memories[i].writePj;
  energy.dram = static_cast<double>(counts.dramRead + counts.dramWritten) * target.dram.pj;
  energy.codec = static_cast<double>(counts.encoded + counts.decoded) * target.dram.codecPj;
  energy.vector = static_cast<double>(counts.vectorSteps) * target.vector.stepPj;
  // 1 mW for a microsecond is a nanojoule.
  energy.leakage = target.leakageMw * static_cast<double>(cycles) / target.clockMhz * 1e3;
  energy.clock = static_cast<double>(cycles) * target.clockNetworkPj;
  return energy;
}

} // namespace dnnc::sim

// The actions a run performed, and what they cost by the target's table.
#pragma once

#include "dnnc/Target.h"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace dnnc::sim {

/// Counted in execution, never derived from layers.
struct Counts {
  int64_t dramRead = 0, dramWritten = 0;          // bytes, whole bursts
  int64_t dramConstants = 0;                      // bytes of dramRead that are the program's constants
  int64_t encoded = 0, decoded = 0;               // bytes of encoded segments, written and read
  std::vector<int64_t> memoryRead, memoryWritten; // bytes, by on-chip memory
  /// The part of them that is between the memory and the array, by memory and operand.
  std::vector<std::array<int64_t, operandNames.size()>> arrayRead, arrayWritten;
  std::array<int64_t, elementTypeNames.size()> macs{};        // by ifmap type, the gated ones left out
  std::array<int64_t, elementTypeNames.size()> gatedMacs{};   // whose multiplier stood still
  std::array<int64_t, elementTypeNames.size()> skippedMacs{}; // that took no cycle
  int64_t ifmapSpadRead = 0, ifmapSpadWritten = 0;            // words
  int64_t weightSpadRead = 0, weightSpadWritten = 0;          // words
  int64_t ifmapAddressRead = 0, ifmapAddressWritten = 0, weightAddressRead = 0, weightAddressWritten = 0;
  int64_t psumSpadRead = 0, psumSpadWritten = 0;              // words
  int64_t ifmapHops = 0, weightHops = 0, psumHops = 0;        // bytes × hops
  int64_t vectorSteps = 0;                                    // steps × elements

  explicit Counts(size_t memories = 0)
      : memoryRead(memories), memoryWritten(memories), arrayRead(memories), arrayWritten(memories) {}
  Counts &operator+=(const Counts &other);
  /// Gated ones too: they take their time. Skipped ones do not.
  int64_t allMacs() const;
  int64_t allSkippedMacs() const;
  int64_t allMacs(ElementType type) const {
    return macs[static_cast<size_t>(type)] + gatedMacs[static_cast<size_t>(type)];
  }
  void readByArray(int64_t memory, Operand operand, int64_t bytes);
  void writtenByArray(int64_t memory, Operand operand, int64_t bytes);

  /// By component and Accelergy's name of the action; actions that did not happen are left out.
  std::map<std::string, std::map<std::string, int64_t>> byAction(const Target &target) const;
};

struct Energy { // pJ
  double mac = 0, spad = 0, noc = 0, glb = 0, dram = 0, codec = 0, vector = 0, leakage = 0, clock = 0;
  double total() const { return mac + spad + noc + glb + dram + codec + vector + leakage + clock; }
};

/// Counts × table, leakage × time, clock network × cycles.
Energy energyOf(const Counts &counts, int64_t cycles, const Target &target);

} // namespace dnnc::sim

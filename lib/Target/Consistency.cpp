#include "lib/Target/Consistency.h"
#include "lib/Target/Words.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

namespace dnnc::target {
namespace {

constexpr int64_t maxMultipliers = 1 << 20; // counters and prefix sums over PEs stay small

void checkMemories(const Target &target, std::vector<Inconsistency> &problems) {
  if (target.memories.size() > 16)
    problems.push_back(
        {{"memories"}, fmt::format("have {} memories; need at most 16", target.memories.size())});
  std::set<std::string> names;
  for (size_t i = 0; i < target.memories.size(); ++i) {
    const Memory &memory = target.memories[i];
    std::string path = memoryPath(memory.name, i);
    if (!names.insert(memory.name).second)
      problems.push_back({{path + ".name"},
                          fmt::format("a second memory '{}'; every memory needs its own name", memory.name)});
    if (memory.name == "dram")
      problems.push_back({{path + ".name"}, "'dram' names the memory off chip; name this one otherwise"});
    if (memory.bytes % memory.banks != 0)
      problems.push_back({{path + ".banks", path + ".bytes"},
                          fmt::format("have {} B in {} banks; the banks must divide the bytes", memory.bytes,
                                      memory.banks)});
    if (memory.kind != Memory::Kind::Fifo)
      continue;
    for (Operand operand : memory.holds)
      if (operand != Operand::Ifmap && operand != Operand::Weight && operand != Operand::Param)
        problems.push_back(
            {{path + ".holds", path + ".kind"},
             fmt::format("a fifo streams ifmap, weight or param to the array; '{}' needs an sram",
                         operandNames[static_cast<size_t>(operand)])});
  }
  for (size_t i = 0; i < operandNames.size(); ++i)
    if (!target.memoryFor(static_cast<Operand>(i)))
      problems.push_back(
          {{"memories"},
           fmt::format("no memory holds '{}'; add it to the `holds` of a memory{}", operandNames[i],
                       i <= static_cast<size_t>(Operand::Param) ? " or of a fifo" : "")});
}

void checkSkipping(const Array &array, std::vector<Inconsistency> &problems) {
  const Skipping &skipping = array.skipping;
  if (skipping.ifmap && array.zeroGating.any())
    problems.push_back(
        {{"array.skipping.ifmap", "array.zero_gating"},
         "zeros of the ifmap are skipped and gated; a skipped product cannot be gated, so take one "
         "of `skipping.ifmap` and `zero_gating` away"});
  if (skipping.macs == Skipping::Macs::Lockstep && !skipping.any())
    problems.push_back(
        {{"array.skipping.macs", "array.skipping"},
         "multipliers go in lockstep, but nothing is skipped; set `ifmap` or `weight`, or take "
         "`macs` away"});
  if (skipping.macs == Skipping::Macs::Lockstep && array.zeroGating.any())
    problems.push_back(
        {{"array.skipping.macs", "array.zero_gating"},
         "multipliers go in lockstep, and zeros are gated; gating is counted by the MAC, but a step reads "
         "the words of all multipliers, so take one of `macs: lockstep` and `zero_gating` away"});
  if (skipping.placesFilters && !skipping.weight)
    problems.push_back(
        {{"array.skipping.places_filters", "array.skipping.weight"},
         "filters can be distributed by their non-zeros, but zeros of weights are not skipped; set `weight`, "
         "or take `places_filters` away"});
  if (skipping.depthwise.macs > array.macsPerPe)
    problems.push_back(
        {{"array.skipping.depthwise.macs", "array.macs_per_pe"},
         fmt::format("have {} multipliers at work in a PE of {}", skipping.depthwise.macs, array.macsPerPe)});
  if (array.psumNoc.format != NocFormat::Dense)
    problems.push_back(
        {{"array.psum_noc.format"}, "psums travel as they are; take `format` away from psum_noc"});
}

void checkArray(const Target &target, std::vector<Inconsistency> &problems) {
  const Array &array = target.array;
  if (array.macs() > maxMultipliers)
    problems.push_back(
        {{"array", "array.cluster_rows", "array.cluster_columns", "array.pe_rows", "array.pe_columns",
          "array.macs_per_pe"},
         fmt::format("have {} multipliers in the array; need at most {}", array.macs(), maxMultipliers)});
  if (array.macRate.empty())
    problems.push_back({{"array.mac_rate"}, "no rate; need at least one type that the array multiplies"});
  for (const auto &[name, spad] :
       {std::pair("weight", &array.weightSpad), std::pair("psum", &array.psumSpad)})
    if (spad->slides)
      problems.push_back(
          {{fmt::format("array.{}_spad.slides", name)},
           fmt::format("the window that slides is the ifmap's; take `slides` away from {}_spad", name)});
  for (const auto &[name, spad, noc] : {std::tuple("ifmap", &array.ifmapSpad, &array.ifmapNoc),
                                        std::tuple("weight", &array.weightSpad, &array.weightNoc)}) {
    std::string key = fmt::format("array.{}_spad.address", name);
    if (spad->address.words > 0 && (noc->format != NocFormat::Csc || array.skipping.macs != Skipping::Macs::Lockstep))
      problems.push_back(
          {{key, fmt::format("array.{}_noc.format", name), "array.skipping.macs"},
           fmt::format("addresses are of columns that come in csc, for multipliers in lockstep; need `format: csc` in {}_noc "
                       "and `macs: lockstep` in skipping, or take `address` away",
                       name)});
    if (spad->address.words == 0 && (spad->address.readPj > 0 || spad->address.writePj > 0))
      problems.push_back({{key}, fmt::format("have the energy of addresses in {}_spad and no room for any; give `words`, or take "
                                             "`address` away",
                                             name)});
  }
  if (const AddressSpad &address = array.psumSpad.address; address.words > 0 || address.readPj > 0 || address.writePj > 0)
    problems.push_back({{"array.psum_spad.address"},
                        "psums have no columns that come compressed; take `address` away from psum_spad"});
  if (array.zeroGating.macPj > 0 && !array.zeroGating.mac)
    problems.push_back(
        {{"array.zero_gating.mac_pj"},
         "have the energy of a gated MAC, but no MAC is gated; set `mac: true` or take it away"});
  checkSkipping(array, problems);
  if (array.macPj.empty())
    return;
  for (const auto &[type, rate] : array.macRate)
    if (!array.macPj.contains(type))
      problems.push_back(
          {{"array.mac_pj", "array.mac_rate"},
           fmt::format("mac_rate has {0}, mac_pj has not; add the energy of an {0} MAC", name(type))});
  for (const auto &[type, energy] : array.macPj)
    if (!array.macRate.contains(type))
      problems.push_back(
          {{fmt::format("array.mac_pj.{}", name(type)), "array.mac_rate"},
           fmt::format("mac_pj has {0}, mac_rate has not; give {0} a rate or take its energy away",
                       name(type))});
}

} // namespace

std::string memoryPath(const std::string &name, size_t index) {
  return isName(name) ? "memories." + name : fmt::format("memories[{}]", index);
}

std::vector<Inconsistency> inconsistencies(const Target &target) {
  std::vector<Inconsistency> problems;
  checkMemories(target, problems);
  checkArray(target, problems);
  return problems;
}

} // namespace dnnc::target

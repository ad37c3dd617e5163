// Every key of a target description, once: its name in the YAML, unit, meaning, range and field. The reader,
// the writer, Target::set and the page docs/targets.md are visitors of these functions, so they cannot
// disagree.
//
// A visitor has number (integers, reals, optional reals), flag, text, choice, operands, perType, object and
// memories, each called with a Key and the field.
#pragma once

#include "dnnc/Target.h"

#include <limits>

namespace dnnc::target {

struct Key {
  std::string_view name;
  std::string_view unit = {};
  std::string_view meaning = {};
  double low = 0, high = 0; // of numbers, both included
  bool required = false;
};

inline constexpr double maxEnergy = 1e9;
inline constexpr double maxBytes = 1099511627776.0; // 1 TiB, so that no sum of sizes overflows
inline constexpr double maxBytesPerCycle = 1048576;
inline constexpr double maxExtent = 1024;

inline constexpr std::array<std::string_view, 2> memoryKindNames = {"sram", "fifo"};
inline constexpr std::array<std::string_view, 2> skippingMacsNames = {"independent", "lockstep"};
inline constexpr std::array<std::string_view, 3> nocFormatNames = {"dense", "csc", "bitmask"};

template <typename Visitor> void describe(Visitor &v, Codecs &codecs) {
  v.flag(Key{.name = "rlc", .meaning = "run-length code, of elements of 16 bits"}, codecs.rlc);
  v.flag(Key{.name = "csc", .meaning = "compressed sparse columns, of elements of 8 bits"}, codecs.csc);
  v.flag(Key{.name = "bitmask", .meaning = "a bit for each element, and those that are not zero"}, codecs.bitmask);
  v.flag(Key{.name = "nm", .meaning = "of constants: n of each m neighbors and their places"}, codecs.nm);
}

template <typename Visitor> void describe(Visitor &v, Dram &dram) {
  v.number(Key{"bytes", "B", "capacity", 1048576, maxBytes, true}, dram.bytes);
  v.number(Key{"bandwidth", "GB/s", "bandwidth, reads and writes together (1 GB = 1e9 B)", 0.001, 1e6, true},
           dram.bandwidth);
  v.number(Key{"latency_cycles", "cycles", "core cycles of a transfer before its first byte", 0, 1e6},
           dram.latency);
  v.number(Key{"burst_bytes", "B", "every contiguous run moves whole bursts of this size", 1, 65536},
           dram.burstBytes);
  v.number(Key{"pj_per_byte", "pJ/B", "energy of a byte read or written", 0, maxEnergy}, dram.pj);
  v.object(Key{.name = "codecs", .meaning = "formats beside raw in which tensors may stand in it; the DMA encodes and decodes"},
           dram.codecs);
  v.number(Key{"codec_pj_per_byte", "pJ/B", "energy of a byte of encoded data in the codec", 0, maxEnergy},
           dram.codecPj);
}

template <typename Visitor> void describe(Visitor &v, Memory &memory) {
  v.text(Key{.name = "name", .meaning = "its name in commands, statistics and `set` paths", .required = true},
         memory.name);
  v.choice(Key{.name = "kind",
               .meaning = "`sram`, or `fifo`: operands stream through it to the array and are not kept"},
           memory.kind, memoryKindNames);
  v.operands(Key{.name = "holds",
                 .meaning =
                     "operands that may live in it: `ifmap`, `weight`, `param` (bias and requantization "
                     "records, tables), `psum`, `ofmap`, `vector` (operands of the vector unit)",
                 .required = true},
             memory.holds);
  v.number(Key{"bytes", "B", "size; of one instance where it is per cluster", 1, maxBytes, true},
           memory.bytes);
  v.flag(Key{.name = "per_cluster",
             .meaning = "one instance in each cluster, addressed as one range striped over them"},
         memory.perCluster);
  v.number(Key{"banks", "", "banks the bytes are divided into", 1, 4096}, memory.banks);
  v.number(Key{"read_bytes_per_cycle", "B/cycle", "bytes it delivers in a cycle, all instances together", 1,
               maxBytesPerCycle, true},
           memory.readBytesPerCycle);
  v.number(Key{"write_bytes_per_cycle", "B/cycle", "bytes it accepts in a cycle, all instances together", 1,
               maxBytesPerCycle, true},
           memory.writeBytesPerCycle);
  v.number(Key{"read_pj_per_byte", "pJ/B", "energy of a byte read", 0, maxEnergy}, memory.readPj);
  v.number(Key{"write_pj_per_byte", "pJ/B", "energy of a byte written", 0, maxEnergy}, memory.writePj);
  v.flag(Key{.name = "prefetch",
             .meaning = "loads into it overlap array passes even where `overlap_transfers` is false"},
         memory.prefetch);
}

template <typename Visitor> void describe(Visitor &v, AddressSpad &address) {
  v.number(Key{"words", "words", "columns that a PE has room for; 0: any number, and addresses take no energy", 0, 1048576},
           address.words);
  v.number(Key{"read_pj_per_word", "pJ/word", "energy of an address read", 0, maxEnergy}, address.readPj);
  v.number(Key{"write_pj_per_word", "pJ/word", "energy of an address written", 0, maxEnergy}, address.writePj);
}

template <typename Visitor> void describe(Visitor &v, Spad &spad) {
  v.number(Key{"words", "words", "words a PE has for one pass", 1, 1048576, true}, spad.words);
  v.number(Key{"bits", "bits", "width of a word; a wider element takes several words", 1, 64, true},
           spad.bits);
  v.flag(
      Key{.name = "double_buffered",
          .meaning = "a second set of as many words, filled or drained for another pass while one computes"},
      spad.doubleBuffered);
  v.flag(Key{.name = "streams",
             .meaning = "words are replaced one by one while a pass computes, without a second set"},
         spad.streams);
  v.flag(Key{.name = "slides",
             .meaning = "of ifmaps: what the next pass needs of this one's window stays in the PE"},
         spad.slides);
  v.number(Key{"read_pj_per_word", "pJ/word", "energy of a word read", 0, maxEnergy}, spad.readPj);
  v.number(Key{"write_pj_per_word", "pJ/word", "energy of a word written", 0, maxEnergy}, spad.writePj);
  v.object(Key{.name = "address", .meaning = "where the columns of an operand in `csc` end, for multipliers in lockstep"},
           spad.address);
}

template <typename Visitor> void describe(Visitor &v, ZeroGating &gating) {
  v.flag(Key{.name = "mac", .meaning = "the multiplier stands still"}, gating.mac);
  v.flag(Key{.name = "weight_spad", .meaning = "the weight is not read"}, gating.weightSpad);
  v.flag(Key{.name = "psum_spad", .meaning = "the psum is neither read nor written"}, gating.psumSpad);
  v.number(Key{"mac_pj", "pJ", "energy of a gated MAC", 0, maxEnergy}, gating.macPj);
}

template <typename Visitor> void describe(Visitor &v, Skipping::Depthwise &depthwise) {
  v.number(Key{"macs", "", "multipliers of a PE that work on them; 0: all", 0, 64}, depthwise.macs);
  v.flag(
      Key{.name = "ifmap", .meaning = "zeros of the ifmap are skipped there too, where `skipping.ifmap` is"},
      depthwise.ifmap);
}

template <typename Visitor> void describe(Visitor &v, Skipping &skipping) {
  v.flag(Key{.name = "ifmap", .meaning = "where the ifmap element is the zero point or padding"},
         skipping.ifmap);
  v.flag(Key{.name = "weight", .meaning = "where the weight is its zero point"}, skipping.weight);
  v.choice(Key{.name = "macs",
               .meaning =
                   "`independent`: each multiplier of a PE goes through its own share; `lockstep`: all of "
                   "them take the weights of a column (of one c, r, s) together, for one ifmap element"},
           skipping.macs, skippingMacsNames);
  v.flag(Key{.name = "places_filters",
             .meaning =
                 "the output path takes the results of a filter to a channel that its parameter record "
                 "names, so that filters can be distributed over the PEs by their non-zeros"},
         skipping.placesFilters);
  v.object(Key{.name = "depthwise", .meaning = "groups of one input and one output channel"},
           skipping.depthwise);
}

template <typename Visitor> void describe(Visitor &v, NocPort &port) {
  v.number(Key{"bytes_per_cycle", "B/cycle", "bytes between the memories and the whole array in a cycle", 1,
               maxBytesPerCycle, true},
           port.bytesPerCycle);
  v.flag(Key{.name = "multicast", .meaning = "a word read once reaches every PE that needs it"},
         port.multicast);
  v.number(Key{"hop_pj_per_byte", "pJ/B", "energy of a byte over one hop", 0, maxEnergy}, port.hopPj);
  v.choice(Key{.name = "format",
               .meaning =
                   "how words travel to the PEs and stand in their spads; `csc`: non-zeros with four bits of "
                   "zeros before each, and an address for each column; `bitmask`: non-zeros, and a bit for "
                   "each element"},
           port.format, nocFormatNames);
}

template <typename Visitor> void describe(Visitor &v, Array &array) {
  v.number(Key{"cluster_rows", "", "rows of clusters", 1, maxExtent, true}, array.clusterRows);
  v.number(Key{"cluster_columns", "", "columns of clusters", 1, maxExtent, true}, array.clusterColumns);
  v.number(Key{"pe_rows", "", "rows of PEs in a cluster", 1, maxExtent, true}, array.peRows);
  v.number(Key{"pe_columns", "", "columns of PEs in a cluster", 1, maxExtent, true}, array.peColumns);
  v.number(Key{"macs_per_pe", "", "multipliers in a PE", 1, 64, true}, array.macsPerPe);
  v.number(Key{"pipeline_depth", "cycles", "from the last operand's arrival at a PE to its psum", 0, 1000},
           array.pipelineDepth);
  v.perType(
      Key{"mac_rate", "MACs/cycle",
          "MACs a multiplier does in a cycle, by ifmap type; a type that is absent does not run on the array",
          0.001, 64, true},
      array.macRate);
  v.perType(Key{"mac_pj", "pJ", "energy of a MAC, by the same types", 0, maxEnergy}, array.macPj);
  v.object(Key{.name = "zero_gating", .meaning = "what a PE saves where the ifmap element is the zero point"},
           array.zeroGating);
  v.object(Key{.name = "skipping", .meaning = "products that take no cycle and no energy"}, array.skipping);
  v.flag(
      Key{.name = "psums_start_in_memory",
          .meaning = "every accumulation reads its first psums from the psum memory, as all later passes do"},
      array.psumsStartInMemory);
  v.flag(Key{.name = "fills_in_turn",
             .meaning = "a ramp-up fills the weights, then the first ifmap window; otherwise both at once"},
         array.fillsInTurn);
  v.flag(Key{.name = "unlimited_delivery",
             .meaning = "what comes to the PEs and leaves them takes no time: to study the PEs alone"},
         array.unlimitedDelivery);
  v.object(Key{.name = "ifmap_spad", .meaning = "scratchpad of inputs", .required = true}, array.ifmapSpad);
  v.object(Key{.name = "weight_spad", .meaning = "scratchpad of weights", .required = true},
           array.weightSpad);
  v.object(Key{.name = "psum_spad", .meaning = "scratchpad of partial sums", .required = true},
           array.psumSpad);
  v.object(Key{.name = "ifmap_noc", .meaning = "network of inputs", .required = true}, array.ifmapNoc);
  v.object(Key{.name = "weight_noc", .meaning = "network of weights", .required = true}, array.weightNoc);
  v.object(Key{.name = "psum_noc",
               .meaning = "network of partial sums and outputs, to and from the memories",
               .required = true},
           array.psumNoc);
}

template <typename Visitor> void describe(Visitor &v, VectorUnit &vector) {
  v.number(Key{"lanes", "", "elements worked on at once", 1, 65536, true}, vector.lanes);
  v.number(Key{"pipeline_steps", "steps",
               "steps of a lane program a lane completes in a cycle; longer programs take "
               "several cycles an element",
               1, 65536},
           vector.pipelineSteps);
  v.number(Key{"special_function_cycles", "cycles",
               "extra cycles an element takes when its program has exp, log, erf, pow, tanh, a division or a "
               "square root",
               0, 1000},
           vector.specialFunctionCycles);
  v.number(Key{"port_bytes_per_cycle", "B/cycle",
               "bytes to and from the on-chip memories in a cycle, together", 1, maxBytesPerCycle, true},
           vector.portBytesPerCycle);
  v.number(Key{"step_pj", "pJ", "energy of a step on one element", 0, maxEnergy}, vector.stepPj);
}

template <typename Visitor> void describe(Visitor &v, Target &target) {
  v.text(Key{.name = "name", .meaning = "name of the target", .required = true}, target.name);
  v.text(Key{.name = "description", .meaning = "what it is, for people"}, target.description);
  v.number(Key{"clock_mhz", "MHz", "core clock", 0.001, 1e6, true}, target.clockMhz);
  v.object(Key{.name = "dram", .meaning = "the memory off chip", .required = true}, target.dram);
  v.memories(Key{.name = "memories", .meaning = "the memories on chip, a list", .required = true},
             target.memories);
  v.object(Key{.name = "array", .meaning = "clusters of PEs and their networks", .required = true},
           target.array);
  v.object(Key{.name = "vector", .meaning = "the vector unit", .required = true}, target.vector);
  v.flag(Key{.name = "overlap_transfers", .meaning = "whether array passes overlap loads and stores"},
         target.overlapTransfers);
  v.number(Key{"leakage_mw", "mW", "power of the chip that does nothing", 0, 1e6}, target.leakageMw);
  v.number(
      Key{"clock_network_pj_per_cycle", "pJ/cycle", "energy of the clock network in a cycle", 0, maxEnergy},
      target.clockNetworkPj);
  v.number(Key{"power_budget_mw", "mW", "the report holds average and peak power against it", 0.001, 1e6},
           target.powerBudgetMw);
}

} // namespace dnnc::target

// Small programs for the simulator's tests, built by hand from the rows of the ISA table.
#pragma once

#include "dnnc/Target.h"
#include "runtime/Program/Program.h"
#include "runtime/Simulator/ArrayWalk.h"

#include <array>
#include <numeric>
#include <string>
#include <vector>

namespace dnnc::sim::test {

/// One memory of a KiB for everything; 2 × 2 PEs.
inline Target smallTarget() {
  Target target;
  target.name = "small";
  target.clockMhz = 100;
  target.dram.bytes = 1 << 20;
  target.dram.bandwidth = 0.4; // 4 bytes a cycle
  target.dram.latency = 10;
  target.dram.burstBytes = 8;
  target.dram.pj = 100;
  Memory glb;
  glb.name = "glb";
  glb.holds = {Operand::Ifmap, Operand::Weight, Operand::Param,
               Operand::Psum,  Operand::Ofmap,  Operand::Vector};
  glb.bytes = 1024;
  glb.readBytesPerCycle = glb.writeBytesPerCycle = 64;
  glb.readPj = 1;
  glb.writePj = 2;
  target.memories = {glb};
  Array &array = target.array;
  array.peRows = array.peColumns = 2;
  array.macRate = {{ElementType::I8, 1}, {ElementType::U8, 1}, {ElementType::F32, 0.5}};
  array.macPj = {{ElementType::I8, 1}, {ElementType::U8, 1}, {ElementType::F32, 4}};
  array.ifmapSpad = array.weightSpad = {64, 8, true, 0.5, 0.5};
  array.psumSpad = {16, 32, true, 0.5, 0.5};
  array.ifmapNoc = array.weightNoc = array.psumNoc = {8, true, 0.25};
  target.vector.lanes = 4;
  target.vector.portBytesPerCycle = 16;
  target.vector.stepPj = 0.1;
  target.leakageMw = 1;
  target.clockNetworkPj = 2;
  return target;
}

/// The same with weights that bypass it through a FIFO.
inline Target fifoTarget(int64_t bytes) {
  Target target = smallTarget();
  target.memories[0].holds.erase(target.memories[0].holds.begin() + 1);
  Memory fifo;
  fifo.name = "weights";
  fifo.kind = Memory::Kind::Fifo;
  fifo.holds = {Operand::Weight};
  fifo.bytes = bytes;
  fifo.readBytesPerCycle = fifo.writeBytesPerCycle = 64;
  target.memories.push_back(fifo);
  return target;
}

/// The same, skipping all zeros, with two multipliers in a PE and operands that travel in a format.
inline Target zerosTarget(NocFormat format, Skipping::Macs macs = Skipping::Macs::Independent) {
  Target target = smallTarget();
  Array &array = target.array;
  array.macsPerPe = 2;
  array.skipping.ifmap = array.skipping.weight = true;
  array.skipping.macs = macs;
  array.ifmapNoc.format = array.weightNoc.format = format;
  return target;
}

inline isa::Program emptyProgram(const Target &target, int64_t dramBytes) {
  isa::Program program;
  program.header.model = "test";
  program.header.target = target.toYaml();
  program.header.dramBytes = dramBytes;
  isa::NodeRow node;
  node.id = 7;
  node.op = "test";
  node.onnx = "node_a\nnode_b";
  program.nodes = {node};
  isa::SegmentRow segment;
  program.segments = {segment};
  return program;
}

inline void addTensor(isa::Program &program, isa::TensorKind kind, const std::string &name, int64_t address,
                      std::vector<int64_t> shape, ElementType type = ElementType::I8) {
  isa::TensorRow tensor;
  tensor.kind = kind;
  tensor.name = name;
  tensor.type = type;
  tensor.axis = -1;
  tensor.address = address;
  tensor.bytes = std::accumulate(shape.begin(), shape.end(), bytesOf(type), std::multiplies<int64_t>());
  tensor.shape = std::move(shape);
  auto row = static_cast<int64_t>(program.tensors.size());
  program.tensors.push_back(tensor);
  if (kind == isa::TensorKind::Input)
    program.segments[0].inputs.push_back(row);
  if (kind == isa::TensorKind::Output)
    program.segments[0].outputs.push_back(row);
}

inline int64_t addToken(isa::Program &program, const std::string &name, int64_t initial, int64_t maximum) {
  program.tokens.push_back({initial, maximum, name});
  return static_cast<int64_t>(program.tokens.size()) - 1;
}

/// `count` bytes from DRAM.
inline isa::Load loadBytes(isa::Affine dram, isa::Affine buffer, int64_t count, std::vector<int64_t> wait,
                           std::vector<int64_t> signal) {
  isa::Load load;
  load.wait = std::move(wait);
  load.signal = std::move(signal);
  load.elementBytes = 1;
  load.dram = std::move(dram);
  load.buffer = std::move(buffer);
  load.extents = load.bounds = {count};
  load.dramStrides = load.bufferStrides = {1};
  load.offsets = {0};
  return load;
}

inline isa::Store storeBytes(isa::Affine dram, isa::Affine buffer, int64_t count, std::vector<int64_t> wait,
                             std::vector<int64_t> signal) {
  isa::Store store;
  store.wait = std::move(wait);
  store.signal = std::move(signal);
  store.elementBytes = 1;
  store.dram = std::move(dram);
  store.buffer = std::move(buffer);
  store.extents = store.bounds = {count};
  store.dramStrides = store.bufferStrides = {1};
  store.offsets = {0};
  return store;
}

/// `count` bytes in opposite order.
inline isa::Permute reverseBytes(isa::Affine input, isa::Affine output, int64_t count,
                                 std::vector<int64_t> wait, std::vector<int64_t> signal) {
  isa::Permute permute;
  permute.wait = std::move(wait);
  permute.signal = std::move(signal);
  permute.elementBytes = 1;
  permute.extents = permute.bounds = {count};
  permute.offsets = {0};
  permute.input = std::move(input);
  permute.input.base += count - 1;
  permute.inputStrides = {-1};
  permute.output = std::move(output);
  permute.outputStrides = {1};
  return permute;
}

inline isa::Loop loopOf(int64_t count) {
  isa::Loop loop;
  loop.count = count;
  return loop;
}

/// Six tiles of 16 bytes are loaded, reversed and stored, double-buffered on both sides.
inline isa::Program reversal(const Target &target) {
  isa::Program program = emptyProgram(target, 192);
  addTensor(program, isa::TensorKind::Input, "x", 0, {96});
  addTensor(program, isa::TensorKind::Output, "y", 96, {96});
  int64_t inFree = addToken(program, "input free", 2, 2), inFull = addToken(program, "input full", 0, 2);
  int64_t outFree = addToken(program, "output free", 2, 2), outFull = addToken(program, "output full", 0, 2);
  isa::Affine x(0, {{16, 0}}), y(96, {{16, 0}}), in(0, {{16, 0}}, 32), out(32, {{16, 0}}, 32);
  program[isa::Queue::Load] = {loopOf(6), loadBytes(x, in, 16, {inFree}, {inFull}), isa::EndLoop()};
  program[isa::Queue::Vector] = {loopOf(6), reverseBytes(in, out, 16, {inFull, outFree}, {inFree, outFull}),
                                 isa::EndLoop()};
  program[isa::Queue::Store] = {loopOf(6), storeBytes(y, out, 16, {outFull}, {outFree}), isa::EndLoop()};
  return program;
}

/// y[m] = Σ_c x[c]·w[m, c] for 8 channels in and out, in two tiles over C with psums kept between them. The
/// weights come through `weightMemory`; in the first memory they lie behind the inputs.
inline isa::Program product(const Target &target, int64_t weightMemory) {
  isa::Program program = emptyProgram(target, 8 + 64 + 32);
  program.nodes[0].macs = 64;
  addTensor(program, isa::TensorKind::Input, "x", 0, {8});
  addTensor(program, isa::TensorKind::Input, "w", 8, {2, 8, 4}); // [tile, m, c]
  addTensor(program, isa::TensorKind::Output, "y", 72, {8}, ElementType::I32);
  program.tensors.back().address = 72;
  int64_t xFull = addToken(program, "x full", 0, 1), wFull = addToken(program, "w full", 0, 2);
  int64_t wFree = addToken(program, "w free", 2, 2), yFull = addToken(program, "y full", 0, 1);
  bool stream = target.memories[static_cast<size_t>(weightMemory)].kind == Memory::Kind::Fifo;

  isa::Load x = loadBytes(0, 0, 8, {}, {xFull});
  isa::Load w =
      loadBytes(isa::Affine(8, {{32, 0}}), stream ? isa::Affine(0) : isa::Affine(64, {{32, 0}}), 32, {}, {});
  w.memory = weightMemory;
  if (!stream) {
    w.wait = {wFree};
    w.signal = {wFull};
  }
  program[isa::Queue::Load] = {x, loopOf(2), w, isa::EndLoop()};

  isa::MappingRow mapping;
  mapping.dataflow = isa::Dataflow::Ws;
  mapping.passes = {M, 2};
  mapping.peRows = {M, 2};
  mapping.peColumns = {C, 2};
  mapping.spad = {M, 2, C, 2};
  program.mappings = {mapping};

  isa::Conv conv;
  conv.ifmapType = conv.weightType = ElementType::I8;
  conv.outputType = ElementType::I32;
  conv.mode = isa::ConvMode::Requantize;
  conv.weightMemory = weightMemory;
  conv.strideH = conv.strideW = conv.dilationH = conv.dilationW = 1;
  conv.clampLow = 0x80000000;
  conv.clampHigh = 0x7fffffff;
  conv.ifmapH = conv.ifmapW = 1;
  conv.ifmap = isa::Affine(0, {{4, 0}});
  conv.weight = w.buffer;
  conv.psum = 128;
  conv.output = 160;
  conv.extents = {1, 1, 8, 4, 1, 1, 1, 1};
  conv.bounds = {1, 1, 8, 8, 1, 1, 1, 1};
  conv.offsets.assign(8, 0);
  conv.offsets[C] = isa::Affine(0, {{4, 0}});
  conv.ifmapStrides = {8, 8, 1, 1, 1};
  conv.weightStrides = {32, 4, 1, 1, 1};
  conv.psumStrides = {32, 32, 4, 4, 4};
  conv.outputStrides = {32, 32, 4, 4, 4};
  if (!stream) {
    conv.wait = {wFull};
    conv.signal = {wFree};
  }
  isa::Sync begin;
  begin.wait = {xFull};
  isa::Sync end;
  end.signal = {yFull};
  program[isa::Queue::Array] = {begin, loopOf(2), conv, isa::EndLoop(), end};
  program[isa::Queue::Store] = {storeBytes(72, 160, 32, {yFull}, {})};
  return program;
}

} // namespace dnnc::sim::test

// A small good program that has at least one row of every table: two tiles of a convolution, loaded,
// computed, mapped, stored.
#pragma once

#include "dnnc/Target.h"
#include "runtime/Program/Program.h"

namespace dnnc::isa {

inline Program sampleProgram() {
  Program program;
  program.header = {.dramBytes = 4096,
                    .constantsBytes = 100,
                    .model = "sample \"quoted\"\n",
                    .target = Target::load("edge").toYaml()};
  program.tokens = {{1, 1, "buffer free"},  {0, 1, "buffer full"}, {0, 1, "result ready"},
                    {1, 1, "result taken"}, {0, 2, "mapped"},      {1, 1, "mapped taken"}};
  program.nodes = {{.id = 7, .dataflow = Dataflow::Ws, .macs = 1000, .op = "conv", .onnx = "conv1\nrelu1"},
                   {.id = 9, .op = "add", .onnx = "add\x01 1"}};
  TensorRow input{.kind = TensorKind::Input,
                  .type = ElementType::I8,
                  .axis = -1,
                  .address = 128,
                  .bytes = 64,
                  .name = "x",
                  .shape = {1, 4, 4, 4},
                  .scales = {0x3D4CCCCD},
                  .zeroPoints = {-3}};
  TensorRow weight{.kind = TensorKind::Constant,
                   .type = ElementType::I8,
                   .axis = 0,
                   .address = 0,
                   .bytes = 32,
                   .name = "w",
                   .shape = {8, 4, 1, 1},
                   .scales = std::vector<int64_t>(8, 0x3F800000),
                   .zeroPoints = std::vector<int64_t>(8, 0)};
  TensorRow output{.kind = TensorKind::Output,
                   .type = ElementType::F32,
                   .axis = -1,
                   .address = 1024,
                   .bytes = 512,
                   .node = 1,
                   .name = "y",
                   .shape = {1, 8, 4, 4}};
  program.tensors = {input, weight, output};
  program.segments = {{.inputs = {0}, .outputs = {2}}};
  program.mappings = {{.dataflow = Dataflow::Ws,
                       .passes = {4, 2},
                       .clusterRows = {2, 2},
                       .peColumns = {5, 4},
                       .spad = {3, 4}}};
  program.lanes = {
      {.inputs = 1,
       .result = 2,
       .name = "relu",
       .steps = {{.opcode = LaneOpcode::Input, .type = ElementType::F32, .dst = 0, .a = 0},
                 {.opcode = LaneOpcode::Const, .type = ElementType::F32, .dst = 1, .imm = 0x3F000000},
                 {.opcode = LaneOpcode::Max, .type = ElementType::F32, .dst = 2, .a = 0, .b = 1}}}};
  program.densities = {{.of = Drawn::Input,
                        .type = ElementType::I8,
                        .axis = 1,
                        .row = 0,
                        .seed = 5,
                        .zeroValue = 0xFD,
                        .otherValue = 0xFE,
                        .shares = {0x3F000000, 0, 0x3F800000, 0x3E800000}},
                       {.of = Drawn::Ifmap, .type = ElementType::U8, .axis = -1, .otherValue = 1, .shares = {0x3F000000}}};
  std::vector<uint8_t> constants(100);
  for (size_t i = 0; i < constants.size(); ++i)
    constants[i] = static_cast<uint8_t>(i * 7);
  program.constants = Bytes(std::move(constants));

  Load load{.wait = {0},
            .signal = {1},
            .elementBytes = 1,
            .pad = PadMode::Fill,
            .padValue = 0xFD,
            .dram = Affine(128, {{8, 0}}),
            .buffer = 0,
            .extents = {4, 2, 4},
            .dramStrides = {16, 4, 1},
            .bufferStrides = {8, 4, 1},
            .offsets = {0, Affine(0, {{2, 0}}), 0},
            .bounds = {4, 4, 4}};
  program[Queue::Load] = {Loop{.count = 2}, load, EndLoop{}};
  Conv conv{.wait = {1, 3},
            .signal = {0, 2},
            .ifmapType = ElementType::I8,
            .weightType = ElementType::I8,
            .outputType = ElementType::F32,
            .mode = ConvMode::Dequantize,
            .strideH = 1,
            .strideW = 1,
            .dilationH = 1,
            .dilationW = 1,
            .ifmapZeroPoint = -3,
            .clampLow = 0xFF800000,
            .clampHigh = 0x7F800000,
            .ifmapH = 2,
            .ifmapW = 4,
            .ifmap = 0,
            .weight = 64,
            .output = Affine(256, {{256, 0}}, 512),
            .extents = {1, 1, 8, 4, 2, 4, 1, 1},
            .offsets = {0, 0, 0, 0, Affine(0, {{2, 0}}), 0, 0, 0},
            .bounds = {1, 1, 8, 4, 4, 4, 1, 1},
            .ifmapStrides = {32, 32, 8, 4, 1},
            .weightStrides = {32, 4, 1, 1, 1},
            .psumStrides = {256, 256, 32, 16, 4},
            .outputStrides = {256, 256, 32, 16, 4}};
  program[Queue::Array] = {Loop{.count = 2}, conv, EndLoop{}};
  Map map{.node = 1,
          .wait = {2, 5},
          .signal = {3, 4},
          .program = 0,
          .outputType = ElementType::F32,
          .extents = {64},
          .offsets = {Affine(0, {{64, 0}})},
          .bounds = {128},
          .inputs = {Affine(256, {{256, 0}}, 512)},
          .inputMemories = {0},
          .inputTypes = {ElementType::F32},
          .inputStrides = {4},
          .output = 1024,
          .outputStrides = {4}};
  program[Queue::Vector] = {Loop{.node = 1, .count = 2}, map, EndLoop{.node = 1}};
  Store store{.node = 1,
              .wait = {4},
              .signal = {5},
              .elementBytes = 4,
              .dram = Affine(1024, {{256, 0}}),
              .buffer = 1024,
              .extents = {64},
              .dramStrides = {4},
              .bufferStrides = {4},
              .offsets = {Affine(0, {{64, 0}})},
              .bounds = {128}};
  program[Queue::Store] = {Loop{.node = 1, .count = 2}, store, EndLoop{.node = 1}};
  return program;
}

} // namespace dnnc::isa

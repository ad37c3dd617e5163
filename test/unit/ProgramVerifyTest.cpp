// LINK: DnncProgram DnncTarget
// Every rule of runtime/Isa/Rules.cpp, RowRules.cpp and runtime/Program/Verify.cpp: a good program breaks
// none, and each way to break one is told, with its place.
#include "test/unit/ProgramProblems.h"

#include <fmt/format.h>

using namespace dnnc;
using namespace dnnc::isa;

namespace {

TEST(ProgramVerify, AGoodProgramHasNoProblem) {
  EXPECT_EQ(problems([](Program &) {}), "");
}

TEST(ProgramVerify, Header) {
  EXPECT_PROBLEM("program: constants_bytes = 99, the constants have 100", program.header.constantsBytes = 99);
  EXPECT_PROBLEM("program: constants_bytes = 100 is above dram_bytes = 10", program.header.dramBytes = 10);
  EXPECT_PROBLEM("program: dram_bytes = 281474976710655, target edge has 4294967296",
                 program.header.dramBytes = (int64_t(1) << 48) - 1);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "program: the target description is wrong: ",
                      problems([](Program &program) { program.header.target = "name: [1"; }));
}

TEST(ProgramVerify, Rows) {
  EXPECT_PROBLEM("token 1: maximum = 0, need at least 1", program.tokens[1] = {});
  EXPECT_PROBLEM("token 0: initial = 2 is above maximum = 1", program.tokens[0].initial = 2);
  EXPECT_PROBLEM("node 0: cannot be encoded: isa.node: id = -1 does not fit 48 bits without sign",
                 program.nodes[0].id = -1);
  EXPECT_PROBLEM("tensor 0: bytes = 63, need 64 for its shape and type", program.tensors[0].bytes = 63);
  EXPECT_PROBLEM("tensor 0: shape has 0, need 1 to 2147483647", program.tensors[0].shape[2] = 0);
  EXPECT_PROBLEM("tensor 0: axis = 4, need -1 to 3", program.tensors[0].axis = 4);
  EXPECT_PROBLEM("tensor 0: zero_points has 0 elements, need 1 (one a scale)",
                 program.tensors[0].zeroPoints = {});
  EXPECT_PROBLEM("tensor 1: scales has 8 elements, need 4 (one an element of the axis)",
                 program.tensors[1].axis = 1);
  EXPECT_PROBLEM("tensor 0: scales have 0x7F800000, need a positive number",
                 program.tensors[0].scales = {0x7F800000});
  EXPECT_PROBLEM("tensor 0: 'x' has 64 bytes at 99, input tensors stand in [100, 4096)",
                 program.tensors[0].address = 99);
  EXPECT_PROBLEM("tensor 1: 'w' has 32 bytes at 90, constant tensors stand in [0, 100)",
                 program.tensors[1].address = 90);
  EXPECT_PROBLEM("tensor 2: node = 2, there are 2 nodes", program.tensors[2].node = 2);
  EXPECT_PROBLEM("segment 0: outputs = 3, there are 3 tensors", program.segments[0].outputs = {3});
  EXPECT_PROBLEM("segment 1: have 2 accelerator segments; the queues run once, need at most 1",
                 program.segments.push_back({}));
  EXPECT_PROBLEM("mapping 0: passes has 3 numbers, need pairs of a dimension and a factor",
                 program.mappings[0].passes = {1, 2, 3});
  EXPECT_PROBLEM("mapping 0: spad has dimension 8, need 0 to 7 (N, G, M, C, P, Q, R, S)",
                 program.mappings[0].spad = {8, 2});
  EXPECT_PROBLEM("mapping 0: macs has factor 0, need 1 to 2147483647", program.mappings[0].macs = {2, 0});
  EXPECT_PROBLEM("mapping 0: spad has factors whose product is above 2^40",
                 program.mappings[0].spad = {2, 1 << 30, 3, 1 << 30});
}

TEST(ProgramVerify, Densities) {
  EXPECT_PROBLEM("density 0: shares are none, need at least one", program.densities[0].shares = {});
  EXPECT_PROBLEM("density 1: shares has 2 elements, need 1 (one for the tensor)", program.densities[1].shares = {0, 0});
  EXPECT_PROBLEM("density 1: shares have 0x7FC00000, need 0 to 1", program.densities[1].shares = {0x7FC00000});
  EXPECT_PROBLEM("density 1: shares have 1.5, need 0 to 1", program.densities[1].shares = {0x3FC00000});
  EXPECT_PROBLEM("density 1: axis = -2, need -1 or a dimension", program.densities[1].axis = -2);
  EXPECT_PROBLEM("density 1: type = int64, need elements of at most 32 bits", program.densities[1].type = ElementType::I64);
  EXPECT_PROBLEM("density 0: zero_value = 0x1FD has more bits than int8", program.densities[0].zeroValue = 0x1FD);
  EXPECT_PROBLEM("density 0: other_value = 0xFD, which is the zero", program.densities[0].otherValue = 0xFD);
  EXPECT_PROBLEM("density 0: row = 3, there are 3 tensors", program.densities[0].row = 3);
  EXPECT_PROBLEM("density 1: row = 2, there are 2 nodes", program.densities[1].row = 2);
  EXPECT_PROBLEM("density 0: 'y' is output of float32; need an input of int8", program.densities[0].row = 2);
  EXPECT_PROBLEM("density 0: has 4 shares along axis 4 of 'x', which does not have them", program.densities[0].axis = 4);
  EXPECT_PROBLEM("density 0: order is no permutation of 2 dimensions", program.densities[0].order = {0, 2});
  EXPECT_PROBLEM("density 0: axis = 1, order has 1 dimensions", program.densities[0].order = {0});
  EXPECT_PROBLEM("density 0: order has 4 dimensions, an input is given as in its shape",
                 program.densities[0].order = {0, 2, 3, 1});
  EXPECT_PROBLEM("density 2: row 0 has two densities of its ifmap", program.densities.push_back(program.densities[1]));
}

TEST(ProgramVerify, LanePrograms) {
  EXPECT_PROBLEM("lane program 0: result r9 is never written", program.lanes[0].result = 9);
  EXPECT_PROBLEM("lane program 0: step 2 (lane.max) reads r7, which is not written before",
                 program.lanes[0].steps[2].b = 7);
  EXPECT_PROBLEM("lane program 0: step 2 (lane.max) reads r0 as int32, it holds float32",
                 program.lanes[0].steps[2].type = ElementType::I32);
  EXPECT_PROBLEM("lane program 0: step 0 (lane.input) reads input 1, the program has 1",
                 program.lanes[0].steps[0].a = 1);
  EXPECT_PROBLEM("lane program 0: step 1 (lane.const): type = int8, need one of int32, int64, float32",
                 program.lanes[0].steps[1].type = ElementType::I8);
  EXPECT_PROBLEM(
      "lane program 0: step 1 (lane.const): imm = 0x13F000000 has more than the 32 bits of float32",
      program.lanes[0].steps[1].imm = 0x13F000000);
  EXPECT_PROBLEM("lane program 0: step 2 has opcode 200, which is none",
                 program.lanes[0].steps[2].opcode = static_cast<LaneOpcode>(200));
  EXPECT_PROBLEM("lane program 0: step 3 (lane.select) reads r2 as int32, it holds float32",
                 program.lanes[0].steps.push_back(
                     {.opcode = LaneOpcode::Select, .type = ElementType::F32, .dst = 2, .c = 2}));
}

TEST(ProgramVerify, LaneResultsHaveTheTypeOfTheirStep) {
  auto result = [](LaneOpcode opcode, ElementType type) {
    return resultTypeOf({.opcode = opcode, .type = type});
  };
  EXPECT_EQ(result(LaneOpcode::Lt, ElementType::F32), ElementType::I32);
  EXPECT_EQ(result(LaneOpcode::Eq, ElementType::I64), ElementType::I32);
  EXPECT_EQ(result(LaneOpcode::Add, ElementType::I64), ElementType::I64);
  EXPECT_EQ(result(LaneOpcode::ToF32, ElementType::I32), ElementType::F32);
  EXPECT_EQ(result(LaneOpcode::ToI32, ElementType::F32), ElementType::I32);
  EXPECT_EQ(result(LaneOpcode::ToI64, ElementType::F32), ElementType::I64);
}

TEST(ProgramVerify, QueuesAndLoops) {
  EXPECT_PROBLEM("load queue, instruction 1: isa.store does not run in the load queue",
                 program[Queue::Load][1] = program[Queue::Store][1]);
  EXPECT_PROBLEM("load queue, instruction 0: the loop is never closed", program[Queue::Load].pop_back());
  EXPECT_PROBLEM("load queue, instruction 3: end_loop without a loop",
                 program[Queue::Load].push_back(EndLoop{}));
  EXPECT_PROBLEM("load queue, instruction 0: count = 0, need at least 1",
                 at<Loop>(program, Queue::Load, 0).count = 0);
  EXPECT_PROBLEM("load queue, instruction 8: loops nest deeper than 8", {
    program[Queue::Load].clear();
    for (int i = 0; i < 9; ++i)
      program[Queue::Load].push_back(Loop{.count = 1});
    for (int i = 0; i < 9; ++i)
      program[Queue::Load].push_back(EndLoop{});
  });
  EXPECT_PROBLEM("load queue, instruction 1: dram names loop i1, 1 loops are open",
                 at<Load>(program, Queue::Load, 1).dram = Affine(0, {{8, 1}}));
  EXPECT_PROBLEM("load queue, instruction 1: offsets names loop i8, need i0 to i7",
                 at<Load>(program, Queue::Load, 1).offsets[0] = Affine(0, {{8, 8}}));
  EXPECT_PROBLEM("load queue, instruction 1: node = 2, there are 2 nodes",
                 at<Load>(program, Queue::Load, 1).node = 2);
}

TEST(ProgramVerify, Tokens) {
  EXPECT_PROBLEM("load queue, instruction 1: wait = 6, there are 6 tokens",
                 at<Load>(program, Queue::Load, 1).wait = {6});
  EXPECT_PROBLEM("token 0: 'buffer free' is waited for by 2 queues (load, array), need one",
                 at<Conv>(program, Queue::Array, 1).wait.push_back(0));
  EXPECT_PROBLEM("token 1: 'buffer full' is signalled by 2 queues (load, store), need one",
                 at<Store>(program, Queue::Store, 1).signal.push_back(1));
  // Two waits, one unit at the start and none signalled.
  EXPECT_PROBLEM("token 0: 'buffer free' is waited for 2 times, but starts at 1 and is signalled 0 times: "
                 "the program cannot end",
                 at<Conv>(program, Queue::Array, 1).signal = {2});
  // Counts of nested loops saturate instead of wrapping around.
  EXPECT_PROBLEM("token 0: 'buffer free' is waited for 4611686018427387904 times, but starts at 1 and is "
                 "signalled 2 times: the "
                 "program cannot end",
                 {
                   std::vector<Instruction> stream(3, Loop{.count = 0xFFFFFFFF});
                   stream.push_back(at<Load>(program, Queue::Load, 1));
                   for (int i = 0; i < 3; ++i)
                     stream.push_back(EndLoop{});
                   program[Queue::Load] = stream;
                 });
}

TEST(ProgramVerify, Transfers) {
  auto load = [](const std::string &text, const std::function<void(Load &)> &change) {
    EXPECT_PRED_FORMAT2(testing::IsSubstring, "load queue, instruction 1: " + text + "\n",
                        problems([&](Program &program) { change(at<Load>(program, Queue::Load, 1)); }));
  };
  load("extents have 0 dimensions, need 1 to 8", [](Load &row) { row.extents.clear(); });
  load("extents have 9 dimensions, need 1 to 8", [](Load &row) { row.extents.assign(9, 1); });
  load("extents has 0, need 1 to 2147483647", [](Load &row) { row.extents[0] = 0; });
  load("extents have more than 2^40 elements", [](Load &row) { row.extents = {1 << 30, 1 << 30, 1}; });
  load("offsets has 2 elements, need 3 (one a dimension)", [](Load &row) { row.offsets.pop_back(); });
  load("bounds has 4 elements, need 3 (one a dimension)", [](Load &row) { row.bounds.push_back(1); });
  load("dram_strides has 2 elements, need 3 (one a dimension)",
       [](Load &row) { row.dramStrides.pop_back(); });
  load("buffer_strides reach further than 2^48 bytes", [](Load &row) { row.bufferStrides[0] = INT64_MIN; });
  load("element_bytes = 3, need 1, 2, 4 or 8", [](Load &row) { row.elementBytes = 3; });
  load("pad_value = 0x100 does not fit an element of 1 bytes", [](Load &row) { row.padValue = 256; });
  load("slot_bytes = 0 with segments, need at least 1", [](Load &row) { row.codec = Codec::Bitmask; });
  load("slot_bytes = 64 without segments, need 0", [](Load &row) { row.slotBytes = 64; });
  load("column = 1, n = 0 and m = 0 with codec = raw, need 0", [](Load &row) { row.column = 1; });
  load("memory = 9, there are 1 memories", [](Load &row) { row.memory = 9; });
  load("segment has 1 elements, need 3 (one a dimension)", [](Load &row) { row.segment = {1}; });
  load("zero_value = 0x1 with codec = raw, need 0x0", [](Load &row) { row.zeroValue = 1; });
}

TEST(ProgramVerify, Convolutions) {
  auto conv = [](const std::string &text, const std::function<void(Conv &)> &change) {
    EXPECT_PRED_FORMAT2(testing::IsSubstring, "array queue, instruction 1: " + text + "\n",
                        problems([&](Program &program) { change(at<Conv>(program, Queue::Array, 1)); }));
  };
  conv("extents has 7 elements, need 8 (N, G, M, C, P, Q, R, S)", [](Conv &row) { row.extents.pop_back(); });
  conv("offsets has 7 elements, need 8 (N, G, M, C, P, Q, R, S)", [](Conv &row) { row.offsets.pop_back(); });
  conv("ifmap_strides has 4 elements, need 5 (N, G, C, H, W)",
       [](Conv &row) { row.ifmapStrides.pop_back(); });
  conv("weight_strides has 4 elements, need 5 (G, M, C, R, S)",
       [](Conv &row) { row.weightStrides.pop_back(); });
  conv("psum_strides has 4 elements, need 5 (N, G, M, P, Q)", [](Conv &row) { row.psumStrides.pop_back(); });
  conv("output_strides has 4 elements, need 5 (N, G, M, P, Q)",
       [](Conv &row) { row.outputStrides.pop_back(); });
  conv("stride_w = 0, need at least 1", [](Conv &row) { row.strideW = 0; });
  for (ElementType other : {ElementType::F32, ElementType::I16})
    conv(fmt::format(
             "ifmap_type = int8 with weight_type = {}, need float32 with float32, int16 with int16, or "
             "int8, uint8 with int8, uint8",
             nameOf(other)),
         [&](Conv &row) { row.weightType = other; });
  conv("mode = float with ifmap_type = int8: float32 needs mode = float, integers need another",
       [](Conv &row) { row.mode = ConvMode::Float; });
  conv("mode = requantize with output_type = float32, need an integer of at most 32 bits",
       [](Conv &row) { row.mode = ConvMode::Requantize; });
  conv("mode = dequantize with output_type = int8, need float32",
       [](Conv &row) { row.outputType = ElementType::I8; });
  conv("has_displacements without has_params: displacements stand in the parameter records", [](Conv &row) {
    row.hasParams = false;
    row.hasDisplacements = true;
  });
  conv("has_table with output_type = float32, need int8 or uint8", [](Conv &row) { row.hasTable = true; });
  conv("clamp_low = 1.0 is not below clamp_high = -1.0", [](Conv &row) {
    row.clampLow = 0x3F800000;
    row.clampHigh = 0xBF800000;
  });
  auto quantize = [](Conv &row) {
    row.mode = ConvMode::DequantizeQuantize;
    row.outputType = ElementType::I8;
    row.clampLow = 0xFFFFFF80;
    row.clampHigh = 127;
    row.outputScale = 0x3F800000;
  };
  EXPECT_EQ(problems([&](Program &program) { quantize(at<Conv>(program, Queue::Array, 1)); }), "");
  conv("clamp_low = 5 is above clamp_high = -5", [&](Conv &row) {
    quantize(row);
    row.clampLow = 5;
    row.clampHigh = 0xFFFFFFFB;
  });
  conv("output_scale = 0.0, need a positive number", [&](Conv &row) {
    quantize(row);
    row.outputScale = 0;
  });
  auto wide = [&](Conv &row) {
    quantize(row);
    row.ifmapType = row.weightType = row.outputType = ElementType::I16;
    row.ifmapZeroPoint = -32768;
  };
  EXPECT_EQ(problems([&](Program &program) { wide(at<Conv>(program, Queue::Array, 1)); }), "");
  conv("ifmap_zero_point = 32768 is no int16", [&](Conv &row) {
    wide(row);
    row.ifmapZeroPoint = 32768;
  });
  conv("ifmap_zero_point = 128 is no int8", [](Conv &row) { row.ifmapZeroPoint = 128; });
  conv("output_zero_point = -129 is no int8", [&](Conv &row) {
    quantize(row);
    row.outputZeroPoint = -129;
  });
  conv("mapping = 1, there are 1 mappings", [](Conv &row) { row.mapping = 1; });
  conv("psum_memory = 1, there are 1 memories", [](Conv &row) { row.psumMemory = 1; });
  conv("param_memory = 7, there are 1 memories", [](Conv &row) {
    row.hasParams = true;
    row.paramMemory = 7;
  });
}

std::string vectorProblems(const Instruction &instruction) {
  return problems([&](Program &program) { program[Queue::Vector].push_back(instruction); });
}
void expectVector(const std::string &text, const Instruction &instruction) {
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "vector queue, instruction 3: " + text + "\n",
                      vectorProblems(instruction));
}

TEST(ProgramVerify, Maps) {
  Map good{.outputType = ElementType::F32,
           .extents = {4, 2},
           .offsets = {0, 0},
           .bounds = {4, 2},
           .inputs = {0},
           .inputMemories = {0},
           .inputTypes = {ElementType::F32},
           .inputStrides = {8, 4},
           .output = 64,
           .outputStrides = {8, 4}};
  EXPECT_EQ(vectorProblems(good), "");
  auto changed = [&](const std::string &text, const std::function<void(Map &)> &change) {
    Map row = good;
    change(row);
    expectVector(text, row);
  };
  changed("program = 1, there are 1 lane programs", [](Map &row) { row.program = 1; });
  changed("input_memories has 2 elements, need 1 (one an input)",
          [](Map &row) { row.inputMemories.push_back(0); });
  changed("input_types has 0 elements, need 1 (one an input)", [](Map &row) { row.inputTypes.clear(); });
  changed("input_strides has 1 elements, need 2 (inputs × dimensions)",
          [](Map &row) { row.inputStrides = {8}; });
  changed("input_memories have -1, need 0 to 255", [](Map &row) { row.inputMemories = {-1}; });
  changed("input_memories = 3, there are 1 memories", [](Map &row) { row.inputMemories = {3}; });
  changed("output_memory = 3, there are 1 memories", [](Map &row) { row.outputMemory = 3; });
  changed("program = 0 ('relu') reads input 0 as float32, its type is int8",
          [](Map &row) { row.inputTypes = {ElementType::I8}; });
  changed("program = 0 ('relu') has 1 inputs, the instruction gives 2", [](Map &row) {
    row.inputs.push_back(0);
    row.inputMemories = {0, 0};
    row.inputTypes = {ElementType::F32, ElementType::F32};
    row.inputStrides = {8, 4, 0, 0};
  });
  changed("output_type = int8, the lane program gives float32: convert it with to_f32 or to_i32",
          [](Map &row) { row.outputType = ElementType::I8; });
  changed("output_type = float16, which lanes do not write",
          [](Map &row) { row.outputType = ElementType::F16; });
}

TEST(ProgramVerify, Reductions) {
  auto withFinish = [](const Reduce &reduce) {
    return problems([&](Program &program) {
      program.lanes.push_back({.inputs = 2,
                               .result = 0,
                               .name = "mean",
                               .steps = {{.opcode = LaneOpcode::Input, .type = ElementType::F32}}});
      program[Queue::Vector].push_back(reduce);
    });
  };
  Reduce good{.outputType = ElementType::F32,
              .extents = {4, 2},
              .offsets = {0, 0},
              .bounds = {4, 2},
              .inputs = {0},
              .inputMemories = {0},
              .inputTypes = {ElementType::F32},
              .inputStrides = {8, 4},
              .output = 64,
              .outputStrides = {4},
              .reduced = 1,
              .accumulatorType = ElementType::F32,
              .finish = 1,
              .accumulatorStrides = {4}};
  EXPECT_EQ(withFinish(good), "");
  auto changed = [&](const std::string &text, const std::function<void(Reduce &)> &change) {
    Reduce row = good;
    change(row);
    EXPECT_PRED_FORMAT2(testing::IsSubstring, "vector queue, instruction 3: " + text + "\n", withFinish(row));
  };
  changed("reduced = 3, need 1 to 2", [](Reduce &row) { row.reduced = 3; });
  changed("reduced = 0, need 1 to 2", [](Reduce &row) { row.reduced = 0; });
  changed("output_strides has 2 elements, need 1 (one a dimension that is not reduced)",
          [](Reduce &row) { row.outputStrides = {8, 4}; });
  changed("accumulator_strides has 0 elements, need 1 (one a dimension that is not reduced)",
          [](Reduce &row) { row.accumulatorStrides = {}; });
  changed("accumulator_type = int8, need int32, int64 or float32",
          [](Reduce &row) { row.accumulatorType = ElementType::I8; });
  changed("accumulator_type = int32, the lane program gives float32",
          [](Reduce &row) { row.accumulatorType = ElementType::I32; });
  changed("accumulator_memory = 1, there are 1 memories", [](Reduce &row) { row.accumulatorMemory = 1; });
  changed("finish = 0 ('relu') has 1 inputs, the instruction gives 2", [](Reduce &row) { row.finish = 0; });
}

TEST(ProgramVerify, Windows) {
  auto withFinish = [](const Window &window) {
    return problems([&](Program &program) {
      program.lanes.push_back({.inputs = 2,
                               .result = 0,
                               .name = "pool",
                               .steps = {{.opcode = LaneOpcode::Input, .type = ElementType::F32}}});
      program[Queue::Vector].push_back(window);
    });
  };
  Window good{.outputType = ElementType::F32,
              .extents = {4, 2},
              .offsets = {0, 0},
              .bounds = {4, 2},
              .inputs = {0},
              .inputMemories = {0},
              .inputTypes = {ElementType::F32},
              .inputStrides = {16, 4},
              .output = 64,
              .outputStrides = {8, 4},
              .combine = Combine::Max,
              .accumulatorType = ElementType::F32,
              .finish = 1,
              .windowDims = {1},
              .windowSizes = {2},
              .windowStrides = {2},
              .windowDilations = {1},
              .windowOrigins = {0},
              .windowBounds = {4},
              .countLow = {0},
              .countHigh = {4}};
  EXPECT_EQ(withFinish(good), "");
  auto changed = [&](const std::string &text, const std::function<void(Window &)> &change) {
    Window row = good;
    change(row);
    EXPECT_PRED_FORMAT2(testing::IsSubstring, "vector queue, instruction 3: " + text + "\n", withFinish(row));
  };
  changed("inputs has 2 elements, need 1 (a window slides over one input)",
          [](Window &row) { row.inputs.push_back(0); });
  changed("window_dims have 2, the result has dimensions 0 to 1", [](Window &row) { row.windowDims = {2}; });
  changed("window_dims have 0 dimensions, need 1 to 2", [](Window &row) { row.windowDims = {}; });
  changed("window_dims have 1 twice", [](Window &row) { row.windowDims = {1, 1}; });
  changed("window_sizes has 0, need 1 to 2147483647", [](Window &row) { row.windowSizes = {0}; });
  changed("accumulator_type = int8, need int32, int64 or float32",
          [](Window &row) { row.accumulatorType = ElementType::I8; });
  changed("count_low or count_high has 4294967296, need at most 2147483648",
          [](Window &row) { row.countHigh = {int64_t(1) << 32}; });
  for (auto [name, list] :
       {std::pair("window_sizes", &Window::windowSizes), std::pair("window_strides", &Window::windowStrides),
        std::pair("window_dilations", &Window::windowDilations),
        std::pair("window_bounds", &Window::windowBounds), std::pair("count_low", &Window::countLow),
        std::pair("count_high", &Window::countHigh)})
    changed(std::string(name) + " has 2 elements, need 1 (one a dimension of the window)",
            [list = list](Window &row) { (row.*list).push_back(1); });
  changed("window_origins has 0 elements, need 1 (one a dimension of the window)",
          [](Window &row) { row.windowOrigins = {}; });
}

TEST(ProgramVerify, Movements) {
  Permute permute{.elementBytes = 4,
                  .extents = {4, 2},
                  .offsets = {0, 0},
                  .bounds = {4, 2},
                  .inputStrides = {4, 16},
                  .output = 64,
                  .outputStrides = {8, 4}};
  EXPECT_EQ(vectorProblems(permute), "");
  permute.inputStrides = {4};
  expectVector("input_strides has 1 elements, need 2 (one a dimension)", permute);
  Gather gather{.elementBytes = 4,
                .axis = 1,
                .extents = {4, 2},
                .offsets = {0, 0},
                .bounds = {4, 2},
                .inputStrides = {4, 16},
                .output = 64,
                .outputStrides = {8, 4},
                .indices = 256};
  EXPECT_EQ(vectorProblems(gather), "");
  gather.axis = 2;
  expectVector("axis = 2, the result has dimensions 0 to 1", gather);
  gather.indicesMemory = 4;
  expectVector("indices_memory = 4, there are 1 memories", gather);
}

} // namespace

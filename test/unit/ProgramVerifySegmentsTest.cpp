// LINK: DnncProgram DnncTarget
// The rules of segments: of transfers that move them, and of tensors that stand in them.
#include "test/unit/ProgramProblems.h"

using namespace dnnc;
using namespace dnnc::isa;

namespace {

TEST(ProgramVerify, Segments) {
  auto encode = [](auto &row) {
    row.codec = Codec::Rlc;
    row.elementBytes = 2;
    row.segment = row.bounds;
    row.slotBytes = 1 << 20;
  };
  auto problemsOfLoad = [&](const std::function<void(Load &)> &change) {
    return problems([&](Program &program) {
      auto &row = at<Load>(program, Queue::Load, 1);
      encode(row);
      change(row);
    });
  };
  auto load = [&](const std::string &text, const std::function<void(Load &)> &change) {
    EXPECT_PRED_FORMAT2(testing::IsSubstring, "load queue, instruction 1: " + text + "\n",
                        problemsOfLoad(change));
  };
  EXPECT_EQ(problemsOfLoad([](Load &) {}), "");
  load("element_bytes = 4 with codec = rlc, need 2", [](Load &row) { row.elementBytes = 4; });
  load("zero_value = 0x10000 does not fit an element of 2 bytes", [](Load &row) { row.zeroValue = 65536; });
  load("segment has 2 elements, need 3 (one a dimension)", [](Load &row) { row.segment.pop_back(); });
  load("segment has 0, need 1 to 2147483647", [](Load &row) { row.segment[1] = 0; });
  load("dram_strides has 2 elements, need 3 (one a dimension)",
       [](Load &row) { row.dramStrides.pop_back(); });
  // Strides lead from slot to slot: one slot may be anywhere, two have to be within reach.
  EXPECT_EQ(problemsOfLoad([](Load &row) { row.dramStrides[0] = int64_t(1) << 50; }), "");
  load("dram_strides reach further than 2^48 bytes", [](Load &row) {
    row.dramStrides[0] = int64_t(1) << 50;
    row.segment[0] = 1;
  });
  load("extents have 8 dimensions with segments, need at most 7", [](Load &row) {
    row.extents = row.bounds = row.segment = std::vector<int64_t>(8, 1);
    row.bufferStrides = row.dramStrides = std::vector<int64_t>(8, 2);
    row.offsets.assign(8, 0);
  });
  EXPECT_PRED_FORMAT2(testing::IsSubstring,
                      "store queue, instruction 1: slot_bytes = 8, need 264 for what a segment may take\n",
                      problems([&](Program &program) {
                        auto &row = at<Store>(program, Queue::Store, 1);
                        encode(row);
                        row.slotBytes = 8;
                      }));
  EXPECT_PRED_FORMAT2(testing::IsSubstring,
                      "store queue, instruction 1: element_bytes = 4 with codec = rlc, need 2\n",
                      problems([&](Program &program) {
                        auto &row = at<Store>(program, Queue::Store, 1);
                        encode(row);
                        row.elementBytes = 4;
                      }));
}

TEST(ProgramVerify, TensorsInSegments) {
  auto problemsOfTensor = [](const std::function<void(TensorRow &)> &change) {
    return problems([&](Program &program) {
      program.densities.clear(); // of the type it had
      TensorRow &row = program.tensors[0]; // 1 × 4 × 4 × 4
      row.type = ElementType::I16;
      row.codec = Codec::Rlc;
      row.segment = {1, 4, 1, 4};
      row.slotBytes = 64;
      row.bytes = 4 * 64;
      row.address = 1024;
      program.header.dramBytes = 4096;
      change(row);
    });
  };
  auto tensor = [&](const std::string &text, const std::function<void(TensorRow &)> &change) {
    EXPECT_PRED_FORMAT2(testing::IsSubstring, "tensor 0: " + text + "\n", problemsOfTensor(change));
  };
  EXPECT_EQ(problemsOfTensor([](TensorRow &) {}), "");
  tensor("element_bytes = 1 with codec = rlc, need 2", [](TensorRow &row) { row.type = ElementType::I8; });
  tensor("segment has 3 elements, need 4 (one a dimension)", [](TensorRow &row) { row.segment.pop_back(); });
  tensor("segment has 0, need at least 1", [](TensorRow &row) { row.segment[0] = 0; });
  tensor("bytes = 128, need 256 for the slots of its segments", [](TensorRow &row) { row.bytes = 128; });
  auto tight = [](TensorKind kind, int64_t slotBytes) {
    return [=](TensorRow &row) {
      row.kind = kind;
      row.slotBytes = slotBytes;
      row.bytes = 4 * slotBytes;
      row.address = kind == TensorKind::Constant ? 0 : row.address;
    };
  };
  // The host writes and reads any elements; those of a constant are known.
  for (TensorKind kind : {TensorKind::Input, TensorKind::Output, TensorKind::Observed}) {
    EXPECT_EQ(problemsOfTensor(tight(kind, 40)), "");
    tensor("slot_bytes = 39, need 40 for what a segment may take", tight(kind, 39));
  }
  EXPECT_EQ(problemsOfTensor(tight(TensorKind::Constant, 20)), "");
  EXPECT_EQ(problemsOfTensor(tight(TensorKind::Intermediate, 39)), "");
  tensor("zero_value = 0x10000 does not fit an element of 2 bytes",
         [](TensorRow &row) { row.zeroValue = 65536; });
  tensor("order is no permutation of the 4 dimensions", [](TensorRow &row) { row.order = {0, 1, 1, 3}; });
  EXPECT_EQ(problemsOfTensor([](TensorRow &row) { row.order = {0, 2, 3, 1}; }), "");
  EXPECT_PROBLEM("tensor 0: order has 4 elements without segments, need none",
                 program.tensors[0].order = {0, 1, 2, 3});
}

} // namespace

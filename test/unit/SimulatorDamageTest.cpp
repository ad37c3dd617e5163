// LINK: DnncSimulator
// Programs with random numbers in them end in an error or run inside the simulator's memories. What this test
// really checks shows under AddressSanitizer and UndefinedBehaviorSanitizer.
#include "runtime/Simulator/Machine.h"
#include "runtime/Simulator/Statistics.h"
#include "test/unit/SimulatorPrograms.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>

using namespace dnnc;
using namespace dnnc::sim;
using namespace dnnc::sim::test;

namespace {

/// The product over int16, its sums in cells of 12 bits, its channels loaded run-length encoded.
isa::Program encodedProduct(const Target &target) {
  isa::Program program = emptyProgram(target, 64 + 64 + 64);
  program.nodes[0].macs = 64;
  addTensor(program, isa::TensorKind::Input, "x", 0, {8}, ElementType::I16);
  addTensor(program, isa::TensorKind::Output, "y", 64, {8}, ElementType::I16);
  for (isa::TensorRow &row : program.tensors)
    row.codec = isa::Codec::Rlc, row.segment = {8}, row.slotBytes = row.bytes = 64;
  isa::Load load;
  load.elementBytes = 2, load.codec = isa::Codec::Rlc, load.slotBytes = 64;
  load.extents = load.bounds = load.segment = {8};
  load.offsets = {0}, load.dramStrides = {64}, load.bufferStrides = {2};
  isa::Store store;
  store.elementBytes = 2, store.codec = isa::Codec::Rlc, store.slotBytes = 64;
  store.extents = store.bounds = store.segment = {8};
  store.offsets = {0}, store.dramStrides = {64}, store.bufferStrides = {2};
  store.dram = 64, store.buffer = 160;
  int64_t xFull = addToken(program, "x full", 0, 1), yFull = addToken(program, "y full", 0, 1);
  load.signal = {xFull}, store.wait = {yFull};
  program[isa::Queue::Load] = {load};
  program[isa::Queue::Store] = {store};
  isa::MappingRow mapping;
  mapping.passes = {M, 2};
  mapping.peRows = {M, 2};
  mapping.peColumns = {C, 2};
  mapping.spad = {M, 2, C, 2};
  program.mappings = {mapping};
  isa::Conv conv;
  conv.ifmapType = conv.weightType = conv.outputType = ElementType::I16;
  conv.mode = isa::ConvMode::Requantize;
  conv.strideH = conv.strideW = conv.dilationH = conv.dilationW = 1;
  conv.clampLow = uint32_t(-32768), conv.clampHigh = 32767;
  conv.ifmapH = conv.ifmapW = 1;
  conv.ifmap = isa::Affine(0, {{8, 0}});
  conv.weight = isa::Affine(0); // the channels once more, the same for every output
  conv.psum = conv.output = 160;
  conv.extents = {1, 1, 8, 4, 1, 1, 1, 1};
  conv.bounds = {1, 1, 8, 8, 1, 1, 1, 1};
  conv.offsets.assign(8, 0);
  conv.offsets[C] = isa::Affine(0, {{4, 0}});
  conv.ifmapStrides = {0, 0, 2, 0, 0};
  conv.weightStrides = {0, 0, 2, 0, 0};
  conv.psumStrides = conv.outputStrides = {0, 0, 2, 0, 0};
  isa::Sync begin, end;
  begin.wait = {xFull}, end.signal = {yFull};
  program[isa::Queue::Array] = {begin, loopOf(2), conv, isa::EndLoop(), end};
  return program;
}

/// The small target with int16 and psums of 12 bits.
Target wideTarget() {
  Target target = smallTarget();
  target.array.macRate[ElementType::I16] = target.array.macPj[ElementType::I16] = 1;
  target.array.psumSpad.bits = 12;
  target.array.zeroGating.mac = true;
  target.dram.codecs.rlc = true;
  return target;
}

class Damage {
public:
  explicit Damage(uint32_t seed) : random(seed) {}

  /// Changes one field of a row.
  template <typename Row> void change(Row &row) {
    size_t fields = 0;
    Row::visit(row, [&](const isa::Field &, auto &) { ++fields; });
    size_t chosen = static_cast<size_t>(draw(0, static_cast<int64_t>(fields) - 1)), at = 0;
    Row::visit(row, [&](const isa::Field &, auto &member) {
      if (at++ == chosen)
        changeMember(member);
    });
  }
  int64_t draw(int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(random);
  }

private:
  int64_t number(int64_t before) {
    switch (draw(0, 5)) {
    case 0:
      return before + draw(-2, 2);
    case 1:
      return int64_t(1) << draw(0, 62);
    case 2:
      return -(int64_t(1) << draw(0, 62));
    case 3:
      return before ^ int64_t(1) << draw(0, 55);
    case 4:
      return draw(0, 16);
    default:
      return 0;
    }
  }
  void changeMember(int64_t &value) { value = number(value); }
  void changeMember(bool &value) { value = !value; }
  void changeMember(std::string &) {}
  void changeMember(isa::Affine &affine) {
    if (int64_t which = draw(0, 3); which == 0)
      affine.base = number(affine.base);
    else if (which == 1)
      affine.wrap = number(affine.wrap);
    else if (affine.terms.empty())
      affine.terms.push_back({number(1), draw(0, 1)});
    else
      affine.terms[0].stride = number(affine.terms[0].stride);
  }
  template <typename T> void changeMember(std::vector<T> &list) {
    if (list.empty() || draw(0, 9) == 0)
      list.resize(static_cast<size_t>(draw(0, 9)));
    else
      changeMember(list[static_cast<size_t>(draw(0, static_cast<int64_t>(list.size()) - 1))]);
  }
  template <typename E>
    requires std::is_enum_v<E>
  void changeMember(E &value) {
    value = static_cast<E>(draw(0, 9));
  }

  std::mt19937 random;
};

TEST(Machine, SumsInNarrowCellsStayExact) {
  Target target = wideTarget();
  isa::Program program = encodedProduct(target);
  ASSERT_TRUE(isa::verify(program).empty()) << isa::verify(program)[0].text();
  Machine machine(program, target);
  std::vector<int16_t> x = {100, 0, -100, 50, 0, 0, 20, 3};
  machine.writeTensor(0, {reinterpret_cast<const uint8_t *>(x.data()), 16});
  machine.run();
  int64_t sum = 0;
  for (int c : {0, 1, 2, 3}) // the weights are the first channels, for the second tile as well
    sum += x[c] * (x[c] + x[4 + c]);
  isa::Bytes y = machine.readTensor(1);
  for (int m = 0; m < 8; ++m) {
    int16_t result;
    std::memcpy(&result, y.data() + 2 * m, 2);
    EXPECT_EQ(result, sum);
  }
  EXPECT_EQ(machine.psumOverflows(), 16);
}

TEST(Machine, DamagedProgramsStayInside) {
  Target small = smallTarget(), fifo = fifoTarget(48), wide = wideTarget();
  Target bitmask = zerosTarget(NocFormat::Bitmask),
         csc = zerosTarget(NocFormat::Csc, Skipping::Macs::Lockstep);
  isa::Program lockstep = product(csc, 0);
  lockstep.mappings[0].macs = {M, 2};
  lockstep.mappings[0].spad = {C, 2};
  struct Base {
    isa::Program program;
    const Target *target;
  };
  std::vector<Base> bases = {{reversal(small), &small},       {product(small, 0), &small},
                             {product(fifo, 1), &fifo},       {encodedProduct(wide), &wide},
                             {product(bitmask, 0), &bitmask}, {lockstep, &csc}};
  int ran = 0, refused = 0, illegal = 0, skipped = 0;
  for (uint32_t seed = 0; seed < 12000; ++seed) {
    Damage damage(seed);
    const Base &base = bases[seed % bases.size()];
    isa::Program program = base.program;
    for (int64_t n = damage.draw(1, 2); n > 0; --n) {
      if (!program.mappings.empty() && damage.draw(0, 5) == 0) {
        damage.change(program.mappings[0]);
        continue;
      }
      std::vector<isa::Instruction> *queue;
      do
        queue = &program.queues[static_cast<size_t>(damage.draw(0, 3))];
      while (queue->empty());
      isa::Instruction &instruction =
          (*queue)[static_cast<size_t>(damage.draw(0, static_cast<int64_t>(queue->size()) - 1))];
      std::visit([&](auto &row) { damage.change(row); }, instruction);
    }
    try {
      program = isa::Program::parse(
          isa::Bytes(program.serialize())); // what does not fit its bits is cut short here
    } catch (const Error &) {
      ++illegal;
      continue;
    }
    if (!isa::verify(program).empty()) {
      ++illegal;
      continue;
    }
    try {
      Machine machine(program, *base.target,
                      {.instructions = 100000,
                       .jobs = 10000,
                       .operations = 10000000,
                       .passes = 10000,
                       .dataPasses = 10000});
      for (size_t i = 0; i < program.tensors.size(); ++i)
        if (program.tensors[i].kind == isa::TensorKind::Input) {
          std::vector<uint8_t> bytes(static_cast<size_t>(
              program.tensors[i].codec == isa::Codec::Rlc ? 16 : program.tensors[i].bytes));
          for (size_t at = 0; at < bytes.size(); ++at) // where zeros matter there are some
            bytes[at] = base.target->array.mindsZeros() && at % 3 != 0 ? 0 : uint8_t(seed);
          machine.writeTensor(i, bytes);
        }
      machine.run();
      collect(program, *base.target, machine);
      ++ran;
      for (const Counts &counts : machine.countsByNode())
        if (counts.skippedMacs != decltype(counts.skippedMacs)()) {
          ++skipped;
          break;
        }
    } catch (const Error &) {
      ++refused;
    }
  }
  // The damage is such that all three happen often.
  EXPECT_GT(ran, 300);
  EXPECT_GT(refused, 300);
  EXPECT_GT(illegal, 300);
  EXPECT_GT(skipped, 300);
}

} // namespace

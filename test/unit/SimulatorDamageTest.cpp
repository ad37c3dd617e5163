// LINK: DnncSimulator
// Programs with random numbers in them end in an error or run inside the simulator's memories. What this test
// really checks shows under AddressSanitizer and UndefinedBehaviorSanitizer.
#include "runtime/Simulator/Machine.h"
#include "runtime/Simulator/Statistics.h"
#include "test/unit/SimulatorPrograms.h"

#include <gtest/gtest.h>

#include <random>

using namespace dnnc;
using namespace dnnc::sim;
using namespace dnnc::sim::test;

namespace {

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

TEST(Machine, DamagedProgramsStayInside) {
  Target small = smallTarget(), fifo = fifoTarget(48);
  struct Base {
    isa::Program program;
    const Target *target;
  };
  std::vector<Base> bases = {
      {reversal(small), &small}, {product(small, 0), &small}, {product(fifo, 1), &fifo}};
  int ran = 0, refused = 0, illegal = 0;
  for (uint32_t seed = 0; seed < 6000; ++seed) {
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
                      {.instructions = 100000, .jobs = 10000, .operations = 10000000, .passes = 10000});
      for (size_t i = 0; i < program.tensors.size(); ++i)
        if (program.tensors[i].kind == isa::TensorKind::Input)
          machine.writeTensor(
              i, std::vector<uint8_t>(static_cast<size_t>(program.tensors[i].bytes), uint8_t(seed)));
      machine.run();
      collect(program, *base.target, machine);
      ++ran;
    } catch (const Error &) {
      ++refused;
    }
  }
  // The damage is such that all three happen often.
  EXPECT_GT(ran, 300);
  EXPECT_GT(refused, 300);
  EXPECT_GT(illegal, 300);
}

} // namespace

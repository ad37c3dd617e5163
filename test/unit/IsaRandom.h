// Random rows of the ISA table: every field gets a value that its bits can hold, whatever it means.
#pragma once

#include "runtime/Isa/Isa.h"

#include <random>

namespace dnnc::isa {

class Random {
public:
  explicit Random(uint64_t seed) : generator(seed) {}

  int64_t below(int64_t limit) { return std::uniform_int_distribution<int64_t>(0, limit - 1)(generator); }
  uint64_t word() { return generator(); }

  /// A number of so many bits: small, at a border, or anything.
  int64_t number(int bits, bool isSigned) {
    uint64_t mask = bits == 64 ? ~uint64_t(0) : (uint64_t(1) << bits) - 1;
    uint64_t value = word();
    switch (below(4)) {
    case 0:
      value %= 5;
      break;
    case 1:
      value = mask;
      break;
    case 2:
      value = mask >> 1;
      break;
    default:
      break;
    }
    value &= mask;
    if (isSigned && bits < 64 && value >> (bits - 1) & 1)
      value |= ~mask;
    return static_cast<int64_t>(value);
  }

  template <typename Row> Row row() {
    Row row;
    Row::visit(row, Visitor{*this});
    return row;
  }

  LaneStep step() {
    LaneStep step{.opcode = static_cast<LaneOpcode>(laneStepInfos[below(laneStepInfos.size())].opcode)};
    LaneStep::visit(step, Visitor{*this});
    return step;
  }

private:
  struct Visitor {
    Random &random;

    void operator()(const Field &field, int64_t &value) {
      value = random.number(field.width, field.kind == FieldKind::Signed || field.width == 64);
    }
    void operator()(const Field &, bool &value) { value = random.below(2); }
    template <typename E>
      requires std::is_enum_v<E>
    void operator()(const Field &, E &value) {
      value = static_cast<E>(random.below(namesOf(E()).size()));
    }
    template <typename E>
      requires std::is_enum_v<E>
    void operator()(const Field &field, std::vector<E> &values) {
      values.resize(random.below(4));
      for (E &value : values)
        (*this)(field, value);
    }
    void operator()(const Field &field, std::vector<int64_t> &values) {
      values.resize(random.below(9));
      for (int64_t &value : values)
        value = field.kind == FieldKind::FloatList ? random.number(32, false) : random.number(64, true);
    }
    void operator()(const Field &, Affine &value) {
      value.base = random.number(64, true);
      value.wrap = random.below(2) ? random.number(56, false) : 0;
      value.terms.resize(random.below(9));
      for (AffineTerm &term : value.terms)
        term = {random.number(56, true), random.number(8, false)};
    }
    void operator()(const Field &field, std::vector<Affine> &values) {
      values.resize(random.below(5));
      for (Affine &value : values)
        (*this)(field, value);
    }
    void operator()(const Field &, std::string &value) {
      value.resize(random.below(20));
      for (char &c : value)
        c = static_cast<char>(random.below(3) ? random.below(256) : "\"\\\n\t{}"[random.below(6)]);
    }
    void operator()(const Field &, std::vector<LaneStep> &steps) {
      steps.resize(random.below(6));
      for (LaneStep &step : steps)
        step = random.step();
    }
  };

  std::mt19937_64 generator;
};

} // namespace dnnc::isa

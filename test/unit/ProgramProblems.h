// What verify() finds wrong with the sample program once something of it is changed.
#pragma once

#include "test/unit/ProgramSample.h"

#include <gtest/gtest.h>

#include <functional>

namespace dnnc::isa {

/// All problems of the sample after a change, one a line.
inline std::string problems(const std::function<void(Program &)> &change) {
  Program program = sampleProgram();
  change(program);
  std::string text;
  for (const Problem &problem : verify(program))
    text += problem.text() + "\n";
  return text;
}

template <typename Row> Row &at(Program &program, Queue queue, size_t index) {
  return std::get<Row>(program[queue][index]);
}

#define EXPECT_PROBLEM(text, ...)                                                                            \
  EXPECT_PRED_FORMAT2(testing::IsSubstring, std::string(text) + "\n",                                        \
                      problems([](Program &program) { __VA_ARGS__; }))

} // namespace dnnc::isa

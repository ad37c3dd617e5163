// Turns the text of a program (dnnc-objdump, or MLIR of the isa dialect) into prog.bin.
#include "runtime/Program/Program.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <optional>

namespace {

std::string readAll(const std::string &path) {
  if (path != "-") {
    dnnc::isa::Bytes bytes = dnnc::isa::Bytes::map(path);
    return std::string(reinterpret_cast<const char *>(bytes.data()), bytes.size());
  }
  std::string text;
  char buffer[65536];
  while (size_t count = std::fread(buffer, 1, sizeof buffer, stdin))
    text.append(buffer, count);
  return text;
}

} // namespace

int main(int argc, char **argv) {
  using dnnc::isa::Program;
  CLI::App app("Turns the text of a program into prog.bin.", "dnnc-as");
  std::string input, output, data;
  app.add_option("TEXT", input, "Text of a program, or - for standard input")->required();
  app.add_option("-o", output, "File to write")->required();
  app.add_option("--data", data,
                 "Program that has the bytes of the constants where the text has only their digest");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  try {
    std::optional<Program> source;
    if (!data.empty())
      source = Program::parse(dnnc::isa::Bytes::map(data));
    std::string text = readAll(input);
    Program program = Program::fromText(text, input == "-" ? "<stdin>" : input, source ? &*source : nullptr);
    std::string problems;
    for (const dnnc::isa::Problem &problem : verify(program))
      problems += (problems.empty() ? "" : "\n" + input + ": ") + problem.text();
    if (!problems.empty())
      throw dnnc::Error(input + ": " + problems);
    program.write(output);
    return 0;
  } catch (const dnnc::Error &error) {
    std::fprintf(stderr, "dnnc-as: %s\n", error.what());
    return 1;
  }
}

// Shows a program: header, tables, constants and instructions with the ONNX nodes they work for. The text is
// MLIR of the isa dialect, and dnnc-as turns it back byte for byte.
#include "runtime/Program/Program.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <map>

int main(int argc, char **argv) {
  using dnnc::isa::Program;
  CLI::App app("Shows a program as text that dnnc-as turns back.", "dnnc-objdump");
  std::string input, output = "-";
  Program::Constants constants = Program::Constants::Auto;
  bool comments = true, unverified = false;
  app.add_option("PROGRAM", input, "prog.bin")->required();
  app.add_option("-o", output, "File to write instead of standard output");
  app.add_option("--constants", constants, "Bytes of the constants, their digest, or the digest above 64 MB")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, Program::Constants>{{"auto", Program::Constants::Auto},
                                                    {"full", Program::Constants::Full},
                                                    {"digest", Program::Constants::Digest}}))
      ->option_text("full|digest|auto");
  app.add_flag("--comments,!--no-comments", comments,
               "Say the ONNX nodes and the numbers of rows in comments (the default)");
  app.add_flag("--unverified", unverified, "Show a program even if it breaks the rules of programs");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  try {
    Program program = unverified ? Program::parse(dnnc::isa::Bytes::map(input)) : Program::read(input);
    std::string text = program.print(constants, comments);
    std::FILE *file = output == "-" ? stdout : std::fopen(output.c_str(), "wb");
    bool good =
        file && std::fwrite(text.data(), 1, text.size(), file) == text.size() && std::fflush(file) == 0;
    if (file && file != stdout)
      good = std::fclose(file) == 0 && good;
    if (!good)
      throw dnnc::Error("cannot write " + output);
    return 0;
  } catch (const dnnc::Error &error) {
    std::fprintf(stderr, "dnnc-objdump: %s\n", error.what());
    return 1;
  }
}

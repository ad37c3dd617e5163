#include "tools/dnnc/Subcommand.h"

#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/Program.h>
#include <llvm/Support/raw_ostream.h>

#include <string>
#include <vector>

std::optional<int> dnnc::tool::runSubcommand(int argc, char **argv) {
  if (argc < 2)
    return std::nullopt;
  llvm::StringRef word = argv[1];
  bool isWord = !word.empty() && llvm::isAlpha(word[0]) && llvm::all_of(word, [](char c) { return llvm::isAlnum(c) || c == '-'; });
  if (!isWord || llvm::sys::fs::exists(word))
    return std::nullopt;
  std::string name = ("dnnc-" + word).str();
  std::string self = llvm::sys::fs::getMainExecutable(argv[0], reinterpret_cast<void *>(&runSubcommand));
  llvm::SmallString<128> beside = llvm::sys::path::parent_path(self);
  llvm::sys::path::append(beside, name);
  std::string program = beside.str().str();
  if (!llvm::sys::fs::can_execute(program)) {
    auto inPath = llvm::sys::findProgramByName(name);
    if (!inPath) {
      llvm::errs() << "dnnc: error: '" << word << "' is neither a file nor a command: there is no " << name
                   << " beside dnnc or in PATH\n";
      return 2;
    }
    program = *inPath;
  }
  std::vector<llvm::StringRef> arguments = {name};
  for (int i = 2; i < argc; ++i)
    arguments.push_back(argv[i]);
  std::string problem;
  int status = llvm::sys::ExecuteAndWait(program, arguments, std::nullopt, {}, 0, 0, &problem);
  if (status < 0) {
    llvm::errs() << "dnnc: error: " << name << ": " << problem << "\n";
    return 1;
  }
  return status;
}

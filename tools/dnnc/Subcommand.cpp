#include "tools/dnnc/Subcommand.h"

#include "lib/Target/Words.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/Program.h>
#include <llvm/Support/raw_ostream.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <unistd.h>
#include <vector>

using namespace dnnc;

static std::string ownFolder(const char *argv0) {
  std::string self = llvm::sys::fs::getMainExecutable(argv0, reinterpret_cast<void *>(&tool::runSubcommand));
  return llvm::sys::path::parent_path(self).str();
}

/// X of every dnnc-X in the folder, sorted.
static std::vector<std::string> subcommandsIn(const std::string &folder) {
  std::vector<std::string> found;
  std::error_code error;
  for (llvm::sys::fs::directory_iterator entry(folder, error), end; entry != end && !error; entry.increment(error)) {
    llvm::StringRef name = llvm::sys::path::filename(entry->path());
    if (name.consume_front("dnnc-") && llvm::sys::fs::can_execute(entry->path()))
      found.push_back(name.str());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string tool::subcommandsText(const char *argv0) {
  return fmt::format("Subcommands (dnnc X --help tells more): {}", fmt::join(subcommandsIn(ownFolder(argv0)), ", "));
}

std::optional<int> tool::runSubcommand(int argc, char **argv) {
  if (argc < 2)
    return std::nullopt;
  llvm::StringRef word = argv[1];
  bool isWord = !word.empty() && llvm::isAlpha(word[0]) &&
                llvm::all_of(word, [](char c) { return llvm::isAlnum(c) || c == '-'; });
  if (!isWord || llvm::sys::fs::exists(word))
    return std::nullopt;
  std::string name = ("dnnc-" + word).str(), folder = ownFolder(argv[0]);
  llvm::SmallString<128> beside(folder);
  llvm::sys::path::append(beside, name);
  std::string program = beside.str().str();
  if (!llvm::sys::fs::can_execute(program)) {
    auto inPath = llvm::sys::findProgramByName(name);
    if (!inPath) {
      llvm::errs() << "dnnc: error: '" << word << "' is neither a file nor a command: there is no " << name
                   << " beside dnnc or in PATH" << target::didYouMean(word.str(), subcommandsIn(folder)) << "\n";
      return 2;
    }
    program = *inPath;
  }
  // It takes this process's place, so that a signal ends it as if it had been called itself: a closed pipe quietly.
  std::vector<char *> arguments = {name.data()};
  arguments.insert(arguments.end(), argv + 2, argv + argc);
  arguments.push_back(nullptr);
  execv(program.c_str(), arguments.data());
  llvm::errs() << "dnnc: error: " << name << ": " << std::strerror(errno) << "\n";
  return 1;
}

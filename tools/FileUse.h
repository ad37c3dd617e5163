// The files of a command line: what it writes may be nothing that it reads, nor written twice.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace dnnc::tool {

struct FileUse {
  std::string file; ///< empty where the option is not given
  std::string what; ///< the flag of what is written, "the model" of what is read
};

/// Whether two names are one file, that may not be there yet.
inline bool isSameFile(const std::string &a, const std::string &b) {
  std::error_code ignored;
  return !a.empty() && !b.empty() && (a == b || std::filesystem::equivalent(a, b, ignored));
}

/// What is wrong with the files, and what to do; empty where nothing is.
inline std::string conflictOf(const std::vector<FileUse> &written, const std::vector<FileUse> &read) {
  for (size_t i = 0; i < written.size(); ++i) {
    for (const FileUse &input : read)
      if (isSameFile(written[i].file, input.file))
        return written[i].what + " " + written[i].file + " would overwrite " + input.what + "; name another file";
    for (size_t j = 0; j < i; ++j)
      if (isSameFile(written[i].file, written[j].file))
        return written[j].what + " and " + written[i].what + " both write " + written[i].file + "; name two files";
  }
  return "";
}

} // namespace dnnc::tool

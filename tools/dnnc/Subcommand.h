// `dnnc X` runs `dnnc-X`, as git does.
#pragma once

#include <optional>
#include <string>

namespace dnnc::tool {

/// When the first argument is a word that is neither a file nor a flag, runs `dnnc-WORD` (beside this program, then in PATH)
/// with the rest; returns its exit code, or 2 when there is no such program. Nothing when it is no subcommand.
std::optional<int> runSubcommand(int argc, char **argv);

/// The subcommands that stand beside this program, for --help.
std::string subcommandsText(const char *argv0);

} // namespace dnnc::tool

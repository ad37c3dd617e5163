// Target::load: a shipped target by name, or a file.
#include "dnnc/Error.h"
#include "dnnc/Target.h"
#include "lib/Target/Shipped.h"
#include "lib/Target/Words.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace dnnc {

std::optional<size_t> Target::memoryFor(Operand operand) const {
  for (size_t i = 0; i < memories.size(); ++i)
    if (std::ranges::find(memories[i].holds, operand) != memories[i].holds.end())
      return i;
  return std::nullopt;
}

std::vector<std::string> Target::shipped() {
  std::vector<std::string> names;
  for (const target::ShippedTarget &each : target::shippedTargets())
    names.emplace_back(each.name);
  return names;
}

Target Target::dense() const {
  if (!dram.codecs.any() && !array.mindsZeros() && !array.zeroGating.any())
    return *this;
  Target target = *this;
  target.name += "-dense"; // another machine, in every report
  target.dram.codecs = {};
  target.array.skipping = {};
  target.array.zeroGating = {};
  target.array.ifmapNoc.format = target.array.weightNoc.format = NocFormat::Dense;
  target.array.ifmapSpad.address = target.array.weightSpad.address = {};
  return target;
}

Target Target::load(const std::string &nameOrFile) {
  constexpr std::string_view denseSuffix = ":dense";
  if (nameOrFile.ends_with(denseSuffix))
    return load(nameOrFile.substr(0, nameOrFile.size() - denseSuffix.size())).dense();
  for (const target::ShippedTarget &each : target::shippedTargets())
    if (each.name == nameOrFile)
      return parse(each.yaml, fmt::format("targets/{}.yaml", each.name));

  std::error_code ignored;
  if (!std::filesystem::exists(nameOrFile, ignored))
    throw Error(
        fmt::format("no target '{}'{}; shipped targets are {}; a file of one's own is given by its path",
                    nameOrFile, target::didYouMean(nameOrFile, shipped()), target::joined(shipped())));
  if (!std::filesystem::is_regular_file(nameOrFile, ignored))
    throw Error(fmt::format("{}: is no regular file; need a YAML file that describes a target", nameOrFile));
  constexpr uintmax_t maxFileBytes = 16 << 20;
  if (std::filesystem::file_size(nameOrFile, ignored) > maxFileBytes)
    throw Error(
        fmt::format("{}: is larger than {} B; a target description is not", nameOrFile, maxFileBytes));
  std::ifstream file(nameOrFile, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file)
    throw Error(fmt::format("{}: cannot be read", nameOrFile));
  return parse(text, nameOrFile);
}

} // namespace dnnc

#include "lib/Density/DensityFile.h"

#include "lib/Strategy/File/Fields.h"
#include "lib/Target/Words.h"

#include <charconv>
#include <fmt/format.h>
#include <functional>
#include <set>
#include <vector>

using namespace dnnc;
using namespace dnnc::density;
using strategy::have;

namespace {

class Reader {
public:
  explicit Reader(strategy::Report &report) : report(report) {}

  using Handler = std::function<void(const YAML::Node &key, const YAML::Node &value)>;

  /// Calls the handler of each key, or `other` for one that has none.
  void entries(const YAML::Node &node, const std::string &what,
               const std::map<std::string, Handler> &handlers, const Handler &other = {}) {
    if (!node.IsMap()) {
      report.problem(node.Mark(), fmt::format("have {}; need {}, a mapping", have(node), what));
      return;
    }
    std::vector<std::string> known;
    for (const auto &[name, handler] : handlers)
      known.push_back(name);
    std::set<std::string> seen;
    for (const auto &entry : node) {
      const YAML::Node key = entry.first, value = entry.second;
      std::string name = key.IsScalar() ? key.Scalar() : "";
      auto handler = handlers.find(name);
      if (name.empty() || (handler == handlers.end() && !other))
        report.problem(key.Mark(), fmt::format("have the key {} in {}; need one of {}{}", have(key), what,
                                               target::joined(known), target::didYouMean(name, known)));
      else if (!seen.insert(name).second)
        report.problem(key.Mark(), fmt::format("key '{}' stands twice in {}", name, what));
      else
        (handler == handlers.end() ? other : handler->second)(key, value);
    }
  }

  double share(const YAML::Node &node, const std::string &what) {
    const std::string text = node.IsScalar() ? node.Scalar() : "";
    double value = -1;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size() ||
        !(value >= 0 && value <= 1)) {
      report.problem(node.Mark(), fmt::format("{}: have {}; need a number from 0 to 1", what, have(node)));
      return 0;
    }
    return value;
  }

  /// `of`: what is given, of weights and of activations.
  LayerDensities layer(const YAML::Node &node, const std::string &what, const std::string &of) {
    LayerDensities densities;
    size_t problems = report.count();
    entries(node, what,
            {{"weights", [&](auto, auto value) { densities.weights = share(value, of + " of weights"); }},
             {"activations",
              [&](auto, auto value) { densities.activations = share(value, of + " of activations"); }}});
    if (!densities.weights && !densities.activations && report.count() == problems)
      report.problem(node.Mark(), what + " say nothing; give `weights`, `activations` or both");
    return densities;
  }

private:
  strategy::Report &report;
};

} // namespace

DensityFile DensityFile::parse(std::string_view yaml, const std::string &fileName) {
  DensityFile file;
  const YAML::Node document = strategy::document(yaml, fileName);
  strategy::Report report(fileName);
  Reader reader(report);
  reader.entries(document, "a file of densities",
                 {{"seed",
                   [&](auto, auto value) {
                     file.seed = static_cast<uint64_t>(
                         strategy::readCount(value, "the seed", report, 0, int64_t(1) << 40).value_or(0));
                   }},
                  {"dispersion",
                   [&](auto, auto value) {
                     LayerDensities given = reader.layer(value, "the dispersions", "the dispersion");
                     file.dispersions.weights = given.weights.value_or(file.dispersions.weights);
                     file.dispersions.activations = given.activations.value_or(file.dispersions.activations);
                   }},
                  {"default",
                   [&](auto, auto value) {
                     file.otherwise = reader.layer(value, "the default densities", "the density");
                   }},
                  {"layers", [&](auto, auto value) {
                     reader.entries(value, "the layers", {}, [&](auto key, auto layer) {
                       std::string name = key.Scalar();
                       file.layers[name] =
                           reader.layer(layer, fmt::format("the densities of '{}'", name), "the density");
                       strategy::Place place = strategy::placeOf(key.Mark());
                       file.places[name] = fmt::format("{}:{}:{}", fileName, place.line, place.column);
                     });
                   }}});
  if (report.count() == 0 && file.layers.empty() && !file.otherwise.weights && !file.otherwise.activations)
    report.problem(document.Mark(), "gives no density; need `layers`, or a `default`");
  report.throwIfAny();
  return file;
}

DensityFile DensityFile::load(const std::string &fileName) {
  return parse(strategy::readText(fileName), fileName);
}

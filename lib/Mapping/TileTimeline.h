// The cycles of a layer under given tiles, as a function of what the array takes for each class of them.
#pragma once

#include "lib/Cost/LayerTimeline.h"

#include <limits>
#include <optional>
#include <unordered_map>

namespace dnnc::mapping {

/// Loops, transfers and classes of tiles are worked out once, and every set of array cycles is played once. A
/// mapping of the array then costs its instructions alone.
class TileTimeline {
public:
  TileTimeline(const cost::Layer &layer, const cost::Extents &tile, const std::vector<int> &order,
               const Target &target);

  /// Array cycles of every class of tiles. They do not depend on the loop order.
  using ArrayCycles = std::vector<double>;
  const std::vector<cost::Extents> &classes() const { return extents; }
  /// An instruction of each class takes at least `floors`. Nothing once it is known that all together take more
  /// than `most`, or that those of the common class are not `accepted`.
  template <typename Accepted>
  const ArrayCycles *arrayCycles(const cost::ArrayMapping &mapping, const ArrayCycles &floors, double most,
                                 Accepted accepted) {
    double sum = 0;
    for (size_t i = 0; i < floors.size(); ++i)
      sum += times[i] * floors[i];
    for (size_t i : byTimes) {
      now[i] = cost::estimateArray(tiles.arrayTile(members[i]), mapping, target).cycles;
      sum += times[i] * (now[i] - floors[i]);
      if (sum > most || (i == main && !accepted(now[i])))
        return nullptr;
    }
    return &now;
  }
  /// cost::estimateLayer's cycles, exactly.
  double cycles(const ArrayCycles &ofClass);

  /// Where all instructions are of one class, but for the last one (which only the last store waits for), the
  /// layer's time is a function of one number: this one, for every number of cycles that may be of use.
  ///
  /// No bound by sums and maxima comes close to it where transfers decide: stores share the bandwidth with
  /// loads, so that it counts when a store falls, and a slower array may let a layer end earlier.
  class Envelope {
  public:
    /// The layer's cycles with a common instruction of so many.
    double at(int64_t cycles) const { return find(exact, cycles); }
    /// With one of so many or more.
    double from(int64_t cycles) const { return find(least, cycles); }
    /// The most cycles of a common instruction with which the layer takes at most `cycles`; -1 for none.
    int64_t most(double cycles) const;

  private:
    friend class TileTimeline;
    double find(const std::vector<double> &list, int64_t cycles) const {
      auto index = static_cast<size_t>(std::max<int64_t>(0, cycles - begin));
      return index < list.size() ? list[index] : beyond;
    }
    int64_t begin = 0;
    std::vector<double> exact, least;
    double beyond = 0;
  };
  /// `others`: what the layer takes besides its instructions at least; `most`: cycles that are of use. Nothing
  /// where the tiles have other classes, or there is too much to play.
  const Envelope *envelope(const ArrayCycles &floors, double others, double most);
  size_t commonClass() const { return main; }
  bool allAlike() const { return extents.size() == 1; }
  double instructions() const { return static_cast<double>(tiles.tiles()); }
  /// The array's work on a whole tile of the common class, as a layer of its own.
  cost::Layer commonLayer() const;
  /// Sets of array cycles that were played.
  int64_t played = 0;

private:
  bool isLast(size_t index) const;

  const Target &target;
  cost::LayerTiles tiles;
  cost::TileCycles table;
  std::vector<std::array<const cost::TileClass *, cost::loopDims>> members; // of the dimensions' classes
  std::vector<cost::Extents> extents;
  std::vector<double> times;
  std::vector<size_t> byTimes; // most frequent first
  size_t main = 0;
  bool uniform = false;
  std::optional<Envelope> known;
  struct Hash {
    size_t operator()(const ArrayCycles &cycles) const;
  };
  std::unordered_map<ArrayCycles, double, Hash> answers;
  ArrayCycles now;
};

} // namespace dnnc::mapping

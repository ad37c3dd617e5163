#include "lib/Mapping/SearchState.h"

#include <algorithm>
#include <cmath>

using namespace dnnc;
using namespace dnnc::mapping;
using namespace dnnc::cost;

static constexpr double rounding = 1e-9;
/// An evaluation takes as long as this many bounds.
static constexpr int64_t evaluationWeight = 16;

SearchState::SearchState(const MappingProblem &problem, const SearchOptions &options)
    : problem(problem), options(options), space(problem), bounds(problem), limit(options.bounded) {
  const Target &target = *problem.target;
  for (Operand operand : {Operand::Ifmap, Operand::Weight})
    if (auto memory = target.memoryFor(operand))
      streams |= target.memories[*memory].kind == Memory::Kind::Fifo;
}

double SearchState::least(double bound) const {
  double low = bound * (1 - rounding);
  return problem.objective == Objective::Latency ? std::ceil(low) : low;
}

bool SearchState::accepts(const Bound &bound) const {
  double value = least(bounds.value(bound));
  if (amongEquals)
    return value <= result.best->value && second(bound) * (1 - rounding) < secondBest;
  return value < valueToBeat();
}

double SearchState::mostCycles(const Bound &bound) const {
  return std::isfinite(valueToBeat()) ? bounds.mostCycles(bound, valueToBeat()) * (1 + rounding)
                                      : std::numeric_limits<double>::infinity();
}

double SearchState::mostCyclesToKeep(const Bound &bound) const {
  if (options.close == 0)
    return mostCycles(bound);
  return bounds.mostCycles(bound, worstKept()) * (1 + rounding);
}

const Memory *SearchState::memoryTooSmall(const LayerMapping &mapping) const {
  const Target &target = *problem.target;
  std::vector<int64_t> bytes = footprint(problem.layer, mapping, target);
  for (size_t memory = 0; memory < bytes.size(); ++memory)
    if (target.memories[memory].kind == Memory::Kind::Sram && bytes[memory] > target.memoryBytes(memory))
      return &target.memories[memory];
  return nullptr;
}

void SearchState::offer(const LayerMapping &mapping) {
  if (streams && !problem.verify(mapping).empty()) {
    reject("mappings that fetch a stream larger than its FIFO again");
    return;
  }
  Candidate candidate;
  candidate.mapping = mapping;
  candidate.estimate = problem.evaluate(mapping);
  candidate.value = problem.value(candidate.estimate);
  double other = problem.second(candidate.estimate);
  candidate.dataflow = nameDataflow(problem.layer, mapping, problem.dataflows);
  if (!result.best || std::pair(candidate.value, other) < std::pair(result.best->value, secondBest)) {
    result.best = candidate;
    secondBest = other;
  }
  keepClose(candidate);
}

double SearchState::worstKept() const {
  return result.close.size() < options.close ? std::numeric_limits<double>::infinity()
                                             : result.close.back().value;
}

void SearchState::keepClose(const Candidate &candidate) {
  if (options.close == 0 || candidate.value > worstKept())
    return;
  std::vector<Candidate> &close = result.close;
  auto alike = std::find_if(close.begin(), close.end(), [&](const Candidate &other) {
    return other.dataflow == candidate.dataflow && other.mapping.tile == candidate.mapping.tile;
  });
  if (alike != close.end()) {
    if (alike->value <= candidate.value)
      return;
    close.erase(alike);
  }
  auto place = std::upper_bound(close.begin(), close.end(), candidate,
                                [](const Candidate &a, const Candidate &b) { return a.value < b.value; });
  close.insert(place, candidate);
  if (close.size() > options.close)
    close.pop_back();
}

int64_t SearchState::spent() const { return result.bounded + evaluationWeight * result.evaluated; }

bool SearchState::outOfBudget() {
  if (spent() > limit)
    stopped = true;
  if (options.budgetSeconds > 0 && result.best &&
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count() >
          options.budgetSeconds)
    stopped = true;
  return stopped;
}

SearchResult SearchState::finish() {
  auto counted = [&](const char *reason, int64_t count) {
    if (count > 0)
      reject(reason, count);
  };
  // Each with what is counted: some are met before all else is chosen, and stand for many mappings.
  counted("unrollings of a tile that leave too many multipliers idle", idle);
  counted("choices of spad factors, whole or partial, that need more words than a spad has", tooLarge);
  counted("choices of spad factors, whole or partial, whose lower bound is above the best", groupsOutbounded);
  counted("mappings whose lower bound is above the best", outbounded);
  counted("loop orders of a tile whose transfers take longer than the best, whatever the array does",
          transferBound);
  counted("pass orders in which psums would leave unfinished and have no room on chip", noRoomForSpills);
  for (auto &[reason, count] : rejections)
    result.rejections.push_back({reason, count});
  std::sort(result.rejections.begin(), result.rejections.end(), [](const auto &a, const auto &b) {
    return std::tie(b.count, a.reason) < std::tie(a.count, b.reason);
  });
  if (result.best && !result.close.empty() && result.close[0].mapping.tile == result.best->mapping.tile &&
      result.close[0].dataflow == result.best->dataflow)
    result.close.erase(result.close.begin());
  return std::move(result);
}

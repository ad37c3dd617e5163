#include "lib/Mapping/MappingSearch.h"
#include "lib/Mapping/MappingSpace.h"

using namespace dnnc;
using namespace dnnc::mapping;
using namespace dnnc::cost;

SearchResult mapping::searchByForce(const MappingProblem &problem, const SearchOptions &options,
                                    const std::function<bool(const LayerMapping &)> &keeps) {
  SearchResult result;
  MappingSpace space(problem);
  for (const Extents &tile : space.tiles())
    for (const std::vector<int> &tileOrder : space.orders(tile))
      for (const Unrolling &unrolling : space.unrollings(tile)) {
        ++result.unrollings;
        std::array<std::vector<int64_t>, loopDims> factors;
        for (int dim = 0; dim < loopDims; ++dim)
          factors[dim] = space.spadFactors(tile, unrolling, dim);
        std::array<size_t, loopDims> choice{};
        for (;;) {
          Extents spad;
          unsigned kept = 0;
          ArrayMapping inner = unrolling.axes;
          for (int dim = 0; dim < loopDims; ++dim) {
            spad[dim] = factors[dim][choice[dim]];
            kept |= spad[dim] > 1 ? 1u << dim : 0;
            inner.spad.push_back({dim, spad[dim]});
          }
          Extents trips = MappingSpace::trips(tile, shapeOf(inner));
          for (const std::vector<int> &order : space.passOrders(tile, trips, unrolling, kept)) {
            Candidate candidate;
            candidate.mapping = {tile, tileOrder, MappingSpace::mapping(unrolling, spad, trips, order)};
            bool spills = spillsPsums(candidate.mapping.array, tile);
            if ((spills && !options.spills) || !problem.verify(candidate.mapping).empty() ||
                (keeps && !keeps(candidate.mapping)))
              continue;
            ++result.evaluated;
            candidate.estimate = problem.evaluate(candidate.mapping);
            candidate.value = problem.value(candidate.estimate);
            if (!result.best || candidate.value < result.best->value) {
              candidate.dataflow = nameDataflow(problem.layer, candidate.mapping, problem.dataflows);
              result.best = candidate;
            }
          }
          size_t dim = 0;
          while (dim < choice.size() && ++choice[dim] == factors[dim].size())
            choice[dim++] = 0;
          if (dim == choice.size())
            break;
        }
      }
  if (result.best)
    result.lowerBound = result.best->value;
  return result;
}

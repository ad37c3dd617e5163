#include "lib/Cost/PassWindows.h"

#include "lib/Cost/Rounding.h"

#include <algorithm>

using namespace dnnc;
using namespace dnnc::cost;

PassWindows::PassWindows(const Blocking &outputs, const Blocking &taps, int64_t origin, int64_t step,
                         int64_t hop, int64_t limit, std::vector<Window> &known)
    : outputs(outputs), taps(taps), origin(origin), step(step), hop(hop), limit(limit),
      tapBlocks(taps.blocks()), known(known) {
  int64_t blockStep = outputs.inPass * step;
  int64_t span = (outputs.inPass - 1) * step + (taps.extent - 1) * hop + 1;
  int64_t wholeBlocks = outputs.extent / outputs.inPass;
  insideBegin = origin >= 0 ? 0 : ceilDiv(-origin, blockStep);
  int64_t room = limit - origin - span; // the last block may begin here
  insideEnd = room < 0 ? 0 : std::min(wholeBlocks, room / blockStep + 1);
  insideEnd = std::max(insideEnd, insideBegin);
  if (insideBegin >= wholeBlocks)
    insideBegin = insideEnd = 0;
  // Kind 0 are all blocks inside. One more of windows after the previous one: the first block inside.
  kinds = 1 + outputs.blocks() - (insideEnd - insideBegin);
  known.assign(static_cast<size_t>((2 * kinds + 1) * tapBlocks), Window());
}

int64_t PassWindows::kindOf(int64_t outputBlock) const {
  if (outputBlock >= insideBegin && outputBlock < insideEnd)
    return 0;
  return 1 + (outputBlock < insideBegin ? outputBlock : outputBlock - (insideEnd - insideBegin));
}

const Window &PassWindows::at(int64_t outputBlock, int64_t tapBlock) {
  Window &window = known[static_cast<size_t>(kindOf(outputBlock) * tapBlocks + tapBlock)];
  if (window.different < 0) {
    int64_t output = outputBlock * outputs.inPass, count = std::min(outputs.inPass, outputs.extent - output);
    int64_t tap = tapBlock * taps.inPass, tapCount = std::min(taps.inPass, taps.extent - tap);
    window.different = different(output, count, tap, tapCount);
    window.byNode = sumOverParts(output, count, outputs.inNode, tap, tapCount, taps.inNode);
    window.byPe = sumOverParts(output, count, outputs.inPe, tap, tapCount, taps.inPe);
  }
  return window;
}

const Window &PassWindows::afterPrevious(int64_t outputBlock, int64_t tapBlock) {
  int64_t kind = kindOf(outputBlock);
  if (kind == 0 && outputBlock == insideBegin)
    kind = kinds;
  Window &window = known[static_cast<size_t>((kinds + kind) * tapBlocks + tapBlock)];
  if (window.different < 0) {
    int64_t output = outputBlock * outputs.inPass, count = std::min(outputs.inPass, outputs.extent - output);
    int64_t tap = tapBlock * taps.inPass, tapCount = std::min(taps.inPass, taps.extent - tap);
    window.different = newOverParts(output, count, tap, tapCount, tapCount);
    window.byNode = newOverParts(output, count, tap, tapCount, taps.inNode);
    window.byPe = newOverParts(output, count, tap, tapCount, taps.inPe);
  }
  return window;
}

int64_t PassWindows::differentInTile() const { return different(0, outputs.extent, 0, taps.extent); }

int64_t PassWindows::sumOverParts(int64_t firstOutput, int64_t count, int64_t outputPart, int64_t firstTap,
                                  int64_t tapCount, int64_t tapPart) const {
  int64_t total = 0;
  int64_t corner = origin + firstOutput * step + firstTap * hop;
  if (corner >= 0 && corner + (count - 1) * step + (tapCount - 1) * hop < limit) {
    // Inside the ifmap a part's window does not depend on its place: there are at most four different ones.
    int64_t outputRest = count % outputPart, tapRest = tapCount % tapPart;
    for (auto [part, parts] :
         {std::pair(outputPart, count / outputPart), std::pair(outputRest, int64_t(outputRest > 0))})
      for (auto [tap, taps] :
           {std::pair(tapPart, tapCount / tapPart), std::pair(tapRest, int64_t(tapRest > 0))})
        if (parts * taps > 0)
          total += parts * taps * different(firstOutput, part, firstTap, tap);
    return total;
  }
  for (int64_t i = 0; i < count; i += outputPart)
    for (int64_t j = 0; j < tapCount; j += tapPart)
      total += different(firstOutput + i, std::min(outputPart, count - i), firstTap + j,
                         std::min(tapPart, tapCount - j));
  return total;
}

int64_t PassWindows::newOverParts(int64_t firstOutput, int64_t count, int64_t firstTap, int64_t tapCount,
                                  int64_t tapPart) const {
  int64_t total = 0, before = outputs.inPass;
  for (int64_t j = 0; j < tapCount; j += tapPart) {
    int64_t part = std::min(tapPart, tapCount - j);
    total += different(firstOutput - before, before + count, firstTap + j, part) -
             different(firstOutput - before, before, firstTap + j, part);
  }
  return total;
}

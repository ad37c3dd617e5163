#include "lib/Cost/LayerTimeline.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace dnnc;
using namespace dnnc::cost;

TileCycles::TileCycles(const LayerTiles &tiles) : tiles(tiles) {
  size_t count = 1;
  for (const std::vector<TileClass> &classes : tiles.classes)
    count *= classes.size();
  cycles.resize(count);
}

double TileCycles::at(const std::array<int64_t, loopDims> &tile) const {
  size_t index = 0;
  for (int dim = 0; dim < loopDims; ++dim)
    index = index * tiles.classes[dim].size() + tiles.classOf(dim, tile[dim]);
  return cycles[index];
}

namespace {

constexpr int64_t never = std::numeric_limits<int64_t>::max();

/// Where a queue stands in the nest: `depth` loops are its own.
struct Cursor {
  std::array<int64_t, loopDims> at{};
  unsigned depth = 0;
  bool ended = false;

  /// Goes on by one iteration; returns the outermost loop that turned.
  unsigned next(const std::vector<TileLoop> &loops) {
    for (unsigned level = depth; level-- > 0;) {
      if (++at[loops[level].dim] < loops[level].trips)
        return level;
      at[loops[level].dim] = 0;
    }
    ended = true;
    return 0;
  }
};

/// A load or store on its way.
struct Moving {
  bool active = false;
  size_t load = 0;
  int64_t dataStart = 0, earliestEnd = 0;
  double moved = 0, total = 0; // bytes of DRAM
  double remaining() const { return total - moved; }
};

/// Bytes of DRAM that a transfer may have moved: `now`, and as many more every cycle.
struct Room {
  double now = 0, perCycle = 0;
};

/// What a transfer does until the next event.
struct Pace {
  bool moves = false;
  double perCycle = 0;
  double until = 0; // cycles for which it does
};

/// The link moves whole millionths (2⁻²⁰) of a byte a cycle.
double wholeUnits(double bytesPerCycle) {
  constexpr double units = 1 << 20;
  return std::max(1.0, std::floor(bytesPerCycle * units)) / units;
}

class Queues {
public:
  Queues(const LayerTiles &tiles, const TileCycles &cycles);
  double run();

private:
  struct Operand {
    const Transfer *transfer;
    int64_t slots = 2;
    int64_t loaded = 0, consumed = 0;    // tiles of it
    int64_t fifoBytes = 0, capacity = 0; // of a FIFO: one tile's, and all
    int rank = 1;
  };
  /// All that the future depends on, relative to the array's place and to now.
  using State = std::vector<int64_t>;
  struct Snapshot {
    bool valid = false;
    int64_t now = 0;
    State state;
  };

  bool startAndFinish();
  bool startLoad();
  bool startArray();
  bool startStore();
  void finishArray();
  void begin(Moving &moving, const Transfer::Moved &moved, int64_t portBytes);
  Room roomOf(const Moving &moving) const;
  Pace paceOf(const Moving &moving, double rate) const;
  bool done(const Moving &moving) const {
    return moving.active && now >= moving.dataStart && now >= moving.earliestEnd && moving.remaining() <= 0;
  }
  bool streamsOverflow() const;
  bool advance();
  void skipAlike(unsigned level);
  State stateNow() const;

  const LayerTiles &tiles;
  const TileCycles &cycles;
  const Target &target;
  const double bytesPerCycle;
  int64_t now = 0;

  std::vector<Operand> operands; // in the order of their loads: by depth
  Cursor loadAt, arrayAt, storeAt;
  size_t nextLoad = 0; // of the load queue's iteration
  Moving load, store;
  bool arrayRuns = false;
  int64_t arrayStart = 0, arrayEnd = 0;
  int64_t outputSlots = 2, produced = 0, stored = 0;
  std::vector<Snapshot> snapshots; // by loop
};

Queues::Queues(const LayerTiles &tiles, const TileCycles &cycles)
    : tiles(tiles), cycles(cycles), target(tiles.target),
      bytesPerCycle(wholeUnits(target.dramBytesPerCycle())), snapshots(tiles.loops.size()) {
  auto slotsOf = [&](const Transfer &transfer) {
    const Memory &memory = target.memories[static_cast<size_t>(transfer.memory)];
    return target.overlapTransfers || memory.prefetch ? 2 : 1;
  };
  for (const Transfer &transfer : tiles.loads) {
    Operand operand{&transfer, slotsOf(transfer)};
    if (transfer.stream) {
      operand.fifoBytes = transfer.elementBytes;
      for (int64_t size : tiles.box(transfer, {}))
        operand.fifoBytes *= size;
      operand.capacity = target.memoryBytes(static_cast<size_t>(transfer.memory));
    }
    // Of one loop body, those that need not wait for the array where others do stand first; last what streams
    // through a FIFO smaller than it.
    operand.rank = transfer.stream && operand.fifoBytes > operand.capacity ? 2
                   : !target.overlapTransfers && transfer.prefetched       ? 0
                                                                           : 1;
    auto behind = std::find_if(operands.begin(), operands.end(), [&](const Operand &other) {
      return transfer.depth != other.transfer->depth ? transfer.depth < other.transfer->depth
                                                     : operand.rank < other.rank;
    });
    operands.insert(behind, operand);
    loadAt.depth = std::max(loadAt.depth, transfer.depth);
  }
  arrayAt.depth = static_cast<unsigned>(tiles.loops.size());
  storeAt.depth = tiles.output.depth;
  outputSlots = slotsOf(tiles.output);
}

double Queues::run() {
  do
    while (startAndFinish()) {
    }
  while (advance());
  return static_cast<double>(now);
}

bool Queues::startAndFinish() {
  bool progress = false;
  if (done(load)) {
    load.active = false;
    ++operands[load.load].loaded;
    progress = true;
  }
  if (done(store)) {
    store.active = false;
    ++stored;
    storeAt.next(tiles.loops);
    progress = true;
  }
  bool streamed =
      std::all_of(operands.begin(), operands.end(), [](const Operand &o) { return o.loaded > o.consumed; });
  if (arrayRuns && now >= arrayEnd && streamed) {
    finishArray();
    progress = true;
  }
  progress |= startLoad();
  progress |= startArray();
  progress |= startStore();
  return progress;
}

void Queues::begin(Moving &moving, const Transfer::Moved &moved, int64_t portBytesPerCycle) {
  moving.active = true;
  moving.dataStart = now + (moved.dram > 0 ? target.dram.latency : 0);
  moving.earliestEnd = moving.dataStart + ceilDiv(moved.raw, portBytesPerCycle);
  moving.moved = 0;
  moving.total = static_cast<double>(moved.dram);
}

bool Queues::startLoad() {
  if (load.active || loadAt.ended)
    return false;
  Operand &operand = operands[nextLoad];
  const Transfer &transfer = *operand.transfer;
  if (!target.overlapTransfers && !transfer.prefetched && arrayRuns)
    return false;
  if (operand.capacity == 0 && operand.loaded + 1 - operand.slots > operand.consumed)
    return false;
  load.load = nextLoad;
  begin(load, tiles.move(transfer, loadAt.at),
        target.memories[static_cast<size_t>(transfer.memory)].writeBytesPerCycle);
  if (++nextLoad == operands.size()) {
    unsigned level = loadAt.next(tiles.loops);
    nextLoad = 0;
    while (nextLoad < operands.size() && operands[nextLoad].transfer->depth <= level)
      ++nextLoad;
    if (nextLoad == operands.size())
      loadAt.ended = true;
  }
  return true;
}

/// An operand larger than its FIFO streams through it while the array works.
bool Queues::streamsOverflow() const {
  return load.active && operands[load.load].capacity > 0 &&
         operands[load.load].fifoBytes > operands[load.load].capacity;
}

bool Queues::startArray() {
  if (arrayRuns || arrayAt.ended || stored < produced + 1 - outputSlots)
    return false;
  for (size_t i = 0; i < operands.size(); ++i)
    if (operands[i].loaded <= operands[i].consumed && !(streamsOverflow() && load.load == i))
      return false;
  if (!target.overlapTransfers &&
      (stored < produced || (load.active && !operands[load.load].transfer->prefetched)))
    return false;
  arrayRuns = true;
  arrayStart = now;
  arrayEnd = now + static_cast<int64_t>(cycles.at(arrayAt.at));
  return true;
}

bool Queues::startStore() {
  if (store.active || stored >= produced || (!target.overlapTransfers && arrayRuns))
    return false;
  begin(store, tiles.move(tiles.output, storeAt.at),
        target.memories[static_cast<size_t>(tiles.output.memory)].readBytesPerCycle);
  return true;
}

void Queues::finishArray() {
  arrayRuns = false;
  unsigned level = arrayAt.next(tiles.loops);
  bool last = arrayAt.ended;
  for (Operand &operand : operands)
    operand.consumed += last || operand.transfer->depth > level;
  produced += last || tiles.output.depth > level;
  if (last)
    return;
  for (size_t inner = level + 1; inner < snapshots.size(); ++inner)
    snapshots[inner].valid = false;
  skipAlike(level);
}

Queues::State Queues::stateNow() const {
  State state = {now - arrayStart, produced - stored, static_cast<int64_t>(nextLoad), loadAt.ended};
  for (const Moving *moving : {&load, &store}) {
    state.push_back(moving->active);
    if (moving->active)
      state.insert(state.end(), {static_cast<int64_t>(moving->load), moving->dataStart - now,
                                 moving->earliestEnd - now, std::llround(moving->remaining() * 16)});
  }
  for (const Operand &operand : operands)
    state.push_back(operand.loaded - operand.consumed);
  for (const TileLoop &loop : tiles.loops)
    state.insert(state.end(),
                 {loadAt.at[loop.dim] - arrayAt.at[loop.dim], storeAt.at[loop.dim] - arrayAt.at[loop.dim]});
  return state;
}

/// The loop at `level` has turned. If the queues stand as they did one turn ago, all further turns between
/// tiles alike take as long as the last one.
void Queues::skipAlike(unsigned level) {
  const TileLoop &loop = tiles.loops[level];
  Snapshot &before = snapshots[level];
  State state = stateNow();
  bool repeats = before.valid && before.state == state;
  int64_t period = now - before.now;
  before = {true, now, std::move(state)};
  if (!repeats)
    return;
  auto follows = [&](const Cursor &cursor) { return level < cursor.depth && !cursor.ended; };
  for (const Cursor *cursor : {&loadAt, &storeAt})
    for (unsigned outer = 0; outer < level && outer < cursor->depth; ++outer)
      if (cursor->at[tiles.loops[outer].dim] != arrayAt.at[tiles.loops[outer].dim])
        return;
  int64_t first = arrayAt.at[loop.dim] - 1, last = arrayAt.at[loop.dim];
  for (const Cursor *cursor : {&loadAt, &storeAt})
    if (follows(*cursor)) {
      first = std::min(first, cursor->at[loop.dim] - 1);
      last = std::max(last, cursor->at[loop.dim]);
    }
  if (!tiles.alike(loop.dim, first))
    return;
  int64_t skipped = tiles.alikeEnd[loop.dim] - 1 - last;
  if (skipped <= 0)
    return;
  now += period * skipped;
  arrayStart += period * skipped;
  arrayAt.at[loop.dim] += skipped;
  for (Cursor *cursor : {&loadAt, &storeAt})
    if (follows(*cursor))
      cursor->at[loop.dim] += skipped;
  for (Moving *moving : {&load, &store})
    if (moving->active) {
      moving->dataStart += period * skipped;
      moving->earliestEnd += period * skipped;
    }
  before.valid = false;
}

/// A FIFO has room for what the array has taken out, which it does evenly while it runs.
Room Queues::roomOf(const Moving &moving) const {
  if (&moving != &load || operands[load.load].capacity == 0)
    return {moving.total, 0};
  const Operand &operand = operands[load.load];
  auto bytes = static_cast<double>(operand.fifoBytes);
  double freed = static_cast<double>(operand.consumed) * bytes, perCycle = 0;
  if (arrayRuns && arrayEnd > arrayStart) {
    auto cyclesOfArray = static_cast<double>(arrayEnd - arrayStart);
    freed += bytes * std::min(1.0, static_cast<double>(now - arrayStart) / cyclesOfArray);
    perCycle = now < arrayEnd ? bytes / cyclesOfArray : 0;
  }
  double room = static_cast<double>(operand.capacity) + freed - static_cast<double>(operand.loaded) * bytes;
  if (room >= bytes)
    return {moving.total, 0};
  return {std::max(0.0, room / bytes * moving.total), perCycle / bytes * moving.total};
}

Pace Queues::paceOf(const Moving &moving, double rate) const {
  constexpr double forever = 1e18, little = 1e-6;
  if (!moving.active || now < moving.dataStart || moving.remaining() <= 0)
    return {};
  Room room = roomOf(moving);
  double ahead = room.now - moving.moved;
  if (ahead > little || rate <= room.perCycle) // until it catches up with what has room
    return {true, rate,
            std::min(moving.remaining() / rate, rate > room.perCycle && room.now < moving.total
                                                    ? ahead / (rate - room.perCycle)
                                                    : forever)};
  if (room.perCycle > 0)
    return {true, room.perCycle, moving.remaining() / room.perCycle};
  return {};
}

/// Goes to the next moment at which something starts or ends; false when all is done.
bool Queues::advance() {
  double rate = paceOf(load, bytesPerCycle).moves && paceOf(store, bytesPerCycle).moves ? bytesPerCycle / 2
                                                                                        : bytesPerCycle;
  Pace loads = paceOf(load, rate), stores = paceOf(store, rate);
  int64_t next = never;
  auto consider = [&](int64_t time) {
    if (time > now)
      next = std::min(next, time);
  };
  for (const auto &[moving, pace] : {std::pair(&load, &loads), std::pair(&store, &stores)}) {
    if (!moving->active)
      continue;
    consider(moving->dataStart);
    consider(moving->earliestEnd);
    if (pace->moves)
      consider(now + std::max<int64_t>(1, static_cast<int64_t>(std::ceil(pace->until))));
  }
  if (arrayRuns)
    consider(arrayEnd);
  if (next == never)
    return false;
  auto cyclesOn = static_cast<double>(next - now);
  auto move = [&](Moving &moving, const Pace &pace) {
    if (!pace.moves)
      return;
    Room room = roomOf(moving);
    moving.moved =
        std::min(moving.moved + pace.perCycle * cyclesOn,
                 std::max(moving.moved, std::min(moving.total, room.now + room.perCycle * cyclesOn)));
    if (moving.remaining() < 1e-6)
      moving.moved = moving.total;
  };
  move(load, loads);
  move(store, stores);
  now = next;
  return true;
}

} // namespace

double cost::timelineCycles(const LayerTiles &tiles, const TileCycles &cycles) {
  return Queues(tiles, cycles).run();
}

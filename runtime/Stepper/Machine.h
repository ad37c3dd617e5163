// The array as a machine: PEs with their spads, chains along which psums leave, networks, memories, a clock.
//
// Passes go through it in step: while one computes, the words of the next come in and the psums of the one
// before leave; when all three are done, the array turns to the next pass. Words that may not come in beside
// the pass that computes come after it: a ramp-up. Operands whose spads stream are not tied to single passes:
// their words are sent ahead, up to the next ramp-up, and a PE that needs one that is not there waits for it.
#pragma once

#include "runtime/Stepper/Layout.h"
#include "runtime/Stepper/Network.h"
#include "runtime/Stepper/Spads.h"

#include <deque>
#include <string>

namespace dnnc::stepper {

class Machine {
public:
  Machine(const Instruction &instruction, const Mapping &mapping, const Target &target);
  Result run();

private:
  /// A multiplier of a PE and how far it is in its part of the pass.
  struct Multiplier {
    Block block;
    Extents at{}; // index of its next MAC
    int64_t left = 0;
  };
  struct Pe {
    Layout::Position position;
    InputSpad ifmap, weight;
    PsumSpad psum;
    std::vector<Multiplier> multipliers;
    uint32_t chain = 0;
    bool firstOfChain = false;
  };
  struct Pass {
    int64_t number = 0; // from 1
    Block block;
    // What it needs that the pass before did not.
    bool newIfmap = true, newWeights = true, newPsums = true;
    bool slides = false;      // its ifmap windows are moved on from those before
    bool psumsReturn = false; // its new psums are in the psum memory
    bool rampsUp = true;      // all that is new comes once the pass before has computed
    bool isBorder = true;     // ends what is sent ahead; its own psums come once it has begun
  };
  /// A psum on its way along a chain of PEs, and out of it.
  struct Flit {
    int64_t psum, key; // key: its name among those that leave
    int64_t residency; // after which it left
    uint32_t chain;
    size_t member = 0; // of the chain that is asked next for its part
    int64_t parts = 0; // added so far
    int64_t age = 0;   // cycles
    Psum sum{};
  };
  struct Outgoing {
    uint32_t chain;
    int64_t psum, key, residency; // as of a flit
    bool finished;                // it leaves through the output path
  };
  struct PsumInMemory {
    Psum sum;
    int64_t begun = 0;    // residencies so far, of passes planned
    int64_t retired = 0;  // of these, it has left the PEs' resident psums
    int64_t onTheWay = 0; // of these, it has not arrived here yet
    int64_t forwards = 0; // of these, it is wanted again already
  };

  // The passes (Machine.cpp)
  bool plan();
  bool slidesFrom(const Block &before, const Block &block) const;
  void lookAhead();
  void rampUp(const Pass &pass);
  void turn(const Pass &pass);
  void retirePsums(const Pass &pass);
  int64_t keyOf(int64_t psum) const;
  void checkData() const;
  [[noreturn]] void fail(const std::string &message) const;

  // What goes where (Delivery.cpp)
  std::vector<int64_t> ifmapWords(const Pe &pe, const Block &block) const;
  void requestIfmap(const Pass &pass, const Block &before);
  void sendIfmap(const Pass &pass, const Block &before);
  void sendWeights(const Pass &pass);
  void sendPsums(const Pass &pass);
  void sendRequests(Network &network, const Pass &pass, bool multicast, int64_t bytes, int64_t &fetched);
  void keepIfmap(const Pass &pass);
  /// Every psum of a block with its chain, all chains in turn.
  std::vector<std::pair<uint32_t, int64_t>> psumsOf(const Block &block) const;
  int64_t ifmapWord(int64_t n, int64_t g, int64_t c, int64_t h, int64_t w) const;
  int64_t weightWord(int64_t g, int64_t m, int64_t c, int64_t r, int64_t s) const;
  int64_t psumWord(int64_t n, int64_t g, int64_t m, int64_t p, int64_t q) const;

  // The clock (Clock.cpp)
  void connect();
  void fill();
  void awaitParameters();
  void stage(bool endsStretch);
  void drainAlone();
  /// One cycle of everything; of multipliers and of the drain only if told so.
  void tick(bool multipliersRun, bool psumsLeave);
  bool advanceChains();
  void passOn(Flit &flit);
  bool isThrough(const Flit &flit) const;
  void arrive(const Flit &flit);
  bool drainPsums();
  bool compute();
  bool readParameters();
  /// Does the next MAC of a multiplier; false when that waits for a word, or for room among the psums.
  bool multiply(Pe &pe, Multiplier &multiplier);
  Value productOf(Value x, Value w) const;
  Value sumOf(Value a, Value b) const;

  const Instruction &tile;
  const Target &target;
  const Array &array;
  Layout layout;
  Sequencer sequencer;
  bool isFloat;
  double macRate;
  int64_t ifmapBytes, weightBytes, psumBytes; // of an element
  int64_t wordsOfIfmapElement, wordsOfWeight; // in a spad
  bool ifmapStreams, weightStreams, psumsStream;
  // Whether the words of a pass may come, or leave, while another one computes.
  bool ifmapOverlaps = true, weightOverlaps = true, psumsOverlap = true;

  std::vector<Pe> pes;
  std::vector<std::vector<uint32_t>> chains; // PEs that share psums, in the order they pass them on
  Network ifmapNetwork, weightNetwork, psumNetwork;
  struct Request {
    int64_t word;
    uint32_t receiver;
    uint32_t order; // of the word among those its receiver gets for the pass
  };
  std::vector<Request> requests; // of one operand
  std::vector<PsumInMemory> psumMemory;
  std::vector<bool> ifmapSeen, weightSeen;

  std::deque<Pass> ahead; // planned, not begun
  Pass now;
  std::optional<Pass> lastPlanned;
  bool atEnd = false; // no pass left to plan

  std::vector<uint32_t> computing; // PEs with MACs left
  int64_t stageCycles = 0;
  bool psumsReturned = false; // those of the pass that computes were in the memory
  std::deque<Outgoing> outgoing;
  int64_t outgoingMoved = 0; // bytes of the first of them
  std::deque<Flit> flits;
  int64_t residencies = 0;               // times that psums left
  int64_t paramsLeft = 0, tableLeft = 0; // bytes to read
  int64_t stillFor = 0;                  // cycles without any progress
  Work work;
};

} // namespace dnnc::stepper

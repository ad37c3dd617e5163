// The array as a machine: PEs with their spads, chains along which psums leave, networks, memories, a clock.
//
// Passes go through it in step: while one computes, the words of the next come in and the psums of the one
// before leave; when all three are done, the array turns to the next pass. Words that may not come in beside
// the pass that computes come after it: a ramp-up. Operands whose spads stream are not tied to single passes:
// their words are sent ahead, up to the next ramp-up, and a PE that needs one that is not there waits for it.
// Where ifmap words stream, each chain turns to the next pass by itself as long as nothing comes for it that
// does not stream.
#pragma once

#include "runtime/Stepper/Formats.h"
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
  /// A multiplier of a PE, or all that go in lockstep, and how far it is in its part of the pass.
  struct Multiplier {
    Block block;
    Extents at{}; // index of its next MAC
    int64_t left = 0;
    bool holdsElement = false; // in lockstep: the ifmap element of its column has been read
  };
  struct Pe {
    Layout::Position position;
    InputSpad ifmap, weight;
    PsumSpad psum;
    std::vector<Multiplier> multipliers;
    uint32_t chain = 0, team = 0;
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
    size_t teamsDone = 0;     // whose psums have left theirs
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
    int64_t cycle;                // in which it goes, from when its team's psums begin to leave
  };
  struct PsumInMemory {
    Psum sum;
    int64_t begun = 0;    // residencies so far, of passes planned
    int64_t retired = 0;  // of these, it has left the PEs' resident psums
    int64_t onTheWay = 0; // of these, it has not arrived here yet
    int64_t forwards = 0; // of these, it is wanted again already
  };
  /// Chains that turn to their next pass together: each by itself where the ifmap streams, otherwise all.
  struct Team {
    std::vector<uint32_t> pes, chains;
    int64_t pass = 0;                // in which it is
    std::vector<uint32_t> computing; // PEs with MACs left
    int64_t stageCycles = 0;
    bool psumsReturned = false; // those of its pass were in the memory
    // Psums that leave, unless they stream. Each chain has the way out in its turn, so they take the time of
    // all chains' psums.
    std::deque<Outgoing> outgoing;
    bool retired = false;                  // those of its pass
    int64_t drainAge = 0, drainCycles = 0; // cycles since they began to leave; until all chains' are out
    int64_t chainLength = 0;               // PEs through which they go
    bool drains() const { return drainAge < drainCycles; }
  };

  // What is there, and in which form (Machine.cpp)
  void checkData() const;
  void checkAddresses(const char *operand, int64_t columns, const Format &format, const AddressSpad &spad) const;
  void chooseFormats();
  bool skips(bool isSkipped, NocFormat format, const Format &sent) const;
  /// Words that the PE's part of the tile that begins there takes in its weight spad.
  int64_t weightWordsOf(const Extents &start) const;
  int64_t fullestWeights() const;
  void makePes();
  [[noreturn]] void fail(const std::string &message) const;

  // The passes (Passes.cpp)
  bool plan();
  bool slidesFrom(const Block &before, const Block &block) const;
  void lookAhead();
  Pass &passAt(int64_t number) { return passes[static_cast<size_t>(number - passes.front().number)]; }
  Pass *passAfter(int64_t number);
  void rampUp(const Pass &pass);
  void turn(Team &team, const Pass &pass);
  void startMultipliers(Team &team, const Pass &pass);
  void beginTogether(const Pass &pass);
  bool comesInSteps(const Pass &pass) const;
  bool hasComputed(const Team &team) const;
  bool turnAlone(Team &team);
  bool allMeet();
  bool turnTogether();
  void retirePsums(Team &team, Pass &pass);
  int64_t keyOf(int64_t psum) const;

  // What goes where (Delivery.cpp)
  std::vector<int64_t> ifmapWords(const Pe &pe, const Block &block) const;
  void requestIfmap(const Pass &pass, const Block &before);
  void requestWeights(uint32_t receiver, const Block &part);
  void sendIfmap(const Pass &pass, const Block &before);
  int64_t addressesIn(const Format &format, size_t elements) const;
  void sendWeights(const Pass &pass);
  void sendPsums(const Pass &pass);
  void sendRequests(Network &network, const Pass &pass, const Format &format, bool multicast, size_t elements,
                    int64_t &fetched);
  void sendAsItIs(const Format &format, bool multicast, size_t elements);
  void keepIfmap(Pe &pe, const Pass &pass);
  std::vector<int64_t> psumsOf(uint32_t chain, const Block &block) const;
  /// Every psum of a block with its chain, all chains in turn.
  std::vector<std::pair<uint32_t, int64_t>> psumsOf(const Block &block) const;
  int64_t ifmapWord(int64_t n, int64_t g, int64_t c, int64_t h, int64_t w) const;
  int64_t weightWord(int64_t g, int64_t m, int64_t c, int64_t r, int64_t s) const;
  int64_t psumWord(int64_t n, int64_t g, int64_t m, int64_t p, int64_t q) const;
  /// Zeros that are stored with the non-zeros of a column of weights so that multipliers in lockstep always
  /// find as many as they are.
  int64_t paddingOf(int64_t g, int64_t firstM, int64_t count, int64_t c, int64_t r, int64_t s) const;
  bool isZero(Value value) const;

  // The clock (Clock.cpp)
  void connect();
  /// Gives a word to its PEs; the number of spad words that are written.
  int64_t receive(const Parcel &parcel, const Network &network, InputSpad Pe::*spad, Value value,
                  const char *operand, const Spad &size);
  void fill();
  /// Where deliveries take no time: what has been sent arrives.
  void deliverAtOnce();
  void awaitParameters();
  void drainAlone();
  /// One cycle of everything; of multipliers and of the drain only if told so.
  void tick(bool multipliersRun, bool psumsLeave);
  bool advanceChains();
  void passOn(Flit &flit);
  bool isThrough(const Flit &flit) const;
  void arrive(const Flit &flit);
  int64_t bytesOut(bool finished) const;
  /// Bytes in a cycle of what leaves: results, or other psums.
  int64_t paceOut(bool finished) const;
  /// Until so many of them are out.
  int64_t cyclesOut(int64_t psums, bool finished) const;
  void letOut(const Outgoing &psum);
  bool drainPsums();
  bool drainStream();
  bool readParameters();

  // The multipliers (Multiply.cpp)
  struct Operands {
    Value x = 0, w = 0;
  };
  bool compute();
  /// Goes on to the next product that is not skipped; false when there is none, or a word or a psum's room is
  /// missing.
  bool settle(Pe &pe, Multiplier &multiplier);
  /// One step: a MAC, or in lockstep as many of a column of weights as there are multipliers. False when it
  /// waits.
  bool step(Pe &pe, Multiplier &multiplier);
  /// Those that multipliers in lockstep take next, which stand in the spad together.
  bool weightsAreThere(Pe &pe, const Multiplier &multiplier);
  /// What a step in lockstep reads: the ifmap element of its column unless it is held, and a weight for every
  /// multiplier that the PE has.
  void readAddresses(const Multiplier &multiplier, const Extents &e);
  void readTogether(Multiplier &multiplier);
  bool fetch(Pe &pe, const Extents &e, Operands &operands);
  Psum *cellOf(Pe &pe, const Extents &e);
  bool isSkipped(const Operands &operands) const;
  void advance(Multiplier &multiplier) const;
  void multiply(Psum &cell, const Operands &operands);
  Value productOf(Value x, Value w) const;
  Value sumOf(Value a, Value b) const;

  const Instruction &tile;
  const Target &target;
  const Array &array;
  Layout layout;
  Sequencer sequencer;
  bool isFloat;
  double macRate;
  int64_t psumBytes;
  bool lockstep;     // the multipliers of a PE take the weights of a column together
  int64_t lanes = 1; // that many of them; 1 where each goes by itself
  Format ifmapFormat, weightFormat;
  bool skipsIfmap = false, skipsWeights = false;
  bool ifmapStreams, weightStreams, psumsStream;
  // Whether the words of a pass may come, or leave, while another one computes.
  bool ifmapOverlaps = true, weightOverlaps = true, psumsOverlap = true;

  std::vector<Pe> pes;
  std::vector<std::vector<uint32_t>> chains; // PEs that share psums, in the order they pass them on
  std::vector<Team> teams;
  Network ifmapNetwork, weightNetwork, psumNetwork;
  struct Request {
    int64_t word;
    uint32_t receiver;
    uint32_t order; // of the word among those its receiver gets for the pass
    int64_t bits, spadWords;
  };
  std::vector<Request> requests; // of one operand
  std::vector<PsumInMemory> psumMemory;
  std::vector<bool> ifmapSeen, weightSeen;
  int64_t ifmapBitsRead = 0, weightBitsRead = 0, ifmapHopBits = 0, weightHopBits = 0;

  std::deque<Pass> passes; // planned; those that every team has left are gone
  bool atEnd = false;      // no pass left to plan

  std::deque<Outgoing> outgoing; // psums that stream out
  int64_t outgoingMoved = 0;     // bytes of the first of them
  std::deque<Flit> flits;
  int64_t residencies = 0;               // times that psums left
  int64_t paramsLeft = 0, tableLeft = 0; // bytes to read
  int64_t stillFor = 0;                  // cycles without any progress
  Work work;
};

} // namespace dnnc::stepper

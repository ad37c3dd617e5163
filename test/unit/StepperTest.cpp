// LINK: DnncStepper
#include "dnnc/Error.h"
#include "runtime/Stepper/Layout.h"
#include "runtime/Stepper/Network.h"
#include "runtime/Stepper/Spads.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <random>

using namespace dnnc;
using namespace dnnc::stepper;

namespace {

Target machine() {
  Target target;
  Memory glb;
  glb.readBytesPerCycle = glb.writeBytesPerCycle = 1 << 20;
  target.memories = {glb};
  Array &array = target.array;
  array.peRows = array.peColumns = 2;
  array.pipelineDepth = 4;
  array.macRate = {{ElementType::I8, 1}, {ElementType::F32, 0.25}};
  array.ifmapSpad.words = array.weightSpad.words = array.psumSpad.words = 1 << 20;
  array.ifmapSpad.doubleBuffered = array.weightSpad.doubleBuffered = array.psumSpad.doubleBuffered = true;
  array.psumSpad.bits = 32;
  array.ifmapNoc.bytesPerCycle = 8;
  array.weightNoc.bytesPerCycle = 1;
  array.psumNoc.bytesPerCycle = 2;
  return target;
}

/// 2 × 2 PEs over M and C, 4 × 4 outputs in a PE, 3 × 3 filters one weight a pass.
Mapping weightStationary() {
  Mapping mapping;
  mapping.passes = {{M, 2}, {R, 3}, {S, 3}};
  mapping.peRows = {{M, 2}};
  mapping.peColumns = {{C, 2}};
  mapping.spad = {{P, 4}, {Q, 4}};
  return mapping;
}

/// A 3 × 3 convolution of two channels to four over 6 × 6, all inputs and weights 1, biases 100.
Instruction convolution() {
  Instruction tile;
  tile.extents = {1, 1, 4, 2, 4, 4, 3, 3};
  tile.ifmapH = tile.ifmapW = tile.ifmapRows = tile.ifmapColumns = 6;
  tile.ifmap.assign(2 * 36, 1);
  tile.weight.assign(4 * 2 * 9, 1);
  tile.start.assign(4 * 16, 100);
  return tile;
}

std::string errorOf(const std::function<void()> &action) {
  try {
    action();
  } catch (const Error &error) {
    return error.what();
  }
  return "";
}

TEST(WordTable, FindsWhatWasPutAndNotTaken) {
  WordTable<int64_t> table;
  std::map<int64_t, int64_t> model;
  std::mt19937 random(1);
  for (int i = 0; i < 20000; ++i) {
    int64_t word = random() % 200;
    if (model.contains(word) && random() % 2) {
      EXPECT_EQ(table.take(word), model[word]);
      model.erase(word);
    } else {
      table.at(word) = model[word] = i;
    }
    ASSERT_EQ(table.size(), static_cast<int64_t>(model.size()));
    int64_t other = random() % 200;
    ASSERT_EQ(table.find(other) != nullptr, model.contains(other));
  }
  table.clear();
  EXPECT_EQ(table.find(model.begin()->first), nullptr);
}

TEST(InputSpad, HoldsAsManyWordsAsItHas) {
  Spad four;
  four.words = 4;
  InputSpad spad(four); // of elements of two words
  EXPECT_TRUE(spad.receive(1, 0, 10, 2));
  EXPECT_TRUE(spad.receive(1, 1, 11, 2));
  EXPECT_FALSE(spad.receive(2, 2, 12, 2));
  EXPECT_EQ(spad.read(0), nullptr); // for the next pass
  EXPECT_TRUE(spad.turn(1));
  EXPECT_EQ(*spad.read(1), 11);
  EXPECT_EQ(spad.read(2), nullptr);
  EXPECT_FALSE(spad.receive(2, 2, 12, 2)); // no room beside them
  spad.keep({1});
  EXPECT_TRUE(spad.receive(2, 2, 12, 2));
  EXPECT_TRUE(spad.turn(2));
  EXPECT_EQ(*spad.read(1), 11);
  EXPECT_EQ(*spad.read(2), 12);
  EXPECT_EQ(spad.read(0), nullptr);
  EXPECT_EQ(spad.words(), 4);
  EXPECT_FALSE(spad.receiveNow(3, 1, 1));
  spad.keep({1});
  EXPECT_TRUE(spad.receiveNow(4, 0, 0)) << "a zero of which a mask tells";
  EXPECT_EQ(*spad.read(4), 0);
  EXPECT_EQ(spad.words(), 2);
}

TEST(InputSpad, ASecondSetTakesTheNextPass) {
  Spad two;
  two.words = 2;
  two.doubleBuffered = true;
  InputSpad spad(two);
  for (int64_t pass = 1; pass <= 3; ++pass) {
    EXPECT_TRUE(spad.receive(pass, 2 * pass, 0, 1));
    EXPECT_TRUE(spad.receive(pass, 2 * pass + 1, 0, 1));
    EXPECT_FALSE(spad.receive(pass, 100, 0, 1));
    if (pass == 3) {
      EXPECT_FALSE(spad.turn(pass)) << "with the words of the pass before still there";
    } else {
      spad.keep({});
      EXPECT_TRUE(spad.turn(pass));
    }
  }
}

TEST(InputSpad, AStreamQueuesForPassesToCome) {
  Spad two;
  two.words = 2;
  two.streams = true;
  InputSpad spad(two);
  for (int64_t word = 0; word < 6; ++word)
    EXPECT_TRUE(spad.receive(1 + word / 2, word, word, 1));
  EXPECT_TRUE(spad.turn(1));
  EXPECT_TRUE(spad.holds(0) && spad.holds(1) && !spad.holds(2));
  spad.keep({1});
  EXPECT_FALSE(spad.turn(2)) << "a word is kept, two come, there are two";
  spad.keep({});
  EXPECT_TRUE(spad.turn(3));
  EXPECT_EQ(*spad.read(4), 4);
  spad.keep({});
  EXPECT_TRUE(spad.receiveNow(7, 1, 1) && spad.receiveNow(8, 1, 1));
  EXPECT_FALSE(spad.receiveNow(9, 1, 1));
}

TEST(PsumSpad, LeavingAndComingPsumsTakeRoom) {
  Spad two;
  two.words = 2;
  PsumSpad spad(two);
  ASSERT_TRUE(spad.begin(0));
  ASSERT_TRUE(spad.begin(1));
  EXPECT_FALSE(spad.begin(2));
  EXPECT_FALSE(spad.reserve(2));
  spad.retire([](int64_t psum) { return psum + 10; });
  EXPECT_EQ(spad.find(0), nullptr);
  EXPECT_FALSE(spad.begin(2)) << "both still leave";
  spad.release(10); // to the link
  EXPECT_TRUE(spad.begin(2));
  spad.collect(10);
  EXPECT_FALSE(spad.reserve(3));
  spad.release(11);
  spad.collect(11);
  EXPECT_TRUE(spad.reserve(3));
  spad.reserved(3)->value = 7;
  spad.retire([](int64_t psum) { return psum; });
  spad.turn(3);
  EXPECT_EQ(spad.find(3)->value, 7);

  two.doubleBuffered = true;
  PsumSpad sets(two);
  EXPECT_TRUE(sets.begin(0) && sets.begin(1));
  EXPECT_FALSE(sets.begin(2)) << "a set is full";
  EXPECT_TRUE(sets.reserve(3) && sets.reserve(4));
  EXPECT_FALSE(sets.reserve(5));

  two.streams = true;
  PsumSpad queued(two);
  EXPECT_TRUE(queued.begin(0) && queued.begin(1));
  for (int64_t psum = 2; psum < 9; ++psum)
    EXPECT_TRUE(queued.reserve(psum));
  EXPECT_FALSE(queued.begin(2)) << "its own words are two all the same";
}

Parcel parcelOf(int64_t word, int64_t bits) {
  return {.pass = 1,
          .word = word,
          .bits = bits,
          .spadWords = 1,
          .firstReceiver = 0,
          .receivers = 0,
          .hopBits = 0,
          .after = 0};
}

TEST(Network, MovesBitsAndWaitsForRoom) {
  Network network(3, 0);
  std::vector<int64_t> arrived;
  bool room = true;
  network.admit = [&](const Parcel &) { return room; };
  network.arrive = [&](const Parcel &parcel) { arrived.push_back(parcel.word); };
  for (int64_t word : {5, 6, 7})
    network.send(parcelOf(word, 16));
  EXPECT_EQ(network.move(100), 24);
  EXPECT_EQ(arrived, std::vector<int64_t>{5});
  network.movedNow = 0;
  room = false;
  EXPECT_EQ(network.move(100), 7) << "the last bit of a word needs room";
  room = true;
  EXPECT_EQ(network.move(100), 17);
  EXPECT_EQ(arrived, (std::vector<int64_t>{5, 6, 7}));
  EXPECT_TRUE(network.idle());
}

TEST(Network, AWordWithoutBitsComesWithTheOneBefore) {
  Network network(1, 0);
  std::vector<int64_t> arrived;
  network.arrive = [&](const Parcel &parcel) { arrived.push_back(parcel.word); };
  for (int64_t bits : {8, 0, 0, 4, 4, 0})
    network.send(parcelOf(bits, bits));
  EXPECT_EQ(network.move(8), 8);
  EXPECT_EQ(arrived, (std::vector<int64_t>{8, 0, 0}));
  EXPECT_FALSE(network.idle());
  network.movedNow = 0;
  EXPECT_EQ(network.move(8), 8);
  EXPECT_TRUE(network.idle());
}

TEST(Network, TheOneWithMostLeftGoesFirstAtANarrowPort) {
  Target target = machine();
  target.memories[0].readBytesPerCycle = 10;
  Network wide(8, 0), narrow(8, 0);
  for (Network *network : {&wide, &narrow}) {
    network->arrive = [](const Parcel &) {};
    for (int i = 0; i < (network == &wide ? 80 : 20); ++i)
      network->send(parcelOf(i, 8));
  }
  Network *both[] = {&wide, &narrow};
  int cycles = 0;
  for (; !wide.idle() || !narrow.idle(); ++cycles)
    deliver(both, target);
  EXPECT_EQ(cycles, 10); // 100 bytes; and 80 bytes on a network of 8
}

TEST(Layout, SpreadsAPassOverPes) {
  Target target = machine();
  target.array.clusterColumns = 2;
  target.array.macsPerPe = 2;
  Mapping mapping;
  mapping.clusterColumns = {{P, 2}};
  mapping.peRows = {{M, 2}};
  mapping.peColumns = {{P, 2}};
  mapping.macs = {{Q, 2}};
  mapping.spad = {{Q, 3}};
  mapping.passes = {{P, 2}, {Q, 2}};
  Extents tile = {1, 1, 2, 1, 7, 8, 1, 1};
  Layout layout(mapping, tile, target);
  EXPECT_EQ(layout.pes.size(), 8u);
  EXPECT_EQ(layout.multipliers.size(), 2u);
  EXPECT_EQ(layout.multipliers[1][Q], 3);
  EXPECT_EQ(layout.pes[3].offset, (Extents{0, 0, 1, 0, 1, 0, 0, 0}));
  EXPECT_EQ(layout.pes[3].node, 0);
  EXPECT_EQ(layout.pes[4].offset, (Extents{0, 0, 0, 0, 2, 0, 0, 0}));
  EXPECT_EQ(layout.pes[4].node, 1);
  EXPECT_TRUE(layout.overPes[P] && layout.overPes[M] && !layout.overPes[Q] && layout.overMultipliers[Q]);

  Sequencer sequencer(mapping, layout.perPass, tile);
  std::vector<std::array<int64_t, 4>> blocks;
  while (std::optional<Block> pass = sequencer.next())
    blocks.push_back({pass->start[P], pass->count[P], pass->start[Q], pass->count[Q]});
  EXPECT_EQ(blocks,
            (std::vector<std::array<int64_t, 4>>{{0, 4, 0, 6}, {0, 4, 6, 2}, {4, 3, 0, 6}, {4, 3, 6, 2}}));
}

TEST(Layout, NamesWhatTheArrayLacks) {
  Target target = machine();
  Mapping mapping = weightStationary();
  mapping.peRows = {{M, 4}};
  EXPECT_EQ(errorOf([&] { step(convolution(), mapping, target); }),
            "a mapping uses 4 PE rows; the array has 2");
  mapping = weightStationary();
  mapping.passes = {{M, 2}, {R, 3}};
  EXPECT_EQ(errorOf([&] { step(convolution(), mapping, target); }),
            "a mapping covers 1 of dimension 7; the tile has 3");
  mapping.macs = {{8, 1}};
  EXPECT_EQ(errorOf([&] { step(convolution(), mapping, target); }),
            "a mapping has factor 1 of dimension 8; need a factor of at least 1 of dimension 0 to 7");
}

TEST(Stepper, OverlapsFillsAndDrainsInSecondSets) {
  Result result = step(convolution(), weightStationary(), machine());
  // Each pass computes 16 MACs a PE while 2 · 16 inputs (4 cycles) and 4 weights (4 cycles) come in. 2 · 16
  // outputs of a byte drain in 16 cycles behind the tenth pass, and at the end after the pipeline's 4 cycles
  // and the chain's one.
  EXPECT_EQ(result.work.cycles, 4 + 18 * 16 + 4 + 1 + 16);
  EXPECT_EQ(result.work.passes, 18);
  EXPECT_EQ(result.work.activePes, 4);
  EXPECT_EQ(result.work.macs, 4 * 2 * 16 * 9);
  EXPECT_EQ(result.work.ifmapRead, 18 * 2 * 16);
  EXPECT_EQ(result.work.ifmapSpadWritten, 18 * 4 * 16);
  EXPECT_EQ(result.work.weightRead, 4 * 2 * 9);
  EXPECT_EQ(result.work.outputWritten, 64);
  EXPECT_EQ(result.work.psumHops, 64 * 4 + 64); // a psum to the neighbour, a result to the memory
  EXPECT_EQ(result.work.psumSpadRead, result.work.macs + 2 * 64);
  EXPECT_EQ(result.psums, std::vector<Value>(64, 100 + 18));
}

TEST(Stepper, FillsAndDrainsInBetweenWhereThereIsNoRoom) {
  Target target = machine();
  for (Spad *spad : {&target.array.ifmapSpad, &target.array.weightSpad, &target.array.psumSpad})
    spad->doubleBuffered = false;
  target.array.ifmapSpad.words = target.array.psumSpad.words = 16;
  target.array.weightSpad.words = 1;
  EXPECT_EQ(step(convolution(), weightStationary(), target).work.cycles, 18 * (4 + 16) + 2 * (4 + 1 + 16));
  target.array.fillsInTurn = true;
  EXPECT_EQ(step(convolution(), weightStationary(), target).work.cycles,
            18 * (4 + 4 + 16) + 2 * (4 + 1 + 16));
  target.array.psumsStartInMemory = true; // 32 psums of 4 bytes at 2 bytes a cycle
  EXPECT_EQ(step(convolution(), weightStationary(), target).work.cycles,
            18 * (4 + 4 + 16) + 2 * 64 + 2 * (4 + 1 + 16));
}

TEST(Stepper, SlidesAWindowAlongARow) {
  Target target = machine();
  target.array.ifmapSpad.slides = true;
  Mapping mapping; // a filter row in a PE, rows of the filter and of the output over PEs
  mapping.spad = {{S, 3}};
  mapping.passes = {{M, 4}, {C, 2}, {P, 2}, {R, 3}, {Q, 4}};
  mapping.peColumns = {{P, 2}};
  Result result = step(convolution(), mapping, target);
  // Of each row that a pass reads 3 columns are new where a row begins, then one by one.
  EXPECT_EQ(result.work.ifmapFetched, 4 * 2 * 2 * 3 * 2 * 6);
  EXPECT_EQ(result.psums, std::vector<Value>(64, 100 + 18));
  target.array.ifmapSpad.slides = false;
  EXPECT_EQ(step(convolution(), mapping, target).work.ifmapFetched, 4 * 2 * 2 * 3 * 2 * 12);
}

TEST(Stepper, AWindowSpreadOverPesDoesNotSlide) {
  Target target = machine();
  target.array.ifmapSpad.slides = true;
  target.array.peColumns = 3;
  Mapping mapping;
  mapping.passes = {{M, 4}, {C, 2}, {P, 4}, {R, 3}, {Q, 4}};
  mapping.peColumns = {{S, 3}}; // the next column of one PE is another's last
  EXPECT_EQ(step(convolution(), mapping, target).work.ifmapFetched, 4 * 2 * 4 * 3 * 12);
}

TEST(Stepper, SpilledPsumsComeBack) {
  Mapping mapping = weightStationary();
  mapping.passes = {{R, 3}, {S, 3}, {M, 2}};
  Result result = step(convolution(), mapping, machine());
  EXPECT_EQ(result.work.psumWritten, 8 * 64 * 4);
  EXPECT_EQ(result.work.psumRead, 8 * 64 * 4);
  EXPECT_EQ(result.work.outputWritten, 64);
  EXPECT_EQ(result.psums, std::vector<Value>(64, 100 + 18));
}

TEST(Stepper, GatesZerosThatItReads) {
  Target target = machine();
  target.array.zeroGating = {true, true, true, 0};
  Instruction tile = convolution();
  tile.originH = -1; // a row of padding
  tile.ifmapH = 5;
  tile.ifmap.assign(2 * 36, 1);
  tile.ifmap[1 * 6 + 1] = 0; // in channel 0, read by 3 rows and 2 columns of outputs
  Result result = step(tile, weightStationary(), target);
  int64_t zeros = 4 * (2 * 4 * 3 + 3 * 2);
  EXPECT_EQ(result.work.zeroMacs, zeros);
  EXPECT_EQ(result.work.ifmapSpadRead, result.work.macs);
  EXPECT_EQ(result.work.weightSpadRead, result.work.macs - zeros);
  EXPECT_EQ(result.work.psumSpadWritten, result.work.macs - zeros);
}

TEST(Stepper, OverfullSpadsAreErrors) {
  auto messageWith = [](Spad Array::*spad, int64_t words) {
    Target target = machine();
    (target.array.*spad).doubleBuffered = false;
    (target.array.*spad).words = words;
    return errorOf([&] { step(convolution(), weightStationary(), target); });
  };
  EXPECT_EQ(messageWith(&Array::ifmapSpad, 15),
            "pass 0, cycle 4: an ifmap word has no room in PE 0: 0 words resident and 15 coming in, of 15");
  EXPECT_EQ(messageWith(&Array::weightSpad, 0),
            "pass 0, cycle 1: a weight has no room in PE 0: 0 words resident and 0 coming in, of 0");
  EXPECT_EQ(messageWith(&Array::psumSpad, 15), "pass 1, cycle 20: PE 0 has 15 psums; its spad has 15 words");
}

TEST(Stepper, SaysWhichDataIsMissing) {
  Instruction tile = convolution();
  tile.weight.pop_back();
  EXPECT_EQ(errorOf([&] { step(tile, weightStationary(), machine()); }),
            "an instruction has 71 values of its weight; need 72");
  tile = convolution();
  tile.ifmapRow = 1;
  EXPECT_EQ(errorOf([&] { step(tile, weightStationary(), machine()); }),
            "an instruction reads ifmap rows 0 to 5; it has 6 from 1");
  tile = convolution();
  tile.ifmapType = ElementType::I64;
  EXPECT_EQ(errorOf([&] { step(tile, weightStationary(), machine()); }), "the array has no MACs for int64");
}

} // namespace

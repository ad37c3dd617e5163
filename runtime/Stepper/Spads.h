// The spads of a PE: bounded storage, words known by what they are.
//
// The words of the pass that computes are resident. Those of the next pass come in beside them: into a second
// set (Spad::doubleBuffered) or into what is left of the spad. Where the spad streams (Spad::streams), words
// of passes to come wait in a queue before it, and psums that leave in one behind it; both are as long as
// they have to be.
#pragma once

#include "dnnc/Target.h"
#include "runtime/Stepper/Stepper.h"
#include "runtime/Stepper/WordTable.h"

#include <deque>

namespace dnnc::stepper {

/// Ifmap elements or weights of one PE. An element may take no word: a zero of which only an address or a
/// mask tells.
class InputSpad {
public:
  explicit InputSpad(const Spad &spad) : spad(&spad) {}

  bool holds(int64_t element) { return resident.find(element) != nullptr; }
  /// An element of so many words for a pass to come arrives; false when there is no room for it.
  [[nodiscard]] bool receive(int64_t pass, int64_t element, Value value, int64_t words);
  /// An element for the pass that computes.
  [[nodiscard]] bool receiveNow(int64_t element, Value value, int64_t words);
  /// Drops all but `kept`, which have to be resident.
  void keep(const std::vector<int64_t> &kept);
  /// What came in for the pass is resident from now on; false when that is too much.
  [[nodiscard]] bool turn(int64_t pass);
  /// Null when the element is not there.
  const Value *read(int64_t element) {
    const Element *found = resident.find(element);
    return found ? &found->value : nullptr;
  }

  int64_t words() const { return residentWords; }
  int64_t comingWords() const { return allComing; }

private:
  struct Element {
    Value value = 0;
    int64_t words = 0;
  };
  struct Coming {
    int64_t pass, element;
    Element content;
  };
  void put(int64_t element, const Element &content);

  const Spad *spad;
  WordTable<Element> resident;
  std::deque<Coming> coming;
  int64_t residentWords = 0, allComing = 0;
};

struct Psum {
  Value value = 0;
  int64_t macs = 0; // that went into it, of this instruction
};

/// Psums of one PE; each takes a word. Those of the pass before may still be leaving, those of the next be
/// coming.
class PsumSpad {
public:
  explicit PsumSpad(const Spad &spad) : spad(&spad) {}

  Psum *find(int64_t psum) { return resident.find(psum); }
  /// A cell for a psum that the pass works on; null when there is no room now.
  Psum *begin(int64_t psum);
  /// Keeps a cell for a psum of the next pass that is on its way; false when there is no room now.
  [[nodiscard]] bool reserve(int64_t psum);
  /// The cell kept for it.
  Psum *reserved(int64_t psum) { return coming.find(psum); }
  /// Resident psums leave from now on, under the names `key` gives them: a psum may come again before it has
  /// left all PEs.
  template <typename Key> void retire(Key key) {
    resident.forEach([&](int64_t psum, const Psum &content) { leaving.at(key(psum)) = content; });
    resident.clear();
  }
  /// A psum that came is resident from now on.
  void turn(int64_t psum) {
    if (coming.find(psum))
      resident.at(psum) = coming.take(psum);
  }
  Psum *leaver(int64_t key) { return leaving.find(key); }
  /// One of them moves from the spad to the link to the next PE, where it waits for its turn; then it is
  /// collected.
  void release(int64_t key) { onLink += leaver(key) != nullptr; }
  Psum collect(int64_t key) {
    --onLink;
    return leaving.take(key);
  }

  int64_t words() const { return resident.size(); }
  int64_t leavingWords() const { return leaving.size() - onLink; }
  int64_t comingWords() const { return coming.size(); }

private:
  bool isFull() const; // for one more psum of another pass

  const Spad *spad;
  WordTable<Psum> resident, leaving, coming;
  int64_t onLink = 0;
};

} // namespace dnnc::stepper

#include "runtime/Stepper/Spads.h"

namespace dnnc::stepper {

bool InputSpad::receive(int64_t pass, int64_t element, Value value) {
  int64_t beside = spad->doubleBuffered ? 0 : words();
  if (!spad->streams && beside + comingWords() + wordsPerElement > spad->words)
    return false;
  coming.push_back({pass, element, value});
  return true;
}

bool InputSpad::receiveNow(int64_t element, Value value) {
  resident.at(element) = value;
  return words() <= spad->words;
}

void InputSpad::keep(const std::vector<int64_t> &kept) {
  WordTable<Value> rest;
  for (int64_t element : kept)
    rest.at(element) = *resident.find(element);
  resident.swap(rest);
}

bool InputSpad::turn(int64_t pass) {
  for (; !coming.empty() && coming.front().pass == pass; coming.pop_front())
    resident.at(coming.front().element) = coming.front().value;
  return words() <= spad->words;
}

bool PsumSpad::isFull() const {
  if (spad->streams)
    return false;
  int64_t sets = spad->doubleBuffered ? 2 : 1;
  return words() + leavingWords() + comingWords() + 1 > sets * spad->words;
}

Psum *PsumSpad::begin(int64_t psum) {
  return words() + 1 > spad->words || isFull() ? nullptr : &resident.at(psum);
}

bool PsumSpad::reserve(int64_t psum) {
  if (isFull() || (!spad->streams && comingWords() + 1 > spad->words))
    return false;
  coming.at(psum) = {};
  return true;
}

} // namespace dnnc::stepper

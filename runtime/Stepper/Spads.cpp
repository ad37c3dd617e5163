#include "runtime/Stepper/Spads.h"

namespace dnnc::stepper {

void InputSpad::put(int64_t element, const Element &content) {
  Element &place = resident.at(element);
  residentWords += content.words - place.words;
  place = content;
}

bool InputSpad::receive(int64_t pass, int64_t element, Value value, int64_t words) {
  int64_t beside = spad->doubleBuffered ? 0 : residentWords;
  if (!spad->streams && beside + allComing + words > spad->words)
    return false;
  coming.push_back({pass, element, {value, words}});
  allComing += words;
  return true;
}

bool InputSpad::receiveNow(int64_t element, Value value, int64_t words) {
  put(element, {value, words});
  return residentWords <= spad->words;
}

void InputSpad::keep(const std::vector<int64_t> &kept) {
  WordTable<Element> rest;
  rest.swap(resident);
  residentWords = 0;
  for (int64_t element : kept)
    put(element, *rest.find(element));
}

bool InputSpad::turn(int64_t pass) {
  for (; !coming.empty() && coming.front().pass == pass; coming.pop_front()) {
    put(coming.front().element, coming.front().content);
    allComing -= coming.front().content.words;
  }
  return residentWords <= spad->words;
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

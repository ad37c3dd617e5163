// Finds what a spad holds of a word: open addressing, since every MAC looks up three words.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace dnnc::stepper {

/// Contents by word; words are not negative.
template <typename Content> class WordTable {
public:
  int64_t size() const { return used; }
  bool empty() const { return used == 0; }

  Content *find(int64_t word) {
    for (size_t at = home(word); !cells.empty() && cells[at].word != none; at = next(at))
      if (cells[at].word == word)
        return &cells[at].content;
    return nullptr;
  }

  /// The content of a word; a new one is default-made.
  Content &at(int64_t word) {
    if (Content *known = find(word))
      return *known;
    if (2 * (used + 1) > static_cast<int64_t>(cells.size()))
      grow();
    ++used;
    size_t at = home(word);
    while (cells[at].word != none)
      at = next(at);
    cells[at] = {word, Content()};
    return cells[at].content;
  }

  /// Takes a word out; it has to be there.
  Content take(int64_t word) {
    size_t hole = home(word);
    while (cells[hole].word != word)
      hole = next(hole);
    Content content = cells[hole].content;
    // Words behind the hole move up unless they stand between their home and the hole already.
    for (size_t at = next(hole); cells[at].word != none; at = next(at)) {
      size_t wanted = home(cells[at].word);
      bool stays = hole < at ? wanted > hole && wanted <= at : wanted > hole || wanted <= at;
      if (stays)
        continue;
      cells[hole] = cells[at];
      hole = at;
    }
    cells[hole].word = none;
    --used;
    return content;
  }

  void clear() {
    if (used > 0)
      for (Cell &cell : cells)
        cell.word = none;
    used = 0;
  }

  template <typename Visit> void forEach(Visit visit) const {
    for (const Cell &cell : cells)
      if (cell.word != none)
        visit(cell.word, cell.content);
  }

  void swap(WordTable &other) {
    std::swap(cells, other.cells);
    std::swap(used, other.used);
  }

private:
  static constexpr int64_t none = -1;
  struct Cell {
    int64_t word = none;
    Content content{};
  };

  size_t home(int64_t word) const {
    // The upper half of a multiplication by 2^64 / the golden ratio.
    return (static_cast<uint64_t>(word) * 0x9e3779b97f4a7c15 >> 32) & (cells.size() - 1);
  }
  size_t next(size_t at) const { return (at + 1) & (cells.size() - 1); }

  void grow() {
    std::vector<Cell> old(cells.empty() ? 8 : 2 * cells.size());
    old.swap(cells);
    for (const Cell &cell : old)
      if (cell.word != none) {
        size_t at = home(cell.word);
        while (cells[at].word != none)
          at = next(at);
        cells[at] = cell;
      }
  }

  std::vector<Cell> cells; // a power of two, or none
  int64_t used = 0;
};

} // namespace dnnc::stepper

// The ISA table as the generators see it: rows, fields and where their bits stand, read from the records and
// checked.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/TableGen/Record.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dnnc::tblgen {

struct Enumeration {
  const llvm::Record *record = nullptr;
  std::string name;    // of the table, "PadMode"
  std::string cppType; // set where the type is written by hand elsewhere
  std::vector<std::string> cases;
  std::string meaning;
};

struct Field {
  const llvm::Record *record = nullptr;
  std::string name;   // in the text and in MLIR, "stride_h"
  std::string member; // in C++, "strideH"
  std::string kind;   // FieldKind, "Unsigned"
  bool fixed = false; // a scalar with a place of its own
  int64_t word = 0, lsb = 0, width = 0;
  const Enumeration *enumeration = nullptr;
  std::string meaning;
};

enum class Space { Instruction, Row, LaneStep };

struct Row {
  const llvm::Record *record = nullptr;
  Space space = Space::Instruction;
  std::string mnemonic;   // "lane.add" for a lane step
  std::string structName; // "Load", "TokenRow"; the case of LaneOpcode for a lane step
  std::string opName;     // C++ class of the MLIR op
  int64_t opcode = 0;
  unsigned queues = 0; // bit mask
  unsigned types = 0;  // bit mask over ElementType, for lane steps
  std::vector<Field> fields;
  bool hasSteps = false;
  /// Header and fixed words.
  int64_t fixedWords = 1;
  std::string summary, meaning, example;
};

struct Layout {
  const llvm::Record *record = nullptr;
  std::string name;
  std::vector<Field> fields;
  int64_t words = 0;
  std::string meaning;
};

struct Table {
  std::vector<std::unique_ptr<Enumeration>> enumerations;
  std::vector<Layout> layouts;
  std::vector<Row> rows; // by space, then by opcode
  std::vector<const Row *> in(Space space) const;
  /// Everything that decides the meaning of the bits, in one text, and its hash.
  std::string signature() const;
  uint64_t hash() const;
};

/// Reads and checks the table. Prints an error at its .td line for everything that is wrong; nullopt if
/// anything is.
std::optional<Table> readTable(const llvm::RecordKeeper &records);

std::string camelCase(llvm::StringRef snake, bool capitalizeFirst);

} // namespace dnnc::tblgen

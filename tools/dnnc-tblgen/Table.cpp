// Reads the ISA table from the records and checks that every field can be encoded.
#include "tools/dnnc-tblgen/Table.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TableGen/Error.h"

#include <algorithm>
#include <array>
#include <map>

using namespace llvm;

namespace dnnc::tblgen {
namespace {

/// Header and fixed words of a row; the rest of its length stays free for variable operands.
constexpr int64_t maximalFixedWords = 16;
constexpr int64_t laneStepWords = 2;

class Reader {
public:
  explicit Reader(const RecordKeeper &records) : records(records) {}

  std::optional<Table> read() {
    for (const Record *record : inSourceOrder("Isa_Enum"))
      readEnumeration(record);
    for (const Record *record : inSourceOrder("Isa_Layout"))
      readLayout(record);
    for (auto [space, name] : {std::pair(Space::Instruction, "Isa_Instruction"),
                               std::pair(Space::Row, "Isa_Row"), std::pair(Space::LaneStep, "Isa_LaneStep")})
      for (const Record *record : inSourceOrder(name))
        readRow(record, space);
    llvm::sort(table.rows, [](const Row &a, const Row &b) {
      return std::pair(a.space, a.opcode) < std::pair(b.space, b.opcode);
    });
    checkStepPlaces();
    if (failed)
      return std::nullopt;
    return std::move(table);
  }

private:
  /// TableGen gives records by name; of two rows with one opcode, the later is the one at fault.
  std::vector<const Record *> inSourceOrder(StringRef className) const {
    ArrayRef<const Record *> found = records.getAllDerivedDefinitions(className);
    std::vector<const Record *> ordered(found.begin(), found.end());
    llvm::sort(ordered, [](const Record *a, const Record *b) { return a->getID() < b->getID(); });
    return ordered;
  }

  void error(const Record *where, const Twine &message) {
    PrintError(where->getLoc(), message);
    failed = true;
  }

  void readEnumeration(const Record *record) {
    auto enumeration = std::make_unique<Enumeration>();
    enumeration->record = record;
    enumeration->name = record->getValueAsString("enumName").str();
    enumeration->cppType = record->getValueAsString("cppType").str();
    enumeration->meaning = record->getValueAsString("meaning").str();
    for (StringRef name : record->getValueAsListOfStrings("cases")) {
      if (llvm::is_contained(enumeration->cases, name))
        error(record, "enumeration '" + enumeration->name + "' has the case '" + name + "' twice");
      enumeration->cases.push_back(name.str());
    }
    table.enumerations.push_back(std::move(enumeration));
  }

  const Enumeration *find(const Record *record) const {
    for (const auto &enumeration : table.enumerations)
      if (enumeration->record == record)
        return enumeration.get();
    return nullptr;
  }

  std::vector<Field> readFields(const Record *owner, StringRef what, const DagInit *dag) {
    std::vector<Field> fields;
    for (unsigned i = 0; i < dag->getNumArgs(); ++i) {
      std::string name = dag->getArgNameStr(i).str();
      const auto *value = dyn_cast<DefInit>(dag->getArg(i));
      if (!value || !value->getDef()->isSubClassOf("Isa_Field")) {
        error(owner, "field '" + name + "' of '" + what +
                         "' cannot be encoded: its constraint is not of the kinds in "
                         "IsaBase.td (UInt, SInt, EnumField, IntList, AffineField, …)");
        continue;
      }
      Field field;
      field.record = value->getDef();
      field.name = name;
      field.member = camelCase(name, false);
      field.kind = field.record->getValueAsString("kind").str();
      field.meaning = field.record->getValueAsString("meaning").str();
      field.fixed = field.record->isSubClassOf("Isa_Scalar");
      if (const RecordVal *enumeration = field.record->getValue("enumeration"))
        field.enumeration = find(cast<DefInit>(enumeration->getValue())->getDef());
      if (field.fixed) {
        field.word = field.record->getValueAsInt("word");
        field.lsb = field.record->getValueAsInt("lsb");
        field.width = field.record->getValueAsInt("width");
      }
      for (const Field &other : fields)
        if (other.name == field.name)
          error(field.record, "'" + what + "' has two fields '" + name + "'");
      fields.push_back(std::move(field));
    }
    return fields;
  }

  /// A scalar must lie inside one word, and its member (int64_t) must hold every value of it.
  void checkPlace(const Field &field, StringRef what, int64_t words) {
    std::string where = ("field '" + field.name + "' of '" + what + "' ").str();
    if (field.width < 1 || field.width > 64)
      return error(field.record, where + "cannot be encoded: have a width of " + Twine(field.width) +
                                     " bits, need 1 to 64");
    if (field.lsb < 0 || field.lsb + field.width > 64)
      return error(field.record, where + "cannot be encoded: bits " + Twine(field.lsb) + " to " +
                                     Twine(field.lsb + field.width - 1) + " cross the end of word " +
                                     Twine(field.word));
    if (field.word < 0 || field.word >= words)
      return error(field.record, where + "cannot be encoded: have word " + Twine(field.word) +
                                     ", there are words 0 to " + Twine(words - 1) +
                                     "; variable operands follow them");
    if (field.kind == "Unsigned" && field.width > 63)
      return error(field.record, where +
                                     "cannot be encoded: a number without sign has at most 63 bits, have " +
                                     Twine(field.width));
    if (field.enumeration && field.width < 63 &&
        static_cast<int64_t>(field.enumeration->cases.size()) > (int64_t(1) << field.width))
      return error(field.record, where + "cannot be encoded: " + Twine(field.enumeration->cases.size()) +
                                     " cases of '" + field.enumeration->name + "' do not fit " +
                                     Twine(field.width) + " bits");
  }

  void checkOverlap(ArrayRef<Field> fields, StringRef what) {
    for (size_t i = 0; i < fields.size(); ++i)
      for (size_t j = 0; j < i; ++j) {
        const Field &a = fields[j], &b = fields[i];
        if (!a.fixed || !b.fixed || a.word != b.word || a.lsb + a.width <= b.lsb || b.lsb + b.width <= a.lsb)
          continue;
        error(b.record, "field '" + b.name + "' of '" + what + "' has bits of word " + Twine(b.word) +
                            " that field '" + a.name + "' has too");
        PrintNote(a.record->getLoc(), "field '" + a.name + "' has bits " + Twine(a.lsb) + " to " +
                                          Twine(a.lsb + a.width - 1) + " of the word");
      }
  }

  void readLayout(const Record *record) {
    Layout layout;
    layout.record = record;
    layout.name = record->getName().str();
    layout.meaning = record->getValueAsString("meaning").str();
    layout.fields = readFields(record, layout.name, record->getValueAsDag("parts"));
    for (const Field &field : layout.fields) {
      if (!field.fixed) {
        error(field.record, "part '" + field.name + "' of layout '" + layout.name + "' needs a fixed place");
        continue;
      }
      checkPlace(field, layout.name, maximalFixedWords);
      layout.words = std::max(layout.words, field.word + 1);
    }
    checkOverlap(layout.fields, layout.name);
    table.layouts.push_back(std::move(layout));
  }

  const Layout *header(Space space) const {
    StringRef name = space == Space::Instruction ? "InstructionHeader"
                     : space == Space::Row       ? "RowHeader"
                                                 : "StepHeader";
    for (const Layout &layout : table.layouts)
      if (layout.name == name)
        return &layout;
    return nullptr;
  }

  void readRow(const Record *record, Space space) {
    Row row;
    row.record = record;
    row.space = space;
    row.mnemonic = record->getValueAsString("opName").str();
    row.opName = record->getName().str();
    row.summary = record->getValueAsString("summary").str();
    row.meaning = textOf(record, "meaning");
    row.example = textOf(record, "example");
    row.structName = StringRef(row.opName).drop_back(row.opName.ends_with("Op") ? 2 : 0).str();
    if (!StringRef(row.opName).ends_with("Op"))
      error(record, "have a row named '" + row.opName + "', need a name that ends in 'Op'");
    if (space == Space::Row)
      row.structName += "Row";
    if (space == Space::LaneStep) {
      if (!StringRef(row.structName).starts_with("Lane"))
        error(record, "have a lane step named '" + row.opName + "', need a name that starts with 'Lane'");
      row.structName = StringRef(row.structName).drop_front(4).str();
    }
    row.hasSteps = record->getValue("hasSteps") && record->getValueAsBit("hasSteps");

    const Layout *head = header(space);
    if (!head)
      return error(record,
                   "row '" + row.mnemonic +
                       "' needs the layout of its header: InstructionHeader, RowHeader or StepHeader");
    row.fields = readFields(record, row.mnemonic, record->getValueAsDag("encoded"));
    int64_t words = space == Space::LaneStep ? laneStepWords : maximalFixedWords;
    row.fixedWords = space == Space::LaneStep ? laneStepWords : 1;
    std::vector<Field> all = head->fields;
    for (const Field &field : row.fields) {
      all.push_back(field);
      if (field.fixed) {
        checkPlace(field, row.mnemonic, words);
        row.fixedWords = std::max(row.fixedWords, field.word + 1);
      } else if (space == Space::LaneStep) {
        error(field.record, "field '" + field.name + "' of '" + row.mnemonic +
                                "' cannot be encoded: a lane step has no room for a variable operand");
      }
    }
    checkOverlap(all, row.mnemonic);
    readOpcode(row, *head);
    if (space == Space::Instruction)
      row.queues = readMask(record, "queues", "Queue");
    if (space == Space::LaneStep)
      row.types = readMask(record, "types", "ElementType");
    table.rows.push_back(std::move(row));
  }

  std::string textOf(const Record *record, StringRef name) {
    StringRef text = record->getValueAsString(name).trim();
    if (text.empty())
      error(record, "row '" + record->getValueAsString("opName") + "' has no " + name);
    return text.str();
  }

  void readOpcode(Row &row, const Layout &head) {
    const auto *value = dyn_cast<IntInit>(row.record->getValue("opcode")->getValue());
    if (!value)
      return error(row.record, "row '" + row.mnemonic + "' has no opcode");
    row.opcode = value->getValue();
    int64_t width = 0;
    for (const Field &field : head.fields)
      if (field.name == "opcode")
        width = field.width;
    if (row.opcode < 1 || row.opcode >= int64_t(1) << width)
      error(row.record, "opcode " + Twine(row.opcode) + " of '" + row.mnemonic +
                            "' cannot be encoded: need 1 to " + Twine((int64_t(1) << width) - 1));
    for (const Row &other : table.rows)
      if (other.space == row.space && other.opcode == row.opcode) {
        error(row.record, "opcode " + Twine(row.opcode) + " of '" + row.mnemonic + "' is taken");
        PrintNote(other.record->getLoc(), "by '" + other.mnemonic + "'");
      }
  }

  unsigned readMask(const Record *record, StringRef list, StringRef enumName) {
    unsigned mask = 0;
    for (StringRef name : record->getValueAsListOfStrings(list)) {
      bool known = false;
      for (const auto &enumeration : table.enumerations)
        if (enumeration->name == enumName)
          for (size_t i = 0; i < enumeration->cases.size(); ++i)
            if (enumeration->cases[i] == name) {
              mask |= 1u << i;
              known = true;
            }
      if (!known)
        error(record, "'" + name + "' in " + list + " is no case of " + enumName);
    }
    return mask;
  }

  /// All lane steps share one C++ struct, so a field has the same place and kind of number wherever it
  /// appears.
  void checkStepPlaces() {
    std::map<std::string, const Field *> places;
    for (const Row &row : table.rows)
      if (row.space == Space::LaneStep)
        for (const Field &field : row.fields) {
          if (!field.fixed)
            continue;
          const Field *&first = places[field.name];
          if (!first) {
            first = &field;
          } else if (first->word != field.word || first->lsb != field.lsb || first->width != field.width ||
                     first->enumeration != field.enumeration) {
            error(field.record, "field '" + field.name + "' of '" + row.mnemonic +
                                    "' stands elsewhere than in other lane steps");
            PrintNote(first->record->getLoc(), "first placed here");
          }
        }
  }

  const RecordKeeper &records;
  Table table;
  bool failed = false;
};

} // namespace

std::vector<const Row *> Table::in(Space space) const {
  std::vector<const Row *> found;
  for (const Row &row : rows)
    if (row.space == space)
      found.push_back(&row);
  return found;
}

std::string Table::signature() const {
  std::string text;
  raw_string_ostream os(text);
  auto print = [&](ArrayRef<Field> fields) {
    for (const Field &field : fields) {
      os << ' ' << field.name << ':' << field.kind;
      if (field.fixed)
        os << '@' << field.word << '.' << field.lsb << '.' << field.width;
      if (field.enumeration)
        os << ':' << field.enumeration->name;
    }
    os << '\n';
  };
  for (const auto &enumeration : enumerations)
    os << enumeration->name << '=' << llvm::join(enumeration->cases, ",") << '\n';
  for (const Layout &layout : layouts) {
    os << layout.name;
    print(layout.fields);
  }
  for (const Row &row : rows) {
    os << static_cast<int>(row.space) << ' ' << row.opcode << ' ' << row.mnemonic << ' ' << row.queues << ' '
       << row.types << ' ' << row.hasSteps;
    print(row.fields);
  }
  return text;
}

uint64_t Table::hash() const {
  uint64_t hash = 0xcbf29ce484222325; // FNV-1a
  for (unsigned char byte : signature())
    hash = (hash ^ byte) * 0x100000001b3;
  return hash;
}

std::optional<Table> readTable(const RecordKeeper &records) { return Reader(records).read(); }

std::string camelCase(StringRef snake, bool capitalizeFirst) {
  return convertToCamelFromSnakeCase(snake, capitalizeFirst);
}

} // namespace dnnc::tblgen

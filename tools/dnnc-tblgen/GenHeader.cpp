// -gen-isa-decls: the MLIR-free header of the ISA: enumerations, a struct per row, the variant of
// instructions.
#include "tools/dnnc-tblgen/Table.h"

#include "mlir/TableGen/GenInfo.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/raw_ostream.h"

#include <map>

using namespace llvm;

namespace dnnc::tblgen {
namespace {

std::string quoted(StringRef text) {
  std::string result;
  raw_string_ostream os(result);
  os << '"';
  os.write_escaped(text);
  os << '"';
  return result;
}

void comment(raw_ostream &os, StringRef text, StringRef indent) {
  SmallVector<StringRef> lines;
  text.split(lines, '\n');
  for (StringRef line : lines)
    os << indent << (line.trim().empty() ? "///" : "/// ") << line.trim() << '\n';
}

std::string typeOf(const Enumeration &enumeration) {
  return enumeration.cppType.empty() ? enumeration.name : enumeration.cppType;
}

std::string memberType(const Field &field) {
  return StringSwitch<std::string>(field.kind)
      .Case("Flag", "bool")
      .Case("Enum", field.enumeration ? typeOf(*field.enumeration) : "")
      .Case("EnumList", field.enumeration ? "std::vector<" + typeOf(*field.enumeration) + ">" : "")
      .Cases({"IntList", "FloatList"}, "std::vector<int64_t>")
      .Case("Affine", "Affine")
      .Case("AffineList", "std::vector<Affine>")
      .Cases({"String", "Strings", "Lines"}, "std::string")
      .Default("int64_t");
}

std::string initializer(const Field &field) {
  if (field.kind == "Flag")
    return " = false";
  return memberType(field) == "int64_t" ? " = 0" : "{}";
}

std::string place(const Field &field) {
  std::string text;
  raw_string_ostream os(text);
  os << "Field{\"" << field.name << "\", FieldKind::" << field.kind << ", " << field.word << ", " << field.lsb
     << ", " << field.width << "}";
  return text;
}

void emitEnumerations(const Table &table, raw_ostream &os) {
  for (const auto &enumeration : table.enumerations) {
    const std::string &name = enumeration->name;
    std::string names = camelCase(name, false);
    names[0] = toLower(names[0]);
    os << "// " << name << "\n";
    if (enumeration->cppType.empty()) {
      comment(os, enumeration->meaning, "");
      os << "enum class " << name << " : uint8_t {\n";
      for (size_t i = 0; i < enumeration->cases.size(); ++i)
        os << "  " << camelCase(enumeration->cases[i], true) << " = " << i << ",\n";
      os << "};\n";
      os << "inline constexpr std::array<std::string_view, " << enumeration->cases.size() << "> " << names
         << "Names = {";
    } else {
      os << "inline constexpr std::array<std::string_view, " << enumeration->cases.size() << "> table" << name
         << "Names = {";
    }
    interleave(enumeration->cases, os, [&](StringRef text) { os << quoted(text); }, ", ");
    os << "};\n";
    if (!enumeration->cppType.empty())
      os << "static_assert(table" << name << "Names == " << names << "Names, \"" << name
         << " of the ISA table and of the C++ header differ\");\n";
    os << "constexpr std::span<const std::string_view> namesOf(" << typeOf(*enumeration) << ") { return "
       << names << "Names; }\n\n";
  }
}

void emitLayouts(const Table &table, raw_ostream &os) {
  os << "namespace layout {\n";
  for (const Layout &layout : table.layouts) {
    comment(os, layout.meaning, "");
    os << "struct " << layout.name << " {\n  static constexpr int words = " << layout.words << ";\n";
    for (const Field &field : layout.fields) {
      comment(os, field.meaning, "  ");
      os << "  static constexpr Field " << field.member << " = " << place(field) << ";\n";
    }
    os << "};\n\n";
  }
  os << "} // namespace layout\n\n";
}

void emitInfo(const Row &row, raw_ostream &os) {
  os << "{" << quoted(row.mnemonic) << ", Space::"
     << (row.space == Space::Instruction ? "Instruction"
         : row.space == Space::Row       ? "Row"
                                         : "LaneStep")
     << ", " << row.opcode << ", " << row.queues << ", " << row.types << ", " << row.fixedWords << ", "
     << quoted(row.summary) << "}";
}

void emitRow(const Row &row, raw_ostream &os) {
  comment(os, row.meaning, "");
  os << "struct " << row.structName << " {\n  static constexpr RowInfo info = ";
  emitInfo(row, os);
  os << ";\n\n";
  for (const Field &field : row.fields) {
    comment(os, field.meaning, "  ");
    os << "  " << memberType(field) << " " << field.member << initializer(field) << ";\n";
  }
  if (row.hasSteps)
    os << "  /// The steps, run in order.\n  std::vector<LaneStep> steps{};\n";
  os << "\n  /// Calls visitor(Field, member) for every field in the order of the table.\n"
        "  template <typename Self, typename Visitor> static void visit(Self &self, Visitor &&visitor) {\n";
  for (const Field &field : row.fields)
    os << "    visitor(" << place(field) << ", self." << field.member << ");\n";
  if (row.hasSteps)
    os << "    visitor(Field{\"steps\", FieldKind::Steps, 0, 0, 0}, self.steps);\n";
  os << "  }\n  bool operator==(const " << row.structName << " &) const = default;\n};\n\n";
}

void emitLaneStep(const Table &table, raw_ostream &os) {
  std::vector<const Row *> steps = table.in(Space::LaneStep);
  os << "/// What a lane step does.\nenum class LaneOpcode : uint8_t {\n";
  for (const Row *row : steps)
    os << "  /// " << row->summary << "\n  " << row->structName << " = " << row->opcode << ",\n";
  os << "};\n\n/// The rows of all lane steps, by opcode.\ninline constexpr std::array<RowInfo, "
     << steps.size() << "> laneStepInfos = {{\n";
  for (const Row *row : steps) {
    os << "    ";
    emitInfo(*row, os);
    os << ",\n";
  }
  os << "}};\n\n/// A step of a lane program. Members that the opcode does not use are zero.\nstruct "
        "LaneStep {\n"
        "  LaneOpcode opcode{};\n";
  std::map<std::pair<int64_t, int64_t>, const Field *> members;
  for (const Row *row : steps)
    for (const Field &field : row->fields)
      members.try_emplace({field.word, field.lsb}, &field);
  for (const auto &[place, field] : members)
    os << "  " << memberType(*field) << " " << field->member << initializer(*field) << ";\n";
  os << "\n  /// Calls visitor(Field, member) for every field that the opcode uses.\n"
        "  template <typename Self, typename Visitor> static void visit(Self &self, Visitor &&visitor) {\n"
        "    switch (self.opcode) {\n";
  for (const Row *row : steps) {
    os << "    case LaneOpcode::" << row->structName << ":\n";
    for (const Field &field : row->fields)
      os << "      visitor(" << place(field) << ", self." << field.member << ");\n";
    os << "      break;\n";
  }
  os << "    }\n  }\n  bool operator==(const LaneStep &) const = default;\n};\n\n";
}

void emitLists(const Table &table, raw_ostream &os) {
  auto names = [&](Space space) {
    std::vector<std::string> result;
    for (const Row *row : table.in(space))
      result.push_back(row->structName);
    return result;
  };
  os << "enum class Opcode : uint8_t {\n";
  for (const Row *row : table.in(Space::Instruction))
    os << "  " << row->structName << " = " << row->opcode << ",\n";
  os << "};\n\n";
  std::vector<std::string> instructions = names(Space::Instruction), rows = names(Space::Row);
  os << "using Instruction = std::variant<" << llvm::join(instructions, ", ") << ">;\n";
  os << "using AnyRow = std::variant<" << llvm::join(rows, ", ") << ">;\n\n";
  os << "/// The rows of all instructions, by opcode; the order is the variant's.\ninline constexpr "
        "std::array<RowInfo, "
     << instructions.size() << "> instructionInfos = {";
  interleave(instructions, os, [&](StringRef name) { os << name << "::info"; }, ", ");
  os << "};\ninline constexpr std::array<RowInfo, " << rows.size() << "> rowInfos = {";
  interleave(rows, os, [&](StringRef name) { os << name << "::info"; }, ", ");
  os << "};\n\n// Calls X(struct, MLIR op) for every row.\n#define DNNC_ISA_INSTRUCTIONS(X)";
  for (const Row *row : table.in(Space::Instruction))
    os << " \\\n  X(" << row->structName << ", " << row->opName << ")";
  os << "\n#define DNNC_ISA_ROWS(X)";
  for (const Row *row : table.in(Space::Row))
    os << " \\\n  X(" << row->structName << ", " << row->opName << ")";
  os << "\n#define DNNC_ISA_LANE_STEPS(X)";
  for (const Row *row : table.in(Space::LaneStep))
    os << " \\\n  X(" << row->structName << ", " << row->opName << ")";
  os << "\n";
}

bool emitHeader(const RecordKeeper &records, raw_ostream &os) {
  std::optional<Table> table = readTable(records);
  if (!table)
    return true;
  os << "// Generated by dnnc-tblgen from the ISA table (dialects/Isa/IsaOps.td).\n\n"
        "/// Hash of the table: of every name, number and bit position in it.\n"
        "inline constexpr uint64_t tableHash = 0x"
     << llvm::utohexstr(table->hash()) << ";\n\n";
  emitEnumerations(*table, os);
  emitLayouts(*table, os);
  emitLaneStep(*table, os);
  for (const Row &row : table->rows)
    if (row.space != Space::LaneStep)
      emitRow(row, os);
  emitLists(*table, os);
  return false;
}

mlir::GenRegistration registration("gen-isa-decls", "Generate the MLIR-free header of the ISA", emitHeader);

} // namespace
} // namespace dnnc::tblgen

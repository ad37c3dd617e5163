// -gen-isa-docs: the ISA manual as markdown. -gen-isa-examples: the examples of all rows as one text, for a
// test.
#include "tools/dnnc-tblgen/Table.h"

#include "mlir/TableGen/GenInfo.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace dnnc::tblgen {
namespace {

void emitFields(ArrayRef<Field> fields, raw_ostream &os) {
  os << "| field | place | kind | meaning |\n| --- | --- | --- | --- |\n";
  for (const Field &field : fields) {
    os << "| `" << field.name << "` | ";
    if (field.fixed)
      os << "word " << field.word << " [" << field.lsb << ":" << field.lsb + field.width << ")";
    else
      os << "variable";
    os << " | " << field.kind;
    if (field.enumeration)
      os << " " << field.enumeration->name;
    os << " | " << field.meaning << " |\n";
  }
  os << "\n";
}

void emitParagraphs(StringRef text, raw_ostream &os) {
  SmallVector<StringRef> lines;
  text.split(lines, '\n');
  for (StringRef line : lines)
    os << line.trim() << "\n";
  os << "\n";
}

void emitRow(const Table &table, const Row &row, raw_ostream &os) {
  os << "### `isa." << row.mnemonic << "` — " << row.summary << "\n\nOpcode " << row.opcode;
  auto list = [&](StringRef before, StringRef enumName, unsigned mask) {
    os << before;
    StringRef separator = "";
    for (const auto &enumeration : table.enumerations)
      if (enumeration->name == enumName)
        for (size_t i = 0; i < enumeration->cases.size(); ++i)
          if (mask >> i & 1) {
            os << separator << enumeration->cases[i];
            separator = ", ";
          }
  };
  if (row.space == Space::Instruction)
    list("; queues: ", "Queue", row.queues);
  if (row.space == Space::LaneStep)
    list("; types: ", "ElementType", row.types);
  os << "; " << row.fixedWords << " fixed words.\n\n";
  emitParagraphs(row.meaning, os);
  emitFields(row.fields, os);
  os << "```mlir\n" << row.example << "\n```\n\n";
}

bool emitDocs(const RecordKeeper &records, raw_ostream &os) {
  std::optional<Table> table = readTable(records);
  if (!table)
    return true;
  os << "# The instruction set\n\nGenerated from `dialects/Isa/IsaOps.td`. Table hash "
     << llvm::format_hex(table->hash(), 18)
     << ".\n\nWords have 64 bits and are little-endian; bit 0 is the lowest, [a:b) are bits a to b − 1. Word "
        "0 is the header. Variable "
        "operands follow the fixed words in the order of the fields. Bits that no field uses are zero.\n\n";
  os << "## Layouts\n\n";
  for (const Layout &layout : table->layouts) {
    os << "### " << layout.name << "\n\n";
    emitParagraphs(layout.meaning, os);
    emitFields(layout.fields, os);
  }
  os << "## Enumerations\n\n| name | cases | meaning |\n| --- | --- | --- |\n";
  for (const auto &enumeration : table->enumerations) {
    os << "| " << enumeration->name << " | ";
    for (size_t i = 0; i < enumeration->cases.size(); ++i)
      os << (i ? ", " : "") << i << " `" << enumeration->cases[i] << "`";
    os << " | " << enumeration->meaning << " |\n";
  }
  for (auto [space, title] :
       {std::pair(Space::Instruction, "Instructions"), std::pair(Space::Row, "Table rows"),
        std::pair(Space::LaneStep, "Lane steps")}) {
    os << "\n## " << title << "\n\n";
    for (const Row *row : table->in(space))
      emitRow(*table, *row, os);
  }
  return false;
}

bool emitExamples(const RecordKeeper &records, raw_ostream &os) {
  std::optional<Table> table = readTable(records);
  if (!table)
    return true;
  for (const Row &row : table->rows)
    os << row.example << "\n";
  return false;
}

mlir::GenRegistration docs("gen-isa-docs", "Generate the ISA manual as markdown", emitDocs);
mlir::GenRegistration examples("gen-isa-examples", "Generate the examples of all rows as one text",
                               emitExamples);

} // namespace
} // namespace dnnc::tblgen

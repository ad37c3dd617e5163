// LINK: DnncIsaDialect DnncTarget
// MLIR's printer and parser of the isa dialect against the MLIR-free ones: the same text, the same rows, for
// every row of the table.
#include "dialects/Isa/IsaConversion.h"
#include "runtime/Isa/Text.h"
#include "test/unit/IsaRandom.h"
#include "test/unit/ProgramSample.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

using namespace dnnc;
using namespace dnnc::isa;

namespace {

class IsaDialect : public testing::Test {
protected:
  IsaDialect() { context.loadDialect<isa::IsaDialect>(); }

  /// Text of an op alone. Random rows keep no rule but their bits, so nothing is verified.
  static std::string textOf(mlir::Operation *op) {
    std::string text;
    llvm::raw_string_ostream os(text);
    op->print(os, mlir::OpPrintingFlags().assumeVerified());
    // MLIR ends an op at the top with its line.
    return llvm::isa<mlir::ModuleOp>(op) ? text : llvm::StringRef(text).rtrim('\n').str();
  }

  template <typename Op> Op parse(const std::string &text) {
    module = mlir::parseSourceString<mlir::ModuleOp>(
        text, mlir::ParserConfig(&context, /*verifyAfterParse=*/false));
    return module ? *module->getOps<Op>().begin() : Op();
  }

  template <typename Row, typename Op> void checkRow(Random &random, int runs) {
    for (int i = 0; i < runs; ++i) {
      Row row = random.row<Row>();
      mlir::OpBuilder builder(&context);
      mlir::OwningOpRef<Op> op = create(builder, builder.getUnknownLoc(), row);
      ASSERT_EQ(toRow(*op), row);
      std::string text = textOf(op->getOperation());
      if (std::is_same_v<Row, ProgramRow>)
        text = text.substr(0, text.rfind(", constants = "));
      ASSERT_EQ(text, printRow(row));
      std::string whole = std::is_same_v<Row, ProgramRow> ? text + ", constants = none {}" : text;
      Op parsed = parse<Op>(whole);
      ASSERT_TRUE(parsed) << whole;
      ASSERT_EQ(toRow(parsed), row);
    }
  }

  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

TEST_F(IsaDialect, EveryRowHasOneText) {
  Random random(21);
#define CHECK_ROW(Row, Op) checkRow<Row, Op>(random, 40);
  DNNC_ISA_INSTRUCTIONS(CHECK_ROW)
  DNNC_ISA_ROWS(CHECK_ROW)
#undef CHECK_ROW
}

TEST_F(IsaDialect, EveryLaneStepHasOneText) {
  Random random(22);
  mlir::OpBuilder builder(&context);
  for (int i = 0; i < 500; ++i) {
    LaneStep step = random.step();
    mlir::OwningOpRef<mlir::Operation *> op = create(builder, builder.getUnknownLoc(), step);
    ASSERT_EQ(toStep(*op), step);
    ASSERT_EQ(textOf(*op), isa::print(step));
  }
}

TEST_F(IsaDialect, AProgramHasOneText) {
  Program program = sampleProgram();
  mlir::OpBuilder builder(&context);
  module = mlir::ModuleOp::create(builder.getUnknownLoc());
  builder.setInsertionPointToEnd(module->getBody());
  ProgramOp op = create(builder, builder.getUnknownLoc(), program);
  EXPECT_TRUE(mlir::succeeded(mlir::verify(*module)));
  EXPECT_EQ(textOf(*module), program.print(Program::Constants::Full));
  EXPECT_EQ(toProgram(op).serialize(), program.serialize());
  digestConstants(op);
  EXPECT_TRUE(mlir::succeeded(mlir::verify(*module)));
  EXPECT_EQ(textOf(*module), program.print(Program::Constants::Digest));
}

TEST_F(IsaDialect, BytesOutliveTheProgramTheyCameFrom) {
  mlir::OpBuilder builder(&context);
  module = mlir::ModuleOp::create(builder.getUnknownLoc());
  builder.setInsertionPointToEnd(module->getBody());
  ProgramOp op = create(builder, builder.getUnknownLoc(), sampleProgram());
  ASSERT_EQ(op.constantBytes().size(), 100u);
  EXPECT_EQ(static_cast<uint8_t>(op.constantBytes()[99]), static_cast<uint8_t>(99 * 7));
}

/// The examples in the descriptions of all rows, which dnnc-tblgen writes to a file: each is what its row
/// prints, breaks no rule, and is the text of its op too.
TEST_F(IsaDialect, ExamplesAreTheTextOfTheirRows) {
  std::ifstream file(DNNC_BINARY_DIR "/runtime/Isa/examples.txt");
  std::stringstream content;
  content << file.rdbuf();
  std::string text = content.str();
  TextReader reader(text, "examples.txt");
  size_t instructions = 0, rows = 0, steps = 0;
  auto check = [&](size_t start, const std::string &printed, const std::vector<std::string> &problems) {
    EXPECT_EQ(text.substr(start, printed.size()), printed);
    EXPECT_EQ(problems, std::vector<std::string>());
    module = mlir::parseSourceString<mlir::ModuleOp>(
        printed, mlir::ParserConfig(&context, /*verifyAfterParse=*/false));
    ASSERT_TRUE(module) << printed;
    EXPECT_EQ(textOf(&module->getBody()->front()), printed);
  };
  while (!reader.atEnd()) {
    std::string_view name = reader.peekName();
    size_t start = reader.offset();
    auto named = [&](const RowInfo &info) { return info.name == name; };
    if (std::ranges::any_of(instructionInfos, named)) {
      Instruction row = parseInstruction(reader);
      check(start, isa::print(row), problemsOf(row));
      ++instructions;
    } else if (std::ranges::any_of(laneStepInfos, named)) {
      LaneStep step = parseLaneStep(reader);
      check(start, isa::print(step), problemsOf(step));
      ++steps;
    } else if (name == ProgramRow::info.name) {
      ProgramRow row = parseRow<ProgramRow>(reader);
      EXPECT_EQ(text.substr(start, printRow(row).size()), printRow(row));
      for (std::string_view token : {",", "constants", "=", "none", "{", "}"})
        reader.expect(token);
      ++rows;
    } else {
#define CHECK_EXAMPLE(Row, Op)                                                                               \
  if (name == Row::info.name) {                                                                              \
    Row row = parseRow<Row>(reader);                                                                         \
    check(start, printRow(row), problemsOf(AnyRow(row)));                                                    \
    ++rows;                                                                                                  \
  }
      DNNC_ISA_ROWS(CHECK_EXAMPLE)
#undef CHECK_EXAMPLE
    }
    ASSERT_GT(reader.offset(), start) << reader.rest();
  }
  EXPECT_EQ(instructions, instructionInfos.size());
  EXPECT_EQ(rows, rowInfos.size());
  EXPECT_EQ(steps, laneStepInfos.size());
}

} // namespace

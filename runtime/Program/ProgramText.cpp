// The text of a whole program: what dnnc-objdump writes and dnnc-as reads. It is MLIR of the isa dialect in a
// module, and the same text as MLIR's printer gives, comments aside.
#include "runtime/Program/Program.h"

#include "runtime/Isa/Text.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace dnnc::isa {
namespace {

/// From so many bytes on, constants are printed as their digest unless asked.
constexpr size_t digestFrom = 64'000'000;
/// MLIR's alignment of a resource, written in front of its bytes.
constexpr uint32_t resourceAlignment = 64;
constexpr std::string_view resourceName = "constants";

class Printer {
public:
  Printer(const Program &program, bool comments) : program(program), comments(comments) {}

  std::string print(bool digest) {
    out = "module {\n  ";
    out += printRow(program.header, 2) + ", constants = ";
    if (program.header.constantsBytes == 0)
      out += "none";
    else if (digest)
      out += fmt::format("#isa.digest<\"{}\">", digestText(program.constants));
    else
      out += fmt::format("dense_resource<{}> : tensor<{}xui8>", resourceName, program.constants.size());
    out += " {\n";
    rows("token", program.tokens);
    rows("node", program.nodes);
    rows("tensor", program.tensors);
    rows("segment", program.segments);
    rows("mapping", program.mappings);
    for (size_t i = 0; i < program.lanes.size(); ++i)
      lanes(program.lanes[i], i);
    rows("density", program.densities);
    for (size_t i = 0; i < program.queues.size(); ++i)
      queue(static_cast<Queue>(i));
    out += "  }\n}\n";
    if (!digest && program.header.constantsBytes)
      resource();
    return std::move(out);
  }

private:
  void comment(const std::string &text) {
    if (comments && !text.empty())
      out += "  // " + text;
  }

  template <typename Row> void rows(const char *name, const std::vector<Row> &rows) {
    for (size_t i = 0; i < rows.size(); ++i) {
      out += "    " + printRow(rows[i], 4);
      comment(fmt::format("{} {}", name, i));
      out += '\n';
    }
  }

  void lanes(const LanesRow &row, size_t index) {
    std::string text = printRow(row, 4);
    if (comments) {
      size_t at = text.find('\n');
      text.insert(at, fmt::format("  // lanes {}", index));
      at = text.find('\n', at);
      for (const LaneStep &step : row.steps) {
        at = text.find('\n', at + 1);
        if (step.opcode == LaneOpcode::Const && at != std::string::npos) {
          std::string value = fmt::format(
              "  // {}", step.type == ElementType::F32   ? textOfFloat(static_cast<uint32_t>(step.imm))
                         : step.type == ElementType::I32 ? fmt::to_string(static_cast<int32_t>(step.imm))
                                                         : fmt::to_string(step.imm));
          text.insert(at, value);
        }
      }
    }
    out += "    " + text + '\n';
  }

  /// Flat, as MLIR prints them: loops are pairs of instructions, not regions.
  void queue(Queue which) {
    out += fmt::format("    isa.queue {} {{\n", nameOf(which));
    for (size_t i = 0; i < program[which].size(); ++i) {
      const Instruction &instruction = program[which][i];
      out += "      " + isa::print(instruction, 6);
      comment(fmt::format("{}: {}", i, nodeName(nodeOf(instruction))));
      out += '\n';
    }
    out += "    }\n";
  }

  std::string nodeName(int64_t node) const {
    if (static_cast<uint64_t>(node) >= program.nodes.size())
      return "no node";
    std::string name = program.nodes[node].onnx.empty() ? program.nodes[node].op : program.nodes[node].onnx;
    // Names come from a file of someone else's; a comment ends with its line.
    std::replace_if(name.begin(), name.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
    return name;
  }

  void resource() {
    constexpr std::string_view digits = "0123456789ABCDEF";
    out += fmt::format("\n{{-#\n  dialect_resources: {{\n    builtin: {{\n      {}: \"0x", resourceName);
    auto byte = [&](uint8_t value) {
      out += digits[value >> 4];
      out += digits[value & 15];
    };
    out.reserve(out.size() + program.constants.size() * 2 + 64);
    for (int i = 0; i < 4; ++i)
      byte(resourceAlignment >> 8 * i & 255);
    for (uint8_t value : program.constants.span())
      byte(value);
    out += "\"\n    }\n  }\n#-}\n";
  }

  const Program &program;
  bool comments;
  std::string out;
};

class Parser {
public:
  Parser(std::string_view text, const std::string &fileName, const Program *data)
      : reader(text, fileName), data(data) {}

  Program parse() {
    bool module = reader.take("module");
    if (module)
      reader.expect("{");
    program.header = parseRow<ProgramRow>(reader);
    constants();
    reader.expect("{");
    while (!reader.take("}"))
      row();
    if (module)
      reader.expect("}");
    if (reader.take("{-#"))
      resources();
    if (!reader.atEnd())
      reader.fail("need the end of the text behind the program");
    if (!resourceKey.empty() && program.constants.empty())
      reader.fail(fmt::format(
          "need the bytes of the constants, 'dense_resource<{}>': the text was printed without them; "
          "dnnc-objdump prints them, or their digest for --data",
          resourceKey));
    if (static_cast<uint64_t>(program.header.constantsBytes) != program.constants.size())
      reader.fail(fmt::format("constants_bytes = {}, the constants have {}", program.header.constantsBytes,
                              program.constants.size()));
    return std::move(program);
  }

private:
  void constants() {
    reader.expect(",");
    reader.expect("constants");
    reader.expect("=");
    if (reader.take("none"))
      return;
    if (reader.take("#")) {
      reader.expect("isa.digest");
      reader.expect("<");
      std::string need = reader.string();
      if (!data)
        reader.fail("have only a digest of the constants, need their bytes: give a program that has them "
                    "with --data");
      std::string have = digestText(data->constants);
      if (have != need)
        reader.fail(fmt::format("the program of --data has constants with digest {}, need {}", have, need));
      program.constants = data->constants;
      reader.expect(">");
      return;
    }
    reader.expect("dense_resource");
    reader.expect("<");
    resourceKey = reader.word();
    for (std::string_view token : {">", ":", "tensor", "<"})
      reader.expect(token);
    std::string shape = fmt::format("{}xui8", program.header.constantsBytes);
    reader.expect(shape);
    reader.expect(">");
  }

  void row() {
    std::string_view name = reader.peekName();
    if (name == TokenRow::info.name)
      program.tokens.push_back(parseRow<TokenRow>(reader));
    else if (name == NodeRow::info.name)
      program.nodes.push_back(parseRow<NodeRow>(reader));
    else if (name == TensorRow::info.name)
      program.tensors.push_back(parseRow<TensorRow>(reader));
    else if (name == SegmentRow::info.name)
      program.segments.push_back(parseRow<SegmentRow>(reader));
    else if (name == MappingRow::info.name)
      program.mappings.push_back(parseRow<MappingRow>(reader));
    else if (name == LanesRow::info.name)
      program.lanes.push_back(parseRow<LanesRow>(reader));
    else if (name == DensityRow::info.name)
      program.densities.push_back(parseRow<DensityRow>(reader));
    else if (name == "queue")
      queue();
    else
      reader.fail("need a row of a table or 'isa.queue'");
  }

  void queue() {
    reader.expectName("queue");
    std::string_view name = reader.word();
    auto found = std::find(queueNames.begin(), queueNames.end(), name);
    if (found == queueNames.end())
      reader.fail(fmt::format("have queue '{}', need one of {}", name, fmt::join(queueNames, ", ")));
    std::vector<Instruction> &stream = program.queues[found - queueNames.begin()];
    if (!stream.empty())
      reader.fail(fmt::format("have queue '{}' twice", name));
    reader.expect("{");
    while (!reader.take("}"))
      stream.push_back(parseInstruction(reader));
  }

  /// MLIR's section of resources; a text printed without large resources has an empty one.
  void resources() {
    if (reader.take("#-}"))
      return;
    for (std::string_view token : {"dialect_resources", ":", "{", "builtin", ":", "{"})
      reader.expect(token);
    do {
      std::string_view key = reader.word();
      reader.expect(":");
      std::vector<uint8_t> bytes = blob();
      if (key == resourceKey)
        program.constants = Bytes(std::move(bytes));
    } while (reader.take(","));
    for (std::string_view token : {"}", "}", "#-}"})
      reader.expect(token);
  }

  /// "0x", the alignment as four bytes, the bytes: all hexadecimal.
  std::vector<uint8_t> blob() {
    std::string_view rest = reader.rest();
    size_t end = rest.empty() ? std::string_view::npos : rest.find('"', 1);
    if (!rest.starts_with("\"0x") || end == std::string_view::npos || end % 2 == 0 || end < 11)
      reader.fail("need the bytes of a resource in hexadecimal, as in \"0x4000000001\"");
    std::string_view digits = rest.substr(3, end - 3);
    std::vector<uint8_t> bytes(digits.size() / 2);
    auto value = [&](char c) -> uint8_t {
      if (c >= '0' && c <= '9')
        return c - '0';
      if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
      if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
      reader.fail(fmt::format("have '{}' in the bytes of a resource, need hexadecimal digits", c));
    };
    for (size_t i = 0; i < bytes.size(); ++i)
      bytes[i] = static_cast<uint8_t>(value(digits[2 * i]) << 4 | value(digits[2 * i + 1]));
    reader.advance(end + 1);
    bytes.erase(bytes.begin(), bytes.begin() + sizeof resourceAlignment);
    return bytes;
  }

  TextReader reader;
  const Program *data;
  Program program;
  std::string resourceKey;
};

} // namespace

std::string Program::print(Constants constants, bool comments) const {
  bool digest =
      constants == Constants::Digest || (constants == Constants::Auto && this->constants.size() > digestFrom);
  return Printer(*this, comments).print(digest);
}

Program Program::fromText(std::string_view text, const std::string &fileName, const Program *data) {
  return Parser(text, fileName, data).parse();
}

} // namespace dnnc::isa

#include "lib/Import/Model.h"

#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/Twine.h>
#include <llvm/Support/MemoryBuffer.h>
#include <onnx/defs/parser.h>
#include <onnx/proto_utils.h>

namespace dnnc::onnximport {

using namespace llvm;

std::string tidyMessage(StringRef message) {
  std::string text;
  for (char c : message)
    text += isSpace(c) ? ' ' : c;
  for (StringRef tag :
       {"[ShapeInferenceError] ", "[TypeInferenceError] ", "==> ", "Inference error(s): ", "  "})
    for (size_t at = text.find(tag); at != std::string::npos; at = text.find(tag))
      text.replace(at, tag.size(), tag == "  " ? " " : "");
  // "FILE:LINE: FUNCTION: Assertion `CONDITION` failed: TEXT" says something in TEXT only.
  StringRef rest = StringRef(text).rsplit("` failed: ").second;
  return (rest.empty() ? StringRef(text) : rest).trim().str();
}

/// The parser's message, "[ParseError at position (line: L column: C)]\nError context: TEXT\nREASON".
static std::string parseErrorText(StringRef message) {
  auto [position, rest] = message.split(")]");
  auto [context, reason] = rest.split("Error context: ").second.split('\n');
  StringRef line = position.split("line: ").second.split(' ').first,
            column = position.split("column: ").second;
  if (line.empty() || column.empty())
    return tidyMessage(message);
  return ("line " + line + ", column " + column + ": " + tidyMessage(reason) + " Near '" + context.trim() +
          "'")
      .str();
}

static LogicalResult parseText(StringRef text, Model &model, Problems &problems) {
  std::string why;
  if (auto thrown = messageOfFailure([&] {
        onnx::OnnxParser parser(std::string_view(text.data(), text.size()));
        onnx::Common::Status status = parser.Parse(model.proto);
        if (!status.IsOK())
          why = parseErrorText(status.ErrorMessage());
        else if (!parser.EndOfInput())
          why = parser.GetCurrentPos() + " text goes on after the end of the model";
      }))
    why = *thrown;
  if (why.empty())
    return success();
  problems.atModel() << "is not a model in ONNX's text syntax: " << why;
  return failure();
}

LogicalResult readModel(Model &model, Problems &problems) {
  auto buffer = MemoryBuffer::getFile(model.path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer) {
    problems.atModel() << "cannot be read: " << buffer.getError().message();
    return failure();
  }
  StringRef bytes = (*buffer)->getBuffer();
  if (StringRef(model.path).ends_with(".onnxtxt"))
    return parseText(bytes, model, problems);

  if (bytes.empty()) {
    problems.atModel() << "is empty; need an ONNX model";
    return failure();
  }
  constexpr size_t protobufLimit = (size_t(1) << 31) - 1;
  if (bytes.size() > protobufLimit) {
    problems.atModel() << "has " << bytes.size() << " bytes; a protobuf file holds at most " << protobufLimit
                       << ": save the weights as external data";
    return failure();
  }
  bool parsed = false;
  if (auto thrown = messageOfFailure(
          [&] { parsed = onnx::ParseProtoFromBytes(&model.proto, bytes.data(), bytes.size()); })) {
    problems.atModel() << "cannot be parsed: " << *thrown;
    return failure();
  }
  if (!parsed || !model.proto.has_graph()) {
    problems.atModel() << "is not an ONNX model, or is truncated: its " << bytes.size()
                       << " bytes are not a protobuf ModelProto" << (parsed ? " with a graph" : "")
                       << "; export or copy it again";
    return failure();
  }
  return success();
}

} // namespace dnnc::onnximport

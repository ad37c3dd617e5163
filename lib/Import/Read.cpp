#include "lib/Import/Model.h"

#include <llvm/Support/MemoryBuffer.h>
#include <onnx/defs/parser.h>
#include <onnx/proto_utils.h>

namespace dnnc::onnximport {

using namespace llvm;

std::string tidyMessage(StringRef message) {
  std::string text;
  for (char c : message)
    if (c == '\n' || c == '\r' || c == '\t')
      text += ' ';
    else
      text += c;
  for (const char *tag : {"[ShapeInferenceError] ", "[TypeInferenceError] ", "[ParseError at position ", "==> ",
                          "Inference error(s): "})
    for (size_t at = text.find(tag); at != std::string::npos; at = text.find(tag))
      text.erase(at, strlen(tag));
  while (true) {
    size_t at = text.find("  ");
    if (at == std::string::npos)
      break;
    text.erase(at, 1);
  }
  return StringRef(text).trim().str();
}

static LogicalResult parseText(StringRef text, Model &model, Problems &problems) {
  std::string why;
  if (auto thrown = messageOfFailure([&] {
        onnx::OnnxParser parser(std::string_view(text.data(), text.size()));
        onnx::Common::Status status = parser.Parse(model.proto);
        if (!status.IsOK())
          why = tidyMessage(status.ErrorMessage());
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

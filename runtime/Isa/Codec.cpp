// What each kind of field looks like in words.
#include "runtime/Isa/Codec.h"

#include <fmt/format.h>

#include <cstring>

namespace dnnc::isa {
namespace {

constexpr uint64_t maskOf(const Field &place) {
  return (place.width == 64 ? ~uint64_t(0) : (uint64_t(1) << place.width) - 1) << place.lsb;
}

bool isSigned(FieldKind kind, int width) { return kind == FieldKind::Signed || width == 64; }

bool fits(int64_t value, const Field &place) {
  if (place.width == 64)
    return true;
  if (isSigned(place.kind, place.width))
    return value >= -(int64_t(1) << (place.width - 1)) && value < int64_t(1) << (place.width - 1);
  return value >= 0 && static_cast<uint64_t>(value) < uint64_t(1) << place.width;
}

const Field &lengthField(Space space) {
  return space == Space::Instruction ? layout::InstructionHeader::length : layout::RowHeader::length;
}

const Field &opcodeField(Space space) {
  return space == Space::Instruction ? layout::InstructionHeader::opcode
         : space == Space::Row       ? layout::RowHeader::opcode
                                     : layout::StepHeader::opcode;
}

uint64_t bitsOf(const Field &place, uint64_t word) { return (word & maskOf(place)) >> place.lsb; }

} // namespace

Encoder::Encoder(const RowInfo &info, std::vector<uint64_t> &words)
    : info(info), words(words), start(words.size()) {
  words.resize(start + info.fixedWords, 0);
  words[start] = uint64_t(info.opcode) << opcodeField(info.space).lsb;
}

void Encoder::fail(const Field &field, const std::string &message) const {
  throw Error(fmt::format("isa.{}: {} {}", info.name, field.name, message));
}

void Encoder::put(size_t at, const Field &field, const Field &place, int64_t value) {
  if (!fits(value, place))
    fail(field, fmt::format("{} {} does not fit {} bits with{} sign",
                            &field == &place ? "=" : fmt::format("has {} =", place.name), value, place.width,
                            isSigned(place.kind, place.width) ? "" : "out"));
  words[at + place.word] |= static_cast<uint64_t>(value) << place.lsb & maskOf(place);
}

void Encoder::scalar(const Field &field, int64_t value) { put(start, field, field, value); }

void Encoder::checkCase(const Field &field, int64_t value, std::span<const std::string_view> names) {
  if (value < 0 || static_cast<size_t>(value) >= names.size())
    fail(field, fmt::format("= {} is none of {}", value, fmt::join(names, ", ")));
}

void Encoder::enumCase(const Field &field, int64_t value, std::span<const std::string_view> names) {
  checkCase(field, value, names);
  scalar(field, value);
}

void Encoder::count(const Field &field, size_t elements) {
  size_t at = words.size();
  words.push_back(0);
  put(at, field, layout::ListHead::count, static_cast<int64_t>(elements));
}

void Encoder::operator()(const Field &field, const std::vector<int64_t> &values) {
  count(field, values.size());
  for (int64_t value : values) {
    if (field.kind == FieldKind::FloatList && (value < 0 || value > int64_t(0xFFFFFFFF)))
      fail(field, fmt::format("has {}, which is no float32's bits", value));
    words.push_back(static_cast<uint64_t>(value));
  }
}

void Encoder::operator()(const Field &field, const Affine &value) {
  size_t at = words.size();
  words.resize(at + layout::AffineHead::words, 0);
  put(at, field, layout::AffineHead::base, value.base);
  put(at, field, layout::AffineHead::wrap, value.wrap);
  put(at, field, layout::AffineHead::count, static_cast<int64_t>(value.terms.size()));
  for (const AffineTerm &term : value.terms) {
    at = words.size();
    words.resize(at + layout::AffineTerm::words, 0);
    put(at, field, layout::AffineTerm::stride, term.stride);
    put(at, field, layout::AffineTerm::level, term.level);
  }
}

void Encoder::operator()(const Field &field, const std::vector<Affine> &values) {
  count(field, values.size());
  for (const Affine &value : values)
    (*this)(field, value);
}

void Encoder::operator()(const Field &field, const std::string &value) {
  count(field, value.size());
  size_t at = words.size();
  words.resize(at + (value.size() + 7) / 8, 0);
  if (!value.empty())
    std::memcpy(&words[at], value.data(), value.size());
}

void Encoder::operator()(const Field &field, const std::vector<LaneStep> &steps) {
  count(field, steps.size());
  for (const LaneStep &step : steps) {
    const RowInfo *stepInfo = laneStepInfo(step.opcode);
    if (!stepInfo)
      fail(field, fmt::format("has opcode {}, which is no lane step", static_cast<int>(step.opcode)));
    Encoder encoder(*stepInfo, words);
    LaneStep::visit(step, encoder);
    encoder.finish();
    std::span<const uint64_t> encoded(words.data() + words.size() - stepInfo->fixedWords,
                                      stepInfo->fixedWords);
    LaneStep decoded{.opcode = step.opcode};
    Decoder decoder(*stepInfo, encoded);
    LaneStep::visit(decoded, decoder);
    if (decoded != step)
      fail(field, fmt::format("has an isa.{} with an operand it does not use", stepInfo->name));
  }
}

void Encoder::finish() {
  if (info.space == Space::LaneStep)
    return;
  const Field &length = lengthField(info.space);
  size_t count = words.size() - start;
  if (!fits(static_cast<int64_t>(count), length))
    throw Error(fmt::format("isa.{}: has {} words, a row has at most {}", info.name, count,
                            (uint64_t(1) << length.width) - 1));
  put(start, length, length, static_cast<int64_t>(count));
}

Decoder::Decoder(const RowInfo &info, std::span<const uint64_t> all)
    : info(info), words(all), position(info.fixedWords) {
  if (words.empty())
    throw Error(fmt::format("have no words, need those of isa.{}", info.name));
  const Field &opcode = opcodeField(info.space);
  if (bitsOf(opcode, words[0]) != info.opcode)
    throw Error(
        fmt::format("have opcode {}, need {} (isa.{})", bitsOf(opcode, words[0]), info.opcode, info.name));
  size_t length = info.fixedWords;
  uint64_t claimed = maskOf(opcode);
  if (info.space != Space::LaneStep) {
    const Field &lengthPlace = lengthField(info.space);
    length = bitsOf(lengthPlace, words[0]);
    claimed |= maskOf(lengthPlace);
  }
  if (length < info.fixedWords)
    fail("length", fmt::format("is {} words, need at least {}", length, info.fixedWords));
  if (length > words.size())
    fail("length", fmt::format("is {} words, only {} are left", length, words.size()));
  words = words.first(length);
  for (size_t i = 0; i < info.fixedWords; ++i)
    rest[i] = words[i];
  rest[0] &= ~claimed;
}

void Decoder::fail(const char *field, const std::string &message) const {
  throw Error(fmt::format("isa.{}: {} {}", info.name, field, message));
}

int64_t Decoder::part(const Field &field, const Field &place, uint64_t word, uint64_t &rest) const {
  rest &= ~maskOf(place);
  uint64_t bits = bitsOf(place, word);
  if (isSigned(place.kind, place.width) && place.width < 64 && bits >> (place.width - 1) & 1)
    bits |= ~uint64_t(0) << place.width;
  return static_cast<int64_t>(bits);
}

int64_t Decoder::scalar(const Field &field) {
  return part(field, field, words[field.word], rest[field.word]);
}

int64_t Decoder::checkedCase(const Field &field, int64_t value, std::span<const std::string_view> names) {
  if (value < 0 || static_cast<size_t>(value) >= names.size())
    fail(field.name, fmt::format("= {} is none of {}", value, fmt::join(names, ", ")));
  return value;
}

void Decoder::checkRest(const Field &field, uint64_t rest) const {
  if (rest)
    fail(field.name, fmt::format("has bits {:#x} that mean nothing", rest));
}

uint64_t Decoder::next(const Field &field) {
  if (position >= words.size())
    fail(field.name, "goes beyond the end of the row");
  return words[position++];
}

size_t Decoder::count(const Field &field, size_t least) {
  uint64_t word = next(field), rest = word;
  uint64_t elements = part(field, layout::ListHead::count, word, rest);
  checkRest(field, rest);
  if (elements > (words.size() - position) / least)
    fail(field.name, fmt::format("has {} elements, which go beyond the end of the row", elements));
  return elements;
}

void Decoder::operator()(const Field &field, std::vector<int64_t> &values) {
  values.resize(count(field, 1));
  for (int64_t &value : values) {
    value = static_cast<int64_t>(next(field));
    if (field.kind == FieldKind::FloatList && (value < 0 || value > int64_t(0xFFFFFFFF)))
      fail(field.name, fmt::format("has {}, which is no float32's bits", value));
  }
}

void Decoder::operator()(const Field &field, Affine &value) {
  using layout::AffineHead;
  std::array<uint64_t, AffineHead::words> head, left;
  for (size_t i = 0; i < head.size(); ++i)
    head[i] = left[i] = next(field);
  auto read = [&](const Field &place) { return part(field, place, head[place.word], left[place.word]); };
  value.base = read(AffineHead::base);
  value.wrap = read(AffineHead::wrap);
  size_t terms = read(AffineHead::count);
  for (uint64_t bits : left)
    checkRest(field, bits);
  if (terms > words.size() - position)
    fail(field.name, fmt::format("has {} terms, which go beyond the end of the row", terms));
  value.terms.resize(terms);
  for (isa::AffineTerm &term : value.terms) {
    uint64_t word = next(field), rest = word;
    term.stride = part(field, layout::AffineTerm::stride, word, rest);
    term.level = part(field, layout::AffineTerm::level, word, rest);
    checkRest(field, rest);
  }
}

void Decoder::operator()(const Field &field, std::vector<Affine> &values) {
  values.resize(count(field, layout::AffineHead::words));
  for (Affine &value : values)
    (*this)(field, value);
}

void Decoder::operator()(const Field &field, std::string &value) {
  uint64_t word = next(field), rest = word;
  uint64_t bytes = part(field, layout::ListHead::count, word, rest);
  checkRest(field, rest);
  if (bytes > (words.size() - position) * 8)
    fail(field.name, fmt::format("has {} bytes, which go beyond the end of the row", bytes));
  value.assign(reinterpret_cast<const char *>(words.data() + position), bytes);
  position += (bytes + 7) / 8;
  if (bytes % 8)
    checkRest(field, words[position - 1] >> (bytes % 8 * 8));
}

void Decoder::operator()(const Field &field, std::vector<LaneStep> &steps) {
  // Every step has the same number of words, whatever its opcode.
  const size_t stepWords = laneStepInfos.front().fixedWords;
  steps.resize(count(field, stepWords));
  for (LaneStep &step : steps) {
    uint64_t opcode = bitsOf(layout::StepHeader::opcode, words[position]);
    step.opcode = static_cast<LaneOpcode>(opcode);
    const RowInfo *stepInfo = laneStepInfo(step.opcode);
    if (!stepInfo)
      fail(field.name, fmt::format("has opcode {}, which is no lane step", opcode));
    Decoder decoder(*stepInfo, words.subspan(position, stepWords));
    LaneStep::visit(step, decoder);
    position += decoder.finish();
  }
}

size_t Decoder::finish() {
  for (size_t i = 0; i < info.fixedWords; ++i)
    if (rest[i])
      fail(fmt::format("word {}", i).c_str(), fmt::format("has bits {:#x} that no field uses", rest[i]));
  if (position != words.size())
    fail("length", fmt::format("is {} words, its operands end after {}", words.size(), position));
  return position;
}

} // namespace dnnc::isa

#include "runtime/Tensor/Npy.h"
#include "dnnc/Error.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace dnnc::npy {
namespace {

constexpr std::string_view magic = "\x93NUMPY";

struct TypeCode {
  std::string_view code; // NumPy's kind and bytes
  ElementType type;
};
constexpr TypeCode typeCodes[] = {
    {"i1", ElementType::I8},  {"u1", ElementType::U8},  {"i2", ElementType::I16},
    {"u2", ElementType::U16}, {"i4", ElementType::I32}, {"i8", ElementType::I64},
    {"f2", ElementType::F16}, {"f4", ElementType::F32}, {"b1", ElementType::Bool}};

struct Header {
  std::string descr;
  bool fortranOrder = false;
  std::vector<int64_t> shape;
};

/// Reads the one form of Python literal NumPy writes: {'descr': '<f4', 'fortran_order': False, 'shape': (2,
/// 3), }
class HeaderParser {
public:
  HeaderParser(std::string_view text, const std::string &where) : rest(text), where(where) {}

  Header parse() {
    Header header;
    bool hasDescr = false, hasOrder = false, hasShape = false;
    expect('{');
    while (!accept('}')) {
      std::string key = string();
      expect(':');
      if (key == "descr" && !hasDescr) {
        header.descr = descr();
        hasDescr = true;
      } else if (key == "fortran_order" && !hasOrder) {
        header.fortranOrder = boolean();
        hasOrder = true;
      } else if (key == "shape" && !hasShape) {
        header.shape = tuple();
        hasShape = true;
      } else {
        fail(fmt::format("unexpected key '{}'", key));
      }
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    skipSpace();
    if (!rest.empty())
      fail("text after the dictionary");
    if (!hasDescr || !hasOrder || !hasShape)
      fail("need the keys descr, fortran_order and shape");
    return header;
  }

private:
  [[noreturn]] void fail(const std::string &what) const {
    throw Error(fmt::format("{}: damaged .npy header: {}", where, what));
  }
  void skipSpace() {
    while (!rest.empty() && (rest[0] == ' ' || rest[0] == '\n' || rest[0] == '\t'))
      rest.remove_prefix(1);
  }
  bool accept(char c) {
    skipSpace();
    if (rest.empty() || rest[0] != c)
      return false;
    rest.remove_prefix(1);
    return true;
  }
  void expect(char c) {
    if (!accept(c))
      fail(fmt::format("need '{}'", c));
  }
  std::string string() {
    skipSpace();
    if (rest.empty() || (rest[0] != '\'' && rest[0] != '"'))
      fail("need a string");
    size_t end = rest.find(rest[0], 1);
    if (end == std::string_view::npos)
      fail("a string without its end");
    std::string value(rest.substr(1, end - 1));
    rest.remove_prefix(end + 1);
    return value;
  }
  std::string descr() {
    skipSpace();
    if (!rest.empty() && rest[0] == '[')
      throw Error(fmt::format("{}: have a structured array; need one of plain elements", where));
    return string();
  }
  bool boolean() {
    skipSpace();
    for (auto [word, value] : {std::pair<std::string_view, bool>{"True", true}, {"False", false}})
      if (rest.starts_with(word)) {
        rest.remove_prefix(word.size());
        return value;
      }
    fail("need True or False");
  }
  std::vector<int64_t> tuple() {
    constexpr size_t maxRank = 64; // NumPy's own limit
    std::vector<int64_t> values;
    expect('(');
    while (!accept(')')) {
      skipSpace();
      int64_t value = 0;
      auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
      if (error != std::errc() || value < 0)
        fail("need extents of 0 or more in the shape");
      rest.remove_prefix(end - rest.data());
      accept('L'); // Python 2 wrote long integers so
      values.push_back(value);
      if (values.size() > maxRank)
        fail(fmt::format("more than {} dimensions", maxRank));
      if (!accept(',')) {
        expect(')');
        break;
      }
    }
    return values;
  }

  std::string_view rest;
  const std::string &where;
};

ElementType typeOf(const std::string &descr, const std::string &where) {
  std::string_view code = descr;
  char order = code.empty() ? '?' : code[0];
  if (order == '<' || order == '|' || order == '=' || order == '>')
    code.remove_prefix(1);
  for (const TypeCode &each : typeCodes) {
    if (each.code != code)
      continue;
    if (order == '>' && bytesOf(each.type) > 1)
      throw Error(fmt::format(
          "{}: have big-endian elements ('{}'); need little-endian: x.astype(x.dtype.newbyteorder('<'))",
          where, descr));
    return each.type;
  }
  std::string names;
  for (const TypeCode &each : typeCodes)
    names += fmt::format("{}{}", names.empty() ? "" : ", ", name(each.type));
  throw Error(fmt::format("{}: have elements of NumPy type '{}'; need one of {}: convert with x.astype(...)",
                          where, descr, names));
}

/// The elements of a column-major array in row-major order.
Tensor fromFortranOrder(ElementType type, const std::vector<int64_t> &shape, const uint8_t *source) {
  Tensor result(type, shape);
  std::span<uint8_t> target = result.mutableBytes();
  size_t width = bytesOf(type);
  std::vector<int64_t> stride(shape.size(), 1), index(shape.size(), 0);
  for (size_t d = 1; d < shape.size(); ++d)
    stride[d] = stride[d - 1] * shape[d - 1];
  int64_t position = 0;
  for (int64_t i = 0, count = result.elementCount(); i < count; ++i) {
    std::memcpy(target.data() + i * width, source + position * width, width);
    for (size_t d = shape.size(); d-- > 0;) {
      position += stride[d];
      if (++index[d] < shape[d])
        break;
      position -= stride[d] * shape[d];
      index[d] = 0;
    }
  }
  return result;
}

int64_t littleEndian(std::span<const uint8_t> bytes) {
  int64_t value = 0;
  for (size_t i = bytes.size(); i-- > 0;)
    value = value << 8 | bytes[i];
  return value;
}

} // namespace

Tensor parse(std::span<const uint8_t> bytes, const std::shared_ptr<const void> &keeper,
             const std::string &where) {
  constexpr size_t versionEnd = 8;
  if (bytes.size() < versionEnd || std::memcmp(bytes.data(), magic.data(), magic.size()) != 0)
    throw Error(fmt::format("{}: is no NumPy array: it does not start with \\x93NUMPY", where));
  int major = bytes[6], minor = bytes[7];
  if (major < 1 || major > 3 || minor != 0)
    throw Error(fmt::format("{}: have .npy format {}.{}; need 1.0, 2.0 or 3.0", where, major, minor));
  size_t lengthBytes = major == 1 ? 2 : 4;
  size_t start = versionEnd + lengthBytes;
  size_t length = bytes.size() < start ? 0 : littleEndian(bytes.subspan(versionEnd, lengthBytes));
  if (bytes.size() < start || bytes.size() - start < length)
    throw Error(fmt::format("{}: is cut off in its .npy header", where));
  Header header = HeaderParser({reinterpret_cast<const char *>(bytes.data()) + start, length}, where).parse();
  ElementType type = typeOf(header.descr, where);

  std::span<const uint8_t> data = bytes.subspan(start + length);
  int64_t needed = bytesOf(type);
  for (int64_t extent : header.shape)
    if (__builtin_mul_overflow(needed, std::max<int64_t>(extent, 1), &needed))
      throw Error(fmt::format("{}: damaged .npy header: the shape has more than 2^63 bytes", where));
  if (std::ranges::find(header.shape, 0) != header.shape.end())
    needed = 0;
  if (static_cast<int64_t>(data.size()) != needed)
    throw Error(fmt::format("{}: have {} B of elements; the header says {}", where, data.size(), needed));
  Tensor tensor = header.fortranOrder && header.shape.size() > 1
                      ? fromFortranOrder(type, header.shape, data.data())
                      : Tensor::borrow(type, header.shape, data, keeper);
  // NumPy holds only 0 and 1; whoever reads the tensor may rely on it.
  if (type == ElementType::Bool && std::ranges::any_of(tensor.bytes(), [](uint8_t byte) { return byte > 1; }))
    for (uint8_t &byte : tensor.mutableBytes())
      byte = byte != 0;
  return tensor;
}

std::string header(const Tensor &tensor, const std::string &where) {
  std::string_view code;
  for (const TypeCode &each : typeCodes)
    if (each.type == tensor.type)
      code = each.code;
  if (code.empty())
    throw Error(
        fmt::format("{}: NumPy has no {}; need another type for a NumPy file", where, name(tensor.type)));
  std::string shape;
  for (int64_t extent : tensor.shape)
    shape += fmt::format("{}{}", shape.empty() ? "" : ", ", extent);
  if (tensor.rank() == 1)
    shape += ",";
  std::string text = fmt::format("{{'descr': '{}{}', 'fortran_order': False, 'shape': ({}), }}",
                                 bytesOf(tensor.type) == 1 ? '|' : '<', code, shape);
  // Spaces and a line end bring the elements to a multiple of 64 bytes.
  constexpr size_t prefix = 10, alignment = 64;
  text.append(alignment - (prefix + text.size() + 1) % alignment, ' ');
  text += '\n';
  std::string result(magic);
  result += {'\x01', '\x00', static_cast<char>(text.size() & 0xff), static_cast<char>(text.size() >> 8)};
  return result + text;
}

} // namespace dnnc::npy

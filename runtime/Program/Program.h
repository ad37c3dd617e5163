// A program: what stands in prog.bin. The tables and queues hold rows of the ISA table (runtime/Isa); the
// constants are mapped, not copied. Container.cpp reads and writes the file, Verify.cpp says everything that
// is wrong with a program.
#pragma once

#include "runtime/Isa/Isa.h"
#include "runtime/Isa/Rules.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dnnc::isa {

/// Bytes that are owned, mapped from a file, or borrowed from someone who keeps them longer.
class Bytes {
public:
  Bytes() = default;
  /// Takes the bytes.
  Bytes(std::vector<uint8_t> bytes);
  /// Bytes that `owner` keeps; without an owner, the caller must.
  Bytes(std::span<const uint8_t> view, std::shared_ptr<const void> owner)
      : view(view), owner(std::move(owner)) {}

  const uint8_t *data() const { return view.data(); }
  size_t size() const { return view.size(); }
  bool empty() const { return view.empty(); }
  std::span<const uint8_t> span() const { return view; }
  operator std::span<const uint8_t>() const { return view; }
  /// The bytes [offset, offset + size), which must lie inside.
  Bytes part(size_t offset, size_t size) const { return Bytes(view.subspan(offset, size), owner); }

  /// Maps a file for reading. Throws Error.
  static Bytes map(const std::string &path);

private:
  std::span<const uint8_t> view;
  std::shared_ptr<const void> owner;
};

/// Where a problem is: a row of a table, an instruction of a queue, or the header.
enum class Part : uint8_t { Header, Tokens, Nodes, Tensors, Segments, Mappings, Lanes, Densities, Queue };

struct Problem {
  Part part = Part::Header;
  Queue queue{};    // where part is Queue
  size_t index = 0; // row or instruction
  std::string message;
  /// "array queue, instruction 3 (isa.conv): …"; `where` alone is before the colon.
  std::string text() const;
  std::string where() const;
};

struct Program {
  /// Model name, bytes of DRAM and of constants, and the target's YAML.
  ProgramRow header;
  std::vector<TokenRow> tokens;
  std::vector<NodeRow> nodes;
  std::vector<TensorRow> tensors;
  std::vector<SegmentRow> segments;
  std::vector<MappingRow> mappings;
  std::vector<LanesRow> lanes;
  std::vector<DensityRow> densities; ///< of a what-if; none where all is computed
  /// DRAM [0, header.constantsBytes) is a read-only image of these.
  Bytes constants;
  /// By isa::Queue.
  std::array<std::vector<Instruction>, 4> queues;

  std::vector<Instruction> &operator[](Queue queue) { return queues[static_cast<size_t>(queue)]; }
  const std::vector<Instruction> &operator[](Queue queue) const { return queues[static_cast<size_t>(queue)]; }
  /// Row of the tensor with this name, if any.
  std::optional<size_t> findTensor(std::string_view name) const;

  /// Maps a file, parses and verifies it. Throws Error with every problem, one a line.
  static Program read(const std::string &path);
  /// Parses the bytes of a file without `verify`. Throws Error.
  static Program parse(const Bytes &file);
  /// The bytes of the file: the same program gives the same bytes. Throws Error where a row cannot be
  /// encoded.
  std::vector<uint8_t> serialize() const;
  /// Throws Error where a row cannot be encoded or the file cannot be written; then the file is not touched.
  void write(const std::string &path) const;

  /// The text of the program, as dnnc-objdump writes it.
  enum class Constants : uint8_t { Auto, Full, Digest };
  std::string print(Constants constants = Constants::Auto, bool comments = false) const;
  /// Reads such a text. Where it holds only a digest, the constants are taken from `data`, whose digest must
  /// agree.
  static Program fromText(std::string_view text, const std::string &fileName, const Program *data = nullptr);
};

/// Everything that is wrong with a program, in the order of the file; empty for a good one. A program without
/// problems has legal queues, proper loops, tokens with one signalling and one waiting queue, and names only
/// rows and memories that exist. With `constantsElsewhere` the bytes of the constants may be missing.
std::vector<Problem> verify(const Program &program, bool constantsElsewhere = false);

} // namespace dnnc::isa

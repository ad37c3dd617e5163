// What an instruction's value semantics (exec/) may do to the machine, and all it may do.
//
// The machine implements this class once (Machine, queues, hazards); exec/ only calls it. An executor first
// resolves its affines, then asks for the boxes it touches, then computes; it keeps no state of its own.
#pragma once

#include "dnnc/Error.h"
#include "runtime/Simulator/Box.h"
#include "runtime/Simulator/kernels/SkippedZeros.h"

#include <cstdint>
#include <string>

namespace dnnc::isa {
struct Affine;
struct LanesRow;
} // namespace dnnc::isa

namespace dnnc::sim {

struct ConvTile;
class DrawnZeros;

/// A program did something that the machine forbids. The message names the queue, the instruction and its
/// node.
class SimulationError : public Error {
public:
  using Error::Error;
};

class Context {
public:
  /// The memory number of DRAM; on-chip memories are numbered as in the target, from 0.
  static constexpr int64_t dram = -1;

  virtual ~Context() = default;

  /// The affine's value with the loop indices of the executing instruction's queue. A level that is not open
  /// fails.
  virtual int64_t resolve(const isa::Affine &affine) = 0;

  /// Element (0, …, 0) of a box at `address`, which the instruction will read wholly, and nothing else. The
  /// machine checks that the memory exists and that every byte of the box lies in it, and reports the box to
  /// the hazard checker; anything wrong throws SimulationError. The pointer stays valid until the instruction
  /// ends. An empty box gives a pointer that must not be dereferenced, and is neither checked nor reported.
  virtual const uint8_t *read(int64_t memory, int64_t address, const Box &box) = 0;

  /// The same for a box that the instruction will write wholly. Constants in DRAM are read-only. Called
  /// before the bytes are written. An instruction may read and write the same box (psums accumulate in
  /// place).
  virtual uint8_t *write(int64_t memory, int64_t address, const Box &box) = 0;

  /// Row `index` of the program's table of lane programs; fails when there is none.
  virtual const isa::LanesRow &lanes(uint64_t index) = 0;

  /// Throws SimulationError: the machine puts the queue, the instruction, its number and its node in front of
  /// `message`.
  [[noreturn]] virtual void fail(const std::string &message) = 0;

  /// Announces `operations` scalar operations (multiply–accumulates, element-steps, bytes moved) before they
  /// are done, so that the machine can stop a damaged program that would run for years inside its memories.
  virtual void work(int64_t operations) = 0;

  /// Bits of a psum word of the target; values stay exact whatever it is.
  virtual int psumBits() const { return 32; }
  /// Counts integer psums of a finished tile that psumBits() cannot hold.
  virtual void countPsumOverflows(int64_t values) { (void)values; }
  /// The exact values of psums whose cells in memory are too narrow for them: element i is that of a cell at
  /// byte address + i. Only array instructions see them. Asked for after the box of the cells was read or
  /// written, and good for that box alone.
  virtual int64_t *exactPsums(int64_t memory, int64_t address) = 0;

  /// Whether the array gates on zeros of the ifmap, so that they have to be counted.
  virtual bool gatesZeros() const { return false; }
  /// Counts the MACs of an array instruction whose ifmap element is the zero point, padding included.
  virtual void countZeroIfmapMacs(int64_t macs) { (void)macs; }

  /// Announces an array instruction's tile before it is computed. Returns which zeros the array skips, where
  /// that changes a sum: a skipped product adds nothing, whatever its other factor is.
  virtual SkippedZeros convolving(const ConvTile &tile) {
    (void)tile;
    return {};
  }

  /// Announces one segment of so many bytes that moves from or to DRAM: of its slot, which was read or written
  /// as a box, only they are transferred.
  virtual void countSegmentBytes(int64_t bytes) { (void)bytes; }

  /// The zeros that a store's node is to have for a what-if; null where it stores what it computed.
  virtual const DrawnZeros *drawnZeros() const { return nullptr; }
};

} // namespace dnnc::sim

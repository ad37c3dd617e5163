// Passes whose operands stream, as what they do to clocks.
//
// The clocks are the ends of what has been planned so far: the array's stages; each network's and the shared
// read port's streaming words; psums that leave. A step moves a clock to the latest of some clocks, each plus
// a time: a matrix over (max, +). What comes waits for nobody, stages wait for what comes, what leaves waits
// for stages; so of the matrix only the entries below are ever different.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace dnnc::sim {

/// What comes: the operands' networks, and the port of a memory that several of them are read from.
enum class Incoming { Ifmap, Weight, Psum, SharedPort };

/// What can be done to clocks, in units of time.
class Clocks {
public:
  virtual void bring(Incoming clock, int64_t time) = 0;
  /// A stage ends when it has taken its time and all that was planned to come has come.
  virtual void compute(int64_t time) = 0;
  /// The array does something alone.
  virtual void stand(int64_t time) = 0;
  virtual void leave(int64_t time) = 0;

protected:
  ~Clocks() = default;
};

class Stretch final : public Clocks {
public:
  void bring(Incoming clock, int64_t time) override { coming[static_cast<size_t>(clock)] += time; }
  void compute(int64_t time) override;
  void stand(int64_t time) override;
  void leave(int64_t time) override;

  /// The steps of another stretch behind these, `times` times over.
  void append(const Stretch &next, int64_t times);
  /// The same where nothing streams: the array's clock alone.
  void appendStages(const Stretch &next, int64_t times) { array += times * next.array; }

  /// The latest clock, if all were zero before.
  int64_t end() const;

private:
  static constexpr size_t incoming = 4;
  static constexpr int64_t never = -(int64_t(1) << 60);
  using Times = std::array<int64_t, incoming>;

  void append(const Stretch &next);

  Times coming{}; // each clock runs on by so much
  // The array's clock: behind its own, behind each of those that come.
  int64_t array = 0;
  Times arrayBehindComing = {never, never, never, never};
  // The clock of what leaves: behind its own, the array's, each of those that come.
  int64_t leaving = 0, leavingBehindArray = never;
  Times leavingBehindComing = {never, never, never, never};
};

} // namespace dnnc::sim

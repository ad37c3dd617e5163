#include "runtime/Simulator/Tokens.h"

namespace dnnc::sim {

const Token::Signal *Token::consume(int queue, uint32_t sequence) {
  int64_t unit = consumed() - initial;
  consumers.push_back({queue, sequence});
  return unit >= 0 ? &signals[static_cast<size_t>(unit)] : nullptr;
}

bool Token::signal(uint32_t job, const Clock &clock) {
  signals.push_back({job, clock});
  int64_t room =
      initial + static_cast<int64_t>(signals.size()) - maximum; // consumptions that must have happened
  if (room <= 0)
    return true;
  if (room > consumed())
    return false;
  const Consumer &consumer = consumers[static_cast<size_t>(room - 1)];
  return consumer.sequence <= clock[static_cast<size_t>(consumer.queue)];
}

} // namespace dnnc::sim

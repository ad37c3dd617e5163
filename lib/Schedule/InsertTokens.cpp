#include "lib/Schedule/Passes.h"

#include "llvm/ADT/MapVector.h"

#include <array>
#include <map>

namespace dnnc::schedule {
#define GEN_PASS_DEF_INSERTTOKENS
#include "lib/Schedule/Passes.h.inc"
} // namespace dnnc::schedule

using namespace mlir;
using namespace dnnc;
using acc::Queue;

static constexpr unsigned queueCount = 4;
static unsigned index(Queue queue) { return static_cast<unsigned>(queue); }

namespace {
/// How far each queue is known to be done, in nests; −1 for not at all.
using Knowledge = std::array<int64_t, queueCount>;
void learn(Knowledge &known, const Knowledge &other) {
  for (unsigned q = 0; q < queueCount; ++q)
    known[q] = std::max(known[q], other[q]);
}

/// Bytes that a statement touches: on-chip memories by their number, DRAM activations as memory −1.
struct Range {
  int64_t memory, begin, end;
  bool written;
  bool conflicts(const Range &other) const {
    return memory == other.memory && begin < other.end && other.begin < end && (written || other.written);
  }
};

ArrayRef<int64_t> tokensOf(Operation *op, StringRef list) {
  auto attribute = op->getAttrOfType<DenseI64ArrayAttr>(list);
  return attribute ? attribute.asArrayRef() : ArrayRef<int64_t>();
}

bool hasTokens(Operation *op, StringRef list) { return !tokensOf(op, list).empty(); }

std::optional<Range> rangeOf(acc::TaskOpInterface task, OpOperand &operand) {
  bool written = task.writesOperand(operand.getOperandNumber());
  if (auto tensor = operand.get().getDefiningOp<acc::TensorOp>()) {
    acc::TensorOp root = tensor.getRoot();
    if (root.getKind() == acc::TensorKind::constant)
      return std::nullopt;
    int64_t begin = *root.getAddress();
    return Range{-1, begin, begin + root.getStoredBytes(), written};
  }
  auto buffer = operand.get().getDefiningOp<acc::BufferOp>();
  if (!buffer || buffer.getStream())
    return std::nullopt;
  auto type = cast<acc::BufferType>(buffer.getType());
  int64_t begin = *buffer.getAddress();
  return Range{static_cast<int64_t>(*buffer.getMemory()), begin, begin + type.getSlotBytes() * type.getSlots(), written};
}

struct InsertTokensPass : schedule::impl::InsertTokensBase<InsertTokensPass> {
  using InsertTokensBase::InsertTokensBase;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    bool unplaced = false;
    function.walk([&](Operation *op) {
      if (auto buffer = dyn_cast<acc::BufferOp>(op); buffer && (!buffer.getAddress() || !buffer.getMemory())) {
        buffer.emitOpError("has no address; run allocate-buffers first");
        unplaced = true;
      }
      if (auto tensor = dyn_cast<acc::TensorOp>(op); tensor && !tensor.getOf() && !tensor.getAddress()) {
        tensor.emitOpError("has no address; run place-tensors first");
        unplaced = true;
      }
      if (auto buffer = dyn_cast<acc::BufferOp>(op)) {
        std::optional<Queue> writer;
        for (OpOperand &use : buffer->getUses())
          if (auto task = dyn_cast<acc::TaskOpInterface>(use.getOwner()); task && task.writesOperand(use.getOperandNumber())) {
            if (writer && *writer != task.getQueue()) {
              buffer.emitOpError("is written by the ") << stringifyQueue(*writer) << " and the " << stringifyQueue(task.getQueue())
                                                       << " queue; give each its own buffer, or write the tokens by hand";
              unplaced = true;
              break;
            }
            writer = task.getQueue();
          }
      }
      if (auto task = dyn_cast<acc::TaskOpInterface>(op); task && (hasTokens(op, "wait") || hasTokens(op, "signal"))) {
        op->emitOpError("has tokens already; insert-tokens works on tasks without");
        unplaced = true;
      }
    });
    if (unplaced)
      return signalPassFailure();

    Block &block = function.getBody().front();
    declarations = OpBuilder::atBlockBegin(&block);
    SmallVector<acc::NestOp> nests(block.getOps<acc::NestOp>());
    Knowledge nothing;
    nothing.fill(-1);
    std::array<Knowledge, queueCount> known;
    known.fill(nothing);
    for (auto [number, nest] : llvm::enumerate(nests)) {
      // Between nests first: it looks at statements as they are before this nest's own tokens.
      orderAfterEarlierNests(nest, known);
      orderInside(nest);
      follow(nest, number, known);
      history.push_back(known);
      done.push_back(nest);
    }
  }

private:
  int64_t token(Location loc, StringRef name, int64_t initial, int64_t maximum) {
    acc::TokenOp::create(declarations, loc, nextToken, name, initial, maximum);
    return nextToken++;
  }

  static void append(Operation *task, StringRef list, int64_t number) {
    SmallVector<int64_t> numbers(tokensOf(task, list));
    numbers.push_back(number);
    task->setAttr(list, DenseI64ArrayAttr::get(task->getContext(), numbers));
  }

  static acc::SyncOp sync(OpBuilder builder, Location loc, Queue queue) {
    return acc::SyncOp::create(builder, loc, queue, ArrayRef<int64_t>(), ArrayRef<int64_t>());
  }

  /// The statement of `queue` waits before it begins: the task itself, or a sync before a loop.
  static void waitAt(Operation *statement, Queue queue, int64_t number) {
    if (!isa<acc::TaskOpInterface>(statement)) {
      Operation *before = statement->getPrevNode();
      auto existing = dyn_cast_or_null<acc::SyncOp>(before);
      statement = existing && existing.getQueue() == queue && !hasTokens(existing, "signal")
                      ? before
                      : sync(OpBuilder(statement), statement->getLoc(), queue).getOperation();
    }
    append(statement, "wait", number);
  }

  static void signalAt(Operation *statement, Queue queue, int64_t number) {
    if (!isa<acc::TaskOpInterface>(statement)) {
      OpBuilder after(statement->getContext());
      after.setInsertionPointAfter(statement);
      statement = sync(after, statement->getLoc(), queue);
    }
    append(statement, "signal", number);
  }

  /// The op of `block` that holds `op`.
  static Operation *statementIn(Block *block, Operation *op) { return block->findAncestorOpInBlock(*op); }

  /// Full and free tokens of every buffer that two queues touch.
  void orderInside(acc::NestOp nest) {
    llvm::MapVector<Value, SmallVector<std::pair<acc::TaskOpInterface, bool>>> accesses;
    nest.walk([&](acc::TaskOpInterface task) {
      if (isa<acc::SyncOp>(*task))
        return;
      for (OpOperand &operand : task->getOpOperands())
        if (auto buffer = operand.get().getDefiningOp<acc::BufferOp>(); buffer && !buffer.getStream())
          accesses[operand.get()].push_back({task, task.writesOperand(operand.getOperandNumber())});
    });
    for (auto &[buffer, list] : accesses) {
      Block *common = list.front().first->getBlock();
      for (auto &[task, writes] : list)
        while (!statementIn(common, task))
          common = common->getParentOp()->getBlock();
      Queue writer = list.front().first.getQueue();
      SmallVector<Queue> readers;
      for (auto &[task, writes] : list)
        if (task.getQueue() != writer && !llvm::is_contained(readers, task.getQueue()))
          readers.push_back(task.getQueue());
      auto ends = [&](Queue queue) {
        std::pair<Operation *, Operation *> firstAndLast = {nullptr, nullptr};
        for (auto &[task, writes] : list)
          if (task.getQueue() == queue) {
            Operation *statement = statementIn(common, task);
            if (!firstAndLast.first)
              firstAndLast.first = statement;
            firstAndLast.second = statement;
          }
        return firstAndLast;
      };
      auto type = cast<acc::BufferType>(buffer.getType());
      bool repeats = !isa<acc::NestOp>(common->getParentOp());
      for (Queue reader : readers) {
        std::string name = (stringifyRole(type.getRole()) + " of node " + Twine(nest.getNode())).str();
        auto [firstWrite, lastWrite] = ends(writer);
        auto [firstRead, lastRead] = ends(reader);
        int64_t full = token(nest.getLoc(), name + " full", 0, type.getSlots());
        signalAt(lastWrite, writer, full);
        waitAt(firstRead, reader, full);
        if (repeats) {
          int64_t free = token(nest.getLoc(), name + " free", type.getSlots(), type.getSlots());
          waitAt(firstWrite, writer, free);
          signalAt(lastRead, reader, free);
        }
      }
    }
  }

  /// What each queue knows at the end of the nest. A task that waits learns what the one that signalled knew; the last
  /// round of a wait comes after the last round of a signal that stands before it in the nest, so one walk is enough.
  void follow(acc::NestOp nest, int64_t number, std::array<Knowledge, queueCount> &known) {
    std::array<Operation *, queueCount> last = {};
    nest.walk([&](acc::TaskOpInterface task) { last[index(task.getQueue())] = task; });
    nest.walk([&](acc::TaskOpInterface task) {
      unsigned queue = index(task.getQueue());
      for (int64_t token : tokensOf(task, "wait"))
        if (auto signaller = told.find(token); signaller != told.end())
          learn(known[queue], signaller->second);
      Knowledge telling = known[queue];
      if (task == last[queue])
        telling[queue] = number;
      for (int64_t token : tokensOf(task, "signal"))
        told[token] = telling;
    });
    for (unsigned queue = 0; queue < queueCount; ++queue)
      known[queue][queue] = number;
  }

  /// Tokens from earlier nests that touched the same bytes.
  void orderAfterEarlierNests(acc::NestOp nest, std::array<Knowledge, queueCount> known) {
    SmallVector<Operation *> statements;
    for (Operation &statement : nest.getBody().front())
      statements.push_back(&statement);
    std::array<SmallVector<Range>, queueCount> touched;
    for (Operation *statement : statements) {
      std::array<SmallVector<Range>, queueCount> ranges;
      statement->walk([&](acc::TaskOpInterface task) {
        for (OpOperand &operand : task->getOpOperands())
          if (auto range = rangeOf(task, operand))
            ranges[index(task.getQueue())].push_back(*range);
      });
      for (unsigned q = 0; q < queueCount; ++q) {
        llvm::append_range(touched[q], ranges[q]);
        for (unsigned other = 0; other < queueCount; ++other)
          if (other != q)
            if (auto earlier = latestConflict(ranges[q], other, known[q][other]))
              waitForNest(statement, static_cast<Queue>(q), static_cast<Queue>(other), *earlier, known);
      }
    }
    touches.push_back(std::move(touched));
  }

  /// The latest nest, after `knownDone`, in which queue `other` touched bytes that conflict with `ranges`.
  std::optional<int64_t> latestConflict(ArrayRef<Range> ranges, unsigned other, int64_t knownDone) {
    if (ranges.empty())
      return std::nullopt;
    for (int64_t earlier = static_cast<int64_t>(touches.size()) - 1; earlier > knownDone; --earlier)
      for (const Range &range : touches[earlier][other])
        if (llvm::any_of(ranges, [&](const Range &mine) { return mine.conflicts(range); }))
          return earlier;
    return std::nullopt;
  }

  void waitForNest(Operation *statement, Queue queue, Queue other, int64_t earlier, std::array<Knowledge, queueCount> &known) {
    acc::NestOp nest = done[earlier];
    std::string name = ("node " + Twine(nest.getNode()) + " done: " + stringifyQueue(other) + " to " + stringifyQueue(queue)).str();
    int64_t number = token(nest.getLoc(), name, 0, 1);
    acc::SyncOp &end = nestEnd[{earlier, index(other)}];
    if (!end)
      end = sync(OpBuilder::atBlockEnd(&nest.getBody().front()), nest.getLoc(), other);
    append(end, "signal", number);
    waitAt(statement, queue, number);
    told[number] = history[earlier][index(other)];
    learn(known[index(queue)], told[number]);
  }

  OpBuilder declarations = OpBuilder(static_cast<MLIRContext *>(nullptr));
  int64_t nextToken = 0;
  SmallVector<acc::NestOp> done;
  /// What the queue that signals a token knew then.
  std::map<int64_t, Knowledge> told;
  /// What each queue knew at the end of each nest.
  SmallVector<std::array<Knowledge, queueCount>> history;
  SmallVector<std::array<SmallVector<Range>, queueCount>> touches;
  std::map<std::pair<int64_t, unsigned>, acc::SyncOp> nestEnd;
};
} // namespace

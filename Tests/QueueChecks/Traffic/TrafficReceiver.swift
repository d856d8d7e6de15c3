import Queues
import Reactors
import Streams
import Timing

/// A consumer that can ask to be woken.
protocol SleepingConsumer: Consumer, ~Copyable {
  mutating func armWakeup() -> Bool
}

extension RingConsumer: SleepingConsumer {}
extension NodeConsumer: SleepingConsumer where Message: ~Copyable, Word: ~Copyable {}
extension TurbineConsumer: SleepingConsumer where Word: ~Copyable {}
extension VecSubConsumer: SleepingConsumer where Message: ~Copyable, Word: ~Copyable {}

/// A task that takes numbers, sees that each comes once and in order, and sleeps when there are none.
///
/// It asks to be woken only when every interrupt that was sent has come, so that no two can become one and both counts
/// have to be the same.
struct TrafficReceiver<End: SleepingConsumer & Sendable & ~Copyable, Loading: TrafficLoading>: Sendable,
  ~Copyable
where Loading.Cargo == End.Message {
  /// Messages of a poll.
  private static var batch: Int { 32 }

  private var end: End?
  private let meter: WakeMeter
  /// Whether all interrupts must have come before it asks for one.
  private let settles: Bool
  private let ledger: Shared<TrafficLedger>
  private let board: Shared<TrafficBoard>
  private var expectation = TrafficExpectation()
  /// The core's counters when this task was polled first.
  private var start: (interrupts: UInt64, halts: UInt64)?

  init(
    _ end: consuming End, _ loading: Loading.Type, _ meter: WakeMeter, settles: Bool,
    _ ledger: Shared<TrafficLedger>, _ board: Shared<TrafficBoard>
  ) {
    self.end = consume end
    self.meter = meter
    self.settles = settles
    self.ledger = ledger
    self.board = board
    start = nil
  }

  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Void> {
    let interrupts = noteCounters(context)
    let isSettled = !settles || meter.sentCount == interrupts
    let sight = takeSome(at: context.now)
    guard isSettled else { return .ready }
    switch sight {
    case .more: return .ready
    case .nothing: return sleeps() ? .waiting : .ready
    case .over: return finish()
    }
  }

  private enum Sight {
    case more
    case nothing
    case over
  }

  /// Takes what there is, at most a batch.
  private mutating func takeSome(at now: Instant) -> Sight {
    var (left, wrong, sight) = (Self.batch, UInt64(0), Sight.more)
    while left > 0, sight == .more {
      switch end!.poll(at: now) {
      case .ready(let cargo):
        left -= 1
        if !expectation.take(Loading.unload(cargo)) { wrong += 1 }
      case .ended: sight = .over
      case .pending: sight = .nothing
      }
    }
    _ = ledger.value.received.add(UInt64(Self.batch - left))
    _ = ledger.value.wrong.add(wrong)
    return sight
  }

  /// Keeps what the core has done since the first poll; gives the interrupts taken.
  private mutating func noteCounters(_ context: borrowing CoreContext) -> UInt64 {
    let now = (
      interrupts: context.record.counters.interruptsOfSource[meter.source],
      halts: context.sleepCount
    )
    let first = start ?? now
    start = first
    let interrupts = now.interrupts &- first.interrupts
    ledger.value.interrupts.store(interrupts)
    ledger.value.halts.store(now.halts &- first.halts)
    return interrupts
  }

  private mutating func sleeps() -> Bool {
    _ = ledger.value.armed.add(1)
    guard !end!.armWakeup() else { return false }
    _ = ledger.value.slept.add(1)
    return true
  }

  private mutating func finish() -> TaskPoll<Void> {
    end = nil
    board.value.noteEnd()
    return .finished
  }
}

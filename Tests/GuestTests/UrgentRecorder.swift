import Buffers
import Machine

/// What the recorders of all slots share: which of them ran when, and what they are to do while they run.
struct UrgentLog: ~Copyable {
  static let capacity = 256
  /// Interrupts that one recorder sends while it runs.
  static let sendCount = 2

  /// Two numbers a run, in order: 2 * slot at its beginning, 2 * slot + 1 at its end.
  private(set) var entries: InlineArray<256, UInt8> = InlineArray(repeating: 0)
  private(set) var count = 0
  /// Runs of each slot since boot.
  private(set) var runs: InlineArray<16, UInt64> = InlineArray(repeating: 0)
  /// The slots that each slot interrupts when it runs for the first time of a burst; -1 for none.
  var script: InlineArray<16, InlineArray<2, Int>> = InlineArray(repeating: InlineArray(repeating: -1))
  /// The source that each slot marks; -1 for none.
  var wakes: InlineArray<16, Int> = InlineArray(repeating: -1)
  /// Where the stack was when each slot began last.
  var stacks: InlineArray<16, UInt> = InlineArray(repeating: 0)
  /// Recorders that waited in vain for a higher one to come in between.
  var missed: UInt64 = 0
  /// Time stamp of the first instruction in Swift of each slot's last run.
  var began: InlineArray<16, UInt64> = InlineArray(repeating: 0)
  /// The longest time from sending an interrupt to its task that came in between, in cycles.
  private(set) var worst: UInt64 = 0

  /// Empties the log and the scripts.
  mutating func reset() {
    count = 0
    script = InlineArray(repeating: InlineArray(repeating: -1))
    wakes = InlineArray(repeating: -1)
  }

  /// Empties the log alone.
  mutating func clear() { count = 0 }

  /// Notes a beginning or an end; gives whether there was none of this slot before.
  @discardableResult mutating func note(_ entry: Int) -> Bool {
    var isFirst = true
    for index in 0..<count where Int(entries[index]) == entry { isFirst = false }
    if count < Self.capacity {
      entries[count] = UInt8(entry)
      count += 1
    }
    if entry & 1 == 0 { runs[entry >> 1] += 1 }
    return isFirst
  }

  /// Notes how a higher one came in between that was sent at `sent`, when it had run `runsBefore` times.
  mutating func note(target: Int, runsBefore: UInt64, sent: UInt64) {
    switch runs[target] &- runsBefore {
    case 0: missed += 1
    case 1: worst = max(worst, began[target] - sent)
    default: break
    }
  }

  func isEqual(to other: borrowing UrgentLog) -> Bool {
    guard count == other.count else { return false }
    for index in 0..<count where entries[index] != other.entries[index] { return false }
    return true
  }
}

/// An urgent task that notes that it ran, sends the interrupts of its script, and marks its source.
struct UrgentRecorder: UrgentTask, ~Copyable {
  static var entry: UrgentEntry<Self> { UrgentEntry { $0.run(at: $1) } }
  /// Looks after which an interrupt that did not come is missed.
  private static let patience = 1_000_000

  let slot: UrgentSlot
  let index: Int
  let log: Ceiling<UrgentLog>

  mutating func run(_ context: inout UrgentContext) {
    let began = TimestampCounter.read()
    var place = 0
    let stack = unsafe withUnsafeMutablePointer(to: &place) { UInt(bitPattern: $0) }
    let isFirst = log.withState(in: context) { log in
      log.began[index] = began
      log.stacks[index] = stack
      return log.note(2 * index)
    }
    let (script, source) = log.withState(in: context) { ($0.script[index], $0.wakes[index]) }
    if isFirst {
      for number in 0..<UrgentLog.sendCount where script[number] >= 0 { send(script[number], context) }
    }
    if source >= 0 { context.wake(source: source) }
    log.withState(in: context) { _ = $0.note(2 * index + 1) }
  }

  /// Sends an interrupt; a higher one is waited for, so that it comes here and nowhere else.
  private func send(_ target: Int, _ context: borrowing UrgentContext) {
    let before = log.withState(in: context) { $0.runs[target] }
    let slot = UrgentTests.slot(target)
    let sent = TimestampCounter.read()
    LocalAPIC.raise(slot)
    guard slot.level > self.slot.level else { return }
    var looks = 0
    while looks < Self.patience, log.withState(in: context, { $0.runs[target] }) == before { looks += 1 }
    log.withState(in: context) { $0.note(target: target, runsBefore: before, sent: sent) }
  }
}

import Machine
import Reactors
import Tracing

/// Random bursts of interrupts, as their sender and the tasks that serve them see them.
struct BurstScene {
  static let sourceCount = 8
  static let firstSource = 40

  private var burstsLeft = 10_000
  private var random = Random(state: 0x9E37_79B9_7F4A_7C15)
  /// The burst's sources in the order in which they are to be served.
  private var expected: InlineArray<8, Int> = InlineArray(repeating: 0)
  private var count = 0
  private var servedOfBurst = 0
  /// When the poll that sent the burst ended.
  private var end: UInt64 = 0
  private(set) var sentCount: UInt64 = 0
  private(set) var servedCount: UInt64 = 0
  /// Bursts that were not served as they should be, and those in which an order by number would have been wrong.
  private(set) var wrong: UInt64 = 0
  private(set) var noticed: UInt64 = 0
  /// From the end of the poll that sent it to the first and to the last task of a burst, in instructions.
  private(set) var worstOfFirst: UInt64 = 0
  private(set) var worstOfLast: UInt64 = 0

  /// Of two sources each one priority.
  private static func priority(_ index: Int) -> Int { index / 2 }

  /// Chooses the next burst and gives its sources in the order in which they are sent; nothing behind the last.
  mutating func next() -> (sources: InlineArray<8, Int>, count: Int)? {
    guard burstsLeft > 0 else { return nil }
    burstsLeft -= 1
    var sources: InlineArray<8, Int> = InlineArray(repeating: 0)
    var chosen = 0
    count = 0
    servedOfBurst = 0
    for _ in 0..<1 + random.next(below: Self.sourceCount) {
      let index = random.next(below: Self.sourceCount)
      guard chosen & 1 << index == 0 else { continue }
      chosen |= 1 << index
      sources[count] = index
      expect(index)
    }
    sentCount += UInt64(count)
    return (sources, count)
  }

  /// Puts a source where it will be served: behind all that are as urgent or more.
  private mutating func expect(_ index: Int) {
    var place = count
    while place > 0, Self.priority(expected[place - 1]) > Self.priority(index) {
      expected[place] = expected[place - 1]
      place -= 1
    }
    expected[place] = index
    count += 1
  }

  mutating func sent(at end: UInt64) { self.end = end }

  /// Compares the last burst with what the trace says of it.
  mutating func check(_ trace: borrowing TraceRing) {
    guard count > 0 else { return }
    var isWrong = servedOfBurst != count
    var isByNumber = true
    for place in 0..<count {
      let event = trace.event(age: count - 1 - place)
      let source = UInt32(Self.firstSource + expected[place])
      if event?.kind != .interrupt || event?.subject != source { isWrong = true }
      if place > 0 && expected[place] < expected[place - 1] { isByNumber = false }
    }
    if isWrong { wrong += 1 }
    if !isByNumber { noticed += 1 }
  }

  mutating func serve(at now: UInt64) {
    guard end != 0 else { return }
    servedCount += 1
    servedOfBurst += 1
    if servedOfBurst == 1 { worstOfFirst = max(worstOfFirst, now - end) }
    if servedOfBurst == count { worstOfLast = max(worstOfLast, now - end) }
  }
}

/// The sender of bursts, or a task that serves one of their sources.
struct BurstTask: Schedulable {
  let scene: Resident<BurstScene>
  /// Of the source that it serves; negative for the sender.
  let index: Int

  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Void> {
    let now = TimestampCounter.read()
    guard index < 0 else {
      scene.use { $0.serve(at: now) }
      return .waiting
    }
    scene.use { $0.check(context.record.trace) }
    guard let burst = scene.use({ $0.next() }) else { return .waiting }
    for place in 0..<burst.count { LocalAPIC.raise(source: BurstScene.firstSource + burst.sources[place]) }
    scene.use { $0.sent(at: TimestampCounter.read()) }
    return .ready
  }

  static var functions: TaskFunctions<BurstTask> {
    TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) })
  }
}

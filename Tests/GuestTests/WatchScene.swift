import Buffers
import Machine
import Queues
import Reactors
import Streams
import Timing

/// The first core, which watches all others and exchanges messages with them.
struct WatchScene: ~Copyable {
  static let answerSource = 45
  static let reportSource = 46
  private static let arenaByteCount = 1 << 20

  /// The first core's ends of its links with another one.
  struct Ends: ~Copyable {
    var sender: HoldUpSender
    var receiver: HoldUpReceiver
  }

  let coreCount: Int
  let period: Duration
  private var watch: CoreWatch
  private var others = OtherCores()
  /// By core number.
  private var ends: Table<Ends?>
  private var sentCounts = InlineArray<16, UInt64>(repeating: 0)
  /// Messages that came back from each core.
  private(set) var receivedCounts = InlineArray<16, UInt64>(repeating: 0)
  private(set) var reportCount: UInt64 = 0

  private init(_ ends: consuming Table<Ends?>, period: Duration) {
    coreCount = ends.count
    self.period = period
    watch = CoreWatch(watching: UInt16(1 << ends.count) - 2, period: period)
    self.ends = ends
  }

  /// Starts all other cores.
  static func started(
    coreCount: Int, period: Duration, _ core: inout Core, in arena: inout Arena
  ) -> WatchScene? {
    guard var ends = try? Table<Ends?>(count: coreCount, in: &arena, element: { _ in nil }) else {
      return nil
    }
    for number in 1..<coreCount {
      guard let made = try? started(UInt8(number), period, &core, in: &arena) else { return nil }
      ends[number] = .some(made)
    }
    return WatchScene(ends, period: period)
  }

  private static func started(
    _ processor: UInt8, _ period: Duration, _ core: inout Core, in arena: inout Arena
  ) throws(QueueError) -> Ends? {
    let there = try link(to: processor, source: HeldUpCore.source, in: &arena)
    let back = try link(to: LocalAPIC.identifier, source: answerSource, in: &arena)
    guard let own = try? arena.split(byteCount: arenaByteCount) else { return nil }
    let program = HeldUpCore(
      back.producer, there.consumer, own, period: period, .report(source: reportSource, onCore: 0))
    guard CoreTests.start(program, on: processor, &core, in: &arena) else { return nil }
    return Ends(sender: there.producer, receiver: back.consumer)
  }

  private static func link(
    to processor: UInt8, source: Int, in arena: inout Arena
  ) throws(QueueError) -> VecLink<HoldUp, HardwareWord>.Ends {
    let hook = LocalAPIC.wakeHook(source: source, onProcessor: processor)
    return try Channel<HoldUp>.create(
      .link, over: .vec, QueueProperties(capacity: 8, waiting: .wake(hook)), in: &arena
    ).link()
  }

  // MARK: - What goes on

  mutating func send(_ message: HoldUp, to number: Int) {
    sentCounts[number] += 1
    _ = ends[number]?.sender.push(message)
  }

  /// Exchanges messages with all cores that do not owe an answer, until the watch notices something, or the time has come.
  mutating func exchange(until end: Instant, _ core: inout Core) -> CoreEvent? {
    while core.now < end {
      for number in 1..<coreCount where sentCounts[number] == receivedCounts[number] {
        send(HoldUp(), to: number)
      }
      if let event = noticed(core.now) { return event }
      rest(until: min(end, watch.nextDeadline), &core)
    }
    return nil
  }

  /// Waits until no answer is owed, and then until the time has come, or the watch notices something.
  mutating func idle(until end: Instant, _ core: inout Core) -> CoreEvent? {
    while core.now < end {
      if let event = noticed(core.now) { return event }
      rest(until: min(end, watch.nextDeadline), &core)
    }
    return nil
  }

  /// The same, but the watch is asked only when a watchdog has reported.
  mutating func idleUntilReport(until end: Instant, _ core: inout Core) {
    let before = reportCount
    while core.now < end && reportCount == before { rest(until: end, &core) }
  }

  private mutating func noticed(_ now: Instant) -> CoreEvent? {
    guard let event = watch.poll(at: now, &others) else { return nil }
    var console = Console()
    event.write(to: &console)
    return event
  }

  /// Takes what has come; sleeps if there was nothing.
  private mutating func rest(until end: Instant, _ core: inout Core) {
    var hasReceived = false
    for number in 1..<coreCount where receive(from: number) { hasReceived = true }
    if !hasReceived { _ = core.sleep(until: end) }
    var pending = core.pendingSources
    while pending != 0 {
      let source = pending.trailingZeroBitCount
      pending &= pending - 1
      if source == Self.reportSource { reportCount += 1 }
      _ = core.take(source: source)
    }
  }

  private mutating func receive(from number: Int) -> Bool {
    guard case .ready? = ends[number]?.receiver.poll(at: .zero) else {
      return ends[number]?.receiver.armWakeup() ?? false
    }
    receivedCounts[number] += 1
    return true
  }
}

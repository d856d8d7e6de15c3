import Buffers
import Machine
import Queues
import Streams
import Timing

/// What the members of a group of cores send each other.
struct Letter: BitwiseCopyable, Sendable {
  enum Kind: UInt8, BitwiseCopyable, Sendable {
    case round
    /// The last one, to the first core: what the member is, and what it has seen.
    case report
  }

  var kind: Kind
  var sender: Int
  var number: UInt64
  var report = MemberReport()
}

/// What a core tells of itself.
struct MemberReport: BitwiseCopyable, Sendable {
  var number: Int = -1
  var identifier: UInt8 = 0
  /// An address on the core's stack.
  var stack: UInt = 0
  /// By how much its timer fired too early.
  var early = Duration.zero
  /// Letters out of order, or of somebody else.
  var wrongCount: UInt64 = 0
  /// Sleeps that no letter has ended.
  var lostCount: UInt64 = 0
  /// Whether the interrupt line that was routed to the core has come.
  var hasSeenLine = false
}

typealias LetterSender = VecLinkProducer<Letter, HardwareWord>
typealias LetterReceiver = VecLinkConsumer<Letter, HardwareWord>

/// One core of a group in which each has a link to each other one.
struct Member: CoreProgram, ~Copyable {
  static var entry: CoreEntry<Self> { CoreEntry { $0.run() } }

  static let source = 41
  static let lineSource = 42
  static let roundCount: UInt64 = 10
  /// So late that it ends no sleep but one whose wake-up was lost.
  private static let backstop = Duration.seconds(5)

  private let number: Int
  /// Whether an interrupt line leads to this core.
  private let expectsLine: Bool
  private var senders: Table<LetterSender?>
  private var receivers: Table<LetterReceiver?>
  private(set) var report = MemberReport()

  init(
    number: Int, expectsLine: Bool, _ senders: consuming Table<LetterSender?>,
    _ receivers: consuming Table<LetterReceiver?>
  ) {
    self.number = number
    self.expectsLine = expectsLine
    self.senders = senders
    self.receivers = receivers
  }

  consuming func run(on core: consuming Core) -> Never {
    var core = core
    var member = self
    member.work(&core)
    member.send(Letter(kind: .report, sender: member.number, number: 0, report: member.report), to: 0)
    while true { core.haltUnlessPending() }
  }

  /// Lets the timer fire, exchanges letters with all others, and waits for the line.
  mutating func work(_ core: inout Core) {
    lookAround(core)
    letTimerFire(&core)
    for round in 0..<Self.roundCount {
      for other in 0..<senders.count where other != number {
        send(Letter(kind: .round, sender: number, number: round), to: other)
      }
      for other in 0..<receivers.count where other != number { expect(round, from: other, &core) }
    }
    if expectsLine { report.hasSeenLine = sleep(until: Self.lineSource, &core) }
  }

  private mutating func lookAround(_ core: borrowing Core) {
    report.number = core.number
    report.identifier = LocalAPIC.identifier
    var here = 0
    report.stack = unsafe withUnsafeMutablePointer(to: &here) { UInt(bitPattern: $0) }
  }

  private mutating func letTimerFire(_ core: inout Core) {
    let deadline = core.now + .milliseconds(1)
    core.arm(for: deadline)
    while core.pendingSources & 1 == 0 { core.haltUnlessPending() }
    let fired = core.take(source: InterruptTests.timerSource)
    if fired < deadline { report.early = deadline.since(fired) }
  }

  private mutating func send(_ letter: Letter, to other: Int) {
    // There is always room: nobody is more than a round ahead.
    if senders[other]?.push(letter) != nil { report.wrongCount += 1 }
  }

  private mutating func expect(_ round: UInt64, from other: Int, _ core: inout Core) {
    let letter = receive(from: other, &core)
    if letter.kind != .round || letter.number != round || letter.sender != other { report.wrongCount += 1 }
  }

  /// The next letter from a core; sleeps until it comes.
  mutating func receive(from other: Int, _ core: inout Core) -> Letter {
    while true {
      if case .ready(let letter) = receivers[other]?.poll(at: .zero) { return letter }
      if receivers[other]?.armWakeup() == true { continue }
      if !sleep(until: Self.source, &core) { report.lostCount += 1 }
    }
  }

  /// Sleeps until `source` is marked, and takes it.
  ///
  /// - Returns: false when it was not for a long time.
  private func sleep(until source: Int, _ core: inout Core) -> Bool {
    let end = core.now + Self.backstop
    while core.pendingSources & 1 << UInt64(source) == 0 && core.now < end {
      _ = core.sleep(until: end)
      if core.pendingSources & 1 != 0 { _ = core.take(source: InterruptTests.timerSource) }
      // A letter may come meanwhile.
      if source != Self.source && core.pendingSources & 1 << UInt64(Self.source) != 0 {
        _ = core.take(source: Self.source)
      }
    }
    guard core.pendingSources & 1 << UInt64(source) != 0 else { return false }
    _ = core.take(source: source)
    return true
  }
}

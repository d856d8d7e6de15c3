import Buffers
import Machine
import Queues
import Streams
import Timing

/// What two cores send each other.
struct CoreMessage: BitwiseCopyable, Sendable {
  enum Kind: UInt8, BitwiseCopyable, Sendable {
    /// To be answered with the time at which it was found.
    case time
    /// The same, from a clock that is wrong: the control.
    case wrongTime
    /// To be answered after a sleep, if there is nothing else.
    case halting
    /// To be answered when a line was held back, and let come again, many times.
    case lines
  }

  var kind: Kind
  var number: UInt64
  /// When it was sent.
  var time: Instant
  /// How often the other core has found a message sent later than it was found.
  var earlyCount: UInt64 = 0
  /// How often it has asked to be woken, and was.
  var askedCount: UInt64 = 0
  var wokenCount: UInt64 = 0
}

typealias CoreSender = VecLinkProducer<CoreMessage, HardwareWord>
typealias CoreReceiver = VecLinkConsumer<CoreMessage, HardwareWord>

/// A core's two ends of the links with another one.
struct CoreEnds: Sendable, ~Copyable {
  static let source = 40
  /// So late that it ends no sleep but one whose wake-up was lost.
  static let backstop = Duration.seconds(5)

  var sender: CoreSender
  var receiver: CoreReceiver
  private(set) var askedCount: UInt64 = 0
  private(set) var wokenCount: UInt64 = 0
  private(set) var lostCount: UInt64 = 0

  init(_ sender: consuming CoreSender, _ receiver: consuming CoreReceiver) {
    self.sender = sender
    self.receiver = receiver
  }

  /// The next message, looked for without sleep.
  mutating func receive(_ core: borrowing Core) -> CoreMessage {
    while true {
      if case .ready(let message) = receiver.poll(at: .zero, looks: 64) { return message }
    }
  }

  /// The next message; sleeps until it comes.
  mutating func receiveHalting(_ core: inout Core) -> CoreMessage {
    while true {
      if case .ready(let message) = receiver.poll(at: .zero) { return message }
      if receiver.armWakeup() { continue }
      askedCount += 1
      let end = core.now + Self.backstop
      while core.pendingSources & 1 << UInt64(Self.source) == 0 && core.now < end {
        _ = core.sleep(until: end)
        if core.pendingSources & 1 != 0 { _ = core.take(source: InterruptTests.timerSource) }
      }
      if core.pendingSources & 1 << UInt64(Self.source) == 0 { lostCount += 1 } else { wokenCount += 1 }
      _ = core.take(source: Self.source)
    }
  }
}

/// What the other core runs: it answers.
struct Partner: CoreProgram, ~Copyable {
  static var entry: CoreEntry<Self> { CoreEntry { $0.run() } }

  private var ends: CoreEnds
  private var earlyCount: UInt64 = 0

  init(_ ends: consuming CoreEnds) { self.ends = ends }

  consuming func run(on core: consuming Core) -> Never {
    var core = core
    var partner = self
    var kind = CoreMessage.Kind.time
    while true {
      let message = kind == .halting ? partner.ends.receiveHalting(&core) : partner.ends.receive(core)
      kind = message.kind
      if kind == .lines { Self.holdBackLines(&core) }
      partner.answer(message, core)
    }
  }

  /// Nothing is at the line.
  private static func holdBackLines(_ core: inout Core) {
    let source = 41
    core.setControl(ofSource: source, .line(12))
    for _ in 0..<CoreTests.maskCount {
      core.setMask(true, source: source)
      core.setMask(false, source: source)
    }
  }

  private mutating func answer(_ message: CoreMessage, _ core: borrowing Core) {
    var now = core.now
    if message.kind == .wrongTime { now.nanoseconds /= 2 }
    if now < message.time { earlyCount += 1 }
    let answer = CoreMessage(
      kind: message.kind, number: message.number, time: now, earlyCount: earlyCount,
      askedCount: ends.askedCount, wokenCount: ends.wokenCount)
    // There is always room for the answer: the other end waits for it.
    _ = ends.sender.push(answer)
  }
}

import Orders
import Queues

/// Where an order core's engine puts its answers: on the way to the sessions core.
///
/// A report is kept back until the next one begins or the message is done, so that most messages make one.
struct ReportSink: ReplySink, ~Copyable {
  /// Reports a link holds.
  static let capacity = 2048
  /// With less room than this no message is begun: most orders trade with fewer others than half of it.
  static let leastRoom = 512

  private var reports: VecLinkProducer<OrderReport, HardwareWord>
  private var current = OrderReport()
  /// Whether the current report has an answer or an end in it.
  private var isOpen = false
  /// Reports there is room for, at least.
  private var room = ReportSink.capacity

  init(_ reports: consuming VecLinkProducer<OrderReport, HardwareWord>) { self.reports = reports }

  /// Whether a message may be begun.
  @inline(__always)
  var hasRoom: Bool {
    mutating get {
      if room >= Self.leastRoom { return true }
      room = reports.capacity &- reports.count
      return room >= Self.leastRoom
    }
  }

  /// The reports from now on are about this message.
  @inline(__always)
  mutating func begin(_ place: UInt32) {
    current.place = place
    empty()
  }

  /// Of the answer's bytes only so many count as it says.
  @inline(__always)
  private mutating func empty() {
    current.byteCount = 0
    current.isLast = false
    current.endedReference = 0
    isOpen = false
  }

  @inline(__always)
  mutating func emit<Message: OutboundMessage>(_ message: Message, to client: Int) {
    if isOpen { next() }
    isOpen = true
    current.client = UInt8(truncatingIfNeeded: client)
    current.byteCount = UInt8(truncatingIfNeeded: Message.byteCount)
    current.words.write { message.encode(into: &$0) }
  }

  @inline(__always)
  mutating func orderEnded(_ reference: UInt32, of client: Int) {
    if current.endedReference != 0 { next() }
    isOpen = true
    current.endedClient = UInt8(truncatingIfNeeded: client)
    current.endedReference = reference
  }

  /// The message is done with.
  @inline(__always)
  mutating func finish(_ outcome: Outcome) {
    current.outcome = outcome
    current.isLast = true
    push()
  }

  /// Reports something about a bucket's move. Not while a message is begun.
  mutating func report(_ mark: OrderReport) {
    current = mark
    push()
  }

  /// Sends the current report and begins another one.
  @inline(never)
  private mutating func next() {
    push()
    empty()
  }

  /// The sessions core takes reports as long as its journal has room, so the wait ends when the disk answers.
  @inline(__always)
  private mutating func push() {
    room &-= 1
    guard var refused = reports.push(current) else { return }
    while let again = reports.push(refused) { refused = again }
  }
}

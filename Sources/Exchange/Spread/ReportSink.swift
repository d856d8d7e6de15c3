import Orders
import Queues
import Wire

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
    current.head.place = place
    empty()
  }

  @inline(__always)
  private mutating func empty() {
    current.head.hasAnswer = false
    current.head.isLast = false
    current.head.endedReference = 0
    isOpen = false
  }

  @inline(__always)
  mutating func emit<Message: OutboundMessage>(_ message: Message, to client: Int) {
    if isOpen { next() }
    isOpen = true
    current.head.client = UInt8(truncatingIfNeeded: client)
    current.head.hasAnswer = true
    current.block.write { bytes in
      bytes.storeBigEndian(UInt16(truncatingIfNeeded: Message.byteCount), at: 0)
      var place = bytes.extracting(droppingFirst: 2)
      message.encode(into: &place)
    }
  }

  @inline(__always)
  mutating func orderEnded(_ reference: UInt32, of client: Int) {
    if current.head.endedReference != 0 { next() }
    isOpen = true
    current.head.endedClient = UInt8(truncatingIfNeeded: client)
    current.head.endedReference = reference
  }

  /// The message is done with.
  @inline(__always)
  mutating func finish(_ outcome: Outcome) {
    current.head.outcome = outcome
    current.head.isLast = true
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
    while !reports.push(copying: current) {}
  }
}

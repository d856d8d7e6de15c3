import Orders
import Queues
public import Reactors
import Streams
import Timing
import Tracing

/// The orders of one order core: an engine, the link on which messages come, and those on which it tells about them.
///
/// It is one task of its core's reactor. Nothing of it is shared but the queues.
public struct OrderShard: ~Copyable, Sendable {
  /// Messages applied in one poll.
  static let messagesPerPoll = 64
  /// How soon it looks again whether its reports were taken.
  private static let retry = Duration.microseconds(20)

  var engine: OrderEngine
  private var messages: PriorityConsumer<VecLinkConsumer<RoutedMessage, HardwareWord>>
  private var sink: ReportSink
  private var parts: VecLinkConsumer<BucketPart, HardwareWord>
  private var notices: VecLinkProducer<ShardNotice, HardwareWord>
  private let bucketsPerGroup: Int
  private var move = Move()
  /// Messages applied since boot.
  private var messageCount: UInt64 = 0
  var moveStart = Instant(nanoseconds: 0)

  /// What it does instead of applying messages.
  private struct Move: BitwiseCopyable {
    enum Phase: UInt8, BitwiseCopyable {
      case none
      /// It gives the buckets of the group away.
      case releasing
      /// It waits for the buckets of the group.
      case awaiting
    }

    var phase = Phase.none
    var group: UInt8 = 0
    /// Buckets that are gone, or have come.
    var doneCount = 0
  }

  init(
    engine: consuming OrderEngine,
    messages: consuming PriorityConsumer<VecLinkConsumer<RoutedMessage, HardwareWord>>,
    reports: consuming VecLinkProducer<OrderReport, HardwareWord>,
    parts: consuming VecLinkConsumer<BucketPart, HardwareWord>,
    notices: consuming VecLinkProducer<ShardNotice, HardwareWord>, bucketsPerGroup: Int
  ) {
    self.engine = engine
    self.messages = messages
    sink = ReportSink(reports)
    self.parts = parts
    self.notices = notices
    self.bucketsPerGroup = bucketsPerGroup
  }

  /// Applies what has come, up to a budget. Woken by its links.
  public mutating func poll(_ context: inout CoreContext) -> TaskStatus {
    for _ in 0..<Self.messagesPerPoll {
      guard sink.hasRoom else {
        context.deadline = context.now + Self.retry
        return .waiting
      }
      if move.phase != .none {
        guard goOn(&context) else { return waitForMove(&context) }
        continue
      }
      guard let urgency = messages.firstClass(below: MessageClass.count) else {
        return messages.armWakeup() ? .ready : .waiting
      }
      let place = messages.next(of: urgency)
      place.inspectBytes { take(place.inspect { $0.head }, $0, &context) }
      messages.drop(from: urgency)
    }
    return .ready
  }

  @inline(__always)
  private mutating func take(_ message: RoutedMessage.Head, _ bytes: RawSpan, _ context: inout CoreContext) {
    // The urgent classes may have been looked at just before something came there and this one behind it.
    if message.followsUrgent, messages.firstClass(below: MessageClass.least) != nil { takeUrgent() }
    switch message.kind {
    case .enter: apply(.enter, EnterOrder.byteCount, message, bytes)
    case .cancel: apply(.cancel, CancelOrder.byteCount, message, bytes)
    case .replace: apply(.replace, ReplaceOrder.byteCount, message, bytes)
    case .release, .await, .report: follow(message, &context)
    }
  }

  @inline(__always)
  private mutating func apply(
    _ kind: InboundKind, _ byteCount: Int, _ message: RoutedMessage.Head, _ bytes: RawSpan
  ) {
    messageCount &+= 1
    let client = Int(message.client)
    sink.begin(message.place)
    engine.trustNextReference(of: client)
    let outcome = engine.apply(
      kind, bytes.extracting(RoutedMessage.wordsOffset..<RoutedMessage.wordsOffset &+ byteCount),
      client: client, at: message.nanosecondsSinceMidnight,
      into: &sink)
    sink.finish(outcome)
  }

  @inline(never)
  private mutating func follow(_ message: RoutedMessage.Head, _ context: inout CoreContext) {
    switch message.kind {
    case .release:
      // It was sent before the release and still belongs here.
      takeUrgent()
      sink.report(.released)
      move = Move(phase: .releasing, group: message.group)
      moveStart = context.now
    case .await:
      move = Move(phase: .awaiting, group: message.group)
      moveStart = context.now
    case .report:
      let busy = context.now.nanoseconds &- context.record.counters.idle.nanoseconds
      tell(.work(busyNanoseconds: busy, messageCount: messageCount))
    case .enter, .cancel, .replace: break
    }
  }

  /// Applies what has come and is more urgent. What was sent before the message that is taken now is among it.
  @inline(never)
  private mutating func takeUrgent() {
    while let urgency = messages.firstClass(below: MessageClass.least) {
      let place = messages.next(of: urgency)
      place.inspectBytes { bytes in
        let message = place.inspect { $0.head }
        switch message.kind {
        case .cancel: apply(.cancel, CancelOrder.byteCount, message, bytes)
        case .replace: apply(.replace, ReplaceOrder.byteCount, message, bytes)
        case .enter, .release, .await, .report: preconditionFailure("not an urgent message")
        }
      }
      messages.drop(from: urgency)
    }
  }
}

// MARK: - Moving buckets

extension OrderShard {
  /// The bucket of a group that comes when so many of the group have come: symbols' buckets with the same low bits.
  private func bucket(_ index: Int, of group: UInt8) -> UInt8 {
    group &+ UInt8(truncatingIfNeeded: index &* (Symbol.bucketCount / bucketsPerGroup))
  }

  /// Notices beside parts that wait at most: how busy it was is asked anew only when it was told, and there is one move
  /// at a time.
  private static var otherNotices: Int { 2 }

  private mutating func tell(_ notice: ShardNotice) {
    let refused = notices.push(notice)
    precondition(refused == nil, "a link has room for the notices of an order core")
  }

  /// One step of a move. False when it has to wait.
  private mutating func goOn(_ context: inout CoreContext) -> Bool {
    switch move.phase {
    case .none: true
    case .releasing: release()
    case .awaiting: adopt(&context)
    }
  }

  private mutating func release() -> Bool {
    guard move.doneCount < bucketsPerGroup else {
      move.phase = .none
      return true
    }
    guard notices.count < notices.capacity - Self.otherNotices else { return false }
    guard let part = engine.takePart(of: bucket(move.doneCount, of: move.group)) else {
      preconditionFailure("a bucket was released that is not here")
    }
    tell(.part(part))
    if part.isLast { move.doneCount += 1 }
    return true
  }

  private mutating func adopt(_ context: inout CoreContext) -> Bool {
    guard move.doneCount < bucketsPerGroup else {
      let pause = context.now.nanoseconds &- moveStart.nanoseconds
      tell(.adopted(pauseNanoseconds: pause))
      sink.report(.arrived)
      move.phase = .none
      return true
    }
    guard case .ready(let part) = parts.poll(at: context.now) else { return false }
    engine.adopt(part)
    if part.isLast { move.doneCount += 1 }
    return true
  }

  private mutating func waitForMove(_ context: inout CoreContext) -> TaskStatus {
    context.deadline = context.now + Self.retry
    if move.phase == .awaiting { return parts.armWakeup() ? .ready : .waiting }
    return .waiting
  }
}

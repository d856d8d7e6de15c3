public import Orders
public import Timing
public import Tracing

/// Where a venue's messages are applied: an `OrderEngine` here, or a `SpreadEngine` on the order cores.
///
/// A type parameter and not a choice at run time, so that one core pays nothing for the existence of the others.
public protocol VenueEngine: ~Copyable {
  /// Whether messages can be under way; known when the node is compiled.
  static var isSpread: Bool { get }

  /// Applies one message that `InboundKind` has checked, of a client that is known; for an engine that is not spread.
  mutating func apply(
    _ kind: InboundKind, _ bytes: RawSpan, client: Int, at nanosecondsSinceMidnight: UInt64,
    into answers: inout AnswerSink
  ) -> Outcome

  /// Takes one message that `InboundKind` has checked, of a client that is known; for an engine that is spread.
  mutating func submit(
    _ kind: InboundKind, _ bytes: RawSpan, client: Int, at nanosecondsSinceMidnight: UInt64,
    into answers: inout AnswerSink
  ) -> Submission

  /// Applies a message of the journal. Context: boot.
  mutating func replay(
    _ message: InboundMessage, client: Int, at nanosecondsSinceMidnight: UInt64,
    into answers: inout AnswerSink
  ) -> Outcome

  /// Rejects a new order unseen; asked only while nothing is under way.
  mutating func reject(
    _ order: EnterOrder, client: Int, at nanosecondsSinceMidnight: UInt64, into answers: inout AnswerSink
  ) -> Outcome

  /// Rejects a replacement unseen; asked only while nothing is under way.
  mutating func reject(
    _ replace: ReplaceOrder, client: Int, at nanosecondsSinceMidnight: UInt64, into answers: inout AnswerSink
  ) -> Outcome

  /// Makes the number of a client without live orders that of a new one; asked only while nothing is under way.
  mutating func forget(client: Int)

  /// Counts a message without effect.
  @discardableResult mutating func ignore(_ reason: IgnoredMessage) -> Outcome

  /// Messages taken whose outcome is not known yet.
  var underwayCount: Int { get }
  /// Whether a message would be taken, unless it has to wait for certain others or is a long one.
  var hasRoom: Bool { get }
  /// Orders in the books; those of messages under way included.
  var liveOrderCount: Int { get }
  /// What happened since boot.
  var counters: OrderCounters { get }
  /// A number that two engines with the same state share. Context: boot.
  var stateDigest: UInt64 { get }

  /// The next message whose outcome is known: its answers are given to `answers` first. Nothing when there is none that
  /// may come next; an engine that applies at once has none.
  mutating func nextCompletion(into answers: inout AnswerSink) -> Completion?

  /// The bytes of the message that `nextCompletion` told of last, as it came.
  func withMessage(of completion: Completion, _ body: (RawSpan) -> Void)

  /// Asks to be woken at the next completion. True when there is one already.
  mutating func armWakeup() -> Bool

  /// Sees to it that order cores have about the same to do. Once a period of the balancer.
  mutating func balance(_ now: Instant)

  /// Goes on with what `balance` has begun. Once a poll.
  mutating func moveOn(_ now: Instant)

  /// Gives up an order core that hangs: what it has is as if it had never come.
  ///
  /// - Parameter answers: where those go that its messages would have had.
  /// - Returns: false when the machine cannot go on without it.
  mutating func giveUp(_ shard: Int, _ answers: borrowing AnswerSink) -> Bool

  /// Writes what is known of order cores, a name and a number a line.
  func writeStatistics<Writer: TextWriter & ~Copyable>(to writer: inout Writer)
}

/// What became of a message that an engine was given.
public enum Submission: Equatable, Sendable, BitwiseCopyable {
  /// It was applied, or is ignored; the answers are out.
  case done(Outcome)
  /// It is on its way; `nextCompletion` tells how it went.
  case underway
  /// It was not taken: what it depends on is not known yet. It must be tried again after the next completion.
  case mustWait
}

/// A message that was under way, and what became of it.
public struct Completion: Sendable, BitwiseCopyable {
  public let outcome: Outcome
  public let client: Int
  /// When it was taken.
  public let nanosecondsSinceMidnight: UInt64
  /// Where the engine keeps the message until the next completion.
  let place: Int
}

/// The engine of this core: everything is done at once.
extension OrderEngine: VenueEngine {
  @inline(__always) public static var isSpread: Bool { false }

  public mutating func submit(
    _ kind: InboundKind, _ bytes: RawSpan, client: Int, at nanosecondsSinceMidnight: UInt64,
    into answers: inout AnswerSink
  ) -> Submission {
    .done(apply(kind, bytes, client: client, at: nanosecondsSinceMidnight, into: &answers))
  }

  public mutating func replay(
    _ message: InboundMessage, client: Int, at nanosecondsSinceMidnight: UInt64,
    into answers: inout AnswerSink
  ) -> Outcome {
    apply(message, client: client, at: nanosecondsSinceMidnight, into: &answers)
  }

  public mutating func reject(
    _ order: EnterOrder, client: Int, at nanosecondsSinceMidnight: UInt64, into answers: inout AnswerSink
  ) -> Outcome {
    reject(
      order, because: .processingError, client: client, at: nanosecondsSinceMidnight, into: &answers)
  }

  public mutating func reject(
    _ replace: ReplaceOrder, client: Int, at nanosecondsSinceMidnight: UInt64, into answers: inout AnswerSink
  ) -> Outcome {
    reject(
      replace, because: .processingError, client: client, at: nanosecondsSinceMidnight, into: &answers)
  }

  @inline(__always) public var underwayCount: Int { 0 }
  @inline(__always) public var hasRoom: Bool { true }
  @inline(__always) public mutating func nextCompletion(into answers: inout AnswerSink) -> Completion? { nil }
  @inline(__always) public func withMessage(of completion: Completion, _ body: (RawSpan) -> Void) {}
  @inline(__always) public mutating func armWakeup() -> Bool { false }
  @inline(__always) public mutating func balance(_ now: Instant) {}
  @inline(__always) public mutating func moveOn(_ now: Instant) {}
  public mutating func giveUp(_ shard: Int, _ answers: borrowing AnswerSink) -> Bool { false }
  public func writeStatistics<Writer: TextWriter & ~Copyable>(to writer: inout Writer) {}
}

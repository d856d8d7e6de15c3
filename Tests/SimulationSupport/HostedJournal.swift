public import Exchange
public import Sessions
public import Timing
public import Tracing

/// A journal that the test keeps hold of while the node uses it; it can be made to lie.
public final class HostedJournal<Inner: InputJournal & ~Copyable>: InputJournal {
  /// Calls inputs durable as soon as they are appended: the mistake that a power cut must bring to light.
  public var acknowledgesEarly = false
  /// Inputs appended since the boot.
  public private(set) var appendCount = 0
  private var inner: Inner?

  public init(_ inner: consuming Inner) { self.inner = consume inner }

  /// Takes the journal out; the node is not used any more.
  public func take() -> Inner { inner.take()! }

  /// Lends it; a class cannot lend what is in an optional without taking it out.
  private func with<Result>(_ body: (borrowing Inner) -> Result) -> Result {
    let journal = inner.take()!
    let result = body(journal)
    inner = consume journal
    return result
  }

  public var nextEntry: UInt64 { with { $0.nextEntry } }
  /// What is durable in truth.
  public var trulyDurableThrough: UInt64 { with { $0.durableThrough } }
  public var durableThrough: UInt64 { acknowledgesEarly ? nextEntry - 1 : trulyDurableThrough }
  public var deadline: Instant { with { $0.deadline } }
  public var hasFailed: Bool { with { $0.hasFailed } }
  public var hasRoomForDatagram: Bool { with { $0.hasRoomForDatagram } }

  public func hasAmpleRoom(liveOrders: Int) -> Bool { with { $0.hasAmpleRoom(liveOrders: liveOrders) } }

  public func room(forEntryOf byteCount: Int, liveOrders: Int) -> JournalRoom {
    with { $0.room(forEntryOf: byteCount, liveOrders: liveOrders) }
  }

  public func append(
    _ kind: JournalEntry.Kind, _ client: ClientName, at nanosecondsSinceMidnight: UInt64, message: RawSpan
  ) {
    appendCount += 1
    inner!.append(kind, client, at: nanosecondsSinceMidnight, message: message)
  }

  public func advance(now: Instant) { inner!.advance(now: now) }

  public func armInterrupt() -> Bool { inner!.armInterrupt() }

  public func writeStatistics<Writer: TextWriter & ~Copyable>(to writer: inout Writer) {
    let journal = inner.take()!
    journal.writeStatistics(to: &writer)
    inner = consume journal
  }
}
